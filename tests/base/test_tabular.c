#include "support/testing.h"

#include <stdlib.h>

#include "base/tabular.h"

static const struct tabular_column two[] = {{"NAME", false}, {"COUNT", true}};

static char *written;
static size_t written_size;

static const char *one_row(enum tabular_format format, const char *name, const char *count)
{
    free(written);
    FILE *file = open_memstream(&written, &written_size);
    tabular_head(file, format, two, 2);
    tabular_row(file, format, two, (const char *[]){name, count}, 2);
    fclose(file);
    return written;
}

static int forget(void **state)
{
    (void)state;
    free(written);
    return 0;
}

static void markdown_has_a_rule_that_aligns_numbers(void **state)
{
    (void)state;
    assert_string_equal(one_row(TABULAR_MARKDOWN, "a", "1"),
                        "| NAME | COUNT |\n|---|---:|\n| a | 1 |\n");
}

static void markdown_cells_are_text_and_stay_on_their_line(void **state)
{
    (void)state;
    assert_string_equal(one_row(TABULAR_MARKDOWN, "a|b\nc", NULL),
                        "| NAME | COUNT |\n|---|---:|\n| a\\|b<br>c | NULL |\n");
    assert_string_equal(one_row(TABULAR_MARKDOWN, "<b> *x* [y](z) `w` \\", "1"),
                        "| NAME | COUNT |\n|---|---:|\n"
                        "| \\<b> \\*x\\* \\[y](z) \\`w\\` \\\\ | 1 |\n");
}

static void tsv_marks_what_is_not_known(void **state)
{
    (void)state;
    assert_string_equal(one_row(TABULAR_TSV, "a\tb", NULL), "NAME\tCOUNT\na\\tb\t\\N\n");
}

static void csv_guards_text_but_not_numbers(void **state)
{
    (void)state;
    assert_string_equal(one_row(TABULAR_CSV, "=1+1", "-1"), "NAME,COUNT\r\n\"'=1+1\",-1\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(markdown_has_a_rule_that_aligns_numbers),
        cmocka_unit_test(markdown_cells_are_text_and_stay_on_their_line),
        cmocka_unit_test(tsv_marks_what_is_not_known),
        cmocka_unit_test(csv_guards_text_but_not_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, forget);
}
