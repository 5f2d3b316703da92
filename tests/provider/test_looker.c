#include "support/testing.h"

#include <string.h>

#include "provider/exchange.h"

#define ID "a607517addb9d3159300ee61d314e40e"

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
        LOOKER_TEST(transport_errors_are_passed_through),
        cmocka_unit_test(bad_profiles_are_refused_with_name_and_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
