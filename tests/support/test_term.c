#include "support/testing.h"

#include <string.h>
#include <sys/wait.h>

#include "support/term.h"

static struct term *start_shell(const char *script, int rows, int cols)
{
    const char *const argv[] = {"/bin/sh", "-c", script, NULL};
    return term_start(&(struct term_options){.argv = argv, .rows = rows, .cols = cols});
}

static void shows_text_where_it_was_put(void **state)
{
    (void)state;
    struct term *t = start_shell("printf '\\033[3;5Hb\\303\\244r \\342\\226\\266'; read x", 5, 20);
    assert_true(term_wait_text(t, "\xe2\x96\xb6", TERM_PATIENCE_MS));
    assert_string_equal(term_row(t, 2), "    b\xc3\xa4r \xe2\x96\xb6");
    assert_int_equal(term_find_row(t, "b\xc3\xa4r"), 2);
    assert_string_equal(term_screen(t), "\n\n    b\xc3\xa4r \xe2\x96\xb6\n\n\n");
    term_close(t);
}

static void tells_styles(void **state)
{
    (void)state;
    struct term *t = start_shell("printf 'a\\033[1;7mbc\\033[0;32md\\033[0me'; read x", 2, 10);
    assert_true(term_wait_text(t, "abcde", TERM_PATIENCE_MS));
    assert_string_equal(term_styles(t), "0: 1-2 bold reverse; 3-3 fg2\n");
    assert_true(term_row_is_reverse(t, 0, 1));
    assert_false(term_row_is_reverse(t, 0, 0));
    term_close(t);
}

static void keys_arrive_as_the_mode_wants_them(void **state)
{
    (void)state;
    struct term *t = start_shell("stty -echo -icanon; printf '\\033[?1hready';"
                                 "dd bs=1 count=8 2>/dev/null | od -An -c",
                                 5, 80);
    assert_true(term_wait_text(t, "ready", TERM_PATIENCE_MS));
    term_keys(t, "Up x C-l Esc");
    term_type(t, "\xc3\xa4");
    assert_true(term_wait_text(t, "033   O   A   x  \\f 033 303 244", TERM_PATIENCE_MS));
    term_close(t);
}

static void resize_reaches_the_program(void **state)
{
    (void)state;
    struct term *t =
        start_shell("trap 'stty size' WINCH; echo ready; while :; do read x; done", 10, 40);
    assert_true(term_wait_text(t, "ready", TERM_PATIENCE_MS));
    term_resize(t, 12, 50);
    term_send_bytes(t, "\n", 1); /* a shell runs its trap between commands */
    assert_true(term_wait_text(t, "12 50", TERM_PATIENCE_MS));
    term_close(t);
}

static void exit_status_and_last_words_are_kept(void **state)
{
    (void)state;
    struct term *t = start_shell("printf bye; exit 5", 0, 0);
    int status;
    assert_true(term_wait_exit(t, TERM_PATIENCE_MS, &status));
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 5);
    assert_string_equal(term_log(t)->data, "bye");
    term_close(t);
}

static void environment_is_clean_and_can_be_changed(void **state)
{
    (void)state;
    const char *const argv[] = {"/bin/sh", "-c", "echo [$TERM,${TZ-none},$NEW,${USER-none}]", NULL};
    const char *const env[] = {"TERM=vt100", "TZ", "NEW=1", NULL};
    struct term *t = term_start(&(struct term_options){.argv = argv, .env = env});
    assert_true(term_wait_text(t, "[vt100,none,1,none]", TERM_PATIENCE_MS));
    term_close(t);
}

static void alternate_screen_and_cursor_are_seen(void **state)
{
    (void)state;
    struct term *t = start_shell("printf '\\033[?1049h\\033[?25lin'; read x;"
                                 "printf '\\033[?1049l\\033[?25hout'; read x",
                                 3, 10);
    int row, col;
    bool is_visible;
    assert_true(term_wait_text(t, "in", TERM_PATIENCE_MS));
    assert_true(term_is_alternate(t));
    term_cursor(t, &row, &col, &is_visible);
    assert_false(is_visible);
    term_key(t, "Enter");
    assert_true(term_wait_text(t, "out", TERM_PATIENCE_MS));
    assert_false(term_is_alternate(t));
    term_cursor(t, &row, &col, &is_visible);
    assert_true(is_visible);
    term_close(t);
}

static void half_a_frame_is_waited_for(void **state)
{
    (void)state;
    struct term *t = start_shell("stty -echo; printf 'one\\033[?2026hpart\\033[?20'; read x;"
                                 "printf '26ltwo\\033[?2026'; read x; printf 'hthree'; read x;"
                                 "printf 'four\\033[?2026l'; read x",
                                 3, 40);
    assert_true(term_wait_text(t, "onepart", TERM_PATIENCE_MS));
    term_key(t, "Enter");
    assert_true(term_wait_frame(t, TERM_PATIENCE_MS));
    assert_true(term_wait_text(t, "two", TERM_PATIENCE_MS));
    term_key(t, "Enter");
    assert_true(term_wait_text(t, "three", TERM_PATIENCE_MS));
    term_key(t, "Enter");
    assert_true(term_wait_frame(t, TERM_PATIENCE_MS));
    assert_non_null(strstr(term_screen(t), "four"));
    term_close(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_text_where_it_was_put),
        cmocka_unit_test(tells_styles),
        cmocka_unit_test(keys_arrive_as_the_mode_wants_them),
        cmocka_unit_test(resize_reaches_the_program),
        cmocka_unit_test(exit_status_and_last_words_are_kept),
        cmocka_unit_test(environment_is_clean_and_can_be_changed),
        cmocka_unit_test(alternate_screen_and_cursor_are_seen),
        cmocka_unit_test(half_a_frame_is_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
