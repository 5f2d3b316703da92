#include <string.h>

#include "base/sanitize.h"
#include "provider/adobe_internal.h"

bool adobe_build_query(struct provider *p, struct job *job, struct http_request *out,
                       struct error *err)
{
    const char *id = adobe_task_id(job, err);
    return id && adobe_request(p, out, HTTP_GET, err, "/queries/%s", id);
}

/* The service does not know it any more. */
static struct task *end_unknown(struct adobe *adobe, const struct task *task, int64_t now_ms)
{
    struct task_draft *draft = &adobe->draft;
    task_draft_copy(draft, task);
    if (task_is_alive(task)) {
        draft->facts.state = TASK_EXPIRED;
        draft->facts.ended_ms = now_ms;
        draft->facts.elapsed_ms = task_elapsed_at(task, now_ms);
        draft->facts.flags |= TASK_IS_ESTIMATED;
        task_draft_set_text(draft, TASK_MESSAGE,
                            "Adobe no longer knows this query: it was hidden, or it belongs to "
                            "another sandbox. How it ended can not be asked.");
    }
    draft->facts.flags &= (uint8_t) ~(TASK_CAN_CANCEL | TASK_CAN_RETRY);
    draft->facts.observed_ms = now_ms;
    return task_create(draft);
}

enum provider_step adobe_read_answer(struct provider *p, const struct job *job,
                                     const struct http_response *response, struct batch *out,
                                     struct json **out_query, struct error *err)
{
    static const char what[] = "the query";
    struct adobe *adobe = adobe_of(p);
    if (response->transport.code == ERR_NONE && response->status == 404) {
        batch_add_task(out, end_unknown(adobe, job->task, job->now_ms));
        return STEP_DONE;
    }
    enum provider_step step = adobe_check(response, what, err);
    struct json *root = step == STEP_DONE ? adobe_json(response, what, err) : NULL;
    if (!root)
        return step == STEP_DONE ? STEP_FAILED : step;
    const char *id = json_string(json_get(root, "id"), NULL);
    if (!id || strcmp(id, task_text(job->task, TASK_ID)) != 0) {
        json_destroy(root);
        error_set(err, ERR_SERVICE, "%s: the answer is about another query", what);
        return STEP_FAILED;
    }
    task_draft_clear(&adobe->draft);
    adobe_read_query(adobe, &adobe->draft, root, job->now_ms);
    batch_add_task(out, task_create(&adobe->draft));
    *out_query = root;
    return STEP_DONE;
}

enum provider_step adobe_parse_fate(struct provider *p, struct job *job,
                                    const struct http_response *response, struct batch *out,
                                    struct error *err)
{
    struct json *query = NULL;
    enum provider_step step = adobe_read_answer(p, job, response, out, &query, err);
    json_destroy(query);
    return step;
}

/* --- rows: where they are ----------------------------------------------------------------------
 */

/* Adobe Query Service has no operation that returns rows of a query. */
static void explain_rows(const struct json *query, const struct task *task, struct error *why)
{
    char id[LIMIT_ID_BYTES];
    const struct json *request = json_get(query, "request");
    const struct json *insert = json_get(request, "insertIntoParameters");
    const struct json *created = json_get(json_get(query, "_links"), "created_dataset");
    const char *set = json_string(json_get(created, "id"), NULL);
    const char *name = json_string(json_get(insert, "datasetName"), NULL);
    if (task_is_alive(task))
        error_set(why, ERR_NO, "The query has not ended, and Adobe's REST API sends no rows.");
    else if (task->state != TASK_SUCCEEDED)
        error_set(why, ERR_NO, "There are no rows: the query did not succeed.");
    else if (set && *set)
        error_set(why, ERR_NO,
                  "Adobe's REST API sends no rows. They are in data set %s, which this query "
                  "created: SELECT from it with psql, or open it in Adobe.",
                  sanitize_line(id, sizeof(id), set));
    else if (name && *name)
        error_set(why, ERR_NO,
                  "Adobe's REST API sends no rows. They went into data set %s: SELECT from it with "
                  "psql, or open it in Adobe.",
                  sanitize_line(id, sizeof(id), name));
    else
        error_set(why, ERR_NO,
                  "Adobe's REST API sends no rows, and those of a plain SELECT are not kept. Run "
                  "it with psql, or run it with --ctas-dataset NAME to have them in a data set.");
}

enum provider_step adobe_parse_results(struct provider *p, struct job *job,
                                       const struct http_response *response, struct batch *out,
                                       struct error *err)
{
    struct json *query = NULL;
    enum provider_step step = adobe_read_answer(p, job, response, out, &query, err);
    if (step != STEP_DONE)
        return step;
    const struct task *task = out->tasks[0];
    out->result = task_result_create(p->source, task_text(job->task, TASK_ID));
    out->result->state = task_is_alive(task) ? RESULT_PENDING : RESULT_NONE;
    out->result->fetched_ms = job->now_ms;
    explain_rows(query, task, &out->result->error);
    json_destroy(query);
    return STEP_DONE;
}
