/* The relaxed JSON of the aio command line, made JSON. */
#include "support/testing.h"

#include <string.h>

#include "engine/hjson.h"
#include "net/json.h"

#define MAX_BYTES 4096

static void what_is_relaxed_becomes_json(void **state)
{
    static const struct {
        const char *hjson;
        const char *json;
    } cases[] = {
        {"{}", "{}"},
        {"", "{}"},
        {"{\"a\": [1, true, null, \"x\\n\"]}", "{\"a\":[\"1\",true,null,\"x\\n\"]}"},
        {"{a: 1, b: x, y\n}", "{\"a\":\"1\",\"b\":\"x, y\"}"},
        {"a: one\nb: two words  \r\n", "{\"a\":\"one\",\"b\":\"two words\"}"},
        {"# of us\na: x # not\n// neither\nb: 5 # but here /* or */\n/* or\nthere */ c: 7",
         "{\"a\":\"x # not\",\"b\":\"5\",\"c\":\"7\"}"},
        {"{a:\n  {\n b:\n [\n x\n y,\n \"z\",\n ],\n },\n}",
         "{\"a\":{\"b\":[\"x\",\"y,\",\"z\"]}}"},
        {"$current: cli", "{\"$current\":\"cli\"}"},
        {"a: 'it\\'s \"so\"'", "{\"a\":\"it's \\\"so\\\"\"}"},
        {"a: '''one\ntwo'''\nb: null", "{\"a\":\"one\\u000atwo\",\"b\":null}"},
        {"a: true enough\nb: 12 monkeys\nc: -5, d: 2026-11-21",
         "{\"a\":\"true enough\",\"b\":\"12 monkeys\",\"c\":\"-5\",\"d\":\"2026-11-21\"}"},
        {"a: https://x.example/y", "{\"a\":\"https://x.example/y\"}"},
        {"a: back\\slash \"q\"", "{\"a\":\"back\\\\slash \\\"q\\\"\"}"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct strbuf out;
        struct error err = {0};
        strbuf_init(&out, MAX_BYTES);
        if (!hjson_to_json(cases[i].hjson, strlen(cases[i].hjson), &out, &err))
            fail_msg("%s: %s", cases[i].hjson, err.message);
        assert_string_equal(out.data, cases[i].json);
        struct json *json = json_parse(out.data, out.len, NULL);
        assert_non_null(json);
        json_destroy(json);
        strbuf_finish(&out);
    }
}

static void what_is_wrong_is_told_by_its_line_and_never_quoted(void **state)
{
    static const struct {
        const char *hjson;
        const char *words;
    } cases[] = {
        {"{\n a: hush\n", "line 3: a } is missing"},
        {"a: [\nhush\n", "line 3: a ] is missing"},
        {"a: x\nhush", "line 2: there is no : behind a name"},
        {"a:\n\n", "line 3: a value is missing"},
        {"{a: }", "line 1: a value is missing"},
        {"{: x}", "line 1: a name is missing"},
        {"a: \"hush\nb: x", "line 1: a quote is not closed"},
        {"a: '''hush\n", "line 2: a text of several lines does not end"},
        {"{} hush", "line 1: there is something behind the last }"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct strbuf out;
        struct error err = {0};
        strbuf_init(&out, MAX_BYTES);
        assert_false(hjson_to_json(cases[i].hjson, strlen(cases[i].hjson), &out, &err));
        if (!strstr(err.message, cases[i].words) || strstr(err.message, "hush"))
            fail_msg("'%s': %s", cases[i].hjson, err.message);
        strbuf_finish(&out);
    }
}

static void depth_and_size_are_bounded(void **state)
{
    (void)state;
    struct strbuf deep, out;
    struct error err = {0};
    strbuf_init(&deep, MAX_BYTES);
    strbuf_add_text(&deep, "a: ");
    for (int i = 0; i < 1000; i++)
        strbuf_add_char(&deep, '[');
    strbuf_init(&out, MAX_BYTES);
    assert_false(hjson_to_json(deep.data, deep.len, &out, &err));
    assert_non_null(strstr(err.message, "too deep"));
    strbuf_finish(&out);
    strbuf_finish(&deep);
    strbuf_init(&out, 8);
    assert_false(hjson_to_json("a: much more", 12, &out, &err));
    assert_non_null(strstr(err.message, "too large"));
    strbuf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_relaxed_becomes_json),
        cmocka_unit_test(what_is_wrong_is_told_by_its_line_and_never_quoted),
        cmocka_unit_test(depth_and_size_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
