#include "latency.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/quantile.h"

/* As much does not count as a change. */
#define CALM_PERCENT 30
#define CALM_MS      5

static int64_t median(const struct latency *latency)
{
    int64_t sorted[LATENCY_SAMPLES];
    size_t count = latency->count < LATENCY_SAMPLES ? latency->count : LATENCY_SAMPLES;
    memcpy(sorted, latency->samples_ms, count * sizeof(*sorted));
    return quantile_select(sorted, count, 50);
}

static bool is_about_the_same(int64_t shown_ms, int64_t now_ms)
{
    int64_t calm_ms = shown_ms * CALM_PERCENT / 100;
    return llabs(now_ms - shown_ms) <= (calm_ms > CALM_MS ? calm_ms : CALM_MS);
}

int64_t latency_note(struct latency *latency, int64_t answer_ms)
{
    latency->samples_ms[latency->count++ % LATENCY_SAMPLES] = answer_ms;
    int64_t now_ms = median(latency);
    if (latency->count == 1 || !is_about_the_same(latency->shown_ms, now_ms))
        latency->shown_ms = now_ms;
    return latency->shown_ms;
}
