/* Reading a task in full: its SQL in both forms, long lines, the record, other runs. */
#include "e2e/stage.h"

static void open_sql(struct stage *stage, int cols)
{
    char id[64];
    stage_open(stage, &(struct stage_options){.sandbox = stage_slow, .cols = cols});
    service_submit(stage->service, "order_items", "users.region", id, sizeof(id));
    assert_shows(stage, "succeeded");
    stage_select(stage, id);
    term_key(stage->term, "Enter");
    term_key(stage->term, "2");
    assert_shows(stage, "SELECT");
}

static void sql_is_formatted_and_back(void **state)
{
    (void)state;
    struct stage stage;
    open_sql(&stage, 80);
    term_key(stage.term, "c");
    assert_shows(&stage, "formatted for reading");
    assert_shows(&stage, "1  SELECT");
    term_key(stage.term, "c");
    assert_hides(&stage, "formatted for reading");
    stage_close(&stage);
}

static void long_lines_are_scrolled_when_they_are_not_wrapped(void **state)
{
    (void)state;
    struct stage stage;
    open_sql(&stage, 44);
    term_key(stage.term, "U");
    assert_shows(&stage, "Long lines go on");
    term_key(stage.term, "Right");
    assert_shows(&stage, "1  <");
    stage_close(&stage);
}

static void the_record_folds(void **state)
{
    (void)state;
    struct stage stage;
    open_sql(&stage, 80);
    term_key(stage.term, "5");
    assert_shows(&stage, "\"fields\": [");
    term_type(stage.term, "/fields");
    term_key(stage.term, "Enter");
    term_key(stage.term, "Enter");
    assert_shows(&stage, "\"fields\": [\xe2\x80\xa6 ");
    term_key(stage.term, "Enter");
    assert_shows(&stage, "\"users.region\"");
    term_key(stage.term, "Z");
    assert_hides(&stage, "\"users.region\"");
    stage_close(&stage);
}

static void earlier_runs_are_a_key_away(void **state)
{
    (void)state;
    struct stage stage;
    char first[64];
    char second[64];
    stage_open(&stage, &(struct stage_options){.sandbox = stage_slow, .cols = 120, .rows = 40});
    service_submit(stage.service, "order_items", "users.region", first, sizeof(first));
    assert_shows(&stage, "\xe2\x9c\x93 1");
    service_submit(stage.service, "order_items", "users.region", second, sizeof(second));
    assert_shows(&stage, "\xe2\x9c\x93 2");
    stage_select(&stage, second);
    term_key(stage.term, "K");
    assert_shows(&stage, "earlier run     \xe2\x9c\x93 succeeded");
    term_key(stage.term, "Enter");
    assert_shows(&stage, "The earlier run; ^O goes back.");
    assert_hides(&stage, "id=");
    term_key(stage.term, "C-o");
    assert_shows(&stage, "1 of 2");
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sql_is_formatted_and_back),
        cmocka_unit_test(long_lines_are_scrolled_when_they_are_not_wrapped),
        cmocka_unit_test(the_record_folds),
        cmocka_unit_test(earlier_runs_are_a_key_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
