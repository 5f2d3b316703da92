#include <string.h>
#include <strings.h>

#include "provider/looker_internal.h"

/* `expired` is said of tasks that are only starting: for this long it is no end. */
#define EXPIRED_GRACE_MS 300000

static void set_message(struct task_draft *draft, const char *words)
{
    task_draft_set_text(draft, TASK_MESSAGE, words);
}

/* What the end of a task is called while nobody says when it was. */
static void set_ended(struct task_draft *draft, int64_t now_ms)
{
    struct task *facts = &draft->facts;
    if (facts->ended_ms == UNKNOWN) {
        facts->ended_ms = now_ms;
        facts->flags |= TASK_IS_ESTIMATED;
    }
    if (facts->elapsed_ms != UNKNOWN)
        facts->elapsed_ms = task_elapsed_at(facts, facts->ended_ms);
    else if (facts->created_ms != UNKNOWN && facts->created_ms <= facts->ended_ms)
        facts->elapsed_ms = facts->ended_ms - facts->created_ms;
    /* What it was waiting for or doing when it lived is no news any more. */
    set_message(draft, NULL);
}

static bool may_be_starting(const struct task_draft *draft, int64_t now_ms)
{
    int64_t created_ms = draft->facts.created_ms;
    return created_ms != UNKNOWN && now_ms - created_ms < EXPIRED_GRACE_MS;
}

/* Looker API 4.0, QueryTask. It has no times, no progress and no error text. */
void looker_read_query_task(struct looker *looker, struct task_draft *draft,
                            const struct json *task, int64_t now_ms)
{
    const char *word = json_string(json_get(task, "status"), NULL);
    enum task_state state = word ? looker_state(word) : TASK_UNKNOWN;
    unsigned denied = looker_denied(draft);
    if (state == TASK_EXPIRED && strcasecmp(word, "expired") == 0 && may_be_starting(draft, now_ms))
        state = TASK_UNKNOWN;
    if (!task_draft_text(draft, TASK_ORIGIN))
        looker_set_text(looker, draft, TASK_ORIGIN, json_get(task, "source"));
    looker_set_text(looker, draft, TASK_STATE_RAW, json_get(task, "status"));
    if (!task_draft_text(draft, TASK_QUERY_ID))
        looker_set_text(looker, draft, TASK_QUERY_ID, json_get(task, "query_id"));
    looker_read_query(looker, draft, json_get(task, "query"));
    if (!task_states[state].is_alive && task_states[draft->facts.state].is_alive)
        set_ended(draft, now_ms);
    if (word && strcasecmp(word, "missing") == 0)
        set_message(draft, "Looker does not say how it ended: this user may not see the task.");
    draft->facts.state = state;
    draft->facts.observed_ms = now_ms;
    looker_set_flags(draft, denied);
    looker_obey(draft, json_get(task, "can"));
    looker_obey(draft, json_get(json_get(task, "query"), "can"));
}

/* --- why it failed -----------------------------------------------------------------------------
 */

static bool is_note(const struct json *entry)
{
    return json_bool(json_get(entry, "fatal")) == 0;
}

/* Appends one error, with its place in the SQL. */
static void add_error(const struct json *entry, struct strbuf *out)
{
    size_t start = out->len;
    if (start)
        strbuf_add_char(out, '\n');
    /* The details are the database's own words; the message only says that there was an error. */
    if (!json_text(entry, "message_details", SANITIZE_TEXT, out) || out->len == start)
        json_text(entry, "message", SANITIZE_TEXT, out);
    int64_t line = json_int(json_get(json_get(entry, "sql_error_loc"), "line"), 0);
    if (line > 0)
        strbuf_addf(out, " (line %lld)", (long long)line);
}

size_t looker_read_errors(const struct json *root, struct strbuf *out)
{
    const struct json *errors = json_get(root, "errors");
    size_t fatal = 0;
    for (size_t i = 0; i < json_count(errors); i++) {
        const struct json *entry = json_at(errors, i);
        add_error(entry, out);
        fatal += !is_note(entry);
    }
    if (json_string(json_get(root, "error"), NULL) && !out->len) {
        json_text(root, "error", SANITIZE_TEXT, out);
        fatal++;
    }
    return fatal;
}

static void read_detail_format(struct looker *looker, struct task_draft *draft,
                               const struct json *root)
{
    struct strbuf words;
    strbuf_init(&words, LIMIT_TASK_MESSAGE_BYTES);
    size_t fatal = looker_read_errors(root, &words);
    int64_t runtime_ms = looker_seconds(json_get(root, "runtime"));
    if (words.len)
        set_message(draft, words.data);
    if (words.len && !fatal)
        draft->facts.state = TASK_SUCCEEDED; /* nothing but remarks, such as on derived tables */
    if (runtime_ms != UNKNOWN)
        draft->facts.elapsed_ms = runtime_ms;
    if (!task_draft_text(draft, TASK_SQL))
        looker_set_text(looker, draft, TASK_SQL, json_get(root, "sql"));
    strbuf_finish(&words);
}

/* json_bi and json show an error as rows: [{"looker_error": "..."}]. */
static const struct json *error_row(const struct json *root)
{
    const struct json *rows = json_is_array(root) ? root : json_get(root, "rows");
    return json_get(json_at(rows, 0), "looker_error");
}

void looker_read_failure(struct looker *looker, struct task_draft *draft,
                         const struct http_response *response)
{
    char words[LIMIT_TASK_FIELD_BYTES];
    unsigned denied = looker_denied(draft);
    if (response->transport.code != ERR_NONE)
        return;
    if (response->status >= 400) {
        looker_words(response, words, sizeof(words));
        if (words[0] && response->status == 400)
            set_message(draft, words);
        return;
    }
    struct json *root = json_parse(response->body, response->body_len, NULL);
    if (error_row(root))
        looker_set_text(looker, draft, TASK_MESSAGE, error_row(root));
    else if (json_is_object(root))
        read_detail_format(looker, draft, root);
    json_destroy(root);
    looker_set_flags(draft, denied);
}

/* --- the op: query_task, and for a failure the words in its results ----------------------------
 */

bool looker_build_fate(struct provider *p, struct job *job, struct http_request *out,
                       struct error *err)
{
    const char *id = looker_task_id(job, err);
    return id && looker_request(p, out, HTTP_GET, err, "/query_tasks/%s%s", id,
                                job->leg ? "/results" : "");
}

/* Looker no longer knows it, or something between Looker and us is out of order: only what is said
 * twice, with a good list between, is the end. */
static void read_unknown(struct looker *looker, const struct job *job, struct batch *out)
{
    struct task_draft *draft = &looker->draft;
    unsigned denied = looker_denied(draft);
    if (looker_note_missing(looker, task_text(job->task, TASK_ID)))
        return;
    if (task_states[draft->facts.state].is_alive)
        set_ended(draft, job->now_ms);
    draft->facts.state = TASK_EXPIRED;
    draft->facts.observed_ms = job->now_ms;
    set_message(draft, "Looker no longer knows this task, so how it ended can not be told.");
    looker_set_flags(draft, denied);
    batch_add_task(out, task_create(draft));
}

static enum provider_step parse_status(struct looker *looker, struct job *job,
                                       const struct http_response *response, struct batch *out,
                                       struct error *err)
{
    struct task_draft *draft = &looker->draft;
    task_draft_copy(draft, job->task);
    if (response->transport.code == ERR_NONE && response->status == 404) {
        read_unknown(looker, job, out);
        return STEP_DONE;
    }
    enum provider_step step = looker_check(response, "the query task", err);
    struct json *root = step == STEP_DONE ? looker_json(response, "the query task", err) : NULL;
    if (!root)
        return step == STEP_DONE ? STEP_FAILED : step;
    looker_note_found(looker, task_text(job->task, TASK_ID));
    looker_read_query_task(looker, draft, root, job->now_ms);
    json_destroy(root);
    struct task *task = task_create(draft);
    if (task->state == TASK_FAILED) {
        struct looker_job *state = looker_job_state(job);
        task_unref(state->task); /* the leg may be repeated */
        state->task = task;
        return STEP_AGAIN;
    }
    batch_add_task(out, task);
    return STEP_DONE;
}

/* That it failed is known; why is a bonus, whatever this leg brings. */
static enum provider_step parse_reason(struct looker *looker, struct job *job,
                                       const struct http_response *response, struct batch *out)
{
    const struct looker_job *state = job->state;
    if (response->transport.code == ERR_NONE && response->status == 401)
        return STEP_LOGIN;
    task_draft_copy(&looker->draft, state->task);
    looker_read_failure(looker, &looker->draft, response);
    batch_add_task(out, task_create(&looker->draft));
    return STEP_DONE;
}

enum provider_step looker_parse_fate(struct provider *p, struct job *job,
                                     const struct http_response *response, struct batch *out,
                                     struct error *err)
{
    if (job->leg == 0)
        return parse_status(looker_of(p), job, response, out, err);
    return parse_reason(looker_of(p), job, response, out);
}
