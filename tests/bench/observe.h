/* observe.h - what a program in a terminal of 120x40 costs, seen from outside: the same for
 * querytop, the floors and its peers.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "bench/report.h"
#include "support/term.h"

/* Bytes that reach the terminal for each cell that changes while nobody types. NAN: none did. */
double observe_bytes_per_cell(struct term *t);
/* Milliseconds from Down and Up to the cursor in another row, and the bytes of each: for querytop
 * and its floor. Each is waited for; between them the terminal falls silent. */
void observe_keys(struct term *t, struct samples *out_ms, struct samples *out_bytes);
/* Milliseconds from resizes to the last byte of the whole new frames. */
void observe_resizes(struct term *t, bool (*is_whole)(struct term *t, const void *context),
                     const void *context, struct samples *out);

struct usage {
    double wakeups; /* per second, over all threads */
    double cpu_ms;  /* likewise */
};

/* Of a program that is left alone, once its start is over. */
struct usage observe_usage(struct term *t);
double observe_resident_mb(pid_t pid);
/* The most that it ever was. */
double observe_peak_mb(pid_t pid);
