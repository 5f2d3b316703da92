/* Planted secrets, looked for in each form that querytop writes: every format of every verb,
 * recordings, lines, and what its children see. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "e2e/planted.h"
#include "support/environment.h"
#include "support/proc.h"

#define WORDS_MAX 16

static const char *const env[] = {"QT_CANARY=demo-secret", NULL};

static struct service *service;

static int open_service(void **state)
{
    (void)state;
    service = service_start(stage_queue, NULL);
    planted_configure(service);
    return 0;
}

static int close_service(void **state)
{
    (void)state;
    service_stop(service);
    return 0;
}

/* Words are parted by blanks. */
static struct proc *start(const char *words)
{
    static char copy[400];
    const char *argv[WORDS_MAX + 4] = {TEST_QUERYTOP};
    size_t count = 1;
    snprintf(copy, sizeof(copy), "%s", words);
    for (char *word = strtok(copy, " "); word && count < WORDS_MAX; word = strtok(NULL, " "))
        argv[count++] = word;
    argv[count++] = "--config";
    argv[count++] = planted_config;
    return proc_start(argv, env);
}

static void search_output(const char *words, struct proc *p)
{
    proc_wait(p);
    assert_true(proc_output(p)[0] || proc_errors(p)[0]);
    planted_search(words, proc_output(p), strlen(proc_output(p)));
    planted_search(words, proc_errors(p), strlen(proc_errors(p)));
    proc_destroy(p);
}

static void call_as(const char *words, const char *format)
{
    char text[400];
    snprintf(text, sizeof(text), "%s --format %s", words, format);
    search_output(text, start(text));
}

static void no_format_of_a_verb_holds_a_secret(void **state)
{
    (void)state;
    static const char *const tables[] = {"list", "projects", "templates", "connections", "doctor"};
    static const char *const formats[] = {"table", "json", "ndjson", "csv", "tsv"};
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        for (size_t k = 0; k < sizeof(formats) / sizeof(formats[0]); k++)
            call_as(tables[i], formats[k]);
    }
    planted_search_files();
}

static void no_format_of_an_action_holds_a_secret(void **state)
{
    (void)state;
    static const char *const formats[] = {"table", "json", "ndjson"};
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        char id[64], words[200];
        service_submit(service, "users", "users.region", id, sizeof(id));
        snprintf(words, sizeof(words), "show env:%s", id);
        call_as(words, formats[i]);
        snprintf(words, sizeof(words), "retry --yes env:%s", id);
        call_as(words, formats[i]);
        snprintf(words, sizeof(words), "cancel --yes env:%s", id);
        call_as(words, formats[i]);
        snprintf(words, sizeof(words), "wait env:%s", id);
        call_as(words, formats[i]);
        call_as("run --yes --profile env --look 987654", formats[i]);
    }
    planted_search_files();
}

static void no_recording_and_no_replay_holds_a_secret(void **state)
{
    (void)state;
    static char bytes[PLANTED_FILE_BYTES];
    char path[300];
    snprintf(path, sizeof(path), "%s/recording", scratch_folder());
    const char *const argv[] = {TEST_QUERYTOP, "--config", planted_config, "--record",
                                path,          "--log",    planted_log,    NULL};
    struct stage stage = {.service = service};
    stage.term =
        term_start(&(struct term_options){.argv = argv, .env = env, .rows = 40, .cols = 160});
    assert_shows(&stage, "env \xe2\x97\x8f");
    assert_shows(&stage, "queued");
    term_keys(stage.term, "g x");
    assert_shows(&stage, "Cancel this task?");
    term_key(stage.term, "y");
    assert_shows(&stage, "cancel confirmed");
    term_key(stage.term, "q");
    assert_exit_code(stage.term, 0);
    term_close(stage.term);
    size_t length = planted_read(path, bytes);
    assert_non_null(memmem(bytes, length, "\"cancel\"", 8)); /* the whole story is in it */
    planted_search_files();
    const char *const replay[] = {TEST_QUERYTOP, "replay", path, NULL};
    const char *const dumb[] = {"TERM=dumb", NULL};
    struct term *t =
        term_start(&(struct term_options){.argv = replay, .env = dumb, .rows = 40, .cols = 160});
    assert_true(term_wait_text(t, "env", TERM_PATIENCE_MS));
    planted_search("the replay", term_log(t)->data, term_log(t)->len);
    term_close(t);
}

static void no_line_for_a_screen_reader_holds_a_secret(void **state)
{
    (void)state;
    const char *const argv[] = {TEST_QUERYTOP, "--config", planted_config, "--linear", "--log",
                                planted_log,   NULL};
    struct stage stage = {.service = service};
    stage.term =
        term_start(&(struct term_options){.argv = argv, .env = env, .rows = 40, .cols = 160});
    assert_shows(&stage, "queued: ");
    planted_search_process(term_pid(stage.term));
    static const char *const orders[] = {"help", "list", "status", "refresh", "show", "quit"};
    for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
        term_type(stage.term, orders[i]);
        term_key(stage.term, "Enter");
    }
    assert_exit_code(stage.term, 0);
    planted_search("the lines", term_log(stage.term)->data, term_log(stage.term)->len);
    term_close(stage.term);
    planted_search_files();
}

/* The command that tells one secret has written down what it was given. */
static void no_child_is_given_a_secret(void **state)
{
    (void)state;
    static char bytes[PLANTED_FILE_BYTES];
    char path[300];
    search_output("list", start("list"));
    snprintf(path, sizeof(path), "%s/teller.out", scratch_folder());
    size_t length = planted_read(path, bytes);
    assert_non_null(memmem(bytes, length, "HOME=", 5));
    planted_search_files();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_format_of_a_verb_holds_a_secret),
        cmocka_unit_test(no_format_of_an_action_holds_a_secret),
        cmocka_unit_test(no_recording_and_no_replay_holds_a_secret),
        cmocka_unit_test(no_line_for_a_screen_reader_holds_a_secret),
        cmocka_unit_test(no_child_is_given_a_secret),
    };
    return cmocka_run_group_tests(tests, open_service, close_service);
}
