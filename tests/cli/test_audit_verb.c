/* The record read again: by people as a table, by programs as documents. */
#include "support/testing.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/verbs.h"
#include "support/environment.h"

#define LINE(at, number, action, state, more)                                 \
    "{\"schema\":\"querytop.audit/1\",\"at\":\"" at "\",\"action\":\"" action \
    "\",\"number\":" number ",\"asked_at\":\"2026-11-20T10:0" number          \
    ":00.000Z\",\"state\":\"" state                                           \
    "\",\"os_user\":\"ana\",\"machine\":\"m\",\"pid\":7,\"profile\":\"" more "}\n"

static struct verbs verbs;
static char folder[300];

/* No service is asked: the profile's does not exist. */
static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof(folder), "%s/.local", scratch_folder());
    mkdir(folder, 0700);
    strcat(folder, "/state");
    mkdir(folder, 0700);
    strcat(folder, "/querytop");
    mkdir(folder, 0700);
    snprintf(verbs.config, sizeof(verbs.config), "%s",
             scratch_file("config.ini",
                          "[demo]\nprovider = looker\nbase_url = http://127.0.0.1:1\n"
                          "client_id = demo\nclient_secret = demo-secret\n",
                          0600));
    return 0;
}

static void put(const char *name, const char *text)
{
    char path[400];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static int forget(void **state)
{
    (void)state;
    char path[400];
    static const char *const names[] = {"audit.jsonl", "audit.jsonl.1", "audit.jsonl.2"};
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
        unlink(path);
    }
    return 0;
}

static void put_three(void)
{
    put("audit.jsonl",
        LINE("2026-11-20T10:01:00.000Z", "1", "cancel", "asked", "prod\",\"task\":\"aa11\"")
            LINE("2026-11-20T10:01:01.000Z", "1", "cancel", "accepted", "prod\",\"task\":\"aa11\"")
                LINE("2026-11-20T10:02:00.000Z", "2", "run", "asked",
                     "dev\",\"run\":{\"sql\":\"SELECT 1\"}")
                    LINE("2026-11-20T10:01:03.000Z", "1", "cancel", "confirmed",
                         "prod\",\"task\":\"aa11\",\"title\":\"weekly\",\"account\":\"Ana\"")
                        LINE("2026-11-20T10:02:01.000Z", "2", "run", "refused",
                             "dev\",\"words\":\"no right to it\"")
                            LINE("2026-11-20T10:03:00.000Z", "3", "deploy", "asked",
                                 "prod\",\"item\":\"shop\""));
}

static struct json *read_json(const char *words, size_t count)
{
    struct call call = verbs_call(&verbs, words);
    verbs_expect(&call, count > 0 ? 0 : 1);
    struct json *json = call_json(&call);
    assert_string_equal(json_member(json, "schema"), "querytop.actions/1");
    assert_int_equal(json_count(json_get(json, "actions")), count);
    call_finish(&call);
    return json;
}

static void an_action_is_one_item_with_all_its_steps(void **state)
{
    (void)state;
    put_three();
    struct json *json = read_json("audit --format json", 3);
    const struct json *cancel = json_at(json_get(json, "actions"), 0);
    assert_string_equal(json_member(cancel, "id"), "aa11");
    assert_string_equal(json_member(cancel, "state"), "confirmed");
    assert_string_equal(json_member(cancel, "account"), "Ana");
    assert_string_equal(json_member(cancel, "changed_at"), "2026-11-20T10:01:03.000Z");
    assert_null(json_get(cancel, "words"));
    const struct json *steps = json_get(cancel, "steps");
    assert_int_equal(json_count(steps), 3);
    assert_string_equal(json_member(json_at(steps, 1), "state"), "accepted");
    const struct json *run = json_at(json_get(json, "actions"), 1);
    assert_string_equal(json_member(json_get(run, "run"), "sql"), "SELECT 1");
    assert_string_equal(json_member(run, "words"), "no right to it");
    json_destroy(json);
}

static void it_is_chosen_by_time_profile_id_action_and_outcome(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        size_t count;
    } calls[] = {
        {"audit --format json --since 2026-11-20T10:02:00Z", 2},
        {"audit --format json --since 1s", 0},
        {"audit --format json --profile prod", 2},
        {"audit --format json --profile gone", 0},
        {"audit --format json --outcome refused", 1},
        {"audit --format json --action deploy", 1},
        {"audit --format json aa", 1},
        {"audit --format json sho aa11", 2},
        {"audit --format json --last 2", 2},
        {"audit --format json --last 9", 3},
        {"audit --format json --profile prod --last 1 aa", 1},
    };
    put_three();
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
        json_destroy(read_json(calls[i].words, calls[i].count));
}

static void people_get_a_table_and_sheets_get_rows(void **state)
{
    (void)state;
    put_three();
    struct call call = verbs_call(&verbs, "audit");
    verbs_expect(&call, 0);
    assert_non_null(strstr(call.out, "WHEN"));
    assert_non_null(strstr(call.out, "confirmed"));
    assert_non_null(strstr(call.out, "no right to it"));
    assert_non_null(strstr(call.out, "SELECT 1")); /* what was run, where there is no title */
    call_finish(&call);
    call = verbs_call(&verbs, "audit --format csv --last 1");
    verbs_expect(&call, 0);
    assert_non_null(strstr(call.out, "profile,id,item,action,argument,state,"));
    assert_non_null(strstr(call.out, "\nprod,,shop,deploy,,asked,"));
    call_finish(&call);
    call = verbs_call(&verbs, "audit --format ndjson --outcome confirmed");
    verbs_expect(&call, 0);
    assert_memory_equal(call.out, "{\"profile\":\"prod\",\"id\":\"aa11\"", 29);
    call_finish(&call);
}

static void rotated_files_are_read_too(void **state)
{
    (void)state;
    put("audit.jsonl.2", LINE("2026-11-20T10:01:00.000Z", "1", "cancel", "asked", "p\""));
    put("audit.jsonl.1", LINE("2026-11-20T10:01:01.000Z", "1", "cancel", "accepted", "p\"")
                             LINE("2026-11-20T10:02:00.000Z", "2", "retry", "asked", "p\""));
    put("audit.jsonl", LINE("2026-11-20T10:02:09.000Z", "2", "retry", "confirmed", "p\""));
    struct json *json = read_json("audit --format json", 2);
    const struct json *cancel = json_at(json_get(json, "actions"), 0);
    assert_int_equal(json_count(json_get(cancel, "steps")), 2);
    assert_string_equal(json_member(cancel, "state"), "accepted");
    json_destroy(json);
}

static void lines_that_are_broken_or_forged_harm_nobody(void **state)
{
    (void)state;
    put("audit.jsonl",
        "no JSON\n"
        "\n"
        "{\"schema\":\"querytop.other/1\"}\n"
        "[1,2]\n" LINE("2026-11-20T10:01:00.000Z", "1", "cancel", "asked",
                       "p\",\"title\":\"a\\u001b[31mb\\u202ec\",\"run\":{\"s\\u0007ql\":["
                       "\"\\u009bx\"]}") "{\"schema\":\"querytop.audit/"
                                         "1\",\"action\":\"cancel\",\"state\":\"asked\"}\n"
                                         "{\"schema\":\"querytop.audit/1\",\"at\":\"20");
    struct call call = verbs_call(&verbs, "audit");
    verbs_expect(&call, 0);
    assert_null(strchr(call.out, '\x1b'));
    assert_null(strstr(call.out, "\xe2\x80\xae"));
    assert_non_null(strstr(call.err, "audit.jsonl: 5 lines can not be read, and are left out; the "
                                     "first is line 1"));
    call_finish(&call);
    call = verbs_call(&verbs, "audit --format ndjson");
    verbs_expect(&call, 0);
    assert_null(strstr(call.out, "\\u001b"));
    assert_null(strstr(call.out, "\xc2\x9b"));
    assert_null(strstr(call.out, "\\u0007"));
    call_finish(&call);
}

static void nothing_on_record_is_said(void **state)
{
    (void)state;
    struct call call = verbs_call(&verbs, "audit");
    verbs_expect(&call, 0);
    assert_string_equal(call.out, "");
    assert_non_null(strstr(call.err, "no action is on record in "));
    call_finish(&call);
    call = verbs_call(&verbs, "audit --action cancel");
    verbs_expect(&call, 1);
    assert_non_null(strstr(call.err, "no such action is on record"));
    call_finish(&call);
}

static void mistakes_are_told(void **state)
{
    (void)state;
    static const char *const calls[][2] = {
        {"audit --since yesterday", "--since wants a time"},
        {"audit --last none", "--last wants a number"},
        {"audit --action dance", "unknown action 'dance'; actions: cancel, retry"},
        {"audit --outcome happy", "unknown outcome 'happy'; outcomes: asked, accepted"},
    };
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        struct call call = verbs_call(&verbs, calls[i][0]);
        verbs_expect(&call, 2);
        if (!strstr(call.err, calls[i][1]))
            fail_msg("%s", call.err);
        call_finish(&call);
    }
}

/* What was done before can be read where there is no profile any more. */
static void no_profile_is_needed(void **state)
{
    (void)state;
    struct verbs none = {.config = ""};
    put_three();
    struct call call = verbs_call(&none, "audit --format ndjson");
    verbs_expect(&call, 0);
    assert_non_null(strstr(call.out, "aa11"));
    call_finish(&call);
}

#define AUDIT_TEST(f) cmocka_unit_test_setup(f, forget)

int main(void)
{
    const struct CMUnitTest tests[] = {
        AUDIT_TEST(an_action_is_one_item_with_all_its_steps),
        AUDIT_TEST(it_is_chosen_by_time_profile_id_action_and_outcome),
        AUDIT_TEST(people_get_a_table_and_sheets_get_rows),
        AUDIT_TEST(rotated_files_are_read_too),
        AUDIT_TEST(lines_that_are_broken_or_forged_harm_nobody),
        AUDIT_TEST(nothing_on_record_is_said),
        AUDIT_TEST(mistakes_are_told),
        AUDIT_TEST(no_profile_is_needed),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
