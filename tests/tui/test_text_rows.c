#include "support/testing.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "detail_pages.h"
#include "text_rows.h"

static struct text_rows rows;
static struct line line;

static int clear(void **state)
{
    (void)state;
    text_rows_clear(&rows);
    return 0;
}

static const char *row_text(size_t row, size_t width)
{
    line_start(&line, width);
    text_rows_draw(&rows, row, &line, width);
    size_t length = line.text.len;
    while (length > 0 && line.text.data[length - 1] == ' ')
        length--;
    strbuf_truncate(&line.text, length);
    return line.text.data;
}

/* The role in the line drawn last of the text that begins with word. */
static enum role role_at(const char *word)
{
    size_t at = (size_t)(strstr(line.text.data, word) - line.text.data);
    size_t run = 0;
    while (run + 1 < line.run_count && line.runs[run + 1].at <= at)
        run++;
    return (enum role)line.runs[run].role;
}

static void prose_is_wrapped_at_blanks_and_nothing_is_lost(void **state)
{
    (void)state;
    text_rows_prose(&rows, ROLE_TEXT, "one two three\n\nfour-and-a-long-word", 8);
    assert_string_equal(row_text(0, 8), "one two");
    assert_string_equal(row_text(1, 8), "three");
    assert_string_equal(row_text(2, 8), "");
    assert_string_equal(row_text(3, 8), "four-and");
    assert_string_equal(row_text(4, 8), "-a-long-");
    assert_string_equal(row_text(5, 8), "word");
    assert_int_equal(rows.count, 6);
}

static void a_window_too_narrow_for_a_character_still_ends(void **state)
{
    (void)state;
    text_rows_prose(&rows, ROLE_TEXT, "\xe6\xbc\xa2\xe5\xad\x97", 1);
    assert_int_equal(rows.count, 2);
    text_rows_code(&rows, CODE_SQL, "\xe6\xbc\xa2 b", 1, NULL, 0, 0, 0);
    assert_true(rows.count > 2 && rows.count < 10);
}

static void short_facts_stand_side_by_side_and_the_untold_take_one_line(void **state)
{
    (void)state;
    static const struct field fields[] = {
        {"query", "model", "shop"},  {"query", "pivots", NULL}, {"query", "view", "orders"},
        {"query", "timezone", NULL}, {"task", "id", "42"},
    };
    text_rows_facts(&rows, fields, 5, 80);
    assert_string_equal(row_text(0, 80), "query");
    assert_string_equal(row_text(1, 80), "model     shop"
                                         "                          view      orders");
    assert_string_equal(row_text(2, 80), "not told  pivots, timezone");
    assert_string_equal(row_text(3, 80), "task");
    assert_string_equal(row_text(4, 80), "id        42");
    assert_int_equal(rows.count, 5);
}

static void narrow_windows_have_one_fact_per_row(void **state)
{
    (void)state;
    static const struct field fields[] = {{"", "a", "1"}, {"", "b", "2"}};
    text_rows_facts(&rows, fields, 2, 40);
    assert_int_equal(rows.count, 2);
}

static void a_problem_is_marked_under_its_word(void **state)
{
    (void)state;
    static const struct task_problem problem = {.message = "no such table: oders\nmore",
                                                .line = 2,
                                                .column = 6};
    text_rows_code(&rows, CODE_SQL, "SELECT 1\nFROM oders, x\n", 60, &problem, 1, 0, 0);
    assert_string_equal(row_text(0, 60), "   1  SELECT 1");
    assert_string_equal(row_text(1, 60), "   2  FROM oders, x");
    assert_string_equal(row_text(2, 60), "           ~~~~~ no such table: oders");
    assert_int_equal(rows.count, 3);
}

static void the_mark_says_the_details_where_there_are_any(void **state)
{
    (void)state;
    static const struct task_problem problem = {
        .message = "It failed.", .details = "no such table: t", .line = 1, .column = 8};
    text_rows_code(&rows, CODE_SQL, "SELECT t", 60, &problem, 1, 0, 0);
    assert_string_equal(row_text(1, 60), "             ~ no such table: t");
}

static void a_problem_behind_the_end_is_marked_at_the_end(void **state)
{
    (void)state;
    static const struct task_problem problem = {.message = "eh", .line = 1, .column = 999};
    text_rows_code(&rows, CODE_SQL, "SELECT", 60, &problem, 1, 0, 0);
    assert_string_equal(row_text(1, 60), "            ~ eh");
}

/* The role of the text that begins with word. */
static enum role role_in(enum code_language language, const char *code, const char *word)
{
    struct code text;
    const char *at = strstr(code, word);
    code_init(&text, language, code);
    for (const char *p = code; p < text.end;) {
        enum role role;
        size_t bytes = code_token(&text, p, &role);
        assert_true(bytes > 0);
        if (at < p + bytes)
            return role;
        p += bytes;
    }
    fail();
    return ROLE_TEXT;
}

static void sql_is_coloured_by_what_it_is(void **state)
{
    (void)state;
    const char *sql = "select a.\"from\", 12, 'it''s from' /* from */ FROM t -- from here";
    assert_int_equal(role_in(CODE_SQL, sql, "select"), ROLE_SQL_WORD);
    assert_int_equal(role_in(CODE_SQL, sql, "from\""), ROLE_TEXT);
    assert_int_equal(role_in(CODE_SQL, sql, "12"), ROLE_SQL_NUMBER);
    assert_int_equal(role_in(CODE_SQL, sql, "s from'"), ROLE_SQL_TEXT);
    assert_int_equal(role_in(CODE_SQL, sql, "from */"), ROLE_SQL_REMARK);
    assert_int_equal(role_in(CODE_SQL, sql, "FROM t"), ROLE_SQL_WORD);
    assert_int_equal(role_in(CODE_SQL, sql, "from here"), ROLE_SQL_REMARK);
    assert_int_equal(role_in(CODE_SQL, "fromage", "fromage"), ROLE_TEXT);
}

static void every_sql_word_is_found(void **state)
{
    (void)state;
    static const char *const words[] = {"ALL",       "BETWEEN", "INTERSECT", "INTO",
                                        "RECURSIVE", "RIGHT",   "WINDOW",    "WITH"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        assert_int_equal(role_in(CODE_SQL, words[i], words[i]), ROLE_SQL_WORD);
}

static void strings_and_remarks_go_over_lines(void **state)
{
    (void)state;
    text_rows_code(&rows, CODE_SQL, "SELECT 'open\nend' FROM /* a\nb */ t", 60, NULL, 0, 0, 0);
    assert_string_equal(row_text(1, 60), "   2  end' FROM /* a");
    assert_int_equal(role_at("end"), ROLE_SQL_TEXT);
    assert_int_equal(role_at("FROM"), ROLE_SQL_WORD);
    assert_int_equal(role_at("/* a"), ROLE_SQL_REMARK);
    assert_string_equal(row_text(2, 60), "   3  b */ t");
    assert_int_equal(role_at("b"), ROLE_SQL_REMARK);
    assert_int_equal(role_at("t"), ROLE_TEXT);
}

static void a_word_cut_by_the_edge_keeps_its_colour(void **state)
{
    (void)state;
    text_rows_code(&rows, CODE_SQL, "xxxxx, SELECT", 15, NULL, 0, 0, 0);
    row_text(1, 15);
    assert_int_equal(role_at("SELECT"), ROLE_SQL_WORD);
    text_rows_clear(&rows);
    text_rows_code(&rows, CODE_SQL, "(((((((INTERSECT", 15, NULL, 0, 0, 0);
    assert_string_equal(row_text(1, 15), "        TERSECT");
    assert_int_equal(role_at("TERSECT"), ROLE_SQL_WORD);
}

static void a_mistake_in_a_wrapped_line_is_marked_under_its_word(void **state)
{
    (void)state;
    static const struct task_problem problem = {.message = "no", .line = 1, .column = 10};
    text_rows_code(&rows, CODE_SQL, "aaaa bbb oders ccc", 14, &problem, 1, 0, 0);
    assert_string_equal(row_text(0, 14), "   1  aaaa bbb");
    assert_string_equal(row_text(1, 14), "        oders");
    assert_string_equal(row_text(2, 14), "        ~~~~~");
    assert_string_equal(row_text(3, 14), "        ccc");
}

static void sql_in_one_long_line_is_formatted_and_its_mistake_with_it(void **state)
{
    (void)state;
    const char *sql =
        "SELECT users.region, SUM(order_items.revenue) AS revenue FROM order_items "
        "JOIN oders ON oders.id = order_items.order_id WHERE users.region IS NOT NULL";
    const struct task_problem problem = {.message = "no such table",
                                         .line = 1,
                                         .column = (int)(strstr(sql, "oders") - sql) + 1};
    const struct sql_mistakes mistakes = {.items = &problem, .count = 1};
    sql_rows_add(&rows, SQL_FORM_AUTO, sql, 90, &mistakes);
    assert_string_equal(row_text(0, 90), "formatted for reading; c shows it as it was sent");
    assert_string_equal(row_text(3, 90), "   3  JOIN oders ON oders.id = order_items.order_id");
    assert_string_equal(row_text(4, 90), "           ~~~~~ no such table");
    text_rows_clear(&rows);
    sql_rows_add(&rows, SQL_FORM_AS_SENT, sql, 200, &mistakes);
    assert_non_null(strstr(row_text(0, 200), "   1  SELECT users.region, SUM"));
    assert_non_null(strstr(row_text(1, 200), "~~~~~ no such table"));
    assert_int_equal(rows.count, 2);
}

static void around_a_mistake_there_are_only_some_lines(void **state)
{
    (void)state;
    const char *sql = "a\nb\nc\nd\ne\nf\ng";
    const struct task_problem problem = {.message = "eh", .line = 5, .column = 1};
    const struct sql_mistakes mistakes = {.items = &problem, .count = 1, .context_lines = 1};
    sql_rows_add(&rows, SQL_FORM_AUTO, sql, 60, &mistakes);
    assert_string_equal(row_text(0, 60), "   4  d");
    assert_string_equal(row_text(1, 60), "   5  e");
    assert_string_equal(row_text(3, 60), "   6  f");
    assert_int_equal(rows.count, 4);
}

static void the_key_always_shows_the_other_form(void **state)
{
    (void)state;
    char hard[200];
    memset(hard, 'x', sizeof(hard) - 1);
    hard[sizeof(hard) - 1] = '\0';
    const char *const texts[] = {"SELECT 1", hard};
    for (int form = 0; form < SQL_FORM_COUNT; form++) {
        assert_int_equal(sql_form_find(sql_form_name((enum sql_form)form)), form);
        for (size_t i = 0; i < 2; i++) {
            enum sql_form other = sql_form_other((enum sql_form)form, texts[i]);
            assert_int_not_equal(sql_form_formats(other, texts[i]),
                                 sql_form_formats((enum sql_form)form, texts[i]));
        }
    }
    assert_int_equal(sql_form_find("something else"), SQL_FORM_AUTO);
}

static void json_keys_are_plain_and_values_are_not(void **state)
{
    (void)state;
    const char *json = "// null\n\"key\": \"va\\\"lue\", \"n\": 12, \"t\": null";
    assert_int_equal(role_in(CODE_JSON, json, "null\n"), ROLE_SQL_REMARK);
    assert_int_equal(role_in(CODE_JSON, json, "key"), ROLE_TEXT);
    assert_int_equal(role_in(CODE_JSON, json, "lue"), ROLE_SQL_TEXT);
    assert_int_equal(role_in(CODE_JSON, json, "12"), ROLE_SQL_NUMBER);
    assert_int_equal(role_in(CODE_JSON, strstr(json, "\"t\""), "null"), ROLE_SQL_WORD);
}

/* The connection's label is wider than those above it, and comes after they were cut. */
static void overview_loses_no_character_of_a_long_title(void **state)
{
    (void)state;
    char title[101] = "";
    memset(title, 'x', sizeof(title) - 1);
    struct task_draft draft;
    task_draft_init(&draft);
    task_draft_set_text(&draft, TASK_TITLE, title);
    task_draft_set_text(&draft, TASK_CONNECTION, "warehouse");
    struct task *task = task_create(&draft);
    task_draft_finish(&draft);
    const struct detail_source source = {.task = task};
    detail_page_build(PAGE_OVERVIEW, &source, 50, &rows);
    size_t seen = 0;
    for (size_t row = 0; row < rows.count; row++)
        for (const char *at = row_text(row, 50); *at; at++)
            seen += *at == 'x';
    assert_int_equal(seen, 100);
    task_unref(task);
}

#define TEST(name) cmocka_unit_test_setup(name, clear)

/* Looking for the end of the line from each row on would take minutes here. */
static void endless_line_takes_time_in_proportion(void **state)
{
    (void)state;
    size_t length = 8 * LIMIT_MIB / TEST_STRIDE;
    char *text = xmalloc(length + 1);
    memset(text, 'W', length);
    text[length] = '\0';
    text_rows_code(&rows, CODE_JSON, text, 1, NULL, 0, 1, 0);
    text_rows_clear(&rows);
    text_rows_prose(&rows, ROLE_TEXT, text, 1);
    assert_true(rows.count > 1000);
    text_rows_clear(&rows);
    free(text);
}

static void line_as_wide_as_the_row_has_no_empty_row_behind_it(void **state)
{
    (void)state;
    text_rows_prose(&rows, ROLE_TEXT, "12345678\nab\n", 8);
    assert_int_equal(rows.count, 2);
    assert_string_equal(row_text(0, 8), "12345678");
    assert_string_equal(row_text(1, 8), "ab");
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    utf8_init_locale();
    line_init(&line);
    const struct CMUnitTest tests[] = {
        TEST(prose_is_wrapped_at_blanks_and_nothing_is_lost),
        TEST(a_window_too_narrow_for_a_character_still_ends),
        TEST(short_facts_stand_side_by_side_and_the_untold_take_one_line),
        TEST(narrow_windows_have_one_fact_per_row),
        TEST(a_problem_is_marked_under_its_word),
        TEST(the_mark_says_the_details_where_there_are_any),
        TEST(a_problem_behind_the_end_is_marked_at_the_end),
        TEST(sql_is_coloured_by_what_it_is),
        TEST(every_sql_word_is_found),
        TEST(strings_and_remarks_go_over_lines),
        TEST(a_word_cut_by_the_edge_keeps_its_colour),
        TEST(a_mistake_in_a_wrapped_line_is_marked_under_its_word),
        TEST(sql_in_one_long_line_is_formatted_and_its_mistake_with_it),
        TEST(around_a_mistake_there_are_only_some_lines),
        TEST(the_key_always_shows_the_other_form),
        TEST(json_keys_are_plain_and_values_are_not),
        TEST(overview_loses_no_character_of_a_long_title),
        TEST(endless_line_takes_time_in_proportion),
        TEST(line_as_wide_as_the_row_has_no_empty_row_behind_it),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    text_rows_finish(&rows);
    line_finish(&line);
    return failed;
}
