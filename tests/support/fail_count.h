/* fail_count.h - counts calls and says which of them are to fail: what fail_alloc.c and fail_io.c
 * share. Any thread.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>

struct fail_count {
    atomic_ulong count; /* so far */
    atomic_ulong at;    /* the one that fails, 1 being the first; 0: none */
    atomic_bool is_lasting;
};

/* Counts anew; with is_lasting all after the nth fail, too. */
static inline void fail_count_start(struct fail_count *calls, unsigned long nth, bool is_lasting)
{
    atomic_store(&calls->at, 0);
    atomic_store(&calls->is_lasting, is_lasting);
    atomic_store(&calls->count, 0);
    atomic_store(&calls->at, nth);
}

/* One more call. True: it is to fail. */
static inline bool fail_count_next(struct fail_count *calls)
{
    unsigned long number = atomic_fetch_add(&calls->count, 1) + 1;
    unsigned long at = atomic_load(&calls->at);
    return at && (atomic_load(&calls->is_lasting) ? number >= at : number == at);
}
