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

void task_order_finish(struct task_order *order)
{
    filter_destroy(order->filter);
    filter_destroy(order->slow);
    free(order->rows);
    free(order->slots);
    free(order->chunks);
    free(order->order);
    free(order->spare);
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

static void look_at_slot(struct task_order *order, struct order_slot *slot, const struct task *task,
                         const struct sorting *sorting)
{
    bool is_moving = task != slot->task || order->is_stale || (task && task_is_alive(task));
    if (is_moving) {
        slot->version += task != slot->task;
        slot->task = task;
        slot->is_fresh = task != NULL;
        order->has_fresh = true;
        if (task != NULL)
            slot->key = task_sort_key(sorting, task);
    } else if (!order->is_filter_stale && !order->is_filter_timed) {
        return;
    }
    bool is_now_shown = is_shown(order, task, sorting->context);
    order->has_fresh = order->has_fresh || is_now_shown != slot->is_shown;
    slot->is_shown = is_now_shown;
}

/* Looks at the slots of one chunk; returns whether nothing in it changes by itself. */
static bool look_at_chunk(struct task_order *order, const struct sorting *sorting, size_t first)
{
    bool is_steady = true;
    for (size_t i = first; i < first + TASKS_PER_CHUNK && i < order->slot_count; i++) {
        const struct task *task = snapshot_task_at(sorting->context->snapshot, i);
        look_at_slot(order, &order->slots[i], task, sorting);
        if (task != NULL && task_is_alive(task))
            is_steady = false;
    }
    return is_steady;
}

static void look_for_changes(struct task_order *order, const struct sorting *sorting)
{
    const struct snapshot *snapshot = sorting->context->snapshot;
    bool is_all_old = order->is_stale || order->is_filter_stale || order->is_filter_timed;
    for (size_t i = 0; i < snapshot->chunk_count; i++) {
        struct order_chunk *known = &order->chunks[i];
        if (known->chunk == snapshot->chunks[i] && known->is_steady && !is_all_old)
            continue;
        known->chunk = snapshot->chunks[i];
        known->is_steady = look_at_chunk(order, sorting, i * TASKS_PER_CHUNK);
    }
}

/* ---- merging -----------------------------------------------------------------------------------
 */

/* What stays, in its order, into spare. */
static size_t keep_steady(struct task_order *order)
{
    size_t kept = 0;
    for (size_t i = 0; i < order->task_count; i++) {
        uint32_t at = order->order[i];
        if (at < order->slot_count && order->slots[at].task != NULL && !order->slots[at].is_fresh)
            order->spare[kept++] = at;
    }
    return kept;
}

/* New and changed slots, sorted, to the end of order; returns where they begin. */
static size_t gather_fresh(struct task_order *order, const struct sorting *sorting)
{
    size_t begin = order->slot_count;
    for (size_t i = order->slot_count; i-- > 0;) {
        if (order->slots[i].is_fresh)
            order->order[--begin] = (uint32_t)i;
        order->slots[i].is_fresh = false;
    }
    task_sort(order->order + begin, order->slot_count - begin, sorting);
    return begin;
}

static void merge(struct task_order *order, size_t kept, size_t fresh, struct sorting *sorting)
{
    size_t count = 0;
    size_t left = 0;
    while (left < kept || fresh < order->slot_count) {
        bool is_left = fresh == order->slot_count ||
                       (left < kept &&
                        task_sort_compare(&order->spare[left], &order->order[fresh], sorting) <= 0);
        order->order[count++] = is_left ? order->spare[left++] : order->order[fresh++];
    }
    order->task_count = count;
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

void task_order_update(struct task_order *order, const struct column_context *context)
{
    bool is_shrunk = snapshot_slots(context->snapshot) < order->slot_count;
    make_room(order, context->snapshot);
    struct sorting sorting = {order->column, order->is_reversed, order->slow, order->slots,
                              context};
    order->has_fresh = order->is_stale || is_shrunk;
    look_for_changes(order, &sorting);
    if (order->has_fresh) {
        size_t kept = keep_steady(order);
        size_t fresh = gather_fresh(order, &sorting);
        merge(order, kept, fresh, &sorting);
        pick_rows(order);
    }
    order->is_stale = false;
    order->is_filter_stale = false;
}

size_t task_order_find(const struct task_order *order, uint16_t source, const char *id)
{
    for (size_t i = 0; i < order->row_count; i++)
        if (order->rows[i]->source == source &&
            strncmp(task_text_or_dash(order->rows[i], TASK_ID), id, LIMIT_ID_BYTES - 1) == 0)
            return i;
    return order->row_count;
}
