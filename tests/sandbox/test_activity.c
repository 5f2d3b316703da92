/* system__activity/history: the past, asked for like any other query. */
#include "support/testing.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "sandbox/rest_client.h"

#define RUN           "/queries/run/json"
#define HISTORY(rest) "{\"model\":\"system__activity\",\"view\":\"history\"," rest "}"
#define ALL                                                                                      \
    HISTORY(                                                                                     \
        "\"fields\":[\"history.id\",\"history.slug\",\"history.status\","                        \
        "\"history.source\",\"history.runtime\",\"history.created_time\","                       \
        "\"history.completed_time\",\"query.id\",\"query.slug\",\"query.model\",\"user.name\"]," \
        "\"filters\":{\"history.created_date\":\"4 hours\"},"                                    \
        "\"sorts\":[\"history.id desc\"],\"limit\":\"5000\"")
#define STATUS_QUERY \
    "{\"model\":\"shop\",\"view\":\"orders\",\"fields\":[\"orders.status\",\"orders.count\"]}"

static struct rig rig;

/* No workers: what is asked here must not need any. */
static int start(void **state)
{
    (void)state;
    struct sandbox_options options = rig_options();
    options.workers = 0;
    options.tasks = 120;
    rig_start(&rig, &options);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    rig_stop(&rig);
    return 0;
}

static const char *text(const struct json *row, const char *key)
{
    return json_string(json_get(row, key), NULL);
}

static void past_is_told_with_plausible_runtimes(void **state)
{
    (void)state;
    size_t query_count = 0;
    rest_expect(&rig.rest, 200, "POST", RUN, ALL);
    assert_true(json_count(rig.rest.json) > 100);
    for (size_t i = 0; i < json_count(rig.rest.json); i++) {
        const struct json *row = json_at(rig.rest.json, i);
        double runtime = json_double(json_get(row, "history.runtime"), -1);
        assert_true(runtime > 0.01 && runtime < 300);
        assert_int_equal(strlen(text(row, "history.slug")), 16);
        assert_true(
            strcmp(text(row, "history.created_time"), text(row, "history.completed_time")) <= 0);
        assert_non_null(text(row, "user.name"));
        query_count += text(row, "query.id") != NULL;
    }
    assert_true(query_count > 50);
}

static void filters_sorts_and_limit_are_obeyed(void **state)
{
    (void)state;
    rest_expect(&rig.rest, 200, "POST", RUN,
                HISTORY("\"fields\":[\"history.id\",\"history.status\"],"
                        "\"filters\":{\"history.status\":\"error,killed\"},"
                        "\"sorts\":[\"history.id desc\"],\"limit\":\"3\""));
    assert_int_equal(json_count(rig.rest.json), 3);
    int64_t last = INT64_MAX;
    for (size_t i = 0; i < 3; i++) {
        const struct json *row = json_at(rig.rest.json, i);
        assert_string_not_equal(text(row, "history.status"), "complete");
        assert_true(json_int(json_get(row, "history.id"), INT64_MAX) < last);
        last = json_int(json_get(row, "history.id"), 0);
    }
    rest_expect(&rig.rest, 200, "POST", RUN,
                HISTORY("\"fields\":[\"history.id\"],"
                        "\"filters\":{\"history.created_date\":\"2 years ago\"}"));
    assert_int_equal(json_count(rig.rest.json), 0);
    rest_expect(&rig.rest, 400, "POST", RUN, HISTORY("\"fields\":[\"history.nope\"]"));
}

static void same_query_was_run_several_times(void **state)
{
    (void)state;
    rest_expect(&rig.rest, 200, "POST", RUN,
                HISTORY(
                    "\"fields\":[\"query.id\",\"history.query_run_count\"],"
                    "\"filters\":{\"history.query_run_count\":\">=3\",\"query.id\":\"-NULL\"}"));
    assert_true(json_count(rig.rest.json) >= 5);
}

/* In 4.0 the number is no id: the slug finds the query. */
static void query_is_told_by_number_and_slug(void **state)
{
    (void)state;
    char id[64];
    char query[32];
    char path[96];
    rest_make_task(&rig.rest, STATUS_QUERY, "csv", id, sizeof(id));
    snprintf(path, sizeof(path), "/query_tasks/%s", id);
    rest_expect(&rig.rest, 200, "GET", path, NULL);
    snprintf(query, sizeof(query), "%s", rest_string(&rig.rest, "query_id"));
    snprintf(path, sizeof(path), "/running_queries/%s", id);
    rest_expect(&rig.rest, 204, "DELETE", path, NULL);
    rest_expect(&rig.rest, 200, "POST", RUN, ALL);
    const struct json *row = json_at(rig.rest.json, 0);
    assert_true(json_is_number(json_get(row, "query.id")));
    assert_string_equal(text(row, "history.status"), "killed");
    assert_memory_equal(text(row, "history.slug"), id + 8, 16);
    snprintf(path, sizeof(path), "/queries/slug/%s", text(row, "query.slug"));
    rest_expect(&rig.rest, 200, "GET", path, NULL);
    assert_string_equal(rest_string(&rig.rest, "id"), query);
}

static void asking_leaves_no_trace(void **state)
{
    (void)state;
    rest_expect(&rig.rest, 200, "GET", "/running_queries", NULL);
    size_t running = json_count(rig.rest.json);
    rest_expect(&rig.rest, 200, "POST", RUN, ALL);
    size_t past = json_count(rig.rest.json);
    rest_expect(&rig.rest, 200, "POST", RUN, ALL);
    assert_int_equal(json_count(rig.rest.json), past);
    assert_null(strstr(rig.rest.body.data, "system_activity"));
    rest_expect(&rig.rest, 200, "GET", "/running_queries", NULL);
    assert_int_equal(json_count(rig.rest.json), running);
}

static void task_of_the_past_is_complete_at_once(void **state)
{
    (void)state;
    char id[64];
    rest_make_task(&rig.rest, ALL, "json", id, sizeof(id));
    assert_int_equal(rest_wait_results(&rig.rest, id), 200);
    assert_true(json_count(rig.rest.json) > 100);
}

static void past_is_for_admins(void **state)
{
    (void)state;
    char body[128];
    assert_int_equal(rest_login(&rig.rest, "analyst", "analyst-secret"), 200);
    rest_expect(&rig.rest, 404, "POST", RUN, ALL);
    rest_expect(&rig.rest, 200, "POST", "/queries?fields=id", ALL);
    snprintf(body, sizeof(body), "{\"query_id\":\"%s\",\"result_format\":\"json\"}",
             rest_string(&rig.rest, "id"));
    rest_expect(&rig.rest, 404, "POST", "/query_tasks", body);
    assert_int_equal(rest_login(&rig.rest, "demo", "demo-secret"), 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(past_is_told_with_plausible_runtimes),
        cmocka_unit_test(filters_sorts_and_limit_are_obeyed),
        cmocka_unit_test(same_query_was_run_several_times),
        cmocka_unit_test(query_is_told_by_number_and_slug),
        cmocka_unit_test(asking_leaves_no_trace),
        cmocka_unit_test(task_of_the_past_is_complete_at_once),
        cmocka_unit_test(past_is_for_admins),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
