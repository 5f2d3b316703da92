#include "support/testing.h"

#include <stdio.h>
#include <string.h>

#include "net/json.h"
#include "provider/exchange.h"

#define ID      "a607517addb9d3159300ee61d314e40e"
#define HEADERS "Accept: application/json\nAuthorization: token tok-1\n"

#define ROW(id, slug, status, more)                                                     \
    "{\"history.id\":" id ",\"history.slug\":\"" slug "\",\"history.status\":\"" status \
    "\",\"history.source\":\"explore\",\"history.runtime\":\"1.5\","                    \
    "\"history.created_time\":\"2026-09-21 14:10:00\",\"query.id\":2216,"               \
    "\"query.model\":\"shop\",\"query.view\":\"orders\",\"user.name\":\"Ana\"" more "}"
#define ENDED ",\"history.completed_time\":\"2026-09-21 14:10:02\""

static enum provider_step ask(struct exchange *x, long status, const char *body)
{
    exchange_begin(x, OP_HISTORY, NULL);
    return exchange_leg(x, status, body);
}

static void history_is_asked_as_a_query(void **state)
{
    struct exchange *x = *state;
    exchange_begin(x, OP_HISTORY, NULL);
    assert_true(exchange_build(x));
    assert_string_equal(x->request.url.data,
                        "https://acme.example/api/4.0/queries/run/json?cache=false");
    struct json *body = json_parse(x->request.body.data, x->request.body.len, NULL);
    assert_string_equal(json_string(json_get(body, "model"), NULL), "system__activity");
    assert_string_equal(json_string(json_get(body, "query_timezone"), NULL), "UTC");
    assert_string_equal(
        json_string(json_get(json_get(body, "filters"), "history.created_time"), NULL), "4 hours");
    json_destroy(body);
}

static void past_queries_are_called_by_their_fields(void **state)
{
    struct exchange *x = *state;
    static const char *const fields[] = {"[\\\"orders.week\\\", \\\"orders.count\\\"]",
                                         "orders.week, orders.count", "orders.week\\norders.count"};
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        char body[1024];
        snprintf(body, sizeof(body), "[" ROW("77", "s1", "complete", ENDED "%s%s\"") "]",
                 ",\"query.formatted_fields\":\"", fields[i]);
        assert_int_equal(ask(x, 200, body), STEP_DONE);
        assert_text(only_task(x), TASK_TITLE, "shop \xc2\xb7 orders \xc2\xb7 week, count");
        batch_finish(&x->batch);
        batch_init(&x->batch);
    }
}

static void past_tasks_have_exact_times(void **state)
{
    struct exchange *x = *state;
    assert_int_equal(ask(x, 200,
                         "[" ROW("77", "s1", "error",
                                 ENDED ",\"history.message\":\"no such column\","
                                       "\"look.title\":\"Weekly\\u001b\"") "]"),
                     STEP_DONE);
    const struct task *task = only_task(x);
    assert_text(task, TASK_ID, "h:77");
    assert_text(task, TASK_TITLE, "Weekly\xe2\x90\x9b");
    assert_text(task, TASK_MODEL, "shop");
    assert_text(task, TASK_USER, "Ana");
    assert_text(task, TASK_MESSAGE, "no such column");
    assert_text(task, TASK_QUERY_ID, "2216");
    assert_int_equal(task->state, TASK_FAILED);
    assert_int_equal(task->created_ms, TEST_NOW_MS - 200000);
    assert_int_equal(task->ended_ms, TEST_NOW_MS - 198000);
    assert_int_equal(task->elapsed_ms, 1500);
    assert_int_equal(task->flags, TASK_CAN_RETRY);
}

static void rows_of_tasks_that_live_or_are_our_own_are_left_out(void **state)
{
    struct exchange *x = *state;
    assert_int_equal(
        ask(x, 200,
            "[" ROW("1", "a", "running", ENDED) "," ROW(
                "2", "b", "complete",
                "") ","
                    "{\"history.status\":\"complete\"" ENDED "},7,null,"
                    "{\"history.id\":3,\"history.status\":\"complete\",\"history.source\":\"api4\","
                    "\"query.model\":\"system__activity\"" ENDED "}]"),
        STEP_DONE);
    assert_int_equal(x->batch.task_count, 0);
}

static void slug_of_the_list_tells_which_task_it_was(void **state)
{
    struct exchange *x = *state;
    exchange_begin(x, OP_LIST, NULL);
    assert_int_equal(exchange_leg(x, 200,
                                  "[{\"id\":\"1\",\"slug\":\"s1\",\"query_task_id\":\"" ID
                                  "\",\"status\":\"running\",\"runtime\":1}]"),
                     STEP_DONE);
    assert_int_equal(ask(x, 200, "[" ROW("77", "s1", "complete", ENDED) "]"), STEP_DONE);
    assert_text(only_task(x), TASK_ID, ID);
    assert_true(only_task(x)->flags & TASK_CAN_RESULTS);
    assert_false(only_task(x)->flags & TASK_IS_ESTIMATED);
}

#define QUERY_ID "K3pQ9QxK3pQ9QxK3pQ9Qx1"

/* A run of the query that looker_names knows nothing of. */
#define RUN_ROW(created)                                                                      \
    "[{\"history.id\":78,\"history.slug\":\"s9\",\"history.status\":\"complete\","            \
    "\"history.source\":\"api4\",\"history.runtime\":0.4,\"history.created_time\":\"" created \
    "\",\"query.id\":2216,\"query.slug\":\"Abc12De\",\"user.name\":\"Test\"" ENDED "}]"

static void start_query(struct exchange *x)
{
    struct task *old = exchange_task("b607517addb9d3159300ee61d314e40e", TASK_SUCCEEDED, QUERY_ID);
    exchange_begin(x, OP_RETRY, old);
    exchange_leg(x, 200,
                 "{\"query_id\":\"" QUERY_ID "\",\"query\":{\"id\":\"" QUERY_ID
                 "\",\"client_id\":\"" QUERY_ID "\",\"slug\":\"Abc12De\"}}");
    assert_int_equal(exchange_leg(x, 200,
                                  "{\"id\":\"" ID "\",\"status\":\"added\",\"query_id\":\"" QUERY_ID
                                  "\",\"query\":{\"id\":\"" QUERY_ID "\",\"slug\":\"Abc12De\"}}"),
                     STEP_DONE);
    task_unref(old);
}

static void task_of_ours_that_no_list_showed_is_recognised(void **state)
{
    struct exchange *x = *state;
    start_query(x);
    ask(x, 200, RUN_ROW("2026-09-21 14:13:18"));
    assert_text(only_task(x), TASK_ID, ID);
    assert_text(only_task(x), TASK_QUERY_ID, QUERY_ID);
    /* For good, and once: another run of the query is another task. */
    ask(x, 200, RUN_ROW("2026-09-21 14:13:18"));
    assert_text(only_task(x), TASK_ID, ID);
    ask(x, 200, "[" ROW("79", "s10", "complete", ENDED ",\"query.slug\":\"Abc12De\"") "]");
    assert_text(only_task(x), TASK_ID, "h:79");
}

static void run_at_another_time_is_another_task(void **state)
{
    struct exchange *x = *state;
    start_query(x);
    ask(x, 200, RUN_ROW("2026-09-21 14:10:00"));
    assert_text(only_task(x), TASK_ID, "h:78");
}

static void slug_of_a_query_finds_what_can_be_run(void **state)
{
    struct exchange *x = *state;
    struct task *task = exchange_task("h:78", TASK_SUCCEEDED, "Abc12De");
    ask(x, 200, RUN_ROW("2026-09-21 14:10:00"));
    assert_text(only_task(x), TASK_QUERY_ID, "Abc12De");
    exchange_begin(x, OP_RETRY, task);
    assert_request(x, "GET https://acme.example/api/4.0/queries/slug/Abc12De?fields=id\n" HEADERS);
    assert_int_equal(exchange_leg(x, 200, "{\"id\":\"" QUERY_ID "\"}"), STEP_AGAIN);
    assert_request(x, "POST https://acme.example/api/4.0/query_tasks?cache=false\n" HEADERS
                      "Content-Type: application/json\n\n"
                      "{\"query_id\":\"" QUERY_ID "\",\"result_format\":\"json_detail\"}");
    exchange_begin(x, OP_RETRY, task);
    assert_int_equal(exchange_leg(x, 404, "<html>"), STEP_FAILED);
    assert_error(x, ERR_NO, "the query to run again");
    exchange_begin(x, OP_RETRY, task);
    assert_int_equal(exchange_leg(x, 200, "{\"id\":\"../x\"}"), STEP_FAILED);
    task_unref(task);
}

static void without_the_right_it_fails_in_plain_words(void **state)
{
    struct exchange *x = *state;
    assert_int_equal(ask(x, 404, "<html>"), STEP_FAILED);
    assert_int_equal(ask(x, 200, "[{\"looker_error\":\"no\"}]"), STEP_FAILED);
    assert_error(x, ERR_FORBIDDEN, "may not query system__activity");
    assert_int_equal(ask(x, 200, "{}"), STEP_FAILED);
}

static void past_task_can_be_retried_but_has_no_results(void **state)
{
    struct exchange *x = *state;
    struct task *task = exchange_task("h:77", TASK_SUCCEEDED, "25");
    exchange_begin(x, OP_RESULTS, task);
    assert_false(exchange_build(x));
    assert_error(x, ERR_NO, "names no query task");
    exchange_begin(x, OP_RETRY, task);
    assert_request(x, "POST https://acme.example/api/4.0/query_tasks?cache=false\n" HEADERS
                      "Content-Type: application/json\n\n"
                      "{\"query_id\":\"25\",\"result_format\":\"json_detail\"}");
    assert_int_equal(exchange_leg(x, 200, "{\"id\":\"" ID "\",\"status\":\"added\"}"), STEP_DONE);
    assert_string_equal(x->batch.new_task_id, ID);
    assert_text(only_task(x), TASK_RETRY_OF, "h:77");
    exchange_begin(x, OP_DETAIL, task);
    assert_request(x, "GET https://acme.example/api/4.0/queries/25/run/sql\n" HEADERS);
    assert_int_equal(exchange_answer(x, 200, "application/sql", "SELECT 1", 8), STEP_DONE);
    assert_string_equal(x->batch.detail->sql, "SELECT 1");
    task_unref(task);
    task = exchange_task("h:77", TASK_SUCCEEDED, NULL);
    exchange_begin(x, OP_RETRY, task);
    assert_false(exchange_build(x));
    exchange_begin(x, OP_DETAIL, task);
    assert_false(exchange_build(x));
    assert_error(x, ERR_NO, "no more of this than stands in the list");
    task_unref(task);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOOKER_TEST(history_is_asked_as_a_query),
        LOOKER_TEST(past_queries_are_called_by_their_fields),
        LOOKER_TEST(past_tasks_have_exact_times),
        LOOKER_TEST(rows_of_tasks_that_live_or_are_our_own_are_left_out),
        LOOKER_TEST(slug_of_the_list_tells_which_task_it_was),
        LOOKER_TEST(task_of_ours_that_no_list_showed_is_recognised),
        LOOKER_TEST(run_at_another_time_is_another_task),
        LOOKER_TEST(slug_of_a_query_finds_what_can_be_run),
        LOOKER_TEST(without_the_right_it_fails_in_plain_words),
        LOOKER_TEST(past_task_can_be_retried_but_has_no_results),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
