#include <stdlib.h>
#include <string.h>

#include "base/sanitize.h"
#include "base/xalloc.h"
#include "provider/looker_internal.h"

/* Rows without a description of their columns: the keys of so many rows make the columns. */
#define KEY_ROWS 20

/* Where the cells of a column are found in a row. The texts belong to the result. */
struct source_column {
    const char *key;
    const char *pivot; /* below the key; NULL: the key's value is the cell */
};

struct table {
    struct task_result *result;
    struct json_parser *parser;
    struct source_column *sources;
    struct result_column *columns;
    size_t count;
    struct strbuf text; /* reused */
};

static bool is_full(const struct table *table)
{
    return table->count == LIMIT_RESULT_COLUMNS;
}

/* Names a column "key", or "key · pivot". */
static void add_column(struct table *table, const char *key, const char *pivot, bool is_number)
{
    if (is_full(table)) {
        table->result->is_cut = true;
        return;
    }
    strbuf_clear(&table->text);
    sanitize(&table->text, key, strlen(key), SANITIZE_LINE);
    if (pivot) {
        strbuf_add_text(&table->text, " \xc2\xb7 ");
        sanitize(&table->text, pivot, strlen(pivot), SANITIZE_LINE);
    }
    struct arena *arena = &table->result->arena;
    table->sources[table->count] =
        (struct source_column){arena_strdup(arena, key), arena_strdup(arena, pivot)};
    table->columns[table->count++] = (struct result_column){
        .name = arena_strdup(arena, table->text.data),
        .is_number = is_number,
    };
}

/* --- columns -----------------------------------------------------------------------------------
 */

static bool is_numeric(const struct json *field)
{
    return json_bool(json_get(field, "is_numeric")) == 1;
}

static void add_field(struct table *table, const struct json *field, const struct json *pivots)
{
    const char *name = json_string(json_get(field, "name"), NULL);
    if (!name)
        return;
    if (!json_count(pivots)) {
        add_column(table, name, NULL, is_numeric(field));
        return;
    }
    for (size_t i = 0; i < json_count(pivots) && !is_full(table); i++) {
        const char *key = json_string(json_get(json_at(pivots, i), "key"), NULL);
        if (key)
            add_column(table, name, key, is_numeric(field));
    }
}

/* Columns in Looker's order. Only measures and calculations stand once for each pivot value. */
static void describe(struct table *table, const struct json *fields, const struct json *pivots)
{
    static const struct {
        const char *kind;
        bool is_pivoted;
    } kinds[] = {{"dimensions", false}, {"measures", true}, {"table_calculations", true}};
    for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
        const struct json *list = json_get(fields, kinds[k].kind);
        for (size_t i = 0; i < json_count(list) && !is_full(table); i++)
            add_field(table, json_at(list, i), kinds[k].is_pivoted ? pivots : NULL);
    }
}

static bool has_column(const struct table *table, const char *key)
{
    for (size_t i = 0; i < table->count; i++) {
        if (strcmp(table->sources[i].key, key) == 0)
            return true;
    }
    return false;
}

static void add_keys(struct table *table, const struct json *row)
{
    const void *cursor = NULL;
    const char *key;
    const struct json *value;
    while (!is_full(table) && json_next_member(row, &cursor, &key, &value)) {
        if (!has_column(table, key))
            add_column(table, key, NULL, json_is_number(value));
    }
}

static void describe_by_keys(struct table *table, const struct record *rows)
{
    struct records r;
    struct record record;
    records_init(&r, rows->bytes, rows->length);
    for (size_t i = 0; i < KEY_ROWS && records_next(&r, &record); i++) {
        struct json *row = json_parser_read(table->parser, record.bytes, record.length, NULL);
        add_keys(table, row);
        json_destroy(row);
    }
}

/* --- cells -------------------------------------------------------------------------------------
 */

/* json_detail wraps each value: {"value": 337, "rendered": "337", ...}. What is rendered is what
 * people see in Looker. */
static const struct json *unwrap(const struct json *cell)
{
    const struct json *rendered = json_get(cell, "rendered");
    size_t length = 0;
    if (!json_is_object(cell))
        return cell;
    if (json_string(rendered, &length) && length && !json_is_null(json_get(cell, "value")))
        return rendered;
    return json_get(cell, "value");
}

static bool is_wrapped(const struct json *cell)
{
    const void *cursor = NULL;
    const char *key;
    const struct json *value;
    while (json_next_member(cell, &cursor, &key, &value)) {
        if (strcmp(key, "value") == 0)
            return true;
    }
    return false;
}

/* NULL is the data's NULL. */
static const char *cell_text(struct table *table, const struct json *value)
{
    size_t length;
    strbuf_clear(&table->text);
    if (is_wrapped(value))
        value = unwrap(value);
    if (json_is_null(value))
        return NULL;
    const char *text = json_string(value, &length);
    if (text) {
        sanitize(&table->text, text, length, SANITIZE_LINE);
    } else {
        struct strbuf raw;
        strbuf_init(&raw, LIMIT_RESULT_CELL_BYTES);
        json_format(value, false, &raw);
        sanitize(&table->text, raw.data, raw.len, SANITIZE_LINE);
        strbuf_finish(&raw);
    }
    return arena_strdup(&table->result->arena, table->text.data);
}

static void fill_row(struct table *table, const struct json *row, const char **cells)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct source_column *source = &table->sources[i];
        const struct json *value = json_get(row, source->key);
        if (source->pivot)
            value = json_get(value, source->pivot);
        cells[i] = cell_text(table, value);
        if (json_is_number(value) || json_is_number(json_get(value, "value")))
            table->columns[i].is_number = true;
    }
}

static size_t row_limit(const struct table *table)
{
    size_t by_cells = table->count ? LIMIT_RESULT_CELLS / table->count : LIMIT_RESULT_ROWS;
    return by_cells < LIMIT_RESULT_ROWS ? by_cells : LIMIT_RESULT_ROWS;
}

static bool count_rows(const struct record *rows, size_t *out_count, struct error *err)
{
    struct records r;
    struct record record;
    size_t count = 0;
    records_init(&r, rows->bytes, rows->length);
    while (records_next(&r, &record))
        count++;
    if (r.is_broken)
        return error_set(err, ERR_SERVICE, "row %zu of the result is not valid JSON", count + 1);
    *out_count = count;
    return true;
}

/* A row that is null has no cells; json_parser_read() takes it for an error. */
static bool is_null(const struct record *record)
{
    return record->length == 4 && memcmp(record->bytes, "null", 4) == 0;
}

static bool add_row(struct table *table, const struct record *record, struct error *err)
{
    struct task_result *result = table->result;
    struct error why = {0};
    struct json *row = json_parser_read(table->parser, record->bytes, record->length, &why);
    if (!row && !is_null(record))
        return error_set(err, ERR_SERVICE, "row %zu of the result: %s", result->row_count + 1,
                         why.message);
    fill_row(table, row, result->cells + result->row_count++ * table->count);
    json_destroy(row);
    return true;
}

static bool fill(struct table *table, const struct record *rows, const struct job *job,
                 struct error *err)
{
    struct task_result *result = table->result;
    struct records r;
    struct record record;
    size_t count = 0;
    if (!count_rows(rows, &count, err))
        return false;
    if (count > row_limit(table)) {
        result->is_cut = true;
        result->note = arena_printf(&result->arena, "only the first %zu of %zu rows are kept",
                                    row_limit(table), count);
        count = row_limit(table);
    }
    result->cells = arena_alloc(&result->arena, count * table->count * sizeof(*result->cells));
    records_init(&r, rows->bytes, rows->length);
    while (result->row_count < count && records_next(&r, &record)) {
        if (job_is_stopping(job) || !add_row(table, &record, err))
            return false;
    }
    return true;
}

static void keep_columns(const struct table *table)
{
    struct task_result *result = table->result;
    struct result_column *columns = arena_alloc(&result->arena, table->count * sizeof(*columns));
    memcpy(columns, table->columns, table->count * sizeof(*columns));
    result->columns = columns;
    result->column_count = table->count;
    result->state = RESULT_TABLE;
}

bool looker_read_rows(struct task_result *result, const struct json *fields,
                      const struct json *pivots, const struct record *rows, const struct job *job,
                      struct error *err)
{
    struct table table = {
        .result = result,
        .parser = json_parser_create(),
        .sources = xcalloc(LIMIT_RESULT_COLUMNS, sizeof(*table.sources)),
        .columns = xcalloc(LIMIT_RESULT_COLUMNS, sizeof(*table.columns)),
    };
    strbuf_init(&table.text, LIMIT_RESULT_CELL_BYTES);
    describe(&table, fields, pivots);
    if (!table.count)
        describe_by_keys(&table, rows);
    bool is_read = fill(&table, rows, job, err);
    if (is_read)
        keep_columns(&table);
    free(table.sources);
    free(table.columns);
    json_parser_destroy(table.parser);
    strbuf_finish(&table.text);
    return is_read;
}
