/* Finding things day by day: groups, columns, orders, slow rules, saved filters, events, palette;
 * and that what was set up is there after a restart. */
#include <stdio.h>
#include <string.h>

#include "e2e/golden.h"
#include "e2e/stage.h"
#include "support/environment.h"

/* A memory of its own, so that no test sets up another's dashboard. */
static const char *const *with_memory(const char *name)
{
    static char state_home[512];
    static const char *const env[] = {STAGE_FROZEN, state_home, NULL};
    snprintf(state_home, sizeof(state_home), "XDG_STATE_HOME=%s/%s", scratch_folder(), name);
    return env;
}

static void open_narrow(struct stage *stage, const char *memory)
{
    stage_open_frozen(stage,
                      &(struct stage_options){.rows = 24, .cols = 80, .env = with_memory(memory)});
}

static void open_wide(struct stage *stage, const char *memory)
{
    stage_open_frozen(stage,
                      &(struct stage_options){.rows = 40, .cols = 120, .env = with_memory(memory)});
}

/* The dashboard again, on the same service and with the same memory. */
static void restart(struct stage *stage, const char *memory, int rows, int cols)
{
    term_key(stage->term, "q");
    assert_exit_code(stage->term, 0);
    term_close(stage->term);
    stage_open_term(
        stage, &(struct stage_options){.rows = rows, .cols = cols, .env = with_memory(memory)});
    assert_shows(stage, "\xe2\x97\x8c 12");
    term_key(stage->term, "g");
}

static void choose(struct stage *stage, const char *name)
{
    term_key(stage->term, ":");
    assert_shows(stage, "Actions");
    term_type(stage->term, name);
    term_key(stage->term, "Enter");
    assert_hides(stage, "Actions");
}

/* ---- groups ------------------------------------------------------------------------------------
 */

static void groups_open_fold_and_count(void **state)
{
    (void)state;
    struct stage stage;
    open_narrow(&stage, "groups");
    term_key(stage.term, "B");
    assert_golden(stage.term, "80x24-group-by");
    term_key(stage.term, "Esc");
    choose(&stage, "group by user");
    term_key(stage.term, "g");
    assert_golden(stage.term, "80x24-groups");
    term_keys(stage.term, "g Enter");
    assert_golden(stage.term, "80x24-group-open");
    term_key(stage.term, "Left");
    assert_golden(stage.term, "80x24-groups");
    term_key(stage.term, "Z");
    assert_shows(&stage, "\xe2\x96\xbe");
    assert_hides(&stage, "\xe2\x96\xb8");
    restart(&stage, "groups", 24, 80);
    assert_golden(stage.term, "80x24-groups");
    stage_close(&stage);
}

static void groups_tell_times_and_failures_of_what_has_ended(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, &(struct stage_options){.sandbox = stage_slow, .rows = 40, .cols = 120});
    char id[64];
    for (int i = 0; i < 3; i++) {
        service_submit(stage.service, "order_items", "users.region", id, sizeof(id));
        assert_true(service_wait_status(stage.service, id, "complete", TERM_PATIENCE_MS));
    }
    assert_shows(&stage, "\xe2\x9c\x93 3");
    choose(&stage, "group by sql");
    assert_shows(&stage, "P50    P95");
    assert_shows(&stage, "      3      0      0");
    choose(&stage, "group by none");
    assert_hides(&stage, "P50    P95");
    stage_close(&stage);
}

/* ---- columns and orders ------------------------------------------------------------------------
 */

static void columns_and_order_are_there_after_a_restart(void **state)
{
    (void)state;
    struct stage stage;
    open_wide(&stage, "columns");
    term_key(stage.term, "C");
    assert_golden(stage.term, "120x40-columns");
    term_keys(stage.term, "g Space");
    term_key(stage.term, "Enter");
    choose(&stage, "sort by user");
    term_key(stage.term, "g");
    assert_golden(stage.term, "120x40-columns-chosen");
    term_key(stage.term, "S");
    assert_shows(&stage, "order user \xe2\x96\xbc");
    restart(&stage, "columns", 40, 120);
    assert_shows(&stage, "order user \xe2\x96\xbc");
    term_keys(stage.term, "S g");
    assert_golden(stage.term, "120x40-columns-chosen");
    stage_close(&stage);
}

/* ---- filters -----------------------------------------------------------------------------------
 */

static void filter_with_a_name_is_used_again(void **state)
{
    (void)state;
    struct stage stage;
    open_narrow(&stage, "filters");
    term_key(stage.term, "f");
    term_type(stage.term, "state=running");
    assert_shows(&stage, "2 of 14");
    term_key(stage.term, "C-s");
    assert_shows(&stage, "name of the filter");
    term_type(stage.term, "at work");
    term_key(stage.term, "Enter");
    term_keys(stage.term, "Esc");
    assert_hides(&stage, "2 of 14");
    restart(&stage, "filters", 24, 80);
    term_key(stage.term, "F");
    assert_golden(stage.term, "80x24-saved-filters");
    term_key(stage.term, "Enter");
    assert_shows(&stage, "2 of 14");
    stage_close(&stage);
}

static void completion_offers_what_the_tasks_have(void **state)
{
    (void)state;
    struct stage stage;
    open_narrow(&stage, "completion");
    term_key(stage.term, "f");
    term_type(stage.term, "connec");
    term_key(stage.term, "Tab");
    assert_shows(&stage, "filter connection");
    term_type(stage.term, "~w");
    assert_golden(stage.term, "80x24-completion");
    term_keys(stage.term, "C-u");
    term_type(stage.term, "state=runing user=ana");
    assert_golden(stage.term, "80x24-mistake");
    term_key(stage.term, "Esc");
    stage_close(&stage);
}

/* ---- slow, follow, events, palette -------------------------------------------------------------
 */

static void slow_tasks_are_marked_by_a_rule_of_the_user(void **state)
{
    (void)state;
    struct stage stage;
    open_narrow(&stage, "slow");
    term_key(stage.term, "W");
    term_type(stage.term, "user~ana");
    term_keys(stage.term, "Enter g");
    assert_golden_styles(stage.term, "80x24-slow");
    restart(&stage, "slow", 24, 80);
    assert_golden_styles(stage.term, "80x24-slow");
    stage_close(&stage);
}

static void the_cursor_follows_what_comes_first(void **state)
{
    (void)state;
    struct stage stage;
    char id[64];
    stage_open(&stage, &(struct stage_options){.sandbox = stage_queue, .rows = 40, .cols = 120});
    assert_shows(&stage, "queued");
    choose(&stage, "sort by created");
    term_key(stage.term, "L");
    assert_shows(&stage, "Following the first task");
    service_submit(stage.service, "events", "events.browser", id, sizeof(id));
    assert_shows(&stage, "\xe2\x97\x8c 6");
    char head[16];
    snprintf(head, sizeof(head), "Detail  %.8s", id);
    assert_shows(&stage, head);
    term_key(stage.term, "j");
    assert_hides(&stage, head);
    stage_close(&stage);
}

static void events_list_what_became_of_a_task(void **state)
{
    (void)state;
    struct stage stage;
    open_narrow(&stage, "events");
    term_keys(stage.term, "G x y"); /* a queued one: no other takes its place */
    assert_shows(&stage, "\xe2\x8a\x97 cancelled");
    term_key(stage.term, "V");
    assert_shows(&stage, "Events: changes of state, newest first");
    assert_shows(&stage, "10:00:00  \xe2\x8a\x97 cancelled  Dee Ray");
    term_keys(stage.term, "j k Enter");
    assert_hides(&stage, "Events:");
    assert_shows(&stage, "\xe2\x94\x83   \xe2\x8a\x97 cancelled");
    stage_close(&stage);
}

static void palette_narrows_says_why_not_and_runs(void **state)
{
    (void)state;
    struct stage stage;
    open_narrow(&stage, "palette");
    term_key(stage.term, ":");
    assert_shows(&stage, "next page of the detail");
    term_type(stage.term, "retr");
    assert_shows(&stage, "\xe2\x94\x82 retry                       run the query again");
    assert_shows(&stage, "\xe2\x94\x82 reset to remote             This key works on");
    term_key(stage.term, "Enter");
    assert_shows(&stage, "Run this query again?");
    term_key(stage.term, "Esc");
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_open_fold_and_count),
        cmocka_unit_test(groups_tell_times_and_failures_of_what_has_ended),
        cmocka_unit_test(columns_and_order_are_there_after_a_restart),
        cmocka_unit_test(filter_with_a_name_is_used_again),
        cmocka_unit_test(completion_offers_what_the_tasks_have),
        cmocka_unit_test(slow_tasks_are_marked_by_a_rule_of_the_user),
        cmocka_unit_test(the_cursor_follows_what_comes_first),
        cmocka_unit_test(events_list_what_became_of_a_task),
        cmocka_unit_test(palette_narrows_says_why_not_and_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
