#include "sandbox/format.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/timefmt.h"
#include "base/utf8.h"
#include "net/json.h"
#include "sandbox/format_parts.h"

void json_add_text(struct strbuf *out, const char *text, size_t length)
{
    if (!utf8_is_valid(text, length)) {
        struct json *value = json_new_string_len(text, length);
        json_format(value, false, out);
        json_destroy(value);
        return;
    }
    strbuf_add_char(out, '"');
    size_t from = 0;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        strbuf_add(out, text + from, i - from);
        from = i + 1;
        if (c == '\n')
            strbuf_add_text(out, "\\n");
        else if (c < 0x20)
            strbuf_addf(out, "\\u%04x", c);
        else
            strbuf_addf(out, "\\%c", c);
    }
    strbuf_add(out, text + from, length - from);
    strbuf_add_char(out, '"');
}

static const struct field *field_of(const struct run_facts *facts, size_t column)
{
    if (!facts->spec)
        return NULL;
    const struct explore *explore = explore_find(facts->spec->model, facts->spec->view);
    return explore ? explore_field(explore, facts->result->columns[column]) : NULL;
}

const char *format_label(const struct run_facts *facts, size_t column)
{
    const struct field *field = field_of(facts, column);
    return field ? field->label : facts->result->columns[column];
}

static const struct cell *cell_at(const struct run_facts *facts, size_t row, size_t column)
{
    return &facts->result->cells[row * facts->result->column_count + column];
}

/* 1234567.891 as $1,234,567.89 */
static void add_usd(struct strbuf *out, double value)
{
    char digits[64];
    int length = snprintf(digits, sizeof(digits), "%.2f", value < 0 ? -value : value);
    if (length < 0 || (size_t)length >= sizeof(digits)) {
        strbuf_addf(out, "$%g", value);
        return;
    }
    int whole = length - 3;
    strbuf_add_text(out, value < 0 ? "-$" : "$");
    for (int i = 0; i < length; i++) {
        if (i > 0 && i < whole && (whole - i) % 3 == 0)
            strbuf_add_char(out, ',');
        strbuf_add_char(out, digits[i]);
    }
}

/* The value as people read it. */
static void add_rendered(struct strbuf *out, const struct field *field, const struct cell *cell)
{
    if (!cell->text)
        return;
    if (field && field->format == FORMAT_USD && cell->is_number)
        add_usd(out, strtod(cell->text, NULL));
    else if (field && field->format == FORMAT_PERCENT && cell->is_number)
        strbuf_addf(out, "%.1f%%", 100 * strtod(cell->text, NULL));
    else
        strbuf_add(out, cell->text, cell->length);
}

static void add_json_value(struct strbuf *out, const struct cell *cell)
{
    if (!cell->text)
        strbuf_add_text(out, "null");
    else if (cell->is_number)
        strbuf_add(out, cell->text, cell->length);
    else
        json_add_text(out, cell->text, cell->length);
}

/* The value in a format that knows but one: rendered when formatting was asked for. */
void format_add_plain(const struct run_facts *facts, size_t row, size_t column,
                      struct strbuf *scratch)
{
    const struct cell *cell = cell_at(facts, row, column);
    strbuf_clear(scratch);
    if (facts->has_formatting)
        add_rendered(scratch, field_of(facts, column), cell);
    else if (cell->text)
        strbuf_add(scratch, cell->text, cell->length);
}

static void add_key(struct strbuf *out, const struct run_facts *facts, size_t column)
{
    const char *name = facts->result->columns[column];
    json_add_text(out, name, strlen(name));
    strbuf_add_char(out, ':');
}

/* Rows as an array of objects; value writes one cell. */
static void add_json_rows(const struct run_facts *facts, struct strbuf *out,
                          void (*value)(const struct run_facts *facts, size_t row, size_t column,
                                        struct strbuf *out))
{
    const struct result *result = facts->result;
    strbuf_add_char(out, '[');
    for (size_t row = 0; row < result->row_count; row++) {
        strbuf_add_text(out, row ? ",\n{" : "{");
        for (size_t column = 0; column < result->column_count; column++) {
            if (column)
                strbuf_add_char(out, ',');
            add_key(out, facts, column);
            value(facts, row, column, out);
        }
        strbuf_add_char(out, '}');
    }
    strbuf_add_char(out, ']');
}

static void json_cell(const struct run_facts *facts, size_t row, size_t column, struct strbuf *out)
{
    const struct cell *cell = cell_at(facts, row, column);
    if (!facts->has_formatting || !cell->text) {
        add_json_value(out, cell);
        return;
    }
    struct strbuf scratch;
    strbuf_init(&scratch, out->max);
    format_add_plain(facts, row, column, &scratch);
    json_add_text(out, scratch.data, scratch.len);
    strbuf_finish(&scratch);
}

static void detail_cell(const struct run_facts *facts, size_t row, size_t column,
                        struct strbuf *out)
{
    const struct cell *cell = cell_at(facts, row, column);
    const struct field *field = field_of(facts, column);
    strbuf_add_text(out, "{\"value\":");
    add_json_value(out, cell);
    if (cell->text && field && field->format != FORMAT_PLAIN) {
        struct strbuf scratch;
        strbuf_init(&scratch, 4096);
        add_rendered(&scratch, field, cell);
        strbuf_add_text(out, ",\"rendered\":");
        json_add_text(out, scratch.data, scratch.len);
        strbuf_finish(&scratch);
    } else if (cell->text && cell->is_number)
        strbuf_addf(out, ",\"rendered\":\"%s\"", cell->text);
    strbuf_add_char(out, '}');
}

void format_json_rows(const struct run_facts *facts, struct strbuf *out)
{
    add_json_rows(facts, out, json_cell);
}

static struct json *describe_field(const struct run_facts *facts, size_t column)
{
    static const char *const types[] = {
        [FIELD_NUMBER] = "number",
        [FIELD_STRING] = "string",
        [FIELD_DATE] = "date",
        [FIELD_YESNO] = "yesno",
    };
    const struct field *field = field_of(facts, column);
    const char *name = facts->result->columns[column];
    struct json *json = json_new_object();
    json_set_string(json, "name", name);
    json_set_string(json, "label", format_label(facts, column));
    json_set_string(json, "label_short", format_label(facts, column));
    json_set(json, "view", field ? json_new_string_len(name, strcspn(name, ".")) : NULL);
    json_set_string(json, "type", field ? types[field->type] : "string");
    json_set_bool(json, "is_numeric", field && field->type == FIELD_NUMBER);
    json_set_string(json, "sql", field ? field->sql : NULL);
    json_set_string(json, "category",
                    field && field->kind == FIELD_MEASURE ? "measure" : "dimension");
    return json;
}

static struct json *describe_fields(const struct run_facts *facts)
{
    struct json *dimensions = json_new_array();
    struct json *measures = json_new_array();
    for (size_t i = 0; i < facts->result->column_count; i++) {
        const struct field *field = field_of(facts, i);
        json_push(field && field->kind == FIELD_MEASURE ? measures : dimensions,
                  describe_field(facts, i));
    }
    struct json *fields = json_new_object();
    json_set(fields, "measures", measures);
    json_set(fields, "dimensions", dimensions);
    json_set(fields, "table_calculations", json_new_array());
    json_set(fields, "pivots", json_new_array());
    return fields;
}

static struct json *describe_filters(const struct query_spec *spec)
{
    struct json *filters = json_new_object();
    for (size_t i = 0; spec && i < spec->filter_count; i++)
        json_set_string(filters, spec->filters[i].field, spec->filters[i].expression);
    return filters;
}

static struct json *describe_explore(const struct query_spec *spec)
{
    const struct explore *explore = spec ? explore_find(spec->model, spec->view) : NULL;
    if (!explore)
        return NULL;
    struct json *json = json_new_object();
    json_set_string(json, "name", explore->name);
    json_set_string(json, "label", explore->label);
    json_set_string(json, "description", explore->description);
    return json;
}

/* Line and column count from 1, the character from 0. */
static struct json *describe_location(const char *sql, long offset)
{
    struct json *location = json_new_object();
    if (offset < 0 || (size_t)offset > strlen(sql))
        return location;
    int line = 1;
    long line_start = 0;
    for (long i = 0; i < offset; i++)
        if (sql[i] == '\n') {
            line++;
            line_start = i + 1;
        }
    json_set_int(location, "line", line);
    json_set_int(location, "column", offset - line_start + 1);
    json_set_int(location, "character", offset);
    return location;
}

static struct json *describe_errors(const struct run_facts *facts)
{
    const struct result *result = facts->result;
    struct json *error = json_new_object();
    if (result->end == RESULT_INTERRUPTED)
        json_set_string(error, "message", "The query was killed.");
    else {
        json_set_string(error, "message",
                        "The SQLite database encountered an error while running "
                        "this query.");
        json_set_string(error, "message_details", result->error);
    }
    json_set_string(error, "params", facts->sql);
    json_set_null(error, "edit_url");
    json_set(error, "error_pos",
             result->error_offset < 0 ? NULL : json_new_int(result->error_offset));
    json_set_string(error, "level", "error");
    json_set_bool(error, "fatal", true);
    json_set(error, "sql_error_loc",
             describe_location(facts->sql ? facts->sql : "", result->error_offset));
    struct json *errors = json_new_array();
    json_push(errors, error);
    return errors;
}

/* What is no error: it stands among them, but is not fatal. */
static struct json *describe_note(void)
{
    struct json *note = json_new_object();
    json_set_string(note, "message",
                    "Note: This query contains derived tables with Development Mode filters. "
                    "Query results in Production Mode might be different.");
    json_set_null(note, "message_details");
    json_set_null(note, "params");
    json_set_null(note, "edit_url");
    json_set_null(note, "error_pos");
    json_set_string(note, "level", "error");
    json_set_bool(note, "fatal", false);
    json_set_null(note, "sql_error_loc");
    struct json *errors = json_new_array();
    json_push(errors, note);
    return errors;
}

/* Everything of json_detail but the rows. */
static struct json *describe_run(const struct run_facts *facts)
{
    const struct result *result = facts->result;
    char text[TIMEFMT_BYTES];
    struct json *json = json_new_object();
    json_set_bool(json, "from_cache", facts->is_from_cache);
    json_set_string(json, "id", facts->task_id);
    json_set_bool(json, "supports_pivot_in_db", true);
    json_set_string(json, "null_sort_treatment", "low");
    json_set_bool(json, "expired", false);
    json_set_string(json, "ran_at", format_utc(text, result->ran_at_ms));
    json_set_null(json, "aggregate_table_used_info");
    /* A string: every captured body has it so, whatever the description says. */
    /* No database answers in no time. */
    snprintf(text, sizeof(text), "%.3f", fmax(result->runtime_s, 0.001));
    json_set_string(json, "runtime", text);
    json_set(json, "added_params", json_new_object());
    json_set_null(json, "forecast_result");
    json_set_string(json, "sql", facts->sql);
    json_set_null(json, "sql_explain");
    json_set(json, "fields", describe_fields(facts));
    json_set(json, "fill_fields", json_new_array());
    json_set_bool(json, "has_totals", false);
    json_set_bool(json, "has_row_totals", false);
    json_set_bool(json, "has_subtotals", false);
    json_set(json, "applied_filters", describe_filters(facts->spec));
    json_set_string(json, "applied_filter_expression",
                    facts->spec ? facts->spec->filter_expression : NULL);
    json_set_string(json, "number_format", "1,234.56");
    json_set(json, "explore", describe_explore(facts->spec));
    json_set_string(json, "timezone", "UTC");
    return json;
}

/* Appends an object with its closing bracket left off, so that rows can follow. */
static void add_open_object(struct strbuf *out, struct json *object /* taken */)
{
    json_format(object, false, out);
    json_destroy(object);
    strbuf_truncate(out, out->len - 1);
}

void format_detail_rows(const struct run_facts *facts, struct strbuf *out)
{
    struct json *json = describe_run(facts);
    json_set_bool(json, "truncated", facts->result->is_truncated);
    if (facts->has_note)
        json_set(json, "errors", describe_note());
    add_open_object(out, json);
    strbuf_add_text(out, ",\"data\":");
    add_json_rows(facts, out, detail_cell);
    strbuf_add_char(out, '}');
}

void format_detail_error(const struct run_facts *facts, struct strbuf *out)
{
    struct json *json;
    if (facts->sql) {
        json = describe_run(facts);
        json_set(json, "data", json_new_array());
        json_set(json, "errors", describe_errors(facts));
    } else {
        /* No SQL could be made: then the service answers in this short form. */
        json = json_new_object();
        json_set_bool(json, "from_cache", true);
        json_set_string(json, "id", facts->task_id);
        json_set_string(json, "error", facts->result->error);
    }
    json_format(json, false, out);
    json_destroy(json);
}

void format_bi_rows(const struct run_facts *facts, struct strbuf *out)
{
    struct json *metadata = json_new_object();
    json_set_string(metadata, "sql", facts->sql);
    json_set(metadata, "fields", describe_fields(facts));
    json_set(metadata, "pivots", json_new_array());
    json_set_bool(metadata, "has_totals", false);
    json_set_bool(metadata, "has_subtotals", false);
    json_set_bool(metadata, "columns_truncated", false);
    json_set(metadata, "filters", describe_filters(facts->spec));
    json_set_string(metadata, "filter_expression",
                    facts->spec ? facts->spec->filter_expression : NULL);
    json_set_null(metadata, "big_query_metadata");
    struct json *json = json_new_object();
    json_set(json, "metadata", metadata);
    add_open_object(out, json);
    strbuf_add_text(out, ",\"rows\":");
    add_json_rows(facts, out, detail_cell);
    strbuf_add_char(out, '}');
}

void format_bi_error(const struct run_facts *facts, struct strbuf *out)
{
    const char *text = facts->result->error ? facts->result->error : "The query was killed.";
    strbuf_add_text(out, "[{\"looker_error\":");
    json_add_text(out, text, strlen(text));
    strbuf_add_text(out, "}]");
}
