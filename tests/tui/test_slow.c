/* What is slow, what is slower than usual, and a cursor that follows the first task. */
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

/* The ids in the list, from above; those that count as slow with their mark. */
static const char *list(void)
{
    static char text[400];
    text[0] = '\0';
    app_fixture_screen(&f);
    for (int row = 3; row < 9; row++) {
        const char *line = app_fixture_row(&f, row);
        char id[40] = "";
        char elapsed[40] = "";
        if (sscanf(line + strcspn(line, "t"), "%39s %39s", id, elapsed) < 2)
            continue;
        const char *mark = strpbrk(elapsed, "!\xe2");
        strcat(text, text[0] != '\0' ? " " : "");
        strcat(text, id);
        strcat(text, mark != NULL ? mark : "");
    }
    return text;
}

static struct snapshot *running(size_t count)
{
    static const struct fake_task tasks[] = {
        {.id = "t1", .state = TASK_RUNNING, .elapsed_ms = 90000, .age_ms = 91000, .user = "Ana"},
        {.id = "t2", .state = TASK_RUNNING, .elapsed_ms = 50000, .age_ms = 51000, .user = "Bo"},
        {.id = "t3", .state = TASK_RUNNING, .elapsed_ms = 10000, .age_ms = 11000, .user = "Ana"},
        {.id = "t4", .state = TASK_SUCCEEDED, .elapsed_ms = 99000, .age_ms = 500000, .user = "Bo"},
        {.id = "t5", .state = TASK_RUNNING, .elapsed_ms = 900000, .age_ms = 900000, .user = "Cy"},
    };
    return fake_snapshot(tasks, count, 1);
}

/* The list of four tasks, by id and elapsed time. */
static void show_four(void)
{
    assert_true(settings_set(&f.app.settings, "view demo", "columns", "id elapsed", NULL));
    app_take_snapshot(&f.app, running(4));
}

/* ---- rules -------------------------------------------------------------------------------------
 */

static void what_the_rule_calls_slow_is_marked_and_comes_first_while_it_runs(void **state)
{
    (void)state;
    show_four();
    assert_string_equal(list(), "t1 t2 t3 t4");
    app_fixture_type(&f, "Wuser=bo\r");
    assert_string_equal(list(), "t2! t1 t3 t4!");
    app_fixture_type(&f, "W\x15\r");
    assert_string_equal(list(), "t1 t2 t3 t4");
}

static void slower_than_usual_is_marked_and_comes_first(void **state)
{
    (void)state;
    struct snapshot *s = running(4);
    struct task *third = (struct task *)snapshot_find_task(s, 0, "t3");
    show_four();
    third->usual_ms = 1000;
    third->usual_p95_ms = 2000;
    third->usual_runs = 5;
    app_take_snapshot(&f.app, s);
    assert_string_equal(list(), "t3\xe2\x80\xbc t1 t2 t4");
}

static void pace_is_a_column_to_sort_and_filter_by(void **state)
{
    (void)state;
    struct snapshot *s = running(4);
    struct task *second = (struct task *)snapshot_find_task(s, 0, "t2");
    assert_true(settings_set(&f.app.settings, "view demo", "columns", "id pace", NULL));
    second->usual_ms = 20000;
    second->usual_runs = 2;
    app_take_snapshot(&f.app, s);
    app_fixture_type(&f, ":sort by pace\r");
    assert_shows(&f, "t2                                  250%");
    app_fixture_type(&f, "fpace>240\r");
    assert_shows(&f, "1 of 4");
    app_fixture_type(&f, "f\x15pace>2500\r");
    assert_shows(&f, "0 of 4");
}

static void a_rule_is_tried_while_it_is_typed_and_kept_with_enter(void **state)
{
    (void)state;
    show_four();
    app_fixture_type(&f, "Welapsed>1m");
    assert_string_equal(list(), "t1! t2 t3 t4!");
    app_fixture_key(&f, UI_KEY_ESCAPE);
    assert_string_equal(list(), "t1 t2 t3 t4");
    assert_null(settings_get(&f.app.settings, "view demo", "slow"));
    app_fixture_type(&f, "Welapsed>40s\r");
    assert_string_equal(settings_get(&f.app.settings, "view demo", "slow"), "elapsed>40s");
    assert_string_equal(list(), "t1! t2! t3 t4!");
    app_fixture_type(&f, "W nosuch=1");
    assert_shows(&f, "unknown field 'nosuch'");
}

static void a_rule_is_followed_the_next_day(void **state)
{
    (void)state;
    assert_true(settings_set(&f.app.settings, "view demo", "slow", "user=bo", NULL));
    show_four();
    assert_string_equal(list(), "t2! t1 t3 t4!");
}

/* ---- following ---------------------------------------------------------------------------------
 */

static const char *selected(void)
{
    return task_text_or_dash(app_selected(&f.app), TASK_ID);
}

static void the_cursor_follows_the_first_task_until_it_is_moved(void **state)
{
    (void)state;
    show_four();
    app_fixture_type(&f, "jL");
    assert_string_equal(selected(), "t1");
    assert_shows(&f, "  following");
    app_fixture_type(&f, "2"); /* other keys do not stop it */
    app_take_snapshot(&f.app, running(5));
    assert_string_equal(selected(), "t5");
    app_fixture_type(&f, "1\x1bj");
    assert_shows_not(&f, "  following");
    assert_string_equal(selected(), "t1");
    app_take_snapshot(&f.app, running(4));
    app_take_snapshot(&f.app, running(5));
    assert_string_equal(selected(), "t1");
    app_fixture_type(&f, "LL");
    assert_shows_not(&f, "  following");
}

/* ---- the header --------------------------------------------------------------------------------
 */

static void starts_and_failures_are_told_where_there_is_room(void **state)
{
    (void)state;
    static const char starts[] = "6/min          \xe2\x96\x83\xe2\x96\x87\xe2\x96\x84";
    static const char failures[] = "\xe2\x9c\x97           \xe2\x96\x87";
    app_fixture_screen(&f);
    assert_non_null(strstr(app_fixture_row(&f, 0), starts));
    assert_non_null(strstr(app_fixture_row(&f, 0), failures));
    /* Profiles need the room more. */
    app_take_snapshot(&f.app, app_fixture_shop(3));
    app_resize(&f.app, 100, 40);
    app_fixture_screen(&f);
    assert_non_null(strstr(app_fixture_row(&f, 0), starts));
    assert_null(strstr(app_fixture_row(&f, 0), failures));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, finish)

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    utf8_init_locale();
    const struct CMUnitTest tests[] = {
        TEST(what_the_rule_calls_slow_is_marked_and_comes_first_while_it_runs),
        TEST(slower_than_usual_is_marked_and_comes_first),
        TEST(pace_is_a_column_to_sort_and_filter_by),
        TEST(a_rule_is_tried_while_it_is_typed_and_kept_with_enter),
        TEST(a_rule_is_followed_the_next_day),
        TEST(the_cursor_follows_the_first_task_until_it_is_moved),
        TEST(starts_and_failures_are_told_where_there_is_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
