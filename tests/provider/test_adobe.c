/* Adobe Query Service: what is asked, and what is made of the answers. */
#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/exchange.h"

#define ID "2c57cd06-637d-4b3c-93c9-5f9f8a8a9f6a"
#define HEADERS                       \
    "Accept: application/json\n"      \
    "x-api-key: abc\n"                \
    "x-gw-ims-org-id: ABC@AdobeOrg\n" \
    "x-sandbox-name: dev\n"           \
    "Authorization: Bearer tok-1\n"
#define LIST    "GET https://acme.example/queries?orderby=-created&limit=1000"
#define SHOWN   "&excludeHidden=true&excludeSoftDeleted=true"
#define CREATED "&property=created%3E%3D2026-09-20T14%3A13%3A20.000Z"

static int set_up_stranger(void **state)
{
    struct exchange *x = calloc(1, sizeof(*x));
    exchange_init(x, "adobe");
    *state = x;
    return 0;
}

static int set_up(void **state)
{
    set_up_stranger(state);
    exchange_login(*state);
    return 0;
}

#define TEST(f)     cmocka_unit_test_setup_teardown(f, set_up, exchange_tear_down)
#define STRANGER(f) cmocka_unit_test_setup_teardown(f, set_up_stranger, exchange_tear_down)
#define QUERY(id, state, updated, more)                                                          \
    "{\"id\":\"" id "\",\"state\":\"" state "\",\"created\":\"2026-09-21T13:00:00.000Z\","       \
    "\"updated\":\"" updated "\",\"request\":{\"dbName\":\"dev:all\",\"sql\":\"SELECT 1\"}" more \
    "}"
#define PAGE(queries, links) "{\"queries\":[" queries "],\"_page\":{},\"_links\":{" links "}}"
#define EARLY                "2026-09-21T13:00:01.000Z"

/* --- signing in --------------------------------------------------------------------------------
 */

static void login_sends_a_form_to_ims_alone(void **state)
{
    struct exchange *x = *state;
    exchange_begin(x, OP_LOGIN, NULL);
    assert_request(x, "POST https://acme.example/ims/token/v3\n"
                      "Accept: application/json\n"
                      "Content-Type: application/x-www-form-urlencoded\n\n"
                      "grant_type=client_credentials&client_id=abc&client_secret=hush%20%26%20more"
                      "&scope=openid%2Csession%2CAdobeID%2Cread_organizations%2C"
                      "additional_info.projectedProductContext");
    assert_int_equal(exchange_leg(x, 200, "{\"access_token\":\"t\",\"expires_in\":86399}"),
                     STEP_DONE);
    assert_int_equal(x->batch.token_expires_ms, 86399000);
    assert_string_equal(x->batch.workspace, "dev");
}

static void a_life_in_milliseconds_is_noticed(void **state)
{
    struct exchange *x = *state;
    exchange_begin(x, OP_LOGIN, NULL);
    assert_int_equal(exchange_leg(x, 200, "{\"access_token\":\"t\",\"expires_in\":\"86399992\"}"),
                     STEP_DONE);
    assert_int_equal(x->batch.token_expires_ms, 86399992);
}

static void refusals_of_ims_name_the_setting(void **state)
{
    static const struct {
        long status;
        const char *body;
        const char *words;
    } cases[] = {
        {401, "{\"error\":\"invalid_client\"}", "check client_id and client_secret"},
        {400, "{\"error\":\"invalid_scope\",\"error_description\":\"odd\"}", "odd; check scopes"},
        {404, "", "check ims_url"},
    };
    struct exchange *x = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        exchange_begin(x, OP_LOGIN, NULL);
        assert_int_equal(exchange_leg(x, cases[i].status, cases[i].body), STEP_FAILED);
        assert_error(x, ERR_LOGIN, cases[i].words);
    }
    exchange_begin(x, OP_LOGIN, NULL);
    assert_int_equal(exchange_leg(x, 200, "<html>"), STEP_FAILED);
    assert_error(x, ERR_SERVICE, "ims_url");
}

/* In place of the secret: tok-1, as HEADERS has it. */
static void bring_token(struct exchange *x)
{
    secret_finish(&x->profile.client_secret);
    secret_set(&x->profile.token, "tok-1", 5);
    exchange_begin(x, OP_LOGIN, NULL);
}

static void a_token_that_is_there_is_shown_to_the_service_and_ims_is_not_asked(void **state)
{
    struct exchange *x = *state;
    bring_token(x);
    assert_request(x, "GET https://acme.example/queries?orderby=-created&limit=1\n" HEADERS);
    assert_int_equal(exchange_leg(x, 200, PAGE("", "")), STEP_DONE);
    assert_string_equal(x->batch.workspace, "dev");
    assert_int_equal(x->batch.token_expires_ms, UNKNOWN);
    exchange_begin(x, OP_LOGIN, NULL); /* again, as after a 401 */
    assert_request(x, "GET https://acme.example/queries?orderby=-created&limit=1\n" HEADERS);
    secret_finish(&x->profile.token);
}

/* An answer that is no good, and what is said of it. */
struct refusal {
    long status;
    const char *body;
    enum error_code code;
    const char *words;
};

static void assert_refusals(struct exchange *x, enum op op, const struct refusal *cases,
                            size_t count)
{
    for (size_t i = 0; i < count; i++) {
        exchange_begin(x, op, NULL);
        assert_int_equal(exchange_leg(x, cases[i].status, cases[i].body), STEP_FAILED);
        assert_error(x, cases[i].code, cases[i].words);
    }
}

static void a_token_that_is_refused_is_told_from_a_right_that_is_missing(void **state)
{
    static const struct refusal cases[] = {
        {401, "{\"error_code\":\"401013\",\"message\":\"Oauth token is not valid\"}", ERR_LOGIN,
         "login refused (401); check the token, which may have run out"},
        {403, "{\"error_code\":\"403000\",\"message\":\"Api Key is invalid\"}", ERR_LOGIN,
         "check client_id"},
        {403, "{\"title\":\"no\"}", ERR_FORBIDDEN, "check sandbox_name and the rights"},
        {500, "", ERR_SERVICE, "the service failed (500)"},
    };
    struct exchange *x = *state;
    bring_token(x);
    assert_refusals(x, OP_LOGIN, cases, sizeof(cases) / sizeof(cases[0]));
    secret_finish(&x->profile.token);
}

static void a_token_that_no_header_may_hold_is_not_sent(void **state)
{
    struct exchange *x = *state;
    bring_token(x);
    secret_set(&x->profile.token, "tok\r\nX-Evil: 1", 14);
    exchange_begin(x, OP_LOGIN, NULL);
    assert_false(exchange_build(x));
    assert_error(x, ERR_SERVICE, "a token that can not be sent: it holds a control byte");
    secret_finish(&x->profile.token);
}

static void a_token_that_was_not_to_be_had_is_missed(void **state)
{
    static char command[] = "tell-token";
    struct exchange *x = *state;
    bring_token(x);
    secret_finish(&x->profile.token);
    x->profile.token_command = command;
    assert_false(exchange_build(x));
    assert_error(x, ERR_LOGIN, "there is no access token to show");
}

static void a_profile_without_sandbox_is_refused(void **state)
{
    struct exchange *x = *state;
    struct profile profile = x->profile;
    struct error err = {0};
    profile.sandbox_name = NULL;
    assert_null(provider_create(&profile, 0, &err));
    assert_int_equal(err.code, ERR_CONFIG);
    assert_non_null(strstr(err.message, "sandbox_name is missing"));
}

/* --- the list ----------------------------------------------------------------------------------
 */

static void pages_follow_the_cursor_and_never_the_host(void **state)
{
    struct exchange *x = *state;
    exchange_begin(x, OP_LIST, NULL);
    assert_request(x, LIST SHOWN CREATED "\n" HEADERS);
    static const char first[] =
        PAGE(QUERY("a", "SUCCESS", EARLY, "") "," QUERY("b", "SUCCESS", EARLY, ""),
             "\"next\":{\"href\":\"https://evil.example/queries?limit=1&orderby=-created"
             "&start=2026-09-21T12:00:00%2B01:00\"}");
    assert_int_equal(exchange_answer(x, 200, "application/json", first, strlen(first)), STEP_AGAIN);
    assert_int_equal(x->batch.task_count, 2);
    assert_request(x, LIST SHOWN CREATED "&start=2026-09-21T12%3A00%3A00%2B01%3A00\n" HEADERS);

    /* b once more, as an inclusive cursor has it. */
    static const char second[] =
        PAGE(QUERY("b", "SUCCESS", EARLY, "") "," QUERY("c", "FAILED", EARLY, ""), "");
    assert_int_equal(exchange_answer(x, 200, "application/json", second, strlen(second)),
                     STEP_DONE);
    assert_int_equal(x->batch.task_count, 3);
    assert_true(x->batch.is_complete && x->batch.has_ended && !x->batch.is_delta);
    assert_int_equal(x->batch.window_from_ms, TEST_NOW_MS - 24 * 3600 * 1000);
}

static void a_page_without_news_ends_the_list(void **state)
{
    struct exchange *x = *state;
    static const char page[] =
        PAGE(QUERY("a", "SUCCESS", EARLY, ""), "\"next\":{\"href\":\"/queries?start=2026-09-21\"}");
    static const char other[] =
        PAGE(QUERY("a", "SUCCESS", EARLY, ""), "\"next\":\"/queries?start=2026-09-20\"");
    exchange_begin(x, OP_LIST, NULL);
    assert_int_equal(exchange_leg(x, 200, page), STEP_AGAIN);
    assert_int_equal(exchange_leg(x, 200, other), STEP_DONE);
    assert_int_equal(x->batch.task_count, 1);
    /* Adobe's own example of a link has no cursor at all. */
    static const char odd[] = PAGE(QUERY("a", "SUCCESS", EARLY, ""),
                                   "\"next\":{\"href\":\"/queries/alert-subscriptions?page=2\"}");
    exchange_begin(x, OP_LIST, NULL);
    x->job.wants_all = true;
    assert_int_equal(exchange_leg(x, 200, odd), STEP_DONE);
}

static void list_once(struct exchange *x, const char *body)
{
    exchange_begin(x, OP_LIST, NULL);
    assert_int_equal(exchange_leg(x, 200, body), STEP_DONE);
}

static void after_a_whole_list_only_changes_are_asked_for(void **state)
{
    struct exchange *x = *state;
    list_once(x, PAGE(QUERY("a", "SUCCESS", "2026-09-21T14:00:00.000Z",
                            "") "," QUERY("b", "IN_PROGRESS", "9999-01-01T00:00:00Z", ""),
                      ""));
    exchange_begin(x, OP_LIST, NULL);
    assert_request(x, LIST SHOWN "&property=updated%3E%3D2026-09-21T13%3A59%3A00.000Z\n" HEADERS);
    assert_int_equal(exchange_leg(x, 200, PAGE("", "")), STEP_DONE);
    assert_true(x->batch.is_delta && !x->batch.is_complete);

    exchange_begin(x, OP_LIST, NULL);
    x->job.wants_all = true;
    assert_request(x, LIST SHOWN CREATED "\n" HEADERS);
    exchange_begin(x, OP_LIST, NULL);
    x->job.now_ms += 300000;
    assert_true(exchange_build(x));
    assert_non_null(strstr(x->request.url.data, "property=created"));
}

static void records_that_did_not_change_give_the_same_task(void **state)
{
    struct exchange *x = *state;
    static const char page[] = PAGE(QUERY("a", "SUCCESS", EARLY, ""), "");
    list_once(x, page);
    struct task *before = task_ref(only_task(x));
    list_once(x, page);
    assert_ptr_equal(only_task(x), before);
    list_once(x, PAGE(QUERY("a", "FAILED", EARLY, ""), ""));
    assert_ptr_not_equal(only_task(x), before);
    task_unref(before);
}

static void states_are_read_without_case_and_others_shown_raw(void **state)
{
    static const struct {
        const char *word;
        enum task_state state;
    } cases[] = {
        {"SUBMITTED", TASK_QUEUED}, {"in_progress", TASK_RUNNING}, {"SUCCESS", TASK_SUCCEEDED},
        {"FAILED", TASK_FAILED},    {"KILLED", TASK_CANCELLED},    {"TIMEOUT", TASK_FAILED},
        {"THINKING", TASK_UNKNOWN},
    };
    struct exchange *x = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char body[200];
        snprintf(body, sizeof(body), "{\"queries\":[{\"id\":\"a\",\"state\":\"%s\"}]}",
                 cases[i].word);
        list_once(x, body);
        assert_int_equal(only_task(x)->state, cases[i].state);
        assert_text(only_task(x), TASK_STATE_RAW, cases[i].word);
    }
}

static void types_may_be_others_than_documented(void **state)
{
    struct exchange *x = *state;
    list_once(x, "{\"queries\":[{\"id\":\"a\",\"state\":\"SUCCESS\",\"created\":\"1578523458919\","
                 "\"updated\":1578523459919,\"elapsedTime\":\"1000\",\"rowCount\":\"7\","
                 "\"isCTAS\":\"true\",\"errors\":{\"code\":408,\"message\":\"late\"}}]}");
    const struct task *task = only_task(x);
    assert_int_equal(task->created_ms, 1578523458919);
    assert_int_equal(task->ended_ms, 1578523459919);
    assert_int_equal(task->elapsed_ms, 1000);
    assert_int_equal(task->rows, 7);
    assert_true(task->flags & TASK_WRITES);
    assert_text(task, TASK_MESSAGE, "408: late");
}

static void each_place_of_a_fact_is_read(void **state)
{
    struct exchange *x = *state;
    static const struct {
        const char *members;
        enum task_text which;
        const char *text;
    } cases[] = {
        {"\"request\":{\"name\":\"Nightly\"}", TASK_TITLE, "Nightly"},
        {"\"templateName\":\"Weekly\"", TASK_TITLE, "Weekly"},
        {"\"userId\":\"A33@techacct\"", TASK_USER_ID, "A33@techacct"},
        {"\"client\":\"PostgreSQL\"", TASK_ORIGIN, "PostgreSQL"},
        {"\"request\":{\"dbName\":\"prod:all\"}", TASK_CONNECTION, "prod:all"},
        {"\"request\":{\"sql\":\"SELECT 1\"}", TASK_SQL, "SELECT 1"},
        {"\"effectiveSQL\":\"SELECT 2\"", TASK_SQL, "SELECT 2"},
        {"\"request\":{\"templateId\":\"t1\"}", TASK_QUERY_ID, "t1"},
        {"\"_links\":{\"schedule_run\":{\"id\":\"r1\"}}", TASK_RUN_ID, "r1"},
    };
    static const char *const writing[] = {
        "\"isCTAS\":true",
        "\"isInsertInto\":\"true\"",
        "\"request\":{\"ctasParameters\":{}}",
        "\"request\":{\"insertIntoParameters\":{}}",
    };
    char body[300];
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        snprintf(body, sizeof(body), "{\"queries\":[{\"id\":\"" ID "\",%s}]}", cases[i].members);
        list_once(x, body);
        assert_text(only_task(x), cases[i].which, cases[i].text);
    }
    for (size_t i = 0; i < sizeof(writing) / sizeof(writing[0]); i++) {
        snprintf(body, sizeof(body), "{\"queries\":[{\"id\":\"" ID "\",%s}]}", writing[i]);
        list_once(x, body);
        assert_true(only_task(x)->flags & TASK_WRITES);
    }
}

static void queries_that_are_too_long_are_left_out_and_said(void **state)
{
    struct exchange *x = *state;
    struct strbuf body;
    strbuf_init(&body, 2 * LIMIT_RECORD_BYTES);
    strbuf_add_text(&body, "{\"queries\":[{\"id\":\"" ID "\",\"updated\":\"" EARLY
                           "\"},{\"id\":\"long\",\"client\":\"");
    strbuf_add_repeat(&body, 'x', LIMIT_RECORD_BYTES);
    strbuf_add_text(&body, "\"}]}");
    list_once(x, body.data);
    assert_text(only_task(x), TASK_ID, ID);
    assert_true(x->batch.is_complete);
    assert_string_equal(x->batch.partial_reason, "1 of its queries are too long to be read");
    list_once(x, "{\"queries\":[]}"); /* what changed since then */
    assert_true(x->batch.is_delta);
    assert_true(x->batch.is_partial);
    strbuf_finish(&body);
}

static void a_page_that_nobody_waits_for_is_not_read(void **state)
{
    struct exchange *x = *state;
    const _Atomic bool is_stopping = true;
    exchange_begin(x, OP_LIST, NULL);
    x->job.is_stopping = &is_stopping;
    assert_int_equal(exchange_leg(x, 200, "{\"queries\":[{\"id\":\"" ID "\"}]}"), STEP_FAILED);
    assert_int_equal(x->batch.task_count, 0);
}

static void links_say_what_may_be_done(void **state)
{
    struct exchange *x = *state;
    list_once(x, PAGE(QUERY("a", "IN_PROGRESS", EARLY,
                            ",\"_links\":{\"cancel\":{},"
                            "\"soft_delete\":{}}"),
                      ""));
    assert_true(only_task(x)->flags & TASK_CAN_CANCEL && only_task(x)->flags & TASK_CAN_HIDE);
    list_once(x, PAGE(QUERY("a", "IN_PROGRESS", EARLY, ",\"_links\":{}"), ""));
    assert_false(only_task(x)->flags & (TASK_CAN_CANCEL | TASK_CAN_HIDE | TASK_WRITES));
    assert_true(only_task(x)->flags & TASK_CAN_RETRY);
}

/* --- errors ------------------------------------------------------------------------------------
 */

static void every_shape_of_error_becomes_one_line(void **state)
{
    static const struct refusal cases[] = {
        {403, "{\"error_code\":\"403027\",\"message\":\"User region is missing\"}", ERR_LOGIN,
         "User region is missing (403027); check org_id"},
        {403, "{\"error_code\":\"403025\",\"message\":\"Profile is not valid\"}", ERR_LOGIN,
         "check org_id"},
        {403, "{\"error_code\":403003,\"message\":\"Api Key is invalid\"}", ERR_LOGIN,
         "check client_id"},
        {400, "{\"error_code\":\"400003\",\"message\":\"Missing header\"}", ERR_CONFIG,
         "check org_id and sandbox_name"},
        {400, "{\"title\":\"BadRequestError\",\"detail\":\"A valid content-type\"}", ERR_NO,
         "A valid content-type (400)"},
        {404, "{\"message\":\"Not there\",\"statusCode\":404}", ERR_CONFIG,
         "Not there (404); check sandbox_name and base_url"},
        {500, "", ERR_SERVICE, "(500)"},
        {502, "<html>\x1b[31m", ERR_SERVICE, "(502)"},
        {400, "{\"errors\":{\"errorCode\":\"x\",\"detail\":\"why\"}}", ERR_NO, "why (400)"},
        {400, "{\"errorMessage\":\"because\"}", ERR_NO, "because (400)"},
        {429, "{\"error_code\":\"429050\",\"message\":\"Too many requests\"}", ERR_LIMITED,
         "Too many requests (429)"},
        {403, "", ERR_LOGIN, "check sandbox_name"},
        {200, "<html>", ERR_SERVICE, "HTML instead of JSON"},
        {200, "{}", ERR_SERVICE, "no list"},
    };
    struct exchange *x = *state;
    assert_refusals(x, OP_LIST, cases, sizeof(cases) / sizeof(cases[0]));
    exchange_begin(x, OP_LIST, NULL);
    assert_int_equal(exchange_leg(x, 401, "{\"error_code\":\"401013\"}"), STEP_LOGIN);
}

/* --- actions -----------------------------------------------------------------------------------
 */

static void cancel_is_received_or_comes_too_late(void **state)
{
    static const struct {
        long status;
        const char *body;
        enum cancel_outcome outcome;
        const char *words;
    } cases[] = {
        {202, "{\"message\":\"received\",\"statusCode\":202}", CANCEL_ACCEPTED, "received"},
        {202, "", CANCEL_ACCEPTED, ""},
        {409, "", CANCEL_ENDED, "it had already ended"},
        {403, "", CANCEL_FORBIDDEN, "this credential may not stop it"},
    };
    struct exchange *x = *state;
    struct task *task = exchange_task(ID, TASK_RUNNING, NULL);
    exchange_begin(x, OP_CANCEL, task);
    assert_request(x, "PATCH https://acme.example/queries/" ID "\n" HEADERS
                      "Content-Type: application/json\n\n{\"op\":\"cancel\"}");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        exchange_begin(x, OP_CANCEL, task);
        assert_int_equal(exchange_leg(x, cases[i].status, cases[i].body), STEP_DONE);
        assert_int_equal(x->batch.cancel, cases[i].outcome);
        assert_string_equal(x->batch.words, cases[i].words);
    }
    exchange_begin(x, OP_HIDE, task);
    assert_request(x, "PATCH https://acme.example/queries/" ID "\n" HEADERS
                      "Content-Type: application/json\n\n{\"op\":\"soft_delete\"}");
    exchange_begin(x, OP_LIST, NULL);
    task_unref(task);
}

static void retry_repeats_the_whole_request(void **state)
{
    struct exchange *x = *state;
    struct task *task = exchange_task(ID, TASK_FAILED, NULL);
    exchange_begin(x, OP_RETRY, task);
    assert_int_equal(
        exchange_leg(x, 200,
                     "{\"id\":\"" ID "\",\"state\":\"FAILED\",\"request\":{\"dbName\":"
                     "\"prod:all\",\"sql\":\"SELECT $a\",\"templateId\":\"t\",\"name\":\"\","
                     "\"queryParameters\":{\"a\":\"1\"},\"ctasParameters\":{},"
                     "\"insertIntoParameters\":{\"datasetName\":\"d\"}}}"),
        STEP_AGAIN);
    assert_request(x, "POST https://acme.example/queries\n" HEADERS
                      "Content-Type: application/json\n\n"
                      "{\"dbName\":\"prod:all\",\"sql\":\"SELECT $a\",\"queryParameters\":{\"a\":"
                      "\"1\"},\"insertIntoParameters\":{\"datasetName\":\"d\"}}");
    assert_int_equal(exchange_leg(x, 202, "{\"id\":\"n1\",\"state\":\"SUBMITTED\"}"), STEP_DONE);
    assert_string_equal(x->batch.new_task_id, "n1");
    assert_text(only_task(x), TASK_RETRY_OF, ID);
    exchange_begin(x, OP_LIST, NULL);
    task_unref(task);
}

static void run_sends_sql_or_template_with_all_that_is_said(void **state)
{
    static const struct run_spec sql = {.sql = "SELECT $a",
                                        .name = "n",
                                        .parameters = {{"a", "1"}},
                                        .parameter_count = 1,
                                        .ctas_dataset = "t",
                                        .ctas_schema = "S"};
    static const struct run_spec template = {.template_id = "t1",
                                             .database = "x:all",
                                             .insert_into = "d"};
    struct exchange *x = *state;
    exchange_begin(x, OP_RUN, NULL);
    x->job.spec = &sql;
    assert_request(x, "POST https://acme.example/queries\n" HEADERS
                      "Content-Type: application/json\n\n"
                      "{\"dbName\":\"dev:all\",\"sql\":\"SELECT $a\",\"name\":\"n\","
                      "\"queryParameters\":{\"a\":\"1\"},\"ctasParameters\":{\"datasetName\":\"t\","
                      "\"targetSchemaTitle\":\"S\"}}");
    x->job.spec = &template;
    assert_request(x, "POST https://acme.example/queries\n" HEADERS
                      "Content-Type: application/json\n\n"
                      "{\"dbName\":\"x:all\",\"templateId\":\"t1\",\"insertIntoParameters\":{"
                      "\"datasetName\":\"d\"}}");
    assert_int_equal(exchange_leg(x, 400, ""), STEP_FAILED);
}

/* --- one query ---------------------------------------------------------------------------------
 */

static void rows_are_said_to_be_elsewhere(void **state)
{
    struct exchange *x = *state;
    struct task *task = exchange_task(ID, TASK_SUCCEEDED, NULL);
    exchange_begin(x, OP_RESULTS, task);
    assert_int_equal(exchange_leg(x, 200,
                                  QUERY(ID, "SUCCESS", EARLY,
                                        ",\"_links\":{\"created_dataset\":{\"id\":\"5e6a\"}}")),
                     STEP_DONE);
    assert_int_equal(x->batch.result->state, RESULT_NONE);
    assert_non_null(strstr(x->batch.result->error.message, "data set 5e6a"));
    exchange_begin(x, OP_RESULTS, task);
    assert_int_equal(exchange_leg(x, 200, QUERY(ID, "SUCCESS", EARLY, "")), STEP_DONE);
    assert_non_null(strstr(x->batch.result->error.message, "psql"));
    exchange_begin(x, OP_LIST, NULL);
    task_unref(task);
}

static const char *fact(const struct exchange *x, const char *label)
{
    const struct task_detail *detail = x->batch.detail;
    for (size_t i = 0; i < detail->field_count; i++) {
        if (strcmp(detail->fields[i].label, label) == 0)
            return detail->fields[i].value;
    }
    return NULL;
}

static void rows_are_counted_only_in_the_end(void **state)
{
    struct exchange *x = *state;
    struct task *task = exchange_task(ID, TASK_RUNNING, NULL);
    exchange_begin(x, OP_DETAIL, task);
    assert_int_equal(exchange_leg(x, 200, QUERY(ID, "IN_PROGRESS", EARLY, ",\"rowCount\":0")),
                     STEP_DONE);
    assert_null(fact(x, "rows"));
    exchange_begin(x, OP_DETAIL, task);
    assert_int_equal(exchange_leg(x, 200, QUERY(ID, "SUCCESS", EARLY, ",\"rowCount\":0")),
                     STEP_DONE);
    assert_string_equal(fact(x, "rows"), "0");
    exchange_begin(x, OP_LIST, NULL);
    task_unref(task);
}

static void an_unknown_query_has_ended_somehow(void **state)
{
    struct exchange *x = *state;
    struct task *task = exchange_task(ID, TASK_RUNNING, NULL);
    exchange_begin(x, OP_FATE, task);
    assert_int_equal(exchange_leg(x, 404, ""), STEP_DONE);
    assert_int_equal(only_task(x)->state, TASK_EXPIRED);
    exchange_begin(x, OP_FATE, task);
    assert_int_equal(exchange_leg(x, 200, QUERY("other", "SUCCESS", EARLY, "")), STEP_FAILED);
    exchange_begin(x, OP_LIST, NULL);
    task_unref(task);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STRANGER(login_sends_a_form_to_ims_alone),
        STRANGER(a_life_in_milliseconds_is_noticed),
        STRANGER(a_token_that_is_there_is_shown_to_the_service_and_ims_is_not_asked),
        STRANGER(a_token_that_is_refused_is_told_from_a_right_that_is_missing),
        STRANGER(a_token_that_no_header_may_hold_is_not_sent),
        STRANGER(a_token_that_was_not_to_be_had_is_missed),
        STRANGER(refusals_of_ims_name_the_setting),
        STRANGER(a_profile_without_sandbox_is_refused),
        TEST(pages_follow_the_cursor_and_never_the_host),
        TEST(a_page_without_news_ends_the_list),
        TEST(after_a_whole_list_only_changes_are_asked_for),
        TEST(records_that_did_not_change_give_the_same_task),
        TEST(states_are_read_without_case_and_others_shown_raw),
        TEST(types_may_be_others_than_documented),
        TEST(each_place_of_a_fact_is_read),
        TEST(queries_that_are_too_long_are_left_out_and_said),
        TEST(a_page_that_nobody_waits_for_is_not_read),
        TEST(links_say_what_may_be_done),
        TEST(every_shape_of_error_becomes_one_line),
        TEST(cancel_is_received_or_comes_too_late),
        TEST(retry_repeats_the_whole_request),
        TEST(run_sends_sql_or_template_with_all_that_is_said),
        TEST(rows_are_said_to_be_elsewhere),
        TEST(rows_are_counted_only_in_the_end),
        TEST(an_unknown_query_has_ended_somehow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
