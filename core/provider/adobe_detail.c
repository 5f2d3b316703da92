#include <string.h>
#include <strings.h>

#include "base/sanitize.h"
#include "base/timefmt.h"
#include "provider/adobe_internal.h"
#include "provider/json_fields.h"

/* How a value is told to people. */
enum telling { AS_TEXT, AS_DURATION, AS_ROWS, AS_FLAG };

static const struct {
    const char *group;
    const char *object; /* a member of the query; NULL: the query itself */
    const char *key;
    const char *label;
    enum telling telling;
} facts[] = {
    {"query", NULL, "id", "id", AS_TEXT},
    {"query", "request", "name", "name", AS_TEXT},
    {"query", "request", "description", "description", AS_TEXT},
    {"query", NULL, "state", "state", AS_TEXT},
    {"query", NULL, "created", "submitted", AS_TEXT},
    {"query", NULL, "updated", "updated", AS_TEXT},
    {"query", NULL, "elapsedTime", "elapsed", AS_DURATION},
    {"query", NULL, "rowCount", "rows", AS_ROWS},
    {"query", NULL, "client", "client", AS_TEXT},
    {"query", NULL, "userId", "user", AS_TEXT},
    {"query", NULL, "clientId", "client id", AS_TEXT},
    {"query", "request", "dbName", "database", AS_TEXT},
    {"query", NULL, "templateName", "template", AS_TEXT},
    {"query", "request", "templateId", "template id", AS_TEXT},
    {"query", NULL, "isCTAS", "creates a data set", AS_FLAG},
    {"query", NULL, "isInsertInto", "inserts into one", AS_FLAG},
};
/* Told above or below, or of no use but in the JSON. */
static const char *const told[] = {"id",       "state",  "created", "updated",      "elapsedTime",
                                   "rowCount", "client", "userId",  "clientId",     "templateName",
                                   "isCTAS",   "errors", "request", "isInsertInto", "effectiveSQL",
                                   "_links",   NULL};
static const char *const request_told[] = {
    "name",           "description",          "dbName", "templateId", "sql", "queryParameters",
    "ctasParameters", "insertIntoParameters", NULL};
static const char *const no_keys[] = {NULL};

struct making {
    struct task_detail *detail;
    struct field_list fields;
};

static void add_text(struct making *m, const char *group, const char *label, const char *value)
{
    field_list_add(&m->fields, &m->detail->arena, group, label, value);
}

static void add_fact(struct making *m, const struct json *query, size_t i)
{
    const struct json *from = facts[i].object ? json_get(query, facts[i].object) : query;
    const struct json *value = json_get(from, facts[i].key);
    char duration[TIMEFMT_BYTES];
    int64_t ms = json_int(value, UNKNOWN);
    int flag = adobe_flag(value);
    const char *state = json_string(json_get(query, "state"), NULL);
    bool is_counted = state && adobe_state(state) == TASK_SUCCEEDED;
    if (!value)
        return;
    switch (facts[i].telling) {
    case AS_TEXT:
        add_text(m, facts[i].group, facts[i].label, json_fields_line(&m->detail->arena, value));
        break;
    case AS_DURATION:
        add_text(m, facts[i].group, facts[i].label, ms < 0 ? NULL : format_duration(duration, ms));
        break;
    case AS_ROWS: /* 0 until it has succeeded, which is not known then */
        add_text(m, facts[i].group, facts[i].label,
                 is_counted ? json_fields_line(&m->detail->arena, value) : NULL);
        break;
    case AS_FLAG:
        add_text(m, facts[i].group, facts[i].label, flag < 0 ? NULL : flag ? "yes" : "no");
        break;
    }
}

static void add_link(struct making *m, const char *group, const char *label,
                     const struct json *link)
{
    const char *id = json_fields_line(&m->detail->arena, json_get(link, "id"));
    if (id)
        add_text(m, group, label, id);
}

static void add_links(struct making *m, const struct json *links)
{
    const struct json *referenced = json_get(links, "referenced_datasets");
    add_link(m, "data sets", "created", json_get(links, "created_dataset"));
    for (size_t i = 0; i < json_count(referenced); i++)
        add_link(m, "data sets", "referenced", json_at(referenced, i));
    add_link(m, "schedule", "schedule", json_get(links, "schedule"));
    add_link(m, "schedule", "run", json_get(links, "schedule_run"));
}

static void add_facts(struct making *m, const struct json *query)
{
    static const struct {
        const char *group;
        const char *key;
    } parameters[] = {
        {"parameters", "queryParameters"},
        {"create table as", "ctasParameters"},
        {"insert into", "insertIntoParameters"},
    };
    const struct json *request = json_get(query, "request");
    struct arena *arena = &m->detail->arena;
    for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
        add_fact(m, query, i);
    json_fields_add(&m->fields, arena, "query", query, no_keys, told);
    json_fields_add(&m->fields, arena, "request", request, no_keys, request_told);
    for (size_t i = 0; i < sizeof(parameters) / sizeof(parameters[0]); i++)
        json_fields_add(&m->fields, arena, parameters[i].group,
                        json_get(request, parameters[i].key), no_keys, no_keys);
    add_links(m, json_get(query, "_links"));
    m->detail->fields = field_list_take(&m->fields, arena, &m->detail->field_count);
}

/* --- SQL, errors, JSON --------------------------------------------------------------------------
 */

static void add_sql(struct strbuf *out, const char *title, const struct json *value)
{
    size_t length;
    const char *sql = json_string(value, &length);
    if (!sql || !length)
        return;
    if (out->len)
        strbuf_addf(out, "\n\n-- %s\n", title);
    sanitize(out, sql, length, SANITIZE_TEXT);
}

/* As it was written, and as it was run where that is something else. */
static void set_sql(struct task_detail *detail, const struct json *query)
{
    const struct json *written = json_get(json_get(query, "request"), "sql");
    const struct json *effective = json_get(query, "effectiveSQL");
    const char *a = json_string(written, NULL);
    const char *b = json_string(effective, NULL);
    struct strbuf text;
    strbuf_init(&text, LIMIT_DETAIL_SQL_BYTES);
    add_sql(&text, "", written);
    if (!a || !b || strcmp(a, b) != 0)
        add_sql(&text, "effective SQL: what was run", effective);
    detail->sql_is_cut = text.is_cut;
    detail->sql = text.len ? arena_strndup(&detail->arena, text.data, text.len) : NULL;
    strbuf_finish(&text);
}

static const char *problem_text(struct arena *arena, const struct json *entry)
{
    struct strbuf text;
    strbuf_init(&text, LIMIT_TASK_MESSAGE_BYTES);
    adobe_add_error(entry, &text);
    const char *copy = arena_strndup(arena, text.data, text.len);
    strbuf_finish(&text);
    return copy;
}

/* Of a query that succeeded all the same they are remarks. */
static void set_problems(struct task_detail *detail, const struct json *query)
{
    const struct json *errors = json_get(query, "errors");
    const char *state = json_string(json_get(query, "state"), NULL);
    size_t count = json_count(errors);
    if (!count)
        return;
    struct task_problem *problems = arena_alloc(&detail->arena, count * sizeof(*problems));
    for (size_t i = 0; i < count; i++) {
        const struct json *entry = json_at(errors, i);
        problems[i] = (struct task_problem){
            .message = problem_text(&detail->arena, entry),
            .details = json_fields_line(&detail->arena, json_get(entry, "errorType")),
            .is_note = state && strcasecmp(state, "SUCCESS") == 0,
        };
    }
    detail->problems = problems;
    detail->problem_count = count;
}

static void set_json(struct task_detail *detail, const struct json *query)
{
    struct strbuf text;
    strbuf_init(&text, LIMIT_DETAIL_SQL_BYTES);
    json_fields_add_json(&text, "query", query);
    detail->json = arena_strndup(&detail->arena, text.data, text.len);
    strbuf_finish(&text);
}

enum provider_step adobe_parse_detail(struct provider *p, struct job *job,
                                      const struct http_response *response, struct batch *out,
                                      struct error *err)
{
    struct json *query = NULL;
    enum provider_step step = adobe_read_answer(p, job, response, out, &query, err);
    if (step != STEP_DONE)
        return step;
    struct making making = {.detail = task_detail_create(p->source, task_text(job->task, TASK_ID))};
    making.detail->fetched_ms = job->now_ms;
    if (query) {
        add_facts(&making, query);
        set_sql(making.detail, query);
        set_problems(making.detail, query);
        set_json(making.detail, query);
    } else {
        error_set(&making.detail->error, ERR_NO, "Adobe no longer knows this query (404)");
    }
    out->detail = making.detail;
    json_destroy(query);
    return STEP_DONE;
}
