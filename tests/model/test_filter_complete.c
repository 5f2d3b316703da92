#include "model/filter_complete.h"

#include <string.h>

#include "support/testing.h"

static struct filter_spot spot;

/* The cursor stands at the |. */
static void look(const char *marked)
{
    char text[200];
    size_t at = strcspn(marked, "|");
    memcpy(text, marked, at);
    strcpy(text + at, marked + at + 1);
    filter_spot_find(text, at, &spot);
}

static void assert_spot(const char *marked, enum filter_spot_kind kind, size_t begin, size_t end,
                        const char *typed)
{
    look(marked);
    assert_int_equal(spot.kind, kind);
    assert_int_equal(spot.begin, begin);
    assert_int_equal(spot.end, end);
    assert_string_equal(spot.typed, typed);
}

static void a_bare_word_may_become_a_field(void **state)
{
    (void)state;
    assert_spot("|", FILTER_SPOT_FIELD, 0, 0, "");
    assert_spot("us|", FILTER_SPOT_FIELD, 0, 2, "us");
    assert_spot("u|s", FILTER_SPOT_FIELD, 0, 2, "u");
    assert_spot("not (el|", FILTER_SPOT_FIELD, 5, 7, "el");
    assert_spot("!us|", FILTER_SPOT_FIELD, 1, 3, "us");
    assert_spot("user=ana |", FILTER_SPOT_FIELD, 9, 9, "");
}

static void what_follows_a_sign_is_a_value_of_the_field_before_it(void **state)
{
    (void)state;
    assert_spot("user=|", FILTER_SPOT_VALUE, 5, 5, "");
    assert_int_equal(spot.column, COLUMN_USER);
    assert_spot("a state!~fa|", FILTER_SPOT_VALUE, 9, 11, "fa");
    assert_int_equal(spot.column, COLUMN_STATE);
    assert_spot("elapsed >= |", FILTER_SPOT_VALUE, 11, 11, "");
    assert_int_equal(spot.column, COLUMN_ELAPSED);
    assert_spot("(user=an|) or x", FILTER_SPOT_VALUE, 6, 8, "an");
}

static void a_quoted_value_is_replaced_with_its_quotes(void **state)
{
    (void)state;
    assert_spot("user=\"Ana S|", FILTER_SPOT_VALUE, 5, 11, "Ana S");
    assert_spot("user=\"a\\\"b|\" x", FILTER_SPOT_VALUE, 5, 11, "a\"b");
}

static void elsewhere_there_is_nothing_to_complete(void **state)
{
    (void)state;
    look("nosuch=a|");
    assert_int_equal(spot.kind, FILTER_SPOT_NONE);
    look("\"quoted te|");
    assert_int_equal(spot.kind, FILTER_SPOT_NONE);
    look("=|");
    assert_int_equal(spot.kind, FILTER_SPOT_NONE);
}

static void no_text_and_no_cursor_leads_astray(void **state)
{
    (void)state;
    static const char signs[] = "a=\"!~>( )\\<u";
    char text[8] = "";
    for (unsigned seed = 0; seed < 200000; seed++) {
        unsigned rest = seed * 2654435761u;
        size_t length = rest % 7;
        for (size_t i = 0; i < length; i++, rest = rest / 11 + 7919 * rest)
            text[i] = signs[rest % (sizeof(signs) - 1)];
        text[length] = '\0';
        for (size_t at = 0; at <= length; at++) {
            filter_spot_find(text, at, &spot);
            assert_true(spot.begin <= spot.end && spot.end <= length);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bare_word_may_become_a_field),
        cmocka_unit_test(what_follows_a_sign_is_a_value_of_the_field_before_it),
        cmocka_unit_test(a_quoted_value_is_replaced_with_its_quotes),
        cmocka_unit_test(elsewhere_there_is_nothing_to_complete),
        cmocka_unit_test(no_text_and_no_cursor_leads_astray),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
