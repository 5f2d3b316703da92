#include "e2e/front.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "support/environment.h"
#include "support/proc.h"
#include "support/term.h"

#define NGHTTPX "/usr/sbin/nghttpx"
#define OPENSSL "/usr/bin/openssl"

/* Below the ports that the system gives away by itself. */
#define PORT_FIRST 20000
#define PORT_COUNT 10000

struct front {
    struct proc *proc; /* NULL: it has left */
    const char *protocols;
    uint16_t service_port;
    uint16_t port;
    char certificate[256];
    char key[256];
    char log[256];
};

static void give_up(const char *what, const char *detail)
{
    fprintf(stderr, "front: %s: %s\n", what, detail);
    exit(1);
}

bool front_is_there(void)
{
    return access(NGHTTPX, X_OK) == 0 && access(OPENSSL, X_OK) == 0;
}

static void make_certificate(struct front *front)
{
    const char *const argv[] = {OPENSSL,
                                "req",
                                "-x509",
                                "-newkey",
                                "ec",
                                "-pkeyopt",
                                "ec_paramgen_curve:prime256v1",
                                "-nodes",
                                "-days",
                                "2",
                                "-subj",
                                "/CN=127.0.0.1",
                                "-addext",
                                "subjectAltName=IP:127.0.0.1",
                                "-keyout",
                                front->key,
                                "-out",
                                front->certificate,
                                NULL};
    struct proc *proc = proc_start(argv, NULL);
    if (proc_wait(proc) != 0)
        give_up("no certificate", proc_errors(proc));
    proc_destroy(proc);
}

static bool is_free(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool is_bound = fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
    close(fd);
    return is_bound;
}

/* It can not tell which port the system gave it, so it is told one. */
static uint16_t find_port(void)
{
    unsigned first = (unsigned)getpid();
    for (unsigned i = 0; i < PORT_COUNT; i++) {
        uint16_t port = (uint16_t)(PORT_FIRST + (first + i) % PORT_COUNT);
        if (is_free(port))
            return port;
    }
    give_up("no free port", NGHTTPX);
    return 0;
}

void front_return(struct front *front)
{
    char listen[64], backend[64], protocols[64], log[300];
    snprintf(listen, sizeof(listen), "--frontend=127.0.0.1,%u", (unsigned)front->port);
    snprintf(backend, sizeof(backend), "--backend=127.0.0.1,%u", (unsigned)front->service_port);
    snprintf(protocols, sizeof(protocols), "--npn-list=%s", front->protocols);
    snprintf(log, sizeof(log), "--accesslog-file=%s", front->log);
    const char *const argv[] = {NGHTTPX,
                                "--conf=/dev/null",
                                "--no-ocsp",
                                "--workers=1",
                                "--log-level=NOTICE",
                                "--accesslog-format=$alpn $request",
                                listen,
                                backend,
                                protocols,
                                log,
                                front->key,
                                front->certificate,
                                NULL};
    front->proc = proc_start(argv, NULL);
    proc_wait_text(front->proc, "Listening on");
}

struct front *front_start(const struct service *service, const char *protocols)
{
    struct front *front = xcalloc(1, sizeof(*front));
    front->protocols = protocols;
    front->service_port = service_port(service);
    front->port = find_port();
    const char *folder = scratch_folder();
    snprintf(front->certificate, sizeof(front->certificate), "%s/front.pem", folder);
    snprintf(front->key, sizeof(front->key), "%s/front-key.pem", folder);
    snprintf(front->log, sizeof(front->log), "%s/front.log", folder);
    unlink(front->log); /* of the test before */
    make_certificate(front);
    front_return(front);
    return front;
}

void front_leave(struct front *front)
{
    proc_signal(front->proc, SIGQUIT);
    proc_wait(front->proc);
    proc_destroy(front->proc);
    front->proc = NULL;
}

void front_stop(struct front *front)
{
    if (!front)
        return;
    proc_destroy(front->proc);
    free(front);
}

uint16_t front_port(const struct front *front)
{
    return front->port;
}

const char *front_certificate(const struct front *front)
{
    return front->certificate;
}

const char *front_config(const struct front *front)
{
    char text[1024];
    snprintf(text, sizeof(text),
             "[shop]\nprovider = looker\nbase_url = https://127.0.0.1:%u\nca_file = %s\n"
             "client_id = demo\nclient_secret = demo-secret\nmode = read-write\npoll = 300ms\n",
             (unsigned)front->port, front->certificate);
    return scratch_file("front.ini", text, 0600);
}

/* Lines of a file for which counts() holds. */
static unsigned count_lines(const char *path, bool (*counts)(const char *line, const void *context),
                            const void *context)
{
    char line[4096];
    unsigned count = 0;
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof(line), file))
        count += counts(line, context);
    if (file)
        fclose(file);
    return count;
}

/* "  12: 0100007F:9C40 0100007F:4E20 01 ...": ours, theirs, and 1 for one that is open */
static bool is_connection_to(const char *line, const void *context)
{
    const struct front *front = context;
    unsigned address, port, state;
    return sscanf(line, " %*u: %*x:%*x %x:%x %x", &address, &port, &state) == 3 &&
           address == htonl(INADDR_LOOPBACK) && port == front->port && state == 1;
}

unsigned front_connections(const struct front *front)
{
    return count_lines("/proc/net/tcp", is_connection_to, front);
}

static bool begins_with(const char *line, const void *context)
{
    return strncmp(line, context, strlen(context)) == 0;
}

unsigned front_answered(const struct front *front, const char *protocol, const char *words)
{
    char head[256];
    snprintf(head, sizeof(head), "%s %s", protocol, words);
    return count_lines(front->log, begins_with, head);
}

bool front_wait_answered(const struct front *front, const char *protocol, const char *words,
                         unsigned count)
{
    int64_t deadline_us = term_now_us() + TERM_PATIENCE_MS * 1000LL;
    while (front_answered(front, protocol, words) < count) {
        if (term_now_us() > deadline_us)
            return false;
        poll(NULL, 0, 5); /* between two looks */
    }
    return true;
}
