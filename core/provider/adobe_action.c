#include <stdio.h>
#include <string.h>

#include "base/sanitize.h"
#include "provider/adobe_internal.h"

/* --- cancel and hide: both are a PATCH with an op ------------------------------------------------
 */

static bool build_op(struct provider *p, struct job *job, const char *op, struct http_request *out,
                     struct error *err)
{
    const char *id = adobe_task_id(job, err);
    struct json *body = json_new_object();
    json_set_string(body, "op", op);
    if (id && adobe_request(p, out, HTTP_PATCH, err, "/queries/%s", id))
        return rest_set_json_body(out, body, err);
    json_destroy(body);
    return false;
}

bool adobe_build_cancel(struct provider *p, struct job *job, struct http_request *out,
                        struct error *err)
{
    return build_op(p, job, "cancel", out, err);
}

static const struct rest_cancel_answer cancel_answers[] = {
    {404, CANCEL_ENDED, "Adobe does not know this query"},
    {409, CANCEL_ENDED, "it had already ended"},
    {403, CANCEL_FORBIDDEN, "this credential may not stop it"},
    {400, CANCEL_UNSUPPORTED, "Adobe can not stop this query"},
    {405, CANCEL_UNSUPPORTED, "Adobe can not stop this query"},
    {422, CANCEL_UNSUPPORTED, "Adobe can not stop this query"},
    {0, CANCEL_ACCEPTED, NULL},
};

/* 202 says only that the request was received; it may come with words or with nothing. */
enum provider_step adobe_parse_cancel(struct provider *p, struct job *job,
                                      const struct http_response *response, struct batch *out,
                                      struct error *err)
{
    (void)p;
    (void)job;
    const struct rest_cancel_answer *answer = rest_cancel_answer(cancel_answers, response);
    adobe_words(response, out->words, sizeof(out->words));
    out->cancel = answer ? answer->outcome : CANCEL_ACCEPTED;
    if (!answer)
        return adobe_check(response, "cancel", err);
    if (!out->words[0])
        snprintf(out->words, sizeof(out->words), "%s", answer->words);
    return STEP_DONE;
}

bool adobe_build_hide(struct provider *p, struct job *job, struct http_request *out,
                      struct error *err)
{
    return build_op(p, job, "soft_delete", out, err);
}

enum provider_step adobe_parse_hide(struct provider *p, struct job *job,
                                    const struct http_response *response, struct batch *out,
                                    struct error *err)
{
    (void)p;
    (void)job;
    adobe_words(response, out->words, sizeof(out->words));
    return adobe_check(response, "hide", err);
}

/* --- a new query -------------------------------------------------------------------------------
 */

static bool send_new(struct provider *p, struct json *body, struct http_request *out,
                     struct error *err)
{
    if (adobe_request(p, out, HTTP_POST, err, "/queries"))
        return rest_set_json_body(out, body, err);
    json_destroy(body);
    return false;
}

static void set_database(const struct provider *p, struct json *body, const char *name)
{
    char usual[LIMIT_NAME_BYTES + 8];
    snprintf(usual, sizeof(usual), "%.*s:all", LIMIT_NAME_BYTES, p->profile->sandbox_name);
    json_set_string(body, "dbName", name ? name : usual);
}

static enum provider_step parse_new(struct provider *p, struct job *job,
                                    const struct http_response *response, struct batch *out,
                                    struct error *err)
{
    const char *what = op_name(job->op);
    struct adobe *adobe = adobe_of(p);
    enum provider_step step = adobe_check(response, what, err);
    struct json *root = step == STEP_DONE ? adobe_json(response, what, err) : NULL;
    if (!root)
        return step == STEP_DONE ? STEP_FAILED : step;
    const char *id = json_string(json_get(root, "id"), NULL);
    bool is_named = id && sanitize_is_plain_id(id);
    if (is_named) {
        snprintf(out->new_task_id, sizeof(out->new_task_id), "%s", id);
        task_draft_clear(&adobe->draft);
        adobe_read_query(adobe, &adobe->draft, root, job->now_ms);
        if (job->task)
            task_draft_set_text(&adobe->draft, TASK_RETRY_OF, task_text(job->task, TASK_ID));
        batch_add_task(out, task_create(&adobe->draft));
    }
    json_destroy(root);
    if (is_named)
        return STEP_DONE;
    error_set(err, ERR_SERVICE, "%s: Adobe took it, but named no new query", what);
    return STEP_FAILED;
}

/* --- retry: the request of the old query once more ----------------------------------------------
 */

bool adobe_build_retry(struct provider *p, struct job *job, struct http_request *out,
                       struct error *err)
{
    if (job->leg == 0)
        return adobe_build_query(p, job, out, err);
    return send_new(p, json_share(adobe_job_state(job)->request), out, err);
}

/* Adobe Query Service, POST /queries: what its body may hold, but for SQL and template. */
static const char *const request_keys[] = {"dbName",         "name",
                                           "description",    "queryParameters",
                                           "ctasParameters", "insertIntoParameters"};

static bool says_something(const struct json *value)
{
    const void *cursor = NULL;
    const char *key;
    const struct json *child;
    const char *text = json_string(value, NULL);
    return json_is_object(value) ? json_next_member(value, &cursor, &key, &child) : text && *text;
}

/* NULL when the old request names nothing that could be run. It is SQL or a template, not both: the
 * SQL is what was run, a template may have changed since. */
static struct json *copy_request(const struct provider *p, const struct json *old)
{
    const char *what = says_something(json_get(old, "sql")) ? "sql" : "templateId";
    if (!says_something(json_get(old, what)))
        return NULL;
    struct json *request = json_new_object();
    set_database(p, request, NULL);
    json_set(request, what, json_share(json_get(old, what)));
    for (size_t i = 0; i < sizeof(request_keys) / sizeof(request_keys[0]); i++) {
        const struct json *value = json_get(old, request_keys[i]);
        if (says_something(value))
            json_set(request, request_keys[i], json_share(value));
    }
    return request;
}

enum provider_step adobe_parse_retry(struct provider *p, struct job *job,
                                     const struct http_response *response, struct batch *out,
                                     struct error *err)
{
    if (job->leg > 0)
        return parse_new(p, job, response, out, err);
    struct json *query = NULL;
    struct adobe_job *state = adobe_job_state(job);
    enum provider_step step = adobe_read_answer(p, job, response, out, &query, err);
    if (step != STEP_DONE)
        return step;
    json_destroy(state->request);
    state->request = copy_request(p, json_get(query, "request"));
    json_destroy(query);
    if (state->request)
        return STEP_AGAIN;
    error_set(err, ERR_NO, "Adobe no longer has this query's request, so it can not be repeated");
    return STEP_FAILED;
}

/* --- run ---------------------------------------------------------------------------------------
 */

static void set_text(struct json *object, const char *key, const char *text)
{
    if (text)
        json_set_string(object, key, text);
}

static struct json *parameters_of(const struct run_spec *spec)
{
    struct json *parameters = json_new_object();
    for (size_t i = 0; i < spec->parameter_count; i++)
        json_set_string(parameters, spec->parameters[i].name, spec->parameters[i].value);
    return parameters;
}

static struct json *body_of(const struct provider *p, const struct run_spec *spec)
{
    struct json *body = json_new_object();
    set_database(p, body, spec->database);
    set_text(body, "sql", spec->sql);
    set_text(body, "templateId", spec->template_id);
    set_text(body, "name", spec->name);
    set_text(body, "description", spec->description);
    if (spec->parameter_count)
        json_set(body, "queryParameters", parameters_of(spec));
    if (spec->ctas_dataset) {
        struct json *ctas = json_new_object();
        set_text(ctas, "datasetName", spec->ctas_dataset);
        set_text(ctas, "description", spec->ctas_description);
        set_text(ctas, "targetSchemaTitle", spec->ctas_schema);
        json_set(body, "ctasParameters", ctas);
    }
    if (spec->insert_into) {
        struct json *insert = json_new_object();
        set_text(insert, "datasetName", spec->insert_into);
        json_set(body, "insertIntoParameters", insert);
    }
    return body;
}

bool adobe_build_run(struct provider *p, struct job *job, struct http_request *out,
                     struct error *err)
{
    if (!job->spec->sql && !job->spec->template_id)
        return error_set(err, ERR_NO, "Adobe runs SQL or a template; give --sql or --template");
    return send_new(p, body_of(p, job->spec), out, err);
}

enum provider_step adobe_parse_run(struct provider *p, struct job *job,
                                   const struct http_response *response, struct batch *out,
                                   struct error *err)
{
    return parse_new(p, job, response, out, err);
}
