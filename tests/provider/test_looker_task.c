#include "support/testing.h"

#include <string.h>

#include "provider/exchange.h"

#define ID  "a607517addb9d3159300ee61d314e40e"
#define ID2 "b607517addb9d3159300ee61d314e40e"

/* --- fate --------------------------------------------------------------------------------------
 */

static enum provider_step fate_of(struct exchange *x, const struct task *task, long status,
                                  const char *body)
{
    exchange_begin(x, OP_FATE, task);
    return exchange_leg(x, status, body);
}

static void fate_of_a_finished_task_is_known_after_one_leg(void **state)
{
    struct exchange *x = *state;
    struct task *task = exchange_task(ID, TASK_RUNNING, NULL);
    exchange_begin(x, OP_FATE, task);
    assert_request(x, "GET https://acme.example/api/4.0/query_tasks/" ID "\n"
                      "Accept: application/json\nAuthorization: token tok-1\n");
    assert_int_equal(exchange_leg(x, 200,
                                  "{\"id\":\"" ID "\",\"status\":\"complete\",\"query_id\":"
                                  "\"q9\",\"source\":\"look\",\"runtime\":0.9}"),
                     STEP_DONE);
    const struct task *ended = only_task(x);
    assert_int_equal(ended->state, TASK_SUCCEEDED);
    assert_int_equal(ended->ended_ms, TEST_NOW_MS);
    assert_int_equal(ended->elapsed_ms, 15000); /* 10 s, five seconds ago */
    assert_true(ended->flags & TASK_IS_ESTIMATED);
    assert_true(ended->flags & TASK_CAN_RESULTS);
    assert_true(ended->flags & TASK_CAN_RETRY);
    assert_false(ended->flags & TASK_CAN_CANCEL);
    assert_text(ended, TASK_QUERY_ID, "q9");
    assert_text(ended, TASK_ORIGIN, "look");
    assert_text(ended, TASK_TITLE, "shop \xc2\xb7 orders");
    task_unref(task);
}

static void without_a_runtime_the_elapsed_time_is_from_creation_to_end(void **state)
{
    struct exchange *x = *state;
    struct task *task = exchange_task(ID, TASK_QUEUED, NULL);
    task->elapsed_ms = UNKNOWN;
    task->created_ms = TEST_NOW_MS - 7000;
    assert_int_equal(fate_of(x, task, 200, "{\"status\":\"complete\"}"), STEP_DONE);
    assert_int_equal(only_task(x)->elapsed_ms, 7000);
    assert_true(only_task(x)->flags & TASK_IS_ESTIMATED);
    task->created_ms = TEST_NOW_MS + 7000; /* another clock: no guess */
    assert_int_equal(fate_of(x, task, 200, "{\"status\":\"complete\"}"), STEP_DONE);
    assert_true(only_task(x)->elapsed_ms == UNKNOWN);
    task_unref(task);
}

static void what_a_task_waited_for_is_no_news_after_its_end(void **state)
{
    struct exchange *x = *state;
    struct task_draft draft;
    task_draft_init(&draft);
    draft.facts.state = TASK_QUEUED;
    task_draft_set_text(&draft, TASK_ID, ID);
    task_draft_set_text(&draft, TASK_MESSAGE, "Waiting for a free connection");
    struct task *task = task_create(&draft);
    task_draft_finish(&draft);
    assert_int_equal(fate_of(x, task, 200, "{\"status\":\"complete\"}"), STEP_DONE);
    assert_null(task_text(only_task(x), TASK_MESSAGE));
    task_unref(task);
}

static void states_of_query_task_are_mapped(void **state)
{
    struct exchange *x = *state;
    static const struct {
        const char *body;
        enum task_state state;
    } cases[] = {
        {"{\"status\":\"added\"}", TASK_QUEUED},     {"{\"status\":\"running\"}", TASK_RUNNING},
        {"{\"status\":\"killed\"}", TASK_CANCELLED}, {"{\"status\":\"expired\"}", TASK_EXPIRED},
        {"{\"status\":\"missing\"}", TASK_EXPIRED},  {"{\"status\":\"odd\"}", TASK_UNKNOWN},
        {"{\"status\":null}", TASK_UNKNOWN},
    };
    struct task *task = exchange_task(ID, TASK_RUNNING, NULL);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(fate_of(x, task, 200, cases[i].body), STEP_DONE);
        assert_int_equal(only_task(x)->state, cases[i].state);
        bool is_alive = task_states[cases[i].state].is_alive;
        assert_int_equal(only_task(x)->ended_ms, is_alive ? UNKNOWN : TEST_NOW_MS);
    }
    task_unref(task);
}

static void expired_is_no_end_while_a_task_may_be_starting(void **state)
{
    struct exchange *x = *state;
    struct task *task = exchange_task(ID, TASK_QUEUED, NULL);
    task->created_ms = TEST_NOW_MS - 10000;
    assert_int_equal(fate_of(x, task, 200, "{\"status\":\"expired\"}"), STEP_DONE);
    assert_int_equal(only_task(x)->state, TASK_UNKNOWN);
    assert_text(only_task(x), TASK_STATE_RAW, "expired");
    assert_true(task_is_alive(only_task(x)));
    task_unref(task);
}

static void task_that_nobody_knows_any_more_has_ended(void **state)
{
    struct exchange *x = *state;
    struct task *task = exchange_task(ID, TASK_RUNNING, NULL);
    assert_int_equal(fate_of(x, task, 404, "<html>"), STEP_DONE);
    assert_int_equal(x->batch.task_count, 0); /* a proxy may have said so */
    assert_int_equal(fate_of(x, task, 200, "{\"status\":\"running\"}"), STEP_DONE);
    assert_int_equal(only_task(x)->state, TASK_RUNNING);
    assert_int_equal(fate_of(x, task, 404, "{\"message\":\"Not found\"}"), STEP_DONE);
    assert_int_equal(x->batch.task_count, 0);
    assert_int_equal(fate_of(x, task, 404, "{\"message\":\"Not found\"}"), STEP_DONE);
    assert_int_equal(only_task(x)->state, TASK_EXPIRED);
    assert_non_null(strstr(task_text(only_task(x), TASK_MESSAGE), "no longer knows this task"));
    task_unref(task);
}

static const struct task *failed_with(struct exchange *x, const struct task *task, long status,
                                      const char *body)
{
    assert_int_equal(fate_of(x, task, 200, "{\"status\":\"error\"}"), STEP_AGAIN);
    assert_true(exchange_build(x));
    assert_string_equal(x->request.url.data,
                        "https://acme.example/api/4.0/query_tasks/" ID "/results");
    assert_int_equal(exchange_leg(x, status, body), STEP_DONE);
    return only_task(x);
}

static void reason_of_a_failure_is_asked_for(void **state)
{
    struct exchange *x = *state;
    struct task *task = exchange_task(ID, TASK_RUNNING, NULL);
    const struct task *failed = failed_with(
        x, task, 200,
        "{\"runtime\":\"0.642\",\"sql\":\"SELECT x\",\"data\":[],\"errors\":[{\"message\":\"SQL "
        "error\",\"message_details\":\"no such column: x\",\"level\":\"error\","
        "\"sql_error_loc\":{\"line\":3,\"column\":7}}]}");
    assert_int_equal(failed->state, TASK_FAILED);
    assert_text(failed, TASK_MESSAGE, "no such column: x (line 3)");
    assert_text(failed, TASK_SQL, "SELECT x");
    assert_int_equal(failed->elapsed_ms, 642);
    assert_int_equal(failed->ended_ms, TEST_NOW_MS);

    failed = failed_with(x, task, 400, "{\"message\":\"no such table\"}");
    assert_text(failed, TASK_MESSAGE, "no such table");
    failed = failed_with(x, task, 200, "[{\"looker_error\":\"View Not Found\"}]");
    assert_text(failed, TASK_MESSAGE, "View Not Found");
    failed = failed_with(x, task, 200, "{\"rows\":[{\"looker_error\":\"Timeout\"}]}");
    assert_text(failed, TASK_MESSAGE, "Timeout");
    failed = failed_with(x, task, 200, "{\"error\":\"View Not Found\"}");
    assert_text(failed, TASK_MESSAGE, "View Not Found");
    failed = failed_with(x, task, 502, "<html>");
    assert_int_equal(failed->state, TASK_FAILED);
    assert_text(failed, TASK_MESSAGE, NULL);
    task_unref(task);
}

static void error_that_holds_only_notes_is_none(void **state)
{
    struct exchange *x = *state;
    struct task *task = exchange_task(ID, TASK_RUNNING, NULL);
    const struct task *ended =
        failed_with(x, task, 200,
                    "{\"data\":[],\"errors\":[{\"message\":\"Note: derived tables\","
                    "\"fatal\":false,\"level\":\"error\"}]}");
    assert_int_equal(ended->state, TASK_SUCCEEDED);
    assert_text(ended, TASK_MESSAGE, "Note: derived tables");
    assert_text(ended, TASK_STATE_RAW, "error");
    assert_true(ended->flags & TASK_CAN_RESULTS);
    task_unref(task);
}

static void ids_that_can_not_be_sent_are_refused(void **state)
{
    struct exchange *x = *state;
    static const char *const ids[] = {"q:7", "a/b", "a?b", "..%2f", "a b"};
    static const enum op asked[] = {OP_FATE, OP_CANCEL, OP_RETRY};
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        struct task *task = exchange_task(ids[i], TASK_RUNNING, NULL);
        for (size_t k = 0; k < sizeof(asked) / sizeof(asked[0]); k++) {
            exchange_begin(x, asked[k], task);
            assert_false(exchange_build(x));
            assert_int_equal(x->err.code, ERR_NO);
        }
        task_unref(task);
    }
}

/* --- actions -----------------------------------------------------------------------------------
 */

static void cancel_has_every_outcome(void **state)
{
    struct exchange *x = *state;
    static const struct {
        long status;
        const char *body;
        enum cancel_outcome outcome;
        const char *words;
    } cases[] = {
        {204, "", CANCEL_ACCEPTED, ""},
        {404, "<html>", CANCEL_ENDED, "no such running query"},
        {404, "{\"message\":\"Not found\"}", CANCEL_ENDED, "no such running query"},
        {403, "{\"message\":\"Only \\u001bme\"}", CANCEL_FORBIDDEN, "Only \xe2\x90\x9bme"},
        {422, "{\"message\":\"dialect\"}", CANCEL_UNSUPPORTED, "dialect"},
        {400, "", CANCEL_UNSUPPORTED, "can not stop a query"},
    };
    struct task *task = exchange_task(ID, TASK_RUNNING, NULL);
    exchange_begin(x, OP_CANCEL, task);
    assert_request(x, "DELETE https://acme.example/api/4.0/running_queries/" ID "\n"
                      "Accept: application/json\nAuthorization: token tok-1\n");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        exchange_begin(x, OP_CANCEL, task);
        assert_int_equal(exchange_leg(x, cases[i].status, cases[i].body), STEP_DONE);
        assert_int_equal(x->batch.cancel, cases[i].outcome);
        assert_non_null(strstr(x->batch.words, cases[i].words));
    }
    exchange_begin(x, OP_CANCEL, task);
    assert_int_equal(exchange_leg(x, 401, ""), STEP_LOGIN);
    assert_int_equal(exchange_leg(x, 500, ""), STEP_FAILED);
    assert_error(x, ERR_SERVICE, "cancel: the service failed (500)");
    task_unref(task);
}

static void retry_repeats_the_parameters_of_the_old_task(void **state)
{
    struct exchange *x = *state;
    struct task *task = exchange_task(ID, TASK_FAILED, "old");
    exchange_begin(x, OP_RETRY, task);
    assert_int_equal(
        exchange_leg(x, 200,
                     "{\"id\":\"" ID "\",\"query_id\":\"q5\",\"generate_links\":true,"
                     "\"force_production\":false,\"path_prefix\":\"/a b\",\"cache\":true,"
                     "\"server_table_calcs\":false,\"rebuild_pdts\":null,\"source\":\"look\","
                     "\"look_id\":12,\"dashboard_id\":\"a\\\"b\",\"result_format\":\"json_bi\"}"),
        STEP_AGAIN);
    assert_request(x, "POST https://acme.example/api/4.0/query_tasks?cache=false"
                      "&generate_drill_links=true&force_production=false&server_table_calcs=false"
                      "&path_prefix=%2Fa%20b\n"
                      "Accept: application/json\nAuthorization: token tok-1\n"
                      "Content-Type: application/json\n"
                      "\n{\"query_id\":\"q5\",\"result_format\":\"json_bi\",\"source\":\"look\","
                      "\"look_id\":\"12\"}");
    assert_int_equal(exchange_leg(x, 200, "{\"id\":\"" ID2 "\",\"status\":\"added\"}"), STEP_DONE);
    assert_string_equal(x->batch.new_task_id, ID2);
    const struct task *again = only_task(x);
    assert_text(again, TASK_ID, ID2);
    assert_text(again, TASK_RETRY_OF, ID);
    assert_text(again, TASK_TITLE, "shop \xc2\xb7 orders");
    assert_text(again, TASK_MESSAGE, NULL);
    assert_int_equal(again->state, TASK_QUEUED);
    assert_int_equal(again->source, 3);
    assert_int_equal(again->elapsed_ms, UNKNOWN);
    assert_true(again->flags & TASK_CAN_CANCEL);
    task_unref(task);
}

static void retry_of_a_forgotten_task_uses_what_the_list_told(void **state)
{
    struct exchange *x = *state;
    struct task *task = exchange_task(ID, TASK_FAILED, "q8");
    exchange_begin(x, OP_RETRY, task);
    assert_int_equal(exchange_leg(x, 404, "<html>"), STEP_AGAIN);
    assert_true(exchange_build(x));
    assert_string_equal(x->request.body.data,
                        "{\"query_id\":\"q8\",\"result_format\":\"json_detail\"}");
    assert_int_equal(exchange_leg(x, 200, "{}"), STEP_FAILED);
    assert_error(x, ERR_SERVICE, "named no new task");
    task_unref(task);

    task = exchange_task(ID, TASK_FAILED, NULL);
    exchange_begin(x, OP_RETRY, task);
    assert_int_equal(exchange_leg(x, 404, ""), STEP_FAILED);
    assert_error(x, ERR_NO, "can not be repeated");
    task_unref(task);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOOKER_TEST(fate_of_a_finished_task_is_known_after_one_leg),
        LOOKER_TEST(without_a_runtime_the_elapsed_time_is_from_creation_to_end),
        LOOKER_TEST(what_a_task_waited_for_is_no_news_after_its_end),
        LOOKER_TEST(states_of_query_task_are_mapped),
        LOOKER_TEST(expired_is_no_end_while_a_task_may_be_starting),
        LOOKER_TEST(task_that_nobody_knows_any_more_has_ended),
        LOOKER_TEST(reason_of_a_failure_is_asked_for),
        LOOKER_TEST(error_that_holds_only_notes_is_none),
        LOOKER_TEST(ids_that_can_not_be_sent_are_refused),
        LOOKER_TEST(cancel_has_every_outcome),
        LOOKER_TEST(retry_repeats_the_parameters_of_the_old_task),
        LOOKER_TEST(retry_of_a_forgotten_task_uses_what_the_list_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
