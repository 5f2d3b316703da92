#include "support/testing.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "engine/secret_source.h"

#define LONG_MS 20000

static void assert_gives(const char *command, const char *expected)
{
    struct secret secret = {0};
    struct error err = {0};
    if (!secret_from_command(command, LONG_MS, &secret, &err))
        fail_msg("%s: %s", command, err.message);
    assert_string_equal(secret.text, expected);
    secret_finish(&secret);
}

static void assert_fails(const char *command, int timeout_ms, const char *words)
{
    struct secret secret = {0};
    struct error err = {0};
    if (secret_from_command(command, timeout_ms, &secret, &err))
        fail_msg("%s gave something", command);
    assert_false(secret_is_set(&secret));
    assert_int_equal(err.code, ERR_CONFIG);
    if (!strstr(err.message, words))
        fail_msg("'%s' is not in: %s", words, err.message);
}

static void first_line_is_the_secret(void **state)
{
    (void)state;
    assert_gives("printf 'one\\ntwo\\n'", "one");
    assert_gives("printf one", "one");
    assert_gives("printf 'one\\r\\ntwo'", "one");
}

static void words_are_split_as_a_shell_would_without_expansion(void **state)
{
    (void)state;
    assert_gives("printf %s,  a b\t'c d'  \"e 'f\" g\\ h '' i\"j\"'k'", "a,b,c d,e 'f,g h,,ijk,");
    assert_gives("printf %s \"a\\\"b\"", "a\"b");
    assert_gives("printf %s '$HOME;`x`|*'", "$HOME;`x`|*");
    assert_gives("printf %s 'a\\b'", "a\\b");
}

static void failures_say_what_happened(void **state)
{
    (void)state;
    assert_fails("", LONG_MS, "the command is empty");
    assert_fails("  \t", LONG_MS, "the command is empty");
    assert_fails("printf 'x", LONG_MS, "a quote is not closed");
    assert_fails("/nonexistent/tool", LONG_MS, "/nonexistent/tool can not be run: No such file");
    assert_fails("false", LONG_MS, "it failed with status 1");
    assert_fails("true", LONG_MS, "it printed nothing");
    assert_fails("printf '\\nsecond'", LONG_MS, "it printed nothing on its first line");
    assert_fails("sh -c 'kill -9 $$'", LONG_MS, "it was ended by signal 9");
}

static void command_that_hangs_is_ended(void **state)
{
    (void)state;
    int64_t from_ms = clock_mono_ms();
    assert_fails("sleep 60", 100, "no end after");
    assert_true(clock_mono_ms() - from_ms < 10000);
}

static void open_output_of_a_child_does_not_hold_it_up(void **state)
{
    (void)state;
    int64_t from_ms = clock_mono_ms();
    assert_gives("sh -c 'exec 2>/dev/null; echo hush; sleep 12 &'", "hush");
    assert_true(clock_mono_ms() - from_ms < 10000);
}

static void standard_input_is_empty(void **state)
{
    (void)state;
    assert_gives("sh -c 'read x; echo got:$x'", "got:");
}

static void much_output_does_no_harm(void **state)
{
    (void)state;
    assert_gives("sh -c 'echo first; head -c 1000000 /dev/zero'", "first");
}

static void environment_variable_is_read(void **state)
{
    (void)state;
    struct secret secret = {0};
    struct error err = {0};
    setenv("QT_TEST_SECRET", "hush", 1);
    assert_true(secret_from_env("QT_TEST_SECRET", &secret, &err));
    assert_string_equal(secret.text, "hush");
    secret_finish(&secret);
    setenv("QT_TEST_SECRET", "", 1);
    assert_false(secret_from_env("QT_TEST_SECRET", &secret, &err));
    assert_non_null(strstr(err.message, "QT_TEST_SECRET is empty"));
    unsetenv("QT_TEST_SECRET");
    assert_false(secret_from_env("QT_TEST_SECRET", &secret, &err));
    assert_non_null(strstr(err.message, "QT_TEST_SECRET is not set"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_line_is_the_secret),
        cmocka_unit_test(words_are_split_as_a_shell_would_without_expansion),
        cmocka_unit_test(failures_say_what_happened),
        cmocka_unit_test(command_that_hangs_is_ended),
        cmocka_unit_test(open_output_of_a_child_does_not_hold_it_up),
        cmocka_unit_test(standard_input_is_empty),
        cmocka_unit_test(much_output_does_no_harm),
        cmocka_unit_test(environment_variable_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
