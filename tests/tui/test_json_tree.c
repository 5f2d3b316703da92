#include "support/testing.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "json_tree.h"

static const char record[] = "{\n"                      /* 0 */
                             "  \"id\": 7,\n"           /* 1 */
                             "  \"can\": {\n"           /* 2 */
                             "    \"run\": true,\n"     /* 3 */
                             "    \"words\": [\n"       /* 4 */
                             "      \"needle {\",\n"    /* 5 */
                             "      {}\n"               /* 6 */
                             "    ]\n"                  /* 7 */
                             "  },\n"                   /* 8 */
                             "  \"last\": \"needle\"\n" /* 9 */
                             "}\n";

static struct json_tree tree;
static struct text_rows rows;
static struct line line;

static int start(void **state)
{
    (void)state;
    json_tree_set(&tree, record);
    return 0;
}

static int finish(void **state)
{
    (void)state;
    json_tree_finish(&tree);
    return 0;
}

static const char *row_text(size_t row)
{
    line_start(&line, 60);
    text_rows_draw(&rows, row, &line, 60);
    return line.text.data;
}

static void show(void)
{
    text_rows_clear(&rows);
    json_tree_rows(&tree, &rows, 60);
}

static void what_is_folded_tells_how_much_it_holds(void **state)
{
    (void)state;
    show();
    assert_int_equal(rows.count, 11);
    assert_string_equal(row_text(2), "   3\xe2\x96\xbe   \"can\": {");
    json_tree_fold(&tree, 4, true);
    show();
    assert_int_equal(rows.count, 8);
    assert_string_equal(row_text(4), "   5\xe2\x96\xb8     \"words\": [\xe2\x80\xa6 2]");
    assert_string_equal(row_text(5), "   9    },");
    json_tree_fold(&tree, 2, true);
    show();
    assert_int_equal(rows.count, 5);
    assert_string_equal(row_text(2), "   3\xe2\x96\xb8   \"can\": {\xe2\x80\xa6 2},");
    assert_int_equal(text_rows_line_at(&rows, 3), 10);
    assert_int_equal(text_rows_find_line(&rows, 10), 3);
}

static void what_opens_nothing_does_not_fold(void **state)
{
    (void)state;
    const size_t plain[] = {1, 3, 5, 6, 7, 8, 9, 10, 99};
    for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
        assert_false(json_tree_can_fold(&tree, plain[i]));
    json_tree_fold(&tree, 1, true);
    show();
    assert_int_equal(rows.count, 11);
}

static void all_folds_but_the_document_itself(void **state)
{
    (void)state;
    json_tree_fold_all(&tree);
    show();
    assert_int_equal(rows.count, 5);
    json_tree_fold_all(&tree);
    show();
    assert_int_equal(rows.count, 11);
}

static void what_hides_a_line_is_opened(void **state)
{
    (void)state;
    json_tree_fold_all(&tree);
    assert_true(json_tree_reveal(&tree, 5));
    assert_false(tree.lines[2].is_folded || tree.lines[4].is_folded);
    assert_false(json_tree_reveal(&tree, 5));
}

static void folds_outlive_a_newer_version(void **state)
{
    (void)state;
    static const char newer[] = "{\n  \"more\": 1,\n  \"can\": {\n    \"run\": false\n  }\n}\n";
    json_tree_fold(&tree, 2, true);
    json_tree_set(&tree, NULL);
    show();
    assert_int_equal(rows.count, 0);
    json_tree_set(&tree, newer);
    assert_true(tree.lines[2].is_folded);
    show();
    assert_int_equal(rows.count, 4);
}

static void broken_documents_are_shown_as_they_are(void **state)
{
    (void)state;
    static const char *const broken[] = {
        "", "{", "}", "]\n}\n{\n", "{\n[\n}\n", "plain\n\n{\n", "\"key\": {\n"};
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        json_tree_set(&tree, broken[i]);
        json_tree_fold_all(&tree);
        show();
        for (size_t at = 0; at < tree.count; at++)
            json_tree_reveal(&tree, at);
    }
}

/* A megabyte of one thing: what is not in proportion would take minutes. */
static void hostile_documents_take_time_in_proportion(void **state)
{
    (void)state;
    static const char *const things[] = {"{\n", "[\n0\n]\n", "\"a\": 1,\n", "x",
                                         "}\n", " ",         "\n",          "\"\": {\n"};
    for (size_t i = 0; i < sizeof(things) / sizeof(things[0]); i++) {
        size_t length = strlen(things[i]);
        size_t count = LIMIT_MIB / TEST_STRIDE / length;
        char *text = xmalloc(count * length + 1);
        for (size_t n = 0; n < count; n++)
            memcpy(text + n * length, things[i], length);
        text[count * length] = '\0';
        json_tree_set(&tree, text);
        json_tree_fold_all(&tree);
        show();
        json_tree_set(&tree, NULL);
        free(text);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, finish)

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    utf8_init_locale();
    line_init(&line);
    const struct CMUnitTest tests[] = {
        TEST(what_is_folded_tells_how_much_it_holds),
        TEST(what_opens_nothing_does_not_fold),
        TEST(all_folds_but_the_document_itself),
        TEST(what_hides_a_line_is_opened),
        TEST(folds_outlive_a_newer_version),
        TEST(broken_documents_are_shown_as_they_are),
        TEST(hostile_documents_take_time_in_proportion),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    text_rows_finish(&rows);
    line_finish(&line);
    return failed;
}
