#include "support/testing.h"

#include <locale.h>
#include <string.h>

#include "base/utf8.h"
#include "line.h"

static struct line line;

static void controls_never_get_through(void **state)
{
    (void)state;
    line_start(&line, 40);
    line_put(&line, ROLE_TEXT,
             "a\033[2Jb\nc\x7f\xc2\x9b\xe2\x80\xae"
             "d\xff");
    assert_string_equal(line.text.data, "a\xef\xbf\xbd[2Jb\xef\xbf\xbd"
                                        "c\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
                                        "d\xef\xbf\xbd");
    assert_int_equal(line.cols, 13);
}

static void text_is_cut_at_the_limit_by_columns(void **state)
{
    (void)state;
    line_start(&line, 5);
    line_put(&line, ROLE_TEXT, "ab\xe6\xbc\xa2\xe5\xad\x97");
    /* The second wide character would need a sixth column. */
    assert_string_equal(line.text.data, "ab\xe6\xbc\xa2");
    assert_int_equal(line.cols, 4);
}

static void lost_text_is_marked_when_asked(void **state)
{
    (void)state;
    line_start(&line, 5);
    line_put(&line, ROLE_TEXT, "abc");
    line_put(&line, ROLE_DIM, "def");
    line_mark_cut(&line);
    assert_string_equal(line.text.data, "abcd\xe2\x80\xa6");
    assert_int_equal(line.cols, 5);
    assert_int_equal(line.run_count, 2);
    line_start(&line, 5);
    line_put(&line, ROLE_TEXT, "ab\xe6\xbc\xa2\xe5\xad\x97");
    line_mark_cut(&line);
    assert_string_equal(line.text.data, "ab\xe6\xbc\xa2\xe2\x80\xa6");
    line_start(&line, 5);
    line_put(&line, ROLE_TEXT, "abcde   ");
    line_mark_cut(&line);
    assert_string_equal(line.text.data, "abcde"); /* blanks are no loss */
}

static void a_cell_has_exactly_its_columns(void **state)
{
    (void)state;
    line_start(&line, 40);
    line_cell(&line, ROLE_TEXT, "abc", 5, false);
    line_cell(&line, ROLE_TEXT, "abc", 5, true);
    line_cell(&line, ROLE_TEXT, "abcdef", 5, true);
    line_cell(&line, ROLE_TEXT, "abcde", 5, false);
    assert_string_equal(line.text.data, "abc    abcabcd\xe2\x80\xa6"
                                        "abcde");
    assert_int_equal(line.cols, 20);
}

static void wide_text_in_a_cell_never_overflows(void **state)
{
    (void)state;
    line_start(&line, 40);
    line_cell(&line, ROLE_TEXT, "\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2", 4, false);
    assert_int_equal(line.cols, 4);
    assert_string_equal(line.text.data, "\xe6\xbc\xa2\xe2\x80\xa6 ");
}

static void a_cell_of_no_columns_is_nothing(void **state)
{
    (void)state;
    line_start(&line, 10);
    line_cell(&line, ROLE_TEXT, "abc", 0, false);
    line_put_cut(&line, ROLE_TEXT, "abc", 0);
    assert_int_equal(line.cols, 0);
    assert_string_equal(line.text.data, "");
}

static void runs_follow_roles_and_overlays(void **state)
{
    (void)state;
    line_start(&line, 40);
    line_put(&line, ROLE_DIM, "ab");
    line_put(&line, ROLE_DIM, "cd");
    line_put(&line, ROLE_ERROR, "ef");
    line.overlay = OVERLAY_SELECTED;
    line_put(&line, ROLE_ERROR, "gh");
    assert_int_equal(line.run_count, 3);
    assert_int_equal(line.runs[1].at, 4);
    assert_int_equal(line.runs[1].role, ROLE_ERROR);
    assert_int_equal(line.runs[2].at, 6);
    assert_int_equal(line.runs[2].overlay, OVERLAY_SELECTED);
}

static void too_many_runs_are_merged_not_overrun(void **state)
{
    (void)state;
    line_start(&line, LINE_MAX_COLS);
    for (int i = 0; i < LINE_MAX_COLS; i++)
        line_put(&line, i % 2 ? ROLE_DIM : ROLE_TEXT, "x");
    assert_int_equal(line.run_count, LINE_RUNS);
    assert_int_equal(line.cols, LINE_MAX_COLS);
}

static void a_slice_keeps_styles_and_blanks_half_characters(void **state)
{
    (void)state;
    struct line from;
    line_init(&from);
    line_start(&from, 20);
    line_put(&from, ROLE_TEXT, "ab");
    line_put(&from, ROLE_ERROR,
             "\xe6\xbc\xa2"
             "cd");
    line_start(&line, 20);
    line_append(&line, &from, 3, 5);
    assert_string_equal(line.text.data, " c");
    assert_int_equal(line.runs[line.run_count - 1].role, ROLE_ERROR);
    line_start(&line, 20);
    line_append(&line, &from, 0, 10);
    assert_int_equal(line.cols, 10);
    line_finish(&from);
}

static void without_utf8_everything_is_ascii(void **state)
{
    (void)state;
    setlocale(LC_CTYPE, "C");
    utf8_init_locale();
    line_start(&line, 40);
    line_put(&line, ROLE_TEXT,
             "\xe2\x96\xb6 \xe2\x9c\x97 \xe2\x94\x80\xe2\x80\xa6 \xc3\xa9 "
             "\xe6\xbc\xa2\033");
    line_put_cut(&line, ROLE_TEXT, "abcdef", 3);
    assert_string_equal(line.text.data, "> x -~ ? ??ab~");
    setlocale(LC_CTYPE, "C.UTF-8");
    utf8_init_locale();
}

static uint64_t hash_of(enum role role, const char *text, enum role more_role, const char *more)
{
    line_start(&line, 40);
    line_put(&line, role, text);
    line_put(&line, more_role, more);
    return line_hash(&line);
}

static void only_lines_of_the_same_text_and_styles_share_their_hash(void **state)
{
    (void)state;
    uint64_t hash = hash_of(ROLE_TEXT, "12345678", ROLE_ERROR, "9");
    assert_true(hash == hash_of(ROLE_TEXT, "12345678", ROLE_ERROR, "9"));
    assert_true(hash != hash_of(ROLE_TEXT, "12345678", ROLE_ERROR, "8"));
    assert_true(hash != hash_of(ROLE_TEXT, "02345678", ROLE_ERROR, "9"));
    assert_true(hash != hash_of(ROLE_TEXT, "12345678", ROLE_ERROR, "9 "));
    assert_true(hash != hash_of(ROLE_TEXT, "1234567", ROLE_ERROR, "89"));
    assert_true(hash != hash_of(ROLE_TEXT, "12345678", ROLE_DIM, "9"));
    line_start(&line, 40);
    line.overlay = OVERLAY_SELECTED;
    line_put(&line, ROLE_TEXT, "12345678");
    line_put(&line, ROLE_ERROR, "9");
    line.overlay = OVERLAY_NONE;
    assert_true(hash != line_hash(&line));
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    utf8_init_locale();
    line_init(&line);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(controls_never_get_through),
        cmocka_unit_test(text_is_cut_at_the_limit_by_columns),
        cmocka_unit_test(only_lines_of_the_same_text_and_styles_share_their_hash),
        cmocka_unit_test(lost_text_is_marked_when_asked),
        cmocka_unit_test(a_cell_has_exactly_its_columns),
        cmocka_unit_test(wide_text_in_a_cell_never_overflows),
        cmocka_unit_test(a_cell_of_no_columns_is_nothing),
        cmocka_unit_test(runs_follow_roles_and_overlays),
        cmocka_unit_test(too_many_runs_are_merged_not_overrun),
        cmocka_unit_test(a_slice_keeps_styles_and_blanks_half_characters),
        cmocka_unit_test(without_utf8_everything_is_ascii),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    line_finish(&line);
    return failed;
}
