/* bench_screen.c - start, keys, resize and bytes, as a terminal sees them. */
#include "bench/bench.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "base/xalloc.h"
#include "bench/bench_terminal.h"

#define START_RUNS  31
#define KEY_RUNS    300
#define RESIZE_RUNS 30
#define TICK_MS     12000

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

static bool cursor_left(struct term *t, const void *context)
{
    return bench_cursor_row(t) != *(const int *)context;
}

/* Down and Up in turn, each waited for; between them the terminal falls silent. */
static void time_keys(struct term *t, struct samples *out_ms, struct samples *out_bytes)
{
    term_wait_quiet(t, 100, 2000);
    for (int i = 0; i < KEY_RUNS; i++) {
        int row = bench_cursor_row(t);
        size_t before = term_bytes(t);
        int64_t from_us = term_now_us();
        term_key(t, i % 20 < 10 ? "Down" : "Up");
        if (row < 0 || !term_wait_until(t, cursor_left, &row, 2000)) {
            samples_add(out_ms, INFINITY);
            return; /* the rest would not be better */
        }
        samples_add(out_ms, (double)(term_last_read_us(t) - from_us) / 1e3);
        while (term_pump(t, 8))
            ;
        samples_add(out_bytes, (double)(term_bytes(t) - before));
    }
}

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
    time_keys(t, &floor, &floor_bytes);
    bench_quit(t);

    struct service *service = bench_start_queue(2000);
    t = bench_open_querytop(service);
    service_signal(service, SIGSTOP);
    time_keys(t, &hung, &bytes);
    bench_quit(t);
    service_stop(service);

    service = bench_start_queue(10000);
    t = bench_open_querytop(service);
    struct samples unused = {0};
    time_keys(t, &busy, &unused);
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

static void read_cells(struct term *t, uint32_t *cells)
{
    for (int row = 0; row < BENCH_ROWS; row++) {
        const char *text = term_row(t, row);
        size_t left = strlen(text);
        for (int col = 0; col < BENCH_COLS; col++) {
            uint32_t *cell = &cells[row * BENCH_COLS + col];
            *cell = ' ';
            if (left == 0)
                continue;
            size_t taken = utf8_decode(text, left, cell);
            text += taken;
            left -= taken;
        }
    }
}

static size_t count_changed(const uint32_t *before, const uint32_t *after)
{
    size_t count = 0;
    for (size_t i = 0; i < BENCH_ROWS * BENCH_COLS; i++)
        count += before[i] != after[i];
    return count;
}

/* Bytes per cell that changed, over some seconds of ticking. */
static double bytes_per_cell(struct term *t)
{
    static uint32_t before[BENCH_ROWS * BENCH_COLS];
    static uint32_t after[BENCH_ROWS * BENCH_COLS];
    size_t cells = 0;
    term_wait_quiet(t, 100, 2000);
    size_t from = term_bytes(t);
    double end_ms = bench_wall_ms() + TICK_MS;
    while (bench_wall_ms() < end_ms) {
        read_cells(t, before);
        if (!term_pump(t, 200))
            continue;
        while (term_pump(t, 20))
            ;
        read_cells(t, after);
        cells += count_changed(before, after);
    }
    return cells ? (double)(term_bytes(t) - from) / (double)cells : NAN;
}

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
    double floor_cell = bytes_per_cell(floor);
    bench_quit(floor);
    struct service *service = bench_start_queue(2000);
    struct term *t = bench_open_querytop(service);
    struct measurement cell = {.name = "terminal bytes per changed cell on a tick",
                               .unit = "bytes",
                               .value = bytes_per_cell(t),
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

static void time_resize(struct term *t, struct samples *out)
{
    for (int i = 0; i < RESIZE_RUNS; i++) {
        int rows = i % 2 ? BENCH_ROWS : 50;
        int cols = i % 2 ? BENCH_COLS : 160;
        term_wait_quiet(t, 30, 2000);
        int64_t from_us = term_now_us();
        term_resize(t, rows, cols);
        term_pump(t, 2000);
        if (!term_wait_until(t, has_frame, NULL, 2000))
            continue;
        while (term_pump(t, 5))
            ;
        samples_add(out, (double)(term_last_read_us(t) - from_us) / 1e3);
    }
}

void bench_resize(struct report *report)
{
    struct samples ours = {0}, floor = {0};
    struct term *t = bench_open_floor(2000, 0, false);
    time_resize(t, &floor);
    bench_quit(t);
    struct service *service = bench_start_queue(2000);
    t = bench_open_querytop(service);
    service_signal(service, SIGSTOP); /* no polls in between */
    time_resize(t, &ours);
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
