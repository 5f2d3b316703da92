/* API 3.1 beside 4.0: the same things under other ids and words. */
#include "support/testing.h"

#include <stdio.h>
#include <string.h>

#include "sandbox/rest_client.h"

#define OLD "//api/3.1"
#define ONE_QUERY \
    "{\"model\":\"shop\",\"view\":\"orders\",\"fields\":[\"orders.status\",\"orders.count\"]}"

static struct rig rig;

static int start(void **state)
{
    (void)state;
    struct sandbox_options options = rig_options();
    options.workers = 0;
    options.tasks = 60;
    options.active = 40;
    rig_start(&rig, &options);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    rig_stop(&rig);
    return 0;
}

static void query_has_two_ids(void **state)
{
    (void)state;
    char id[32];
    char path[96];
    rest_expect(&rig.rest, 200, "POST", "/queries", ONE_QUERY);
    snprintf(id, sizeof(id), "%s", rest_string(&rig.rest, "id"));
    rest_expect(&rig.rest, 200, "POST", OLD "/queries", ONE_QUERY);
    assert_true(json_is_number(json_get(rig.rest.json, "id")));
    assert_string_equal(rest_string(&rig.rest, "client_id"), id);
    long long number = json_int(json_get(rig.rest.json, "id"), 0);
    snprintf(path, sizeof(path), OLD "/queries/%lld?fields=id,client_id", number);
    rest_expect(&rig.rest, 200, "GET", path, NULL);
    assert_string_equal(rest_string(&rig.rest, "client_id"), id);
    assert_int_equal(json_int(json_get(rig.rest.json, "id"), 0), number);
    snprintf(path, sizeof(path), "/queries/%lld", number);
    rest_expect(&rig.rest, 404, "GET", path, NULL);
    snprintf(path, sizeof(path), OLD "/queries/%s", id);
    rest_expect(&rig.rest, 404, "GET", path, NULL);
    snprintf(path, sizeof(path), OLD "/queries/slug/%s", id);
    rest_expect(&rig.rest, 200, "GET", path, NULL);
}

static void task_is_made_by_number_and_answers_204_until_it_ends(void **state)
{
    (void)state;
    char body[128];
    char path[128];
    rest_expect(&rig.rest, 200, "POST", OLD "/queries", ONE_QUERY);
    long long number = json_int(json_get(rig.rest.json, "id"), 0);
    snprintf(body, sizeof(body), "{\"query_id\":%lld,\"result_format\":\"csv\",\"look_id\":12}",
             number);
    rest_expect(&rig.rest, 422, "POST", "/query_tasks", body);
    rest_expect(&rig.rest, 200, "POST", OLD "/query_tasks", body);
    assert_true(json_is_number(json_get(rig.rest.json, "query_id")));
    assert_int_equal(json_int(json_get(rig.rest.json, "query_id"), 0), number);
    assert_true(json_is_number(json_get(rig.rest.json, "look_id")));
    assert_int_equal(json_int(json_get(json_get(rig.rest.json, "query"), "id"), 0), number);
    const char *id = rest_string(&rig.rest, "id");
    assert_int_equal(strlen(id), 32);
    snprintf(path, sizeof(path), OLD "/query_tasks/%s/results", id);
    rest_expect(&rig.rest, 204, "GET", path, NULL);
    rest_expect(&rig.rest, 202, "GET", strstr(path, "/query_tasks"), NULL);
}

static void running_list_has_integer_ids(void **state)
{
    (void)state;
    bool has_look = false;
    bool has_query = false;
    rest_expect(&rig.rest, 200, "GET", OLD "/running_queries", NULL);
    assert_true(json_count(rig.rest.json) > 40);
    for (size_t i = 0; i < json_count(rig.rest.json); i++) {
        const struct json *row = json_at(rig.rest.json, i);
        const struct json *query = json_get(row, "query");
        const struct json *look = json_get(row, "look");
        assert_true(json_is_number(json_get(row, "id")));
        assert_true(json_is_number(json_get(json_get(row, "user"), "id")));
        assert_true(json_is_string(json_get(row, "query_task_id")));
        assert_null(strstr(json_string(json_get(json_get(row, "user"), "url"), NULL), "/4.0/"));
        if (query) {
            has_query = true;
            assert_true(json_is_number(json_get(query, "id")));
            assert_true(json_is_string(json_get(row, "query_id")));
            assert_int_equal(json_int(json_get(row, "query_id"), 0),
                             json_int(json_get(query, "id"), -1));
        }
        if (look) {
            has_look = true;
            assert_true(json_is_number(json_get(look, "id")));
        }
    }
    assert_true(has_look && has_query);
    assert_null(strstr(rig.rest.body.data, "sql_interface_sql"));
    rest_expect(&rig.rest, 200, "GET", OLD "/running_queries?fields=query_id", NULL);
    assert_null(strstr(rig.rest.body.data, "\"query_id\":1"));
}

static void users_and_logins_are_those_of_the_version(void **state)
{
    (void)state;
    rest_expect(&rig.rest, 200, "GET", OLD "/user", NULL);
    assert_true(json_is_number(json_get(rig.rest.json, "id")));
    assert_true(json_is_number(json_at(json_get(rig.rest.json, "role_ids"), 0)));
    rest_expect(&rig.rest, 200, "GET", "/user", NULL);
    assert_true(json_is_string(json_get(rig.rest.json, "id")));
    rest_expect(&rig.rest, 200, "POST", OLD "/login",
                "client_id=analyst&client_secret=analyst-secret");
    assert_non_null(strstr(rig.rest.body.data, "access_token"));
    assert_null(strstr(rig.rest.body.data, "refresh_token"));
    rest_expect(&rig.rest, 200, "GET", OLD "/projects/finance", NULL);
    assert_null(strstr(rig.rest.body.data, "dependency_status"));
    rest_expect(&rig.rest, 200, "GET", OLD "/projects/finance/current_workspace", NULL);
    assert_non_null(strstr(rig.rest.body.data, "dependency_status"));
}

static void service_without_3_1_does_not_know_it(void **state)
{
    (void)state;
    struct rig newer;
    struct sandbox_options options = rig_options();
    rest_expect(&rig.rest, 200, "GET", "//versions", NULL);
    assert_int_equal(json_count(json_get(rig.rest.json, "supported_versions")), 2);
    options.workers = 0;
    options.is_without_api_3_1 = true;
    rig_start(&newer, &options);
    rest_expect(&newer.rest, 404, "POST", OLD "/login", "client_id=demo&client_secret=demo-secret");
    assert_non_null(strstr(newer.rest.head.data, "text/html"));
    rest_expect(&newer.rest, 404, "GET", OLD "/versions", NULL);
    rest_expect(&newer.rest, 200, "GET", "//versions", NULL);
    const struct json *versions = json_get(newer.rest.json, "supported_versions");
    assert_int_equal(json_count(versions), 1);
    assert_string_equal(json_string(json_get(json_at(versions, 0), "version"), NULL), "4.0");
    rig_stop(&newer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(query_has_two_ids),
        cmocka_unit_test(task_is_made_by_number_and_answers_204_until_it_ends),
        cmocka_unit_test(running_list_has_integer_ids),
        cmocka_unit_test(users_and_logins_are_those_of_the_version),
        cmocka_unit_test(service_without_3_1_does_not_know_it),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
