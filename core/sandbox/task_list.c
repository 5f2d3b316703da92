#include "sandbox/tasks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/timefmt.h"
#include "sandbox/describe.h"

static struct json *text_or_null(const char *text)
{
    return text ? json_new_string(text) : NULL;
}

struct json *query_task_describe(const struct query_task *task)
{
    const struct task_order *order = &task->order;
    struct json *json = json_new_object();
    json_set_string(json, "id", task->id);
    json_set(json, "query_id", text_or_null(order->query ? query_id(order->query) : NULL));
    if (order->query)
        json_set(json, "query", query_describe(order->query));
    json_set_bool(json, "generate_links", order->generate_links);
    json_set_bool(json, "force_production", order->force_production);
    json_set(json, "path_prefix", text_or_null(order->path_prefix));
    json_set_bool(json, "cache", order->cache);
    json_set_bool(json, "server_table_calcs", order->server_table_calcs);
    json_set_bool(json, "cache_only", order->cache_only);
    json_set_null(json, "cache_key");
    json_set_string(json, "status", task_status_word(task->status));
    json_set_string(json, "source", order->source);
    json_set(json, "runtime", task->result ? json_new_double(task->result->runtime_s) : NULL);
    json_set_bool(json, "rebuild_pdts", order->rebuild_pdts);
    json_set(json, "result_source", text_or_null(task->status == STATUS_COMPLETE ? "query" : NULL));
    json_set(json, "look_id", text_or_null(order->look ? order->look->id : order->look_id));
    json_set(json, "dashboard_id", text_or_null(order->dashboard_id));
    json_set_string(json, "result_format", order->format_name);
    json_set(json, "can", describe_rights((const char *const[]){"show", "see_results", NULL}));
    return json;
}

static struct json *describe_look(const struct look *look)
{
    struct json *json = json_new_object();
    json_set_string(json, "id", look->id);
    json_set_string(json, "title", look->title);
    json_set_string(json, "user_id", look->user_id);
    json_set_string(json, "content_metadata_id", look->id);
    json_set(json, "can", describe_rights((const char *const[]){"show", "index", NULL}));
    return json;
}

/* Everything of a row that stays as it is: made when the task is first listed. */
static void make_row(struct query_task *task, const char *url)
{
    const struct task_order *order = &task->order;
    char number[32];
    struct strbuf row;
    struct json *json = json_new_object();
    strbuf_init(&row, 4 * LIMIT_MIB);
    snprintf(number, sizeof(number), "%llu", (unsigned long long)task->number);
    json_set_string(json, "id", number);
    json_set(json, "user", describe_user_public(order->user, url));
    if (order->query)
        json_set(json, "query", query_describe(order->query));
    if (order->sql_query)
        json_set(json, "sql_query", sql_query_describe(order->sql_query, url));
    if (order->look)
        json_set(json, "look", describe_look(order->look));
    describe_set_time(json, "created_at", order->created_ms);
    json_set_null(json, "completed_at");
    json_set(json, "query_id", text_or_null(order->query ? query_id(order->query) : NULL));
    json_set_string(json, "source", order->source);
    json_set_string(json, "node_id", "1");
    json_set(json, "slug", json_new_string_len(task->id + 8, 16));
    json_set_string(json, "query_task_id", task->id);
    json_set(json, "cache_key", json_new_string_len(task->id, 16));
    json_set_string(json, "connection_name", EXPLORE_CONNECTION);
    json_set_string(json, "dialect", "sqlite");
    json_set_string(json, "connection_id", EXPLORE_CONNECTION);
    json_set(json, "sql", text_or_null(task->sql));
    json_set_null(json, "sql_interface_sql");
    json_set(json, "can", describe_rights((const char *const[]){"show", "stop", NULL}));
    json_format(json, false, &row);
    json_destroy(json);
    strbuf_truncate(&row, row.len - 1);
    task->row = strbuf_take(&row, &task->row_length);
}

void tasks_add_running_list(struct tasks *tasks, const char *url, int64_t wall_ms,
                            struct strbuf *out)
{
    const char *lead = "[";
    struct query_task *task;
    TAILQ_FOREACH(task, &tasks->alive, life_link)
    {
        if (task->order.is_activity || task->order.owner)
            continue;
        if (!task->row)
            make_row(task, url);
        strbuf_add_text(out, lead);
        strbuf_add(out, task->row, task->row_length);
        lead = ",\n";
        if (task->status == STATUS_RUNNING) {
            int64_t ran_ms = wall_ms > task->started_ms ? wall_ms - task->started_ms : 0;
            strbuf_addf(out, ",\"message\":null,\"status\":\"running\",\"runtime\":%lld.%03lld}",
                        (long long)(ran_ms / 1000), (long long)(ran_ms % 1000));
        } else
            strbuf_add_text(out, ",\"message\":\"Waiting for a free connection\","
                                 "\"status\":\"added\",\"runtime\":null}");
    }
    strbuf_add_text(out, lead[0] == '[' ? "[]" : "]");
}
