/* bench_growth.c - CPU of a poll against the length of the list and the share that changed. */
#include "bench/bench.h"

#include <stdio.h>

#include "bench/poll_growth.h"

static const size_t lengths[] = {100, 1000, 10000, 100000};

/* Of the list: nothing, 1 %, a third, all. */
static const struct {
    const char *name;
    size_t per_300;
} shares[] = {
    {"nothing", 0},
    {"1 %", 3},
    {"a third", 100},
    {"all", 300},
};

static void add(struct report *report, size_t tasks, const char *share, size_t changed)
{
    char name[80];
    struct error err;
    struct poll_growth growth;
    snprintf(name, sizeof(name), "CPU of a poll of %zu tasks, %s changed", tasks, share);
    if (poll_growth_measure(tasks, changed, &growth, &err)) {
        struct measurement row = {.name = name,
                                  .unit = "ms",
                                  .floor = samples_quantile(&growth.jsonc_ms, 0.5),
                                  .kind = BUDGET_NONE};
        measurement_take(&row, &growth.ours_ms);
        report_add(report, &row);
    } else {
        report_add_missing(report, name, err.message);
    }
    poll_growth_finish(&growth);
}

void bench_growth(struct report *report)
{
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
        for (size_t j = 0; j < sizeof(shares) / sizeof(shares[0]); j++)
            add(report, lengths[i], shares[j].name, lengths[i] * shares[j].per_300 / 300);
}
