/* task_order.h - which tasks are shown, and in which order.
 *
 * Sorting every task for every snapshot would cost in proportion to the list. So an update looks at
 * the chunks that changed, sorts what changed, and what runs where the order is by what the clock
 * moves, and merges it with the rest, which is in order already. Hidden tasks are kept in order
 * too: a new filter sorts nothing. A new order or filter is worked on in steps, so that no key
 * waits for it. Pure apart from memory and the clock that bounds the steps; one owner.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/column.h"
#include "model/filter.h"
#include "task_sort.h"

struct order_chunk;

struct task_order {
    /* Set by task_order_sort() and task_order_filter(). */
    enum column column;    /* or SORT_BY_ACTIVITY */
    bool is_reversed;      /* a column: largest first */
    struct filter *slow;   /* what counts as slow besides what is slower than usual; NULL */
    struct filter *filter; /* NULL: everything */
    bool is_filter_timed;  /* the verdict may change with the clock */

    const struct task **rows; /* in order; borrowed from the snapshot of the last update */
    uint32_t *row_slots;      /* where in the snapshot each of them stands */
    size_t row_count;
    size_t task_count; /* shown or not */

    /* private */
    const struct snapshot *snapshot; /* of the last update; only compared */
    uint64_t generation;
    struct sort_job *job; /* another order under way; NULL */
    size_t asked_count;   /* slots that the filter was asked about */
    bool is_stale;        /* sort everything anew */
    bool is_filter_stale; /* ask the filter about everything anew */
    bool has_changed;     /* in this update: there are other tasks, or others are shown */
    bool has_moved;       /* in this update: elapsed times that the order is by */
    struct order_slot *slots;
    size_t slot_count;
    struct order_chunk *chunks;
    size_t chunk_count;
    uint32_t *order; /* slots of all tasks, in order */
    uint32_t *spare;
    uint32_t *fresh; /* slots that must be sorted in */
    size_t fresh_count;
    size_t order_size;
};

void task_order_init(struct task_order *order);
void task_order_finish(struct task_order *order);
/* Both take effect with the next task_order_update(). */
void task_order_sort(struct task_order *order, enum column column, bool is_reversed);
/* Takes the filter over; text is what it was parsed from. NULL: everything. */
void task_order_filter(struct task_order *order, struct filter *filter, const char *text);
/* Takes the rule over; living tasks that match come first in the order of activity. NULL: none. */
void task_order_slow(struct task_order *order, struct filter *slow);
/* The snapshot of the update before must still be alive. What has changed in a new snapshot is
 * always taken over; a new order or filter takes the time it is given, until then the rows are as
 * they were, or some of them. */
void task_order_update(struct task_order *order, const struct column_context *context,
                       struct frame_work *work);
/* Whether there is more to do for the next update. */
bool task_order_is_busy(const struct task_order *order);
/* Row of a task; row_count when it is not shown. slot: where it stands if it is still there, which
 * saves looking at the others; SLOT_UNKNOWN. */
#define SLOT_UNKNOWN UINT32_MAX
size_t task_order_find(const struct task_order *order, uint16_t source, const char *id,
                       uint32_t slot);
/* Whether a column is usually wanted from its largest value down: times and numbers are. */
bool task_order_falls(enum column column);
/* Up or down, as the order goes. */
const char *task_order_arrow(enum column column, bool is_reversed);
/* "activity" or the column's name. */
const char *task_order_name(enum column column);
/* What the order is by, in a sentence. */
const char *task_order_help(enum column column);
