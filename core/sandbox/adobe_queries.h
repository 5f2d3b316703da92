/* adobe_queries.h - Adobe's queries: every one that was ever submitted, and how it went.
 *
 * SUBMITTED -> IN_PROGRESS -> SUCCESS | FAILED | KILLED | TIMEOUT. While a query lives a task of
 * tasks.h runs it; what has ended stays, as the real service deletes no history. Every change
 * moves `updated` on, never backwards. Threads: whoever holds the service's lock.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include <uthash.h>

#include "base/strbuf.h"
#include "net/json.h"
#include "sandbox/adobe_sql.h"
#include "sandbox/lake.h"
#include "sandbox/rng.h"

#define ADOBE_ID_LENGTH 36

enum adobe_state {
    ADOBE_SUBMITTED,
    ADOBE_IN_PROGRESS,
    ADOBE_SUCCESS,
    ADOBE_FAILED,
    ADOBE_KILLED,
    ADOBE_TIMEOUT,
    ADOBE_STATE_COUNT,
};

/* Adobe's words. */
const char *adobe_state_word(enum adobe_state state);

struct account;
struct query_task;
struct tasks;

/* What a query is made of. All is copied but user and client, which stay. */
struct adobe_wish {
    const struct json *request; /* echoed */
    const char *sql;            /* as it runs */
    bool is_sql_changed;        /* from what the request has */
    bool is_hidden;             /* nobody typed it */
    const char *template_id;
    const char *template_name;
    const struct account *user;
    const char *client;
    const char *client_id;
    const char *schedule_id;
    const char *schedule_run_id;
    int64_t created_ms; /* wall clock */
};

struct adobe_failure {
    const char *code; /* an SQLSTATE; NULL: none */
    char *message;
    bool is_system;
};

#define REFERENCED_MAX 8

struct adobe_query {
    char id[ADOBE_ID_LENGTH + 1];
    char *sql;
    struct statement statement; /* points into sql */
    char *template_id;
    char *template_name;
    char *schedule_id;
    char *schedule_run_id;
    char *user_id;
    const char *client;
    char *head; /* its JSON, up to what moves */
    size_t head_length;
    bool is_hidden;
    bool is_pinned; /* a run of a schedule points at it */
    bool is_soft_deleted;
    enum adobe_state state;
    int64_t created_ms; /* wall clock, as all times here */
    int64_t started_ms; /* 0: not yet */
    int64_t ended_ms;   /* 0: not yet */
    int64_t updated_ms;
    int64_t row_count;
    struct adobe_failure failure;
    const struct data_set *referenced[REFERENCED_MAX]; /* known once it has started */
    size_t referenced_count;
    const struct data_set *created; /* NULL: none, or not yet */
    struct query_task *task;        /* NULL once it has ended */
    struct adobe_queries *queries;
    UT_hash_handle hh;
    TAILQ_ENTRY(adobe_query) created_link;
    TAILQ_ENTRY(adobe_query) updated_link;
};

TAILQ_HEAD(adobe_query_list, adobe_query);

struct adobe_queries {
    struct adobe_query *by_id;
    struct adobe_query_list by_created; /* oldest first */
    struct adobe_query_list by_updated;
    size_t count;
    struct rng rng;
    struct lake *lake; /* borrowed, as is url */
    const char *url;   /* of the service, for links */
    int64_t time_limit_ms;
};

void adobe_queries_init(struct adobe_queries *queries, uint64_t seed, struct lake *lake,
                        const char *url, int64_t time_limit_ms);
void adobe_queries_finish(struct adobe_queries *queries);

/* Writes a new id of the form that all things of Adobe's have. */
void adobe_make_id(struct rng *rng, char out[ADOBE_ID_LENGTH + 1]);

/* Makes a query, and a task that waits in the queue. */
struct adobe_query *adobe_queries_submit(struct adobe_queries *queries, struct tasks *tasks,
                                         const struct adobe_wish *wish);
/* Makes a query that no task runs. */
struct adobe_query *adobe_queries_add(struct adobe_queries *queries, const struct adobe_wish *wish);
/* How such a query has gone. */
struct adobe_end {
    enum adobe_state state;
    int64_t started_ms;
    int64_t ended_ms;
    int64_t row_count;
    const char *failure; /* in the database's words; NULL: none */
};
/* Ends a query that no task runs; adobe_queries_sort() is due afterwards. */
void adobe_query_end(struct adobe_query *query, const struct adobe_end *end);
/* Puts the list by `updated` in order. */
void adobe_queries_sort(struct adobe_queries *queries);
struct adobe_query *adobe_queries_find(struct adobe_queries *queries, const char *id);
/* Notes a change. */
void adobe_query_touch(struct adobe_query *query, int64_t wall_ms);

bool adobe_query_is_alive(const struct adobe_query *query);
/* Appends the query as the API gives it. */
void adobe_query_describe(const struct adobe_query *query, int64_t wall_ms, struct strbuf *out);
