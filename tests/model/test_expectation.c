#include "support/testing.h"

#include <stdio.h>

#include "base/limits.h"
#include "model/expectation.h"
#include "model/fingerprint.h"

static struct task *make(const char *query, const char *sql, enum task_state state,
                         int64_t elapsed_ms)
{
    struct task_draft draft;
    task_draft_init(&draft);
    draft.facts.state = state;
    draft.facts.elapsed_ms = elapsed_ms;
    task_draft_set_text(&draft, TASK_ID, "x");
    task_draft_set_text(&draft, TASK_QUERY_ID, query);
    task_draft_set_text(&draft, TASK_SQL, sql);
    struct task *task = task_create(&draft);
    task_draft_finish(&draft);
    return task;
}

static void learn(struct expectations *e, const char *query, const char *sql, enum task_state state,
                  int64_t elapsed_ms)
{
    struct task *task = make(query, sql, state, elapsed_ms);
    expectations_learn(e, task);
    task_unref(task);
}

static void literals_comments_and_case_make_no_difference(void **state)
{
    (void)state;
    uint64_t one = sql_fingerprint("SELECT a FROM t WHERE b = 'x' AND c IN (1, 2, 3)");
    assert_true(one == sql_fingerprint("select a -- why\n from t\twhere b='it''s' and c in (7)"));
    assert_true(one == sql_fingerprint("/* 12 */ SELECT a FROM t WHERE b = '' AND c IN (1.5e3,2)"));
    assert_true(one != sql_fingerprint("SELECT a FROM u WHERE b = 'x' AND c IN (1)"));
    assert_true(sql_fingerprint("SELECT \"A\"") != sql_fingerprint("SELECT \"B\""));
    sql_fingerprint("'unfinished /* and -- more");
    sql_fingerprint("/* unfinished");
    sql_fingerprint("");
}

static void assert_normal(const char *sql, const char *wanted)
{
    char text[120];
    assert_string_equal(sql_normalise(sql, text, sizeof(text)), wanted);
}

static void normalised_sql_reads_like_sql(void **state)
{
    (void)state;
    assert_normal("SELECT  a,\n  Count(*) FROM t -- why\n WHERE b='it''s' AND c IN (1, 2 ,3)",
                  "select a, count(*) from t where b = ? and c in(?)");
    assert_normal("select 1, a, -2.5e3 /* 7 */", "select ?, a, - ?");
    assert_normal("SELECT \"Odd Name\".x FROM s.t1 WHERE a<=5 or b||'x' <> :p",
                  "select \"Odd Name\".x from s.t1 where a <= ? or b || ? <>:p");
    assert_normal("", "");
    assert_normal("/* only a remark", "");
    char little[12];
    assert_string_equal(sql_normalise("select abc from t", little, sizeof(little)), "select abc");
}

static void a_list_of_literals_is_one_and_other_commas_count(void **state)
{
    (void)state;
    assert_true(sql_fingerprint("VALUES (1, 'a', 2)") == sql_fingerprint("values (3)"));
    assert_true(sql_fingerprint("select 1, a") != sql_fingerprint("select 1 a"));
    assert_true(sql_fingerprint("select 1, 2, a") == sql_fingerprint("select 'x', a"));
}

static void the_median_of_earlier_runs_is_usual(void **state)
{
    (void)state;
    struct expectations *e = expectations_create();
    const int64_t runs[] = {3000, 1000, 2000, 50000};
    for (int i = 0; i < 4; i++)
        learn(e, "q1", NULL, TASK_SUCCEEDED, runs[i]);
    learn(e, "q1", NULL, TASK_FAILED, 99999);
    learn(e, "q1", NULL, TASK_SUCCEEDED, UNKNOWN);

    struct task *task = make("q1", NULL, TASK_SUCCEEDED, 2500);
    expectations_stamp(e, task);
    assert_int_equal(task->usual_ms, 3000);
    assert_int_equal(task->usual_p95_ms, 50000);
    assert_int_equal(task->usual_runs, 4);
    assert_false(task_is_slow_at(task, 0));
    task_unref(task);

    task = make("q1", NULL, TASK_SUCCEEDED, 51001);
    expectations_stamp(e, task);
    assert_true(task_is_slow_at(task, 0));
    task_unref(task);

    task = make("q2", NULL, TASK_RUNNING, 99999);
    expectations_stamp(e, task);
    assert_true(task->usual_ms == UNKNOWN);
    assert_false(task_is_slow_at(task, 0));
    task_unref(task);
    expectations_destroy(e);
}

static void without_a_query_id_the_sql_tells(void **state)
{
    (void)state;
    struct expectations *e = expectations_create();
    learn(e, NULL, "SELECT 1 FROM a", TASK_SUCCEEDED, 10);
    struct task *task = make(NULL, "select 2 from a", TASK_RUNNING, 1);
    expectations_stamp(e, task);
    assert_int_equal(task->usual_runs, 1);
    task_unref(task);
    expectations_destroy(e);
}

static void the_query_known_longest_is_forgotten_first(void **state)
{
    (void)state;
    struct expectations *e = expectations_create();
    char query[16];
    for (int i = 0; i <= LIMIT_EXPECTATIONS; i++) {
        snprintf(query, sizeof(query), "q%d", i);
        learn(e, query, NULL, TASK_SUCCEEDED, 1);
    }
    struct task *first = make("q0", NULL, TASK_RUNNING, 1);
    struct task *last = make(query, NULL, TASK_RUNNING, 1);
    expectations_stamp(e, first);
    expectations_stamp(e, last);
    assert_int_equal(first->usual_runs, 0);
    assert_int_equal(last->usual_runs, 1);
    task_unref(first);
    task_unref(last);
    expectations_destroy(e);
}

static void running_task_ends_when_its_earlier_runs_did(void **state)
{
    (void)state;
    struct task task = {.state = TASK_RUNNING,
                        .observed_ms = 100000,
                        .elapsed_ms = 5000, /* it began at 95000 */
                        .usual_ms = 12000,
                        .usual_p95_ms = 60000,
                        .usual_runs = 3};
    assert_int_equal(task_expected_end_ms(&task, 100000), 107000);
    assert_int_equal(task_expected_end_ms(&task, 106999), 107000);
    assert_int_equal(task_expected_end_ms(&task, 107000), 155000);
    assert_true(task_expected_end_ms(&task, 155000) == UNKNOWN);
    task.state = TASK_QUEUED; /* nobody knows when it will begin */
    assert_true(task_expected_end_ms(&task, 100000) == UNKNOWN);
    task.state = TASK_RUNNING;
    task.usual_runs = 0;
    assert_true(task_expected_end_ms(&task, 100000) == UNKNOWN);
    task.usual_runs = 3;
    task.elapsed_ms = UNKNOWN;
    assert_true(task_expected_end_ms(&task, 100000) == UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(literals_comments_and_case_make_no_difference),
        cmocka_unit_test(normalised_sql_reads_like_sql),
        cmocka_unit_test(a_list_of_literals_is_one_and_other_commas_count),
        cmocka_unit_test(the_median_of_earlier_runs_is_usual),
        cmocka_unit_test(running_task_ends_when_its_earlier_runs_did),
        cmocka_unit_test(without_a_query_id_the_sql_tells),
        cmocka_unit_test(the_query_known_longest_is_forgotten_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
