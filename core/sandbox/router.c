#include "sandbox/router.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "sandbox/adobe_gate.h"
#include "sandbox/fault_apply.h"
#include "sandbox/version31.h"

enum route_flag {
    ROUTE_OPEN = 1 << 0,  /* no token wanted */
    ROUTE_PLAIN = 1 << 1, /* also without /api/<version> before it */
    ROUTE_OWN = 1 << 2,   /* the service's own: no fault strikes it */
    ROUTE_ADOBE = 1 << 3, /* Adobe's: the pattern is the whole path */
};

/* Paths with a word where others have {..} stand first: the first match answers. */
static const struct {
    const char *method;
    const char *pattern;
    route_handler *handle;
    unsigned flags;
    enum answer_type answer;
} ROUTES[] = {
    {"GET", "/alive", handle_alive, ROUTE_OPEN | ROUTE_PLAIN, ANSWER_SAME},
    {"GET", "/versions", handle_versions, ROUTE_OPEN | ROUTE_PLAIN, ANSWER_SAME},
    {"GET", "/sandbox/stats", handle_stats, ROUTE_OPEN | ROUTE_PLAIN | ROUTE_OWN, ANSWER_SAME},
    {"POST", "/sandbox/faults", handle_faults, ROUTE_OPEN | ROUTE_PLAIN | ROUTE_OWN, ANSWER_SAME},
    {"GET", "/api_spec/{api_version}/{specification}", handle_api_spec, 0, ANSWER_SAME},
    {"POST", "/login", handle_login, ROUTE_OPEN, ANSWER_TOKEN},
    {"POST", "/login/{user_id}", handle_login_user, 0, ANSWER_TOKEN},
    {"DELETE", "/logout", handle_logout, 0, ANSWER_SAME},
    {"GET", "/user", handle_me, 0, ANSWER_USER},
    {"GET", "/users/{user_id}", handle_user, 0, ANSWER_USER},
    {"GET", "/session", handle_session, 0, ANSWER_SESSION},
    {"PATCH", "/session", handle_update_session, 0, ANSWER_SESSION},
    {"GET", "/running_queries", handle_running_queries, 0, ANSWER_RUNNING},
    {"DELETE", "/running_queries/{query_task_id}", handle_kill_query, 0, ANSWER_SAME},
    {"POST", "/queries", handle_create_query, 0, ANSWER_QUERY},
    {"GET", "/queries/slug/{slug}", handle_query_for_slug, 0, ANSWER_QUERY},
    {"POST", "/queries/run/{result_format}", handle_run_inline_query, 0, ANSWER_SAME},
    {"GET", "/queries/{query_id}", handle_query, 0, ANSWER_QUERY},
    {"GET", "/queries/{query_id}/run/{result_format}", handle_run_query, 0, ANSWER_SAME},
    {"POST", "/sql_queries", handle_create_sql_query, 0, ANSWER_SQL_QUERY},
    {"GET", "/sql_queries/{slug}", handle_sql_query, 0, ANSWER_SQL_QUERY},
    {"POST", "/sql_queries/{slug}/run/{result_format}", handle_run_sql_query, 0, ANSWER_SAME},
    {"POST", "/query_tasks", handle_create_query_task, 0, ANSWER_TASK},
    {"GET", "/query_tasks/multi_results", handle_multi_results, 0, ANSWER_SAME},
    {"GET", "/query_tasks/{query_task_id}", handle_query_task, 0, ANSWER_TASK},
    {"GET", "/query_tasks/{query_task_id}/results", handle_query_task_results, 0, ANSWER_SAME},
    {"GET", "/connections", handle_all_connections, 0, ANSWER_CONNECTION},
    {"GET", "/connections/{connection_name}", handle_connection, 0, ANSWER_CONNECTION},
    {"GET", "/lookml_models", handle_all_models, 0, ANSWER_SAME},
    {"GET", "/workspaces", handle_all_workspaces, 0, ANSWER_WORKSPACE},
    {"GET", "/workspaces/{workspace_id}", handle_workspace, 0, ANSWER_WORKSPACE},
    {"GET", "/projects", handle_all_projects, 0, ANSWER_PROJECT},
    {"GET", "/projects/{id}", handle_project, 0, ANSWER_PROJECT},
    {"GET", "/projects/{id}/current_workspace", handle_project_workspace, 0, ANSWER_SAME},
    {"GET", "/projects/{id}/git_branches", handle_all_git_branches, 0, ANSWER_SAME},
    {"GET", "/projects/{id}/git_branch", handle_git_branch, 0, ANSWER_SAME},
    {"PUT", "/projects/{id}/git_branch", handle_update_git_branch, 0, ANSWER_SAME},
    {"GET", "/projects/{id}/git_branch/{name}", handle_find_git_branch, 0, ANSWER_SAME},
    {"GET", "/projects/{id}/git_connection_tests", handle_all_git_connection_tests, 0, ANSWER_SAME},
    {"GET", "/projects/{id}/git_connection_tests/{test_id}", handle_run_git_connection_test, 0,
     ANSWER_SAME},
    {"POST", "/projects/{id}/validate", handle_validate, 0, ANSWER_SAME},
    {"GET", "/projects/{id}/validate", handle_last_validation, 0, ANSWER_SAME},
    {"POST", "/projects/{id}/reset_to_production", handle_reset_to_production, 0, ANSWER_SAME},
    {"POST", "/projects/{id}/reset_to_remote", handle_reset_to_remote, 0, ANSWER_SAME},
    {"POST", "/projects/{id}/deploy_to_production", handle_deploy, 0, ANSWER_SAME},
    {"POST", "/ims/token/v3", handle_ims_token, ROUTE_ADOBE | ROUTE_OPEN, ANSWER_SAME},
    {"GET", ADOBE_ROOT "/queries", handle_adobe_queries, ROUTE_ADOBE, ANSWER_SAME},
    {"POST", ADOBE_ROOT "/queries", handle_adobe_submit, ROUTE_ADOBE, ANSWER_SAME},
    {"GET", ADOBE_ROOT "/queries/{id}", handle_adobe_query, ROUTE_ADOBE, ANSWER_SAME},
    {"GET", ADOBE_ROOT "/query-templates", handle_adobe_templates, ROUTE_ADOBE, ANSWER_SAME},
    {"POST", ADOBE_ROOT "/query-templates", handle_adobe_create_template, ROUTE_ADOBE, ANSWER_SAME},
    {"GET", ADOBE_ROOT "/query-templates/count", handle_adobe_template_count, ROUTE_ADOBE,
     ANSWER_SAME},
    {"GET", ADOBE_ROOT "/query-templates/{id}", handle_adobe_template, ROUTE_ADOBE, ANSWER_SAME},
    {"PUT", ADOBE_ROOT "/query-templates/{id}", handle_adobe_update_template, ROUTE_ADOBE,
     ANSWER_SAME},
    {"DELETE", ADOBE_ROOT "/query-templates/{id}", handle_adobe_delete_template, ROUTE_ADOBE,
     ANSWER_SAME},
    {"PATCH", ADOBE_ROOT "/queries/{id}", handle_adobe_patch_query, ROUTE_ADOBE, ANSWER_SAME},
    {"GET", ADOBE_ROOT "/schedules", handle_adobe_schedules, ROUTE_ADOBE, ANSWER_SAME},
    {"POST", ADOBE_ROOT "/schedules", handle_adobe_create_schedule, ROUTE_ADOBE, ANSWER_SAME},
    {"GET", ADOBE_ROOT "/schedules/{id}", handle_adobe_schedule, ROUTE_ADOBE, ANSWER_SAME},
    {"PATCH", ADOBE_ROOT "/schedules/{id}", handle_adobe_patch_schedule, ROUTE_ADOBE, ANSWER_SAME},
    {"DELETE", ADOBE_ROOT "/schedules/{id}", handle_adobe_delete_schedule, ROUTE_ADOBE,
     ANSWER_SAME},
    {"GET", ADOBE_ROOT "/schedules/{id}/runs", handle_adobe_runs, ROUTE_ADOBE, ANSWER_SAME},
    {"POST", ADOBE_ROOT "/schedules/{id}/runs", handle_adobe_trigger_run, ROUTE_ADOBE, ANSWER_SAME},
    {"GET", ADOBE_ROOT "/schedules/{id}/runs/{run_id}", handle_adobe_run, ROUTE_ADOBE, ANSWER_SAME},
    {"PATCH", ADOBE_ROOT "/schedules/{id}/runs/{run_id}", handle_adobe_patch_run, ROUTE_ADOBE,
     ANSWER_SAME},
    {"GET", ADOBE_ROOT "/connection_parameters", handle_adobe_connection_parameters, ROUTE_ADOBE,
     ANSWER_SAME},
};

#define ROUTE_COUNT (sizeof(ROUTES) / sizeof(ROUTES[0]))

size_t route_count(void)
{
    return ROUTE_COUNT;
}

void route_name(size_t index, char *out, size_t size)
{
    snprintf(out, size, "%s %s", ROUTES[index].method, ROUTES[index].pattern);
}

/* Compares segment by segment; what stands for {..} goes into arguments. */
static bool matches(const char *pattern, const char *const *segments, size_t count,
                    const char **arguments)
{
    size_t argument_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (*pattern != '/')
            return false;
        pattern++;
        size_t length = strcspn(pattern, "/");
        if (pattern[0] == '{')
            arguments[argument_count++] = segments[i];
        else if (strlen(segments[i]) != length || memcmp(segments[i], pattern, length) != 0)
            return false;
        pattern += length;
    }
    return *pattern == '\0';
}

static bool is_adobe(const struct request *request)
{
    return request->segment_count > 0 &&
           (strcmp(request->segments[0], "data") == 0 || strcmp(request->segments[0], "ims") == 0);
}

static enum api_version version_of(const struct sandbox *sandbox, const struct request *request)
{
    if (is_adobe(request))
        return API_ADOBE;
    if (request->segment_count < 2 || strcmp(request->segments[0], "api") != 0)
        return API_NONE;
    if (strcmp(request->segments[1], "3.1") == 0 && !sandbox->options.is_without_api_3_1)
        return API_3_1;
    return strcmp(request->segments[1], "4.0") == 0 ? API_4_0 : API_NONE;
}

static bool find_route(const struct sandbox *sandbox, struct request *request, size_t *out_index)
{
    request->api = version_of(sandbox, request);
    size_t skip = request->api == API_3_1 || request->api == API_4_0 ? 2 : 0;
    const char *method = strcmp(request->method, "HEAD") == 0 ? "GET" : request->method;
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        bool is_reachable = ROUTES[i].flags & ROUTE_ADOBE
                                ? request->api == API_ADOBE
                                : skip > 0 || ROUTES[i].flags & ROUTE_PLAIN;
        if (is_reachable && strcmp(ROUTES[i].method, method) == 0 &&
            matches(ROUTES[i].pattern, request->segments + skip, request->segment_count - skip,
                    request->arguments)) {
            *out_index = i;
            return true;
        }
    }
    return false;
}

/* "Authorization: token X" and "Authorization: Bearer X" are the same. */
static const char *token_of(const struct request *request)
{
    static const char *const schemes[] = {"token ", "Bearer "};
    const char *header = request->authorization;
    for (size_t i = 0; header && i < sizeof(schemes) / sizeof(schemes[0]); i++) {
        size_t length = strlen(schemes[i]);
        if (strncasecmp(header, schemes[i], length) == 0)
            return header + length + strspn(header + length, " ");
    }
    return NULL;
}

/* False after having answered. */
static bool admit(struct sandbox *sandbox, struct request *request, struct response *response)
{
    if (request->api == API_ADOBE)
        return adobe_admit(sandbox, request, response);
    request->token = token_of(request);
    if (request->token) {
        service_lock(sandbox);
        request->account =
            sessions_find(&sandbox->sessions, request->token, clock_mono_ms(), &request->is_dev);
        service_unlock(sandbox);
    }
    if (!request->account)
        respond_error(response, 401, "Requires authentication.");
    return request->account != NULL;
}

static void call(struct sandbox *sandbox, size_t index, struct request *request,
                 struct response *response)
{
    if (ROUTES[index].flags & ROUTE_OPEN || admit(sandbox, request, response))
        ROUTES[index].handle(sandbox, request, response);
    if (request->api == API_3_1)
        version31_rewrite(sandbox, ROUTES[index].answer, response);
}

void route(struct sandbox *sandbox, struct request *request, struct response *response)
{
    struct fault fault = {0};
    size_t index;
    if (!request_parse_target(request)) {
        respond_error(response, 400, "Bad request");
        return;
    }
    bool is_known = find_route(sandbox, request, &index);
    bool is_own = is_known && (ROUTES[index].flags & ROUTE_OWN);
    service_lock(sandbox);
    if (is_known)
        sandbox->route_counts[index]++;
    bool is_struck =
        !is_own && faults_choose(&sandbox->faults, request->method, request->path, &fault);
    service_unlock(sandbox);
    if (is_struck && !fault_before(sandbox, request, &fault, response))
        return;
    if (is_known)
        call(sandbox, index, request, response);
    else if (request->api == API_ADOBE)
        respond_adobe_message(response, 404, "There is nothing at this address");
    else if (request->api == API_NONE)
        respond_not_found_html(response); /* no API there at all, nor one of that version */
    else
        respond_not_found(response);
    if (is_struck)
        fault_after(&fault, response);
}
