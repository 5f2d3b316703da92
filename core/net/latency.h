/* latency.h - how long a service takes to answer, as a figure that is calm enough to be shown.
 *
 * A busy machine makes single answers late; a figure that followed each would be redrawn with each
 * poll. Pure; one owner.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define LATENCY_SAMPLES 9

struct latency {
    int64_t samples_ms[LATENCY_SAMPLES]; /* the last ones, in a ring */
    size_t count;                        /* ever noted */
    int64_t shown_ms;                    /* valid once something was noted */
};

/* Notes an answer. Returns the figure to show: the median of the last answers, and the one before
 * while that is about the same. */
int64_t latency_note(struct latency *latency, int64_t answer_ms);
