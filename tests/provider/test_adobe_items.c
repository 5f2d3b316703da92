/* Adobe Query Service: templates, schedules, their runs, and how to connect with psql. */
#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/exchange.h"

#define HEADERS                       \
    "Accept: application/json\n"      \
    "x-api-key: abc\n"                \
    "x-gw-ims-org-id: ABC@AdobeOrg\n" \
    "x-sandbox-name: dev\n"           \
    "Authorization: Bearer tok-1\n"
#define BASE   "https://acme.example"
#define OBJECT "Content-Type: application/json\n\n"

#define TEMPLATE(id, name)                                                                \
    "{\"id\":\"" id "\",\"name\":\"" name "\",\"sql\":\"SELECT 1\\n WHERE a = $a\","      \
    "\"queryParameters\":{\"a\":\"1\",\"b\":2},\"updated\":\"2026-09-21T13:00:00.000Z\"," \
    "\"lastUpdatedBy\":\"ana\",\"userId\":\"bo\"}"
#define SCHEDULE(id, name, state)                                                               \
    "{\"id\":\"" id "\",\"state\":\"" state "\",\"query\":{\"name\":\"" name                    \
    "\",\"sql\":\"SELECT 2\",\"dbName\":\"dev:all\"},\"schedule\":{\"schedule\":\"0 3 * * *\"," \
    "\"startDate\":\"2026-01-01\"},\"updated\":\"1790000000000\",\"userId\":\"bo\"}"
#define TEMPLATES(items, links) "{\"templates\":[" items "],\"_links\":{" links "}}"
#define SCHEDULES(items)        "{\"schedules\":[" items "],\"_links\":{}}"
#define CONNECTION                                                                    \
    "{\"host\":\"dev.example\",\"port\":80,\"username\":\"ABC@AdobeOrg\",\"dbName\":" \
    "\"dev:all\",\"token\":\"s3cret\",\"compressedToken\":\"s4cret\",\"version\":1}"
#define RUN(id, state, more) \
    "{\"id\":\"" id "\",\"state\":\"" state "\",\"created\":\"2026-09-21T03:00:00.000Z\"" more "}"

static int set_up(void **state)
{
    struct exchange *x = calloc(1, sizeof(*x));
    exchange_init(x, "adobe");
    exchange_login(x);
    *state = x;
    return 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, exchange_tear_down)

/* Two templates in two pages, a schedule in the state, a connection. */
static const struct item_list *read_items(struct exchange *x, const char *schedules,
                                          const char *connection)
{
    static const char more[] =
        TEMPLATES(TEMPLATE("t1", "weekly"),
                  "\"next\":{\"href\":\"https://evil.example/x?start=2026-09-20\"}");
    static const char last[] = TEMPLATES(TEMPLATE("t1", "weekly") "," TEMPLATE("t2", "daily"), "");
    exchange_begin(x, OP_ITEMS, NULL);
    assert_request(x, "GET " BASE "/query-templates?orderby=-updated&limit=100\n" HEADERS);
    assert_int_equal(exchange_answer(x, 200, "application/json", more, strlen(more)), STEP_AGAIN);
    assert_request(x, "GET " BASE
                      "/query-templates?orderby=-updated&limit=100&start=2026-09-20\n" HEADERS);
    assert_int_equal(exchange_answer(x, 200, "application/json", last, strlen(last)), STEP_AGAIN);
    assert_request(x, "GET " BASE "/schedules?orderby=-created&limit=100\n" HEADERS);
    assert_int_equal(exchange_answer(x, 200, "application/json", schedules, strlen(schedules)),
                     STEP_AGAIN);
    assert_request(x, "GET " BASE "/connection_parameters\n" HEADERS);
    assert_int_equal(exchange_answer(x, 200, "application/json", connection, strlen(connection)),
                     STEP_DONE);
    return x->batch.items;
}

static void templates_schedules_and_connection_are_listed_by_name(void **state)
{
    struct exchange *x = *state;
    const struct item_list *list =
        read_items(x, SCHEDULES(SCHEDULE("s1", "nightly", "ENABLED")), CONNECTION);
    assert_int_equal(list->item_count, 4);
    assert_string_equal(list->place, "sandbox");
    assert_string_equal(list->workspace, "dev");
    assert_false(list->is_cut);
    assert_string_equal(list->items[0].name, "daily");
    const struct item *weekly = item_list_find(list, ITEM_TEMPLATE, "t1");
    assert_string_equal(weekly->sql, "SELECT 1\n WHERE a = $a");
    assert_string_equal(weekly->owner, "ana");
    assert_int_equal(weekly->parameter_count, 2);
    assert_string_equal(weekly->parameters[1].name, "b");
    assert_string_equal(weekly->parameters[1].value, "2");
    const struct item *nightly = item_list_find(list, ITEM_SCHEDULE, "s1");
    assert_string_equal(nightly->name, "nightly");
    assert_string_equal(nightly->timing, "0 3 * * *");
    assert_int_equal(nightly->changed_ms, TEST_NOW_MS);
}

static void the_state_of_a_schedule_says_what_it_refuses(void **state)
{
    static const struct {
        const char *schedules;
        bool enable, disable, trigger;
    } cases[] = {
        {SCHEDULES(SCHEDULE("s1", "n", "enabled")), false, true, true},
        {SCHEDULES(SCHEDULE("s1", "n", "DISABLED")), true, false, false},
        {SCHEDULES(SCHEDULE("s1", "n", "REGISTERING")), false, false, false},
        {SCHEDULES(SCHEDULE("s1", "n", "QUARANTINED")), true, true, true},
    };
    struct exchange *x = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct item *item =
            item_list_find(read_items(x, cases[i].schedules, CONNECTION), ITEM_SCHEDULE, "s1");
        assert_int_equal(item_allows(item, ACTION_ENABLE, NULL), cases[i].enable);
        assert_int_equal(item_allows(item, ACTION_DISABLE, NULL), cases[i].disable);
        assert_int_equal(item_allows(item, ACTION_TRIGGER, NULL), cases[i].trigger);
    }
}

static void the_psql_line_asks_for_the_password_and_holds_none(void **state)
{
    struct exchange *x = *state;
    const struct item_list *list = read_items(x, SCHEDULES(""), CONNECTION);
    const struct item *connection = item_list_find(list, ITEM_CONNECTION, "dev:all");
    assert_string_equal(connection->command,
                        "psql \"sslmode=require host=dev.example port=80 dbname=dev:all "
                        "user=ABC@AdobeOrg\" -W");
    for (size_t i = 0; i < connection->field_count; i++) {
        const char *value = connection->fields[i].value;
        assert_true(!value || !strstr(value, "cret"));
    }
}

static void what_a_shell_would_take_for_more_makes_no_line(void **state)
{
    struct exchange *x = *state;
    const struct item_list *list =
        read_items(x, SCHEDULES(""),
                   "{\"host\":\"a$(rm -rf ~)\",\"dbName\":\"d\",\"username\":\"u\"}");
    const struct item *connection = item_list_find(list, ITEM_CONNECTION, "d");
    assert_null(connection->command);
    assert_non_null(strstr(connection->note, "no psql line"));
}

static void what_is_refused_does_not_hide_the_rest(void **state)
{
    struct exchange *x = *state;
    exchange_begin(x, OP_ITEMS, NULL);
    assert_int_equal(exchange_leg(x, 403, "{\"message\":\"no right\"}"), STEP_AGAIN);
    assert_int_equal(exchange_leg(x, 200, SCHEDULES(SCHEDULE("s1", "n", "ENABLED"))), STEP_AGAIN);
    assert_int_equal(exchange_leg(x, 404, ""), STEP_DONE);
    assert_int_equal(x->batch.items->item_count, 1);
    assert_non_null(strstr(x->batch.items->error.message, "the templates: no right (403)"));
}

static void a_plea_to_slow_down_leaves_what_was_known(void **state)
{
    struct exchange *x = *state;
    exchange_begin(x, OP_ITEMS, NULL);
    assert_int_equal(exchange_leg(x, 200, TEMPLATES(TEMPLATE("t1", "w"), "")), STEP_AGAIN);
    assert_int_equal(exchange_leg(x, 429, ""), STEP_FAILED);
    assert_error(x, ERR_LIMITED, "the schedules");
    assert_null(x->batch.items);
    exchange_begin(x, OP_ITEMS, NULL);
    assert_int_equal(exchange_leg(x, 401, ""), STEP_LOGIN);
}

/* --- runs --------------------------------------------------------------------------------------
 */

static void begin_on(struct exchange *x, enum op op, enum action_kind action, const char *argument)
{
    exchange_begin(x, op, NULL);
    x->job.item_id = "s1";
    x->job.action = action;
    x->job.argument = argument;
}

static void runs_tell_their_state_and_whether_they_can_be_cancelled(void **state)
{
    struct exchange *x = *state;
    begin_on(x, OP_PARTS, 0, NULL);
    assert_request(x, "GET " BASE "/schedules/s1/runs?orderby=-created&limit=100\n" HEADERS);
    assert_int_equal(
        exchange_leg(x, 200,
                     "{\"runsSchedules\":[" RUN(
                         "r2", "IN_PROGRESS",
                         ",\"externalTrigger\":\"true\"") "," RUN("r1", "success",
                                                                  ",\"externalTrigger\":"
                                                                  "false") "],"
                                                                           "\"_links\":{"
                                                                           "\"next\":\"/"
                                                                           "x?start=2026-09-"
                                                                           "20\"}}"),
        STEP_AGAIN);
    assert_int_equal(exchange_leg(x, 200, "{\"runsSchedules\":[" RUN("r1", "success", "") "]}"),
                     STEP_DONE);
    const struct item_list *runs = x->batch.parts;
    assert_string_equal(runs->item_id, "s1");
    assert_int_equal(runs->item_count, 2);
    assert_string_equal(runs->items[0].note, "triggered by hand");
    assert_int_equal(runs->items[0].denied, 0);
    assert_null(runs->items[1].note);
    assert_int_equal(runs->items[1].denied, 1u << ACTION_CANCEL_RUN);
}

static void a_run_is_read_with_its_tasks_and_its_queries(void **state)
{
    struct exchange *x = *state;
    begin_on(x, OP_ITEM, ACTION_READ_RUN, "r1");
    assert_request(x, "GET " BASE "/schedules/s1/runs/r1\n" HEADERS);
    assert_int_equal(
        exchange_leg(x, 200,
                     RUN("r1", "FAILED",
                         ",\"taskStatusList\":[{\"taskId\":\"a\",\"state\":\"FAILED\",\"duration\":"
                         "\"12\",\"message\":\"no table\"},{\"state\":\"QUEUED\"}]")),
        STEP_AGAIN);
    assert_request(x,
                   "GET " BASE "/queries?orderby=-created&limit=100&excludeHidden=false&property="
                   "scheduleId%3D%3Ds1%2CscheduleRunId%3D%3Dr1\n" HEADERS);
    assert_int_equal(
        exchange_leg(
            x, 200,
            "{\"queries\":[{\"id\":\"q1\",\"state\":\"FAILED\",\"_links\":{\"schedule_run\":"
            "{\"id\":\"r1\"}}}]}"),
        STEP_DONE);
    assert_string_equal(x->batch.words, "FAILED, 1 query");
    assert_int_equal(x->batch.report->finding_count, 2);
    assert_string_equal(x->batch.report->findings[0].message, "task a FAILED in 12s: no table");
    assert_int_equal(x->batch.report->findings[0].level, FINDING_ERROR);
    assert_int_equal(x->batch.report->findings[1].level, FINDING_NOTE);
    assert_text(only_task(x), TASK_RUN_ID, "r1");
}

/* --- what changes something --------------------------------------------------------------------
 */

static void schedules_and_runs_are_changed_as_adobe_wants_it(void **state)
{
    static const struct {
        enum action_kind action;
        const char *argument;
        const char *request;
    } cases[] = {
        {ACTION_ENABLE, NULL,
         "PATCH " BASE "/schedules/s1\n" HEADERS OBJECT
         "{\"body\":[{\"op\":\"replace\",\"path\":\"/state\",\"value\":\"enable\"}]}"},
        {ACTION_DISABLE, NULL,
         "PATCH " BASE "/schedules/s1\n" HEADERS OBJECT
         "{\"body\":[{\"op\":\"replace\",\"path\":\"/state\",\"value\":\"disable\"}]}"},
        {ACTION_TRIGGER, NULL, "POST " BASE "/schedules/s1/runs\n" HEADERS},
        {ACTION_CANCEL_RUN, "r1",
         "PATCH " BASE "/schedules/s1/runs/r1\n" HEADERS OBJECT "{\"op\":\"cancel\"}"},
    };
    struct exchange *x = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        begin_on(x, OP_ITEM, cases[i].action, cases[i].argument);
        assert_request(x, cases[i].request);
        assert_int_equal(exchange_answer(x, 202, "application/json", "", 0), STEP_DONE);
        assert_string_equal(x->batch.words, "");
        begin_on(x, OP_ITEM, cases[i].action, cases[i].argument);
        assert_int_equal(exchange_leg(x, 400, "{\"message\":\"already so\",\"statusCode\":400}"),
                         STEP_FAILED);
        assert_error(x, ERR_NO, "already so");
    }
}

static void ids_that_lead_elsewhere_are_not_sent(void **state)
{
    struct exchange *x = *state;
    begin_on(x, OP_ITEM, ACTION_CANCEL_RUN, "../../queries");
    assert_false(exchange_build(x));
    begin_on(x, OP_PARTS, 0, NULL);
    x->job.item_id = "..";
    assert_false(exchange_build(x));
    begin_on(x, OP_ITEM, ACTION_DEPLOY, NULL);
    assert_false(exchange_build(x));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(templates_schedules_and_connection_are_listed_by_name),
        TEST(the_state_of_a_schedule_says_what_it_refuses),
        TEST(the_psql_line_asks_for_the_password_and_holds_none),
        TEST(what_a_shell_would_take_for_more_makes_no_line),
        TEST(what_is_refused_does_not_hide_the_rest),
        TEST(a_plea_to_slow_down_leaves_what_was_known),
        TEST(runs_tell_their_state_and_whether_they_can_be_cancelled),
        TEST(a_run_is_read_with_its_tasks_and_its_queries),
        TEST(schedules_and_runs_are_changed_as_adobe_wants_it),
        TEST(ids_that_lead_elsewhere_are_not_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
