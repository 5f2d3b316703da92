#include "support/testing.h"

#include <string.h>

#include "provider/exchange.h"

#define ID      "a607517addb9d3159300ee61d314e40e"
#define HEADERS "Accept: application/json\nAuthorization: token tok-1\n"
#define JSON    "Content-Type: application/json\n\n"

/* A spec of options as people give them: name, value, ..., NULL. */
static struct run_spec *spec_of(const char *const *options)
{
    struct run_spec *spec = run_spec_create();
    for (; *options; options += 2) {
        const struct run_option *option = run_option_find(options[0]);
        struct error err;
        assert_non_null(option);
        if (!option->set(spec, option, options[1], &err))
            fail_msg("%s", err.message);
    }
    return spec;
}

static void begin(struct exchange *x, const struct run_spec *spec)
{
    exchange_begin(x, OP_RUN, NULL);
    x->job.spec = spec;
}

#define SPEC(...) spec_of((const char *const[]){__VA_ARGS__, NULL})

static void explore_becomes_a_query_and_then_a_task(void **state)
{
    struct exchange *x = *state;
    struct run_spec *spec =
        SPEC("model", "shop", "explore", "orders", "fields", "orders.count, orders.week", "filter",
             "users.state=C\"A", "sorts", "orders.week desc", "limit", "20", "cache", "no",
             "rebuild-pdts", "yes", "path-prefix", "/a b", "result-format", "json");
    begin(x, spec);
    assert_request(x, "POST https://acme.example/api/4.0/queries\n" HEADERS JSON
                      "{\"model\":\"shop\",\"view\":\"orders\",\"fields\":[\"orders.count\","
                      "\"orders.week\"],\"filters\":{\"users.state\":\"C\\\"A\"},"
                      "\"sorts\":[\"orders.week desc\"],\"limit\":\"20\"}");
    assert_int_equal(exchange_leg(x, 200, "{\"id\":\"q5\",\"model\":\"shop\",\"view\":\"orders\"}"),
                     STEP_AGAIN);
    assert_request(x, "POST https://acme.example/api/4.0/query_tasks?cache=false&rebuild_pdts=true"
                      "&limit=20&path_prefix=%2Fa%20b\n" HEADERS JSON
                      "{\"query_id\":\"q5\",\"result_format\":\"json\"}");
    assert_int_equal(exchange_leg(x, 200,
                                  "{\"id\":\"" ID "\",\"status\":\"added\",\"source\":\"api4\"}"),
                     STEP_DONE);
    assert_string_equal(x->batch.new_task_id, ID);
    assert_text(only_task(x), TASK_ID, ID);
    assert_text(only_task(x), TASK_TITLE, "shop \xc2\xb7 orders");
    assert_text(only_task(x), TASK_QUERY_ID, "q5");
    assert_text(only_task(x), TASK_RETRY_OF, NULL);
    assert_int_equal(only_task(x)->state, TASK_QUEUED);
    assert_int_equal(only_task(x)->created_ms, TEST_NOW_MS);
    run_spec_unref(spec);
}

static void number_is_an_id_and_runs_at_once(void **state)
{
    struct exchange *x = *state;
    struct run_spec *spec = SPEC("query", "2216", "limit", "-1");
    begin(x, spec);
    assert_request(x, "POST https://acme.example/api/4.0/query_tasks?limit=-1\n" HEADERS JSON
                      "{\"query_id\":\"2216\",\"result_format\":\"json_detail\"}");
    run_spec_unref(spec);
}

static void slug_finds_the_query_first(void **state)
{
    struct exchange *x = *state;
    struct run_spec *spec = SPEC("query", "aogBgL6");
    begin(x, spec);
    assert_request(x, "GET https://acme.example/api/4.0/queries/slug/aogBgL6\n" HEADERS);
    assert_int_equal(exchange_leg(x, 200, "{\"id\":77,\"client_id\":\"aog\",\"model\":\"m\"}"),
                     STEP_AGAIN);
    assert_request(x, "POST https://acme.example/api/4.0/query_tasks\n" HEADERS JSON
                      "{\"query_id\":\"77\",\"result_format\":\"json_detail\"}");
    run_spec_unref(spec);
}

static void look_runs_its_query_in_its_name(void **state)
{
    struct exchange *x = *state;
    struct run_spec *spec = SPEC("look", "112");
    begin(x, spec);
    assert_request(
        x, "GET https://acme.example/api/4.0/looks/112?fields=id,title,query_id,query\n" HEADERS);
    assert_int_equal(exchange_leg(x, 200,
                                  "{\"id\":\"112\",\"title\":\"Weekly\\u001b[31m\",\"query_id\":"
                                  "\"q5\",\"query\":{\"id\":\"q5\",\"model\":\"shop\"}}"),
                     STEP_AGAIN);
    assert_request(x,
                   "POST https://acme.example/api/4.0/query_tasks\n" HEADERS JSON
                   "{\"query_id\":\"q5\",\"result_format\":\"json_detail\",\"look_id\":\"112\"}");
    assert_int_equal(exchange_leg(x, 200, "{\"id\":\"" ID "\",\"status\":\"added\"}"), STEP_DONE);
    assert_text(only_task(x), TASK_TITLE, "Weekly\xe2\x90\x9b[31m");
    assert_text(only_task(x), TASK_MODEL, "shop");
    run_spec_unref(spec);
}

static void refusal_names_the_option_it_is_about(void **state)
{
    struct exchange *x = *state;
    static const struct {
        const char *body;
        const char *field;
        const char *words;
    } cases[] = {
        {"{\"message\":\"Validation Failed\",\"errors\":[{\"field\":\"view\",\"message\":\"is not "
         "there\"}]}",
         "explore", "Validation Failed; view: is not there (422)"},
        {"{\"message\":\"Validation Failed\",\"errors\":[{\"field\":\"result_format\","
         "\"message\":\"bad\"}]}",
         "result-format", "result_format: bad"},
        {"{\"message\":\"No\",\"errors\":[{\"field\":\"vis_config\\u001b\",\"message\":\"bad\"}]}",
         "vis_config\xe2\x90\x9b", "No"},
        {"{\"message\":\"No\",\"errors\":[{\"message\":\"bad\"}]}", "", "No; bad"},
        {"<html>", "", "(422)"},
    };
    struct run_spec *spec = SPEC("model", "shop", "explore", "orders", "fields", "orders.count");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        begin(x, spec);
        assert_int_equal(exchange_leg(x, 422, cases[i].body), STEP_FAILED);
        assert_string_equal(x->batch.field, cases[i].field);
        assert_error(x, ERR_NO, cases[i].words);
    }
    run_spec_unref(spec);
}

static void unknown_query_is_said_of_its_option(void **state)
{
    struct exchange *x = *state;
    static const struct {
        const char *options[7];
        const char *field;
        const char *words;
    } cases[] = {
        {{"query", "7"}, "query", "no query 7, or this account"},
        {{"query", "slug"}, "query", "no query slug"},
        {{"look", "3"}, "look", "no Look 3"},
        {{"model", "m", "explore", "e", "fields", "f"}, "explore", "no explore e in m"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct run_spec *spec = spec_of(cases[i].options);
        begin(x, spec);
        assert_true(exchange_build(x));
        assert_int_equal(exchange_answer(x, 404, "text/html", "<html>", 6), STEP_FAILED);
        assert_string_equal(x->batch.field, cases[i].field);
        assert_error(x, ERR_NO, cases[i].words);
        run_spec_unref(spec);
    }
}

static void nothing_odd_is_sent(void **state)
{
    struct exchange *x = *state;
    struct run_spec *spec = SPEC("query", "../login");
    begin(x, spec);
    assert_false(exchange_build(x));
    assert_error(x, ERR_USAGE, "query is no id");
    run_spec_unref(spec);
    spec = SPEC("model", "m");
    begin(x, spec);
    assert_false(exchange_build(x));
    assert_error(x, ERR_USAGE, "add --explore");
    run_spec_unref(spec);
    begin(x, NULL);
    assert_false(exchange_build(x));
    assert_error(x, ERR_USAGE, "nothing said");
}

static void answers_that_name_nothing_fail(void **state)
{
    struct exchange *x = *state;
    struct run_spec *spec = SPEC("query", "slug");
    begin(x, spec);
    assert_int_equal(exchange_leg(x, 200, "{}"), STEP_FAILED);
    assert_error(x, ERR_SERVICE, "named no query");
    begin(x, spec);
    exchange_leg(x, 200, "{\"id\":\"../x\"}");
    assert_false(exchange_build(x));
    begin(x, spec);
    exchange_leg(x, 200, "{\"id\":\"q\"}");
    assert_int_equal(exchange_leg(x, 200, "{\"id\":\"../x\"}"), STEP_FAILED);
    assert_error(x, ERR_SERVICE, "run: Looker took it, but named no new task");
    assert_int_equal(x->batch.task_count, 0);
    run_spec_unref(spec);
}

static void api_3_1_has_numbers_for_ids(void **state)
{
    struct exchange *x = *state;
    struct run_spec *spec = SPEC("model", "m", "explore", "e", "fields", "f");
    begin(x, spec);
    assert_int_equal(exchange_leg(x, 200, "{\"id\":2216,\"client_id\":\"aogBgL6\"}"), STEP_AGAIN);
    assert_request(x, "POST https://acme.example/api/3.1/query_tasks\n" HEADERS JSON
                      "{\"query_id\":2216,\"result_format\":\"json_detail\"}");
    run_spec_unref(spec);
    struct task *task = exchange_task(ID, TASK_FAILED, NULL);
    exchange_begin(x, OP_RETRY, task);
    assert_int_equal(exchange_leg(x, 200,
                                  "{\"query_id\":2216,\"look_id\":3,\"result_format\":null}"),
                     STEP_AGAIN);
    assert_request(x, "POST https://acme.example/api/3.1/query_tasks?cache=false\n" HEADERS JSON
                      "{\"query_id\":2216,\"result_format\":\"json_detail\",\"look_id\":3}");
    task_unref(task);
}

static void api_3_1_is_not_given_what_only_4_0_has(void **state)
{
    struct exchange *x = *state;
    exchange_begin(x, OP_ITEMS, NULL);
    exchange_leg(x, 200, "{\"workspace_id\":\"dev\"}");
    exchange_leg(x, 200, "[]");
    assert_true(exchange_build(x));
    assert_null(strstr(x->request.url.data, "dependency_status"));
    assert_null(strstr(x->request.url.data, "password"));
    assert_non_null(strstr(x->request.url.data, "/api/3.1/projects?fields=id,name"));
}

static void api_3_1_rows_have_numbers_for_ids(void **state)
{
    struct exchange *x = *state;
    exchange_begin(x, OP_LIST, NULL);
    assert_int_equal(
        exchange_leg(x, 200,
                     "[{\"id\":7,\"query_task_id\":\"" ID
                     "\",\"status\":\"running\",\"user\":{\"id\":14},"
                     "\"query\":{\"id\":2216,\"client_id\":\"aogBgL6\",\"model\":\"m\"}}]"),
        STEP_DONE);
    assert_text(only_task(x), TASK_QUERY_ID, "2216");
    assert_text(only_task(x), TASK_USER_ID, "14");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOOKER_TEST(explore_becomes_a_query_and_then_a_task),
        LOOKER_TEST(number_is_an_id_and_runs_at_once),
        LOOKER_TEST(slug_finds_the_query_first),
        LOOKER_TEST(look_runs_its_query_in_its_name),
        LOOKER_TEST(refusal_names_the_option_it_is_about),
        LOOKER_TEST(unknown_query_is_said_of_its_option),
        LOOKER_TEST(nothing_odd_is_sent),
        LOOKER_TEST(answers_that_name_nothing_fail),
        LOOKER_3_1_TEST(api_3_1_has_numbers_for_ids),
        LOOKER_3_1_TEST(api_3_1_is_not_given_what_only_4_0_has),
        LOOKER_3_1_TEST(api_3_1_rows_have_numbers_for_ids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
