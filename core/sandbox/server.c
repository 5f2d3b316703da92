/* The glue to libmicrohttpd: a thread per connection, so that an answer may wait for a task or for
 * a fault without holding up others. */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <microhttpd.h>
#include <xxhash.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/xalloc.h"
#include "sandbox/router.h"

#define CONNECTIONS_MAX   1000
#define CONNECTION_IDLE_S 120
#define CONNECTION_MEMORY (64 * LIMIT_KIB)

/* libmicrohttpd hands the request line over before anything else; it becomes the request. */
static void *on_uri(void *context, const char *uri, struct MHD_Connection *connection)
{
    (void)context;
    (void)connection;
    struct request *request = xmalloc(sizeof(*request));
    request_init(request);
    request->target = xstrdup(uri);
    return request;
}

static void on_completed(void *context, struct MHD_Connection *connection, void **slot,
                         enum MHD_RequestTerminationCode code)
{
    (void)context;
    (void)connection;
    (void)code;
    struct request *request = *slot;
    if (!request)
        return;
    request_finish(request);
    free((char *)request->target);
    free(request);
    *slot = NULL;
}

bool request_has_client(const struct request *request)
{
    struct pollfd pollfd = {.fd = request->socket, .events = POLLRDHUP};
    return request->socket < 0 || poll(&pollfd, 1, 0) < 1;
}

/* What a response is read from: the whole body, or half of it for a fault. */
struct cut_body {
    char *data;
    size_t length;
};

static ssize_t read_cut_body(void *context, uint64_t at, char *out, size_t max)
{
    const struct cut_body *body = context;
    if (at >= body->length)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    size_t count = body->length - at < max ? (size_t)(body->length - at) : max;
    memcpy(out, body->data + at, count);
    return (ssize_t)count;
}

static void free_cut_body(void *context)
{
    struct cut_body *body = context;
    free(body->data);
    free(body);
}

static struct MHD_Response *make_response(struct response *response)
{
    size_t length = response->body.len;
    char *data = strbuf_take(&response->body, NULL);
    if (!response->is_cut)
        return MHD_create_response_from_buffer(length, data, MHD_RESPMEM_MUST_FREE);
    struct cut_body *body = xmalloc(sizeof(*body));
    *body = (struct cut_body){data, length / 2};
    return MHD_create_response_from_callback(length, 32 * LIMIT_KIB, read_cut_body, body,
                                             free_cut_body);
}

/* Our own Date, so that it stands still with the clock. */
static void add_date(struct MHD_Response *mhd)
{
    char text[40];
    struct tm tm;
    time_t now_s = (time_t)(clock_wall_ms() / 1000);
    gmtime_r(&now_s, &tm);
    strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &tm);
    MHD_add_response_header(mhd, "Date", text);
}

/* What a client has already needs not be sent again. */
static void name_version(const struct request *request, struct response *response, char *out_etag,
                         size_t size)
{
    out_etag[0] = '\0';
    if (strcmp(request->method, "GET") != 0 || response->status != 200 || response->is_cut)
        return;
    snprintf(out_etag, size, "\"%016" PRIx64 "\"",
             (uint64_t)XXH3_64bits(response->body.data, response->body.len));
    if (request->if_none_match && strstr(request->if_none_match, out_etag))
        respond_empty(response, 304);
}

static enum MHD_Result send_response(struct MHD_Connection *connection,
                                     const struct request *request, struct response *response)
{
    char etag[24];
    name_version(request, response, etag, sizeof(etag));
    struct MHD_Response *mhd = make_response(response);
    if (!mhd)
        return MHD_NO;
    if (response->content_type)
        MHD_add_response_header(mhd, "Content-Type", response->content_type);
    if (response->retry_after[0])
        MHD_add_response_header(mhd, "Retry-After", response->retry_after);
    if (etag[0])
        MHD_add_response_header(mhd, "ETag", etag);
    add_date(mhd);
    enum MHD_Result result = MHD_queue_response(connection, response->status, mhd);
    MHD_destroy_response(mhd);
    return result;
}

/* Ends the connection as a broken network does: the peer gets a reset. */
static void reset_connection(int socket)
{
    struct sockaddr nobody = {.sa_family = AF_UNSPEC};
    int ignored = connect(socket, &nobody, sizeof(nobody));
    (void)ignored;
}

static enum MHD_Result answer(struct sandbox *sandbox, struct MHD_Connection *connection,
                              struct request *request)
{
    struct response response;
    response_init(&response);
    if (request->body.is_cut)
        respond_error(&response, 413, "The body is too long");
    else
        route(sandbox, request, &response);
    enum MHD_Result result = MHD_NO;
    if (response.is_reset)
        reset_connection(request->socket);
    else
        result = send_response(connection, request, &response);
    response_finish(&response);
    return result;
}

static bool is_loopback(int socket)
{
    struct sockaddr_storage address = {.ss_family = AF_UNSPEC};
    socklen_t length = sizeof(address);
    if (getpeername(socket, (struct sockaddr *)&address, &length) != 0)
        return false;
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)&address;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&address;
    return address.ss_family == AF_INET ? ntohl(v4->sin_addr.s_addr) >> 24 == 127
                                        : IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
}

static void begin(struct MHD_Connection *connection, const char *method, struct request *request)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    request->method = method;
    request->socket = info ? info->connect_fd : -1;
    request->is_local = is_loopback(request->socket);
    request->authorization =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_AUTHORIZATION);
    request->content_type =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_TYPE);
    request->if_none_match =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_IF_NONE_MATCH);
    request->api_key = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "x-api-key");
    request->org_id = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "x-gw-ims-org-id");
    request->sandbox_name =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "x-sandbox-name");
}

/* Called once with the head, then with pieces of the body, then once more at the end. */
static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **slot)
{
    (void)url;
    (void)version;
    struct request *request = *slot;
    if (!request->method) {
        begin(connection, method, request);
        return MHD_YES;
    }
    if (*upload_size > 0) {
        strbuf_add(&request->body, upload, *upload_size);
        *upload_size = 0;
        return MHD_YES;
    }
    return answer(context, connection, request);
}

/* What the library has to say is of no use to anybody here: clients that hang up, mostly. */
static void on_log(void *context, const char *format, va_list args)
{
    (void)context;
    (void)format;
    (void)args;
}

static int open_socket(const struct sandbox_options *options, struct error *err)
{
    const char *address = options->listen ? options->listen : "127.0.0.1";
    char port[8];
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                             .ai_socktype = SOCK_STREAM};
    struct addrinfo *found;
    snprintf(port, sizeof(port), "%u", options->port);
    if (getaddrinfo(address, port, &hints, &found) != 0) {
        error_set(err, ERR_USAGE, "cannot listen on %s: give an IPv4 or IPv6 address", address);
        return -1;
    }
    int one = 1;
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    if (fd < 0 || bind(fd, found->ai_addr, found->ai_addrlen) != 0 || listen(fd, 256) != 0) {
        error_set(err, ERR_NETWORK, "cannot listen on %s port %s: %s; another port may be free",
                  address, port, strerror(errno));
        if (fd >= 0)
            close(fd);
        fd = -1;
    }
    freeaddrinfo(found);
    return fd;
}

/* http://host:port, with brackets around an IPv6 address. */
static void write_url(struct sandbox *sandbox, int fd)
{
    struct sockaddr_storage address = {.ss_family = AF_UNSPEC};
    socklen_t length = sizeof(address);
    char host[64] = "127.0.0.1";
    char port[16] = "0";
    getsockname(fd, (struct sockaddr *)&address, &length);
    getnameinfo((struct sockaddr *)&address, length, host, sizeof(host), port, sizeof(port),
                NI_NUMERICHOST | NI_NUMERICSERV);
    snprintf(sandbox->url, sizeof(sandbox->url),
             address.ss_family == AF_INET6 ? "http://[%s]:%s" : "http://%s:%s", host, port);
}

bool server_open(struct sandbox *sandbox, struct error *err)
{
    sandbox->socket = open_socket(&sandbox->options, err);
    if (sandbox->socket < 0)
        return false;
    write_url(sandbox, sandbox->socket);
    return true;
}

bool server_start(struct sandbox *sandbox, struct error *err)
{
    sandbox->daemon =
        MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION |
                             MHD_USE_POLL | MHD_USE_ERROR_LOG | MHD_USE_SUPPRESS_DATE_NO_CLOCK,
                         0, NULL, NULL, on_request, sandbox, MHD_OPTION_EXTERNAL_LOGGER, on_log,
                         NULL, MHD_OPTION_LISTEN_SOCKET, sandbox->socket,
                         MHD_OPTION_URI_LOG_CALLBACK, on_uri, NULL, MHD_OPTION_NOTIFY_COMPLETED,
                         on_completed, NULL, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
                         MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)CONNECTION_IDLE_S,
                         MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, MHD_OPTION_END);
    if (sandbox->daemon)
        return true;
    sandbox->socket = -1; /* the library has closed it */
    return error_set(err, ERR_SERVICE, "cannot start the HTTP server");
}

void server_stop(struct sandbox *sandbox)
{
    if (sandbox->daemon)
        MHD_stop_daemon(sandbox->daemon); /* closes the socket too */
    else if (sandbox->socket >= 0)
        close(sandbox->socket);
}
