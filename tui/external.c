#include "external.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wordexp.h>

#include "base/save_file.h"
#include "base/xalloc.h"

/* The variables that name a program, and what there may be without them; each ends with NULL. */
struct choice {
    const char *what;
    const char *variables[3];
    const char *programs[4];
};

static const struct choice choices[] = {
    [EXTERNAL_PAGER] = {"pager", {"PAGER", NULL}, {"less", "more", NULL}},
    [EXTERNAL_EDITOR] = {"editor",
                         {"VISUAL", "EDITOR", NULL},
                         {"sensible-editor", "nano", "vi", NULL}},
};

static const struct choice browser = {"browser", {"BROWSER", NULL}, {"xdg-open", NULL}};

/* The first variable that says something; NULL. */
static const char *wish_of(const struct choice *choice, const char **out_variable)
{
    for (size_t i = 0; choice->variables[i] != NULL; i++) {
        const char *wish = getenv(choice->variables[i]);
        *out_variable = choice->variables[i];
        if (wish != NULL && wish[strspn(wish, " \t")] != '\0')
            return wish;
    }
    return NULL;
}

/* ---- environment -------------------------------------------------------------------------------
 */

/* less may be told to leave at once when all fits on the screen, which would then be ours again
 * before anybody has read it. */
static char *less_without_quitting(void)
{
    const char *less = getenv("LESS");
    return xasprintf("LESS=%s -+F", less != NULL ? less : "");
}

static char **make_environment(char *less)
{
    size_t count = 0;
    while (environ[count] != NULL)
        count++;
    char **copy = xcalloc(count + 2, sizeof(*copy));
    size_t used = 0;
    for (size_t i = 0; i < count; i++)
        if (strncmp(environ[i], "LESS=", 5) != 0)
            copy[used++] = environ[i];
    copy[used] = less;
    return copy;
}

/* ---- starting ----------------------------------------------------------------------------------
 */

/* Signals as a program expects to find them. */
static void set_signals(posix_spawnattr_t *attributes, short more_flags)
{
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(attributes, &none);
    posix_spawnattr_setsigdefault(attributes, &all);
    posix_spawnattr_setflags(attributes,
                             (short)(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | more_flags));
}

static void close_streams(posix_spawn_file_actions_t *actions)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        posix_spawn_file_actions_addopen(actions, fd, "/dev/null", O_RDWR, 0);
}

/* 0, or why not. Beside us: without the terminal, in a session of its own. */
static int spawn(char *const *argv, bool is_beside, char **environment, pid_t *out_pid)
{
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_init(&actions);
    set_signals(&attributes, is_beside ? POSIX_SPAWN_SETSID : 0);
    if (is_beside)
        close_streams(&actions);
    int reason = posix_spawnp(out_pid, argv[0], &actions, &attributes, argv, environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return reason;
}

/* The same, for those that may use less. */
static int spawn_reader(char *const *argv, bool is_beside, pid_t *out_pid)
{
    char *less = less_without_quitting();
    char **environment = make_environment(less);
    int reason = spawn(argv, is_beside, environment, out_pid);
    free(environment);
    free(less);
    return reason;
}

/* The words of a variable, and the operand after them. */
static bool spawn_wish(const char *variable, const char *wish, const char *operand, bool is_beside,
                       pid_t *out_pid, struct error *err)
{
    wordexp_t words = {.we_offs = 0};
    if (wordexp(wish, &words, WRDE_NOCMD) != 0 || words.we_wordc == 0)
        return error_set(err, ERR_NO, "%s is no plain command with options; no shell reads it: %s",
                         variable, wish);
    const char **argv = xcalloc(words.we_wordc + 2, sizeof(*argv));
    for (size_t i = 0; i < words.we_wordc; i++)
        argv[i] = words.we_wordv[i];
    argv[words.we_wordc] = operand;
    int reason = spawn_reader((char *const *)argv, is_beside, out_pid);
    if (reason != 0)
        error_set(err, ERR_NO, "%s=%s: %s", variable, argv[0], strerror(reason));
    free(argv);
    wordfree(&words);
    return reason == 0;
}

static bool start(const struct choice *choice, const char *operand, bool is_beside, pid_t *out_pid,
                  struct error *err)
{
    const char *variable = NULL;
    const char *wish = wish_of(choice, &variable);
    if (wish != NULL)
        return spawn_wish(variable, wish, operand, is_beside, out_pid, err);
    for (size_t i = 0; choice->programs[i] != NULL; i++) {
        const char *argv[] = {choice->programs[i], operand, NULL};
        if (spawn_reader((char *const *)argv, is_beside, out_pid) == 0)
            return true;
    }
    return error_set(err, ERR_NO, "There is no %s here; set %s to one.", choice->what,
                     choice->variables[0]);
}

/* ---- with the terminal -------------------------------------------------------------------------
 */

/* When it is stopped from the keyboard, so are we: the shell has the job as a whole. */
static int wait_for(pid_t pid)
{
    int status = 0;
    for (;;) {
        pid_t changed = waitpid(pid, &status, WUNTRACED);
        if (changed < 0 && errno == EINTR)
            continue;
        if (changed < 0 || !WIFSTOPPED(status))
            return status;
        raise(SIGSTOP);
        kill(pid, SIGCONT);
    }
}

/* The keys that ended it reached us too, and were not meant for us. */
static void forget_keyboard_signals(void)
{
    static const struct timespec now = {0, 0};
    sigset_t keyboard;
    sigemptyset(&keyboard);
    sigaddset(&keyboard, SIGINT);
    sigaddset(&keyboard, SIGQUIT);
    sigaddset(&keyboard, SIGTSTP);
    while (sigtimedwait(&keyboard, NULL, &now) > 0)
        continue;
}

static bool run(const struct choice *choice, const char *path, struct error *err)
{
    pid_t pid;
    if (!start(choice, path, false, &pid, err))
        return false;
    int status = wait_for(pid);
    forget_keyboard_signals();
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        return error_set(err, ERR_NO, "The %s could not be started.", choice->what);
    return true;
}

/* A folder that nobody else can look into; NULL. */
static char *make_folder(struct error *err)
{
    const char *place = getenv("TMPDIR");
    char *folder =
        xasprintf("%s/querytop-XXXXXX", place != NULL && place[0] == '/' ? place : "/tmp");
    if (mkdtemp(folder) != NULL)
        return folder;
    error_set(err, ERR_NO, "%s: %s", folder, strerror(errno));
    free(folder);
    return NULL;
}

bool external_show(enum external_kind kind, const char *name, const char *text, size_t length,
                   struct error *err)
{
    bool exists;
    char *folder = make_folder(err);
    if (folder == NULL)
        return false;
    char *path = xasprintf("%s/%s", folder, name);
    bool is_shown =
        save_file(path, text, length, false, &exists, err) && run(&choices[kind], path, err);
    unlink(path);
    if (rmdir(folder) != 0 && is_shown) /* an editor's own copies */
        is_shown = error_set(err, ERR_NO, "%s was left: the %s keeps files there", folder,
                             choices[kind].what);
    free(path);
    free(folder);
    return is_shown;
}

/* ---- beside us ---------------------------------------------------------------------------------
 */

static bool is_set(const char *variable)
{
    const char *value = getenv(variable);
    return value != NULL && value[0] != '\0';
}

bool external_browse(const char *url, pid_t *out_pid, struct error *err)
{
    if (strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0)
        return error_set(err, ERR_NO, "This link is no web page.");
    if (!is_set("BROWSER") && !is_set("DISPLAY") && !is_set("WAYLAND_DISPLAY"))
        return error_set(err, ERR_NO, "No display for a browser here; Y copies the link: %s", url);
    return start(&browser, url, true, out_pid, err);
}

bool external_has_ended(pid_t pid, struct error *err)
{
    int status = 0;
    pid_t ended = waitpid(pid, &status, WNOHANG);
    if (ended == 0 || (ended < 0 && errno == EINTR))
        return false;
    if (ended == pid && (!WIFEXITED(status) || WEXITSTATUS(status) != 0))
        error_set(err, ERR_NO, "The browser could not be opened; Y copies the link.");
    return true;
}

/* ---- helpers -----------------------------------------------------------------------------------
 */

/* Ours and the facts; all of them to be freed. */
static char **environment_with(const struct external_fact *facts, size_t count)
{
    size_t own = 0;
    while (environ[own] != NULL)
        own++;
    char **copy = xcalloc(own + count + 1, sizeof(*copy));
    for (size_t i = 0; i < count; i++)
        copy[i] = xasprintf("%s=%s", facts[i].name, facts[i].value != NULL ? facts[i].value : "");
    for (size_t i = 0; i < own; i++)
        copy[count + i] = xstrdup(environ[i]);
    return copy;
}

static void environment_free(char **environment)
{
    for (size_t i = 0; environment[i] != NULL; i++)
        free(environment[i]);
    free(environment);
}

static pid_t *free_place(struct external_helpers *helpers)
{
    for (size_t i = 0; i < EXTERNAL_HELPERS_MAX; i++)
        if (helpers->pids[i] == 0)
            return &helpers->pids[i];
    return NULL;
}

bool external_run(struct external_helpers *helpers, const char *command,
                  const struct external_fact *facts, size_t count, struct error *err)
{
    wordexp_t words = {.we_offs = 0};
    external_look_after(helpers);
    pid_t *place = free_place(helpers);
    if (place == NULL)
        return error_set(err, ERR_NO, "%d of them run already", EXTERNAL_HELPERS_MAX);
    if (wordexp(command, &words, WRDE_NOCMD) != 0 || words.we_wordc == 0)
        return error_set(err, ERR_NO, "is no plain command with options; no shell reads it");
    char **environment = environment_with(facts, count);
    int reason = spawn(words.we_wordv, true, environment, place);
    if (reason != 0) {
        *place = 0;
        error_set(err, ERR_NO, "%s: %s", words.we_wordv[0], strerror(reason));
    }
    environment_free(environment);
    wordfree(&words);
    return reason == 0;
}

void external_look_after(struct external_helpers *helpers)
{
    for (size_t i = 0; i < EXTERNAL_HELPERS_MAX; i++)
        if (helpers->pids[i] != 0 && waitpid(helpers->pids[i], NULL, WNOHANG) != 0)
            helpers->pids[i] = 0;
}
