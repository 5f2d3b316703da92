/* Adobe Query Service: schedules: the list, one, making, changing and deleting. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "sandbox/adobe_gate.h"
#include "sandbox/adobe_page.h"
#include "sandbox/describe.h"
#include "sandbox/router.h"

static const char *const STATE_WORDS[] = {
    [SCHEDULE_REGISTERING] = "REGISTERING",
    [SCHEDULE_ENABLED] = "ENABLED",
    [SCHEDULE_DISABLED] = "DISABLED",
};

static int64_t created_of(const void *item)
{
    return ((const struct adobe_schedule *)item)->created_ms;
}

static const char *template_of(const void *item)
{
    return ((const struct adobe_schedule *)item)->template_id;
}

static const char *user_of(const void *item)
{
    return ((const struct adobe_schedule *)item)->user_id;
}

static const struct filter_property PROPERTIES[] = {
    {.name = "created", .operators = FILTER_BIT(GREATER) | FILTER_BIT(LESS), .time = created_of},
    {.name = "templateId", .operators = FILTER_BIT(EQUAL), .text = template_of},
    {.name = "userId", .operators = FILTER_BIT(EQUAL), .text = user_of},
    {.name = NULL},
};

/* All of them whatever the state is, as the real service gives them. */
static struct json *describe_links(const struct adobe_schedule *schedule, const char *url)
{
    char href[512];
    char runs[600];
    struct json *links = json_new_object();
    snprintf(href, sizeof(href), "%s" ADOBE_ROOT "/schedules/%s", url, schedule->id);
    snprintf(runs, sizeof(runs), "%s/runs", href);
    json_set(links, "self", describe_link(href, "GET", NULL));
    json_set(links, "enable", describe_link(href, "PATCH", "{ \"op\": \"enable\" }"));
    json_set(links, "disable", describe_link(href, "PATCH", "{ \"op\": \"disable\" }"));
    json_set(links, "delete", describe_link(href, "DELETE", NULL));
    json_set(links, "runs", describe_link(runs, "GET", NULL));
    json_set(links, "trigger", describe_link(runs, "POST", NULL));
    return links;
}

static struct json *describe_times(const struct adobe_schedule *schedule)
{
    struct json *times = json_new_object();
    json_set_string(times, "schedule", schedule->rule);
    json_set_string(times, "startDate", schedule->start_date);
    if (schedule->end_date)
        json_set_string(times, "endDate", schedule->end_date);
    json_set_int(times, "maxActiveRuns", schedule->active_max);
    return times;
}

/* A new one has no times of its own, as the description says. */
static struct json *describe(const struct adobe_schedule *schedule, const char *url, bool is_new)
{
    struct json *json = json_new_object();
    json_set_string(json, "id", schedule->id);
    json_set_string(json, "userId", schedule->user_id);
    json_set_string(json, "updatedUserId", schedule->last_user_id);
    json_set_string(json, "state", STATE_WORDS[schedule->state]);
    json_set(json, "query", json_parse(schedule->query, strlen(schedule->query), NULL));
    json_set(json, "schedule", describe_times(schedule));
    if (!is_new) {
        describe_set_time(json, "created", schedule->created_ms);
        describe_set_time(json, "updated", schedule->updated_ms);
    }
    json_set(json, "_links", describe_links(schedule, url));
    json_set_int(json, "version", 1);
    return json;
}

static void add_schedule(const void *item, const void *context, struct strbuf *out)
{
    struct json *json = describe(item, context, false);
    json_format(json, false, out);
    json_destroy(json);
}

void handle_adobe_schedules(struct sandbox *sandbox, const struct request *request,
                            struct response *response)
{
    struct arena arena = {0};
    struct page_request wanted;
    struct page page = {0};
    char url[256];
    snprintf(url, sizeof(url), "%s" ADOBE_ROOT "/schedules", sandbox->url);
    if (page_request_read(request, PROPERTIES, &arena, &wanted, response)) {
        const struct adobe_schedule *schedule;
        wanted.has_plain_links = true;
        service_lock(sandbox);
        TAILQ_FOREACH(schedule, &sandbox->adobe.schedules.list, link)
        {
            page_add(&page, &wanted, schedule->created_ms, schedule->updated_ms, schedule);
        }
        page_sort(&page);
        respond_page(response, url, "schedules", &page, &wanted, add_schedule, sandbox->url);
        service_unlock(sandbox);
    }
    page_finish(&page);
    arena_finish(&arena);
}

/* NULL after having answered 404. */
static struct adobe_schedule *find_locked(struct sandbox *sandbox, const struct request *request,
                                          struct response *response)
{
    struct adobe_schedule *schedule =
        adobe_schedules_find(&sandbox->adobe.schedules, request->arguments[0]);
    if (!schedule)
        respond_adobe_message(response, 404, "Schedule not found");
    return schedule;
}

void handle_adobe_schedule(struct sandbox *sandbox, const struct request *request,
                           struct response *response)
{
    service_lock(sandbox);
    const struct adobe_schedule *schedule = find_locked(sandbox, request, response);
    if (schedule)
        respond_adobe(response, 200, describe(schedule, sandbox->url, false));
    service_unlock(sandbox);
}

void handle_adobe_create_schedule(struct sandbox *sandbox, const struct request *request,
                                  struct response *response)
{
    struct error err;
    struct json *body = adobe_body(request, response);
    if (!body)
        return;
    service_lock(sandbox);
    const struct adobe_schedule *schedule =
        adobe_schedules_add(&sandbox->adobe.schedules, body, request->account, request->api_key,
                            clock_wall_ms(), &err);
    if (schedule)
        respond_adobe(response, 202, describe(schedule, sandbox->url, true));
    else
        respond_adobe_message(response, 400, err.message);
    pthread_cond_broadcast(&sandbox->changed);
    service_unlock(sandbox);
    json_destroy(body);
}

/* One operation of a patch: {"op":"replace", "path":..., "value":...}. */
static bool apply_operation(struct adobe_schedule *schedule, const struct json *operation,
                            const char *user_id, struct error *err)
{
    const char *op = json_string(json_get(operation, "op"), NULL);
    const char *path = json_string(json_get(operation, "path"), NULL);
    const char *value = json_string(json_get(operation, "value"), NULL);
    int64_t now_ms = clock_wall_ms();
    if (!op || strcmp(op, "replace") != 0 || !path || !value)
        return error_set(err, ERR_USAGE, "body must hold operations with op replace, path, value");
    if (strcmp(path, "/schedule/schedule") == 0)
        return adobe_schedule_change_rule(schedule, value, user_id, now_ms, err);
    if (strcmp(path, "/state") != 0)
        return error_set(err, ERR_USAGE, "path must be /state or /schedule/schedule");
    bool is_enabled = strcmp(value, "enable") == 0;
    if (!is_enabled && strcmp(value, "disable") != 0)
        return error_set(err, ERR_USAGE, "value must be enable or disable");
    return adobe_schedule_switch(schedule, is_enabled, user_id, now_ms, err);
}

static bool apply_patch(struct adobe_schedule *schedule, const struct json *operations,
                        const char *user_id, struct error *err)
{
    if (json_count(operations) == 0)
        return error_set(err, ERR_USAGE, "body must hold an operation");
    for (size_t i = 0; i < json_count(operations); i++)
        if (!apply_operation(schedule, json_at(operations, i), user_id, err))
            return false;
    return true;
}

/* {"body":[{"op":"replace","path":"/state","value":"disable"}]} */
void handle_adobe_patch_schedule(struct sandbox *sandbox, const struct request *request,
                                 struct response *response)
{
    struct error err;
    char user_id[ADOBE_USER_BYTES];
    struct json *body = adobe_body(request, response);
    if (!body)
        return;
    adobe_user_id(request->account, user_id, sizeof(user_id));
    service_lock(sandbox);
    struct adobe_schedule *schedule = find_locked(sandbox, request, response);
    if (schedule && apply_patch(schedule, json_get(body, "body"), user_id, &err))
        respond_adobe_message(response, 202, "Request to patch accepted");
    else if (schedule)
        respond_adobe_message(response, 400, err.message);
    pthread_cond_broadcast(&sandbox->changed);
    service_unlock(sandbox);
    json_destroy(body);
}

void handle_adobe_delete_schedule(struct sandbox *sandbox, const struct request *request,
                                  struct response *response)
{
    struct error err;
    service_lock(sandbox);
    struct adobe_schedule *schedule = find_locked(sandbox, request, response);
    if (schedule && adobe_schedules_remove(&sandbox->adobe.schedules, schedule, &err))
        respond_adobe_message(response, 202, "Schedule deleted successfully");
    else if (schedule)
        respond_adobe_message(response, 400, err.message);
    service_unlock(sandbox);
}
