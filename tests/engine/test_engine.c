/* The engine against the real embedded service, in one process: what TSan watches. */
#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "engine/engine.h"
#include "sandbox/sandbox.h"

#define DEADLINE_MS 20000

/* ---- a service, a configuration and an engine ---- */

struct rig {
    struct sandbox *sandbox;
    struct config config;
    struct engine *engine;
};

/* Tasks that run for ever unless they are cancelled. */
static struct sandbox_options endless_tasks(void)
{
    struct sandbox_options options;
    sandbox_options_init(&options);
    options.seed = 1;
    options.rate = 0;
    options.tasks = 0;
    options.active = 4;
    options.workers = 2;
    options.speed = 1;
    return options;
}

/* Tasks that end as soon as they run. */
static struct sandbox_options quick_tasks(void)
{
    struct sandbox_options options = endless_tasks();
    options.speed = 0;
    options.active = 0;
    options.rate = 5;
    return options;
}

static struct sandbox *start_sandbox(const struct sandbox_options *options)
{
    struct error err = {0};
    struct sandbox *sandbox = sandbox_start(options, &err);
    if (!sandbox)
        fail_msg("the service does not start: %s", err.message);
    return sandbox;
}

static struct profile *add_profile(struct rig *rig, const char *name, const char *url)
{
    struct profile *profile = config_add(&rig->config, name, "looker");
    profile->base_url = strdup(url);
    profile->client_id = strdup("demo");
    secret_set(&profile->client_secret, "demo-secret", 11);
    profile->mode = MODE_READ_WRITE;
    profile->poll_ms = 250;
    profile->timeout_ms = 5000;
    return profile;
}

static void start_engine(struct rig *rig)
{
    struct error err = {0};
    rig->engine = engine_start(&rig->config, &err);
    if (!rig->engine)
        fail_msg("the engine does not start: %s", err.message);
}

static void setup(struct rig *rig, const struct sandbox_options *options)
{
    *rig = (struct rig){.sandbox = start_sandbox(options)};
    add_profile(rig, "one", sandbox_url(rig->sandbox));
    start_engine(rig);
}

static void teardown(struct rig *rig)
{
    engine_stop(rig->engine);
    sandbox_stop(rig->sandbox);
    config_finish(&rig->config);
}

/* ---- waiting for what must come ---- */

typedef bool predicate(const struct snapshot *s, const void *context);

/* The first snapshot for which it is true; a reference of the caller's. */
static struct snapshot *wait_for(struct rig *rig, const char *what, predicate *is_true,
                                 const void *context)
{
    int64_t until_ms = clock_mono_ms() + DEADLINE_MS;
    for (;;) {
        struct snapshot *s = engine_snapshot(rig->engine);
        if (is_true(s, context))
            return s;
        const struct source_status *status = s->source_count ? &s->sources[0] : NULL;
        if (clock_mono_ms() > until_ms)
            fail_msg("waited in vain for: %s (state %s, error '%s', %u tasks)", what,
                     status ? source_state_name(status->state) : "none",
                     status ? status->error.message : "", s->totals.tasks);
        snapshot_unref(s);
        engine_wait(rig->engine, 200);
    }
}

static void wait_until(struct rig *rig, const char *what, predicate *is_true, const void *context)
{
    snapshot_unref(wait_for(rig, what, is_true, context));
}

static bool first_is_ok(const struct snapshot *s, const void *context)
{
    (void)context;
    return s->source_count > 0 && s->sources[0].state == SOURCE_OK;
}

static bool second_is_ok(const struct snapshot *s, const void *context)
{
    (void)context;
    return s->source_count > 1 && s->sources[1].state == SOURCE_OK;
}

static bool first_has_state(const struct snapshot *s, const void *state)
{
    return s->source_count > 0 && s->sources[0].state == *(const enum source_state *)state;
}

static bool something_runs(const struct snapshot *s, const void *context)
{
    (void)context;
    return s->totals.by_state[TASK_RUNNING] > 0;
}

static bool three_have_ended(const struct snapshot *s, const void *context)
{
    (void)context;
    uint32_t ended = s->totals.by_state[TASK_SUCCEEDED] + s->totals.by_state[TASK_FAILED];
    return ended >= 3;
}

static bool is_data_newer(const struct snapshot *s, const void *than_ms)
{
    return first_is_ok(s, NULL) && s->sources[0].data_ms > *(const int64_t *)than_ms;
}

static bool action_is_at_its_end(const struct snapshot *s, const void *id)
{
    const struct action_record *record = snapshot_action(s, *(const uint64_t *)id);
    return record && action_is_final(record->state);
}

static void copy_id(char *out, const struct task *task)
{
    snprintf(out, LIMIT_ID_BYTES, "%s", task_text(task, TASK_ID));
}

/* The id of some task in that state, which must exist. */
static void find_id(const struct snapshot *s, enum task_state state, char *out)
{
    for (size_t i = 0; i < snapshot_slots(s); i++) {
        const struct task *task = snapshot_task_at(s, i);
        if (task && task->state == state) {
            copy_id(out, task);
            return;
        }
    }
    fail_msg("no task is %s", task_states[state].name);
}

static struct snapshot *act(struct rig *rig, enum action_kind kind, const char *task_id,
                            struct action_record *out)
{
    struct error err = {0};
    uint64_t id = 0;
    if (!engine_act(rig->engine, kind, 0, task_id, &id, &err))
        fail_msg("the action was refused at once: %s", err.message);
    struct snapshot *s = wait_for(rig, "the end of the action", action_is_at_its_end, &id);
    *out = *snapshot_action(s, id);
    return s;
}

/* ---- the tests ---- */

static void a_task_that_ends_stays_with_its_end(void **state)
{
    (void)state;
    struct rig rig;
    struct sandbox_options options = quick_tasks();
    setup(&rig, &options);
    struct snapshot *s = wait_for(&rig, "three ends", three_have_ended, NULL);
    for (size_t i = 0; i < snapshot_slots(s); i++) {
        const struct task *task = snapshot_task_at(s, i);
        if (!task || task_is_alive(task))
            continue;
        assert_true(task->ended_ms != UNKNOWN);
        assert_non_null(task_text(task, TASK_TITLE));
        assert_int_equal(task->flags & TASK_CAN_CANCEL, 0);
    }
    assert_string_equal(s->sources[0].profile, "one");
    assert_true(s->sources[0].requests_total > 3);
    snapshot_unref(s);
    teardown(&rig);
}

static void a_confirmed_cancel_is_gone_on_the_service(void **state)
{
    (void)state;
    struct rig rig;
    struct sandbox_options options = endless_tasks();
    setup(&rig, &options);
    struct snapshot *s = wait_for(&rig, "a running task", something_runs, NULL);
    char id[LIMIT_ID_BYTES];
    find_id(s, TASK_RUNNING, id);
    snapshot_unref(s);

    struct action_record record;
    s = act(&rig, ACTION_CANCEL, id, &record);
    assert_int_equal(record.state, ACTION_CONFIRMED);
    assert_int_equal(snapshot_find_task(s, 0, id)->state, TASK_CANCELLED);
    snapshot_unref(s);

    /* Once more: it had ended before. */
    s = act(&rig, ACTION_CANCEL, id, &record);
    assert_int_equal(record.state, ACTION_ALREADY_ENDED);
    snapshot_unref(s);
    teardown(&rig);
}

/* The list is old: we believe that it runs, the service knows better. */
static void a_cancel_of_a_task_that_just_finished_says_so(void **state)
{
    (void)state;
    struct rig rig;
    struct sandbox_options options = quick_tasks();
    setup(&rig, &options);
    struct snapshot *s = wait_for(&rig, "three ends", three_have_ended, NULL);
    char id[LIMIT_ID_BYTES];
    find_id(s, TASK_SUCCEEDED, id);
    snapshot_unref(s);
    engine_stop(rig.engine);

    /* A new engine has never seen the task and asks the service. */
    start_engine(&rig);
    wait_until(&rig, "the first poll", first_is_ok, NULL);
    struct action_record record;
    s = act(&rig, ACTION_CANCEL, id, &record);
    assert_int_equal(record.state, ACTION_ALREADY_ENDED);
    assert_int_equal(record.code, ERR_NO);
    snapshot_unref(s);
    teardown(&rig);
}

/* ---- what a service may say to a cancel ---- */

static void setup_with_fault(struct rig *rig, const char *fault, const char *workspace)
{
    const char *faults[] = {fault};
    struct sandbox_options options = endless_tasks();
    options.faults = faults;
    options.fault_count = 1;
    *rig = (struct rig){.sandbox = start_sandbox(&options)};
    struct profile *profile = add_profile(rig, "one", sandbox_url(rig->sandbox));
    if (workspace)
        profile->workspace = strdup(workspace);
    start_engine(rig);
}

static void find_running(struct rig *rig, char *out)
{
    struct snapshot *s = wait_for(rig, "a running task", something_runs, NULL);
    find_id(s, TASK_RUNNING, out);
    snapshot_unref(s);
}

/* "Not found" may mean that it is not ours to stop: the task itself tells. */
static void a_cancel_that_finds_nothing_is_no_end_while_the_task_runs(void **state)
{
    (void)state;
    struct rig rig;
    char id[LIMIT_ID_BYTES];
    setup_with_fault(&rig, "DELETE /api/4.0/running_queries 404", NULL);
    find_running(&rig, id);
    struct action_record record;
    struct snapshot *s = act(&rig, ACTION_CANCEL, id, &record);
    assert_int_equal(record.state, ACTION_REFUSED);
    assert_int_equal(snapshot_find_task(s, 0, id)->state, TASK_RUNNING);
    snapshot_unref(s);
    teardown(&rig);
}

static bool is_still_running(const struct snapshot *s, const void *id)
{
    const struct action_record *record = snapshot_action(s, *(const uint64_t *)id);
    return record && record->state == ACTION_STILL_RUNNING;
}

static bool is_accepted(const struct snapshot *s, const void *id)
{
    const struct action_record *record = snapshot_action(s, *(const uint64_t *)id);
    return record && record->state == ACTION_ACCEPTED;
}

static void a_cancel_without_effect_is_told_and_may_be_asked_again(void **state)
{
    (void)state;
    struct rig rig;
    char id[LIMIT_ID_BYTES];
    setup_with_fault(&rig, "DELETE /api/4.0/running_queries 204", NULL);
    find_running(&rig, id);
    uint64_t first, second;
    assert_true(engine_act(rig.engine, ACTION_CANCEL, 0, id, &first, NULL));
    wait_until(&rig, "still running", is_still_running, &first);
    assert_true(engine_act(rig.engine, ACTION_CANCEL, 0, id, &second, NULL));
    wait_until(&rig, "the second to be accepted", is_accepted, &second);
    teardown(&rig);
}

static void a_pause_does_not_keep_the_end_of_a_cancel_from_us(void **state)
{
    (void)state;
    struct rig rig;
    struct sandbox_options options = endless_tasks();
    char id[LIMIT_ID_BYTES];
    setup(&rig, &options);
    find_running(&rig, id);
    assert_true(engine_pause(rig.engine, true, NULL));
    struct action_record record;
    snapshot_unref(act(&rig, ACTION_CANCEL, id, &record));
    assert_int_equal(record.state, ACTION_CONFIRMED);
    teardown(&rig);
}

static void a_cancel_goes_out_though_the_service_asked_for_silence(void **state)
{
    (void)state;
    struct rig rig;
    char id[LIMIT_ID_BYTES];
    setup_with_fault(&rig, "GET /api/4.0/projects 429 retry-after=86400", NULL);
    find_running(&rig, id);
    assert_true(engine_want_items(rig.engine, 0, NULL));
    uint64_t action_id;
    while (engine_wait(rig.engine, 1000)) /* silence has begun */
        snapshot_unref(engine_snapshot(rig.engine));
    assert_true(engine_act(rig.engine, ACTION_CANCEL, 0, id, &action_id, NULL));
    wait_until(&rig, "the cancel to be accepted", is_accepted, &action_id);
    teardown(&rig);
}

/* A login of which a part was forbidden is a login that failed, not an empty list. */
static void a_forbidden_workspace_is_a_refused_login(void **state)
{
    (void)state;
    struct rig rig;
    setup_with_fault(&rig, "PATCH /api/4.0/session 403", "dev");
    enum source_state login = SOURCE_LOGIN;
    struct snapshot *s = wait_for(&rig, "a refused login", first_has_state, &login);
    assert_false(s->sources[0].is_partial);
    assert_true(s->sources[0].data_ms == UNKNOWN);
    snapshot_unref(s);
    teardown(&rig);
}

static void one_secret_that_is_missing_stops_nobody_else(void **state)
{
    (void)state;
    struct rig rig;
    struct sandbox_options options = endless_tasks();
    rig = (struct rig){.sandbox = start_sandbox(&options)};
    struct profile *broken = add_profile(&rig, "broken", sandbox_url(rig.sandbox));
    secret_finish(&broken->client_secret);
    broken->client_secret_env = strdup("QUERYTOP_TEST_NO_SUCH_VARIABLE");
    add_profile(&rig, "well", sandbox_url(rig.sandbox));
    start_engine(&rig);
    struct snapshot *s = wait_for(&rig, "the healthy one", second_is_ok, NULL);
    assert_int_equal(s->sources[0].state, SOURCE_DISABLED);
    assert_int_equal(s->sources[0].error.code, ERR_CONFIG);
    snapshot_unref(s);
    teardown(&rig);
}

static bool is_linked(const struct snapshot *s, const void *context)
{
    const struct action_record *record = context;
    const struct task *new_task = snapshot_find_task(s, 0, record->new_task_id);
    const struct task *old_task = snapshot_find_task(s, 0, record->task_id);
    return new_task && old_task && task_text(new_task, TASK_RETRY_OF) &&
           task_text(old_task, TASK_RETRIED_AS) && !task_is_alive(new_task);
}

static void retry_links_new_task_to_old(void **state)
{
    (void)state;
    struct rig rig;
    struct sandbox_options options = quick_tasks();
    setup(&rig, &options);
    struct snapshot *s = wait_for(&rig, "three ends", three_have_ended, NULL);
    char id[LIMIT_ID_BYTES];
    find_id(s, TASK_SUCCEEDED, id);
    snapshot_unref(s);
    struct action_record record;
    snapshot_unref(act(&rig, ACTION_RETRY, id, &record));
    assert_int_equal(record.state, ACTION_CONFIRMED);
    assert_string_not_equal(record.new_task_id, id);
    s = wait_for(&rig, "the links and the end of the new task", is_linked, &record);
    const struct task *new_task = snapshot_find_task(s, 0, record.new_task_id);
    assert_string_equal(task_text(new_task, TASK_RETRY_OF), id);
    snapshot_unref(s);
    teardown(&rig);
}

static void a_mode_that_does_not_allow_it_refuses(void **state)
{
    (void)state;
    struct rig rig;
    struct sandbox_options options = endless_tasks();
    rig = (struct rig){.sandbox = start_sandbox(&options)};
    add_profile(&rig, "armed", sandbox_url(rig.sandbox))->mode = MODE_ARMED;
    add_profile(&rig, "read-only", sandbox_url(rig.sandbox))->mode = MODE_READ_ONLY;
    start_engine(&rig);
    struct snapshot *s = wait_for(&rig, "a running task", something_runs, NULL);
    char id[LIMIT_ID_BYTES];
    find_id(s, TASK_RUNNING, id);
    snapshot_unref(s);

    struct error err = {0};
    uint64_t action_id;
    assert_false(engine_act(rig.engine, ACTION_CANCEL, 1, id, &action_id, &err));
    assert_int_equal(err.code, ERR_MODE);
    assert_false(engine_arm(rig.engine, 1, 1000, &err));

    struct action_record record;
    snapshot_unref(act(&rig, ACTION_CANCEL, id, &record));
    assert_int_equal(record.state, ACTION_REFUSED);
    assert_int_equal(record.code, ERR_MODE);

    assert_true(engine_arm(rig.engine, 0, 30000, &err));
    snapshot_unref(act(&rig, ACTION_CANCEL, id, &record));
    assert_int_equal(record.state, ACTION_CONFIRMED);
    teardown(&rig);
}

static bool has_detail(const struct snapshot *s, const void *id)
{
    const struct task_detail *detail = snapshot_detail(s, 0, id);
    return detail && detail->field_count > 0 && detail->sql;
}

static bool has_rows(const struct snapshot *s, const void *id)
{
    const struct task_result *result = snapshot_result(s, 0, id);
    return result && result->state != RESULT_PENDING;
}

static bool has_projects(const struct snapshot *s, const void *context)
{
    (void)context;
    return s->source_count && s->items[0];
}

static void what_is_wanted_is_read(void **state)
{
    (void)state;
    struct rig rig;
    struct sandbox_options options = quick_tasks();
    setup(&rig, &options);
    struct snapshot *s = wait_for(&rig, "three ends", three_have_ended, NULL);
    char id[LIMIT_ID_BYTES];
    find_id(s, TASK_SUCCEEDED, id);
    snapshot_unref(s);
    struct error err = {0};
    assert_true(engine_want_detail(rig.engine, 0, id, &err));
    assert_true(engine_want_result(rig.engine, 0, id, &err));
    assert_true(engine_want_items(rig.engine, 0, &err));
    wait_until(&rig, "the detail", has_detail, id);
    s = wait_for(&rig, "the rows", has_rows, id);
    const struct task_result *result = snapshot_result(s, 0, id);
    assert_true(result->state == RESULT_TABLE || result->state == RESULT_LINES);
    snapshot_unref(s);
    s = wait_for(&rig, "the projects", has_projects, NULL);
    assert_true(s->items[0]->item_count > 0);
    snapshot_unref(s);
    teardown(&rig);
}

static void a_wrong_secret_is_a_state_not_an_end(void **state)
{
    (void)state;
    struct rig rig;
    struct sandbox_options options = endless_tasks();
    rig = (struct rig){.sandbox = start_sandbox(&options)};
    struct profile *profile = add_profile(&rig, "one", sandbox_url(rig.sandbox));
    secret_finish(&profile->client_secret);
    secret_set(&profile->client_secret, "wrong", 5);
    start_engine(&rig);
    enum source_state login = SOURCE_LOGIN;
    struct snapshot *s = wait_for(&rig, "a refused login", first_has_state, &login);
    assert_int_equal(s->sources[0].error.code, ERR_LOGIN);
    assert_null(strstr(s->sources[0].error.message, "wrong"));
    snapshot_unref(s);
    teardown(&rig);
}

static void a_service_that_was_restarted_is_found_again(void **state)
{
    (void)state;
    struct rig rig;
    struct sandbox_options options = endless_tasks();
    setup(&rig, &options);
    wait_until(&rig, "the first poll", first_is_ok, NULL);
    unsigned port = 0;
    assert_int_equal(sscanf(strrchr(sandbox_url(rig.sandbox), ':'), ":%u", &port), 1);
    sandbox_stop(rig.sandbox);
    enum source_state error = SOURCE_ERROR;
    struct snapshot *s = wait_for(&rig, "an error", first_has_state, &error);
    assert_int_equal(s->sources[0].error.code, ERR_NETWORK);
    assert_true(s->totals.tasks > 0); /* what was known is still there */
    snapshot_unref(s);

    options.port = (uint16_t)port;
    rig.sandbox = start_sandbox(&options);
    int64_t now_ms = clock_wall_ms();
    wait_until(&rig, "news from the new one", is_data_newer, &now_ms);
    teardown(&rig);
}

static void short_tokens_are_renewed(void **state)
{
    (void)state;
    struct rig rig;
    struct sandbox_options options = quick_tasks();
    options.token_ttl_ms = 1000;
    setup(&rig, &options);
    wait_until(&rig, "the first poll", first_is_ok, NULL);
    int64_t later_ms = clock_wall_ms() + 2500;
    struct snapshot *s = wait_for(&rig, "a poll after two tokens", is_data_newer, &later_ms);
    assert_int_equal(s->sources[0].error.code, ERR_NONE);
    snapshot_unref(s);
    teardown(&rig);
}

static void a_service_that_hangs_neither_blocks_the_others_nor_quitting(void **state)
{
    (void)state;
    struct rig rig;
    const char *faults[] = {"GET /api/4.0/running_queries hang"};
    struct sandbox_options options = endless_tasks();
    options.faults = faults;
    options.fault_count = 1;
    rig = (struct rig){.sandbox = start_sandbox(&options)};
    struct sandbox_options healthy_options = endless_tasks();
    struct sandbox *healthy = start_sandbox(&healthy_options);
    add_profile(&rig, "hung", sandbox_url(rig.sandbox))->timeout_ms = 60000;
    add_profile(&rig, "well", sandbox_url(healthy));
    start_engine(&rig);
    struct snapshot *s = wait_for(&rig, "the healthy one", second_is_ok, NULL);
    assert_int_equal(s->sources[0].state, SOURCE_STARTING);
    snapshot_unref(s);
    int64_t before_ms = clock_mono_ms();
    engine_stop(rig.engine);
    assert_true(clock_mono_ms() - before_ms < 3000); /* not the minute of the time-out */
    sandbox_stop(healthy);
    sandbox_stop(rig.sandbox);
    config_finish(&rig.config);
}

static void a_pause_stops_polling_and_a_refresh_still_polls(void **state)
{
    (void)state;
    struct rig rig;
    struct sandbox_options options = endless_tasks();
    setup(&rig, &options);
    wait_until(&rig, "the first poll", first_is_ok, NULL);
    assert_true(engine_pause(rig.engine, true, NULL));
    while (engine_wait(rig.engine, 1000)) /* ten intervals of silence end this */
        snapshot_unref(engine_snapshot(rig.engine));
    struct snapshot *s = engine_snapshot(rig.engine);
    assert_true(s->sources[0].is_paused);
    int64_t last_ms = s->sources[0].data_ms;
    snapshot_unref(s);
    assert_true(engine_refresh(rig.engine, SOURCE_ALL, NULL));
    wait_until(&rig, "the refresh", is_data_newer, &last_ms);
    teardown(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_task_that_ends_stays_with_its_end),
        cmocka_unit_test(a_confirmed_cancel_is_gone_on_the_service),
        cmocka_unit_test(a_cancel_of_a_task_that_just_finished_says_so),
        cmocka_unit_test(a_cancel_that_finds_nothing_is_no_end_while_the_task_runs),
        cmocka_unit_test(a_cancel_without_effect_is_told_and_may_be_asked_again),
        cmocka_unit_test(a_pause_does_not_keep_the_end_of_a_cancel_from_us),
        cmocka_unit_test(a_cancel_goes_out_though_the_service_asked_for_silence),
        cmocka_unit_test(a_forbidden_workspace_is_a_refused_login),
        cmocka_unit_test(one_secret_that_is_missing_stops_nobody_else),
        cmocka_unit_test(retry_links_new_task_to_old),
        cmocka_unit_test(a_mode_that_does_not_allow_it_refuses),
        cmocka_unit_test(what_is_wanted_is_read),
        cmocka_unit_test(a_wrong_secret_is_a_state_not_an_end),
        cmocka_unit_test(a_service_that_was_restarted_is_found_again),
        cmocka_unit_test(short_tokens_are_renewed),
        cmocka_unit_test(a_service_that_hangs_neither_blocks_the_others_nor_quitting),
        cmocka_unit_test(a_pause_stops_polling_and_a_refresh_still_polls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
