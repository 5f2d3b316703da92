/* task_sort.h - the order of tasks as numbers, and sorting many of them at once. Pure apart from
 * memory; one owner.
 *
 * Most comparisons are decided by one number per task, without touching the task: that is what
 * keeps ten thousand changed tasks cheap.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame_work.h"
#include "model/column.h"
#include "model/filter.h"

/* The order without a column: what runs and is slow, what runs longest, what waits, what ended
 * last.
 */
#define SORT_BY_ACTIVITY COLUMN_COUNT

struct order_slot {
    const struct task *task; /* as of the last update; NULL: empty */
    uint32_t version;        /* rises when the task becomes another */
    int64_t key;             /* smaller comes first; equal: the tasks themselves decide */
    bool is_shown;
    bool is_fresh; /* must be sorted in */

    /* What the update under way has found. */
    bool is_moved;
    bool will_be_shown;
};

struct sorting {
    enum column column;        /* or SORT_BY_ACTIVITY */
    bool is_reversed;          /* a column: largest first */
    const struct filter *slow; /* living tasks that match count as slow; NULL */
    struct order_slot *slots;
    const struct column_context *context;
};

/* Whether a task is slower than usual, or slow by the rule (which may be NULL). */
bool task_is_slow(const struct task *task, const struct filter *slow,
                  const struct column_context *context);
/* Never contradicts the order of the tasks. For a task that has ended it does not change with the
 * clock, for a living one by what task_order.c calls restless alone. */
int64_t task_sort_key(const struct sorting *sorting, const struct task *task);
/* Of two slots, given as pointers to their indices (uint32_t), with the struct sorting, as for
 * qsort_r(). */
int task_sort_compare(const void *a, const void *b, void *with);
/* The same order for many at once; their keys are known. */
void task_sort(uint32_t *slots, size_t count, const struct sorting *sorting);

/* The same in steps: a merge sort that can be left at any item. */
struct sort_job;

/* has_keys: slots[].key are known; otherwise the job finds them. */
struct sort_job *sort_job_create(const uint32_t *slots, size_t count, bool has_keys,
                                 const struct sorting *sorting);
void sort_job_destroy(struct sort_job *job);
/* Goes on until the work is done (true) or its time is over. The tasks and the order must be those
 * of the creation, the context may be another. */
bool sort_job_step(struct sort_job *job, const struct sorting *sorting, struct frame_work *work);
/* The slots in order, as many as there were; the job is gone then. */
void sort_job_take(struct sort_job *job, uint32_t *out_slots);
