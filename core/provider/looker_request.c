#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/sanitize.h"
#include "provider/looker_internal.h"

#define WORDS_BYTES 240

bool looker_request(struct provider *p, struct http_request *out, enum http_method method,
                    struct error *err, const char *path_format, ...)
{
    const struct looker *looker = looker_of(p);
    out->method = method;
    strbuf_addf(&out->url, "%s%s", p->profile->base_url, looker->api_path);
    va_list args;
    va_start(args, path_format);
    strbuf_vaddf(&out->url, path_format, args);
    va_end(args);
    if (out->url.is_cut)
        return error_set(err, ERR_SERVICE, "the address of the request is too long");
    http_request_add_header(out, "Accept", "application/json");
    return rest_add_token(out, "token", &looker->token, err);
}

bool looker_set_body(struct http_request *out, const char *content_type, const char *body)
{
    out->has_body = true;
    return strbuf_add_text(&out->body, body) &&
           http_request_add_header(out, "Content-Type", content_type);
}

void looker_set_id(const struct looker *looker, struct json *body, const char *key, const char *id)
{
    int64_t number = 0;
    bool is_number = looker->has_number_ids && id[strspn(id, "0123456789")] == '\0';
    if (is_number) {
        struct json *text = json_new_string(id);
        number = json_int(text, 0);
        json_destroy(text);
    }
    if (number > 0)
        json_set_int(body, key, number);
    else
        json_set_string(body, key, id);
}

bool looker_is_task_id(const char *id)
{
    return strncmp(id, LOOKER_BARE_PREFIX, strlen(LOOKER_BARE_PREFIX)) != 0 &&
           strncmp(id, LOOKER_PAST_PREFIX, strlen(LOOKER_PAST_PREFIX)) != 0;
}

const char *looker_task_id(const struct job *job, struct error *err)
{
    const char *id = task_text(job->task, TASK_ID);
    if (id && !looker_is_task_id(id)) {
        error_set(err, ERR_NO,
                  "Looker names no query task for this row, so it can not be asked for");
        return NULL;
    }
    if (!id || !sanitize_is_plain_id(id)) {
        error_set(err, ERR_NO, "this id can not be sent to Looker; ids have 32 hexadecimal digits");
        return NULL;
    }
    return id;
}

/* "message", and the messages of the fields that a ValidationError names. */
static void add_words(const struct json *root, struct strbuf *out)
{
    json_text(root, "message", SANITIZE_LINE, out);
    const struct json *errors = json_get(root, "errors");
    for (size_t i = 0; i < json_count(errors); i++) {
        const struct json *entry = json_at(errors, i);
        if (!json_string(json_get(entry, "message"), NULL))
            continue;
        if (out->len)
            strbuf_add_text(out, "; ");
        if (json_text(entry, "field", SANITIZE_LINE, out))
            strbuf_add_text(out, ": ");
        json_text(entry, "message", SANITIZE_LINE, out);
    }
}

char *looker_words(const struct http_response *response, char *out, size_t size)
{
    struct json *root = json_parse(response->body, response->body_len, NULL);
    struct strbuf words;
    strbuf_init(&words, size - 1);
    if (json_is_object(root))
        add_words(root, &words);
    memcpy(out, words.data, words.len + 1);
    strbuf_finish(&words);
    json_destroy(root);
    return out;
}

char *looker_field(const struct http_response *response, char *out, size_t size)
{
    struct json *root = json_parse(response->body, response->body_len, NULL);
    const struct json *errors = json_get(root, "errors");
    const char *field = NULL;
    for (size_t i = 0; !field && i < json_count(errors); i++)
        field = json_string(json_get(json_at(errors, i), "field"), NULL);
    sanitize_line(out, size, field ? field : "");
    json_destroy(root);
    return out;
}

enum provider_step looker_check(const struct http_response *response, const char *what,
                                struct error *err)
{
    char words[WORDS_BYTES];
    if (response->transport.code != ERR_NONE) {
        *err = response->transport;
        return STEP_FAILED;
    }
    if (response->status >= 200 && response->status < 300)
        return STEP_DONE;
    looker_words(response, words, sizeof(words));
    error_set(err, rest_error_code(response->status), "%s: %s (%ld)", what,
              words[0] ? words : http_status_words(response->status), response->status);
    return response->status == 401 ? STEP_LOGIN : STEP_FAILED;
}

struct json *looker_json(const struct http_response *response, const char *what, struct error *err)
{
    return rest_json(response, what, "check base_url and port", err);
}
