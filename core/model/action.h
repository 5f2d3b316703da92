/* action.h - a tracked request to change something: cancel, retry.
 *
 * A record is made when the request is made and stays in the snapshot until its end is known and
 * has been seen. Plain data; any thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/limits.h"

enum action_kind { ACTION_CANCEL, ACTION_RETRY, ACTION_KIND_COUNT };

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
    char task_id[LIMIT_ID_BYTES];
    char task_title[120];
    char new_task_id[LIMIT_ID_BYTES]; /* retry: the task it led to; "" */
    char words[200];                  /* the service's own words, sanitised; "" */
    enum error_code code;             /* for exit codes: why it was refused or failed */
    int64_t asked_ms;                 /* wall clock */
    int64_t changed_ms;
};

bool action_is_final(enum action_state state);
const char *action_kind_name(enum action_kind kind);
/* What a row or the message line says: "cancel asked", "cancel accepted, still running after 12s",
 * "retried as 6f1c", "cancel refused: " and the service's words. Cut at out_size - 1 bytes. */
void action_format(const struct action_record *record, int64_t now_ms, char *out,
                   unsigned long out_size);
