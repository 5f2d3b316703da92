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

/* Of which a number holds every bit. */
#define WHOLE_LETTERS 7

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
    uint32_t text; /* among the texts of the ranking */
};

struct ranked_text {
    const char *text; /* NULL: unknown, and last */
    uint32_t number;
    int64_t rank;
    UT_hash_handle hh;
};

/* The different texts of a column, as long as they are few. */
struct ranking {
    bool is_in_use;
    struct ranked_text *texts;
    size_t count;
    struct ranked_text *by_text;
};

struct sort_job {
    bool has_keys;
    size_t count;
    size_t collected;
    struct ranking ranking;
    struct sort_item *items;
    struct sort_item *spare;
    const char *first_text; /* known one of a column of texts; NULL */
    size_t common;          /* letters that all texts begin with */
    size_t spelled;
    size_t width; /* of the runs that are in order */
    size_t begin; /* of the two runs being merged */
    size_t left;
    size_t right;
};

static int compare_items(const struct sort_item *a, const struct sort_item *b,
                         const struct sorting *sorting)
{
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    if (a->tie != b->tie)
        return a->tie < b->tie ? -1 : 1;
    return compare_tasks(sorting, sorting->slots[a->slot].task, sorting->slots[b->slot].task);
}

static int compare_ranked(const struct ranked_text *a, const struct ranked_text *b)
{
    int order = strcasecmp(a->text, b->text);
    return order != 0 ? order : strcmp(a->text, b->text);
}

static bool is_ranked_column(const struct sorting *sorting)
{
    return sorting->column != SORT_BY_ACTIVITY && sorting->column != COLUMN_STATE &&
           columns[sorting->column].kind == COLUMN_TEXT;
}

static void drop_ranking(struct ranking *ranking)
{
    HASH_CLEAR(hh, ranking->by_text);
    free(ranking->texts);
    *ranking = (struct ranking){0};
}

/* The number of a text; gives the ranking up when there are too many. */
static uint32_t number_of(struct ranking *ranking, const char *text)
{
    struct ranked_text *found;
    HASH_FIND_STR(ranking->by_text, text, found);
    if (found != NULL)
        return found->number;
    if (ranking->count == RANKS_MAX) {
        drop_ranking(ranking);
        return 0;
    }
    found = &ranking->texts[ranking->count];
    *found = (struct ranked_text){.text = text, .number = (uint32_t)ranking->count++};
    HASH_ADD_KEYPTR(hh, ranking->by_text, found->text, strlen(found->text), found);
    return found->number;
}

/* Columns fall back on the youngest first, as column_compare() does. */
static int64_t tie_of(const struct task *task)
{
    return task->created_ms == UNKNOWN ? KEY_LAST : -task->created_ms;
}

static size_t at_most(size_t value, size_t limit)
{
    return value < limit ? value : limit;
}

static void begin_runs(struct sort_job *job, size_t begin)
{
    job->begin = job->left = begin;
    job->right = at_most(begin + job->width, job->count);
}

struct sort_job *sort_job_create(const uint32_t *slots, size_t count, bool has_keys,
                                 const struct sorting *sorting)
{
    struct sort_job *job = xcalloc(1, sizeof(*job));
    *job = (struct sort_job){.has_keys = has_keys, .count = count, .width = 1};
    begin_runs(job, 0);
    job->items = xreallocarray(NULL, count + 1, sizeof(job->items[0]));
    job->spare = xreallocarray(NULL, count + 1, sizeof(job->spare[0]));
    for (size_t i = 0; i < count; i++)
        job->items[i].slot = slots[i];
    job->ranking.is_in_use = is_ranked_column(sorting);
    if (job->ranking.is_in_use)
        job->ranking.texts = xcalloc(RANKS_MAX, sizeof(job->ranking.texts[0]));
    return job;
}

void sort_job_destroy(struct sort_job *job)
{
    if (job == NULL)
        return;
    drop_ranking(&job->ranking);
    free(job->items);
    free(job->spare);
    free(job);
}

/* Letters that both begin with, of those up to most. */
static size_t common_length(const char *a, const char *b, size_t most)
{
    size_t length = 0;
    while (length < most && a[length] != '\0' &&
           tolower((unsigned char)a[length]) == tolower((unsigned char)b[length]))
        length++;
    return length;
}

static void note_beginning(struct sort_job *job, const char *text)
{
    if (job->first_text == NULL)
        job->common = strlen(text);
    job->first_text = job->first_text != NULL ? job->first_text : text;
    job->common = common_length(job->first_text, text, job->common);
}

static void collect(struct sort_job *job, struct sort_item *item, const struct sorting *sorting)
{
    struct order_slot *slot = &sorting->slots[item->slot];
    if (!job->has_keys)
        slot->key = task_sort_key(sorting, slot->task);
    item->key = slot->key;
    item->tie = sorting->column == SORT_BY_ACTIVITY ? 0 : tie_of(slot->task);
    item->text = UINT32_MAX;
    if (!is_ranked_column(sorting))
        return;
    const char *text = columns[sorting->column].text(slot->task, sorting->context);
    if (text == NULL)
        return;
    note_beginning(job, text);
    if (job->ranking.is_in_use)
        item->text = number_of(&job->ranking, text);
}

/* With all texts at hand: ranks for keys. */
static void rank_items(struct sort_job *job, const struct sorting *sorting)
{
    int64_t rank = 0;
    HASH_SORT(job->ranking.by_text, compare_ranked);
    for (struct ranked_text *at = job->ranking.by_text; at != NULL; at = at->hh.next)
        at->rank = rank++;
    for (size_t i = 0; i < job->count; i++) {
        struct sort_item *item = &job->items[i];
        rank = item->text != UINT32_MAX ? job->ranking.texts[item->text].rank : 0;
        item->key = item->text == UINT32_MAX ? KEY_LAST : sorting->is_reversed ? -rank : rank;
    }
    job->spelled = job->count;
}

/* Letters as a number, in the order of strcasecmp(); *text moves on to what follows them. */
static int64_t spell(const char **text)
{
    int64_t key = 0;
    for (int i = 0; i < WHOLE_LETTERS; i++) {
        key = key << 8 | (unsigned char)tolower((unsigned char)**text);
        *text += **text != '\0';
    }
    return key;
}

/* Of many different texts, what follows their common beginning as numbers: most comparisons need no
 * more. False: not yet. */
static bool spell_all(struct sort_job *job, const struct sorting *sorting, struct frame_work *work)
{
    while (job->spelled < job->count) {
        struct sort_item *item = &job->items[job->spelled++];
        const char *text =
            columns[sorting->column].text(sorting->slots[item->slot].task, sorting->context);
        if (text != NULL) {
            text += job->common;
            item->key = sorting->is_reversed ? -spell(&text) : spell(&text);
            item->tie = sorting->is_reversed ? -spell(&text) : spell(&text);
        } else {
            item->tie = 0;
        }
        if (frame_work_is_over(work))
            break;
    }
    return job->spelled == job->count;
}

/* Makes the numbers that decide most comparisons. False: not yet. */
static bool find_keys(struct sort_job *job, const struct sorting *sorting, struct frame_work *work)
{
    while (job->collected < job->count) {
        collect(job, &job->items[job->collected++], sorting);
        if (frame_work_is_over(work))
            return false;
    }
    if (job->spelled == job->count)
        return true;
    if (!is_ranked_column(sorting))
        job->spelled = job->count;
    else if (job->ranking.is_in_use)
        rank_items(job, sorting);
    return spell_all(job, sorting, work);
}

/* As it is, where the one run follows the other already. */
static bool copy_runs(struct sort_job *job, size_t middle, size_t end,
                      const struct sorting *sorting)
{
    bool is_new = job->left == job->begin && job->right == middle;
    if (!is_new || middle == job->begin ||
        (middle < end && compare_items(&job->items[middle - 1], &job->items[middle], sorting) > 0))
        return false;
    memcpy(job->spare + job->begin, job->items + job->begin,
           (end - job->begin) * sizeof(job->items[0]));
    return true;
}

/* The two runs at begin, into spare. False: not yet. */
static bool merge_runs(struct sort_job *job, size_t middle, size_t end,
                       const struct sorting *sorting, struct frame_work *work)
{
    while (job->left < middle || job->right < end) {
        bool is_left = job->right == end ||
                       (job->left < middle && compare_items(&job->items[job->left],
                                                            &job->items[job->right], sorting) <= 0);
        size_t to = job->left + job->right - middle;
        job->spare[to] = is_left ? job->items[job->left++] : job->items[job->right++];
        if (frame_work_is_over(work))
            return false;
    }
    return true;
}

bool sort_job_step(struct sort_job *job, const struct sorting *sorting, struct frame_work *work)
{
    if (!find_keys(job, sorting, work))
        return false;
    while (job->width < job->count) {
        while (job->begin < job->count) {
            size_t middle = at_most(job->begin + job->width, job->count);
            size_t end = at_most(middle + job->width, job->count);
            if (!copy_runs(job, middle, end, sorting) &&
                !merge_runs(job, middle, end, sorting, work))
                return false;
            begin_runs(job, end);
        }
        struct sort_item *merged = job->spare;
        job->spare = job->items;
        job->items = merged;
        job->width *= 2;
        begin_runs(job, 0);
    }
    return true;
}

void sort_job_take(struct sort_job *job, uint32_t *out_slots)
{
    for (size_t i = 0; i < job->count; i++)
        out_slots[i] = job->items[i].slot;
    sort_job_destroy(job);
}

void task_sort(uint32_t *slots, size_t count, const struct sorting *sorting)
{
    struct frame_work work = frame_work_unbound();
    struct sort_job *job = sort_job_create(slots, count, true, sorting);
    sort_job_step(job, sorting, &work);
    sort_job_take(job, slots);
}
