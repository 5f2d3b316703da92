/* poller_internal.h - what the files of the poller share. Poller thread only, but for struct
 * poller's first group.
 *
 *   poller.c       the thread: commands in, transfers on, snapshots out
 *   poll_source.c  one profile: when it is asked, who is logged in, what its state is called
 *   poll_work.c    one job on its way through its requests: build, send, parse, log in and repeat
 *   poll_ops.c     what each op's answer does to the store
 *   poll_budget.c  requests: counted, kept in a file, bounded
 *   poll_action.c  tracked actions: cancel and retry until their end is known
 */
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "engine/audit.h"
#include "engine/request_count.h"
#include "model/filter_scope.h"
#include "model/model.h"
#include "model/store.h"
#include "net/http.h"
#include "net/latency.h"
#include "net/schedule.h"
#include "provider/provider.h"

/* Requests of one profile at the same time. */
#define POLL_IN_FLIGHT_MAX 6
/* What was asked by hand, and the login it needs, need not wait for a place. */
#define POLL_IN_FLIGHT_BY_HAND 2
/* How often the ended tasks of the last hours are asked for. */
#define POLL_HISTORY_REFRESH_MS 60000

enum login_state { LOGGED_OUT, LOGGING_IN, LOGGED_IN };

/* A task whose detail or result the UI wants to see kept fresh. */
struct want {
    char task_id[LIMIT_ID_BYTES]; /* "": nothing wanted */
    int asked_state;              /* the task's state when it was last asked for; -1: not yet */
    int64_t next_ms; /* monotonic; when it is asked for again; UNKNOWN: when the state changes */
    bool is_asking;
    bool wants_raw; /* a result's bytes too */
};

struct poll_source {
    struct poller *poller;
    uint16_t index;
    const struct profile *profile;
    struct provider *provider; /* NULL: the profile is unusable, the status says why */
    struct http_options http;
    struct schedule schedule;
    struct latency latency;
    enum login_state login;
    int64_t
        login_not_before_ms; /* monotonic; after a refused login, but for what is asked by hand */
    unsigned login_count;    /* tells an answer to an old token from one to the newest */
    int64_t token_until_ms;  /* monotonic; log in anew from then on */
    int64_t armed_until_ms;  /* monotonic; 0: not armed */
    int64_t hold_until_ms;   /* monotonic; the service asked for silence until then */
    bool is_listing;
    bool is_list_forced;       /* asked by hand, so also while paused */
    struct filter_scope scope; /* of the list that is under way, when not all tasks are wanted */
    bool wants_all;            /* the next list is to be a whole one */
    bool has_listed;           /* a list was given since the account was last found to have none */
    unsigned list_refusals;    /* in a row, since then */
    bool is_items_asking;
    int64_t items_next_ms;   /* monotonic; UNKNOWN: not wanted */
    int64_t history_next_ms; /* monotonic; UNKNOWN: not to be had */
    struct want detail;
    struct want result;
    size_t in_flight;
    struct request_count count;
    enum request_bound spent; /* not none: nothing is asked but by hand */
    int64_t budget_until_ms;  /* monotonic; from then on there is one again; 0: there is one */
    int64_t by_hand_until_ms; /* monotonic; until then it does not matter */
};

/* A job on its way. */
struct work {
    struct job job; /* job.task is task */
    struct poll_source *source;
    struct task *task;     /* a reference, or NULL */
    struct run_spec *spec; /* likewise */
    char item_id[LIMIT_ID_BYTES];
    char argument[LIMIT_ARGUMENT_BYTES];
    uint64_t transfer;    /* 0: waiting for its turn, or for the login */
    uint64_t action_id;   /* 0: not an action */
    int64_t asked_ms;     /* wall clock when the first request went out */
    int64_t put_off_ms;   /* monotonic; not sent before; 0: at once */
    unsigned put_offs;    /* how often in a row */
    unsigned login_count; /* the source's, when the request was sent */
    bool is_login_repeated;
    bool is_for_action; /* a login that an action waits for */
    struct work *prev, *next;
};

struct poller {
    /* immutable while the thread runs */
    struct model *model;
    const struct filter *wanted; /* NULL: all tasks */
    struct recorder *recorder;   /* NULL; its calls are the poller thread's */
    pthread_t thread;
    size_t source_count;
    _Atomic bool is_stopping;

    /* poller thread only */
    struct store *store;
    struct http_client *http;
    struct poll_source *sources;
    struct work *works; /* all, in the order they want their turn */
    uint64_t random;
    struct audit audit;
    char *count_path;     /* where the requests of the month are kept; NULL: nowhere */
    int64_t next_sync_ms; /* monotonic */
};

/* ---- poller.c ---- */

uint64_t poller_random(struct poller *poller);

/* ---- poll_source.c ---- */

void poll_source_init(struct poll_source *source, struct poller *poller, uint16_t index,
                      const struct profile *profile);
void poll_source_finish(struct poll_source *source);
struct source_status *poll_source_status(struct poll_source *source);
/* Starts what is due: list, items, wanted details. */
void poll_source_tick(struct poll_source *source, int64_t mono_ms);
/* Monotonic time of the next thing to do without being woken. */
int64_t poll_source_next_ms(const struct poll_source *source, int64_t mono_ms);
/* What is known of a task, or, of one on no list we saw, its id and nothing else. The reference is
 * the caller's. */
struct task *poll_source_task(const struct poll_source *source, const char *id);
/* From now on the task is one of ours: the next list, on which it may be missing, asks for it. */
void poll_source_watch(struct poll_source *source, const char *task_id);
/* Tells people when the next poll is due and when its absence makes the data stale. */
void poll_source_note_plan(struct poll_source *source);
/* A list came: all is well. is_active: something is alive or new. latency_ms may be UNKNOWN. */
void poll_source_note_success(struct poll_source *source, bool is_active, int64_t latency_ms);
/* A list or a login failed. */
void poll_source_note_failure(struct poll_source *source, const struct error *err,
                              int64_t retry_after_ms);
/* The service asked to be left alone for a while (429). */
void poll_source_hold(struct poll_source *source, int64_t retry_after_ms);
/* Allows actions on an armed profile for a while; 0 ends that. */
void poll_source_arm(struct poll_source *source, int64_t duration_ms);
/* Something happened: look again after delay_ms. */
void poll_source_hurry(struct poll_source *source, int64_t delay_ms);

/* ---- poll_budget.c ---- */

void poll_budget_init(struct poll_source *source);
/* A request goes out. */
void poll_budget_count(struct poll_source *source, int64_t mono_ms);
/* Something was asked by hand: it and what shows how it ended go out in any case. */
void poll_budget_by_hand(struct poll_source *source);
/* May a request go out that nobody asked for by hand? */
bool poll_budget_allows(const struct poll_source *source, int64_t mono_ms);
/* The same, and when the budget has just been used up the status says so. */
bool poll_budget_check(struct poll_source *source, int64_t mono_ms);
/* Reads and writes the file when that is due. */
void poll_budget_sync(struct poller *poller, int64_t mono_ms);
/* At the end. */
void poll_budget_save(struct poller *poller);

/* ---- poll_work.c ---- */

/* Queues a job. task may be NULL; its reference is not taken. is_urgent: before all that waits. */
struct work *work_add(struct poll_source *source, enum op op, const struct task *task,
                      bool is_urgent);
/* What a job is about besides its task; copied. */
void work_set_item(struct work *work, const char *item_id, const char *argument);
/* Sends what may be sent; logs in where that is needed first. */
void work_pump(struct poller *poller);
/* Handles one finished transfer. */
void work_receive(struct poller *poller, const struct http_done *done);
/* Drops jobs of that op about other tasks than the one that is wanted now. */
void work_drop_unwanted(struct poll_source *source, enum op op, const char *wanted_id);
/* Monotonic time at which a job that was put off, or may log in again, is due; INT64_MAX when none
 * is.
 */
int64_t work_next_ms(const struct poller *poller, int64_t mono_ms);
/* Drops all jobs without a word: at the end. */
void work_drop_all(struct poller *poller);

/* ---- poll_ops.c ---- */

/* Gives a batch's tasks to the store; the batch has none then. Both times are the wall clock's. The
 * caller finishes the outcome. */
struct merge_outcome poll_merge(struct store *store, uint16_t source, struct batch *batch,
                                int64_t asked_ms, int64_t now_ms);
void poll_op_done(struct work *work, struct batch *batch, int64_t latency_ms);
/* One page of a list, or one leg of a detail, that goes on. */
void poll_op_page(struct work *work, struct batch *batch);
/* batch: what the failed answer told all the same; NULL when there was none. */
void poll_op_failed(struct work *work, const struct batch *batch, const struct error *err,
                    int64_t retry_after_ms);

/* ---- poll_action.c ---- */

/* Checks mode and target again, makes the record, starts the request. */
void poll_action_start(struct poll_source *source, const struct command *command);
void poll_action_done(struct work *work, struct batch *batch);
void poll_action_failed(struct work *work, const struct batch *batch, const struct error *err);
/* The end of a task that the service did not know when it was to be cancelled is known, or not to
 * be had. */
void poll_action_fate_known(struct work *work);
/* Compares accepted cancels with what the store knows by now. Returns the wall clock time at which
 * to look again, UNKNOWN when there is nothing to look for. */
int64_t poll_action_track(struct poller *poller, int64_t wall_ms);
