#include "support/testing.h"

#include <string.h>

#include "provider/exchange.h"

#define BASE    "https://acme.example/api/4.0"
#define HEADERS "Accept: application/json\nAuthorization: token tok-1\n"
#define JSON    "Content-Type: application/json\n\n"

static void begin(struct exchange *x, enum action_kind action, const char *argument)
{
    exchange_begin(x, OP_ITEM, NULL);
    x->job.action = action;
    x->job.item_id = "my shop";
    x->job.argument = argument;
}

/* --- branches ----------------------------------------------------------------------------------
 */

static void begin_branches(struct exchange *x)
{
    exchange_begin(x, OP_PARTS, NULL);
    x->job.item_id = "shop";
}

static void branches_are_listed_with_the_current_one_marked(void **state)
{
    struct exchange *x = *state;
    begin_branches(x);
    assert_request(x, "GET " BASE "/projects/shop/git_branch\n" HEADERS);
    assert_int_equal(exchange_leg(x, 200, "{\"name\":\"dev-ana\"}"), STEP_AGAIN);
    assert_request(x, "GET " BASE "/projects/shop/git_branches\n" HEADERS);
    assert_int_equal(
        exchange_leg(
            x, 200,
            "[{\"name\":\"main\",\"is_production\":true,\"readonly\":true},{\"name\":null},"
            "{\"name\":\"dev-ana\",\"remote_name\":\"dev-ana\",\"owner_name\":\"Ana\","
            "\"personal\":true,\"ahead_count\":2,\"behind_count\":\"1\","
            "\"commit_at\":1580852037,\"error\":\"bad \\u001b\"}]"),
        STEP_DONE);
    const struct item_list *list = x->batch.parts;
    assert_string_equal(list->item_id, "shop");
    assert_int_equal(list->item_count, 2);
    const struct item *main_branch = &list->items[0];
    const struct item *dev = &list->items[1];
    assert_true(main_branch->is_production && main_branch->is_read_only);
    assert_false(main_branch->is_current || main_branch->is_personal);
    assert_true(main_branch->ahead == UNKNOWN && main_branch->changed_ms == UNKNOWN);
    assert_true(dev->is_current && dev->is_personal);
    assert_string_equal(dev->owner, "Ana");
    assert_string_equal(dev->note, "bad \xe2\x90\x9b");
    assert_int_equal(dev->ahead, 2);
    assert_int_equal(dev->behind, 1);
    assert_int_equal(dev->changed_ms, 1580852037000);
    assert_int_equal(list->fetched_ms, TEST_NOW_MS);
}

static void branches_are_listed_though_none_is_checked_out(void **state)
{
    struct exchange *x = *state;
    begin_branches(x);
    assert_int_equal(exchange_leg(x, 404, "<html>"), STEP_AGAIN);
    assert_int_equal(exchange_leg(x, 200, "[{\"name\":\"main\"}]"), STEP_DONE);
    assert_false(x->batch.parts->items[0].is_current);
    begin_branches(x);
    assert_int_equal(exchange_leg(x, 429, ""), STEP_FAILED);
    assert_error(x, ERR_LIMITED, "the branch");
}

/* --- actions -----------------------------------------------------------------------------------
 */

static void actions_ask_what_they_should(void **state)
{
    struct exchange *x = *state;
    static const struct {
        enum action_kind action;
        const char *argument;
        const char *request;
    } cases[] = {
        {ACTION_SWITCH_WORKSPACE, "dev",
         "PATCH " BASE "/session\n" HEADERS JSON "{\"workspace_id\":\"dev\"}"},
        {ACTION_CHECKOUT, "a/\"b",
         "PUT " BASE "/projects/my%20shop/git_branch\n" HEADERS JSON "{\"name\":\"a/\\\"b\"}"},
        {ACTION_TEST_GIT, NULL, "GET " BASE "/projects/my%20shop/git_connection_tests\n" HEADERS},
        {ACTION_VALIDATE, NULL, "POST " BASE "/projects/my%20shop/validate\n" HEADERS},
        {ACTION_RESET_TO_PRODUCTION, NULL,
         "POST " BASE "/projects/my%20shop/reset_to_production\n" HEADERS},
        {ACTION_RESET_TO_REMOTE, NULL,
         "POST " BASE "/projects/my%20shop/reset_to_remote\n" HEADERS},
        {ACTION_DEPLOY, NULL, "POST " BASE "/projects/my%20shop/deploy_to_production\n" HEADERS},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        begin(x, cases[i].action, cases[i].argument);
        assert_request(x, cases[i].request);
        assert_true(x->request.timeout_ms >= 60000);
    }
}

static void nothing_is_asked_without_a_target(void **state)
{
    struct exchange *x = *state;
    static const char *const no_projects[] = {NULL, "", ".", ".."};
    begin(x, ACTION_CHECKOUT, "");
    assert_false(exchange_build(x));
    assert_error(x, ERR_USAGE, "to which one");
    begin(x, ACTION_CANCEL, NULL);
    assert_false(exchange_build(x));
    for (size_t i = 0; i < sizeof(no_projects) / sizeof(no_projects[0]); i++) {
        begin(x, ACTION_DEPLOY, NULL);
        x->job.item_id = no_projects[i];
        assert_false(exchange_build(x));
        assert_error(x, ERR_NO, "no project");
    }
}

static void empty_answers_are_enough_for_resets_and_deploy(void **state)
{
    struct exchange *x = *state;
    static const enum action_kind actions[] = {ACTION_RESET_TO_PRODUCTION, ACTION_RESET_TO_REMOTE,
                                               ACTION_DEPLOY};
    for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
        begin(x, actions[i], NULL);
        assert_int_equal(exchange_leg(x, 204, ""), STEP_DONE);
        begin(x, actions[i], NULL);
        assert_int_equal(exchange_leg(x, 422, "{\"message\":\"Not in production\"}"), STEP_FAILED);
        assert_error(x, ERR_NO, "Not in production (422)");
        begin(x, actions[i], NULL);
        assert_int_equal(exchange_leg(x, 404, "<html>"), STEP_FAILED);
        assert_error(x, ERR_NO, "or this account may not do it (404)");
    }
}

static void switched_workspace_is_entered_at_each_login(void **state)
{
    struct exchange *x = *state;
    begin(x, ACTION_SWITCH_WORKSPACE, "dev");
    assert_int_equal(exchange_leg(x, 200, "{\"workspace_id\":\"dev\"}"), STEP_DONE);
    assert_string_equal(x->batch.workspace, "dev");
    assert_string_equal(x->batch.words, "in dev now");
    exchange_begin(x, OP_LOGIN, NULL);
    exchange_leg(x, 200, "{\"access_token\":\"tok-1\"}");
    exchange_leg(x, 200, "{\"id\":\"1\"}");
    assert_request(x, "PATCH " BASE "/session\n" HEADERS JSON "{\"workspace_id\":\"dev\"}");
}

static void checkout_says_where_it_is(void **state)
{
    struct exchange *x = *state;
    begin(x, ACTION_CHECKOUT, "dev-ana");
    assert_int_equal(exchange_leg(x, 200, "{\"name\":\"dev-ana\"}"), STEP_DONE);
    assert_string_equal(x->batch.words, "on branch dev-ana now");
}

static void validation_is_reported_with_file_and_line(void **state)
{
    struct exchange *x = *state;
    begin(x, ACTION_VALIDATE, NULL);
    assert_int_equal(
        exchange_leg(x, 200,
                     "{\"errors\":[{\"severity\":\"fatal\",\"message\":\"no such view\","
                     "\"file_path\":\"shop.model.lkml\",\"line_number\":12},"
                     "{\"severity\":\"warning\",\"message\":\"odd\",\"line_number\":-1},"
                     "{\"severity\":\"warning\",\"sanitized_message\":\"odder\"}],"
                     "\"models_not_validated\":[{\"name\":\"old\"}],\"computation_time\":\"1.3\"}"),
        STEP_DONE);
    const struct item_report *report = x->batch.report;
    assert_string_equal(report->summary, "1 error, 2 warnings in 1.3s");
    assert_string_equal(x->batch.words, report->summary);
    assert_string_equal(report->item_id, "my shop");
    assert_int_equal(report->finding_count, 4);
    assert_int_equal(report->findings[0].level, FINDING_ERROR);
    assert_string_equal(report->findings[0].message, "no such view");
    assert_string_equal(report->findings[0].file, "shop.model.lkml");
    assert_int_equal(report->findings[0].line, 12);
    assert_null(report->findings[1].file);
    assert_int_equal(report->findings[1].line, 0);
    assert_string_equal(report->findings[2].message, "odder");
    assert_int_equal(report->findings[3].level, FINDING_NOTE);
    assert_string_equal(report->findings[3].message, "model old was not validated");
    begin(x, ACTION_VALIDATE, NULL);
    assert_int_equal(exchange_leg(x, 200, "{\"errors\":[]}"), STEP_DONE);
    assert_string_equal(x->batch.report->summary, "no errors");
}

static void git_tests_are_run_one_after_the_other(void **state)
{
    struct exchange *x = *state;
    begin(x, ACTION_TEST_GIT, NULL);
    assert_int_equal(exchange_leg(x, 200,
                                  "[{\"id\":\"a b\",\"description\":\"Host is there\"},"
                                  "{\"id\":\"..\"},{\"id\":\"w\",\"description\":\"May write\"}]"),
                     STEP_AGAIN);
    assert_request(x, "GET " BASE "/projects/my%20shop/git_connection_tests/a%20b\n" HEADERS);
    assert_int_equal(exchange_leg(x, 200, "{\"status\":\"pass\"}"), STEP_AGAIN);
    assert_int_equal(exchange_leg(x, 200, "{\"status\":\"fail\",\"message\":\"denied\"}"),
                     STEP_DONE);
    const struct item_report *report = x->batch.report;
    assert_string_equal(report->summary, "1 of 2 tests failed");
    assert_int_equal(report->kind, ACTION_TEST_GIT);
    assert_int_equal(report->findings[0].level, FINDING_OK);
    assert_string_equal(report->findings[0].message, "Host is there");
    assert_int_equal(report->findings[1].level, FINDING_ERROR);
    assert_string_equal(report->findings[1].message, "May write: denied");
    begin(x, ACTION_TEST_GIT, NULL);
    assert_int_equal(exchange_leg(x, 200, "[]"), STEP_DONE);
    assert_string_equal(x->batch.words, "this project has no git connection tests");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOOKER_TEST(branches_are_listed_with_the_current_one_marked),
        LOOKER_TEST(branches_are_listed_though_none_is_checked_out),
        LOOKER_TEST(actions_ask_what_they_should),
        LOOKER_TEST(nothing_is_asked_without_a_target),
        LOOKER_TEST(empty_answers_are_enough_for_resets_and_deploy),
        LOOKER_TEST(switched_workspace_is_entered_at_each_login),
        LOOKER_TEST(checkout_says_where_it_is),
        LOOKER_TEST(validation_is_reported_with_file_and_line),
        LOOKER_TEST(git_tests_are_run_one_after_the_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
