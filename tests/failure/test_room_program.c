/* The program where no file may grow: it says so, and what was there stays. */
#include "support/testing.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/verbs.h"
#include "e2e/stage.h"
#include "support/environment.h"

/* ThreadSanitizer writes a file of its own before the program begins. */
#ifdef __SANITIZE_THREAD__
#define BEFORE "trap '' XFSZ; "
#else
#define BEFORE ""
#endif
#define NO_ROOM BEFORE "cd; ulimit -f 0; exec \"$0\" \"$@\""

static struct verbs verbs;

static int open_idle(void **state)
{
    (void)state;
    verbs_open(&verbs, stage_idle);
    return 0;
}

/* Where tasks wait for ever. */
static int open_queue(void **state)
{
    (void)state;
    verbs_open(&verbs, stage_queue);
    return 0;
}

static int close_service(void **state)
{
    (void)state;
    verbs_close(&verbs);
    return 0;
}

static struct proc *start(const char *verb, const char *id, const char *option, const char *value)
{
    const char *const argv[] = {"/bin/sh",    "-c", NO_ROOM, TEST_QUERYTOP, verb, "--config",
                                verbs.config, id,   option,  value,         NULL};
    return proc_start(argv, NULL);
}

static const char *content(const char *path)
{
    static char bytes[1000];
    FILE *file = fopen(path, "r");
    size_t length = file ? fread(bytes, 1, sizeof(bytes) - 1, file) : 0;
    bytes[length] = '\0';
    if (file)
        fclose(file);
    return bytes;
}

static void assert_ends(struct proc *p, int code, const char *words)
{
    int ended = proc_wait(p);
    const char *first = strstr(proc_errors(p), words);
    bool is_told = first || strstr(proc_output(p), words);
    if (ended != code || !is_told)
        fail_msg("%d, not %d with: %s\n%s\n%s", ended, code, words, proc_output(p), proc_errors(p));
    proc_destroy(p);
}

static void a_result_without_room_leaves_the_old_one(void **state)
{
    (void)state;
    char id[VERBS_ID_BYTES], path[300];
    verbs_submit(&verbs, false, id);
    assert_true(service_wait_status(verbs.service, id, "complete", TERM_PATIENCE_MS));
    snprintf(path, sizeof(path), "%s", scratch_file("result.csv", "the old one\n", 0640));
    assert_ends(start("results", id, "--output", path), 1, "result.csv: can not write all of it");
    assert_string_equal(content(path), "the old one\n");

    struct stat facts;
    char words[700];
    snprintf(words, sizeof(words), "results --as csv --output %s %s", path, id);
    struct call call = verbs_call(&verbs, words);
    verbs_expect(&call, 0);
    call_finish(&call);
    assert_non_null(strstr(content(path), "users.region"));
    assert_int_equal(stat(path, &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0640);
}

static void an_action_that_can_not_be_recorded_is_not_done(void **state)
{
    (void)state;
    char id[VERBS_ID_BYTES];
    verbs_submit(&verbs, false, id);
    const char *const argv[] = {"/bin/sh",  "-c",         NO_ROOM, TEST_QUERYTOP, "cancel",
                                "--config", verbs.config, id,      "--yes",       NULL};
    assert_ends(proc_start(argv, NULL), 3, "the audit log can not be written (File too large");
    assert_string_equal(service_task_status(verbs.service, id), "added");
}

/* A full device in the place of stdout. */
static void a_list_that_nobody_gets_is_no_success(void **state)
{
    (void)state;
    const char *const argv[] = {"/bin/sh",     "-c",       "exec \"$0\" \"$@\" >/dev/full",
                                TEST_QUERYTOP, "list",     "--config",
                                verbs.config,  "--format", "json",
                                NULL};
    assert_ends(proc_start(argv, NULL), 1, "can not write all of the answer to stdout");
}

static void the_dashboard_goes_on_and_tells_of_it(void **state)
{
    (void)state;
    char recording[300], log[300];
    snprintf(recording, sizeof(recording), "%s/recording", scratch_folder());
    snprintf(log, sizeof(log), "%s/log", scratch_folder());
    const char *const argv[] = {"/bin/sh",  "-c",         NO_ROOM,    TEST_QUERYTOP,
                                "--config", verbs.config, "--record", recording,
                                "--log",    log,          NULL};
    struct stage stage = {.service = verbs.service};
    stage.term = term_start(&(struct term_options){.argv = argv, .rows = 40, .cols = 120});
    assert_shows(&stage, "demo \xe2\x97\x8f");
    assert_shows(&stage, "queued");
    term_keys(stage.term, "e Enter");
    assert_shows(&stage, "File too large");
    term_key(stage.term, "Esc");
    assert_hides(&stage, "Export to a file");
    term_key(stage.term, "q");
    assert_exit_code(stage.term, 0);
    /* In the log: a build that counts complains at its end, too, by the screenful. */
    assert_non_null(strstr(term_log(stage.term)->data, "recording is not whole: File too large"));
    term_close(stage.term);
}

#define ROOM_TEST(f, open) cmocka_unit_test_setup_teardown(f, open, close_service)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROOM_TEST(a_result_without_room_leaves_the_old_one, open_idle),
        ROOM_TEST(an_action_that_can_not_be_recorded_is_not_done, open_queue),
        ROOM_TEST(a_list_that_nobody_gets_is_no_success, open_idle),
        ROOM_TEST(the_dashboard_goes_on_and_tells_of_it, open_queue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
