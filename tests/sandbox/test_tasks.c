/* Queries and tasks over HTTP: made, run, read, killed. */
#include "support/testing.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "sandbox/rest_client.h"

#define STATUS_QUERY                                                                           \
    "{\"model\":\"shop\",\"view\":\"orders\",\"fields\":[\"orders.status\",\"orders.count\"]," \
    "\"sorts\":[\"orders.count desc\"],\"limit\":3}"

static struct rig rig;

static int start(void **state)
{
    (void)state;
    struct sandbox_options options = rig_options();
    rig_start(&rig, &options);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    rig_stop(&rig);
    return 0;
}

static void equal_queries_are_one(void **state)
{
    (void)state;
    char id[32];
    char slug[32];
    char path[96];
    rest_expect(&rig.rest, 200, "POST", "/queries", STATUS_QUERY);
    assert_string_equal(rest_string(&rig.rest, "limit"), "3");
    snprintf(id, sizeof(id), "%s", rest_string(&rig.rest, "id"));
    snprintf(slug, sizeof(slug), "%s", rest_string(&rig.rest, "slug"));
    assert_int_equal(strlen(id), 22);
    rest_expect(&rig.rest, 200, "POST", "/queries", STATUS_QUERY);
    assert_string_equal(rest_string(&rig.rest, "id"), id);
    snprintf(path, sizeof(path), "/queries/slug/%s", slug);
    rest_expect(&rig.rest, 200, "GET", path, NULL);
    assert_string_equal(rest_string(&rig.rest, "id"), id);
    snprintf(path, sizeof(path), "/queries/%s?fields=view,model", id);
    rest_expect(&rig.rest, 200, "GET", path, NULL);
    assert_string_equal(rig.rest.body.data, "{\"model\":\"shop\",\"view\":\"orders\"}");
}

static void task_runs_and_its_results_come_in_its_format(void **state)
{
    (void)state;
    static const struct {
        const char *format;
        const char *type;
        const char *head;
    } cases[] = {
        {"json", "application/json", "[{\"orders.status\":\"complete\",\"orders.count\":"},
        {"json_detail", "application/json", "{\"from_cache\":"},
        {"json_bi", "application/json", "{\"metadata\":"},
        {"csv", "text/csv", "Orders Status,Orders Count\ncomplete,"},
        {"txt", "text/plain", "Orders Status\tOrders Count\ncomplete\t"},
        {"md", "text/plain", "| Orders Status | Orders Count |\n|---|---|\n| complete | "},
        {"html", "text/html", "<!DOCTYPE html>"},
        {"sql", "application/sql", "SELECT\n    orders.status AS"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char id[64];
        char type[64];
        rest_make_task(&rig.rest, STATUS_QUERY, cases[i].format, id, sizeof(id));
        assert_int_equal(strspn(id, "0123456789abcdef"), 32);
        assert_int_equal(rest_wait_results(&rig.rest, id), 200);
        snprintf(type, sizeof(type), "Content-Type: %s\r\n", cases[i].type);
        if (!strstr(rig.rest.head.data, type))
            fail_msg("%s: %s", cases[i].format, rig.rest.head.data);
        if (strncmp(rig.rest.body.data, cases[i].head, strlen(cases[i].head)) != 0)
            fail_msg("%s: %.300s", cases[i].format, rig.rest.body.data);
    }
}

static void query_that_cannot_be_made_into_sql_fails_as_a_task(void **state)
{
    (void)state;
    char id[64];
    char path[128];
    rest_make_task(&rig.rest,
                   "{\"model\":\"shop\",\"view\":\"orders\",\"fields\":[\"orders.nope\"]}", "csv",
                   id, sizeof(id));
    assert_int_equal(rest_wait_results(&rig.rest, id), 400);
    assert_non_null(strstr(rest_string(&rig.rest, "message"), "orders.nope"));
    snprintf(path, sizeof(path), "/query_tasks/%s", id);
    rest_expect(&rig.rest, 200, "GET", path, NULL);
    assert_string_equal(rest_string(&rig.rest, "status"), "error");
    rest_make_task(&rig.rest, "{\"model\":\"shop\",\"view\":\"nope\",\"fields\":[\"a.b\"]}",
                   "json_detail", id, sizeof(id));
    assert_int_equal(rest_wait_results(&rig.rest, id), 200);
    assert_string_equal(rest_string(&rig.rest, "error"), "View Not Found");
}

static void sql_error_comes_with_words_and_place(void **state)
{
    (void)state;
    char slug[64];
    char path[128];
    rest_make_sql(&rig.rest, "SELECT users.id\nFROM users\nJOIN oders ON 1", slug, sizeof(slug));
    snprintf(path, sizeof(path), "/sql_queries/%s/run/json_detail", slug);
    rest_expect(&rig.rest, 200, "POST", path, "");
    const struct json *error = json_at(json_get(rig.rest.json, "errors"), 0);
    assert_string_equal(json_string(json_get(error, "message_details"), NULL),
                        "no such table: oders");
    snprintf(path, sizeof(path), "/sql_queries/%s/run/csv", slug);
    rest_expect(&rig.rest, 400, "POST", path, "");
    assert_string_equal(rest_string(&rig.rest, "message"), "no such table: oders");
    rest_make_sql(&rig.rest, "SELECT id,\n nope\nFROM users", slug, sizeof(slug));
    snprintf(path, sizeof(path), "/sql_queries/%s/run/json_detail", slug);
    rest_expect(&rig.rest, 200, "POST", path, "");
    const struct json *place =
        json_get(json_at(json_get(rig.rest.json, "errors"), 0), "sql_error_loc");
    assert_int_equal(json_int(json_get(place, "line"), 0), 2);
    assert_int_equal(json_int(json_get(place, "column"), 0), 2);
}

static void inline_query_is_run_with_the_limit_of_the_call(void **state)
{
    (void)state;
    rest_expect(&rig.rest, 200, "POST", "/queries/run/json?limit=2", STATUS_QUERY);
    assert_int_equal(json_count(rig.rest.json), 2);
    rest_expect(&rig.rest, 400, "POST", "/queries/run/xlsx", STATUS_QUERY);
    rest_expect(&rig.rest, 422, "POST", "/queries/run/yaml", STATUS_QUERY);
}

static void multi_results_tell_of_each_id(void **state)
{
    (void)state;
    char good[64];
    char bad[64];
    char path[256];
    rest_make_task(&rig.rest, STATUS_QUERY, "json_detail", good, sizeof(good));
    assert_int_equal(rest_wait_results(&rig.rest, good), 200);
    rest_make_task(&rig.rest,
                   "{\"model\":\"shop\",\"view\":\"orders\",\"fields\":[\"orders.nope\"]}",
                   "json_bi", bad, sizeof(bad));
    rest_wait_results(&rig.rest, bad);
    snprintf(path, sizeof(path), "/query_tasks/multi_results?query_task_ids=%s%%2C%s,unheard-of",
             good, bad);
    rest_expect(&rig.rest, 200, "GET", path, NULL);
    const struct json *entry = json_get(rig.rest.json, good);
    assert_string_equal(json_string(json_get(entry, "status"), NULL), "complete");
    assert_int_equal(json_count(json_get(json_get(entry, "data"), "data")), 3);
    entry = json_get(rig.rest.json, bad);
    assert_string_equal(json_string(json_get(entry, "status"), NULL), "error");
    assert_non_null(json_get(json_at(json_get(entry, "data"), 0), "looker_error"));
    entry = json_get(rig.rest.json, "unheard-of");
    assert_string_equal(json_string(json_get(entry, "status"), NULL), "missing");
}

/* A service on which every task waits for ever: one worker, one step a second. */
static void start_slow(struct rig *slow, unsigned workers)
{
    struct sandbox_options options = rig_options();
    options.workers = workers;
    options.speed = 1;
    rig_start(slow, &options);
}

static const struct json *listed(struct rest *rest, const char *task_id)
{
    rest_expect(rest, 200, "GET", "/running_queries", NULL);
    for (size_t i = 0; i < json_count(rest->json); i++) {
        const struct json *row = json_at(rest->json, i);
        const char *id = json_string(json_get(row, "query_task_id"), NULL);
        if (id && strcmp(id, task_id) == 0)
            return row;
    }
    return NULL;
}

static void wait_until_running(struct rest *rest, const char *task_id)
{
    int64_t deadline_ms = clock_mono_ms() + 60000;
    for (;;) {
        const struct json *row = listed(rest, task_id);
        const char *status = json_string(json_get(row, "status"), NULL);
        if (status && strcmp(status, "running") == 0)
            return;
        if (clock_mono_ms() > deadline_ms)
            fail_msg("%s is not running: %.300s", task_id, rest->body.data);
    }
}

static void running_task_is_listed_and_killed(void **state)
{
    (void)state;
    struct rig slow;
    char id[64];
    char path[128];
    start_slow(&slow, 1);
    rest_make_task(&slow.rest, STATUS_QUERY, "csv", id, sizeof(id));
    wait_until_running(&slow.rest, id);
    const struct json *row = listed(&slow.rest, id);
    assert_string_equal(json_string(json_get(json_get(row, "user"), "display_name"), NULL),
                        "Demo Admin");
    assert_string_equal(json_string(json_get(row, "source"), NULL), "api4");
    assert_string_equal(json_string(json_get(row, "connection_name"), NULL), "warehouse");
    assert_string_equal(json_string(json_get(json_get(row, "query"), "view"), NULL), "orders");
    assert_true(json_is_number(json_get(row, "runtime")));
    snprintf(path, sizeof(path), "/query_tasks/%s/results", id);
    rest_expect(&slow.rest, 202, "GET", path, NULL);
    snprintf(path, sizeof(path), "/running_queries/%s", id);
    rest_expect(&slow.rest, 204, "DELETE", path, NULL);
    assert_int_equal(rest_wait_results(&slow.rest, id), 400);
    assert_null(listed(&slow.rest, id));
    rest_expect(&slow.rest, 404, "DELETE", path, NULL);
    assert_non_null(strstr(slow.rest.head.data, "text/html"));
    snprintf(path, sizeof(path), "/query_tasks/%s?fields=status", id);
    rest_expect(&slow.rest, 200, "GET", path, NULL);
    assert_string_equal(slow.rest.body.data, "{\"status\":\"killed\"}");
    rig_stop(&slow);
}

static void waiting_task_is_killed_before_it_starts(void **state)
{
    (void)state;
    struct rig idle;
    char id[64];
    char path[128];
    start_slow(&idle, 0);
    rest_make_task(&idle.rest, STATUS_QUERY, "csv", id, sizeof(id));
    const struct json *row = listed(&idle.rest, id);
    assert_string_equal(json_string(json_get(row, "status"), NULL), "added");
    assert_true(json_is_null(json_get(row, "runtime")));
    snprintf(path, sizeof(path), "/running_queries/%s", id);
    rest_expect(&idle.rest, 204, "DELETE", path, NULL);
    rest_expect(&idle.rest, 200, "GET", "/running_queries", NULL);
    assert_string_equal(idle.rest.body.data, "[]");
    rig_stop(&idle);
}

static void killing_what_has_ended_or_is_unknown_is_404(void **state)
{
    (void)state;
    char id[64];
    char path[128];
    rest_make_task(&rig.rest, STATUS_QUERY, "csv", id, sizeof(id));
    rest_wait_results(&rig.rest, id);
    snprintf(path, sizeof(path), "/running_queries/%s", id);
    rest_expect(&rig.rest, 404, "DELETE", path, NULL);
    rest_expect(&rig.rest, 404, "DELETE", "/running_queries/unheard-of", NULL);
}

static void others_may_not_kill(void **state)
{
    (void)state;
    struct rig idle;
    char id[64];
    char path[128];
    start_slow(&idle, 0);
    rest_make_task(&idle.rest, STATUS_QUERY, "csv", id, sizeof(id));
    rest_login(&idle.rest, "analyst", "analyst-secret");
    snprintf(path, sizeof(path), "/running_queries/%s", id);
    rest_expect(&idle.rest, 404, "DELETE", path, NULL);
    rest_make_task(&idle.rest, STATUS_QUERY, "csv", id, sizeof(id));
    snprintf(path, sizeof(path), "/running_queries/%s", id);
    rest_expect(&idle.rest, 204, "DELETE", path, NULL);
    rig_stop(&idle);
}

static void derived_table_in_dev_is_an_error_with_a_note_only(void **state)
{
    (void)state;
    static const char query[] =
        "{\"model\":\"shop\",\"view\":\"repeat_buyers\",\"fields\":[\"repeat_buyers.count\"]}";
    char id[64];
    char path[128];
    rest_make_task(&rig.rest, query, "json_detail", id, sizeof(id));
    assert_int_equal(rest_wait_results(&rig.rest, id), 200);
    assert_null(json_get(rig.rest.json, "errors"));
    rest_expect(&rig.rest, 200, "PATCH", "/session", "{\"workspace_id\":\"dev\"}");
    rest_make_task(&rig.rest, query, "json_detail", id, sizeof(id));
    assert_int_equal(rest_wait_results(&rig.rest, id), 200);
    const struct json *errors = json_get(rig.rest.json, "errors");
    assert_int_equal(json_count(errors), 1);
    assert_int_equal(json_bool(json_get(json_at(errors, 0), "fatal")), 0);
    assert_int_equal(json_count(json_get(rig.rest.json, "data")), 1);
    snprintf(path, sizeof(path), "/query_tasks/%s", id);
    rest_expect(&rig.rest, 200, "GET", path, NULL);
    assert_string_equal(rest_string(&rig.rest, "status"), "error");
    rest_expect(&rig.rest, 200, "PATCH", "/session", "{\"workspace_id\":\"production\"}");
}

static void starting_task_is_said_to_have_expired_on_demand(void **state)
{
    (void)state;
    struct rig idle;
    char id[64];
    char path[128];
    start_slow(&idle, 0);
    rest_make_task(&idle.rest, STATUS_QUERY, "csv", id, sizeof(id));
    rest_expect(&idle.rest, 204, "POST", "//sandbox/faults",
                "GET /api/4.0/query_tasks expired count=1\n");
    snprintf(path, sizeof(path), "/query_tasks/%s?fields=status", id);
    rest_expect(&idle.rest, 200, "GET", path, NULL);
    assert_string_equal(rest_string(&idle.rest, "status"), "expired");
    rest_expect(&idle.rest, 200, "GET", path, NULL);
    assert_string_equal(rest_string(&idle.rest, "status"), "added");
    rig_stop(&idle);
}

static void sql_of_a_query_waits_for_no_worker(void **state)
{
    (void)state;
    struct rig idle;
    char query_id[64];
    char path[128];
    start_slow(&idle, 0);
    rest_expect(&idle.rest, 200, "POST", "/queries", STATUS_QUERY);
    snprintf(query_id, sizeof(query_id), "%s", rest_string(&idle.rest, "id"));
    snprintf(path, sizeof(path), "/queries/%s/run/sql", query_id);
    rest_expect(&idle.rest, 200, "GET", path, NULL);
    assert_non_null(strstr(idle.rest.body.data, "SELECT"));
    rest_expect(&idle.rest, 200, "GET", "/running_queries", NULL);
    assert_int_equal(json_count(idle.rest.json), 0);
    rig_stop(&idle);
}

static void service_stops_at_once_while_tasks_run(void **state)
{
    (void)state;
    struct rig slow;
    char id[64];
    start_slow(&slow, 2);
    for (int i = 0; i < 4; i++)
        rest_make_task(&slow.rest, STATUS_QUERY, "csv", id, sizeof(id));
    int64_t before_ms = clock_mono_ms();
    rig_stop(&slow);
    assert_true(clock_mono_ms() - before_ms < 20000);
}

/* The ids and states of the running list, which follow from the seed. */
static void list_ids(const struct sandbox_options *options, struct strbuf *out)
{
    struct rig one;
    rig_start(&one, options);
    rest_expect(&one.rest, 200, "GET", "/running_queries", NULL);
    for (size_t i = 0; i < json_count(one.rest.json); i++) {
        const struct json *row = json_at(one.rest.json, i);
        strbuf_addf(out, "%s %s\n", json_string(json_get(row, "query_task_id"), NULL),
                    json_string(json_get(row, "source"), NULL));
    }
    rig_stop(&one);
}

static void one_seed_gives_the_same_tasks(void **state)
{
    (void)state;
    struct sandbox_options options = rig_options();
    struct strbuf first;
    struct strbuf second;
    options.workers = 0;
    options.tasks = 100;
    options.active = 20;
    strbuf_init(&first, 1 << 20);
    strbuf_init(&second, 1 << 20);
    list_ids(&options, &first);
    list_ids(&options, &second);
    assert_true(first.len > 26 * 33);
    assert_string_equal(first.data, second.data);
    options.seed++;
    strbuf_clear(&second);
    list_ids(&options, &second);
    assert_string_not_equal(first.data, second.data);
    strbuf_finish(&first);
    strbuf_finish(&second);
}

static void tasks_of_the_past_have_real_results(void **state)
{
    (void)state;
    struct rig past;
    struct sandbox_options options = rig_options();
    options.tasks = 60;
    rig_start(&past, &options);
    rest_expect(&past.rest, 200, "GET", "//sandbox/stats", NULL);
    const struct json *states = json_get(past.rest.json, "tasks");
    assert_true(json_int(json_get(states, "complete"), 0) > 30);
    assert_true(json_int(json_get(states, "error"), 0) > 0);
    rig_stop(&past);
}

static void traffic_keeps_coming(void **state)
{
    (void)state;
    struct rig busy;
    struct sandbox_options options = rig_options();
    options.rate = 200;
    rig_start(&busy, &options);
    int64_t deadline_ms = clock_mono_ms() + 60000;
    int64_t ended = 0;
    while (ended < 5 && clock_mono_ms() < deadline_ms) {
        rest_expect(&busy.rest, 200, "GET", "//sandbox/stats", NULL);
        ended = json_int(json_get(json_get(busy.rest.json, "tasks"), "complete"), 0);
    }
    assert_true(ended >= 5);
    rig_stop(&busy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_queries_are_one),
        cmocka_unit_test(task_runs_and_its_results_come_in_its_format),
        cmocka_unit_test(query_that_cannot_be_made_into_sql_fails_as_a_task),
        cmocka_unit_test(sql_error_comes_with_words_and_place),
        cmocka_unit_test(inline_query_is_run_with_the_limit_of_the_call),
        cmocka_unit_test(multi_results_tell_of_each_id),
        cmocka_unit_test(running_task_is_listed_and_killed),
        cmocka_unit_test(waiting_task_is_killed_before_it_starts),
        cmocka_unit_test(killing_what_has_ended_or_is_unknown_is_404),
        cmocka_unit_test(others_may_not_kill),
        cmocka_unit_test(derived_table_in_dev_is_an_error_with_a_note_only),
        cmocka_unit_test(starting_task_is_said_to_have_expired_on_demand),
        cmocka_unit_test(sql_of_a_query_waits_for_no_worker),
        cmocka_unit_test(service_stops_at_once_while_tasks_run),
        cmocka_unit_test(one_seed_gives_the_same_tasks),
        cmocka_unit_test(tasks_of_the_past_have_real_results),
        cmocka_unit_test(traffic_keeps_coming),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
