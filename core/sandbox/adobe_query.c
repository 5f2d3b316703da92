/* Adobe Query Service: queries: the list, one, submitting, cancelling and hiding. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "sandbox/adobe_gate.h"
#include "sandbox/adobe_order.h"
#include "sandbox/adobe_page.h"
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

static bool references(const void *item, const char *id)
{
    const struct adobe_query *query = item;
    for (size_t i = 0; i < query->referenced_count; i++)
        if (strcmp(query->referenced[i]->id, id) == 0)
            return true;
    return false;
}

static const struct filter_property PROPERTIES[] = {
    {.name = "created", .operators = FILTER_ALL & ~FILTER_BIT(CONTAINS), .time = created_of},
    {.name = "updated", .operators = FILTER_ALL & ~FILTER_BIT(CONTAINS), .time = updated_of},
    {.name = "state", .operators = FILTER_ALL, .text = state_of},
    {.name = "id", .operators = FILTER_ALL, .text = id_of},
    {.name = "referenced_datasets",
     .operators = FILTER_BIT(EQUAL),
     .is_choice = true,
     .has = references},
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

void handle_adobe_submit(struct sandbox *sandbox, const struct request *request,
                         struct response *response)
{
    struct error err;
    struct adobe_order order;
    struct json *body = adobe_body(request, response);
    if (!body)
        return;
    service_lock(sandbox);
    if (!tasks_has_room(&sandbox->tasks))
        respond_adobe_status(response, 429);
    else if (!adobe_order_make(&order, &sandbox->adobe.templates, body, &err))
        respond_adobe_message(response, 400, err.message);
    else {
        order.wish.user = request->account;
        order.wish.client = "API";
        order.wish.client_id = request->api_key;
        order.wish.created_ms = clock_wall_ms();
        respond_query(response, 202,
                      adobe_queries_submit(&sandbox->adobe.queries, &sandbox->tasks, &order.wish));
        pthread_cond_signal(&sandbox->work);
        adobe_order_finish(&order);
    }
    service_unlock(sandbox);
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
