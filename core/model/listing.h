/* listing.h - the last list of a service, in its order.
 *
 * Lists keep their order for the most part: the task that followed in the last list follows in the
 * next one too, so its entry is found without a search. Part of the store; poller thread only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "model/task.h"

struct entry;

struct listed {
    struct entry *entry; /* NULL: removed since */
    struct task *task;   /* as the list gave it; our reference */
};

struct listing {
    struct listed *rows;
    size_t count;
    size_t next;              /* where the next task is expected */
    struct listed *next_rows; /* of the list on its way through */
    size_t next_count;
    size_t next_size;
    bool has_past;   /* something in it is older than what is known */
    bool is_settled; /* nothing has happened since: the same list again would change nothing */
};

/* A zeroed struct is the listing of no list. */
void listing_finish(struct listing *l);
/* The entry of the task, if it stands where it is expected; NULL. */
struct entry *listing_guess(const struct listing *l, const struct task *task);
/* The list has it: entry stands at the place given from now on. Takes the reference. */
size_t listing_add(struct listing *l, struct entry *entry, struct task *task);
/* The next task is expected behind the one that stood at this place. */
void listing_expect_behind(struct listing *l, size_t place);
/* The list on its way through is the last one now. */
void listing_end(struct listing *l);
/* The entry at this place, if it is this one, is no more. */
void listing_forget(struct listing *l, size_t place, const struct entry *entry);
