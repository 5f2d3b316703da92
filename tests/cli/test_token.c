/* Profiles that bring an access token along, in each of its forms: nobody logs in with a secret. */
#include "support/testing.h"

#include <stdio.h>
#include <string.h>

#include "cli/verbs.h"
#include "sandbox/rest_client.h"
#include "support/environment.h"

/* Where tokens are given nobody listens: whoever asked there would fail. */
#define ADOBE                                                                               \
    "[demo]\nprovider = adobe\nbase_url = %s/data/foundation/query\n"                       \
    "ims_url = http://127.0.0.1:1/ims/token/v3\nclient_id = demo\norg_id = DEMO@AdobeOrg\n" \
    "sandbox_name = demo\ntimeout = 30s\n"
#define LOOKER "[demo]\nprovider = looker\nbase_url = %s\ntimeout = 30s\n"

static struct verbs verbs;
static char adobe_token[2048];
static char looker_token[2048];

static int open_service(void **state)
{
    static const char *const args[] = {"--tasks", "0", "--rate", "0", NULL};
    struct rest rest;
    (void)state;
    verbs_open(&verbs, args);
    rest_init(&rest, service_url(verbs.service));
    assert_int_equal(rest_login(&rest, "demo", "demo-secret"), 200);
    snprintf(looker_token, sizeof(looker_token), "%s", rest.token);
    assert_int_equal(rest_login_adobe(&rest, "demo", "demo-secret"), 200);
    snprintf(adobe_token, sizeof(adobe_token), "%s", rest.token);
    rest_finish(&rest);
    return 0;
}

static int close_service(void **state)
{
    (void)state;
    verbs_close(&verbs);
    return 0;
}

/* A profile and one more line; `querytop list` with the token in the environment. */
static struct call list_with(const char *profile, const char *line, const char *token)
{
    char text[4096], variable[2100];
    snprintf(text, sizeof(text), "%s%s", profile, line);
    verbs_configure(&verbs, text);
    snprintf(variable, sizeof(variable), "QT_TEST_TOKEN=%s", token);
    const char *const argv[] = {TEST_QUERYTOP, "list",       "--format", "json",
                                "--config",    verbs.config, NULL};
    const char *const env[] = {variable, NULL};
    struct call call = {.proc = proc_start(argv, env)};
    call.exit_code = proc_wait(call.proc);
    call.out = proc_output(call.proc);
    call.err = proc_errors(call.proc);
    if (strstr(call.out, token) || strstr(call.err, token))
        fail_msg("the token is told: %s%s", call.out, call.err);
    return call;
}

static void assert_lists(const char *profile, const char *line, const char *token)
{
    struct call call = list_with(profile, line, token);
    verbs_expect(&call, 0);
    struct json *json = call_json(&call);
    assert_string_equal(json_member(json_at(json_get(json, "sources"), 0), "state"), "ok");
    json_destroy(json);
    call_finish(&call);
}

static void assert_lists_in_each_form(const char *profile, const char *token)
{
    char line[4096];
    snprintf(line, sizeof(line), "token = %s\n", token);
    assert_lists(profile, line, token);
    assert_lists(profile, "token_env = QT_TEST_TOKEN\n", token);
    snprintf(line, sizeof(line), "token_command = cat %s\n", scratch_file("token", token, 0600));
    assert_lists(profile, line, token);
}

static void adobe_takes_a_token_that_is_there(void **state)
{
    (void)state;
    assert_lists_in_each_form(ADOBE, adobe_token);
}

static void looker_takes_a_token_that_is_there(void **state)
{
    (void)state;
    assert_lists_in_each_form(LOOKER, looker_token);
}

/* aepp and aio keep a secret there, too, which is not needed then. */
static void adobe_takes_a_token_beside_a_file_of_credentials(void **state)
{
    (void)state;
    char text[800];
    snprintf(text, sizeof(text),
             "[demo]\nprovider = adobe\nbase_url = %%s/data/foundation/query\n"
             "ims_url = http://127.0.0.1:1/ims/token/v3\ncredentials_file = %s\n",
             scratch_file("aepp.json",
                          "{\"client_id\":\"demo\",\"secret\":\"x\",\"org_id\":\"DEMO@AdobeOrg\","
                          "\"sandbox-name\":\"demo\"}",
                          0600));
    assert_lists(text, "token_env = QT_TEST_TOKEN\n", adobe_token);
}

static void a_token_that_has_run_out_is_told(void **state)
{
    (void)state;
    static const char *const profiles[] = {ADOBE, LOOKER};
    for (size_t i = 0; i < 2; i++) {
        struct call call = list_with(profiles[i], "token_env = QT_TEST_TOKEN\n", "st4le-token");
        verbs_expect(&call, 4);
        if (!strstr(call.err, "check the token, which may have run out"))
            fail_msg("%s", call.err);
        call_finish(&call);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adobe_takes_a_token_that_is_there),
        cmocka_unit_test(looker_takes_a_token_that_is_there),
        cmocka_unit_test(adobe_takes_a_token_beside_a_file_of_credentials),
        cmocka_unit_test(a_token_that_has_run_out_is_told),
    };
    return cmocka_run_group_tests(tests, open_service, close_service);
}
