/* bench_growth.c - CPU of a poll against the length of the list and the share that changed. */
#include "bench/bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "bench/poll_work.h"

#define ROUNDS 3

static const size_t lengths[] = {100, 1000, 10000};
/* Of a list of 10,000. */
static const size_t changes[] = {0, 10, 1000, 5000};

/* One poll; CPU milliseconds into ours, those of json-c for the same bytes into floor. */
static bool poll_once(struct poll_work *w, const struct poll_list *list, struct samples *ours,
                      struct samples *floor, struct error *err)
{
    size_t length;
    char *body = poll_list_body(list, &length);
    double from_ms = bench_cpu_ms();
    bool is_done = poll_work_take(w, body, length, list->tasks, clock_wall_ms(), err);
    double until_ms = bench_cpu_ms();
    bench_bare_parse(body, length);
    samples_add(ours, until_ms - from_ms);
    samples_add(floor, bench_cpu_ms() - until_ms);
    free(body);
    return is_done;
}

/* Lists of that many tasks, of which so many differ from the ones before. */
static bool poll_lists(struct poll_list list, struct samples *ours, struct samples *floor,
                       struct error *err)
{
    struct poll_work w;
    struct samples first = {0};
    if (!poll_work_open(&w, err))
        return false;
    bool is_done = poll_once(&w, &(struct poll_list){.tasks = list.tasks}, &first, &first, err);
    for (list.round = 1; is_done && list.round <= ROUNDS; list.round++) {
        list.tenths = list.round; /* clocks move on with every poll */
        is_done = poll_once(&w, &list, ours, floor, err);
    }
    poll_work_close(&w);
    samples_finish(&first);
    return is_done;
}

static void add(struct report *report, size_t tasks, size_t changed)
{
    char name[80];
    struct error err;
    struct samples ours = {0}, floor = {0};
    snprintf(name, sizeof(name), "CPU of a poll of %zu tasks, %zu changed", tasks, changed);
    if (poll_lists((struct poll_list){.tasks = tasks, .changed = changed}, &ours, &floor, &err)) {
        struct measurement row = {.name = name,
                                  .unit = "ms",
                                  .floor = samples_quantile(&floor, 0.5),
                                  .kind = BUDGET_NONE};
        measurement_take(&row, &ours);
        report_add(report, &row);
    } else {
        report_add_missing(report, name, err.message);
    }
    samples_finish(&ours);
    samples_finish(&floor);
}

void bench_growth(struct report *report)
{
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
        add(report, lengths[i], lengths[i] / 100);
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
        add(report, 10000, changes[i]);
}
