#include "support/testing.h"

#include <string.h>

#include "net/json.h"
#include "sandbox/format.h"
#include "sandbox/runner.h"

static struct dataset dataset;

static int make_data(void **state)
{
    (void)state;
    struct error err;
    return dataset_make(&dataset, 7, INT64_C(1795132800000), NULL, &err) ? 0 : -1;
}

static int finish_data(void **state)
{
    (void)state;
    dataset_finish(&dataset);
    return 0;
}

static const struct query_spec SPEC = {.model = "shop", .view = "order_items"};

static const char SQL[] =
    "SELECT 'EM\"EA,\n|<b>' AS \"users.region\", 1234567.5 AS \"order_items.revenue\","
    " 0.125 AS \"order_items.return_rate\" UNION ALL SELECT NULL, -3, NULL ORDER BY 2 DESC";

static void format(const char *name, const char *sql, const struct query_spec *spec,
                   bool has_formatting, struct strbuf *out)
{
    struct runner runner;
    struct error err;
    assert_true(runner_init(&runner, &dataset, 0, &err));
    struct result *result = runner_run(&runner, sql);
    runner_finish(&runner);
    struct run_facts facts = {.task_id = "0123",
                              .spec = spec,
                              .sql = sql,
                              .result = result,
                              .has_formatting = has_formatting};
    strbuf_init(out, 1 << 20);
    const struct result_format *chosen = result_format_find(name);
    if (result->end == RESULT_ROWS)
        chosen->rows(&facts, out);
    else
        chosen->error(&facts, out);
    result_unref(result);
}

static void check(const char *name, bool has_formatting, const char *expected)
{
    struct strbuf out;
    format(name, SQL, &SPEC, has_formatting, &out);
    assert_string_equal(out.data, expected);
    strbuf_finish(&out);
}

static void csv_quotes_what_needs_it(void **state)
{
    (void)state;
    check("csv", false,
          "Users Region,Order Items Revenue,Order Items Return Rate\n"
          "\"EM\"\"EA,\n|<b>\",1234567.5,0.125\n"
          ",-3,\n");
    check("csv", true,
          "Users Region,Order Items Revenue,Order Items Return Rate\n"
          "\"EM\"\"EA,\n|<b>\",\"$1,234,567.50\",12.5%\n"
          ",-$3.00,\n");
}

static void text_table_has_one_line_a_row(void **state)
{
    (void)state;
    check("txt", false,
          "Users Region\tOrder Items Revenue\tOrder Items Return Rate\n"
          "EM\"EA, |<b>\t1234567.5\t0.125\n"
          "\t-3\t\n");
    check("md", false,
          "| Users Region | Order Items Revenue | Order Items Return Rate |\n"
          "|---|---|---|\n"
          "| EM\"EA, \\|<b> | 1234567.5 | 0.125 |\n"
          "|  | -3 |  |\n");
}

static void html_escapes_markup(void **state)
{
    (void)state;
    struct strbuf out;
    format("html", SQL, &SPEC, false, &out);
    assert_non_null(strstr(out.data, "EM&quot;EA,\n|&lt;b&gt;</td>"));
    assert_null(strstr(out.data, "<b>"));
    strbuf_finish(&out);
}

static struct json *format_json(const char *name, const char *sql, const struct query_spec *spec)
{
    struct strbuf out;
    struct error err = {0};
    format(name, sql, spec, false, &out);
    struct json *json = json_parse(out.data, out.len, &err);
    if (!json)
        fail_msg("%s: %s", name, err.message);
    strbuf_finish(&out);
    return json;
}

static void json_keeps_numbers_and_nulls(void **state)
{
    (void)state;
    struct json *json = format_json("json", SQL, &SPEC);
    assert_int_equal(json_count(json), 2);
    const struct json *row = json_at(json, 0);
    assert_string_equal(json_string(json_get(row, "users.region"), NULL), "EM\"EA,\n|<b>");
    assert_true(json_is_number(json_get(row, "order_items.revenue")));
    assert_true(json_is_null(json_get(json_at(json, 1), "users.region")));
    json_destroy(json);
}

static void detail_tells_fields_values_and_how_they_read(void **state)
{
    (void)state;
    struct json *json = format_json("json_detail", SQL, &SPEC);
    assert_string_equal(json_string(json_get(json, "id"), NULL), "0123");
    assert_true(json_is_string(json_get(json, "runtime")));
    const struct json *fields = json_get(json, "fields");
    assert_int_equal(json_count(json_get(fields, "dimensions")), 1);
    assert_int_equal(json_count(json_get(fields, "measures")), 2);
    const struct json *revenue =
        json_get(json_at(json_get(json, "data"), 0), "order_items.revenue");
    assert_true(json_double(json_get(revenue, "value"), 0) == 1234567.5);
    assert_string_equal(json_string(json_get(revenue, "rendered"), NULL), "$1,234,567.50");
    assert_null(json_get(json, "errors"));
    json_destroy(json);
    json = format_json("json_bi", SQL, &SPEC);
    assert_int_equal(json_count(json_get(json, "rows")), 2);
    assert_string_equal(json_string(json_get(json_get(json, "metadata"), "sql"), NULL), SQL);
    json_destroy(json);
}

static void detail_of_an_error_says_where(void **state)
{
    (void)state;
    struct json *json = format_json("json_detail", "SELECT id,\n  nope FROM users", NULL);
    const struct json *error = json_at(json_get(json, "errors"), 0);
    const struct json *place = json_get(error, "sql_error_loc");
    assert_string_equal(json_string(json_get(error, "message_details"), NULL),
                        "no such column: nope");
    assert_int_equal(json_int(json_get(place, "line"), 0), 2);
    assert_int_equal(json_int(json_get(place, "column"), 0), 3);
    assert_int_equal(json_int(json_get(place, "character"), 0), 13);
    assert_int_equal(json_count(json_get(json, "data")), 0);
    json_destroy(json);
    json = format_json("json_bi", "SELECT nope", NULL);
    assert_string_equal(json_string(json_get(json_at(json, 0), "looker_error"), NULL),
                        "no such column: nope");
    json_destroy(json);
}

static void raw_sql_has_plain_columns_and_broken_bytes_stay_json(void **state)
{
    (void)state;
    struct json *json =
        format_json("json", "SELECT X'6162FF' AS \"a \"\"b\", CHAR(1, 34, 92) AS c", NULL);
    const struct json *row = json_at(json, 0);
    assert_non_null(json_string(json_get(row, "a \"b"), NULL));
    assert_string_equal(json_string(json_get(row, "c"), NULL), "\x01\"\\");
    json_destroy(json);
}

static void formats_that_need_a_renderer_are_words_only(void **state)
{
    (void)state;
    assert_true(result_format_is_word("xlsx"));
    assert_null(result_format_find("xlsx"));
    assert_true(result_format_is_word("json_bi"));
    assert_false(result_format_is_word("yaml"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_quotes_what_needs_it),
        cmocka_unit_test(text_table_has_one_line_a_row),
        cmocka_unit_test(html_escapes_markup),
        cmocka_unit_test(json_keeps_numbers_and_nulls),
        cmocka_unit_test(detail_tells_fields_values_and_how_they_read),
        cmocka_unit_test(detail_of_an_error_says_where),
        cmocka_unit_test(raw_sql_has_plain_columns_and_broken_bytes_stay_json),
        cmocka_unit_test(formats_that_need_a_renderer_are_words_only),
    };
    return cmocka_run_group_tests(tests, make_data, finish_data);
}
