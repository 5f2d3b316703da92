#include "net/http_transfer.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/timefmt.h"
#include "base/xalloc.h"
#include "net/http_header.h"

#define DEFAULT_CONNECT_TIMEOUT_MS 10000
#define DEFAULT_TIMEOUT_MS         30000
/* Answers that hold a token are smaller than this: they never move while they grow, and are wiped.
 */
#define SMALL_BODY_BYTES (16 * LIMIT_KIB)

/* A name may begin with 127., too. */
static bool is_loopback(const char *host)
{
    struct in_addr address;
    bool is_address = inet_pton(AF_INET, host, &address) == 1;
    return strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
           (is_address && ntohl(address.s_addr) >> 24 == IN_LOOPBACKNET);
}

/* Fills host, is_loopback and is_tls; false when the URL is none, or speaks something other than
 * HTTP. */
static bool read_url(struct transfer *transfer)
{
    bool is_good = false;
    char *host = NULL;
    char *port = NULL;
    char *scheme = NULL;
    CURLU *url = curl_url();
    if (!url)
        xalloc_die();
    if (curl_url_set(url, CURLUPART_URL, transfer->request.url.data, 0) == CURLUE_OK &&
        curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
        (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0) &&
        curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK) {
        bool has_port = curl_url_get(url, CURLUPART_PORT, &port, 0) == CURLUE_OK;
        snprintf(transfer->host, sizeof(transfer->host), "%s%s%s", host, has_port ? ":" : "",
                 has_port ? port : "");
        transfer->is_loopback = is_loopback(host);
        transfer->is_tls = strcmp(scheme, "https") == 0;
        is_good = true;
    }
    curl_free(host);
    curl_free(port);
    curl_free(scheme);
    curl_url_cleanup(url);
    return is_good;
}

static bool copy_request(struct http_request *to, const struct http_request *from)
{
    http_request_init(to);
    to->method = from->method;
    to->has_body = from->has_body;
    to->timeout_ms = from->timeout_ms;
    to->max_body_bytes = from->max_body_bytes ? from->max_body_bytes : LIMIT_SMALL_BODY_BYTES;
    to->header_count = from->header_count;
    strbuf_add(&to->url, from->url.data, from->url.len);
    strbuf_add(&to->body, from->body.data, from->body.len);
    for (size_t i = 0; i < from->header_count; i++)
        strbuf_add(&to->headers[i], from->headers[i].data, from->headers[i].len);
    return !from->url.is_cut && !from->body.is_cut;
}

struct transfer *http_transfer_create(uint64_t id, const struct http_request *request,
                                      const struct http_options *options)
{
    struct transfer *transfer = xcalloc(1, sizeof(*transfer));
    transfer->id = id;
    transfer->ca_file = options->ca_file ? xstrdup(options->ca_file) : NULL;
    transfer->response = (struct http_response){.protocol = "",
                                                .retry_after_ms = -1,
                                                .date_ms = TIME_UNKNOWN,
                                                .latency_ms = -1,
                                                .total_ms = -1};
    bool is_whole = copy_request(&transfer->request, request);
    strbuf_init(&transfer->body, transfer->request.max_body_bytes);
    if (!is_whole || !read_url(transfer))
        error_set(&transfer->response.transport, ERR_CONFIG,
                  is_whole ? "no usable http or https address; check base_url"
                           : "the request is too long to be sent");
    else
        strbuf_reserve(&transfer->body, SMALL_BODY_BYTES);
    return transfer;
}

static void body_finish(struct strbuf *body)
{
    if (body->size <= SMALL_BODY_BYTES + 1)
        strbuf_wipe(body);
    else
        strbuf_finish(body);
}

void http_transfer_destroy(struct transfer *transfer)
{
    if (!transfer)
        return;
    http_request_finish(&transfer->request);
    body_finish(&transfer->body);
    free(transfer->ca_file);
    free(transfer);
}

/* --- receiving ---------------------------------------------------------------------------------
 */

static size_t on_body(char *bytes, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    (void)size; /* always 1, says libcurl */
    if (!strbuf_add(&transfer->body, bytes, count)) {
        transfer->is_too_long = true;
        return 0;
    }
    return count;
}

static size_t on_header(char *line, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    struct http_response *response = &transfer->response;
    char value[HTTP_ETAG_BYTES];
    (void)size;
    if (count >= 5 && memcmp(line, "HTTP/", 5) == 0) {
        /* A further head: what the one before it (100 Continue) said does not count. */
        response->content_type[0] = '\0';
        response->etag[0] = '\0';
        response->date_ms = TIME_UNKNOWN;
        transfer->retry_after[0] = '\0';
    } else if (http_header_value(line, count, "Content-Type", value, sizeof(value))) {
        http_header_media_type(value, response->content_type, sizeof(response->content_type));
    } else if (http_header_value(line, count, "ETag", value, sizeof(value))) {
        bool is_whole = strlen(value) + 1 < sizeof(value);
        snprintf(response->etag, sizeof(response->etag), "%s", is_whole ? value : "");
    } else if (http_header_value(line, count, "Date", value, sizeof(value))) {
        parse_http_date(value, &response->date_ms);
    } else {
        http_header_value(line, count, "Retry-After", transfer->retry_after,
                          sizeof(transfer->retry_after));
    }
    return count;
}

/* --- sending -----------------------------------------------------------------------------------
 */

static bool has_header(const struct http_request *request, const char *name)
{
    char ignored[8];
    for (size_t i = 0; i < request->header_count; i++) {
        if (http_header_value(request->headers[i].data, request->headers[i].len, name, ignored,
                              sizeof(ignored)))
            return true;
    }
    return false;
}

static void set_headers(struct transfer *transfer)
{
    static char no_expect[] = "Expect:"; /* no waiting for "100 Continue" */
    static char no_content_type[] = "Content-Type:";
    struct curl_slist *nodes = transfer->header_nodes;
    size_t count = 0;
    for (size_t i = 0; i < transfer->request.header_count; i++)
        nodes[count++].data = transfer->request.headers[i].data;
    nodes[count++].data = no_expect;
    if (!has_header(&transfer->request, "Content-Type"))
        nodes[count++].data = no_content_type;
    for (size_t i = 0; i + 1 < count; i++)
        nodes[i].next = &nodes[i + 1];
    curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, nodes);
}

static void set_method(struct transfer *transfer)
{
    const struct http_request *request = &transfer->request;
    CURL *easy = transfer->easy;
    if (request->has_body || request->method == HTTP_POST) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body.data);
    }
    if (request->method != HTTP_GET || request->has_body)
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, http_method_name(request->method));
}

static void set_safety(const struct transfer *transfer)
{
    CURL *easy = transfer->easy;
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
#if LIBCURL_VERSION_NUM >= 0x075500
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
#if LIBCURL_VERSION_NUM >= 0x075700
    /* Without it, removing a transfer waits for its resolver: seconds, when DNS is stuck. */
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#endif
    curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    if (transfer->is_loopback)
        curl_easy_setopt(easy, CURLOPT_PROXY, ""); /* a proxy's loopback is not ours */
}

static int64_t or_default(int64_t value, int64_t fallback)
{
    return value > 0 ? value : fallback;
}

static void set_options(const struct transfer *transfer, const struct http_options *options)
{
    CURL *easy = transfer->easy;
    int64_t connect_ms = or_default(options->connect_timeout_ms, DEFAULT_CONNECT_TIMEOUT_MS);
    int64_t timeout_ms = or_default(options->timeout_ms, DEFAULT_TIMEOUT_MS);
    timeout_ms = or_default(transfer->request.timeout_ms, timeout_ms);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)connect_ms);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "querytop/" QUERYTOP_VERSION);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, options->verify_tls ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, options->verify_tls ? 2L : 0L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    /* Requests that begin together wait for one connection, which they may share: whether they may
     * is known as soon as TLS stands. Without TLS only an answer would tell. */
    curl_easy_setopt(easy, CURLOPT_PIPEWAIT, transfer->is_tls ? 1L : 0L);
    if (options->ca_file)
        curl_easy_setopt(easy, CURLOPT_CAINFO, options->ca_file);
    if (options->accept_gzip && !transfer->is_loopback)
        curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
}

static void set_callbacks(struct transfer *transfer)
{
    CURL *easy = transfer->easy;
    curl_easy_setopt(easy, CURLOPT_URL, transfer->request.url.data);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)transfer->body.max);
}

void http_transfer_begin(struct transfer *transfer, CURL *easy, const struct http_options *options)
{
    transfer->easy = easy;
    set_safety(transfer);
    set_options(transfer, options);
    set_callbacks(transfer);
    set_method(transfer);
    set_headers(transfer);
}

/* --- the end -----------------------------------------------------------------------------------
 */

/* Over plain connections and TLS nothing else is ever agreed upon. */
static const char *protocol_name(long version)
{
    static const char *const names[] = {[CURL_HTTP_VERSION_1_0] = "HTTP/1.0",
                                        [CURL_HTTP_VERSION_1_1] = "HTTP/1.1",
                                        [CURL_HTTP_VERSION_2_0] = "HTTP/2"};
    bool is_named =
        version > 0 && version < (long)(sizeof(names) / sizeof(names[0])) && names[version];
    return is_named ? names[version] : "";
}

void http_transfer_end(struct transfer *transfer, CURLcode code)
{
    struct http_response *response = &transfer->response;
    curl_off_t first_byte_us = 0;
    curl_off_t total_us = 0;
    long version = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_HTTP_VERSION, &version);
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &response->status);
    curl_easy_getinfo(transfer->easy, CURLINFO_STARTTRANSFER_TIME_T, &first_byte_us);
    curl_easy_getinfo(transfer->easy, CURLINFO_TOTAL_TIME_T, &total_us);
    response->protocol = protocol_name(version);
    response->latency_ms = first_byte_us / 1000;
    response->total_ms = total_us / 1000;
    response->retry_after_ms =
        http_header_retry_after(transfer->retry_after, response->date_ms, clock_wall_ms());
    if (code != CURLE_OK)
        http_failure_explain(transfer, code, &response->transport);
}
