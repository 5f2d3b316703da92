#include "sandbox/router.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "sandbox/fault_apply.h"

enum route_flag {
    ROUTE_OPEN = 1 << 0,  /* no token wanted */
    ROUTE_PLAIN = 1 << 1, /* also without /api/<version> before it */
    ROUTE_OWN = 1 << 2,   /* the service's own: no fault strikes it */
};

/* Paths with a word where others have {..} stand first: the first match answers. */
static const struct {
    const char *method;
    const char *pattern;
    route_handler *handle;
    unsigned flags;
} ROUTES[] = {
    {"GET", "/alive", handle_alive, ROUTE_OPEN | ROUTE_PLAIN},
    {"GET", "/versions", handle_versions, ROUTE_OPEN | ROUTE_PLAIN},
    {"GET", "/sandbox/stats", handle_stats, ROUTE_OPEN | ROUTE_PLAIN | ROUTE_OWN},
    {"POST", "/sandbox/faults", handle_faults, ROUTE_OPEN | ROUTE_PLAIN | ROUTE_OWN},
    {"POST", "/login", handle_login, ROUTE_OPEN},
    {"POST", "/login/{user_id}", handle_login_user, 0},
    {"DELETE", "/logout", handle_logout, 0},
    {"GET", "/user", handle_me, 0},
    {"GET", "/users/{user_id}", handle_user, 0},
    {"GET", "/session", handle_session, 0},
    {"PATCH", "/session", handle_update_session, 0},
    {"GET", "/running_queries", handle_running_queries, 0},
    {"DELETE", "/running_queries/{query_task_id}", handle_kill_query, 0},
    {"POST", "/queries", handle_create_query, 0},
    {"GET", "/queries/slug/{slug}", handle_query_for_slug, 0},
    {"POST", "/queries/run/{result_format}", handle_run_inline_query, 0},
    {"GET", "/queries/{query_id}", handle_query, 0},
    {"GET", "/queries/{query_id}/run/{result_format}", handle_run_query, 0},
    {"POST", "/sql_queries", handle_create_sql_query, 0},
    {"GET", "/sql_queries/{slug}", handle_sql_query, 0},
    {"POST", "/sql_queries/{slug}/run/{result_format}", handle_run_sql_query, 0},
    {"POST", "/query_tasks", handle_create_query_task, 0},
    {"GET", "/query_tasks/multi_results", handle_multi_results, 0},
    {"GET", "/query_tasks/{query_task_id}", handle_query_task, 0},
    {"GET", "/query_tasks/{query_task_id}/results", handle_query_task_results, 0},
    {"GET", "/connections", handle_all_connections, 0},
    {"GET", "/connections/{connection_name}", handle_connection, 0},
    {"GET", "/workspaces", handle_all_workspaces, 0},
    {"GET", "/workspaces/{workspace_id}", handle_workspace, 0},
    {"GET", "/projects", handle_all_projects, 0},
    {"GET", "/projects/{id}", handle_project, 0},
    {"GET", "/projects/{id}/current_workspace", handle_project_workspace, 0},
    {"GET", "/projects/{id}/git_branches", handle_all_git_branches, 0},
    {"GET", "/projects/{id}/git_branch", handle_git_branch, 0},
    {"PUT", "/projects/{id}/git_branch", handle_update_git_branch, 0},
    {"GET", "/projects/{id}/git_branch/{name}", handle_find_git_branch, 0},
    {"GET", "/projects/{id}/git_connection_tests", handle_all_git_connection_tests, 0},
    {"GET", "/projects/{id}/git_connection_tests/{test_id}", handle_run_git_connection_test, 0},
    {"POST", "/projects/{id}/validate", handle_validate, 0},
    {"GET", "/projects/{id}/validate", handle_last_validation, 0},
    {"POST", "/projects/{id}/reset_to_production", handle_reset_to_production, 0},
    {"POST", "/projects/{id}/reset_to_remote", handle_reset_to_remote, 0},
    {"POST", "/projects/{id}/deploy_to_production", handle_deploy, 0},
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

static enum api_version version_of(const struct request *request)
{
    bool has_prefix = request->segment_count >= 2 && strcmp(request->segments[0], "api") == 0;
    return has_prefix && strcmp(request->segments[1], "4.0") == 0 ? API_4_0 : API_NONE;
}

static bool find_route(struct request *request, size_t *out_index)
{
    request->api = version_of(request);
    size_t skip = request->api == API_NONE ? 0 : 2;
    const char *method = strcmp(request->method, "HEAD") == 0 ? "GET" : request->method;
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        bool is_reachable = skip > 0 || (ROUTES[i].flags & ROUTE_PLAIN);
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

static bool authenticate(struct sandbox *sandbox, struct request *request)
{
    request->token = token_of(request);
    if (!request->token)
        return false;
    service_lock(sandbox);
    request->account =
        sessions_find(&sandbox->sessions, request->token, clock_mono_ms(), &request->is_dev);
    service_unlock(sandbox);
    return request->account != NULL;
}

static void call(struct sandbox *sandbox, size_t index, struct request *request,
                 struct response *response)
{
    if (!(ROUTES[index].flags & ROUTE_OPEN) && !authenticate(sandbox, request))
        respond_error(response, 401, "Requires authentication.");
    else
        ROUTES[index].handle(sandbox, request, response);
}

void route(struct sandbox *sandbox, struct request *request, struct response *response)
{
    struct fault fault = {0};
    size_t index;
    if (!request_parse_target(request)) {
        respond_error(response, 400, "Bad request");
        return;
    }
    bool is_known = find_route(request, &index);
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
    else
        respond_not_found(response);
    if (is_struck)
        fault_after(&fault, response);
}
