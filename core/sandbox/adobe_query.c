/* Adobe Query Service: queries: the list, one, submitting, cancelling and hiding. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "sandbox/adobe_gate.h"
#include "sandbox/adobe_page.h"
#include "sandbox/adobe_sql.h"
#include "sandbox/router.h"

static int64_t created_of(const void *item)
{
    return ((const struct adobe_query *)item)->created_ms;
}

static int64_t updated_of(const void *item)
{
    return ((const struct adobe_query *)item)->updated_ms;
}

static const char *state_of(const void *item)
{
    return adobe_state_word(((const struct adobe_query *)item)->state);
}

static const char *id_of(const void *item)
{
    return ((const struct adobe_query *)item)->id;
}

static const char *user_of(const void *item)
{
    return ((const struct adobe_query *)item)->user_id;
}

static const char *template_of(const void *item)
{
    return ((const struct adobe_query *)item)->template_id;
}

static const char *template_name_of(const void *item)
{
    return ((const struct adobe_query *)item)->template_name;
}

static const char *client_of(const void *item)
{
    return ((const struct adobe_query *)item)->client;
}

static const char *schedule_of(const void *item)
{
    return ((const struct adobe_query *)item)->schedule_id;
}

static const char *run_of(const void *item)
{
    return ((const struct adobe_query *)item)->schedule_run_id;
}

static const char *sql_of(const void *item)
{
    return ((const struct adobe_query *)item)->sql;
}

static const struct filter_property PROPERTIES[] = {
    {.name = "created", .operators = FILTER_ALL & ~FILTER_BIT(CONTAINS), .time = created_of},
    {.name = "updated", .operators = FILTER_ALL & ~FILTER_BIT(CONTAINS), .time = updated_of},
    {.name = "state", .operators = FILTER_ALL, .text = state_of},
    {.name = "id", .operators = FILTER_ALL, .text = id_of},
    {.name = "userId", .operators = FILTER_BIT(EQUAL), .is_choice = true, .text = user_of},
    {.name = "templateId", .operators = FILTER_BIT(EQUAL), .text = template_of},
    {.name = "client", .operators = FILTER_BIT(EQUAL), .text = client_of},
    {.name = "scheduleId", .operators = FILTER_BIT(EQUAL), .text = schedule_of},
    {.name = "scheduleRunId", .operators = FILTER_BIT(EQUAL), .text = run_of},
    {.name = "sql", .operators = FILTER_BIT(CONTAINS), .text = sql_of},
    {.name = "templateName", .operators = FILTER_BIT(CONTAINS), .text = template_name_of},
    {.name = NULL},
};

static void add_query(const void *item, const void *context, struct strbuf *out)
{
    adobe_query_describe(item, *(const int64_t *)context, out);
}

/* What is soft-deleted or hidden is left out unless asked for. */
static void collect_locked(const struct adobe_queries *queries, const struct request *request,
                           const struct page_request *wanted, struct page *page)
{
    bool has_deleted = request_flag(request, "excludeSoftDeleted") == 0;
    bool has_hidden = request_flag(request, "excludeHidden") == 0;
    const struct adobe_query *query = wanted->is_by_updated ? TAILQ_FIRST(&queries->by_updated)
                                                            : TAILQ_FIRST(&queries->by_created);
    while (query) {
        if ((has_deleted || !query->is_soft_deleted) && (has_hidden || !query->is_hidden))
            page_add(page, wanted, query->created_ms, query->updated_ms, query);
        query = wanted->is_by_updated ? TAILQ_NEXT(query, updated_link)
                                      : TAILQ_NEXT(query, created_link);
    }
}

static bool flags_are_good(const struct request *request, struct response *response)
{
    static const char *const flags[] = {"excludeSoftDeleted", "excludeHidden", "isPrevLink"};
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        const char *value = request_parameter(request, flags[i]);
        if (value && strcmp(value, "true") != 0 && strcmp(value, "false") != 0) {
            respond_adobe_message(response, 400, "A flag must be true or false");
            return false;
        }
    }
    return true;
}

void handle_adobe_queries(struct sandbox *sandbox, const struct request *request,
                          struct response *response)
{
    struct arena arena = {0};
    struct page_request wanted;
    struct page page = {0};
    char url[256];
    int64_t now_ms = clock_wall_ms();
    snprintf(url, sizeof(url), "%s" ADOBE_ROOT "/queries", sandbox->url);
    if (flags_are_good(request, response) &&
        page_request_read(request, PROPERTIES, &arena, &wanted, response)) {
        service_lock(sandbox);
        collect_locked(&sandbox->adobe.queries, request, &wanted, &page);
        respond_page(response, url, "queries", &page, &wanted, add_query, &now_ms);
        service_unlock(sandbox);
    }
    page_finish(&page);
    arena_finish(&arena);
}

static void respond_query(struct response *response, unsigned status,
                          const struct adobe_query *query)
{
    response->status = status;
    response->content_type = "application/json";
    strbuf_clear(&response->body);
    adobe_query_describe(query, clock_wall_ms(), &response->body);
}

void handle_adobe_query(struct sandbox *sandbox, const struct request *request,
                        struct response *response)
{
    service_lock(sandbox);
    const struct adobe_query *query =
        adobe_queries_find(&sandbox->adobe.queries, request->arguments[0]);
    if (query)
        respond_query(response, 200, query);
    else
        respond_adobe_message(response, 404, "Query not found");
    service_unlock(sandbox);
}

/* Only what the service knows of is echoed. */
static struct json *echo(const struct json *body)
{
    static const char *const members[] = {
        "dbName", "sql",         "queryParameters", "templateId",
        "name",   "description", "ctasParameters",  "insertIntoParameters"};
    struct json *json = json_new_object();
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        const struct json *value = json_get(body, members[i]);
        if (value)
            json_set(json, members[i], json_share(value));
    }
    return json;
}

/* The statement that a body stands for. */
static bool make_sql(const struct json *body, struct strbuf *out, struct error *err)
{
    const char *sql = json_string(json_get(body, "sql"), NULL);
    const char *db_name = json_string(json_get(body, "dbName"), NULL);
    if (!sql || !*sql)
        return error_set(err, ERR_USAGE, "sql or templateId is required");
    if (db_name && strncmp(db_name, ADOBE_SANDBOX_NAME ":", strlen(ADOBE_SANDBOX_NAME ":")) != 0)
        return error_set(err, ERR_USAGE, "dbName must be " ADOBE_SANDBOX_NAME ":all");
    return sql_fill_parameters(sql, json_get(body, "queryParameters"), out, err) &&
           sql_check_syntax(out->data, err);
}

void handle_adobe_submit(struct sandbox *sandbox, const struct request *request,
                         struct response *response)
{
    struct error err;
    struct strbuf sql;
    struct json *body = adobe_body(request, response);
    if (!body)
        return;
    struct json *shown = echo(body);
    strbuf_init(&sql, LIMIT_REQUEST_BODY_BYTES);
    if (!make_sql(body, &sql, &err))
        respond_adobe_message(response, 400, err.message);
    else {
        service_lock(sandbox);
        if (tasks_has_room(&sandbox->tasks)) {
            const char *given = json_string(json_get(body, "sql"), NULL);
            respond_query(response, 202,
                          adobe_queries_submit(&sandbox->adobe.queries, &sandbox->tasks,
                                               &(struct adobe_wish){
                                                   .request = shown,
                                                   .sql = sql.data,
                                                   .is_sql_changed = strcmp(sql.data, given) != 0,
                                                   .user = request->account,
                                                   .client = "API",
                                                   .client_id = request->api_key,
                                                   .created_ms = clock_wall_ms(),
                                               }));
            pthread_cond_signal(&sandbox->work);
        } else
            respond_adobe_status(response, 429);
        service_unlock(sandbox);
    }
    strbuf_finish(&sql);
    json_destroy(shown);
    json_destroy(body);
}

static void cancel_locked(struct sandbox *sandbox, struct adobe_query *query,
                          struct response *response)
{
    if (!query->task) {
        respond_adobe_message(response, 409,
                              "Query termination request failed because the job might already "
                              "have terminated");
        return;
    }
    tasks_kill(&sandbox->tasks, query->task, clock_wall_ms());
    pthread_cond_broadcast(&sandbox->changed);
    respond_adobe_message(response, 202, "Query cancel request received");
}

static void soft_delete_locked(struct adobe_query *query, struct response *response)
{
    if (!query->is_soft_deleted) {
        query->is_soft_deleted = true;
        adobe_query_touch(query, clock_wall_ms());
    }
    respond_adobe_message(response, 202, "Query soft delete request received");
}

/* {"op":"cancel"} or {"op":"soft_delete"}. */
void handle_adobe_patch_query(struct sandbox *sandbox, const struct request *request,
                              struct response *response)
{
    struct json *body = adobe_body(request, response);
    if (!body)
        return;
    const char *op = json_string(json_get(body, "op"), NULL);
    bool is_cancel = op && strcmp(op, "cancel") == 0;
    service_lock(sandbox);
    struct adobe_query *query = adobe_queries_find(&sandbox->adobe.queries, request->arguments[0]);
    if (!is_cancel && (!op || strcmp(op, "soft_delete") != 0))
        respond_adobe_message(response, 400, "op must be cancel or soft_delete");
    else if (!query)
        respond_adobe_message(response, 404, "Query not found");
    else if (is_cancel)
        cancel_locked(sandbox, query, response);
    else
        soft_delete_locked(query, response);
    service_unlock(sandbox);
    json_destroy(body);
}
