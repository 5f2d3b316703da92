/* What the verbs do is on record, and what can not be recorded is not done. */
#include "support/testing.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/verbs.h"
#include "support/environment.h"
#include "support/term.h"

#define RUNNERS 5

static struct verbs verbs;

/* A service where tasks wait for ever, so that a cancel finds them. */
static int open_service(void **state)
{
    (void)state;
    verbs_open(&verbs, (const char *[]){"--workers", "0", "--tasks", "0", "--rate", "0", NULL});
    return 0;
}

static int close_service(void **state)
{
    (void)state;
    verbs_close(&verbs);
    return 0;
}

static const char *usual_path(void)
{
    static char path[300];
    snprintf(path, sizeof(path), "%s/.local/state/querytop/audit.jsonl", scratch_folder());
    return path;
}

static int forget(void **state)
{
    (void)state;
    unlink(usual_path());
    return 0;
}

static char *read_lines(void)
{
    static char bytes[256 * 1024];
    FILE *file = fopen(usual_path(), "r");
    assert_non_null(file);
    bytes[fread(bytes, 1, sizeof(bytes) - 1, file)] = '\0';
    fclose(file);
    return bytes;
}

/* Takes the next line; NULL at the end. The caller destroys it. */
static struct json *take_line(char **rest)
{
    char *line = strsep(rest, "\n");
    if (!line || !line[0])
        return NULL;
    struct json *json = json_parse(line, strlen(line), NULL);
    assert_non_null(json);
    return json;
}

static const char *text_of(const struct json *line, const char *key)
{
    const char *text = json_string(json_get(line, key), NULL);
    return text ? text : "";
}

static void assert_next(char **rest, const char *action, const char *state, const char *task)
{
    struct json *line = take_line(rest);
    assert_non_null(line);
    assert_string_equal(text_of(line, "action"), action);
    assert_string_equal(text_of(line, "state"), state);
    assert_string_equal(text_of(line, "task"), task);
    assert_string_equal(text_of(line, "profile"), "demo");
    assert_string_equal(text_of(line, "client_id"), "demo");
    assert_true(text_of(line, "account")[0]);
    json_destroy(line);
}

static struct call call_with(const char *words, const char *id)
{
    char text[400];
    snprintf(text, sizeof(text), "%s%s", words, id);
    return verbs_call(&verbs, text);
}

static void cancel_is_on_record_from_asking_to_its_end(void **state)
{
    (void)state;
    char id[VERBS_ID_BYTES];
    struct stat facts;
    verbs_submit(&verbs, false, id);
    struct call call = call_with("cancel --yes ", id);
    verbs_expect(&call, 0);
    call_finish(&call);
    char *rest = read_lines();
    assert_next(&rest, "cancel", "asked", id);
    assert_next(&rest, "cancel", "accepted", id);
    assert_next(&rest, "cancel", "confirmed", id);
    assert_string_equal(rest, "");
    assert_int_equal(stat(usual_path(), &facts), 0);
    assert_int_equal(facts.st_mode & 07777, 0600);
}

static void refusal_by_the_service_is_on_record(void **state)
{
    (void)state;
    struct call call = verbs_call(&verbs, "run --yes --look 987654");
    verbs_expect(&call, 1);
    call_finish(&call);
    char *rest = read_lines();
    assert_next(&rest, "run", "asked", "");
    struct json *line = take_line(&rest);
    assert_string_equal(text_of(line, "state"), "refused");
    assert_true(text_of(line, "words")[0]);
    json_destroy(line);
    assert_string_equal(rest, "");
}

static void programs_at_the_same_time_lose_no_line(void **state)
{
    (void)state;
    struct proc *runners[RUNNERS];
    char ids[RUNNERS][VERBS_ID_BYTES];
    unsigned asked = 0, confirmed = 0;
    for (size_t i = 0; i < RUNNERS; i++)
        verbs_submit(&verbs, false, ids[i]);
    for (size_t i = 0; i < RUNNERS; i++) {
        char words[100];
        snprintf(words, sizeof(words), "cancel --yes %s", ids[i]);
        runners[i] = verbs_start(&verbs, words);
    }
    for (size_t i = 0; i < RUNNERS; i++) {
        assert_int_equal(proc_wait(runners[i]), 0);
        proc_destroy(runners[i]);
    }
    char *rest = read_lines();
    for (struct json *line; (line = take_line(&rest)) != NULL; json_destroy(line)) {
        asked += strcmp(text_of(line, "state"), "asked") == 0;
        confirmed += strcmp(text_of(line, "state"), "confirmed") == 0;
    }
    assert_int_equal(asked, RUNNERS);
    assert_int_equal(confirmed, RUNNERS);
}

/* A folder in the place of the file: root may write anything else. */
static void open_unwritable(void)
{
    verbs_configure(&verbs, "[demo]\nprovider = looker\nbase_url = %s\nclient_id = demo\n"
                            "client_secret = demo-secret\nmode = read-write\npoll = 250ms\n"
                            "audit_log = /tmp\n");
}

static void what_can_not_be_recorded_is_not_done(void **state)
{
    (void)state;
    char id[VERBS_ID_BYTES];
    verbs_submit(&verbs, false, id);
    size_t before = service_running_count(verbs.service);
    open_unwritable();
    struct call call = call_with("cancel --yes ", id);
    verbs_expect(&call, 3);
    assert_non_null(strstr(call.out, "refused: the audit log can not be written (Is a directory"));
    call_finish(&call);
    call = verbs_call(&verbs, "run --yes --model shop --explore users --fields users.region");
    verbs_expect(&call, 3);
    call_finish(&call);
    assert_string_equal(service_task_status(verbs.service, id), "added");
    assert_int_equal(service_running_count(verbs.service), before);
}

static void doctor_tries_the_record(void **state)
{
    (void)state;
    open_unwritable();
    struct call call = verbs_call(&verbs, "doctor");
    assert_non_null(strstr(call.out, "Is a directory: /tmp; no action is possible"));
    call_finish(&call);
}

static void switched_off_nothing_is_written(void **state)
{
    (void)state;
    char id[VERBS_ID_BYTES];
    verbs_configure(&verbs, "[demo]\nprovider = looker\nbase_url = %s\nclient_id = demo\n"
                            "client_secret = demo-secret\nmode = read-write\npoll = 250ms\n"
                            "audit_log = off\n");
    verbs_submit(&verbs, false, id);
    struct call call = call_with("cancel --yes ", id);
    verbs_expect(&call, 0);
    call_finish(&call);
    assert_int_not_equal(access(usual_path(), F_OK), 0);
}

static void parameters_of_a_query_are_on_record(void **state)
{
    (void)state;
    verbs_configure(&verbs, "[demo]\nprovider = adobe\nbase_url = %s/data/foundation/query\n"
                            "ims_url = %s/ims/token/v3\nclient_id = demo\norg_id = DEMO@AdobeOrg\n"
                            "client_secret = demo-secret\nsandbox_name = demo\n"
                            "mode = read-write\npoll = 250ms\n");
    struct call call = verbs_call(&verbs, "run --yes --sql SELECT($n),'$day' --parameter n=5 "
                                          "--parameter day=2026-09-01 --parameter none=");
    verbs_expect(&call, 0);
    call_finish(&call);
    char *rest = read_lines();
    struct json *line = take_line(&rest);
    const struct json *run = json_get(line, "run");
    const struct json *parameters = json_get(run, "parameters");
    assert_string_equal(text_of(line, "action"), "run");
    assert_string_equal(text_of(run, "sql"), "SELECT($n),'$day'");
    assert_string_equal(text_of(parameters, "n"), "5");
    assert_string_equal(text_of(parameters, "day"), "2026-09-01");
    assert_true(json_is_string(json_get(parameters, "none")));
    json_destroy(line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(cancel_is_on_record_from_asking_to_its_end, forget),
        cmocka_unit_test_setup(refusal_by_the_service_is_on_record, forget),
        cmocka_unit_test_setup(programs_at_the_same_time_lose_no_line, forget),
        cmocka_unit_test_setup(what_can_not_be_recorded_is_not_done, forget),
        cmocka_unit_test_setup(doctor_tries_the_record, forget),
        cmocka_unit_test_setup(switched_off_nothing_is_written, forget),
        cmocka_unit_test_setup(parameters_of_a_query_are_on_record, forget),
    };
    return cmocka_run_group_tests(tests, open_service, close_service);
}
