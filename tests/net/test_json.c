#include "support/testing.h"

#include <locale.h>
#include <malloc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "net/json.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define FFFD         "\xEF\xBF\xBD"

static struct json *parse(const char *text)
{
    struct error err = {0};
    struct json *root = json_parse(text, strlen(text), &err);
    if (!root)
        fail_msg("%s: %s", text, err.message);
    return root;
}

static void check_format(const struct json *value, bool is_pretty, const char *expected)
{
    struct strbuf out;
    strbuf_init(&out, 1 << 16);
    json_format(value, is_pretty, &out);
    assert_string_equal(out.data, expected);
    strbuf_finish(&out);
}

static void whole_documents_are_read(void **state)
{
    (void)state;
    static const char *const good[] = {"{}", "[]", " [1] \r\n\t", "12", "\"a\"", "true", "-0.5e3"};
    for (size_t i = 0; i < COUNT(good); i++)
        json_destroy(parse(good[i]));
}

static void broken_documents_are_refused_with_the_offset(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *offset;
    } bad[] = {
        {"", "byte 0"},       {"  ", "byte 2"},    {"{\"a\":1", "byte 6"},  {"[1] x", "byte 4"},
        {"[1][2]", "byte 3"}, {"[1 2]", "byte 3"}, {"{\"a\" 1}", "byte 5"}, {"tru", "byte 3"},
        {"<html>", "byte 0"}, {"[1}", "byte 2"},   {"\"a", "byte 2"},
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct error err = {0};
        assert_null(json_parse(bad[i].text, strlen(bad[i].text), &err));
        assert_int_equal(err.code, ERR_SERVICE);
        if (!strstr(err.message, bad[i].offset))
            fail_msg("%s: no \"%s\" in: %s", bad[i].text, bad[i].offset, err.message);
    }
    assert_null(json_parse("null", 4, NULL));
    assert_null(json_parse("[1]\0", 4, NULL));
    assert_null(json_parse("[1\0]", 4, NULL));
}

static void bytes_after_the_length_are_not_read(void **state)
{
    (void)state;
    struct json *root = json_parse("123456", 3, NULL);
    assert_int_equal(json_int(root, 0), 123);
    json_destroy(root);
}

static void nesting_ends_at_the_limit(void **state)
{
    (void)state;
    for (size_t depth = LIMIT_JSON_DEPTH - 1; depth <= LIMIT_JSON_DEPTH + 1; depth++) {
        char text[2 * LIMIT_JSON_DEPTH + 3];
        memset(text, '[', depth);
        text[depth] = '7';
        memset(text + depth + 1, ']', depth);
        struct json *root = json_parse(text, 2 * depth + 1, NULL);
        assert_int_equal(root != NULL, depth <= LIMIT_JSON_DEPTH);
        json_destroy(root);
    }
}

/* The piece again and again, to the length; its hashes become a number. */
static char *fill(const char *before, const char *piece, const char *after, size_t length)
{
    char *text = malloc(length + strlen(piece) + strlen(before) + strlen(after) + 1);
    assert_non_null(text);
    size_t at = (size_t)sprintf(text, "%s", before);
    while (at < length) {
        char *number = strchr(strcpy(text + at, piece), '#');
        for (size_t n = at; number && *number == '#'; n /= 10)
            *number++ = (char)('0' + n % 10);
        at += strlen(piece);
    }
    strcpy(text + at, after);
    return text;
}

static size_t heap_bytes(void)
{
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

/* Small documents can make large trees. Whatever they hold: beyond the limit they are refused. */
static void no_document_makes_a_tree_beyond_the_limit(void **state)
{
    (void)state;
    static const struct {
        const char *before;
        const char *piece;
        const char *after;
    } shapes[] = {
        {"[", "{},", "0]"},
        {"[", "[],", "0]"},
        {"[", "0,", "0]"},
        {"[", "[[[{\"a\":[]}]]],", "0]"},
        {"[", "{\"a\":0},", "0]"},
        {"[", "\"\\\"\",\"\",", "0]"},
        {"{", "\"########\":\"\",", "\"b\":0}"},
        {"{", "\"########\":0,", "\"b\":0}"},
        {"[\"", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "\"]"},
        {"['\"',", "{},", "0]"},       /* json-c reads 'strings' */
        {"[/* \" */ 1,", "{},", "0]"}, /* and comments */
    };
    for (size_t i = 0; i < COUNT(shapes); i += TEST_STRIDE) {
        bool was_refused = false;
        for (size_t length = 300 * LIMIT_KIB; !was_refused; length += length / 2) {
            char *text = fill(shapes[i].before, shapes[i].piece, shapes[i].after, length);
            struct error err = {0};
            size_t used_bytes = heap_bytes();
            struct json *root = json_parse(text, strlen(text), &err);
            used_bytes = heap_bytes() - used_bytes; /* 0 under a sanitizer */
            if (root && used_bytes > LIMIT_JSON_TREE_BYTES)
                fail_msg("%s: %zu bytes take %zu", shapes[i].piece, length, used_bytes);
            was_refused = !root;
            if (!root)
                assert_non_null(strstr(err.message, "more values than can be read"));
            json_destroy(root);
            free(text);
        }
    }
}

static void getters_take_absent_null_and_wrong_types(void **state)
{
    (void)state;
    struct json *root = parse("{\"n\":null,\"a\":[1],\"s\":\"x\"}");
    assert_null(json_get(root, "n"));
    assert_null(json_get(root, "absent"));
    assert_null(json_get(json_get(root, "s"), "x"));
    assert_null(json_get(NULL, "x"));
    assert_int_equal(json_count(root), 0);
    assert_int_equal(json_count(NULL), 0);
    assert_int_equal(json_count(json_get(root, "a")), 1);
    assert_null(json_at(json_get(root, "a"), 1));
    assert_null(json_at(root, 0));
    assert_null(json_string(NULL, NULL));
    assert_null(json_string(root, NULL));
    assert_int_equal(json_int(NULL, 7), 7);
    assert_int_equal(json_int(root, 7), 7);
    assert_true(json_double(NULL, 0.5) == 0.5);
    assert_int_equal(json_bool(NULL), -1);
    assert_int_equal(json_bool(json_get(root, "s")), -1);
    assert_true(json_is_null(NULL));
    assert_false(json_is_null(root));
    assert_false(json_is_object(NULL) || json_is_array(NULL) || json_is_string(NULL) ||
                 json_is_number(NULL) || json_is_bool(NULL));
    json_destroy(root);
    json_destroy(NULL);
}

static void types_are_told_apart(void **state)
{
    (void)state;
    struct json *root = parse("[{},[],\"s\",1,1.5,true,false]");
    assert_true(json_is_object(json_at(root, 0)));
    assert_true(json_is_array(json_at(root, 1)));
    assert_true(json_is_string(json_at(root, 2)));
    assert_true(json_is_number(json_at(root, 3)));
    assert_true(json_is_number(json_at(root, 4)));
    assert_true(json_is_bool(json_at(root, 5)));
    assert_false(json_is_string(json_at(root, 3)));
    assert_false(json_is_number(json_at(root, 2)));
    assert_int_equal(json_bool(json_at(root, 5)), 1);
    assert_int_equal(json_bool(json_at(root, 6)), 0);
    json_destroy(root);
}

static void integers_are_exact_or_the_fallback(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t value; /* -1: the fallback */
    } cases[] = {
        {"5", 5},
        {"\"12\"", 12},
        {"\"-3\"", -3},
        {"2.9", 2},
        {"\"2.9\"", 2},
        {"1e3", 1000},
        {"9223372036854775807", INT64_MAX},
        {"9223372036854775808", -1},
        {"99999999999999999999999", -1},
        {"-99999999999999999999999", -1},
        {"\"9223372036854775808\"", -1},
        {"1e30", -1},
        {"1e999", -1},
        {"\"\"", -1},
        {"\"x\"", -1},
        {"\"1x\"", -1},
        {"\" 1\"", -1},
        {"\"0x10\"", -1},
        {"\"--1\"", -1},
        {"true", -1},
        {"[]", -1},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct json *root = parse(cases[i].text);
        if (json_int(root, -1) != cases[i].value)
            fail_msg("%s gives %lld", cases[i].text, (long long)json_int(root, -1));
        json_destroy(root);
    }
}

static void doubles_are_finite_or_the_fallback(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value; /* -1: the fallback */
    } cases[] = {
        {"0.5", 0.5},
        {"\"0.489\"", 0.489},
        {"7", 7},
        {"\"1e3\"", 1000},
        {"1e999", -1},
        {"\"1e999\"", -1},
        {"\"nan\"", -1},
        {"\"inf\"", -1},
        {"\"0x1p3\"", -1},
        {"\"1,5\"", -1},
        {"\"\"", -1},
        {"\"-\"", -1},
        {"\"1.5s\"", -1},
        {"NaN", -1},
        {"true", -1},
        {"{}", -1},
        {"99999999999999999999999", -1},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct json *root = parse(cases[i].text);
        if (json_double(root, -1) != cases[i].value)
            fail_msg("%s gives %g", cases[i].text, json_double(root, -1));
        json_destroy(root);
    }
}

static void strings_are_the_text_of_scalars(void **state)
{
    (void)state;
    struct json *root = parse("[\"a\\u0000b\",12,0.10,true,99999999999999999999999,{},[]]");
    size_t length = 0;
    assert_memory_equal(json_string(json_at(root, 0), &length), "a\0b", 4);
    assert_int_equal(length, 3);
    assert_string_equal(json_string(json_at(root, 1), &length), "12");
    assert_int_equal(length, 2);
    assert_string_equal(json_string(json_at(root, 2), NULL), "0.10");
    assert_string_equal(json_string(json_at(root, 3), NULL), "true");
    for (size_t i = 4; i < 7; i++)
        assert_null(json_string(json_at(root, i), NULL));
    json_destroy(root);
}

static void broken_utf8_is_not_handed_out(void **state)
{
    (void)state;
    struct json *root = parse("{\"k\xff\":\"a\xC3\",\"s\":\"\\ud800x\"}");
    assert_string_equal(json_string(json_get(root, "k" FFFD), NULL), "a" FFFD);
    const char *text = json_string(json_get(root, "s"), NULL);
    assert_true(utf8_is_valid(text, strlen(text)));
    json_destroy(root);
}

static void text_is_sanitised_and_cut(void **state)
{
    (void)state;
    struct json *root = parse("{\"t\":\"a\\n\\u001b[2J\",\"n\":5,\"z\":null}");
    struct strbuf out;
    strbuf_init(&out, 100);
    assert_true(json_text(root, "t", SANITIZE_LINE, &out));
    assert_true(json_text(root, "n", SANITIZE_LINE, &out));
    assert_string_equal(out.data, "a \xE2\x90\x9B[2J5");
    assert_false(json_text(root, "z", SANITIZE_LINE, &out));
    assert_false(json_text(root, "absent", SANITIZE_LINE, &out));
    assert_false(json_text(NULL, "t", SANITIZE_LINE, &out));
    strbuf_finish(&out);
    strbuf_init(&out, 3);
    assert_true(json_text(root, "t", SANITIZE_TEXT, &out));
    assert_string_equal(out.data, "a\n");
    assert_true(out.is_cut);
    strbuf_finish(&out);
    json_destroy(root);
}

static void members_come_in_the_order_of_the_document(void **state)
{
    (void)state;
    struct json *root = parse("{\"z\":1,\"a\":null,\"m\":3}");
    const void *cursor = NULL;
    const char *key;
    const struct json *value;
    assert_true(json_next_member(root, &cursor, &key, &value));
    assert_string_equal(key, "z");
    assert_int_equal(json_int(value, 0), 1);
    assert_true(json_next_member(root, &cursor, &key, &value));
    assert_string_equal(key, "a");
    assert_null(value);
    assert_true(json_next_member(root, &cursor, &key, &value));
    assert_string_equal(key, "m");
    assert_false(json_next_member(root, &cursor, &key, &value));
    cursor = NULL;
    assert_false(json_next_member(NULL, &cursor, &key, &value));
    assert_false(json_next_member(json_get(root, "z"), &cursor, &key, &value));
    json_destroy(root);
}

static void built_documents_are_valid_json(void **state)
{
    (void)state;
    struct json *root = json_new_object();
    json_set_string(root, "s", "a/\"b\"\xff\n");
    json_set_string(root, "none", NULL);
    json_set_int(root, "i", INT64_MIN);
    json_set_double(root, "d", 0.1);
    json_set_double(root, "whole", 3);
    json_set_double(root, "bad", NAN);
    json_set_bool(root, "b", true);
    json_set_null(root, "n");
    json_set(root, "k\xff", json_new_string_len("x\0y", 3));
    struct json *list = json_new_array();
    json_push(list, json_new_int(1));
    json_push(list, NULL);
    json_push(list, json_new_bool(false));
    json_set(root, "l", list);
    check_format(root, false,
                 "{\"s\":\"a/\\\"b\\\"" FFFD "\\n\",\"none\":null,\"i\":-9223372036854775808,"
                 "\"d\":0.1,\"whole\":3,\"bad\":null,\"b\":true,\"n\":null,"
                 "\"k" FFFD "\":\"x\\u0000y\",\"l\":[1,null,false]}");
    json_destroy(root);
}

static void pretty_output_is_indented_by_two(void **state)
{
    (void)state;
    struct json *root = parse("{\"a\":[1,{\"b\":\"x/y\"}]}");
    check_format(root, true, "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"x/y\"\n    }\n  ]\n}");
    check_format(root, false, "{\"a\":[1,{\"b\":\"x/y\"}]}");
    check_format(NULL, false, "null");
    json_destroy(root);
}

static void doubles_survive_the_round_trip(void **state)
{
    (void)state;
    static const double numbers[] = {0.1, 1.0 / 3, 1e300, 5e-324, 123456789.125, -0.489};
    for (size_t i = 0; i < COUNT(numbers); i++) {
        struct json *value = json_new_double(numbers[i]);
        struct strbuf out;
        strbuf_init(&out, 100);
        json_format(value, false, &out);
        struct json *again = parse(out.data);
        assert_true(json_double(again, -1) == numbers[i]);
        json_destroy(again);
        json_destroy(value);
        strbuf_finish(&out);
    }
}

static void a_shared_value_outlives_its_first_document(void **state)
{
    (void)state;
    struct json *first = parse("{\"a\":{\"x\":1}}");
    struct json *second = json_new_array();
    json_push(second, json_share(json_get(first, "a")));
    json_destroy(first);
    check_format(second, false, "[{\"x\":1}]");
    json_destroy(second);
}

static void a_parser_reads_on_after_a_broken_document(void **state)
{
    (void)state;
    static const char *const broken[] = {"{\"a\":[1,", "{\"a\":1}x", "[[\"\\u12", ""};
    struct json_parser *parser = json_parser_create();
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        assert_null(json_parser_read(parser, broken[i], strlen(broken[i]), NULL));
        struct json *good = json_parser_read(parser, "{\"a\":7}", 7, NULL);
        assert_int_equal(json_int(json_get(good, "a"), 0), 7);
        json_destroy(good);
    }
    json_parser_destroy(parser);
    json_parser_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_documents_are_read),
        cmocka_unit_test(broken_documents_are_refused_with_the_offset),
        cmocka_unit_test(bytes_after_the_length_are_not_read),
        cmocka_unit_test(nesting_ends_at_the_limit),
        cmocka_unit_test(no_document_makes_a_tree_beyond_the_limit),
        cmocka_unit_test(getters_take_absent_null_and_wrong_types),
        cmocka_unit_test(types_are_told_apart),
        cmocka_unit_test(integers_are_exact_or_the_fallback),
        cmocka_unit_test(doubles_are_finite_or_the_fallback),
        cmocka_unit_test(strings_are_the_text_of_scalars),
        cmocka_unit_test(broken_utf8_is_not_handed_out),
        cmocka_unit_test(text_is_sanitised_and_cut),
        cmocka_unit_test(members_come_in_the_order_of_the_document),
        cmocka_unit_test(built_documents_are_valid_json),
        cmocka_unit_test(pretty_output_is_indented_by_two),
        cmocka_unit_test(doubles_survive_the_round_trip),
        cmocka_unit_test(a_shared_value_outlives_its_first_document),
        cmocka_unit_test(a_parser_reads_on_after_a_broken_document),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
