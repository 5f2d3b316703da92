/* The verbs that start something: run, and project with its actions. */
#include "support/testing.h"

#include <stdio.h>
#include <string.h>

#include "cli/verbs.h"
#include "support/environment.h"
#include "support/term.h"

#define PROFILE                                                                                 \
    "[demo]\nprovider = looker\nbase_url = %s\nclient_id = demo\nclient_secret = demo-secret\n" \
    "poll = 250ms\n"

static struct verbs verbs;

static int open_service(void **state)
{
    (void)state;
    verbs_open(&verbs, (const char *[]){"--workers", "2", NULL});
    return 0;
}

static int close_service(void **state)
{
    (void)state;
    verbs_close(&verbs);
    return 0;
}

/* Nothing on stdout, and said in stderr. */
static void assert_refused(const char *words, int exit_code, const char *said)
{
    struct call call = verbs_call(&verbs, words);
    verbs_expect(&call, exit_code);
    assert_string_equal(call.out, "");
    if (!strstr(call.err, said))
        fail_msg("%s: %s", words, call.err);
    call_finish(&call);
}

/* ---- run ------------------------------------------------------------------------------------- */

static void run_says_what_is_missing(void **state)
{
    (void)state;
    verbs_configure(&verbs, PROFILE "mode = read-write\n");
    assert_refused("run", 2, "say what to run in one way");
    assert_refused("run --model shop --explore users", 2, "add --fields");
    assert_refused("run --modle shop", 2, "did you mean --model");
    assert_refused("run --query 1 --limit many", 2, "--limit: ");
    assert_refused("run --query 1 --cache=perhaps", 2, "--cache: cache is yes or no");
    assert_refused("run --query 1 again", 2, "run takes no 'again'");
}

static void run_asks_where_cancel_would(void **state)
{
    (void)state;
    verbs_configure(&verbs, PROFILE "mode = armed\n");
    assert_refused("run --query 1", 2, "--yes runs it without asking");
    verbs_configure(&verbs, PROFILE "mode = read-only\n");
    assert_refused("run --yes --query 1", 6, "demo is read-only");
}

static void run_wants_one_profile(void **state)
{
    (void)state;
    verbs_configure(&verbs, PROFILE "[other]\nprovider = looker\nbase_url = %s\nclient_id = demo\n"
                                    "client_secret = demo-secret\n");
    assert_refused("run --query 1", 2, "--profile with one of demo, other");
}

#define USERS "--model shop --explore users --fields users.region"

static void run_prints_the_new_task(void **state)
{
    (void)state;
    verbs_configure(&verbs, PROFILE "mode = armed\n");
    struct call call = verbs_call(&verbs, "run --yes --format json --limit 5 " USERS);
    verbs_expect(&call, 0);
    struct json *json = call_json(&call);
    const struct json *task = json_at(json_get(json, "tasks"), 0);
    assert_string_equal(json_string(json_get(json, "schema"), NULL), "querytop.run/1");
    const char *id = json_string(json_get(task, "id"), NULL);
    assert_non_null(json_string(json_get(task, "state_raw"), NULL));
    assert_true(service_wait_status(verbs.service, id, "complete", TERM_PATIENCE_MS));
    json_destroy(json);
    call_finish(&call);
}

static void run_waits_for_the_end_and_tells_it(void **state)
{
    (void)state;
    verbs_configure(&verbs, PROFILE "mode = read-write\n");
    struct call call = verbs_call(&verbs, "run --wait " USERS);
    verbs_expect(&call, 0);
    assert_non_null(strstr(call.err, "querytop: running as demo:"));
    assert_non_null(strstr(call.out, "  succeeded  "));
    call_finish(&call);
    call = verbs_call(&verbs, "run --wait --model shop --explore users --fields users.nope");
    assert_true(call.exit_code == 1);
    call_finish(&call);
}

/* ---- project --------------------------------------------------------------------------------- */

static void project_actions_are_named_exactly(void **state)
{
    (void)state;
    verbs_configure(&verbs, PROFILE "mode = read-write\nworkspace = dev\n");
    assert_refused("project valdate finance", 2, "did you mean validate");
    assert_refused("project cancel finance", 2, "there is no action 'cancel'");
    assert_refused("project validate", 2, "project wants ACTION PROJECT");
    assert_refused("project checkout finance", 2, "check out which branch?");
    assert_refused("project validate finance again", 2, "validate takes no 'again'");
    assert_refused("project validate nowhere", 1, "there is no project 'nowhere'");
}

static void project_is_changed_only_when_asked_for(void **state)
{
    (void)state;
    verbs_configure(&verbs, PROFILE "mode = read-write\nworkspace = dev\n");
    assert_refused("project deploy finance", 2, "--yes does it without asking");
    verbs_configure(&verbs, PROFILE "mode = read-only\nworkspace = dev\n");
    assert_refused("project deploy --yes finance", 6, "demo is read-only");
    verbs_configure(&verbs, PROFILE "mode = read-write\nworkspace = production\n");
    assert_refused("project deploy --yes finance", 1, "set workspace = dev");
}

static void configure_dev(void)
{
    verbs_configure(&verbs, PROFILE "mode = armed\nworkspace = dev\n");
}

static void findings_are_printed_with_file_and_line(void **state)
{
    (void)state;
    configure_dev();
    struct call call = verbs_call(&verbs, "project validate demo:finance");
    verbs_expect(&call, 1);
    assert_non_null(strstr(call.out, "explores/ledger.explore.lkml:17: error: Unknown view"));
    assert_non_null(strstr(call.out, "views/ledger.view.lkml:42: warning: "));
    call_finish(&call);
    call = verbs_call(&verbs, "project validate shop_model");
    verbs_expect(&call, 0);
    call_finish(&call);
    call = verbs_call(&verbs, "project test-git marketing --format json");
    verbs_expect(&call, 1);
    struct json *json = call_json(&call);
    assert_string_equal(json_string(json_get(json, "schema"), NULL), "querytop.project/1");
    assert_string_equal(json_string(json_get(json, "action"), NULL), "test-git");
    assert_true(json_count(json_get(json, "findings")) > 1);
    json_destroy(json);
    call_finish(&call);
}

static void branch_is_checked_out_and_listed_as_current(void **state)
{
    (void)state;
    configure_dev();
    struct call call = verbs_call(&verbs, "project checkout --yes shop_model faster-order-items");
    verbs_expect(&call, 0);
    call_finish(&call);
    call = verbs_call(&verbs, "project branches shop_model");
    verbs_expect(&call, 0);
    assert_non_null(strstr(call.out, "*  faster-order-items"));
    call_finish(&call);
    call = verbs_call(&verbs, "project checkout --yes shop_model nowhere");
    verbs_expect(&call, 1);
    assert_non_null(strstr(call.out, "check out refused: Validation Failed"));
    call_finish(&call);
}

static void workspace_is_the_argument_of_its_switch(void **state)
{
    (void)state;
    configure_dev();
    struct call call = verbs_call(&verbs, "project switch-workspace production");
    verbs_expect(&call, 0);
    assert_non_null(strstr(call.out, "switch workspace done"));
    call_finish(&call);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(run_says_what_is_missing),
        cmocka_unit_test(run_asks_where_cancel_would),
        cmocka_unit_test(run_wants_one_profile),
        cmocka_unit_test(run_prints_the_new_task),
        cmocka_unit_test(run_waits_for_the_end_and_tells_it),
        cmocka_unit_test(project_actions_are_named_exactly),
        cmocka_unit_test(project_is_changed_only_when_asked_for),
        cmocka_unit_test(findings_are_printed_with_file_and_line),
        cmocka_unit_test(branch_is_checked_out_and_listed_as_current),
        cmocka_unit_test(workspace_is_the_argument_of_its_switch),
    };
    return cmocka_run_group_tests(tests, open_service, close_service);
}
