#include "net/http.h"

#include <assert.h>
#include <string.h>

#include "base/limits.h"

/* A header holds a token at most; some services' tokens are signed documents of a few KiB. */
#define HEADER_BYTES (32 * LIMIT_KIB)

static const char *const method_names[HTTP_METHOD_COUNT] = {
    [HTTP_GET] = "GET",     [HTTP_POST] = "POST",     [HTTP_PUT] = "PUT",
    [HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE",
};

const char *http_method_name(enum http_method method)
{
    assert(method < HTTP_METHOD_COUNT);
    return method_names[method];
}

void http_request_init(struct http_request *request)
{
    *request = (struct http_request){.method = HTTP_GET};
    strbuf_init(&request->url, LIMIT_URL_BYTES);
    strbuf_init(&request->body, LIMIT_REQUEST_BODY_BYTES);
    for (size_t i = 0; i < HTTP_HEADERS_MAX; i++)
        strbuf_init(&request->headers[i], HEADER_BYTES);
}

void http_request_finish(struct http_request *request)
{
    strbuf_wipe(&request->url);
    strbuf_wipe(&request->body);
    for (size_t i = 0; i < HTTP_HEADERS_MAX; i++)
        strbuf_wipe(&request->headers[i]);
    request->header_count = 0;
    request->has_body = false;
}

/* A line break in a value would start a header of its own. */
static bool has_control_byte(const char *text)
{
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        if (*p < 0x20 || *p == 0x7f)
            return true;
    }
    return false;
}

bool http_request_add_header(struct http_request *request, const char *name, const char *value)
{
    if (request->header_count == HTTP_HEADERS_MAX || has_control_byte(name) ||
        has_control_byte(value))
        return false;
    struct strbuf *header = &request->headers[request->header_count];
    /* Room for all of it first: growing would leave copies of a token behind. */
    strbuf_reserve(header, strlen(name) + strlen(value) + 2);
    if (!strbuf_addf(header, "%s: ", name) || !strbuf_add_text(header, value)) {
        strbuf_wipe(header);
        return false;
    }
    request->header_count++;
    return true;
}

struct status_words {
    long status;
    const char *words;
};

static const struct status_words status_table[] = {
    {400, "the request was not understood"},
    {401, "not logged in"},
    {403, "access denied"},
    {404, "not found"},
    {405, "this address does not take such a request"},
    {407, "the proxy wants a login"},
    {408, "the service gave up waiting for the request"},
    {409, "in conflict with what is there"},
    {410, "gone"},
    {413, "the request is too large"},
    {415, "the service does not take this kind of content"},
    {422, "the request was refused as invalid"},
    {429, "too many requests"},
    {500, "the service failed"},
    {501, "not supported by the service"},
    {502, "bad gateway: the service behind the proxy gave no answer"},
    {503, "the service is not available now"},
    {504, "gateway timeout: the service behind the proxy was too slow"},
};

static const char *const class_words[] = {
    [1] = "an unfinished answer",
    [2] = "done",
    [3] = "the service points to another address",
    [4] = "the request was refused",
    [5] = "the service failed",
};

const char *http_status_words(long status)
{
    for (size_t i = 0; i < sizeof(status_table) / sizeof(status_table[0]); i++) {
        if (status_table[i].status == status)
            return status_table[i].words;
    }
    if (status >= 100 && status < 600)
        return class_words[status / 100];
    return "an answer without meaning";
}
