/* What --help says, in two columns. */
#include "support/testing.h"

#include <stdlib.h>
#include <string.h>

#include "base/helptext.h"

static char *put(const char *head, const char *text)
{
    static char *written;
    static size_t size;
    FILE *file = open_memstream(&written, &size);
    helptext_put(file, head, 8, text);
    fclose(file);
    return written;
}

static void a_short_text_stands_behind_its_head(void **state)
{
    (void)state;
    char *text = put("list", "the tasks");
    assert_string_equal(text, "  list     the tasks\n");
    free(text);
    text = put("none", "");
    assert_string_equal(text, "  none     \n");
    free(text);
}

static void a_long_text_goes_on_below_itself(void **state)
{
    (void)state;
    char *text = put("show", "123456789 123456789 123456789 123456789 123456789 123456789 12345678 "
                             "and more");
    assert_string_equal(text, "  show     123456789 123456789 123456789 123456789 123456789 "
                              "123456789 12345678\n           and more\n");
    free(text);
    text = put("show", "123456789 123456789 123456789 123456789 123456789 123456789 123456789");
    assert_int_equal(strchr(text, '\n') - text, HELPTEXT_COLS);
    free(text);
}

static void a_wide_head_has_a_line_of_its_own(void **state)
{
    (void)state;
    char *text = put("project ACTION", "steers it");
    assert_string_equal(text, "  project ACTION\n           steers it\n");
    free(text);
}

static void a_word_that_is_too_long_stands_alone(void **state)
{
    (void)state;
    char word[101];
    char expected[140];
    memset(word, 'x', 100);
    word[100] = '\0';
    snprintf(expected, sizeof(expected), "  show     %s\n", word);
    char *text = put("show", word);
    assert_string_equal(text, expected);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_short_text_stands_behind_its_head),
        cmocka_unit_test(a_long_text_goes_on_below_itself),
        cmocka_unit_test(a_wide_head_has_a_line_of_its_own),
        cmocka_unit_test(a_word_that_is_too_long_stands_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
