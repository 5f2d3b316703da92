#include "completion.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "base/textmatch.h"
#include "base/timefmt.h"
#include "base/xalloc.h"

#undef uthash_fatal
#define uthash_fatal(message) xalloc_die()

/* Beyond these many different values the rest is not looked at: ids are all different. */
#define VALUES_MAX     512
#define SHOWN_COLS_MAX 28
#define GAP_COLS       3

struct value {
    const char *text; /* borrowed from a task or a table */
    size_t tasks;
    bool is_prefix;
    UT_hash_handle hh;
};

struct values {
    struct value items[VALUES_MAX];
    size_t count;
    struct value *by_text;
};

/* ---- gathering ---------------------------------------------------------------------------------
 */

static void count_value(struct values *values, const char *text, size_t tasks)
{
    struct value *value;
    HASH_FIND_STR(values->by_text, text, value);
    if (value == NULL) {
        if (values->count == VALUES_MAX)
            return;
        value = &values->items[values->count++];
        value->text = text;
        HASH_ADD_KEYPTR(hh, values->by_text, value->text, strlen(value->text), value);
    }
    value->tasks += tasks;
}

static void count_values_of_tasks(struct values *values, enum column column,
                                  const struct column_context *context)
{
    size_t slots = snapshot_slots(context->snapshot);
    for (size_t i = 0; i < slots; i++) {
        const struct task *task = snapshot_task_at(context->snapshot, i);
        const char *text = task != NULL ? columns[column].text(task, context) : NULL;
        if (text != NULL)
            count_value(values, text, 1);
    }
}

static void count_values(struct values *values, enum column column,
                         const struct column_context *context)
{
    static const char *const steps[][5] = {
        [COLUMN_DURATION] = {"10s", "1m", "10m", "1h", NULL},
        [COLUMN_TIME] = {"10m", "1h", "1d", NULL},
        [COLUMN_NUMBER] = {"100", "10k", "1M", NULL},
    };
    if (columns[column].kind != COLUMN_TEXT) {
        for (size_t i = 0; steps[columns[column].kind][i] != NULL; i++)
            count_value(values, steps[columns[column].kind][i], 0);
        return;
    }
    count_values_of_tasks(values, column, context);
    if (column != COLUMN_STATE)
        return;
    for (int state = 0; state < TASK_STATE_COUNT; state++)
        count_value(values, task_states[state].name, 0);
    count_value(values, "alive", 0);
    count_value(values, "ended", 0);
}

/* A value that fits on the line of the filter at all. */
static bool can_be_typed(const char *text)
{
    return strlen(text) + 3 < COMPLETION_BYTES && strpbrk(text, "\n\t\"\\") == NULL;
}

static int compare_values(const void *a, const void *b)
{
    const struct value *left = a;
    const struct value *right = b;
    if (left->is_prefix != right->is_prefix)
        return left->is_prefix ? -1 : 1;
    if (left->tasks != right->tasks)
        return left->tasks > right->tasks ? -1 : 1;
    return 0;
}

/* Keeps the values that have what was typed in them; the typed text itself needs no completion. */
static void keep_matching(struct values *values, const char *typed)
{
    struct textmatch match;
    size_t kept = 0;
    textmatch_init(&match, typed);
    for (size_t i = 0; i < values->count; i++) {
        struct value *value = &values->items[i];
        if (!can_be_typed(value->text) || strcmp(value->text, typed) == 0 ||
            textmatch_find(&match, value->text, strlen(value->text)) == NULL)
            continue;
        value->is_prefix = text_starts_with(value->text, typed);
        values->items[kept++] = *value;
    }
    values->count = kept;
    textmatch_finish(&match);
}

static bool needs_quotes(const char *text)
{
    return text[0] == '\0' || strpbrk(text, " ()") != NULL;
}

static void add_item(struct completion *completion, const char *text, size_t tasks)
{
    struct completion_item *item = &completion->items[completion->count++];
    const char *quote = needs_quotes(text) ? "\"" : "";
    snprintf(item->text, sizeof(item->text), "%s%s%s", quote, text, quote);
    item->tasks = tasks;
}

static void find_values(struct completion *completion, const struct column_context *context)
{
    enum column column = completion->spot.column;
    if (column == COLUMN_SQL || column == COLUMN_MESSAGE)
        return;
    struct values *values = xcalloc(1, sizeof(*values));
    count_values(values, column, context);
    HASH_CLEAR(hh, values->by_text);
    keep_matching(values, completion->spot.typed);
    /* A table's own order is the order of its values. */
    if (columns[column].kind == COLUMN_TEXT)
        qsort(values->items, values->count, sizeof(values->items[0]), compare_values);
    for (size_t i = 0; i < values->count && completion->count < COMPLETION_ITEMS; i++)
        add_item(completion, values->items[i].text, values->items[i].tasks);
    free(values);
}

static void find_fields(struct completion *completion)
{
    for (int i = 0; i < COLUMN_COUNT && completion->count < COMPLETION_ITEMS; i++) {
        char text[COMPLETION_BYTES];
        if (!text_starts_with(columns[i].name, completion->spot.typed))
            continue;
        snprintf(text, sizeof(text), "%s%s", columns[i].name,
                 columns[i].kind == COLUMN_TEXT ? "=" : ">");
        add_item(completion, text, 0);
    }
}

void completion_clear(struct completion *completion)
{
    completion->count = 0;
    completion->chosen = 0;
}

void completion_find(struct completion *completion, const struct prompt *prompt,
                     const struct column_context *context)
{
    completion_clear(completion);
    filter_spot_find(prompt->text, prompt->cursor, &completion->spot);
    if (completion->spot.kind == FILTER_SPOT_VALUE)
        find_values(completion, context);
    else if (completion->spot.kind == FILTER_SPOT_FIELD)
        find_fields(completion);
    completion->chosen = completion->count;
}

/* ---- choosing ----------------------------------------------------------------------------------
 */

bool completion_step(struct completion *completion, struct prompt *prompt, int step)
{
    size_t count = completion->count;
    if (count == 0)
        return false;
    size_t next = step > 0 ? completion->chosen + 1 : completion->chosen + count - 1;
    if (completion->chosen == count)
        next = step > 0 ? 0 : count - 1;
    next %= count;
    const char *text = completion->items[next].text;
    if (!prompt_replace(prompt, completion->spot.begin, completion->spot.end, text))
        return false;
    completion->spot.end = completion->spot.begin + strlen(text);
    completion->chosen = next;
    return true;
}

/* ---- drawing -----------------------------------------------------------------------------------
 */

static size_t item_cols(const struct completion_item *item)
{
    char count[TIMEFMT_BYTES];
    size_t cols = line_text_cols(item->text);
    if (cols > SHOWN_COLS_MAX)
        cols = SHOWN_COLS_MAX;
    if (item->tasks > 0)
        cols += 1 + line_text_cols(format_count(count, (int64_t)item->tasks));
    return cols + GAP_COLS;
}

/* The first one to draw, so that the chosen one is in sight. */
static size_t first_shown(const struct completion *completion, size_t room)
{
    size_t first = 0;
    size_t used = 0;
    for (size_t i = 0; i < completion->count && i <= completion->chosen; i++) {
        size_t cols = item_cols(&completion->items[i]);
        if (used + cols > room && completion->chosen < completion->count) {
            first = i;
            used = 0;
        }
        used += cols;
    }
    return first;
}

void completion_draw(const struct completion *completion, struct line *line)
{
    line_put(line, ROLE_KEY, " Tab  ");
    size_t room = line->limit > line->cols ? line->limit - line->cols : 0;
    for (size_t i = first_shown(completion, room); i < completion->count; i++) {
        const struct completion_item *item = &completion->items[i];
        char count[TIMEFMT_BYTES];
        if (line->cols + item_cols(item) > line->limit + GAP_COLS)
            break;
        line->overlay = i == completion->chosen ? OVERLAY_SELECTED : OVERLAY_NONE;
        line_put_cut(line, ROLE_TEXT, item->text, SHOWN_COLS_MAX);
        line->overlay = OVERLAY_NONE;
        if (item->tasks > 0)
            line_putf(line, ROLE_DIM, " %s", format_count(count, (int64_t)item->tasks));
        line_pad_to(line, line->cols + GAP_COLS);
    }
}
