/* What Looker's `can` takes away, of tasks and of projects. */
#include "support/testing.h"

#include <stdio.h>

#include "provider/exchange.h"

#define ID "a607517addb9d3159300ee61d314e40e"

#define RIGHTS (TASK_CAN_CANCEL | TASK_CAN_RETRY | TASK_CAN_RESULTS)

#define ROW(can, query_can)                                                                   \
    "[{\"query_task_id\":\"" ID "\",\"status\":\"running\",\"query_id\":\"q5\",\"can\":{" can \
    "},\"query\":{\"id\":\"q5\",\"can\":{" query_can "}}}]"

static unsigned rights_of_row(struct exchange *x, const char *row)
{
    exchange_begin(x, OP_LIST, NULL);
    assert_int_equal(exchange_leg(x, 200, row), STEP_DONE);
    return only_task(x)->flags & RIGHTS;
}

static void what_can_denies_may_not_be_done(void **state)
{
    struct exchange *x = *state;
    static const struct {
        const char *row;
        unsigned denied;
    } cases[] = {
        {ROW("", ""), 0},
        {ROW("\"show\":false", "\"download\":false"), 0},
        {ROW("\"stop\":true", "\"run\":true"), 0},
        {ROW("\"stop\":false", ""), TASK_CAN_CANCEL},
        {ROW("\"kill\":false", ""), TASK_CAN_CANCEL},
        {ROW("", "\"run\":false"), TASK_CAN_RETRY},
        {ROW("", "\"see_results\":false"), TASK_CAN_RESULTS},
        {ROW("\"stop\":false", "\"run\":false,\"see_results\":false"), RIGHTS},
        {ROW("\"stop\":null", "\"run\":\"no\""), 0}, /* no word that says no */
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(rights_of_row(x, cases[i].row), RIGHTS & ~cases[i].denied);
}

/* The query task says nothing of stopping: what the list denied stays denied. */
static void what_was_denied_stays_denied(void **state)
{
    struct exchange *x = *state;
    exchange_begin(x, OP_LIST, NULL);
    exchange_leg(x, 200, ROW("\"stop\":false", ""));
    struct task *task = task_ref(only_task(x));
    exchange_begin(x, OP_FATE, task);
    exchange_leg(x, 200, "{\"status\":\"running\",\"query_id\":\"q5\"}");
    assert_int_equal(only_task(x)->flags & RIGHTS, TASK_CAN_RETRY | TASK_CAN_RESULTS);
    exchange_begin(x, OP_FATE, task);
    exchange_leg(x, 200, "{\"status\":\"complete\",\"can\":{\"see_results\":false}}");
    assert_int_equal(only_task(x)->flags & RIGHTS, TASK_CAN_RETRY);
    task_unref(task);
}

/* One that was only named, as by --watch-task, had no rights told: it gets the usual ones. */
static void what_was_never_told_is_not_denied(void **state)
{
    struct exchange *x = *state;
    struct task *task = exchange_task(ID, TASK_UNKNOWN, NULL);
    task->flags = 0;
    exchange_begin(x, OP_FATE, task);
    exchange_leg(x, 200, "{\"status\":\"running\",\"query_id\":\"q5\"}");
    assert_int_equal(only_task(x)->flags & RIGHTS, RIGHTS);
    task_unref(task);
}

/* ---- projects ---- */

static const struct item *project_with(struct exchange *x, const char *can)
{
    char projects[256];
    snprintf(projects, sizeof(projects),
             "[{\"id\":\"f\",\"name\":\"Finance\",\"uses_git\":true,\"can\":{%s}}]", can);
    exchange_login(x); /* models are asked for once after each */
    exchange_begin(x, OP_ITEMS, NULL);
    exchange_leg(x, 200, "{\"workspace_id\":\"dev\"}");
    exchange_leg(x, 200, "[]");
    exchange_leg(x, 200, projects);
    exchange_leg(x, 403, "");
    assert_int_equal(exchange_leg(x, 200, "{\"git_status\":\"clean\"}"), STEP_DONE);
    return &x->batch.items->items[0];
}

static bool allows(const struct item *project, enum action_kind kind)
{
    struct error err = {0};
    return item_allows(project, kind, &err);
}

static void project_that_may_not_be_deployed_says_so(void **state)
{
    struct exchange *x = *state;
    struct error err = {0};
    const struct item *project = project_with(x, "\"show\":true,\"deploy\":false");
    assert_false(item_allows(project, ACTION_DEPLOY, &err));
    assert_string_equal(err.message,
                        "deploy to production: the service does not allow it for this project");
    assert_true(allows(project, ACTION_CHECKOUT));
    assert_true(allows(project, ACTION_VALIDATE));
}

static void who_may_not_develop_changes_nothing(void **state)
{
    struct exchange *x = *state;
    const struct item *project = project_with(x, "\"develop\":false");
    assert_false(allows(project, ACTION_CHECKOUT));
    assert_false(allows(project, ACTION_RESET_TO_REMOTE));
    assert_false(allows(project, ACTION_RESET_TO_PRODUCTION));
    assert_true(allows(project, ACTION_TEST_GIT));
    project = project_with(x, "");
    for (enum action_kind kind = ACTION_CHECKOUT; kind <= ACTION_DEPLOY; kind++)
        assert_true(allows(project, kind));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOOKER_TEST(what_can_denies_may_not_be_done),
        LOOKER_TEST(what_was_denied_stays_denied),
        LOOKER_TEST(what_was_never_told_is_not_denied),
        LOOKER_TEST(project_that_may_not_be_deployed_says_so),
        LOOKER_TEST(who_may_not_develop_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
