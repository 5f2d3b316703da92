/* However the program ends, the terminal is as it was: its modes, its screen, its cursor. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "e2e/stage.h"
#include "support/environment.h"

/* Both with synchronised output, in the middle of which a program may die as well. */
static const char *const env[] = {"QUERYTOP_SYNC=1", NULL};
static const struct stage_options options = {.sandbox = stage_queue, .env = env};

/* The last sequence of the two that the program sent. */
static bool is_last(struct term *t, const char *one, const char *other)
{
    const struct strbuf *log = term_log(t);
    const char *last_one = NULL;
    const char *last_other = NULL;
    for (const char *at = log->data; (at = strchr(at, '\x1b')); at++) {
        if (strncmp(at, one, strlen(one)) == 0)
            last_one = at;
        if (strncmp(at, other, strlen(other)) == 0)
            last_other = at;
    }
    return last_one > last_other;
}

static void assert_taken(struct term *t)
{
    assert_true(term_is_alternate(t));
    assert_false(term_has_first_modes(t));
}

static void assert_restored(struct term *t)
{
    int row, col;
    bool is_visible;
    term_cursor(t, &row, &col, &is_visible);
    assert_true(is_visible);
    assert_false(term_is_alternate(t));
    assert_false(term_wants_mouse(t));
    assert_true(term_has_first_modes(t));
    assert_true(is_last(t, "\x1b[?1l", "\x1b[?1h"));          /* cursor keys */
    assert_true(is_last(t, "\x1b[?2026l", "\x1b[?2026h"));    /* a frame that was begun */
    assert_true(is_last(t, "\x1b[m", "\x1b[7m"));             /* attributes */
    assert_true(is_last(t, "\x1b[39;49m", "\x1b[38;5;231m")); /* colours */
}

static bool is_mouse_on(struct term *t, const void *context)
{
    (void)context;
    return term_wants_mouse(t);
}

/* It stays on, for the tests after this one too. */
static void switch_mouse_on(struct term *t)
{
    if (!term_wants_mouse(t))
        term_key(t, "M");
    assert_true(term_wait_until(t, is_mouse_on, NULL, TERM_PATIENCE_MS));
}

static void open_queue(struct stage *stage)
{
    stage_open(stage, &options);
    assert_shows(stage, "queued");
    switch_mouse_on(stage->term);
    assert_taken(stage->term);
}

static int end_of(struct stage *stage)
{
    int status = 0;
    assert_true(term_wait_exit(stage->term, TERM_PATIENCE_MS, &status));
    return status;
}

static void close_restored(struct stage *stage)
{
    assert_restored(stage->term);
    term_close(stage->term);
    service_stop(stage->service);
}

static void quitting_restores_the_terminal(void **state)
{
    (void)state;
    struct stage stage;
    open_queue(&stage);
    term_key(stage.term, "F10");
    assert_exit_code(stage.term, 0);
    close_restored(&stage);
}

static void signals_restore_the_terminal(void **state)
{
    (void)state;
    static const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT};
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        struct stage stage;
        open_queue(&stage);
        kill(term_pid(stage.term), signals[i]);
        assert_exit_code(stage.term, 128 + signals[i]);
        close_restored(&stage);
    }
}

static void crashes_restore_the_terminal(void **state)
{
    (void)state;
    static const int signals[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        struct stage stage;
        open_queue(&stage);
        kill(term_pid(stage.term), signals[i]);
        int status = end_of(&stage);
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), signals[i]);
        close_restored(&stage);
    }
}

/* Whatever the program was at: curses may hold its buffers half filled, malloc its lock. */
static void crash_amid_painting_restores_the_terminal(void **state)
{
    (void)state;
    struct stage stage = {.service = service_start(stage_queue, NULL)};
    for (int i = 0; i < 8; i++) {
        stage_open_term(&stage, &options);
        assert_shows(&stage, "queued");
        switch_mouse_on(stage.term);
        size_t before = term_bytes(stage.term);
        for (int key = 0; key < 5; key++)
            term_key(stage.term, "C-l");
        while (term_bytes(stage.term) < before + (size_t)i * 120)
            assert_true(term_pump(stage.term, TERM_PATIENCE_MS));
        kill(term_pid(stage.term), SIGABRT);
        assert_true(WIFSIGNALED(end_of(&stage)));
        assert_restored(stage.term);
        term_close(stage.term);
    }
    service_stop(stage.service);
}

/* Nobody reads what is sent, such as at the other end of a line that is dead. */
static void terminal_that_stands_still_does_not_hold_up_the_end(void **state)
{
    (void)state;
    static const int signals[] = {SIGABRT, SIGTERM};
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        struct stage stage;
        int status;
        open_queue(&stage);
        assert_true(term_clog(stage.term));
        kill(term_pid(stage.term), signals[i]);
        assert_true(term_wait_exit_unread(stage.term, TERM_PATIENCE_MS, &status));
        assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 128 + SIGTERM);
        while (term_pump(stage.term, 0))
            continue;
        close_restored(&stage);
    }
}

static void lost_terminal_ends_the_program(void **state)
{
    (void)state;
    struct stage stage;
    int status;
    open_queue(&stage);
    assert_true(term_hang_up(stage.term, TERM_PATIENCE_MS, &status));
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 128 + SIGHUP);
    term_close(stage.term);
    service_stop(stage.service);
}

/* ---- stopping and going on ------------------------------------------------------------------- */

/* The dashboard as a job of a shell, which says when the job has stopped and takes it up again
 * after Enter. The shell stays to the end: when it goes, what it stopped is woken. */
static struct term *start_job(const struct stage *stage, char **out_pid_path)
{
    static const char *const names[] = {"shop", NULL};
    const char *config = service_config(stage->service, names, NULL);
    *out_pid_path = xasprintf("%s/pid", scratch_folder());
    char *script =
        xasprintf("set -m; sh -c 'echo $$ >%s; exec %s --config %s';"
                  "echo the job stands; read x; fg >/dev/null; echo the job ended: $?; read x",
                  *out_pid_path, TEST_QUERYTOP, config);
    const char *const argv[] = {"/bin/sh", "-c", script, NULL};
    struct term *t = term_start(&(struct term_options){.argv = argv, .env = env});
    free(script);
    return t;
}

static pid_t read_pid(const char *path)
{
    int pid = 0;
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%d", &pid), 1);
    fclose(file);
    return (pid_t)pid;
}

static bool is_taken(struct term *t, const void *context)
{
    (void)context;
    return term_is_alternate(t) && !term_has_first_modes(t) && strstr(term_screen(t), "queued");
}

static void stop(struct term *t, const char *pid_path, bool is_by_key)
{
    if (is_by_key)
        term_key(t, "C-z");
    else
        kill(read_pid(pid_path), SIGTSTP);
}

static void stop_and_go_on(bool is_by_key)
{
    struct stage stage = {.service = service_start(stage_queue, NULL)};
    char *pid_path;
    struct term *t = start_job(&stage, &pid_path);
    assert_true(term_wait_until(t, is_taken, NULL, TERM_PATIENCE_MS));
    switch_mouse_on(t);
    stop(t, pid_path, is_by_key);
    assert_true(term_wait_text(t, "the job stands", TERM_PATIENCE_MS));
    assert_restored(t);
    term_send_bytes(t, "\n", 1);
    assert_true(term_wait_until(t, is_taken, NULL, TERM_PATIENCE_MS));
    assert_true(term_wait_until(t, is_mouse_on, NULL, TERM_PATIENCE_MS));
    stop(t, pid_path, is_by_key);
    assert_true(term_wait_text(t, "the job ended: ", TERM_PATIENCE_MS)); /* fg says so of a stop */
    assert_restored(t);
    kill(read_pid(pid_path), SIGKILL);
    term_close(t);
    free(pid_path);
    service_stop(stage.service);
}

static void stop_signal_restores_and_continuing_paints_again(void **state)
{
    (void)state;
    stop_and_go_on(false);
}

static void stop_key_restores_and_continuing_paints_again(void **state)
{
    (void)state;
    stop_and_go_on(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quitting_restores_the_terminal),
        cmocka_unit_test(signals_restore_the_terminal),
        cmocka_unit_test(crashes_restore_the_terminal),
        cmocka_unit_test(crash_amid_painting_restores_the_terminal),
        cmocka_unit_test(terminal_that_stands_still_does_not_hold_up_the_end),
        cmocka_unit_test(lost_terminal_ends_the_program),
        cmocka_unit_test(stop_signal_restores_and_continuing_paints_again),
        cmocka_unit_test(stop_key_restores_and_continuing_paints_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
