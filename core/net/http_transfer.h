/* http_transfer.h - one request on its way, and what came back of it: shared by the files of the
 * HTTP client (http.c, http_transfer.c, http_failure.c), which alone see libcurl.
 */
#pragma once

#include <curl/curl.h>

#include "net/http.h"

struct transfer {
    struct transfer *next;
    uint64_t id;
    CURL *easy; /* the client's; NULL: not begun, or ended */
    struct http_request request;
    struct curl_slist header_nodes[HTTP_HEADERS_MAX + 2]; /* point into request.headers */
    struct strbuf body;
    struct http_response response;
    char host[128]; /* host:port, all of the URL that a message may show */
    bool is_loopback;
    bool is_tls;
    char retry_after[64];
    char *ca_file; /* copied for the message */
    bool is_too_long;
};

/* With a copy of the request. When it can not be sent at all, response.transport says why. */
struct transfer *http_transfer_create(uint64_t id, const struct http_request *request,
                                      const struct http_options *options);
/* Accepts NULL. The handle must be off it. */
void http_transfer_destroy(struct transfer *transfer);

/* Gives it a fresh handle, and tells that all there is to know of the request. */
void http_transfer_begin(struct transfer *transfer, CURL *easy, const struct http_options *options);
/* It has ended like this: fills the response in, but for the body. */
void http_transfer_end(struct transfer *transfer, CURLcode code);

/* http_failure.c: what went wrong, in words with the next step. */
void http_failure_explain(const struct transfer *transfer, CURLcode code, struct error *err);
