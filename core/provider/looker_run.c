#include <stdio.h>
#include <string.h>

#include "base/sanitize.h"
#include "provider/looker_internal.h"

/* A new task needs the id of a query. It is known, or comes with the Look, or is found by its slug,
 * or the query is made first: one question, and then create_query_task. */
enum run_step { RUN_QUERY, RUN_TASK };

static bool is_digits(const char *text)
{
    return *text && text[strspn(text, "0123456789")] == '\0';
}

/* Digits are an id in any version; all else is a slug, which finds the query and its id. */
static bool has_query_id(const struct run_spec *spec)
{
    return spec->query && is_digits(spec->query);
}

/* --- the query ---------------------------------------------------------------------------------
 */

static struct json *text_array(const char *const *texts, size_t count)
{
    struct json *array = json_new_array();
    for (size_t i = 0; i < count; i++)
        json_push(array, json_new_string(texts[i]));
    return array;
}

/* The limit is the query's own, so that a retry has it too; "all rows" only a task knows. */
static bool set_query_body(const struct run_spec *spec, struct http_request *out, struct error *err)
{
    struct json *body = json_new_object();
    struct json *filters = json_new_object();
    json_set_string(body, "model", spec->model);
    json_set_string(body, "view", spec->explore);
    json_set(body, "fields", text_array(spec->fields, spec->field_count));
    for (size_t i = 0; i < spec->filter_count; i++)
        json_set_string(filters, spec->filters[i].field, spec->filters[i].value);
    json_set(body, "filters", filters);
    json_set(body, "sorts", text_array(spec->sorts, spec->sort_count));
    if (spec->limit && is_digits(spec->limit))
        json_set_string(body, "limit", spec->limit);
    return rest_set_json_body(out, body, err);
}

static bool check_plain(const char *name, const char *id, struct error *err)
{
    return sanitize_is_plain_id(id) ||
           error_set(err, ERR_USAGE, "%s is no id that can be sent to Looker", name);
}

static bool build_query(struct provider *p, const struct run_spec *spec, struct http_request *out,
                        struct error *err)
{
    if (spec->look_id)
        return check_plain("look", spec->look_id, err) &&
               looker_request(p, out, HTTP_GET, err, "/looks/%s?fields=id,title,query_id,query",
                              spec->look_id);
    if (spec->query)
        return check_plain("query", spec->query, err) &&
               looker_request(p, out, HTTP_GET, err, "/queries/slug/%s", spec->query);
    return looker_request(p, out, HTTP_POST, err, "/queries") && set_query_body(spec, out, err);
}

/* --- the task ----------------------------------------------------------------------------------
 */

#define AT(member) offsetof(struct run_spec, member)

static const struct {
    const char *parameter;
    size_t offset;
} flags[] = {
    {"cache", AT(cache)},
    {"cache_only", AT(cache_only)},
    {"force_production", AT(force_production)},
    {"rebuild_pdts", AT(rebuild_pdts)},
    {"apply_formatting", AT(apply_formatting)},
    {"generate_drill_links", AT(generate_drill_links)},
    {"server_table_calcs", AT(server_table_calcs)},
};

static void add_parameter(struct strbuf *out, const char *name, const char *value)
{
    strbuf_addf(out, "%c%s=", out->len ? '&' : '?', name);
    strbuf_add_urlencoded(out, value);
}

static void write_parameters(const struct run_spec *spec, struct strbuf *out)
{
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        run_flag flag = *(const run_flag *)((const char *)spec + flags[i].offset);
        if (flag >= 0)
            add_parameter(out, flags[i].parameter, flag ? "true" : "false");
    }
    if (spec->limit)
        add_parameter(out, "limit", spec->limit);
    if (spec->path_prefix)
        add_parameter(out, "path_prefix", spec->path_prefix);
}

static bool build_task(struct provider *p, const struct job *job, struct http_request *out,
                       struct error *err)
{
    const struct run_spec *spec = job->spec;
    const struct looker_job *state = job->state;
    const struct looker *looker = looker_of(p);
    const char *known = state->task ? task_text(state->task, TASK_QUERY_ID) : NULL;
    const char *query_id = has_query_id(spec) ? spec->query : known;
    struct strbuf parameters;
    if (!query_id || !check_plain("query", query_id, err))
        return error_set(err, ERR_SERVICE, "Looker named no query that could be run");
    strbuf_init(&parameters, LIMIT_URL_BYTES);
    write_parameters(spec, &parameters);
    struct json *body = json_new_object();
    looker_set_id(looker, body, "query_id", query_id);
    json_set_string(body, "result_format",
                    spec->result_format ? spec->result_format : "json_detail");
    if (spec->look_id)
        looker_set_id(looker, body, "look_id", spec->look_id);
    bool is_built = looker_request(p, out, HTTP_POST, err, "/query_tasks%s", parameters.data);
    strbuf_finish(&parameters);
    if (is_built)
        return rest_set_json_body(out, body, err);
    json_destroy(body);
    return false;
}

bool looker_build_run(struct provider *p, struct job *job, struct http_request *out,
                      struct error *err)
{
    if (!job->spec)
        return error_set(err, ERR_USAGE, "there is nothing said to run");
    if (!run_spec_check(job->spec, err))
        return false;
    struct looker_job *state = looker_job_state(job);
    if (job->leg == 0)
        state->step = has_query_id(job->spec) ? RUN_TASK : RUN_QUERY;
    return state->step == RUN_QUERY ? build_query(p, job->spec, out, err)
                                    : build_task(p, job, out, err);
}

/* --- the answers -------------------------------------------------------------------------------
 */

/* Says which option a refusal is about: as the service names it, or as the question implies. */
static void name_field(const struct job *job, const struct http_response *response,
                       struct batch *out)
{
    char field[sizeof(out->field)];
    const struct run_option *option = NULL;
    if (response->status == 404) {
        snprintf(out->field, sizeof(out->field), "%s",
                 job->spec->look_id ? "look"
                 : job->spec->query ? "query"
                                    : "explore");
        return;
    }
    if (response->status != 400 && response->status != 422)
        return;
    looker_field(response, field, sizeof(field));
    if (*field)
        option = run_option_of_field(field);
    snprintf(out->field, sizeof(out->field), "%s", option ? option->name : field);
}

static enum provider_step refuse_unknown(const struct run_spec *spec, struct error *err)
{
    if (spec->look_id)
        error_set(err, ERR_NO, "Looker has no Look %s, or this account may not see it (404)",
                  spec->look_id);
    else if (spec->query)
        error_set(err, ERR_NO, "Looker has no query %s, or this account may not see it (404)",
                  spec->query);
    else
        error_set(err, ERR_NO,
                  "Looker has no explore %s in %s, or this account may not see it (404)",
                  spec->explore, spec->model);
    return STEP_FAILED;
}

/* A Look holds its query; all else is the query itself. */
static bool read_query(struct provider *p, struct job *job, const struct json *root)
{
    struct looker *looker = looker_of(p);
    struct looker_job *state = job->state;
    struct task_draft *draft = &looker->draft;
    const struct json *query = job->spec->look_id ? json_get(root, "query") : root;
    task_draft_clear(draft);
    looker_set_text(looker, draft, TASK_QUERY_ID, json_get(query, "id"));
    if (job->spec->look_id) {
        looker_set_text(looker, draft, TASK_TITLE, json_get(root, "title"));
        looker_set_text(looker, draft, TASK_QUERY_ID, json_get(root, "query_id"));
    }
    looker_read_query(looker, draft, query);
    task_unref(state->task); /* the leg may be repeated */
    state->task = task_create(draft);
    return task_text(state->task, TASK_QUERY_ID) != NULL;
}

static enum provider_step parse_query(struct provider *p, struct job *job,
                                      const struct http_response *response, struct error *err)
{
    static const char what[] = "the query to run";
    struct looker_job *state = job->state;
    enum provider_step step = looker_check(response, what, err);
    struct json *root = step == STEP_DONE ? looker_json(response, what, err) : NULL;
    if (!root)
        return step == STEP_DONE ? STEP_FAILED : step;
    bool is_found = read_query(p, job, root);
    json_destroy(root);
    state->step = RUN_TASK;
    if (is_found)
        return STEP_AGAIN;
    error_set(err, ERR_SERVICE, "run: Looker named no query that could be run");
    return STEP_FAILED;
}

enum provider_step looker_parse_run(struct provider *p, struct job *job,
                                    const struct http_response *response, struct batch *out,
                                    struct error *err)
{
    const struct looker_job *state = job->state;
    if (response->transport.code == ERR_NONE && response->status >= 400) {
        name_field(job, response, out);
        if (response->status == 404)
            return refuse_unknown(job->spec, err);
    }
    return state->step == RUN_QUERY
               ? parse_query(p, job, response, err)
               : looker_parse_new_task(p, job, state->task, response, out, err);
}
