#include "engine/task_fields.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"

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
    {"run_id", FIELD_TEXT, TASK_RUN_ID},
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
    {"can_hide", FIELD_FLAG, TASK_CAN_HIDE},
    {"writes", FIELD_FLAG, TASK_WRITES},
};
static_assert(ARRAY_LENGTH(fields) == TASK_FIELDS, "TASK_FIELDS counts them");

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

struct json *task_fields_json(const struct task *task, const struct column_context *context)
{
    struct json *object = json_new_object();
    for (size_t i = 0; i < TASK_FIELDS; i++)
        json_set(object, fields[i].name, json_value(&fields[i], task, context));
    return object;
}

static enum task_state state_of(const char *word)
{
    for (int state = 0; word && state < TASK_STATE_COUNT; state++) {
        if (strcmp(task_states[state].name, word) == 0)
            return (enum task_state)state;
    }
    return TASK_UNKNOWN;
}

/* A browser may be sent there. */
static bool is_page(const char *url)
{
    return strncmp(url, "https://", 8) == 0 || strncmp(url, "http://", 7) == 0;
}

static void read_text(const struct field_info *field, const struct json *object,
                      struct task_draft *out)
{
    bool has_lines = field->which == TASK_SQL || field->which == TASK_MESSAGE;
    struct strbuf text;
    strbuf_init(&text, LIMIT_TASK_SQL_BYTES);
    json_text(object, field->name, has_lines ? SANITIZE_TEXT : SANITIZE_LINE, &text);
    bool is_fit = field->which != TASK_URL || is_page(text.data);
    task_draft_set_text(out, (enum task_text)field->which, is_fit ? text.data : NULL);
    strbuf_finish(&text);
}

static void read_field(const struct field_info *field, const struct json *object,
                       struct task_draft *out)
{
    const struct json *value = json_get(object, field->name);
    const char *word = json_string(value, NULL);
    int64_t *number = (int64_t *)((char *)&out->facts + field->which);
    switch (field->kind) {
    case FIELD_TEXT:
        read_text(field, object, out);
        break;
    case FIELD_COLUMN:
        break;
    case FIELD_STATE:
        out->facts.state = (uint8_t)state_of(word);
        break;
    case FIELD_TIME:
        if (!word || !parse_iso8601(word, number))
            *number = UNKNOWN;
        break;
    case FIELD_COUNT:
        *number = json_int(value, UNKNOWN);
        break;
    case FIELD_ELAPSED:
        out->facts.elapsed_ms = json_int(value, UNKNOWN);
        break;
    case FIELD_FLAG:
        if (json_bool(value) == 1)
            out->facts.flags |= (uint8_t)field->which;
        break;
    }
}

void task_fields_read(const struct json *object, struct task_draft *out)
{
    task_draft_clear(out);
    for (size_t i = 0; i < TASK_FIELDS; i++)
        read_field(&fields[i], object, out);
}

/* ---- cells ----------------------------------------------------------------------------------- */

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

void task_fields_columns(struct tabular_column out[TASK_FIELDS])
{
    for (size_t i = 0; i < TASK_FIELDS; i++)
        out[i] = (struct tabular_column){fields[i].name, !is_text(&fields[i])};
}

void task_fields_cells(struct task_cells *out, const struct task *task,
                       const struct column_context *context)
{
    for (size_t i = 0; i < TASK_FIELDS; i++)
        out->cells[i] = plain_value(&fields[i], task, context, out->numbers[i]);
}
