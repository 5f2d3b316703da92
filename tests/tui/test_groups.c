/* Tasks put together: counts, times, folding, and a cursor that stays where it was. */
#include "support/testing.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "app_fixture.h"
#include "base/utf8.h"
#include "task_groups.h"

static struct app_fixture f;

static const struct fake_task tasks[] = {
    {.id = "a1",
     .state = TASK_SUCCEEDED,
     .elapsed_ms = 1000,
     .age_ms = 90000,
     .user = "Ana",
     .sql = "SELECT a FROM t WHERE id = 1"},
    {.id = "a2",
     .state = TASK_SUCCEEDED,
     .elapsed_ms = 2000,
     .age_ms = 80000,
     .user = "Ana",
     .sql = "select a from t where id=22 -- again"},
    {.id = "a3",
     .state = TASK_FAILED,
     .elapsed_ms = 9000,
     .age_ms = 70000,
     .user = "Ana",
     .sql = "SELECT b FROM t",
     .message = "no such column: b"},
    {.id = "b1",
     .state = TASK_RUNNING,
     .elapsed_ms = 5000,
     .age_ms = 6000,
     .user = "Bo",
     .sql = "SELECT a FROM t WHERE id = 3"},
    {.id = "n1", .state = TASK_QUEUED, .elapsed_ms = 0, .age_ms = 1000},
};

static struct snapshot *five(void)
{
    return fake_snapshot(tasks, sizeof(tasks) / sizeof(tasks[0]), 1);
}

static int start(void **state)
{
    (void)state;
    app_fixture_start(&f, five(), 120, 40);
    return 0;
}

static int finish(void **state)
{
    (void)state;
    app_fixture_finish(&f);
    return 0;
}

static void assert_row(int row, const char *text)
{
    app_fixture_screen(&f);
    const char *line = app_fixture_row(&f, row);
    if (strncmp(line, text, strlen(text)) != 0)
        fail_msg("row %d is \"%s\", not \"%s\"", row, line, text);
}

/* ---- counting ----------------------------------------------------------------------------------
 */

static void groups_count_and_time_their_tasks_the_largest_first(void **state)
{
    (void)state;
    app_fixture_type(&f, ":group by user\r");
    assert_row(1, "\xe2\x94\x80 Tasks  5  order activity \xe2\x96\xbc  3 groups by user");
    assert_row(2, "      TASKS  ALIVE FAILED    P50    P95  USER");
    assert_row(3, "  \xe2\x96\xb8       3      0      1   2.0s   9.0s  Ana");
    assert_row(4, "  \xe2\x96\xb8       1      1      0      -      -  -");
    assert_row(5, "\xe2\x94\x83 \xe2\x96\xb8       1      1      0      -      -  Bo");
}

static void ungrouped_the_cursor_is_on_the_first_task_of_its_group(void **state)
{
    (void)state;
    app_fixture_type(&f, ":group by user\rg");
    assert_true(tasks_is_on_group(&f.app.views[PANE_TASKS]));
    app_fixture_type(&f, ":group by none\r");
    assert_string_equal(task_text(app_selected(&f.app), TASK_USER), "Ana");
}

static void a_filter_counts_for_groups_too(void **state)
{
    (void)state;
    app_fixture_type(&f, ":group by user\rfid~a\r");
    assert_row(
        1, "\xe2\x94\x80 Tasks  3 of 5 \xc2\xb7 filter id~a  order activity \xe2\x96\xbc  1 group");
    app_fixture_type(&f, "fzzz\r");
    assert_shows(&f, "No task matches");
}

static void the_shape_of_sql_makes_groups(void **state)
{
    (void)state;
    app_fixture_type(&f, ":group by sql\r");
    assert_row(3, "\xe2\x94\x83 \xe2\x96\xb8       3      1      0   1.0s   2.0s  "
                  "select a from t where id = ?");
    assert_row(4, "  \xe2\x96\xb8       1      1      0      -      -  -");
    assert_row(5, "  \xe2\x96\xb8       1      0      1   9.0s   9.0s  select b from t");
}

static void a_cancel_under_way_is_a_state_of_its_own(void **state)
{
    (void)state;
    struct snapshot *s = five();
    app_fixture_type(&f, ":group by state\r");
    assert_shows_not(&f, "  cancelling");
    fake_add_action(s, ACTION_CANCEL, ACTION_ACCEPTED, "b1", "b1");
    app_take_snapshot(&f.app, s);
    assert_shows(&f, "  cancelling");
}

static void tasks_that_change_change_their_groups(void **state)
{
    (void)state;
    struct fake_task later[5];
    memcpy(later, tasks, sizeof(later));
    later[3].state = TASK_FAILED;
    app_fixture_type(&f, ":group by user\rG");
    app_take_snapshot(&f.app, fake_snapshot(later, 5, 1));
    assert_row(4, "  \xe2\x96\xb8       1      1      0      -      -  -");
    assert_row(5, "\xe2\x94\x83 \xe2\x96\xb8       1      0      1   5.0s   5.0s  Bo");
    app_take_snapshot(&f.app, fake_snapshot(later, 3, 1));
    assert_shows_not(&f, "  Bo");
}

/* ---- folding and the cursor --------------------------------------------------------------------
 */

static const char *selected(void)
{
    const struct task *task = app_selected(&f.app);
    return task != NULL ? task_text_or_dash(task, TASK_ID) : "none";
}

static void enter_opens_a_group_and_left_folds_it_from_within(void **state)
{
    (void)state;
    app_fixture_type(&f, ":group by user\rg");
    assert_string_equal(selected(), "none");
    app_fixture_type(&f, "\rj");
    assert_string_equal(selected(), "a3");
    assert_row(2, "    STATE");
    app_fixture_type(&f, "jjh");
    assert_string_equal(selected(), "none");
    assert_row(3, "\xe2\x94\x83 \xe2\x96\xb8       3");
    app_fixture_type(&f, "jllj");
    assert_string_equal(selected(), "n1");
}

static void what_needs_a_task_says_so_on_a_group(void **state)
{
    (void)state;
    app_fixture_type(&f, ":group by user\rx");
    assert_shows(&f, "No task is selected.");
    assert_int_equal(f.app.popup, POPUP_NONE);
}

static void the_cursor_stays_on_its_task_while_groups_grow(void **state)
{
    (void)state;
    struct fake_task later[7];
    memcpy(later, tasks, sizeof(tasks));
    later[5] = later[6] = tasks[3];
    later[5].id = "b2";
    later[6].id = "b3";
    app_fixture_type(&f, ":group by user\rZGk");
    assert_string_equal(selected(), "none");
    app_fixture_type(&f, "j");
    assert_string_equal(selected(), "b1");
    app_take_snapshot(&f.app, fake_snapshot(later, 7, 1));
    assert_string_equal(selected(), "b1");
    app_fixture_type(&f, "Z");
    assert_string_equal(selected(), "none");
    assert_row(4, "\xe2\x94\x83 \xe2\x96\xb8       3      3      0      -      -  Bo");
}

static void search_opens_the_group_it_finds_something_in(void **state)
{
    (void)state;
    app_fixture_type(&f, ":group by user\r/b1\r");
    assert_string_equal(selected(), "b1");
    app_fixture_type(&f, "/a3\r");
    assert_shows(&f, "\xe2\x96\xbe       3");
}

static void without_groups_there_is_nothing_to_fold(void **state)
{
    (void)state;
    app_fixture_type(&f, "Z");
    assert_shows(&f, "The tasks are not grouped; B groups them.");
}

static void the_box_groups_and_it_is_kept(void **state)
{
    (void)state;
    app_fixture_type(&f, "Bjj\r");
    assert_shows(&f, "3 groups by user");
    assert_string_equal(settings_get(&f.app.settings, "view demo", "group"), "user");
    app_fixture_type(&f, "B");
    assert_shows(&f, "\xe2\x97\x8f user");
    app_fixture_type(&f, "g\r");
    assert_shows_not(&f, "groups by");
    assert_null(settings_get(&f.app.settings, "view demo", "group"));
    assert_true(settings_set(&f.app.settings, "view demo", "group", "state", NULL));
    f.app.is_look_recalled = false;
    app_take_snapshot(&f.app, five());
    assert_shows(&f, "4 groups by state");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, finish)

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    utf8_init_locale();
    const struct CMUnitTest tests_of_groups[] = {
        TEST(groups_count_and_time_their_tasks_the_largest_first),
        TEST(ungrouped_the_cursor_is_on_the_first_task_of_its_group),
        TEST(a_filter_counts_for_groups_too),
        TEST(the_shape_of_sql_makes_groups),
        TEST(a_cancel_under_way_is_a_state_of_its_own),
        TEST(tasks_that_change_change_their_groups),
        TEST(enter_opens_a_group_and_left_folds_it_from_within),
        TEST(what_needs_a_task_says_so_on_a_group),
        TEST(the_cursor_stays_on_its_task_while_groups_grow),
        TEST(search_opens_the_group_it_finds_something_in),
        TEST(without_groups_there_is_nothing_to_fold),
        TEST(the_box_groups_and_it_is_kept),
    };
    return cmocka_run_group_tests(tests_of_groups, NULL, NULL);
}
