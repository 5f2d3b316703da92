#include "task_order.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

/* With more touched tasks all of them are put in order anew. */
#define EDIT_MAX(count) (64 + (count) / 16)

struct order_chunk {
    const struct task_chunk *chunk; /* as of the last update */
    uint32_t living;                /* bits of its tasks */
};

static_assert(TASKS_PER_CHUNK == 32, "a chunk's tasks are the bits of a number");

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
    slot_edit_finish(&order->all_edit);
    slot_edit_finish(&order->shown_edit);
    free(order->all.slots);
    free(order->shown.slots);
    free(order->rows);
    free(order->slots);
    free(order->chunks);
    free(order->noted);
    free(order->spare);
    free(order->fresh);
    memset(order, 0, sizeof(*order));
}

void task_order_sort(struct task_order *order, enum column column, bool is_reversed)
{
    order->column = column;
    order->is_reversed = is_reversed;
    order->is_stale = true;
}

/* Whether what the filter so far has hidden need not be asked again: not where the clock has a say,
 * nor where some were hidden by an earlier filter that had nothing to do with this one. */
static bool is_narrower(const struct task_order *order, const struct filter *filter)
{
    bool is_asked = !order->is_filter_stale && order->asked_count >= order->slot_count;
    if ((!is_asked && !order->is_narrowing) || order->is_filter_timed)
        return false;
    return order->filter == NULL || (filter != NULL && filter_implies(filter, order->filter));
}

void task_order_filter(struct task_order *order, struct filter *filter, const char *text)
{
    order->is_narrowing = is_narrower(order, filter);
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
    if (slots > order->all.size) {
        order->all.slots = xreallocarray(order->all.slots, slots, sizeof(order->all.slots[0]));
        order->shown.slots = xreallocarray(order->shown.slots, slots, sizeof(order->all.slots[0]));
        order->noted = xreallocarray(order->noted, slots, sizeof(order->noted[0]));
        order->spare = xreallocarray(order->spare, slots, sizeof(order->spare[0]));
        order->fresh = xreallocarray(order->fresh, slots, sizeof(order->fresh[0]));
        order->all.size = order->shown.size = slots;
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

/* Notes a slot if something of it has changed; everything stays as it was. */
static void note_slot(struct task_order *order, uint32_t at, bool is_moved, bool will_be_shown)
{
    struct order_slot *slot = &order->slots[at];
    slot->is_moved = is_moved;
    slot->will_be_shown = will_be_shown;
    if (is_moved || will_be_shown != slot->is_shown)
        order->noted[order->touched_count++] = at;
}

static void look_at_slot(struct task_order *order, uint32_t at, const struct sorting *sorting)
{
    const struct order_slot *slot = &order->slots[at];
    const struct task *task = snapshot_task_at(sorting->context->snapshot, at);
    bool is_moved = task != slot->task || order->is_stale ||
                    (is_restless(order) && task_sort_key(sorting, task) != slot->key);
    note_slot(order, at, is_moved, is_shown(order, task, sorting->context));
}

/* Of tasks that are the same as before. */
static void look_at_living(struct task_order *order, uint32_t living, size_t first,
                           const struct sorting *sorting)
{
    bool moves = is_restless(order);
    for (; living != 0; living &= living - 1) {
        uint32_t at = (uint32_t)first + (uint32_t)__builtin_ctz(living);
        const struct order_slot *slot = &order->slots[at];
        bool is_moved = moves && task_sort_key(sorting, slot->task) != slot->key;
        note_slot(order, at, is_moved, is_shown(order, slot->task, sorting->context));
    }
}

/* What has ended and is the same is where it belongs, and the filter is asked about it in steps. */
static void look_at_chunk(struct task_order *order, struct order_chunk *known, size_t first,
                          const struct sorting *sorting)
{
    known->living = 0;
    for (size_t i = 0; i < TASKS_PER_CHUNK; i++) {
        const struct task *task = known->chunk->tasks[i];
        bool is_alive = task != NULL && task_is_alive(task);
        known->living |= (uint32_t)is_alive << i;
        if (is_alive || task != order->slots[first + i].task || order->is_stale)
            look_at_slot(order, (uint32_t)(first + i), sorting);
    }
}

static void look_for_changes(struct task_order *order, const struct sorting *sorting)
{
    const struct snapshot *snapshot = sorting->context->snapshot;
    bool moves_by_itself = order->filter != NULL || is_restless(order);
    order->touched_count = 0;
    for (size_t i = 0; i < snapshot->chunk_count; i++) {
        struct order_chunk *known = &order->chunks[i];
        const struct task_chunk *chunk =
            snapshot->pages[i / CHUNKS_PER_PAGE]->chunks[i % CHUNKS_PER_PAGE];
        if (known->chunk != chunk || order->is_stale) {
            known->chunk = chunk;
            look_at_chunk(order, known, i * TASKS_PER_CHUNK, sorting);
        } else if (known->living != 0 && moves_by_itself) {
            look_at_living(order, known->living, i * TASKS_PER_CHUNK, sorting);
        }
    }
}

uint32_t task_order_living(const struct task_order *order, size_t chunk)
{
    return chunk < order->chunk_count ? order->chunks[chunk].living : 0;
}

/* Takes over what was noted. */
static void settle_slot(struct task_order *order, uint32_t at, const struct sorting *sorting)
{
    struct order_slot *slot = &order->slots[at];
    const struct task *task = snapshot_task_at(sorting->context->snapshot, at);
    slot->version += task != slot->task;
    slot->task = task;
    slot->is_shown = slot->will_be_shown;
    if (slot->is_moved && task != NULL)
        slot->key = task_sort_key(sorting, task);
}

/* ---- few changes -------------------------------------------------------------------------------
 */

/* False: something is not where it ought to be, as where the clock has moved a living task past one
 * that has ended. */
static bool take_out(struct task_order *order, struct sorting *sorting)
{
    slot_edit_begin(&order->all_edit, order->touched_count);
    slot_edit_begin(&order->shown_edit, order->touched_count);
    for (size_t i = 0; i < order->touched_count; i++) {
        uint32_t at = order->touched[i];
        const struct order_slot *slot = &order->slots[at];
        bool is_leaving = slot->is_shown && (slot->is_moved || !slot->will_be_shown);
        if (slot->task != NULL && slot->is_moved &&
            !slot_edit_remove(&order->all_edit, &order->all, at, sorting))
            return false;
        if (is_leaving && !slot_edit_remove(&order->shown_edit, &order->shown, at, sorting))
            return false;
    }
    return true;
}

static void put_in(struct task_order *order, const struct sorting *sorting)
{
    for (size_t i = 0; i < order->touched_count; i++) {
        uint32_t at = order->touched[i];
        const struct order_slot *slot = &order->slots[at];
        bool was_shown = slot->is_shown;
        settle_slot(order, at, sorting);
        if (slot->task != NULL && slot->is_moved)
            slot_edit_insert(&order->all_edit, at);
        if (slot->is_shown && (slot->is_moved || !was_shown))
            slot_edit_insert(&order->shown_edit, at);
    }
}

/* Changes the rows where the touched ones stand and will stand. False: nothing was done. */
static bool edit_rows(struct task_order *order, struct sorting *sorting)
{
    size_t end;
    if (order->touched_count > EDIT_MAX(order->all.count) || !take_out(order, sorting))
        return false;
    put_in(order, sorting);
    slot_edit_apply(&order->all_edit, &order->all, order->spare, sorting, &end);
    size_t row = slot_edit_apply(&order->shown_edit, &order->shown, order->spare, sorting, &end);
    order->rows_version += row < end;
    return true;
}

/* ---- many changes ------------------------------------------------------------------------------
 */

static void sort_in(struct task_order *order, uint32_t slot)
{
    order->slots[slot].is_fresh = true;
    order->fresh[order->fresh_count++] = slot;
}

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
    for (size_t i = 0; i < order->all.count; i++) {
        uint32_t at = order->all.slots[i];
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
    memcpy(order->all.slots + order->all.count, slots, count * sizeof(*slots));
    order->all.count += count;
}

static void merge(struct task_order *order, size_t kept, struct sorting *sorting)
{
    size_t at = 0;
    task_sort(order->fresh, order->fresh_count, sorting);
    order->all.count = 0;
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
    order->shown.count = 0;
    for (size_t i = 0; i < order->all.count; i++) {
        const struct order_slot *slot = &order->slots[order->all.slots[i]];
        if (!slot->is_shown)
            continue;
        order->shown.slots[order->shown.count++] = order->all.slots[i];
    }
    order->rows_version++;
}

/* By elapsed time all keys move, evenly for the most part: their order is looked at as a whole. */
static void settle_all(struct task_order *order, const struct sorting *sorting)
{
    order->has_moved = false;
    for (size_t i = 0; i < order->touched_count; i++) {
        uint32_t at = order->touched[i];
        const struct order_slot *slot = &order->slots[at];
        uint32_t version = slot->version;
        settle_slot(order, at, sorting);
        bool has_only_moved = order->column == COLUMN_ELAPSED && !order->is_stale &&
                              slot->is_moved && slot->version == version;
        order->has_moved |= has_only_moved;
        if (slot->task != NULL && slot->is_moved && !has_only_moved)
            sort_in(order, at);
    }
}

/* Takes over what has changed since the last update. Returns whether the rows must be picked anew.
 */
static bool take_changes(struct task_order *order, struct sorting *sorting)
{
    bool is_shrunk = snapshot_slots(sorting->context->snapshot) < order->slot_count;
    /* An order that was not finished for the snapshot before is made for this one. */
    order->is_stale = order->is_stale || order->job != NULL;
    drop_job(order);
    make_room(order, sorting->context->snapshot);
    order->touched = order->noted;
    sorting->slots = order->slots;
    look_for_changes(order, sorting);
    if (!order->is_stale && !is_shrunk && edit_rows(order, sorting))
        return false;
    order->has_touched_all = true;
    settle_all(order, sorting);
    merge(order, keep_steady(order, sorting), sorting);
    if (order->is_stale) { /* then every task was asked for, too */
        order->asked_count = order->slot_count;
        order->is_filter_stale = false;
    }
    order->is_stale = false;
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
        if (order->is_narrowing && !slot->is_shown)
            continue;
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
        order->job = sort_job_create(order->all.slots, order->all.count, false, sorting);
        order->is_stale = false;
    }
    if (!sort_job_step(order->job, sorting, work))
        return false;
    sort_job_take(order->job, order->all.slots);
    order->job = NULL;
    return true;
}

void task_order_update(struct task_order *order, const struct column_context *context,
                       struct frame_work *work)
{
    const struct snapshot *snapshot = context->snapshot;
    bool is_same = order->all.count > 0 && order->generation == snapshot->generation &&
                   order->snapshot == snapshot;
    struct sorting sorting = {order->column, order->is_reversed, order->slow, order->slots,
                              context};
    order->touched_count = 0;
    order->has_touched_all = false;
    bool is_other = is_same && (order->is_stale || order->job != NULL)
                        ? go_on_sorting(order, &sorting, work)
                        : take_changes(order, &sorting);
    order->snapshot = snapshot;
    order->generation = snapshot->generation;
    bool is_later = !is_same && order->is_filter_timed;
    if (order->is_filter_stale || is_later)
        order->asked_count = 0;
    order->is_narrowing = order->is_narrowing && !is_later;
    order->is_filter_stale = false;
    bool has_asked = ask_filter(order, context, work);
    order->has_touched_all |= has_asked;
    if (is_other || has_asked)
        pick_rows(order);
}

bool task_order_is_busy(const struct task_order *order)
{
    return order->is_stale || order->is_filter_stale || order->job != NULL ||
           order->asked_count < order->slot_count;
}

const struct task *const *task_order_rows(struct task_order *order)
{
    if (order->told_version == order->rows_version)
        return order->rows;
    order->rows = xreallocarray(order->rows, order->shown.count + 1, sizeof(order->rows[0]));
    for (size_t row = 0; row < order->shown.count; row++)
        order->rows[row] = task_order_at(order, row);
    order->told_version = order->rows_version;
    return order->rows;
}

static bool is_task(const struct task *task, uint16_t source, const char *id)
{
    return task != NULL && task->source == source &&
           strncmp(task_text_or_dash(task, TASK_ID), id, LIMIT_ID_BYTES - 1) == 0;
}

size_t task_order_row(const struct task_order *order, uint32_t slot)
{
    size_t row = 0;
    while (row < order->shown.count && order->shown.slots[row] != slot)
        row++;
    return row;
}

size_t task_order_find(const struct task_order *order, uint16_t source, const char *id,
                       uint32_t slot)
{
    if (slot < order->slot_count && is_task(order->slots[slot].task, source, id))
        return task_order_row(order, slot);
    size_t row = 0;
    while (row < order->shown.count && !is_task(task_order_at(order, row), source, id))
        row++;
    return row;
}
