#include "soak/judge.h"

void series_add(struct series *series, enum phase phase, double value)
{
    samples_add(&series->samples[phase], value);
}

void series_finish(struct series *series)
{
    for (int i = 0; i < PHASE_COUNT; i++)
        samples_finish(&series->samples[i]);
}

/* Without samples a median is no number, and no number is below another. */
bool series_is_flat(struct series *series, double slack)
{
    double then = samples_quantile(&series->samples[PHASE_THEN], 0.5);
    double end = samples_quantile(&series->samples[PHASE_END], 0.5);
    return end <= then + slack;
}
