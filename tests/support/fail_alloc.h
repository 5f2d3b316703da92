/* fail_alloc.h - memory that runs out where a test says so.
 *
 * Stands between core/base/malloc.c and the allocator of the C library or of a sanitizer, for the
 * program and for its libraries. Linked into a test program it does what these functions say;
 * preloaded into another program, what its environment says: FAIL_ALLOC_AT=N, "N+" for that one and
 * all after it, "Nt" or "Nt+" where those of the first thread do not count; FAIL_ALLOC_REPORT=FILE
 * gets, where the program ends by itself, how many there were. Any thread.
 */
#pragma once

#include <stdbool.h>

/* The nth allocation from now on is refused, 1 being the next, and with is_lasting all after it; 0:
 * none. Counts anew. */
void fail_alloc_at(unsigned long nth, bool is_lasting);
/* Allocations since then. */
unsigned long fail_alloc_count(void);
