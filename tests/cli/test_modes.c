/* Every verb is classed: what it does on a read-only profile stands here. */
#include "support/testing.h"

#include <stdio.h>
#include <string.h>

#include "cli/cli_internal.h"
#include "cli/verbs.h"
#include "sandbox/rest_client.h"
#include "support/term.h"

/* What stands for "%" in the words is the id of a task that waits. */
static const struct {
    const char *verb;
    const char *words;
    int exit_code; /* 6: refused by the mode */
} calls[] = {
    {"list", "", 0},
    {"show", "%", 0},
    {"results", "% --timeout 1ms", 5},
    {"run", "--yes --model shop --explore users --fields users.region", 6},
    {"cancel", "--yes %", 6},
    {"retry", "--yes %", 6},
    {"hide", "--yes %", 6},
    {"wait", "% --timeout 1ms", 1},
    {"watch", NULL, 0}, /* without end: it has no way to change anything */
    {"projects", "", 0},
    {"project", "branches shop_model", 0},
    {"project", "validate shop_model --yes", 0},
    {"project", "test-git shop_model --yes", 0},
    {"project", "switch-workspace dev --yes", 0},
    {"project", "checkout shop_model main --yes", 6},
    {"project", "reset-to-production shop_model --yes", 6},
    {"project", "reset-to-remote shop_model --yes", 6},
    {"project", "deploy shop_model --yes", 6},
    {"project", "show shop_model", 0},
    {"templates", "", 0},
    {"template", "show by-region", 0},
    {"schedules", "", 0},
    {"schedule", "show nightly", 0},
    {"schedule", "runs nightly", 0},
    {"schedule", "run nightly r1", 1},
    {"schedule", "enable --yes nightly", 6},
    {"schedule", "disable --yes nightly", 6},
    {"schedule", "trigger --yes nightly", 6},
    {"schedule", "cancel-run --yes nightly r1", 6},
    {"connections", "", 0},
    {"audit", "", 0},
    {"doctor", "", 0},
};
#define CALLS (sizeof(calls) / sizeof(calls[0]))

static struct verbs verbs;
static char id[VERBS_ID_BYTES];

static int open_service(void **state)
{
    (void)state;
    struct rest rest;
    verbs_open(&verbs, (const char *[]){"--workers", "0", "--tasks", "0", "--rate", "0", NULL});
    verbs_submit(&verbs, false, id);
    rest_init(&rest, service_url(verbs.service));
    assert_int_equal(rest_login_adobe(&rest, "demo", "demo-secret"), 200);
    rest_expect(&rest, 202, "POST", "/query-templates",
                "{\"name\":\"by-region\",\"sql\":\"SELECT 1\"}");
    rest_expect(
        &rest, 202, "POST", "/schedules",
        "{\"query\":{\"dbName\":\"demo:all\",\"sql\":\"SELECT 1\",\"name\":\"nightly\"},"
        "\"schedule\":{\"schedule\":\"0 3 * * *\",\"startDate\":\"2026-01-01T00:00:00Z\"}}");
    rest_finish(&rest);
    return 0;
}

#define LOOKER                                                     \
    "[demo]\nprovider = looker\nbase_url = %s\nclient_id = demo\n" \
    "client_secret = demo-secret\nmode = read-only\npoll = 250ms\n"
#define ADOBE                                                                    \
    "[demo]\nprovider = adobe\nbase_url = %s/data/foundation/query\n"            \
    "ims_url = %s/ims/token/v3\nclient_id = demo\nclient_secret = demo-secret\n" \
    "org_id = DEMO@AdobeOrg\nsandbox_name = demo\nmode = read-only\npoll = 250ms\n"

/* Only this service has what the verb is about. */
static bool is_for_adobe(const char *verb)
{
    return strncmp(verb, "template", 8) == 0 || strncmp(verb, "schedule", 8) == 0 ||
           strcmp(verb, "connections") == 0;
}

static int close_service(void **state)
{
    (void)state;
    verbs_close(&verbs);
    return 0;
}

static bool has_call(const char *verb, const char *action)
{
    for (size_t i = 0; i < CALLS; i++) {
        size_t length = strlen(action);
        if (strcmp(calls[i].verb, verb) == 0 &&
            (!calls[i].words || strncmp(calls[i].words, action, length) == 0))
            return true;
    }
    return false;
}

static void every_verb_is_classed(void **state)
{
    (void)state;
    for (size_t i = 0; i < cli_verb_count; i++) {
        const struct cli_verb *verb = &cli_verbs[i];
        if (!has_call(verb->name, ""))
            fail_msg("say here what %s does on a read-only profile", verb->name);
        for (size_t at = 0; verb->run == cli_item && cli_item_action(verb, at); at++) {
            if (!has_call(verb->name, cli_item_action(verb, at)))
                fail_msg("say here what %s %s does", verb->name, cli_item_action(verb, at));
        }
    }
}

static void format_call(char *out, size_t size, size_t index)
{
    const char *place = strchr(calls[index].words, '%');
    size_t before = place ? (size_t)(place - calls[index].words) : strlen(calls[index].words);
    snprintf(out, size, "%s %.*s%s%s", calls[index].verb, (int)before, calls[index].words,
             place ? id : "", place ? place + 1 : "");
}

static void verbs_that_write_are_refused_on_a_read_only_profile(void **state)
{
    (void)state;
    for (size_t i = 0; i < CALLS; i++) {
        char words[300];
        if (!calls[i].words)
            continue;
        format_call(words, sizeof(words), i);
        if (is_for_adobe(calls[i].verb))
            verbs_configure(&verbs, ADOBE);
        else
            verbs_configure(&verbs, LOOKER);
        struct call call = verbs_call(&verbs, words);
        if ((call.exit_code == 6) != (calls[i].exit_code == 6))
            fail_msg("%s: exit code %d, not %d\n%s", words, call.exit_code, calls[i].exit_code,
                     call.err);
        if (call.exit_code == 6)
            assert_non_null(strstr(call.err, "read-only"));
        call_finish(&call);
        assert_int_equal(service_running_count(verbs.service), 1);
        assert_string_equal(service_task_status(verbs.service, id), "added");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_verb_is_classed),
        cmocka_unit_test(verbs_that_write_are_refused_on_a_read_only_profile),
    };
    return cmocka_run_group_tests(tests, open_service, close_service);
}
