#include "sandbox/adobe_gate.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "sandbox/adobe.h"
#include "sandbox/router.h"

#define ORG_SUFFIX "@AdobeOrg"
#define FORM_MAX   8

/* Tokens of IMS are long: a head and a body in base64, then the part that matters. */
static const char TOKEN_HEAD[] =
    "eyJhbGciOiJSUzI1NiIsIng1dSI6Imltc19uYTEta2V5LWF0LTEuY2VyIiwia2lkIjoiaW1zX25hMS1rZXktYXQtMSIs"
    "Iml0dCI6ImF0In0.eyJpZCI6InNhbmRib3giLCJ0eXBlIjoiYWNjZXNzX3Rva2VuIiwiYXMiOiJpbXMtbmExIiwic2Nvc"
    "GUiOiJvcGVuaWQsc2Vzc2lvbixBZG9iZUlELHJlYWRfb3JnYW5pemF0aW9ucyxhZGRpdGlvbmFsX2luZm8ucHJvamVjdGV"
    "kUHJvZHVjdENvbnRleHQifQ.";

void respond_adobe(struct response *response, unsigned status, struct json *json)
{
    response->status = status;
    response->content_type = "application/json";
    strbuf_clear(&response->body);
    json_format(json, false, &response->body);
    json_destroy(json);
}

void respond_adobe_message(struct response *response, unsigned status, const char *message)
{
    struct json *json = json_new_object();
    json_set_string(json, "message", message);
    json_set_int(json, "statusCode", status);
    respond_adobe(response, status, json);
}

/* How the gateway refuses. */
static bool refuse(struct response *response, unsigned status, const char *code,
                   const char *message)
{
    struct json *json = json_new_object();
    json_set_string(json, "error_code", code);
    json_set_string(json, "message", message);
    respond_adobe(response, status, json);
    return false;
}

/* How the platform's services refuse. */
static bool refuse_as_platform(struct response *response, unsigned status, const char *title,
                               const char *detail)
{
    struct json *json = json_new_object();
    json_set_string(json, "type", "/placeholder/type/uri");
    json_set_int(json, "status", status);
    json_set_string(json, "title", title);
    json_set_string(json, "detail", detail);
    respond_adobe(response, status, json);
    return false;
}

void respond_adobe_status(struct response *response, unsigned status)
{
    static const struct {
        unsigned status;
        const char *code;
        const char *message;
    } answers[] = {
        {401, "401013", "Oauth token is not valid"},
        {403, "403025", "Profile is not valid"},
        {429, "429050", "Too many requests"},
    };
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        if (answers[i].status == status) {
            refuse(response, status, answers[i].code, answers[i].message);
            return;
        }
    }
    respond_empty(response, status);
}

const char *adobe_user_id(const struct account *account, char *out, size_t size)
{
    char hex[25];
    if (account->client_id) {
        struct rng rng = {.state = rng_hash(0, account->email, strlen(account->email))};
        rng_text(&rng, hex, sizeof(hex), "0123456789ABCDEF");
        snprintf(out, size, "%s@techacct.adobe.com", hex);
    } else
        snprintf(out, size, "%s", account->email);
    return out;
}

/* The part of an IMS token that tells one from another; NULL when it is none. */
static const char *session_part(const char *token)
{
    size_t length = strlen(TOKEN_HEAD);
    return strncmp(token, TOKEN_HEAD, length) == 0 ? token + length : NULL;
}

static const struct account *find_account(struct sandbox *sandbox, const char *token)
{
    const char *session = session_part(token);
    if (!session)
        return NULL;
    service_lock(sandbox);
    const struct account *account =
        sessions_find(&sandbox->adobe.sessions, session, clock_mono_ms(), NULL);
    service_unlock(sandbox);
    return account;
}

/* In the order of the gateway: token, key, organisation; then the service's own, the sandbox. */
bool adobe_admit(struct sandbox *sandbox, struct request *request, struct response *response)
{
    static const char scheme[] = "Bearer ";
    const char *header = request->authorization;
    const char *org_id = request->org_id;
    if (!header || strncasecmp(header, scheme, strlen(scheme)) != 0)
        return refuse(response, 403, "403010", "Oauth token is missing.");
    request->token = header + strlen(scheme);
    request->account = find_account(sandbox, request->token);
    if (!request->account)
        return refuse(response, 401, "401013", "Oauth token is not valid");
    if (!request->api_key || !*request->api_key)
        return refuse(response, 403, "403000", "Api Key is required");
    if (strcmp(request->api_key, request->account->client_id) != 0)
        return refuse(response, 403, "403003", "Api Key is invalid");
    if (!org_id || !*org_id)
        return refuse(response, 400, "400003", "Missing header");
    if (strcmp(org_id, ADOBE_ORG_ID) != 0) {
        size_t length = strlen(org_id);
        size_t suffix = strlen(ORG_SUFFIX);
        if (length > suffix && strcmp(org_id + length - suffix, ORG_SUFFIX) == 0)
            return refuse(response, 403, "403025", "Profile is not valid");
        return refuse(response, 403, "403027", "User region is missing");
    }
    if (!request->sandbox_name || !*request->sandbox_name)
        return refuse_as_platform(response, 400, "BadRequestError",
                                  "The header x-sandbox-name is missing");
    if (strcmp(request->sandbox_name, ADOBE_SANDBOX_NAME) != 0)
        return refuse_as_platform(response, 404, "NotFoundError",
                                  "There is no sandbox of the name in x-sandbox-name");
    return true;
}

struct json *adobe_body(const struct request *request, struct response *response)
{
    static const char type[] = "application/json";
    if (!request->content_type || strncasecmp(request->content_type, type, strlen(type)) != 0) {
        refuse_as_platform(response, 400, "BadRequestError",
                           "A valid content-type must be specified");
        return NULL;
    }
    struct json *body = json_parse(request->body.data, request->body.len, NULL);
    if (json_is_object(body))
        return body;
    json_destroy(body);
    respond_adobe_message(response, 400, "The body is no JSON object");
    return NULL;
}

/* How IMS refuses. */
static void refuse_token(struct response *response, unsigned status, const char *error,
                         const char *description)
{
    struct json *json = json_new_object();
    json_set_string(json, "error", error);
    json_set_string(json, "error_description", description);
    respond_adobe(response, status, json);
}

static void give_token(struct sandbox *sandbox, const struct account *account,
                       struct response *response)
{
    char session[TOKEN_LENGTH + 1];
    struct strbuf token;
    strbuf_init(&token, 4096);
    service_lock(sandbox);
    sessions_login(&sandbox->adobe.sessions, account, clock_mono_ms(), session);
    service_unlock(sandbox);
    strbuf_addf(&token, "%s%s", TOKEN_HEAD, session);
    struct json *json = json_new_object();
    json_set_string(json, "access_token", token.data);
    json_set_string(json, "token_type", "bearer");
    json_set_int(json, "expires_in", sandbox->options.token_ttl_ms / 1000);
    respond_adobe(response, 200, json);
    strbuf_wipe(&token);
}

static const char *value_of(const struct parameter *form, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(form[i].name, name) == 0)
            return form[i].value;
    return "";
}

/* POST /ims/token/v3: client credentials in a form, never in the query. */
void handle_ims_token(struct sandbox *sandbox, const struct request *request,
                      struct response *response)
{
    struct arena arena = {0};
    struct parameter form[FORM_MAX];
    size_t count = request_parse_form(&arena, request->body.data, form, FORM_MAX);
    const char *id = value_of(form, count, "client_id");
    const char *secret = value_of(form, count, "client_secret");
    const char *scope = value_of(form, count, "scope");
    if (strcmp(value_of(form, count, "grant_type"), "client_credentials") != 0)
        refuse_token(response, 400, "unsupported_grant_type", "invalid grant_type parameter");
    else if (!sessions_knows_client(&sandbox->adobe.sessions, id))
        refuse_token(response, 400, "invalid_client", "invalid client_id parameter");
    else if (!account_by_credentials(&sandbox->adobe.sessions, id, secret))
        refuse_token(response, 401, "invalid_client", "invalid client_secret parameter");
    else if (!strstr(scope, "openid"))
        refuse_token(response, 400, "invalid_scope", "invalid scope parameter");
    else
        give_token(sandbox, account_by_credentials(&sandbox->adobe.sessions, id, secret), response);
    arena_finish(&arena);
}
