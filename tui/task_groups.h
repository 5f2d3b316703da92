/* task_groups.h - the tasks of the list put together: by state, user, the shape of their SQL ...
 *
 * Works on the rows of a task_order and keeps its order within each group. What it knows of a task
 * it asks once, until the task changes; counts and times follow the tasks that the order has
 * touched. Pure apart from memory; one owner.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/grouping.h"
#include "task_order.h"

#define GROUP_HEAD UINT32_MAX

struct task_group {
    uint64_t key;
    char *name;
    uint32_t count;
    uint32_t alive;
    uint32_t failed;
    int64_t p50_ms; /* elapsed times of the ended ones; UNKNOWN */
    int64_t p95_ms;
    bool is_open;
};

/* A line of the list: a group's head, or one of its tasks. */
struct group_row {
    const struct task_group *group;
    uint32_t slot; /* of the order; GROUP_HEAD */
};

struct task_groups {
    enum grouping by;
    bool is_busy;                     /* some tasks are not in their groups yet */
    const struct task_group **groups; /* those that have tasks, the largest first */
    size_t count;
    size_t row_count; /* lines */

    struct group_work *work; /* private */
};

void task_groups_init(struct task_groups *groups);
void task_groups_finish(struct task_groups *groups);
/* Forgets the groups there were; all are closed at first. Takes effect with the next update. */
void task_groups_by(struct task_groups *groups, enum grouping by);
/* After each task_order_update() while by is not GROUP_NONE. When the time for it is over, tasks
 * that were not looked at yet are left out, and is_busy says so. */
void task_groups_update(struct task_groups *groups, const struct task_order *order,
                        const struct column_context *context, struct frame_work *work);
/* Take effect with the next update. */
void task_groups_open(struct task_groups *groups, uint64_t key, bool is_open);
void task_groups_open_all(struct task_groups *groups, bool is_open);
/* False: there is no such line. */
bool task_groups_at(const struct task_groups *groups, size_t row, struct group_row *out);
/* The line of a group's head, or of the task in a slot; row_count when it is not there. */
size_t task_groups_find_head(const struct task_groups *groups, uint64_t key);
size_t task_groups_find_slot(const struct task_groups *groups, uint32_t slot);
/* The group that the task in a slot belongs to. NULL: it is not shown. */
const struct task_group *task_groups_of(const struct task_groups *groups, uint32_t slot);
