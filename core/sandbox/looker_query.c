/* Looker API: queries and SQL Runner queries, and running them while the client waits. */
#include <string.h>

#include "base/clock.h"
#include "sandbox/activity.h"
#include "sandbox/looker_order.h"
#include "sandbox/outcome.h"
#include "sandbox/router.h"

/* The body as an object; NULL after having answered 400. */
static struct json *parse_body(const struct request *request, struct response *response)
{
    struct json *body = json_parse(request->body.data, request->body.len, NULL);
    if (json_is_object(body))
        return body;
    json_destroy(body);
    respond_error(response, 400, "The body is no JSON object");
    return NULL;
}

static const struct query *make_query(struct sandbox *sandbox, const struct request *request,
                                      struct response *response)
{
    struct invalid invalid;
    struct json *body = parse_body(request, response);
    if (!body)
        return NULL;
    service_lock(sandbox);
    const struct query *query = queries_make(&sandbox->queries, body, &invalid);
    service_unlock(sandbox);
    if (!query)
        respond_invalid(response, invalid.field, invalid.code, invalid.message);
    json_destroy(body);
    return query;
}

void handle_create_query(struct sandbox *sandbox, const struct request *request,
                         struct response *response)
{
    const struct query *query = make_query(sandbox, request, response);
    if (query)
        respond_json(response, request, query_describe(query));
}

static void respond_query(const struct query *query, const struct request *request,
                          struct response *response)
{
    if (query)
        respond_json(response, request, query_describe(query));
    else
        respond_not_found(response);
}

void handle_query(struct sandbox *sandbox, const struct request *request, struct response *response)
{
    service_lock(sandbox);
    const struct query *query =
        queries_find(&sandbox->queries, request->api, request->arguments[0]);
    service_unlock(sandbox);
    respond_query(query, request, response);
}

void handle_query_for_slug(struct sandbox *sandbox, const struct request *request,
                           struct response *response)
{
    service_lock(sandbox);
    const struct query *query = queries_find_slug(&sandbox->queries, request->arguments[0]);
    service_unlock(sandbox);
    respond_query(query, request, response);
}

static void run_and_answer(struct sandbox *sandbox, const struct request *request,
                           const struct task_order *order, struct response *response)
{
    struct outcome outcome;
    switch (outcome_run(sandbox, request, order, &outcome)) {
    case RUN_ENDED:
        respond_outcome(response, &outcome);
        outcome_finish(&outcome);
        break;
    case RUN_TOO_MANY:
        respond_error(response, 429, "Too many tasks are waiting.");
        break;
    default:
        respond_error(response, 503, "The service is stopping.");
    }
}

static void run(struct sandbox *sandbox, const struct request *request, const char *format,
                struct task_order *order, struct response *response)
{
    order->format = result_format_find(format);
    order->format_name = format;
    if (!order_is_valid(request, response))
        return;
    if (!result_format_is_word(format))
        respond_invalid(response, "result_format", "invalid", "This is no result format.");
    else if (!order->format)
        respond_error(response, 400, "This service cannot make that result format.");
    else if (!activity_admit(order))
        respond_not_found(response);
    else
        run_and_answer(sandbox, request, order, response);
}

void handle_run_query(struct sandbox *sandbox, const struct request *request,
                      struct response *response)
{
    struct task_order order;
    order_init(&order, request);
    service_lock(sandbox);
    order.query = queries_find(&sandbox->queries, request->api, request->arguments[0]);
    service_unlock(sandbox);
    if (order.query)
        run(sandbox, request, request->arguments[1], &order, response);
    else
        respond_not_found(response);
}

void handle_run_inline_query(struct sandbox *sandbox, const struct request *request,
                             struct response *response)
{
    struct task_order order;
    order_init(&order, request);
    order.query = make_query(sandbox, request, response);
    if (order.query)
        run(sandbox, request, request->arguments[0], &order, response);
}

static bool names_connection(const struct json *body)
{
    const char *name = json_string(json_get(body, "connection_name"), NULL);
    const char *id = json_string(json_get(body, "connection_id"), NULL);
    return (name && strcmp(name, EXPLORE_CONNECTION) == 0) ||
           (id && strcmp(id, EXPLORE_CONNECTION) == 0);
}

void handle_create_sql_query(struct sandbox *sandbox, const struct request *request,
                             struct response *response)
{
    struct json *body = parse_body(request, response);
    if (!body)
        return;
    size_t length = 0;
    const char *sql = json_string(json_get(body, "sql"), &length);
    if (!json_is_string(json_get(body, "sql")) || strlen(sql) != length || length == 0)
        respond_invalid(response, "sql", "missing_field", "This field is required.");
    else if (!names_connection(body))
        respond_invalid(response, "connection_name", "invalid",
                        "There is no such connection; it is " EXPLORE_CONNECTION " here.");
    else {
        service_lock(sandbox);
        const struct sql_query *query = queries_make_sql(&sandbox->queries, sql, request->account);
        struct json *json = query ? sql_query_describe(query, sandbox->url) : NULL;
        service_unlock(sandbox);
        if (json)
            respond_json(response, request, json);
        else
            respond_invalid(response, "sql", "too_many", "This service keeps no more queries.");
    }
    json_destroy(body);
}

void handle_sql_query(struct sandbox *sandbox, const struct request *request,
                      struct response *response)
{
    service_lock(sandbox);
    const struct sql_query *query = queries_find_sql(&sandbox->queries, request->arguments[0]);
    struct json *json = query ? sql_query_describe(query, sandbox->url) : NULL;
    service_unlock(sandbox);
    if (json)
        respond_json(response, request, json);
    else
        respond_not_found(response);
}

void handle_run_sql_query(struct sandbox *sandbox, const struct request *request,
                          struct response *response)
{
    struct task_order order;
    order_init(&order, request);
    order.source = "sqlrunner";
    service_lock(sandbox);
    order.sql_query = queries_find_sql(&sandbox->queries, request->arguments[0]);
    service_unlock(sandbox);
    if (order.sql_query)
        run(sandbox, request, request->arguments[1], &order, response);
    else
        respond_not_found(response);
}
