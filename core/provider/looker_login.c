#include <stdio.h>
#include <string.h>

#include "base/sanitize.h"
#include "provider/looker_internal.h"

/* A login takes up to three questions: a token, where the profile does not bring one along; who we
 * are, which also tells whether the token is any good; and the workspace, which belongs to the
 * token (Looker API 4.0, update_session). When there is no token to be had, one more: a version
 * that is not spoken here is answered with 404, just as wrong credentials are. */
enum login_step { LOGIN_TOKEN, LOGIN_USER, LOGIN_WORKSPACE, LOGIN_VERSIONS };

/* A longer life than this is a mistake of the service. */
#define TOKEN_LIFE_MAX_S (366 * 24 * 3600)

/* NULL: the one that the service gives. */
static const char *workspace_to_enter(const struct provider *p)
{
    const struct looker *looker = looker_of(p);
    return looker->wanted_workspace[0] ? looker->wanted_workspace : p->profile->workspace;
}

static enum login_step step_of(const struct provider *p, const struct job *job)
{
    const struct looker_job *state = job->state;
    if (state && state->step == LOGIN_VERSIONS)
        return LOGIN_VERSIONS;
    return (enum login_step)(job->leg + (profile_has_token(p->profile) ? LOGIN_USER : LOGIN_TOKEN));
}

static bool build_token(struct provider *p, struct http_request *out, struct error *err)
{
    const struct profile *profile = p->profile;
    secret_finish(&looker_of(p)->token);
    if (!secret_is_set(&profile->client_secret))
        return error_set(err, ERR_LOGIN, "there is no client_secret to log in with");
    if (!looker_request(p, out, HTTP_POST, err, "/login"))
        return false;
    strbuf_reserve(&out->body, 3 * (strlen(profile->client_id) + profile->client_secret.len) + 64);
    looker_set_body(out, "application/x-www-form-urlencoded", "client_id=");
    strbuf_add_urlencoded(&out->body, profile->client_id);
    strbuf_add_text(&out->body, "&client_secret=");
    strbuf_add_urlencoded(&out->body, profile->client_secret.text);
    return true;
}

/* The profile's own token is used as it is; each login starts with it, whatever came before. */
static bool build_user(struct provider *p, struct http_request *out, struct error *err)
{
    const struct secret *token = &p->profile->token;
    struct looker *looker = looker_of(p);
    if (profile_has_token(p->profile)) {
        if (!secret_is_set(token))
            return error_set(err, ERR_LOGIN, "there is no access token to show");
        secret_set(&looker->token, token->text, token->len);
        looker->token_life_ms = UNKNOWN;
        looker->workspace[0] = '\0';
    }
    return looker_request(p, out, HTTP_GET, err,
                          "/user?fields=id,display_name,first_name,last_name,email");
}

bool looker_build_login(struct provider *p, struct job *job, struct http_request *out,
                        struct error *err)
{
    char body[LIMIT_NAME_BYTES + 32];
    switch (step_of(p, job)) {
    case LOGIN_TOKEN:
        return build_token(p, out, err);
    case LOGIN_WORKSPACE:
        snprintf(body, sizeof(body), "{\"workspace_id\":\"%s\"}", workspace_to_enter(p));
        return looker_request(p, out, HTTP_PATCH, err, "/session") &&
               looker_set_body(out, "application/json", body);
    case LOGIN_USER:
        return build_user(p, out, err);
    case LOGIN_VERSIONS:
        return strbuf_addf(&out->url, "%s/versions", p->profile->base_url) &&
               http_request_add_header(out, "Accept", "application/json");
    }
    return false;
}

static enum provider_step fail_stranger(const struct http_response *response, struct error *err)
{
    error_set(
        err, ERR_SERVICE,
        "the service answers, but not like a Looker API (%ld); check base_url and port (443 or "
        "19999)",
        response->status);
    return STEP_FAILED;
}

/* What to look at when the door stays shut. */
static const char *credentials_of(const struct provider *p)
{
    return profile_has_token(p->profile) ? "the token, which may have run out"
                                         : "client_id and client_secret";
}

static enum provider_step fail_credentials(const struct provider *p, long status, struct error *err)
{
    error_set(err, ERR_LOGIN, "login refused (%ld); check %s", status, credentials_of(p));
    return STEP_FAILED;
}

/* Wrong credentials are a 404, with JSON or HTML in it. So is much else: the versions tell. */
static enum provider_step ask_versions(const struct provider *p, struct job *job,
                                       const struct http_response *response)
{
    struct looker_job *state = looker_job_state(job);
    state->step = LOGIN_VERSIONS;
    if (rest_is_html(response))
        error_set(&state->refusal, ERR_LOGIN,
                  "login refused (404), and not like a Looker API; check base_url and port (443 or "
                  "19999), %s",
                  credentials_of(p));
    else
        fail_credentials(p, 404, &state->refusal);
    return STEP_AGAIN;
}

static enum provider_step fail_login(const struct provider *p, struct job *job,
                                     const struct http_response *response, struct error *err)
{
    switch (response->status) {
    case 404:
        return ask_versions(p, job, response);
    case 401:
        return fail_credentials(p, 401, err);
    case 400:
    case 422:
        looker_check(response, "login refused", err);
        err->code = ERR_LOGIN;
        return STEP_FAILED;
    default:
        if (response->status != 429 && response->status < 500)
            return fail_stranger(response, err);
        looker_check(response, "login", err);
        return STEP_FAILED;
    }
}

static enum provider_step parse_token(struct provider *p, struct job *job,
                                      const struct http_response *response, struct error *err)
{
    struct looker *looker = looker_of(p);
    if (response->transport.code != ERR_NONE)
        return looker_check(response, "login", err);
    if (response->status < 200 || response->status >= 300)
        return fail_login(p, job, response, err);
    struct json *root = json_parse(response->body, response->body_len, NULL);
    size_t length = 0;
    const char *token = json_string(json_get(root, "access_token"), &length);
    int64_t life_s = json_int(json_get(root, "expires_in"), -1);
    bool is_token = token && length && strlen(token) == length;
    if (is_token)
        secret_set(&looker->token, token, length);
    looker->token_life_ms = life_s > 0 && life_s <= TOKEN_LIFE_MAX_S ? life_s * 1000 : UNKNOWN;
    looker->workspace[0] = '\0';
    json_destroy_wiped(root);
    return is_token ? STEP_AGAIN : fail_stranger(response, err);
}

static enum provider_step parse_workspace(struct provider *p, const struct http_response *response,
                                          struct error *err)
{
    struct looker *looker = looker_of(p);
    enum provider_step step = looker_check(response, "entering the workspace", err);
    if (step == STEP_DONE) {
        snprintf(looker->workspace, sizeof(looker->workspace), "%s", workspace_to_enter(p));
        return STEP_DONE;
    }
    if (response->transport.code == ERR_NONE && response->status >= 400 && response->status < 500 &&
        response->status != 429)
        error_set(err, ERR_FORBIDDEN, "workspace %s refused (%ld); change workspace in the profile",
                  workspace_to_enter(p), response->status);
    return STEP_FAILED;
}

/* Is the version among those that the service says it speaks? Their list goes to names. */
static bool is_version_spoken(const struct json *supported, const char *version,
                              struct strbuf *names)
{
    bool is_spoken = false;
    for (size_t i = 0; i < json_count(supported); i++) {
        const struct json *entry = json_at(supported, i);
        const char *word = json_string(json_get(entry, "version"), NULL);
        is_spoken |= word && strcmp(word, version) == 0;
        if (word && names->len)
            strbuf_add_text(names, ", ");
        json_text(entry, "version", SANITIZE_LINE, names);
    }
    return is_spoken;
}

static enum provider_step parse_versions(struct provider *p, const struct job *job,
                                         const struct http_response *response, struct error *err)
{
    const struct looker_job *state = job->state;
    const char *version = looker_of(p)->version;
    struct json *root = NULL;
    struct strbuf names;
    strbuf_init(&names, LIMIT_NAME_BYTES);
    *err = state->refusal;
    if (response->transport.code == ERR_NONE && response->status == 200)
        root = json_parse(response->body, response->body_len, NULL);
    const struct json *supported = json_get(root, "supported_versions");
    if (is_version_spoken(supported, version, &names))
        fail_credentials(p, 404, err);
    else if (names.len)
        error_set(
            err, ERR_CONFIG,
            "this Looker does not speak API %s (it speaks %s); set api_version in the profile",
            version, names.data);
    strbuf_finish(&names);
    json_destroy(root);
    return STEP_FAILED;
}

static void read_user(struct looker *looker, const struct http_response *response)
{
    struct json *root = json_parse(response->body, response->body_len, NULL);
    struct strbuf name;
    strbuf_init(&name, sizeof(looker->user) - 1);
    if (!json_text(root, "display_name", SANITIZE_LINE, &name) || !name.len) {
        json_text(root, "first_name", SANITIZE_LINE, &name);
        if (name.len)
            strbuf_add_char(&name, ' ');
        json_text(root, "last_name", SANITIZE_LINE, &name);
    }
    if (!name.len && !json_text(root, "email", SANITIZE_LINE, &name))
        json_text(root, "id", SANITIZE_LINE, &name);
    sanitize_line(looker->user, sizeof(looker->user), name.data);
    strbuf_finish(&name);
    json_destroy(root);
}

/* Not to know our own name is no reason to stop, unless the answer is all that is known of the
 * token. */
static enum provider_step parse_user(struct provider *p, struct job *job,
                                     const struct http_response *response, struct error *err)
{
    struct looker *looker = looker_of(p);
    bool is_proof = profile_has_token(p->profile);
    bool is_answer = looker_check(response, "login", err) == STEP_DONE;
    looker->user[0] = '\0';
    if (is_answer)
        read_user(looker, response);
    if (!is_proof || (is_answer && looker->user[0]))
        return workspace_to_enter(p) ? STEP_AGAIN : STEP_DONE;
    if (is_answer)
        return fail_stranger(response, err);
    return response->transport.code != ERR_NONE ? STEP_FAILED : fail_login(p, job, response, err);
}

static void tell_session(const struct looker *looker, struct batch *out)
{
    out->token_expires_ms = looker->token_life_ms;
    memcpy(out->user, looker->user, sizeof(out->user));
    memcpy(out->workspace, looker->workspace, sizeof(out->workspace));
}

enum provider_step looker_parse_login(struct provider *p, struct job *job,
                                      const struct http_response *response, struct batch *out,
                                      struct error *err)
{
    enum provider_step step = STEP_FAILED;
    switch (step_of(p, job)) {
    case LOGIN_TOKEN:
        step = parse_token(p, job, response, err);
        break;
    case LOGIN_USER:
        step = parse_user(p, job, response, err);
        break;
    case LOGIN_WORKSPACE:
        step = parse_workspace(p, response, err);
        break;
    case LOGIN_VERSIONS:
        step = parse_versions(p, job, response, err);
        break;
    }
    if (step == STEP_DONE) {
        error_clear(err);
        looker_forget_models(looker_of(p));
        tell_session(looker_of(p), out);
    }
    return step;
}

bool looker_build_logout(struct provider *p, struct job *job, struct http_request *out,
                         struct error *err)
{
    (void)job;
    if (!secret_is_set(&looker_of(p)->token))
        return error_set(err, ERR_NO, "not logged in");
    if (profile_has_token(p->profile))
        return error_set(err, ERR_NO, "the token was made elsewhere, and is not ours to end");
    return looker_request(p, out, HTTP_DELETE, err, "/logout");
}

enum provider_step looker_parse_logout(struct provider *p, struct job *job,
                                       const struct http_response *response, struct batch *out,
                                       struct error *err)
{
    (void)job;
    (void)response;
    (void)out;
    (void)err;
    secret_finish(&looker_of(p)->token);
    return STEP_DONE;
}
