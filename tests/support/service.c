#include "support/service.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "net/http.h"
#include "net/json.h"
#include "support/environment.h"
#include "support/term.h"

#define ARGS_MAX       24
#define BODY_MAX_BYTES (64u << 20)
#define SECRET         "demo-secret"
#define QUERY_BODY     "{\"model\":\"shop\",\"view\":\"%s\",\"fields\":[\"%s\"],\"limit\":\"50\"}"
#define TASK_BODY      "{\"query_id\":\"%s\",\"result_format\":\"%s\"}"

struct service {
    char *args[ARGS_MAX]; /* what follows `sandbox`, without the port; ends with NULL */
    const char *const *env;
    pid_t pid;
    int output;
    char url[128];
    uint16_t port;
    char token[256]; /* "" until logged in */
    char status[32];
    struct http_client *client;
};

static void give_up(const char *what, const char *detail)
{
    fprintf(stderr, "service: %s: %s\n", what, detail);
    exit(1);
}

/* ---- the process ----------------------------------------------------------------------------- */

static void spawn(struct service *service, uint16_t port)
{
    char port_text[8];
    snprintf(port_text, sizeof(port_text), "%u", (unsigned)port);
    const char *argv[ARGS_MAX + 5] = {TEST_QUERYTOP, "sandbox", "--port", port_text};
    for (int i = 0; service->args[i]; i++)
        argv[4 + i] = service->args[i];
    char **environment = environment_create(service->env);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        give_up("pipe", "");
    service->pid = fork();
    if (service->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(ends[1], STDOUT_FILENO);
        execve(argv[0], (char *const *)argv, environment);
        _exit(127);
    }
    environment_destroy(environment);
    close(ends[1]);
    service->output = ends[0];
}

/* The one line that says where it listens. */
static void read_greeting(struct service *service)
{
    char line[2048];
    size_t length = 0;
    int64_t deadline_us = term_now_us() + TERM_PATIENCE_MS * 1000LL;
    while (length == 0 || line[length - 1] != '\n') {
        struct pollfd fd = {.fd = service->output, .events = POLLIN};
        if (term_now_us() > deadline_us || poll(&fd, 1, TERM_PATIENCE_MS) <= 0)
            give_up("says nothing", TEST_QUERYTOP);
        ssize_t count = read(service->output, line + length, sizeof(line) - 1 - length);
        if (count <= 0)
            give_up("ended before it listened", TEST_QUERYTOP);
        length += (size_t)count;
    }
    struct error err;
    struct json *greeting = json_parse(line, length, &err);
    const char *url = json_string(json_get(greeting, "looker"), NULL);
    if (!url)
        give_up("greets with", line);
    snprintf(service->url, sizeof(service->url), "%s", url);
    service->port = (uint16_t)atoi(strrchr(url, ':') + 1);
    json_destroy(greeting);
}

struct service *service_start(const char *const *args, const char *const *env)
{
    struct service *service = xcalloc(1, sizeof(*service));
    struct error err;
    for (size_t i = 0; args && args[i]; i++)
        service->args[i] = xstrdup(args[i]);
    service->env = env;
    service->client = http_client_create(&err);
    spawn(service, 0);
    read_greeting(service);
    return service;
}

static int reap(struct service *service)
{
    int status = 0;
    waitpid(service->pid, &status, 0);
    close(service->output);
    service->pid = 0;
    return status;
}

void service_kill(struct service *service)
{
    kill(service->pid, SIGKILL);
    reap(service);
}

void service_restart(struct service *service)
{
    spawn(service, service->port);
    read_greeting(service);
    service->token[0] = '\0';
}

pid_t service_pid(const struct service *service)
{
    return service->pid;
}

void service_signal(struct service *service, int signal)
{
    kill(service->pid, signal);
}

void service_stop(struct service *service)
{
    if (!service)
        return;
    if (service->pid) {
        kill(service->pid, SIGCONT);
        kill(service->pid, SIGTERM);
        int status = reap(service);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
            give_up("did not end well", WIFEXITED(status) ? "exit code" : "signal");
    }
    http_client_destroy(service->client);
    for (int i = 0; service->args[i]; i++)
        free(service->args[i]);
    free(service);
}

const char *service_url(const struct service *service)
{
    return service->url;
}

uint16_t service_port(const struct service *service)
{
    return service->port;
}

const char *service_config(const struct service *service, const char *const *names,
                           const char *settings)
{
    struct strbuf text;
    strbuf_init(&text, 65536);
    for (; *names; names++)
        strbuf_addf(&text,
                    "[%s]\nprovider = looker\nbase_url = %s\nclient_id = demo\n"
                    "client_secret = " SECRET "\n%s\n",
                    *names, service->url,
                    settings ? settings : "mode = read-write\npoll = 300ms\n");
    const char *path = scratch_file("config.ini", text.data, 0600);
    strbuf_finish(&text);
    return path;
}

/* ---- the client ------------------------------------------------------------------------------ */

static enum http_method method_of(const char *name)
{
    for (int i = 0; i < HTTP_METHOD_COUNT; i++)
        if (strcmp(http_method_name((enum http_method)i), name) == 0)
            return (enum http_method)i;
    give_up("no such method", name);
    return HTTP_GET;
}

static long perform(struct service *service, struct http_request *request, struct strbuf *out)
{
    const struct http_options options = {.verify_tls = true,
                                         .connect_timeout_ms = 10000,
                                         .timeout_ms = TERM_PATIENCE_MS};
    uint64_t id = http_client_start(service->client, request, &options);
    struct http_done done = {0};
    while (!http_client_next(service->client, &done) || done.id != id)
        http_client_wait(service->client, TERM_PATIENCE_MS);
    if (done.response.transport.code != ERR_NONE)
        give_up(request->url.data, done.response.transport.message);
    if (out) {
        strbuf_clear(out);
        strbuf_add(out, done.response.body, done.response.body_len);
    }
    return done.response.status;
}

static void log_in(struct service *service)
{
    struct http_request request;
    struct strbuf body;
    struct error err;
    http_request_init(&request);
    strbuf_init(&body, BODY_MAX_BYTES);
    request.method = HTTP_POST;
    strbuf_addf(&request.url, "%s/api/4.0/login", service->url);
    http_request_add_header(&request, "Content-Type", "application/x-www-form-urlencoded");
    strbuf_add_text(&request.body, "client_id=demo&client_secret=" SECRET);
    request.has_body = true;
    long status = perform(service, &request, &body);
    struct json *answer = json_parse(body.data, body.len, &err);
    const char *token = json_string(json_get(answer, "access_token"), NULL);
    if (status != 200 || !token)
        give_up("login", body.data);
    snprintf(service->token, sizeof(service->token), "Bearer %s", token);
    json_destroy(answer);
    strbuf_finish(&body);
    http_request_finish(&request);
}

static long ask_once(struct service *service, const char *method, const char *path,
                     const char *body, struct strbuf *out)
{
    struct http_request request;
    http_request_init(&request);
    request.method = method_of(method);
    request.max_body_bytes = BODY_MAX_BYTES;
    strbuf_addf(&request.url, "%s/api/4.0%s", service->url, path);
    http_request_add_header(&request, "Authorization", service->token);
    if (body) {
        http_request_add_header(&request, "Content-Type", "application/json");
        strbuf_add_text(&request.body, body);
        request.has_body = true;
    }
    long status = perform(service, &request, out);
    http_request_finish(&request);
    return status;
}

long service_ask(struct service *service, const char *method, const char *path, const char *body,
                 struct strbuf *out)
{
    if (!service->token[0])
        log_in(service);
    long status = ask_once(service, method, path, body, out);
    if (status != 401)
        return status;
    log_in(service); /* the token had expired */
    return ask_once(service, method, path, body, out);
}

void service_set_faults(struct service *service, const char *text)
{
    long status = service_ask(service, "POST", "/sandbox/faults", text, NULL);
    if (status != 204)
        give_up("did not take the faults", text);
}

/* Asks, and takes the string under key out of the answer. */
static bool ask_for(struct service *service, const char *method, const char *path, const char *body,
                    const char *key, char *out, size_t size)
{
    struct strbuf answer;
    struct error err;
    strbuf_init(&answer, BODY_MAX_BYTES);
    long status = service_ask(service, method, path, body, &answer);
    struct json *document = status == 200 ? json_parse(answer.data, answer.len, &err) : NULL;
    const char *text = json_string(json_get(document, key), NULL);
    snprintf(out, size, "%s", text ? text : "");
    if (!text && body)
        fprintf(stderr, "service: %s %s: %ld %s\n", method, path, status, answer.data);
    json_destroy(document);
    strbuf_finish(&answer);
    return out[0] != '\0';
}

void service_submit_as(struct service *service, const char *explore, const char *field,
                       const char *format, char *out_id, size_t id_size)
{
    char query_id[64];
    char body[512];
    snprintf(body, sizeof(body), QUERY_BODY, explore, field);
    if (!ask_for(service, "POST", "/queries", body, "id", query_id, sizeof(query_id)))
        give_up("did not take the query", body);
    snprintf(body, sizeof(body), TASK_BODY, query_id, format);
    if (!ask_for(service, "POST", "/query_tasks", body, "id", out_id, id_size))
        give_up("did not take the task", body);
}

void service_submit(struct service *service, const char *explore, const char *field, char *out_id,
                    size_t id_size)
{
    service_submit_as(service, explore, field, "json_detail", out_id, id_size);
}

const char *service_task_status(struct service *service, const char *task_id)
{
    char path[256];
    snprintf(path, sizeof(path), "/query_tasks/%s", task_id);
    ask_for(service, "GET", path, NULL, "status", service->status, sizeof(service->status));
    return service->status;
}

bool service_wait_status(struct service *service, const char *task_id, const char *status,
                         int timeout_ms)
{
    int64_t deadline_us = term_now_us() + timeout_ms * 1000LL;
    while (strcmp(service_task_status(service, task_id), status) != 0) {
        if (term_now_us() > deadline_us) {
            fprintf(stderr, "service: task %s is %s, not %s\n", task_id, service->status, status);
            return false;
        }
        poll(NULL, 0, 5); /* between two questions */
    }
    return true;
}

size_t service_running_count(struct service *service)
{
    struct strbuf answer;
    struct error err;
    strbuf_init(&answer, BODY_MAX_BYTES);
    if (service_ask(service, "GET", "/running_queries", NULL, &answer) != 200)
        give_up("no running queries", answer.data);
    struct json *list = json_parse(answer.data, answer.len, &err);
    size_t count = json_count(list);
    json_destroy(list);
    strbuf_finish(&answer);
    return count;
}
