/* The reader of what reaches a terminal knows a stranger when it sees one. */
#include "support/testing.h"

#include <locale.h>
#include <string.h>

#include "base/utf8.h"
#include "support/output_check.h"

static bool passes(const char *text, enum output_rules rules)
{
    struct strbuf reason;
    strbuf_init(&reason, 4096);
    bool is_good = output_check(text, strlen(text), rules, &reason);
    assert_int_equal(is_good, reason.len == 0);
    strbuf_finish(&reason);
    return is_good;
}

static void what_curses_sends_is_known(void **state)
{
    (void)state;
    assert_true(passes("\x1b[?1049h\x1b[22;0;0t\x1b[1;24r\x1b(B\x1b[m\x1b[4l\x1b[?7h\x1b[?1h\x1b=",
                       OUTPUT_SCREEN));
    assert_true(
        passes("\x1b[H\x1b[2J\x1b[38;5;15;7mab\x1b[0;1m\x1b[5X\x1b[12G\r\n\b\x1bM", OUTPUT_SCREEN));
    assert_true(passes("e\xcc\x81 \xe6\xbc\xa2 \xf0\x9f\xa6\x80 \xe2\x90\x9b", OUTPUT_SCREEN));
    assert_true(passes("a  b\r\n\r\x1b[K", OUTPUT_LINES));
    assert_true(passes("a\tb\r\n", OUTPUT_TSV));
    assert_true(passes("a\n", OUTPUT_FILE));
}

static void strangers_are_found(void **state)
{
    (void)state;
    static const char *const strangers[] = {
        "\x1b]0;x\x07",
        "\x1b]52;c;eA==\x07",
        "\x1bP1$q\x1b\\",
        "\x1b_G\x1b\\",
        "\x1b"
        "c",
        "\x1b[6n",
        "\x1b[c",
        "\x1b[21t",
        "\x1b[5m",
        "\x1b[1;8m",
        "\x1b[?1003h",
        "\x1b[?2004h",
        "\x1b[?47h",
        "\x1b[>1u",
        "\x1b[?6n",
        "\x9b"
        "31m",
        "\xc2\x9b"
        "31m",
        "\xe2\x80\xae",
        "\xe2\x80\x8b",
        "\x7f",
        "\x07",
        "\v",
        "\xcc\x81",
        "\xc0\x9b",
        "\xef\xb8\x8f",
        "a\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81",
        "\x1b",
        "\x1b[",
        "\x1b[3",
        "\xe6\xbc",
    };
    for (size_t i = 0; i < sizeof(strangers) / sizeof(strangers[0]); i++)
        for (int rules = OUTPUT_SCREEN; rules <= OUTPUT_FILE; rules++)
            assert_false(passes(strangers[i], (enum output_rules)rules));
    assert_false(passes("\x1b[m", OUTPUT_LINES));
    assert_false(passes("\x1b[K", OUTPUT_FILE));
    assert_false(passes("\r", OUTPUT_FILE));
    assert_false(passes("\t", OUTPUT_LINES));
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    utf8_init_locale();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_curses_sends_is_known),
        cmocka_unit_test(strangers_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
