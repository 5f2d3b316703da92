/* action.h - a tracked request to change something: cancel, retry, run, check out a branch.
 *
 * A record is made when the request is made and stays in the snapshot until its end is known and
 * has been seen. What an action is about, and how dangerous it is, stands in one table, which the
 * engine obeys. Plain data; any thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/limits.h"

enum action_kind {
    ACTION_CANCEL,
    ACTION_RETRY,
    ACTION_HIDE,
    ACTION_RUN,
    ACTION_SWITCH_WORKSPACE, /* argument: the workspace */
    ACTION_CHECKOUT,         /* argument: the branch */
    ACTION_TEST_GIT,
    ACTION_VALIDATE,
    ACTION_RESET_TO_PRODUCTION,
    ACTION_RESET_TO_REMOTE,
    ACTION_DEPLOY,
    ACTION_ENABLE,
    ACTION_DISABLE,
    ACTION_TRIGGER,
    ACTION_READ_RUN,   /* argument: the run */
    ACTION_CANCEL_RUN, /* argument: the run */
    ACTION_KIND_COUNT,
};

enum action_target { TARGET_TASK, TARGET_ITEM, TARGET_SERVICE };

/* What there may be around the tasks; model/item.h tells of each. */
enum item_kind {
    ITEM_PROJECT,
    ITEM_BRANCH,
    ITEM_TEMPLATE,
    ITEM_SCHEDULE,
    ITEM_RUN,
    ITEM_CONNECTION,
    ITEM_KIND_COUNT,
};

/* What the profile's mode has to say about it. Nothing is unclassed: 0 is no class. */
enum action_class {
    ACTION_CLASS_OWN = 1, /* reads, or changes only our own session: always allowed */
    ACTION_CLASS_WRITE,   /* changes something of the service: not on a read-only profile */
    ACTION_CLASS_DANGER,  /* loses or publishes somebody's work: asked for harder */
};

struct action_info {
    const char *name; /* for people: "reset to production" */
    const char *word; /* for programs: "reset-to-production" */
    enum action_class class;
    enum action_target target;
    enum item_kind item;        /* TARGET_ITEM: the kind that it is for */
    bool names_part;            /* wants a part of the item for an argument: a branch */
    unsigned cap;               /* enum provider_cap that it needs */
    unsigned task_flag;         /* enum task_flag that it needs; 0 */
    bool needs_dev;             /* only in a workspace other than production */
    bool is_received;           /* a good answer says only that the service has taken it */
    const char *refusal;        /* why a task that lacks task_flag can not have it; NULL */
    const char *warning;        /* what is lost or published, for the confirmation; NULL */
    const char *writes_warning; /* the same for a task that TASK_WRITES; NULL: as any other */
};
extern const struct action_info action_infos[ACTION_KIND_COUNT];

enum action_state {
    ACTION_ASKED,         /* the request is on its way */
    ACTION_ACCEPTED,      /* the service took it; the effect is not seen yet */
    ACTION_STILL_RUNNING, /* accepted a while ago and the task runs on; still watched */
    ACTION_CONFIRMED,     /* the effect was seen: gone from the service, or the new task exists */
    ACTION_ALREADY_ENDED, /* the task had ended before the request came */
    ACTION_REFUSED,       /* not allowed: by the service, or by the profile's mode */
    ACTION_FAILED,        /* could not be asked, or the service failed */
    ACTION_STATE_COUNT,
};

struct action_record {
    uint64_t id; /* unique in this process, rising */
    enum action_kind kind;
    enum action_state state;
    uint16_t source;
    char task_id[LIMIT_ID_BYTES]; /* TARGET_TASK */
    char task_title[120];
    char item_id[LIMIT_ID_BYTES]; /* TARGET_ITEM */
    char argument[LIMIT_ARGUMENT_BYTES];
    char new_task_id[LIMIT_ID_BYTES]; /* retry and run: the task it led to; "" */
    char words[400];                  /* the service's own words, sanitised; "" */
    char field[64];                   /* run: the parameter that the service refused; "" */
    enum error_code code;             /* for exit codes: why it was refused or failed */
    int64_t asked_ms;                 /* wall clock */
    int64_t changed_ms;
};

/* For programs: "still_running". */
const char *action_state_name(enum action_state state);
bool action_is_final(enum action_state state);
/* What a row or the message line says: "cancel asked", "cancel accepted, still running after 12s",
 * "retried as 6f1c", "cancel refused: " and the service's words. Cut at out_size - 1 bytes. */
void action_format(const struct action_record *record, int64_t now_ms, char *out,
                   unsigned long out_size);
