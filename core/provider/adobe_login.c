#include <string.h>

#include "provider/adobe_internal.h"

#define IMS_URL "https://ims-na1.adobelogin.com/ims/token/v3"
#define SCOPES  "openid,session,AdobeID,read_organizations,additional_info.projectedProductContext"

/* A token lives a day. IMS has said its life in milliseconds, too: more than this are no seconds.
 */
#define LIFE_MAX_S 10000000

/* A token that the profile brings along is used as it is: the shortest question tells whether it is
 * any good. */
static bool show_token(struct provider *p, struct http_request *out, struct error *err)
{
    const struct secret *token = &p->profile->token;
    if (!secret_is_set(token))
        return error_set(err, ERR_LOGIN, "there is no access token to show");
    secret_set(&adobe_of(p)->token, token->text, token->len);
    return adobe_request(p, out, HTTP_GET, err, "/queries?orderby=-created&limit=1");
}

/* IMS, token v3: OAuth server-to-server. The secret goes into the body, never into the address. */
static bool ask_token(struct provider *p, struct http_request *out, struct error *err)
{
    const struct profile *profile = p->profile;
    if (!secret_is_set(&profile->client_secret))
        return error_set(err, ERR_LOGIN, "there is no client_secret to log in with");
    const char *scopes = profile->scopes ? profile->scopes : SCOPES;
    out->method = HTTP_POST;
    out->has_body = true;
    strbuf_add_text(&out->url, profile->ims_url ? profile->ims_url : IMS_URL);
    strbuf_reserve(&out->body,
                   3 * (strlen(profile->client_id) + profile->client_secret.len + strlen(scopes)) +
                       128);
    strbuf_add_text(&out->body, "grant_type=client_credentials&client_id=");
    strbuf_add_urlencoded(&out->body, profile->client_id);
    strbuf_add_text(&out->body, "&client_secret=");
    strbuf_add_urlencoded(&out->body, profile->client_secret.text);
    strbuf_add_text(&out->body, "&scope=");
    strbuf_add_urlencoded(&out->body, scopes);
    return http_request_add_header(out, "Accept", "application/json") &&
           http_request_add_header(out, "Content-Type", "application/x-www-form-urlencoded");
}

bool adobe_build_login(struct provider *p, struct job *job, struct http_request *out,
                       struct error *err)
{
    (void)job;
    secret_finish(&adobe_of(p)->token);
    return profile_has_token(p->profile) ? show_token(p, out, err) : ask_token(p, out, err);
}

/* What IMS calls an error, and the setting that is behind it. */
static const struct {
    const char *word;
    const char *advice;
} refusals[] = {
    {"invalid_client", "check client_id and client_secret"},
    {"unauthorized_client", "this credential may not log in like this: it has to be an OAuth "
                            "server-to-server credential"},
    {"invalid_scope", "check scopes: the credential's page in the developer console lists them"},
    {"unsupported_grant_type", "check ims_url; it ends in /ims/token/v3"},
};

static const char *advice_for(const struct http_response *response)
{
    struct json *root = json_parse(response->body, response->body_len, NULL);
    const char *word = json_string(json_get(root, "error"), NULL);
    const char *advice = NULL;
    for (size_t i = 0; word && i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        if (strcmp(refusals[i].word, word) == 0)
            advice = refusals[i].advice;
    }
    json_destroy(root);
    if (!advice && response->status == 404)
        return "check ims_url; it ends in /ims/token/v3";
    return advice ? advice : "check client_id, client_secret and scopes";
}

static enum provider_step fail_refused(const struct http_response *response, struct error *err)
{
    char words[160];
    adobe_words(response, words, sizeof(words));
    error_set(err, ERR_LOGIN, "login refused (%ld): %s%s%s", response->status, words,
              words[0] ? "; " : "", advice_for(response));
    return STEP_FAILED;
}

static enum provider_step fail_stranger(const struct http_response *response, struct error *err)
{
    error_set(err, ERR_SERVICE,
              "what answers at ims_url gives no token (%ld); it should be like " IMS_URL,
              response->status);
    return STEP_FAILED;
}

static int64_t life_of(const struct json *root)
{
    int64_t life = json_int(json_get(root, "expires_in"), -1);
    if (life <= 0)
        return UNKNOWN;
    return life > LIFE_MAX_S ? life : life * 1000;
}

static enum provider_step parse_shown(const struct http_response *response, struct error *err)
{
    enum provider_step step = adobe_check(response, "login", err);
    if (step == STEP_DONE)
        return STEP_DONE;
    if (step == STEP_LOGIN)
        error_set(err, ERR_LOGIN, "login refused (401); check the token, which may have run out");
    return STEP_FAILED;
}

static enum provider_step parse_token(struct provider *p, const struct http_response *response,
                                      struct batch *out, struct error *err)
{
    if (response->transport.code == ERR_NONE && response->status >= 400 && response->status < 500 &&
        response->status != 429)
        return fail_refused(response, err);
    if (adobe_check(response, "login", err) != STEP_DONE)
        return STEP_FAILED;
    struct json *root = json_parse(response->body, response->body_len, NULL);
    size_t length = 0;
    const char *token = json_string(json_get(root, "access_token"), &length);
    bool is_token = token && length && strlen(token) == length;
    if (is_token) {
        secret_set(&adobe_of(p)->token, token, length);
        out->token_expires_ms = life_of(root);
    }
    json_destroy_wiped(root);
    return is_token ? STEP_DONE : fail_stranger(response, err);
}

enum provider_step adobe_parse_login(struct provider *p, struct job *job,
                                     const struct http_response *response, struct batch *out,
                                     struct error *err)
{
    (void)job;
    enum provider_step step = profile_has_token(p->profile) ? parse_shown(response, err)
                                                            : parse_token(p, response, out, err);
    if (step == STEP_DONE)
        strncpy(out->workspace, p->profile->sandbox_name, sizeof(out->workspace) - 1);
    return step;
}
