/* Looker API: logging in, who one is, the session and its workspace; and what helps tests. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/timefmt.h"
#include "sandbox/describe.h"
#include "sandbox/router.h"

#define RELEASE "26.12.3"

void handle_alive(struct sandbox *sandbox, const struct request *request, struct response *response)
{
    (void)sandbox;
    (void)request;
    respond_text(response, 200, "text/plain", "");
}

static struct json *describe_version(const struct sandbox *sandbox, const char *version,
                                     const char *status)
{
    char text[256];
    struct json *json = json_new_object();
    json_set_string(json, "version", version);
    if (strcmp(version, "4.0") == 0)
        snprintf(text, sizeof(text), "%s.%s", version, RELEASE);
    else
        snprintf(text, sizeof(text), "%s.0", version);
    json_set_string(json, "full_version", text);
    json_set_string(json, "status", status);
    snprintf(text, sizeof(text), "%s/api/%s/swagger.json", sandbox->url, version);
    json_set_string(json, "swagger_url", text);
    return json;
}

void handle_versions(struct sandbox *sandbox, const struct request *request,
                     struct response *response)
{
    struct json *supported = json_new_array();
    if (!sandbox->options.is_without_api_3_1)
        json_push(supported, describe_version(sandbox, "3.1", "legacy"));
    json_push(supported, describe_version(sandbox, "4.0", "current"));
    struct json *json = json_new_object();
    json_set_string(json, "looker_release_version", RELEASE);
    json_set(json, "current_version", describe_version(sandbox, "4.0", "current"));
    json_set(json, "supported_versions", supported);
    json_set_string(json, "api_server_url", sandbox->url);
    json_set_string(json, "web_server_url", sandbox->url);
    respond_json(response, request, json);
}

/* The head of the description, which tells the release; 3.1 has no such call. */
void handle_api_spec(struct sandbox *sandbox, const struct request *request,
                     struct response *response)
{
    (void)sandbox;
    if (request->api != API_4_0 || strcmp(request->arguments[0], "4.0") != 0) {
        respond_not_found(response);
        return;
    }
    struct json *info = json_new_object();
    json_set_string(info, "title", "Looker API 4.0 Reference");
    json_set_string(info, "version", "4.0." RELEASE);
    json_set_string(info, "x-looker-release-version", RELEASE);
    struct json *json = json_new_object();
    json_set_string(json, "swagger", "2.0");
    json_set(json, "info", info);
    json_set(json, "paths", json_new_object());
    respond_json(response, request, json);
}

static void respond_token(struct sandbox *sandbox, const struct account *account,
                          const struct request *request, struct response *response)
{
    char token[TOKEN_LENGTH + 1];
    service_lock(sandbox);
    sessions_login(&sandbox->sessions, account, clock_mono_ms(), token);
    service_unlock(sandbox);
    struct json *json = json_new_object();
    json_set_string(json, "access_token", token);
    json_set_string(json, "token_type", "Bearer");
    json_set_int(json, "expires_in", sandbox->options.token_ttl_ms / 1000);
    json_set_null(json, "refresh_token");
    respond_json(response, request, json);
}

static const char *find_value(const struct parameter *parameters, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(parameters[i].name, name) == 0)
            return parameters[i].value;
    return NULL;
}

/* Credentials come in a form, or in the query as old clients do it. */
void handle_login(struct sandbox *sandbox, const struct request *request, struct response *response)
{
    struct arena arena = {0};
    struct parameter form[8];
    size_t count = request_parse_form(&arena, request->body.data, form, 8);
    const char *id = find_value(form, count, "client_id");
    const char *secret = find_value(form, count, "client_secret");
    if (!id)
        id = request_parameter(request, "client_id");
    if (!secret)
        secret = request_parameter(request, "client_secret");
    const struct account *account =
        id && secret ? account_by_credentials(&sandbox->sessions, id, secret) : NULL;
    if (account)
        respond_token(sandbox, account, request, response);
    else
        respond_not_found(response);
    arena_finish(&arena);
}

void handle_login_user(struct sandbox *sandbox, const struct request *request,
                       struct response *response)
{
    const struct account *account = account_by_id(&sandbox->sessions, request->arguments[0]);
    if (account && request->account->is_admin)
        respond_token(sandbox, account, request, response);
    else
        respond_not_found(response);
}

void handle_logout(struct sandbox *sandbox, const struct request *request,
                   struct response *response)
{
    service_lock(sandbox);
    sessions_logout(&sandbox->sessions, request->token, clock_mono_ms());
    service_unlock(sandbox);
    respond_empty(response, 204);
}

static struct json *describe_user(const struct sandbox *sandbox, const struct account *account)
{
    char text[256];
    struct json *json = json_new_object();
    json_set_string(json, "id", account->id);
    json_set_string(json, "first_name", account->first_name);
    json_set_string(json, "last_name", account->last_name);
    json_set_string(json, "display_name", account_name(account, text, sizeof(text)));
    json_set_string(json, "email", account->email);
    snprintf(text, sizeof(text), "%s/avatar/%s", sandbox->url, account->id);
    json_set_string(json, "avatar_url", text);
    json_set_bool(json, "is_disabled", false);
    json_set_string(json, "locale", "en");
    struct json *roles = json_new_array();
    json_push(roles, json_new_string(account->is_admin ? "2" : "4"));
    json_set(json, "role_ids", roles);
    json_set(json, "group_ids", json_new_array());
    json_set_bool(json, "verified_looker_employee", false);
    json_set_bool(json, "presumed_looker_employee", false);
    json_set_bool(json, "is_iam_admin", false);
    json_set_bool(json, "is_service_account", false);
    snprintf(text, sizeof(text), "%s/api/4.0/users/%s", sandbox->url, account->id);
    json_set_string(json, "url", text);
    json_set(json, "can",
             describe_rights((const char *const[]){"show", "index", "show_details", NULL}));
    return json;
}

void handle_me(struct sandbox *sandbox, const struct request *request, struct response *response)
{
    respond_json(response, request, describe_user(sandbox, request->account));
}

void handle_user(struct sandbox *sandbox, const struct request *request, struct response *response)
{
    const struct account *account = account_by_id(&sandbox->sessions, request->arguments[0]);
    if (account && (account == request->account || request->account->is_admin))
        respond_json(response, request, describe_user(sandbox, account));
    else
        respond_not_found(response);
}

static void respond_session(const struct request *request, bool is_dev, struct response *response)
{
    struct json *json = json_new_object();
    json_set_string(json, "workspace_id", is_dev ? "dev" : "production");
    json_set_null(json, "sudo_user_id");
    json_set(json, "can", describe_rights((const char *const[]){"view", "update", NULL}));
    respond_json(response, request, json);
}

void handle_session(struct sandbox *sandbox, const struct request *request,
                    struct response *response)
{
    (void)sandbox;
    respond_session(request, request->is_dev, response);
}

void handle_update_session(struct sandbox *sandbox, const struct request *request,
                           struct response *response)
{
    struct json *body = json_parse(request->body.data, request->body.len, NULL);
    const char *workspace = json_string(json_get(body, "workspace_id"), NULL);
    if (!json_is_object(body))
        respond_error(response, 400, "The body is no JSON object");
    else if (!workspace || (strcmp(workspace, "dev") != 0 && strcmp(workspace, "production") != 0))
        respond_invalid(response, "workspace_id", "invalid", "Must be production or dev.");
    else {
        bool is_dev = strcmp(workspace, "dev") == 0;
        service_lock(sandbox);
        sessions_set_workspace(&sandbox->sessions, request->token, is_dev);
        service_unlock(sandbox);
        respond_session(request, is_dev, response);
    }
    json_destroy(body);
}
