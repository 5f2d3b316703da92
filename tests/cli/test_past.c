/* The ended tasks of before, which Looker tells in an answer of its own: waited for, or said to be
 * missing. */
#include "support/testing.h"

#include <stdio.h>
#include <string.h>

#include "cli/verbs.h"

#define HISTORY "POST /api/4.0/queries/run/json"

static struct verbs verbs;

static int open_service(void **state)
{
    (void)state;
    verbs_open(&verbs, (const char *[]){"--tasks", "10", "--workers", "2", NULL});
    return 0;
}

static int close_service(void **state)
{
    (void)state;
    verbs_close(&verbs);
    return 0;
}

/* `list --format json` while the service has that fault; what it says of the past. */
static struct json *list(const char *fault, const char *more, const char *past, struct call *out)
{
    char words[200];
    snprintf(words, sizeof(words), "list --format json%s", more);
    service_set_faults(verbs.service, fault);
    *out = verbs_call(&verbs, words);
    service_set_faults(verbs.service, "");
    struct json *json = call_json(out);
    assert_string_equal(json_member(json_at(json_get(json, "sources"), 0), "past"), past);
    return json;
}

static size_t count_past(const struct json *json)
{
    const struct json *tasks = json_get(json, "tasks");
    size_t count = 0;
    for (size_t i = 0; i < json_count(tasks); i++)
        count += strncmp(json_member(json_at(tasks, i), "id"), "h:", 2) == 0;
    return count;
}

static void list_has_the_ended_tasks_of_before(void **state)
{
    (void)state;
    static const char *const faults[] = {"", HISTORY " delay ms=1500"};
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        struct call call;
        struct json *json = list(faults[i], "", "known", &call);
        verbs_expect(&call, 0);
        assert_true(count_past(json) > 0);
        assert_string_equal(call.err, "");
        json_destroy(json);
        call_finish(&call);
    }
}

static void what_can_not_have_ended_is_not_waited_for(void **state)
{
    (void)state;
    struct call call;
    json_destroy(list(HISTORY " hang", " --filter state=alive", "awaited", &call));
    assert_null(strstr(call.err, "ended tasks"));
    call_finish(&call);
}

static void a_past_that_is_missing_is_said_to_be(void **state)
{
    (void)state;
    static const struct {
        const char *fault;
        const char *past;
        const char *said;
    } cases[] = {
        {HISTORY " hang", "awaited", "demo: the ended tasks of before are not here yet; --timeout"},
        {HISTORY " 500", "missed", "demo: the ended tasks of before could not be read"},
        {HISTORY " 403", "none", ""}, /* without the right to it there is none */
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct call call;
        struct json *json = list(cases[i].fault, " --timeout 4s", cases[i].past, &call);
        verbs_expect(&call, 0);
        assert_int_equal(count_past(json), 0);
        if (!strstr(call.err, cases[i].said) || (!*cases[i].said && strstr(call.err, "ended")))
            fail_msg("%s: %s", cases[i].fault, call.err);
        json_destroy(json);
        call_finish(&call);
    }
}

static void one_of_them_is_found_by_its_id(void **state)
{
    (void)state;
    struct call call;
    char id[VERBS_ID_BYTES] = "";
    struct json *json = list("", "", "known", &call);
    for (size_t i = 0; i < json_count(json_get(json, "tasks")); i++) {
        const char *each = json_member(json_at(json_get(json, "tasks"), i), "id");
        if (strncmp(each, "h:", 2) == 0)
            snprintf(id, sizeof(id), "%s", each);
    }
    json_destroy(json);
    call_finish(&call);
    service_set_faults(verbs.service, HISTORY " delay ms=1000");
    call = verbs_call_with(&verbs, "show demo:", id);
    service_set_faults(verbs.service, "");
    if (!strstr(call.out,
                "summary\n")) /* out of the past alone: the service tells no more of some */
        fail_msg("%s: %s%s", id, call.out, call.err);
    call_finish(&call);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(list_has_the_ended_tasks_of_before),
        cmocka_unit_test(what_can_not_have_ended_is_not_waited_for),
        cmocka_unit_test(a_past_that_is_missing_is_said_to_be),
        cmocka_unit_test(one_of_them_is_found_by_its_id),
    };
    return cmocka_run_group_tests(tests, open_service, close_service);
}
