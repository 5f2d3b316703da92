/* http.h - requests and responses as plain data, and the client that performs many at once.
 *
 * Of libcurl nothing is seen beyond http.c and its parts. Providers fill struct http_request and
 * read struct http_response without any I/O; the poller owns the one struct http_client.
 * Threads: everything belongs to the thread that created it, except http_client_wake().
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/strbuf.h"

enum http_method { HTTP_GET, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE, HTTP_METHOD_COUNT };

const char *http_method_name(enum http_method method);

#define HTTP_HEADERS_MAX 12
#define HTTP_ETAG_BYTES  128

struct http_request {
    enum http_method method;
    struct strbuf url; /* absolute */
    struct strbuf
        headers[HTTP_HEADERS_MAX]; /* "Name: value"; may hold a token, so they are wiped */
    size_t header_count;
    struct strbuf body; /* sent when has_body; may hold a secret, so it is wiped */
    bool has_body;
    int64_t timeout_ms; /* whole request; 0: the client's default */
    size_t
        max_body_bytes; /* a longer answer is an error, not a cut body; 0: LIMIT_SMALL_BODY_BYTES */
};

void http_request_init(struct http_request *request);
/* Wipes URL, headers and body. */
void http_request_finish(struct http_request *request);
/* Adds "name: value". Returns false when value holds a control byte or the table is full: nothing
 * is added then. */
bool http_request_add_header(struct http_request *request, const char *name, const char *value);

/* What came back. When transport.code is not ERR_NONE there was no whole answer: status is 0, or
 * the status that was read before the body broke off. */
struct http_response {
    struct error transport;
    long status;
    const char *protocol;       /* "HTTP/2", "HTTP/1.1"; "" when nothing was heard */
    char content_type[96];      /* lower case, without parameters; "" when absent */
    char etag[HTTP_ETAG_BYTES]; /* as it came, for If-None-Match; "" when absent or too long */
    int64_t retry_after_ms; /* from Retry-After (seconds or date); -1 when absent or unreadable */
    int64_t date_ms;    /* the Date header, wall clock of the service; TIME_UNKNOWN when absent */
    int64_t latency_ms; /* until the first byte of the answer */
    int64_t total_ms;
    const char *body; /* NUL-terminated, body_len bytes; borrowed until the next client call */
    size_t body_len;
};

/* Text of a body that can be shown in an error: the status in words for HTML, or nothing. Providers
 * use it when a body is not the JSON they know. Never returns markup. */
const char *http_status_words(long status);

/* How one profile reaches its service. Plain data, borrowed by http_client_start(). */
struct http_options {
    bool verify_tls;
    const char *ca_file;        /* PEM; NULL: the system's */
    bool accept_gzip;           /* worth it on links; on loopback it is never asked for */
    int64_t connect_timeout_ms; /* 0: 10 s */
    int64_t timeout_ms;         /* 0: 30 s */
};

struct http_client;

/* A finished transfer. */
struct http_done {
    uint64_t id; /* the one that http_client_start() gave */
    struct http_response response;
};

/* Sets libcurl up at the first call: not before the first frame is on the screen. NULL on failure.
 */
struct http_client *http_client_create(struct error *err);
/* Ends all transfers at once, whatever they wait for (also a resolver that hangs). */
void http_client_destroy(struct http_client *client);

/* Starts a transfer and returns its id (never 0). The request is copied into the transfer.
 * Redirects are never followed; only http and https are spoken; proxies are taken from the
 * environment. */
uint64_t http_client_start(struct http_client *client, const struct http_request *request,
                           const struct http_options *options);
/* Drops a transfer; it will not be reported. An unknown id is ignored. */
void http_client_cancel(struct http_client *client, uint64_t id);

/* Works until a transfer is done, the client is woken, or timeout_ms has passed. */
void http_client_wait(struct http_client *client, int64_t timeout_ms);
/* Takes the next finished transfer; false when there is none. out->response.body is valid until
 * the next call of http_client_next(), _wait(), _cancel() or _destroy(). */
bool http_client_next(struct http_client *client, struct http_done *out);

/* Ends http_client_wait() early. The one call that any thread may make. */
void http_client_wake(struct http_client *client);

struct http_stats {
    uint64_t started;
    uint64_t finished;
    uint64_t bytes_received;
    size_t in_flight;
};
void http_client_stats(const struct http_client *client, struct http_stats *out);
