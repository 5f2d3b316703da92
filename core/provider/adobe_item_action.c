#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/sanitize.h"
#include "base/timefmt.h"
#include "provider/adobe_internal.h"
#include "provider/json_fields.h"

#define FINDINGS_MAX 200
/* A run has a query per statement of its block. */
#define RUN_QUERIES_MAX 100

/* --- asking ------------------------------------------------------------------------------------
 */

/* "/schedules/X", of a run "/schedules/X/runs/Y", and what follows it. */
static bool request_schedule(struct provider *p, const struct job *job, enum http_method method,
                             const char *rest, struct http_request *out, struct error *err)
{
    if (!job->item_id || !sanitize_is_plain_id(job->item_id))
        return error_set(err, ERR_NO, "this is no schedule that Adobe could be asked about");
    return adobe_request(p, out, method, err, "/schedules/%s%s", job->item_id, rest);
}

static bool request_run(struct provider *p, const struct job *job, enum http_method method,
                        struct http_request *out, struct error *err)
{
    char rest[LIMIT_ID_BYTES + 8];
    if (!job->argument || !sanitize_is_plain_id(job->argument))
        return error_set(err, ERR_USAGE, "%s: which one?", action_infos[job->action].name);
    snprintf(rest, sizeof(rest), "/runs/%s", job->argument);
    return request_schedule(p, job, method, rest, out, err);
}

/* Adobe Query Service, PATCH /schedules/{id}: {"body": [{"op", "path", "value"}]} */
static bool build_state(struct provider *p, struct job *job, struct http_request *out,
                        struct error *err)
{
    if (!request_schedule(p, job, HTTP_PATCH, "", out, err))
        return false;
    struct json *change = json_new_object();
    struct json *changes = json_new_array();
    struct json *body = json_new_object();
    json_set_string(change, "op", "replace");
    json_set_string(change, "path", "/state");
    json_set_string(change, "value", action_infos[job->action].word);
    json_push(changes, change);
    json_set(body, "body", changes);
    return rest_set_json_body(out, body, err);
}

static bool build_trigger(struct provider *p, struct job *job, struct http_request *out,
                          struct error *err)
{
    return request_schedule(p, job, HTTP_POST, "/runs", out, err);
}

static bool build_cancel(struct provider *p, struct job *job, struct http_request *out,
                         struct error *err)
{
    if (!request_run(p, job, HTTP_PATCH, out, err))
        return false;
    struct json *body = json_new_object();
    json_set_string(body, "op", "cancel");
    return rest_set_json_body(out, body, err);
}

/* First the run with its tasks, then the queries that it made. */
static bool build_read(struct provider *p, struct job *job, struct http_request *out,
                       struct error *err)
{
    if (!adobe_job_state(job)->report)
        return request_run(p, job, HTTP_GET, out, err);
    struct strbuf filter;
    strbuf_init(&filter, LIMIT_KIB);
    strbuf_addf(&filter, "scheduleId==%s,scheduleRunId==%s", job->item_id, job->argument);
    struct strbuf encoded;
    strbuf_init(&encoded, 3 * LIMIT_KIB);
    strbuf_add_urlencoded(&encoded, filter.data);
    bool is_built = adobe_request(p, out, HTTP_GET, err,
                                  "/queries?orderby=-created&limit=%d&excludeHidden=false"
                                  "&property=%s",
                                  RUN_QUERIES_MAX, encoded.data);
    strbuf_finish(&encoded);
    strbuf_finish(&filter);
    return is_built;
}

/* --- a run, read ------------------------------------------------------------------------------
 */

static enum finding_level level_of(const char *state)
{
    if (state && strcasecmp(state, "SUCCESS") == 0)
        return FINDING_OK;
    return state && strcasecmp(state, "FAILED") == 0 ? FINDING_ERROR : FINDING_NOTE;
}

/* "task X SUCCESS in 12s: Processing Succeeded". duration is in seconds, a number or a text. */
static struct finding read_task(struct arena *arena, const struct json *task)
{
    char duration[TIMEFMT_BYTES];
    const char *state = json_fields_line(arena, json_get(task, "state"));
    const char *id = json_fields_line(arena, json_get(task, "taskId"));
    const char *message = json_fields_line(arena, json_get(task, "message"));
    int64_t took_s = json_int(json_get(task, "duration"), -1);
    bool is_told = took_s >= 0 && took_s < INT64_MAX / 1000;
    return (struct finding){
        .level = level_of(state),
        .message = arena_printf(arena, "task %s %s%s%s%s%s", id ? id : "-", state ? state : "-",
                                is_told ? " in " : "",
                                is_told ? format_duration(duration, took_s * 1000) : "",
                                message ? ": " : "", message ? message : ""),
    };
}

static enum provider_step read_run(struct provider *p, struct job *job, const struct json *root,
                                   struct batch *out)
{
    (void)p, (void)out;
    struct item_report *report = item_report_create(job->item_id, job->action);
    const struct json *tasks = json_get(root, "taskStatusList");
    size_t count = json_count(tasks);
    report->is_cut = count > FINDINGS_MAX;
    count = report->is_cut ? FINDINGS_MAX : count;
    struct finding *findings = arena_alloc(&report->arena, count * sizeof(*findings));
    for (size_t i = 0; i < count; i++)
        findings[i] = read_task(&report->arena, json_at(tasks, i));
    const char *state = json_fields_line(&report->arena, json_get(root, "state"));
    report->summary = state ? state : "-";
    report->findings = findings;
    report->finding_count = count;
    report->made_ms = job->now_ms;
    adobe_job_state(job)->report = report;
    return STEP_AGAIN;
}

static void add_query(struct adobe *adobe, const struct json *query, int64_t now_ms,
                      struct batch *out)
{
    task_draft_clear(&adobe->draft);
    adobe_read_query(adobe, &adobe->draft, query, now_ms);
    if (task_draft_text(&adobe->draft, TASK_ID))
        batch_add_task(out, task_create(&adobe->draft));
}

static enum provider_step read_queries(struct provider *p, struct job *job, const struct json *root,
                                       struct batch *out)
{
    struct item_report *report = adobe_job_state(job)->report;
    const struct json *queries = json_get(root, "queries");
    for (size_t i = 0; i < json_count(queries) && i < RUN_QUERIES_MAX; i++)
        add_query(adobe_of(p), json_at(queries, i), job->now_ms, out);
    report->summary = arena_printf(&report->arena, "%s, %zu quer%s", report->summary,
                                   out->task_count, out->task_count == 1 ? "y" : "ies");
    snprintf(out->words, sizeof(out->words), "%s", report->summary);
    out->report = report;
    adobe_job_state(job)->report = NULL;
    return STEP_DONE;
}

/* --- by action --------------------------------------------------------------------------------
 */

static const struct {
    bool (*build)(struct provider *p, struct job *job, struct http_request *out, struct error *err);
    bool has_answer; /* a body that has to be read */
} errands[ACTION_KIND_COUNT] = {
    [ACTION_ENABLE] = {build_state, false},      [ACTION_DISABLE] = {build_state, false},
    [ACTION_TRIGGER] = {build_trigger, false},   [ACTION_READ_RUN] = {build_read, true},
    [ACTION_CANCEL_RUN] = {build_cancel, false},
};

bool adobe_build_item(struct provider *p, struct job *job, struct http_request *out,
                      struct error *err)
{
    if (!errands[job->action].build)
        return error_set(err, ERR_NO, "Adobe Query Service can not be asked for that");
    return errands[job->action].build(p, job, out, err);
}

enum provider_step adobe_parse_item(struct provider *p, struct job *job,
                                    const struct http_response *response, struct batch *out,
                                    struct error *err)
{
    const char *what = action_infos[job->action].name;
    enum provider_step step = adobe_check(response, what, err);
    if (step != STEP_DONE)
        return step;
    if (!errands[job->action].has_answer) {
        adobe_words(response, out->words, sizeof(out->words));
        return STEP_DONE;
    }
    struct json *root = adobe_json(response, what, err);
    if (!root)
        return STEP_FAILED;
    step = adobe_job_state(job)->report ? read_queries(p, job, root, out)
                                        : read_run(p, job, root, out);
    json_destroy(root);
    return step;
}
