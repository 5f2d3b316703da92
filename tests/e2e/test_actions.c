/* Cancel and retry, with the service itself as the witness. */
#include <stdio.h>
#include <string.h>

#include "e2e/stage.h"

/* The cancel of the task under the cursor, confirmed. */
static void press_cancel(struct stage *stage)
{
    term_key(stage->term, "x");
    assert_shows(stage, "Cancel this task?");
    term_key(stage->term, "y");
    assert_hides(stage, "Cancel this task?");
}

static void cancelled_task_is_gone_on_the_service(void **state)
{
    (void)state;
    struct stage stage;
    char id[64];
    stage_open(&stage, &(struct stage_options){.sandbox = stage_queue, .rows = 40, .cols = 120});
    service_submit(stage.service, "users", "users.count", id, sizeof(id));
    stage_select(&stage, id);
    press_cancel(&stage);
    assert_shows(&stage, "cancel confirmed");
    assert_string_equal(service_task_status(stage.service, id), "killed");
    assert_int_equal(service_running_count(stage.service), 5);
    assert_shows(&stage, "cancelled");
    stage_close(&stage);
}

static void confirmation_names_the_task_and_any_key_but_y_keeps_it(void **state)
{
    (void)state;
    struct stage stage;
    char id[64];
    stage_open(&stage, &(struct stage_options){.sandbox = stage_queue, .rows = 40, .cols = 120});
    service_submit(stage.service, "users", "users.count", id, sizeof(id));
    stage_select(&stage, id);
    static const char *const others[] = {"Enter", "Esc", "n", "Space", "Y", "Down"};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        term_key(stage.term, "x");
        assert_shows(&stage, "Cancel this task?");
        assert_true(term_find_row(stage.term, id) >= 0);
        term_key(stage.term, others[i]);
        if (i == 4) /* "Y" is no "y", but nothing to be strict about */
            break;
        assert_hides(&stage, "Cancel this task?");
        assert_string_equal(service_task_status(stage.service, id), "added");
    }
    stage_close(&stage);
}

static void cancel_of_what_has_just_ended_says_so(void **state)
{
    (void)state;
    struct stage stage;
    char id[64];
    char path[128];
    stage_open(&stage, &(struct stage_options){.sandbox = stage_queue, .rows = 40, .cols = 120});
    service_submit(stage.service, "users", "users.count", id, sizeof(id));
    stage_select(&stage, id);
    term_key(stage.term, "p");
    assert_shows(&stage, "paused");
    /* It ends behind the back of the dashboard, which still shows it as waiting. */
    snprintf(path, sizeof(path), "/running_queries/%s", id);
    assert_int_equal(service_ask(stage.service, "DELETE", path, NULL, NULL), 204);
    assert_true(term_find_row(stage.term, "queued") >= 0);
    press_cancel(&stage);
    assert_shows(&stage, "already ended");
    stage_close(&stage);
}

static void retry_makes_a_new_task_that_names_the_old(void **state)
{
    (void)state;
    struct stage stage;
    char id[64];
    stage_open(&stage, &(struct stage_options){.sandbox = stage_slow, .rows = 40, .cols = 120});
    service_submit(stage.service, "order_items", "users.region", id, sizeof(id));
    assert_shows(&stage, "succeeded");
    stage_select(&stage, id);
    term_key(stage.term, "r");
    assert_shows(&stage, "Run this query again?");
    term_key(stage.term, "y");
    assert_shows(&stage, "retried as ");
    const char *row = term_row(stage.term, term_find_row(stage.term, "retried as "));
    char new_id[64] = "";
    sscanf(strstr(row, "retried as ") + strlen("retried as "), "%63[0-9a-f]", new_id);
    assert_true(strlen(new_id) > 7);
    assert_string_not_equal(new_id, id);
    /* The new one is known to the service, and its detail names the old one. */
    term_key(stage.term, "Esc");
    char filter[80];
    snprintf(filter, sizeof(filter), "%s*", new_id);
    stage_select(&stage, filter);
    term_key(stage.term, "Enter");
    assert_shows(&stage, id);
    stage_close(&stage);
}

static void several_marked_tasks_are_cancelled_together(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, &(struct stage_options){.sandbox = stage_queue, .rows = 40, .cols = 120});
    assert_shows(&stage, "queued");
    term_keys(stage.term, "g Space Space Space");
    assert_shows(&stage, "3 marked");
    term_key(stage.term, "x");
    assert_shows(&stage, "Cancel these tasks?");
    assert_shows(&stage, "3 of 3 marked");
    term_key(stage.term, "y");
    assert_shows(&stage, "\xe2\x97\x8c 2");
    assert_int_equal(service_running_count(stage.service), 2);
    assert_shows(&stage, "cancel: 3 of 3 done");
    stage_close(&stage);
}

static void read_only_profile_cancels_nothing_and_says_why(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, &(struct stage_options){.sandbox = stage_queue,
                                               .settings = "mode = read-only\npoll = 300ms\n"});
    assert_shows(&stage, "queued");
    term_key(stage.term, "x");
    assert_shows(&stage, "read-only");
    assert_null(strstr(term_screen(stage.term), "Cancel this task?"));
    assert_int_equal(service_running_count(stage.service), 5);
    stage_close(&stage);
}

static void armed_profile_cancels_after_arming_only(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, &(struct stage_options){.sandbox = stage_queue,
                                               .settings = "mode = armed\npoll = 300ms\n"});
    assert_shows(&stage, "queued");
    term_key(stage.term, "x");
    assert_shows(&stage, "arm");
    assert_null(strstr(term_screen(stage.term), "Cancel this task?"));
    term_key(stage.term, "A");
    assert_shows(&stage, "armed 0:");
    press_cancel(&stage);
    assert_shows(&stage, "\xe2\x97\x8c 4");
    assert_int_equal(service_running_count(stage.service), 4);
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cancelled_task_is_gone_on_the_service),
        cmocka_unit_test(confirmation_names_the_task_and_any_key_but_y_keeps_it),
        cmocka_unit_test(cancel_of_what_has_just_ended_says_so),
        cmocka_unit_test(retry_makes_a_new_task_that_names_the_old),
        cmocka_unit_test(several_marked_tasks_are_cancelled_together),
        cmocka_unit_test(read_only_profile_cancels_nothing_and_says_why),
        cmocka_unit_test(armed_profile_cancels_after_arming_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
