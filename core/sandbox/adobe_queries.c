#include "sandbox/adobe_queries.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/timefmt.h"
#include "base/xalloc.h"
#include "sandbox/adobe_gate.h"
#include "sandbox/adobe_sql.h"
#include "sandbox/describe.h"
#include "sandbox/format.h"
#include "sandbox/tasks.h"

#define HEAD_BYTES (8 * LIMIT_MIB)
/* The oldest that has ended makes room for a new one. */
#define QUERIES_MAX 100000

static const char *const STATE_WORDS[ADOBE_STATE_COUNT] = {
    [ADOBE_SUBMITTED] = "SUBMITTED", [ADOBE_IN_PROGRESS] = "IN_PROGRESS",
    [ADOBE_SUCCESS] = "SUCCESS",     [ADOBE_FAILED] = "FAILED",
    [ADOBE_KILLED] = "KILLED",       [ADOBE_TIMEOUT] = "TIMEOUT",
};

static const enum adobe_state STATE_OF[STATUS_COUNT] = {
    [STATUS_ADDED] = ADOBE_SUBMITTED,  [STATUS_RUNNING] = ADOBE_IN_PROGRESS,
    [STATUS_COMPLETE] = ADOBE_SUCCESS, [STATUS_ERROR] = ADOBE_FAILED,
    [STATUS_KILLED] = ADOBE_KILLED,    [STATUS_EXPIRED] = ADOBE_TIMEOUT,
};

const char *adobe_state_word(enum adobe_state state)
{
    return STATE_WORDS[state];
}

bool adobe_query_is_alive(const struct adobe_query *query)
{
    return query->state == ADOBE_SUBMITTED || query->state == ADOBE_IN_PROGRESS;
}

void adobe_queries_init(struct adobe_queries *queries, uint64_t seed, struct lake *lake,
                        const char *url, int64_t time_limit_ms)
{
    *queries = (struct adobe_queries){
        .rng = {.state = seed ^ 0xAD0BE}, .lake = lake, .url = url, .time_limit_ms = time_limit_ms};
    TAILQ_INIT(&queries->by_created);
    TAILQ_INIT(&queries->by_updated);
}

static void destroy(struct adobe_queries *queries, struct adobe_query *query)
{
    HASH_DEL(queries->by_id, query);
    TAILQ_REMOVE(&queries->by_created, query, created_link);
    TAILQ_REMOVE(&queries->by_updated, query, updated_link);
    queries->count--;
    free(query->sql);
    free(query->template_id);
    free(query->template_name);
    free(query->schedule_id);
    free(query->schedule_run_id);
    free(query->user_id);
    free(query->head);
    free(query->failure.message);
    free(query);
}

void adobe_queries_finish(struct adobe_queries *queries)
{
    struct adobe_query *query;
    while ((query = TAILQ_FIRST(&queries->by_created)))
        destroy(queries, query);
}

void adobe_make_id(struct rng *rng, char out[ADOBE_ID_LENGTH + 1])
{
    rng_text(rng, out, ADOBE_ID_LENGTH + 1, RNG_HEX);
    out[8] = out[13] = out[18] = out[23] = '-';
    out[14] = '4'; /* as random ones have it */
    out[19] = '8';
}

static char *copy_text(const char *text)
{
    return text ? xstrdup(text) : NULL;
}

/* Everything of its JSON that stays as it is, without the closing brace. */
static void make_head(struct adobe_query *query, const struct adobe_wish *wish)
{
    struct strbuf head;
    struct json *json = json_new_object();
    enum statement_kind kind = query->statement.kind;
    strbuf_init(&head, HEAD_BYTES);
    json_set_string(json, "id", query->id);
    json_set(json, "request", json_share(wish->request));
    if (wish->is_sql_changed)
        json_set_string(json, "effectiveSQL", wish->sql);
    json_set_bool(json, "isInsertInto", kind == STATEMENT_INSERT);
    json_set_bool(json, "isCTAS", kind == STATEMENT_CTAS);
    describe_set_time(json, "created", query->created_ms);
    json_set_string(json, "client", wish->client);
    if (wish->client_id)
        json_set_string(json, "clientId", wish->client_id);
    json_set_string(json, "userId", query->user_id);
    if (wish->template_name)
        json_set_string(json, "templateName", wish->template_name);
    json_set_int(json, "version", 1);
    json_format(json, false, &head);
    json_destroy(json);
    strbuf_truncate(&head, head.len - 1);
    query->head = strbuf_take(&head, &query->head_length);
}

/* Time does not run backwards here, whatever the wall clock does: lists are sorted by it. */
static int64_t not_before(int64_t wall_ms, const struct adobe_query *last, int64_t last_ms)
{
    return last && last_ms > wall_ms ? last_ms : wall_ms;
}

void adobe_query_touch(struct adobe_query *query, int64_t wall_ms)
{
    struct adobe_query_list *list = &query->queries->by_updated;
    struct adobe_query *last = TAILQ_LAST(list, adobe_query_list);
    query->updated_ms = not_before(wall_ms, last, last ? last->updated_ms : 0);
    TAILQ_REMOVE(list, query, updated_link);
    TAILQ_INSERT_TAIL(list, query, updated_link);
}

static void make_room(struct adobe_queries *queries)
{
    struct adobe_query *query;
    TAILQ_FOREACH(query, &queries->by_created, created_link)
    {
        if (!query->task && !query->is_pinned) {
            destroy(queries, query);
            return;
        }
    }
}

struct adobe_query *adobe_queries_add(struct adobe_queries *queries, const struct adobe_wish *wish)
{
    char user_id[ADOBE_USER_BYTES];
    struct adobe_query *last = TAILQ_LAST(&queries->by_created, adobe_query_list);
    struct adobe_query *query = xcalloc(1, sizeof(*query));
    if (queries->count >= QUERIES_MAX)
        make_room(queries);
    adobe_make_id(&queries->rng, query->id);
    query->queries = queries;
    query->sql = xstrdup(wish->sql);
    statement_parse(query->sql, &query->statement);
    query->template_id = copy_text(wish->template_id);
    query->template_name = copy_text(wish->template_name);
    query->schedule_id = copy_text(wish->schedule_id);
    query->schedule_run_id = copy_text(wish->schedule_run_id);
    query->user_id = xstrdup(adobe_user_id(wish->user, user_id, sizeof(user_id)));
    query->client = wish->client;
    query->is_hidden = wish->is_hidden;
    query->created_ms = not_before(wish->created_ms, last, last ? last->created_ms : 0);
    make_head(query, wish);
    HASH_ADD_STR(queries->by_id, id, query);
    TAILQ_INSERT_TAIL(&queries->by_created, query, created_link);
    TAILQ_INSERT_TAIL(&queries->by_updated, query, updated_link);
    queries->count++;
    adobe_query_touch(query, query->created_ms);
    return query;
}

static void fail(struct adobe_query *query, const char *message)
{
    query->failure.message = xstrdup(message);
    query->failure.code = sql_state_of(message, &query->failure.is_system);
}

/* What it reads is known when it runs; what it makes, when that has been made. */
static void find_data_sets(struct adobe_query *query)
{
    struct lake *lake = query->queries->lake;
    const struct statement *statement = &query->statement;
    if (query->started_ms && query->referenced_count == 0)
        query->referenced_count =
            lake_named_in(lake, statement->rows ? statement->rows : query->sql, query->referenced,
                          REFERENCED_MAX);
    if (query->state == ADOBE_SUCCESS && statement->kind == STATEMENT_CTAS)
        query->created = lake_name(lake, statement->target);
}

/* Writes what the query makes. The statement does not change any more: no lock is needed. */
static void on_ran(void *owned, struct result *rows)
{
    const struct adobe_query *query = owned;
    const struct statement *statement = &query->statement;
    struct lake *lake = query->queries->lake;
    struct error err;
    bool is_written = true;
    if (statement->kind == STATEMENT_CTAS)
        is_written = lake_create(lake, statement->target, rows, &err);
    else if (statement->kind == STATEMENT_INSERT) {
        char *columns =
            statement->columns ? xstrndup(statement->columns, statement->columns_length) : NULL;
        is_written = lake_insert(lake, statement->target, columns, rows, &err);
        free(columns);
    }
    if (!is_written)
        result_fail(rows, err.message);
}

/* Keeps the books while its task runs. */
static void on_moved(void *owned, const struct query_task *task, struct result *result)
{
    struct adobe_query *query = owned;
    query->state = STATE_OF[task->status];
    query->started_ms = task->started_ms;
    if (!query_task_is_alive(task)) {
        query->ended_ms = task->ended_ms;
        query->task = NULL;
    }
    if (query->state == ADOBE_SUCCESS)
        query->row_count = (int64_t)result->row_count;
    else if (query->state == ADOBE_FAILED)
        fail(query, result && result->error ? result->error : "The service is stopping");
    else if (query->state == ADOBE_TIMEOUT)
        fail(query, SQL_TIMEOUT_MESSAGE);
    find_data_sets(query);
    adobe_query_touch(query, clock_wall_ms());
}

void adobe_query_end(struct adobe_query *query, const struct adobe_end *end)
{
    query->state = end->state;
    query->started_ms = end->started_ms;
    query->ended_ms = end->ended_ms;
    query->updated_ms = end->ended_ms;
    query->row_count = end->row_count;
    if (end->failure)
        fail(query, end->failure);
    find_data_sets(query);
}

static int compare_updated(const void *left, const void *right)
{
    int64_t a = (*(struct adobe_query *const *)left)->updated_ms;
    int64_t b = (*(struct adobe_query *const *)right)->updated_ms;
    return (a > b) - (a < b);
}

void adobe_queries_sort(struct adobe_queries *queries)
{
    struct adobe_query **all = xreallocarray(NULL, queries->count + 1, sizeof(*all));
    struct adobe_query *query;
    size_t count = 0;
    TAILQ_FOREACH(query, &queries->by_created, created_link)
    {
        all[count++] = query;
        TAILQ_REMOVE(&queries->by_updated, query, updated_link);
    }
    qsort(all, count, sizeof(struct adobe_query *), compare_updated);
    for (size_t i = 0; i < count; i++)
        TAILQ_INSERT_TAIL(&queries->by_updated, all[i], updated_link);
    free(all);
}

struct adobe_query *adobe_queries_submit(struct adobe_queries *queries, struct tasks *tasks,
                                         const struct adobe_wish *wish)
{
    static const struct task_owner owner = {.ran = on_ran, .moved = on_moved};
    struct adobe_query *query = adobe_queries_add(queries, wish);
    struct strbuf rows;
    strbuf_init(&rows, 2 * LIMIT_REQUEST_BODY_BYTES);
    statement_add_rows(query->sql, &query->statement, &rows);
    query->task = tasks_add(tasks, &(struct task_order){
                                       .sql = rows.data,
                                       .owner = &owner,
                                       .owned = query,
                                       .time_limit_ms = queries->time_limit_ms,
                                       .user = wish->user,
                                       .source = "adobe",
                                       .created_ms = query->created_ms,
                                   });
    strbuf_finish(&rows);
    return query;
}

struct adobe_query *adobe_queries_find(struct adobe_queries *queries, const char *id)
{
    struct adobe_query *query;
    HASH_FIND_STR(queries->by_id, id, query);
    return query;
}

static int64_t elapsed_ms(const struct adobe_query *query, int64_t wall_ms)
{
    if (query->started_ms == 0)
        return 0;
    int64_t end_ms = query->ended_ms ? query->ended_ms : wall_ms;
    return end_ms > query->started_ms ? end_ms - query->started_ms : 0;
}

static void add_errors(const struct adobe_query *query, struct strbuf *out)
{
    const struct adobe_failure *failure = &query->failure;
    strbuf_add_text(out, ",\"errors\":[");
    if (failure->code) {
        strbuf_addf(out, "{\"code\":\"%s\",\"message\":", failure->code);
        json_add_text(out, failure->message, strlen(failure->message));
        strbuf_addf(out, ",\"errorType\":\"%s\"}",
                    failure->is_system ? "SYSTEM_ERROR" : "USER_ERROR");
    }
    strbuf_add_char(out, ']');
}

/* A link to what may be done with the query itself. */
static void add_action(const struct adobe_query *query, const char *op, struct strbuf *out)
{
    strbuf_addf(out,
                ",\"%s\":{\"href\":\"%s" ADOBE_ROOT "/queries/%s\",\"method\":\"PATCH\","
                "\"body\":\"{ \\\"op\\\": \\\"%s\\\"}\"}",
                op, query->queries->url, query->id, op);
}

static void add_data_set(const struct adobe_query *query, const struct data_set *set,
                         struct strbuf *out)
{
    strbuf_addf(out, "{\"id\":\"%s\",\"href\":\"%s/data/foundation/catalog/dataSets/%s\"}", set->id,
                query->queries->url, set->id);
}

static void add_data_sets(const struct adobe_query *query, struct strbuf *out)
{
    for (size_t i = 0; i < query->referenced_count; i++) {
        strbuf_add_text(out, i ? "," : ",\"referenced_datasets\":[");
        add_data_set(query, query->referenced[i], out);
    }
    if (query->referenced_count > 0)
        strbuf_add_char(out, ']');
    if (query->created) {
        strbuf_add_text(out, ",\"created_dataset\":");
        add_data_set(query, query->created, out);
    }
}

static void add_links(const struct adobe_query *query, struct strbuf *out)
{
    const char *url = query->queries->url;
    strbuf_addf(out,
                ",\"_links\":{\"self\":{\"href\":\"%s" ADOBE_ROOT "/queries/%s\","
                "\"method\":\"GET\"}",
                url, query->id);
    if (!query->is_soft_deleted)
        add_action(query, "soft_delete", out);
    if (adobe_query_is_alive(query))
        add_action(query, "cancel", out);
    add_data_sets(query, out);
    if (query->schedule_id)
        strbuf_addf(out, ",\"schedule\":{\"id\":\"%s\",\"href\":\"%s" ADOBE_ROOT "/schedules/%s\"}",
                    query->schedule_id, url, query->schedule_id);
    if (query->schedule_run_id)
        strbuf_addf(out,
                    ",\"schedule_run\":{\"id\":\"%s\",\"href\":\"%s" ADOBE_ROOT
                    "/schedules/%s/runs/%s\"}",
                    query->schedule_run_id, url, query->schedule_id, query->schedule_run_id);
    strbuf_add_char(out, '}');
}

void adobe_query_describe(const struct adobe_query *query, int64_t wall_ms, struct strbuf *out)
{
    char time[TIMEFMT_BYTES];
    strbuf_add(out, query->head, query->head_length);
    strbuf_addf(out, ",\"state\":\"%s\",\"updated\":\"%s\",\"elapsedTime\":%lld,\"rowCount\":%lld",
                adobe_state_word(query->state), format_utc(time, query->updated_ms),
                (long long)elapsed_ms(query, wall_ms), (long long)query->row_count);
    add_errors(query, out);
    add_links(query, out);
    strbuf_add_char(out, '}');
}
