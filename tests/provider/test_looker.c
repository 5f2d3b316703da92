#include "support/testing.h"

#include <stdlib.h>
#include <string.h>

#include "provider/exchange.h"

#define ID  "a607517addb9d3159300ee61d314e40e"
#define ID2 "b607517addb9d3159300ee61d314e40e"

/* --- login -------------------------------------------------------------------------------------
 */

static void login_asks_token_user_and_workspace(void **state)
{
    struct exchange *x = *state;
    static char dev[] = "dev";
    x->profile.workspace = dev;
    exchange_begin(x, OP_LOGIN, NULL);
    assert_request(x, "POST https://acme.example/api/4.0/login\n"
                      "Accept: application/json\n"
                      "Content-Type: application/x-www-form-urlencoded\n"
                      "\nclient_id=abc&client_secret=hush%20%26%20more");
    assert_int_equal(exchange_leg(x, 200,
                                  "{\"access_token\":\"t0k\",\"token_type\":\"Bearer\","
                                  "\"expires_in\":\"3600\",\"refresh_token\":null}"),
                     STEP_AGAIN);
    assert_request(x, "GET https://acme.example/api/4.0/user?fields=id,display_name,first_name,"
                      "last_name,email\n"
                      "Accept: application/json\n"
                      "Authorization: token t0k\n");
    assert_int_equal(exchange_leg(x, 200, "{\"first_name\":\"Ana\",\"last_name\":\"Silva\"}"),
                     STEP_AGAIN);
    assert_request(x, "PATCH https://acme.example/api/4.0/session\n"
                      "Accept: application/json\n"
                      "Authorization: token t0k\n"
                      "Content-Type: application/json\n"
                      "\n{\"workspace_id\":\"dev\"}");
    assert_int_equal(exchange_leg(x, 200, "{\"workspace_id\":\"dev\"}"), STEP_DONE);
    assert_string_equal(x->batch.user, "Ana Silva");
    assert_string_equal(x->batch.workspace, "dev");
    assert_int_equal(x->batch.token_expires_ms, 3600000);
}

static void login_without_workspace_ends_with_the_user(void **state)
{
    struct exchange *x = *state;
    exchange_begin(x, OP_LOGIN, NULL);
    exchange_leg(x, 200, "{\"access_token\":\"t\",\"expires_in\":-9007199254740991}");
    assert_true(exchange_build(x));
    assert_non_null(strstr(x->request.url.data, "/user?"));
    /* Who we are is nice to know, no more. */
    assert_int_equal(exchange_leg(x, 404, "<html>"), STEP_DONE);
    assert_string_equal(x->batch.user, "");
    assert_int_equal(x->batch.token_expires_ms, UNKNOWN);
}

static void login_failures_name_the_next_step(void **state)
{
    struct exchange *x = *state;
    static const struct {
        long status;
        const char *type;
        const char *body;
        enum error_code code;
        const char *words;
    } cases[] = {
        {404, "application/json", "{\"message\":\"Not found\"}", ERR_LOGIN,
         "login refused (404); check client_id and client_secret"},
        {404, "text/html", "<html>Not Found</html>", ERR_LOGIN,
         "not like a Looker API; check base_url and port (443 or 19999), client_id"},
        {401, "application/json", "", ERR_LOGIN, "login refused (401)"},
        {422, "application/json",
         "{\"message\":\"Bad\",\"errors\":[{\"field\":\"f\","
         "\"message\":\"wrong\"}]}",
         ERR_LOGIN, "login refused: Bad; f: wrong (422)"},
        {403, "text/html", "<html>", ERR_SERVICE, "not like a Looker API (403); check base_url"},
        {302, "text/html", "", ERR_SERVICE, "not like a Looker API (302)"},
        {200, "text/html", "<!doctype html>", ERR_SERVICE, "(443 or 19999)"},
        {200, "application/json", "{\"x\":1}", ERR_SERVICE, "not like a Looker API"},
        {429, "application/json", "", ERR_LIMITED, "login: too many requests (429)"},
        {502, "text/html", "<html>", ERR_SERVICE, "login: bad gateway"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        exchange_begin(x, OP_LOGIN, NULL);
        assert_true(exchange_build(x));
        enum provider_step step = exchange_answer(x, cases[i].status, cases[i].type, cases[i].body,
                                                  strlen(cases[i].body));
        if (step == STEP_AGAIN)
            step = exchange_leg(x, 404, "<html>");
        assert_int_equal(step, STEP_FAILED);
        assert_error(x, cases[i].code, cases[i].words);
        assert_null(strstr(x->err.message, "hush"));
    }
}

static void version_that_is_not_spoken_is_told_from_wrong_credentials(void **state)
{
    struct exchange *x = *state;
    static const struct {
        long status;
        const char *body;
        enum error_code code;
        const char *words;
    } cases[] = {
        {200, "{\"supported_versions\":[{\"version\":\"3.1\"},{\"version\":\"3.0\"}]}", ERR_CONFIG,
         "this Looker does not speak API 4.0 (it speaks 3.1, 3.0); set api_version"},
        {200, "{\"supported_versions\":[{\"version\":\"3.1\"},{\"version\":\"4.0\"}]}", ERR_LOGIN,
         "login refused (404); check client_id and client_secret"},
        {200, "[]", ERR_LOGIN, "not like a Looker API"},
        {502, "{\"supported_versions\":[{\"version\":\"3.1\"}]}", ERR_LOGIN,
         "not like a Looker API"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        exchange_begin(x, OP_LOGIN, NULL);
        assert_int_equal(exchange_leg(x, 404, "<html>"), STEP_AGAIN);
        assert_request(x, "GET https://acme.example/versions\nAccept: application/json\n");
        assert_int_equal(exchange_leg(x, cases[i].status, cases[i].body), STEP_FAILED);
        assert_error(x, cases[i].code, cases[i].words);
    }
}

static void refused_workspace_says_so(void **state)
{
    struct exchange *x = *state;
    static char dev[] = "dev";
    x->profile.workspace = dev;
    exchange_begin(x, OP_LOGIN, NULL);
    exchange_leg(x, 200, "{\"access_token\":\"t\"}");
    exchange_leg(x, 200, "{\"id\":\"1\"}");
    assert_int_equal(exchange_leg(x, 422, "{\"message\":\"no\"}"), STEP_FAILED);
    assert_error(x, ERR_FORBIDDEN, "workspace dev refused (422); change workspace");
}

/* --- a token that the profile brings along ------------------------------------------------------
 */

static int set_up_token(void **state)
{
    exchange_set_up_stranger(state);
    struct exchange *x = *state;
    secret_finish(&x->profile.client_secret);
    x->profile.client_id = NULL;
    secret_set(&x->profile.token, "0auth", 5);
    return 0;
}

static int tear_down_token(void **state)
{
    struct exchange *x = *state;
    secret_finish(&x->profile.token);
    return exchange_tear_down(state);
}

static void token_of_the_profile_is_tried_instead_of_logging_in(void **state)
{
    struct exchange *x = *state;
    static char dev[] = "dev";
    x->profile.workspace = dev;
    exchange_begin(x, OP_LOGIN, NULL);
    assert_request(x, "GET https://acme.example/api/4.0/user?fields=id,display_name,first_name,"
                      "last_name,email\n"
                      "Accept: application/json\n"
                      "Authorization: token 0auth\n");
    assert_int_equal(exchange_leg(x, 200, "{\"display_name\":\"Ana\"}"), STEP_AGAIN);
    assert_true(exchange_build(x));
    assert_non_null(strstr(x->request.url.data, "/session"));
    assert_int_equal(exchange_leg(x, 200, "{}"), STEP_DONE);
    assert_string_equal(x->batch.user, "Ana");
    assert_string_equal(x->batch.workspace, "dev");
    assert_int_equal(x->batch.token_expires_ms, UNKNOWN);
    exchange_begin(x, OP_LOGOUT, NULL);
    assert_false(exchange_build(x));
    assert_error(x, ERR_NO, "not ours to end");
}

static void token_that_is_refused_is_named(void **state)
{
    struct exchange *x = *state;
    static const struct {
        long status;
        const char *body;
        enum error_code code;
        const char *words;
    } cases[] = {
        {401, "{\"message\":\"Requires authentication.\"}", ERR_LOGIN,
         "login refused (401); check the token, which may have run out"},
        {404, "{\"message\":\"Not found\"}", ERR_LOGIN, "login refused (404); check the token"},
        {404, "<html>", ERR_LOGIN, "check base_url and port (443 or 19999), the token"},
        {403, "<html>", ERR_SERVICE, "not like a Looker API (403)"},
        {200, "<html>", ERR_SERVICE, "not like a Looker API (200)"},
        {429, "", ERR_LIMITED, "too many requests"},
        {502, "<html>", ERR_SERVICE, "bad gateway"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        exchange_begin(x, OP_LOGIN, NULL);
        enum provider_step step = exchange_leg(x, cases[i].status, cases[i].body);
        if (step == STEP_AGAIN)
            step = exchange_leg(x, 404, "<html>");
        assert_int_equal(step, STEP_FAILED);
        assert_error(x, cases[i].code, cases[i].words);
        assert_null(strstr(x->err.message, "0auth"));
    }
}

static void token_with_a_line_break_is_not_sent(void **state)
{
    struct exchange *x = *state;
    exchange_begin(x, OP_LOGIN, NULL);
    exchange_leg(x, 200, "{\"access_token\":\"a\\r\\nHost: evil\"}");
    assert_false(exchange_build(x));
    assert_error(x, ERR_SERVICE, "a token that can not be sent");
}

static void logout_gives_the_token_back(void **state)
{
    struct exchange *x = *state;
    exchange_begin(x, OP_LOGOUT, NULL);
    assert_request(x, "DELETE https://acme.example/api/4.0/logout\n"
                      "Accept: application/json\nAuthorization: token tok-1\n");
    assert_int_equal(exchange_leg(x, 404, ""), STEP_DONE);
    assert_false(exchange_build(x));
}

/* --- list --------------------------------------------------------------------------------------
 */

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
    char *fields = list_of("\"orders.week\"", LIMIT_RECORD_BYTES / 10, "1");
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

static void transport_errors_are_passed_through(void **state)
{
    struct exchange *x = *state;
    struct http_response response = {.transport = {ERR_TIMEOUT, "no answer"}, .body = ""};
    struct task *task = exchange_task(ID, TASK_RUNNING, "q1");
    for (enum op op = 0; op < OP_COUNT; op++) {
        exchange_begin(x, op, task);
        if (op == OP_LOGOUT || !exchange_build(x))
            continue;
        assert_int_equal(x->provider->ops->parse(x->provider, &x->job, &response, &x->batch,
                                                 &x->err),
                         STEP_FAILED);
        assert_error(x, ERR_TIMEOUT, "no answer");
    }
    task_unref(task);
}

/* --- profile -----------------------------------------------------------------------------------
 */

static void bad_profiles_are_refused_with_name_and_key(void **state)
{
    (void)state;
    static char url[] = "https://x", id[] = "y", old[] = "2.9", odd[] = "staging";
    static const struct {
        struct profile profile;
        const char *words;
    } cases[] = {
        {{.name = "p", .provider = "trino", .base_url = url, .client_id = id},
         "p: unknown provider 'trino'; known: looker, adobe"},
        {{.name = "p", .provider = "looker", .base_url = url, .client_id = id, .api_version = old},
         "p: api_version 2.9 is not spoken; use 4.0 or 3.1"},
        {{.name = "p", .provider = "looker", .base_url = url, .client_id = id, .workspace = odd},
         "p: workspace is neither production nor dev: 'staging'"},
        {{.name = "p", .provider = "looker", .base_url = url}, "p: client_id is missing"},
        {{.name = "p", .provider = "looker", .client_id = id}, "p: base_url is missing"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct error err = {0};
        assert_null(provider_create(&cases[i].profile, 0, &err));
        assert_int_equal(err.code, ERR_CONFIG);
        assert_string_equal(err.message, cases[i].words);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STRANGER_TEST(login_asks_token_user_and_workspace),
        STRANGER_TEST(login_without_workspace_ends_with_the_user),
        STRANGER_TEST(login_failures_name_the_next_step),
        cmocka_unit_test_setup_teardown(token_of_the_profile_is_tried_instead_of_logging_in,
                                        set_up_token, tear_down_token),
        cmocka_unit_test_setup_teardown(token_that_is_refused_is_named, set_up_token,
                                        tear_down_token),
        STRANGER_TEST(version_that_is_not_spoken_is_told_from_wrong_credentials),
        STRANGER_TEST(refused_workspace_says_so),
        STRANGER_TEST(token_with_a_line_break_is_not_sent),
        LOOKER_TEST(logout_gives_the_token_back),
        LOOKER_TEST(row_of_the_list_becomes_a_task),
        LOOKER_TEST(rows_may_lack_nearly_everything),
        LOOKER_TEST(each_place_of_a_fact_is_read),
        LOOKER_TEST(service_that_forbids_cancelling_is_heard),
        LOOKER_TEST(status_words_are_read_without_case),
        LOOKER_TEST(unchanged_records_give_the_same_task),
        LOOKER_TEST(rows_are_read_past_what_lies_deep_in_them),
        LOOKER_TEST(rows_may_move_and_change_length),
        LOOKER_TEST(same_list_gives_the_same_tasks),
        LOOKER_TEST(runtime_inside_a_query_is_not_the_runtime_of_the_row),
        LOOKER_TEST(row_without_a_query_task_ends_when_it_leaves_the_list),
        LOOKER_TEST(rows_that_are_too_long_are_left_out_and_said),
        LOOKER_TEST(a_list_that_is_too_long_is_cut_and_said),
        LOOKER_TEST(a_list_that_nobody_waits_for_is_not_read),
        LOOKER_TEST(list_failures_are_told_apart),
        LOOKER_TEST(transport_errors_are_passed_through),
        cmocka_unit_test(bad_profiles_are_refused_with_name_and_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
