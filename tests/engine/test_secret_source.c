#include "support/testing.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "engine/secret_source.h"

#define LONG_MS 20000

static bool run_one(const char *text, int timeout_ms, struct secret *out, struct error *err)
{
    struct secret_command command = {.command = text, .out = out, .err = err};
    assert_true(secret_run_commands(&command, 1, timeout_ms, NULL));
    return err->code == ERR_NONE;
}

static void assert_gives(const char *command, const char *expected)
{
    struct secret secret = {0};
    struct error err = {0};
    if (!run_one(command, LONG_MS, &secret, &err))
        fail_msg("%s: %s", command, err.message);
    assert_string_equal(secret.text, expected);
    secret_finish(&secret);
}

static void assert_fails(const char *command, int timeout_ms, const char *words)
{
    struct secret secret = {0};
    struct error err = {0};
    if (run_one(command, timeout_ms, &secret, &err))
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

/* What it writes to standard error while this test's own ends in a file. */
static size_t error_bytes(const struct secret_guard *guard)
{
    char said[64];
    struct secret secret = {0};
    struct error err = {0};
    struct secret_command command = {"sh -c 'echo boo >&2; echo x'", &secret, &err};
    int file = memfd_create("errors", MFD_CLOEXEC);
    int before = dup(STDERR_FILENO);
    assert_true(file >= 0 && before >= 0 && dup2(file, STDERR_FILENO) == STDERR_FILENO);
    bool is_run = secret_run_commands(&command, 1, LONG_MS, guard);
    dup2(before, STDERR_FILENO);
    close(before);
    assert_true(is_run && secret_is_set(&secret));
    secret_finish(&secret);
    ssize_t count = pread(file, said, sizeof(said), 0);
    close(file);
    assert_true(count >= 0);
    return (size_t)count;
}

static void words_of_a_command_are_passed_on_unless_a_screen_is_there(void **state)
{
    (void)state;
    assert_int_equal(error_bytes(NULL), strlen("boo\n"));
    assert_int_equal(error_bytes(&(struct secret_guard){.is_quiet = true}), 0);
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

/* Each of the two ends only when the other has begun. */
static void commands_run_at_the_same_time(void **state)
{
    (void)state;
    char dir[] = "/tmp/querytop-secret-XXXXXX";
    char text[2][200];
    struct secret secrets[2] = {{0}};
    struct error errs[2] = {{0}};
    struct secret_command commands[2];
    assert_non_null(mkdtemp(dir));
    for (int i = 0; i < 2; i++) {
        snprintf(text[i], sizeof(text[i]),
                 "sh -c 'touch %s/%d; until [ -e %s/%d ]; do sleep 0.02; done; echo s%d'", dir, i,
                 dir, 1 - i, i);
        commands[i] = (struct secret_command){text[i], &secrets[i], &errs[i]};
    }
    assert_true(secret_run_commands(commands, 2, LONG_MS, NULL));
    assert_string_equal(secrets[0].text, "s0");
    assert_string_equal(secrets[1].text, "s1");
    for (int i = 0; i < 2; i++) {
        secret_finish(&secrets[i]);
        snprintf(text[i], sizeof(text[i]), "%s/%d", dir, i);
        unlink(text[i]);
    }
    rmdir(dir);
}

static void more_commands_than_places_all_get_their_turn(void **state)
{
    (void)state;
    enum { COUNT = 30 };
    char text[COUNT][20];
    struct secret secrets[COUNT] = {{0}};
    struct error errs[COUNT] = {{0}};
    struct secret_command commands[COUNT];
    for (int i = 0; i < COUNT; i++) {
        snprintf(text[i], sizeof(text[i]), i % 3 ? "echo %d" : "false %d", i);
        commands[i] = (struct secret_command){text[i], &secrets[i], &errs[i]};
    }
    assert_true(secret_run_commands(commands, COUNT, LONG_MS, NULL));
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(errs[i].code, i % 3 ? ERR_NONE : ERR_CONFIG);
        assert_int_equal(secret_is_set(&secrets[i]), i % 3 != 0);
        if (i % 3)
            assert_string_equal(secrets[i].text, strchr(text[i], ' ') + 1);
        secret_finish(&secrets[i]);
    }
}

/* A slow one is ended by its own deadline, and takes nothing from those beside it. */
static void deadline_is_each_commands_own(void **state)
{
    (void)state;
    struct secret secrets[2] = {{0}};
    struct error errs[2] = {{0}};
    struct secret_command commands[] = {{"sleep 60", &secrets[0], &errs[0]},
                                        {"echo quick", &secrets[1], &errs[1]}};
    assert_true(secret_run_commands(commands, 2, 300, NULL));
    assert_non_null(strstr(errs[0].message, "no end after"));
    assert_string_equal(secrets[1].text, "quick");
    secret_finish(&secrets[1]);
}

struct looker_on {
    char path[64]; /* where the command writes its process group */
    pid_t group;
};

static bool has_begun(void *context)
{
    struct looker_on *on = context;
    FILE *file = fopen(on->path, "r");
    int group = 0;
    if (file && fscanf(file, "%d\n", &group) == 1)
        on->group = group;
    if (file)
        fclose(file);
    return on->group != 0;
}

/* What was started has become our child, for the system's own first process may not reap it. */
static void assert_group_is_gone(pid_t group)
{
    int64_t until_ms = clock_mono_ms() + LONG_MS;
    while (waitpid(-group, NULL, 0) > 0 || kill(-group, 0) == 0) {
        if (clock_mono_ms() > until_ms) {
            kill(-group, SIGKILL);
            fail_msg("a process of group %d is still there", group);
        }
    }
}

static void give_up_on(const char *rest)
{
    struct looker_on on = {.path = "/tmp/querytop-secret-XXXXXX"};
    struct secret secret = {0};
    struct error err = {0};
    char text[200];
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    close(mkstemp(on.path));
    snprintf(text, sizeof(text), "sh -c 'echo $$ >%s; %s'", on.path, rest);
    struct secret_command command = {text, &secret, &err};
    assert_false(secret_run_commands(
        &command, 1, LONG_MS, &(struct secret_guard){.is_unwanted = has_begun, .context = &on}));
    unlink(on.path);
    assert_false(secret_is_set(&secret));
    assert_group_is_gone(on.group);
}

static void nothing_is_left_of_commands_that_became_unwanted(void **state)
{
    (void)state;
    give_up_on("exec sleep 100");
    give_up_on("trap \"\" INT TERM HUP; sleep 100; echo late");
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
        cmocka_unit_test(words_of_a_command_are_passed_on_unless_a_screen_is_there),
        cmocka_unit_test(command_that_hangs_is_ended),
        cmocka_unit_test(open_output_of_a_child_does_not_hold_it_up),
        cmocka_unit_test(standard_input_is_empty),
        cmocka_unit_test(much_output_does_no_harm),
        cmocka_unit_test(commands_run_at_the_same_time),
        cmocka_unit_test(more_commands_than_places_all_get_their_turn),
        cmocka_unit_test(deadline_is_each_commands_own),
        cmocka_unit_test(nothing_is_left_of_commands_that_became_unwanted),
        cmocka_unit_test(environment_variable_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
