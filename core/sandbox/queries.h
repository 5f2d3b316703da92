/* queries.h - the queries that were ever made, and SQL Runner's.
 *
 * Equal queries are one, with one id. A query is immutable and stays until the end, so that tasks
 * can point at it without a lock. The tables themselves: whoever holds the service's lock.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uthash.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "net/json.h"
#include "sandbox/request.h"
#include "sandbox/sqlgen.h"

#define QUERY_ID_LENGTH   22
#define QUERY_SLUG_LENGTH 7

struct account;
struct query; /* see query_ functions */
struct sql_query;

struct queries {
    struct query *by_id;
    struct query *by_slug;
    struct query *by_number;
    struct sql_query *sql_by_slug;
    uint64_t seed;
    const char *url; /* of the service, for links; borrowed */
};

void queries_init(struct queries *queries, uint64_t seed, const char *url);
void queries_finish(struct queries *queries);

/* What is wrong with a body: the field and the service's words. */
struct invalid {
    const char *field;
    const char *code;
    const char *message;
};

/* Finds the query that the body describes, or makes it. NULL: *out_invalid says why. */
const struct query *queries_make(struct queries *queries, const struct json *body,
                                 struct invalid *out_invalid);
/* By id: the 22 characters in 4.0, digits in 3.1. */
const struct query *queries_find(struct queries *queries, enum api_version api, const char *id);
/* The id in 3.1 of a query known by its id in 4.0; 0 when there is none. */
int64_t queries_number(struct queries *queries, const char *id);
/* By share slug or id. */
const struct query *queries_find_slug(struct queries *queries, const char *slug);

const char *query_id(const struct query *query);
const char *query_slug(const struct query *query);
const struct query_spec *query_spec(const struct query *query);
/* The query as the API gives it. The text is made once. */
struct json *query_describe(const struct query *query);

/* SQL as somebody typed it. The text and slug are immutable and stay. */
struct sql_query {
    char slug[13];
    char *sql;
    const char *connection;
    const struct account *creator;
    /* protected by the service's lock */
    unsigned run_count;
    int64_t last_run_ms; /* wall clock; 0: never */
    double last_runtime_s;
    UT_hash_handle hh;
};

struct sql_query *queries_make_sql(struct queries *queries, const char *sql,
                                   const struct account *creator);
struct sql_query *queries_find_sql(struct queries *queries, const char *slug);
struct json *sql_query_describe(const struct sql_query *query, const char *url);
