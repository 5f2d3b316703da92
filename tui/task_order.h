/* task_order.h - which tasks are shown, and in which order.
 *
 * Sorting every task for every snapshot would cost in proportion to the list. So an update looks at
 * the chunks that changed and at what runs, where the order or the filter is by what the clock
 * moves, and puts what has changed in its place between the rest, which is in order already. Hidden
 * tasks are kept in order too: a new filter sorts nothing. A new order or filter is worked on in
 * steps, so that no key waits for it. Pure apart from memory and the clock that bounds the steps;
 * one owner.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/column.h"
#include "model/filter.h"
#include "slot_edit.h"
#include "task_sort.h"

struct order_chunk;

struct task_order {
    /* Set by task_order_sort() and task_order_filter(). */
    enum column column;    /* or SORT_BY_ACTIVITY */
    bool is_reversed;      /* a column: largest first */
    struct filter *slow;   /* what counts as slow besides what is slower than usual; NULL */
    struct filter *filter; /* NULL: everything */
    bool is_filter_timed;  /* the verdict may change with the clock */

    struct slot_list all;   /* slots of all tasks, in order */
    struct slot_list shown; /* of those that are shown, in the same order: the rows */

    /* What the last update has changed. */
    const uint32_t *touched; /* slots that have another task, another place, or come or go */
    size_t touched_count;
    bool has_touched_all;  /* more than touched tells */
    uint64_t rows_version; /* rises when the rows or their order have become others */

    /* private */
    const struct snapshot *snapshot; /* of the last update; only compared */
    uint64_t generation;
    struct sort_job *job; /* another order under way; NULL */
    size_t asked_count;   /* slots that the filter was asked about */
    bool is_narrowing;    /* what is hidden stays hidden: the filter need not be asked about it */
    bool is_stale;        /* sort everything anew */
    bool is_filter_stale; /* ask the filter about everything anew */
    bool has_moved;       /* in this update: elapsed times that the order is by */
    const struct task **rows; /* as of told_version */
    uint64_t told_version;
    struct order_slot *slots;
    size_t slot_count;
    struct order_chunk *chunks;
    size_t chunk_count;
    uint32_t *noted; /* slots that are touched */
    uint32_t *spare;
    uint32_t *fresh; /* slots that must be sorted in */
    size_t fresh_count;
    struct slot_edit all_edit;
    struct slot_edit shown_edit;
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
/* The task of a row; borrowed from the snapshot of the last update. */
static inline const struct task *task_order_at(const struct task_order *order, size_t row)
{
    return order->slots[order->shown.slots[row]].task;
}
/* All of them in order; borrowed until the next update. A pass over the rows, where they have
 * changed since the last one. */
const struct task *const *task_order_rows(struct task_order *order);
/* Bits of the living tasks among the TASKS_PER_CHUNK slots of a chunk. */
uint32_t task_order_living(const struct task_order *order, size_t chunk);
/* Row of a slot; shown.count when it is not shown. */
size_t task_order_row(const struct task_order *order, uint32_t slot);
/* Row of a task; shown.count when it is not shown. slot: where it stands if it is still there,
 * which saves looking at the others; SLOT_UNKNOWN. */
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
