#include "bench/observe.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "bench/bench.h"
#include "bench/bench_terminal.h"

#define KEY_RUNS    300
#define RESIZE_RUNS 30
#define TICK_MS     12000
#define IDLE_MS     10000

/* ---- what the terminal sees ------------------------------------------------------------------ */

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

double observe_bytes_per_cell(struct term *t)
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

static bool cursor_left(struct term *t, const void *context)
{
    return bench_cursor_row(t) != *(const int *)context;
}

void observe_keys(struct term *t, struct samples *out_ms, struct samples *out_bytes)
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

void observe_resizes(struct term *t, bool (*is_whole)(struct term *, const void *),
                     const void *context, struct samples *out)
{
    for (int i = 0; i < RESIZE_RUNS; i++) {
        int rows = i % 2 ? BENCH_ROWS : 50;
        int cols = i % 2 ? BENCH_COLS : 160;
        term_wait_quiet(t, 30, 2000);
        int64_t from_us = term_now_us();
        term_resize(t, rows, cols);
        if (!term_pump(t, 5000))
            continue;
        if (!term_wait_until(t, is_whole, context, 2000))
            continue;
        while (term_pump(t, 5))
            ;
        samples_add(out, (double)(term_last_read_us(t) - from_us) / 1e3);
    }
}

/* ---- what the kernel counts ------------------------------------------------------------------ */

/* The number after label in a file of /proc; 0 when there is none. */
static double read_number(const char *path, const char *label)
{
    char line[256];
    double value = 0;
    FILE *file = fopen(path, "r");
    if (!file)
        return 0;
    while (fgets(line, sizeof(line), file)) {
        if (strncmp(line, label, strlen(label)) != 0)
            continue;
        sscanf(line + strlen(label), "%lf", &value);
        break;
    }
    fclose(file);
    return value;
}

/* Over all threads of a process. */
static struct usage read_usage(pid_t pid)
{
    struct usage usage = {0};
    char path[320];
    snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
    DIR *threads = opendir(path);
    if (!threads)
        return usage;
    for (struct dirent *entry; (entry = readdir(threads));) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof(path), "/proc/%d/task/%.32s/status", (int)pid, entry->d_name);
        usage.wakeups += read_number(path, "voluntary_ctxt_switches:");
        snprintf(path, sizeof(path), "/proc/%d/task/%.32s/schedstat", (int)pid, entry->d_name);
        usage.cpu_ms += read_number(path, "") / 1e6;
    }
    closedir(threads);
    return usage;
}

struct usage observe_usage(struct term *t)
{
    double until_ms = bench_wall_ms() + 3000;
    while (bench_wall_ms() < until_ms) /* let the start be over */
        term_pump(t, 100);
    struct usage before = read_usage(term_pid(t));
    double start_ms = bench_wall_ms();
    while (bench_wall_ms() < start_ms + IDLE_MS)
        term_pump(t, 100);
    struct usage after = read_usage(term_pid(t));
    double seconds = (bench_wall_ms() - start_ms) / 1000;
    return (struct usage){(after.wakeups - before.wakeups) / seconds,
                          (after.cpu_ms - before.cpu_ms) / seconds};
}

static double memory_mb(pid_t pid, const char *label)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    return read_number(path, label) / 1024;
}

double observe_resident_mb(pid_t pid)
{
    return memory_mb(pid, "VmRSS:");
}

double observe_peak_mb(pid_t pid)
{
    return memory_mb(pid, "VmHWM:");
}
