#include "support/testing.h"

#include <stdlib.h>
#include <string.h>

#include "sandbox/dataset.h"
#include "sandbox/runner.h"

#define DAY_MS INT64_C(1795132800000) /* 2026-11-20 */

static struct dataset shared;

static int make_shared(void **state)
{
    (void)state;
    struct error err;
    return dataset_make(&shared, 7, DAY_MS, NULL, &err) ? 0 : -1;
}

static int finish_shared(void **state)
{
    (void)state;
    dataset_finish(&shared);
    return 0;
}

static void one_seed_and_day_give_the_same_bytes(void **state)
{
    (void)state;
    struct dataset again;
    struct dataset other;
    struct error err;
    assert_true(dataset_make(&again, 7, DAY_MS + 3600 * 1000, NULL, &err));
    assert_true(dataset_make(&other, 8, DAY_MS, NULL, &err));
    assert_int_equal(again.image_bytes, shared.image_bytes);
    assert_memory_equal(again.image, shared.image, (size_t)shared.image_bytes);
    assert_true(other.image_bytes != shared.image_bytes ||
                memcmp(other.image, shared.image, (size_t)shared.image_bytes) != 0);
    dataset_finish(&again);
    dataset_finish(&other);
}

static void making_gives_up_when_told_to(void **state)
{
    (void)state;
    _Atomic bool is_stopping = true;
    struct dataset dataset = {0};
    struct error err;
    assert_false(dataset_make(&dataset, 7, DAY_MS, &is_stopping, &err));
    assert_null(dataset.image);
}

static struct result *run(const char *sql)
{
    struct runner runner;
    struct error err;
    assert_true(runner_init(&runner, &shared, 0, &err));
    struct result *result = runner_run(&runner, sql);
    runner_finish(&runner);
    return result;
}

static void shop_has_about_a_hundred_thousand_rows(void **state)
{
    (void)state;
    struct result *result =
        run("SELECT (SELECT COUNT(*) FROM users) + (SELECT COUNT(*) FROM products) +"
            " (SELECT COUNT(*) FROM orders) + (SELECT COUNT(*) FROM order_items) +"
            " (SELECT COUNT(*) FROM events),"
            " (SELECT MAX(created_at) FROM orders) < '2026-11-20',"
            " (SELECT COUNT(*) FROM users WHERE region IS NULL) > 0");
    assert_int_equal(result->end, RESULT_ROWS);
    assert_in_range(strtol(result->cells[0].text, NULL, 10), 90000, 120000);
    assert_string_equal(result->cells[1].text, "1");
    assert_string_equal(result->cells[2].text, "1");
    result_unref(result);
}

static void stranger_s_sql_can_only_read(void **state)
{
    (void)state;
    static const char *const attempts[] = {
        "DELETE FROM users",
        "INSERT INTO users(id) VALUES (0)",
        "UPDATE users SET age = 0",
        "DROP TABLE users",
        "CREATE TABLE t(a)",
        "CREATE TEMP TABLE t(a)",
        "ATTACH '/tmp/querytop-must-not-be' AS other",
        "PRAGMA database_list",
        "PRAGMA writable_schema = 1",
        "VACUUM INTO '/tmp/querytop-must-not-be'",
        "BEGIN",
        "SELECT load_extension('libm.so.6')",
        "SELECT 1; SELECT 2",
        "",
        "-- nothing",
    };
    for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
        struct result *result = run(attempts[i]);
        if (result->end != RESULT_ERROR || !result->error)
            fail_msg("\"%s\" was run", attempts[i]);
        result_unref(result);
    }
}

static void error_is_sqlite_s_own_with_its_place(void **state)
{
    (void)state;
    struct result *result = run("SELECT id,\n  nope FROM users");
    assert_int_equal(result->end, RESULT_ERROR);
    assert_string_equal(result->error, "no such column: nope");
    assert_int_equal(result->error_offset, 13);
    result_unref(result);
    result = run("SELECT myoders.id\nFROM users AS myoders, oders");
    assert_string_equal(result->error, "no such table: oders");
    assert_int_equal(result->error_offset, 41);
    result_unref(result);
}

static void result_of_endless_rows_is_cut_and_says_so(void **state)
{
    (void)state;
    struct result *result =
        run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n");
    assert_int_equal(result->end, RESULT_ROWS);
    assert_true(result->is_truncated);
    assert_in_range(result->row_count, 1, RUNNER_ROWS_MAX);
    result_unref(result);
}

static void result_of_huge_cells_is_cut_and_says_so(void **state)
{
    (void)state;
    struct result *result = run("SELECT HEX(ZEROBLOB(1000000)) FROM users");
    assert_int_equal(result->end, RESULT_ROWS);
    assert_true(result->is_truncated);
    assert_in_range(result->row_count, 1, 40);
    result_unref(result);
}

static void cells_keep_their_kinds(void **state)
{
    (void)state;
    struct result *result = run("SELECT NULL, 42, 0.5, 'it''s', X'00FF', 9e999");
    assert_int_equal(result->column_count, 6);
    const struct cell *cells = result->cells;
    assert_null(cells[0].text);
    assert_true(cells[1].is_number);
    assert_string_equal(cells[1].text, "42");
    assert_true(cells[2].is_number);
    assert_string_equal(cells[2].text, "0.5");
    assert_false(cells[3].is_number);
    assert_string_equal(cells[3].text, "it's");
    assert_int_equal(cells[4].length, 2);
    assert_memory_equal(cells[4].text, "\x00\xff", 2);
    assert_null(cells[5].text); /* JSON knows no infinity */
    result_unref(result);
}

static void throttle_takes_the_time_that_the_steps_are_worth(void **state)
{
    (void)state;
    struct runner runner;
    struct error err;
    assert_true(runner_init(&runner, &shared, 1000000, &err));
    /* At least five steps a row: 150,000 at a million a second. */
    struct result *result =
        runner_run(&runner, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                            " WHERE i < 30000) SELECT COUNT(*) FROM n");
    assert_int_equal(result->end, RESULT_ROWS);
    assert_true(result->runtime_s >= 0.1);
    result_unref(result);
    runner_finish(&runner);
}

static void *interrupt(void *runner)
{
    runner_interrupt(runner);
    return NULL;
}

static void sleeping_statement_is_interrupted_at_once(void **state)
{
    (void)state;
    struct runner runner;
    struct error err;
    pthread_t thread;
    assert_true(runner_init(&runner, &shared, 0, &err));
    pthread_create(&thread, NULL, interrupt, &runner);
    struct result *result = runner_run(&runner, "SELECT SLEEP(1000)");
    pthread_join(thread, NULL);
    assert_int_equal(result->end, RESULT_INTERRUPTED);
    assert_int_equal(result->row_count, 0);
    result_unref(result);
    runner_rearm(&runner);
    result = runner_run(&runner, "SELECT SLEEP(0.001)");
    assert_int_equal(result->end, RESULT_ROWS);
    assert_string_equal(result->cells[0].text, "0.001");
    result_unref(result);
    runner_finish(&runner);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_seed_and_day_give_the_same_bytes),
        cmocka_unit_test(making_gives_up_when_told_to),
        cmocka_unit_test(shop_has_about_a_hundred_thousand_rows),
        cmocka_unit_test(stranger_s_sql_can_only_read),
        cmocka_unit_test(error_is_sqlite_s_own_with_its_place),
        cmocka_unit_test(result_of_endless_rows_is_cut_and_says_so),
        cmocka_unit_test(result_of_huge_cells_is_cut_and_says_so),
        cmocka_unit_test(cells_keep_their_kinds),
        cmocka_unit_test(throttle_takes_the_time_that_the_steps_are_worth),
        cmocka_unit_test(sleeping_statement_is_interrupted_at_once),
    };
    return cmocka_run_group_tests(tests, make_shared, finish_shared);
}
