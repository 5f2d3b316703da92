#include "task_groups.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "base/number_bag.h"
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
    bool is_counted;
    int64_t elapsed_ms; /* of an ended one; UNKNOWN */
    struct known_group *group;
};

struct known_group {
    struct task_group shown;
    size_t first_row;       /* that of its head */
    struct slot_list slots; /* of its tasks, in order, while it is open */
    struct number_bag elapsed_ms;
    bool has_changed;
    struct known_group *next_changed;
    UT_hash_handle hh;
};

struct group_work {
    struct known_group *by_key;
    struct member *members; /* index: slot */
    size_t slot_count;
    size_t next_slot;            /* of those that must all be looked at */
    struct known_group *changed; /* in this update */
    const struct task_group **resorted;
    bool are_lists_stale;  /* the slots of the open ones */
    uint64_t rows_version; /* of the order, when they were listed */
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
        number_bag_finish(&group->elapsed_ms);
        free(group->slots.slots);
        free(group->shown.name);
        free(group);
    }
    free(work->members);
    work->members = NULL;
    work->slot_count = work->next_slot = 0;
    work->changed = NULL;
    groups->count = 0;
    groups->row_count = 0;
}

void task_groups_finish(struct task_groups *groups)
{
    forget(groups);
    free(groups->work->resorted);
    free(groups->work);
    free(groups->groups);
    *groups = (struct task_groups){0};
}

void task_groups_by(struct task_groups *groups, enum grouping by)
{
    forget(groups);
    groups->by = by;
}

/* ---- who belongs where -------------------------------------------------------------------------
 */

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

static void note_change(struct group_work *work, struct known_group *group)
{
    if (group->has_changed)
        return;
    group->has_changed = true;
    group->next_changed = work->changed;
    work->changed = group;
}

static void count(struct group_work *work, struct member *member)
{
    struct known_group *group = member->group;
    group->shown.count++;
    group->shown.alive += member->is_alive;
    group->shown.failed += member->is_failed;
    if (member->elapsed_ms != UNKNOWN)
        number_bag_add(&group->elapsed_ms, member->elapsed_ms);
    member->is_counted = true;
    note_change(work, group);
}

static void uncount(struct group_work *work, struct member *member)
{
    struct known_group *group = member->group;
    group->shown.count--;
    group->shown.alive -= member->is_alive;
    group->shown.failed -= member->is_failed;
    if (member->elapsed_ms != UNKNOWN)
        number_bag_remove(&group->elapsed_ms, member->elapsed_ms);
    member->is_counted = false;
    note_change(work, group);
}

/* What a living task is shown as may change though it does not. */
static bool is_known(const struct task_groups *groups, const struct member *member,
                     uint32_t version)
{
    return member->group != NULL && member->version == version &&
           !(member->is_alive && groups->by == GROUP_STATE);
}

static bool is_in_place(const struct task_groups *groups, const struct task_order *order,
                        uint32_t at)
{
    const struct order_slot *slot = &order->slots[at];
    const struct member *member = &groups->work->members[at];
    return member->is_counted == slot->is_shown &&
           (!slot->is_shown || is_known(groups, member, slot->version));
}

static void put_in_place(struct task_groups *groups, const struct task_order *order, uint32_t at,
                         const struct column_context *context)
{
    const struct order_slot *slot = &order->slots[at];
    struct member *member = &groups->work->members[at];
    if (is_in_place(groups, order, at))
        return;
    if (member->is_counted)
        uncount(groups->work, member);
    if (!slot->is_shown)
        return;
    if (!is_known(groups, member, slot->version))
        look_at(groups, member, slot->task, context);
    member->version = slot->version;
    count(groups->work, member);
}

/* There may be more slots now, or fewer. */
static void fit_members(struct group_work *work, const struct task_order *order)
{
    for (size_t i = order->slot_count; i < work->slot_count; i++)
        if (work->members[i].is_counted)
            uncount(work, &work->members[i]);
    if (order->slot_count != work->slot_count)
        work->members =
            xreallocarray(work->members, order->slot_count + 1, sizeof(work->members[0]));
    if (order->slot_count > work->slot_count)
        memset(work->members + work->slot_count, 0,
               (order->slot_count - work->slot_count) * sizeof(work->members[0]));
    work->slot_count = order->slot_count;
}

/* By state: what is asked to be cancelled is shown as another state. */
static void look_at_living(struct task_groups *groups, const struct task_order *order,
                           const struct column_context *context)
{
    for (size_t chunk = 0; chunk * TASKS_PER_CHUNK < order->slot_count; chunk++)
        for (uint32_t bits = task_order_living(order, chunk); bits != 0; bits &= bits - 1)
            put_in_place(groups, order,
                         (uint32_t)(chunk * TASKS_PER_CHUNK) + (uint32_t)__builtin_ctz(bits),
                         context);
}

static void look_at_touched(struct task_groups *groups, const struct task_order *order,
                            const struct column_context *context)
{
    for (size_t i = 0; i < order->touched_count; i++)
        put_in_place(groups, order, order->touched[i], context);
    if (groups->by == GROUP_STATE)
        look_at_living(groups, order, context);
}

/* In steps; what is in its place already is passed over. */
static void look_at_all(struct task_groups *groups, const struct task_order *order,
                        const struct column_context *context, struct frame_work *work)
{
    size_t *next = &groups->work->next_slot;
    bool is_over = false;
    for (; *next < order->slot_count && !is_over; ++*next) {
        if (is_in_place(groups, order, (uint32_t)*next))
            continue;
        put_in_place(groups, order, (uint32_t)*next, context);
        is_over = frame_work_is_over(work);
    }
    groups->is_busy = *next < order->slot_count;
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

/* Takes the changed ones out of those that are shown; returns how many stay. */
static size_t keep_steady(struct task_groups *groups)
{
    size_t kept = 0;
    for (size_t i = 0; i < groups->count; i++)
        if (!known(groups->groups[i])->has_changed)
            groups->groups[kept++] = groups->groups[i];
    return kept;
}

static void measure(struct known_group *group)
{
    bool is_told = group->elapsed_ms.count > 0;
    group->shown.p50_ms = is_told ? number_bag_quantile(&group->elapsed_ms, 50) : UNKNOWN;
    group->shown.p95_ms = is_told ? number_bag_quantile(&group->elapsed_ms, 95) : UNKNOWN;
}

/* The changed ones that have tasks, measured and in order; returns how many they are. */
static size_t sort_changed(struct group_work *work)
{
    size_t sorted = 0;
    for (struct known_group *group = work->changed; group != NULL; group = group->next_changed) {
        measure(group);
        group->has_changed = false;
        if (group->shown.count > 0)
            work->resorted[sorted++] = &group->shown;
    }
    work->changed = NULL;
    qsort(work->resorted, sorted, sizeof(work->resorted[0]), compare_groups);
    return sorted;
}

static void order_groups(struct task_groups *groups)
{
    struct group_work *work = groups->work;
    size_t most = HASH_COUNT(work->by_key) + 1;
    if (work->changed == NULL)
        return;
    groups->groups = xreallocarray(groups->groups, most, sizeof(groups->groups[0]));
    work->resorted = xreallocarray(work->resorted, most, sizeof(work->resorted[0]));
    size_t kept = keep_steady(groups);
    size_t changed = sort_changed(work);
    groups->count = kept + changed;
    for (size_t to = groups->count; changed > 0; to--) {
        bool is_kept =
            kept > 0 && compare_groups(&groups->groups[kept - 1], &work->resorted[changed - 1]) > 0;
        groups->groups[to - 1] = is_kept ? groups->groups[--kept] : work->resorted[--changed];
    }
}

/* ---- lines -------------------------------------------------------------------------------------
 */

static bool prepare_lists(struct task_groups *groups)
{
    bool is_any_open = false;
    for (size_t i = 0; i < groups->count; i++) {
        struct known_group *group = known(groups->groups[i]);
        group->slots.count = 0;
        if (!group->shown.is_open)
            continue;
        is_any_open = true;
        if (group->slots.size >= group->shown.count)
            continue;
        group->slots.size = group->shown.count;
        group->slots.slots =
            xreallocarray(group->slots.slots, group->slots.size, sizeof(group->slots.slots[0]));
    }
    return is_any_open;
}

/* The tasks of open groups, in the order of the rows. */
static void list_open(struct task_groups *groups, const struct task_order *order)
{
    if (!prepare_lists(groups))
        return;
    for (size_t i = 0; i < order->shown.count; i++) {
        const struct member *member = &groups->work->members[order->shown.slots[i]];
        if (member->is_counted && member->group->shown.is_open)
            member->group->slots.slots[member->group->slots.count++] = order->shown.slots[i];
    }
}

static void place_groups(struct task_groups *groups)
{
    groups->row_count = 0;
    for (size_t i = 0; i < groups->count; i++) {
        struct known_group *group = known(groups->groups[i]);
        group->first_row = groups->row_count;
        groups->row_count += 1 + group->slots.count;
    }
}

void task_groups_update(struct task_groups *groups, const struct task_order *order,
                        const struct column_context *context, struct frame_work *work)
{
    struct group_work *own = groups->work;
    if (HASH_COUNT(own->by_key) > KEPT_EMPTY + 4 * groups->count)
        forget(groups);
    fit_members(own, order);
    if (order->has_touched_all)
        own->next_slot = 0;
    else
        look_at_touched(groups, order, context);
    look_at_all(groups, order, context, work);
    own->are_lists_stale |= own->changed != NULL || own->rows_version != order->rows_version;
    order_groups(groups);
    if (own->are_lists_stale)
        list_open(groups, order);
    own->are_lists_stale = false;
    own->rows_version = order->rows_version;
    place_groups(groups);
}

/* ---- opening and finding -----------------------------------------------------------------------
 */

void task_groups_open(struct task_groups *groups, uint64_t key, bool is_open)
{
    struct known_group *group;
    HASH_FIND(hh, groups->work->by_key, &key, sizeof(key), group);
    if (group != NULL)
        group->shown.is_open = is_open;
    groups->work->are_lists_stale = true;
}

void task_groups_open_all(struct task_groups *groups, bool is_open)
{
    for (struct known_group *group = groups->work->by_key; group != NULL; group = group->hh.next)
        group->shown.is_open = is_open;
    groups->work->are_lists_stale = true;
}

/* The last group that does not begin behind the row. */
static const struct known_group *group_at(const struct task_groups *groups, size_t row)
{
    size_t low = 0;
    for (size_t high = groups->count; high - low > 1;) {
        size_t middle = low + (high - low) / 2;
        if (known(groups->groups[middle])->first_row <= row)
            low = middle;
        else
            high = middle;
    }
    return known(groups->groups[low]);
}

bool task_groups_at(const struct task_groups *groups, size_t row, struct group_row *out)
{
    if (row >= groups->row_count)
        return false;
    const struct known_group *group = group_at(groups, row);
    bool is_head = row == group->first_row;
    out->group = &group->shown;
    out->slot = is_head ? GROUP_HEAD : group->slots.slots[row - group->first_row - 1];
    return true;
}

size_t task_groups_find_head(const struct task_groups *groups, uint64_t key)
{
    struct known_group *group;
    HASH_FIND(hh, groups->work->by_key, &key, sizeof(key), group);
    return group != NULL && group->shown.count > 0 ? group->first_row : groups->row_count;
}

size_t task_groups_find_slot(const struct task_groups *groups, uint32_t slot)
{
    const struct task_group *shown = task_groups_of(groups, slot);
    const struct known_group *group = shown != NULL ? known(shown) : NULL;
    for (size_t i = 0; group != NULL && i < group->slots.count; i++)
        if (group->slots.slots[i] == slot)
            return group->first_row + 1 + i;
    return groups->row_count;
}

const struct task_group *task_groups_of(const struct task_groups *groups, uint32_t slot)
{
    const struct group_work *work = groups->work;
    if (slot >= work->slot_count || !work->members[slot].is_counted)
        return NULL;
    return &work->members[slot].group->shown;
}
