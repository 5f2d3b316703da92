#include "task_order.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

struct order_chunk {
    const struct task_chunk *chunk; /* as of the last update */
    bool is_steady;                 /* nothing in it changes by itself */
};

void task_order_init(struct task_order *order)
{
    memset(order, 0, sizeof(*order));
    order->column = SORT_BY_ACTIVITY;
    order->is_stale = true;
}

static void drop_job(struct task_order *order)
{
    sort_job_destroy(order->job);
    order->job = NULL;
}

void task_order_finish(struct task_order *order)
{
    filter_destroy(order->filter);
    filter_destroy(order->slow);
    drop_job(order);
    free(order->rows);
    free(order->slots);
    free(order->chunks);
    free(order->order);
    free(order->spare);
    free(order->fresh);
    free(order->row_slots);
    memset(order, 0, sizeof(*order));
}

void task_order_sort(struct task_order *order, enum column column, bool is_reversed)
{
    order->column = column;
    order->is_reversed = is_reversed;
    order->is_stale = true;
}

void task_order_filter(struct task_order *order, struct filter *filter, const char *text)
{
    filter_destroy(order->filter);
    order->filter = filter;
    order->is_filter_timed = filter != NULL && strpbrk(text, "<>") != NULL;
    order->is_filter_stale = true;
}

void task_order_slow(struct task_order *order, struct filter *slow)
{
    filter_destroy(order->slow);
    order->slow = slow;
    order->is_stale = true;
}

const char *task_order_name(enum column column)
{
    return column == SORT_BY_ACTIVITY ? "activity" : columns[column].name;
}

const char *task_order_help(enum column column)
{
    return column == SORT_BY_ACTIVITY ? "slow, longest running, waiting, latest ended"
                                      : columns[column].help;
}

bool task_order_falls(enum column column)
{
    return column != SORT_BY_ACTIVITY && columns[column].kind != COLUMN_TEXT;
}

const char *task_order_arrow(enum column column, bool is_reversed)
{
    bool is_falling = column == SORT_BY_ACTIVITY ? !is_reversed : is_reversed;
    return is_falling ? "\xe2\x96\xbc" : "\xe2\x96\xb2";
}

static void *widen(void *array, size_t from, size_t to, size_t size)
{
    char *wider = xreallocarray(array, to, size);
    memset(wider + from * size, 0, (to - from) * size);
    return wider;
}

static void make_room(struct task_order *order, const struct snapshot *snapshot)
{
    size_t slots = snapshot_slots(snapshot);
    if (slots > order->slot_count)
        order->slots = widen(order->slots, order->slot_count, slots, sizeof(order->slots[0]));
    order->slot_count = slots;
    if (snapshot->chunk_count > order->chunk_count)
        order->chunks = widen(order->chunks, order->chunk_count, snapshot->chunk_count,
                              sizeof(order->chunks[0]));
    order->chunk_count = snapshot->chunk_count;
    if (slots > order->order_size) {
        order->order = xreallocarray(order->order, slots, sizeof(order->order[0]));
        order->spare = xreallocarray(order->spare, slots, sizeof(order->spare[0]));
        order->fresh = xreallocarray(order->fresh, slots, sizeof(order->fresh[0]));
        order->rows = xreallocarray(order->rows, slots, sizeof(order->rows[0]));
        order->row_slots = xreallocarray(order->row_slots, slots, sizeof(order->row_slots[0]));
        order->order_size = slots;
    }
}

/* ---- what has changed --------------------------------------------------------------------------
 */

static bool is_shown(const struct task_order *order, const struct task *task,
                     const struct column_context *context)
{
    return task != NULL && (order->filter == NULL || filter_matches(order->filter, task, context));
}

/* Living tasks change their place by themselves: they run on, become slow, are being cancelled. */
static bool is_restless(const struct task_order *order)
{
    return order->column == COLUMN_ELAPSED || order->column == COLUMN_STATE ||
           order->column == SORT_BY_ACTIVITY;
}

static void sort_in(struct task_order *order, uint32_t slot)
{
    order->slots[slot].is_fresh = true;
    order->fresh[order->fresh_count++] = slot;
}

static void put_task(struct task_order *order, uint32_t at, const struct task *task,
                     const struct sorting *sorting)
{
    struct order_slot *slot = &order->slots[at];
    slot->version += task != slot->task;
    slot->task = task;
    order->has_changed = true;
    if (task == NULL)
        return;
    slot->key = task_sort_key(sorting, task);
    sort_in(order, at);
}

/* By elapsed time all keys move, evenly for the most part: their order is looked at as a whole. */
static void move_task(struct task_order *order, uint32_t at, const struct sorting *sorting)
{
    struct order_slot *slot = &order->slots[at];
    int64_t key = task_sort_key(sorting, slot->task);
    if (key == slot->key)
        return;
    slot->key = key;
    if (order->column == COLUMN_ELAPSED) {
        order->has_moved = true;
    } else {
        order->has_changed = true;
        sort_in(order, at);
    }
}

static void look_at_slot(struct task_order *order, uint32_t at, const struct sorting *sorting)
{
    struct order_slot *slot = &order->slots[at];
    const struct task *task = snapshot_task_at(sorting->context->snapshot, at);
    bool is_alive = task != NULL && task_is_alive(task);
    if (task != slot->task || order->is_stale) {
        put_task(order, at, task, sorting);
    } else if (is_alive && is_restless(order)) {
        move_task(order, at, sorting);
    } else if (!is_alive) {
        return; /* where it belongs already; the filter is asked in steps */
    }
    bool is_now_shown = is_shown(order, task, sorting->context);
    order->has_changed |= is_now_shown != slot->is_shown;
    slot->is_shown = is_now_shown;
}

/* Looks at the slots of one chunk; returns whether nothing in it changes by itself. */
static bool look_at_chunk(struct task_order *order, const struct sorting *sorting, size_t first)
{
    bool is_alive = false;
    for (size_t i = first; i < first + TASKS_PER_CHUNK && i < order->slot_count; i++) {
        look_at_slot(order, (uint32_t)i, sorting);
        is_alive |= order->slots[i].task != NULL && task_is_alive(order->slots[i].task);
    }
    return !is_alive || (order->filter == NULL && !is_restless(order));
}

static void look_for_changes(struct task_order *order, const struct sorting *sorting)
{
    const struct snapshot *snapshot = sorting->context->snapshot;
    for (size_t i = 0; i < snapshot->chunk_count; i++) {
        struct order_chunk *known = &order->chunks[i];
        const struct task_chunk *chunk = snapshot_chunk(snapshot, i);
        if (known->chunk == chunk && known->is_steady && !order->is_stale)
            continue;
        known->chunk = chunk;
        known->is_steady = look_at_chunk(order, sorting, i * TASKS_PER_CHUNK);
    }
}

/* ---- merging -----------------------------------------------------------------------------------
 */

/* Makes way in spare for the next one that stays. What has ended is in order; where living tasks
 * have moved past others they are sorted in anew. False: it is one of them itself. */
static bool make_way(struct task_order *order, size_t *kept, uint32_t at, struct sorting *sorting)
{
    while (*kept > 0 && task_sort_compare(&order->spare[*kept - 1], &at, sorting) > 0) {
        bool is_last_moved = task_is_alive(order->slots[order->spare[*kept - 1]].task);
        sort_in(order, is_last_moved ? order->spare[*kept - 1] : at);
        if (!is_last_moved)
            return false;
        (*kept)--;
    }
    return true;
}

/* What stays, in its order, into spare. */
static size_t keep_steady(struct task_order *order, struct sorting *sorting)
{
    size_t kept = 0;
    for (size_t i = 0; i < order->task_count; i++) {
        uint32_t at = order->order[i];
        bool is_staying =
            at < order->slot_count && order->slots[at].task != NULL && !order->slots[at].is_fresh;
        if (is_staying && (!order->has_moved || make_way(order, &kept, at, sorting)))
            order->spare[kept++] = at;
    }
    return kept;
}

/* How many of what stays, from one on, come before a slot. */
static size_t count_before(const struct task_order *order, size_t from, size_t kept, uint32_t slot,
                           struct sorting *sorting)
{
    size_t low = from;
    for (size_t high = kept; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (task_sort_compare(&order->spare[middle], &slot, sorting) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low - from;
}

static void append(struct task_order *order, const uint32_t *slots, size_t count)
{
    if (count == 0)
        return;
    memcpy(order->order + order->task_count, slots, count * sizeof(*slots));
    order->task_count += count;
}

static void merge(struct task_order *order, size_t kept, struct sorting *sorting)
{
    size_t at = 0;
    task_sort(order->fresh, order->fresh_count, sorting);
    order->task_count = 0;
    for (size_t i = 0; i < order->fresh_count; i++) {
        uint32_t slot = order->fresh[i];
        size_t before = count_before(order, at, kept, slot, sorting);
        append(order, order->spare + at, before);
        append(order, &slot, 1);
        at += before;
        order->slots[slot].is_fresh = false;
    }
    append(order, order->spare + at, kept - at);
    order->fresh_count = 0;
}

static void pick_rows(struct task_order *order)
{
    order->row_count = 0;
    for (size_t i = 0; i < order->task_count; i++) {
        const struct order_slot *slot = &order->slots[order->order[i]];
        if (!slot->is_shown)
            continue;
        order->row_slots[order->row_count] = order->order[i];
        order->rows[order->row_count++] = slot->task;
    }
}

/* Takes over what has changed since the last update. Returns whether anything has. */
static bool take_changes(struct task_order *order, struct sorting *sorting)
{
    bool is_shrunk = snapshot_slots(sorting->context->snapshot) < order->slot_count;
    /* An order that was not finished for the snapshot before is made for this one. */
    order->is_stale = order->is_stale || order->job != NULL;
    drop_job(order);
    make_room(order, sorting->context->snapshot);
    sorting->slots = order->slots;
    order->has_changed = order->is_stale || is_shrunk;
    order->has_moved = false;
    look_for_changes(order, sorting);
    if (order->is_stale) { /* then every task was asked for, too */
        order->asked_count = order->slot_count;
        order->is_filter_stale = false;
    }
    order->is_stale = false;
    if (!order->has_changed && !order->has_moved)
        return false;
    merge(order, keep_steady(order, sorting), sorting);
    return true;
}

/* ---- in steps ----------------------------------------------------------------------------------
 */

/* Asks the filter about tasks that it was not asked about yet. Returns whether any comes or goes.
 */
static bool ask_filter(struct task_order *order, const struct column_context *context,
                       struct frame_work *work)
{
    bool is_other = false;
    while (order->asked_count < order->slot_count) {
        struct order_slot *slot = &order->slots[order->asked_count++];
        bool is_now_shown = is_shown(order, slot->task, context);
        is_other = is_other || is_now_shown != slot->is_shown;
        slot->is_shown = is_now_shown;
        if (frame_work_is_over(work))
            break;
    }
    return is_other;
}

/* Another order for the same tasks. Returns whether it is there. */
static bool go_on_sorting(struct task_order *order, const struct sorting *sorting,
                          struct frame_work *work)
{
    if (order->is_stale) {
        drop_job(order);
        order->job = sort_job_create(order->order, order->task_count, false, sorting);
        order->is_stale = false;
    }
    if (!sort_job_step(order->job, sorting, work))
        return false;
    sort_job_take(order->job, order->order);
    order->job = NULL;
    return true;
}

void task_order_update(struct task_order *order, const struct column_context *context,
                       struct frame_work *work)
{
    const struct snapshot *snapshot = context->snapshot;
    bool is_same = order->task_count > 0 && order->generation == snapshot->generation &&
                   order->snapshot == snapshot;
    struct sorting sorting = {order->column, order->is_reversed, order->slow, order->slots,
                              context};
    bool is_other = is_same && (order->is_stale || order->job != NULL)
                        ? go_on_sorting(order, &sorting, work)
                        : take_changes(order, &sorting);
    order->snapshot = snapshot;
    order->generation = snapshot->generation;
    if (order->is_filter_stale || (!is_same && order->is_filter_timed))
        order->asked_count = 0;
    order->is_filter_stale = false;
    is_other = ask_filter(order, context, work) || is_other;
    if (is_other)
        pick_rows(order);
}

bool task_order_is_busy(const struct task_order *order)
{
    return order->is_stale || order->is_filter_stale || order->job != NULL ||
           order->asked_count < order->slot_count;
}

static bool is_task(const struct task *task, uint16_t source, const char *id)
{
    return task != NULL && task->source == source &&
           strncmp(task_text_or_dash(task, TASK_ID), id, LIMIT_ID_BYTES - 1) == 0;
}

static size_t row_of_slot(const struct task_order *order, uint32_t slot)
{
    size_t row = 0;
    while (row < order->row_count && order->row_slots[row] != slot)
        row++;
    return row;
}

size_t task_order_find(const struct task_order *order, uint16_t source, const char *id,
                       uint32_t slot)
{
    if (slot < order->slot_count && is_task(order->slots[slot].task, source, id))
        return row_of_slot(order, slot);
    size_t row = 0;
    while (row < order->row_count && !is_task(order->rows[row], source, id))
        row++;
    return row;
}
