/* runner.h - runs one statement on a connection of its own, slowly if wanted, until it is told to
 * stop.
 *
 * Threads: a runner belongs to the thread that runs it; runner_interrupt() may come from any.
 */
#pragma once

#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "sandbox/dataset.h"
#include "sandbox/result.h"

#define RUNNER_ROWS_MAX  100000
#define RUNNER_BYTES_MAX ((size_t)32 << 20)

struct runner {
    sqlite3 *db;
    struct lake_image *lake; /* that db reads; NULL: none as yet */
    /* immutable */
    double speed;        /* virtual-machine steps per second; 0: as fast as it goes */
    bool is_sleepless;   /* sleep() returns at once */
    int64_t deadline_ms; /* clock_mono_ms() after which it stops by itself; 0: none */
    /* runner's thread only */
    int64_t started_ms;
    uint64_t steps;
    int slice;
    /* protected by lock */
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool is_interrupted;
};

bool runner_init(struct runner *runner, const struct dataset *dataset, double speed,
                 struct error *err);
void runner_finish(struct runner *runner);
/* Lets it read these data sets, none but these; takes the reference. Between two statements. */
void runner_show_lake(struct runner *runner, struct lake_image *image);
/* Runs sql, a single statement that returns rows. Never NULL. */
struct result *runner_run(struct runner *runner, const char *sql);
/* Makes the statement that runs now, or the next one, end as interrupted. */
void runner_interrupt(struct runner *runner);
/* Forgets an interruption; between two statements. */
void runner_rearm(struct runner *runner);
