#include "engine/export.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "engine/document.h"
#include "engine/task_fields.h"

/* Beyond this a double no longer holds each integer. */
#define EXACT_INTEGER_MAX 9e15

const struct export_format_info export_formats[EXPORT_FORMAT_COUNT] = {
    [EXPORT_CSV] = {"CSV", "csv", "spreadsheets and most programs"},
    [EXPORT_TSV] = {"TSV", "tsv", "pastes into cells; \\N where there is no value"},
    [EXPORT_JSON] = {"JSON", "json", "one document, numbers as numbers"},
    [EXPORT_NDJSON] = {"NDJSON", "ndjson", "a line of JSON per row, for jq and loaders"},
    [EXPORT_MARKDOWN] = {"Markdown", "md", "a table for a page, an issue or a chat"},
};

static bool is_document(enum export_format format)
{
    return format == EXPORT_JSON || format == EXPORT_NDJSON;
}

static enum tabular_format tabular_of(enum export_format format)
{
    static const enum tabular_format tabular[EXPORT_FORMAT_COUNT] = {
        [EXPORT_CSV] = TABULAR_CSV,
        [EXPORT_TSV] = TABULAR_TSV,
        [EXPORT_MARKDOWN] = TABULAR_MARKDOWN,
    };
    return tabular[format];
}

/* ---- results --------------------------------------------------------------------------------- */

/* A number only where no digit is lost by it. */
static struct json *cell_json(const struct task_result *result, size_t row, size_t column)
{
    const char *text = task_result_cell(result, row, column);
    if (!text || !result->columns[column].is_number)
        return json_new_string(text);
    char again[40];
    char *end;
    double number = strtod(text, &end);
    if (*text == '\0' || *end)
        return json_new_string(text);
    snprintf(again, sizeof(again), "%.0f", number);
    if (fabs(number) < EXACT_INTEGER_MAX && strcmp(again, text) == 0)
        return json_new_int((int64_t)number);
    snprintf(again, sizeof(again), "%.15g", number);
    return strcmp(again, text) == 0 ? json_new_double(number) : json_new_string(text);
}

static struct json *row_json(const struct task_result *result, size_t row)
{
    struct json *object = json_new_object();
    for (size_t i = 0; i < result->column_count; i++)
        json_set(object, result->columns[i].name, cell_json(result, row, i));
    return object;
}

static struct json *result_head(const struct snapshot *s, const struct task_result *result,
                                int64_t now_ms)
{
    struct json *head = document_head("querytop.results/1", now_ms);
    struct json *names = json_new_array();
    bool is_known = result->source < s->source_count;
    for (size_t i = 0; i < result->column_count; i++)
        json_push(names, json_new_string(result->columns[i].name));
    json_set_string(head, "profile", is_known ? s->sources[result->source].profile : NULL);
    json_set_string(head, "id", result->task_id);
    json_set_string(head, "format", result->format);
    json_set_bool(head, "is_cut", result->is_cut);
    json_set_string(head, "note", result->note);
    document_set_number(head, "runtime_ms", result->runtime_ms);
    json_set(head, "is_from_cache",
             result->is_from_cache < 0 ? NULL : json_new_bool(result->is_from_cache));
    json_set(head, "columns", names);
    return head;
}

static void write_table(FILE *file, enum export_format format, const struct task_result *result,
                        size_t first, size_t count)
{
    enum tabular_format tabular = tabular_of(format);
    size_t width = result->column_count;
    struct tabular_column *row = xcalloc(width + 1, sizeof(*row));
    for (size_t i = 0; i < width; i++)
        row[i] = (struct tabular_column){result->columns[i].name, result->columns[i].is_number};
    tabular_head(file, tabular, row, width);
    for (size_t i = first; i < first + count; i++)
        tabular_row(file, tabular, row, &result->cells[i * width], width);
    free(row);
}

void export_result(FILE *file, enum export_format format, const struct snapshot *s,
                   const struct task_result *result, int64_t now_ms)
{
    struct document document = {.file = file, .is_lines = format == EXPORT_NDJSON};
    if (!is_document(format)) {
        write_table(file, format, result, 0, result->row_count);
        return;
    }
    document_begin(&document, result_head(s, result, now_ms), "rows");
    for (size_t i = 0; i < result->row_count; i++)
        document_add(&document, row_json(result, i));
    document_end(&document);
}

void export_result_rows(FILE *file, enum export_format format, const struct task_result *result,
                        size_t first, size_t count)
{
    struct document lines = {.file = file, .is_lines = true};
    size_t left = result->row_count > first ? result->row_count - first : 0;
    if (count > left)
        count = left;
    if (!is_document(format))
        write_table(file, format, result, first, count);
    for (size_t i = first; is_document(format) && i < first + count; i++)
        document_add(&lines, row_json(result, i));
}

/* ---- tasks ----------------------------------------------------------------------------------- */

static void write_task_table(FILE *file, enum export_format format, const struct task *const *tasks,
                             size_t count, const struct column_context *context)
{
    struct tabular_column row[TASK_FIELDS];
    struct task_cells cells;
    task_fields_columns(row);
    tabular_head(file, tabular_of(format), row, TASK_FIELDS);
    for (size_t i = 0; i < count; i++) {
        task_fields_cells(&cells, tasks[i], context);
        tabular_row(file, tabular_of(format), row, cells.cells, TASK_FIELDS);
    }
}

void export_tasks(FILE *file, enum export_format format, const struct task *const *tasks,
                  size_t count, const struct column_context *context)
{
    struct document document = {.file = file, .is_lines = format == EXPORT_NDJSON};
    if (!is_document(format)) {
        write_task_table(file, format, tasks, count, context);
        return;
    }
    struct json *head = document_head("querytop.list/1", context->now_ms);
    json_set(head, "sources", document_sources(context->snapshot, context->now_ms));
    document_begin(&document, head, "tasks");
    for (size_t i = 0; i < count; i++)
        document_add(&document, task_fields_json(tasks[i], context));
    document_end(&document);
}
