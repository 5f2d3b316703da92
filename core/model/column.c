#include "model/column.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/timefmt.h"

/* A pace beyond this tells no more. */
#define PACE_MAX 99900

/* ---- helpers --------------------------------------------------------------------------------- */

static const struct source_status *source_of(const struct task *task,
                                             const struct column_context *context)
{
    const struct snapshot *s = context->snapshot;
    return s && task->source < s->source_count ? &s->sources[task->source] : NULL;
}

enum task_state column_state(const struct task *task, const struct column_context *context)
{
    return context->snapshot ? snapshot_shown_state(context->snapshot, task) : task->state;
}

int64_t column_now(const struct task *task, const struct column_context *context)
{
    const struct source_status *source = source_of(task, context);
    return context->now_ms + (source ? source->clock_ahead_ms : 0);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t';
}

/* Of a character of several bytes, all but the first. */
static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

/* Puts text on one line: a run of blanks becomes one space, and no character is cut in half. */
static char *copy_line(char *out, size_t size, const char *text, size_t length)
{
    const char *end = text + length;
    size_t len = 0;
    for (; text < end && len + 1 < size; text++) {
        if (!is_blank(*text))
            out[len++] = *text;
        else if (len > 0 && out[len - 1] != ' ')
            out[len++] = ' ';
    }
    if (text < end && is_continuation(*text)) {
        while (len > 0 && is_continuation(out[len - 1]))
            len--;
        len -= len > 0;
    }
    while (len > 0 && out[len - 1] == ' ')
        len--;
    out[len] = '\0';
    return out;
}

static char *text_cell(const char *text, char *out, size_t size)
{
    return text ? copy_line(out, size, text, strlen(text)) : copy_line(out, size, "-", 1);
}

static int compare_numbers(int64_t a, int64_t b)
{
    if (a == UNKNOWN || b == UNKNOWN)
        return (a == UNKNOWN) - (b == UNKNOWN);
    return (a > b) - (a < b);
}

static int compare_texts(const char *a, const char *b)
{
    if (!a || !b)
        return !a - !b;
    int order = strcasecmp(a, b);
    return order ? order : strcmp(a, b);
}

static int64_t no_number(const struct task *task, const struct column_context *context)
{
    (void)task, (void)context;
    return UNKNOWN;
}

static const char *no_text(const struct task *task, const struct column_context *context)
{
    (void)task, (void)context;
    return NULL;
}

/* ---- text columns ---------------------------------------------------------------------------- */

static const char *profile_text(const struct task *task, const struct column_context *context)
{
    const struct source_status *source = source_of(task, context);
    return source ? source->profile : NULL;
}

static const char *what_text(const struct task *task, const struct column_context *context)
{
    (void)context;
    const char *message = task->state == TASK_FAILED ? task_text(task, TASK_MESSAGE) : NULL;
    return message ? message : task_text(task, TASK_TITLE);
}

#define TASK_TEXT_GETTER(name, which)                                                             \
    static const char *name##_text(const struct task *task, const struct column_context *context) \
    {                                                                                             \
        (void)context;                                                                            \
        return task_text(task, which);                                                            \
    }

TASK_TEXT_GETTER(user, TASK_USER)
TASK_TEXT_GETTER(source, TASK_ORIGIN)
TASK_TEXT_GETTER(connection, TASK_CONNECTION)
TASK_TEXT_GETTER(id, TASK_ID)
TASK_TEXT_GETTER(model, TASK_MODEL)
TASK_TEXT_GETTER(explore, TASK_EXPLORE)
TASK_TEXT_GETTER(query_id, TASK_QUERY_ID)
TASK_TEXT_GETTER(run_id, TASK_RUN_ID)
TASK_TEXT_GETTER(message, TASK_MESSAGE)
TASK_TEXT_GETTER(sql, TASK_SQL)
TASK_TEXT_GETTER(title, TASK_TITLE)

#define TEXT_CELL(name)                                                                     \
    static char *name##_cell(const struct task *task, const struct column_context *context, \
                             char *out, size_t size)                                        \
    {                                                                                       \
        return text_cell(name##_text(task, context), out, size);                            \
    }

#define TEXT_ORDER(name)                                                        \
    static int name##_compare(const struct task *a, const struct task *b,       \
                              const struct column_context *context)             \
    {                                                                           \
        return compare_texts(name##_text(a, context), name##_text(b, context)); \
    }

#define TEXT_CELL_AND_ORDER(name) TEXT_CELL(name) TEXT_ORDER(name)

/* Of a message only the first line: the rest is for the detail. */
static char *what_cell(const struct task *task, const struct column_context *context, char *out,
                       size_t size)
{
    const char *text = what_text(task, context);
    return text ? copy_line(out, size, text, strcspn(text, "\n")) : text_cell(NULL, out, size);
}

TEXT_ORDER(what)
TEXT_CELL_AND_ORDER(user)
TEXT_CELL_AND_ORDER(source)
TEXT_CELL_AND_ORDER(connection)
TEXT_CELL_AND_ORDER(profile)
TEXT_CELL_AND_ORDER(id)
TEXT_CELL_AND_ORDER(model)
TEXT_CELL_AND_ORDER(explore)
TEXT_CELL_AND_ORDER(query_id)
TEXT_CELL_AND_ORDER(run_id)
TEXT_CELL_AND_ORDER(message)
TEXT_CELL_AND_ORDER(sql)
TEXT_CELL_AND_ORDER(title)

/* ---- state ----------------------------------------------------------------------------------- */

static const char *state_text(const struct task *task, const struct column_context *context)
{
    return task_states[column_state(task, context)].name;
}

static char *state_cell(const struct task *task, const struct column_context *context, char *out,
                        size_t size)
{
    const struct task_state_info *info = &task_states[column_state(task, context)];
    snprintf(out, size, "%s %s", context->is_ascii ? info->ascii : info->glyph, info->name);
    return out;
}

static int state_compare(const struct task *a, const struct task *b,
                         const struct column_context *context)
{
    return (int)column_state(a, context) - (int)column_state(b, context);
}

/* ---- numbers and times ----------------------------------------------------------------------- */

static int64_t elapsed_number(const struct task *task, const struct column_context *context)
{
    return task_elapsed_at(task, context->now_ms);
}

static int64_t age_number(const struct task *task, const struct column_context *context)
{
    if (task->created_ms == UNKNOWN)
        return UNKNOWN;
    int64_t age_ms = column_now(task, context) - task->created_ms;
    return age_ms > 0 ? age_ms : 0;
}

/* In percent of the usual time. */
static int64_t pace_number(const struct task *task, const struct column_context *context)
{
    int64_t elapsed_ms = elapsed_number(task, context);
    if (elapsed_ms == UNKNOWN || task->usual_runs == 0 || task->usual_ms <= 0)
        return UNKNOWN;
    return elapsed_ms / task->usual_ms >= PACE_MAX / 100 ? PACE_MAX
                                                         : elapsed_ms * 100 / task->usual_ms;
}

static int64_t rows_number(const struct task *task, const struct column_context *context)
{
    (void)context;
    return task->rows;
}

static int64_t created_number(const struct task *task, const struct column_context *context)
{
    (void)context;
    return task->created_ms;
}

static int64_t ended_number(const struct task *task, const struct column_context *context)
{
    (void)context;
    return task->ended_ms;
}

#define NUMBER_ORDER(name)                                                            \
    static int name##_compare(const struct task *a, const struct task *b,             \
                              const struct column_context *context)                   \
    {                                                                                 \
        return compare_numbers(name##_number(a, context), name##_number(b, context)); \
    }

NUMBER_ORDER(elapsed)
NUMBER_ORDER(age)
NUMBER_ORDER(pace)
NUMBER_ORDER(rows)
NUMBER_ORDER(created)
NUMBER_ORDER(ended)

static char *elapsed_cell(const struct task *task, const struct column_context *context, char *out,
                          size_t size)
{
    char text[TIMEFMT_BYTES];
    int64_t elapsed_ms = elapsed_number(task, context);
    bool is_estimated = task->flags & TASK_IS_ESTIMATED && elapsed_ms != UNKNOWN;
    snprintf(out, size, "%s%s", is_estimated ? "~" : "", format_duration(text, elapsed_ms));
    return out;
}

static char *age_cell(const struct task *task, const struct column_context *context, char *out,
                      size_t size)
{
    char text[TIMEFMT_BYTES];
    snprintf(out, size, "%s", format_duration(text, age_number(task, context)));
    return out;
}

static char *pace_cell(const struct task *task, const struct column_context *context, char *out,
                       size_t size)
{
    int64_t pace = pace_number(task, context);
    if (pace == UNKNOWN)
        return text_cell(NULL, out, size);
    snprintf(out, size, "%lld%%", (long long)pace);
    return out;
}

static char *rows_cell(const struct task *task, const struct column_context *context, char *out,
                       size_t size)
{
    (void)context;
    char text[TIMEFMT_BYTES];
    snprintf(out, size, "%s", task->rows == UNKNOWN ? "-" : format_count(text, task->rows));
    return out;
}

static char *time_cell(int64_t at_ms, bool is_estimated, int64_t now_ms, char *out, size_t size)
{
    char text[TIMEFMT_BYTES];
    if (at_ms == UNKNOWN)
        return text_cell(NULL, out, size);
    snprintf(out, size, "%s%s", is_estimated ? "~" : "", format_local(text, at_ms, now_ms));
    return out;
}

static char *created_cell(const struct task *task, const struct column_context *context, char *out,
                          size_t size)
{
    return time_cell(task->created_ms, false, column_now(task, context), out, size);
}

static char *ended_cell(const struct task *task, const struct column_context *context, char *out,
                        size_t size)
{
    bool is_estimated = task->flags & TASK_IS_ESTIMATED;
    return time_cell(task->ended_ms, is_estimated, column_now(task, context), out, size);
}

/* ---- the table ------------------------------------------------------------------------------- */

#define TEXT_COLUMN(prefix)                                                  \
    .kind = COLUMN_TEXT, .cell = prefix##_cell, .compare = prefix##_compare, \
    .text = prefix##_text, .number = no_number
#define NUMBER_COLUMN(prefix)                                                              \
    .is_right = true, .cell = prefix##_cell, .compare = prefix##_compare, .text = no_text, \
    .number = prefix##_number

/* The narrowest widths add up so that 80 columns hold the first four and 120 the first eight. */
const struct column_info columns[COLUMN_COUNT] = {
    [COLUMN_STATE] = {"state", "STATE", "how far the task is", TEXT_COLUMN(state), .min_cols = 12,
                      .want_cols = 12, .priority = 1},
    [COLUMN_ELAPSED] = {"elapsed", "ELAPSED", "how long it has run; ~ when seen, not told",
                        NUMBER_COLUMN(elapsed), .kind = COLUMN_DURATION, .min_cols = 7,
                        .want_cols = 7, .priority = 3},
    [COLUMN_USER] = {"user", "USER", "who asked for it", TEXT_COLUMN(user), .min_cols = 12,
                     .want_cols = 20, .priority = 4},
    [COLUMN_ORIGIN] = {"source", "SOURCE", "where it came from: dashboard, explore, api4 ...",
                       TEXT_COLUMN(source), .min_cols = 9, .want_cols = 14, .priority = 5},
    [COLUMN_WHAT] = {"what", "WHAT", "the title; for a failed task the message", TEXT_COLUMN(what),
                     .min_cols = 36, .want_cols = 0, .priority = 2},
    [COLUMN_CONNECTION] = {"connection", "CONNECTION", "the database it runs on",
                           TEXT_COLUMN(connection), .min_cols = 10, .want_cols = 16, .priority = 6},
    [COLUMN_PROFILE] = {"profile", "PROFILE", "the service it runs on", TEXT_COLUMN(profile),
                        .min_cols = 11, .want_cols = 16, .priority = 7},
    [COLUMN_AGE] = {"age", "AGE", "time since it was created", NUMBER_COLUMN(age),
                    .kind = COLUMN_DURATION, .min_cols = 5, .want_cols = 5, .priority = 8},
    [COLUMN_ID] = {"id", "ID", "the task's id", TEXT_COLUMN(id), .min_cols = 8, .want_cols = 32},
    [COLUMN_MODEL] = {"model", "MODEL", "the model it queries", TEXT_COLUMN(model), .min_cols = 8,
                      .want_cols = 20},
    [COLUMN_EXPLORE] = {"explore", "EXPLORE", "the explore it queries", TEXT_COLUMN(explore),
                        .min_cols = 8, .want_cols = 20},
    [COLUMN_ROWS] = {"rows", "ROWS", "rows of the result", NUMBER_COLUMN(rows),
                     .kind = COLUMN_NUMBER, .min_cols = 5, .want_cols = 5},
    [COLUMN_CREATED] = {"created", "CREATED", "when it was created, by the service's clock",
                        NUMBER_COLUMN(created), .kind = COLUMN_TIME, .min_cols = 8,
                        .want_cols = 19},
    [COLUMN_ENDED] = {"ended", "ENDED", "when it ended; ~ when seen, not told",
                      NUMBER_COLUMN(ended), .kind = COLUMN_TIME, .min_cols = 8, .want_cols = 20},
    [COLUMN_QUERY_ID] = {"query_id", "QUERY", "the query it runs", TEXT_COLUMN(query_id),
                         .min_cols = 8, .want_cols = 22},
    [COLUMN_RUN_ID] = {"run_id", "RUN", "the run of a schedule that it is part of",
                       TEXT_COLUMN(run_id), .min_cols = 8, .want_cols = 22},
    [COLUMN_MESSAGE] = {"message", "MESSAGE", "the service's error or note", TEXT_COLUMN(message),
                        .min_cols = 20, .want_cols = 60},
    [COLUMN_SQL] = {"sql", "SQL", "the SQL, on one line", TEXT_COLUMN(sql), .min_cols = 20,
                    .want_cols = 80},
    [COLUMN_PACE] = {"pace", "PACE", "elapsed time in percent of what the query usually takes",
                     NUMBER_COLUMN(pace), .kind = COLUMN_NUMBER, .min_cols = 6, .want_cols = 6},
    [COLUMN_TITLE] = {"title", "TITLE", "what people call it", TEXT_COLUMN(title), .min_cols = 20,
                      .want_cols = 60},
};

enum column column_find(const char *name)
{
    for (int i = 0; i < COLUMN_COUNT; i++) {
        if (strcasecmp(columns[i].name, name) == 0 || strcasecmp(columns[i].title, name) == 0)
            return (enum column)i;
    }
    return COLUMN_COUNT;
}

static bool is_known(enum column column, const struct task *task,
                     const struct column_context *context)
{
    if (columns[column].kind == COLUMN_TEXT)
        return columns[column].text(task, context);
    return columns[column].number(task, context) != UNKNOWN;
}

int column_compare(enum column column, bool is_descending, const struct task *a,
                   const struct task *b, const struct column_context *context)
{
    int order = columns[column].compare(a, b, context);
    if (order)
        return is_descending && is_known(column, a, context) && is_known(column, b, context)
                   ? -order
                   : order;
    bool is_dated = a->created_ms != UNKNOWN && b->created_ms != UNKNOWN;
    order = compare_numbers(a->created_ms, b->created_ms);
    if (order)
        return is_dated ? -order : order;
    if (a->source != b->source)
        return a->source < b->source ? -1 : 1;
    return compare_texts(task_text(a, TASK_ID), task_text(b, TASK_ID));
}
