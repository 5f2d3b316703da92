/* Filters, completion, saved filters and the palette: how one finds things. */
#include "support/testing.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "app_fixture.h"
#include "base/utf8.h"

static struct app_fixture f;

static int start(void **state)
{
    (void)state;
    app_fixture_start(&f, app_fixture_shop(1), 120, 40);
    return 0;
}

static int finish(void **state)
{
    (void)state;
    app_fixture_finish(&f);
    return 0;
}

/* ---- completion --------------------------------------------------------------------------------
 */

static void tab_completes_a_field_and_then_its_values(void **state)
{
    (void)state;
    app_fixture_type(&f, "fus\t");
    assert_string_equal(f.app.prompt.text, "user=");
    assert_shows(&f, "Tab  \"Ana Silva\" 2   ");
    app_fixture_type(&f, "\t");
    assert_string_equal(f.app.prompt.text, "user=\"Ana Silva\"");
    assert_shows(&f, "2 of 5");
    app_fixture_type(&f, "\t");
    assert_shows(&f, "1 of 5");
    app_fixture_key(&f, UI_KEY_BACKTAB);
    assert_string_equal(f.app.prompt.text, "user=\"Ana Silva\"");
}

static void an_operator_takes_the_place_of_the_completed_one(void **state)
{
    (void)state;
    app_fixture_type(&f, "fus\t~");
    assert_string_equal(f.app.prompt.text, "user~");
    app_fixture_type(&f, "\x15us\t!=bo");
    assert_string_equal(f.app.prompt.text, "user!=bo");
    app_fixture_type(&f, "\x15us\t=bo");
    assert_string_equal(f.app.prompt.text, "user=bo");
    app_fixture_type(&f, "\x15"
                         "elap\t=1m");
    assert_string_equal(f.app.prompt.text, "elapsed>=1m");
    app_fixture_type(&f, "\x15"
                         "elap\t<=1m");
    assert_string_equal(f.app.prompt.text, "elapsed<=1m");
    app_fixture_type(&f, "\x15"
                         "sql~\"a=\"");
    assert_string_equal(f.app.prompt.text, "sql~\"a=\"");
}

static void values_are_those_that_have_what_was_typed(void **state)
{
    (void)state;
    app_fixture_type(&f, "fuser=ch");
    assert_shows(&f, "Tab  \"Bo Chen\" 1");
    assert_shows_not(&f, "\"Ana Silva\" 2");
    app_fixture_type(&f, "\t");
    assert_shows(&f, "1 of 5");
}

static void states_are_offered_though_no_task_has_them(void **state)
{
    (void)state;
    app_fixture_type(&f, "fstate=al\t");
    assert_string_equal(f.app.prompt.text, "state=alive");
    assert_shows(&f, "3 of 5");
}

static void numbers_are_offered_with_their_units(void **state)
{
    (void)state;
    app_fixture_type(&f, "felapsed>");
    assert_shows(&f, "Tab  10s   1m   10m   1h");
}

static void a_mistake_is_pointed_at_under_its_word(void **state)
{
    (void)state;
    app_fixture_type(&f, "fuser~ana nosuch=1");
    app_fixture_screen(&f); /* from top to bottom: the footer knows where the word stands */
    const char *footer = app_fixture_row(&f, 39);
    size_t at = strlen(" filter user~ana ");
    assert_int_equal(strspn(footer, " "), at);
    assert_memory_equal(footer + at, "~~~~~~~~ unknown field 'nosuch'", 31);
    /* Where there is no room behind it, the words stand before it. */
    app_resize(&f.app, 60, 24);
    app_fixture_type(&f, "\x15user~a and user~b and user~c and (state=zzz");
    app_fixture_screen(&f);
    footer = app_fixture_row(&f, 23);
    assert_memory_equal(footer, " unknown state 'zzz'", 20);
    assert_int_equal(line_text_cols(footer),
                     strlen(" filter user~a and user~b and user~c and (state=zzz"));
}

static void me_is_whoever_is_logged_in(void **state)
{
    (void)state;
    struct snapshot *s = app_fixture_shop(1);
    snprintf(s->sources[0].user, sizeof(s->sources[0].user), "Bo Chen");
    app_take_snapshot(&f.app, s);
    app_fixture_type(&f, "fuser=me\r");
    assert_shows(&f, "1 of 5");
    assert_string_equal(task_text(app_selected(&f.app), TASK_USER), "Bo Chen");
}

/* ---- saved filters -----------------------------------------------------------------------------
 */

static void a_filter_is_saved_used_and_taken_away(void **state)
{
    (void)state;
    app_fixture_type(&f, "fstate=failed\x13");
    assert_shows(&f, " name of the filter");
    app_fixture_type(&f, "bad ones\r");
    assert_shows(&f, "Kept as bad ones");
    app_fixture_key(&f, UI_KEY_ESCAPE);
    assert_shows(&f, "Bo Chen");
    app_fixture_type(&f, "F\r");
    assert_string_equal(f.app.filter_text, "state=failed");
    app_fixture_type(&f, "Fd");
    assert_shows(&f, "Taken away: bad ones = state=failed");
    assert_shows(&f, "None yet.");
}

static void a_filter_with_a_mistake_is_not_saved(void **state)
{
    (void)state;
    app_fixture_type(&f, "fstate=zzz\x13");
    assert_int_equal(f.app.prompt_kind, PROMPT_FILTER);
    app_fixture_key(&f, UI_KEY_ESCAPE);
    app_fixture_type(&f, "Fs");
    assert_shows(&f, "There is no filter to save");
}

static void a_bad_name_is_refused_with_the_reason(void **state)
{
    (void)state;
    app_fixture_type(&f, "fana\x13"
                         "a=b\r");
    assert_shows(&f, "'a=b' is not");
    app_fixture_type(&f, "F");
    assert_shows(&f, "None yet.");
}

/* ---- palette -----------------------------------------------------------------------------------
 */

static void the_palette_has_every_action_and_runs_one(void **state)
{
    (void)state;
    app_fixture_type(&f, ":");
    assert_int_equal(f.app.palette.count, UI_ACTION_COUNT - 1 + COLUMN_COUNT + 1 + GROUPING_COUNT);
    app_fixture_type(&f, "sortels\r");
    assert_shows(&f, "order elapsed \xe2\x96\xbc");
    app_fixture_type(&f, ":zoom\r");
    assert_true(f.app.is_zoomed);
}

static void a_name_that_begins_with_what_was_typed_comes_first(void **state)
{
    (void)state;
    app_fixture_type(&f, "G:retr\r");
    assert_shows(&f, "Run this query again?");
}

static void what_does_not_apply_says_why_in_the_palette(void **state)
{
    (void)state;
    app_fixture_type(&f, ":retry");
    assert_shows(&f, "retry                       This task still runs; it can be retried");
    app_fixture_type(&f, "\r");
    assert_int_equal(f.app.popup, POPUP_NONE);
    assert_shows(&f, " This task still runs");
}

static void saved_filters_are_in_the_palette(void **state)
{
    (void)state;
    settings_set(&f.app.settings, SETTINGS_FILTERS, "broken", "state=failed", NULL);
    app_fixture_type(&f, ":brok\r");
    assert_string_equal(f.app.filter_text, "state=failed");
}

static void escape_leaves_the_palette_and_does_nothing(void **state)
{
    (void)state;
    app_fixture_type(&f, ":quit");
    app_fixture_key(&f, UI_KEY_ESCAPE);
    assert_false(f.app.wants_quit);
    app_fixture_type(&f, ":zzzzz");
    assert_shows(&f, "No action has these letters.");
    app_fixture_type(&f, "\r");
    assert_int_equal(f.app.popup, POPUP_NONE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, finish)

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    utf8_init_locale();
    const struct CMUnitTest tests[] = {
        TEST(tab_completes_a_field_and_then_its_values),
        TEST(an_operator_takes_the_place_of_the_completed_one),
        TEST(values_are_those_that_have_what_was_typed),
        TEST(states_are_offered_though_no_task_has_them),
        TEST(numbers_are_offered_with_their_units),
        TEST(a_mistake_is_pointed_at_under_its_word),
        TEST(me_is_whoever_is_logged_in),
        TEST(a_filter_is_saved_used_and_taken_away),
        TEST(a_filter_with_a_mistake_is_not_saved),
        TEST(a_bad_name_is_refused_with_the_reason),
        TEST(the_palette_has_every_action_and_runs_one),
        TEST(a_name_that_begins_with_what_was_typed_comes_first),
        TEST(what_does_not_apply_says_why_in_the_palette),
        TEST(saved_filters_are_in_the_palette),
        TEST(escape_leaves_the_palette_and_does_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
