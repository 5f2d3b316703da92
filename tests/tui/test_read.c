/* Reading texts: SQL formatted and as it was sent; lines wrapped or scrolled;
 * the record folded. */
#include "support/testing.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app_fixture.h"
#include "base/utf8.h"
#include "support/environment.h"

static const char long_sql[] =
    "SELECT users.region AS \"users.region\", COALESCE(SUM(order_items.sale_price), 0) AS revenue "
    "FROM order_items LEFT JOIN oders ON oders.id = order_items.order_id WHERE users.region = "
    "'EMEA'";

static struct app_fixture f;

/* The running task's SQL in one long line, with a mistake in it. */
static struct snapshot *shop_with_long_sql(void)
{
    struct snapshot *s = app_fixture_shop(1);
    struct task_detail *detail = s->details[0];
    struct task_problem *problem = arena_alloc(&detail->arena, sizeof(*problem));
    *problem = detail->problems[0];
    problem->line = 1;
    problem->column = (int)(strstr(long_sql, "oders") - long_sql) + 1;
    detail->sql = long_sql;
    detail->problems = problem;
    return s;
}

static void open_shop(int cols, int rows)
{
    app_fixture_start(&f, shop_with_long_sql(), cols, rows);
    f.app.clipboard = CLIPBOARD_PLAIN;
    char *path = NULL;
    assert_true(asprintf(&path, "%s/dashboard.ini", scratch_folder()) > 0);
    settings_open(&f.app.settings, path, NULL);
    f.app.is_look_recalled = false;
    app_recall_look(&f.app);
    app_lay_out(&f.app);
}

static int start(void **state)
{
    (void)state;
    open_shop(120, 40);
    return 0;
}

static int finish(void **state)
{
    (void)state;
    if (f.app.settings.path != NULL)
        unlink(f.app.settings.path);
    app_fixture_finish(&f);
    return 0;
}

static void a_long_line_is_formatted_by_itself(void **state)
{
    (void)state;
    app_fixture_type(&f, "\r2");
    assert_shows(&f, "4  FROM order_items");
    assert_shows(&f, "5  LEFT JOIN oders");
    assert_shows(&f, "            ~~~~~ no such table: oders");
    app_fixture_type(&f, "4");
    assert_shows(&f, "5  LEFT JOIN oders");
    assert_shows(&f, "            ~~~~~ no such table: oders");
}

static void c_shows_the_other_form_and_that_is_kept(void **state)
{
    (void)state;
    app_fixture_type(&f, "\r2c");
    assert_shows(&f, "     1  SELECT users.region");
    assert_shows_not(&f, "formatted for reading");
    assert_string_equal(settings_get(&f.app.settings, "view demo", "sql"), "as-sent");
    app_fixture_finish(&f);
    open_shop(120, 40);
    app_fixture_type(&f, "\r2");
    assert_shows_not(&f, "formatted for reading");
    app_fixture_type(&f, "c");
    assert_shows(&f, "formatted for reading");
    assert_null(settings_get(&f.app.settings, "view demo", "sql"));
}

static void sql_in_lines_is_formatted_when_asked(void **state)
{
    (void)state;
    app_fixture_type(&f, "jjj\r2");
    assert_shows(&f, "2  FROM   order_items");
    app_fixture_type(&f, "c");
    assert_shows(&f, "2  FROM order_items");
    assert_string_equal(settings_get(&f.app.settings, "view demo", "sql"), "formatted");
}

static void the_same_part_is_in_sight_in_the_other_form(void **state)
{
    (void)state;
    app_resize(&f.app, 80, 6);
    app_fixture_type(&f, "\r2jjjjj");
    assert_string_equal(app_fixture_row(&f, 2),
                        "     5  LEFT JOIN oders ON oders.id = order_items.order_id");
    app_fixture_type(&f, "c");
    assert_non_null(strstr(app_fixture_row(&f, 2), "LEFT JOIN"));
    app_fixture_type(&f, "c");
    assert_string_equal(app_fixture_row(&f, 2),
                        "     5  LEFT JOIN oders ON oders.id = order_items.order_id");
}

static void without_sql_the_key_says_why(void **state)
{
    (void)state;
    app_fixture_type(&f, "jc");
    assert_shows(&f, "There is no SQL to look at here.");
}

static void y_copies_what_was_sent_and_says_so(void **state)
{
    (void)state;
    app_fixture_type(&f, "\r2y");
    assert_shows(&f, "Copied the SQL as it was sent");
    app_fixture_type(&f, "Y");
    assert_shows(&f, "the formatted SQL");
}

static void the_pager_gets_the_form_that_is_shown(void **state)
{
    (void)state;
    app_fixture_type(&f, "\r2O");
    assert_non_null(strstr(f.app.show.text, "\nFROM order_items\n"));
    app_fixture_type(&f, "cO");
    assert_string_equal(f.app.show.text, long_sql);
}

/* ---- wrapped or scrolled -----------------------------------------------------------------------
 */

static void a_long_line_that_is_not_wrapped_scrolls_with_the_arrows(void **state)
{
    (void)state;
    app_fixture_type(&f, "\r2cU");
    assert_shows(
        &f,
        "     1  SELECT users.region AS \"users.region\", COALESCE(SUM(order_item>\xe2\x94\x82");
    assert_shows(&f, "U wraps them");
    app_fixture_key(&f, UI_KEY_RIGHT);
    assert_shows(&f, "     1  <ers.region AS");
    app_fixture_type(&f, "lllllllllllllllllllllll");
    assert_shows(&f, "WHERE users.region = 'EMEA'");
    app_fixture_type(&f, "hhhhhhhhhhhhhhhhhhhhhhhh");
    assert_shows(&f, "     1  SELECT users.region");
}

static void a_mistake_out_of_sight_stands_at_its_edge(void **state)
{
    (void)state;
    app_fixture_type(&f, "\r2cU");
    assert_shows(&f, "no such table: oders ~>\xe2\x94\x82");
    app_fixture_type(&f, "llllllllllll");
    assert_shows(&f, "~~~~~ no such table: oders");
    app_fixture_type(&f, "llllllllllllllllllllllll");
    assert_shows(&f, "        <~ no such table: oders");
}

static void where_all_fits_the_arrows_turn_the_page(void **state)
{
    (void)state;
    app_fixture_type(&f, "\r2U");
    assert_shows(&f, "LEFT JOIN oders");
    app_fixture_key(&f, UI_KEY_LEFT);
    assert_shows(&f, "result format");
}

static void not_wrapping_is_kept(void **state)
{
    (void)state;
    app_fixture_type(&f, "\r2U");
    assert_string_equal(settings_get(&f.app.settings, "view demo", "wrap"), "off");
    app_fixture_finish(&f);
    open_shop(120, 40);
    assert_true(f.app.is_unwrapped);
    app_fixture_type(&f, "\r2U");
    assert_null(settings_get(&f.app.settings, "view demo", "wrap"));
}

static void the_rows_of_a_table_are_not_wrapped(void **state)
{
    (void)state;
    app_fixture_type(&f, "G\r3U");
    assert_shows(&f, "The rows of a table are not wrapped");
    assert_false(f.app.is_unwrapped);
}

/* ---- the record --------------------------------------------------------------------------------
 */

static void open_record(void)
{
    app_fixture_finish(&f);
    struct snapshot *s = shop_with_long_sql();
    s->details[0]->json = "{\n"
                          "  \"id\": \"t1\",\n"
                          "  \"can\": {\n"
                          "    \"run\": true,\n"
                          "    \"cancel\": false\n"
                          "  },\n"
                          "  \"status\": \"error\"\n"
                          "}\n";
    app_fixture_start(&f, s, 80, 24);
    app_fixture_type(&f, "\r5");
}

static void the_record_folds_under_the_cursor(void **state)
{
    (void)state;
    open_record();
    app_fixture_type(&f, "jj\r");
    assert_shows(&f, "\"can\": {\xe2\x80\xa6 2},");
    assert_shows_not(&f, "\"cancel\"");
    app_fixture_type(&f, "l");
    assert_shows(&f, "\"cancel\"");
    app_fixture_type(&f, "ljh");
    app_fixture_type(&f, "h");
    assert_shows_not(&f, "\"cancel\"");
}

static void the_whole_record_folds_and_opens(void **state)
{
    (void)state;
    open_record();
    app_fixture_type(&f, "Z");
    assert_shows_not(&f, "\"cancel\"");
    assert_shows(&f, "\"status\"");
    app_fixture_type(&f, "Z");
    assert_shows(&f, "\"cancel\"");
}

static void text_is_found_in_what_is_folded(void **state)
{
    (void)state;
    open_record();
    app_fixture_type(&f, "Z/cancel\r\r");
    assert_shows(&f, "\"cancel\": false");
    struct detail_shown shown;
    detail_shown(&f.app.views[PANE_DETAIL], &shown);
    assert_int_equal(shown.page, PAGE_JSON);
    app_fixture_type(&f, "hh");
    assert_shows(&f, "\"can\": {\xe2\x80\xa6 2},");
    app_fixture_type(&f, "/nothing like it");
    assert_shows(&f, "not found");
}

static void folds_outlive_a_newer_record(void **state)
{
    (void)state;
    open_record();
    app_fixture_type(&f, "jj\r");
    struct snapshot *s = shop_with_long_sql();
    s->details[0]->json = "{\n  \"new\": 1,\n  \"can\": {\n    \"cancel\": true\n  }\n}\n";
    app_take_snapshot(&f.app, s);
    assert_shows(&f, "\"can\": {\xe2\x80\xa6 1}");
}

static struct snapshot *shop_without_records(void)
{
    struct snapshot *s = app_fixture_shop(1);
    for (size_t i = 0; i < s->detail_count; i++)
        task_detail_unref(s->details[i]);
    s->detail_count = 0;
    return s;
}

static int overview_row(void)
{
    for (int row = 0; row < f.app.rows; row++)
        if (strstr(app_fixture_row(&f, row), "1 Overview") != NULL)
            return row;
    fail_msg("no overview:\n%s", app_fixture_screen(&f));
    return -1;
}

/* State, what, user and connection: what the list knows stands where it stood. */
static void a_record_that_arrives_shifts_nothing(void **state)
{
    static const int sizes[][2] = {{120, 40}, {200, 50}, {80, 24}, {60, 24}};
    (void)state;
    app_fixture_type(&f, "\r");
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        char *before[4];
        app_resize(&f.app, sizes[i][0], sizes[i][1]);
        app_take_snapshot(&f.app, shop_without_records());
        int top = overview_row() + 1;
        assert_shows_not(&f, "result format");
        for (int row = 0; row < 4; row++)
            before[row] = strdup(app_fixture_row(&f, top + row));
        assert_non_null(strstr(before[2], "user"));
        app_take_snapshot(&f.app, app_fixture_shop(1));
        assert_shows(&f, "result format");
        for (int row = 0; row < 4; row++) {
            assert_string_equal(app_fixture_row(&f, top + row), before[row]);
            free(before[row]);
        }
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, finish)

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    utf8_init_locale();
    const struct CMUnitTest tests[] = {
        TEST(a_long_line_is_formatted_by_itself),
        TEST(c_shows_the_other_form_and_that_is_kept),
        TEST(sql_in_lines_is_formatted_when_asked),
        TEST(without_sql_the_key_says_why),
        TEST(the_same_part_is_in_sight_in_the_other_form),
        TEST(y_copies_what_was_sent_and_says_so),
        TEST(the_pager_gets_the_form_that_is_shown),
        TEST(a_long_line_that_is_not_wrapped_scrolls_with_the_arrows),
        TEST(a_mistake_out_of_sight_stands_at_its_edge),
        TEST(where_all_fits_the_arrows_turn_the_page),
        TEST(not_wrapping_is_kept),
        TEST(the_rows_of_a_table_are_not_wrapped),
        TEST(the_record_folds_under_the_cursor),
        TEST(the_whole_record_folds_and_opens),
        TEST(text_is_found_in_what_is_folded),
        TEST(folds_outlive_a_newer_record),
        TEST(a_record_that_arrives_shifts_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
