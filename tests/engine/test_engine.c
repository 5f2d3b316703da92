/* The engine against the real embedded service. */
#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/log.h"
#include "engine/rig.h"
#include "support/environment.h"

static bool second_is_ok(const struct snapshot *s, const void *context)
{
    (void)context;
    return s->source_count > 1 && s->sources[1].state == SOURCE_OK;
}

static bool first_has_state(const struct snapshot *s, const void *state)
{
    return s->source_count > 0 && s->sources[0].state == *(const enum source_state *)state;
}

static bool is_data_newer(const struct snapshot *s, const void *than_ms)
{
    return rig_is_ok(s, NULL) && s->sources[0].data_ms > *(const int64_t *)than_ms;
}

/* ---- the tests ---- */

static void a_task_that_ends_stays_with_its_end(void **state)
{
    (void)state;
    struct rig rig;
    struct sandbox_options options = rig_quick_tasks();
    rig_open(&rig, &options);
    struct snapshot *s = rig_wait(&rig, "three ends", rig_has_ends, NULL);
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
    rig_close(&rig);
}

static void a_confirmed_cancel_is_gone_on_the_service(void **state)
{
    (void)state;
    struct rig rig;
    struct sandbox_options options = rig_endless_tasks();
    rig_open(&rig, &options);
    char id[LIMIT_ID_BYTES];
    rig_find_running(&rig, id);

    struct action_record record;
    struct snapshot *s = rig_act(&rig, ACTION_CANCEL, id, &record);
    assert_int_equal(record.state, ACTION_CONFIRMED);
    assert_int_equal(snapshot_find_task(s, 0, id)->state, TASK_CANCELLED);
    snapshot_unref(s);

    /* Once more: it had ended before. */
    s = rig_act(&rig, ACTION_CANCEL, id, &record);
    assert_int_equal(record.state, ACTION_ALREADY_ENDED);
    snapshot_unref(s);
    rig_close(&rig);
}

/* The list is old: we believe that it runs, the service knows better. */
static void a_cancel_of_a_task_that_just_finished_says_so(void **state)
{
    (void)state;
    struct rig rig;
    struct sandbox_options options = rig_quick_tasks();
    rig_open(&rig, &options);
    char id[LIMIT_ID_BYTES];
    rig_find_succeeded(&rig, id);
    engine_stop(rig.engine);

    /* A new engine has never seen the task and asks the service. */
    rig_start(&rig);
    rig_wait_until(&rig, "the first poll", rig_is_ok, NULL);
    struct action_record record;
    struct snapshot *s = rig_act(&rig, ACTION_CANCEL, id, &record);
    assert_int_equal(record.state, ACTION_ALREADY_ENDED);
    assert_int_equal(record.code, ERR_NO);
    snapshot_unref(s);
    rig_close(&rig);
}

/* ---- what a service may say to a cancel ---- */

/* "Not found" may mean that it is not ours to stop: the task itself tells. */
static void a_cancel_that_finds_nothing_is_no_end_while_the_task_runs(void **state)
{
    (void)state;
    struct rig rig;
    char id[LIMIT_ID_BYTES];
    rig_open_faulty(&rig, "DELETE /api/4.0/running_queries 404", NULL);
    rig_find_running(&rig, id);
    struct action_record record;
    struct snapshot *s = rig_act(&rig, ACTION_CANCEL, id, &record);
    assert_int_equal(record.state, ACTION_REFUSED);
    assert_int_equal(snapshot_find_task(s, 0, id)->state, TASK_RUNNING);
    snapshot_unref(s);
    rig_close(&rig);
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
    rig_open_faulty(&rig, "DELETE /api/4.0/running_queries 204", NULL);
    rig_find_running(&rig, id);
    uint64_t first, second;
    assert_true(engine_act(rig.engine, ACTION_CANCEL, 0, id, &first, NULL));
    rig_wait_until(&rig, "still running", is_still_running, &first);
    assert_true(engine_act(rig.engine, ACTION_CANCEL, 0, id, &second, NULL));
    rig_wait_until(&rig, "the second to be accepted", is_accepted, &second);
    rig_close(&rig);
}

static void a_pause_does_not_keep_the_end_of_a_cancel_from_us(void **state)
{
    (void)state;
    struct rig rig;
    struct sandbox_options options = rig_endless_tasks();
    char id[LIMIT_ID_BYTES];
    rig_open(&rig, &options);
    rig_find_running(&rig, id);
    assert_true(engine_pause(rig.engine, true, NULL));
    struct action_record record;
    snapshot_unref(rig_act(&rig, ACTION_CANCEL, id, &record));
    assert_int_equal(record.state, ACTION_CONFIRMED);
    rig_close(&rig);
}

static void a_cancel_goes_out_though_the_service_asked_for_silence(void **state)
{
    (void)state;
    struct rig rig;
    char id[LIMIT_ID_BYTES];
    rig_open_faulty(&rig, "GET /api/4.0/projects 429 retry-after=86400", NULL);
    rig_find_running(&rig, id);
    assert_true(engine_want_items(rig.engine, 0, NULL));
    uint64_t action_id;
    while (engine_wait(rig.engine, 1000)) /* silence has begun */
        snapshot_unref(engine_snapshot(rig.engine));
    assert_true(engine_act(rig.engine, ACTION_CANCEL, 0, id, &action_id, NULL));
    rig_wait_until(&rig, "the cancel to be accepted", is_accepted, &action_id);
    rig_close(&rig);
}

/* A login of which a part was forbidden is a login that failed, not an empty list. */
static void a_forbidden_workspace_is_a_refused_login(void **state)
{
    (void)state;
    struct rig rig;
    rig_open_faulty(&rig, "PATCH /api/4.0/session 403", "dev");
    enum source_state login = SOURCE_LOGIN;
    struct snapshot *s = rig_wait(&rig, "a refused login", first_has_state, &login);
    assert_false(s->sources[0].is_partial);
    assert_true(s->sources[0].data_ms == UNKNOWN);
    snapshot_unref(s);
    rig_close(&rig);
}

static void one_secret_that_is_missing_stops_nobody_else(void **state)
{
    (void)state;
    struct rig rig;
    struct sandbox_options options = rig_endless_tasks();
    rig = (struct rig){.sandbox = rig_sandbox(&options)};
    struct profile *broken = rig_add_profile(&rig, "broken", sandbox_url(rig.sandbox));
    secret_finish(&broken->client_secret);
    broken->client_secret_env = strdup("QUERYTOP_TEST_NO_SUCH_VARIABLE");
    rig_add_profile(&rig, "well", sandbox_url(rig.sandbox));
    rig_start(&rig);
    struct snapshot *s = rig_wait(&rig, "the healthy one", second_is_ok, NULL);
    assert_int_equal(s->sources[0].state, SOURCE_DISABLED);
    assert_int_equal(s->sources[0].error.code, ERR_CONFIG);
    snapshot_unref(s);
    rig_close(&rig);
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
    struct sandbox_options options = rig_quick_tasks();
    rig_open(&rig, &options);
    char id[LIMIT_ID_BYTES];
    rig_find_succeeded(&rig, id);
    struct action_record record;
    snapshot_unref(rig_act(&rig, ACTION_RETRY, id, &record));
    assert_int_equal(record.state, ACTION_CONFIRMED);
    assert_string_not_equal(record.new_task_id, id);
    struct snapshot *s =
        rig_wait(&rig, "the links and the end of the new task", is_linked, &record);
    const struct task *new_task = snapshot_find_task(s, 0, record.new_task_id);
    assert_string_equal(task_text(new_task, TASK_RETRY_OF), id);
    snapshot_unref(s);
    rig_close(&rig);
}

static void a_mode_that_does_not_allow_it_refuses(void **state)
{
    (void)state;
    struct rig rig;
    struct sandbox_options options = rig_endless_tasks();
    rig = (struct rig){.sandbox = rig_sandbox(&options)};
    rig_add_profile(&rig, "armed", sandbox_url(rig.sandbox))->mode = MODE_ARMED;
    rig_add_profile(&rig, "read-only", sandbox_url(rig.sandbox))->mode = MODE_READ_ONLY;
    rig_start(&rig);
    char id[LIMIT_ID_BYTES];
    rig_find_running(&rig, id);

    struct error err = {0};
    uint64_t action_id;
    assert_false(engine_act(rig.engine, ACTION_CANCEL, 1, id, &action_id, &err));
    assert_int_equal(err.code, ERR_MODE);
    assert_false(engine_arm(rig.engine, 1, 1000, &err));

    struct action_record record;
    snapshot_unref(rig_act(&rig, ACTION_CANCEL, id, &record));
    assert_int_equal(record.state, ACTION_REFUSED);
    assert_int_equal(record.code, ERR_MODE);

    assert_true(engine_arm(rig.engine, 0, 30000, &err));
    snapshot_unref(rig_act(&rig, ACTION_CANCEL, id, &record));
    assert_int_equal(record.state, ACTION_CONFIRMED);
    rig_close(&rig);
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
    struct sandbox_options options = rig_quick_tasks();
    rig_open(&rig, &options);
    char id[LIMIT_ID_BYTES];
    rig_find_succeeded(&rig, id);
    struct error err = {0};
    assert_true(engine_want_detail(rig.engine, 0, id, &err));
    assert_true(engine_want_result(rig.engine, 0, id, &err));
    assert_true(engine_want_items(rig.engine, 0, &err));
    rig_wait_until(&rig, "the detail", has_detail, id);
    struct snapshot *s = rig_wait(&rig, "the rows", has_rows, id);
    const struct task_result *result = snapshot_result(s, 0, id);
    assert_true(result->state == RESULT_TABLE || result->state == RESULT_LINES);
    snapshot_unref(s);
    s = rig_wait(&rig, "the projects", has_projects, NULL);
    assert_true(s->items[0]->item_count > 0);
    snapshot_unref(s);
    rig_close(&rig);
}

static void a_wrong_secret_is_a_state_not_an_end(void **state)
{
    (void)state;
    struct rig rig;
    struct sandbox_options options = rig_endless_tasks();
    rig = (struct rig){.sandbox = rig_sandbox(&options)};
    struct profile *profile = rig_add_profile(&rig, "one", sandbox_url(rig.sandbox));
    secret_finish(&profile->client_secret);
    secret_set(&profile->client_secret, "wrong", 5);
    rig_start(&rig);
    enum source_state login = SOURCE_LOGIN;
    struct snapshot *s = rig_wait(&rig, "a refused login", first_has_state, &login);
    assert_int_equal(s->sources[0].error.code, ERR_LOGIN);
    assert_null(strstr(s->sources[0].error.message, "wrong"));
    snapshot_unref(s);
    rig_close(&rig);
}

static void a_service_that_was_restarted_is_found_again(void **state)
{
    (void)state;
    struct rig rig;
    struct sandbox_options options = rig_endless_tasks();
    rig_open(&rig, &options);
    rig_wait_until(&rig, "the first poll", rig_is_ok, NULL);
    unsigned port = 0;
    assert_int_equal(sscanf(strrchr(sandbox_url(rig.sandbox), ':'), ":%u", &port), 1);
    sandbox_stop(rig.sandbox);
    enum source_state error = SOURCE_ERROR;
    struct snapshot *s = rig_wait(&rig, "an error", first_has_state, &error);
    assert_int_equal(s->sources[0].error.code, ERR_NETWORK);
    assert_true(s->totals.tasks > 0); /* what was known is still there */
    snapshot_unref(s);

    options.port = (uint16_t)port;
    rig.sandbox = rig_sandbox(&options);
    int64_t now_ms = clock_wall_ms();
    rig_wait_until(&rig, "news from the new one", is_data_newer, &now_ms);
    rig_close(&rig);
}

static void short_tokens_are_renewed(void **state)
{
    (void)state;
    struct rig rig;
    struct sandbox_options options = rig_quick_tasks();
    options.token_ttl_ms = 1000;
    rig_open(&rig, &options);
    rig_wait_until(&rig, "the first poll", rig_is_ok, NULL);
    int64_t later_ms = clock_wall_ms() + 2500;
    struct snapshot *s = rig_wait(&rig, "a poll after two tokens", is_data_newer, &later_ms);
    assert_int_equal(s->sources[0].error.code, ERR_NONE);
    snapshot_unref(s);
    rig_close(&rig);
}

static void a_service_that_hangs_neither_blocks_the_others_nor_quitting(void **state)
{
    (void)state;
    struct rig rig;
    const char *faults[] = {"GET /api/4.0/running_queries hang"};
    struct sandbox_options options = rig_endless_tasks();
    options.faults = faults;
    options.fault_count = 1;
    rig = (struct rig){.sandbox = rig_sandbox(&options)};
    struct sandbox_options healthy_options = rig_endless_tasks();
    struct sandbox *healthy = rig_sandbox(&healthy_options);
    rig_add_profile(&rig, "hung", sandbox_url(rig.sandbox))->timeout_ms = 60000;
    rig_add_profile(&rig, "well", sandbox_url(healthy));
    rig_start(&rig);
    struct snapshot *s = rig_wait(&rig, "the healthy one", second_is_ok, NULL);
    assert_int_equal(s->sources[0].state, SOURCE_STARTING);
    snapshot_unref(s);
    int64_t before_ms = clock_mono_ms();
    engine_stop(rig.engine);
    assert_true(clock_mono_ms() - before_ms < 3000); /* not the minute of the time-out */
    sandbox_stop(healthy);
    sandbox_stop(rig.sandbox);
    config_finish(&rig.config);
}

/* The moments are spread over the time in which the list comes and is read. */
static void quitting_amid_an_answer_is_no_failure_of_the_service(void **state)
{
    (void)state;
    enum { TURNS = 12 };
    struct rig rig = {0};
    struct error err = {0};
    struct sandbox_options options = rig_endless_tasks();
    options.active = TEST_STRIDE > 1 ? 500 : 5000; /* slow there */
    options.workers = 0;
    rig.sandbox = rig_sandbox(&options);
    rig_add_profile(&rig, "demo", sandbox_url(rig.sandbox))->timeout_ms = 60000;
    int64_t begin_ms = clock_mono_ms();
    rig_start(&rig);
    rig_wait_until(&rig, "the list", rig_is_ok, NULL);
    int64_t list_ms = clock_mono_ms() - begin_ms;
    engine_stop(rig.engine);
    const char *path = scratch_file("quit.log", "", 0600);
    assert_true(log_open(path, LOG_LEVEL_WARN, &err));
    for (int turn = 0; turn < TURNS; turn++) {
        rig_start(&rig);
        int64_t until_ms = clock_mono_ms() + list_ms * turn / TURNS;
        while (clock_mono_ms() < until_ms)
            engine_wait(rig.engine, until_ms - clock_mono_ms());
        engine_stop(rig.engine);
    }
    log_close();
    struct stat facts;
    assert_int_equal(stat(path, &facts), 0);
    assert_int_equal(facts.st_size, 0);
    sandbox_stop(rig.sandbox);
    config_finish(&rig.config);
}

static void a_pause_stops_polling_and_a_refresh_still_polls(void **state)
{
    (void)state;
    struct rig rig;
    struct sandbox_options options = rig_endless_tasks();
    rig_open(&rig, &options);
    rig_wait_until(&rig, "the first poll", rig_is_ok, NULL);
    assert_true(engine_pause(rig.engine, true, NULL));
    while (engine_wait(rig.engine, 1000)) /* ten intervals of silence end this */
        snapshot_unref(engine_snapshot(rig.engine));
    struct snapshot *s = engine_snapshot(rig.engine);
    assert_true(s->sources[0].is_paused);
    int64_t last_ms = s->sources[0].data_ms;
    snapshot_unref(s);
    assert_true(engine_refresh(rig.engine, SOURCE_ALL, NULL));
    rig_wait_until(&rig, "the refresh", is_data_newer, &last_ms);
    rig_close(&rig);
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
        cmocka_unit_test(quitting_amid_an_answer_is_no_failure_of_the_service),
        cmocka_unit_test(a_pause_stops_polling_and_a_refresh_still_polls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
