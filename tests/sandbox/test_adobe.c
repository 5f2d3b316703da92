/* Adobe's Query Service over HTTP: tokens, the gateway, queries and their list. */
#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "sandbox/rest_client.h"

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

/* Submits sql; the id goes to out. */
static void submit(struct rest *rest, const char *sql, char *out, size_t size)
{
    char body[1024];
    snprintf(body, sizeof(body), "{\"dbName\":\"demo:all\",\"sql\":\"%s\"}", sql);
    rest_expect(rest, 202, "POST", "/queries", body);
    assert_string_equal(rest_string(rest, "state"), "SUBMITTED");
    snprintf(out, size, "%s", rest_string(rest, "id"));
}

/* Asks for a query until it is in that state. */
static void wait_for_state(struct rest *rest, const char *id, const char *wanted)
{
    char path[128];
    int64_t deadline_ms = clock_mono_ms() + 60000;
    snprintf(path, sizeof(path), "/queries/%s", id);
    do
        rest_expect(rest, 200, "GET", path, NULL);
    while (strcmp(rest_string(rest, "state"), wanted) != 0 && clock_mono_ms() < deadline_ms);
    assert_string_equal(rest_string(rest, "state"), wanted);
}

static const struct json *link_of(const struct rest *rest, const char *name)
{
    return json_get(json_get(rest->json, "_links"), name);
}

static void ims_gives_a_long_token_for_seconds(void **state)
{
    (void)state;
    struct rest other;
    rest_init(&other, rig.rest.base);
    assert_int_equal(rest_login_adobe(&other, "demo", "demo-secret"), 200);
    assert_string_equal(rest_string(&other, "token_type"), "bearer");
    assert_int_equal(json_int(json_get(other.json, "expires_in"), 0), 3600);
    assert_null(json_get(other.json, "refresh_token"));
    assert_true(strlen(other.token) > 300);
    rest_expect(&other, 200, "GET", "/queries", NULL);
    rest_finish(&other);
}

static void ims_refuses_in_its_own_words(void **state)
{
    (void)state;
    static const struct {
        const char *form;
        long status;
        const char *error;
    } cases[] = {
        {"", 400, "unsupported_grant_type"},
        {"grant_type=password&client_id=demo&client_secret=demo-secret", 400,
         "unsupported_grant_type"},
        {"grant_type=client_credentials&client_id=nobody&client_secret=x&scope=openid", 400,
         "invalid_client"},
        {"grant_type=client_credentials&client_id=demo&client_secret=x&scope=openid", 401,
         "invalid_client"},
        {"grant_type=client_credentials&client_id=demo&client_secret=demo-secret", 400,
         "invalid_scope"},
    };
    struct rest other;
    rest_init(&other, rig.rest.base);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        rest_expect(&other, cases[i].status, "POST", "//ims/token/v3", cases[i].form);
        assert_string_equal(rest_string(&other, "error"), cases[i].error);
        assert_non_null(json_get(other.json, "error_description"));
    }
    rest_expect(&other, 400, "POST",
                "//ims/token/v3?grant_type=client_credentials&client_id=demo"
                "&client_secret=demo-secret&scope=openid",
                "");
    rest_finish(&other);
}

static void gateway_looks_at_each_header(void **state)
{
    (void)state;
    static const struct {
        const char *token; /* NULL: the good one */
        const char *api_key;
        const char *org_id;
        const char *sandbox_name;
        long status;
        const char *code;
    } cases[] = {
        {"", "demo", "DEMO@AdobeOrg", "demo", 403, "403010"},
        {"made-up", "demo", "DEMO@AdobeOrg", "demo", 401, "401013"},
        {NULL, NULL, "DEMO@AdobeOrg", "demo", 403, "403000"},
        {NULL, "other", "DEMO@AdobeOrg", "demo", 403, "403003"},
        {NULL, "demo", NULL, "demo", 400, "400003"},
        {NULL, "demo", "OTHER@AdobeOrg", "demo", 403, "403025"},
        {NULL, "demo", "DEMO", "demo", 403, "403027"},
        {NULL, "demo", "DEMO@AdobeOrg", NULL, 400, NULL},
        {NULL, "demo", "DEMO@AdobeOrg", "prod", 404, NULL},
    };
    struct rest other;
    rest_init(&other, rig.rest.base);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        other.is_adobe = true;
        snprintf(other.token, sizeof(other.token), "%s",
                 cases[i].token ? cases[i].token : rig.rest.token);
        other.api_key = cases[i].api_key;
        other.org_id = cases[i].org_id;
        other.sandbox_name = cases[i].sandbox_name;
        rest_expect(&other, cases[i].status, "GET", "/queries", NULL);
        if (cases[i].code)
            assert_string_equal(rest_string(&other, "error_code"), cases[i].code);
        else
            assert_int_equal(json_int(json_get(other.json, "status"), 0), cases[i].status);
    }
    rest_finish(&other);
}

static void tokens_of_one_service_are_not_good_for_the_other(void **state)
{
    (void)state;
    struct rest looker;
    rest_init(&looker, rig.rest.base);
    rest_login(&looker, "demo", "demo-secret");
    rest_expect(&looker, 200, "GET", "/user", NULL);
    looker.is_adobe = true;
    looker.api_key = "demo";
    looker.org_id = "DEMO@AdobeOrg";
    looker.sandbox_name = "demo";
    rest_expect(&looker, 401, "GET", "/queries", NULL);
    memcpy(looker.token, rig.rest.token, sizeof(looker.token));
    looker.is_adobe = false;
    rest_expect(&looker, 401, "GET", "/user", NULL);
    rest_finish(&looker);
}

static void query_runs_and_says_how_it_went(void **state)
{
    (void)state;
    char id[64];
    submit(&rig.rest, "SELECT region, COUNT(*) FROM users WHERE region IS NOT NULL GROUP BY 1", id,
           sizeof(id));
    assert_int_equal(strlen(id), 36);
    assert_non_null(link_of(&rig.rest, "cancel"));
    assert_int_equal(json_int(json_get(rig.rest.json, "elapsedTime"), -1), 0);
    assert_string_equal(rest_string(&rig.rest, "client"), "API");
    assert_string_equal(rest_string(&rig.rest, "clientId"), "demo");
    assert_non_null(strstr(rest_string(&rig.rest, "userId"), "@techacct.adobe.com"));
    wait_for_state(&rig.rest, id, "SUCCESS");
    assert_int_equal(json_int(json_get(rig.rest.json, "rowCount"), 0), 3);
    assert_null(link_of(&rig.rest, "cancel"));
    assert_non_null(link_of(&rig.rest, "soft_delete"));
    assert_int_equal(json_count(json_get(rig.rest.json, "errors")), 0);
    assert_null(json_get(rig.rest.json, "effectiveSQL"));
}

static void failure_has_a_code_and_the_database_s_words(void **state)
{
    (void)state;
    char id[64];
    submit(&rig.rest, "SELECT * FROM oders", id, sizeof(id));
    wait_for_state(&rig.rest, id, "FAILED");
    const struct json *error = json_at(json_get(rig.rest.json, "errors"), 0);
    assert_string_equal(json_string(json_get(error, "code"), NULL), "42P01");
    assert_string_equal(json_string(json_get(error, "message"), NULL), "no such table: oders");
    assert_string_equal(json_string(json_get(error, "errorType"), NULL), "USER_ERROR");
}

static void bad_queries_are_refused_at_once(void **state)
{
    (void)state;
    rest_expect(&rig.rest, 400, "POST", "/queries", "{\"dbName\":\"demo:all\",\"sql\":\"SELEC\"}");
    assert_non_null(strstr(rest_string(&rig.rest, "message"), "syntax error"));
    assert_int_equal(json_int(json_get(rig.rest.json, "statusCode"), 0), 400);
    rest_expect(&rig.rest, 400, "POST", "/queries", "{}");
    rest_expect(&rig.rest, 400, "POST", "/queries", "[]");
    rest_expect(&rig.rest, 400, "POST", "/queries",
                "{\"dbName\":\"prod:all\",\"sql\":\"SELECT 1\"}");
    rest_expect(&rig.rest, 400, "POST", "/queries", "{\"sql\":\"SELECT $n\"}");
    rest_expect(&rig.rest, 404, "GET", "/queries/unheard-of", NULL);
    rest_expect(&rig.rest, 404, "GET", "/nowhere", NULL);
}

static void parameters_change_the_sql_that_runs(void **state)
{
    (void)state;
    rest_expect(&rig.rest, 202, "POST", "/queries",
                "{\"sql\":\"SELECT * FROM users LIMIT $n\",\"queryParameters\":{\"n\":\"7\"}}");
    char id[64];
    snprintf(id, sizeof(id), "%s", rest_string(&rig.rest, "id"));
    assert_string_equal(rest_string(&rig.rest, "effectiveSQL"), "SELECT * FROM users LIMIT 7");
    wait_for_state(&rig.rest, id, "SUCCESS");
    assert_int_equal(json_int(json_get(rig.rest.json, "rowCount"), 0), 7);
}

/* One worker, one step a second: what runs goes on for ever. */
static void start_slow(struct rig *slow, unsigned workers, int64_t timeout_ms)
{
    struct sandbox_options options = rig_options();
    options.workers = workers;
    options.speed = 1;
    options.adobe_timeout_ms = timeout_ms;
    rig_start_adobe(slow, &options);
}

static void running_query_is_cancelled(void **state)
{
    (void)state;
    struct rig slow;
    char id[64];
    char path[128];
    char updated[64];
    start_slow(&slow, 1, 0);
    submit(&slow.rest, "SELECT COUNT(*) FROM users", id, sizeof(id));
    wait_for_state(&slow.rest, id, "IN_PROGRESS");
    snprintf(updated, sizeof(updated), "%s", rest_string(&slow.rest, "updated"));
    snprintf(path, sizeof(path), "/queries/%s", id);
    rest_expect(&slow.rest, 202, "PATCH", path, "{\"op\":\"cancel\"}");
    assert_string_equal(rest_string(&slow.rest, "message"), "Query cancel request received");
    wait_for_state(&slow.rest, id, "KILLED");
    assert_true(strcmp(rest_string(&slow.rest, "updated"), updated) >= 0);
    rest_expect(&slow.rest, 409, "PATCH", path, "{\"op\":\"cancel\"}");
    rest_expect(&slow.rest, 404, "PATCH", "/queries/unheard-of", "{\"op\":\"cancel\"}");
    rest_expect(&slow.rest, 400, "PATCH", path, "{\"op\":\"explode\"}");
    rig_stop(&slow);
}

static void waiting_query_is_killed_before_it_starts(void **state)
{
    (void)state;
    struct rig idle;
    char id[64];
    char path[128];
    start_slow(&idle, 0, 0);
    submit(&idle.rest, "SELECT 1", id, sizeof(id));
    snprintf(path, sizeof(path), "/queries/%s", id);
    rest_expect(&idle.rest, 202, "PATCH", path, "{\"op\":\"cancel\"}");
    rest_expect(&idle.rest, 200, "GET", path, NULL);
    assert_string_equal(rest_string(&idle.rest, "state"), "KILLED");
    assert_int_equal(json_int(json_get(idle.rest.json, "elapsedTime"), -1), 0);
    rig_stop(&idle);
}

static void query_that_takes_too_long_times_out(void **state)
{
    (void)state;
    static const char *const statements[] = {"SELECT COUNT(*) FROM users", "SELECT sleep(86000)"};
    struct rig slow;
    start_slow(&slow, 1, 50);
    for (int i = 0; i < 2; i++) {
        char id[64];
        submit(&slow.rest, statements[i], id, sizeof(id));
        wait_for_state(&slow.rest, id, "TIMEOUT");
        const struct json *error = json_at(json_get(slow.rest.json, "errors"), 0);
        assert_string_equal(json_string(json_get(error, "code"), NULL), "53400");
        assert_true(json_int(json_get(slow.rest.json, "elapsedTime"), 0) >= 50);
    }
    rig_stop(&slow);
}

static void looker_s_lists_do_not_have_adobe_s_queries(void **state)
{
    (void)state;
    struct rig idle;
    char id[64];
    start_slow(&idle, 0, 0);
    submit(&idle.rest, "SELECT 1", id, sizeof(id));
    idle.rest.is_adobe = false;
    rest_login(&idle.rest, "demo", "demo-secret");
    rest_expect(&idle.rest, 200, "GET", "/running_queries", NULL);
    assert_string_equal(idle.rest.body.data, "[]");
    rig_stop(&idle);
}

/* The ids of the list's page, each once, are counted; the first and last are compared. */
static size_t list(struct rest *rest, const char *parameters)
{
    char path[512];
    snprintf(path, sizeof(path), "/queries?%s", parameters);
    rest_expect(rest, 200, "GET", path, NULL);
    const struct json *queries = json_get(rest->json, "queries");
    assert_int_equal(json_int(json_get(json_get(rest->json, "_page"), "count"), -1),
                     json_count(queries));
    return json_count(queries);
}

static const char *listed(const struct rest *rest, size_t index, const char *key)
{
    const struct json *query = json_at(json_get(rest->json, "queries"), index);
    return json_string(json_get(query, key), NULL);
}

static void soft_deleted_queries_are_left_out_unless_asked_for(void **state)
{
    (void)state;
    struct rig idle;
    char id[64];
    char path[128];
    start_slow(&idle, 0, 0);
    submit(&idle.rest, "SELECT 1", id, sizeof(id));
    snprintf(path, sizeof(path), "/queries/%s", id);
    assert_int_equal(list(&idle.rest, ""), 1);
    rest_expect(&idle.rest, 202, "PATCH", path, "{\"op\":\"soft_delete\"}");
    assert_int_equal(list(&idle.rest, ""), 0);
    assert_int_equal(list(&idle.rest, "excludeSoftDeleted=true"), 0);
    assert_int_equal(list(&idle.rest, "excludeSoftDeleted=false"), 1);
    rest_expect(&idle.rest, 400, "GET", "/queries?excludeSoftDeleted=maybe", NULL);
    rig_stop(&idle);
}

/* The next page, as a client asks for it that keeps its own limit. */
static bool follow(struct rest *rest, const char *name, const char *limit)
{
    char path[512];
    const char *href = json_string(json_get(link_of(rest, name), "href"), NULL);
    if (!href)
        return false;
    snprintf(path, sizeof(path), "%s&limit=%s", strstr(href, "/queries"), limit);
    rest_expect(rest, 200, "GET", path, NULL);
    return true;
}

static void pages_lead_through_all_queries_and_back(void **state)
{
    (void)state;
    enum { COUNT = 45 };
    struct rig idle;
    char ids[COUNT][64];
    size_t seen = 0;
    start_slow(&idle, 0, 0);
    for (int i = 0; i < COUNT; i++) {
        submit(&idle.rest, "SELECT 1", ids[i], sizeof(ids[i]));
        for (int64_t begin_ms = clock_wall_ms(); clock_wall_ms() == begin_ms;)
            ; /* a time of its own for each */
    }
    assert_int_equal(list(&idle.rest, ""), 20);
    assert_null(link_of(&idle.rest, "prev"));
    do
        for (size_t i = 0; listed(&idle.rest, i, "id"); i++)
            assert_string_equal(listed(&idle.rest, i, "id"), ids[COUNT - 1 - seen++]);
    while (follow(&idle.rest, "next", "20"));
    assert_int_equal(seen, COUNT);
    assert_true(follow(&idle.rest, "prev", "20"));
    assert_string_equal(listed(&idle.rest, 0, "id"), ids[24]);
    assert_string_equal(listed(&idle.rest, 19, "id"), ids[5]);
    assert_int_equal(list(&idle.rest, "orderby=%2Bcreated&limit=7"), 7);
    assert_string_equal(listed(&idle.rest, 0, "id"), ids[0]);
    assert_true(follow(&idle.rest, "next", "7"));
    assert_string_equal(listed(&idle.rest, 0, "id"), ids[7]);
    rig_stop(&idle);
}

static void list_by_updated_shows_what_changed(void **state)
{
    (void)state;
    struct rig idle;
    char first[64];
    char second[64];
    char path[128];
    char filter[256];
    start_slow(&idle, 0, 0);
    submit(&idle.rest, "SELECT 1", first, sizeof(first));
    submit(&idle.rest, "SELECT 2", second, sizeof(second));
    for (int64_t begin_ms = clock_wall_ms(); clock_wall_ms() <= begin_ms + 1;)
        ;
    snprintf(path, sizeof(path), "/queries/%s", first);
    rest_expect(&idle.rest, 202, "PATCH", path, "{\"op\":\"cancel\"}");
    assert_int_equal(list(&idle.rest, "orderby=-updated"), 2);
    assert_string_equal(listed(&idle.rest, 0, "id"), first);
    snprintf(filter, sizeof(filter), "orderby=-updated&property=updated%%3E%%3D%s",
             listed(&idle.rest, 0, "updated"));
    assert_int_equal(list(&idle.rest, filter), 1);
    assert_string_equal(listed(&idle.rest, 0, "state"), "KILLED");
    rig_stop(&idle);
}

static void properties_narrow_the_list(void **state)
{
    (void)state;
    struct rig idle;
    char id[64];
    char filter[256];
    start_slow(&idle, 0, 0);
    submit(&idle.rest, "SELECT 1", id, sizeof(id));
    submit(&idle.rest, "SELECT COUNT(*) FROM users", id, sizeof(id));
    assert_int_equal(list(&idle.rest, "property=sql~COUNT"), 1);
    assert_int_equal(list(&idle.rest, "property=state%3D%3DSUBMITTED%2Cclient%3D%3DAPI"), 2);
    assert_int_equal(list(&idle.rest, "property=state!%3DSUBMITTED"), 0);
    snprintf(filter, sizeof(filter), "property=id%%3D%%3D%s", id);
    assert_int_equal(list(&idle.rest, filter), 1);
    assert_string_equal(
        json_string(json_get(json_get(idle.rest.json, "_page"), "property"), NULL) + 4, id);
    rest_expect(&idle.rest, 400, "GET", "/queries?property=nope%3D%3D1", NULL);
    rest_expect(&idle.rest, 400, "GET", "/queries?property=sql%3D%3D1", NULL);
    rest_expect(&idle.rest, 400, "GET", "/queries?orderby=state", NULL);
    rest_expect(&idle.rest, 400, "GET", "/queries?orderby=+created", NULL);
    rest_expect(&idle.rest, 400, "GET", "/queries?limit=0", NULL);
    rest_expect(&idle.rest, 400, "GET", "/queries?limit=many", NULL);
    rest_expect(&idle.rest, 400, "GET", "/queries?start=yesterday", NULL);
    rig_stop(&idle);
}

static void bodies_must_say_that_they_are_json(void **state)
{
    (void)state;
    rig.rest.sends_forms = true;
    rest_expect(&rig.rest, 400, "POST", "/queries", "{\"sql\":\"SELECT 1\"}");
    assert_string_equal(rest_string(&rig.rest, "detail"), "A valid content-type must be specified");
    rig.rest.sends_forms = false;
    rest_expect(&rig.rest, 202, "POST", "/queries", "{\"sql\":\"SELECT 1\"}");
}

static void second_client_may_log_in_too(void **state)
{
    (void)state;
    struct rest other;
    rest_init(&other, rig.rest.base);
    assert_int_equal(rest_login_adobe(&other, "analyst", "analyst-secret"), 200);
    rest_expect(&other, 200, "GET", "/queries", NULL);
    other.api_key = "demo";
    rest_expect(&other, 403, "GET", "/queries", NULL);
    rest_finish(&other);
}

/* Runs a statement to that end; the query is in rest afterwards. */
static void run(struct rest *rest, const char *sql, const char *state)
{
    char id[64];
    submit(rest, sql, id, sizeof(id));
    wait_for_state(rest, id, state);
}

static void check_failure(const struct rest *rest, const char *code, const char *words)
{
    const struct json *error = json_at(json_get(rest->json, "errors"), 0);
    assert_string_equal(json_string(json_get(error, "code"), NULL), code);
    if (!strstr(json_string(json_get(error, "message"), NULL), words))
        fail_msg("%.500s", rest->body.data);
}

static void tables_are_made_filled_and_read(void **state)
{
    (void)state;
    struct rest *rest = &rig.rest;
    run(rest,
        "CREATE TABLE regions WITH (schema='r') AS (SELECT region, COUNT(*) AS n FROM users "
        "WHERE region IS NOT NULL GROUP BY 1)",
        "SUCCESS");
    assert_int_equal(json_int(json_get(rest->json, "rowCount"), 0), 3);
    assert_int_equal(json_bool(json_get(rest->json, "isCTAS")), 1);
    assert_int_equal(json_bool(json_get(rest->json, "isInsertInto")), 0);
    const struct json *read = json_at(link_of(rest, "referenced_datasets"), 0);
    char users[32];
    char regions[32];
    snprintf(users, sizeof(users), "%s", json_string(json_get(read, "id"), NULL));
    const struct json *made = link_of(rest, "created_dataset");
    snprintf(regions, sizeof(regions), "%s", json_string(json_get(made, "id"), NULL));
    assert_int_equal(strlen(regions), 24);
    run(rest, "INSERT INTO regions VALUES ('MOON', 0), ('MARS', 1)", "SUCCESS");
    assert_int_equal(json_int(json_get(rest->json, "rowCount"), 0), 2);
    assert_int_equal(json_bool(json_get(rest->json, "isInsertInto")), 1);
    run(rest, "INSERT INTO regions (n, region) SELECT 1.5, 'SUN'", "SUCCESS");
    run(rest, "SELECT * FROM regions WHERE n >= 1.5 OR region = 'MOON'", "SUCCESS");
    assert_int_equal(json_int(json_get(rest->json, "rowCount"), 0), 5);
    read = json_at(link_of(rest, "referenced_datasets"), 0);
    assert_string_equal(json_string(json_get(read, "id"), NULL), regions);
    char filter[128];
    snprintf(filter, sizeof(filter), "property=referenced_datasets%%3D%%3D%s||nobody", users);
    assert_true(list(rest, filter) >= 1);
    rest->is_adobe = false;
    char slug[64];
    char token[2048];
    memcpy(token, rest->token, sizeof(token));
    rest_login(rest, "demo", "demo-secret");
    rest_make_sql(rest, "SELECT * FROM regions", slug, sizeof(slug));
    char path[128];
    snprintf(path, sizeof(path), "/sql_queries/%s/run/csv", slug);
    rest_expect(rest, 400, "POST", path, "");
    rest->is_adobe = true;
    memcpy(rest->token, token, sizeof(token));
}

static void writing_fails_in_the_database_s_words(void **state)
{
    (void)state;
    struct rest *rest = &rig.rest;
    run(rest, "CREATE TABLE twice AS SELECT 1 AS a, 2 AS b", "SUCCESS");
    run(rest, "CREATE TABLE twice AS SELECT 1 AS a", "FAILED");
    check_failure(rest, "42P07", "twice\" already exists");
    run(rest, "INSERT INTO twice SELECT 1", "FAILED");
    check_failure(rest, "42601", "table twice has 2 columns but 1 values were supplied");
    run(rest, "INSERT INTO nowhere SELECT 1", "FAILED");
    check_failure(rest, "42P01", "no such table: nowhere");
    run(rest, "CREATE TABLE orders AS SELECT 1", "FAILED");
    check_failure(rest, "42P07", "orders already exists");
    run(rest, "INSERT INTO orders SELECT 1", "FAILED");
    check_failure(rest, "42501", "orders is read only");
    run(rest, "DROP TABLE twice", "FAILED");
    check_failure(rest, "42501", "not authorized");
    run(rest, "SELECT * FROM twice", "SUCCESS");
    assert_int_equal(json_int(json_get(rest->json, "rowCount"), 0), 1);
}

static void parameters_make_a_select_write(void **state)
{
    (void)state;
    struct rest *rest = &rig.rest;
    char id[64];
    rest_expect(rest, 202, "POST", "/queries",
                "{\"sql\":\"SELECT id FROM users LIMIT 4\","
                "\"ctasParameters\":{\"datasetName\":\"few_users\"}}");
    snprintf(id, sizeof(id), "%s", rest_string(rest, "id"));
    assert_string_equal(rest_string(rest, "effectiveSQL"),
                        "CREATE TABLE few_users AS SELECT id FROM users LIMIT 4");
    wait_for_state(rest, id, "SUCCESS");
    assert_non_null(link_of(rest, "created_dataset"));
    rest_expect(rest, 202, "POST", "/queries",
                "{\"sql\":\"SELECT 7\",\"insertIntoParameters\":{\"datasetName\":\"few_users\"}}");
    snprintf(id, sizeof(id), "%s", rest_string(rest, "id"));
    wait_for_state(rest, id, "SUCCESS");
    run(rest, "SELECT * FROM few_users", "SUCCESS");
    assert_int_equal(json_int(json_get(rest->json, "rowCount"), 0), 5);
    rest_expect(rest, 400, "POST", "/queries", "{\"sql\":\"SELECT 1\",\"ctasParameters\":{}}");
    rest_expect(rest, 400, "POST", "/queries",
                "{\"sql\":\"SELECT 1\",\"ctasParameters\":{\"datasetName\":\"a;b\"}}");
}

static void templates_are_kept_changed_and_run(void **state)
{
    (void)state;
    struct rest *rest = &rig.rest;
    char id[64];
    char path[128];
    char body[256];
    rest_expect(rest, 202, "POST", "/query-templates",
                "{\"name\":\"Some users\",\"sql\":\"SELECT * FROM users LIMIT $n\","
                "\"queryParameters\":{\"n\":\"2\"}}");
    snprintf(id, sizeof(id), "%s", rest_string(rest, "id"));
    snprintf(path, sizeof(path), "/query-templates/%s", id);
    rest_expect(rest, 200, "GET", path, NULL);
    assert_string_equal(rest_string(rest, "name"), "Some users");
    assert_string_equal(rest_string(rest, "userId"), rest_string(rest, "lastUpdatedBy"));
    rest_expect(rest, 200, "GET", "/query-templates?property=name~users", NULL);
    assert_int_equal(json_count(json_get(rest->json, "templates")), 1);
    rest_expect(rest, 200, "GET", "/query-templates/count?property=name~nobody", NULL);
    assert_int_equal(json_int(json_get(rest->json, "totalCount"), -1), 0);
    snprintf(body, sizeof(body), "{\"dbName\":\"demo:all\",\"templateId\":\"%s\"}", id);
    rest_expect(rest, 202, "POST", "/queries", body);
    assert_string_equal(rest_string(rest, "templateName"), "Some users");
    assert_string_equal(rest_string(rest, "effectiveSQL"), "SELECT * FROM users LIMIT 2");
    snprintf(body, sizeof(body), "{\"templateId\":\"%s\",\"queryParameters\":{\"n\":\"3\"}}", id);
    rest_expect(rest, 202, "POST", "/queries", body);
    assert_string_equal(rest_string(rest, "effectiveSQL"), "SELECT * FROM users LIMIT 3");
    snprintf(body, sizeof(body), "property=templateId%%3D%%3D%s", id);
    assert_int_equal(list(rest, body), 2);
    rest_expect(rest, 202, "PUT", path, "{\"name\":\"Renamed\",\"sql\":\"SELECT 1\"}");
    assert_string_equal(rest_string(rest, "name"), "Renamed");
    rest_expect(rest, 400, "PUT", path, "{\"name\":\"Renamed\"}");
    rest_expect(rest, 202, "DELETE", path, NULL);
    rest_expect(rest, 404, "GET", path, NULL);
    rest_expect(rest, 404, "DELETE", path, NULL);
    snprintf(body, sizeof(body), "{\"templateId\":\"%s\"}", id);
    rest_expect(rest, 400, "POST", "/queries", body);
}

static void faults_come_in_adobe_s_shapes(void **state)
{
    (void)state;
    rest_expect(&rig.rest, 204, "POST", "//sandbox/faults",
                "GET /data/foundation/query 429 retry-after=3 count=1\n"
                "GET /data/foundation/query 500 count=1\n"
                "GET /data/foundation/query hostile count=1\n"
                "POST /ims 429 count=1\n");
    rest_expect(&rig.rest, 429, "GET", "/queries", NULL);
    assert_string_equal(rest_string(&rig.rest, "error_code"), "429050");
    assert_non_null(strstr(rig.rest.head.data, "Retry-After: 3\r\n"));
    rest_expect(&rig.rest, 500, "GET", "/queries", NULL);
    assert_int_equal(rig.rest.body.len, 0);
    rest_expect(&rig.rest, 200, "GET", "/queries", NULL);
    struct rest other;
    rest_init(&other, rig.rest.base);
    assert_int_equal(rest_login_adobe(&other, "demo", "demo-secret"), 429);
    rest_finish(&other);
    rest_expect(&rig.rest, 204, "POST", "//sandbox/faults", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ims_gives_a_long_token_for_seconds),
        cmocka_unit_test(ims_refuses_in_its_own_words),
        cmocka_unit_test(gateway_looks_at_each_header),
        cmocka_unit_test(tokens_of_one_service_are_not_good_for_the_other),
        cmocka_unit_test(query_runs_and_says_how_it_went),
        cmocka_unit_test(failure_has_a_code_and_the_database_s_words),
        cmocka_unit_test(bad_queries_are_refused_at_once),
        cmocka_unit_test(parameters_change_the_sql_that_runs),
        cmocka_unit_test(running_query_is_cancelled),
        cmocka_unit_test(waiting_query_is_killed_before_it_starts),
        cmocka_unit_test(query_that_takes_too_long_times_out),
        cmocka_unit_test(looker_s_lists_do_not_have_adobe_s_queries),
        cmocka_unit_test(soft_deleted_queries_are_left_out_unless_asked_for),
        cmocka_unit_test(pages_lead_through_all_queries_and_back),
        cmocka_unit_test(list_by_updated_shows_what_changed),
        cmocka_unit_test(properties_narrow_the_list),
        cmocka_unit_test(bodies_must_say_that_they_are_json),
        cmocka_unit_test(second_client_may_log_in_too),
        cmocka_unit_test(tables_are_made_filled_and_read),
        cmocka_unit_test(writing_fails_in_the_database_s_words),
        cmocka_unit_test(parameters_make_a_select_write),
        cmocka_unit_test(templates_are_kept_changed_and_run),
        cmocka_unit_test(faults_come_in_adobe_s_shapes),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
