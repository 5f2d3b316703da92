#include "support/testing.h"

#include <locale.h>
#include <string.h>

#include "base/suggest.h"
#include "base/textmatch.h"

/* Where pattern is found in text; -1 when it is not. */
static int place_of(const char *pattern, const char *text)
{
    struct textmatch m;
    textmatch_init(&m, pattern);
    const char *found = textmatch_find(&m, text, strlen(text));
    textmatch_finish(&m);
    return found ? (int)(found - text) : -1;
}

/* Bytes of the first match; -1: there is none. */
static int length_of(const char *pattern, const char *text)
{
    struct textmatch m;
    textmatch_init(&m, pattern);
    const char *found = textmatch_find(&m, text, strlen(text));
    int length = found ? (int)textmatch_length(&m, found, text + strlen(text)) : -1;
    textmatch_finish(&m);
    return length;
}

static void the_bytes_of_a_match_are_those_of_the_text(void **state)
{
    (void)state;
    assert_int_equal(length_of("select", "a SELECT b"), 6);
    assert_int_equal(length_of("M\xc3\xbcnchen", "in M\xc3\xbcnchen"), 8);
    assert_int_equal(length_of("m\xc3\xbcn", "in M\xc3\x9cNCHEN"), 4);
    /* The capital Y with diaeresis has another length than the small one: U+0178, U+00FF. */
    assert_int_equal(length_of("\xc3\xbf", "\xc5\xb8"), 2);
    assert_int_equal(length_of("\xff", "a\xff"), 1);
}

static void lower_case_pattern_ignores_case(void **state)
{
    (void)state;
    assert_int_equal(place_of("select", "a SELECT b"), 2);
    assert_int_equal(place_of("select", "a SeLeCt b"), 2);
    assert_int_equal(place_of("select", "seleselect"), 4);
    assert_int_equal(place_of("select", "selec"), -1);
    assert_int_equal(place_of("", "anything"), 0);
}

static void upper_case_in_the_pattern_makes_it_exact(void **state)
{
    (void)state;
    assert_int_equal(place_of("Select", "select SELECT Select"), 14);
    assert_int_equal(place_of("ORDERS", "orders"), -1);
}

static void the_first_of_two_cases_is_found(void **state)
{
    (void)state;
    assert_int_equal(place_of("ab", "xAyaAB ab"), 4);
    assert_int_equal(place_of("ab", "xaxAxab"), 5);
}

static void letters_beyond_ascii_fold_in_every_locale(void **state)
{
    (void)state;
    setlocale(LC_ALL, "C");
    assert_int_equal(place_of("größe", "die GRÖßE"), 4);
    assert_int_equal(place_of("москва", "МОСКВА"), 0);
    assert_int_equal(place_of("Ärger", "ärger"), -1);
    assert_int_equal(text_fold(0x0178), 0x00FF);
    assert_int_equal(text_fold(0x0100), 0x0101);
    assert_int_equal(text_fold(0x0101), 0x0101);
    assert_int_equal(text_fold(0x00D7), 0x00D7);
    assert_int_equal(text_fold(0x03A9), 0x03C9);
}

static void broken_utf8_is_compared_byte_by_byte(void **state)
{
    (void)state;
    assert_int_equal(place_of("\xff"
                              "a",
                              "x\xff"
                              "A"),
                     1);
    assert_int_equal(place_of("\xff", "\xfe"), -1);
}

static void equality_and_heads_ignore_case(void **state)
{
    (void)state;
    assert_true(text_is_equal("Ana", "aNA"));
    assert_true(text_is_equal("", ""));
    assert_false(text_is_equal("ana", "anas"));
    assert_false(text_is_equal("anas", "ana"));
    assert_true(text_starts_with("Ördnung", "örd"));
    assert_false(text_starts_with("or", "ord"));
}

static void suggests_the_nearest_name_only_when_it_is_near(void **state)
{
    (void)state;
    static const char *const names[] = {"state", "user", NULL, "elapsed", "id"};
    assert_string_equal(suggest_name("usr", names, 5), "user");
    assert_string_equal(suggest_name("STAET", names, 5), "state");
    assert_string_equal(suggest_name("elasped", names, 5), "elapsed");
    assert_null(suggest_name("xx", names, 5));
    assert_null(suggest_name("connection", names, 5));
    char long_word[5000];
    memset(long_word, 'a', sizeof(long_word));
    long_word[sizeof(long_word) - 1] = '\0';
    assert_null(suggest_name(long_word, names, 5));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bytes_of_a_match_are_those_of_the_text),
        cmocka_unit_test(lower_case_pattern_ignores_case),
        cmocka_unit_test(upper_case_in_the_pattern_makes_it_exact),
        cmocka_unit_test(the_first_of_two_cases_is_found),
        cmocka_unit_test(letters_beyond_ascii_fold_in_every_locale),
        cmocka_unit_test(broken_utf8_is_compared_byte_by_byte),
        cmocka_unit_test(equality_and_heads_ignore_case),
        cmocka_unit_test(suggests_the_nearest_name_only_when_it_is_near),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
