#include "support/testing.h"

#include <string.h>

#include "base/error.h"
#include "base/sanitize.h"
#include "base/utf8.h"

static void setting_fails_in_one_expression(void **state)
{
    (void)state;
    struct error err = {0};
    assert_false(error_set(&err, ERR_CONFIG, "%s: line %d", "config.ini", 7));
    assert_int_equal(err.code, ERR_CONFIG);
    assert_string_equal(err.message, "config.ini: line 7");
    assert_false(error_set(NULL, ERR_CONFIG, "nobody listens"));
    assert_false(error_prefix(NULL, "nobody listens"));
    error_clear(&err);
    assert_int_equal(err.code, ERR_NONE);
    assert_string_equal(err.message, "");
}

static void a_prefix_keeps_the_code(void **state)
{
    (void)state;
    struct error err = {0};
    error_set(&err, ERR_LOGIN, "token rejected");
    assert_false(error_prefix(&err, "%s", "looker-prod"));
    assert_int_equal(err.code, ERR_LOGIN);
    assert_string_equal(err.message, "looker-prod: token rejected");
}

static void broken_text_and_cut_characters_are_made_whole(void **state)
{
    (void)state;
    struct error err = {0};
    error_set(&err, ERR_CONFIG, "no '%.3s', no '%s'", "ab\xc3\xbc", "lo\xb0ker\xe2\x80\xae");
    assert_true(sanitize_is_clean(err.message, strlen(err.message)));
    assert_non_null(strstr(err.message, "no 'ab"));
    error_prefix(&err, "%s", "\xff");
    assert_true(sanitize_is_clean(err.message, strlen(err.message)));
}

static void control_bytes_become_question_marks(void **state)
{
    (void)state;
    struct error err = {0};
    error_set(&err, ERR_SERVICE, "a\x1b[2J\nb\x7f");
    assert_string_equal(err.message, "a?[2J?b?");
    error_prefix(&err, "x\t");
    assert_string_equal(err.message, "x?: a?[2J?b?");
}

static void a_long_message_is_cut_between_characters(void **state)
{
    (void)state;
    char text[1000];
    for (size_t lead = 0; lead < 4; lead++) {
        memset(text, 'a', lead);
        for (size_t i = lead; i + 4 < sizeof(text); i += 4)
            memcpy(text + i, "\xF0\x9F\x98\x80", 5);
        struct error err = {0};
        error_set(&err, ERR_SERVICE, "%s", text);
        size_t length = strlen(err.message);
        assert_in_range(length, sizeof(err.message) - 4, sizeof(err.message) - 1);
        assert_true(utf8_is_valid(err.message, length));
        error_prefix(&err, "profile");
        assert_true(utf8_is_valid(err.message, strlen(err.message)));
        assert_memory_equal(err.message, "profile: ", 9);
    }
}

static void every_code_has_the_exit_code_of_the_contract(void **state)
{
    (void)state;
    static const int expected[ERR_CODE_COUNT] = {
        [ERR_NONE] = 0,    [ERR_NO] = 1,        [ERR_USAGE] = 2,   [ERR_CONFIG] = 3,
        [ERR_LOGIN] = 4,   [ERR_FORBIDDEN] = 4, [ERR_NETWORK] = 5, [ERR_TIMEOUT] = 5,
        [ERR_LIMITED] = 5, [ERR_SERVICE] = 5,   [ERR_MODE] = 6,    [ERR_INTERRUPTED] = 130,
    };
    for (int code = ERR_NONE; code < ERR_CODE_COUNT; code++) {
        assert_int_equal(error_exit_code((enum error_code)code), expected[code]);
        assert_true(code == ERR_NONE || expected[code] != 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(setting_fails_in_one_expression),
        cmocka_unit_test(a_prefix_keeps_the_code),
        cmocka_unit_test(broken_text_and_cut_characters_are_made_whole),
        cmocka_unit_test(control_bytes_become_question_marks),
        cmocka_unit_test(a_long_message_is_cut_between_characters),
        cmocka_unit_test(every_code_has_the_exit_code_of_the_contract),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
