#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sanitize.h"
#include "base/timefmt.h"
#include "base/xalloc.h"
#include "provider/looker_internal.h"

/* A validation reads the whole project, a deployment waits for the git server. */
#define SLOW_TIMEOUT_MS 300000

bool looker_project_request(struct provider *p, struct http_request *out, enum http_method method,
                            struct error *err, const char *item_id, const char *rest)
{
    struct strbuf id;
    if (!item_id || !*item_id || strspn(item_id, ".") == strlen(item_id))
        return error_set(err, ERR_NO, "this is no project that Looker could be asked about");
    strbuf_init(&id, LIMIT_URL_BYTES);
    strbuf_add_urlencoded(&id, item_id);
    bool is_built = looker_request(p, out, method, err, "/projects/%s%s", id.data, rest);
    strbuf_finish(&id);
    return is_built;
}

/* --- branches: the one that is checked out, and all ---------------------------------------------
 */

bool looker_build_branches(struct provider *p, struct job *job, struct http_request *out,
                           struct error *err)
{
    return looker_project_request(p, out, HTTP_GET, err, job->item_id,
                                  job->leg == 0 ? "/git_branch" : "/git_branches");
}

static int64_t count_of(const struct json *value)
{
    int64_t count = json_int(value, -1);
    return count >= 0 ? count : UNKNOWN;
}

static struct item read_branch(struct arena *arena, const struct json *entry, const char *current)
{
    int64_t commit_s = json_int(json_get(entry, "commit_at"), -1);
    struct item branch = {
        .kind = ITEM_BRANCH,
        .name = json_fields_line(arena, json_get(entry, "name")),
        .remote_branch = json_fields_line(arena, json_get(entry, "remote_name")),
        .owner = json_fields_line(arena, json_get(entry, "owner_name")),
        .note = json_fields_line(arena, json_get(entry, "error")),
        .is_production = json_bool(json_get(entry, "is_production")) == 1,
        .is_personal = json_bool(json_get(entry, "personal")) == 1,
        .is_read_only = json_bool(json_get(entry, "readonly")) == 1,
        .ahead = count_of(json_get(entry, "ahead_count")),
        .behind = count_of(json_get(entry, "behind_count")),
        .is_clean = -1,
        .changed_ms = commit_s > 0 && commit_s < INT64_MAX / 1000 ? commit_s * 1000 : UNKNOWN,
    };
    branch.id = branch.name;
    branch.is_current = branch.name && current && strcmp(branch.name, current) == 0;
    return branch;
}

static struct item_list *read_branches(const struct job *job, const struct json *root)
{
    const struct looker_job *state = job->state;
    struct item_list *list = item_list_create(job->item_id);
    size_t count = json_count(root);
    list->is_cut = count > LIMIT_PARTS;
    count = list->is_cut ? LIMIT_PARTS : count;
    struct item *branches = arena_alloc(&list->arena, count * sizeof(*branches));
    for (size_t i = 0; i < count; i++) {
        branches[list->item_count] =
            read_branch(&list->arena, json_at(root, i), state->text.len ? state->text.data : NULL);
        list->item_count += branches[list->item_count].name != NULL;
    }
    list->items = branches;
    list->fetched_ms = job->now_ms;
    return list;
}

/* Which branch is checked out is a mark in the list, no more: the list is asked for in any case. */
static enum provider_step read_current(struct job *job, const struct http_response *response,
                                       struct error *err)
{
    struct looker_job *state = looker_job_state(job);
    enum provider_step step = looker_check(response, "the branch", err);
    if (step == STEP_LOGIN || response->transport.code != ERR_NONE || response->status == 429)
        return step;
    error_clear(err);
    struct json *root = json_parse(response->body, response->body_len, NULL);
    strbuf_clear(&state->text);
    if (step == STEP_DONE)
        json_text(root, "name", SANITIZE_LINE, &state->text);
    json_destroy(root);
    return STEP_AGAIN;
}

enum provider_step looker_parse_branches(struct provider *p, struct job *job,
                                         const struct http_response *response, struct batch *out,
                                         struct error *err)
{
    static const char what[] = "the branches";
    (void)p;
    if (job->leg == 0)
        return read_current(job, response, err);
    enum provider_step step = looker_check(response, what, err);
    struct json *root = step == STEP_DONE ? looker_json(response, what, err) : NULL;
    if (!root)
        return step == STEP_DONE ? STEP_FAILED : step;
    out->parts = read_branches(job, root);
    json_destroy(root);
    return STEP_DONE;
}

/* --- what is asked for, by action ---------------------------------------------------------------
 */

static bool set_name(struct http_request *out, const char *key, const char *value,
                     struct error *err)
{
    struct json *body = json_new_object();
    json_set_string(body, key, value);
    return rest_set_json_body(out, body, err);
}

static bool build_switch(struct provider *p, struct job *job, struct http_request *out,
                         struct error *err)
{
    return looker_request(p, out, HTTP_PATCH, err, "/session") &&
           set_name(out, "workspace_id", job->argument, err);
}

static bool build_checkout(struct provider *p, struct job *job, struct http_request *out,
                           struct error *err)
{
    return looker_project_request(p, out, HTTP_PUT, err, job->item_id, "/git_branch") &&
           set_name(out, "name", job->argument, err);
}

static bool build_test(struct provider *p, struct job *job, struct http_request *out,
                       struct error *err)
{
    const struct looker_job *state = job->state;
    struct strbuf rest;
    strbuf_init(&rest, LIMIT_URL_BYTES);
    strbuf_add_text(&rest, "/git_connection_tests");
    if (job->leg > 0) {
        strbuf_add_char(&rest, '/');
        strbuf_add_urlencoded(&rest, state->tests[state->step].id);
    }
    bool is_built = looker_project_request(p, out, HTTP_GET, err, job->item_id, rest.data);
    strbuf_finish(&rest);
    return is_built;
}

static const char *const plain_posts[ACTION_KIND_COUNT] = {
    [ACTION_VALIDATE] = "/validate",
    [ACTION_RESET_TO_PRODUCTION] = "/reset_to_production",
    [ACTION_RESET_TO_REMOTE] = "/reset_to_remote",
    [ACTION_DEPLOY] = "/deploy_to_production",
};

bool looker_build_project(struct provider *p, struct job *job, struct http_request *out,
                          struct error *err)
{
    out->timeout_ms = SLOW_TIMEOUT_MS;
    bool needs_argument = job->action == ACTION_SWITCH_WORKSPACE || job->action == ACTION_CHECKOUT;
    if (needs_argument && (!job->argument || !*job->argument))
        return error_set(err, ERR_USAGE, "%s: to which one?", action_infos[job->action].name);
    if (job->action == ACTION_SWITCH_WORKSPACE)
        return build_switch(p, job, out, err);
    if (job->action == ACTION_CHECKOUT)
        return build_checkout(p, job, out, err);
    if (job->action == ACTION_TEST_GIT)
        return build_test(p, job, out, err);
    if (plain_posts[job->action])
        return looker_project_request(p, out, HTTP_POST, err, job->item_id,
                                      plain_posts[job->action]);
    return error_set(err, ERR_NO, "Looker can not be asked for that");
}

/* --- the answers --------------------------------------------------------------------------------
 */

static enum provider_step read_switch(struct provider *p, struct job *job, const struct json *root,
                                      struct batch *out)
{
    struct looker *looker = looker_of(p);
    const char *workspace = json_string(json_get(root, "workspace_id"), NULL);
    sanitize_line(out->workspace, sizeof(out->workspace), workspace ? workspace : job->argument);
    /* It belongs to the token: the next login enters it again. */
    snprintf(looker->workspace, sizeof(looker->workspace), "%s", out->workspace);
    snprintf(looker->wanted_workspace, sizeof(looker->wanted_workspace), "%s", out->workspace);
    snprintf(out->words, sizeof(out->words), "in %s now", out->workspace);
    return STEP_DONE;
}

static enum provider_step read_checkout(struct provider *p, struct job *job,
                                        const struct json *root, struct batch *out)
{
    (void)p;
    char name[LIMIT_ARGUMENT_BYTES];
    const char *told = json_string(json_get(root, "name"), NULL);
    sanitize_line(name, sizeof(name), told ? told : job->argument);
    snprintf(out->words, sizeof(out->words), "on branch %s now", name);
    return STEP_DONE;
}

static enum provider_step read_nothing(struct provider *p, struct job *job, const struct json *root,
                                       struct batch *out)
{
    (void)p, (void)job, (void)root, (void)out;
    return STEP_DONE;
}

static const struct {
    enum provider_step (*read)(struct provider *p, struct job *job, const struct json *root,
                               struct batch *out);
    bool has_answer; /* a body that has to be read */
} answers[ACTION_KIND_COUNT] = {
    [ACTION_SWITCH_WORKSPACE] = {read_switch, true},
    [ACTION_CHECKOUT] = {read_checkout, true},
    [ACTION_TEST_GIT] = {looker_read_git_test, true},
    [ACTION_VALIDATE] = {looker_read_validation, true},
    [ACTION_RESET_TO_PRODUCTION] = {read_nothing, false},
    [ACTION_RESET_TO_REMOTE] = {read_nothing, false},
    [ACTION_DEPLOY] = {read_nothing, false},
};

enum provider_step looker_parse_project(struct provider *p, struct job *job,
                                        const struct http_response *response, struct batch *out,
                                        struct error *err)
{
    const char *what = action_infos[job->action].name;
    enum provider_step step = looker_check(response, what, err);
    if (response->transport.code == ERR_NONE && response->status == 404)
        error_set(err, ERR_NO, "%s: Looker has no such thing, or this account may not do it (404)",
                  what);
    if (step != STEP_DONE)
        return step;
    struct json *root = NULL;
    if (answers[job->action].has_answer && !(root = looker_json(response, what, err)))
        return STEP_FAILED;
    step = answers[job->action].read(p, job, root, out);
    json_destroy(root);
    return step;
}
