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

static bool spawn(char **words, int out_fd, pid_t *out_pid, struct error *err)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;
    sigset_t none;
    sigset_t pipe_only;
    sigemptyset(&none);
    sigemptyset(&pipe_only);
    sigaddset(&pipe_only, SIGPIPE);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, out_fd, STDOUT_FILENO);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setsigdefault(&attr, &pipe_only);
    int code = posix_spawnp(out_pid, words[0], &actions, &attr, words, environ);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&actions);
    if (code == 0)
        return true;
    char shown[LIMIT_NAME_BYTES];
    sanitize_line(shown, sizeof(shown), words[0]);
    return error_set(err, ERR_CONFIG, "%s can not be run: %s", shown, strerror(code));
}

/* Reads what there is; false at the end of the output. */
static bool read_some(int fd, struct strbuf *out)
{
    char bytes[1024];
    ssize_t count = read(fd, bytes, sizeof(bytes));
    if (count > 0)
        strbuf_add(out, bytes, (size_t)count);
    explicit_bzero(bytes, sizeof(bytes));
    return count > 0 || (count < 0 && errno == EINTR);
}

static bool is_readable(int fd, int timeout_ms)
{
    struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
    return poll(&poll_fd, 1, timeout_ms) > 0;
}

/* Gathers output until the command has ended. It is its end that counts, not that of its output: a
 * daemon it started may hold the pipe open. */
static bool gather(pid_t pid, int fd, int timeout_ms, struct strbuf *out, int *out_status,
                   struct error *err)
{
    int64_t deadline_ms = clock_mono_ms() + timeout_ms;
    bool is_open = true;
    while (waitpid(pid, out_status, WNOHANG) == 0) {
        if (clock_mono_ms() >= deadline_ms) {
            kill(pid, SIGKILL);
            waitpid(pid, out_status, 0);
            return error_set(err, ERR_CONFIG, "no end after %d s; does it wait for input?",
                             timeout_ms / 1000);
        }
        if (is_open && is_readable(fd, CHECK_MS))
            is_open = read_some(fd, out);
        else if (!is_open)
            poll(NULL, 0, CHECK_MS);
    }
    while (is_open && is_readable(fd, 0))
        is_open = read_some(fd, out);
    return true;
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

static bool run(char **words, int timeout_ms, struct strbuf *output, struct error *err)
{
    int fds[2];
    pid_t pid;
    int status = 0;
    if (pipe2(fds, O_CLOEXEC) != 0)
        return error_set(err, ERR_CONFIG, "no pipe for it: %s", strerror(errno));
    bool is_good = spawn(words, fds[1], &pid, err);
    close(fds[1]);
    is_good =
        is_good && gather(pid, fds[0], timeout_ms, output, &status, err) && check_end(status, err);
    close(fds[0]);
    return is_good;
}

bool secret_from_command(const char *command, int timeout_ms, struct secret *out, struct error *err)
{
    struct error ignored = {0};
    struct strbuf output;
    err = err ? err : &ignored;
    error_clear(err);
    char **words = split_words(command, err);
    if (!words)
        return false;
    strbuf_init(&output, LIMIT_SECRET_BYTES);
    strbuf_reserve(&output, START_BYTES);
    bool is_good = run(words, timeout_ms, &output, err);
    words_free(words);
    size_t length = strcspn(output.data, "\r\n");
    if (is_good && !length)
        is_good = error_set(err, ERR_CONFIG, "it printed nothing on its first line");
    if (is_good)
        secret_set(out, output.data, length);
    strbuf_wipe(&output);
    return is_good;
}
