#include <stdlib.h>
#include <string.h>

#include "base/sanitize.h"
#include "base/xalloc.h"
#include "provider/looker_internal.h"

/* The questions: the session's workspace, all workspaces, all projects, the models, and then for
 * each project what is checked out in it. The last are bounded: a server with hundreds of projects
 * is not asked hundreds of questions each minute. */
enum projects_step {
    PROJECTS_SESSION,
    PROJECTS_WORKSPACES,
    PROJECTS_LIST,
    PROJECTS_MODELS,
    PROJECTS_FIRST_GIT
};
#define GIT_PROJECTS_MAX 50
#define COMMIT_CHARS     10

/* Named one by one, so that no secret of the git connection is sent at all. */
#define PROJECT_FIELDS_4_0 ",is_git_dev_locked,has_production_counterpart,dependency_status"
#define PROJECT_FIELDS                                                                          \
    "id,name,uses_git,git_remote_url,git_production_branch_name,git_service_name,"              \
    "pull_request_mode,validation_required,git_release_mgmt_enabled,allow_warnings,is_example," \
    "can,git_username,"                                                                         \
    "git_username_user_attribute,use_git_cookie_auth,git_application_server_http_port,"         \
    "git_application_server_http_scheme"

bool looker_build_projects(struct provider *p, struct job *job, struct http_request *out,
                           struct error *err)
{
    struct looker_job *state = looker_job_state(job);
    if (!state->list)
        state->list = item_list_create(NULL);
    switch (state->step) {
    case PROJECTS_SESSION:
        return looker_request(p, out, HTTP_GET, err, "/session");
    case PROJECTS_WORKSPACES:
        return looker_request(p, out, HTTP_GET, err, "/workspaces");
    case PROJECTS_LIST:
        return looker_request(p, out, HTTP_GET, err, "/projects?fields=" PROJECT_FIELDS "%s",
                              looker_of(p)->has_number_ids ? "" : PROJECT_FIELDS_4_0);
    case PROJECTS_MODELS:
        return looker_build_models(p, out, err);
    default:
        break;
    }
    return looker_project_request(p, out, HTTP_GET, err,
                                  state->projects[state->step - PROJECTS_FIRST_GIT].id,
                                  "/current_workspace");
}

/* --- texts -------------------------------------------------------------------------------------
 */

/* "https://user:password@host/x.git" -> "https://host/x.git"; git@host:x.git holds no secret. */
static const char *remote_of(struct arena *arena, const struct json *value)
{
    char clean[LIMIT_TASK_FIELD_BYTES];
    const char *text = json_string(value, NULL);
    if (!text || !*text)
        return NULL;
    sanitize_line(clean, sizeof(clean), text);
    const char *scheme = strstr(clean, "://");
    const char *host = scheme ? scheme + 3 : clean;
    size_t authority = strcspn(host, "/?#");
    const char *at = memrchr(host, '@', authority);
    if (!scheme || !at)
        return arena_strdup(arena, clean);
    return arena_printf(arena, "%.*s%s", (int)(host - clean), clean, at + 1);
}

static int64_t count_of(const struct json *value)
{
    int64_t count = json_int(value, -1);
    return count >= 0 ? count : UNKNOWN;
}

/* --- session, workspaces, projects -------------------------------------------------------------
 */

static void read_workspaces(struct item_list *list, const struct json *root)
{
    size_t count = json_count(root);
    if (count > LIMIT_ITEMS)
        count = LIMIT_ITEMS;
    const char **names = arena_alloc(&list->arena, count * sizeof(*names));
    for (size_t i = 0; i < count; i++) {
        const char *id = json_fields_line(&list->arena, json_get(json_at(root, i), "id"));
        if (id)
            names[list->workspace_count++] = id;
    }
    list->workspaces = names;
}

/* What `can` calls the actions; what it does not speak of is not denied. */
static uint32_t denied_by(const struct json *can)
{
    static const struct {
        const char *right;
        enum action_kind action;
    } rights[] = {
        {"deploy", ACTION_DEPLOY},
        {"deploy_to_production", ACTION_DEPLOY},
        {"validate", ACTION_VALIDATE},
        {"develop", ACTION_CHECKOUT},
        {"develop", ACTION_RESET_TO_PRODUCTION},
        {"develop", ACTION_RESET_TO_REMOTE},
        {"reset_to_production", ACTION_RESET_TO_PRODUCTION},
        {"reset_to_remote", ACTION_RESET_TO_REMOTE},
    };
    uint32_t denied = 0;
    for (size_t i = 0; i < sizeof(rights) / sizeof(rights[0]); i++) {
        if (json_bool(json_get(can, rights[i].right)) == 0)
            denied |= UINT32_C(1) << rights[i].action;
    }
    return denied;
}

static bool read_project(struct item_list *list, const struct json *entry, struct item *out_project)
{
    static const char *const first[] = {"id", "name", NULL};
    static const char *const left_out[] = {"git_remote_url", NULL};
    struct arena *arena = &list->arena;
    struct field_list fields = {0};
    const char *id = json_fields_line(arena, json_get(entry, "id"));
    if (!id)
        return false;
    const char *name = json_fields_line(arena, json_get(entry, "name"));
    bool uses_git = json_bool(json_get(entry, "uses_git")) != 0;
    *out_project = (struct item){
        .kind = ITEM_PROJECT,
        .id = id,
        .name = name ? name : id,
        ITEM_UNKNOWN,
        .remote_url = remote_of(arena, json_get(entry, "git_remote_url")),
        .denied = denied_by(json_get(entry, "can")),
        .is_read_only = json_bool(json_get(entry, "is_example")) == 1 || !uses_git ||
                        !list->workspace || strcmp(list->workspace, "dev") != 0,
    };
    json_fields_add(&fields, arena, "project", entry, first, left_out);
    field_list_add(&fields, arena, "project", "git remote url", out_project->remote_url);
    out_project->fields = field_list_take(&fields, arena, &out_project->field_count);
    return true;
}

static void read_projects(struct looker_job *state, const struct json *root)
{
    size_t count = json_count(root);
    if (count > LIMIT_ITEMS) {
        count = LIMIT_ITEMS;
        state->list->is_cut = true;
    }
    free(state->projects); /* the leg may be repeated */
    state->projects = xcalloc(count ? count : 1, sizeof(*state->projects));
    state->project_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (read_project(state->list, json_at(root, i), &state->projects[state->project_count]))
            state->project_count++;
    }
}

/* --- what is checked out -----------------------------------------------------------------------
 */

static int clean_state(const char *word)
{
    if (!word)
        return -1;
    return strcmp(word, "clean") == 0;
}

static void read_branch(struct item *project, struct arena *arena, const struct json *branch)
{
    const char *remote = json_fields_line(arena, json_get(branch, "remote"));
    const char *remote_name = json_fields_line(arena, json_get(branch, "remote_name"));
    int64_t commit_s = json_int(json_get(branch, "commit_at"), -1);
    project->branch = json_fields_line(arena, json_get(branch, "name"));
    if (remote_name)
        project->remote_branch =
            remote ? arena_printf(arena, "%s/%s", remote, remote_name) : remote_name;
    project->ahead = count_of(json_get(branch, "ahead_count"));
    project->behind = count_of(json_get(branch, "behind_count"));
    if (commit_s > 0 && commit_s < INT64_MAX / 1000)
        project->changed_ms = commit_s * 1000;
    if (json_bool(json_get(branch, "readonly")) == 1)
        project->is_read_only = true;
}

static void read_checkout(struct item *project, struct arena *arena, const struct json *root)
{
    static const char *const none[] = {NULL};
    static const char *const left_out[] = {"git_branch", "project_id", NULL};
    const struct json *branch = json_get(root, "git_branch");
    const char *head = json_fields_line(arena, json_get(root, "git_head"));
    struct field_list fields = {0};
    if (!head)
        head = json_fields_line(arena, json_get(branch, "ref"));
    project->state = json_fields_line(arena, json_get(root, "git_status"));
    project->is_clean = clean_state(project->state);
    project->last_commit = head ? arena_printf(arena, "%.*s", COMMIT_CHARS, head) : NULL;
    if (branch)
        read_branch(project, arena, branch);
    else
        project->is_read_only = true;
    for (size_t i = 0; i < project->field_count; i++)
        field_list_add(&fields, arena, project->fields[i].group, project->fields[i].label,
                       project->fields[i].value);
    json_fields_add(&fields, arena, "checkout", root, none, left_out);
    json_fields_add(&fields, arena, "branch", branch, none, none);
    project->fields = field_list_take(&fields, arena, &project->field_count);
}

/* --- the op ------------------------------------------------------------------------------------
 */

static const char *step_name(const struct looker_job *state)
{
    switch (state->step) {
    case PROJECTS_SESSION:
        return "the session";
    case PROJECTS_WORKSPACES:
        return "the workspaces";
    case PROJECTS_LIST:
        return "the projects";
    case PROJECTS_MODELS:
        return "the models";
    default:
        return state->projects[state->step - PROJECTS_FIRST_GIT].name;
    }
}

static void read_step(struct looker *looker, struct looker_job *state, const struct json *root)
{
    struct item_list *list = state->list;
    switch (state->step) {
    case PROJECTS_SESSION:
        list->workspace = json_fields_line(&list->arena, json_get(root, "workspace_id"));
        break;
    case PROJECTS_WORKSPACES:
        read_workspaces(list, root);
        break;
    case PROJECTS_LIST:
        read_projects(state, root);
        break;
    case PROJECTS_MODELS:
        looker_read_models(looker, root);
        break;
    default:
        read_checkout(&state->projects[state->step - PROJECTS_FIRST_GIT], &list->arena, root);
        break;
    }
}

static enum provider_step give_list(const struct looker *looker, struct job *job, struct batch *out)
{
    struct looker_job *state = job->state;
    struct item_list *list = state->list;
    looker_give_models(looker, list);
    struct item *projects =
        arena_alloc(&list->arena, state->project_count * sizeof(*state->projects));
    if (state->project_count)
        memcpy(projects, state->projects, state->project_count * sizeof(*projects));
    list->items = projects;
    list->item_count = state->project_count;
    list->fetched_ms = job->now_ms;
    if (list->workspace)
        sanitize_line(out->workspace, sizeof(out->workspace), list->workspace);
    out->items = list;
    state->list = NULL;
    return STEP_DONE;
}

static enum provider_step next_step(const struct looker *looker, struct job *job, struct batch *out)
{
    struct looker_job *state = job->state;
    size_t asked =
        state->project_count < GIT_PROJECTS_MAX ? state->project_count : GIT_PROJECTS_MAX;
    state->step++;
    if (state->step == PROJECTS_MODELS && (looker->are_models_known || !state->project_count))
        state->step++;
    if (state->step < PROJECTS_FIRST_GIT || state->step - PROJECTS_FIRST_GIT < asked)
        return STEP_AGAIN;
    if (state->project_count > asked && state->list->error.code == ERR_NONE)
        error_set(&state->list->error, ERR_NO,
                  "only the first %zu projects were asked for their branch", asked);
    return give_list(looker, job, out);
}

/* No answer, or a plea to slow down: no use in going through the other projects as well. */
static bool is_hopeless(const struct http_response *response)
{
    return response->transport.code != ERR_NONE || response->status == 429;
}

enum provider_step looker_parse_projects(struct provider *p, struct job *job,
                                         const struct http_response *response, struct batch *out,
                                         struct error *err)
{
    struct looker *looker = looker_of(p);
    struct looker_job *state = job->state;
    const char *what = step_name(state);
    struct error why = {0};
    enum provider_step step = looker_check(response, what, &why);
    struct json *root = step == STEP_DONE ? looker_json(response, what, &why) : NULL;
    if (root) {
        read_step(looker, state, root);
        json_destroy(root);
        return next_step(looker, job, out);
    }
    if (state->step == PROJECTS_MODELS && step != STEP_LOGIN && !is_hopeless(response)) {
        looker_read_models(looker, NULL);
        return next_step(looker, job, out);
    }
    bool is_needed =
        state->step == PROJECTS_LIST || (state->step < PROJECTS_LIST && is_hopeless(response));
    if (step == STEP_LOGIN || is_needed) {
        *err = why;
        return step == STEP_LOGIN ? STEP_LOGIN : STEP_FAILED;
    }
    /* What failed is remembered once; the projects that can be told are not lost by it. */
    if (state->list->error.code == ERR_NONE)
        state->list->error = why;
    return is_hopeless(response) ? give_list(looker, job, out) : next_step(looker, job, out);
}
