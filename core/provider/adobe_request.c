#include <stdarg.h>
#include <string.h>

#include "base/sanitize.h"
#include "provider/adobe_internal.h"

#define WORDS_BYTES 240

bool adobe_request(struct provider *p, struct http_request *out, enum http_method method,
                   struct error *err, const char *path_format, ...)
{
    const struct profile *profile = p->profile;
    out->method = method;
    strbuf_add_text(&out->url, profile->base_url);
    va_list args;
    va_start(args, path_format);
    strbuf_vaddf(&out->url, path_format, args);
    va_end(args);
    if (out->url.is_cut)
        return error_set(err, ERR_NO, "the address of the request is too long");
    http_request_add_header(out, "Accept", "application/json");
    http_request_add_header(out, "x-api-key", profile->client_id);
    http_request_add_header(out, "x-gw-ims-org-id", profile->org_id);
    http_request_add_header(out, "x-sandbox-name", profile->sandbox_name);
    return rest_add_token(out, "Bearer", &adobe_of(p)->token, err);
}

const char *adobe_task_id(const struct job *job, struct error *err)
{
    const char *id = task_text(job->task, TASK_ID);
    if (id && sanitize_is_plain_id(id))
        return id;
    error_set(err, ERR_NO,
              "this id can not be sent to Adobe; ids look like "
              "2c57cd06-637d-4b3c-93c9-5f9f8a8a9f6a");
    return NULL;
}

/* --- what is no good answer ---------------------------------------------------------------------
 */

/* The members that hold words, in the order of what they tell. */
static bool add_words(const struct json *object, struct strbuf *out)
{
    static const char *const keys[] = {"message",           "detail", "errorMessage", "title",
                                       "error_description", "error"};
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        const struct json *value = json_get(object, keys[i]);
        if (json_is_string(value) && json_text(object, keys[i], SANITIZE_LINE, out) && out->len)
            return true;
    }
    return false;
}

/* Gateway, Query Service and platform each have a shape of their own, and some nest it. */
static void add_any_words(const struct json *root, struct strbuf *out)
{
    const struct json *errors = json_get(root, "errors");
    const struct json *report = json_get(root, "report");
    if (!add_words(root, out) && !add_words(errors, out) && !add_words(json_at(errors, 0), out))
        add_words(report, out);
}

char *adobe_words(const struct http_response *response, char *out, size_t size)
{
    struct json *root = json_parse(response->body, response->body_len, NULL);
    struct strbuf words;
    strbuf_init(&words, size - 1);
    add_any_words(root, &words);
    memcpy(out, words.data, words.len + 1);
    strbuf_finish(&words);
    json_destroy(root);
    return out;
}

/* The gateway's own numbers, and the setting that is behind them. */
struct refusal {
    const char *code;
    enum error_code kind;
    const char *advice;
};
static const struct refusal refusals[] = {
    {"400003", ERR_CONFIG, "check org_id and sandbox_name"},
    {"403000", ERR_LOGIN, "check client_id: it is the API key"},
    {"403003", ERR_LOGIN, "check client_id: it is the API key"},
    {"403010", ERR_LOGIN, "check base_url: the token did not get there"},
    {"403025", ERR_LOGIN, "check org_id: this credential has no right in that organisation"},
    {"403027", ERR_LOGIN,
     "check org_id, and that a product profile with Query Service is assigned to the credential"},
};

static const struct refusal *find_refusal(const struct http_response *response)
{
    static const char *const keys[] = {"error_code", "errorCode", "code"};
    struct json *root = json_parse(response->body, response->body_len, NULL);
    const struct refusal *found = NULL;
    for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
        const char *code = json_string(json_get(root, keys[k]), NULL);
        for (size_t i = 0; code && i < sizeof(refusals) / sizeof(refusals[0]); i++) {
            if (strcmp(refusals[i].code, code) == 0)
                found = &refusals[i];
        }
    }
    json_destroy(root);
    return found;
}

static const char *advice_of(long status)
{
    switch (status) {
    case 401:
        return "; check client_id and client_secret";
    case 403:
        return "; check sandbox_name and the rights of the credential";
    default:
        return "";
    }
}

enum provider_step adobe_check(const struct http_response *response, const char *what,
                               struct error *err)
{
    char words[WORDS_BYTES];
    long status = response->status;
    if (response->transport.code != ERR_NONE) {
        *err = response->transport;
        return STEP_FAILED;
    }
    if (status >= 200 && status < 300)
        return STEP_DONE;
    adobe_words(response, words, sizeof(words));
    const struct refusal *refusal = find_refusal(response);
    const char *said = words[0] ? words : http_status_words(status);
    if (refusal)
        error_set(err, refusal->kind, "%s: %s (%s); %s", what, said, refusal->code,
                  refusal->advice);
    else
        error_set(err, rest_error_code(status), "%s: %s (%ld)%s", what, said, status,
                  advice_of(status));
    return status == 401 ? STEP_LOGIN : STEP_FAILED;
}

struct json *adobe_json(const struct http_response *response, const char *what, struct error *err)
{
    return rest_json(response, what, "check base_url, which ends in /data/foundation/query", err);
}
