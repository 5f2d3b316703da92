#include "sandbox/adobe_schedules.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/timefmt.h"
#include "base/xalloc.h"
#include "sandbox/adobe_gate.h"
#include "sandbox/adobe_order.h"
#include "sandbox/tasks.h"

#define SCHEDULES_MAX 1000
/* The oldest that has ended makes room for a new one. */
#define RUNS_MAX   1000
#define ACTIVE_MAX 100

void adobe_schedules_init(struct adobe_schedules *schedules, uint64_t seed,
                          struct adobe_queries *queries, struct adobe_templates *templates,
                          struct tasks *tasks)
{
    *schedules = (struct adobe_schedules){.rng = {.state = seed ^ 0x5C4ED},
                                          .queries = queries,
                                          .templates = templates,
                                          .tasks = tasks};
    TAILQ_INIT(&schedules->list);
}

static void destroy_run(struct adobe_schedule *schedule, struct adobe_run *run)
{
    TAILQ_REMOVE(&schedule->runs, run, link);
    schedule->run_count--;
    if (run->query)
        run->query->is_pinned = false;
    free(run->failure);
    free(run);
}

static void destroy(struct adobe_schedules *schedules, struct adobe_schedule *schedule)
{
    struct adobe_run *run;
    while ((run = TAILQ_FIRST(&schedule->runs)))
        destroy_run(schedule, run);
    TAILQ_REMOVE(&schedules->list, schedule, link);
    schedules->count--;
    free(schedule->user_id);
    free(schedule->last_user_id);
    free(schedule->client_id);
    free(schedule->query);
    free(schedule->template_id);
    free(schedule->rule);
    free(schedule->start_date);
    free(schedule->end_date);
    free(schedule);
}

void adobe_schedules_finish(struct adobe_schedules *schedules)
{
    struct adobe_schedule *schedule;
    while ((schedule = TAILQ_FIRST(&schedules->list)))
        destroy(schedules, schedule);
}

struct adobe_schedule *adobe_schedules_find(const struct adobe_schedules *schedules, const char *id)
{
    struct adobe_schedule *schedule;
    TAILQ_FOREACH(schedule, &schedules->list, link)
    {
        if (strcmp(schedule->id, id) == 0)
            return schedule;
    }
    return NULL;
}

struct adobe_run *adobe_schedule_find_run(const struct adobe_schedule *schedule, const char *id)
{
    struct adobe_run *run;
    TAILQ_FOREACH(run, &schedule->runs, link)
    {
        if (strcmp(run->id, id) == 0)
            return run;
    }
    return NULL;
}

static char *copy_text(const char *text)
{
    return text ? xstrdup(text) : NULL;
}

static char *copy_json(const struct json *json)
{
    struct strbuf text;
    strbuf_init(&text, LIMIT_REQUEST_BODY_BYTES);
    json_format(json, false, &text);
    return strbuf_take(&text, NULL);
}

/* What was due while it could not run is left out. */
static void plan(struct adobe_schedule *schedule, int64_t now_ms)
{
    int64_t from_ms = schedule->start_ms > now_ms ? schedule->start_ms - 1 : now_ms;
    if (!schedule->is_once)
        schedule->next_ms = cron_next(&schedule->cron, from_ms);
    else
        schedule->next_ms = schedule->run_count == 0 ? schedule->start_ms : TIME_UNKNOWN;
    if (schedule->next_ms > schedule->end_ms)
        schedule->next_ms = TIME_UNKNOWN;
}

static bool read_rule(struct adobe_schedule *schedule, const char *rule, struct error *err)
{
    struct cron cron = {.is_any_day = true};
    bool is_once = strcmp(rule, "@once") == 0;
    if (!is_once && !cron_parse(rule, &cron, err))
        return false;
    schedule->is_once = is_once;
    schedule->cron = cron;
    free(schedule->rule);
    schedule->rule = xstrdup(rule);
    return true;
}

static bool read_times(struct adobe_schedule *schedule, const struct json *times, struct error *err)
{
    const char *rule = json_string(json_get(times, "schedule"), NULL);
    const char *start = json_string(json_get(times, "startDate"), NULL);
    const char *end = json_string(json_get(times, "endDate"), NULL);
    int64_t active_max = json_int(json_get(times, "maxActiveRuns"), 1);
    if (!rule || !start)
        return error_set(err, ERR_USAGE, "schedule must have schedule and startDate");
    if (!parse_iso8601(start, &schedule->start_ms))
        return error_set(err, ERR_USAGE, "startDate must be a time such as 2026-11-20T08:15:00Z");
    if (end && (!parse_iso8601(end, &schedule->end_ms) || schedule->end_ms < schedule->start_ms))
        return error_set(err, ERR_USAGE, "endDate must be a time after startDate");
    if (active_max < 1 || active_max > ACTIVE_MAX)
        return error_set(err, ERR_USAGE, "maxActiveRuns must be from 1 to %d", ACTIVE_MAX);
    schedule->active_max = (unsigned)active_max;
    schedule->start_date = xstrdup(start);
    schedule->end_date = copy_text(end);
    return read_rule(schedule, rule, err);
}

static bool read_query(const struct adobe_schedules *schedules, struct adobe_schedule *schedule,
                       const struct json *query, struct error *err)
{
    struct adobe_order order;
    if (!json_is_object(query))
        return error_set(err, ERR_USAGE, "query must be an object");
    if (!adobe_order_make(&order, schedules->templates, query, err))
        return false;
    schedule->template_id = copy_text(order.wish.template_id);
    schedule->query = copy_json(query);
    adobe_order_finish(&order);
    return true;
}

struct adobe_schedule *adobe_schedules_add(struct adobe_schedules *schedules,
                                           const struct json *body, const struct account *user,
                                           const char *client_id, int64_t now_ms, struct error *err)
{
    char user_id[ADOBE_USER_BYTES];
    if (schedules->count >= SCHEDULES_MAX) {
        error_set(err, ERR_USAGE, "this service keeps no more than %d schedules", SCHEDULES_MAX);
        return NULL;
    }
    struct adobe_schedule *schedule = xcalloc(1, sizeof(*schedule));
    adobe_make_id(&schedules->rng, schedule->id);
    schedule->user = user;
    schedule->user_id = xstrdup(adobe_user_id(user, user_id, sizeof(user_id)));
    schedule->last_user_id = xstrdup(user_id);
    schedule->client_id = copy_text(client_id);
    schedule->end_ms = INT64_MAX;
    schedule->created_ms = schedule->updated_ms = now_ms;
    TAILQ_INIT(&schedule->runs);
    TAILQ_INSERT_TAIL(&schedules->list, schedule, link);
    schedules->count++;
    if (read_query(schedules, schedule, json_get(body, "query"), err) &&
        read_times(schedule, json_get(body, "schedule"), err)) {
        plan(schedule, now_ms);
        return schedule;
    }
    destroy(schedules, schedule);
    return NULL;
}

static void note_change(struct adobe_schedule *schedule, const char *user_id, int64_t now_ms)
{
    free(schedule->last_user_id);
    schedule->last_user_id = xstrdup(user_id);
    schedule->updated_ms = now_ms;
    plan(schedule, now_ms);
}

bool adobe_schedule_switch(struct adobe_schedule *schedule, bool is_enabled, const char *user_id,
                           int64_t now_ms, struct error *err)
{
    enum schedule_state wanted = is_enabled ? SCHEDULE_ENABLED : SCHEDULE_DISABLED;
    if (schedule->state == SCHEDULE_REGISTERING)
        return error_set(err, ERR_USAGE, "The schedule is being registered. Please try later.");
    if (schedule->state == wanted)
        return error_set(err, ERR_USAGE, "The schedule is already %s",
                         is_enabled ? "enabled" : "disabled");
    schedule->state = wanted;
    note_change(schedule, user_id, now_ms);
    return true;
}

bool adobe_schedule_change_rule(struct adobe_schedule *schedule, const char *rule,
                                const char *user_id, int64_t now_ms, struct error *err)
{
    if (!read_rule(schedule, rule, err))
        return false;
    note_change(schedule, user_id, now_ms);
    return true;
}

static bool is_alive(const struct adobe_run *run)
{
    return adobe_run_state(run) <= RUN_IN_PROGRESS;
}

bool adobe_schedules_remove(struct adobe_schedules *schedules, struct adobe_schedule *schedule,
                            struct error *err)
{
    const struct adobe_run *run;
    if (schedule->state != SCHEDULE_DISABLED)
        return error_set(err, ERR_USAGE,
                         "Please disable the schedule before requesting delete operation");
    TAILQ_FOREACH(run, &schedule->runs, link)
    {
        if (is_alive(run))
            return error_set(err, ERR_USAGE,
                             "There are active run(s) for this schedule, please wait");
    }
    destroy(schedules, schedule);
    return true;
}

static void make_room(struct adobe_schedule *schedule)
{
    struct adobe_run *run;
    TAILQ_FOREACH(run, &schedule->runs, link)
    {
        if (!is_alive(run)) {
            destroy_run(schedule, run);
            return;
        }
    }
}

static void add_run(struct adobe_schedules *schedules, struct adobe_schedule *schedule,
                    bool is_external, int64_t now_ms)
{
    struct adobe_run *run = xcalloc(1, sizeof(*run));
    if (schedule->run_count >= RUNS_MAX)
        make_room(schedule);
    adobe_make_id(&schedules->rng, run->id);
    rng_text(&schedules->rng, run->task_id, sizeof(run->task_id), RNG_BASE62);
    run->created_ms = now_ms;
    run->is_external = is_external;
    TAILQ_INSERT_TAIL(&schedule->runs, run, link);
    schedule->run_count++;
}

bool adobe_schedule_trigger(struct adobe_schedules *schedules, struct adobe_schedule *schedule,
                            int64_t now_ms, struct error *err)
{
    if (schedule->state != SCHEDULE_ENABLED)
        return error_set(err, ERR_USAGE, "Schedule is disabled. Immediate run cannot be triggered");
    if (schedule->run_count >= RUNS_MAX && is_alive(TAILQ_FIRST(&schedule->runs)))
        return error_set(err, ERR_USAGE, "Too many runs of this schedule are waiting");
    add_run(schedules, schedule, true, now_ms);
    return true;
}

static void end_without_query(struct adobe_run *run, const char *why, int64_t now_ms)
{
    run->failure = xstrdup(why);
    run->ended_ms = now_ms;
}

void adobe_run_cancel(struct adobe_schedules *schedules, struct adobe_run *run, int64_t now_ms)
{
    if (adobe_run_state(run) == RUN_WAITING)
        end_without_query(run, "The run was cancelled before it began", now_ms);
    else if (run->query && run->query->task)
        tasks_kill(schedules->tasks, run->query->task, now_ms);
}

enum run_state adobe_run_state(const struct adobe_run *run)
{
    if (!run->query)
        return run->failure ? RUN_FAILED : RUN_WAITING;
    if (adobe_query_is_alive(run->query))
        return RUN_IN_PROGRESS;
    return run->query->state == ADOBE_SUCCESS ? RUN_SUCCESS : RUN_FAILED;
}

const char *adobe_run_word(const struct adobe_run *run)
{
    static const char *const words[] = {
        [RUN_WAITING] = "IN_PROGRESS",
        [RUN_IN_PROGRESS] = "IN_PROGRESS",
        [RUN_SUCCESS] = "SUCCESS",
        [RUN_FAILED] = "FAILED",
    };
    return words[adobe_run_state(run)];
}

int64_t adobe_run_updated_ms(const struct adobe_run *run)
{
    if (run->query)
        return run->query->updated_ms;
    return run->ended_ms ? run->ended_ms : run->created_ms;
}

static void start_run(struct adobe_schedules *schedules, const struct adobe_schedule *schedule,
                      struct adobe_run *run, int64_t now_ms)
{
    struct adobe_order order;
    struct error err;
    struct json *body = json_parse(schedule->query, strlen(schedule->query), NULL);
    if (adobe_order_make(&order, schedules->templates, body, &err)) {
        order.wish.user = schedule->user;
        order.wish.client = "API";
        order.wish.client_id = schedule->client_id;
        order.wish.schedule_id = schedule->id;
        order.wish.schedule_run_id = run->id;
        order.wish.created_ms = now_ms;
        run->query = adobe_queries_submit(schedules->queries, schedules->tasks, &order.wish);
        run->query->is_pinned = true;
        adobe_order_finish(&order);
    } else
        end_without_query(run, err.message, now_ms);
    json_destroy(body);
}

/* Starts what waits, oldest first, as far as the schedule and the service allow. */
static void start_waiting(struct adobe_schedules *schedules, struct adobe_schedule *schedule,
                          int64_t now_ms)
{
    struct adobe_run *run;
    unsigned active = 0;
    TAILQ_FOREACH(run, &schedule->runs, link)
    {
        active += adobe_run_state(run) == RUN_IN_PROGRESS;
    }
    TAILQ_FOREACH(run, &schedule->runs, link)
    {
        if (active >= schedule->active_max || !tasks_has_room(schedules->tasks))
            return;
        if (adobe_run_state(run) == RUN_WAITING) {
            start_run(schedules, schedule, run, now_ms);
            active += run->query != NULL;
        }
    }
}

/* A schedule that is slower than its rule has one run that waits, not many. */
static bool has_waiting(const struct adobe_schedule *schedule)
{
    const struct adobe_run *last = TAILQ_LAST(&schedule->runs, adobe_run_list);
    return last && adobe_run_state(last) == RUN_WAITING;
}

static void do_due(struct adobe_schedules *schedules, struct adobe_schedule *schedule,
                   int64_t now_ms)
{
    if (schedule->state == SCHEDULE_REGISTERING &&
        now_ms >= schedule->created_ms + SCHEDULE_REGISTERING_MS)
        schedule->state = SCHEDULE_ENABLED;
    if (schedule->state == SCHEDULE_ENABLED && schedule->next_ms != TIME_UNKNOWN &&
        now_ms >= schedule->next_ms) {
        if (!has_waiting(schedule))
            add_run(schedules, schedule, false, now_ms);
        plan(schedule, now_ms);
    }
    start_waiting(schedules, schedule, now_ms);
}

static int64_t next_of(const struct adobe_schedule *schedule)
{
    if (schedule->state == SCHEDULE_REGISTERING)
        return schedule->created_ms + SCHEDULE_REGISTERING_MS;
    if (schedule->state == SCHEDULE_DISABLED || schedule->next_ms == TIME_UNKNOWN)
        return INT64_MAX;
    return schedule->next_ms;
}

int64_t adobe_schedules_advance(struct adobe_schedules *schedules, int64_t now_ms)
{
    int64_t next_ms = INT64_MAX;
    struct adobe_schedule *schedule;
    TAILQ_FOREACH(schedule, &schedules->list, link)
    {
        do_due(schedules, schedule, now_ms);
        if (next_of(schedule) < next_ms)
            next_ms = next_of(schedule);
    }
    return next_ms;
}
