/* The rows of a result: a cursor on one cell, what it holds, and finding text. */
#include "support/testing.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "app_fixture.h"
#include "base/utf8.h"
#include "result_grid.h"

static struct app_fixture f;

static int start(void **state)
{
    (void)state;
    app_fixture_start(&f, app_fixture_shop(1), 80, 24);
    app_fixture_type(&f, "G\r3");
    return 0;
}

static int finish(void **state)
{
    (void)state;
    app_fixture_finish(&f);
    return 0;
}

static void the_cursor_goes_from_cell_to_cell_and_tells_all_of_it(void **state)
{
    (void)state;
    assert_shows(&f, "row 1 \xc2\xb7 orders.created_week = 2026-11-16");
    app_fixture_type(&f, "jl");
    assert_shows(&f, "row 2 \xc2\xb7 users.region = NULL");
    app_fixture_type(&f, "lllkk");
    assert_shows(&f, "row 1 \xc2\xb7 order_items.revenue = 128233.1");
    app_fixture_type(&f, "Ghhhhh");
    assert_shows(&f, "row 3 \xc2\xb7 orders.created_week = 2026-11-09");
}

static void what_is_copied_is_the_cell_and_the_row_under_the_cursor(void **state)
{
    (void)state;
    struct detail_shown shown;
    app_fixture_type(&f, "jl");
    detail_shown(&f.app.views[PANE_DETAIL], &shown);
    assert_int_equal(shown.row, 1);
    assert_int_equal(shown.column, 1);
}

static void text_is_found_in_the_rows_and_not_in_the_tasks(void **state)
{
    (void)state;
    app_fixture_type(&f, "/apac");
    assert_shows(&f, "row 3 \xc2\xb7 users.region = APAC");
    app_fixture_type(&f, "\x15"
                         "2026-11-16\r");
    assert_int_equal(f.app.focus, PANE_DETAIL);
    assert_shows(&f, "row 1 \xc2\xb7 orders.created_week = 2026-11-16");
    app_fixture_type(&f, "n");
    assert_shows(&f, "row 2 \xc2\xb7 orders.created_week = 2026-11-16");
    app_fixture_type(&f, "N");
    assert_shows(&f, "row 1 \xc2\xb7 orders.created_week = 2026-11-16");
    app_fixture_type(&f, "/nowhere");
    assert_shows(&f, "not found");
}

static void a_task_that_runs_is_told_to_have_no_rows_yet(void **state)
{
    (void)state;
    struct snapshot *s = app_fixture_shop(1);
    struct task_result *pending = task_result_create(0, "t2");
    pending->state = RESULT_PENDING;
    error_set(&pending->error, ERR_NO, "no rows yet: the task has not ended");
    fake_add_result(s, pending);
    app_take_snapshot(&f.app, s);
    app_fixture_key(&f, UI_KEY_ESCAPE);
    app_fixture_type(&f, "gj\r3");
    assert_shows(&f, "The rows come when the task has ended.");
    assert_shows_not(&f, "no rows yet");
}

static void empty_text_is_told_from_null(void **state)
{
    (void)state;
    struct task_result *result = fake_result("x");
    struct result_grid grid = {0};
    struct line line;
    line_init(&line);
    line_start(&line, 80);
    result->cells[0] = "";
    result_grid_set(&grid, result);
    result_grid_put_cell(&grid, 0, &line);
    assert_non_null(strstr(line.text.data, "= empty text"));
    result_grid_finish(&grid);
    line_finish(&line);
    task_result_unref(result);
}

static void the_cursor_stays_in_sight_where_not_all_columns_fit(void **state)
{
    (void)state;
    struct task_result *result = fake_result("x");
    struct result_grid grid = {0};
    result_grid_set(&grid, result);
    result_grid_go(&grid, 1, 30);
    assert_int_equal(grid.first_column, 1);
    result_grid_go(&grid, 2, 40);
    assert_int_equal(grid.first_column, 1);
    result_grid_go(&grid, 9, 1);
    assert_int_equal(grid.column, 2);
    assert_int_equal(grid.first_column, 2);
    result_grid_go(&grid, 0, 30);
    assert_int_equal(grid.first_column, 0);
    result_grid_finish(&grid);
    task_result_unref(result);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, finish)

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    utf8_init_locale();
    const struct CMUnitTest tests[] = {
        TEST(the_cursor_goes_from_cell_to_cell_and_tells_all_of_it),
        TEST(what_is_copied_is_the_cell_and_the_row_under_the_cursor),
        TEST(text_is_found_in_the_rows_and_not_in_the_tasks),
        TEST(a_task_that_runs_is_told_to_have_no_rows_yet),
        cmocka_unit_test(empty_text_is_told_from_null),
        cmocka_unit_test(the_cursor_stays_in_sight_where_not_all_columns_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
