#include <string.h>

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

enum provider_step adobe_parse_fate(struct provider *p, struct job *job,
                                    const struct http_response *response, struct batch *out,
                                    struct error *err)
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
    bool is_same = id && strcmp(id, task_text(job->task, TASK_ID)) == 0;
    if (is_same) {
        task_draft_clear(&adobe->draft);
        adobe_read_query(adobe, &adobe->draft, root, job->now_ms);
        batch_add_task(out, task_create(&adobe->draft));
    }
    json_destroy(root);
    if (is_same)
        return STEP_DONE;
    error_set(err, ERR_SERVICE, "%s: the answer is about another query", what);
    return STEP_FAILED;
}
