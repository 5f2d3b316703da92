/* Adobe Query Service: the runs of a schedule: the list, one, triggering and cancelling. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/timefmt.h"
#include "sandbox/adobe_gate.h"
#include "sandbox/adobe_page.h"
#include "sandbox/describe.h"
#include "sandbox/router.h"

static int64_t created_of(const void *item)
{
    return ((const struct adobe_run *)item)->created_ms;
}

static const char *state_of(const void *item)
{
    return adobe_run_word(item);
}

static const char *trigger_of(const void *item)
{
    return ((const struct adobe_run *)item)->is_external ? "true" : "false";
}

static const struct filter_property PROPERTIES[] = {
    {.name = "created", .operators = FILTER_BIT(GREATER) | FILTER_BIT(LESS), .time = created_of},
    {.name = "state", .operators = FILTER_BIT(EQUAL) | FILTER_BIT(UNEQUAL), .text = state_of},
    {.name = "externalTrigger", .operators = FILTER_BIT(EQUAL), .text = trigger_of},
    {.name = NULL},
};

/* url: of the schedule's runs. */
static struct json *describe(const struct adobe_run *run, const char *url)
{
    char href[600];
    struct json *json = json_new_object();
    struct json *links = json_new_object();
    snprintf(href, sizeof(href), "%s/%s", url, run->id);
    json_set(links, "self", describe_link(href, "GET", NULL));
    json_set(links, "cancel", describe_link(href, "PATCH", "{ \"op\": \"cancel\" }"));
    json_set_string(json, "id", run->id);
    describe_set_time(json, "created", run->created_ms);
    json_set_string(json, "state", adobe_run_word(run));
    json_set_bool(json, "externalTrigger", run->is_external);
    json_set(json, "_links", links);
    json_set_int(json, "version", 1);
    return json;
}

static const char *message_of(const struct adobe_run *run)
{
    static const char *const words[] = {
        [RUN_WAITING] = "Waiting",
        [RUN_IN_PROGRESS] = "Processing",
        [RUN_SUCCESS] = "Processing Succeeded",
        [RUN_FAILED] = "Processing Failed",
    };
    const char *failure = run->query ? run->query->failure.message : run->failure;
    return failure ? failure : words[adobe_run_state(run)];
}

/* A run has one task: its query. */
static struct json *describe_task(const struct adobe_run *run, int64_t now_ms)
{
    char duration[32];
    struct json *task = json_new_object();
    const struct adobe_query *query = run->query;
    int64_t started_ms = query && query->started_ms ? query->started_ms : TIME_UNKNOWN;
    int64_t ended_ms = query ? query->ended_ms : run->ended_ms;
    int64_t until_ms = ended_ms ? ended_ms : now_ms;
    int64_t ran_ms = started_ms == TIME_UNKNOWN ? 0 : until_ms - started_ms;
    bool is_queued = !run->failure && started_ms == TIME_UNKNOWN && !ended_ms;
    snprintf(duration, sizeof(duration), "%lld", (long long)(ran_ms > 0 ? ran_ms / 1000 : 0));
    json_set_string(task, "taskId", run->task_id);
    json_set_string(task, "state", is_queued ? "QUEUED" : adobe_run_word(run));
    if (started_ms != TIME_UNKNOWN)
        describe_set_time(task, "startDate", started_ms);
    if (ended_ms)
        describe_set_time(task, "endDate", ended_ms);
    json_set_string(task, "duration", duration);
    json_set_string(task, "message", message_of(run));
    return task;
}

static struct json *describe_details(const struct adobe_run *run, const char *schedule_id,
                                     const char *url)
{
    struct json *json = describe(run, url);
    struct json *tasks = json_new_array();
    json_push(tasks, describe_task(run, clock_wall_ms()));
    json_set_string(json, "scheduleId", schedule_id);
    json_set(json, "taskStatusList", tasks);
    return json;
}

static void add_run(const void *item, const void *context, struct strbuf *out)
{
    struct json *json = describe(item, context);
    json_format(json, false, out);
    json_destroy(json);
}

static const char *url_of(const struct sandbox *sandbox, const struct request *request, char *out,
                          size_t size)
{
    snprintf(out, size, "%s" ADOBE_ROOT "/schedules/%s/runs", sandbox->url, request->arguments[0]);
    return out;
}

static void list_locked(const struct adobe_schedule *schedule, const char *url,
                        const struct page_request *wanted, struct response *response)
{
    struct page page = {0};
    const struct adobe_run *run;
    TAILQ_FOREACH(run, &schedule->runs, link)
    {
        page_add(&page, wanted, run->created_ms, adobe_run_updated_ms(run), run);
    }
    page_sort(&page);
    respond_page(response, url, "runsSchedules", &page, wanted, add_run, url);
    page_finish(&page);
}

void handle_adobe_runs(struct sandbox *sandbox, const struct request *request,
                       struct response *response)
{
    struct arena arena = {0};
    struct page_request wanted;
    char url[512];
    if (page_request_read(request, PROPERTIES, &arena, &wanted, response)) {
        wanted.has_plain_links = true;
        service_lock(sandbox);
        const struct adobe_schedule *schedule =
            adobe_schedules_find(&sandbox->adobe.schedules, request->arguments[0]);
        if (schedule)
            list_locked(schedule, url_of(sandbox, request, url, sizeof(url)), &wanted, response);
        else
            respond_adobe_message(response, 404, "Schedule not found");
        service_unlock(sandbox);
    }
    arena_finish(&arena);
}

/* The run of the request; NULL after having answered 404. */
static struct adobe_run *find_locked(struct sandbox *sandbox, const struct request *request,
                                     struct response *response)
{
    const struct adobe_schedule *schedule =
        adobe_schedules_find(&sandbox->adobe.schedules, request->arguments[0]);
    struct adobe_run *run =
        schedule ? adobe_schedule_find_run(schedule, request->arguments[1]) : NULL;
    if (!run)
        respond_adobe_message(response, 404, "Run not found");
    return run;
}

void handle_adobe_run(struct sandbox *sandbox, const struct request *request,
                      struct response *response)
{
    char url[512];
    service_lock(sandbox);
    const struct adobe_run *run = find_locked(sandbox, request, response);
    if (run)
        respond_adobe(response, 200,
                      describe_details(run, request->arguments[0],
                                       url_of(sandbox, request, url, sizeof(url))));
    service_unlock(sandbox);
}

void handle_adobe_trigger_run(struct sandbox *sandbox, const struct request *request,
                              struct response *response)
{
    struct error err;
    struct adobe_schedules *schedules = &sandbox->adobe.schedules;
    service_lock(sandbox);
    struct adobe_schedule *schedule = adobe_schedules_find(schedules, request->arguments[0]);
    if (!schedule)
        respond_adobe_message(response, 404, "Schedule not found");
    else if (adobe_schedule_trigger(schedules, schedule, clock_wall_ms(), &err))
        respond_adobe_message(response, 202,
                              "Request to trigger run of a scheduled query accepted");
    else
        respond_adobe_message(response, 400, err.message);
    pthread_cond_broadcast(&sandbox->changed);
    service_unlock(sandbox);
}

/* {"op":"cancel"}; what has ended stays as it is, which is no error here. */
void handle_adobe_patch_run(struct sandbox *sandbox, const struct request *request,
                            struct response *response)
{
    struct json *body = adobe_body(request, response);
    if (!body)
        return;
    const char *op = json_string(json_get(body, "op"), NULL);
    service_lock(sandbox);
    struct adobe_run *run = find_locked(sandbox, request, response);
    if (run && (!op || strcmp(op, "cancel") != 0))
        respond_adobe_message(response, 400, "op must be cancel");
    else if (run) {
        adobe_run_cancel(&sandbox->adobe.schedules, run, clock_wall_ms());
        respond_adobe_message(response, 202, "Request to cancel run of a scheduled query accepted");
    }
    pthread_cond_broadcast(&sandbox->changed);
    service_unlock(sandbox);
    json_destroy(body);
}
