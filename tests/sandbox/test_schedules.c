/* Adobe's schedules: what is due when, with a clock of the test's own; and all of it over HTTP. */
#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/timefmt.h"
#include "sandbox/adobe.h"
#include "sandbox/rest_client.h"
#include "sandbox/tasks.h"

#define NOON     "2026-11-20T12:00:00Z"
#define MINUTE   INT64_C(60000)
#define INSTANTS "\"startDate\":\"2026-11-20T12:00:00Z\""

/* All that schedules need, without a service: queries are submitted, the test runs them. */
struct yard {
    struct sessions sessions;
    struct adobe adobe;
    struct tasks tasks;
    int64_t noon_ms;
};

static void yard_init(struct yard *yard)
{
    struct error err;
    sessions_init(&yard->sessions, "demo", "demo-secret", 1000, 1);
    assert_true(lake_init(&yard->adobe.lake, 1, &err));
    tasks_init(&yard->tasks, 1);
    adobe_templates_init(&yard->adobe.templates, 1);
    adobe_queries_init(&yard->adobe.queries, 1, &yard->adobe.lake, "http://localhost", 0);
    adobe_schedules_init(&yard->adobe.schedules, 1, &yard->adobe.queries, &yard->adobe.templates,
                         &yard->tasks);
    assert_true(parse_iso8601(NOON, &yard->noon_ms));
}

static void yard_finish(struct yard *yard)
{
    tasks_finish(&yard->tasks);
    adobe_schedules_finish(&yard->adobe.schedules);
    adobe_queries_finish(&yard->adobe.queries);
    adobe_templates_finish(&yard->adobe.templates);
    lake_finish(&yard->adobe.lake);
    sessions_finish(&yard->sessions);
}

/* times: members of the schedule, beside its query. Registered at noon. */
static struct adobe_schedule *add(struct yard *yard, const char *times, struct error *err)
{
    char text[512];
    snprintf(text, sizeof(text), "{\"query\":{\"sql\":\"SELECT 1\"},\"schedule\":{%s}}", times);
    struct json *body = json_parse(text, strlen(text), NULL);
    assert_non_null(body);
    struct adobe_schedule *schedule =
        adobe_schedules_add(&yard->adobe.schedules, body, &yard->sessions.accounts[0], "demo",
                            yard->noon_ms - 5 * MINUTE, err);
    json_destroy(body);
    return schedule;
}

static int64_t advance(struct yard *yard, int64_t after_noon_ms)
{
    int64_t next_ms =
        adobe_schedules_advance(&yard->adobe.schedules, yard->noon_ms + after_noon_ms);
    return next_ms == INT64_MAX ? INT64_MAX : next_ms - yard->noon_ms;
}

/* Runs what waits longest to that end. */
static void end_next(struct yard *yard, enum task_status status, int64_t after_noon_ms)
{
    int64_t at_ms = yard->noon_ms + after_noon_ms;
    struct query_task *task = tasks_start_next(&yard->tasks, NULL, at_ms);
    assert_non_null(task);
    struct result *result = status == STATUS_COMPLETE ? result_create() : NULL;
    tasks_end(&yard->tasks, task, status, result, at_ms);
}

static void rule_starts_a_query_when_it_is_due(void **state)
{
    (void)state;
    struct yard yard = {.noon_ms = 0};
    struct error err;
    yard_init(&yard);
    struct adobe_schedule *schedule = add(&yard, "\"schedule\":\"*/10 * * * *\"," INSTANTS, &err);
    assert_int_equal(schedule->state, SCHEDULE_REGISTERING);
    assert_int_equal(advance(&yard, -5 * MINUTE), -5 * MINUTE + SCHEDULE_REGISTERING_MS);
    assert_int_equal(advance(&yard, -4 * MINUTE), 0); /* startDate itself */
    assert_int_equal(schedule->state, SCHEDULE_ENABLED);
    assert_int_equal(advance(&yard, -1), 0);
    assert_int_equal(schedule->run_count, 0);
    assert_int_equal(advance(&yard, 0), 10 * MINUTE);
    assert_int_equal(schedule->run_count, 1);
    const struct adobe_run *run = TAILQ_FIRST(&schedule->runs);
    assert_false(run->is_external);
    assert_string_equal(run->query->schedule_id, schedule->id);
    assert_string_equal(run->query->schedule_run_id, run->id);
    assert_string_equal(adobe_run_word(run), "IN_PROGRESS");
    end_next(&yard, STATUS_COMPLETE, MINUTE);
    assert_string_equal(adobe_run_word(run), "SUCCESS");
    yard_finish(&yard);
}

static void runs_wait_for_those_before_them(void **state)
{
    (void)state;
    struct yard yard = {.noon_ms = 0};
    struct error err;
    yard_init(&yard);
    struct adobe_schedule *schedule =
        add(&yard, "\"schedule\":\"* * * * *\",\"maxActiveRuns\":2," INSTANTS, &err);
    for (int minute = 0; minute < 6; minute++)
        advance(&yard, minute * MINUTE);
    assert_int_equal(schedule->run_count, 3); /* two go on, one waits, later ones are left out */
    assert_int_equal(yard.tasks.queued_count, 2);
    end_next(&yard, STATUS_ERROR, 5 * MINUTE);
    advance(&yard, 5 * MINUTE + 1);
    assert_int_equal(yard.tasks.queued_count, 2);
    assert_string_equal(adobe_run_word(TAILQ_FIRST(&schedule->runs)), "FAILED");
    yard_finish(&yard);
}

static void once_is_once_even_when_it_was_long_ago(void **state)
{
    (void)state;
    struct yard yard = {.noon_ms = 0};
    struct error err;
    yard_init(&yard);
    struct adobe_schedule *schedule =
        add(&yard, "\"schedule\":\"@once\",\"startDate\":\"2020-01-01T00:00:00Z\"", &err);
    assert_int_equal(advance(&yard, 0), INT64_MAX);
    end_next(&yard, STATUS_COMPLETE, 0);
    assert_true(adobe_schedule_switch(schedule, false, "u", yard.noon_ms, &err));
    assert_true(adobe_schedule_switch(schedule, true, "u", yard.noon_ms, &err));
    advance(&yard, 24 * 60 * MINUTE);
    assert_int_equal(schedule->run_count, 1);
    yard_finish(&yard);
}

static void nothing_runs_after_the_end_or_while_disabled(void **state)
{
    (void)state;
    struct yard yard = {.noon_ms = 0};
    struct error err;
    yard_init(&yard);
    struct adobe_schedule *schedule =
        add(&yard, "\"schedule\":\"* * * * *\",\"endDate\":\"2026-11-20T13:00:00Z\"," INSTANTS,
            &err);
    assert_false(adobe_schedule_switch(schedule, false, "u", yard.noon_ms, &err));
    advance(&yard, -MINUTE);
    assert_true(adobe_schedule_switch(schedule, false, "u", yard.noon_ms, &err));
    assert_int_equal(advance(&yard, 10 * MINUTE), INT64_MAX);
    assert_false(adobe_schedule_trigger(&yard.adobe.schedules, schedule, yard.noon_ms, &err));
    assert_non_null(strstr(err.message, "disabled"));
    assert_int_equal(schedule->run_count, 0);
    assert_true(adobe_schedule_switch(schedule, true, "u", yard.noon_ms + 10 * MINUTE + 1, &err));
    assert_int_equal(advance(&yard, 10 * MINUTE + 2), 11 * MINUTE); /* what was missed is missed */
    assert_int_equal(advance(&yard, 60 * MINUTE), INT64_MAX);
    assert_int_equal(schedule->run_count, 1);
    yard_finish(&yard);
}

static void run_whose_query_cannot_be_made_fails(void **state)
{
    (void)state;
    struct yard yard = {.noon_ms = 0};
    struct error err;
    yard_init(&yard);
    struct adobe_schedule *schedule = add(&yard, "\"schedule\":\"@once\"," INSTANTS, &err);
    free(schedule->query);
    schedule->query = strdup("{\"templateId\":\"forgotten\"}");
    advance(&yard, 0);
    const struct adobe_run *run = TAILQ_FIRST(&schedule->runs);
    assert_string_equal(adobe_run_word(run), "FAILED");
    assert_string_equal(run->failure, "there is no template forgotten");
    assert_int_equal(yard.tasks.queued_count, 0);
    yard_finish(&yard);
}

static void schedules_that_make_no_sense_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *times;
        const char *words;
    } cases[] = {
        {INSTANTS, "must have schedule"},
        {"\"schedule\":\"@once\"", "must have schedule and startDate"},
        {"\"schedule\":\"@once\",\"startDate\":\"soon\"", "startDate"},
        {"\"schedule\":\"@never\"," INSTANTS, "\"@never\" is not understood"},
        {"\"schedule\":\"@once\",\"endDate\":\"2026-01-01\"," INSTANTS, "endDate"},
        {"\"schedule\":\"@once\",\"maxActiveRuns\":0," INSTANTS, "maxActiveRuns"},
    };
    struct yard yard = {.noon_ms = 0};
    yard_init(&yard);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct error err = {0};
        if (add(&yard, cases[i].times, &err) || !strstr(err.message, cases[i].words))
            fail_msg("%s: %s", cases[i].times, err.message);
    }
    assert_int_equal(yard.adobe.schedules.count, 0);
    yard_finish(&yard);
}

/* ---- over HTTP ---------------------------------------------------------------------------- */

static struct rig rig;

static int start(void **state)
{
    (void)state;
    struct sandbox_options options = rig_options();
    rig_start_adobe(&rig, &options);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    rig_stop(&rig);
    return 0;
}

/* Asks for path until the member has that value. */
static void wait_for(struct rest *rest, const char *path, const char *member, const char *wanted)
{
    int64_t deadline_ms = clock_mono_ms() + 60000;
    do
        rest_expect(rest, 200, "GET", path, NULL);
    while (strcmp(rest_string(rest, member), wanted) != 0 && clock_mono_ms() < deadline_ms);
    assert_string_equal(rest_string(rest, member), wanted);
}

/* Makes a schedule and waits until it is enabled; its address goes to path. */
static void create(struct rest *rest, const char *sql, const char *rule, char *path, size_t size)
{
    char body[512];
    snprintf(body, sizeof(body),
             "{\"query\":{\"dbName\":\"demo:all\",\"name\":\"Nightly\",\"sql\":\"%s\"},"
             "\"schedule\":{\"schedule\":\"%s\"," INSTANTS "}}",
             sql, rule);
    rest_expect(rest, 202, "POST", "/schedules", body);
    assert_string_equal(rest_string(rest, "state"), "REGISTERING");
    assert_null(json_get(rest->json, "created"));
    snprintf(path, size, "/schedules/%s", rest_string(rest, "id"));
    wait_for(rest, path, "state", "ENABLED");
}

/* The only run of a schedule, waited for; its address goes to out. */
static void find_run(struct rest *rest, const char *path, char *out, size_t size)
{
    char runs[160];
    int64_t deadline_ms = clock_mono_ms() + 60000;
    snprintf(runs, sizeof(runs), "%s/runs", path);
    do
        rest_expect(rest, 200, "GET", runs, NULL);
    while (json_count(json_get(rest->json, "runsSchedules")) == 0 && clock_mono_ms() < deadline_ms);
    const struct json *run = json_at(json_get(rest->json, "runsSchedules"), 0);
    snprintf(out, size, "%s/%s", runs, json_string(json_get(run, "id"), NULL));
}

static const char *task_of(const struct rest *rest, const char *member)
{
    const struct json *task = json_at(json_get(rest->json, "taskStatusList"), 0);
    return json_string(json_get(task, member), NULL);
}

static void due_schedule_runs_its_query(void **state)
{
    (void)state;
    struct rest *rest = &rig.rest;
    char path[128];
    char run[256];
    char list[256];
    create(rest, "SELECT id FROM users LIMIT 3", "@once", path, sizeof(path));
    find_run(rest, path, run, sizeof(run));
    wait_for(rest, run, "state", "SUCCESS");
    assert_string_equal(task_of(rest, "state"), "SUCCESS");
    assert_string_equal(task_of(rest, "message"), "Processing Succeeded");
    assert_true(json_is_string(
        json_at(json_get(rest->json, "taskStatusList"), 0) != NULL
            ? json_get(json_at(json_get(rest->json, "taskStatusList"), 0), "duration")
            : NULL));
    assert_int_equal(json_bool(json_get(rest->json, "externalTrigger")), 0);
    snprintf(list, sizeof(list),
             "/queries?property=scheduleId%%3D%%3D%s%%2CscheduleRunId%%3D%%3D%s",
             rest_string(rest, "scheduleId"), rest_string(rest, "id"));
    rest_expect(rest, 200, "GET", list, NULL);
    const struct json *query = json_at(json_get(rest->json, "queries"), 0);
    assert_int_equal(json_count(json_get(rest->json, "queries")), 1);
    assert_int_equal(json_int(json_get(query, "rowCount"), 0), 3);
    const struct json *links = json_get(query, "_links");
    assert_non_null(json_get(json_get(links, "schedule"), "id"));
    assert_non_null(json_get(json_get(links, "schedule_run"), "href"));
}

static void schedule_is_switched_triggered_and_deleted(void **state)
{
    (void)state;
    static const char disable[] =
        "{\"body\":[{\"op\":\"replace\",\"path\":\"/state\",\"value\":\"disable\"}]}";
    static const char enable[] =
        "{\"body\":[{\"op\":\"replace\",\"path\":\"/state\",\"value\":\"enable\"}]}";
    struct rest *rest = &rig.rest;
    char path[128];
    char runs[160];
    char run[256];
    create(rest, "SELECT * FROM oders", "0 3 * * *", path, sizeof(path));
    snprintf(runs, sizeof(runs), "%s/runs", path);
    rest_expect(rest, 400, "DELETE", path, NULL);
    rest_expect(rest, 400, "PATCH", path, enable);
    rest_expect(rest, 202, "POST", runs, NULL);
    find_run(rest, path, run, sizeof(run));
    wait_for(rest, run, "state", "FAILED");
    assert_string_equal(task_of(rest, "message"), "no such table: oders");
    assert_int_equal(json_bool(json_get(rest->json, "externalTrigger")), 1);
    rest_expect(rest, 202, "PATCH", run, "{\"op\":\"cancel\"}");
    rest_expect(rest, 202, "PATCH", path, disable);
    rest_expect(rest, 200, "GET", path, NULL);
    assert_string_equal(rest_string(rest, "state"), "DISABLED");
    assert_string_equal(rest_string(rest, "updatedUserId"), rest_string(rest, "userId"));
    rest_expect(rest, 400, "POST", runs, NULL);
    rest_expect(rest, 202, "PATCH", path,
                "{\"body\":[{\"op\":\"replace\",\"path\":\"/schedule/schedule\","
                "\"value\":\"0 4 * * *\"}]}");
    rest_expect(rest, 400, "PATCH", path, "{\"op\":\"enable\"}");
    rest_expect(rest, 200, "GET", path, NULL);
    assert_string_equal(json_string(json_get(json_get(rest->json, "schedule"), "schedule"), NULL),
                        "0 4 * * *");
    rest_expect(rest, 202, "DELETE", path, NULL);
    rest_expect(rest, 404, "GET", path, NULL);
    rest_expect(rest, 404, "GET", run, NULL);
    rest_expect(rest, 404, "POST", runs, NULL);
}

static void run_is_cancelled_with_its_query(void **state)
{
    (void)state;
    struct rig slow;
    struct sandbox_options options = rig_options();
    char path[128];
    char run[256];
    options.workers = 1;
    options.speed = 1;
    rig_start_adobe(&slow, &options);
    create(&slow.rest, "SELECT COUNT(*) FROM users", "@once", path, sizeof(path));
    find_run(&slow.rest, path, run, sizeof(run));
    rest_expect(&slow.rest, 400, "PATCH", run, "{\"op\":\"explode\"}");
    rest_expect(&slow.rest, 202, "PATCH", run, "{\"op\":\"cancel\"}");
    wait_for(&slow.rest, run, "state", "FAILED");
    rest_expect(&slow.rest, 200, "GET", "/queries", NULL);
    const struct json *query = json_at(json_get(slow.rest.json, "queries"), 0);
    assert_string_equal(json_string(json_get(query, "state"), NULL), "KILLED");
    rig_stop(&slow);
}

static void lists_narrow_and_page(void **state)
{
    (void)state;
    struct rest *rest = &rig.rest;
    char path[128];
    char list[256];
    create(rest, "SELECT 1", "0 3 * * *", path, sizeof(path));
    create(rest, "SELECT 2", "0 3 * * *", path, sizeof(path));
    rest_expect(rest, 200, "GET", "/schedules?limit=1", NULL);
    assert_int_equal(json_count(json_get(rest->json, "schedules")), 1);
    /* Here the description has the address itself where other lists have an object. */
    const char *next = json_string(json_get(json_get(rest->json, "_links"), "next"), NULL);
    assert_non_null(strstr(next, "/schedules?orderby=-created&start="));
    rest_expect(rest, 200, "GET", "/schedules?property=created%3E2099-01-01", NULL);
    assert_int_equal(json_count(json_get(rest->json, "schedules")), 0);
    rest_expect(rest, 200, "GET", "/schedules?property=userId%3D%3Dnobody", NULL);
    assert_int_equal(json_count(json_get(rest->json, "schedules")), 0);
    rest_expect(rest, 400, "GET", "/schedules?property=state%3D%3DENABLED", NULL);
    snprintf(list, sizeof(list), "%s/runs", path);
    rest_expect(rest, 202, "POST", list, NULL);
    snprintf(list, sizeof(list), "%s/runs?property=externalTrigger%%3D%%3Dfalse", path);
    rest_expect(rest, 200, "GET", list, NULL);
    assert_int_equal(json_count(json_get(rest->json, "runsSchedules")), 0);
    snprintf(list, sizeof(list), "%s/runs?property=externalTrigger%%3D%%3Dtrue", path);
    rest_expect(rest, 200, "GET", list, NULL);
    assert_int_equal(json_count(json_get(rest->json, "runsSchedules")), 1);
    rest_expect(rest, 404, "GET", "/schedules/unheard-of/runs", NULL);
}

static void bad_queries_are_not_scheduled(void **state)
{
    (void)state;
    rest_expect(&rig.rest, 400, "POST", "/schedules",
                "{\"query\":{\"sql\":\"SELEC\"},\"schedule\":{\"schedule\":\"@once\"," INSTANTS
                "}}");
    assert_non_null(strstr(rest_string(&rig.rest, "message"), "syntax error"));
    rest_expect(&rig.rest, 400, "POST", "/schedules", "{}");
}

static void connection_parameters_hold_the_caller_s_token(void **state)
{
    (void)state;
    struct rest *rest = &rig.rest;
    rest_expect(rest, 200, "GET", "/connection_parameters", NULL);
    assert_string_equal(rest_string(rest, "token"), rest->token);
    assert_string_equal(rest_string(rest, "username"), "DEMO@AdobeOrg");
    assert_string_equal(rest_string(rest, "dbName"), "demo:all");
    assert_int_equal(json_int(json_get(rest->json, "port"), 0), 80);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rule_starts_a_query_when_it_is_due),
        cmocka_unit_test(runs_wait_for_those_before_them),
        cmocka_unit_test(once_is_once_even_when_it_was_long_ago),
        cmocka_unit_test(nothing_runs_after_the_end_or_while_disabled),
        cmocka_unit_test(run_whose_query_cannot_be_made_fails),
        cmocka_unit_test(schedules_that_make_no_sense_are_refused),
        cmocka_unit_test(due_schedule_runs_its_query),
        cmocka_unit_test(schedule_is_switched_triggered_and_deleted),
        cmocka_unit_test(run_is_cancelled_with_its_query),
        cmocka_unit_test(lists_narrow_and_page),
        cmocka_unit_test(bad_queries_are_not_scheduled),
        cmocka_unit_test(connection_parameters_hold_the_caller_s_token),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
