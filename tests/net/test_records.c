#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/strbuf.h"
#include "net/json.h"
#include "net/records.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* The records joined by '|', with '!' at the end when broken. */
static char *split(struct records *r)
{
    struct strbuf out;
    strbuf_init(&out, 1 << 20);
    struct record record;
    while (records_next(r, &record)) {
        strbuf_add(&out, record.bytes, record.length);
        strbuf_add_char(&out, '|');
        assert_true(record.hash == records_hash(record.bytes, record.length));
    }
    assert_int_not_equal(r->is_done, r->is_broken);
    assert_false(records_next(r, &record));
    strbuf_add_text(&out, r->is_broken ? "!" : "");
    return strbuf_take(&out, NULL);
}

/* The text stands at the end of its own block, so that a byte read too far is seen. */
static char *place(const char *text, size_t length)
{
    char *block = malloc(length ? length : 1);
    assert_non_null(block);
    memcpy(block, text, length);
    return block;
}

static void check(const char *text, const char *expected)
{
    size_t length = strlen(text);
    char *body = place(text, length);
    struct records r;
    records_init(&r, body, length);
    char *joined = split(&r);
    if (strcmp(joined, expected) != 0)
        fail_msg("%s gives %s, not %s", text, joined, expected);
    struct json *whole = json_parse(text, length, NULL);
    if (!r.is_broken)
        assert_non_null(whole);
    json_destroy(whole);
    free(joined);
    free(body);
}

static void check_member(const char *text, const char *expected)
{
    char *body = place(text, strlen(text));
    struct records r;
    records_init_member(&r, body, strlen(text), "queries");
    char *joined = split(&r);
    if (strcmp(joined, expected) != 0)
        fail_msg("%s gives %s, not %s", text, joined, expected);
    free(joined);
    free(body);
}

static void lists_fall_into_their_records(void **state)
{
    (void)state;
    check("[]", "");
    check(" [ ] \n", "");
    check("[{\"a\":1},{\"b\":[2,{}]}]", "{\"a\":1}|{\"b\":[2,{}]}|");
    check("[ {} ,\t[]\n, \"x\" , -1.5e+3,true , null ]\r\n", "{}|[]|\"x\"|-1.5e+3|true|null|");
}

static void brackets_and_commas_in_strings_are_text(void **state)
{
    (void)state;
    check("[{\"sql\":\"a]},{[\"},\"],\"]", "{\"sql\":\"a]},{[\"}|\"],\"|");
    check("[\"\\\"]\",\"\\\\\",\"a\\\\\\\"]\"]", "\"\\\"]\"|\"\\\\\"|\"a\\\\\\\"]\"|");
}

static void long_text_is_scanned_at_every_alignment(void **state)
{
    (void)state;
    static const char *const tails[] = {
        "\"", "\\\"]\"", "\\\\\"", "[{\\\\\"", "\\u0041\",[[],{}],\"\"", "]\\\\\\\"}\""};
    char fill[200];
    memset(fill, 'x', sizeof(fill));
    for (int pad = 0; pad < 140; pad++) {
        for (size_t t = 0; t < COUNT(tails); t++) {
            char text[512];
            char expected[512];
            snprintf(expected, sizeof(expected), "[\"%.*s\",\"%.*s%s]|", pad, fill, 30, fill,
                     tails[t]);
            snprintf(text, sizeof(text), "[%.*s]", (int)strlen(expected) - 1, expected);
            check(text, expected);
        }
    }
}

static void broken_lists_say_so(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *records;
    } cases[] = {
        {"", "!"},      {"  ", "!"},       {"{}", "!"},          {"12", "!"},
        {"[", "!"},     {"[1", "!"},       {"[1,", "1|!"},       {"[1,]", "1|!"},
        {"[,1]", "!"},  {"[1,,2]", "1|!"}, {"[1 2]", "!"},       {"[{} {}]", "!"},
        {"[{}x]", "!"}, {"[{]}]", "!"},    {"[{\"a\":[}]", "!"}, {"[{},{\"a\":1]", "{}|!"},
        {"[\"a", "!"},  {"[\"a\\", "!"},   {"[\"a\\\"", "!"},    {"[{\"a\":\"", "!"},
        {"[{}}", "!"},  {"[1]]", "!"},     {"[1] x", "!"},       {"[] []", "!"},
        {"['a']", "!"}, {"[/**/1]", "!"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        check(cases[i].text, cases[i].records);
}

static void every_cut_of_a_list_is_broken(void **state)
{
    (void)state;
    static const char whole[] = "[{\"a\":\"x\\\"y\",\"b\":[1,2]},true,[\"z\"]]";
    for (size_t length = 0; length < sizeof(whole) - 1; length++) {
        char *body = place(whole, length);
        struct records r;
        records_init(&r, body, length);
        free(split(&r));
        assert_true(r.is_broken);
        free(body);
    }
}

static void members_are_found_by_key(void **state)
{
    (void)state;
    check_member("{\"queries\":[1,2]}", "1|2|");
    check_member(
        " { \"version\" : 2 , \"x\":{\"queries\":[9]}, \"s\":\"queries\" ,\"queries\" : [ {} ] ,",
        "{}|");
    check_member("{\"queries\":[]", "");
    check_member("{\"quer\":[3],\"queries2\":[4],\"queries\":[5]}", "5|");
}

static void a_missing_or_wrong_member_is_broken(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "{}",
        "[]",
        "{\"a\":[1]}",
        "{\"queries\":{}}",
        "{\"queries\"",
        "{\"queries\":",
        "{\"queries\":null}",
        "{\"a\":1 \"queries\":[1]}",
        "{\"a\" [1]}",
        "{\"a\":,\"queries\":[1]}",
        "{1:2,\"queries\":[1]}",
        "{\"a\":{,\"queries\":[]",
        "",
    };
    for (size_t i = 0; i < COUNT(bad); i++)
        check_member(bad[i], "!");
}

static void check_depth(const char *head, const char *tail, size_t depth, bool is_member)
{
    struct strbuf text;
    strbuf_init(&text, 4096);
    strbuf_add_text(&text, head);
    strbuf_add_repeat(&text, '[', depth);
    strbuf_add_char(&text, '1');
    strbuf_add_repeat(&text, ']', depth);
    strbuf_add_text(&text, tail);
    struct records r;
    if (is_member)
        records_init_member(&r, text.data, text.len, "k");
    else
        records_init(&r, text.data, text.len);
    free(split(&r));
    struct json *whole = json_parse(text.data, text.len, NULL);
    assert_int_equal(whole != NULL, !r.is_broken);
    assert_int_equal(r.is_broken, depth + (is_member ? 2 : 1) > LIMIT_JSON_DEPTH);
    json_destroy(whole);
    strbuf_finish(&text);
}

static void nesting_ends_where_the_parser_ends(void **state)
{
    (void)state;
    for (size_t depth = LIMIT_JSON_DEPTH - 4; depth < LIMIT_JSON_DEPTH + 4; depth++) {
        check_depth("[", "]", depth, false);
        check_depth("{\"k\":[", "]}", depth, true);
    }
}

static void equal_records_have_equal_hashes(void **state)
{
    (void)state;
    static const char text[] = "[{\"a\":1},{\"a\":2}, {\"a\":1}]";
    struct records r;
    struct record a;
    struct record b;
    struct record c;
    records_init(&r, text, sizeof(text) - 1);
    assert_true(records_next(&r, &a) && records_next(&r, &b) && records_next(&r, &c));
    assert_true(a.hash == c.hash);
    assert_true(a.hash != b.hash);
    assert_true(records_hash("", 0) == UINT64_C(0x2D06800538D394C2)); /* XXH3 of nothing */
}

static void check_picked(const char *text, const char *expected)
{
    static const struct record_part below[] = {{"x", NULL}, {NULL, NULL}};
    static const struct record_part wanted[] = {{"a", NULL}, {"b", below}, {NULL, NULL}};
    char *body = place(text, strlen(text));
    struct record record = {.bytes = body, .length = strlen(text)};
    struct strbuf out;
    strbuf_init(&out, 1 << 20);
    strbuf_add_text(&out, "old");
    records_pick(&record, wanted, &out);
    assert_string_equal(out.data, expected);
    strbuf_finish(&out);
    free(body);
}

static void of_a_record_the_wanted_members_are_picked(void **state)
{
    (void)state;
    check_picked("{}", "{}");
    check_picked("{ \"c\" : [1, {\"a\":1}] }", "{}");
    check_picked("{\"a\":1}", "{\"a\":1}");
    check_picked("{\"c\":\"}\",\"a\":{\"x\":[]},\"d\":{}}", "{\"a\":{\"x\":[]}}");
    check_picked("{\"aa\":0,\"a\":\"\\\"\\\\\" , \"\":2,\"a\":3}", "{\"a\":\"\\\"\\\\\",\"a\":3}");
    check_picked("{\"b\":{\"a\":1,\"x\":{\"y\":2}},\"x\":1}", "{\"b\":{\"x\":{\"y\":2}}}");
    check_picked("{\"b\":[{\"a\":1}]}", "{\"b\":[{\"a\":1}]}");
    check_picked("[{\"c\":1}]", "[{\"c\":1}]");
    check_picked("null", "null");
}

/* json-c reads more than the standard has, and names can be written with escapes. */
static void odd_records_are_left_whole(void **state)
{
    (void)state;
    static const char *const odd[] = {
        "{\"c\":1,}", "{'a':1}", "{\"c\" 1}", "{c:1}", "{\"c\":'1'}", "{\"b\":{\"c\":1,},\"c\":2}",
        "{\"c\"}",    "{,}",     "{\"c\":}",  "{\"",   "{",           "{\"c\":1]",
    };
    for (size_t i = 0; i < COUNT(odd); i++)
        check_picked(odd[i], odd[i]);
    check_picked("{\"\\u0061\":1,\"\\u0063\":2,\"c\":3}", "{\"\\u0061\":1,\"\\u0063\":2}");
}

static void check_cut_out(const char *text, const char *key, const char *list, const char *around)
{
    char *body = place(text, strlen(text));
    struct record found;
    struct strbuf rest;
    strbuf_init(&rest, 1 << 20);
    assert_int_equal(records_cut_out(body, strlen(text), key, &found, &rest), list != NULL);
    if (list) {
        assert_int_equal(found.length, strlen(list));
        assert_memory_equal(found.bytes, list, found.length);
        assert_string_equal(rest.data, around);
    }
    strbuf_finish(&rest);
    free(body);
}

static void documents_are_taken_apart_into_a_list_and_the_rest(void **state)
{
    (void)state;
    check_cut_out(" [1,[2]] ", NULL, "[1,[2]]", " [] ");
    check_cut_out("[1] x", NULL, "[1]", "[] x");
    check_cut_out("{\"a\":{\"k\":[0]},\"k\": [1,\"]\"],\"z\":2}", "k", "[1,\"]\"]",
                  "{\"a\":{\"k\":[0]},\"k\": [],\"z\":2}");
    check_cut_out("{\"k\":{}}", "k", NULL, NULL);
    check_cut_out("{\"k\":[1}", "k", NULL, NULL);
    check_cut_out("{\"k\":[1]}", NULL, NULL, NULL);
    check_cut_out("", NULL, NULL, NULL);
    check_cut_out("{\"k\":", "k", NULL, NULL);
}

static void known_records_are_stepped_over(void **state)
{
    (void)state;
    static const char text[] = "[ {\"a\":1} , 2 ]";
    struct records r;
    struct record record;
    size_t left;
    records_init(&r, text, sizeof(text) - 1);
    assert_ptr_equal(records_peek(&r, &left), text + 2);
    assert_int_equal(left, sizeof(text) - 1 - 2);
    assert_true(records_skip(&r, 7));
    assert_true(records_next(&r, &record));
    assert_int_equal(record.length, 1);
    assert_true(r.is_done);
    records_peek(&r, &left);
    assert_int_equal(left, 0);

    records_init(&r, text, sizeof(text) - 1);
    assert_false(records_skip(&r, 3));
    assert_true(r.is_broken);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_fall_into_their_records),
        cmocka_unit_test(brackets_and_commas_in_strings_are_text),
        cmocka_unit_test(long_text_is_scanned_at_every_alignment),
        cmocka_unit_test(broken_lists_say_so),
        cmocka_unit_test(every_cut_of_a_list_is_broken),
        cmocka_unit_test(members_are_found_by_key),
        cmocka_unit_test(a_missing_or_wrong_member_is_broken),
        cmocka_unit_test(nesting_ends_where_the_parser_ends),
        cmocka_unit_test(equal_records_have_equal_hashes),
        cmocka_unit_test(of_a_record_the_wanted_members_are_picked),
        cmocka_unit_test(odd_records_are_left_whole),
        cmocka_unit_test(documents_are_taken_apart_into_a_list_and_the_rest),
        cmocka_unit_test(known_records_are_stepped_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
