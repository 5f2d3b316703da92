#include <string.h>

#include "sandbox/request.h"

#define DOCUMENTATION_URL "https://cloud.google.com/looker/docs/"

void response_init(struct response *response)
{
    *response = (struct response){.status = 500};
    strbuf_init(&response->body, RESPONSE_BODY_BYTES);
}

void response_finish(struct response *response)
{
    strbuf_finish(&response->body);
}

void respond_empty(struct response *response, unsigned status)
{
    response->status = status;
    response->content_type = NULL;
    strbuf_clear(&response->body);
}

void respond_text(struct response *response, unsigned status, const char *content_type,
                  const char *text)
{
    response->status = status;
    response->content_type = content_type;
    strbuf_clear(&response->body);
    strbuf_add_text(&response->body, text);
}

static void send_json(struct response *response, unsigned status, const struct json *json)
{
    response->status = status;
    response->content_type = "application/json";
    strbuf_clear(&response->body);
    json_format(json, false, &response->body);
}

void respond_json(struct response *response, const struct request *request, struct json *json)
{
    const char *fields = request_parameter(request, "fields");
    if (fields && *fields) {
        struct json *picked = fields_pick(json, fields);
        send_json(response, 200, picked);
        json_destroy(picked);
    } else
        send_json(response, 200, json);
    json_destroy(json);
}

void respond_error(struct response *response, unsigned status, const char *message)
{
    struct json *json = json_new_object();
    json_set_string(json, "message", message);
    json_set_string(json, "documentation_url", DOCUMENTATION_URL);
    send_json(response, status, json);
    json_destroy(json);
}

void respond_not_found(struct response *response)
{
    respond_error(response, 404, "Not found");
}

void respond_not_found_html(struct response *response)
{
    respond_text(response, 404, "text/html",
                 "<!DOCTYPE html>\n<html><head><title>Not found</title></head>\n"
                 "<body><h1>Not found</h1><p>The requested resource was not found.</p></body>"
                 "</html>\n");
}

void respond_invalid(struct response *response, const char *field, const char *code,
                     const char *message)
{
    struct json *detail = json_new_object();
    json_set_string(detail, "field", field);
    json_set_string(detail, "code", code);
    json_set_string(detail, "message", message);
    json_set_string(detail, "documentation_url", DOCUMENTATION_URL);
    struct json *errors = json_new_array();
    json_push(errors, detail);
    struct json *json = json_new_object();
    json_set_string(json, "message", "Validation Failed");
    json_set(json, "errors", errors);
    json_set_string(json, "documentation_url", DOCUMENTATION_URL);
    send_json(response, 422, json);
    json_destroy(json);
}

/* The end of one name in a field list: its comma, or the parenthesis that closes the list. */
static const char *skip_group(const char *at)
{
    int depth = 0;
    for (; *at; at++) {
        if (*at == '(')
            depth++;
        else if (*at == ')' && --depth <= 0)
            return at + 1;
    }
    return at;
}

/* The names inside the parentheses after key; NULL when key is not in the list, "" when whole. */
static bool find_field(const char *fields, const char *key, char *out_inner, size_t size)
{
    size_t key_length = strlen(key);
    while (*fields) {
        fields += strspn(fields, " ,");
        size_t length = strcspn(fields, ",( ");
        const char *end = fields + length;
        const char *next = *end == '(' ? skip_group(end) : end;
        if (length == key_length && memcmp(fields, key, length) == 0) {
            size_t inner = next > end + 1 ? (size_t)(next - end) - 2 : 0;
            if (inner >= size)
                inner = size - 1;
            memcpy(out_inner, end + (inner > 0), inner);
            out_inner[inner] = '\0';
            return true;
        }
        if (next == fields)
            break;
        fields = next;
    }
    return false;
}

static struct json *pick_object(const struct json *object, const char *fields)
{
    struct json *out = json_new_object();
    const void *cursor = NULL;
    const char *key;
    const struct json *value;
    while (json_next_member(object, &cursor, &key, &value)) {
        char inner[512];
        if (!find_field(fields, key, inner, sizeof(inner)))
            continue;
        json_set(out, key,
                 inner[0] ? fields_pick(value, inner) : (value ? json_share(value) : NULL));
    }
    return out;
}

struct json *fields_pick(const struct json *value, const char *fields)
{
    if (json_is_object(value))
        return pick_object(value, fields);
    if (!json_is_array(value))
        return value ? json_share(value) : NULL;
    struct json *out = json_new_array();
    for (size_t i = 0; i < json_count(value); i++)
        json_push(out, fields_pick(json_at(value, i), fields));
    return out;
}
