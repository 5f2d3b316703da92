/* The columns of the list: what was chosen, what fits, and what is kept. */
#include "support/testing.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "app_fixture.h"
#include "base/utf8.h"
#include "task_columns.h"

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

/* The titles of the list, without the blanks between them. */
static const char *titles(void)
{
    static char words[400];
    char row[800];
    char *rest = row;
    words[0] = '\0';
    app_fixture_screen(&f);
    snprintf(row, sizeof(row), "%s", app_fixture_row(&f, 2));
    for (char *word; (word = strtok_r(rest, " ", &rest)) != NULL;) {
        strcat(words, words[0] != '\0' ? " " : "");
        strcat(words, word);
    }
    return words;
}

/* ---- fitting -----------------------------------------------------------------------------------
 */

static size_t cols_of(const struct task_columns *c, enum column column)
{
    for (size_t i = 0; i < c->shown_count; i++)
        if (c->shown[i].column == column)
            return c->shown[i].cols;
    return 0;
}

static void left_alone_the_least_telling_go_first(void **state)
{
    (void)state;
    struct task_columns c;
    task_columns_init(&c);
    task_columns_fit(&c, 60, true);
    assert_int_equal(cols_of(&c, COLUMN_AGE), 0);
    assert_true(cols_of(&c, COLUMN_STATE) > 0);
    assert_true(cols_of(&c, COLUMN_WHAT) > 0);
    task_columns_fit(&c, 200, true);
    assert_true(cols_of(&c, COLUMN_PROFILE) > 0);
    task_columns_fit(&c, 200, false);
    assert_int_equal(cols_of(&c, COLUMN_PROFILE), 0);
}

static void of_a_choice_the_last_wait_out_of_sight(void **state)
{
    (void)state;
    struct task_columns c;
    task_columns_parse(&c, "id age state20");
    task_columns_fit(&c, 100, false);
    assert_int_equal(c.shown_count, 3);
    assert_int_equal(c.shown[0].column, COLUMN_ID);
    assert_int_equal(cols_of(&c, COLUMN_STATE), 20);
    task_columns_fit(&c, 20, false);
    assert_int_equal(c.shown_count, 2);
    task_columns_fit(&c, 1, false);
    assert_int_equal(c.shown_count, 1);
}

static void a_choice_is_written_and_read_again(void **state)
{
    (void)state;
    char text[200];
    struct task_columns c;
    task_columns_init(&c);
    assert_string_equal(task_columns_format(&c, text, sizeof(text)), "");
    task_columns_parse(&c, "  sql30 nosuch what1  state9999 ");
    assert_string_equal(task_columns_format(&c, text, sizeof(text)), "sql30 what state");
    task_columns_parse(&c, "nothing known");
    assert_string_equal(task_columns_format(&c, text, sizeof(text)), "");
    assert_true(c.places[COLUMN_STATE].is_shown);
}

static void every_column_at_every_width_can_be_kept(void **state)
{
    (void)state;
    char text[SETTINGS_LINE_BYTES];
    struct task_columns c;
    task_columns_init(&c);
    task_columns_fit(&c, 400, true);
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        if (!c.places[i].is_shown)
            task_columns_toggle(&c, i);
        task_columns_widen(&c, i, 1000);
    }
    size_t length = strlen(task_columns_format(&c, text, sizeof(text)));
    assert_true(length + strlen("columns = ") <= SETTINGS_LINE_BYTES);
    struct task_columns again;
    task_columns_parse(&again, text);
    assert_memory_equal(again.places, c.places, sizeof(c.places));
}

static void the_last_column_can_not_be_hidden(void **state)
{
    (void)state;
    struct task_columns c;
    task_columns_parse(&c, "what");
    task_columns_toggle(&c, 0);
    assert_true(c.places[0].is_shown);
}

/* ---- the box -----------------------------------------------------------------------------------
 */

static void the_box_shows_hides_and_moves_columns(void **state)
{
    (void)state;
    assert_string_equal(titles(), "STATE ELAPSED USER SOURCE WHAT CONNECTION AGE");
    app_fixture_type(&f, "C jK\r");
    assert_string_equal(titles(), "ELAPSED USER SOURCE WHAT CONNECTION AGE");
    app_fixture_type(&f, "CG K\r");
    assert_string_equal(titles(), "ELAPSED USER SOURCE WHAT CONNECTION AGE TITLE");
}

static void escape_leaves_the_columns_as_they_were(void **state)
{
    (void)state;
    app_fixture_type(&f, "C j \x1b");
    assert_string_equal(titles(), "STATE ELAPSED USER SOURCE WHAT CONNECTION AGE");
    assert_null(settings_get(&f.app.settings, "view demo", "columns"));
}

static void a_width_is_set_and_let_go_again(void **state)
{
    (void)state;
    app_fixture_type(&f, "C+++++\r");
    assert_string_equal(settings_get(&f.app.settings, "view demo", "columns"),
                        "state17 elapsed user source what connection age");
    app_fixture_type(&f, "C0\r");
    assert_string_equal(settings_get(&f.app.settings, "view demo", "columns"),
                        "state elapsed user source what connection age");
    app_fixture_type(&f, "Cd\r");
    assert_null(settings_get(&f.app.settings, "view demo", "columns"));
}

/* ---- the next day ------------------------------------------------------------------------------
 */

static void columns_and_order_are_followed_once_the_profiles_are_known(void **state)
{
    (void)state;
    assert_true(settings_set(&f.app.settings, "view demo", "columns", "what user", NULL));
    assert_true(settings_set(&f.app.settings, "view demo", "order", "-user", NULL));
    app_take_snapshot(&f.app, app_fixture_shop(1));
    assert_string_equal(titles(), "WHAT USER");
    assert_shows(&f, "order user \xe2\x96\xbc");
    app_fixture_type(&f, "S");
    assert_string_equal(settings_get(&f.app.settings, "view demo", "order"), "user");
    app_take_snapshot(&f.app, app_fixture_shop(1));
    assert_shows(&f, "order user \xe2\x96\xb2");
}

static void other_profiles_have_looks_of_their_own(void **state)
{
    (void)state;
    app_take_snapshot(&f.app, app_fixture_shop(3));
    app_fixture_type(&f, ":sort by sql\r");
    assert_string_equal(settings_get(&f.app.settings, "view demo, looker-eu, third", "order"),
                        "sql");
    assert_null(settings_get(&f.app.settings, "view demo", "order"));
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    utf8_init_locale();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(left_alone_the_least_telling_go_first),
        cmocka_unit_test(of_a_choice_the_last_wait_out_of_sight),
        cmocka_unit_test(a_choice_is_written_and_read_again),
        cmocka_unit_test(every_column_at_every_width_can_be_kept),
        cmocka_unit_test(the_last_column_can_not_be_hidden),
        cmocka_unit_test_setup_teardown(the_box_shows_hides_and_moves_columns, start, finish),
        cmocka_unit_test_setup_teardown(escape_leaves_the_columns_as_they_were, start, finish),
        cmocka_unit_test_setup_teardown(a_width_is_set_and_let_go_again, start, finish),
        cmocka_unit_test_setup_teardown(columns_and_order_are_followed_once_the_profiles_are_known,
                                        start, finish),
        cmocka_unit_test_setup_teardown(other_profiles_have_looks_of_their_own, start, finish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
