/* What a user watches: tasks coming, running and ending, their rows and their SQL. */
#include <stdio.h>
#include <string.h>

#include "e2e/stage.h"

static void first_screen_shows_what_waits(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, &(struct stage_options){.sandbox = stage_queue});
    assert_shows(&stage, "queued");
    assert_int_equal(service_running_count(stage.service), 5);
    assert_shows(&stage, "\xe2\x97\x8c 5");
    stage_close(&stage);
}

static void task_is_followed_to_its_end(void **state)
{
    (void)state;
    struct stage stage;
    char id[64];
    stage_open(&stage, &(struct stage_options){.sandbox = stage_slow, .rows = 40, .cols = 120});
    service_submit(stage.service, "order_items", "users.region", id, sizeof(id));
    assert_shows(&stage, "running");
    assert_shows(&stage, "succeeded");
    assert_true(service_wait_status(stage.service, id, "complete", TERM_PATIENCE_MS));
    assert_hides(&stage, "\xe2\x96\xb6 running");
    stage_close(&stage);
}

static void detail_has_sql_and_rows(void **state)
{
    (void)state;
    struct stage stage;
    char id[64];
    stage_open(&stage, &(struct stage_options){.sandbox = stage_slow});
    service_submit(stage.service, "order_items", "users.region", id, sizeof(id));
    assert_shows(&stage, "succeeded");
    stage_select(&stage, id);
    term_key(stage.term, "Enter");
    assert_shows(&stage, "Overview");
    term_key(stage.term, "2");
    assert_shows(&stage, "SELECT");
    term_key(stage.term, "3");
    assert_shows(&stage, "EMEA");
    term_key(stage.term, "5");
    assert_shows(&stage, "\"query_id\"");
    stage_close(&stage);
}

static void filter_leaves_what_matches(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, &(struct stage_options){.sandbox = stage_queue});
    assert_shows(&stage, "queued");
    term_keys(stage.term, "f");
    term_type(stage.term, "state=failed");
    term_key(stage.term, "Enter");
    assert_shows(&stage, "No task matches");
    assert_shows(&stage, "0 of 5");
    term_key(stage.term, "Esc");
    assert_hides(&stage, "No task matches");
    assert_shows(&stage, "queued");
    stage_close(&stage);
}

static void mistake_in_a_filter_is_told_and_changes_nothing(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, &(struct stage_options){.sandbox = stage_queue});
    assert_shows(&stage, "queued");
    term_key(stage.term, "f");
    term_type(stage.term, "elapsed>soon");
    assert_shows(&stage, "elapsed wants a duration");
    term_key(stage.term, "Enter");
    assert_false(stage_sees(&stage, "? help", 300)); /* still typing */
    term_keys(stage.term, "Esc");
    assert_hides(&stage, "keep the filter");
    assert_shows(&stage, "queued");
    stage_close(&stage);
}

static void order_can_be_turned_round(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, &(struct stage_options){.sandbox = stage_queue});
    assert_shows(&stage, "queued");
    bool was_down = strstr(term_screen(stage.term), "\xe2\x96\xbc") != NULL;
    term_key(stage.term, "S");
    assert_shows(&stage, was_down ? "\xe2\x96\xb2" : "\xe2\x96\xbc");
    stage_close(&stage);
}

static void marks_are_counted_and_taken_off(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, &(struct stage_options){.sandbox = stage_queue});
    assert_shows(&stage, "queued");
    term_keys(stage.term, "Space Space");
    assert_shows(&stage, "2 marked");
    term_key(stage.term, "u");
    assert_hides(&stage, "marked");
    stage_close(&stage);
}

static void projects_pane_shows_branches(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, &(struct stage_options){0});
    term_key(stage.term, "3");
    assert_shows(&stage, "workspace ");
    assert_shows(&stage, "clean");
    stage_close(&stage);
}

static void help_names_the_keys(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, &(struct stage_options){.rows = 60, .cols = 100});
    term_key(stage.term, "?");
    assert_shows(&stage, "run the query again");
    term_key(stage.term, "End");
    assert_shows(&stage, "leave; the tasks go on without you");
    term_key(stage.term, "Esc");
    assert_hides(&stage, "run the query again");
    stage_close(&stage);
}

static void paused_dashboard_asks_nothing(void **state)
{
    (void)state;
    struct stage stage;
    char id[64];
    stage_open(&stage, &(struct stage_options){.sandbox = stage_queue});
    assert_shows(&stage, "queued");
    term_key(stage.term, "p");
    assert_shows(&stage, "paused");
    service_submit(stage.service, "users", "users.count", id, sizeof(id));
    assert_false(stage_sees(&stage, "\xe2\x97\x8c 6", 1000));
    term_key(stage.term, "p");
    assert_shows(&stage, "\xe2\x97\x8c 6");
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_screen_shows_what_waits),
        cmocka_unit_test(task_is_followed_to_its_end),
        cmocka_unit_test(detail_has_sql_and_rows),
        cmocka_unit_test(filter_leaves_what_matches),
        cmocka_unit_test(mistake_in_a_filter_is_told_and_changes_nothing),
        cmocka_unit_test(order_can_be_turned_round),
        cmocka_unit_test(marks_are_counted_and_taken_off),
        cmocka_unit_test(projects_pane_shows_branches),
        cmocka_unit_test(help_names_the_keys),
        cmocka_unit_test(paused_dashboard_asks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
