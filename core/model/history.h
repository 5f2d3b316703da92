/* history.h - how many tasks started and ended lately, and how long they took. Pure: time is a
 * parameter. Poller thread only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/snapshot.h"

/* How many ended tasks the p95 looks back on. */
#define HISTORY_SAMPLES 256

struct history {
    struct history_slice slices[HISTORY_SLICES]; /* oldest first */
    int64_t newest; /* number of the last slice: wall clock / HISTORY_SLICE_MS; 0: none yet */
    int64_t samples_ms[HISTORY_SAMPLES];
    size_t sample_count; /* ever taken */
    int64_t p95_ms;
    bool is_p95_old;
};

/* A zeroed struct is an empty history. Moves the slices on to now_ms (wall clock). */
void history_advance(struct history *h, int64_t now_ms);
void history_note_start(struct history *h, int64_t now_ms);
void history_note_end(struct history *h, const struct task *task, int64_t now_ms);
/* UNKNOWN while no task with a known elapsed time has ended. */
int64_t history_p95_ms(struct history *h);
