#include "task_sort.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "base/xalloc.h"

#undef uthash_fatal
#define uthash_fatal(message) xalloc_die()

/* A text column with no more different texts than this is sorted by their ranks. */
#define RANKS_MAX 2048

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

bool task_is_slow(const struct task *task, const struct filter *slow,
                  const struct column_context *context)
{
    return task_is_slow_at(task, context->now_ms) ||
           (slow != NULL && filter_matches(slow, task, context));
}

/* Of those that live; what has ended stays where it ended. */
static bool comes_first(const struct sorting *sorting, const struct task *task)
{
    return task_is_alive(task) && task_is_slow(task, sorting->slow, sorting->context);
}

static int64_t activity_key(const struct sorting *sorting, const struct task *task)
{
    int rank = activity_rank(task);
    int64_t since = activity_since(task);
    if (since < 0)
        since = 0;
    if (since > KEY_LATEST)
        since = KEY_LATEST;
    int64_t key = (rank + 1) * KEY_RANK + (rank == 2 ? KEY_LATEST - since : since);
    if (comes_first(sorting, task))
        key = since;
    return sorting->is_reversed ? -key : key;
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

static int64_t column_key(const struct sorting *sorting, const struct task *task)
{
    const struct column_info *info = &columns[sorting->column];
    const struct column_context *context = sorting->context;
    int64_t key;
    if (sorting->column == COLUMN_AGE) { /* it grows with the clock, its order does not */
        if (task->created_ms == UNKNOWN)
            return KEY_LAST;
        return sorting->is_reversed ? task->created_ms : -task->created_ms;
    }
    if (sorting->column == COLUMN_STATE) {
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
    return sorting->is_reversed ? -key : key;
}

int64_t task_sort_key(const struct sorting *sorting, const struct task *task)
{
    return sorting->column == SORT_BY_ACTIVITY ? activity_key(sorting, task)
                                               : column_key(sorting, task);
}

static int compare_tasks(const struct sorting *sorting, const struct task *a, const struct task *b)
{
    if (sorting->column != SORT_BY_ACTIVITY)
        return column_compare(sorting->column, sorting->is_reversed, a, b, sorting->context);
    return sorting->is_reversed ? compare_activity(b, a) : compare_activity(a, b);
}

int task_sort_compare(const void *a, const void *b, void *with)
{
    const struct sorting *sorting = with;
    const struct order_slot *left = &sorting->slots[*(const uint32_t *)a];
    const struct order_slot *right = &sorting->slots[*(const uint32_t *)b];
    if (left->key != right->key)
        return left->key < right->key ? -1 : 1;
    return compare_tasks(sorting, left->task, right->task);
}

/* ---- many at once ------------------------------------------------------------------------------
 */

/* What a comparison needs, side by side: most never touch a task. */
struct sort_item {
    int64_t key;
    int64_t tie; /* among equal keys; equal too: the tasks decide */
    uint32_t slot;
};

struct ranked_text {
    const char *text;
    int64_t rank;
    UT_hash_handle hh;
};

struct ranking {
    struct ranked_text *texts;
    size_t count;
    struct ranked_text *by_text;
};

static int compare_items(const void *a, const void *b, void *with)
{
    const struct sorting *sorting = with;
    const struct sort_item *left = a;
    const struct sort_item *right = b;
    if (left->key != right->key)
        return left->key < right->key ? -1 : 1;
    if (left->tie != right->tie)
        return left->tie < right->tie ? -1 : 1;
    return compare_tasks(sorting, sorting->slots[left->slot].task,
                         sorting->slots[right->slot].task);
}

static int compare_ranked(const struct ranked_text *a, const struct ranked_text *b)
{
    int order = strcasecmp(a->text, b->text);
    return order != 0 ? order : strcmp(a->text, b->text);
}

static struct ranked_text *find_text(const struct ranking *ranking, const char *text)
{
    struct ranked_text *found;
    HASH_FIND_STR(ranking->by_text, text, found);
    return found;
}

/* Ranks the different texts of the column; false: there are too many. */
static bool rank_texts(struct ranking *ranking, const uint32_t *slots, size_t count,
                       const struct sorting *sorting)
{
    ranking->texts = xcalloc(RANKS_MAX, sizeof(ranking->texts[0]));
    for (size_t i = 0; i < count; i++) {
        const struct task *task = sorting->slots[slots[i]].task;
        const char *text = columns[sorting->column].text(task, sorting->context);
        if (text == NULL || find_text(ranking, text) != NULL)
            continue;
        if (ranking->count == RANKS_MAX)
            return false;
        struct ranked_text *added = &ranking->texts[ranking->count++];
        added->text = text;
        HASH_ADD_KEYPTR(hh, ranking->by_text, added->text, strlen(added->text), added);
    }
    HASH_SORT(ranking->by_text, compare_ranked);
    int64_t rank = 0;
    for (struct ranked_text *at = ranking->by_text; at != NULL; at = at->hh.next)
        at->rank = rank++;
    return true;
}

static void drop_ranking(struct ranking *ranking)
{
    HASH_CLEAR(hh, ranking->by_text);
    free(ranking->texts);
}

static bool is_ranked_column(const struct sorting *sorting)
{
    return sorting->column != SORT_BY_ACTIVITY && sorting->column != COLUMN_STATE &&
           columns[sorting->column].kind == COLUMN_TEXT;
}

/* Columns fall back on the youngest first, as column_compare() does. */
static int64_t tie_of(const struct task *task)
{
    return task->created_ms == UNKNOWN ? KEY_LAST : -task->created_ms;
}

static void fill_item(struct sort_item *item, uint32_t slot, const struct ranking *ranking,
                      const struct sorting *sorting)
{
    const struct task *task = sorting->slots[slot].task;
    *item = (struct sort_item){.key = sorting->slots[slot].key, .slot = slot};
    if (ranking != NULL) {
        const char *text = columns[sorting->column].text(task, sorting->context);
        int64_t rank = text != NULL ? find_text(ranking, text)->rank : KEY_LAST;
        item->key = text != NULL && sorting->is_reversed ? -rank : rank;
    }
    bool is_whole_key =
        ranking != NULL || (sorting->column != SORT_BY_ACTIVITY && !is_ranked_column(sorting));
    item->tie = is_whole_key ? tie_of(task) : 0;
}

void task_sort(uint32_t *slots, size_t count, const struct sorting *sorting)
{
    struct ranking ranking = {0};
    struct sort_item *items = xreallocarray(NULL, count > 0 ? count : 1, sizeof(*items));
    bool is_ranked = is_ranked_column(sorting) && rank_texts(&ranking, slots, count, sorting);
    for (size_t i = 0; i < count; i++)
        fill_item(&items[i], slots[i], is_ranked ? &ranking : NULL, sorting);
    qsort_r(items, count, sizeof(*items), compare_items, (void *)sorting);
    for (size_t i = 0; i < count; i++)
        slots[i] = items[i].slot;
    drop_ranking(&ranking);
    free(items);
}
