#include "net/http.h"

#include <curl/curl.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
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
#define POOL_SIZE                  16
/* Answers that hold a token are smaller than this: they never move while they grow, and are wiped.
 */
#define SMALL_BODY_BYTES (16 * LIMIT_KIB)
#define HOST_BYTES       128

struct transfer {
    struct transfer *next;
    uint64_t id;
    CURL *easy;
    struct http_request request;
    struct curl_slist header_nodes[HTTP_HEADERS_MAX + 2]; /* point into request.headers */
    struct strbuf body;
    struct http_response response;
    char host[HOST_BYTES]; /* host:port, all of the URL that a message may show */
    char retry_after[64];
    int64_t timeout_ms;
    char *ca_file; /* copied for the message */
    bool is_too_long;
};

struct http_client {
    CURLM *multi;
    struct transfer *in_flight;
    struct transfer *done;    /* oldest first */
    struct transfer *current; /* the one that http_client_next() lent out */
    CURL *pool[POOL_SIZE];
    size_t pool_count;
    uint64_t last_id;
    struct http_stats stats;
    atomic_bool is_woken; /* any thread */
};

static pthread_once_t setup_once = PTHREAD_ONCE_INIT;
static CURLcode setup_code; /* written once, under setup_once */

static void setup_curl(void)
{
    setup_code = curl_global_init(CURL_GLOBAL_DEFAULT);
}

struct http_client *http_client_create(struct error *err)
{
    pthread_once(&setup_once, setup_curl);
    CURLM *multi = setup_code == CURLE_OK ? curl_multi_init() : NULL;
    if (!multi) {
        error_set(err, ERR_NETWORK, "libcurl can not be set up: %s",
                  curl_easy_strerror(setup_code ? setup_code : CURLE_FAILED_INIT));
        return NULL;
    }
    struct http_client *client = xcalloc(1, sizeof(*client));
    client->multi = multi;
    return client;
}

static void body_finish(struct strbuf *body)
{
    if (body->size <= SMALL_BODY_BYTES + 1)
        strbuf_wipe(body);
    else
        strbuf_finish(body);
}

static void transfer_destroy(struct transfer *transfer)
{
    if (!transfer)
        return;
    http_request_finish(&transfer->request);
    body_finish(&transfer->body);
    free(transfer->ca_file);
    free(transfer);
}

/* Takes the handle off the transfer; nothing of the request stays in it. */
static void release_easy(struct http_client *client, struct transfer *transfer)
{
    if (!transfer->easy)
        return;
    curl_multi_remove_handle(client->multi, transfer->easy);
    if (client->pool_count < POOL_SIZE) {
        curl_easy_reset(transfer->easy);
        client->pool[client->pool_count++] = transfer->easy;
    } else {
        curl_easy_cleanup(transfer->easy);
    }
    transfer->easy = NULL;
}

static void destroy_all(struct http_client *client, struct transfer *list)
{
    while (list) {
        struct transfer *next = list->next;
        release_easy(client, list);
        transfer_destroy(list);
        list = next;
    }
}

void http_client_destroy(struct http_client *client)
{
    if (!client)
        return;
    destroy_all(client, client->in_flight);
    destroy_all(client, client->done);
    transfer_destroy(client->current);
    for (size_t i = 0; i < client->pool_count; i++)
        curl_easy_cleanup(client->pool[i]);
    curl_multi_cleanup(client->multi);
    free(client);
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

/* --- what went wrong, in words -----------------------------------------------------------------
 */

static bool explain_connect(const struct transfer *transfer, struct error *err)
{
    long os_error = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_OS_ERRNO, &os_error);
    if (os_error == ECONNREFUSED)
        return error_set(err, ERR_NETWORK, "connection refused by %s; is the port right?",
                         transfer->host);
    if (os_error == ENETUNREACH || os_error == EHOSTUNREACH)
        return error_set(err, ERR_NETWORK, "no route to %s; is the network (or the VPN) up?",
                         transfer->host);
    return error_set(err, ERR_NETWORK, "cannot connect to %s; check host and port", transfer->host);
}

static bool explain_timeout(const struct transfer *transfer, struct error *err)
{
    char after[TIMEFMT_BYTES];
    curl_off_t total_us = 0;
    long asked_bytes = 0; /* not the time to connect: a kept connection has none */
    curl_easy_getinfo(transfer->easy, CURLINFO_REQUEST_SIZE, &asked_bytes);
    curl_easy_getinfo(transfer->easy, CURLINFO_TOTAL_TIME_T, &total_us);
    format_duration(after, total_us / 1000);
    if (transfer->response.status)
        return error_set(err, ERR_TIMEOUT, "the answer of %s was not whole after %s (%zu bytes)",
                         transfer->host, after, transfer->body.len);
    if (asked_bytes == 0)
        return error_set(err, ERR_TIMEOUT, "no connection to %s within %s", transfer->host, after);
    return error_set(err, ERR_TIMEOUT, "no answer from %s within %s", transfer->host, after);
}

static bool explain_break(const struct transfer *transfer, struct error *err)
{
    if (transfer->response.status)
        return error_set(err, ERR_NETWORK, "the answer of %s broke off after %zu bytes",
                         transfer->host, transfer->body.len);
    return error_set(err, ERR_NETWORK, "%s closed the connection without an answer",
                     transfer->host);
}

static bool explain_too_long(const struct transfer *transfer, struct error *err)
{
    char limit[32];
    size_t max = transfer->body.max;
    if (max >= LIMIT_MIB)
        snprintf(limit, sizeof(limit), "%zu MiB", max / LIMIT_MIB);
    else
        snprintf(limit, sizeof(limit), "%zu bytes", max);
    return error_set(err, ERR_SERVICE,
                     "the answer of %s is too large (more than %s); ask for less, as with a limit",
                     transfer->host, limit);
}

static bool explain_ca_file(const struct transfer *transfer, struct error *err)
{
    if (!transfer->ca_file)
        return error_set(err, ERR_CONFIG,
                         "TLS: this system has no certificates to trust; install "
                         "ca-certificates, or set ca_file");
    return error_set(err, ERR_CONFIG, "TLS: %s can not be read as PEM certificates; check ca_file",
                     transfer->ca_file);
}

/* A message is before, host:port, after; or what explain makes of it. */
struct failure {
    CURLcode code;
    enum error_code kind;
    const char *before;
    const char *after;
    bool (*explain)(const struct transfer *transfer, struct error *err);
};

static const struct failure failures[] = {
    {CURLE_COULDNT_RESOLVE_HOST, ERR_NETWORK, "cannot resolve ", "; is the name right?", NULL},
    {CURLE_COULDNT_RESOLVE_PROXY, ERR_NETWORK, "cannot resolve the proxy on the way to ",
     "; check https_proxy in the environment", NULL},
    {CURLE_COULDNT_CONNECT, ERR_NETWORK, NULL, NULL, explain_connect},
    {CURLE_OPERATION_TIMEDOUT, ERR_TIMEOUT, NULL, NULL, explain_timeout},
    {CURLE_PARTIAL_FILE, ERR_NETWORK, NULL, NULL, explain_break},
    {CURLE_RECV_ERROR, ERR_NETWORK, NULL, NULL, explain_break},
    {CURLE_SEND_ERROR, ERR_NETWORK, NULL, NULL, explain_break},
    {CURLE_GOT_NOTHING, ERR_NETWORK, NULL, NULL, explain_break},
    {CURLE_HTTP2, ERR_NETWORK, NULL, NULL, explain_break},
    {CURLE_HTTP2_STREAM, ERR_NETWORK, NULL, NULL, explain_break},
    {CURLE_FILESIZE_EXCEEDED, ERR_SERVICE, NULL, NULL, explain_too_long},
    {CURLE_PEER_FAILED_VERIFICATION, ERR_NETWORK, "TLS: certificate of ",
     " not trusted; set ca_file, or check host name and clock", NULL},
    {CURLE_SSL_CACERT_BADFILE, ERR_CONFIG, NULL, NULL, explain_ca_file},
    {CURLE_SSL_CONNECT_ERROR, ERR_NETWORK, "TLS: no secure connection to ",
     "; does that port speak https?", NULL},
    {CURLE_UNSUPPORTED_PROTOCOL, ERR_NETWORK, "", " does not answer in HTTP; is the port right?",
     NULL},
    {CURLE_WEIRD_SERVER_REPLY, ERR_NETWORK, "", " does not answer in HTTP; is the port right?",
     NULL},
    {CURLE_BAD_CONTENT_ENCODING, ERR_SERVICE, "the answer of ", " can not be unpacked", NULL},
};

static bool explain(const struct transfer *transfer, CURLcode code, struct error *err)
{
    if (transfer->is_too_long)
        return explain_too_long(transfer, err);
    for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
        const struct failure *failure = &failures[i];
        if (failure->code == code && failure->explain)
            return failure->explain(transfer, err);
        if (failure->code == code)
            return error_set(err, failure->kind, "%s%s%s", failure->before, transfer->host,
                             failure->after);
    }
    return error_set(err, ERR_NETWORK, "%s: %s", transfer->host, curl_easy_strerror(code));
}

/* --- starting ----------------------------------------------------------------------------------
 */

static bool is_loopback(const char *host)
{
    return strcasecmp(host, "localhost") == 0 || strncmp(host, "127.", 4) == 0 ||
           strcmp(host, "[::1]") == 0;
}

/* Fills transfer->host; false when the URL is none, or speaks something other than HTTP. */
static bool read_url(struct transfer *transfer, bool *out_is_loopback)
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
        *out_is_loopback = is_loopback(host);
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

static void set_safety(CURL *easy, bool is_loopback_host)
{
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
    if (is_loopback_host)
        curl_easy_setopt(easy, CURLOPT_PROXY, ""); /* a proxy's loopback is not ours */
}

static int64_t or_default(int64_t value, int64_t fallback)
{
    return value > 0 ? value : fallback;
}

static void set_options(struct transfer *transfer, const struct http_options *options,
                        bool is_loopback_host)
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
    if (options->ca_file)
        curl_easy_setopt(easy, CURLOPT_CAINFO, options->ca_file);
    if (options->accept_gzip && !is_loopback_host)
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

static void append(struct transfer **list, struct transfer *transfer)
{
    while (*list)
        list = &(*list)->next;
    transfer->next = NULL;
    *list = transfer;
}

static CURL *take_easy(struct http_client *client)
{
    if (client->pool_count)
        return client->pool[--client->pool_count];
    CURL *easy = curl_easy_init();
    if (!easy)
        xalloc_die();
    return easy;
}

static struct transfer *transfer_create(struct http_client *client,
                                        const struct http_options *options)
{
    struct transfer *transfer = xcalloc(1, sizeof(*transfer));
    transfer->id = ++client->last_id;
    transfer->ca_file = options->ca_file ? xstrdup(options->ca_file) : NULL;
    transfer->response = (struct http_response){
        .retry_after_ms = -1, .date_ms = TIME_UNKNOWN, .latency_ms = -1, .total_ms = -1};
    return transfer;
}

uint64_t http_client_start(struct http_client *client, const struct http_request *request,
                           const struct http_options *options)
{
    struct transfer *transfer = transfer_create(client, options);
    bool is_whole = copy_request(&transfer->request, request);
    bool is_loopback_host = false;
    strbuf_init(&transfer->body, transfer->request.max_body_bytes);
    client->stats.started++;
    if (!is_whole || !read_url(transfer, &is_loopback_host)) {
        error_set(&transfer->response.transport, ERR_CONFIG,
                  is_whole ? "no usable http or https address; check base_url"
                           : "the request is too long to be sent");
        append(&client->done, transfer);
        return transfer->id;
    }
    strbuf_reserve(&transfer->body, SMALL_BODY_BYTES);
    transfer->easy = take_easy(client);
    set_safety(transfer->easy, is_loopback_host);
    set_options(transfer, options, is_loopback_host);
    set_callbacks(transfer);
    set_method(transfer);
    set_headers(transfer);
    if (curl_multi_add_handle(client->multi, transfer->easy) != CURLM_OK)
        xalloc_die(); /* a fresh handle is refused only for want of memory */
    append(&client->in_flight, transfer);
    client->stats.in_flight++;
    return transfer->id;
}

/* --- working -----------------------------------------------------------------------------------
 */

static bool unlink_transfer(struct transfer **list, const struct transfer *transfer)
{
    while (*list && *list != transfer)
        list = &(*list)->next;
    if (!*list)
        return false;
    *list = transfer->next;
    return true;
}

static void finish_transfer(struct http_client *client, struct transfer *transfer, CURLcode code)
{
    struct http_response *response = &transfer->response;
    curl_off_t first_byte_us = 0;
    curl_off_t total_us = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &response->status);
    curl_easy_getinfo(transfer->easy, CURLINFO_STARTTRANSFER_TIME_T, &first_byte_us);
    curl_easy_getinfo(transfer->easy, CURLINFO_TOTAL_TIME_T, &total_us);
    response->latency_ms = first_byte_us / 1000;
    response->total_ms = total_us / 1000;
    response->retry_after_ms =
        http_header_retry_after(transfer->retry_after, response->date_ms, clock_wall_ms());
    if (code != CURLE_OK)
        explain(transfer, code, &response->transport);
    client->stats.finished++;
    client->stats.bytes_received += transfer->body.len;
    client->stats.in_flight--;
    unlink_transfer(&client->in_flight, transfer);
    release_easy(client, transfer);
    append(&client->done, transfer);
}

static void work(struct http_client *client)
{
    int running;
    int queued;
    curl_multi_perform(client->multi, &running);
    for (CURLMsg *msg; (msg = curl_multi_info_read(client->multi, &queued));) {
        if (msg->msg != CURLMSG_DONE)
            continue;
        struct transfer *transfer = NULL;
        CURLcode code = msg->data.result; /* msg is gone once its handle is removed */
        curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
        finish_transfer(client, transfer, code);
    }
}

static void drop_current(struct http_client *client)
{
    transfer_destroy(client->current);
    client->current = NULL;
}

void http_client_wait(struct http_client *client, int64_t timeout_ms)
{
    int64_t deadline_ms = clock_mono_ms() + timeout_ms;
    drop_current(client);
    for (;;) {
        work(client);
        int64_t left_ms = deadline_ms - clock_mono_ms();
        if (atomic_exchange(&client->is_woken, false) || client->done || left_ms <= 0)
            return;
        curl_multi_poll(client->multi, NULL, 0, left_ms < 60000 ? (int)left_ms : 60000, NULL);
    }
}

bool http_client_next(struct http_client *client, struct http_done *out)
{
    drop_current(client);
    struct transfer *transfer = client->done;
    if (!transfer)
        return false;
    client->done = transfer->next;
    client->current = transfer;
    http_request_finish(&transfer->request);
    transfer->response.body = transfer->body.data;
    transfer->response.body_len = transfer->body.len;
    *out = (struct http_done){.id = transfer->id, .response = transfer->response};
    return true;
}

void http_client_cancel(struct http_client *client, uint64_t id)
{
    drop_current(client);
    struct transfer **lists[] = {&client->in_flight, &client->done};
    for (size_t i = 0; i < 2; i++) {
        for (struct transfer *t = *lists[i]; t; t = t->next) {
            if (t->id != id)
                continue;
            if (t->easy)
                client->stats.in_flight--;
            unlink_transfer(lists[i], t);
            release_easy(client, t);
            transfer_destroy(t);
            return;
        }
    }
}

void http_client_wake(struct http_client *client)
{
    atomic_store(&client->is_woken, true);
    curl_multi_wakeup(client->multi);
}

void http_client_stats(const struct http_client *client, struct http_stats *out)
{
    *out = client->stats;
}
