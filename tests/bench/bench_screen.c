/* bench_screen.c - start, keys, resize and bytes, as a terminal sees them. */
#include "bench/bench.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "bench/bench_terminal.h"
#include "bench/observe.h"

#define START_RUNS 31

/* ---- start ----------------------------------------------------------------------------------- */

/* Header and footer are there: the frame is whole. */
static bool has_frame(struct term *t, const void *context)
{
    (void)context;
    return strstr(term_row(t, 0), "querytop") && strstr(term_row(t, term_rows(t) - 1), "quit");
}

static void time_start(struct term *(*open)(struct service *service), struct service *service,
                       struct samples *out)
{
    for (int i = 0; i < START_RUNS; i++) {
        int64_t from_us = term_now_us();
        struct term *t = open(service);
        if (term_wait_until(t, has_frame, NULL, TERM_PATIENCE_MS))
            samples_add(out, (double)(term_last_read_us(t) - from_us) / 1e3);
        bench_quit(t);
    }
}

static struct term *open_floor(struct service *service)
{
    (void)service;
    return bench_open_floor(0, 0, false);
}

static struct term *open_floor_curl(struct service *service)
{
    (void)service;
    return bench_open_floor(0, 0, true);
}

void bench_start(struct report *report)
{
    struct samples ours = {0}, floor = {0}, floor_curl = {0};
    struct service *service = bench_start_queue(10);
    service_signal(service, SIGSTOP);
    time_start(bench_spawn_querytop, service, &ours);
    time_start(open_floor, service, &floor);
    time_start(open_floor_curl, service, &floor_curl);
    service_stop(service);
    struct measurement row = {.name = "spawn to the first whole frame, service hung",
                              .unit = "ms",
                              .floor = samples_quantile(&floor_curl, 0.5),
                              .kind = BUDGET_VALUE,
                              .budget = 20};
    measurement_take(&row, &ours);
    snprintf(row.note, sizeof(row.note), "floor: ncurses with libcurl linked; without %.1f",
             samples_quantile(&floor, 0.5));
    report_add(report, &row);
    samples_finish(&ours);
    samples_finish(&floor);
    samples_finish(&floor_curl);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static void add_keys(struct report *report, const char *name, struct samples *ours,
                     struct samples *floor)
{
    struct measurement row = {.name = name,
                              .unit = "ms p99",
                              .value = samples_quantile(ours, 0.99),
                              .low = NAN,
                              .floor = samples_quantile(floor, 0.99),
                              .kind = BUDGET_VALUE,
                              .budget = 5};
    snprintf(row.note, sizeof(row.note), "p50 %.2f, worst %.2f", samples_quantile(ours, 0.5),
             samples_quantile(ours, 1));
    report_add(report, &row);
}

void bench_keys(struct report *report)
{
    struct samples hung = {0}, busy = {0}, floor = {0}, bytes = {0}, floor_bytes = {0};
    struct term *t = bench_open_floor(2000, 0, false);
    observe_keys(t, &floor, &floor_bytes);
    bench_quit(t);

    struct service *service = bench_start_queue(2000);
    t = bench_open_querytop(service);
    service_signal(service, SIGSTOP);
    observe_keys(t, &hung, &bytes);
    bench_quit(t);
    service_stop(service);

    service = bench_start_queue(10000);
    t = bench_open_querytop(service);
    struct samples unused = {0};
    observe_keys(t, &busy, &unused);
    bench_quit(t);
    service_stop(service);

    add_keys(report, "key to screen, service hung, 2,000 tasks", &hung, &floor);
    add_keys(report, "key to screen, 10,000 tasks polled", &busy, &floor);
    struct measurement row = {.name = "terminal bytes per cursor key in a full list",
                              .unit = "bytes",
                              .floor = samples_quantile(&floor_bytes, 0.5),
                              .kind = BUDGET_VALUE,
                              .budget = 350};
    measurement_take(&row, &bytes);
    report_add(report, &row);
    samples_finish(&hung);
    samples_finish(&busy);
    samples_finish(&floor);
    samples_finish(&bytes);
    samples_finish(&floor_bytes);
    samples_finish(&unused);
}

/* ---- bytes ----------------------------------------------------------------------------------- */

static double bytes_per_second(struct term *t, int duration_ms)
{
    term_wait_quiet(t, 100, 2000);
    size_t from = term_bytes(t);
    double start_ms = bench_wall_ms();
    while (bench_wall_ms() < start_ms + duration_ms)
        term_pump(t, 100);
    return (double)(term_bytes(t) - from) * 1000 / (bench_wall_ms() - start_ms);
}

void bench_bytes(struct report *report)
{
    struct term *floor = bench_open_floor(2000, 1000, false);
    double floor_cell = observe_bytes_per_cell(floor);
    bench_quit(floor);
    struct service *service = bench_start_queue(2000);
    struct term *t = bench_open_querytop(service);
    struct measurement cell = {.name = "terminal bytes per changed cell on a tick",
                               .unit = "bytes",
                               .value = observe_bytes_per_cell(t),
                               .low = NAN,
                               .floor = floor_cell,
                               .kind = BUDGET_VALUE,
                               .budget = 12};
    bench_quit(t);
    service_stop(service);
    report_add(report, &cell);

    const char *const args[] = {"--tasks", "0", "--rate", "0", "--workers", "0", NULL};
    service = service_start(args, NULL);
    t = bench_spawn_querytop(service);
    term_wait_until(t, has_frame, NULL, TERM_PATIENCE_MS);
    struct measurement idle = {.name = "terminal bytes while nothing changes, polls going on",
                               .unit = "bytes/s",
                               .value = bytes_per_second(t, 10000),
                               .low = NAN,
                               .floor = NAN,
                               .kind = BUDGET_VALUE,
                               .budget = 0,
                               .note = "no task on the list"};
    bench_quit(t);
    service_stop(service);
    report_add(report, &idle);
}

/* ---- resize ---------------------------------------------------------------------------------- */

void bench_resize(struct report *report)
{
    struct samples ours = {0}, floor = {0};
    struct term *t = bench_open_floor(2000, 0, false);
    observe_resizes(t, has_frame, NULL, &floor);
    bench_quit(t);
    struct service *service = bench_start_queue(2000);
    t = bench_open_querytop(service);
    service_signal(service, SIGSTOP); /* no polls in between */
    observe_resizes(t, has_frame, NULL, &ours);
    bench_quit(t);
    service_stop(service);
    struct measurement row = {.name = "resize to a whole new frame",
                              .unit = "ms",
                              .floor = samples_quantile(&floor, 0.5),
                              .kind = BUDGET_VALUE,
                              .budget = 5};
    measurement_take(&row, &ours);
    report_add(report, &row);
    samples_finish(&ours);
    samples_finish(&floor);
}
