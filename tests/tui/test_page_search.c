/* Text that is looked for on the pages of the detail: marked, gone to, counted. */
#include "support/testing.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app_fixture.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "page_search.h"

static struct app_fixture f;
static char *sql;

/* Sixty lines, "needle" in lines 3, 30 and 58. */
static char *make_sql(void)
{
    struct strbuf text;
    strbuf_init(&text, LIMIT_MIB);
    for (int i = 1; i <= 60; i++)
        strbuf_addf(&text, "%s column_%d%s\n", i == 1 ? "SELECT" : "      ,", i,
                    i == 3 || i == 30 || i == 58 ? " AS Needle" : "");
    return strbuf_take(&text, NULL);
}

static struct snapshot *shop(void)
{
    struct snapshot *s = app_fixture_shop(1);
    s->details[0]->sql = sql;
    s->details[0]->problem_count = 0;
    s->details[0]->json = "{\n  \"id\": \"t1\",\n  \"can\": {\n    \"cancel\": false,\n"
                          "    \"words\": [\n      \"cancel this\"\n    ]\n  }\n}\n";
    return s;
}

static int start(void **state)
{
    (void)state;
    sql = make_sql();
    app_fixture_start(&f, shop(), 80, 24);
    return 0;
}

static int finish(void **state)
{
    (void)state;
    app_fixture_finish(&f);
    free(sql);
    return 0;
}

/* All that stands out so, line by line: "[needle]\n". */
static const char *marked(enum overlay overlay)
{
    static char found[2000];
    struct line line;
    size_t used = 0;
    found[0] = '\0';
    line_init(&line);
    for (int y = 0; y < f.app.rows; y++) {
        app_draw_line(&f.app, y, &line);
        for (size_t i = 0; i < line.run_count; i++) {
            size_t end = i + 1 < line.run_count ? line.runs[i + 1].at : line.text.len;
            if (line.runs[i].overlay == overlay)
                used += (size_t)snprintf(found + used, sizeof(found) - used, "[%.*s]\n",
                                         (int)(end - line.runs[i].at),
                                         line.text.data + line.runs[i].at);
        }
    }
    line_finish(&line);
    return found;
}

/* ---- SQL ---------------------------------------------------------------------------------------
 */

static void what_is_typed_is_marked_and_gone_to(void **state)
{
    (void)state;
    app_fixture_type(&f, "\r2/need");
    assert_shows(&f, " search page need");
    assert_shows(&f, "match 1 of 3");
    assert_string_equal(marked(OVERLAY_FOUND_HERE), "[Need]\n");
    app_fixture_type(&f, "le\r");
    assert_shows(&f, " match 1 of 3 for needle   n next");
    assert_int_equal(f.app.focus, PANE_DETAIL);
}

static void n_goes_round_and_scrolls_to_the_match(void **state)
{
    (void)state;
    app_fixture_type(&f, "\r2/needle\r");
    assert_shows_not(&f, "column_30");
    app_fixture_type(&f, "n");
    assert_shows(&f, "column_30 AS Needle");
    assert_shows(&f, "match 2 of 3");
    app_fixture_type(&f, "n");
    assert_shows(&f, "column_58 AS Needle");
    assert_shows(&f, "match 3 of 3");
    app_fixture_type(&f, "n");
    assert_shows(&f, "column_3 AS Needle");
    assert_shows(&f, "match 1 of 3");
    app_fixture_type(&f, "N");
    assert_shows(&f, "column_58 AS Needle");
}

static void whoever_scrolled_goes_on_from_what_is_in_sight(void **state)
{
    (void)state;
    app_fixture_type(&f, "\r2/needle\rG");
    assert_shows(&f, "column_60");
    app_fixture_type(&f, "N");
    assert_shows(&f, "match 2 of 3");
    app_fixture_type(&f, "Gn");
    assert_shows(&f, "match 3 of 3");
}

static void escape_ends_the_search_and_only_then_goes_back(void **state)
{
    (void)state;
    app_fixture_type(&f, "\r2/needle\r");
    app_fixture_key(&f, UI_KEY_ESCAPE);
    assert_string_equal(marked(OVERLAY_FOUND_HERE), "");
    assert_shows_not(&f, "match 1 of 3");
    assert_int_equal(f.app.focus, PANE_DETAIL);
    app_fixture_key(&f, UI_KEY_ESCAPE);
    assert_int_equal(f.app.focus, PANE_TASKS);
}

static void escape_while_typing_goes_back_to_where_it_began(void **state)
{
    (void)state;
    app_fixture_type(&f, "\r2jj/column_58");
    assert_shows(&f, "column_58 AS Needle");
    app_fixture_key(&f, UI_KEY_ESCAPE);
    assert_string_equal(marked(OVERLAY_FOUND_HERE), "");
    assert_non_null(strstr(app_fixture_row(&f, 2), "column_3"));
}

static void another_letter_looks_from_where_it_began(void **state)
{
    (void)state;
    app_fixture_type(&f, "\r2/column_5");
    assert_shows(&f, "match 1 of 11");
    app_fixture_type(&f, "8");
    assert_shows(&f, "match 1 of 1");
    app_fixture_key(&f, UI_KEY_BACKSPACE);
    assert_shows(&f, "match 1 of 11");
    assert_string_equal(marked(OVERLAY_FOUND_HERE), "[column_5]\n");
    app_fixture_type(&f, "x");
    assert_shows(&f, "not found");
}

static void the_arrows_go_from_match_to_match_while_typing(void **state)
{
    (void)state;
    app_fixture_type(&f, "\r2/needle");
    app_fixture_key(&f, UI_KEY_DOWN);
    assert_shows(&f, "match 2 of 3");
    app_fixture_key(&f, UI_KEY_UP);
    assert_shows(&f, "match 1 of 3");
}

static void a_text_that_is_not_there_is_said(void **state)
{
    (void)state;
    app_fixture_type(&f, "\r2/nowhere\r");
    assert_shows(&f, " no match for nowhere");
    app_fixture_type(&f, "n");
    assert_shows(&f, "Not found: nowhere");
}

static void a_match_across_the_edge_of_the_screen_is_one(void **state)
{
    (void)state;
    app_fixture_finish(&f);
    free(sql);
    sql = xstrdup("SELECT aaaaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbbbbb FROM t\n");
    app_fixture_start(&f, shop(), 40, 12);
    app_fixture_type(&f, "\r2/aaa bbb\r");
    assert_shows(&f, "match 1 of 1");
    assert_string_equal(marked(OVERLAY_FOUND_HERE), "[a]\n[aa bbb]\n");
}

static void long_lines_scroll_sideways_to_the_match(void **state)
{
    (void)state;
    app_fixture_finish(&f);
    free(sql);
    sql = xstrdup("SELECT 1\n     , aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                  " AS needle\nFROM t\n");
    app_fixture_start(&f, shop(), 40, 12);
    app_fixture_type(&f, "\r2U/needle\r");
    assert_string_equal(marked(OVERLAY_FOUND_HERE), "[needle]\n");
    app_fixture_type(&f, "/select\r");
    assert_string_equal(marked(OVERLAY_FOUND_HERE), "[SELECT]\n");
}

/* ---- the other pages ---------------------------------------------------------------------------
 */

static void labels_and_values_of_the_overview_are_found(void **state)
{
    (void)state;
    app_resize(&f.app, 120, 40);
    app_fixture_type(&f, "\r1/model\r");
    assert_string_equal(marked(OVERLAY_FOUND_HERE), "[model]\n");
    app_fixture_type(&f, "/order_items\r");
    assert_string_equal(marked(OVERLAY_FOUND_HERE), "[order_items]\n");
    assert_shows(&f, "match 1 of 4");
    assert_string_equal(marked(OVERLAY_FOUND), "[order_items]\n[order_items]\n[order_items]\n");
}

static void the_error_page_is_searched(void **state)
{
    (void)state;
    app_fixture_type(&f, "jjj\r4/oders\r");
    assert_shows(&f, "match 1 of ");
    assert_string_equal(marked(OVERLAY_FOUND_HERE), "[oders]\n");
}

static void what_is_folded_is_counted_and_opened(void **state)
{
    (void)state;
    app_fixture_type(&f, "\r5Z");
    assert_shows_not(&f, "\"cancel\"");
    app_fixture_type(&f, "/cancel\r");
    assert_shows(&f, "match 1 of 2");
    assert_shows(&f, "\"cancel\": false");
    app_fixture_type(&f, "n");
    assert_shows(&f, "match 2 of 2");
    assert_string_equal(marked(OVERLAY_FOUND_HERE), "[cancel]\n");
    app_fixture_type(&f, "kn");
    assert_shows(&f, "match 2 of 2");
}

static void a_fold_keeps_the_marks_of_what_is_in_sight(void **state)
{
    (void)state;
    app_fixture_type(&f, "\r5/can\rh");
    assert_shows(&f, "\"can\": {\xe2\x80\xa6 2}");
    assert_string_equal(marked(OVERLAY_FOUND_HERE), "[can]\n");
}

static void cells_are_found_and_marked(void **state)
{
    (void)state;
    app_fixture_type(&f, "G\r3/-11-\r");
    assert_shows(&f, "match 1 of 3");
    assert_string_equal(marked(OVERLAY_FOUND_HERE), "[-11-]\n");
    app_fixture_type(&f, "n");
    assert_shows(&f, "row 2 \xc2\xb7 orders.created_week");
    app_fixture_type(&f, "Gln");
    assert_shows(&f, "row 1 \xc2\xb7 orders.created_week");
}

static void the_search_goes_on_on_the_next_page(void **state)
{
    (void)state;
    app_fixture_type(&f, "\r1/order\r");
    app_fixture_type(&f, "5");
    assert_shows(&f, " no match for order");
    app_fixture_type(&f, "1");
    assert_shows(&f, " matches for order");
    app_fixture_type(&f, "n");
    assert_shows(&f, " match 1 of ");
}

static void in_the_list_the_tasks_are_searched(void **state)
{
    (void)state;
    app_fixture_type(&f, "/api");
    assert_shows(&f, " search tasks api");
    assert_string_equal(task_text(app_selected(&f.app), TASK_ID), "t3");
    app_fixture_key(&f, UI_KEY_ENTER);
    assert_shows_not(&f, "match 1");
}

static void escape_in_the_list_goes_back_to_the_task_before(void **state)
{
    (void)state;
    app_fixture_type(&f, "j/api");
    assert_string_equal(task_text(app_selected(&f.app), TASK_ID), "t3");
    app_fixture_key(&f, UI_KEY_ESCAPE);
    assert_string_equal(task_text(app_selected(&f.app), TASK_ID), "t2");
}

static void a_newer_record_keeps_the_number_of_the_match(void **state)
{
    (void)state;
    app_fixture_type(&f, "\r2/needle\rn");
    assert_shows(&f, "match 2 of 3");
    app_take_snapshot(&f.app, shop());
    assert_shows(&f, "match 2 of 3");
    assert_string_equal(marked(OVERLAY_FOUND_HERE), "[Needle]\n");
}

/* ---- time in proportion ------------------------------------------------------------------------
 */

/* A megabyte in one line, found at each place: what is not in proportion would take minutes. */
static void a_match_at_each_place_takes_time_in_proportion(void **state)
{
    (void)state;
    size_t length = LIMIT_MIB / TEST_STRIDE;
    char *text = xmalloc(length + 1);
    struct text_rows rows = {0};
    struct page_search search = {0};
    memset(text, 'e', length);
    text[length] = '\0';
    text_rows_clear(&rows);
    text_rows_prose(&rows, ROLE_TEXT, text, 80);
    page_search_start(&search, "e");
    page_search_in_rows(&search, &rows);
    assert_true(search.count > 1000);
    assert_int_equal(search.is_cut, length > 100000);
    page_search_finish(&search);
    text_rows_finish(&rows);
    free(text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, finish)

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    utf8_init_locale();
    const struct CMUnitTest tests[] = {
        TEST(what_is_typed_is_marked_and_gone_to),
        TEST(n_goes_round_and_scrolls_to_the_match),
        TEST(whoever_scrolled_goes_on_from_what_is_in_sight),
        TEST(escape_ends_the_search_and_only_then_goes_back),
        TEST(escape_while_typing_goes_back_to_where_it_began),
        TEST(another_letter_looks_from_where_it_began),
        TEST(the_arrows_go_from_match_to_match_while_typing),
        TEST(a_text_that_is_not_there_is_said),
        TEST(a_match_across_the_edge_of_the_screen_is_one),
        TEST(long_lines_scroll_sideways_to_the_match),
        TEST(labels_and_values_of_the_overview_are_found),
        TEST(the_error_page_is_searched),
        TEST(what_is_folded_is_counted_and_opened),
        TEST(a_fold_keeps_the_marks_of_what_is_in_sight),
        TEST(cells_are_found_and_marked),
        TEST(the_search_goes_on_on_the_next_page),
        TEST(in_the_list_the_tasks_are_searched),
        TEST(escape_in_the_list_goes_back_to_the_task_before),
        TEST(a_newer_record_keeps_the_number_of_the_match),
        cmocka_unit_test(a_match_at_each_place_takes_time_in_proportion),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
