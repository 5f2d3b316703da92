#include <string.h>

#include "base/sanitize.h"
#include "net/records.h"
#include "provider/looker_internal.h"

/* The questions of a detail, in order; those that are not needed are passed over. */
enum detail_step {
    DETAIL_TASK,   /* query_task */
    DETAIL_ROW,    /* what the running list says of it: user, connection, dialect, node ... */
    DETAIL_SQL,    /* the query's SQL, where nobody told it yet */
    DETAIL_ERRORS, /* the result of a failed task: its errors and their place in the SQL */
    DETAIL_DONE,
};

static const char *const no_keys[] = {NULL};

static const char *const task_first[] = {"id",      "status",        "query_id",      "source",
                                         "runtime", "result_source", "result_format", NULL};
static const char *const task_left_out[] = {"query", NULL};

static const char *const query_first[] = {"model",   "view",      "fields",         "pivots",
                                          "filters", "sorts",     "limit",          "column_limit",
                                          "total",   "row_total", "query_timezone", NULL};
/* Opaque and large: in the JSON for who wants them. */
static const char *const query_left_out[] = {"vis_config", "filter_config", "visible_ui_sections",
                                             NULL};

static const char *const row_first[] = {
    "status",       "message",         "source",  "runtime", "created_at",
    "completed_at", "connection_name", "dialect", "node_id", NULL};
static const char *const row_left_out[] = {"user", "query", "look", "sql_query", "sql", NULL};

static bool is_bare(const struct task *task)
{
    const char *id = task_text(task, TASK_ID);
    return id && strncmp(id, LOOKER_BARE_PREFIX, strlen(LOOKER_BARE_PREFIX)) == 0;
}

static bool has_task(const struct task *task)
{
    const char *id = task_text(task, TASK_ID);
    return id && looker_is_task_id(id);
}

/* What is known of the task by now. */
static const struct task *known_task(const struct job *job)
{
    const struct looker_job *state = job->state;
    return state && state->task ? state->task : job->task;
}

static const char *query_id(const struct task *task)
{
    const char *id = task_text(task, TASK_QUERY_ID);
    return id && sanitize_is_plain_id(id) ? id : NULL;
}

static bool is_needed(const struct job *job, enum detail_step step)
{
    const struct looker_job *state = job->state;
    const struct task *task = known_task(job);
    switch (step) {
    case DETAIL_TASK:
        return has_task(task);
    case DETAIL_ROW:
        return task_is_alive(task) || is_bare(task);
    case DETAIL_SQL:
        return !state->detail->sql && query_id(task);
    case DETAIL_ERRORS:
        return task->state == TASK_FAILED && has_task(task);
    case DETAIL_DONE:
        return true;
    }
    return true;
}

static void set_sql(struct task_detail *detail, const char *bytes, size_t length)
{
    struct strbuf clean;
    if (detail->sql || !bytes || !length)
        return;
    strbuf_init(&clean, LIMIT_DETAIL_SQL_BYTES);
    detail->sql_is_cut = !sanitize(&clean, bytes, length, SANITIZE_TEXT);
    detail->sql = arena_strndup(&detail->arena, clean.data, clean.len);
    strbuf_finish(&clean);
}

static struct looker_job *begin(struct provider *p, struct job *job)
{
    struct looker_job *state = looker_job_state(job);
    if (!state->detail) {
        const char *id = task_text(job->task, TASK_ID);
        const char *sql = task_text(job->task, TASK_SQL);
        state->detail = task_detail_create(p->source, id ? id : "");
        if (sql && !(job->task->flags & TASK_SQL_IS_CUT))
            set_sql(state->detail, sql, strlen(sql)); /* the list told it: no need to ask */
        while (!is_needed(job, state->step))
            state->step++;
    }
    return state;
}

bool looker_build_detail(struct provider *p, struct job *job, struct http_request *out,
                         struct error *err)
{
    const struct looker_job *state = begin(p, job);
    const char *id;
    switch ((enum detail_step)state->step) {
    case DETAIL_TASK:
        id = looker_task_id(job, err);
        return id && looker_request(p, out, HTTP_GET, err, "/query_tasks/%s", id);
    case DETAIL_ROW:
        out->max_body_bytes = LIMIT_LIST_BODY_BYTES;
        return looker_request(p, out, HTTP_GET, err, "/running_queries");
    case DETAIL_SQL:
        return looker_request(p, out, HTTP_GET, err, "/queries/%s/run/sql",
                              query_id(known_task(job)));
    case DETAIL_ERRORS:
        id = looker_task_id(job, err);
        return id && looker_request(p, out, HTTP_GET, err, "/query_tasks/%s/results", id);
    case DETAIL_DONE:
        break;
    }
    return error_set(err, ERR_NO, "Looker tells no more of this than stands in the list");
}

/* --- what the answers teach --------------------------------------------------------------------
 */

static void set_sql_value(struct task_detail *detail, const struct json *value)
{
    size_t length;
    const char *sql = json_string(value, &length);
    if (sql)
        set_sql(detail, sql, length);
}

static void note_missing(struct task_detail *detail, const struct error *why)
{
    if (detail->error.code == ERR_NONE)
        detail->error = *why;
}

/* What the list told while it still had the task. */
static void add_seen(struct looker_job *state, const struct task *task)
{
    static const struct {
        enum task_text which;
        const char *label;
    } seen[] = {
        {TASK_USER, "user"}, {TASK_USER_ID, "user id"},   {TASK_CONNECTION, "connection"},
        {TASK_URL, "page"},  {TASK_RETRY_OF, "retry of"}, {TASK_RETRIED_AS, "retried as"},
    };
    for (size_t i = 0; i < sizeof(seen) / sizeof(seen[0]); i++) {
        const char *text = task_text(task, seen[i].which);
        if (text)
            field_list_add(&state->fields, &state->detail->arena, "seen", seen[i].label, text);
    }
}

static enum provider_step read_task(struct provider *p, struct job *job,
                                    const struct http_response *response, struct error *err)
{
    struct looker *looker = looker_of(p);
    struct looker_job *state = job->state;
    struct arena *arena = &state->detail->arena;
    if (response->transport.code == ERR_NONE && response->status == 404) {
        error_set(&state->detail->error, ERR_NO, "Looker no longer knows this task");
        return STEP_DONE;
    }
    enum provider_step step = looker_check(response, "the query task", err);
    struct json *root = step == STEP_DONE ? looker_json(response, "the query task", err) : NULL;
    if (!root)
        return step == STEP_DONE ? STEP_FAILED : step;
    task_draft_copy(&looker->draft, job->task);
    looker_read_query_task(looker, &looker->draft, root, job->now_ms);
    task_unref(state->task);
    state->task = task_create(&looker->draft);
    json_fields_add(&state->fields, arena, "task", root, task_first, task_left_out);
    json_fields_add(&state->fields, arena, "query", json_get(root, "query"), query_first,
                    query_left_out);
    json_fields_add_json(&state->json, "query task", root);
    json_destroy(root);
    return STEP_DONE;
}

/* The row that is this task's, out of a list that was cut into records; the caller's. Only those in
 * which its id stands somewhere are parsed. */
static struct json *parse_row_of(const struct record *record, const struct task *task)
{
    const char *key = is_bare(task) ? "id" : "query_task_id";
    const char *id = task_text(task, TASK_ID) + (is_bare(task) ? strlen(LOOKER_BARE_PREFIX) : 0);
    if (record->length > LIMIT_RECORD_BYTES ||
        !memmem(record->bytes, record->length, id, strlen(id)))
        return NULL;
    struct json *row = json_parse(record->bytes, record->length, NULL);
    const char *row_id = json_string(json_get(row, key), NULL);
    if (row_id && strcmp(row_id, id) == 0)
        return row;
    json_destroy(row);
    return NULL;
}

static void read_row_fields(struct looker_job *state, const struct json *row)
{
    struct arena *arena = &state->detail->arena;
    struct field_list *fields = &state->fields;
    bool has_query = state->json.len > 0; /* query_task told it */
    state->has_row = true;
    json_fields_add(fields, arena, "running", row, row_first, row_left_out);
    json_fields_add(fields, arena, "user", json_get(row, "user"), no_keys, no_keys);
    json_fields_add(fields, arena, "look", json_get(row, "look"), no_keys, no_keys);
    json_fields_add(fields, arena, "sql query", json_get(row, "sql_query"), no_keys, row_left_out);
    if (!has_query)
        json_fields_add(fields, arena, "query", json_get(row, "query"), query_first,
                        query_left_out);
    set_sql_value(state->detail, json_get(row, "sql"));
    set_sql_value(state->detail, json_get(json_get(row, "sql_query"), "sql"));
    json_fields_add_json(&state->json, "running query", row);
}

static void read_row(struct job *job, const struct http_response *response)
{
    struct looker_job *state = job->state;
    struct error why = {0};
    struct records records;
    struct record record;
    if (looker_check(response, "the running list", &why) != STEP_DONE) {
        note_missing(state->detail, &why);
        return;
    }
    records_init(&records, response->body, response->body_len);
    struct json *row = NULL;
    while (!row && !job_is_stopping(job) && records_next(&records, &record))
        row = parse_row_of(&record, job->task);
    if (row)
        read_row_fields(state, row);
    json_destroy(row);
}

static void read_sql(struct job *job, const struct http_response *response)
{
    struct looker_job *state = job->state;
    struct error why = {0};
    if (looker_check(response, "the SQL", &why) != STEP_DONE)
        note_missing(state->detail, &why);
    else if (!rest_is_html(response))
        set_sql(state->detail, response->body, response->body_len);
}

/* --- errors ------------------------------------------------------------------------------------
 */

static const char *clean_text(struct arena *arena, const struct json *value)
{
    size_t length;
    const char *text = json_string(value, &length);
    if (!text || !length)
        return NULL;
    struct strbuf clean;
    strbuf_init(&clean, LIMIT_DETAIL_VALUE_BYTES);
    sanitize(&clean, text, length, SANITIZE_TEXT);
    const char *copy = arena_strndup(arena, clean.data, clean.len);
    strbuf_finish(&clean);
    return copy;
}

static int place(const struct json *location, const char *key)
{
    int64_t number = json_int(json_get(location, key), 0);
    return number > 0 && number < INT32_MAX ? (int)number : 0;
}

static void read_problems(struct task_detail *detail, const struct json *errors)
{
    size_t count = json_count(errors);
    if (count > LIMIT_DETAIL_FIELDS)
        count = LIMIT_DETAIL_FIELDS;
    struct task_problem *problems = arena_alloc(&detail->arena, count * sizeof(*problems));
    for (size_t i = 0; i < count; i++) {
        const struct json *entry = json_at(errors, i);
        const struct json *location = json_get(entry, "sql_error_loc");
        const char *message = clean_text(&detail->arena, json_get(entry, "message"));
        problems[i] = (struct task_problem){
            .message = message ? message : "an error without words",
            .details = clean_text(&detail->arena, json_get(entry, "message_details")),
            .line = place(location, "line"),
            .column = place(location, "column"),
            .is_note = json_bool(json_get(entry, "fatal")) == 0,
        };
    }
    detail->problems = problems;
    detail->problem_count = count;
}

static void set_one_problem(struct task_detail *detail, const char *message)
{
    struct task_problem *problem = arena_alloc(&detail->arena, sizeof(*problem));
    problem->message = arena_strdup(&detail->arena, message);
    detail->problems = problem;
    detail->problem_count = 1;
}

static void read_errors(struct provider *p, struct job *job, const struct http_response *response)
{
    struct looker *looker = looker_of(p);
    struct looker_job *state = job->state;
    task_draft_copy(&looker->draft, known_task(job));
    looker_read_failure(looker, &looker->draft, response);
    task_unref(state->task);
    state->task = task_create(&looker->draft);
    struct json *root = json_parse(response->body, response->body_len, NULL);
    if (response->transport.code == ERR_NONE && json_is_object(root)) {
        read_problems(state->detail, json_get(root, "errors"));
        set_sql_value(state->detail, json_get(root, "sql"));
    }
    json_destroy(root);
}

/* --- the op ------------------------------------------------------------------------------------
 */

/* A living task's facts are the list's to tell, or the two would take turns. */
static void give_task(const struct looker_job *state, struct batch *out)
{
    if (state->task && !task_is_alive(state->task))
        batch_add_task(out, task_ref(state->task));
}

static void give_detail(struct job *job, struct batch *out)
{
    struct looker_job *state = job->state;
    struct task_detail *detail = state->detail;
    const struct task *task = known_task(job);
    const char *message = task_text(task, TASK_MESSAGE);
    const char *sql = task_text(task, TASK_SQL);
    if (!detail->problem_count && task->state == TASK_FAILED && message)
        set_one_problem(detail, message);
    if (!detail->sql && sql) {
        set_sql(detail, sql, strlen(sql));
        detail->sql_is_cut = task->flags & TASK_SQL_IS_CUT;
    }
    if (!state->has_row)
        add_seen(state, task);
    detail->fields = field_list_take(&state->fields, &detail->arena, &detail->field_count);
    if (state->json.len)
        detail->json = arena_strndup(&detail->arena, state->json.data, state->json.len);
    detail->fetched_ms = job->now_ms;
    out->detail = detail;
    state->detail = NULL;
    give_task(state, out);
}

static enum provider_step read_step(struct provider *p, struct job *job,
                                    const struct http_response *response, struct error *err)
{
    const struct looker_job *state = job->state;
    if (response->transport.code == ERR_NONE && response->status == 401) {
        looker_check(response, "the detail", err);
        return STEP_LOGIN;
    }
    switch ((enum detail_step)state->step) {
    case DETAIL_TASK:
        return read_task(p, job, response, err);
    case DETAIL_ROW:
        read_row(job, response);
        return STEP_DONE;
    case DETAIL_SQL:
        read_sql(job, response);
        return STEP_DONE;
    case DETAIL_ERRORS:
        read_errors(p, job, response);
        return STEP_DONE;
    case DETAIL_DONE:
        break;
    }
    return STEP_DONE;
}

enum provider_step looker_parse_detail(struct provider *p, struct job *job,
                                       const struct http_response *response, struct batch *out,
                                       struct error *err)
{
    struct looker_job *state = begin(p, job);
    enum provider_step step = read_step(p, job, response, err);
    if (step != STEP_DONE)
        return step;
    do
        state->step++;
    while (!is_needed(job, state->step));
    if (state->step != DETAIL_DONE) {
        give_task(state, out); /* how it ended is known, though its SQL or errors may take long */
        return STEP_AGAIN;
    }
    give_detail(job, out);
    return STEP_DONE;
}
