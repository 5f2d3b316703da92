/* The service over HTTP: logins, tokens, errors, faults. */
#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "base/clock.h"
#include "sandbox/rest_client.h"

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

static void login_gives_a_token_of_forty_characters(void **state)
{
    (void)state;
    assert_int_equal(rest_login(&rig.rest, "demo", "demo-secret"), 200);
    assert_int_equal(strlen(rest_string(&rig.rest, "access_token")), 40);
    assert_string_equal(rest_string(&rig.rest, "token_type"), "Bearer");
    assert_int_equal(json_int(json_get(rig.rest.json, "expires_in"), 0), 3600);
    rest_expect(&rig.rest, 200, "GET", "/user", NULL);
    assert_string_equal(rest_string(&rig.rest, "display_name"), "Demo Admin");
}

static void login_takes_credentials_in_the_query_too(void **state)
{
    (void)state;
    rest_expect(&rig.rest, 200, "POST", "/login?client_id=demo&client_secret=demo-secret", "");
}

static void wrong_credentials_are_not_found(void **state)
{
    (void)state;
    char token[2048];
    memcpy(token, rig.rest.token, sizeof(token));
    assert_int_equal(rest_login(&rig.rest, "demo", "wrong"), 404);
    assert_string_equal(rest_string(&rig.rest, "message"), "Not found");
    assert_int_equal(rest_login(&rig.rest, "nobody", "demo-secret"), 404);
    assert_int_equal(rest_login(&rig.rest, "api-loader", ""), 404);
    memcpy(rig.rest.token, token, sizeof(token));
}

static void request_without_a_good_token_is_401(void **state)
{
    (void)state;
    char token[2048];
    memcpy(token, rig.rest.token, sizeof(token));
    rig.rest.token[0] = '\0';
    rest_expect(&rig.rest, 401, "GET", "/running_queries", NULL);
    assert_string_equal(rest_string(&rig.rest, "message"), "Requires authentication.");
    snprintf(rig.rest.token, sizeof(rig.rest.token), "%s", "made-up");
    rest_expect(&rig.rest, 401, "GET", "/running_queries", NULL);
    memcpy(rig.rest.token, token, sizeof(token));
    rest_expect(&rig.rest, 200, "GET", "/running_queries", NULL);
}

static void logout_revokes_the_token(void **state)
{
    (void)state;
    rest_login(&rig.rest, "demo", "demo-secret");
    rest_expect(&rig.rest, 204, "DELETE", "/logout", NULL);
    rest_expect(&rig.rest, 401, "GET", "/user", NULL);
    rest_login(&rig.rest, "demo", "demo-secret");
}

static void token_expires(void **state)
{
    (void)state;
    struct rig other;
    struct sandbox_options options = rig_options();
    options.token_ttl_ms = 50;
    options.workers = 0;
    rig_start(&other, &options);
    int64_t deadline_ms = clock_mono_ms() + 20000;
    while (rest_call(&other.rest, "GET", "/user", NULL) == 200 && clock_mono_ms() < deadline_ms)
        ;
    assert_int_equal(other.rest.status, 401);
    assert_int_equal(rest_login(&other.rest, "demo", "demo-secret"), 200);
    rig_stop(&other);
}

static void session_keeps_its_workspace_and_a_new_login_resets_it(void **state)
{
    (void)state;
    rest_expect(&rig.rest, 200, "PATCH", "/session", "{\"workspace_id\":\"dev\"}");
    rest_expect(&rig.rest, 200, "GET", "/session", NULL);
    assert_string_equal(rest_string(&rig.rest, "workspace_id"), "dev");
    rest_expect(&rig.rest, 422, "PATCH", "/session", "{\"workspace_id\":\"other\"}");
    const struct json *detail = json_at(json_get(rig.rest.json, "errors"), 0);
    assert_string_equal(json_string(json_get(detail, "field"), NULL), "workspace_id");
    rest_login(&rig.rest, "demo", "demo-secret");
    rest_expect(&rig.rest, 200, "GET", "/session", NULL);
    assert_string_equal(rest_string(&rig.rest, "workspace_id"), "production");
}

static void what_the_client_has_is_not_sent_again(void **state)
{
    (void)state;
    struct rest *rest = &rig.rest;
    rest_expect(rest, 200, "GET", "/user", NULL);
    const char *name = strcasestr(rest->head.data, "\r\nETag: ");
    assert_non_null(name);
    name += strlen("\r\nETag: ");
    char etag[40];
    snprintf(etag, sizeof(etag), "%.*s", (int)strcspn(name, "\r"), name);
    rest->if_none_match = etag;
    rest_expect(rest, 304, "GET", "/user", NULL);
    assert_int_equal(rest->body.len, 0);
    assert_non_null(strcasestr(rest->head.data, etag));
    rest_expect(rest, 200, "GET", "/workspaces", NULL);
    rest->if_none_match = NULL;
    rest_expect(rest, 200, "GET", "/user", NULL);
}

static void running_list_is_for_admins(void **state)
{
    (void)state;
    rest_login(&rig.rest, "analyst", "analyst-secret");
    rest_expect(&rig.rest, 404, "GET", "/running_queries", NULL);
    rest_expect(&rig.rest, 200, "GET", "/projects", NULL);
    rest_login(&rig.rest, "demo", "demo-secret");
}

static void admin_acts_as_another_user(void **state)
{
    (void)state;
    rest_expect(&rig.rest, 200, "POST", "/login/37", "");
    char own[2048];
    memcpy(own, rig.rest.token, sizeof(own));
    snprintf(rig.rest.token, sizeof(rig.rest.token), "%s", rest_string(&rig.rest, "access_token"));
    rest_expect(&rig.rest, 200, "GET", "/user?fields=display_name", NULL);
    assert_string_equal(rig.rest.body.data, "{\"display_name\":\"Ana Silva\"}");
    rest_expect(&rig.rest, 404, "POST", "/login/1", "");
    memcpy(rig.rest.token, own, sizeof(own));
}

static void what_is_open_needs_no_token_and_no_prefix(void **state)
{
    (void)state;
    char own[2048];
    memcpy(own, rig.rest.token, sizeof(own));
    rig.rest.token[0] = '\0';
    rest_expect(&rig.rest, 200, "GET", "//alive", NULL);
    assert_int_equal(rig.rest.body.len, 0);
    rest_expect(&rig.rest, 200, "GET", "//versions", NULL);
    rest_expect(&rig.rest, 200, "GET", "/versions", NULL);
    const struct json *version = json_get(rig.rest.json, "current_version");
    assert_string_equal(json_string(json_get(version, "version"), NULL), "4.0");
    rest_expect(&rig.rest, 404, "GET", "//user", NULL);
    memcpy(rig.rest.token, own, sizeof(own));
}

static void wrong_requests_get_an_answer_in_the_service_s_shape(void **state)
{
    (void)state;
    rest_expect(&rig.rest, 404, "GET", "/nothing/here", NULL);
    assert_string_equal(rest_string(&rig.rest, "message"), "Not found");
    rest_expect(&rig.rest, 404, "DELETE", "/user", NULL);
    rest_expect(&rig.rest, 404, "BREW", "/user", NULL);
    rest_expect(&rig.rest, 400, "POST", "/queries", "{\"model\":");
    rest_expect(&rig.rest, 400, "POST", "/queries", "[]");
    rest_expect(&rig.rest, 422, "POST", "/queries", "{\"view\":\"users\"}");
    rest_expect(&rig.rest, 422, "POST", "/queries",
                "{\"model\":\"shop\",\"view\":\"users\",\"fields\":[1]}");
    rest_expect(&rig.rest, 422, "POST", "/query_tasks", "{\"result_format\":\"csv\"}");
    rest_expect(&rig.rest, 422, "POST", "/sql_queries",
                "{\"connection_name\":\"other\",\"sql\":\"SELECT 1\"}");
    rest_expect(&rig.rest, 404, "GET", "/query_tasks/0", NULL);
    rest_expect(&rig.rest, 400, "GET", "/query_tasks/multi_results", NULL);
}

static void body_beyond_the_limit_is_413(void **state)
{
    (void)state;
    struct strbuf body;
    strbuf_init(&body, (size_t)8 << 20);
    strbuf_add_repeat(&body, ' ', (size_t)5 << 20);
    rest_expect(&rig.rest, 413, "POST", "/queries", body.data);
    strbuf_finish(&body);
}

static void port_in_use_is_said(void **state)
{
    (void)state;
    struct sandbox_options options = rig_options();
    struct error err;
    options.port = (uint16_t)atoi(strrchr(sandbox_url(rig.sandbox), ':') + 1);
    assert_null(sandbox_start(&options, &err));
    assert_int_equal(err.code, ERR_NETWORK);
    assert_non_null(strstr(err.message, "in use"));
    options.listen = "no.address.example";
    assert_null(sandbox_start(&options, &err));
    assert_int_equal(err.code, ERR_USAGE);
}

static void set_fault(const char *spec)
{
    rest_expect(&rig.rest, 204, "POST", "//sandbox/faults", spec);
}

static void faults_strike_until_they_are_cleared(void **state)
{
    (void)state;
    set_fault("GET /api/4.0/user 429 retry-after=3");
    rest_expect(&rig.rest, 429, "GET", "/user", NULL);
    assert_non_null(strstr(rig.rest.head.data, "Retry-After: 3\r\n"));
    rest_expect(&rig.rest, 200, "GET", "/session", NULL);
    set_fault("* /api/4.0/user html");
    rest_expect(&rig.rest, 502, "GET", "/user", NULL);
    assert_non_null(strstr(rig.rest.body.data, "nginx"));
    set_fault("* /api/4.0/user garbage");
    rest_expect(&rig.rest, 200, "GET", "/user", NULL);
    assert_null(rig.rest.json);
    set_fault("* /api/4.0/user hostile");
    rest_expect(&rig.rest, 200, "GET", "/user", NULL);
    set_fault("* /api/4.0/user delay ms=60");
    int64_t before_ms = clock_mono_ms();
    rest_expect(&rig.rest, 200, "GET", "/user", NULL);
    assert_true(clock_mono_ms() - before_ms >= 60);
    rest_expect(&rig.rest, 400, "POST", "//sandbox/faults", "GET /x sideways");
    set_fault("");
    rest_expect(&rig.rest, 200, "GET", "/user", NULL);
}

static void broken_answers_break_the_transfer(void **state)
{
    (void)state;
    set_fault("* /api/4.0/user cut");
    rest_call(&rig.rest, "GET", "/user", NULL);
    assert_int_equal(rig.rest.curl_code, CURLE_PARTIAL_FILE);
    assert_true(rig.rest.body.len > 0);
    set_fault("* /api/4.0/user reset");
    rest_call(&rig.rest, "GET", "/user", NULL);
    assert_int_equal(rig.rest.curl_code, CURLE_RECV_ERROR);
    set_fault("");
}

static void hanging_request_holds_up_nobody_and_ends_with_the_service(void **state)
{
    (void)state;
    struct rig other;
    struct sandbox_options options = rig_options();
    options.faults = (const char *const[]){"* /api/4.0/user hang"};
    options.fault_count = 1;
    rig_start(&other, &options);
    /* A request that is sent by hand and never read. */
    CURL *curl = curl_easy_init();
    char url[128];
    size_t sent;
    static const char text[] = "GET /api/4.0/user HTTP/1.1\r\nHost: x\r\n\r\n";
    snprintf(url, sizeof(url), "%s/", sandbox_url(other.sandbox));
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    assert_int_equal(curl_easy_perform(curl), CURLE_OK);
    assert_int_equal(curl_easy_send(curl, text, strlen(text), &sent), CURLE_OK);
    rest_expect(&other.rest, 200, "GET", "/session", NULL);
    int64_t before_ms = clock_mono_ms();
    rig_stop(&other);
    assert_true(clock_mono_ms() - before_ms < 20000);
    curl_easy_cleanup(curl);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(login_gives_a_token_of_forty_characters),
        cmocka_unit_test(login_takes_credentials_in_the_query_too),
        cmocka_unit_test(wrong_credentials_are_not_found),
        cmocka_unit_test(request_without_a_good_token_is_401),
        cmocka_unit_test(logout_revokes_the_token),
        cmocka_unit_test(token_expires),
        cmocka_unit_test(session_keeps_its_workspace_and_a_new_login_resets_it),
        cmocka_unit_test(what_the_client_has_is_not_sent_again),
        cmocka_unit_test(running_list_is_for_admins),
        cmocka_unit_test(admin_acts_as_another_user),
        cmocka_unit_test(what_is_open_needs_no_token_and_no_prefix),
        cmocka_unit_test(wrong_requests_get_an_answer_in_the_service_s_shape),
        cmocka_unit_test(body_beyond_the_limit_is_413),
        cmocka_unit_test(port_in_use_is_said),
        cmocka_unit_test(faults_strike_until_they_are_cleared),
        cmocka_unit_test(broken_answers_break_the_transfer),
        cmocka_unit_test(hanging_request_holds_up_nobody_and_ends_with_the_service),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
