/* The verbs on tasks that run and end: a service with workers. */
#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "cli/verbs.h"
#include "model/sql_format.h"
#include "support/environment.h"
#include "support/term.h"

static struct verbs verbs;
static char good_id[VERBS_ID_BYTES];
static char broken_id[VERBS_ID_BYTES];

static int open_service(void **state)
{
    (void)state;
    verbs_open(&verbs, (const char *[]){"--workers", "2", NULL});
    verbs_submit(&verbs, false, good_id);
    verbs_submit(&verbs, true, broken_id);
    assert_true(service_wait_status(verbs.service, good_id, "complete", TERM_PATIENCE_MS));
    assert_true(service_wait_status(verbs.service, broken_id, "error", TERM_PATIENCE_MS));
    return 0;
}

static int close_service(void **state)
{
    (void)state;
    verbs_close(&verbs);
    return 0;
}

/* ---- wait ------------------------------------------------------------------------------------ */

static void wait_tells_each_end_and_how_it_went(void **state)
{
    (void)state;
    struct call call = verbs_call_with(&verbs, "wait ", good_id);
    verbs_expect(&call, 0);
    assert_non_null(strstr(call.out, good_id));
    assert_non_null(strstr(call.out, "succeeded"));
    call_finish(&call);
    char both[200];
    snprintf(both, sizeof(both), "wait --format ndjson %s %s", good_id, broken_id);
    call = verbs_call(&verbs, both);
    verbs_expect(&call, 1);
    assert_non_null(strstr(call.out, "\"state\":\"succeeded\""));
    assert_non_null(strstr(call.out, "\"state\":\"failed\""));
    call_finish(&call);
}

static void wait_ends_when_a_living_task_does(void **state)
{
    (void)state;
    char id[VERBS_ID_BYTES];
    service_submit(verbs.service, "order_items", "users.region", id, sizeof(id));
    struct call call = verbs_call_with(&verbs, "wait --format json ", id);
    verbs_expect(&call, 0);
    struct json *json = call_json(&call);
    const struct json *task = json_at(json_get(json, "tasks"), 0);
    assert_string_equal(json_member(json, "schema"), "querytop.wait/1");
    assert_string_equal(json_member(task, "id"), id);
    assert_string_equal(json_member(task, "state"), "succeeded");
    json_destroy(json);
    call_finish(&call);
}

static void task_that_nobody_knows_is_a_no(void **state)
{
    (void)state;
    static const char *const verbs_of_ids[] = {"show ", "results ", "wait ", "cancel --yes ",
                                               "retry --yes "};
    for (size_t i = 0; i < sizeof(verbs_of_ids) / sizeof(verbs_of_ids[0]); i++) {
        struct call call =
            verbs_call_with(&verbs, verbs_of_ids[i], "00000000000000000000000000000000");
        verbs_expect(&call, 1);
        assert_non_null(strstr(call.err, "demo:00000000000000000000000000000000: "));
        assert_string_equal(call.out, "");
        call_finish(&call);
    }
}

/* ---- show ------------------------------------------------------------------------------------ */

static void show_has_facts_and_sql(void **state)
{
    (void)state;
    struct call call = verbs_call_with(&verbs, "show ", good_id);
    verbs_expect(&call, 0);
    assert_non_null(strstr(call.out, good_id));
    assert_non_null(strstr(call.out, "result format        json_detail"));
    assert_non_null(strstr(call.out, "SELECT"));
    call_finish(&call);
}

static void show_tells_why_a_task_failed(void **state)
{
    (void)state;
    struct call call = verbs_call_with(&verbs, "show --format json ", broken_id);
    verbs_expect(&call, 0);
    struct json *json = call_json(&call);
    const struct json *problem = json_at(json_get(json, "problems"), 0);
    assert_string_equal(json_member(json, "schema"), "querytop.show/1");
    assert_string_equal(json_member(json_get(json, "task"), "state"), "failed");
    assert_non_null(strstr(json_member(problem, "message"), "users.nope"));
    assert_string_equal(json_member(json_get(json, "record"), "id"), broken_id);
    assert_true(json_count(json_get(json, "fields")) > 20);
    json_destroy(json);
    call_finish(&call);
}

static void show_lays_the_sql_out_where_that_is_wanted(void **state)
{
    (void)state;
    struct call call = verbs_call_with(&verbs, "show --format json --format-sql ", good_id);
    verbs_expect(&call, 0);
    struct json *json = call_json(&call);
    const char *sent = json_member(json, "sql");
    char *formatted = sql_format(sent);
    assert_string_equal(json_member(json, "sql_formatted"), formatted);
    assert_string_not_equal(sent, formatted);
    call_finish(&call);
    json_destroy(json);
    call = verbs_call_with(&verbs, "show --format-sql ", good_id);
    verbs_expect(&call, 0);
    assert_non_null(strstr(call.out, "\nsql, formatted\n  SELECT users.region"));
    call_finish(&call);
    free(formatted);
    call = verbs_call_with(&verbs, "show --format json ", good_id);
    verbs_expect(&call, 0);
    assert_null(strstr(call.out, "sql_formatted"));
    call_finish(&call);
}

/* ---- results --------------------------------------------------------------------------------- */

static void results_come_in_each_format(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        const char *head;
    } cases[] = {
        {"results ", "users.region\n"},
        {"results --as csv ", "users.region\r\n"},
        {"results --as tsv ", "users.region\n"},
        {"results --as ndjson ", "{\"users.region\":"},
        {"results --as json ", "{\"schema\":\"querytop.results/1\","},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct call call = verbs_call_with(&verbs, cases[i].words, good_id);
        verbs_expect(&call, 0);
        if (strncmp(call.out, cases[i].head, strlen(cases[i].head)) != 0)
            fail_msg("%s: %s", cases[i].words, call.out);
        assert_non_null(strstr(call.out, "EMEA"));
        call_finish(&call);
    }
}

static void results_go_into_a_file(void **state)
{
    (void)state;
    char words[400], text[200] = "";
    snprintf(words, sizeof(words), "results --as csv --output %s/rows.csv %s", scratch_folder(),
             good_id);
    struct call call = verbs_call(&verbs, words);
    verbs_expect(&call, 0);
    assert_string_equal(call.out, "");
    call_finish(&call);
    snprintf(words, sizeof(words), "%s/rows.csv", scratch_folder());
    FILE *file = fopen(words, "r");
    assert_non_null(file);
    assert_true(fread(text, 1, sizeof(text) - 1, file) > 0);
    assert_non_null(strstr(text, "\r\nEMEA\r\n"));
    fclose(file);
}

static void failed_task_has_a_reason_in_place_of_rows(void **state)
{
    (void)state;
    struct call call = verbs_call_with(&verbs, "results ", broken_id);
    verbs_expect(&call, 1);
    assert_string_equal(call.out, "");
    assert_non_null(strstr(call.err, "users.nope"));
    call_finish(&call);
}

static void file_that_can_not_be_written_is_told(void **state)
{
    (void)state;
    struct call call = verbs_call_with(&verbs, "results --output /nowhere/rows ", good_id);
    verbs_expect(&call, 2);
    assert_non_null(strstr(call.err, "/nowhere/rows: No such file"));
    call_finish(&call);
}

/* ---- cancel and retry ------------------------------------------------------------------------ */

static void cancel_of_an_ended_task_says_so(void **state)
{
    (void)state;
    struct call call = verbs_call_with(&verbs, "cancel --yes ", good_id);
    verbs_expect(&call, 1);
    assert_non_null(strstr(call.out, "it had already ended"));
    call_finish(&call);
}

static void retry_names_the_new_task(void **state)
{
    (void)state;
    char new_id[VERBS_ID_BYTES];
    struct call call = verbs_call_with(&verbs, "retry --yes --format json ", good_id);
    verbs_expect(&call, 0);
    struct json *json = call_json(&call);
    const struct json *action = json_at(json_get(json, "actions"), 0);
    assert_string_equal(json_member(action, "state"), "confirmed");
    snprintf(new_id, sizeof(new_id), "%s", json_member(action, "new_task_id"));
    assert_string_not_equal(new_id, good_id);
    json_destroy(json);
    call_finish(&call);
    assert_true(service_wait_status(verbs.service, new_id, "complete", TERM_PATIENCE_MS));
}

/* ---- watched tasks
 * ----------------------------------------------------------------------------------- */

static void watched_task_is_listed_though_no_list_holds_it(void **state)
{
    (void)state;
    struct call call = verbs_call_with(&verbs, "list --format csv --watch-task demo:", good_id);
    verbs_expect(&call, 0);
    assert_non_null(strstr(call.out, good_id));
    assert_non_null(strstr(call.out, "succeeded"));
    call_finish(&call);
    call = verbs_call(&verbs, "list --watch-task a/b");
    verbs_expect(&call, 2);
    assert_non_null(strstr(call.err, "--watch-task: 'a/b' is no id of a task"));
    call_finish(&call);
}

/* ---- projects and doctor --------------------------------------------------------------------- */

static void projects_are_listed_with_their_branch(void **state)
{
    (void)state;
    struct call call = verbs_call(&verbs, "projects --format json");
    verbs_expect(&call, 0);
    struct json *json = call_json(&call);
    const struct json *project = json_at(json_get(json, "projects"), 0);
    assert_string_equal(json_member(json, "schema"), "querytop.projects/1");
    assert_non_null(json_member(project, "name"));
    assert_non_null(json_member(project, "branch"));
    json_destroy(json);
    call_finish(&call);
}

static void doctor_finds_a_sound_profile_sound(void **state)
{
    (void)state;
    struct call call = verbs_call(&verbs, "doctor");
    verbs_expect(&call, 0);
    assert_non_null(strstr(call.out, "logged in as"));
    assert_non_null(strstr(call.out, "mode 0600: for its owner alone"));
    assert_non_null(strstr(call.out, "not needed: base_url has an address"));
    assert_non_null(strstr(call.out, "may list all tasks"));
    assert_non_null(strstr(call.out, " this month"));
    assert_null(strstr(call.out, "bad"));
    call_finish(&call);
}

static void doctor_names_what_is_wrong(void **state)
{
    (void)state;
    verbs_configure(&verbs, "[demo]\nprovider = looker\nbase_url = %s\nclient_id = demo\n"
                            "client_secret = wrong\n");
    struct call call = verbs_call(&verbs, "doctor");
    verbs_expect(&call, 4);
    assert_non_null(strstr(call.out, "login"));
    assert_non_null(strstr(call.out, "bad"));
    call_finish(&call);
}

/* ---- on a terminal --------------------------------------------------------------------------- */

/* What the list of the failed task is sent as; the caller frees it. */
static char *list_on_terminal(const char *const *env, const char *when)
{
    const char *const argv[] = {TEST_QUERYTOP, "list",     "--watch-task", broken_id, "--color",
                                when,          "--config", verbs.config,   NULL};
    struct term *t = term_start(&(struct term_options){.argv = argv, .env = env, .cols = 120});
    int status;
    assert_true(term_wait_exit(t, TERM_PATIENCE_MS, &status));
    char *sent = xstrdup(term_log(t)->data);
    term_close(t);
    return sent;
}

static void colours_are_for_terminals_and_for_those_who_want_them(void **state)
{
    (void)state;
    char *sent = list_on_terminal(NULL, "auto");
    assert_non_null(strstr(sent, "\033[31m\xe2\x9c\x97 failed"));
    free(sent);
    static const char *const without[][2] = {{"NO_COLOR=1", NULL}, {"TERM=dumb", NULL}};
    for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++) {
        sent = list_on_terminal(without[i], "auto");
        assert_non_null(strstr(sent, "\xe2\x9c\x97 failed"));
        assert_null(strchr(sent, '\033'));
        free(sent);
    }
    struct call call = verbs_call_with(&verbs, "list --watch-task ", broken_id);
    verbs_expect(&call, 0);
    assert_non_null(strstr(call.out, "failed"));
    assert_null(strchr(call.out, '\033'));
    assert_null(strchr(call.err, '\033'));
    call_finish(&call);
}

static void an_option_for_colours_weighs_more_than_the_surroundings(void **state)
{
    (void)state;
    static const char *const no_color[] = {"NO_COLOR=1", NULL};
    char *sent = list_on_terminal(no_color, "always");
    assert_non_null(strstr(sent, "\033[31m\xe2\x9c\x97 failed"));
    free(sent);
    sent = list_on_terminal(NULL, "never");
    assert_non_null(strstr(sent, "\xe2\x9c\x97 failed"));
    assert_null(strchr(sent, '\033'));
    free(sent);
    struct call call = verbs_call_with(&verbs, "list --color=always --watch-task ", broken_id);
    verbs_expect(&call, 0);
    assert_non_null(strstr(call.out, "\033[31mfailed"));
    call_finish(&call);
    call = verbs_call_with(&verbs, "list --format json --color=always --watch-task ", broken_id);
    verbs_expect(&call, 0);
    assert_null(strchr(call.out, '\033'));
    call_finish(&call);
    call = verbs_call(&verbs, "list --color=often");
    verbs_expect(&call, 2);
    assert_non_null(strstr(call.err, "--color wants auto, always or never, not 'often'"));
    call_finish(&call);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(colours_are_for_terminals_and_for_those_who_want_them),
        cmocka_unit_test(an_option_for_colours_weighs_more_than_the_surroundings),
        cmocka_unit_test(wait_tells_each_end_and_how_it_went),
        cmocka_unit_test(wait_ends_when_a_living_task_does),
        cmocka_unit_test(task_that_nobody_knows_is_a_no),
        cmocka_unit_test(show_has_facts_and_sql),
        cmocka_unit_test(show_tells_why_a_task_failed),
        cmocka_unit_test(show_lays_the_sql_out_where_that_is_wanted),
        cmocka_unit_test(results_come_in_each_format),
        cmocka_unit_test(results_go_into_a_file),
        cmocka_unit_test(failed_task_has_a_reason_in_place_of_rows),
        cmocka_unit_test(file_that_can_not_be_written_is_told),
        cmocka_unit_test(cancel_of_an_ended_task_says_so),
        cmocka_unit_test(retry_names_the_new_task),
        cmocka_unit_test(watched_task_is_listed_though_no_list_holds_it),
        cmocka_unit_test(projects_are_listed_with_their_branch),
        cmocka_unit_test(doctor_finds_a_sound_profile_sound),
        cmocka_unit_test(doctor_names_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, open_service, close_service);
}
