#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "model/sql_format.h"
#include "model/sql_token.h"

static void assert_formats(const char *sql, const char *expected)
{
    char *formatted = sql_format(sql);
    assert_non_null(formatted);
    assert_string_equal(formatted, expected);
    char *again = sql_format(formatted);
    assert_string_equal(again, expected);
    free(again);
    free(formatted);
}

static void clauses_have_their_lines_and_what_fits_stays_on_one(void **state)
{
    (void)state;
    assert_formats("select a,b from t left outer join u on u.id=t.id where a = 1 and b in(1,2) "
                   "group by 1,2 having count(*) > 1 order by b desc limit 10",
                   "select a, b\n"
                   "from t\n"
                   "left outer join u on u.id = t.id\n"
                   "where a = 1 and b in (1, 2)\n"
                   "group by 1, 2\n"
                   "having count(*) > 1\n"
                   "order by b desc\n"
                   "limit 10");
}

static void long_lists_and_conditions_are_broken(void **state)
{
    (void)state;
    assert_formats("SELECT DISTINCT order_items.revenue AS revenue, users.region AS region, "
                   "users.country FROM users WHERE users.created BETWEEN 1 AND 2 AND "
                   "(users.region = 'EMEA' OR users.region = 'APAC') AND users.id IS NOT NULL",
                   "SELECT DISTINCT\n"
                   "  order_items.revenue AS revenue,\n"
                   "  users.region AS region,\n"
                   "  users.country\n"
                   "FROM users\n"
                   "WHERE users.created BETWEEN 1 AND 2\n"
                   "  AND (users.region = 'EMEA' OR users.region = 'APAC')\n"
                   "  AND users.id IS NOT NULL");
}

static void queries_within_and_cases_are_indented(void **state)
{
    (void)state;
    assert_formats("WITH r AS (SELECT id, CASE WHEN amount > 1000 THEN 'large' WHEN amount > 100 "
                   "THEN 'medium' ELSE 'small' END AS size FROM orders) SELECT size FROM r WHERE "
                   "id IN (SELECT id FROM vip)",
                   "WITH r AS (\n"
                   "  SELECT\n"
                   "    id,\n"
                   "    CASE\n"
                   "      WHEN amount > 1000 THEN 'large'\n"
                   "      WHEN amount > 100 THEN 'medium'\n"
                   "      ELSE 'small'\n"
                   "    END AS size\n"
                   "  FROM orders\n"
                   ")\n"
                   "SELECT size\n"
                   "FROM r\n"
                   "WHERE id IN (SELECT id FROM vip)");
}

static void statements_are_apart(void **state)
{
    (void)state;
    assert_formats("INSERT INTO t (a, b) VALUES (1, 2); -- done\nDELETE FROM t; UPDATE t SET a=1",
                   "INSERT INTO t (a, b)\n"
                   "VALUES (1, 2); -- done\n\n"
                   "DELETE FROM t;\n\n"
                   "UPDATE t\n"
                   "SET a = 1");
}

static void remarks_stay_with_what_they_are_about(void **state)
{
    (void)state;
    assert_formats("-- head\nSELECT a, -- first\n /* alone */\n b /* b */, c\n-- next\nFROM t",
                   "-- head\n"
                   "SELECT\n"
                   "  a, -- first\n"
                   "  /* alone */\n"
                   "  b /* b */,\n"
                   "  c\n"
                   "-- next\n"
                   "FROM t");
    assert_formats("SELECT 1 ORDER BY 2  \n \n -- again\nSELECT 2",
                   "SELECT 1\nORDER BY 2\n\n-- again\nSELECT 2");
}

static void words_that_only_look_like_clauses_are_left_alone(void **state)
{
    (void)state;
    assert_formats("SELECT EXTRACT(YEAR FROM t.from), left(x, 3), a IS DISTINCT FROM b FROM t "
                   "WHERE t.order = 1",
                   "SELECT EXTRACT(YEAR FROM t.from), left(x, 3), a IS DISTINCT FROM b\n"
                   "FROM t\n"
                   "WHERE t.order = 1");
}

static void quotes_templates_and_parameters_are_not_touched(void **state)
{
    (void)state;
    static const char *const whole[] = {
        "'it''s  FROM'",
        "\"odd  \"\"from\"",
        "`a  from b`",
        "$$a  FROM '$$",
        "$tag$ $$  FROM $tag$",
        "{{ a  ,b }}",
        "{% if  from %}",
        "{# a  from #}",
        "${ a  }",
        "%(who)s",
        ":name",
        "@name",
        "/* a  FROM */",
        "x'00  ff'",
        "'open  FROM",
        "{{ open  FROM",
    };
    for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++) {
        char sql[80];
        strcpy(sql, "SELECT  a  ,");
        strcat(sql, whole[i]);
        char *formatted = sql_format(sql);
        assert_non_null(strstr(formatted, whole[i]));
        free(formatted);
    }
}

static void a_backslash_protects_only_where_the_quotes_need_it(void **state)
{
    (void)state;
    assert_formats("SELECT 'it\\'s  a' ,'b'", "SELECT 'it\\'s  a', 'b'");
    assert_formats("SELECT 'C:\\' ,  'b'", "SELECT 'C:\\', 'b'");
}

static void broken_sql_keeps_its_tokens(void **state)
{
    (void)state;
    assert_formats("SELECT (a, b FROM t)) WHERE CASE ; SELECT 1",
                   "SELECT (a, b FROM t))\nWHERE CASE;\n\nSELECT 1");
    assert_formats("", "");
    assert_formats("  \n ", "");
    assert_formats(")", ")");
}

static void places_are_found_in_both_directions(void **state)
{
    (void)state;
    const char *sent = "SELECT a FROM   oders WHERE b=1";
    char *formatted = sql_format(sent);
    size_t place = sql_format_place(sent, (size_t)(strstr(sent, "ders") - sent), formatted);
    assert_string_equal(formatted + place, "ders\nWHERE b = 1");
    assert_int_equal(sql_format_place(formatted, place, sent), strstr(sent, "ders") - sent);
    assert_int_equal(sql_format_place(sent, 13, formatted), strstr(formatted, "oders") - formatted);
    assert_int_equal(sql_format_place(sent, 999, formatted), strlen(formatted));
    free(formatted);
}

static void a_line_and_its_column_move_with_their_token(void **state)
{
    (void)state;
    const char *sent = "SELECT a,\n b FROM   oders WHERE b=1";
    char *formatted = sql_format(sent);
    int line = 2;
    int column = 11;
    sql_format_move(sent, formatted, &line, &column);
    assert_int_equal(line, 2);
    assert_int_equal(column, 6);
    column = 999; /* the end of the line */
    line = 2;
    sql_format_move(sent, formatted, &line, &column);
    assert_int_equal(line, 3);
    assert_int_equal(column, 12);
    free(formatted);
}

static void long_lines_are_hard_to_read(void **state)
{
    (void)state;
    char text[301];
    memset(text, 'x', 300);
    text[300] = '\0';
    assert_true(sql_is_hard_to_read(text));
    for (size_t i = 60; i < 300; i += 61)
        text[i] = '\n';
    assert_false(sql_is_hard_to_read(text));
    assert_false(sql_is_hard_to_read(""));
}

/* A megabyte of one thing: what is not in proportion would take minutes. */
static void hostile_texts_take_time_in_proportion(void **state)
{
    (void)state;
    static const char *const things[] = {
        "(", "a,",    "CASE WHEN ", "(SELECT ", "--\n",   "/**/\n", "'", "$a$b", "{{", "\\'",
        "x", "left ", ";",          "%(",       "a AND ", "[",      ")", "END ", "\n", "\"a\".",
    };
    for (size_t i = 0; i < sizeof(things) / sizeof(things[0]); i++) {
        size_t length = strlen(things[i]);
        size_t count = LIMIT_MIB / TEST_STRIDE / length;
        char *text = xmalloc(count * length + 1);
        for (size_t n = 0; n < count; n++)
            memcpy(text + n * length, things[i], length);
        text[count * length] = '\0';
        char *formatted = sql_format(text);
        assert_true(formatted == NULL || strlen(formatted) <= LIMIT_FORMATTED_SQL_BYTES);
        free(formatted);
        free(text);
    }
}

static void what_would_be_too_long_is_refused(void **state)
{
    (void)state;
    /* Each item is a line of its own, deep inside. */
    static const char inner[] = "a a,a a,a a,a a,";
    size_t depth = 18;
    char *text = xmalloc(2 * LIMIT_MIB);
    size_t length = 0;
    for (size_t i = 0; i < depth; i++)
        length += (size_t)sprintf(text + length, "(");
    while (length < LIMIT_MIB)
        length += (size_t)sprintf(text + length, "%s", inner);
    for (size_t i = 0; i < depth; i++)
        length += (size_t)sprintf(text + length, ")");
    assert_null(sql_format(text));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clauses_have_their_lines_and_what_fits_stays_on_one),
        cmocka_unit_test(long_lists_and_conditions_are_broken),
        cmocka_unit_test(queries_within_and_cases_are_indented),
        cmocka_unit_test(statements_are_apart),
        cmocka_unit_test(remarks_stay_with_what_they_are_about),
        cmocka_unit_test(words_that_only_look_like_clauses_are_left_alone),
        cmocka_unit_test(quotes_templates_and_parameters_are_not_touched),
        cmocka_unit_test(a_backslash_protects_only_where_the_quotes_need_it),
        cmocka_unit_test(broken_sql_keeps_its_tokens),
        cmocka_unit_test(places_are_found_in_both_directions),
        cmocka_unit_test(a_line_and_its_column_move_with_their_token),
        cmocka_unit_test(long_lines_are_hard_to_read),
        cmocka_unit_test(hostile_texts_take_time_in_proportion),
        cmocka_unit_test(what_would_be_too_long_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
