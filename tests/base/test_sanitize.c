#include "support/testing.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/codepoint.h"
#include "base/limits.h"
#include "base/sanitize.h"
#include "base/utf8.h"

#define FFFD "\xEF\xBF\xBD"
#define MARK "\xCC\x81" /* U+0301 */

static void check_bytes(enum sanitize_mode mode, const char *bytes, size_t length,
                        const char *expected)
{
    struct strbuf out;
    strbuf_init(&out, 1 << 16);
    assert_true(sanitize(&out, bytes, length, mode));
    assert_string_equal(out.data, expected);
    assert_int_equal(out.len, strlen(expected));

    struct strbuf again;
    strbuf_init(&again, 1 << 16);
    sanitize(&again, out.data, out.len, mode);
    assert_string_equal(again.data, out.data);
    if (mode == SANITIZE_LINE) {
        assert_true(sanitize_is_clean(out.data, out.len));
        bool is_same = out.len == length && memcmp(out.data, bytes, length) == 0;
        assert_int_equal(sanitize_is_clean(bytes, length), is_same);
    }
    strbuf_finish(&again);
    strbuf_finish(&out);
}

static void check_line(const char *text, const char *expected)
{
    check_bytes(SANITIZE_LINE, text, strlen(text), expected);
}

static void check_text(const char *text, const char *expected)
{
    check_bytes(SANITIZE_TEXT, text, strlen(text), expected);
}

static void clean_text_comes_out_as_it_went_in(void **state)
{
    (void)state;
    check_line("", "");
    check_line("SELECT 'a  b' -- ~", "SELECT 'a  b' -- ~");
    check_line("caf\xC3\xA9 \xE4\xB8\xAD \xF0\x9F\x98\x80",
               "caf\xC3\xA9 \xE4\xB8\xAD \xF0\x9F\x98\x80");
    check_line("a" MARK MARK MARK MARK "b", "a" MARK MARK MARK MARK "b");
    check_text("a\n  b\n\n", "a\n  b\n\n");
}

static void controls_become_pictures(void **state)
{
    (void)state;
    check_line("\x1b[31mred\x07", "\xE2\x90\x9B[31mred\xE2\x90\x87");
    check_line("\x7f", "\xE2\x90\xA1");
    check_bytes(SANITIZE_LINE, "a\0b", 3,
                "a\xE2\x90\x80"
                "b");
    check_text("\v\f\b", "\xE2\x90\x8B\xE2\x90\x8C\xE2\x90\x88");
}

static void every_byte_alone_becomes_one_visible_cell(void **state)
{
    (void)state;
    for (int byte = 0; byte < 256; byte++) {
        char c = (char)byte;
        struct strbuf out;
        strbuf_init(&out, 16);
        sanitize(&out, &c, 1, SANITIZE_LINE);
        uint32_t shown;
        assert_int_equal(utf8_decode(out.data, out.len, &shown), out.len);
        bool is_blank = c == '\t' || c == '\r' || c == '\n';
        uint32_t expected = is_blank       ? ' '
                            : byte < 0x20  ? 0x2400 + (uint32_t)byte
                            : byte < 0x7F  ? (uint32_t)byte
                            : byte == 0x7F ? 0x2421
                                           : 0xFFFD;
        assert_int_equal(shown, expected);
        strbuf_finish(&out);
    }
}

static void an_unclean_byte_is_seen_at_every_position(void **state)
{
    (void)state;
    static const char bytes[] = {'\x1b', '\x7f', '\x80', '\xff', '\0', '\x1f', '\n'};
    for (size_t b = 0; b < sizeof(bytes); b++) {
        for (size_t i = 0; i < 33; i++) {
            char text[33];
            memset(text, '~', sizeof(text));
            assert_true(sanitize_is_clean(text, sizeof(text)));
            text[i] = bytes[b];
            assert_false(sanitize_is_clean(text, sizeof(text)));
            struct strbuf out;
            strbuf_init(&out, 100);
            sanitize(&out, text, sizeof(text), SANITIZE_LINE);
            assert_null(memchr(out.data, bytes[b], out.len));
            assert_int_equal(out.data[i ? i - 1 : out.len - 1], '~');
            strbuf_finish(&out);
        }
    }
}

static void what_is_hidden_becomes_a_replacement(void **state)
{
    (void)state;
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        {0x80, 0x9F},       {0xAD, 0xAD},       {0x61C, 0x61C},       {0x180B, 0x180F},
        {0x200B, 0x200F},   {0x2028, 0x202E},   {0x2060, 0x206F},     {0xE000, 0xF8FF},
        {0xFDD0, 0xFDEF},   {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},     {0xFFF0, 0xFFFB},
        {0xFFFE, 0xFFFF},   {0x1D173, 0x1D17A}, {0x1FFFE, 0x1FFFF},   {0xDFFFE, 0xDFFFF},
        {0xE0000, 0xE0FFF}, {0xF0000, 0xFFFFF}, {0x100000, 0x10FFFF},
    };
    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
        for (uint32_t c = ranges[i].first; c <= ranges[i].last; c++) {
            char text[] = "x....";
            size_t length = 1 + utf8_encode(c, text + 1);
            check_bytes(SANITIZE_LINE, text, length, "x" FFFD);
        }
    }
}

/* Against the C library: a base that it draws into no cell would let text hide. Only the basic
 * plane: newer libraries know newer marks. */
static void no_base_is_invisible(void **state)
{
    (void)state;
    assert_non_null(setlocale(LC_ALL, "C.UTF-8"));
    for (uint32_t c = 0xA0; c < 0x10000; c++) {
        if (!codepoint_is_hidden(c) && !codepoint_is_mark(c) && wcwidth((wchar_t)c) == 0)
            fail_msg("U+%04X is drawn into no cell", c);
    }
    assert_false(codepoint_is_mark('a'));
    assert_false(codepoint_is_mark(0x4E2D));
    assert_true(codepoint_is_mark(0x0300));
    assert_true(codepoint_is_mark(0x036F));
    assert_false(codepoint_is_mark(0x0370));
    assert_true(codepoint_is_hidden(UTF8_INVALID));
    assert_false(codepoint_is_hidden(0xFFFD));
}

static void common_is_neither_hidden_nor_mark(void **state)
{
    (void)state;
    size_t count = 0;
    for (uint32_t c = 0; c <= 0x110000; c++) {
        if (codepoint_is_common(c)) {
            assert_false(codepoint_is_hidden(c) || codepoint_is_mark(c));
            count++;
        }
    }
    assert_true(count > 40000);
    assert_false(codepoint_is_common('a'));
    assert_true(codepoint_is_common(0xE9));
}

static void broken_utf8_becomes_replacements(void **state)
{
    (void)state;
    check_line("a\xff"
               "b",
               "a" FFFD "b");
    check_line("\xC0\xAF", FFFD FFFD);
    check_line("\xED\xA0\x80", FFFD FFFD FFFD);
    check_line("x\xE2\x82", "x" FFFD FFFD);
}

static void blanks_of_a_line_collapse(void **state)
{
    (void)state;
    check_line("a\t\tb\r\n\r\nc", "a b c");
    check_line("\na\n", " a ");
    check_line("a  b", "a  b");
    check_line("a \n b", "a   b");
}

static void text_keeps_lines_and_expands_tabs(void **state)
{
    (void)state;
    check_text("a\r\nb", "a\nb");
    check_text("a\rb", "a\xE2\x90\x8D"
                       "b");
    check_text("\r\r\n", "\xE2\x90\x8D\n");
    check_text("\ta\tbc\tdef\tghij\tk", "    a   bc  def ghij    k");
    check_text("ab\n\tc", "ab\n    c");
    check_text("\xC3\xA9\tx", "\xC3\xA9   x");
    check_text("e" MARK "\tx", "e" MARK "   x");
}

static void towers_of_marks_are_cut(void **state)
{
    (void)state;
    check_line("a" MARK MARK MARK MARK MARK "b", "a" MARK MARK MARK MARK FFFD "b");
    check_line("a" MARK MARK MARK MARK MARK MARK MARK MARK, "a" MARK MARK MARK MARK FFFD);
    check_line("a" MARK MARK MARK MARK MARK MARK "b" MARK, "a" MARK MARK MARK MARK FFFD "b" MARK);
}

static void a_mark_without_base_gets_one(void **state)
{
    (void)state;
    check_line(MARK, FFFD MARK);
    check_text("a\n" MARK, "a\n" FFFD MARK);
    check_line("a\n" MARK, "a " MARK);
    check_line("\x1b" MARK, "\xE2\x90\x9B" MARK);
    check_line("\xff" MARK, FFFD MARK);
}

static void check_cut(const char *text, size_t max, const char *expected, bool is_whole)
{
    struct strbuf out;
    strbuf_init(&out, max);
    assert_int_equal(sanitize(&out, text, strlen(text), SANITIZE_TEXT), is_whole);
    assert_string_equal(out.data, expected);
    assert_int_equal(out.is_cut, !is_whole);
    strbuf_finish(&out);
}

static void the_ceiling_cuts_between_characters(void **state)
{
    (void)state;
    check_cut("abcdef", 4, "abcd", false);
    check_cut("abcd", 4, "abcd", true);
    check_cut("ab\xE4\xB8\xAD"
              "d",
              4, "ab", false);
    check_cut("ab\xE4\xB8\xAD", 5, "ab\xE4\xB8\xAD", true);
    check_cut("\x1b", 2, "", false);
    check_cut(MARK, 2, "", false);
    check_cut("ab\t", 3, "ab ", false);
    check_cut("", 0, "", true);
}

static void lines_fit_fixed_buffers(void **state)
{
    (void)state;
    char small[6];
    assert_ptr_equal(sanitize_line(small, sizeof(small), "a\nb\xE4\xB8\xAD"), small);
    assert_string_equal(small, "a b");
    assert_string_equal(sanitize_line(small, 1, "abc"), "");
    assert_string_equal(sanitize_line(small, sizeof(small), "12345"), "12345");
}

static void random_bytes_come_out_clean_and_stay(void **state)
{
    (void)state;
    static const unsigned char likely[] = {'a',  ' ',  '\t', '\r', '\n', 0x1b, 0xCC, 0x81,
                                           0xE2, 0x80, 0xAE, 0xF0, 0x9F, 0x98, 0xC2, 0xEF};
    srandom(7);
    for (int round = 0; round < 20000; round++) {
        char bytes[48];
        size_t length = (size_t)random() % sizeof(bytes);
        for (size_t i = 0; i < length; i++)
            bytes[i] = (char)likely[(size_t)random() % sizeof(likely)];
        for (int mode = SANITIZE_LINE; mode <= SANITIZE_TEXT; mode++) {
            struct strbuf once;
            struct strbuf twice;
            strbuf_init(&once, 1 + (size_t)random() % 200);
            strbuf_init(&twice, 1 << 10);
            sanitize(&once, bytes, length, (enum sanitize_mode)mode);
            assert_true(utf8_is_valid(once.data, once.len));
            assert_true(sanitize(&twice, once.data, once.len, (enum sanitize_mode)mode));
            assert_string_equal(once.data, twice.data);
            strbuf_finish(&once);
            strbuf_finish(&twice);
        }
    }
}

static void plain_ids_are_safe_in_a_path(void **state)
{
    (void)state;
    assert_true(sanitize_is_plain_id("0a1b2c3d"));
    assert_true(sanitize_is_plain_id("a.b-c_d~e:f@g=h&i"));
    static const char *const bad[] = {"",    "a b",  "a\"b", "a'b",  "a\\b",     "a/b", "a?b",
                                      "a#b", "a%20", "a\nb", "\x7f", "\xC3\xA9", ".",   ".."};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(sanitize_is_plain_id(bad[i]));
    char longest[LIMIT_ID_BYTES + 1];
    memset(longest, 'x', sizeof(longest));
    longest[LIMIT_ID_BYTES] = '\0';
    assert_false(sanitize_is_plain_id(longest));
    longest[LIMIT_ID_BYTES - 1] = '\0';
    assert_true(sanitize_is_plain_id(longest));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clean_text_comes_out_as_it_went_in),
        cmocka_unit_test(controls_become_pictures),
        cmocka_unit_test(every_byte_alone_becomes_one_visible_cell),
        cmocka_unit_test(an_unclean_byte_is_seen_at_every_position),
        cmocka_unit_test(what_is_hidden_becomes_a_replacement),
        cmocka_unit_test(no_base_is_invisible),
        cmocka_unit_test(common_is_neither_hidden_nor_mark),
        cmocka_unit_test(broken_utf8_becomes_replacements),
        cmocka_unit_test(blanks_of_a_line_collapse),
        cmocka_unit_test(text_keeps_lines_and_expands_tabs),
        cmocka_unit_test(towers_of_marks_are_cut),
        cmocka_unit_test(a_mark_without_base_gets_one),
        cmocka_unit_test(the_ceiling_cuts_between_characters),
        cmocka_unit_test(lines_fit_fixed_buffers),
        cmocka_unit_test(random_bytes_come_out_clean_and_stay),
        cmocka_unit_test(plain_ids_are_safe_in_a_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
