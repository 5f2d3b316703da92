#include "support/http_script.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CLIENTS_MAX   64
#define REQUEST_BYTES 65536

struct client {
    int fd; /* 0: a free place */
    bool is_silent;
    size_t used;
    char request[REQUEST_BYTES];
};

struct script_server {
    const struct script *scripts;
    int listen_fd;
    int stop_pipe[2];
    uint16_t port;
    pthread_t thread;
    struct client clients[CLIENTS_MAX]; /* the thread's own */
    pthread_mutex_t lock;
    /* protected by lock */
    size_t requests;
    size_t connections;
    char last[REQUEST_BYTES];
};

static void drop(struct client *client)
{
    close(client->fd);
    memset(client, 0, sizeof(*client));
}

static void send_all(int fd, const char *text, size_t repeat)
{
    size_t length = strlen(text);
    for (size_t i = 0; i < (repeat ? repeat : 1); i++) {
        for (size_t sent = 0; sent < length;) {
            ssize_t n = send(fd, text + sent, length - sent, MSG_NOSIGNAL);
            if (n <= 0)
                return; /* the client has left */
            sent += (size_t)n;
        }
    }
}

static const struct script *find_script(const struct script *scripts, const char *request)
{
    const char *path = strchr(request, ' ');
    for (const struct script *s = scripts; path && s->path; s++) {
        size_t length = strlen(s->path);
        if (strncmp(path + 1, s->path, length) == 0 && path[1 + length] == ' ')
            return s;
    }
    return NULL;
}

static bool is_whole(const char *request)
{
    const char *head_end = strstr(request, "\r\n\r\n");
    if (!head_end)
        return false;
    const char *field = strcasestr(request, "\r\nContent-Length:");
    size_t length = field ? strtoul(field + 17, NULL, 10) : 0;
    return strlen(head_end + 4) >= length;
}

static void answer(struct script_server *server, struct client *client)
{
    pthread_mutex_lock(&server->lock);
    server->requests++;
    memcpy(server->last, client->request, client->used + 1);
    pthread_mutex_unlock(&server->lock);

    const struct script *script = find_script(server->scripts, client->request);
    client->used = 0;
    client->request[0] = '\0';
    if (!script) {
        send_all(client->fd, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 1);
        return;
    }
    send_all(client->fd, script->answer, script->repeat);
    if (script->end == SCRIPT_CLOSE)
        drop(client);
    else
        client->is_silent = script->end == SCRIPT_HANG;
}

static void receive(struct script_server *server, struct client *client)
{
    ssize_t n = recv(client->fd, client->request + client->used,
                     sizeof(client->request) - 1 - client->used, 0);
    if (n <= 0) {
        drop(client);
        return;
    }
    client->used += (size_t)n;
    client->request[client->used] = '\0';
    if (!client->is_silent && is_whole(client->request))
        answer(server, client);
}

static void accept_client(struct script_server *server)
{
    int fd = accept(server->listen_fd, NULL, NULL);
    if (fd < 0)
        return;
    pthread_mutex_lock(&server->lock);
    server->connections++;
    pthread_mutex_unlock(&server->lock);
    for (size_t i = 0; i < CLIENTS_MAX; i++) {
        if (!server->clients[i].fd) {
            server->clients[i].fd = fd;
            return;
        }
    }
    close(fd);
}

static void *serve(void *context)
{
    struct script_server *server = context;
    for (;;) {
        struct pollfd fds[2 + CLIENTS_MAX] = {{server->stop_pipe[0], POLLIN, 0},
                                              {server->listen_fd, POLLIN, 0}};
        for (size_t i = 0; i < CLIENTS_MAX; i++)
            fds[2 + i] =
                (struct pollfd){server->clients[i].fd ? server->clients[i].fd : -1, POLLIN, 0};
        poll(fds, 2 + CLIENTS_MAX, -1);
        if (fds[0].revents)
            return NULL;
        for (size_t i = 0; i < CLIENTS_MAX; i++) {
            if (fds[2 + i].revents)
                receive(server, &server->clients[i]);
        }
        if (fds[1].revents)
            accept_client(server);
    }
}

struct script_server *script_server_start(const struct script *scripts)
{
    struct script_server *server = calloc(1, sizeof(*server));
    assert(server);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);
    server->scripts = scripts;
    pthread_mutex_init(&server->lock, NULL);
    server->listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (server->listen_fd < 0 || pipe(server->stop_pipe) != 0 ||
        bind(server->listen_fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
        listen(server->listen_fd, 16) != 0 ||
        getsockname(server->listen_fd, (struct sockaddr *)&address, &size) != 0 ||
        pthread_create(&server->thread, NULL, serve, server) != 0) {
        perror("script server");
        abort();
    }
    server->port = ntohs(address.sin_port);
    return server;
}

void script_server_stop(struct script_server *server)
{
    if (!server)
        return;
    close(server->stop_pipe[1]);
    pthread_join(server->thread, NULL);
    for (size_t i = 0; i < CLIENTS_MAX; i++) {
        if (server->clients[i].fd)
            drop(&server->clients[i]);
    }
    close(server->stop_pipe[0]);
    close(server->listen_fd);
    pthread_mutex_destroy(&server->lock);
    free(server);
}

uint16_t script_server_port(const struct script_server *server)
{
    return server->port;
}

size_t script_server_requests(struct script_server *server)
{
    pthread_mutex_lock(&server->lock);
    size_t count = server->requests;
    pthread_mutex_unlock(&server->lock);
    return count;
}

size_t script_server_connections(struct script_server *server)
{
    pthread_mutex_lock(&server->lock);
    size_t count = server->connections;
    pthread_mutex_unlock(&server->lock);
    return count;
}

void script_server_last(struct script_server *server, char *out, size_t size)
{
    pthread_mutex_lock(&server->lock);
    snprintf(out, size, "%s", server->last);
    pthread_mutex_unlock(&server->lock);
}
