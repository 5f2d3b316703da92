#include "bench/bench_terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void give_up(const char *what)
{
    fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

struct term *bench_spawn_querytop(struct service *service)
{
    const char *const names[] = {"bench", NULL};
    const char *config = service_config(service, names, "mode = read-write\n");
    const char *const argv[] = {TEST_QUERYTOP, "--config", config, NULL};
    return term_start(&(struct term_options){.argv = argv, .rows = BENCH_ROWS, .cols = BENCH_COLS});
}

struct term *bench_open_querytop(struct service *service)
{
    struct term *t = bench_spawn_querytop(service);
    if (!term_wait_text(t, "queued", TERM_PATIENCE_MS))
        give_up("the dashboard shows no task");
    return t;
}

struct term *bench_open_floor(unsigned tasks, unsigned tick_ms, bool has_curl)
{
    char rows[16], tick[16];
    snprintf(rows, sizeof(rows), "%u", tasks);
    snprintf(tick, sizeof(tick), "%u", tick_ms);
    const char *const argv[] = {has_curl ? BENCH_FLOOR_CURL : BENCH_FLOOR, rows,
                                tick_ms ? tick : NULL, NULL};
    return term_start(&(struct term_options){.argv = argv, .rows = BENCH_ROWS, .cols = BENCH_COLS});
}

void bench_quit(struct term *t)
{
    int status;
    term_key(t, "q");
    if (!term_wait_exit(t, TERM_PATIENCE_MS, &status))
        give_up("q does not quit");
    term_close(t);
}

struct service *bench_start_queue(unsigned tasks)
{
    char count[16];
    snprintf(count, sizeof(count), "%u", tasks);
    const char *const args[] = {"--active", count,       "--tasks", "0", "--rate",
                                "0",        "--workers", "0",       NULL};
    return service_start(args, NULL);
}

int bench_cursor_row(struct term *t)
{
    for (int row = 1; row < term_rows(t) - 1; row++) {
        if (strncmp(term_row(t, row), "\xe2\x94\x83", 3) == 0 || term_row_is_reverse(t, row, 4))
            return row;
    }
    return -1;
}
