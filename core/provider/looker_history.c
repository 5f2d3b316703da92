#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sanitize.h"
#include "provider/looker_internal.h"

/* Looker's own record of the past: the explore "history" of the model "system__activity", asked as
 * an ordinary query. It names no query task, but the slug that the running list has as well. */

#define HISTORY_QUERY(slug)                                                            \
    "{\"model\":\"system__activity\",\"view\":\"history\",\"fields\":[\"history.id\"," \
    "\"history.slug\",\"history.status\",\"history.source\",\"history.message\","      \
    "\"history.connection_name\",\"history.runtime\",\"history.created_time\","        \
    "\"history.completed_time\",\"query.id\"," slug "\"query.model\",\"query.view\","  \
    "\"query.formatted_fields\",\"user.id\",\"user.name\",\"look.title\"],"            \
    "\"filters\":{\"history.created_time\":\"4 hours\","                               \
    "\"history.status\":\"complete,error,killed\"},"                                   \
    "\"sorts\":[\"history.completed_time desc\"],\"limit\":\"500\",\"query_timezone\":\"UTC\"}"

/* --- rows --------------------------------------------------------------------------------------
 */

/* In API 4.0 a query is not to be had by the number that it has here, but by its slug. */
static void set_query_id(struct looker *looker, struct task_draft *draft, const struct json *row)
{
    const char *number = json_string(json_get(row, "query.id"), NULL);
    const char *slug = json_string(json_get(row, "query.slug"), NULL);
    const char *id = looker_query_named(looker, slug);
    if (!id)
        id = looker_query_named(looker, number);
    if (!id)
        id = slug && *slug ? slug : number;
    if (id && sanitize_is_plain_id(id))
        task_draft_set_text(draft, TASK_QUERY_ID, id);
}

static void set_id(struct looker *looker, struct task_draft *draft, const struct json *row)
{
    char id[LIMIT_ID_BYTES];
    const char *number = json_string(json_get(row, "history.id"), NULL);
    const char *task_id =
        looker_task_of_run(looker, json_string(json_get(row, "history.slug"), NULL),
                           task_draft_text(draft, TASK_QUERY_ID),
                           json_string(json_get(row, "user.name"), NULL), draft->facts.created_ms);
    if (!task_id && number && *number) {
        snprintf(id, sizeof(id), LOOKER_PAST_PREFIX "%s", number);
        task_id = sanitize_is_plain_id(id) ? id : NULL;
    }
    task_draft_set_text(draft, TASK_ID, task_id);
}

/* The fields are one text: as JSON, or parted by commas or lines. */
static struct json *read_fields(const char *text)
{
    static const char name_bytes[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.";
    struct json *fields = json_new_array();
    for (text = text ? text : ""; *(text += strcspn(text, name_bytes));) {
        size_t length = strspn(text, name_bytes);
        json_push(fields, json_new_string_len(text, length));
        text += length;
    }
    return fields;
}

static void set_title(struct looker *looker, struct task_draft *draft, const struct json *row)
{
    struct json *query = json_new_object();
    const struct json *model = json_get(row, "query.model");
    const struct json *view = json_get(row, "query.view");
    json_set(query, "model", model ? json_share(model) : NULL);
    json_set(query, "view", view ? json_share(view) : NULL);
    json_set(query, "fields",
             read_fields(json_string(json_get(row, "query.formatted_fields"), NULL)));
    looker_set_text(looker, draft, TASK_TITLE, json_get(row, "look.title"));
    looker_read_query(looker, draft, query);
    json_destroy(query);
}

/* What we ask each minute is no news to anybody. */
static bool is_own_question(const struct json *row)
{
    const char *model = json_string(json_get(row, "query.model"), NULL);
    const char *source = json_string(json_get(row, "history.source"), NULL);
    return model && source && strcmp(model, "system__activity") == 0 &&
           strncmp(source, "api", 3) == 0;
}

/* NULL when the row is of no task that has ended. */
static struct task *read_row(struct looker *looker, const struct json *row, int64_t now_ms)
{
    static const struct {
        enum task_text which;
        const char *key;
    } texts[] = {
        {TASK_STATE_RAW, "history.status"}, {TASK_ORIGIN, "history.source"},
        {TASK_MESSAGE, "history.message"},  {TASK_CONNECTION, "history.connection_name"},
        {TASK_USER_ID, "user.id"},          {TASK_USER, "user.name"},
    };
    struct task_draft *draft = &looker->draft;
    const char *status = json_string(json_get(row, "history.status"), NULL);
    task_draft_clear(draft);
    draft->facts.state = status ? looker_state(status) : TASK_UNKNOWN;
    draft->facts.created_ms = looker_time(json_get(row, "history.created_time"));
    draft->facts.ended_ms = looker_time(json_get(row, "history.completed_time"));
    draft->facts.elapsed_ms = looker_seconds(json_get(row, "history.runtime"));
    draft->facts.observed_ms = now_ms;
    set_query_id(looker, draft, row);
    set_id(looker, draft, row);
    if (!task_draft_text(draft, TASK_ID) || task_states[draft->facts.state].is_alive ||
        draft->facts.ended_ms == UNKNOWN || is_own_question(row))
        return NULL;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        looker_set_text(looker, draft, texts[i].which, json_get(row, texts[i].key));
    set_title(looker, draft, row);
    looker_set_flags(draft, 0);
    return task_create(draft);
}

/* --- the op ------------------------------------------------------------------------------------
 */

bool looker_build_history(struct provider *p, struct job *job, struct http_request *out,
                          struct error *err)
{
    (void)job;
    bool has_slugs = !looker_of(p)->has_number_ids;
    return looker_request(p, out, HTTP_POST, err, "/queries/run/json?cache=false") &&
           looker_set_body(out, "application/json",
                           has_slugs ? HISTORY_QUERY("\"query.slug\",") : HISTORY_QUERY(""));
}

enum provider_step looker_parse_history(struct provider *p, struct job *job,
                                        const struct http_response *response, struct batch *out,
                                        struct error *err)
{
    static const char what[] = "the history";
    enum provider_step step = looker_check(response, what, err);
    struct json *root = step == STEP_DONE ? looker_json(response, what, err) : NULL;
    if (!root)
        return step == STEP_DONE ? STEP_FAILED : step;
    bool is_list = json_is_array(root) && !json_get(json_at(root, 0), "looker_error");
    for (size_t i = 0; is_list && i < json_count(root); i++) {
        struct task *task = read_row(looker_of(p), json_at(root, i), job->now_ms);
        if (task)
            batch_add_task(out, task);
    }
    json_destroy(root);
    if (is_list)
        return STEP_DONE;
    error_set(err, ERR_FORBIDDEN, "%s: this account may not query system__activity", what);
    return STEP_FAILED;
}
