/* Looker API: query tasks, their results, the running list and killing. */
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/sanitize.h"
#include "sandbox/activity.h"
#include "sandbox/looker_order.h"
#include "sandbox/outcome.h"
#include "sandbox/router.h"

/* Only admins may look; to others the list does not exist. */
void handle_running_queries(struct sandbox *sandbox, const struct request *request,
                            struct response *response)
{
    if (!request->account->is_admin) {
        respond_not_found(response);
        return;
    }
    response->status = 200;
    response->content_type = "application/json";
    service_lock(sandbox);
    tasks_add_running_list(&sandbox->tasks, sandbox->url, clock_wall_ms(), &response->body);
    service_unlock(sandbox);
}

void handle_kill_query(struct sandbox *sandbox, const struct request *request,
                       struct response *response)
{
    bool is_killed = false;
    service_lock(sandbox);
    struct query_task *task = tasks_find(&sandbox->tasks, request->arguments[0]);
    if (task && (request->account->is_admin || task->order.user == request->account)) {
        is_killed = tasks_kill(&sandbox->tasks, task, clock_wall_ms());
        pthread_cond_broadcast(&sandbox->changed);
    }
    service_unlock(sandbox);
    if (is_killed)
        respond_empty(response, 204);
    else
        respond_not_found_html(response);
}

/* Reads the body of a new task into order. False after having answered. */
static bool read_order(struct sandbox *sandbox, enum api_version api, const struct json *body,
                       struct task_order *order, struct response *response)
{
    const char *id = json_string(json_get(body, "query_id"), NULL);
    const char *format = json_string(json_get(body, "result_format"), NULL);
    const char *source = json_string(json_get(body, "source"), NULL);
    if (!id) {
        respond_invalid(response, "query_id", "missing_field", "This field is required.");
        return false;
    }
    if (!format || !result_format_is_word(format)) {
        respond_invalid(response, "result_format", format ? "invalid" : "missing_field",
                        format ? "This is no result format." : "This field is required.");
        return false;
    }
    order->query = queries_find(&sandbox->queries, api, id);
    if (!order->query) {
        respond_invalid(response, "query_id", "invalid", "There is no such query.");
        return false;
    }
    order->format = result_format_find(format);
    order->format_name = format;
    if (source && sanitize_is_plain_id(source))
        order->source = source;
    order->look_id = json_string(json_get(body, "look_id"), NULL);
    order->dashboard_id = json_string(json_get(body, "dashboard_id"), NULL);
    order->is_deferred = json_bool(json_get(body, "deferred")) == 1;
    if (activity_admit(order))
        return true;
    respond_not_found(response);
    return false;
}

void handle_create_query_task(struct sandbox *sandbox, const struct request *request,
                              struct response *response)
{
    struct task_order order;
    struct json *body = json_parse(request->body.data, request->body.len, NULL);
    if (!json_is_object(body)) {
        respond_error(response, 400, "The body is no JSON object");
        json_destroy(body);
        return;
    }
    if (!order_is_valid(request, response)) {
        json_destroy(body);
        return;
    }
    order_init(&order, request);
    struct json *json = NULL;
    char id[TASK_ID_LENGTH + 1];
    service_lock(sandbox);
    if (!tasks_has_room(&sandbox->tasks))
        respond_error(response, 429, "Too many tasks are waiting.");
    else if (read_order(sandbox, request->api, body, &order, response)) {
        const struct query_task *task = tasks_add(&sandbox->tasks, &order);
        memcpy(id, task->id, sizeof(id));
        json = query_task_describe(task);
        pthread_cond_signal(&sandbox->work);
    }
    service_unlock(sandbox);
    json_destroy(body);
    if (!json)
        return;
    respond_json(response, request, json);
    if (order.is_activity)
        activity_run(sandbox, id);
}

void handle_query_task(struct sandbox *sandbox, const struct request *request,
                       struct response *response)
{
    service_lock(sandbox);
    struct query_task *task = tasks_find(&sandbox->tasks, request->arguments[0]);
    struct json *json = task ? query_task_describe(task) : NULL;
    service_unlock(sandbox);
    if (json)
        respond_json(response, request, json);
    else
        respond_not_found(response);
}

void handle_query_task_results(struct sandbox *sandbox, const struct request *request,
                               struct response *response)
{
    struct outcome outcome;
    if (outcome_take(sandbox, request->arguments[0], &outcome)) {
        respond_outcome(response, &outcome);
        outcome_finish(&outcome);
    } else
        respond_not_found(response);
}

static void add_data(const struct outcome *outcome, struct strbuf *out)
{
    struct strbuf data;
    bool is_error = outcome->result->end != RESULT_ROWS;
    const struct result_format *format = outcome->format;
    strbuf_init(&data, RESPONSE_BODY_BYTES);
    if (format && is_error && format->error)
        format->error(&outcome->facts, &data);
    else if (format && !is_error)
        format->rows(&outcome->facts, &data);
    if (format && format->is_json && data.len > 0)
        strbuf_add(out, data.data, data.len);
    else if (is_error) {
        const char *text = outcome->result->error ? outcome->result->error : "Query killed";
        json_add_text(out, text, strlen(text));
    } else
        json_add_text(out, data.data, data.len);
    strbuf_finish(&data);
}

static void add_entry(struct sandbox *sandbox, const char *id, struct strbuf *out)
{
    struct outcome outcome;
    json_add_text(out, id, strlen(id));
    if (!outcome_take(sandbox, id, &outcome)) {
        strbuf_add_text(out, ":{\"status\":\"missing\"}");
        return;
    }
    strbuf_addf(out, ":{\"status\":\"%s\"", task_status_word(outcome.status));
    if (outcome.result) {
        strbuf_add_text(out, ",\"result_source\":\"query\",\"data\":");
        add_data(&outcome, out);
    }
    strbuf_add_char(out, '}');
    outcome_finish(&outcome);
}

/* A map from id to {status, data}, for ids separated by commas. */
void handle_multi_results(struct sandbox *sandbox, const struct request *request,
                          struct response *response)
{
    const char *ids = request_parameter(request, "query_task_ids");
    if (!ids || !*ids) {
        respond_error(response, 400, "query_task_ids is required");
        return;
    }
    response->status = 200;
    response->content_type = "application/json";
    const char *lead = "{";
    for (const char *at = ids; *at;) {
        char id[LIMIT_ID_BYTES];
        size_t length = strcspn(at, ",");
        if (length > 0 && length < sizeof(id)) {
            memcpy(id, at, length);
            id[length] = '\0';
            strbuf_add_text(&response->body, lead);
            add_entry(sandbox, id, &response->body);
            lead = ",";
        }
        at += length + (at[length] == ',');
    }
    strbuf_add_text(&response->body, lead[0] == '{' ? "{}" : "}");
}
