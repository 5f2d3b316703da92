/* format.h - results as the formats of the API: json, json_detail, json_bi, csv, txt, md, html,
 * sql.
 *
 * Pure; any thread.
 */
#pragma once

#include <stdbool.h>

#include "base/strbuf.h"
#include "sandbox/result.h"
#include "sandbox/sqlgen.h"

/* What is known of a run; everything is borrowed. */
struct run_facts {
    const char *task_id;
    const struct query_spec *spec; /* NULL: SQL as somebody typed it */
    const char *sql;
    const struct result *result;
    bool is_from_cache;
    bool has_note;       /* of derived tables in the dev workspace */
    bool has_formatting; /* apply_formatting: numbers as people read them, also in json and csv */
};

struct result_format {
    const char *name;
    const char *content_type;
    void (*rows)(const struct run_facts *facts, struct strbuf *out);
    /* NULL: an error is told with status 400 and a message */
    void (*error)(const struct run_facts *facts, struct strbuf *out);
    bool is_json;         /* the data in multi_results are a value, not a string */
    bool has_error_body;  /* an error is a result too: status 200 */
    bool is_without_rows; /* made from the SQL alone: nothing runs */
};

/* NULL for a format that is unknown or needs a renderer (xlsx, png, ...). */
const struct result_format *result_format_find(const char *name);
/* True for every word that the API's description allows for a task. */
bool result_format_is_word(const char *name);

/* Appends text as a JSON string; broken UTF-8 is replaced. */
void json_add_text(struct strbuf *out, const char *text, size_t length);
