/* What Looker can do beside its running list, through the engine, on the real embedded service:
 * both versions of its API. */
#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "engine/rig.h"

#define PROJECT "shop_model"

static void open_version(struct rig *rig, const struct sandbox_options *options,
                         const char *api_version)
{
    *rig = (struct rig){.sandbox = rig_sandbox(options)};
    struct profile *profile = rig_add_profile(rig, "one", sandbox_url(rig->sandbox));
    profile->api_version = strdup(api_version);
    profile->workspace = strdup("dev");
    rig_start(rig);
}

/* ---- starting queries ---- */

static struct run_spec *orders_spec_of(const char *limit)
{
    const struct {
        const char *option;
        const char *value;
    } values[] = {{"model", "shop"},
                  {"explore", "orders"},
                  {"fields", "orders.status,orders.count"},
                  {"limit", limit}};
    struct run_spec *spec = run_spec_create();
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        const struct run_option *option = run_option_find(values[i].option);
        assert_non_null(option);
        assert_true(option->set(spec, option, values[i].value, NULL));
    }
    return spec;
}

static struct run_spec *orders_spec(void)
{
    return orders_spec_of("10");
}

static struct action_record run(struct rig *rig, struct run_spec *spec)
{
    struct error err = {0};
    struct action_record record;
    uint64_t id = 0;
    if (!engine_run(rig->engine, 0, spec, &id, &err))
        fail_msg("it was refused at once: %s", err.message);
    snapshot_unref(rig_wait_action(rig, id, &record));
    return record;
}

static bool has_succeeded(const struct snapshot *s, const void *id)
{
    const struct task *task = snapshot_find_task(s, 0, id);
    return task && task->state == TASK_SUCCEEDED;
}

static void query_is_started_and_seen_to_its_end(const char *api_version)
{
    struct rig rig;
    struct sandbox_options options = rig_quick_tasks();
    options.rate = 0;
    options.active = 0;
    open_version(&rig, &options, api_version);
    struct action_record record = run(&rig, orders_spec());
    assert_int_equal(record.state, ACTION_CONFIRMED);
    struct snapshot *s =
        rig_wait(&rig, "the end of the new task", has_succeeded, record.new_task_id);
    const struct task *task = snapshot_find_task(s, 0, record.new_task_id);
    assert_non_null(strstr(task_text(task, TASK_TITLE), "orders"));
    assert_true(task->flags & TASK_CAN_RETRY);
    snapshot_unref(s);

    snapshot_unref(rig_act(&rig, ACTION_RETRY, record.new_task_id, &record));
    assert_int_equal(record.state, ACTION_CONFIRMED);
    rig_wait_until(&rig, "the end of the retry", has_succeeded, record.new_task_id);
    rig_close(&rig);
}

static void query_is_started_4_0(void **state)
{
    (void)state;
    query_is_started_and_seen_to_its_end("4.0");
}

static void query_is_started_3_1(void **state)
{
    (void)state;
    query_is_started_and_seen_to_its_end("3.1");
}

static void wrong_parameter_is_refused_at_its_field(void **state)
{
    (void)state;
    struct rig rig;
    struct sandbox_options options = rig_quick_tasks();
    rig_open(&rig, &options);
    struct run_spec *spec = orders_spec();
    spec->result_format = "no_such_format"; /* which the option itself would not take */
    struct action_record record = run(&rig, spec);
    assert_int_not_equal(record.state, ACTION_CONFIRMED);
    assert_string_equal(record.field, "result-format");
    assert_non_null(strstr(record.words, "no result format"));
    rig_close(&rig);
}

/* ---- projects ---- */

static struct action_record act_on(struct rig *rig, enum action_kind kind, const char *argument)
{
    struct error err = {0};
    struct action_record record;
    uint64_t id = 0;
    const char *project = action_infos[kind].target == TARGET_ITEM ? PROJECT : NULL;
    if (!engine_act_on_item(rig->engine, kind, 0, project, argument, &id, &err))
        fail_msg("%s was refused at once: %s", action_infos[kind].name, err.message);
    snapshot_unref(rig_wait_action(rig, id, &record));
    return record;
}

static bool is_on_branch(const struct snapshot *s, const void *branch)
{
    const struct item *project = item_list_find(s->items[0], ITEM_PROJECT, PROJECT);
    return project && project->branch && strcmp(project->branch, branch) == 0;
}

static bool has_projects(const struct snapshot *s, const void *context)
{
    (void)context;
    return s->items[0] && s->items[0]->item_count > 0;
}

static bool has_report(const struct snapshot *s, const void *kind)
{
    return s->reports[0] && s->reports[0]->kind == *(const enum action_kind *)kind;
}

static bool has_branches(const struct snapshot *s, const void *context)
{
    (void)context;
    return s->parts[0] && s->parts[0]->item_count > 1;
}

/* A branch that is not checked out and may be. */
static void find_other_branch(struct rig *rig, char out[LIMIT_ARGUMENT_BYTES])
{
    assert_true(engine_want_parts(rig->engine, 0, PROJECT, NULL));
    struct snapshot *s = rig_wait(rig, "the branches", has_branches, NULL);
    for (size_t i = 0; i < s->parts[0]->item_count; i++) {
        const struct item *branch = &s->parts[0]->items[i];
        if (!branch->is_current && !branch->is_read_only)
            snprintf(out, LIMIT_ARGUMENT_BYTES, "%s", branch->name);
    }
    snapshot_unref(s);
    assert_true(out[0]);
}

static void project_is_steered(const char *api_version)
{
    struct rig rig;
    struct sandbox_options options = rig_quick_tasks();
    char branch[LIMIT_ARGUMENT_BYTES] = "";
    open_version(&rig, &options, api_version);
    rig_wait_until(&rig, "the first poll", rig_is_ok, NULL);
    assert_true(engine_want_items(rig.engine, 0, NULL));
    find_other_branch(&rig, branch);
    struct action_record record = act_on(&rig, ACTION_CHECKOUT, branch);
    assert_int_equal(record.state, ACTION_CONFIRMED);
    rig_wait_until(&rig, "the branch in the projects", is_on_branch, branch);

    static const enum action_kind checks[] = {ACTION_VALIDATE, ACTION_TEST_GIT};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(act_on(&rig, checks[i], NULL).state, ACTION_CONFIRMED);
        struct snapshot *s = rig_wait(&rig, "the report", has_report, &checks[i]);
        assert_string_equal(s->reports[0]->item_id, PROJECT);
        assert_true(s->reports[0]->summary[0]);
        snapshot_unref(s);
    }
    static const enum action_kind changes[] = {ACTION_RESET_TO_REMOTE, ACTION_RESET_TO_PRODUCTION,
                                               ACTION_DEPLOY};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(act_on(&rig, changes[i], NULL).state, ACTION_CONFIRMED);
    rig_close(&rig);
}

/* Refused before the service is asked, because it said so beforehand. */
static void what_the_project_denies_is_refused_here(void **state)
{
    (void)state;
    struct rig rig;
    struct sandbox_options options = rig_quick_tasks();
    uint64_t id;
    struct action_record record;
    open_version(&rig, &options, "4.0");
    rig_wait_until(&rig, "the first poll", rig_is_ok, NULL);
    assert_true(engine_want_items(rig.engine, 0, NULL));
    rig_wait_until(&rig, "the projects", has_projects, NULL);
    assert_true(engine_act_on_item(rig.engine, ACTION_DEPLOY, 0, "finance", NULL, &id, NULL));
    snapshot_unref(rig_wait_action(&rig, id, &record));
    assert_int_equal(record.state, ACTION_REFUSED);
    assert_string_equal(record.words, "the service does not allow it for this project");
    rig_close(&rig);
}

static void project_is_steered_4_0(void **state)
{
    (void)state;
    project_is_steered("4.0");
}

static void project_is_steered_3_1(void **state)
{
    (void)state;
    project_is_steered("3.1");
}

static bool is_in(const struct snapshot *s, const void *workspace)
{
    return s->source_count && strcmp(s->sources[0].workspace, workspace) == 0;
}

/* It belongs to the token, so every login has to enter it again. */
static void switched_workspace_outlives_the_token(void **state)
{
    (void)state;
    struct rig rig;
    struct sandbox_options options = rig_quick_tasks();
    options.token_ttl_ms = 1000;
    open_version(&rig, &options, "4.0");
    rig_wait_until(&rig, "dev", is_in, "dev");
    assert_int_equal(act_on(&rig, ACTION_CHECKOUT, "no-such-branch").state, ACTION_REFUSED);
    assert_int_equal(act_on(&rig, ACTION_SWITCH_WORKSPACE, "production").state, ACTION_CONFIRMED);
    rig_wait_until(&rig, "production", is_in, "production");
    int64_t until_ms = clock_mono_ms() + 2500;
    while (clock_mono_ms() < until_ms) {
        struct snapshot *s = engine_snapshot(rig.engine);
        assert_string_equal(s->sources[0].workspace, "production");
        snapshot_unref(s);
        engine_wait(rig.engine, 100);
    }
    struct action_record record = act_on(&rig, ACTION_DEPLOY, NULL);
    assert_int_equal(record.state, ACTION_REFUSED);
    assert_non_null(strstr(record.words, "dev workspace"));
    rig_close(&rig);
}

/* ---- the past ---- */

static size_t count_past(const struct snapshot *s, const char *query_id, const char **out_id)
{
    size_t count = 0;
    for (size_t i = 0; i < snapshot_slots(s); i++) {
        const struct task *task = snapshot_task_at(s, i);
        const char *id = task ? task_text(task, TASK_ID) : "";
        const char *query = task ? task_text(task, TASK_QUERY_ID) : NULL;
        bool is_match = !query_id || (query && strcmp(query, query_id) == 0);
        if (strncmp(id, "h:", 2) == 0 && is_match) {
            *out_id = id;
            count++;
        }
    }
    return count;
}

static bool has_past(const struct snapshot *s, const void *context)
{
    const char *id;
    (void)context;
    return count_past(s, NULL, &id) > 10;
}

static void past_is_told_and_can_be_run_again(const char *api_version)
{
    struct rig rig;
    struct action_record record;
    struct sandbox_options options = rig_quick_tasks();
    options.rate = 0;
    options.active = 0;
    options.tasks = 60;
    open_version(&rig, &options, api_version);
    struct snapshot *s = rig_wait(&rig, "the past", has_past, NULL);
    const char *found = NULL;
    char id[LIMIT_ID_BYTES];
    count_past(s, NULL, &found);
    for (size_t i = 0; i < snapshot_slots(s); i++) {
        const struct task *task = snapshot_task_at(s, i);
        if (task && task->flags & TASK_CAN_RETRY && task_text(task, TASK_ID)[0] == 'h')
            found = task_text(task, TASK_ID);
    }
    snprintf(id, sizeof(id), "%s", found);
    snapshot_unref(s);
    snapshot_unref(rig_act(&rig, ACTION_RETRY, id, &record));
    assert_int_equal(record.state, ACTION_CONFIRMED);
    rig_close(&rig);
}

static void past_is_told_4_0(void **state)
{
    (void)state;
    past_is_told_and_can_be_run_again("4.0");
}

static void past_is_told_3_1(void **state)
{
    (void)state;
    past_is_told_and_can_be_run_again("3.1");
}

static bool has_past_and_exact_end(const struct snapshot *s, const void *id)
{
    const struct task *task = snapshot_find_task(s, 0, id);
    const char *past;
    return count_past(s, NULL, &past) > 0 && task && !task_is_alive(task) &&
           !(task->flags & TASK_IS_ESTIMATED);
}

/* Started from here and over before any list: the history, which calls it otherwise, comes when it
 * is over, and it is one task all the same. The first run only waits for the service to
 * have its data; from then on a query is over at once. */
static void task_of_ours_stands_in_the_list_once(void **state)
{
    (void)state;
    struct rig rig;
    struct sandbox_options options = rig_quick_tasks();
    options.rate = 0;
    options.active = 0;
    rig_open(&rig, &options);
    struct action_record record = run(&rig, orders_spec_of("20"));
    rig_wait_until(&rig, "the end of the first run", has_succeeded, record.new_task_id);
    engine_stop(rig.engine);

    rig_set_faults(&rig, "POST /api/4.0/queries/run/json delay ms=600000");
    rig.config.profiles[0].poll_ms = 60000;
    rig_start(&rig);
    rig_wait_until(&rig, "the first poll", rig_is_ok, NULL);
    record = run(&rig, orders_spec());
    rig_wait_service_idle(&rig);
    rig_set_faults(&rig, "");
    struct snapshot *s =
        rig_wait(&rig, "its end as the history has it", has_past_and_exact_end, record.new_task_id);
    const char *past;
    assert_int_equal(count_past(s, NULL, &past), 1); /* the first run */
    snapshot_unref(s);
    rig_close(&rig);
}

/* ---- a list that is refused for a while ---- */

static bool is_failing(const struct snapshot *s, const void *context)
{
    (void)context;
    return s->sources[0].state == SOURCE_ERROR;
}

static bool is_well_again(const struct snapshot *s, const void *since_ms)
{
    return rig_is_ok(s, NULL) && s->sources[0].data_ms > *(const int64_t *)since_ms;
}

static bool is_partial(const struct snapshot *s, const void *context)
{
    (void)context;
    return rig_is_ok(s, NULL) && s->sources[0].is_partial;
}

static uint32_t count_alive(const struct snapshot *s)
{
    return s->totals.by_state[TASK_QUEUED] + s->totals.by_state[TASK_RUNNING];
}

/* A proxy that says 404 to everything for a while: no task is lost by it. */
static void passing_404_is_an_error_and_no_end(void **state)
{
    (void)state;
    struct rig rig;
    struct sandbox_options options = rig_endless_tasks();
    rig_open(&rig, &options);
    rig_wait_until(&rig, "a running task", rig_has_running, NULL);
    rig_set_faults(&rig, "* /api/4.0 404");
    struct snapshot *s = rig_wait(&rig, "an error", is_failing, NULL);
    assert_false(s->sources[0].is_partial);
    snapshot_unref(s);
    rig_set_faults(&rig, "");
    int64_t now_ms = clock_wall_ms();
    s = rig_wait(&rig, "news", is_well_again, &now_ms);
    assert_int_equal(count_alive(s), 4);
    assert_int_equal(s->totals.by_state[TASK_EXPIRED], 0);
    assert_false(s->sources[0].is_partial);
    snapshot_unref(s);
    rig_close(&rig);
}

/* When it stays so the account has lost its right, and watches on task by task. */
static void lasting_404_is_a_right_that_was_lost(void **state)
{
    (void)state;
    struct rig rig;
    struct sandbox_options options = rig_endless_tasks();
    rig_open(&rig, &options);
    rig_wait_until(&rig, "a running task", rig_has_running, NULL);
    rig_set_faults(&rig, "GET /api/4.0/running_queries 404");
    struct snapshot *s = rig_wait(&rig, "a partial list", is_partial, NULL);
    assert_non_null(strstr(s->sources[0].partial_reason, "watching your own tasks"));
    assert_int_equal(count_alive(s), 4);
    snapshot_unref(s);
    rig_set_faults(&rig, "GET /api/4.0/running_queries 404\nGET /api/4.0/query_tasks 404 count=3");
    int64_t now_ms = clock_wall_ms() + 1000;
    s = rig_wait(&rig, "news", is_well_again, &now_ms);
    assert_int_equal(s->totals.by_state[TASK_EXPIRED], 0);
    snapshot_unref(s);
    rig_close(&rig);
}

/* The requests and bytes at which bytes were last seen to come. */
struct calm {
    uint64_t requests;
    uint64_t bytes;
};

static bool is_calm(const struct snapshot *s, const void *context)
{
    struct calm *calm = (struct calm *)context;
    const struct source_status *source = &s->sources[0];
    if (source->bytes_total != calm->bytes)
        *calm = (struct calm){source->requests_total, source->bytes_total};
    return source->state == SOURCE_OK && source->requests_total >= calm->requests + 4;
}

static void a_list_that_stays_the_same_is_not_sent_again(void **state)
{
    (void)state;
    struct rig rig;
    struct calm calm = {0};
    struct sandbox_options options = rig_endless_tasks();
    options.active = 0;
    rig_open(&rig, &options);
    rig_wait_until(&rig, "requests without bytes", is_calm, &calm);
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_that_stays_the_same_is_not_sent_again),
        cmocka_unit_test(query_is_started_4_0),
        cmocka_unit_test(query_is_started_3_1),
        cmocka_unit_test(wrong_parameter_is_refused_at_its_field),
        cmocka_unit_test(project_is_steered_4_0),
        cmocka_unit_test(project_is_steered_3_1),
        cmocka_unit_test(what_the_project_denies_is_refused_here),
        cmocka_unit_test(switched_workspace_outlives_the_token),
        cmocka_unit_test(past_is_told_4_0),
        cmocka_unit_test(past_is_told_3_1),
        cmocka_unit_test(task_of_ours_stands_in_the_list_once),
        cmocka_unit_test(passing_404_is_an_error_and_no_end),
        cmocka_unit_test(lasting_404_is_a_right_that_was_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
