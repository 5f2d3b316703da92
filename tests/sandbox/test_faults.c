#include "support/testing.h"

#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "net/json.h"
#include "sandbox/faults.h"

static struct fault parse(const char *spec)
{
    struct fault fault;
    struct error err;
    if (!fault_parse(spec, &fault, &err))
        fail_msg("%s", err.message);
    return fault;
}

static void spec_of_the_contract_is_read(void **state)
{
    (void)state;
    struct fault fault = parse("GET /api/4.0/running_queries 429 retry-after=3 share=0.2");
    assert_string_equal(fault.method, "GET");
    assert_string_equal(fault.prefix, "/api/4.0/running_queries");
    assert_int_equal(fault.kind, FAULT_STATUS);
    assert_int_equal(fault.status, 429);
    assert_string_equal(fault.retry_after, "3");
    assert_true(fault.share > 0.19 && fault.share < 0.21);
    assert_int_equal(fault.count, -1);
}

static void every_kind_has_its_word(void **state)
{
    (void)state;
    assert_int_equal(parse("* / delay ms=5").kind, FAULT_DELAY);
    assert_int_equal(parse("* / delay ms=5").delay_ms, 5);
    assert_int_equal(parse("* / hang").kind, FAULT_HANG);
    assert_int_equal(parse("* / cut count=2").count, 2);
    assert_int_equal(parse("* / cut").kind, FAULT_CUT);
    assert_int_equal(parse("* / garbage").status, 200);
    assert_int_equal(parse("* / html").status, 502);
    assert_int_equal(parse("* / html status=404").status, 404);
    assert_int_equal(parse("* / reset").kind, FAULT_RESET);
    assert_int_equal(parse("* / hostile").kind, FAULT_HOSTILE);
}

static void what_is_no_spec_is_refused(void **state)
{
    (void)state;
    static const char *const specs[] = {
        "",
        "GET",
        "GET /x",
        "GET x 500",
        "GET /x 99",
        "GET /x 600",
        "GET /x slow",
        "GET /x 500 share",
        "GET /x 500 share=2",
        "GET /x cut n=1",
        "GET /x 500 count=-1",
        "GET /x 500 retry-after=",
        "PROPPATCHX /x 500",
        "GET /x 5e2x",
    };
    for (size_t i = 0; i < sizeof(specs) / sizeof(specs[0]); i++) {
        struct fault fault = {.status = 7};
        struct error err = {0};
        if (fault_parse(specs[i], &fault, &err))
            fail_msg("\"%s\" was taken", specs[i]);
        assert_int_equal(err.code, ERR_USAGE);
        assert_int_equal(fault.status, 7);
    }
}

static void fault_strikes_its_method_and_prefix_as_often_as_said(void **state)
{
    (void)state;
    struct faults faults = {0};
    struct fault fault;
    struct error err;
    assert_true(faults_add(&faults, "GET /api/4.0/user 500 count=2", &err));
    assert_false(faults_choose(&faults, "POST", "/api/4.0/user", &fault));
    assert_false(faults_choose(&faults, "GET", "/api/4.0/projects", &fault));
    assert_true(faults_choose(&faults, "GET", "/api/4.0/user", &fault));
    assert_true(faults_choose(&faults, "GET", "/api/4.0/users/3", &fault));
    assert_false(faults_choose(&faults, "GET", "/api/4.0/user", &fault));
}

static void share_strikes_about_that_many(void **state)
{
    (void)state;
    struct faults faults = {.rng = {.state = 1}};
    struct fault fault;
    struct error err;
    int struck = 0;
    assert_true(faults_add(&faults, "* / reset share=0.2", &err));
    for (int i = 0; i < 1000; i++)
        struck += faults_choose(&faults, "GET", "/x", &fault);
    assert_in_range(struck, 150, 250);
}

static void setting_replaces_all_or_nothing(void **state)
{
    (void)state;
    struct faults faults = {0};
    struct error err;
    assert_true(faults_set(&faults, "GET /a 500\n\n# a remark\r\n  * /b hang", &err));
    assert_int_equal(faults.count, 2);
    assert_false(faults_set(&faults, "GET /a 500\nnonsense\n", &err));
    assert_int_equal(faults.count, 2);
    assert_true(faults_set(&faults, "", &err));
    assert_int_equal(faults.count, 0);
}

/* Broken bytes and numbers beyond a double's range become what a strict parser takes. */
static struct json *parse_leniently(struct strbuf *body)
{
    for (size_t i = 0; i < body->len; i++)
        if ((unsigned char)body->data[i] >= 0x80)
            body->data[i] = '?';
    return json_parse(body->data, body->len, NULL);
}

static void hostile_text_spares_what_is_asked_for_again(void **state)
{
    (void)state;
    struct strbuf body;
    strbuf_init(&body, LIMIT_MIB * 8);
    strbuf_add_text(&body, "[{\"id\":\"7\",\"status\":\"running\",\"limit\":500,\"sql\":null");
    for (int i = 0; i < 9; i++)
        strbuf_addf(&body, ",\"text%d\":\"plain\"", i);
    strbuf_add_text(&body, "}]");
    hostile_rewrite(&body, 5);
    assert_false(utf8_is_valid(body.data, body.len));
    assert_true(body.len > LIMIT_MIB);
    struct json *json = parse_leniently(&body);
    const struct json *row = json_at(json, 0);
    assert_string_equal(json_string(json_get(row, "id"), NULL), "7");
    assert_string_equal(json_string(json_get(row, "status"), NULL), "running");
    assert_int_equal(json_int(json_get(row, "limit"), 0), 500);
    assert_true(json_is_null(json_get(row, "sql")));
    for (int i = 0; i < 9; i++) {
        char key[8] = "text0";
        key[4] = (char)('0' + i);
        size_t length;
        const char *text = json_string(json_get(row, key), &length); /* with NUL inside */
        assert_non_null(text);
        assert_non_null(memmem(text, length, "plain", 5));
        assert_non_null(memmem(text, length, "\x1b]52;c;", 7));
        assert_non_null(memmem(text, length, "=HYPERLINK", 10));
    }
    json_destroy(json);
    strbuf_finish(&body);
}

static void hostile_object_in_seven_spares_nothing(void **state)
{
    (void)state;
    struct strbuf body;
    strbuf_init(&body, LIMIT_MIB * 8);
    strbuf_add_text(&body, "[");
    for (int i = 0; i < 14; i++)
        strbuf_addf(&body, "%s{\"id\":\"7\",\"runtime\":0.5}", i ? "," : "");
    strbuf_add_text(&body, "]");
    hostile_rewrite(&body, 1);
    struct json *json = parse_leniently(&body);
    for (size_t i = 0; i < 14; i++) {
        const char *id = json_string(json_get(json_at(json, i), "id"), NULL);
        assert_int_equal(strcmp(id, "7") == 0, i % 7 != 6);
    }
    json_destroy(json);
    strbuf_finish(&body);
}

static void hostile_lines_are_struck_each(void **state)
{
    (void)state;
    struct strbuf body;
    strbuf_init(&body, LIMIT_MIB);
    strbuf_add_text(&body, "a,b\n1,2\n");
    hostile_rewrite(&body, 0);
    assert_memory_equal(body.data, "a,b\x1b]52;", 8);
    assert_non_null(strstr(body.data, "\n1,2\x1b]0;"));
    strbuf_finish(&body);
}

/* A statement may hold the words that stand for broken text. */
static void hostile_marks_that_mean_nothing_are_text(void **state)
{
    (void)state;
    static const char *const marks[] = {"@raw-9@", "@raw-z@", "@raw-", "@raw-0",
                                        "\"@number-\\u00ff@"};
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        struct strbuf body;
        strbuf_init(&body, 64 * LIMIT_KIB);
        strbuf_addf(&body, "x%s", marks[i]);
        hostile_rewrite(&body, 0);
        assert_memory_equal(body.data + 1, marks[i], strlen(marks[i]));
        strbuf_finish(&body);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spec_of_the_contract_is_read),
        cmocka_unit_test(every_kind_has_its_word),
        cmocka_unit_test(what_is_no_spec_is_refused),
        cmocka_unit_test(fault_strikes_its_method_and_prefix_as_often_as_said),
        cmocka_unit_test(share_strikes_about_that_many),
        cmocka_unit_test(setting_replaces_all_or_nothing),
        cmocka_unit_test(hostile_text_spares_what_is_asked_for_again),
        cmocka_unit_test(hostile_object_in_seven_spares_nothing),
        cmocka_unit_test(hostile_lines_are_struck_each),
        cmocka_unit_test(hostile_marks_that_mean_nothing_are_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
