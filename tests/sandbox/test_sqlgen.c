#include "support/testing.h"

#include <string.h>

#include "sandbox/sqlgen.h"

/* Friday, 2026-11-20T10:00:00Z */
#define NOW_MS INT64_C(1795168800000)

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const FIELDS[] = {"orders.created_month", "users.region", "order_items.revenue"};

static struct query_spec order_items(void)
{
    return (struct query_spec){
        .model = "shop", .view = "order_items", .fields = FIELDS, .field_count = COUNT(FIELDS)};
}

static void check_sql(const struct query_spec *spec, int64_t limit, const char *expected)
{
    struct strbuf sql;
    struct error err = {0};
    strbuf_init(&sql, 10000);
    if (!sqlgen_build(spec, limit, NOW_MS, &sql, &err))
        fail_msg("%s", err.message);
    assert_string_equal(sql.data, expected);
    strbuf_finish(&sql);
}

static void check_refused(const struct query_spec *spec, const char *words)
{
    struct strbuf sql;
    struct error err;
    strbuf_init(&sql, 10000);
    assert_false(sqlgen_build(spec, SQLGEN_LIMIT_FROM_QUERY, NOW_MS, &sql, &err));
    if (!strstr(err.message, words))
        fail_msg("\"%s\" is not in \"%s\"", words, err.message);
    strbuf_finish(&sql);
}

static void query_becomes_grouped_sql_with_the_joins_it_needs(void **state)
{
    (void)state;
    static const char *const sorts[] = {"order_items.revenue desc 0", "users.region",
                                        "products.name"};
    static const struct query_filter filters[] = {{"users.region", "EMEA,APAC"},
                                                  {"order_items.revenue", ">1000"}};
    struct query_spec spec = order_items();
    spec.sorts = sorts;
    spec.sort_count = COUNT(sorts);
    spec.filters = filters;
    spec.filter_count = COUNT(filters);
    spec.limit = "20";
    check_sql(&spec, SQLGEN_LIMIT_FROM_QUERY,
              "SELECT\n"
              "    STRFTIME('%Y-%m', orders.created_at) AS \"orders.created_month\",\n"
              "    users.region AS \"users.region\",\n"
              "    COALESCE(ROUND(SUM(order_items.sale_price), 2), 0) AS \"order_items.revenue\"\n"
              "FROM order_items\n"
              "LEFT JOIN orders ON order_items.order_id = orders.id\n"
              "LEFT JOIN users ON orders.user_id = users.id\n"
              "WHERE (users.region = 'EMEA' OR users.region = 'APAC')\n"
              "GROUP BY 1, 2\n"
              "HAVING ((COALESCE(ROUND(SUM(order_items.sale_price), 2), 0) > 1000))\n"
              "ORDER BY 3 DESC, 2\n"
              "LIMIT 20");
}

static void filter_joins_a_view_that_no_field_needs(void **state)
{
    (void)state;
    static const char *const fields[] = {"order_items.count"};
    static const struct query_filter filters[] = {{"users.country", "Japan"}};
    struct query_spec spec = {.model = "shop",
                              .view = "order_items",
                              .fields = fields,
                              .field_count = 1,
                              .filters = filters,
                              .filter_count = 1};
    check_sql(&spec, 7,
              "SELECT\n    COUNT(*) AS \"order_items.count\"\n"
              "FROM order_items\n"
              "LEFT JOIN orders ON order_items.order_id = orders.id\n"
              "LEFT JOIN users ON orders.user_id = users.id\n"
              "WHERE (users.country = 'Japan')\n"
              "LIMIT 7");
}

static void limit_of_the_call_beats_the_query_and_minus_one_means_all(void **state)
{
    (void)state;
    struct query_spec spec = {.limit = "42"};
    assert_int_equal(sqlgen_limit(&spec, SQLGEN_LIMIT_FROM_QUERY), 42);
    assert_int_equal(sqlgen_limit(&spec, 3), 3);
    spec.limit = NULL;
    assert_int_equal(sqlgen_limit(&spec, SQLGEN_LIMIT_FROM_QUERY), 500);
    static const char *const fields[] = {"products.id"};
    spec = (struct query_spec){
        .model = "shop", .view = "products", .fields = fields, .field_count = 1};
    check_sql(&spec, -1, "SELECT\n    products.id AS \"products.id\"\nFROM products\nGROUP BY 1");
}

static void what_is_unknown_is_named(void **state)
{
    (void)state;
    static const char *const fields[] = {"order_items.profit"};
    static const struct query_filter filters[] = {{"users.regoin", "EMEA"}};
    struct query_spec spec = order_items();
    spec.model = "shoe";
    check_refused(&spec, "Model Not Found");
    spec = order_items();
    spec.view = "ledger";
    check_refused(&spec, "View Not Found");
    spec = order_items();
    spec.fields = fields;
    spec.field_count = 1;
    check_refused(&spec, "\"order_items.profit\"");
    spec = order_items();
    spec.filters = filters;
    spec.filter_count = 1;
    check_refused(&spec, "\"users.regoin\"");
    spec = order_items();
    spec.field_count = 0;
    check_refused(&spec, "at least one field");
    spec = order_items();
    spec.view = "orders"; /* joins no order_items */
    check_refused(&spec, "\"order_items.revenue\"");
}

static void filter_expression_compares_two_numbers(void **state)
{
    (void)state;
    struct query_spec spec = order_items();
    spec.view = "users";
    static const char *const fields[] = {"users.id"};
    spec.fields = fields;
    spec.field_count = 1;
    spec.filter_expression = "1=2";
    check_sql(&spec, 0,
              "SELECT\n    users.id AS \"users.id\"\nFROM users\nWHERE (1 = 2)\nGROUP BY 1\n"
              "LIMIT 0");
    spec.filter_expression = "1=2; DROP TABLE users";
    check_refused(&spec, "not understood");
}

static const struct field *field_named(const char *name)
{
    return explore_field(explore_find("shop", "order_items"), name);
}

static void filters_say_what_people_mean(void **state)
{
    (void)state;
    static const struct {
        const char *field;
        const char *expression;
        const char *sql;
    } cases[] = {
        {"users.country", "Japan", "(users.country = 'Japan')"},
        {"users.country", "O'Brien", "(users.country = 'O''Brien')"},
        {"users.country", "%land, -Poland",
         "(users.country LIKE '%land') AND (COALESCE(users.country, '') <> 'Poland')"},
        {"users.country", "-Japan,-%land",
         "(COALESCE(users.country, '') <> 'Japan' AND"
         " COALESCE(users.country, '') NOT LIKE '%land')"},
        {"users.region", "NULL", "(users.region IS NULL)"},
        {"users.region", "-NULL", "(users.region IS NOT NULL)"},
        {"users.region", "EMPTY", "(COALESCE(users.region, '') = '')"},
        {"users.age", "5", "((users.age = 5))"},
        {"users.age", ">=18 AND <30", "((users.age >= 18 AND users.age < 30))"},
        {"users.age", "[18,30), 99",
         "((1 AND users.age >= 18 AND users.age < 30) OR (users.age = 99))"},
        {"users.age", "(inf,30]", "((1 AND users.age <= 30))"},
        {"users.age", "20 to 29", "((users.age BETWEEN 20 AND 29))"},
        {"users.age", "NOT 5", "(NOT (users.age = 5))"},
        {"users.age", "NOT NULL", "(users.age IS NOT NULL)"},
        {"orders.is_shipped", "no", "(NOT (orders.shipped_at IS NOT NULL))"},
        {"orders.is_shipped", "Yes", "((orders.shipped_at IS NOT NULL))"},
        {"orders.created_date", "2 weeks",
         "((orders.created_at >= '2026-11-09 00:00:00' AND"
         " orders.created_at < '2026-11-23 00:00:00'))"},
        {"orders.created_date", "last month",
         "((orders.created_at >= '2026-10-01 00:00:00' AND"
         " orders.created_at < '2026-11-01 00:00:00'))"},
        {"orders.created_date", "3 days ago",
         "((orders.created_at >= '2026-11-17 00:00:00' AND"
         " orders.created_at < '2026-11-18 00:00:00'))"},
        {"orders.created_month", "this quarter",
         "((orders.created_at >= '2026-10-01 00:00:00' AND"
         " orders.created_at < '2027-01-01 00:00:00'))"},
        {"orders.created_date", "2026-02",
         "((orders.created_at >= '2026-02-01 00:00:00' AND"
         " orders.created_at < '2026-03-01 00:00:00'))"},
        {"orders.created_date", "2026/02/28 to 2026/03/02",
         "((orders.created_at >= '2026-02-28 00:00:00' AND"
         " orders.created_at < '2026-03-02 00:00:00'))"},
        {"orders.created_date", "before 2026-01-01",
         "((orders.created_at < '2026-01-01 00:00:00'))"},
        {"orders.created_date", "NULL", "(orders.created_at IS NULL)"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct strbuf sql;
        struct error err = {0};
        strbuf_init(&sql, 4096);
        if (!sqlfilter_build(field_named(cases[i].field), cases[i].expression, NOW_MS, &sql, &err))
            fail_msg("%s: %s", cases[i].expression, err.message);
        assert_string_equal(sql.data, cases[i].sql);
        strbuf_finish(&sql);
    }
}

static void nonsense_in_a_filter_is_an_error_that_quotes_it(void **state)
{
    (void)state;
    static const struct {
        const char *field;
        const char *expression;
    } cases[] = {
        {"users.age", "many"},
        {"users.age", "5; DROP TABLE users"},
        {"users.age", "[1 2]"},
        {"users.age", "nan"},
        {"users.age", "> 5 AND"},
        {"orders.is_shipped", "maybe"},
        {"orders.created_date", "x"},
        {"orders.created_date", "2026-13"},
        {"orders.created_date", "99999999 days"},
        {"orders.created_date", "2026-01-01' OR '1"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct strbuf sql;
        struct error err = {0};
        strbuf_init(&sql, 4096);
        if (sqlfilter_build(field_named(cases[i].field), cases[i].expression, NOW_MS, &sql, &err))
            fail_msg("%s became %s", cases[i].expression, sql.data);
        assert_non_null(strstr(err.message, cases[i].expression));
        strbuf_finish(&sql);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(query_becomes_grouped_sql_with_the_joins_it_needs),
        cmocka_unit_test(filter_joins_a_view_that_no_field_needs),
        cmocka_unit_test(limit_of_the_call_beats_the_query_and_minus_one_means_all),
        cmocka_unit_test(what_is_unknown_is_named),
        cmocka_unit_test(filter_expression_compares_two_numbers),
        cmocka_unit_test(filters_say_what_people_mean),
        cmocka_unit_test(nonsense_in_a_filter_is_an_error_that_quotes_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
