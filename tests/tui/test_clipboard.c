#include "support/testing.h"

#include <stdlib.h>
#include <string.h>

#include "clipboard.h"

static struct strbuf out;
static struct error err;

static int start(void **state)
{
    (void)state;
    strbuf_init(&out, 1 << 20);
    err = (struct error){0};
    return 0;
}

static int finish(void **state)
{
    (void)state;
    strbuf_finish(&out);
    return 0;
}

static const char *sequence_of(enum clipboard_way way, const char *text)
{
    assert_true(clipboard_build(&out, way, "the id", text, strlen(text), &err));
    return out.data;
}

static void the_text_travels_in_base64(void **state)
{
    (void)state;
    assert_string_equal(sequence_of(CLIPBOARD_PLAIN, "Man"), "\033]52;c;TWFu\a");
    strbuf_clear(&out);
    assert_string_equal(sequence_of(CLIPBOARD_PLAIN, "Ma"), "\033]52;c;TWE=\a");
    strbuf_clear(&out);
    assert_string_equal(sequence_of(CLIPBOARD_PLAIN, "M"), "\033]52;c;TQ==\a");
    strbuf_clear(&out);
    assert_string_equal(sequence_of(CLIPBOARD_PLAIN, "\xc3\xbc\xff"), "\033]52;c;w7z/\a");
}

static void tmux_gets_it_for_itself_and_for_the_terminal_behind(void **state)
{
    (void)state;
    assert_string_equal(sequence_of(CLIPBOARD_TMUX, "Man"),
                        "\033]52;c;TWFu\a\033Ptmux;\033\033]52;c;TWFu\a\033\\");
}

static void screen_gets_short_pieces(void **state)
{
    (void)state;
    char text[1000];
    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    sequence_of(CLIPBOARD_SCREEN, text);
    for (const char *at = out.data; *at != '\0';) {
        const char *end = strstr(at, "\033\\");
        assert_int_equal(strncmp(at, "\033P", 2), 0);
        assert_non_null(end);
        assert_true(end - at < 256);
        at = end + 2;
    }
}

static void too_much_is_refused_with_the_way_out(void **state)
{
    (void)state;
    char *text = calloc(1, CLIPBOARD_BYTES_MAX + 2);
    memset(text, 'a', CLIPBOARD_BYTES_MAX + 1);
    assert_true(clipboard_build(&out, CLIPBOARD_PLAIN, "the SQL", text, CLIPBOARD_BYTES_MAX, &err));
    assert_true(out.len <= 100000);
    strbuf_clear(&out);
    assert_false(
        clipboard_build(&out, CLIPBOARD_PLAIN, "the SQL", text, CLIPBOARD_BYTES_MAX + 1, &err));
    assert_int_equal(out.len, 0);
    assert_non_null(strstr(err.message, "e writes the SQL to a file"));
    free(text);
}

static void a_terminal_without_one_gets_nothing_but_a_word(void **state)
{
    (void)state;
    assert_false(clipboard_build(&out, CLIPBOARD_NONE, "the id", "x", 1, &err));
    assert_int_equal(out.len, 0);
    assert_non_null(strstr(err.message, "no clipboard"));
}

static void the_way_follows_from_the_environment(void **state)
{
    (void)state;
    static const struct {
        const char *term, *tmux, *sty;
        enum clipboard_way way;
    } cases[] = {
        {"xterm-256color", NULL, NULL, CLIPBOARD_PLAIN},
        {"vte-256color", NULL, NULL, CLIPBOARD_PLAIN},
        {"tmux-256color", "/tmp/tmux", NULL, CLIPBOARD_TMUX},
        {"screen", "/tmp/tmux", NULL, CLIPBOARD_TMUX},
        {"screen", NULL, "123.pts", CLIPBOARD_SCREEN},
        {"linux", NULL, NULL, CLIPBOARD_NONE},
        {"vt220", NULL, NULL, CLIPBOARD_NONE},
        {"dumb", NULL, NULL, CLIPBOARD_NONE},
        {"", NULL, NULL, CLIPBOARD_NONE},
        {NULL, NULL, NULL, CLIPBOARD_NONE},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(clipboard_way(cases[i].term, cases[i].tmux, cases[i].sty), cases[i].way);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_text_travels_in_base64, start, finish),
        cmocka_unit_test_setup_teardown(tmux_gets_it_for_itself_and_for_the_terminal_behind, start,
                                        finish),
        cmocka_unit_test_setup_teardown(screen_gets_short_pieces, start, finish),
        cmocka_unit_test_setup_teardown(too_much_is_refused_with_the_way_out, start, finish),
        cmocka_unit_test_setup_teardown(a_terminal_without_one_gets_nothing_but_a_word, start,
                                        finish),
        cmocka_unit_test(the_way_follows_from_the_environment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
