/* model.h - the one object that two threads share.
 *
 * A mutex, the newest snapshot, a bounded queue of commands, and a wake-up each way. All locking of
 * the program's core is in model.c; the lock is held only to swap a pointer or to copy one command.
 * Data go up as snapshots, which coalesce by nature; commands go down and are never lost silently:
 * a full queue refuses.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"
#include "model/action.h"
#include "model/run_spec.h"
#include "model/snapshot.h"

#define SOURCE_ALL UINT16_MAX

enum command_kind {
    COMMAND_REFRESH,     /* ask now */
    COMMAND_PAUSE,       /* number: 1 pause, 0 go on */
    COMMAND_INTERVAL,    /* number: poll interval in ms */
    COMMAND_ARM,         /* number: for how many ms actions are allowed; 0 disarms */
    COMMAND_ACT,         /* action, action_id, and what the action is about */
    COMMAND_WANT_DETAIL, /* task_id: read it, and keep it fresh while the task lives */
    COMMAND_WANT_RESULT, /* task_id; number: 1 with its bytes */
    COMMAND_WANT_ITEMS,
    COMMAND_WANT_PARTS, /* item_id */
    COMMAND_WATCH,      /* task_id: a task that may be on no list */
    COMMAND_DISMISS,    /* action_id: the end of an action has been seen */
    COMMAND_STOP,
    COMMAND_KIND_COUNT,
};

/* Ids, never pointers or rows: the thing may be gone when the command arrives. */
struct command {
    enum command_kind kind;
    uint16_t source; /* or SOURCE_ALL */
    enum action_kind action;
    uint64_t action_id;
    int64_t number;
    char task_id[LIMIT_ID_BYTES];
    char item_id[LIMIT_ID_BYTES];
    char argument[LIMIT_ARGUMENT_BYTES];
    struct run_spec *spec; /* ACTION_RUN: a reference that travels with the command; else NULL */
};

struct model;

/* Starts with an empty snapshot of source_count sources. */
struct model *model_create(const struct snapshot *first, struct error *err);
void model_destroy(struct model *model);

/* UI thread. */

/* The newest snapshot, with a reference of the caller's. Never NULL. */
struct snapshot *model_snapshot(struct model *model);
/* Readable (poll(2)) after a snapshot newer than the last model_snapshot() was published. */
int model_wake_fd(const struct model *model);
/* False when the queue is full: err says so. A spec's reference is taken only when it is true. */
bool model_send(struct model *model, const struct command *command, struct error *err);
/* Any thread: a number no action has had yet. */
uint64_t model_next_action_id(struct model *model);

/* Poller thread. */

/* Takes the reference; the one before is let go. */
void model_publish(struct model *model, struct snapshot *snapshot);
bool model_take_command(struct model *model, struct command *out);
/* Called after each model_send(), without the lock: must only wake the poller. */
void model_set_waker(struct model *model, void (*wake)(void *context), void *context);
