/* What other people do with Adobe's side: a past that makes sense, and queries that keep coming. */
#include "support/testing.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/timefmt.h"
#include "sandbox/rest_client.h"

#define PAST 200

/* A service whose queue stands still. */
static void start(struct rig *rig, unsigned workers, unsigned tasks, double rate)
{
    struct sandbox_options options = rig_options();
    options.workers = workers;
    options.adobe_tasks = tasks;
    options.adobe_rate = rate;
    rig_start_adobe(rig, &options);
}

static int64_t time_of(const struct json *query, const char *member)
{
    int64_t at_ms = 0;
    assert_true(parse_iso8601(json_string(json_get(query, member), NULL), &at_ms));
    return at_ms;
}

static size_t count_of(struct rest *rest, const char *path, const char *list)
{
    rest_expect(rest, 200, "GET", path, NULL);
    return json_count(json_get(rest->json, list));
}

static size_t count_in_state(struct rest *rest, const char *state)
{
    char path[128];
    snprintf(path, sizeof(path), "/queries?limit=1000&property=state%%3D%%3D%s", state);
    return count_of(rest, path, "queries");
}

static void past_is_in_order_and_over(void **state)
{
    (void)state;
    struct rig rig;
    int64_t before_ms = INT64_MAX;
    start(&rig, 0, PAST, 0);
    size_t count = count_of(&rig.rest, "/queries?limit=1000&excludeHidden=false", "queries");
    assert_true(count >= PAST && count <= PAST + 1); /* perhaps a schedule's first query, too */
    for (size_t i = 0; i < count; i++) {
        const struct json *query = json_at(json_get(rig.rest.json, "queries"), i);
        int64_t created_ms = time_of(query, "created");
        assert_true(created_ms <= before_ms);
        assert_true(time_of(query, "updated") >= created_ms);
        assert_true(time_of(query, "updated") <= clock_wall_ms());
        before_ms = created_ms;
    }
    before_ms = INT64_MAX;
    count_of(&rig.rest, "/queries?orderby=-updated&limit=1000&excludeHidden=false", "queries");
    for (size_t i = 0; i < count; i++) {
        int64_t updated_ms = time_of(json_at(json_get(rig.rest.json, "queries"), i), "updated");
        assert_true(updated_ms <= before_ms);
        before_ms = updated_ms;
    }
    rig_stop(&rig);
}

static void past_has_ends_of_every_sort(void **state)
{
    (void)state;
    struct rig rig;
    start(&rig, 0, PAST, 0);
    assert_true(count_in_state(&rig.rest, "SUCCESS") > PAST / 2);
    assert_true(count_in_state(&rig.rest, "FAILED") > 5);
    assert_true(count_in_state(&rig.rest, "KILLED") > 0);
    assert_true(count_in_state(&rig.rest, "SUBMITTED") >= 2);
    size_t shown = count_of(&rig.rest, "/queries?limit=1000", "queries");
    assert_true(count_of(&rig.rest, "/queries?limit=1000&excludeHidden=false", "queries") > shown);
    rig_stop(&rig);
}

static void people_have_templates_and_schedules(void **state)
{
    (void)state;
    struct rig rig;
    size_t disabled = 0;
    start(&rig, 0, PAST, 0);
    assert_int_equal(count_of(&rig.rest, "/query-templates", "templates"), 3);
    for (size_t i = 0; i < 3; i++) {
        const struct json *template = json_at(json_get(rig.rest.json, "templates"), i);
        char body[128];
        snprintf(body, sizeof(body), "{\"templateId\":\"%s\"}",
                 json_string(json_get(template, "id"), NULL));
        rest_expect(&rig.rest, 202, "POST", "/queries", body);
        count_of(&rig.rest, "/query-templates", "templates");
    }
    assert_int_equal(count_of(&rig.rest, "/schedules", "schedules"), 3);
    for (size_t i = 0; i < 3; i++) {
        const struct json *schedule = json_at(json_get(rig.rest.json, "schedules"), i);
        disabled += strcmp(json_string(json_get(schedule, "state"), NULL), "DISABLED") == 0;
    }
    assert_int_equal(disabled, 1);
    rig_stop(&rig);
}

/* Only what cannot go well fails: tables and columns that are not there, a table made twice. */
static void what_people_ask_for_runs(void **state)
{
    (void)state;
    enum { ENOUGH = 20 };
    struct rig rig;
    int64_t deadline_ms = clock_mono_ms() + 90000;
    start(&rig, 2, 0, 100);
    while (count_in_state(&rig.rest, "SUCCESS") < ENOUGH && clock_mono_ms() < deadline_ms)
        ;
    assert_true(count_in_state(&rig.rest, "SUCCESS") >= ENOUGH);
    size_t failed = count_in_state(&rig.rest, "FAILED");
    for (size_t i = 0; i < failed; i++) {
        const struct json *query = json_at(json_get(rig.rest.json, "queries"), i);
        const struct json *error = json_at(json_get(query, "errors"), 0);
        const char *message = json_string(json_get(error, "message"), NULL);
        if (!strstr(message, "no such table: profile_consents") &&
            !strstr(message, "no such column: u.loyalty_tier") &&
            !strstr(message, "already exists"))
            fail_msg("%s", message);
    }
    rig_stop(&rig);
}

static void nothing_goes_on_unless_asked_for(void **state)
{
    (void)state;
    struct rig rig;
    start(&rig, 0, 0, 0);
    assert_int_equal(count_of(&rig.rest, "/queries?excludeHidden=false", "queries"), 0);
    assert_int_equal(count_of(&rig.rest, "/schedules", "schedules"), 0);
    assert_int_equal(count_of(&rig.rest, "/query-templates", "templates"), 0);
    rig_stop(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(past_is_in_order_and_over),
        cmocka_unit_test(past_has_ends_of_every_sort),
        cmocka_unit_test(people_have_templates_and_schedules),
        cmocka_unit_test(what_people_ask_for_runs),
        cmocka_unit_test(nothing_goes_on_unless_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
