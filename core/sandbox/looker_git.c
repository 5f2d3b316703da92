/* Looker API: git branches, validation, resets and deployment of a project. */
#include <string.h>

#include "sandbox/describe.h"
#include "sandbox/looker_project.h"
#include "sandbox/router.h"

/* What all handlers here do: find the project under the lock, and answer with what change made.
 * NULL from change means that it has answered already. */
typedef struct json *project_handler(struct project *project, const struct request *request,
                                     struct response *response);

static void with_project(struct sandbox *sandbox, const struct request *request,
                         struct response *response, project_handler *handle)
{
    struct json *json = NULL;
    service_lock(sandbox);
    struct project *project = projects_find(&sandbox->projects, request->arguments[0]);
    if (project)
        json = handle(project, request, response);
    else
        respond_not_found(response);
    service_unlock(sandbox);
    if (json)
        respond_json(response, request, json);
}

/* Changes are made in the dev workspace, of projects that use git. */
static bool may_change(const struct project *project, const struct request *request,
                       struct response *response)
{
    if (!request->is_dev)
        respond_invalid(response, "workspace_id", "invalid",
                        "Operation not allowed in production mode; switch to the dev workspace.");
    else if (project->kind == PROJECT_BARE)
        respond_invalid(response, "project_id", "invalid", "This project does not use git.");
    else
        return true;
    return false;
}

static struct json *list_branches(struct project *project, const struct request *request,
                                  struct response *response)
{
    (void)request;
    (void)response;
    struct json *array = json_new_array();
    for (size_t i = 0; i < PROJECT_BRANCHES_MAX && project->branches[i].name; i++)
        json_push(array, describe_branch(project, &project->branches[i]));
    return array;
}

void handle_all_git_branches(struct sandbox *sandbox, const struct request *request,
                             struct response *response)
{
    with_project(sandbox, request, response, list_branches);
}

static struct json *current_branch(struct project *project, const struct request *request,
                                   struct response *response)
{
    (void)response;
    return describe_branch(project, project_branch(project, request->is_dev));
}

void handle_git_branch(struct sandbox *sandbox, const struct request *request,
                       struct response *response)
{
    with_project(sandbox, request, response, current_branch);
}

static struct json *find_branch(struct project *project, const struct request *request,
                                struct response *response)
{
    const struct branch *branch = project_find_branch(project, request->arguments[1]);
    if (branch)
        return describe_branch(project, branch);
    respond_not_found(response);
    return NULL;
}

void handle_find_git_branch(struct sandbox *sandbox, const struct request *request,
                            struct response *response)
{
    with_project(sandbox, request, response, find_branch);
}

static bool is_ref(const char *text)
{
    size_t length = strspn(text, "0123456789abcdef");
    return length >= 7 && length <= GIT_REF_LENGTH && text[length] == '\0';
}

/* {"name":...} checks out, {"ref":...} resets hard, both do both. */
static struct json *change_branch(struct project *project, const char *name, const char *ref,
                                  struct response *response)
{
    struct branch *current = project_branch(project, true);
    struct branch *wanted = name ? project_find_branch(project, name) : current;
    if (!name && !ref)
        respond_invalid(response, "name", "missing_field", "A branch or a commit is required.");
    else if (!wanted)
        respond_invalid(response, "name", "invalid", "There is no such branch.");
    else if (ref && !is_ref(ref))
        respond_invalid(response, "ref", "invalid", "This is no commit.");
    else if (wanted != current && current->is_dirty && !ref)
        respond_invalid(response, "name", "invalid",
                        "Uncommitted changes would be lost; commit or reset them first.");
    else {
        project_checkout(project, wanted);
        if (ref)
            branch_reset(wanted, ref);
        return describe_branch(project, wanted);
    }
    return NULL;
}

static struct json *update_branch(struct project *project, const struct request *request,
                                  struct response *response)
{
    struct json *body = json_parse(request->body.data, request->body.len, NULL);
    struct json *json = NULL;
    if (!json_is_object(body))
        respond_error(response, 400, "The body is no JSON object");
    else if (may_change(project, request, response))
        json = change_branch(project, json_string(json_get(body, "name"), NULL),
                             json_string(json_get(body, "ref"), NULL), response);
    json_destroy(body);
    return json;
}

void handle_update_git_branch(struct sandbox *sandbox, const struct request *request,
                              struct response *response)
{
    with_project(sandbox, request, response, update_branch);
}

static const struct {
    const char *id;
    const char *description;
    const char *failure;
} TESTS[] = {
    {"git_hostname_resolves", "Git hostname resolves", "The hostname is unknown."},
    {"git_authentication", "Git authentication", "The server refused the key."},
    {"git_read", "Read access to the repository", "The repository cannot be read."},
    {"git_push", "Write access to the repository",
     "remote: Permission to push denied to looker-deploy."},
};

#define TEST_COUNT (sizeof(TESTS) / sizeof(TESTS[0]))

static struct json *list_tests(struct project *project, const struct request *request,
                               struct response *response)
{
    (void)request;
    (void)response;
    struct json *array = json_new_array();
    for (size_t i = 0; i < TEST_COUNT && project->kind == PROJECT_GIT; i++) {
        struct json *json = json_new_object();
        json_set_string(json, "id", TESTS[i].id);
        json_set_string(json, "description", TESTS[i].description);
        json_set(json, "can", json_new_object());
        json_push(array, json);
    }
    return array;
}

void handle_all_git_connection_tests(struct sandbox *sandbox, const struct request *request,
                                     struct response *response)
{
    with_project(sandbox, request, response, list_tests);
}

static struct json *run_test(struct project *project, const struct request *request,
                             struct response *response)
{
    for (size_t i = 0; i < TEST_COUNT && project->kind == PROJECT_GIT; i++) {
        if (strcmp(TESTS[i].id, request->arguments[1]) != 0)
            continue;
        bool is_failing = project->failing_test && strcmp(project->failing_test, TESTS[i].id) == 0;
        struct json *json = json_new_object();
        json_set_string(json, "id", TESTS[i].id);
        json_set_string(json, "status", is_failing ? "fail" : "pass");
        json_set_string(json, "message", is_failing ? TESTS[i].failure : TESTS[i].description);
        json_set(json, "can", json_new_object());
        return json;
    }
    respond_not_found(response);
    return NULL;
}

void handle_run_git_connection_test(struct sandbox *sandbox, const struct request *request,
                                    struct response *response)
{
    with_project(sandbox, request, response, run_test);
}

static struct json *describe_lookml_error(const char *severity, const char *code,
                                          const char *message, const char *file, int line)
{
    struct json *json = json_new_object();
    json_set_string(json, "code", code);
    json_set_string(json, "severity", severity);
    json_set_string(json, "kind", "lookml");
    json_set_string(json, "message", message);
    json_set_null(json, "field_name");
    json_set_string(json, "file_path", file);
    json_set_int(json, "line_number", line);
    json_set_string(json, "model_id", "finance");
    json_set_string(json, "explore", "ledger");
    json_set_null(json, "help_url");
    json_set(json, "params", json_new_object());
    json_set_string(json, "sanitized_message", message);
    return json;
}

static struct json *describe_validation(struct project *project, bool is_dev)
{
    struct json *errors = json_new_array();
    if (is_dev && project_has_findings(project)) {
        json_push(errors,
                  describe_lookml_error("error", "unknown_field", "Unknown view \"ledger_lines\".",
                                        "explores/ledger.explore.lkml", 17));
        json_push(errors, describe_lookml_error("warning", "unused_measure",
                                                "Measure \"margin\" is defined twice.",
                                                "views/ledger.view.lkml", 42));
    }
    struct json *json = json_new_object();
    json_set(json, "errors", errors);
    json_set_string(json, "project_digest", project_branch(project, is_dev)->ref);
    json_set(json, "models_not_validated", json_new_array());
    json_set_double(json, "computation_time", 0.25);
    return json;
}

static struct json *validate(struct project *project, const struct request *request,
                             struct response *response)
{
    (void)response;
    project->is_validated = true;
    return describe_validation(project, request->is_dev);
}

void handle_validate(struct sandbox *sandbox, const struct request *request,
                     struct response *response)
{
    with_project(sandbox, request, response, validate);
}

static struct json *last_validation(struct project *project, const struct request *request,
                                    struct response *response)
{
    if (project->is_validated)
        return describe_validation(project, request->is_dev);
    respond_empty(response, 204);
    return NULL;
}

void handle_last_validation(struct sandbox *sandbox, const struct request *request,
                            struct response *response)
{
    with_project(sandbox, request, response, last_validation);
}

static struct json *reset_to_production(struct project *project, const struct request *request,
                                        struct response *response)
{
    if (may_change(project, request, response)) {
        project_reset(project, project->branches[0].ref);
        respond_empty(response, 204);
    }
    return NULL;
}

void handle_reset_to_production(struct sandbox *sandbox, const struct request *request,
                                struct response *response)
{
    with_project(sandbox, request, response, reset_to_production);
}

static struct json *reset_to_remote(struct project *project, const struct request *request,
                                    struct response *response)
{
    struct branch *branch = project_branch(project, true);
    if (!may_change(project, request, response))
        return NULL;
    if (branch->is_remote) {
        project_reset(project, branch->remote_ref);
        respond_empty(response, 204);
    } else
        respond_invalid(response, "project_id", "invalid", "This branch has no remote.");
    return NULL;
}

void handle_reset_to_remote(struct sandbox *sandbox, const struct request *request,
                            struct response *response)
{
    with_project(sandbox, request, response, reset_to_remote);
}

static struct json *deploy(struct project *project, const struct request *request,
                           struct response *response)
{
    if (!may_change(project, request, response))
        return NULL;
    if (project_wants_pull_request(project))
        respond_invalid(response, "project_id", "invalid",
                        "This project wants a pull request for each deployment.");
    else if (project->is_validation_required && project_has_findings(project))
        respond_invalid(response, "project_id", "invalid", "The project has LookML errors.");
    else if (project_branch(project, true)->is_dirty)
        respond_invalid(response, "project_id", "invalid", "There are uncommitted changes.");
    else {
        project_deploy(project);
        respond_empty(response, 204);
    }
    return NULL;
}

void handle_deploy(struct sandbox *sandbox, const struct request *request,
                   struct response *response)
{
    with_project(sandbox, request, response, deploy);
}
