/* A session on a service that is having a bad day: tokens that run out all the time, 5 % of the
 * answers a 429, 2 % a proxy's page, 1 % broken off. The same service is watched beside it over the
 * API's other version, which is well: what that one knows, the rough one must know in the end.
 *
 * It takes 20 seconds; QUERYTOP_ROUGH_SECONDS sets another length. */
#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "engine/rig.h"
#include "support/environment.h"

#define SECONDS_USUAL 20
#define TOKEN_TTL_MS  20000
#define ACT_EVERY_MS  700
/* What ended sooner than this may have come and gone between two good answers. */
#define SEEN_AFTER_MS 8000
#define RECORDS_MAX   2000
#define FIGURES_MAX   8

static const char *const faults[] = {
    "* /api/4.0 429 share=0.05",
    "* /api/4.0 html status=502 share=0.02",
    "* /api/4.0 cut share=0.01",
};

struct session {
    struct rig rough;
    struct rig calm; /* shares the service */
    char log[256];
    uint64_t actions[LIMIT_ACTIONS];
    size_t action_count;
    size_t ends[ACTION_STATE_COUNT];
    size_t refused;
    unsigned turn;
};

static int64_t session_ms(void)
{
    const char *seconds = getenv("QUERYTOP_ROUGH_SECONDS");
    int count = seconds ? atoi(seconds) : SECONDS_USUAL;
    return (count > 0 ? count : SECONDS_USUAL) * 1000;
}

static void open_session(struct session *session)
{
    struct sandbox_options options = rig_endless_tasks();
    struct error err = {0};
    *session = (struct session){0};
    options.tasks = 20;
    options.active = 6;
    options.rate = 3;
    options.workers = 4;
    options.speed = 300000; /* most take a second or two: their ends are asked for all the time */
    options.token_ttl_ms = session_ms() / 5 < TOKEN_TTL_MS ? session_ms() / 5 : TOKEN_TTL_MS;
    options.faults = faults;
    options.fault_count = sizeof(faults) / sizeof(faults[0]);
    session->rough.sandbox = rig_sandbox(&options);
    const char *url = sandbox_url(session->rough.sandbox);
    rig_add_profile(&session->rough, "rough", url)->workspace = strdup("dev");
    rig_add_profile(&session->calm, "calm", url)->api_version = strdup("3.1");
    snprintf(session->log, sizeof(session->log), "%s", scratch_file("rough.log", "", 0600));
    assert_true(log_open(session->log, LOG_LEVEL_INFO, &err));
    rig_start(&session->rough);
    rig_start(&session->calm);
}

/* ---- what a user does all the while ---- */

static const struct task *pick(const struct snapshot *s, unsigned turn, unsigned flag)
{
    size_t slots = snapshot_slots(s);
    for (size_t i = 0; i < slots; i++) {
        const struct task *task = snapshot_task_at(s, (i * 7 + turn) % slots);
        if (task && task->flags & flag)
            return task;
    }
    return NULL;
}

static struct run_spec *some_query(void)
{
    static const char *const values[][2] = {{"model", "shop"},
                                            {"explore", "orders"},
                                            {"fields", "orders.status,orders.count"}};
    struct run_spec *spec = run_spec_create();
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        const struct run_option *option = run_option_find(values[i][0]);
        assert_true(option->set(spec, option, values[i][1], NULL));
    }
    return spec;
}

static void act(struct session *session, enum action_kind kind, const struct task *task)
{
    uint64_t id;
    struct engine *engine = session->rough.engine;
    if (!task || session->action_count == LIMIT_ACTIONS)
        return;
    if (engine_act(engine, kind, 0, task_text(task, TASK_ID), &id, NULL))
        session->actions[session->action_count++] = id;
}

static void do_something(struct session *session)
{
    struct engine *engine = session->rough.engine;
    struct snapshot *s = engine_snapshot(engine);
    const struct task *any = pick(s, session->turn, TASK_CAN_RESULTS);
    uint64_t id;
    switch (session->turn++ % 6) {
    case 0:
        if (session->action_count < LIMIT_ACTIONS && engine_run(engine, 0, some_query(), &id, NULL))
            session->actions[session->action_count++] = id;
        break;
    case 1:
        engine_want_items(engine, 0, NULL);
        break;
    case 2:
        act(session, ACTION_CANCEL, pick(s, session->turn, TASK_CAN_CANCEL));
        break;
    case 3:
        if (any)
            engine_want_detail(engine, 0, task_text(any, TASK_ID), NULL);
        break;
    case 4:
        act(session, ACTION_RETRY, pick(s, session->turn, TASK_CAN_RETRY));
        break;
    default:
        if (any)
            engine_want_result(engine, 0, task_text(any, TASK_ID), NULL);
        break;
    }
    snapshot_unref(s);
}

static void live(struct session *session)
{
    int64_t until_ms = clock_mono_ms() + session_ms();
    int64_t act_ms = 0;
    while (clock_mono_ms() < until_ms) {
        if (clock_mono_ms() >= act_ms) {
            do_something(session);
            act_ms = clock_mono_ms() + ACT_EVERY_MS;
        }
        engine_wait(session->rough.engine, 100);
        struct snapshot *s = engine_snapshot(session->rough.engine);
        assert_int_equal(s->totals.by_state[TASK_EXPIRED], 0); /* nothing is given up */
        snapshot_unref(s);
    }
}

/* ---- what is so in the end ---- */

static bool is_past(const struct task *task)
{
    return strncmp(task_text(task, TASK_ID), "h:", 2) == 0;
}

/* Was it there for long enough to be met? */
static bool must_be_known(const struct task *task)
{
    return !is_past(task) && task->elapsed_ms != UNKNOWN && task->elapsed_ms >= SEEN_AFTER_MS;
}

/* The first task of calm that rough does not know, or knows otherwise; NULL. */
static const struct task *find_difference(const struct snapshot *calm, const struct snapshot *rough,
                                          size_t *out_compared)
{
    *out_compared = 0;
    for (size_t i = 0; i < snapshot_slots(calm); i++) {
        const struct task *task = snapshot_task_at(calm, i);
        if (!task)
            continue;
        const struct task *other = snapshot_find_task(rough, 0, task_text(task, TASK_ID));
        if ((!other && must_be_known(task)) || (other && other->state != task->state))
            return task;
        *out_compared += other != NULL;
    }
    return NULL;
}

static bool has_same_tasks(const struct snapshot *rough, const void *context)
{
    const struct session *session = context;
    size_t compared;
    struct snapshot *calm = engine_snapshot(session->calm.engine);
    bool is_same = !find_difference(calm, rough, &compared) && compared > 0;
    snapshot_unref(calm);
    return is_same;
}

static bool are_actions_over(const struct snapshot *s, const void *context)
{
    (void)context;
    for (size_t i = 0; i < s->action_count; i++) {
        if (!action_is_final(s->actions[i].state))
            return false;
    }
    return rig_is_ok(s, NULL);
}

/* Every action has an end that is true. */
static void check_actions(struct session *session, const struct snapshot *s)
{
    for (size_t i = 0; i < session->action_count; i++) {
        const struct action_record *record = snapshot_action(s, session->actions[i]);
        assert_non_null(record);
        session->ends[record->state]++;
        if (record->state == ACTION_FAILED || record->state == ACTION_REFUSED)
            assert_true(record->words[0]);
        if (record->state != ACTION_CONFIRMED)
            continue;
        bool is_cancel = record->kind == ACTION_CANCEL;
        const struct task *task =
            snapshot_find_task(s, 0, is_cancel ? record->task_id : record->new_task_id);
        assert_non_null(task);
        assert_false(is_cancel && task_is_alive(task));
    }
}

/* ---- the log ---- */

/* What a warning may be about while the faults last. */
static const struct {
    const char *words;
    const char *title;
} excuses[] = {
    {"(429)", "429"},
    {"(502)", "502"},
    {"broke off", "broken off"},
};
#define EXCUSE_COUNT (sizeof(excuses) / sizeof(excuses[0]))

struct log_figures {
    size_t logins;
    size_t warnings;
    size_t excused[EXCUSE_COUNT];
};

static void read_line(const char *line, bool is_over, struct log_figures *out)
{
    bool is_warning = strstr(line, " warn ") != NULL;
    bool is_excused = false;
    out->logins += strstr(line, "logged in as") != NULL;
    out->warnings += is_warning;
    for (size_t i = 0; i < EXCUSE_COUNT; i++) {
        bool is_this = strstr(line, excuses[i].words) != NULL;
        out->excused[i] += is_this;
        is_excused |= is_this;
    }
    bool is_clean = !strstr(line, " error ") && !strstr(line, "demo-secret") &&
                    (!is_warning || (is_excused && !is_over));
    if (!is_clean)
        fail_msg("the log is not clean%s: %s", is_over ? " after the faults" : "", line);
}

static void read_log(const struct session *session, struct log_figures *out)
{
    char line[2048];
    bool is_over = false;
    FILE *file = fopen(session->log, "r");
    assert_non_null(file);
    *out = (struct log_figures){0};
    while (fgets(line, sizeof(line), file)) {
        is_over |= strstr(line, "the faults are over") != NULL;
        read_line(line, is_over, out);
    }
    fclose(file);
    assert_true(is_over);
}

static void print_figures(const struct session *session, const struct snapshot *s, size_t compared,
                          const struct log_figures *log)
{
    print_message("%lld s: %llu requests, %zu logins, %u tasks, %zu of them compared\n",
                  (long long)session_ms() / 1000, (unsigned long long)s->sources[0].requests_total,
                  log->logins, s->totals.tasks, compared);
    print_message("%zu warnings:", log->warnings);
    for (size_t i = 0; i < EXCUSE_COUNT; i++)
        print_message(" %s %zu", excuses[i].title, log->excused[i]);
    print_message("\n%zu actions: %zu confirmed, %zu had ended, %zu refused, %zu failed\n",
                  session->action_count, session->ends[ACTION_CONFIRMED],
                  session->ends[ACTION_ALREADY_ENDED], session->ends[ACTION_REFUSED],
                  session->ends[ACTION_FAILED]);
}

static void go_on_in_peace(struct session *session)
{
    int64_t until_ms = clock_mono_ms() + 2000;
    log_info("test", "the faults are over");
    while (clock_mono_ms() < until_ms) {
        engine_wait(session->rough.engine, 100);
        snapshot_unref(engine_snapshot(session->rough.engine));
    }
}

static void rough_service_loses_no_task(void **state)
{
    (void)state;
    struct session session;
    struct log_figures log;
    size_t compared;
    open_session(&session);
    live(&session);
    rig_set_faults(&session.rough, "");
    struct snapshot *s = rig_wait(&session.rough, "the end of all actions", are_actions_over, NULL);
    snapshot_unref(s);
    s = rig_wait(&session.rough, "what the calm one knows", has_same_tasks, &session);
    check_actions(&session, s);
    go_on_in_peace(&session);
    struct snapshot *calm = engine_snapshot(session.calm.engine);
    find_difference(calm, s, &compared);
    snapshot_unref(calm);
    rig_close(&session.calm);
    engine_stop(session.rough.engine);
    log_close();
    read_log(&session, &log);
    assert_true(log.logins >= 3);
    print_figures(&session, s, compared, &log);
    snapshot_unref(s);
    sandbox_stop(session.rough.sandbox);
    config_finish(&session.rough.config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rough_service_loses_no_task),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
