#include "cli/cli_task.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/timefmt.h"
#include "base/utf8.h"

#define ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))

enum field_kind {
    FIELD_TEXT,   /* which: enum task_text */
    FIELD_COLUMN, /* which: enum column, its text */
    FIELD_STATE,
    FIELD_TIME, /* which: offset of an int64_t in struct task */
    FIELD_COUNT,
    FIELD_ELAPSED,
    FIELD_FLAG, /* which: enum task_flag */
};

struct field_info {
    const char *name;
    enum field_kind kind;
    size_t which;
};

static const struct field_info fields[] = {
    {"profile", FIELD_COLUMN, COLUMN_PROFILE},
    {"id", FIELD_TEXT, TASK_ID},
    {"state", FIELD_STATE, 0},
    {"state_raw", FIELD_TEXT, TASK_STATE_RAW},
    {"title", FIELD_TEXT, TASK_TITLE},
    {"user", FIELD_TEXT, TASK_USER},
    {"source", FIELD_TEXT, TASK_ORIGIN},
    {"model", FIELD_TEXT, TASK_MODEL},
    {"explore", FIELD_TEXT, TASK_EXPLORE},
    {"connection", FIELD_TEXT, TASK_CONNECTION},
    {"sql", FIELD_TEXT, TASK_SQL},
    {"query_id", FIELD_TEXT, TASK_QUERY_ID},
    {"created_at", FIELD_TIME, offsetof(struct task, created_ms)},
    {"started_at", FIELD_TIME, offsetof(struct task, started_ms)},
    {"ended_at", FIELD_TIME, offsetof(struct task, ended_ms)},
    {"elapsed_ms", FIELD_ELAPSED, 0},
    {"rows", FIELD_COUNT, offsetof(struct task, rows)},
    {"message", FIELD_TEXT, TASK_MESSAGE},
    {"can_cancel", FIELD_FLAG, TASK_CAN_CANCEL},
    {"can_retry", FIELD_FLAG, TASK_CAN_RETRY},
    {"url", FIELD_TEXT, TASK_URL},
    {"user_id", FIELD_TEXT, TASK_USER_ID},
    {"retry_of", FIELD_TEXT, TASK_RETRY_OF},
    {"retried_as", FIELD_TEXT, TASK_RETRIED_AS},
    {"is_estimated", FIELD_FLAG, TASK_IS_ESTIMATED},
};
#define FIELD_MAX ARRAY_LENGTH(fields)

struct column_context cli_column_context(const struct cli *cli)
{
    return (struct column_context){.snapshot = cli->snapshot,
                                   .now_ms = cli->now_ms,
                                   .is_ascii = !utf8_is_locale()};
}

void cli_task_print(const struct cli *cli, const struct task *task)
{
    char elapsed[40], what[400];
    struct column_context context = cli_column_context(cli);
    cli_putf(stdout, "%s:%s  %s  %s  %s\n", columns[COLUMN_PROFILE].text(task, &context),
             task_text_or_dash(task, TASK_ID), columns[COLUMN_STATE].text(task, &context),
             columns[COLUMN_ELAPSED].cell(task, &context, elapsed, sizeof(elapsed)),
             columns[COLUMN_WHAT].cell(task, &context, what, sizeof(what)));
}

/* ---- values ---------------------------------------------------------------------------------- */

static const char *text_value(const struct field_info *field, const struct task *task,
                              const struct column_context *context)
{
    switch (field->kind) {
    case FIELD_TEXT:
        return task_text(task, (enum task_text)field->which);
    case FIELD_COLUMN:
        return columns[field->which].text(task, context);
    default:
        return task_states[column_state(task, context)].contract;
    }
}

static int64_t number_value(const struct field_info *field, const struct task *task,
                            const struct column_context *context)
{
    switch (field->kind) {
    case FIELD_ELAPSED:
        return task_elapsed_at(task, context->now_ms);
    case FIELD_FLAG:
        return (task->flags & field->which) != 0;
    default:
        return *(const int64_t *)((const char *)task + field->which);
    }
}

static bool is_text(const struct field_info *field)
{
    return field->kind == FIELD_TEXT || field->kind == FIELD_COLUMN || field->kind == FIELD_STATE;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static struct json *json_value(const struct field_info *field, const struct task *task,
                               const struct column_context *context)
{
    char time[TIMEFMT_BYTES];
    if (is_text(field))
        return json_new_string(text_value(field, task, context));
    int64_t number = number_value(field, task, context);
    if (number == UNKNOWN)
        return json_new_string(NULL);
    if (field->kind == FIELD_TIME)
        return json_new_string(format_utc(time, number));
    return field->kind == FIELD_FLAG ? json_new_bool(number) : json_new_int(number);
}

struct json *cli_task_json(const struct task *task, const struct column_context *context)
{
    struct json *object = json_new_object();
    for (size_t i = 0; i < FIELD_MAX; i++)
        json_set(object, fields[i].name, json_value(&fields[i], task, context));
    return object;
}

static struct json *source_json(const struct source_status *status, int64_t now_ms)
{
    struct json *source = json_new_object();
    enum source_state state = source_state_at(status, now_ms);
    json_set_string(source, "profile", status->profile);
    json_set_string(source, "provider", status->provider);
    json_set_string(source, "state",
                    source_state_name(state == SOURCE_STARTING ? SOURCE_ERROR : state));
    if (status->data_ms == UNKNOWN)
        json_set_null(source, "age_ms");
    else
        json_set_int(source, "age_ms", now_ms - status->data_ms);
    json_set_string(source, "error",
                    status->error.code         ? status->error.message
                    : state == SOURCE_STARTING ? "no answer in time"
                                               : NULL);
    json_set_bool(source, "partial", status->is_partial);
    json_set_string(source, "partial_reason", status->is_partial ? status->partial_reason : NULL);
    json_set_int(source, "requests_last_minute", status->requests_last_minute);
    json_set_int(source, "requests_this_month", (int64_t)status->requests_this_month);
    return source;
}

struct json *cli_sources_json(const struct cli *cli)
{
    struct json *sources = json_new_array();
    for (size_t i = 0; i < cli->snapshot->source_count; i++)
        json_push(sources, source_json(&cli->snapshot->sources[i], cli->now_ms));
    return sources;
}

/* ---- CSV and TSV ----------------------------------------------------------------------------- */

static const char *plain_value(const struct field_info *field, const struct task *task,
                               const struct column_context *context,
                               char number_text[TIMEFMT_BYTES])
{
    if (is_text(field))
        return text_value(field, task, context);
    int64_t number = number_value(field, task, context);
    if (number == UNKNOWN)
        return NULL;
    if (field->kind == FIELD_TIME)
        return format_utc(number_text, number);
    if (field->kind == FIELD_FLAG)
        return number ? "true" : "false";
    snprintf(number_text, TIMEFMT_BYTES, "%" PRId64, number);
    return number_text;
}

void cli_tasks_begin(struct cli_output *out)
{
    struct cli_column row[FIELD_MAX];
    for (size_t i = 0; i < FIELD_MAX; i++)
        row[i] = (struct cli_column){.title = fields[i].name, .is_number = !is_text(&fields[i])};
    cli_rows_begin(out, row, FIELD_MAX);
}

void cli_tasks_add(struct cli_output *out, const struct task *task,
                   const struct column_context *context)
{
    char numbers[FIELD_MAX][TIMEFMT_BYTES];
    const char *cells[FIELD_MAX];
    for (size_t i = 0; i < FIELD_MAX; i++)
        cells[i] = plain_value(&fields[i], task, context, numbers[i]);
    cli_rows_add(out, cells);
}
