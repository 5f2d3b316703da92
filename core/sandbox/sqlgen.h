/* sqlgen.h - from a query (model, view, fields, filters, sorts, limit) to SQL.
 *
 * Pure: the clock is a parameter. Any thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "sandbox/explores.h"

struct query_filter {
    const char *field;
    const char *expression; /* "EMEA,APAC", ">30", "12 weeks", ... */
};

struct query_spec {
    const char *model;
    const char *view;
    const char *const *fields;
    size_t field_count;
    const struct query_filter *filters;
    size_t filter_count;
    const char *const *sorts; /* "orders.created_date desc" */
    size_t sort_count;
    const char *filter_expression; /* NULL, or a comparison of two numbers such as 1=2 */
    const char *limit;             /* NULL: 500 */
};

/* -1 means all rows, up to the ceiling of a result. */
#define SQLGEN_LIMIT_FROM_QUERY INT64_MIN

/* Appends the SQL. On failure err holds what the service would say ("View Not Found", "Unknown or
 * inaccessible field ..."), with ERR_NO. */
bool sqlgen_build(const struct query_spec *spec, int64_t limit, int64_t now_ms, struct strbuf *out,
                  struct error *err);

/* The limit in force. */
int64_t sqlgen_limit(const struct query_spec *spec, int64_t limit);

/* Appends a condition on field for a filter expression; "" means no condition. */
bool sqlfilter_build(const struct field *field, const char *expression, int64_t now_ms,
                     struct strbuf *out, struct error *err);
/* Appends text as an SQL literal. */
void sql_add_literal(struct strbuf *out, const char *text, size_t length);
