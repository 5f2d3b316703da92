#include "support/proc.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "support/environment.h"
#include "support/term.h"

#define OUTPUT_MAX_BYTES (64u << 20)

struct stream {
    int fd; /* -1: at its end */
    struct strbuf text;
};

struct proc {
    pid_t pid; /* 0: reaped */
    struct stream output;
    struct stream errors;
};

static _Noreturn void run_child(const char *const *argv, char **environment, int out, int err)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int nothing = open("/dev/null", O_RDONLY);
    dup2(nothing, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    execve(argv[0], (char *const *)argv, environment);
    _exit(127);
}

struct proc *proc_start(const char *const *argv, const char *const *env)
{
    int out[2], err[2];
    struct proc *p = xcalloc(1, sizeof(*p));
    char **environment = environment_create(env);
    if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0)
        abort();
    p->pid = fork();
    if (p->pid == 0)
        run_child(argv, environment, out[1], err[1]);
    environment_destroy(environment);
    close(out[1]);
    close(err[1]);
    p->output.fd = out[0];
    p->errors.fd = err[0];
    strbuf_init(&p->output.text, OUTPUT_MAX_BYTES);
    strbuf_init(&p->errors.text, OUTPUT_MAX_BYTES);
    return p;
}

void proc_signal(struct proc *p, int signal)
{
    kill(p->pid, signal);
}

static void close_stream(struct stream *stream)
{
    if (stream->fd >= 0)
        close(stream->fd);
    stream->fd = -1;
}

void proc_close_output(struct proc *p)
{
    close_stream(&p->output);
}

static void read_stream(struct stream *stream)
{
    char bytes[65536];
    ssize_t count = read(stream->fd, bytes, sizeof(bytes));
    if (count <= 0)
        close_stream(stream);
    else
        strbuf_add(&stream->text, bytes, (size_t)count);
}

/* Reads what is there, after waiting for it. False when both streams are at their end. */
static bool pump(struct proc *p, int64_t deadline_us)
{
    struct pollfd fds[] = {{.fd = p->output.fd, .events = POLLIN},
                           {.fd = p->errors.fd, .events = POLLIN}};
    if (p->output.fd < 0 && p->errors.fd < 0)
        return false;
    int64_t left_ms = (deadline_us - term_now_us()) / 1000;
    if (left_ms <= 0 || poll(fds, 2, (int)left_ms) == 0) {
        fprintf(stderr, "proc: it neither ends nor says more\n%s\n%s\n", p->output.text.data,
                p->errors.text.data);
        kill(p->pid, SIGKILL);
        exit(1);
    }
    if (fds[0].revents)
        read_stream(&p->output);
    if (fds[1].revents)
        read_stream(&p->errors);
    return true;
}

static int64_t deadline(void)
{
    return term_now_us() + TERM_PATIENCE_MS * 1000LL;
}

void proc_wait_text(struct proc *p, const char *text)
{
    int64_t deadline_us = deadline();
    while (!strstr(p->output.text.data, text) && !strstr(p->errors.text.data, text)) {
        if (!pump(p, deadline_us)) {
            fprintf(stderr, "proc: it ended without saying '%s'\n", text);
            exit(1);
        }
    }
}

int proc_wait(struct proc *p)
{
    int status = 0;
    int64_t deadline_us = deadline();
    while (pump(p, deadline_us))
        ;
    waitpid(p->pid, &status, 0);
    p->pid = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

const char *proc_output(const struct proc *p)
{
    return p->output.text.data;
}

const char *proc_errors(const struct proc *p)
{
    return p->errors.text.data;
}

void proc_destroy(struct proc *p)
{
    if (!p)
        return;
    if (p->pid) {
        kill(p->pid, SIGKILL);
        waitpid(p->pid, NULL, 0);
    }
    close_stream(&p->output);
    close_stream(&p->errors);
    strbuf_finish(&p->output.text);
    strbuf_finish(&p->errors.text);
    free(p);
}
