#include "support/testing.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "cli/cli_output.h"

static const struct cli_column two[] = {{.title = "NAME"}, {.title = "COUNT", .is_number = true}};

static char *written;
static size_t written_size;

/* Output into written, as if on a terminal of that width (0: a pipe). */
static struct cli_output begin(enum cli_format format, size_t width_cols)
{
    struct cli_output out;
    free(written);
    written = NULL;
    cli_output_init(&out, open_memstream(&written, &written_size), format, CLI_COLOUR_AUTO);
    out.width_cols = width_cols;
    return out;
}

static const char *end(struct cli_output *out)
{
    fclose(out->file);
    cli_output_finish(out);
    return written;
}

static const char *one_row(enum cli_format format, const char *name, const char *count)
{
    struct cli_output out = begin(format, 0);
    cli_rows_begin(&out, two, 2);
    cli_rows_add(&out, (const char *[]){name, count});
    cli_rows_end(&out);
    return end(&out);
}

static void csv_quotes_what_needs_it_and_ends_lines_with_crlf(void **state)
{
    (void)state;
    assert_string_equal(one_row(CLI_CSV, "plain", "1"), "NAME,COUNT\r\nplain,1\r\n");
    assert_string_equal(one_row(CLI_CSV, "a,b", "1"), "NAME,COUNT\r\n\"a,b\",1\r\n");
    assert_string_equal(one_row(CLI_CSV, "say \"hi\"", "1"),
                        "NAME,COUNT\r\n\"say \"\"hi\"\"\",1\r\n");
    assert_string_equal(one_row(CLI_CSV, "two\nlines", "1"), "NAME,COUNT\r\n\"two\nlines\",1\r\n");
}

static void csv_tells_unknown_from_empty(void **state)
{
    (void)state;
    assert_string_equal(one_row(CLI_CSV, NULL, NULL), "NAME,COUNT\r\n,\r\n");
    assert_string_equal(one_row(CLI_CSV, "", "1"), "NAME,COUNT\r\n\"\",1\r\n");
}

static void csv_guards_text_but_not_numbers_against_formulas(void **state)
{
    (void)state;
    static const char *const begins[] = {"=", "+", "-", "@", "\t", " =", "＝", "＋", "－", "＠"};
    for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
        char text[20], expected[60];
        snprintf(text, sizeof(text), "%s1", begins[i]);
        snprintf(expected, sizeof(expected), "NAME,COUNT\r\n\"'%s1\",-1\r\n", begins[i]);
        assert_string_equal(one_row(CLI_CSV, text, "-1"), expected);
    }
    assert_string_equal(one_row(CLI_CSV, "a=b", "1"), "NAME,COUNT\r\na=b,1\r\n");
}

/* Its first row held a number; what the next one holds is up to whoever made the data. */
static void csv_guards_formulas_in_columns_of_numbers(void **state)
{
    (void)state;
    static const char *const numbers[] = {"-1", "+1e-9", "-3%", "-0.5"};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        char expected[60];
        snprintf(expected, sizeof(expected), "NAME,COUNT\r\na,%s\r\n", numbers[i]);
        assert_string_equal(one_row(CLI_CSV, "a", numbers[i]), expected);
    }
    assert_string_equal(one_row(CLI_CSV, "a", "-1,204.5"), "NAME,COUNT\r\na,\"-1,204.5\"\r\n");
    static const char *const formulas[] = {"=1", "-1+A1", "+cmd|x", "-", "@SUM(A1)", "-1-2"};
    for (size_t i = 0; i < sizeof(formulas) / sizeof(formulas[0]); i++) {
        char expected[60];
        snprintf(expected, sizeof(expected), "NAME,COUNT\r\na,\"'%s\"\r\n", formulas[i]);
        assert_string_equal(one_row(CLI_CSV, "a", formulas[i]), expected);
    }
}

static void tsv_escapes_and_tells_unknown_from_empty(void **state)
{
    (void)state;
    assert_string_equal(one_row(CLI_TSV, "a\tb\nc\rd\\e", NULL),
                        "NAME\tCOUNT\na\\tb\\nc\\rd\\\\e\t\\N\n");
    assert_string_equal(one_row(CLI_TSV, "", "1"), "NAME\tCOUNT\n\t1\n");
}

static void table_in_a_pipe_is_as_wide_as_its_data(void **state)
{
    (void)state;
    static const struct cli_column row[] = {{.title = "A", .max_cols = 3},
                                            {.title = "N", .is_right = true},
                                            {.title = "LAST"}};
    struct cli_output out = begin(CLI_TABLE, 0);
    cli_rows_begin(&out, row, 3);
    cli_rows_add(&out, (const char *[]){"longer than three", "1", "x"});
    cli_rows_add(&out, (const char *[]){NULL, "22", "two\nlines"});
    cli_rows_end(&out);
    assert_string_equal(end(&out), "A                   N  LAST\n"
                                   "longer than three   1  x\n"
                                   "-                  22  two lines\n");
}

static void table_on_a_terminal_cuts_the_flexible_column_first(void **state)
{
    (void)state;
    static const struct cli_column row[] = {{.title = "ID", .max_cols = 8},
                                            {.title = "WHAT"},
                                            {.title = "AGE", .max_cols = 5, .priority = 9}};
    struct cli_output out = begin(CLI_TABLE, 40);
    cli_rows_begin(&out, row, 3);
    cli_rows_add(&out,
                 (const char *[]){"12345678", "0123456789012345678901234567890123456789", "12345"});
    cli_rows_end(&out);
    assert_int_equal(out.hidden_count, 0);
    assert_string_equal(end(&out), "ID        WHAT                     AGE\n"
                                   "12345678  0123456789012345678901…  12345\n");
}

static void columns_that_do_not_fit_go_in_the_order_of_priority(void **state)
{
    (void)state;
    static const struct cli_column row[] = {{.title = "ID", .max_cols = 8},
                                            {.title = "B", .max_cols = 5, .priority = 1},
                                            {.title = "C", .max_cols = 5, .priority = 2}};
    struct cli_output out = begin(CLI_TABLE, 15);
    cli_rows_begin(&out, row, 3);
    cli_rows_add(&out, (const char *[]){"12345678", "bbbbb", "ccccc"});
    cli_rows_end(&out);
    assert_int_equal(out.hidden_count, 1);
    assert_string_equal(end(&out), "ID        B\n12345678  bbbbb\n");
}

static void columns_are_cut_before_they_go(void **state)
{
    (void)state;
    static const struct cli_column row[] = {
        {.title = "ID", .max_cols = 8, .min_cols = 4, .priority = 1},
        {.title = "WHAT"},
        {.title = "B", .max_cols = 9, .min_cols = 5, .priority = 2}};
    static const char *const cells[] = {"12345678", "123456789012345678901234567890", "bbbbbbbbb"};
    static const struct {
        size_t width;
        const char *line;
    } cases[] = {
        {51, "12345678  123456789012345678901234567890  bbbbbbbbb\n"},
        {50, "12345678  123456789012345678901234567890  bbbbbbb…\n"},
        {44, "1234…  123456789012345678901234567890  bbbb…\n"},
        {43, "123…  123456789012345678901234567890  bbbb…\n"},
        {33, "123…  1234567890123456789…  bbbb…\n"},
        {32, "123…  1234567890123456789012345…\n"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cli_output out = begin(CLI_TABLE, cases[i].width);
        cli_rows_begin(&out, row, 3);
        cli_rows_add(&out, cells);
        cli_rows_end(&out);
        assert_string_equal(strchr(end(&out), '\n') + 1, cases[i].line);
    }
}

static void no_terminal_is_too_narrow(void **state)
{
    (void)state;
    static const struct cli_column row[] = {{.title = "ID", .max_cols = 8},
                                            {.title = "B", .max_cols = 5}};
    for (size_t width = 1; width < 20; width++) {
        struct cli_output out = begin(CLI_TABLE, width);
        cli_rows_begin(&out, row, 2);
        cli_rows_add(&out, (const char *[]){"12345678", "日本"});
        cli_rows_end(&out);
        assert_non_null(strchr(end(&out), '\n'));
    }
}

static void wide_characters_are_never_cut_in_half(void **state)
{
    (void)state;
    static const struct cli_column row[] = {{.title = "A", .max_cols = 4},
                                            {.title = "B", .max_cols = 4}};
    struct cli_output out = begin(CLI_TABLE, 10);
    cli_rows_begin(&out, row, 2);
    cli_rows_add(&out, (const char *[]){"日本語", "x"});
    cli_rows_end(&out);
    assert_string_equal(end(&out), "A     B\n日…   x\n");
}

static void plain_terminal_is_told_of_a_cut_in_plain_characters(void **state)
{
    (void)state;
    static const struct cli_column row[] = {{.title = "A", .max_cols = 4}, {.title = "B"}};
    struct cli_output out = begin(CLI_TABLE, 40);
    out.is_ascii = true;
    cli_rows_begin(&out, row, 2);
    cli_rows_add(&out, (const char *[]){"abcdef", "x"});
    cli_rows_end(&out);
    assert_string_equal(end(&out), "A     B\nabc.  x\n");
}

static const char *colour_of_b(const char *text)
{
    return strcmp(text, "b") == 0 ? "31" : "";
}

static void colours_take_no_room_and_end_with_their_cell(void **state)
{
    (void)state;
    static const struct cli_column row[] = {{.title = "A", .max_cols = 4, .colour = colour_of_b},
                                            {.title = "B"}};
    struct cli_output out = begin(CLI_TABLE, 40);
    out.has_colours = true;
    cli_rows_begin(&out, row, 2);
    cli_rows_add(&out, (const char *[]){"b", "x"});
    cli_rows_add(&out, (const char *[]){"cc", "y"});
    cli_rows_end(&out);
    assert_string_equal(end(&out), "A   B\n\033[31mb \033[0m  x\ncc  y\n");
}

static struct json *number_item(int64_t number)
{
    struct json *item = json_new_object();
    json_set_int(item, "n", number);
    return item;
}

static const char *document(enum cli_format format, int items)
{
    struct cli_output out = begin(format, 0);
    struct json *head = json_new_object();
    json_set_string(head, "schema", "s/1");
    cli_document_begin(&out, head, "items");
    for (int i = 0; i < items; i++)
        cli_document_add(&out, number_item(i));
    cli_document_end(&out);
    return end(&out);
}

static void documents_are_whole_json_or_a_line_per_item(void **state)
{
    (void)state;
    assert_string_equal(document(CLI_JSON, 0), "{\"schema\":\"s/1\",\"items\":[]}\n");
    assert_string_equal(document(CLI_JSON, 2),
                        "{\"schema\":\"s/1\",\"items\":[\n{\"n\":0},\n{\"n\":1}\n]}\n");
    assert_string_equal(document(CLI_NDJSON, 2), "{\"n\":0}\n{\"n\":1}\n");
    assert_string_equal(document(CLI_NDJSON, 0), "");
}

static void document_in_rows_has_a_column_for_each_member(void **state)
{
    (void)state;
    assert_string_equal(document(CLI_CSV, 2), "n\r\n0\r\n1\r\n");
    assert_string_equal(document(CLI_TSV, 0), "");
    struct cli_output out = begin(CLI_CSV, 0);
    cli_document_begin(&out, json_new_object(), "items");
    cli_document_columns(&out, (const struct tabular_column[]){{"n", true}, {"more", false}}, 2);
    cli_document_end(&out);
    assert_string_equal(end(&out), "n,more\r\n");
}

static void nested_members_are_cells_of_json_and_numbers_are_no_formulas(void **state)
{
    (void)state;
    struct cli_output out = begin(CLI_CSV, 0);
    const char *text = "{\"a\":-1,\"b\":\"-1\",\"c\":null,\"d\":{\"e\":[1,2]},\"f\":true}";
    cli_document_begin(&out, json_new_object(), "items");
    cli_document_add(&out, json_parse(text, strlen(text), NULL));
    cli_document_add(&out, number_item(7));
    cli_document_end(&out);
    assert_string_equal(end(&out), "a,b,c,d,f\r\n"
                                   "-1,\"'-1\",,\"{\"\"e\"\":[1,2]}\",true\r\n"
                                   ",,,,\r\n");
}

static int use_utf8(void **state)
{
    (void)state;
    utf8_init_locale();
    return 0;
}

static int drop_written(void **state)
{
    (void)state;
    free(written);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_quotes_what_needs_it_and_ends_lines_with_crlf),
        cmocka_unit_test(csv_tells_unknown_from_empty),
        cmocka_unit_test(csv_guards_text_but_not_numbers_against_formulas),
        cmocka_unit_test(csv_guards_formulas_in_columns_of_numbers),
        cmocka_unit_test(tsv_escapes_and_tells_unknown_from_empty),
        cmocka_unit_test(table_in_a_pipe_is_as_wide_as_its_data),
        cmocka_unit_test(table_on_a_terminal_cuts_the_flexible_column_first),
        cmocka_unit_test(columns_that_do_not_fit_go_in_the_order_of_priority),
        cmocka_unit_test(columns_are_cut_before_they_go),
        cmocka_unit_test(no_terminal_is_too_narrow),
        cmocka_unit_test(wide_characters_are_never_cut_in_half),
        cmocka_unit_test(plain_terminal_is_told_of_a_cut_in_plain_characters),
        cmocka_unit_test(colours_take_no_room_and_end_with_their_cell),
        cmocka_unit_test(documents_are_whole_json_or_a_line_per_item),
        cmocka_unit_test(document_in_rows_has_a_column_for_each_member),
        cmocka_unit_test(nested_members_are_cells_of_json_and_numbers_are_no_formulas),
    };
    setlocale(LC_ALL, "");
    return cmocka_run_group_tests(tests, use_utf8, drop_written);
}
