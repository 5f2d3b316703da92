/* Looker API: workspaces and projects. */
#include <string.h>

#include "sandbox/describe.h"
#include "sandbox/looker_project.h"
#include "sandbox/router.h"

/* Never git_password, never deploy_secret: these are only written. */
static struct json *describe_project(const struct project *project)
{
    bool is_git = project->kind == PROJECT_GIT;
    struct json *json = json_new_object();
    json_set_string(json, "id", project->id);
    json_set_string(json, "name", project->id);
    json_set_bool(json, "uses_git", is_git);
    json_set_bool(json, "is_git_dev_locked", false);
    json_set_string(json, "git_remote_url", project->remote_url);
    json_set_string(json, "git_username", project->username);
    json_set_string(json, "git_production_branch_name", project->branches[0].name);
    json_set_bool(json, "use_git_cookie_auth", false);
    json_set_null(json, "git_username_user_attribute");
    json_set_null(json, "git_password_user_attribute");
    json_set_string(json, "git_service_name", is_git ? project->service : "bare");
    json_set_null(json, "git_application_server_http_port");
    json_set_null(json, "git_application_server_http_scheme");
    json_set_bool(json, "unset_deploy_secret", false);
    json_set_string(json, "pull_request_mode", project->pull_request_mode);
    json_set_bool(json, "validation_required", project->is_validation_required);
    json_set_bool(json, "git_release_mgmt_enabled", project->has_release_management);
    json_set_bool(json, "allow_warnings", project->allows_warnings);
    json_set_bool(json, "is_example", project->is_example);
    json_set_bool(json, "has_production_counterpart", true);
    json_set_string(json, "dependency_status", project->dependency_status);
    struct json *can =
        describe_rights((const char *const[]){"show", "index", "develop", "validate", NULL});
    json_set_bool(can, "deploy", !project->is_example && !project_wants_pull_request(project));
    json_set(json, "can", can);
    return json;
}

static struct json *describe_projects(const struct projects *projects)
{
    struct json *array = json_new_array();
    for (size_t i = 0; i < projects->count; i++)
        json_push(array, describe_project(&projects->list[i]));
    return array;
}

static struct json *describe_workspace(const struct projects *projects, const char *id)
{
    struct json *json = json_new_object();
    json_set_string(json, "id", id);
    json_set(json, "projects", describe_projects(projects));
    json_set(json, "can", describe_rights((const char *const[]){"show", "index", NULL}));
    return json;
}

void handle_all_workspaces(struct sandbox *sandbox, const struct request *request,
                           struct response *response)
{
    struct json *array = json_new_array();
    service_lock(sandbox);
    json_push(array, describe_workspace(&sandbox->projects, "production"));
    json_push(array, describe_workspace(&sandbox->projects, "dev"));
    service_unlock(sandbox);
    respond_json(response, request, array);
}

void handle_workspace(struct sandbox *sandbox, const struct request *request,
                      struct response *response)
{
    const char *id = request->arguments[0];
    if (strcmp(id, "production") != 0 && strcmp(id, "dev") != 0) {
        respond_not_found(response);
        return;
    }
    service_lock(sandbox);
    struct json *json = describe_workspace(&sandbox->projects, id);
    service_unlock(sandbox);
    respond_json(response, request, json);
}

void handle_all_projects(struct sandbox *sandbox, const struct request *request,
                         struct response *response)
{
    service_lock(sandbox);
    struct json *json = describe_projects(&sandbox->projects);
    service_unlock(sandbox);
    respond_json(response, request, json);
}

void handle_project(struct sandbox *sandbox, const struct request *request,
                    struct response *response)
{
    service_lock(sandbox);
    const struct project *project = projects_find(&sandbox->projects, request->arguments[0]);
    struct json *json = project ? describe_project(project) : NULL;
    service_unlock(sandbox);
    if (json)
        respond_json(response, request, json);
    else
        respond_not_found(response);
}

struct json *describe_branch(const struct project *project, const struct branch *branch)
{
    bool is_production = branch == project->branches;
    struct json *json = json_new_object();
    json_set_string(json, "name", branch->name);
    json_set_string(json, "remote", project->kind == PROJECT_GIT ? "origin" : NULL);
    json_set_string(json, "remote_name", branch->is_remote ? branch->name : NULL);
    json_set_null(json, "error");
    json_set_null(json, "message");
    json_set_string(json, "owner_name", branch->owner);
    json_set_bool(json, "readonly", is_production);
    json_set_bool(json, "personal", branch->owner != NULL);
    json_set_bool(json, "is_local", branch->is_local);
    json_set_bool(json, "is_remote", branch->is_remote);
    json_set_bool(json, "is_production", is_production);
    json_set(json, "ahead_count", branch->is_remote ? json_new_int(branch->ahead) : NULL);
    json_set(json, "behind_count", branch->is_remote ? json_new_int(branch->behind) : NULL);
    json_set_int(json, "commit_at", branch->commit_s);
    json_set_string(json, "ref", branch->ref);
    json_set_string(json, "remote_ref", branch->is_remote ? branch->remote_ref : NULL);
    json_set(json, "can", json_new_object());
    return json;
}

void handle_project_workspace(struct sandbox *sandbox, const struct request *request,
                              struct response *response)
{
    struct json *json = NULL;
    service_lock(sandbox);
    struct project *project = projects_find(&sandbox->projects, request->arguments[0]);
    if (project) {
        const struct branch *branch = project_branch(project, request->is_dev);
        json = json_new_object();
        json_set_string(json, "project_id", project->id);
        json_set_string(json, "workspace_id", request->is_dev ? "dev" : "production");
        json_set_string(json, "git_status", branch->is_dirty ? "dirty" : "clean");
        json_set_string(json, "git_head", branch->ref);
        json_set_string(json, "dependency_status", project->dependency_status);
        json_set(json, "git_branch", describe_branch(project, branch));
        json_set_string(json, "lookml_type", "new");
        json_set(json, "can", describe_rights((const char *const[]){"view", "update", NULL}));
    }
    service_unlock(sandbox);
    if (json)
        respond_json(response, request, json);
    else
        respond_not_found(response);
}
