/* Adobe through the engine on the real embedded service: beside a Looker, and on a rough day. */
#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "engine/rig.h"
#include "model/column.h"

#define LOOKER 0
#define ADOBE  1

/* ---- both together --------------------------------------------------------------------------- */

/* Two services, so that one of them can be switched off. */
struct pair {
    struct rig rig; /* the sandbox is the one with Looker */
    struct sandbox *adobe;
};

static void pair_open(struct pair *pair)
{
    struct sandbox_options options = rig_quick_tasks();
    options.adobe_tasks = 20;
    *pair = (struct pair){.rig.sandbox = rig_sandbox(&options), .adobe = rig_sandbox(&options)};
    rig_add_profile(&pair->rig, "looker", sandbox_url(pair->rig.sandbox))->timeout_ms = 1000;
    struct profile *adobe = rig_add_profile(&pair->rig, "adobe", "");
    adobe->timeout_ms = 1000;
    rig_make_adobe(adobe, sandbox_url(pair->adobe));
    rig_start(&pair->rig);
}

static void pair_close(struct pair *pair)
{
    rig_close(&pair->rig);
    sandbox_stop(pair->adobe);
}

static bool are_both_ok(const struct snapshot *s, const void *context)
{
    (void)context;
    return s->source_count == 2 && s->sources[LOOKER].state == SOURCE_OK &&
           s->sources[ADOBE].state == SOURCE_OK;
}

/* One is in trouble, and the other has had two answers since. */
struct going_on {
    int ill;
    int well;
    int64_t since_ms;
};

static bool is_going_on(const struct snapshot *s, const void *context)
{
    const struct going_on *wanted = context;
    const struct source_status *well = &s->sources[wanted->well];
    return s->sources[wanted->ill].error.code != ERR_NONE && well->state == SOURCE_OK &&
           well->data_ms > wanted->since_ms + 500;
}

static void assert_goes_on(struct pair *pair, const char *what, int ill)
{
    struct going_on wanted = {.ill = ill, .well = ill == LOOKER ? ADOBE : LOOKER};
    wanted.since_ms = clock_wall_ms();
    struct snapshot *s = rig_wait(&pair->rig, what, is_going_on, &wanted);
    size_t of_ill = 0;
    for (size_t i = 0; i < snapshot_slots(s); i++) {
        const struct task *task = snapshot_task_at(s, i);
        of_ill += task && task->source == ill;
    }
    assert_true(of_ill > 0); /* what was known of it stays in sight */
    snapshot_unref(s);
}

static void one_that_hangs_or_dies_does_not_stop_the_other(void **state)
{
    (void)state;
    struct pair pair;
    pair_open(&pair);
    rig_wait_until(&pair.rig, "both", are_both_ok, NULL);
    rig_set_faults(&pair.rig, "GET /api/4.0 hang");
    assert_goes_on(&pair, "Adobe beside a Looker that hangs", LOOKER);
    rig_set_faults(&pair.rig, "");
    rig_wait_until(&pair.rig, "both again", are_both_ok, NULL);
    sandbox_stop(pair.adobe);
    pair.adobe = NULL;
    assert_goes_on(&pair, "Looker beside an Adobe that died", ADOBE);
    pair_close(&pair);
}

static bool is_refused(const struct snapshot *s, const void *context)
{
    (void)context;
    return s->source_count == 2 && s->sources[ADOBE].state == SOURCE_LOGIN &&
           s->sources[LOOKER].state == SOURCE_OK && s->totals.tasks > 0;
}

static void a_login_that_is_refused_is_told_and_the_other_goes_on(void **state)
{
    (void)state;
    struct rig rig = {0};
    struct sandbox_options options = rig_quick_tasks();
    rig.sandbox = rig_sandbox(&options);
    rig_add_profile(&rig, "looker", sandbox_url(rig.sandbox));
    struct profile *adobe = rig_add_profile(&rig, "adobe", "");
    rig_make_adobe(adobe, sandbox_url(rig.sandbox));
    secret_set(&adobe->client_secret, "wrong", 5);
    rig_start(&rig);
    struct snapshot *s = rig_wait(&rig, "a refusal", is_refused, NULL);
    assert_non_null(strstr(s->sources[ADOBE].error.message, "check client_id and client_secret"));
    snapshot_unref(s);
    rig_close(&rig);
}

/* ---- a rough day ----------------------------------------------------------------------------- */

/* How rough it is. ROUGH_WAVES=600 makes a long day of what is asked for in the field, and prints
 * how it was; the short one is rougher, so that something happens for certain. */
struct day {
    size_t waves;
    const char *faults;
    size_t count;                /* queries that were submitted */
    char (*ids)[LIMIT_ID_BYTES]; /* in that order */
    size_t *troubles;            /* looks at which something had just failed */
};

#define WAVE 5

static struct day plan_day(void)
{
    const char *wish = getenv("ROUGH_WAVES");
    struct day day = {.waves = wish ? strtoul(wish, NULL, 10) : 16,
                      .faults = wish ? "GET /data/foundation/query 429 share=0.05\n"
                                       "GET /data/foundation/query 500 share=0.02\n"
                                     : "GET /data/foundation/query 429 share=0.2\n"
                                       "GET /data/foundation/query 500 share=0.2\n"};
    day.ids = calloc(day.waves * WAVE, sizeof(*day.ids));
    day.troubles = calloc(1, sizeof(*day.troubles));
    return day;
}

static struct run_spec *query_spec(size_t number)
{
    char sql[80];
    struct run_spec *spec = run_spec_create();
    snprintf(sql, sizeof(sql), "SELECT %zu%s", number, number % 7 == 3 ? " FROM nowhere" : "");
    const struct run_option *option = run_option_find("sql");
    assert_true(option->set(spec, option, sql, NULL));
    return spec;
}

/* POST is not struck: what was submitted is known for certain. */
static void submit_wave(struct rig *rig, struct day *day)
{
    for (size_t end = day->count + WAVE; day->count < end; day->count++) {
        size_t i = day->count;
        struct error err = {0};
        struct action_record record;
        uint64_t id;
        if (!engine_run(rig->engine, 0, query_spec(i), &id, &err))
            fail_msg("not taken: %s", err.message);
        snapshot_unref(rig_wait_action(rig, id, &record));
        if (record.state != ACTION_CONFIRMED)
            fail_msg("query %zu: %s", i, record.words);
        memcpy(day->ids[i], record.new_task_id, LIMIT_ID_BYTES);
        engine_dismiss(rig->engine, id, NULL);
    }
}

static bool have_all_ended(const struct snapshot *s, const void *context)
{
    const struct day *day = context;
    *day->troubles += s->sources[0].error.code != ERR_NONE;
    for (size_t i = 0; i < day->count; i++) {
        const struct task *task = snapshot_find_task(s, 0, day->ids[i]);
        if (!task || task_is_alive(task))
            return false;
    }
    return true;
}

static size_t count_tasks(const struct snapshot *s)
{
    size_t count = 0;
    for (size_t i = 0; i < snapshot_slots(s); i++)
        count += snapshot_task_at(s, i) != NULL;
    return count;
}

/* Nothing lost, no duplicate, each with its own end, and in the order of their submission. */
static void assert_is_whole(const struct snapshot *s, const struct day *day)
{
    assert_int_equal(count_tasks(s), day->count);
    struct column_context context = {s, clock_wall_ms(), true};
    for (size_t i = 0; i < day->count; i++) {
        const struct task *task = snapshot_find_task(s, 0, day->ids[i]);
        assert_int_equal(task->state, i % 7 == 3 ? TASK_FAILED : TASK_SUCCEEDED);
        if (i == 0)
            continue;
        const struct task *before = snapshot_find_task(s, 0, day->ids[i - 1]);
        assert_true(before->created_ms <= task->created_ms);
        assert_true(before->created_ms == task->created_ms ||
                    column_compare(COLUMN_CREATED, true, task, before, &context) < 0);
    }
}

static void open_day(struct rig *rig, int64_t token_ttl_ms)
{
    struct sandbox_options options = rig_quick_tasks();
    options.rate = 0;
    options.active = 0;
    options.token_ttl_ms = token_ttl_ms;
    *rig = (struct rig){.sandbox = rig_sandbox(&options)};
    rig_make_adobe(rig_add_profile(rig, "rough", ""), sandbox_url(rig->sandbox));
    rig_start(rig);
}

static void nothing_is_lost_on_a_rough_day(void **state)
{
    (void)state;
    struct rig rig;
    struct day day = plan_day();
    int64_t begun_ms = clock_mono_ms();
    open_day(&rig, 2000);
    rig_wait_until(&rig, "the first list", rig_is_ok, NULL);
    rig_set_faults(&rig, day.faults);
    for (size_t i = 0; i < day.waves; i++) {
        submit_wave(&rig, &day);
        rig_wait_until(&rig, "all ends", have_all_ended, &day);
    }
    struct snapshot *s = engine_snapshot(rig.engine);
    assert_is_whole(s, &day);
    assert_true(*day.troubles > 0);
    if (getenv("ROUGH_WAVES"))
        print_message("%zu queries, %llu requests, trouble in sight %zu times, %.0f s\n", day.count,
                      (unsigned long long)s->sources[0].requests_total, *day.troubles,
                      (double)(clock_mono_ms() - begun_ms) / 1000);
    snapshot_unref(s);
    rig_close(&rig);
    free(day.troubles);
    free(day.ids);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_hangs_or_dies_does_not_stop_the_other),
        cmocka_unit_test(a_login_that_is_refused_is_told_and_the_other_goes_on),
        cmocka_unit_test(nothing_is_lost_on_a_rough_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
