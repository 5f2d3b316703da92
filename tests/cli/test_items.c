/* The verbs about templates, schedules and connections. */
#include "support/testing.h"

#include <stdio.h>
#include <string.h>

#include "cli/verbs.h"
#include "sandbox/rest_client.h"

static struct verbs verbs;

static int open_service(void **state)
{
    static const char *const args[] = {"--tasks", "0", "--rate", "0", NULL};
    struct rest rest;
    (void)state;
    verbs_open(&verbs, args);
    rest_init(&rest, service_url(verbs.service));
    assert_int_equal(rest_login_adobe(&rest, "demo", "demo-secret"), 200);
    rest_expect(&rest, 202, "POST", "/query-templates",
                "{\"name\":\"by-region\",\"sql\":\"SELECT '$day'\",\"queryParameters\":{\"day\":"
                "\"today\"}}");
    rest_expect(
        &rest, 202, "POST", "/schedules",
        "{\"query\":{\"dbName\":\"demo:all\",\"sql\":\"SELECT 1\",\"name\":\"nightly\"},"
        "\"schedule\":{\"schedule\":\"0 3 * * *\",\"startDate\":\"2026-01-01T00:00:00Z\"}}");
    rest_finish(&rest);
    verbs_configure(&verbs, VERBS_ADOBE_PROFILE "mode = armed\n");
    return 0;
}

static int close_service(void **state)
{
    (void)state;
    verbs_close(&verbs);
    return 0;
}

static void assert_says(const char *words, int exit_code, const char *expected)
{
    struct call call = verbs_call(&verbs, words);
    if (call.exit_code != exit_code || !(strstr(call.out, expected) || strstr(call.err, expected)))
        fail_msg("%s: exit %d, %s%s", words, call.exit_code, call.out, call.err);
    call_finish(&call);
}

/* A member of the first entry of a list; the caller's for as long as json lives. */
static struct json *call_for(const char *words)
{
    struct call call = verbs_call(&verbs, words);
    verbs_expect(&call, 0);
    struct json *json = call_json(&call);
    call_finish(&call);
    return json;
}

static void templates_are_listed_shown_and_run(void **state)
{
    (void)state;
    struct json *json = call_for("templates --format json");
    const struct json *first = json_at(json_get(json, "templates"), 0);
    assert_string_equal(json_member(json, "schema"), "querytop.templates/1");
    assert_string_equal(json_member(first, "name"), "by-region");
    assert_string_equal(json_member(json_get(first, "parameters"), "day"), "today");
    char words[200];
    snprintf(words, sizeof(words), "run --profile aep --yes --wait --template %s",
             json_member(first, "id"));
    json_destroy(json);
    assert_says(words, 0, "succeeded");
    assert_says("template show by-region", 0, "SELECT '$day'");
    assert_says("templates", 0, "TEMPLATE");
    assert_says("template show nightly", 1, "there is no template 'nightly'");
}

static void nobody_sees_the_token_of_a_connection(void **state)
{
    (void)state;
    struct call call = verbs_call(&verbs, "connections --format json");
    verbs_expect(&call, 0);
    assert_non_null(strstr(call.out, "user=DEMO@AdobeOrg\\\" -W"));
    assert_null(strstr(call.out, "oken\":"));
    call_finish(&call);
    assert_says("connections", 0, "psql \"sslmode=require host=demo.platform-query.example");
}

static void a_schedule_is_steered_only_when_asked_for(void **state)
{
    (void)state;
    assert_says("schedule trigger nightly", 2, "--yes does it without asking");
    assert_says("schedule triger nightly", 2, "did you mean trigger");
    assert_says("schedule cancel-run nightly", 2, "cancel run which run?");
    assert_says("schedule validate nightly", 2, "there is no action 'validate'");
    verbs_configure(&verbs, VERBS_ADOBE_PROFILE "mode = read-only\n");
    assert_says("schedule trigger --yes nightly", 6, "read-only");
    verbs_configure(&verbs, VERBS_ADOBE_PROFILE "mode = armed\n");
}

/* A schedule is registered in a moment. */
static void wait_until_enabled(void)
{
    for (int tries = 0; tries < 100; tries++) {
        struct json *json = call_for("schedules --format json");
        const char *word = json_member(json_at(json_get(json, "schedules"), 0), "state");
        bool is_enabled = word && strcmp(word, "ENABLED") == 0;
        json_destroy(json);
        if (is_enabled)
            return;
    }
    fail_msg("the schedule is not enabled");
}

static void a_schedule_leads_to_its_runs_and_their_queries(void **state)
{
    (void)state;
    wait_until_enabled();
    assert_says("schedule trigger --yes aep:nightly", 0, "trigger accepted");
    struct json *json = call_for("schedule runs nightly --format json");
    const struct json *run = json_at(json_get(json, "runs"), 0);
    assert_string_equal(json_member(json, "schema"), "querytop.runs/1");
    assert_string_equal(json_member(run, "note"), "triggered by hand");
    char words[200];
    snprintf(words, sizeof(words), "schedule run nightly %s --format json", json_member(run, "id"));
    json_destroy(json);
    json = call_for(words);
    assert_non_null(strstr(json_member(json, "summary"), "1 query"));
    json_destroy(json);
    assert_says("schedule disable --yes nightly", 0, "disable accepted");
    assert_says("schedule show nightly", 0, "DISABLED");
    assert_says("schedule trigger --yes nightly", 1, "trigger refused: the service does not");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(templates_are_listed_shown_and_run),
        cmocka_unit_test(nobody_sees_the_token_of_a_connection),
        cmocka_unit_test(a_schedule_is_steered_only_when_asked_for),
        cmocka_unit_test(a_schedule_leads_to_its_runs_and_their_queries),
    };
    return cmocka_run_group_tests(tests, open_service, close_service);
}
