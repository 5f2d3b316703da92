/* A configuration that cannot work ends the program before it touches the screen: one line, the
 * next step, the exit code of the contract. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "e2e/stage.h"
#include "support/environment.h"
#include "support/proc.h"

#define PROFILE "[shop]\nprovider = looker\nbase_url = http://127.0.0.1:9\nclient_id = demo\n"
#define SECRET  "client_secret = demo-secret\n"

static struct term *run(const char *const *argv)
{
    return term_start(&(struct term_options){.argv = argv, .cols = 200});
}

static size_t count_lines(const char *text)
{
    size_t count = 0;
    for (; *text; text++)
        count += *text == '\n';
    return count;
}

static void expect(struct term *t, int code, const char *word, const char *next_step)
{
    assert_exit_code(t, code);
    const struct strbuf *log = term_log(t);
    if (!strstr(log->data, word) || !strstr(log->data, next_step))
        fprintf(stderr, "wanted %s and %s: %s\n", word, next_step, log->data);
    assert_non_null(strstr(log->data, word));
    assert_non_null(strstr(log->data, next_step));
    assert_null(memchr(log->data, '\x1b', log->len));
    assert_null(strstr(log->data, "demo-secret"));
    term_close(t);
}

/* Both doors: the dashboard and a headless verb. */
static void expect_refused(const char *text, unsigned mode, const char *word, const char *next_step)
{
    const char *path = scratch_file("config.ini", text, mode);
    const char *const screen[] = {TEST_QUERYTOP, "--config", path, NULL};
    const char *const verb[] = {TEST_QUERYTOP, "list", "--config", path, NULL};
    const char *const *const doors[] = {screen, verb};
    for (size_t i = 0; i < 2; i++) {
        struct term *t = run(doors[i]);
        assert_exit_code(t, 3);
        assert_int_equal(count_lines(term_log(t)->data), 1);
        expect(t, 3, word, next_step);
    }
}

static void no_configuration_says_how_to_make_one(void **state)
{
    (void)state;
    const char *const screen[] = {TEST_QUERYTOP, NULL};
    const char *const verb[] = {TEST_QUERYTOP, "list", NULL};
    expect(run(screen), 3, "querytop demo", "base_url");
    expect(run(verb), 3, "querytop demo", "base_url");
}

static void file_that_does_not_exist_is_named(void **state)
{
    (void)state;
    const char *const argv[] = {TEST_QUERYTOP, "--config", "/nonexistent/q.ini", NULL};
    expect(run(argv), 3, "/nonexistent/q.ini", "No such file");
}

static void unknown_key_is_named_with_its_line(void **state)
{
    (void)state;
    expect_refused(PROFILE SECRET "colour = red\n", 0600, "config.ini:6", "colour");
}

static void bad_value_is_named_with_its_line(void **state)
{
    (void)state;
    expect_refused(PROFILE SECRET "poll = soon\n", 0600, "config.ini:6", "soon");
}

static void secret_that_others_can_read_is_refused(void **state)
{
    (void)state;
    expect_refused(PROFILE SECRET, 0644, "config.ini", "chmod 600");
}

/* A command may take a while, so the dashboard asks for secrets behind its first frame: the line
 * stands on the restored screen. */
static void expect_no_secret(const char *text, const char *word)
{
    const char *path = scratch_file("config.ini", text, 0600);
    const char *const screen[] = {TEST_QUERYTOP, "--config", path, NULL};
    const char *const verb[] = {TEST_QUERYTOP, "list", "--config", path, NULL};
    expect(run(verb), 3, word, "shop");
    struct term *t = run(screen);
    assert_exit_code(t, 3);
    assert_false(term_is_alternate(t));
    assert_true(term_has_echo(t));
    assert_true(term_find_row(t, word) >= 0);
    term_close(t);
}

static void secret_that_cannot_be_had_is_told(void **state)
{
    (void)state;
    expect_no_secret(PROFILE "client_secret_env = NO_SUCH_VARIABLE\n", "NO_SUCH_VARIABLE");
    expect_no_secret(PROFILE "client_secret_command = false\n", "client_secret_command");
}

/* The process that the command has become; it tells its id in a file. */
static pid_t wait_for_command(const char *path)
{
    int64_t deadline_us = term_now_us() + TERM_PATIENCE_MS * 1000LL;
    int pid = 0;
    while (pid == 0) {
        FILE *file = fopen(path, "r");
        if (file && fscanf(file, "%d\n", &pid) != 1)
            pid = 0;
        if (file)
            fclose(file);
        assert_true(term_now_us() < deadline_us);
        poll(NULL, 0, 10);
    }
    return pid;
}

static void quitting_leaves_no_command_behind(void **state)
{
    (void)state;
    char text[400];
    char path[256];
    snprintf(text, sizeof(text),
             PROFILE "client_secret_command = sh -c 'echo $$ >%s; exec sleep 300'\n",
             scratch_file("pid", "", 0600));
    snprintf(path, sizeof(path), "%s", scratch_file("config.ini", text, 0600));
    const char *const screen[] = {TEST_QUERYTOP, "--config", path, NULL};
    const char *const verb[] = {TEST_QUERYTOP, "list", "--config", path, NULL};
    struct {
        const char *const *argv;
        int signal; /* 0: the key q */
        int code;
    } ways[] = {{screen, 0, 0}, {screen, SIGTERM, 143}, {verb, SIGTERM, 130}, {verb, SIGINT, 130}};
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        const char *pid_path = scratch_file("pid", "", 0600);
        struct term *t = run(ways[i].argv);
        pid_t command = wait_for_command(pid_path);
        if (ways[i].signal)
            kill(term_pid(t), ways[i].signal);
        else
            term_key(t, "q");
        assert_exit_code(t, ways[i].code);
        bool is_gone = kill(command, 0) != 0;
        kill(command, SIGKILL);
        assert_true(is_gone);
        term_close(t);
    }
}

static void unknown_profile_lists_those_there_are(void **state)
{
    (void)state;
    const char *path = scratch_file("config.ini", PROFILE SECRET, 0600);
    const char *const argv[] = {TEST_QUERYTOP, "--config", path, "--profile", "none", NULL};
    expect(run(argv), 3, "none", "shop");
}

static void mistakes_on_the_command_line_are_usage(void **state)
{
    (void)state;
    const char *const option[] = {TEST_QUERYTOP, "--colour", NULL};
    const char *const verb[] = {TEST_QUERYTOP, "lsit", NULL};
    const char *const late[] = {TEST_QUERYTOP, "--config", "c.ini", "list", NULL};
    const char *const value[] = {TEST_QUERYTOP, "--config", NULL};
    expect(run(option), 2, "--colour", "--help");
    expect(run(value), 2, "--config", "--help");
    expect(run(verb), 2, "lsit; did you mean list", "--help");
    expect(run(late), 2, "a verb comes first", "--help");
}

static void help_and_version_answer(void **state)
{
    (void)state;
    const char *const help[] = {TEST_QUERYTOP, "--help", NULL};
    const char *const version[] = {TEST_QUERYTOP, "--version", NULL};
    expect(run(help), 0, "querytop demo", "--config");
    expect(run(version), 0, "querytop " QUERYTOP_VERSION, "");
}

/* The page of a terminal that somebody meets first. */
static void help_fits_80_columns(void **state)
{
    (void)state;
    static const char *const words[] = {"--help", "list",    "run",      "results", "audit",
                                        "show",   "project", "schedule", "sandbox", "watch"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        const char *const argv[] = {TEST_QUERYTOP, words[i], i > 0 ? "--help" : NULL, NULL};
        struct proc *proc = proc_start(argv, NULL);
        assert_int_equal(proc_wait(proc), 0);
        for (const char *line = proc_output(proc); *line;) {
            size_t length = strcspn(line, "\n");
            if (length > 80)
                fail_msg("%s: %.*s", words[i], (int)length, line);
            line += length + (line[length] == '\n');
        }
        proc_destroy(proc);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_configuration_says_how_to_make_one),
        cmocka_unit_test(file_that_does_not_exist_is_named),
        cmocka_unit_test(unknown_key_is_named_with_its_line),
        cmocka_unit_test(bad_value_is_named_with_its_line),
        cmocka_unit_test(secret_that_others_can_read_is_refused),
        cmocka_unit_test(secret_that_cannot_be_had_is_told),
        cmocka_unit_test(quitting_leaves_no_command_behind),
        cmocka_unit_test(unknown_profile_lists_those_there_are),
        cmocka_unit_test(mistakes_on_the_command_line_are_usage),
        cmocka_unit_test(help_and_version_answer),
        cmocka_unit_test(help_fits_80_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
