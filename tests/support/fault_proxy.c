#include "support/fault_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "base/xalloc.h"

#define CONNECTIONS_MAX 512
#define MESSAGE_BYTES   (64u << 20)
#define LOOK_MS         20 /* how soon a change is seen */
#define SLOW_MS         1000
#define FILLERS         8

struct connection {
    struct fault_proxy *proxy;
    pthread_t thread;
    int client;
    int service;
};

struct fault_proxy {
    /* immutable */
    struct sockaddr_in address;
    uint16_t service_port;
    const char *struck;
    pthread_t thread;
    /* any thread */
    atomic_bool is_stopping;
    atomic_int fault;
    _Atomic(const char *) text;
    atomic_size_t struck_count;
    atomic_size_t sent_bytes;
    atomic_size_t connection_count;
    /* the accepting thread's */
    int listener;
    struct connection connections[CONNECTIONS_MAX];
};

static void give_up(const char *what)
{
    perror(what);
    abort();
}

static int new_socket(void)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        give_up("fault proxy: socket");
    return fd;
}

static int connect_to(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = new_socket();
    if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
        return fd;
    close(fd);
    return -1;
}

static bool is_over(const struct connection *c, enum proxy_fault fault)
{
    return atomic_load(&c->proxy->is_stopping) || atomic_load(&c->proxy->fault) != (int)fault;
}

/* ---- messages -------------------------------------------------------------------------------- */

/* Waits for bytes; false when the peer has gone or all ends. */
static bool receive(struct connection *c, int fd, struct strbuf *out)
{
    char bytes[65536];
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    while (poll(&wait, 1, LOOK_MS) == 0)
        if (atomic_load(&c->proxy->is_stopping))
            return false;
    ssize_t count = recv(fd, bytes, sizeof(bytes), 0);
    if (count > 0)
        strbuf_add(out, bytes, (size_t)count);
    return count > 0;
}

/* Bytes of the whole message, when its head is there; 0: it is not yet. */
static size_t message_length(const struct strbuf *message)
{
    const char *end = strstr(message->data, "\r\n\r\n");
    if (!end)
        return 0;
    const char *field = strcasestr(message->data, "\r\nContent-Length:");
    size_t body = field && field < end ? strtoul(field + 17, NULL, 10) : 0;
    return (size_t)(end - message->data) + 4 + body;
}

static bool receive_message(struct connection *c, int fd, struct strbuf *out)
{
    strbuf_clear(out);
    for (size_t length = 0; length == 0 || out->len < length; length = message_length(out))
        if (!receive(c, fd, out))
            return false;
    return true;
}

static bool send_all(int fd, const char *bytes, size_t count)
{
    for (size_t sent = 0; sent < count;) {
        ssize_t n = send(fd, bytes + sent, count - sent, MSG_NOSIGNAL);
        if (n <= 0)
            return false;
        sent += (size_t)n;
    }
    return true;
}

/* So that there is a body to spoil: a list that did not change would have none. */
static void forget_tag(struct strbuf *request)
{
    char *field = strcasestr(request->data, "\r\nIf-None-Match:");
    if (field)
        memcpy(field + 2, "X", 1);
}

static bool ask_service(struct connection *c, const struct strbuf *request, struct strbuf *answer)
{
    if (c->service < 0)
        c->service = connect_to(c->proxy->service_port);
    return c->service >= 0 && send_all(c->service, request->data, request->len) &&
           receive_message(c, c->service, answer);
}

/* ---- faults ---------------------------------------------------------------------------------- */

static bool send_counted(struct connection *c, const char *bytes, size_t count)
{
    atomic_fetch_add(&c->proxy->sent_bytes, count);
    return send_all(c->client, bytes, count);
}

/* The answer with a head of our own. */
static void send_with_head(struct connection *c, const char *type, const char *date,
                           const char *body)
{
    struct strbuf out;
    strbuf_init(&out, MESSAGE_BYTES);
    strbuf_addf(&out, "HTTP/1.1 200 OK\r\nContent-Type: %s\r\n%s%s%sContent-Length: %zu\r\n\r\n",
                type, date ? "Date: " : "", date ? date : "", date ? "\r\n" : "", strlen(body));
    strbuf_add_text(&out, body);
    send_counted(c, out.data, out.len);
    strbuf_finish(&out);
}

static void send_twice(struct connection *c, const char *body)
{
    static const char key[] = "\"query_task_id\":";
    struct strbuf out;
    strbuf_init(&out, MESSAGE_BYTES);
    for (const char *at; (at = strstr(body, key)); body = at + strlen(key)) {
        strbuf_add(&out, body, (size_t)(at - body));
        strbuf_addf(&out, "%s\"wrong\",%s", key, key);
    }
    strbuf_add_text(&out, body);
    send_with_head(c, "application/json", NULL, out.data);
    strbuf_finish(&out);
}

/* Until another fault is set, the client leaves, or all ends. */
static void be_silent(struct connection *c, enum proxy_fault fault)
{
    struct pollfd wait = {.fd = c->client, .events = POLLRDHUP};
    while (!is_over(c, fault) && poll(&wait, 1, LOOK_MS) == 0)
        ;
}

static void send_slowly(struct connection *c, const struct strbuf *answer)
{
    struct pollfd wait = {.fd = c->client, .events = POLLRDHUP};
    for (size_t i = 0; i < answer->len && !is_over(c, PROXY_SLOW); i++)
        if (!send_counted(c, answer->data + i, 1) || poll(&wait, 1, SLOW_MS) != 0)
            return;
}

static void send_endlessly(struct connection *c, const char *head, const char *text)
{
    bool is_heard = send_counted(c, head, strlen(head));
    while (is_heard && !is_over(c, PROXY_ENDLESS))
        is_heard = send_counted(c, text, strlen(text));
}

/* The answer to a struck request. False: the connection is done with. */
static bool strike(struct connection *c, enum proxy_fault fault, struct strbuf *answer)
{
    const char *text = atomic_load(&c->proxy->text);
    const char *body = strstr(answer->data, "\r\n\r\n");
    body = body ? body + 4 : "";
    switch (fault) {
    case PROXY_PASS:
        return send_counted(c, answer->data, answer->len);
    case PROXY_ANSWER:
        send_counted(c, text, strlen(text));
        return false;
    case PROXY_OTHER_TYPE:
        send_with_head(c, "text/html", NULL, body);
        return true;
    case PROXY_DATE:
        send_with_head(c, "application/json", text, body);
        return true;
    case PROXY_TWICE:
        send_twice(c, body);
        return true;
    case PROXY_HANG_AMID:
        send_counted(c, answer->data, answer->len / 2);
        be_silent(c, fault);
        return false;
    case PROXY_CUT:
        send_counted(c, answer->data, answer->len / 2);
        return false;
    case PROXY_SLOW:
        send_slowly(c, answer);
        return false;
    case PROXY_ENDLESS:
        send_endlessly(c, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[", text);
        return false;
    case PROXY_BLACK_HOLE:
    case PROXY_HANG_BEFORE:
        be_silent(c, fault);
        return false;
    case PROXY_CLOSE:
        break;
    }
    return false;
}

/* ---- connections ----------------------------------------------------------------------------- */

static void *serve(void *context)
{
    struct connection *c = context;
    struct strbuf request, answer;
    strbuf_init(&request, MESSAGE_BYTES);
    strbuf_init(&answer, MESSAGE_BYTES);
    bool is_open = true;
    while (is_open && receive_message(c, c->client, &request)) {
        enum proxy_fault fault = (enum proxy_fault)atomic_load(&c->proxy->fault);
        bool is_struck = strncmp(request.data, c->proxy->struck, strlen(c->proxy->struck)) == 0;
        if (is_struck)
            forget_tag(&request);
        if (!ask_service(c, &request, &answer))
            break;
        if (is_struck)
            atomic_fetch_add(&c->proxy->struck_count, 1);
        is_open =
            is_struck ? strike(c, fault, &answer) : send_all(c->client, answer.data, answer.len);
    }
    strbuf_finish(&request);
    strbuf_finish(&answer);
    shutdown(c->client, SHUT_RDWR);
    return NULL;
}

static int listen_at(struct sockaddr_in *address)
{
    int one = 1;
    socklen_t length = sizeof(*address);
    int fd = new_socket();
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    if (bind(fd, (struct sockaddr *)address, length) != 0 || listen(fd, 0) != 0 ||
        getsockname(fd, (struct sockaddr *)address, &length) != 0)
        give_up("fault proxy: listen");
    return fd;
}

/* Fills the queue of connections that nobody takes: the next ones get no answer at all. */
static void be_black_hole(struct fault_proxy *proxy)
{
    int fillers[FILLERS];
    for (int i = 0; i < FILLERS; i++) {
        fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        int ignored =
            connect(fillers[i], (struct sockaddr *)&proxy->address, sizeof(proxy->address));
        (void)ignored;
    }
    while (atomic_load(&proxy->fault) == PROXY_BLACK_HOLE && !atomic_load(&proxy->is_stopping))
        poll(NULL, 0, LOOK_MS);
    for (int i = 0; i < FILLERS; i++)
        close(fillers[i]);
}

static void take_connection(struct fault_proxy *proxy)
{
    int client = accept4(proxy->listener, NULL, NULL, SOCK_CLOEXEC);
    if (client < 0)
        return;
    size_t count = atomic_load(&proxy->connection_count);
    if (count == CONNECTIONS_MAX)
        give_up("fault proxy: too many connections");
    atomic_store(&proxy->connection_count, count + 1);
    struct connection *c = &proxy->connections[count];
    *c = (struct connection){.proxy = proxy, .client = client, .service = -1};
    if (pthread_create(&c->thread, NULL, serve, c) != 0)
        give_up("fault proxy: thread");
}

static void *accept_all(void *context)
{
    struct fault_proxy *proxy = context;
    struct pollfd wait = {.fd = proxy->listener, .events = POLLIN};
    while (!atomic_load(&proxy->is_stopping)) {
        if (atomic_load(&proxy->fault) == PROXY_BLACK_HOLE)
            be_black_hole(proxy);
        else if (poll(&wait, 1, LOOK_MS) == 1)
            take_connection(proxy);
    }
    return NULL;
}

/* ---- the proxy ------------------------------------------------------------------------------- */

struct fault_proxy *fault_proxy_start(uint16_t service_port, const char *struck)
{
    struct fault_proxy *proxy = xcalloc(1, sizeof(*proxy));
    proxy->address =
        (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    proxy->service_port = service_port;
    proxy->struck = struck;
    proxy->listener = listen_at(&proxy->address);
    if (pthread_create(&proxy->thread, NULL, accept_all, proxy) != 0)
        give_up("fault proxy: thread");
    return proxy;
}

void fault_proxy_stop(struct fault_proxy *proxy)
{
    atomic_store(&proxy->is_stopping, true);
    pthread_join(proxy->thread, NULL);
    for (size_t i = 0; i < proxy->connection_count; i++) {
        struct connection *c = &proxy->connections[i];
        shutdown(c->client, SHUT_RDWR); /* wakes who sends without an end */
        pthread_join(c->thread, NULL);
        close(c->client);
        if (c->service >= 0)
            close(c->service);
    }
    close(proxy->listener);
    free(proxy);
}

uint16_t fault_proxy_port(const struct fault_proxy *proxy)
{
    return ntohs(proxy->address.sin_port);
}

void fault_proxy_set(struct fault_proxy *proxy, enum proxy_fault fault, const char *text)
{
    atomic_store(&proxy->text, text ? text : "");
    atomic_store(&proxy->fault, (int)fault);
}

size_t fault_proxy_struck(const struct fault_proxy *proxy)
{
    return atomic_load(&proxy->struck_count);
}

size_t fault_proxy_connections(const struct fault_proxy *proxy)
{
    return atomic_load(&proxy->connection_count);
}

size_t fault_proxy_sent(const struct fault_proxy *proxy)
{
    return atomic_load(&proxy->sent_bytes);
}
