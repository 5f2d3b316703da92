/* Requests of the engine against the real embedded service: counted, kept, bounded. */
#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "engine/engine.h"
#include "sandbox/sandbox.h"
#include "support/environment.h"

#define DEADLINE_MS 20000
#define BUDGET      10

struct rig {
    struct sandbox *sandbox;
    struct config config;
    struct engine *engine;
};

static void open_rig(struct rig *rig)
{
    struct sandbox_options options;
    struct error err = {0};
    sandbox_options_init(&options);
    options.active = 2;
    options.workers = 1;
    options.speed = 1; /* tasks that do not end */
    *rig = (struct rig){.sandbox = sandbox_start(&options, &err)};
    if (!rig->sandbox)
        fail_msg("the service does not start: %s", err.message);
}

static struct profile *add_profile(struct rig *rig, const char *name)
{
    struct profile *profile = config_add(&rig->config, name, "looker");
    profile->base_url = strdup(sandbox_url(rig->sandbox));
    profile->client_id = strdup("demo");
    secret_set(&profile->client_secret, "demo-secret", 11);
    profile->mode = MODE_READ_WRITE;
    profile->poll_ms = 200;
    return profile;
}

static void start(struct rig *rig)
{
    struct error err = {0};
    rig->engine = engine_start(&rig->config, &err);
    if (!rig->engine)
        fail_msg("the engine does not start: %s", err.message);
}

static void close_rig(struct rig *rig)
{
    engine_stop(rig->engine);
    sandbox_stop(rig->sandbox);
    config_finish(&rig->config);
}

typedef bool predicate(const struct snapshot *s, uint64_t number);

/* The first snapshot for which it is true; a reference of the caller's. */
static struct snapshot *wait_for(struct rig *rig, const char *what, predicate *is_true,
                                 uint64_t number)
{
    int64_t until_ms = clock_mono_ms() + DEADLINE_MS;
    for (;;) {
        struct snapshot *s = engine_snapshot(rig->engine);
        if (is_true(s, number))
            return s;
        if (clock_mono_ms() > until_ms)
            fail_msg("waited in vain for: %s (state %s, error '%s', %d requests)", what,
                     source_state_name(s->sources[0].state), s->sources[0].error.message,
                     (int)s->sources[0].requests_total);
        snapshot_unref(s);
        engine_wait(rig->engine, 200);
    }
}

static bool is_limited(const struct snapshot *s, uint64_t number)
{
    (void)number;
    return s->source_count > 0 && s->sources[0].state == SOURCE_LIMITED;
}

static bool first_has_sent(const struct snapshot *s, uint64_t number)
{
    return s->source_count > 0 && s->sources[0].state == SOURCE_OK &&
           s->sources[0].requests_total >= number;
}

static bool second_has_sent(const struct snapshot *s, uint64_t number)
{
    return s->source_count > 1 && s->sources[1].requests_total >= number;
}

static bool action_has_ended(const struct snapshot *s, uint64_t id)
{
    const struct action_record *record = snapshot_action(s, id);
    return record && action_is_final(record->state);
}

/* Some living task of the first profile. */
static void find_living(const struct snapshot *s, char *out)
{
    for (size_t i = 0; i < snapshot_slots(s); i++) {
        const struct task *task = snapshot_task_at(s, i);
        if (task && task->source == 0 && task_is_alive(task)) {
            snprintf(out, LIMIT_ID_BYTES, "%s", task_text(task, TASK_ID));
            return;
        }
    }
    fail_msg("nothing is alive");
}

static void month_budget_stops_all_but_what_is_asked_by_hand(void **state)
{
    (void)state;
    struct rig rig;
    struct error err = {0};
    open_rig(&rig);
    add_profile(&rig, "bounded")->requests_per_month = BUDGET;
    add_profile(&rig, "free");
    start(&rig);
    struct snapshot *s = wait_for(&rig, "the end of the budget", is_limited, 0);
    assert_int_equal(s->sources[0].requests_total, BUDGET);
    assert_int_equal(s->sources[0].requests_this_month, BUDGET);
    assert_int_equal(s->sources[0].requests_per_month_max, BUDGET);
    assert_int_equal(s->sources[0].error.code, ERR_LIMITED);
    assert_non_null(strstr(s->sources[0].error.message, "monthly budget of 10 requests"));
    assert_true(s->sources[0].next_try_ms > s->made_ms);
    char id[LIMIT_ID_BYTES];
    find_living(s, id);
    uint64_t sent = s->sources[1].requests_total;
    snapshot_unref(s);

    /* While the other one is asked on and on, and this one by a refresh too... */
    assert_true(engine_refresh(rig.engine, 0, &err));
    s = wait_for(&rig, "five more requests of the other", second_has_sent, sent + 5);
    assert_int_equal(s->sources[0].requests_total, BUDGET);
    assert_int_equal(s->sources[0].state, SOURCE_LIMITED);
    assert_true(s->sources[0].next_try_ms > s->made_ms + 1000);
    snapshot_unref(s);

    /* ...this one still cancels, and tells what came of it. */
    uint64_t action;
    assert_true(engine_act(rig.engine, ACTION_CANCEL, 0, id, &action, &err));
    s = wait_for(&rig, "the end of the cancel", action_has_ended, action);
    assert_int_equal(snapshot_action(s, action)->state, ACTION_CONFIRMED);
    assert_true(s->sources[0].requests_this_month > BUDGET);
    assert_int_equal(s->sources[0].requests_this_month, s->sources[0].requests_total);
    snapshot_unref(s);
    close_rig(&rig);
}

static bool has_projects(const struct snapshot *s, uint64_t number)
{
    (void)number;
    return s->source_count > 1 && s->items[1];
}

/* A job of many requests, begun while there was a budget, waits in its midst. */
static void long_job_does_not_pass_the_budget(void **state)
{
    (void)state;
    struct rig rig;
    struct error err = {0};
    open_rig(&rig);
    add_profile(&rig, "bounded")->requests_per_month = 5;
    add_profile(&rig, "free");
    start(&rig);
    assert_true(engine_want_items(rig.engine, SOURCE_ALL, &err));
    struct snapshot *s = wait_for(&rig, "the projects of the other", has_projects, 0);
    assert_true(s->sources[1].requests_total > 5);
    snapshot_unref(s);
    s = wait_for(&rig, "the end of the budget", is_limited, 0);
    assert_int_equal(s->sources[0].requests_total, 5);
    assert_null(s->items[0]);
    snapshot_unref(s);
    close_rig(&rig);
}

static void minute_budget_says_when_it_goes_on(void **state)
{
    (void)state;
    struct rig rig;
    open_rig(&rig);
    add_profile(&rig, "bounded")->requests_per_minute = BUDGET;
    start(&rig);
    struct snapshot *s = wait_for(&rig, "the end of the budget", is_limited, 0);
    assert_int_equal(s->sources[0].requests_last_minute, BUDGET);
    assert_non_null(strstr(s->sources[0].error.message, "budget of 10 requests a minute"));
    assert_in_range(s->sources[0].next_try_ms - s->made_ms, 1, 60000);
    snapshot_unref(s);
    close_rig(&rig);
}

static void count_of_the_month_is_kept_over_a_restart(void **state)
{
    (void)state;
    struct rig rig;
    open_rig(&rig);
    add_profile(&rig, "kept")->is_transient = false;
    start(&rig);
    snapshot_unref(wait_for(&rig, "some requests", first_has_sent, 6));
    engine_stop(rig.engine);
    start(&rig);
    struct snapshot *s = wait_for(&rig, "an answer", first_has_sent, 1);
    assert_true(s->sources[0].requests_this_month >= s->sources[0].requests_total + 6);
    snapshot_unref(s);
    close_rig(&rig);
}

static void transient_profile_leaves_nothing_on_disk(void **state)
{
    (void)state;
    char path[300];
    struct rig rig;
    snprintf(path, sizeof(path), "%s/none", scratch_folder());
    setenv("XDG_STATE_HOME", path, 1);
    open_rig(&rig);
    add_profile(&rig, "demo");
    start(&rig);
    snapshot_unref(wait_for(&rig, "some requests", first_has_sent, 3));
    close_rig(&rig);
    assert_int_equal(access(path, F_OK), -1);
}

static int use_scratch(void **state)
{
    (void)state;
    return setenv("XDG_STATE_HOME", scratch_folder(), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(month_budget_stops_all_but_what_is_asked_by_hand),
        cmocka_unit_test(long_job_does_not_pass_the_budget),
        cmocka_unit_test(minute_budget_says_when_it_goes_on),
        cmocka_unit_test(count_of_the_month_is_kept_over_a_restart),
        cmocka_unit_test(transient_profile_leaves_nothing_on_disk),
    };
    return cmocka_run_group_tests(tests, use_scratch, NULL);
}
