#include "support/testing.h"

#include <string.h>

#include "base/limits.h"
#include "sandbox/request.h"

static void target_is_split_before_it_is_decoded(void **state)
{
    (void)state;
    struct request request;
    request_init(&request);
    request.target = "/api/4.0//projects/a%2Fb/git_branch/fix%20it?fields=id%2Cname&x=&cache=FALSE";
    assert_true(request_parse_target(&request));
    assert_int_equal(request.segment_count, 6);
    assert_string_equal(request.segments[3], "a/b");
    assert_string_equal(request.segments[5], "fix it");
    assert_string_equal(request_parameter(&request, "fields"), "id,name");
    assert_string_equal(request_parameter(&request, "x"), "");
    assert_null(request_parameter(&request, "y"));
    assert_int_equal(request_flag(&request, "cache"), 0);
    assert_int_equal(request_flag(&request, "x"), -1);
    request_finish(&request);
}

static void broken_escapes_stay_as_they_are(void **state)
{
    (void)state;
    struct request request;
    request_init(&request);
    request.target = "/%zz/%4/%";
    assert_true(request_parse_target(&request));
    assert_string_equal(request.segments[0], "%zz");
    assert_string_equal(request.segments[1], "%4");
    assert_string_equal(request.segments[2], "%");
    request_finish(&request);
}

static void endless_targets_are_refused(void **state)
{
    (void)state;
    char target[2 * REQUEST_SEGMENTS_MAX + 4] = "";
    for (int i = 0; i <= REQUEST_SEGMENTS_MAX; i++)
        strcat(target, "/x");
    struct request request;
    request_init(&request);
    request.target = target;
    assert_false(request_parse_target(&request));
    request_finish(&request);
    request_init(&request);
    request.target = "no-slash";
    assert_false(request_parse_target(&request));
    request_finish(&request);
}

static void form_is_decoded(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct parameter form[3];
    size_t count =
        request_parse_form(&arena, "client_id=a%26b&client_secret=c+d&&=x&e&f=1&g", form, 3);
    assert_int_equal(count, 3);
    assert_string_equal(form[0].value, "a&b");
    assert_string_equal(form[1].value, "c d");
    assert_string_equal(form[2].name, "e");
    assert_string_equal(form[2].value, "");
    arena_finish(&arena);
}

static void check_pick(const char *text, const char *fields, const char *expected)
{
    struct json *json = json_parse(text, strlen(text), NULL);
    struct json *picked = fields_pick(json, fields);
    struct strbuf out;
    strbuf_init(&out, 4096);
    json_format(picked, false, &out);
    assert_string_equal(out.data, expected);
    strbuf_finish(&out);
    json_destroy(picked);
    json_destroy(json);
}

static void fields_choose_members_also_of_lists_and_of_what_is_inside(void **state)
{
    (void)state;
    const char *task = "{\"id\":\"1\",\"status\":\"added\",\"look\":null,"
                       "\"query\":{\"id\":\"q\",\"model\":\"m\",\"view\":\"v\"}}";
    check_pick(task, "id", "{\"id\":\"1\"}");
    check_pick(task, "id, look,nope", "{\"id\":\"1\",\"look\":null}");
    check_pick(task, "status,query(id,model),id",
               "{\"id\":\"1\",\"status\":\"added\",\"query\":{\"id\":\"q\",\"model\":\"m\"}}");
    check_pick("[{\"a\":1,\"b\":2},{\"b\":3}]", "b", "[{\"b\":2},{\"b\":3}]");
    check_pick(task, "(((", "{}");
    check_pick(task, ")(,)", "{}");
    check_pick(task, "query()", "{\"query\":{\"id\":\"q\",\"model\":\"m\",\"view\":\"v\"}}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(target_is_split_before_it_is_decoded),
        cmocka_unit_test(broken_escapes_stay_as_they_are),
        cmocka_unit_test(endless_targets_are_refused),
        cmocka_unit_test(form_is_decoded),
        cmocka_unit_test(fields_choose_members_also_of_lists_and_of_what_is_inside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
