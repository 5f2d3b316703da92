/* adobe_schedules.h - queries that run again and again: schedules, and their runs.
 *
 * A new schedule is REGISTERING for a moment, then ENABLED; DISABLED it neither runs nor can be
 * triggered. A run waits until fewer than the schedule's maxActiveRuns go on, then submits a real
 * query; how that goes is how the run goes. Threads: whoever holds the service's lock.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/error.h"
#include "net/json.h"
#include "sandbox/adobe_queries.h"
#include "sandbox/adobe_templates.h"
#include "sandbox/cron.h"

enum schedule_state { SCHEDULE_REGISTERING, SCHEDULE_ENABLED, SCHEDULE_DISABLED };
enum run_state { RUN_WAITING, RUN_IN_PROGRESS, RUN_SUCCESS, RUN_FAILED };

/* Between creation and ENABLED. */
#define SCHEDULE_REGISTERING_MS 1000

struct adobe_run {
    char id[ADOBE_ID_LENGTH + 1];
    char task_id[11];
    int64_t created_ms;        /* wall clock, as all times here */
    int64_t ended_ms;          /* of a run without a query; 0: not yet */
    bool is_external;          /* triggered by somebody */
    struct adobe_query *query; /* NULL: not yet, or never; stays as long as the run */
    char *failure;             /* why there is no query; owned */
    TAILQ_ENTRY(adobe_run) link;
};

TAILQ_HEAD(adobe_run_list, adobe_run);

struct adobe_schedule {
    char id[ADOBE_ID_LENGTH + 1];
    enum schedule_state state;
    const struct account *user;
    char *user_id;
    char *last_user_id;
    char *client_id;
    char *query; /* JSON, as it was given */
    char *template_id;
    char *rule; /* "@once", or as cron.h has it */
    char *start_date;
    char *end_date; /* NULL: none */
    struct cron cron;
    bool is_once;
    int64_t start_ms;
    int64_t end_ms;  /* INT64_MAX: never */
    int64_t next_ms; /* when it is due; TIME_UNKNOWN: not any more */
    unsigned active_max;
    int64_t created_ms;
    int64_t updated_ms;
    struct adobe_run_list runs; /* oldest first */
    size_t run_count;
    TAILQ_ENTRY(adobe_schedule) link;
};

TAILQ_HEAD(adobe_schedule_list, adobe_schedule);

struct adobe_schedules {
    struct adobe_schedule_list list; /* oldest first */
    size_t count;
    struct rng rng;
    /* borrowed */
    struct adobe_queries *queries;
    struct adobe_templates *templates;
    struct tasks *tasks;
};

void adobe_schedules_init(struct adobe_schedules *schedules, uint64_t seed,
                          struct adobe_queries *queries, struct adobe_templates *templates,
                          struct tasks *tasks);
/* Before the queries end. */
void adobe_schedules_finish(struct adobe_schedules *schedules);

struct adobe_schedule *adobe_schedules_find(const struct adobe_schedules *schedules,
                                            const char *id);
struct adobe_run *adobe_schedule_find_run(const struct adobe_schedule *schedule, const char *id);

/* Makes a schedule of {"query":{...}, "schedule":{...}}. NULL when it cannot be run. */
struct adobe_schedule *adobe_schedules_add(struct adobe_schedules *schedules,
                                           const struct json *body, const struct account *user,
                                           const char *client_id, int64_t now_ms,
                                           struct error *err);
/* Enables or disables. False when it is that already, or not registered. */
bool adobe_schedule_switch(struct adobe_schedule *schedule, bool is_enabled, const char *user_id,
                           int64_t now_ms, struct error *err);
bool adobe_schedule_change_rule(struct adobe_schedule *schedule, const char *rule,
                                const char *user_id, int64_t now_ms, struct error *err);
/* Forgets a schedule and its runs; the queries stay. False unless it is disabled and rests. */
bool adobe_schedules_remove(struct adobe_schedules *schedules, struct adobe_schedule *schedule,
                            struct error *err);

/* Adds a run that somebody wants now. False unless the schedule is enabled. */
bool adobe_schedule_trigger(struct adobe_schedules *schedules, struct adobe_schedule *schedule,
                            int64_t now_ms, struct error *err);
/* Ends a run; one that has ended stays as it is. */
void adobe_run_cancel(struct adobe_schedules *schedules, struct adobe_run *run, int64_t now_ms);
enum run_state adobe_run_state(const struct adobe_run *run);
/* "SUCCESS": the words that a run may have; one that waits is in progress too. */
const char *adobe_run_word(const struct adobe_run *run);
int64_t adobe_run_updated_ms(const struct adobe_run *run);

/* Does what is due: registers, adds runs, submits queries. Returns when something is due next;
 * INT64_MAX: nothing, as long as no query ends and no schedule changes. */
int64_t adobe_schedules_advance(struct adobe_schedules *schedules, int64_t now_ms);

/* adobe_clock.c: a thread that does so all the time. */
struct adobe_clock {
    pthread_t thread;
    bool is_started;
};
struct sandbox;
bool adobe_clock_start(struct sandbox *sandbox, struct error *err);
/* Joins it; once is_stopping is set. */
void adobe_clock_stop(struct sandbox *sandbox);
