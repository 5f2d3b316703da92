/* The parts of Adobe's side that need no connection: filters, parameters, states of errors. */
#include "support/testing.h"

#include <string.h>

#include "base/timefmt.h"
#include "sandbox/adobe_filter.h"
#include "sandbox/adobe_sql.h"

struct thing {
    int64_t created_ms;
    const char *state;
    const char *sql;
};

static int64_t created_of(const void *item)
{
    return ((const struct thing *)item)->created_ms;
}

static const char *state_of(const void *item)
{
    return ((const struct thing *)item)->state;
}

static const char *sql_of(const void *item)
{
    return ((const struct thing *)item)->sql;
}

static bool has_letter(const void *item, const char *value)
{
    return strchr(((const struct thing *)item)->sql, value[0]) != NULL;
}

static const struct filter_property PROPERTIES[] = {
    {.name = "created", .operators = FILTER_ALL & ~FILTER_BIT(CONTAINS), .time = created_of},
    {.name = "state", .operators = FILTER_ALL, .text = state_of},
    {.name = "sql", .operators = FILTER_BIT(CONTAINS), .text = sql_of},
    {.name = "letter", .operators = FILTER_BIT(EQUAL), .is_choice = true, .has = has_letter},
    {.name = NULL},
};

static bool matches(const char *text, const struct thing *thing)
{
    struct arena arena = {0};
    struct adobe_filter filter;
    struct error err;
    if (!adobe_filter_parse(text, PROPERTIES, &arena, &filter, &err))
        fail_msg("%s: %s", text, err.message);
    bool is_matching = adobe_filter_matches(&filter, thing);
    arena_finish(&arena);
    return is_matching;
}

static void every_operator_says_what_it_means(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_matching;
    } cases[] = {
        {"", true},
        {"created>=2026-11-20T10:00:00.000Z", true},
        {"created>2026-11-20T10:00:00.000Z", false},
        {"created>2026-11-20T09:59:59.999Z", true},
        {"created<=2026-11-20T11:00:00.000+01:00", true},
        {"created<2026-11-20T10:00:00", false},
        {"created==2026-11-20T10:00:00Z", true},
        {"created!=2026-11-20T10:00:00Z", false},
        {"created>2026-11-20", true},
        {"state==FAILED", true},
        {"state==SUCCESS", false},
        {"state!=SUCCESS", true},
        {"state~AIL", true},
        {"state~ail", false},
        {"sql~FROM orders", true},
        {"letter==Z||S", true},
        {"letter==Z||Q", false},
        {"state==FAILED,sql~users", false},
        {"state!=SUCCESS,state!=KILLED,state!=TIMEOUT", true},
    };
    struct thing thing = {.state = "FAILED", .sql = "SELECT 1 FROM orders"};
    assert_true(parse_iso8601("2026-11-20T10:00:00Z", &thing.created_ms));
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if (matches(cases[i].text, &thing) != cases[i].is_matching)
            fail_msg("%s", cases[i].text);
}

static void what_is_no_filter_is_refused_with_the_reason(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *words;
    } cases[] = {
        {"nope==1", "unknown property"},
        {"==1", "unknown property"},
        {"state", "no operator"},
        {"state==", "no operator"},
        {"state=SUCCESS", "no operator"},
        {"sql==SELECT", "operator == is not supported for sql"},
        {"created~2026", "operator ~ is not supported for created"},
        {"created>=yesterday", "\"yesterday\" is no time"},
        {"state==SUCCESS,,created>1", "unknown property"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct arena arena = {0};
        struct adobe_filter filter;
        struct error err;
        assert_false(adobe_filter_parse(cases[i].text, PROPERTIES, &arena, &filter, &err));
        if (!strstr(err.message, cases[i].words))
            fail_msg("%s: %s", cases[i].text, err.message);
        arena_finish(&arena);
    }
}

static void check_filled(const char *sql, const char *expected)
{
    static const char values[] = "{\"day\":\"2026-11-20\",\"n\":12,\"table\":\"orders\"}";
    struct json *json = json_parse(values, strlen(values), NULL);
    struct strbuf out;
    struct error err;
    strbuf_init(&out, 4096);
    bool is_filled = sql_fill_parameters(sql, json, &out, &err);
    assert_int_equal(is_filled, expected != NULL);
    if (expected)
        assert_string_equal(out.data, expected);
    strbuf_finish(&out);
    json_destroy(json);
}

static void parameters_are_filled_in(void **state)
{
    (void)state;
    check_filled("SELECT * FROM $table WHERE n > $n", "SELECT * FROM orders WHERE n > 12");
    check_filled("SELECT '$day', '5$', '$other'", "SELECT '2026-11-20', '5$', '$other'");
    check_filled("SELECT $other", NULL);
    check_filled("SELECT 1 AS \"it's\", $n", "SELECT 1 AS \"it's\", 12");
}

static void statements_that_write_are_taken_apart(void **state)
{
    (void)state;
    static const struct {
        const char *sql;
        enum statement_kind kind;
        const char *target;
        const char *rows; /* "": none */
    } cases[] = {
        {"CREATE TABLE x AS SELECT 1", STATEMENT_CTAS, "x", "SELECT * FROM (\nSELECT 1\n)"},
        {"-- why\n create /* so */ table \"a b\" as (select ')' );\n", STATEMENT_CTAS, "a b",
         "SELECT * FROM (\n(select ')' )\n)"},
        {"CREATE TABLE x WITH (schema='a)b') AS SELECT 1 -- end", STATEMENT_CTAS, "x",
         "SELECT * FROM (\nSELECT 1 -- end\n)"},
        {"insert\ninto x (a, b) values (1, 2);", STATEMENT_INSERT, "x",
         "SELECT * FROM (\nvalues (1, 2)\n)"},
        {"INSERT INTO x (SELECT 1)", STATEMENT_INSERT, "x", "SELECT * FROM (\n(SELECT 1)\n)"},
        {"INSERT INTO x WITH y AS (SELECT 1) SELECT * FROM y", STATEMENT_INSERT, "x",
         "SELECT * FROM (\nWITH y AS (SELECT 1) SELECT * FROM y\n)"},
        {"INSERT INTO x DEFAULT VALUES", STATEMENT_OTHER, "", "INSERT INTO x DEFAULT VALUES"},
        {"CREATE TABLE x (a INT)", STATEMENT_OTHER, "", "CREATE TABLE x (a INT)"},
        {"CREATE TABLE x WITH (a", STATEMENT_OTHER, "", "CREATE TABLE x WITH (a"},
        {"SELECT 'CREATE TABLE'", STATEMENT_OTHER, "", "SELECT 'CREATE TABLE'"},
        {"/* unfinished", STATEMENT_OTHER, "", "/* unfinished"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct statement statement;
        struct strbuf rows;
        strbuf_init(&rows, 4096);
        statement_parse(cases[i].sql, &statement);
        statement_add_rows(cases[i].sql, &statement, &rows);
        if (statement.kind != cases[i].kind || strcmp(statement.target, cases[i].target) != 0 ||
            strcmp(rows.data, cases[i].rows) != 0)
            fail_msg("%s: %d \"%s\" \"%s\"", cases[i].sql, (int)statement.kind, statement.target,
                     rows.data);
        strbuf_finish(&rows);
    }
}

static void errors_have_the_state_that_postgres_gives_them(void **state)
{
    (void)state;
    bool is_system;
    assert_string_equal(sql_state_of("no such table: oders", &is_system), "42P01");
    assert_false(is_system);
    assert_string_equal(sql_state_of("near \"FORM\": syntax error", &is_system), "42601");
    assert_string_equal(sql_state_of("table x already exists", &is_system), "42P07");
    assert_string_equal(sql_state_of(SQL_TIMEOUT_MESSAGE, &is_system), "53400");
    assert_false(is_system);
    assert_string_equal(sql_state_of("disk I/O error", &is_system), "58000");
    assert_true(is_system);
}

static void only_the_grammar_is_checked_beforehand(void **state)
{
    (void)state;
    struct error err;
    assert_true(sql_check_syntax("SELECT nope FROM nowhere", &err));
    assert_false(sql_check_syntax("SELEC 1", &err));
    assert_string_equal(err.message, "near \"SELEC\": syntax error");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operator_says_what_it_means),
        cmocka_unit_test(what_is_no_filter_is_refused_with_the_reason),
        cmocka_unit_test(parameters_are_filled_in),
        cmocka_unit_test(statements_that_write_are_taken_apart),
        cmocka_unit_test(errors_have_the_state_that_postgres_gives_them),
        cmocka_unit_test(only_the_grammar_is_checked_beforehand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
