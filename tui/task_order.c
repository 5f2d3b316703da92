#include "task_order.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

struct order_slot {
    const struct task *task; /* as of the last update; NULL: empty */
    int64_t key;             /* smaller comes first; equal: the tasks themselves decide */
    bool is_shown;
    bool is_fresh; /* must be sorted in */
};

struct order_chunk {
    const struct task_chunk *chunk; /* as of the last update */
    bool is_steady;                 /* nothing in it changes by itself */
};

/* What the comparison needs beside the two slots. */
struct sorting {
    const struct task_order *order;
    const struct column_context *context;
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
    free(order->rows);
    free(order->slots);
    free(order->chunks);
    free(order->order);
    free(order->spare);
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
    order->is_stale = true;
}

const char *task_order_name(enum column column)
{
    return column == SORT_BY_ACTIVITY ? "activity" : columns[column].name;
}

const char *task_order_help(enum column column)
{
    return column == SORT_BY_ACTIVITY ? "longest running, then waiting, then latest ended"
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

static int compare_numbers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int activity_rank(const struct task *task)
{
    if (!task_is_alive(task))
        return 2;
    return task->state == TASK_QUEUED ? 1 : 0;
}

/* When it got where it is: began to run, was asked for, ended. */
static int64_t activity_since(const struct task *task)
{
    if (!task_is_alive(task))
        return task->ended_ms != UNKNOWN ? task->ended_ms : task->observed_ms;
    if (task->elapsed_ms != UNKNOWN && task->observed_ms != UNKNOWN)
        return task->observed_ms - task->elapsed_ms;
    return task->created_ms != UNKNOWN ? task->created_ms : INT64_MAX;
}

static int compare_activity(const struct task *a, const struct task *b)
{
    int rank = activity_rank(a);
    int by_rank = rank - activity_rank(b);
    if (by_rank != 0)
        return by_rank;
    int by_time = compare_numbers(activity_since(a), activity_since(b));
    if (by_time != 0)
        return rank == 2 ? -by_time : by_time;
    int by_source = (int)a->source - (int)b->source;
    return by_source != 0 ? by_source
                          : strcmp(task_text_or_dash(a, TASK_ID), task_text_or_dash(b, TASK_ID));
}

/* ---- keys --------------------------------------------------------------------------------------
 */

/* Most comparisons are decided by one number per task, without touching the task: that is what
 * keeps ten thousand changed tasks cheap. A key must never contradict the order of the tasks, and
 * for a task that does not change it must not change with the clock. */

#define KEY_LAST    INT64_MAX
#define KEY_RANK    ((int64_t)1 << 60)
#define KEY_LATEST  ((int64_t)1 << 59)
#define KEY_LETTERS 8

static int64_t activity_key(const struct task_order *order, const struct task *task)
{
    int rank = activity_rank(task);
    int64_t since = activity_since(task);
    if (since < 0)
        since = 0;
    if (since > KEY_LATEST)
        since = KEY_LATEST;
    int64_t key = rank * KEY_RANK + (rank == 2 ? KEY_LATEST - since : since);
    return order->is_reversed ? -key : key;
}

/* The head of the text as a number, in the order of strcasecmp(). */
static int64_t text_key(const char *text)
{
    uint64_t key = 0;
    for (int i = 0; i < KEY_LETTERS; i++) {
        key = key << 8 | (unsigned char)tolower((unsigned char)*text);
        if (*text != '\0')
            text++;
    }
    return (int64_t)(key >> 1);
}

static int64_t column_key(const struct task_order *order, const struct task *task,
                          const struct column_context *context)
{
    const struct column_info *info = &columns[order->column];
    int64_t key;
    if (order->column == COLUMN_AGE)
        return 0; /* grows with the clock */
    if (order->column == COLUMN_STATE) {
        key = (int64_t)snapshot_shown_state(context->snapshot, task);
    } else if (info->kind == COLUMN_TEXT) {
        const char *text = info->text(task, context);
        if (text == NULL)
            return KEY_LAST;
        key = text_key(text);
    } else {
        key = info->number(task, context);
        if (key == UNKNOWN)
            return KEY_LAST;
    }
    return order->is_reversed ? -key : key;
}

static int64_t key_of(const struct task_order *order, const struct task *task,
                      const struct column_context *context)
{
    return order->column == SORT_BY_ACTIVITY ? activity_key(order, task)
                                             : column_key(order, task, context);
}

static int compare_slots(const void *a, const void *b, void *with)
{
    const struct sorting *sorting = with;
    const struct task_order *order = sorting->order;
    const struct order_slot *left_slot = &order->slots[*(const uint32_t *)a];
    const struct order_slot *right_slot = &order->slots[*(const uint32_t *)b];
    if (left_slot->key != right_slot->key)
        return left_slot->key < right_slot->key ? -1 : 1;
    const struct task *left = left_slot->task;
    const struct task *right = right_slot->task;
    if (order->column != SORT_BY_ACTIVITY)
        return column_compare(order->column, order->is_reversed, left, right, sorting->context);
    return order->is_reversed ? compare_activity(right, left) : compare_activity(left, right);
}

static void make_room(struct task_order *order, const struct snapshot *snapshot)
{
    size_t slots = snapshot_slots(snapshot);
    if (slots > order->slot_count) {
        order->slots = xreallocarray(order->slots, slots, sizeof(order->slots[0]));
        memset(order->slots + order->slot_count, 0,
               (slots - order->slot_count) * sizeof(order->slots[0]));
    }
    order->slot_count = slots;
    if (snapshot->chunk_count > order->chunk_count) {
        order->chunks =
            xreallocarray(order->chunks, snapshot->chunk_count, sizeof(order->chunks[0]));
        memset(order->chunks + order->chunk_count, 0,
               (snapshot->chunk_count - order->chunk_count) * sizeof(order->chunks[0]));
    }
    order->chunk_count = snapshot->chunk_count;
    if (slots > order->order_size) {
        order->order = xreallocarray(order->order, slots, sizeof(order->order[0]));
        order->spare = xreallocarray(order->spare, slots, sizeof(order->spare[0]));
        order->rows = xreallocarray(order->rows, slots, sizeof(order->rows[0]));
        order->order_size = slots;
    }
}

/* Looks at the slots of one chunk; returns whether nothing in it changes by itself. */
static bool look_at_chunk(struct task_order *order, const struct column_context *context,
                          size_t first)
{
    bool is_steady = true;
    for (size_t i = first; i < first + TASKS_PER_CHUNK && i < order->slot_count; i++) {
        struct order_slot *slot = &order->slots[i];
        const struct task *task = snapshot_task_at(context->snapshot, i);
        bool is_alive = task != NULL && task_is_alive(task);
        if (is_alive)
            is_steady = false;
        if (task == slot->task && !is_alive && !order->is_stale && !order->is_filter_timed)
            continue;
        slot->task = task;
        slot->is_fresh = true;
        slot->is_shown =
            task != NULL && (order->filter == NULL || filter_matches(order->filter, task, context));
        if (slot->is_shown)
            slot->key = key_of(order, task, context);
    }
    return is_steady;
}

static void look_for_changes(struct task_order *order, const struct column_context *context)
{
    const struct snapshot *snapshot = context->snapshot;
    for (size_t i = 0; i < snapshot->chunk_count; i++) {
        struct order_chunk *known = &order->chunks[i];
        if (known->chunk == snapshot->chunks[i] && known->is_steady && !order->is_stale &&
            !order->is_filter_timed)
            continue;
        known->chunk = snapshot->chunks[i];
        known->is_steady = look_at_chunk(order, context, i * TASKS_PER_CHUNK);
    }
}

/* Rows that stay, in their order, into spare. */
static size_t keep_rows(struct task_order *order)
{
    size_t kept = 0;
    for (size_t i = 0; i < order->row_count; i++) {
        uint32_t at = order->order[i];
        if (at < order->slot_count && order->slots[at].is_shown && !order->slots[at].is_fresh)
            order->spare[kept++] = at;
    }
    return kept;
}

/* New and changed rows, sorted, to the end of order; returns where they begin. */
static size_t gather_fresh(struct task_order *order, struct sorting *sorting)
{
    size_t begin = order->slot_count;
    order->task_count = 0;
    for (size_t i = order->slot_count; i-- > 0;) {
        struct order_slot *slot = &order->slots[i];
        order->task_count += slot->task != NULL;
        if (slot->is_fresh && slot->is_shown)
            order->order[--begin] = (uint32_t)i;
        slot->is_fresh = false;
    }
    if (begin < order->slot_count)
        qsort_r(order->order + begin, order->slot_count - begin, sizeof(order->order[0]),
                compare_slots, sorting);
    return begin;
}

static void merge_rows(struct task_order *order, size_t kept, size_t fresh, struct sorting *sorting)
{
    size_t count = 0;
    size_t left = 0;
    while (left < kept || fresh < order->slot_count) {
        bool is_left =
            fresh == order->slot_count ||
            (left < kept && compare_slots(&order->spare[left], &order->order[fresh], sorting) <= 0);
        order->order[count++] = is_left ? order->spare[left++] : order->order[fresh++];
    }
    order->row_count = count;
    for (size_t i = 0; i < count; i++)
        order->rows[i] = order->slots[order->order[i]].task;
}

void task_order_update(struct task_order *order, const struct column_context *context)
{
    make_room(order, context->snapshot);
    look_for_changes(order, context);
    order->snapshot = context->snapshot;
    struct sorting sorting = {order, context};
    size_t kept = keep_rows(order);
    size_t fresh = gather_fresh(order, &sorting);
    merge_rows(order, kept, fresh, &sorting);
    order->is_stale = false;
}

size_t task_order_find(const struct task_order *order, uint16_t source, const char *id)
{
    for (size_t i = 0; i < order->row_count; i++)
        if (order->rows[i]->source == source &&
            strncmp(task_text_or_dash(order->rows[i], TASK_ID), id, LIMIT_ID_BYTES - 1) == 0)
            return i;
    return order->row_count;
}
