#include "base/fuzzy.h"

#include "support/testing.h"

static void letters_must_stand_in_their_order(void **state)
{
    (void)state;
    assert_int_not_equal(fuzzy_match("srt", "sort", NULL), FUZZY_NONE);
    assert_int_not_equal(fuzzy_match("SoRT", "Sort", NULL), FUZZY_NONE);
    assert_int_not_equal(fuzzy_match("by sort", "by which column to sort", NULL), FUZZY_NONE);
    assert_int_equal(fuzzy_match("trs", "sort", NULL), FUZZY_NONE);
    assert_int_equal(fuzzy_match("sortt", "sort", NULL), FUZZY_NONE);
}

static void nothing_typed_matches_everything(void **state)
{
    (void)state;
    assert_int_not_equal(fuzzy_match("", "sort", NULL), FUZZY_NONE);
    assert_int_not_equal(fuzzy_match("  ", "", NULL), FUZZY_NONE);
    assert_int_equal(fuzzy_match("a", "", NULL), FUZZY_NONE);
}

static void beginnings_of_words_and_neighbours_come_first(void **state)
{
    (void)state;
    assert_true(fuzzy_match("ca", "cancel", NULL) > fuzzy_match("ca", "decade", NULL));
    assert_true(fuzzy_match("np", "next pane", NULL) > fuzzy_match("np", "unhelped", NULL));
    assert_true(fuzzy_match("sort", "sort", NULL) > fuzzy_match("sort", "sort by user", NULL));
    assert_true(fuzzy_match("el", "sort by elapsed", NULL) >
                fuzzy_match("el", "sort by title", NULL));
}

static void the_places_are_those_of_the_best_match(void **state)
{
    (void)state;
    uint64_t places = 0;
    fuzzy_match("np", "unless next pane", &places);
    assert_int_equal(places, 1u << 7 | 1u << 12);
    fuzzy_match("xab", "a x b, xab", &places);
    assert_int_equal(places, 7u << 7);
}

static void long_texts_are_looked_at_as_far_as_they_fit(void **state)
{
    (void)state;
    char text[201];
    for (int i = 0; i < 200; i++)
        text[i] = i < 100 ? 'a' : 'b';
    text[200] = '\0';
    assert_int_equal(fuzzy_match("b", text, NULL), FUZZY_NONE);
    assert_int_not_equal(fuzzy_match(text, text, NULL), FUZZY_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_must_stand_in_their_order),
        cmocka_unit_test(nothing_typed_matches_everything),
        cmocka_unit_test(beginnings_of_words_and_neighbours_come_first),
        cmocka_unit_test(the_places_are_those_of_the_best_match),
        cmocka_unit_test(long_texts_are_looked_at_as_far_as_they_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
