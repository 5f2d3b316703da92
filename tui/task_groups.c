#include "task_groups.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "base/quantile.h"
#include "base/xalloc.h"

#undef uthash_fatal
#define uthash_fatal(message) xalloc_die()

#define NAME_BYTES 400
/* Groups without tasks that are remembered, with whether they were open. */
#define KEPT_EMPTY 4096

/* What is known of one slot of the snapshot. */
struct member {
    uint32_t version; /* of the slot, when it was looked at */
    bool is_alive;
    bool is_failed;
    int64_t elapsed_ms; /* of an ended one; UNKNOWN */
    struct known_group *group;
};

struct known_group {
    struct task_group shown;
    uint32_t index; /* among those that are shown */
    uint32_t first; /* of its tasks in rows of the order */
    uint32_t sampled;
    UT_hash_handle hh;
};

struct group_work {
    struct known_group *by_key;
    struct member *members; /* index: slot */
    size_t slot_count;
    uint32_t *sorted; /* rows of the order, group by group */
    int64_t *samples; /* elapsed times, group by group */
    size_t size;
};

void task_groups_init(struct task_groups *groups)
{
    *groups = (struct task_groups){.work = xcalloc(1, sizeof(*groups->work))};
}

static void forget(struct task_groups *groups)
{
    struct group_work *work = groups->work;
    struct known_group *group, *next;
    HASH_ITER (hh, work->by_key, group, next) {
        HASH_DEL(work->by_key, group);
        free(group->shown.name);
        free(group);
    }
    free(work->members);
    work->members = NULL;
    work->slot_count = 0;
    groups->count = 0;
    groups->row_count = 0;
}

void task_groups_finish(struct task_groups *groups)
{
    forget(groups);
    free(groups->work->sorted);
    free(groups->work->samples);
    free(groups->work);
    free(groups->groups);
    free(groups->rows);
    *groups = (struct task_groups){0};
}

void task_groups_by(struct task_groups *groups, enum grouping by)
{
    forget(groups);
    groups->by = by;
}

/* ---- who belongs where -------------------------------------------------------------------------
 */

static void make_room(struct group_work *work, const struct task_order *order)
{
    if (order->slot_count > work->slot_count) {
        size_t more = order->slot_count - work->slot_count;
        work->members = xreallocarray(work->members, order->slot_count, sizeof(work->members[0]));
        memset(work->members + work->slot_count, 0, more * sizeof(work->members[0]));
        work->slot_count = order->slot_count;
    }
    if (order->shown.count > work->size) {
        work->size = order->shown.count;
        work->sorted = xreallocarray(work->sorted, work->size, sizeof(work->sorted[0]));
        work->samples = xreallocarray(work->samples, work->size, sizeof(work->samples[0]));
    }
}

static struct known_group *group_for(struct task_groups *groups, const struct task *task,
                                     const struct column_context *context)
{
    uint64_t key = grouping_key(groups->by, task, context);
    struct known_group *group;
    HASH_FIND(hh, groups->work->by_key, &key, sizeof(key), group);
    if (group != NULL)
        return group;
    char name[NAME_BYTES];
    group = xcalloc(1, sizeof(*group));
    group->shown.key = key;
    group->shown.name = xstrdup(grouping_name(groups->by, task, context, name, sizeof(name)));
    HASH_ADD(hh, groups->work->by_key, shown.key, sizeof(key), group);
    return group;
}

static void look_at(struct task_groups *groups, struct member *member, const struct task *task,
                    const struct column_context *context)
{
    member->is_alive = task_is_alive(task);
    member->is_failed = task->state == TASK_FAILED;
    member->elapsed_ms = member->is_alive ? UNKNOWN : task->elapsed_ms;
    member->group = group_for(groups, task, context);
}

static void count(struct member *member)
{
    struct known_group *group = member->group;
    group->shown.count++;
    group->shown.alive += member->is_alive;
    group->shown.failed += member->is_failed;
}

/* What a living task is shown as may change though it does not. */
static bool is_known(const struct task_groups *groups, const struct member *member,
                     uint32_t version)
{
    return member->group != NULL && member->version == version &&
           !(member->is_alive && groups->by == GROUP_STATE);
}

static void count_all(struct task_groups *groups, const struct task_order *order,
                      const struct column_context *context, struct frame_work *work)
{
    bool is_over = false;
    groups->is_busy = false;
    for (struct known_group *group = groups->work->by_key; group != NULL; group = group->hh.next)
        group->shown.count = group->shown.alive = group->shown.failed = group->sampled = 0;
    for (size_t i = 0; i < order->shown.count; i++) {
        uint32_t slot = order->shown.slots[i];
        struct member *member = &groups->work->members[slot];
        uint32_t version = order->slots[slot].version;
        if (!is_known(groups, member, version)) {
            is_over = is_over || frame_work_is_over(work);
            if (is_over) {
                member->group = NULL;
                groups->is_busy = true;
                continue;
            }
            look_at(groups, member, order->rows[i], context);
            member->version = version;
        }
        count(member);
    }
}

/* ---- in order ----------------------------------------------------------------------------------
 */

static int compare_groups(const void *a, const void *b)
{
    const struct task_group *left = *(const struct task_group *const *)a;
    const struct task_group *right = *(const struct task_group *const *)b;
    if (left->count != right->count)
        return left->count > right->count ? -1 : 1;
    return strcmp(left->name, right->name);
}

static struct known_group *known(const struct task_group *shown)
{
    return (struct known_group *)((char *)shown - offsetof(struct known_group, shown));
}

static void order_groups(struct task_groups *groups)
{
    size_t first = 0;
    groups->groups = xreallocarray(groups->groups, HASH_COUNT(groups->work->by_key) + 1,
                                   sizeof(groups->groups[0]));
    groups->count = 0;
    for (struct known_group *group = groups->work->by_key; group != NULL; group = group->hh.next)
        if (group->shown.count > 0)
            groups->groups[groups->count++] = &group->shown;
    qsort(groups->groups, groups->count, sizeof(groups->groups[0]), compare_groups);
    for (size_t i = 0; i < groups->count; i++) {
        struct known_group *group = known(groups->groups[i]);
        group->index = (uint32_t)i;
        group->first = (uint32_t)first;
        first += group->shown.count;
        group->shown.count = 0; /* counted once more while they are put in their places */
    }
}

static void put_in_places(struct task_groups *groups, const struct task_order *order)
{
    struct group_work *work = groups->work;
    for (size_t i = 0; i < order->shown.count; i++) {
        const struct member *member = &work->members[order->shown.slots[i]];
        struct known_group *group = member->group;
        if (group == NULL)
            continue;
        work->sorted[group->first + group->shown.count++] = (uint32_t)i;
        if (member->elapsed_ms != UNKNOWN)
            work->samples[group->first + group->sampled++] = member->elapsed_ms;
    }
}

static void measure(struct task_groups *groups)
{
    for (size_t i = 0; i < groups->count; i++) {
        struct known_group *group = known(groups->groups[i]);
        int64_t *samples = groups->work->samples + group->first;
        bool is_told = group->sampled > 0;
        group->shown.p50_ms = is_told ? quantile_select(samples, group->sampled, 50) : UNKNOWN;
        group->shown.p95_ms = is_told ? quantile_select(samples, group->sampled, 95) : UNKNOWN;
    }
}

static void fill_rows(struct task_groups *groups)
{
    size_t rows = groups->count;
    for (size_t i = 0; i < groups->count; i++)
        rows += groups->groups[i]->is_open ? groups->groups[i]->count : 0;
    groups->rows = xreallocarray(groups->rows, rows + 1, sizeof(groups->rows[0]));
    groups->row_count = 0;
    for (uint32_t i = 0; i < groups->count; i++) {
        const struct known_group *group = known(groups->groups[i]);
        groups->rows[groups->row_count++] = (struct group_row){i, GROUP_HEAD};
        for (size_t k = 0; group->shown.is_open && k < group->shown.count; k++)
            groups->rows[groups->row_count++] =
                (struct group_row){i, groups->work->sorted[group->first + k]};
    }
}

void task_groups_update(struct task_groups *groups, const struct task_order *order,
                        const struct column_context *context, struct frame_work *work)
{
    if (HASH_COUNT(groups->work->by_key) > KEPT_EMPTY + 4 * groups->count)
        forget(groups);
    make_room(groups->work, order);
    count_all(groups, order, context, work);
    order_groups(groups);
    put_in_places(groups, order);
    measure(groups);
    fill_rows(groups);
}

/* ---- opening and finding -----------------------------------------------------------------------
 */

void task_groups_open(struct task_groups *groups, uint64_t key, bool is_open)
{
    struct known_group *group;
    HASH_FIND(hh, groups->work->by_key, &key, sizeof(key), group);
    if (group != NULL)
        group->shown.is_open = is_open;
}

void task_groups_open_all(struct task_groups *groups, bool is_open)
{
    for (struct known_group *group = groups->work->by_key; group != NULL; group = group->hh.next)
        group->shown.is_open = is_open;
}

size_t task_groups_find_head(const struct task_groups *groups, uint64_t key)
{
    for (size_t i = 0; i < groups->row_count; i++)
        if (groups->rows[i].row == GROUP_HEAD && groups->groups[groups->rows[i].group]->key == key)
            return i;
    return groups->row_count;
}

size_t task_groups_find_row(const struct task_groups *groups, size_t order_row)
{
    for (size_t i = 0; i < groups->row_count; i++)
        if (groups->rows[i].row == order_row)
            return i;
    return groups->row_count;
}

const struct task_group *task_groups_of(const struct task_groups *groups,
                                        const struct task_order *order, size_t order_row)
{
    const struct group_work *work = groups->work;
    if (order_row >= order->shown.count || order->shown.slots[order_row] >= work->slot_count)
        return NULL;
    const struct known_group *group = work->members[order->shown.slots[order_row]].group;
    return group != NULL ? &group->shown : NULL;
}
