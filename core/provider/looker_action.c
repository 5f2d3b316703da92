#include <stdio.h>
#include <string.h>

#include "base/sanitize.h"
#include "provider/looker_internal.h"

/* --- cancel: kill_query ------------------------------------------------------------------------
 */

bool looker_build_cancel(struct provider *p, struct job *job, struct http_request *out,
                         struct error *err)
{
    const char *id = looker_task_id(job, err);
    return id && looker_request(p, out, HTTP_DELETE, err, "/running_queries/%s", id);
}

static const struct rest_cancel_answer cancel_answers[] = {
    {404, CANCEL_ENDED, "no such running query: it has ended, or only an admin may stop it"},
    {403, CANCEL_FORBIDDEN, "only an admin may stop it"},
    {400, CANCEL_UNSUPPORTED, "this connection's database can not stop a query"},
    {405, CANCEL_UNSUPPORTED, "this server can not stop a query"},
    {422, CANCEL_UNSUPPORTED, "this connection's database can not stop a query"},
    {501, CANCEL_UNSUPPORTED, "this server can not stop a query"},
    {0, CANCEL_ACCEPTED, NULL},
};

enum provider_step looker_parse_cancel(struct provider *p, struct job *job,
                                       const struct http_response *response, struct batch *out,
                                       struct error *err)
{
    (void)p;
    (void)job;
    const struct rest_cancel_answer *answer = rest_cancel_answer(cancel_answers, response);
    out->cancel = answer ? answer->outcome : CANCEL_ACCEPTED;
    if (!answer)
        return looker_check(response, "cancel", err);
    /* Looker's "Not found" would tell less than we know. */
    if (response->status == 404 || !looker_words(response, out->words, sizeof(out->words))[0])
        snprintf(out->words, sizeof(out->words), "%s", answer->words);
    return STEP_DONE;
}

/* --- retry: the parameters of the old task, and a new one with them -----------------------------
 */

/* Parameters of query_task that create_query_task takes under another or the same name. */
static const struct {
    const char *from;
    const char *to;
} parameters[] = {
    {"generate_links", "generate_drill_links"},
    {"force_production", "force_production"},
    {"server_table_calcs", "server_table_calcs"},
    {"rebuild_pdts", "rebuild_pdts"},
};

/* From the database and not from the cache, or there would be nothing to see. */
static void write_query(const struct json *task, struct strbuf *out)
{
    size_t length;
    const char *prefix = json_string(json_get(task, "path_prefix"), &length);
    strbuf_clear(out);
    strbuf_add_text(out, "cache=false");
    for (size_t i = 0; i < sizeof(parameters) / sizeof(parameters[0]); i++) {
        int value = json_bool(json_get(task, parameters[i].from));
        if (value >= 0)
            strbuf_addf(out, "&%s=%s", parameters[i].to, value ? "true" : "false");
    }
    if (prefix && length && strlen(prefix) == length) {
        strbuf_add_text(out, "&path_prefix=");
        strbuf_add_urlencoded(out, prefix);
    }
}

/* A value goes back only when it is as plain as an id. */
static const char *plain_text(const struct json *task, const char *key)
{
    const char *value = json_string(json_get(task, key), NULL);
    return value && sanitize_is_plain_id(value) ? value : NULL;
}

static bool write_body(const struct looker *looker, const struct json *task, const char *query_id,
                       struct strbuf *out)
{
    static const char *const texts[] = {"source", "dashboard_id"};
    const char *format = plain_text(task, "result_format");
    const char *look_id = plain_text(task, "look_id");
    struct json *body = json_new_object();
    looker_set_id(looker, body, "query_id", query_id);
    json_set_string(body, "result_format", format ? format : "json_detail");
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        const char *text = plain_text(task, texts[i]);
        if (text)
            json_set_string(body, texts[i], text);
    }
    if (look_id)
        looker_set_id(looker, body, "look_id", look_id);
    strbuf_clear(out);
    json_format(body, false, out);
    json_destroy(body);
    return !out->is_cut;
}

static bool send_new(struct provider *p, const struct looker_job *state, struct http_request *out,
                     struct error *err)
{
    return looker_request(p, out, HTTP_POST, err, "/query_tasks?%s", state->query.data) &&
           looker_set_body(out, "application/json", state->body.data);
}

/* Looker API 4.0, Query.client_id: "a unique 22 character alphanumeric string". */
#define QUERY_ID_CHARS 22

/* A row that names no query task has no parameters to be asked for: its query is all there is. */
static bool has_old_task(const struct job *job)
{
    const char *id = task_text(job->task, TASK_ID);
    return !id || looker_is_task_id(id);
}

/* What the history calls a query is no id that a task could be made with; its slug finds the query.
 * A number that is known for nothing else is tried as it is. */
static bool is_slug(const char *query_id)
{
    return query_id[strspn(query_id, "0123456789")] != '\0' && strlen(query_id) != QUERY_ID_CHARS;
}

static bool build_query_again(struct provider *p, struct job *job, struct http_request *out,
                              struct error *err)
{
    struct looker_job *state = looker_job_state(job);
    const char *query_id = task_text(job->task, TASK_QUERY_ID);
    if (!query_id || !sanitize_is_plain_id(query_id))
        return error_set(err, ERR_NO,
                         "Looker names no query for this row, so it can not be run again");
    write_query(NULL, &state->query);
    if (is_slug(query_id))
        return looker_request(p, out, HTTP_GET, err, "/queries/slug/%s?fields=id", query_id);
    return write_body(looker_of(p), NULL, query_id, &state->body) && send_new(p, state, out, err);
}

static enum provider_step parse_query(struct provider *p, struct job *job,
                                      const struct http_response *response, struct error *err)
{
    static const char what[] = "the query to run again";
    struct looker_job *state = job->state;
    enum provider_step step = looker_check(response, what, err);
    struct json *root = step == STEP_DONE ? looker_json(response, what, err) : NULL;
    if (!root)
        return step == STEP_DONE ? STEP_FAILED : step;
    const char *id = json_string(json_get(root, "id"), NULL);
    bool is_known =
        id && sanitize_is_plain_id(id) && write_body(looker_of(p), NULL, id, &state->body);
    json_destroy(root);
    if (is_known)
        return STEP_AGAIN;
    error_set(err, ERR_SERVICE, "Looker named no query that could be run");
    return STEP_FAILED;
}

bool looker_build_retry(struct provider *p, struct job *job, struct http_request *out,
                        struct error *err)
{
    if (job->leg > 0)
        return send_new(p, job->state, out, err);
    if (!has_old_task(job))
        return build_query_again(p, job, out, err);
    const char *id = looker_task_id(job, err);
    return id && looker_request(p, out, HTTP_GET, err, "/query_tasks/%s", id);
}

/* The old task may be gone; what the list told of it is enough. */
static enum provider_step parse_old(struct provider *p, struct job *job,
                                    const struct http_response *response, struct error *err)
{
    struct looker_job *state = looker_job_state(job);
    struct json *root = NULL;
    bool is_gone = response->transport.code == ERR_NONE && response->status == 404;
    if (!is_gone) {
        enum provider_step step = looker_check(response, "the task to repeat", err);
        if (step != STEP_DONE)
            return step;
        root = looker_json(response, "the task to repeat", err);
        if (!root)
            return STEP_FAILED;
    }
    const char *query_id = json_string(json_get(root, "query_id"), NULL);
    if (!query_id || !sanitize_is_plain_id(query_id))
        query_id = task_text(job->task, TASK_QUERY_ID);
    bool is_known = query_id && sanitize_is_plain_id(query_id);
    if (is_known) {
        write_query(root, &state->query);
        is_known = write_body(looker_of(p), root, query_id, &state->body);
    }
    json_destroy(root);
    if (is_known)
        return STEP_AGAIN;
    error_set(err, ERR_NO,
              is_gone ? "Looker no longer knows this task and its query, so it can not be repeated"
                      : "Looker names no query for this task, so it can not be repeated");
    return STEP_FAILED;
}

/* --- the new task, of a retry or of a run -------------------------------------------------------
 */

/* It asks the same as its model; state, times and user are its own. */
static struct task *make_new(struct provider *p, const struct job *job, const struct task *like,
                             const struct json *answer)
{
    static const enum task_text kept[] = {TASK_TITLE,      TASK_ORIGIN, TASK_MODEL,    TASK_EXPLORE,
                                          TASK_CONNECTION, TASK_SQL,    TASK_QUERY_ID, TASK_URL};
    struct looker *looker = looker_of(p);
    struct task_draft *draft = &looker->draft;
    task_draft_clear(draft);
    looker_set_text(looker, draft, TASK_ID, json_get(answer, "id"));
    if (job->task)
        task_draft_set_text(draft, TASK_RETRY_OF, task_text(job->task, TASK_ID));
    for (size_t i = 0; like && i < sizeof(kept) / sizeof(kept[0]); i++)
        task_draft_set_text(draft, kept[i], task_text(like, kept[i]));
    draft->facts.created_ms = job->now_ms;
    looker_read_query_task(looker, draft, answer, job->now_ms);
    return task_create(draft);
}

enum provider_step looker_parse_new_task(struct provider *p, const struct job *job,
                                         const struct task *like,
                                         const struct http_response *response, struct batch *out,
                                         struct error *err)
{
    const char *what = op_name(job->op);
    enum provider_step step = looker_check(response, what, err);
    struct json *root = step == STEP_DONE ? looker_json(response, what, err) : NULL;
    if (!root)
        return step == STEP_DONE ? STEP_FAILED : step;
    const char *id = json_string(json_get(root, "id"), NULL);
    bool is_named = id && sanitize_is_plain_id(id);
    if (is_named) {
        snprintf(out->new_task_id, sizeof(out->new_task_id), "%s", id);
        batch_add_task(out, make_new(p, job, like, root));
        looker_note_own(looker_of(p), out->tasks[out->task_count - 1]);
    }
    json_destroy(root);
    if (is_named)
        return STEP_DONE;
    error_set(err, ERR_SERVICE, "%s: Looker took it, but named no new task", what);
    return STEP_FAILED;
}

enum provider_step looker_parse_retry(struct provider *p, struct job *job,
                                      const struct http_response *response, struct batch *out,
                                      struct error *err)
{
    if (job->leg == 0 && has_old_task(job))
        return parse_old(p, job, response, err);
    if (job->leg == 0 && is_slug(task_text(job->task, TASK_QUERY_ID)))
        return parse_query(p, job, response, err);
    return looker_parse_new_task(p, job, job->task, response, out, err);
}
