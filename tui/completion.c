#include "completion.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/textmatch.h"
#include "base/timefmt.h"
#include "base/xalloc.h"

#define SHOWN_COLS_MAX 28
#define GAP_COLS       3
/* Beside the texts of the tasks: what a table names. */
#define NAMED_MAX (TASK_STATE_COUNT + 2)

struct value {
    const char *text; /* borrowed from a task or a table */
    size_t tasks;
    bool is_prefix;
};

/* What was typed, and the values that have it in them. */
struct values {
    const char *typed;
    struct textmatch match;
    struct value items[VALUE_COUNTS_MAX + NAMED_MAX];
    size_t count;
};

/* ---- gathering ---------------------------------------------------------------------------------
 */

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

/* Adds a value that has what was typed in it; the typed text itself needs no completion. */
static void offer(struct values *values, const char *text, size_t tasks)
{
    if (!can_be_typed(text) || strcmp(text, values->typed) == 0 ||
        textmatch_find(&values->match, text, strlen(text)) == NULL)
        return;
    values->items[values->count++] =
        (struct value){text, tasks, text_starts_with(text, values->typed)};
}

static void offer_steps(struct values *values, enum column_kind kind)
{
    static const char *const steps[][5] = {
        [COLUMN_DURATION] = {"10s", "1m", "10m", "1h", NULL},
        [COLUMN_TIME] = {"10m", "1h", "1d", NULL},
        [COLUMN_NUMBER] = {"100", "10k", "1M", NULL},
    };
    for (size_t i = 0; steps[kind][i] != NULL; i++)
        offer(values, steps[kind][i], 0);
}

static bool is_counted(const struct value_counts *counts, const char *text)
{
    size_t tasks;
    const char *counted;
    for (size_t i = 0; (counted = value_counts_at(counts, i, &tasks)) != NULL; i++)
        if (strcmp(counted, text) == 0)
            return true;
    return false;
}

/* States that no task is in, and words for several of them. */
static void offer_states(struct values *values, const struct value_counts *counts)
{
    for (int state = 0; state < TASK_STATE_COUNT; state++)
        if (!is_counted(counts, task_states[state].name))
            offer(values, task_states[state].name, 0);
    offer(values, "alive", 0);
    offer(values, "ended", 0);
}

static void offer_counted(struct values *values, const struct value_counts *counts)
{
    size_t tasks;
    const char *text;
    for (size_t i = 0; (text = value_counts_at(counts, i, &tasks)) != NULL; i++)
        offer(values, text, tasks);
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

static void list_values(struct completion *completion)
{
    enum column column = completion->spot.column;
    struct values *values = xcalloc(1, sizeof(*values));
    values->typed = completion->spot.typed;
    textmatch_init(&values->match, values->typed);
    if (columns[column].kind != COLUMN_TEXT)
        offer_steps(values, columns[column].kind);
    else
        offer_counted(values, &completion->counts);
    if (column == COLUMN_STATE)
        offer_states(values, &completion->counts);
    /* A table's own order is the order of its values. */
    if (columns[column].kind == COLUMN_TEXT)
        qsort(values->items, values->count, sizeof(values->items[0]), compare_values);
    for (size_t i = 0; i < values->count && completion->count < COMPLETION_ITEMS; i++)
        add_item(completion, values->items[i].text, values->items[i].tasks);
    completion->chosen = completion->count;
    textmatch_finish(&values->match);
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
    completion->is_counting = false;
}

void completion_finish(struct completion *completion)
{
    completion_clear(completion);
    value_counts_finish(&completion->counts);
}

void completion_go_on(struct completion *completion, const struct column_context *context,
                      struct frame_work *work)
{
    enum column column = completion->spot.column;
    completion->is_counting = columns[column].kind == COLUMN_TEXT &&
                              !value_counts_update(&completion->counts, column, context, work);
    if (!completion->is_counting)
        list_values(completion);
}

void completion_find(struct completion *completion, const struct prompt *prompt,
                     const struct column_context *context, struct frame_work *work)
{
    completion_clear(completion);
    filter_spot_find(prompt->text, prompt->cursor, &completion->spot);
    enum column column = completion->spot.column;
    if (completion->spot.kind == FILTER_SPOT_FIELD)
        find_fields(completion);
    else if (completion->spot.kind == FILTER_SPOT_VALUE && column != COLUMN_SQL &&
             column != COLUMN_MESSAGE)
        completion_go_on(completion, context, work);
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
