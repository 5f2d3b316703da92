/* Looker's running list: its rows, what is known of them, what is cut. */
#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "provider/exchange.h"

#define ID  "a607517addb9d3159300ee61d314e40e"
#define ID2 "b607517addb9d3159300ee61d314e40e"

#define ROW(id, status, runtime)                                                             \
    "{\"can\":{},\"id\":\"101\",\"user\":{\"id\":\"14\",\"display_name\":\"Ana Silva\"},"    \
    "\"query\":{\"id\":\"aogBgL6o3cKK1jN3RoZl5s\",\"model\":\"shop\",\"view\":\"orders\","   \
    "\"fields\":[\"orders.week\",\"users.region\\u001b\",7,\"count\"],"                      \
    "\"runtime\":null,\"share_url\":\"https://acme.example/x/1\"},\"look\":null,"            \
    "\"created_at\":\"2026-09-21T14:13:00.000+00:00\",\"completed_at\":null,"                \
    "\"query_id\":\"aogBgL6o3cKK1jN3RoZl5s\",\"source\":\"explore\",\"query_task_id\":\"" id \
    "\",\"connection_name\":\"warehouse\",\"message\":null,\"status\":\"" status             \
    "\",\"runtime\":" runtime ",\"sql\":\"SELECT 1\\nFROM x\"}"

static enum provider_step list_at(struct exchange *x, int64_t now_ms, const char *body)
{
    exchange_begin(x, OP_LIST, NULL);
    x->job.now_ms = now_ms;
    return exchange_leg(x, 200, body);
}

static void row_of_the_list_becomes_a_task(void **state)
{
    struct exchange *x = *state;
    exchange_begin(x, OP_LIST, NULL);
    assert_request(x, "GET https://acme.example/api/4.0/running_queries\n"
                      "Accept: application/json\nAuthorization: token tok-1\n");
    assert_int_equal(exchange_leg(x, 200, "[" ROW(ID, "running", "12.75") "]"), STEP_DONE);
    assert_true(x->batch.is_complete);
    const struct task *task = only_task(x);
    assert_int_equal(task->source, 3);
    assert_int_equal(task->state, TASK_RUNNING);
    assert_int_equal(task->elapsed_ms, 12750);
    assert_int_equal(task->observed_ms, TEST_NOW_MS);
    assert_int_equal(task->created_ms, TEST_NOW_MS - 20000);
    assert_int_equal(task->ended_ms, UNKNOWN);
    assert_int_equal(task->rows, UNKNOWN);
    assert_int_equal(task->flags, TASK_CAN_CANCEL | TASK_CAN_RETRY | TASK_CAN_RESULTS);
    assert_text(task, TASK_ID, ID);
    assert_text(task, TASK_STATE_RAW, "running");
    assert_text(task, TASK_TITLE,
                "shop \xc2\xb7 orders \xc2\xb7 week, region\xe2\x90\x9b, 7, count");
    assert_text(task, TASK_USER, "Ana Silva");
    assert_text(task, TASK_USER_ID, "14");
    assert_text(task, TASK_ORIGIN, "explore");
    assert_text(task, TASK_MODEL, "shop");
    assert_text(task, TASK_EXPLORE, "orders");
    assert_text(task, TASK_CONNECTION, "warehouse");
    assert_text(task, TASK_SQL, "SELECT 1\nFROM x");
    assert_text(task, TASK_QUERY_ID, "aogBgL6o3cKK1jN3RoZl5s");
    assert_text(task, TASK_URL, "https://acme.example/x/1");
    assert_text(task, TASK_MESSAGE, NULL);
}

static void rows_may_lack_nearly_everything(void **state)
{
    struct exchange *x = *state;
    assert_int_equal(
        list_at(x, TEST_NOW_MS,
                "[{\"id\":7,\"user\":null,\"query\":null,\"look\":null,\"runtime\":\"0.489\","
                "\"sql\":\"CREATE TABLE a\\tAS SELECT 1\"},"
                "{},null,5,\"x\",{\"id\":null},"
                "{\"query_task_id\":\"" ID
                "\",\"look\":{\"title\":\"Weekly\"},\"status\":\"dreaming\","
                "\"created_at\":\"yesterday\",\"query\":{\"url\":\"/explore\",\"share_url\":"
                "\"javascript:alert(1)\"}}]"),
        STEP_DONE);
    assert_int_equal(x->batch.task_count, 2);
    const struct task *bare = x->batch.tasks[0];
    assert_text(bare, TASK_ID, "q:7");
    assert_int_equal(bare->state, TASK_RUNNING);
    assert_int_equal(bare->elapsed_ms, 489);
    assert_int_equal(bare->flags, 0);
    assert_text(bare, TASK_TITLE, "CREATE TABLE a AS SELECT 1");
    assert_text(bare, TASK_STATE_RAW, NULL);
    const struct task *odd = x->batch.tasks[1];
    assert_int_equal(odd->state, TASK_UNKNOWN);
    assert_text(odd, TASK_STATE_RAW, "dreaming");
    assert_text(odd, TASK_TITLE, "Weekly");
    assert_text(odd, TASK_URL, NULL);
    assert_int_equal(odd->created_ms, UNKNOWN);
    assert_int_equal(odd->elapsed_ms, UNKNOWN);
    assert_int_equal(odd->flags, TASK_CAN_CANCEL | TASK_CAN_RESULTS);
}

/* What some rows say in other places than most. */
static void each_place_of_a_fact_is_read(void **state)
{
    struct exchange *x = *state;
    static const struct {
        const char *members;
        enum task_text which;
        const char *text;
    } cases[] = {
        {"\"query\":{\"client_id\":\"aogBgL6o\",\"id\":7}", TASK_QUERY_ID, "aogBgL6o"},
        {"\"query_id\":8,\"query\":{\"client_id\":\"aogBgL6o\"}", TASK_QUERY_ID, "8"},
        {"\"query\":{\"id\":7}", TASK_QUERY_ID, "7"},
        {"\"query\":{\"share_url\":\"http://a.example\"}", TASK_URL, "http://a.example"},
        {"\"query\":{\"expanded_share_url\":\"http://b.example\"}", TASK_URL, "http://b.example"},
        {"\"user\":{\"first_name\":\"Bo\",\"last_name\":\"Chen\"}", TASK_USER, "Bo Chen"},
        {"\"connection_id\":\"lake\"", TASK_CONNECTION, "lake"},
        {"\"message\":\"in line\"", TASK_MESSAGE, "in line"},
        {"\"sql_interface_sql\":\"SELECT 2\"", TASK_SQL, "SELECT 2"},
        {"\"sql_query\":{\"sql\":\"SELECT 3\"}", TASK_SQL, "SELECT 3"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct strbuf body;
        strbuf_init(&body, LIMIT_KIB);
        strbuf_addf(&body, "[{\"query_task_id\":\"" ID "\",%s}]", cases[i].members);
        list_at(x, TEST_NOW_MS, body.data);
        assert_text(only_task(x), cases[i].which, cases[i].text);
        strbuf_finish(&body);
    }
    list_at(x, TEST_NOW_MS,
            "[{\"query_task_id\":\"" ID
            "\",\"status\":\"error\",\"completed_at\":\"2026-09-21T14:13:10.000+00:00\"}]");
    assert_int_equal(only_task(x)->ended_ms, TEST_NOW_MS - 10000);
}

static void service_that_forbids_cancelling_is_heard(void **state)
{
    struct exchange *x = *state;
    list_at(x, TEST_NOW_MS,
            "[{\"query_task_id\":\"" ID "\",\"status\":\"running\",\"can\":{\"cancel\":false}}]");
    assert_int_equal(only_task(x)->flags & TASK_CAN_CANCEL, 0);
}

static void status_words_are_read_without_case(void **state)
{
    struct exchange *x = *state;
    static const struct {
        const char *row;
        enum task_state state;
    } cases[] = {
        {"[" ROW(ID, "added", "0") "]", TASK_QUEUED},
        {"[" ROW(ID, "Waiting for PDT", "0") "]", TASK_QUEUED},
        {"[" ROW(ID, "Building PDT", "0") "]", TASK_RUNNING},
        {"[" ROW(ID, "Complete", "1") "]", TASK_SUCCEEDED},
        {"[" ROW(ID, "ERROR", "1") "]", TASK_FAILED},
        {"[" ROW(ID, "killed", "1") "]", TASK_CANCELLED},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        list_at(x, TEST_NOW_MS, cases[i].row);
        assert_int_equal(only_task(x)->state, cases[i].state);
    }
}

static void unchanged_records_give_the_same_task(void **state)
{
    struct exchange *x = *state;
    list_at(x, TEST_NOW_MS, "[" ROW(ID, "running", "12.75") "," ROW(ID2, "queued", "null") "]");
    struct task *first = task_ref(x->batch.tasks[0]);
    struct task *second = task_ref(x->batch.tasks[1]);
    /* Two seconds on, the runtime says so too: nothing new. */
    list_at(x, TEST_NOW_MS + 2000,
            "[" ROW(ID2, "queued", "null") "," ROW(ID, "running", "14.80") "]");
    assert_ptr_equal(x->batch.tasks[1], first);
    assert_ptr_equal(x->batch.tasks[0], second);
    /* A runtime that our own clock did not expect is news. */
    list_at(x, TEST_NOW_MS + 4000, "[" ROW(ID, "running", "60.5") "]");
    assert_ptr_not_equal(x->batch.tasks[0], first);
    assert_int_equal(x->batch.tasks[0]->elapsed_ms, 60500);
    assert_int_equal(x->batch.tasks[0]->observed_ms, TEST_NOW_MS + 4000);
    /* So is another state. */
    list_at(x, TEST_NOW_MS + 6000, "[" ROW(ID, "complete", "62.5") "]");
    assert_int_equal(x->batch.tasks[0]->state, TASK_SUCCEEDED);
    task_unref(first);
    task_unref(second);
}

/* What is not read of a row is skipped, whatever it holds. */
static void rows_are_read_past_what_lies_deep_in_them(void **state)
{
    struct exchange *x = *state;
    list_at(x, TEST_NOW_MS,
            "[{\"query_task_id\":\"" ID "\",\"can\":{\"kill\":false,\"show\":{\"a\":[1]}},"
            "\"query\":{\"vis_config\":{\"model\":\"deep\",\"x\":[{}]},\"model\":\"shop\",\"view\":"
            "\"orders\"},\"look\":{\"title\":\"Weekly\",\"user\":{\"title\":\"deep\"}},"
            "\"sql_query\":{\"sql\":\"SELECT "
            "']}'\",\"user\":{\"sql\":\"deep\"}},\"status\":\"running\"}]");
    const struct task *task = only_task(x);
    assert_text(task, TASK_MODEL, "shop");
    assert_text(task, TASK_TITLE, "Weekly");
    assert_text(task, TASK_SQL, "SELECT ']}'");
    assert_false(task->flags & TASK_CAN_CANCEL);
}

/* Rows are looked for where they are expected; they are found elsewhere too. */
static void rows_may_move_and_change_length(void **state)
{
    struct exchange *x = *state;
    list_at(x, TEST_NOW_MS,
            "[" ROW("a", "running", "9.75") "," ROW("b", "queued", "null") "," ROW("c", "running",
                                                                                   "1.5") "]");
    struct task *a = task_ref(x->batch.tasks[0]);
    struct task *c = task_ref(x->batch.tasks[2]);
    list_at(x, TEST_NOW_MS + 1000,
            "[" ROW("a", "running", "10.76") " ,\n" ROW("d", "queued", "null") "," ROW(
                "c", "running", "2.500") "," ROW("b", "running", "0.1") "]");
    assert_int_equal(x->batch.task_count, 4);
    assert_ptr_equal(x->batch.tasks[0], a);
    assert_ptr_equal(x->batch.tasks[2], c);
    assert_text(x->batch.tasks[1], TASK_ID, "d");
    assert_int_equal(x->batch.tasks[3]->state, TASK_RUNNING);
    /* One that is known, with junk behind it, is not the record that was known. */
    assert_int_equal(list_at(x, TEST_NOW_MS + 2000, "[" ROW("a", "running", "11.76") "x]"),
                     STEP_FAILED);
    task_unref(a);
    task_unref(c);
}

static void same_list_gives_the_same_tasks(void **state)
{
    struct exchange *x = *state;
    static const char body[] = "[" ROW(ID, "queued", "null") "," ROW(ID2, "queued", "null") "]";
    list_at(x, TEST_NOW_MS, body);
    struct task *first = task_ref(x->batch.tasks[0]);
    struct task *second = task_ref(x->batch.tasks[1]);
    list_at(x, TEST_NOW_MS + 2000, body);
    assert_true(x->batch.is_complete && x->batch.is_repeat);
    assert_int_equal(x->batch.task_count, 0);
    /* A list that broke off in between changes nothing. */
    list_at(x, TEST_NOW_MS + 4000, "[" ROW(ID2, "queued", "null"));
    list_at(x, TEST_NOW_MS + 6000, body);
    assert_false(x->batch.is_repeat);
    assert_int_equal(x->batch.task_count, 2);
    assert_ptr_equal(x->batch.tasks[0], first);
    assert_ptr_equal(x->batch.tasks[1], second);
    /* So does one that may not be read: it counts as empty. */
    exchange_begin(x, OP_LIST, NULL);
    exchange_leg(x, 404, "{}");
    list_at(x, TEST_NOW_MS + 7000, body);
    assert_false(x->batch.is_repeat);
    assert_int_equal(x->batch.task_count, 2);
    /* In another order, with one gone and one new. */
    list_at(x, TEST_NOW_MS + 8000,
            "[" ROW("c", "queued", "null") "," ROW(ID2, "queued", "null") "]");
    assert_int_equal(x->batch.task_count, 2);
    assert_ptr_equal(x->batch.tasks[1], second);
    list_at(x, TEST_NOW_MS + 9000, body);
    assert_ptr_not_equal(x->batch.tasks[0], first); /* it was forgotten */
    assert_ptr_equal(x->batch.tasks[1], second);
    task_unref(first);
    task_unref(second);
}

/* Whatever was hashed or not on the way: a list that is the last one is taken for it, and no other.
 */
static void a_list_is_a_repeat_once_the_lists_stand_still(void **state)
{
    struct exchange *x = *state;
    static const char one[] = "[" ROW(ID, "running", "1") "," ROW(ID2, "queued", "null") "]";
    static const char two[] = "[" ROW(ID, "running", "2") "," ROW(ID2, "queued", "null") "]";
    static const char new[] = "[" ROW(ID, "running", "3") "," ROW("c", "queued", "null") "]";
    const struct {
        const char *body;
        bool is_repeat;
    } lists[] = {
        {one, false}, {one, true},  {one, true},  {two, false}, {two, false},
        {two, true},  {new, false}, {two, false}, {new, false}, {new, false},
        {new, true},  {one, false}, {two, false}, {two, false}, {two, true},
    };
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        list_at(x, TEST_NOW_MS + 1000 * (int64_t)i, lists[i].body);
        assert_true(x->batch.is_complete);
        assert_int_equal(x->batch.is_repeat, lists[i].is_repeat);
        assert_int_equal(x->batch.task_count, lists[i].is_repeat ? 0 : 2);
    }
}

static bool asks_for_changes_only(struct exchange *x, const char *etag)
{
    struct strbuf text;
    char header[80];
    exchange_begin(x, OP_LIST, NULL);
    assert_true(exchange_build(x));
    strbuf_init(&text, LIMIT_KIB);
    exchange_request_text(x, &text);
    snprintf(header, sizeof(header), "If-None-Match: %s\n", etag);
    bool is_asked = strstr(text.data, header) != NULL;
    assert_int_equal(is_asked, strstr(text.data, "If-None-Match") != NULL);
    strbuf_finish(&text);
    return is_asked;
}

static void a_list_is_named_by_its_version_when_it_is_asked_for_again(void **state)
{
    struct exchange *x = *state;
    assert_false(asks_for_changes_only(x, "W/\"1\""));
    assert_int_equal(exchange_leg(x, 304, ""), STEP_FAILED); /* nobody asked for that */
    x->etag = "W/\"1\"";
    list_at(x, TEST_NOW_MS, "[" ROW(ID, "running", "1") "]");
    x->etag = NULL;
    assert_true(asks_for_changes_only(x, "W/\"1\""));
    assert_int_equal(exchange_leg(x, 304, ""), STEP_DONE);
    assert_true(x->batch.is_complete && x->batch.is_repeat);
    assert_int_equal(x->batch.task_count, 0);
    /* An answer in between that is none, or has no name, or is not whole. */
    assert_true(asks_for_changes_only(x, "W/\"1\""));
    exchange_leg(x, 403, "");
    assert_false(asks_for_changes_only(x, "W/\"1\""));
    x->etag = "\"2\"";
    list_at(x, TEST_NOW_MS, "[" ROW(ID, "running", "2") "]");
    assert_true(asks_for_changes_only(x, "\"2\""));
    list_at(x, TEST_NOW_MS, "[" ROW(ID, "running", "3"));
    assert_false(asks_for_changes_only(x, "\"2\""));
    x->etag = NULL;
    list_at(x, TEST_NOW_MS, "[" ROW(ID, "running", "4") "]");
    assert_false(asks_for_changes_only(x, ""));
}

static void runtime_inside_a_query_is_not_the_runtime_of_the_row(void **state)
{
    struct exchange *x = *state;
    static const char first[] = "[{\"query_task_id\":\"" ID "\",\"status\":\"running\","
                                "\"runtime\":5,\"query\":{\"model\":\"m\",\"runtime\":77}}]";
    static const char second[] = "[{\"query_task_id\":\"" ID "\",\"status\":\"running\","
                                 "\"runtime\":50,\"query\":{\"model\":\"m\",\"runtime\":77}}]";
    list_at(x, TEST_NOW_MS, first);
    assert_int_equal(only_task(x)->elapsed_ms, 5000);
    list_at(x, TEST_NOW_MS, second);
    assert_int_equal(only_task(x)->elapsed_ms, 50000);
}

static void row_without_a_query_task_ends_when_it_leaves_the_list(void **state)
{
    struct exchange *x = *state;
    static const char *const bodies[] = {
        "[{\"id\":\"7\",\"status\":\"running\",\"runtime\":1}]",
        "[{\"id\":\"7\",\"status\":\"running\",\"message\":\"Building PDT\",\"runtime\":2}]",
        "[]",
    };
    list_at(x, TEST_NOW_MS, bodies[0]);
    list_at(x, TEST_NOW_MS + 1000, bodies[1]);
    assert_int_equal(only_task(x)->state, TASK_RUNNING);
    list_at(x, TEST_NOW_MS + 2000, bodies[2]);
    const struct task *ended = only_task(x);
    assert_text(ended, TASK_ID, "q:7");
    assert_int_equal(ended->state, TASK_EXPIRED);
    assert_int_equal(ended->ended_ms, TEST_NOW_MS + 2000);
    assert_int_equal(ended->elapsed_ms, 3000);
    assert_true(ended->flags & TASK_IS_ESTIMATED);
    assert_non_null(strstr(task_text(ended, TASK_MESSAGE), "left the running list"));
    list_at(x, TEST_NOW_MS + 3000, "[]");
    assert_int_equal(x->batch.task_count, 0);
}

/* "[" the piece so often "]" */
static char *list_of(const char *piece, size_t count, const char *last)
{
    struct strbuf body;
    strbuf_init(&body, 4 * LIMIT_RECORD_BYTES);
    strbuf_add_char(&body, '[');
    for (size_t i = 0; i < count; i++)
        strbuf_addf(&body, "%s,", piece);
    strbuf_addf(&body, "%s]", last);
    return strbuf_take(&body, NULL);
}

static void rows_that_are_too_long_are_left_out_and_said(void **state)
{
    struct exchange *x = *state;
    /* Few and long: ThreadSanitizer takes a look back for a whole read. */
    char name[10000];
    memset(name, 'w', sizeof(name) - 1);
    name[0] = name[sizeof(name) - 2] = '"';
    name[sizeof(name) - 1] = '\0';
    char *fields = list_of(name, LIMIT_RECORD_BYTES / 7000, "1");
    struct strbuf body;
    strbuf_init(&body, 4 * LIMIT_RECORD_BYTES);
    strbuf_addf(&body,
                "[" ROW(ID, "running", "1") ",{\"query_task_id\":\"" ID2
                                            "\",\"query\":{\"fields\":%s}}]",
                fields);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(list_at(x, TEST_NOW_MS, body.data), STEP_DONE);
        assert_true(x->batch.is_complete);
        assert_true(x->batch.is_partial);
        assert_string_equal(x->batch.partial_reason, "1 of its queries are too long to be read");
        assert_int_equal(x->batch.is_repeat, i == 1);
    }
    list_at(x, TEST_NOW_MS, "[" ROW(ID, "running", "1") "]");
    assert_false(x->batch.is_partial);
    strbuf_finish(&body);
    free(fields);
}

static void a_list_that_is_too_long_is_cut_and_said(void **state)
{
    struct exchange *x = *state;
    char *full = list_of("0", LIMIT_LISTED_TASKS - 1, "{}");
    char *body = list_of("0", LIMIT_LISTED_TASKS, ROW(ID, "running", "1"));
    assert_int_equal(list_at(x, TEST_NOW_MS, full), STEP_DONE);
    assert_false(x->batch.is_partial);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(list_at(x, TEST_NOW_MS, body), STEP_DONE);
        assert_false(x->batch.is_complete);
        assert_false(x->batch.is_repeat);
        assert_string_equal(x->batch.partial_reason, "the list is too long and was cut");
        assert_int_equal(x->batch.task_count, 0);
    }
    free(body);
    free(full);
}

static void a_list_that_nobody_waits_for_is_not_read(void **state)
{
    struct exchange *x = *state;
    const _Atomic bool is_stopping = true;
    exchange_begin(x, OP_LIST, NULL);
    x->job.is_stopping = &is_stopping;
    assert_int_equal(exchange_leg(x, 200, "[" ROW(ID, "running", "1") "]"), STEP_FAILED);
    assert_int_equal(x->batch.task_count, 0);
    /* Nothing of it is taken for known. */
    list_at(x, TEST_NOW_MS, "[" ROW(ID, "running", "1") "]");
    assert_text(only_task(x), TASK_ID, ID);
}

static void list_failures_are_told_apart(void **state)
{
    struct exchange *x = *state;
    static const struct {
        long status;
        const char *body;
        enum provider_step step;
        enum error_code code;
        const char *words;
    } cases[] = {
        {404, "<html>", STEP_FAILED, ERR_FORBIDDEN,
         "this account may not list all queries (admin needed); watching your own tasks"},
        {401, "{\"message\":\"Requires authentication.\"}", STEP_LOGIN, ERR_LOGIN,
         "Requires authentication. (401)"},
        {403, "", STEP_FAILED, ERR_FORBIDDEN, "watching your own tasks"},
        {429, "", STEP_FAILED, ERR_LIMITED, "too many requests (429)"},
        {502, "<html><h1>502</h1>", STEP_FAILED, ERR_SERVICE, "the running list: bad gateway"},
        {301, "", STEP_FAILED, ERR_SERVICE, "points to another address (301)"},
        {200, "<html>", STEP_FAILED, ERR_SERVICE, "HTML instead of JSON"},
        {200, "", STEP_FAILED, ERR_SERVICE, "the answer is not JSON: it is empty"},
        {200, "{\"a\":1}", STEP_FAILED, ERR_SERVICE, "the answer is no list"},
        {200, "[{\"id\":\"1\"", STEP_FAILED, ERR_SERVICE, "the answer is not valid JSON"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        exchange_begin(x, OP_LIST, NULL);
        assert_int_equal(exchange_leg(x, cases[i].status, cases[i].body), cases[i].step);
        assert_error(x, cases[i].code, cases[i].words);
        assert_null(strchr(x->err.message, '<'));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOOKER_TEST(row_of_the_list_becomes_a_task),
        LOOKER_TEST(rows_may_lack_nearly_everything),
        LOOKER_TEST(each_place_of_a_fact_is_read),
        LOOKER_TEST(service_that_forbids_cancelling_is_heard),
        LOOKER_TEST(status_words_are_read_without_case),
        LOOKER_TEST(unchanged_records_give_the_same_task),
        LOOKER_TEST(rows_are_read_past_what_lies_deep_in_them),
        LOOKER_TEST(rows_may_move_and_change_length),
        LOOKER_TEST(same_list_gives_the_same_tasks),
        LOOKER_TEST(a_list_is_a_repeat_once_the_lists_stand_still),
        LOOKER_TEST(a_list_is_named_by_its_version_when_it_is_asked_for_again),
        LOOKER_TEST(runtime_inside_a_query_is_not_the_runtime_of_the_row),
        LOOKER_TEST(row_without_a_query_task_ends_when_it_leaves_the_list),
        LOOKER_TEST(rows_that_are_too_long_are_left_out_and_said),
        LOOKER_TEST(a_list_that_is_too_long_is_cut_and_said),
        LOOKER_TEST(a_list_that_nobody_waits_for_is_not_read),
        LOOKER_TEST(list_failures_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
