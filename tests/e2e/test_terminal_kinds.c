/* Terminals by kind: none at all, few colours, inside tmux and screen, and one that never keeps its
 * size. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "e2e/stage.h"
#include "support/environment.h"
#include "support/proc.h"

/* ---- none ------------------------------------------------------------------------------------ */

static void without_a_terminal_one_line_says_what_to_do(void **state)
{
    (void)state;
    static const char *const terms[] = {"TERM=xterm-256color", "TERM=dumb", "TERM=no-such", "TERM"};
    struct service *service = service_start(stage_idle, NULL);
    const char *const names[] = {"shop", NULL};
    const char *config = service_config(service, names, NULL);
    for (size_t i = 0; i < sizeof(terms) / sizeof(terms[0]); i++) {
        const char *const argv[] = {TEST_QUERYTOP, "--config", config, NULL};
        const char *const env[] = {terms[i], NULL};
        struct proc *p = proc_start(argv, env);
        assert_int_equal(proc_wait(p), 2);
        assert_string_equal(proc_output(p), "");
        const char *end = strchr(proc_errors(p), '\n');
        assert_non_null(end);
        assert_int_equal(end[1], '\0');
        assert_non_null(strstr(proc_errors(p), "needs a terminal"));
        assert_non_null(strstr(proc_errors(p), "querytop list"));
        proc_destroy(p);
    }
    service_stop(service);
}

/* ---- colours --------------------------------------------------------------------------------- */

enum palette { PALETTE_NONE, PALETTE_8, PALETTE_16, PALETTE_256 };

/* The richest colour that the sequence "ESC [ ... m" at `at` sets. */
static enum palette palette_of(const char *at)
{
    enum palette richest = PALETTE_NONE;
    const char *part = at + 2;
    while (*part >= '0' && *part <= '9') {
        char *end;
        long code = strtol(part, &end, 10);
        enum palette now = PALETTE_NONE;
        if (code == 38 || code == 48)
            return *end == ';' ? PALETTE_256 : PALETTE_NONE;
        if ((code >= 30 && code <= 37) || (code >= 40 && code <= 47))
            now = PALETTE_8;
        if ((code >= 90 && code <= 97) || (code >= 100 && code <= 107))
            now = PALETTE_16;
        richest = now > richest ? now : richest;
        part = *end == ';' ? end + 1 : end;
    }
    return *part == 'm' ? richest : PALETTE_NONE;
}

static enum palette richest_colour(const struct strbuf *log)
{
    enum palette richest = PALETTE_NONE;
    for (const char *at = log->data; (at = strstr(at, "\033[")); at++) {
        enum palette now = palette_of(at);
        richest = now > richest ? now : richest;
    }
    return richest;
}

static const struct {
    const char *env[3];
    enum palette palette;
} kinds[] = {
    {{"TERM=vt100"}, PALETTE_NONE},
    {{"TERM=xterm-mono"}, PALETTE_NONE},
    {{"TERM=xterm"}, PALETTE_8},
    {{"TERM=linux"}, PALETTE_8},
    {{"TERM=xterm-256color"}, PALETTE_256},
    {{"TERM=xterm-256color", "NO_COLOR=1"}, PALETTE_NONE},
    {{"TERM=xterm-256color", "NO_COLOR="}, PALETTE_256},
};

static bool has_cursor_row(struct term *t, const void *context)
{
    (void)context;
    int row = term_find_row(t, "queued  ");
    return row >= 0 && strstr(term_row(t, row), "\xe2\x94\x83") != NULL;
}

static void assert_palette(const char *const *env, enum palette palette)
{
    struct stage stage;
    stage_open(&stage, &(struct stage_options){.sandbox = stage_queue, .env = env});
    assert_true(term_wait_until(stage.term, has_cursor_row, NULL, TERM_PATIENCE_MS));
    assert_int_equal(richest_colour(term_log(stage.term)), palette);
    stage_close(&stage);
}

/* No more colours than the terminal has, and the row under the cursor is told without any. */
static void colours_are_those_of_the_terminal(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        assert_palette(kinds[i].env, kinds[i].palette);
}

/* Of sixteen colours; the distribution's small set of terminals has none of that kind. */
static void sixteen_colours_are_sixteen(void **state)
{
    (void)state;
    static const char source[] = "sixteen|xterm with 16 colours,\n"
                                 " colors#16, pairs#256, use=xterm,\n"
                                 " setaf=\\E[%?%p1%{8}%<%t3%p1%d%e9%p1%{8}%-%d%;m,\n"
                                 " setab=\\E[%?%p1%{8}%<%t4%p1%d%e10%p1%{8}%-%d%;m,\n";
    char *path = xstrdup(scratch_file("sixteen", source, 0600));
    char *terminfo = xasprintf("TERMINFO=%s/terminfo", scratch_folder());
    const char *const argv[] = {"/usr/bin/tic", "-o", terminfo + strlen("TERMINFO="), path, NULL};
    struct proc *p = proc_start(argv, NULL);
    assert_int_equal(proc_wait(p), 0);
    proc_destroy(p);
    const char *const env[] = {"TERM=sixteen", terminfo, NULL};
    assert_palette(env, PALETTE_16);
    free(terminfo);
    free(path);
}

/* ---- a terminal in a terminal ---------------------------------------------------------------- */

static struct term *open_inside(const char *const *argv, const char *const *env)
{
    return term_start(&(struct term_options){.argv = argv, .env = env, .rows = 30, .cols = 110});
}

/* Shows, answers keys, follows the size and leaves. */
static void use_inside(struct term *t)
{
    assert_true(term_wait_text(t, "queued", TERM_PATIENCE_MS));
    term_key(t, "?");
    assert_true(term_wait_text(t, "one row up", TERM_PATIENCE_MS));
    term_key(t, "Esc");
    assert_true(term_wait_no_text(t, "one row up", TERM_PATIENCE_MS));
    term_resize(t, 24, 80);
    assert_true(term_wait_text(t, "[Tasks]", TERM_PATIENCE_MS));
    term_key(t, "2");
    assert_true(term_wait_text(t, "Overview", TERM_PATIENCE_MS));
    term_key(t, "q");
    assert_int_equal(stage_exit_code(t), 0);
    assert_false(term_is_alternate(t));
    assert_true(term_has_first_modes(t));
}

static bool is_missing(const char *path)
{
    if (access(path, X_OK) == 0)
        return false;
    print_message("skipped: no %s here\n", path);
    return true;
}

static void run_inside(const char *const *head, const char *const *env)
{
    struct service *service = service_start(stage_queue, NULL);
    const char *const names[] = {"shop", NULL};
    const char *argv[16];
    size_t count = 0;
    while (head[count]) {
        argv[count] = head[count];
        count++;
    }
    argv[count++] = TEST_QUERYTOP;
    argv[count++] = "--config";
    argv[count++] = service_config(service, names, NULL);
    argv[count] = NULL;
    struct term *t = open_inside(argv, env);
    use_inside(t);
    term_close(t);
    service_stop(service);
}

/* Neither outlives its terminal: a test that fails leaves nothing behind. */
static void inside_tmux(void **state)
{
    (void)state;
    if (is_missing("/usr/bin/tmux"))
        skip();
    char *config = xstrdup(scratch_file("tmux.conf",
                                        "set -g destroy-unattached on\nset -g status off\n"
                                        "set -s escape-time 0\n",
                                        0600));
    char *socket = xasprintf("%s/tmux", scratch_folder());
    const char *const head[] = {"/usr/bin/tmux", "-S", socket, "-f", config, "new-session", NULL};
    run_inside(head, NULL);
    free(socket);
    free(config);
}

static void inside_screen(void **state)
{
    (void)state;
    if (is_missing("/usr/bin/screen"))
        skip();
    char *config = xstrdup(
        scratch_file("screenrc", "autodetach off\nstartup_message off\nmaptimeout 0\n", 0600));
    char *folder = xasprintf("SCREENDIR=%s/screen", scratch_folder());
    const char *const head[] = {"/usr/bin/screen", "-U", "-c", config, NULL};
    const char *const env[] = {folder, NULL};
    run_inside(head, env);
    free(folder);
    free(config);
}

/* ---- a size that never stays ----------------------------------------------------------------- */

#define RESIZES_PER_S 200
#define STORM_S       2

static bool has_whole_frame(struct term *t, const void *context)
{
    (void)context;
    return strstr(term_row(t, 0), "querytop") && strstr(term_row(t, term_rows(t) - 1), "quit");
}

static void storm_of_resizes_and_keys_ends_in_a_whole_frame(void **state)
{
    (void)state;
    static const char *const keys[] = {"Down", "2",  "?",   "Esc", "End", "3", "Tab",
                                       "g",    "Up", "Esc", "1",   "z",   "z", "Esc"};
    struct stage stage;
    stage_open(&stage, &(struct stage_options){.sandbox = stage_queue});
    assert_shows(&stage, "queued");
    int64_t next_us = term_now_us();
    for (int i = 0; i < STORM_S * RESIZES_PER_S; i++) {
        term_resize(stage.term, 1 + i * 13 % 60, 1 + i * 31 % 200);
        term_key(stage.term, keys[(size_t)i % (sizeof(keys) / sizeof(keys[0]))]);
        next_us += 1000000 / RESIZES_PER_S;
        while (term_now_us() < next_us)
            term_pump(stage.term, 1);
    }
    term_resize(stage.term, 31, 101);
    term_keys(stage.term, "Esc Esc 1");
    assert_true(term_wait_until(stage.term, has_whole_frame, NULL, TERM_PATIENCE_MS));
    assert_shows(&stage, "queued");
    assert_int_equal(term_find_row(stage.term, "querytop"), 0);
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_terminal_one_line_says_what_to_do),
        cmocka_unit_test(colours_are_those_of_the_terminal),
        cmocka_unit_test(sixteen_colours_are_sixteen),
        cmocka_unit_test(inside_tmux),
        cmocka_unit_test(inside_screen),
        cmocka_unit_test(storm_of_resizes_and_keys_ends_in_a_whole_frame),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
