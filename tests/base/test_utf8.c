#include "support/testing.h"

#include <locale.h>
#include <string.h>

#include "base/utf8.h"

static void use_locale(const char *name)
{
    assert_non_null(setlocale(LC_ALL, name));
    utf8_init_locale();
}

static void every_code_point_survives_the_round_trip(void **state)
{
    (void)state;
    for (uint32_t c = 0; c <= 0x10FFFF; c++) {
        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        char bytes[4];
        uint32_t decoded;
        size_t length = utf8_encode(c, bytes);
        assert_int_equal(utf8_decode(bytes, length, &decoded), length);
        assert_int_equal(decoded, c);
        assert_true(utf8_is_valid(bytes, length));
        if (length > 1)
            assert_false(utf8_is_valid(bytes, length - 1));
    }
}

static void broken_sequences_take_one_byte(void **state)
{
    (void)state;
    static const char *const broken[] = {
        "\x80",             /* a tail alone */
        "\xC0\xAF",         /* overlong in two bytes */
        "\xC1\xBF",         /* overlong in two bytes */
        "\xE0\x9F\xBF",     /* overlong in three bytes */
        "\xF0\x8F\xBF\xBF", /* overlong in four bytes */
        "\xED\xA0\x80",     /* first surrogate */
        "\xED\xBF\xBF",     /* last surrogate */
        "\xF4\x90\x80\x80", /* beyond U+10FFFF */
        "\xF5\x80\x80\x80", /* no such first byte */
        "\xFF",             /* no such byte */
        "\xE2\x82",         /* cut off */
        "\xE2\x82x",        /* tail missing */
    };
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        uint32_t c = 0;
        assert_int_equal(utf8_decode(broken[i], strlen(broken[i]), &c), 1);
        assert_int_equal(c, UTF8_INVALID);
        assert_false(utf8_is_valid(broken[i], strlen(broken[i])));
    }
}

static void validity_is_seen_at_every_position(void **state)
{
    (void)state;
    char text[40];
    for (size_t i = 0; i < sizeof(text); i++) {
        memset(text, 'a', sizeof(text));
        assert_true(utf8_is_valid(text, sizeof(text)));
        text[i] = '\xC3';
        assert_false(utf8_is_valid(text, sizeof(text)));
        if (i + 1 < sizeof(text)) {
            text[i + 1] = '\xA9';
            assert_true(utf8_is_valid(text, sizeof(text)));
        }
    }
    assert_true(utf8_is_valid("", 0));
}

static void width_agrees_with_the_terminal(void **state)
{
    (void)state;
    use_locale("C.UTF-8");
    assert_true(utf8_is_locale());
    assert_int_equal(utf8_char_cols('a'), 1);
    assert_int_equal(utf8_char_cols(0xE9), 1);
    assert_int_equal(utf8_char_cols(0x4E2D), 2);
    assert_int_equal(utf8_char_cols(0x0301), 0);
    assert_int_equal(utf8_char_cols(0x85), 1);
    assert_int_equal(utf8_char_cols('\n'), 1);
    assert_int_equal(utf8_char_cols(0), 1);
    assert_int_equal(utf8_char_cols(UTF8_INVALID), 1);
    assert_int_equal(utf8_cols("a\xCC\x81\xE4\xB8\xAD!", 7), 4);
}

static void without_utf8_each_character_is_one_column(void **state)
{
    (void)state;
    use_locale("C");
    assert_false(utf8_is_locale());
    assert_int_equal(utf8_char_cols(0x4E2D), 1);
    assert_int_equal(utf8_char_cols(0x0301), 1);
    assert_int_equal(utf8_cols("\xE4\xB8\xAD!", 4), 2);
}

static void head_ends_at_a_whole_character(void **state)
{
    (void)state;
    use_locale("C.UTF-8");
    const char *text = "a\xE4\xB8\xAD"
                       "e\xCC\x81z";
    size_t length = strlen(text);
    size_t cols = 99;
    assert_int_equal(utf8_head(text, length, 0, &cols), 0);
    assert_int_equal(cols, 0);
    assert_int_equal(utf8_head(text, length, 1, &cols), 1);
    assert_int_equal(utf8_head(text, length, 2, &cols), 1);
    assert_int_equal(cols, 1);
    assert_int_equal(utf8_head(text, length, 3, &cols), 4);
    assert_int_equal(cols, 3);
    assert_int_equal(utf8_head(text, length, 4, NULL), 7);
    assert_int_equal(utf8_head(text, length, 100, &cols), length);
    assert_int_equal(cols, 5);
    assert_int_equal(utf8_cols(text, length), 5);
    assert_int_equal(utf8_cols("", 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_point_survives_the_round_trip),
        cmocka_unit_test(broken_sequences_take_one_byte),
        cmocka_unit_test(validity_is_seen_at_every_position),
        cmocka_unit_test(width_agrees_with_the_terminal),
        cmocka_unit_test(without_utf8_each_character_is_one_column),
        cmocka_unit_test(head_ends_at_a_whole_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
