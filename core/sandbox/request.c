#include "sandbox/request.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/limits.h"

void request_init(struct request *request)
{
    *request = (struct request){.socket = -1};
    strbuf_init(&request->body, LIMIT_REQUEST_BODY_BYTES);
}

void request_finish(struct request *request)
{
    strbuf_wipe(&request->body);
    arena_finish(&request->arena);
}

static int hex_value(char c)
{
    const char *digits = "0123456789abcdef";
    const char *at = c ? strchr(digits, c | 0x20) : NULL;
    return at && (c >= 'A' || (c >= '0' && c <= '9')) ? (int)(at - digits) : -1;
}

/* Percent-decoded; a NUL in it ends the text. */
static const char *decode(struct arena *arena, const char *text, size_t length, bool is_form)
{
    char *out = arena_alloc(arena, length + 1);
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        int high = text[i] == '%' && i + 2 < length ? hex_value(text[i + 1]) : -1;
        int low = high >= 0 ? hex_value(text[i + 2]) : -1;
        if (low >= 0) {
            out[used++] = (char)(high << 4 | low);
            i += 2;
        } else
            out[used++] = is_form && text[i] == '+' ? ' ' : text[i];
    }
    return out;
}

size_t request_parse_form(struct arena *arena, const char *text, struct parameter *out, size_t max)
{
    size_t count = 0;
    while (*text && count < max) {
        size_t length = strcspn(text, "&");
        size_t name_length = strcspn(text, "&=");
        if (name_length > 0) {
            bool has_value = name_length < length;
            out[count].name = decode(arena, text, name_length, true);
            out[count].value =
                has_value ? decode(arena, text + name_length + 1, length - name_length - 1, true)
                          : "";
            count++;
        }
        text += length + (text[length] == '&');
    }
    return count;
}

bool request_parse_target(struct request *request)
{
    if (strlen(request->target) > LIMIT_URL_BYTES || request->target[0] != '/')
        return false;
    size_t path_length = strcspn(request->target, "?");
    const char *query = request->target + path_length;
    request->path = decode(&request->arena, request->target, path_length, false);
    for (const char *at = request->target; at < query;) {
        at++;
        size_t length = strcspn(at, "/?");
        if (length > 0) {
            if (request->segment_count == REQUEST_SEGMENTS_MAX)
                return false;
            request->segments[request->segment_count++] =
                decode(&request->arena, at, length, false);
        }
        at += length;
    }
    if (*query == '?')
        request->parameter_count = request_parse_form(&request->arena, query + 1,
                                                      request->parameters, REQUEST_PARAMETERS_MAX);
    return true;
}

const char *request_parameter(const struct request *request, const char *name)
{
    for (size_t i = 0; i < request->parameter_count; i++)
        if (strcmp(request->parameters[i].name, name) == 0)
            return request->parameters[i].value;
    return NULL;
}

int request_flag(const struct request *request, const char *name)
{
    const char *value = request_parameter(request, name);
    if (!value)
        return -1;
    if (strcasecmp(value, "true") == 0 || strcmp(value, "1") == 0)
        return 1;
    return strcasecmp(value, "false") == 0 || strcmp(value, "0") == 0 ? 0 : -1;
}
