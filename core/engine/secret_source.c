#include "engine/secret_source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/sanitize.h"
#include "base/strbuf.h"
#include "base/xalloc.h"

#define WORDS_MAX   64
#define RUNNING_MAX 8    /* commands at the same time */
#define CHECK_MS    20   /* how often the end of the command is looked for */
#define START_BYTES 4096 /* room from the start, so that growing leaves no copies behind */

bool secret_from_env(const char *variable, struct secret *out, struct error *err)
{
    const char *value = getenv(variable);
    char shown[LIMIT_NAME_BYTES];
    sanitize_line(shown, sizeof(shown), variable);
    if (!value || !*value)
        return error_set(err, ERR_CONFIG, "the environment variable %s is %s; export it", shown,
                         value ? "empty" : "not set");
    if (strlen(value) > LIMIT_SECRET_BYTES)
        return error_set(err, ERR_CONFIG, "the environment variable %s is too long", shown);
    secret_set(out, value, strlen(value));
    return true;
}

void secret_forget_env(const char *variable)
{
    char *value = getenv(variable);
    if (value)
        explicit_bzero(value, strlen(value));
}

/* --- words, as a shell would split them, without any expansion ---------------------------------
 */

/* Adds the word at *text without its quotes, and moves *text behind it. False when a quote is not
 * closed. */
static bool take_word(const char **text, struct strbuf *word)
{
    const char *p = *text;
    char quote = '\0';
    for (; *p && (quote || !strchr(" \t", *p)); p++) {
        if (*p == '\\' && quote != '\'' && p[1])
            strbuf_add_char(word, *++p);
        else if (quote && *p == quote)
            quote = '\0';
        else if (!quote && (*p == '"' || *p == '\''))
            quote = *p;
        else
            strbuf_add_char(word, *p);
    }
    *text = p;
    return !quote;
}

static void words_free(char **words)
{
    for (size_t i = 0; words[i]; i++)
        free(words[i]);
    free(words);
}

static char **split_words(const char *command, struct error *err)
{
    char **words = xcalloc(WORDS_MAX + 1, sizeof(*words));
    const char *p = command + strspn(command, " \t");
    size_t count = 0;
    for (; *p && count < WORDS_MAX; p += strspn(p, " \t")) {
        struct strbuf word;
        strbuf_init(&word, LIMIT_SECRET_BYTES);
        bool is_closed = take_word(&p, &word);
        words[count++] = strbuf_take(&word, NULL);
        if (!is_closed) {
            error_set(err, ERR_CONFIG, "a quote is not closed");
            break;
        }
    }
    if (*p && count == WORDS_MAX)
        error_set(err, ERR_CONFIG, "more than %d words; put them into a script", WORDS_MAX);
    else if (!count)
        error_set(err, ERR_CONFIG, "the command is empty");
    else if (!err->message[0])
        return words;
    words_free(words);
    return NULL;
}

/* --- running -----------------------------------------------------------------------------------
 */

/* A command on its way. */
struct running {
    struct secret_command *command; /* NULL: the place is free */
    pid_t pid;                      /* and its process group */
    int fd;                         /* its output; -1: at its end */
    int64_t deadline_ms;            /* monotonic */
    struct strbuf output;
};

/* In a process group of its own, so that what it has started can be ended with it. */
static bool spawn(char **words, int out_fd, bool is_quiet, pid_t *out_pid, struct error *err)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;
    sigset_t none;
    sigset_t ignored;
    sigemptyset(&none);
    sigemptyset(&ignored);
    sigaddset(&ignored, SIGPIPE); /* by this program */
    sigaddset(&ignored, SIGXFSZ);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, out_fd, STDOUT_FILENO);
    if (is_quiet)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                        POSIX_SPAWN_SETPGROUP);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setsigdefault(&attr, &ignored);
    posix_spawnattr_setpgroup(&attr, 0);
    int code = posix_spawnp(out_pid, words[0], &actions, &attr, words, environ);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&actions);
    if (code == 0)
        return true;
    char shown[LIMIT_NAME_BYTES];
    sanitize_line(shown, sizeof(shown), words[0]);
    return error_set(err, ERR_CONFIG, "%s can not be run: %s", shown, strerror(code));
}

/* Where it can not be started its error says why, and the place stays free. */
static void start(struct running *run, struct secret_command *command, int timeout_ms,
                  bool is_quiet)
{
    struct error *err = command->err;
    error_clear(err);
    char **words = split_words(command->command, err);
    if (!words)
        return;
    int fds[2];
    bool has_pipe = pipe2(fds, O_CLOEXEC) == 0 ||
                    error_set(err, ERR_CONFIG, "no pipe for it: %s", strerror(errno));
    bool is_started = has_pipe && spawn(words, fds[1], is_quiet, &run->pid, err);
    words_free(words);
    if (has_pipe)
        close(fds[1]);
    if (has_pipe && !is_started)
        close(fds[0]);
    if (!is_started)
        return;
    run->command = command;
    run->fd = fds[0];
    run->deadline_ms = clock_mono_ms() + timeout_ms;
    strbuf_init(&run->output, LIMIT_SECRET_BYTES);
    strbuf_reserve(&run->output, START_BYTES);
}

/* Reads what there is. */
static void read_some(struct running *run)
{
    char bytes[1024];
    ssize_t count = read(run->fd, bytes, sizeof(bytes));
    if (count > 0)
        strbuf_add(&run->output, bytes, (size_t)count);
    explicit_bzero(bytes, sizeof(bytes));
    if (count > 0 || (count < 0 && errno == EINTR))
        return;
    close(run->fd);
    run->fd = -1;
}

static bool is_readable(const struct running *run)
{
    struct pollfd poll_fd = {.fd = run->fd, .events = POLLIN};
    return poll(&poll_fd, 1, 0) > 0;
}

/* Its place is free again. */
static void leave(struct running *run)
{
    if (run->fd >= 0)
        close(run->fd);
    strbuf_wipe(&run->output);
    *run = (struct running){.fd = -1};
}

static bool check_end(int status, struct error *err)
{
    if (WIFSIGNALED(status))
        return error_set(err, ERR_CONFIG, "it was ended by signal %d", WTERMSIG(status));
    if (WEXITSTATUS(status) != 0)
        return error_set(err, ERR_CONFIG, "it failed with status %d; try it in a shell",
                         WEXITSTATUS(status));
    return true;
}

/* It has ended by itself. */
static void conclude(struct running *run, int status)
{
    while (run->fd >= 0 && is_readable(run))
        read_some(run);
    struct error *err = run->command->err;
    size_t length = strcspn(run->output.data, "\r\n");
    bool is_good = check_end(status, err);
    if (is_good && !length)
        is_good = error_set(err, ERR_CONFIG, "it printed nothing on its first line");
    if (is_good)
        secret_set(run->command->out, run->output.data, length);
    leave(run);
}

/* Ends it and what it has started. */
static void end(struct running *run)
{
    kill(-run->pid, SIGKILL);
    waitpid(run->pid, NULL, 0);
    leave(run);
}

/* It is the end of the command that counts, not that of its output: a daemon it started may hold
 * the pipe open. */
static void look_after(struct running *run, int timeout_ms)
{
    int status = 0;
    if (waitpid(run->pid, &status, WNOHANG) == run->pid) {
        conclude(run, status);
    } else if (clock_mono_ms() >= run->deadline_ms) {
        error_set(run->command->err, ERR_CONFIG, "no end after %d s; does it wait for input?",
                  timeout_ms / 1000);
        end(run);
    }
}

static void read_all(struct running *all)
{
    struct pollfd fds[RUNNING_MAX];
    for (size_t i = 0; i < RUNNING_MAX; i++)
        fds[i] = (struct pollfd){.fd = all[i].fd, .events = POLLIN}; /* -1 is passed over */
    if (poll(fds, RUNNING_MAX, CHECK_MS) <= 0)
        return;
    for (size_t i = 0; i < RUNNING_MAX; i++) {
        if (fds[i].revents)
            read_some(&all[i]);
    }
}

/* Gives free places to those that wait. False: nothing runs any more. */
static bool start_more(struct running *all, struct secret_command *commands, size_t count,
                       size_t *started, int timeout_ms, bool is_quiet)
{
    bool is_any = false;
    for (size_t i = 0; i < RUNNING_MAX; i++) {
        while (!all[i].command && *started < count)
            start(&all[i], &commands[(*started)++], timeout_ms, is_quiet);
        is_any |= all[i].command != NULL;
    }
    return is_any;
}

bool secret_run_commands(struct secret_command *commands, size_t count, int timeout_ms,
                         const struct secret_guard *guard)
{
    struct running all[RUNNING_MAX];
    size_t started = 0;
    bool is_unwanted = false, is_quiet = guard && guard->is_quiet;
    for (size_t i = 0; i < RUNNING_MAX; i++)
        all[i] = (struct running){.fd = -1};
    while (!is_unwanted && start_more(all, commands, count, &started, timeout_ms, is_quiet)) {
        read_all(all);
        is_unwanted = guard && guard->is_unwanted && guard->is_unwanted(guard->context);
        for (size_t i = 0; i < RUNNING_MAX; i++) {
            if (all[i].command && is_unwanted)
                end(&all[i]);
            else if (all[i].command)
                look_after(&all[i], timeout_ms);
        }
    }
    return !is_unwanted;
}
