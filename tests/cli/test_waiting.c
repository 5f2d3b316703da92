/* The verbs on tasks that wait in the queue: a service without workers, so that nothing moves by
 * itself. */
#include "support/testing.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "cli/verbs.h"
#include "support/term.h"

#define TWO_PROFILES                                                         \
    "[one]\nprovider = looker\nbase_url = %s\nclient_id = demo\n"            \
    "client_secret = demo-secret\n[two]\nprovider = looker\nbase_url = %s\n" \
    "client_id = demo\nclient_secret = demo-secret\n"
#define ONE_PROFILE(rest)                                          \
    "[demo]\nprovider = looker\nbase_url = %s\nclient_id = demo\n" \
    "client_secret = demo-secret\n" rest
#define DEAD_PROFILE                                                               \
    "[dead]\nprovider = looker\nbase_url = http://127.0.0.1:1\nclient_id = demo\n" \
    "client_secret = demo-secret\n"

static struct verbs verbs;
static char first_id[VERBS_ID_BYTES];
static char second_id[VERBS_ID_BYTES];

static int open_service(void **state)
{
    (void)state;
    verbs_open(&verbs, (const char *[]){"--workers", "0", NULL});
    verbs_submit(&verbs, false, first_id);
    verbs_submit(&verbs, false, second_id);
    return 0;
}

static int close_service(void **state)
{
    (void)state;
    verbs_close(&verbs);
    return 0;
}

/* ---- list ------------------------------------------------------------------------------------ */

static void table_names_each_task_with_its_whole_id(void **state)
{
    (void)state;
    struct call call = verbs_call(&verbs, "list");
    verbs_expect(&call, 0);
    assert_non_null(strstr(call.out, "ELAPSED"));
    assert_non_null(strstr(call.out, first_id));
    assert_non_null(strstr(call.out, second_id));
    assert_non_null(strstr(call.out, " queued "));
    assert_string_equal(call.err, "");
    call_finish(&call);
}

static void json_follows_the_contract(void **state)
{
    (void)state;
    struct call call = verbs_call(&verbs, "list --format json --sort id");
    verbs_expect(&call, 0);
    struct json *json = call_json(&call);
    const struct json *source = json_at(json_get(json, "sources"), 0);
    const struct json *task = json_at(json_get(json, "tasks"), 0);
    assert_string_equal(json_member(json, "schema"), "querytop.list/1");
    assert_int_equal(strlen(json_member(json, "generated_at")), strlen("2026-11-20T10:00:00.000Z"));
    assert_string_equal(json_member(source, "profile"), "demo");
    assert_string_equal(json_member(source, "provider"), "looker");
    assert_string_equal(json_member(source, "state"), "ok");
    assert_true(json_int(json_get(source, "age_ms"), -1) >= 0);
    assert_true(json_is_null(json_get(source, "error")));
    assert_int_equal(json_count(json_get(json, "tasks")), 2);
    assert_string_equal(json_member(task, "id"),
                        strcmp(first_id, second_id) < 0 ? first_id : second_id);
    assert_string_equal(json_member(task, "state"), "queued");
    assert_string_equal(json_member(task, "state_raw"), "added");
    assert_string_equal(json_member(task, "model"), "shop");
    assert_string_equal(json_member(task, "explore"), "users");
    assert_true(json_is_null(json_get(task, "started_at")));
    assert_true(json_is_null(json_get(task, "rows")));
    assert_int_equal(json_bool(json_get(task, "can_cancel")), 1);
    json_destroy(json);
    call_finish(&call);
}

static size_t count_ends(const char *text, const char *end)
{
    size_t count = 0;
    while ((text = strstr(text, end))) {
        text += strlen(end);
        count++;
    }
    return count;
}

static void programs_get_a_line_per_task(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        const char *head;
        const char *end; /* of a record */
        size_t records;
    } cases[] = {
        {"list --format ndjson", "{\"profile\":\"demo\",\"id\":\"", "\n", 2},
        {"list --format csv", "profile,id,state,state_raw,title,", "\r\n", 3},
        {"list --format tsv", "profile\tid\tstate\tstate_raw\ttitle\t", "\n", 3},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct call call = verbs_call(&verbs, cases[i].words);
        verbs_expect(&call, 0);
        assert_int_equal(strncmp(call.out, cases[i].head, strlen(cases[i].head)), 0);
        assert_int_equal(count_ends(call.out, cases[i].end), cases[i].records);
        call_finish(&call);
    }
}

static void filter_leaves_what_matches_and_nothing_is_a_no(void **state)
{
    (void)state;
    struct call call = verbs_call_with(&verbs, "list --filter id=", first_id);
    verbs_expect(&call, 0);
    assert_non_null(strstr(call.out, first_id));
    assert_null(strstr(call.out, second_id));
    call_finish(&call);
    call = verbs_call(&verbs, "list --filter state=failed");
    verbs_expect(&call, 1);
    assert_non_null(strstr(call.err, "no task matches state=failed"));
    call_finish(&call);
}

static void filter_mistake_is_pointed_at(void **state)
{
    (void)state;
    struct call call = verbs_call(&verbs, "list --filter usr=ana");
    verbs_expect(&call, 2);
    assert_string_equal(call.out, "");
    assert_non_null(strstr(call.err, "did you mean user"));
    assert_non_null(strstr(call.err, "  usr=ana\n  ^\n"));
    call_finish(&call);
}

/* ---- usage and configuration ----------------------------------------------------------------- */

static void mistakes_of_usage_are_told_with_the_next_step(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        const char *said;
    } cases[] = {
        {"list --fromat json", "unknown option '--fromat', did you mean --format"},
        {"list -x", "unknown option '-x'"},
        {"list --format xml", "unknown format 'xml'; formats: table, json, ndjson, csv, tsv"},
        {"list --sort nothing", "unknown column 'nothing'; columns: state, "},
        {"list --timeout soon", "--timeout wants a duration"},
        {"list more", "list takes no 'more'"},
        {"show", "show wants an ID; `querytop list` shows them"},
        {"show a b", "show takes at most 1 ID"},
        {"cancel x", "nobody can be asked here; --yes cancels without asking"},
        {"show a/b", "'a/b' is no ID"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct call call = verbs_call(&verbs, cases[i].words);
        verbs_expect(&call, 2);
        assert_string_equal(call.out, "");
        if (!strstr(call.err, cases[i].said))
            fail_msg("%s: %s", cases[i].words, call.err);
        call_finish(&call);
    }
}

static void help_names_the_verbs_options(void **state)
{
    (void)state;
    struct call call = verbs_call(&verbs, "results --help");
    verbs_expect(&call, 0);
    assert_non_null(strstr(call.out, "usage: querytop results [options] ID"));
    assert_non_null(strstr(call.out, "--output FILE"));
    assert_null(strstr(call.out, "--filter"));
    call_finish(&call);
}

static void no_profile_is_explained(void **state)
{
    (void)state;
    struct verbs nothing = {0};
    struct call call = verbs_call(&nothing, "list");
    verbs_expect(&call, 3);
    assert_non_null(strstr(call.err, "querytop demo"));
    call_finish(&call);
    call = verbs_call(&verbs, "list --profile nobody");
    verbs_expect(&call, 3);
    call_finish(&call);
}

/* ---- services that do not answer ------------------------------------------------------------- */

static void dead_service_does_not_hide_the_others(void **state)
{
    (void)state;
    verbs_configure(&verbs, ONE_PROFILE("") DEAD_PROFILE);
    struct call call = verbs_call(&verbs, "list --format json");
    verbs_expect(&call, 0);
    assert_non_null(strstr(call.err, "querytop: dead: "));
    struct json *json = call_json(&call);
    const struct json *dead = json_at(json_get(json, "sources"), 1);
    assert_int_equal(json_count(json_get(json, "tasks")), 2);
    assert_string_equal(json_member(dead, "state"), "error");
    assert_non_null(json_member(dead, "error"));
    json_destroy(json);
    call_finish(&call);
}

static void without_any_answer_the_exit_code_tells_why(void **state)
{
    (void)state;
    verbs_configure(&verbs, DEAD_PROFILE);
    struct call call = verbs_call(&verbs, "list");
    verbs_expect(&call, 5);
    assert_string_equal(call.out, "");
    call_finish(&call);
    verbs_configure(&verbs, "[demo]\nprovider = looker\nbase_url = %s\nclient_id = demo\n"
                            "client_secret = wrong\n");
    call = verbs_call(&verbs, "list");
    verbs_expect(&call, 4);
    call_finish(&call);
}

static void named_profile_alone_is_asked(void **state)
{
    (void)state;
    verbs_configure(&verbs, ONE_PROFILE("mode = read-write\n") DEAD_PROFILE);
    struct call call = verbs_call_with(&verbs, "cancel --yes demo:", second_id);
    verbs_expect(&call, 0);
    assert_string_equal(call.err, "");
    call_finish(&call);
    verbs_submit(&verbs, false, second_id);
}

/* ---- which task ------------------------------------------------------------------------------ */

static void id_may_be_shortened_while_it_is_unique(void **state)
{
    (void)state;
    char prefix[9];
    char words[80];
    snprintf(prefix, sizeof(prefix), "%s", first_id);
    snprintf(words, sizeof(words), "wait --timeout 300ms %s", prefix);
    struct call call = verbs_call(&verbs, words);
    verbs_expect(&call, 1);
    assert_non_null(strstr(call.err, first_id));
    assert_non_null(strstr(call.err, "has not ended yet"));
    call_finish(&call);
}

static void doubt_about_the_task_is_never_guessed(void **state)
{
    (void)state;
    verbs_configure(&verbs, TWO_PROFILES);
    struct call call = verbs_call_with(&verbs, "cancel --yes ", first_id);
    verbs_expect(&call, 2);
    assert_non_null(strstr(call.err, "two profiles have a task"));
    call_finish(&call);
    char prefix[9];
    snprintf(prefix, sizeof(prefix), "%s", first_id);
    call = verbs_call_with(&verbs, "cancel --yes ", prefix);
    verbs_expect(&call, 2);
    assert_non_null(strstr(call.err, "fits 2 tasks"));
    call_finish(&call);
    call = verbs_call(&verbs, "cancel --yes 0000000000000000");
    verbs_expect(&call, 1);
    assert_non_null(strstr(call.err, "name its profile as in one:0000000000000000"));
    call_finish(&call);
    assert_string_equal(service_task_status(verbs.service, first_id), "added");
}

/* ---- cancel ---------------------------------------------------------------------------------- */

static void read_only_profile_refuses(void **state)
{
    (void)state;
    verbs_configure(&verbs, ONE_PROFILE("mode = read-only\n"));
    struct call call = verbs_call_with(&verbs, "cancel --yes ", first_id);
    verbs_expect(&call, 6);
    assert_non_null(strstr(call.err, "demo is read-only; set mode = armed"));
    assert_string_equal(service_task_status(verbs.service, first_id), "added");
    call_finish(&call);
}

static void cancel_is_tracked_until_it_is_confirmed(void **state)
{
    (void)state;
    char id[VERBS_ID_BYTES];
    verbs_configure(&verbs, ONE_PROFILE("mode = armed\n"));
    verbs_submit(&verbs, false, id);
    struct call call = verbs_call_with(&verbs, "cancel --yes ", id);
    verbs_expect(&call, 0);
    assert_non_null(strstr(call.out, "cancel confirmed after "));
    assert_string_equal(service_task_status(verbs.service, id), "killed");
    call_finish(&call);
}

static void outcome_is_told_to_programs_too(void **state)
{
    (void)state;
    char id[VERBS_ID_BYTES];
    verbs_configure(&verbs, ONE_PROFILE("mode = read-write\n"));
    verbs_submit(&verbs, false, id);
    struct call call = verbs_call_with(&verbs, "cancel --yes --format json ", id);
    verbs_expect(&call, 0);
    struct json *json = call_json(&call);
    const struct json *action = json_at(json_get(json, "actions"), 0);
    assert_string_equal(json_member(json, "schema"), "querytop.action/1");
    assert_string_equal(json_member(action, "id"), id);
    assert_string_equal(json_member(action, "action"), "cancel");
    assert_string_equal(json_member(action, "state"), "confirmed");
    json_destroy(json);
    call_finish(&call);
}

static void killed_task_is_known_though_no_list_holds_it(void **state)
{
    (void)state;
    char id[VERBS_ID_BYTES];
    verbs_configure(&verbs, ONE_PROFILE("mode = read-write\n"));
    verbs_submit(&verbs, false, id);
    struct call call = verbs_call_with(&verbs, "cancel --yes ", id);
    verbs_expect(&call, 0);
    call_finish(&call);
    call = verbs_call_with(&verbs, "show ", id);
    verbs_expect(&call, 0);
    assert_string_equal(call.err, "");
    assert_non_null(strstr(call.out, "SELECT"));
    call_finish(&call);
    service_set_faults(verbs.service, "GET /api/4.0/queries hang");
    call = verbs_call_with(&verbs, "cancel --yes --timeout 20s ", id);
    service_set_faults(verbs.service, "");
    verbs_expect(&call, 1);
    assert_non_null(strstr(call.out, "it had already ended")); /* its SQL does not matter */
    call_finish(&call);
}

static struct term *start_on_terminal(const char *id)
{
    const char *const argv[] = {TEST_QUERYTOP, "cancel", id, "--config", verbs.config, NULL};
    return term_start(&(struct term_options){.argv = argv, .cols = 120});
}

static void person_is_asked_and_may_say_no(void **state)
{
    (void)state;
    int status;
    verbs_configure(&verbs, ONE_PROFILE("mode = armed\n"));
    struct term *term = start_on_terminal(first_id);
    assert_true(term_wait_text(term, "[y/N]", TERM_PATIENCE_MS));
    assert_true(term_find_row(term, "Cancel this task?") >= 0);
    assert_true(term_find_row(term, "queued") >= 0);
    term_key(term, "Enter");
    assert_true(term_wait_exit(term, TERM_PATIENCE_MS, &status));
    assert_int_equal(WEXITSTATUS(status), 1);
    assert_string_equal(service_task_status(verbs.service, first_id), "added");
    term_close(term);
}

static void yes_of_a_person_arms_and_cancels(void **state)
{
    (void)state;
    int status;
    char id[VERBS_ID_BYTES];
    verbs_configure(&verbs, ONE_PROFILE("mode = armed\n"));
    verbs_submit(&verbs, false, id);
    struct term *term = start_on_terminal(id);
    assert_true(term_wait_text(term, "[y/N]", TERM_PATIENCE_MS));
    term_type(term, "y");
    term_key(term, "Enter");
    assert_true(term_wait_text(term, "cancel confirmed", TERM_PATIENCE_MS));
    assert_true(term_wait_exit(term, TERM_PATIENCE_MS, &status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_string_equal(service_task_status(verbs.service, id), "killed");
    term_close(term);
}

/* ---- signals and pipes ----------------------------------------------------------------------- */

static void interrupt_ends_a_wait_with_130(void **state)
{
    (void)state;
    char words[200];
    char id[VERBS_ID_BYTES];
    verbs_configure(&verbs, ONE_PROFILE(""));
    verbs_submit(&verbs, false, id);
    snprintf(words, sizeof(words), "wait --format json %s", id);
    struct proc *proc = verbs_start(&verbs, words);
    proc_wait_text(proc, "\"tasks\":[");
    proc_signal(proc, SIGINT);
    assert_int_equal(proc_wait(proc), 130);
    assert_string_equal(proc_errors(proc), "");
    proc_destroy(proc);
}

static void progress_is_for_a_terminal_alone(void **state)
{
    (void)state;
    char id[VERBS_ID_BYTES];
    verbs_configure(&verbs, ONE_PROFILE(""));
    verbs_submit(&verbs, false, id);
    const char *const argv[] = {TEST_QUERYTOP, "wait", id, "--config", verbs.config, NULL};
    struct term *t = term_start(&(struct term_options){.argv = argv, .cols = 120});
    assert_true(term_wait_text(t, " queued ", TERM_PATIENCE_MS)); /* the line that goes again */
    term_key(t, "C-c");
    int status;
    assert_true(term_wait_exit(t, TERM_PATIENCE_MS, &status));
    assert_int_equal(WEXITSTATUS(status), 130);
    assert_null(strstr(term_screen(t), " queued "));
    term_close(t);
    struct call call = verbs_call_with(&verbs, "wait --timeout 1500ms ", id);
    verbs_expect(&call, 1);
    assert_null(strstr(call.err, " queued "));
    assert_null(strchr(call.err, '\r'));
    call_finish(&call);
}

static void reader_that_went_away_is_no_mistake(void **state)
{
    (void)state;
    verbs_configure(&verbs, ONE_PROFILE(""));
    struct proc *proc = verbs_start(&verbs, "list");
    proc_close_output(proc);
    assert_int_equal(proc_wait(proc), 0);
    assert_string_equal(proc_errors(proc), "");
    proc_destroy(proc);
}

/* ---- watch ----------------------------------------------------------------------------------- */

static void configure_for_watch(void)
{
    verbs_configure(&verbs, "[demo]\nprovider = looker\nbase_url = %s\nclient_id = demo\n"
                            "client_secret = demo-secret\nmode = read-write\npoll = 250ms\n");
}

static void end_watch(struct proc *watch)
{
    proc_signal(watch, SIGINT);
    assert_int_equal(proc_wait(watch), 130);
    size_t length = strlen(proc_output(watch));
    assert_int_equal(proc_output(watch)[length - 1], '\n');
}

static void watch_tells_how_a_task_comes_and_ends(void **state)
{
    (void)state;
    char id[VERBS_ID_BYTES], words[200], ended[200];
    configure_for_watch();
    struct proc *watch = verbs_start(&verbs, "watch");
    proc_wait_text(watch, "\"change\":\"present\",\"task\":{\"profile\":\"demo\"");
    verbs_submit(&verbs, false, id);
    snprintf(ended, sizeof(ended),
             "\"change\":\"new\",\"task\":{\"profile\":\"demo\",\"id\":\"%s\"", id);
    proc_wait_text(watch, ended);
    snprintf(words, sizeof(words), "cancel --yes %s", id);
    struct call call = verbs_call(&verbs, words);
    verbs_expect(&call, 0);
    call_finish(&call);
    snprintf(ended, sizeof(ended), "\"id\":\"%s\",\"state\":\"cancelled\"", id);
    proc_wait_text(watch, ended);
    assert_non_null(strstr(proc_output(watch), "\n{\"schema\":\"querytop.watch/1\",\"at\":\"20"));
    end_watch(watch);
    proc_destroy(watch);
}

static void watch_tells_only_what_the_filter_wants(void **state)
{
    (void)state;
    char id[VERBS_ID_BYTES], words[200];
    configure_for_watch();
    struct proc *watch = verbs_start(&verbs, "watch --filter state=cancelled");
    proc_wait_text(watch, "\"source\":");
    verbs_submit(&verbs, false, id);
    snprintf(words, sizeof(words), "wait --timeout 1s %s", id);
    struct call call = verbs_call(&verbs, words);
    call_finish(&call);
    snprintf(words, sizeof(words), "cancel --yes %s", id);
    call = verbs_call(&verbs, words);
    verbs_expect(&call, 0);
    call_finish(&call);
    proc_wait_text(watch, id);
    assert_null(strstr(proc_output(watch), "\"state\":\"queued\""));
    end_watch(watch);
    proc_destroy(watch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_names_each_task_with_its_whole_id),
        cmocka_unit_test(json_follows_the_contract),
        cmocka_unit_test(programs_get_a_line_per_task),
        cmocka_unit_test(filter_leaves_what_matches_and_nothing_is_a_no),
        cmocka_unit_test(filter_mistake_is_pointed_at),
        cmocka_unit_test(mistakes_of_usage_are_told_with_the_next_step),
        cmocka_unit_test(help_names_the_verbs_options),
        cmocka_unit_test(no_profile_is_explained),
        cmocka_unit_test(id_may_be_shortened_while_it_is_unique),
        cmocka_unit_test(dead_service_does_not_hide_the_others),
        cmocka_unit_test(without_any_answer_the_exit_code_tells_why),
        cmocka_unit_test(named_profile_alone_is_asked),
        cmocka_unit_test(doubt_about_the_task_is_never_guessed),
        cmocka_unit_test(read_only_profile_refuses),
        cmocka_unit_test(cancel_is_tracked_until_it_is_confirmed),
        cmocka_unit_test(outcome_is_told_to_programs_too),
        cmocka_unit_test(killed_task_is_known_though_no_list_holds_it),
        cmocka_unit_test(person_is_asked_and_may_say_no),
        cmocka_unit_test(yes_of_a_person_arms_and_cancels),
        cmocka_unit_test(interrupt_ends_a_wait_with_130),
        cmocka_unit_test(progress_is_for_a_terminal_alone),
        cmocka_unit_test(reader_that_went_away_is_no_mistake),
        cmocka_unit_test(watch_tells_how_a_task_comes_and_ends),
        cmocka_unit_test(watch_tells_only_what_the_filter_wants),
    };
    return cmocka_run_group_tests(tests, open_service, close_service);
}
