/* source.h - what is known of one profile's service at this moment. Plain data; any thread. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/limits.h"

enum source_state {
    SOURCE_STARTING, /* nothing heard yet */
    SOURCE_OK,
    SOURCE_STALE,    /* the answer that was due is overdue by two intervals */
    SOURCE_ERROR,    /* the last poll failed; error says why */
    SOURCE_LOGIN,    /* credentials were refused; asked again slowly */
    SOURCE_LIMITED,  /* the service asked to wait, or the profile's budget is used up */
    SOURCE_DISABLED, /* will not be asked again until something changes by hand */
    SOURCE_STATE_COUNT,
};

/* The contract's word: ok, stale, error, login, limited, disabled; "starting" before the first
 * answer. */
const char *source_state_name(enum source_state state);

/* The ended tasks of before we looked, where a question of its own asks for them. */
enum source_past {
    PAST_NONE, /* nobody asks: the list has them, or they are not to be had */
    PAST_AWAITED,
    PAST_KNOWN,
    PAST_MISSED, /* asked for in vain; asked for again */
    PAST_COUNT,
};
/* For programs: "none", "awaited", "known", "missed". */
const char *source_past_name(enum source_past past);

enum profile_mode { MODE_READ_ONLY, MODE_ARMED, MODE_READ_WRITE, MODE_COUNT };
const char *profile_mode_name(enum profile_mode mode);

/* What a provider can do at all; what a task allows is in its flags. */
enum provider_cap {
    CAP_CANCEL = 1 << 0,
    CAP_RETRY = 1 << 1,
    CAP_RESULTS = 1 << 2,
    CAP_PROJECTS = 1 << 3,
    CAP_DETAIL = 1 << 4,
    CAP_CREATE = 1 << 5,
    CAP_HISTORY = 1 << 6,
    CAP_TEMPLATES = 1 << 7,
    CAP_SCHEDULES = 1 << 8,
    CAP_CONNECTION = 1 << 9,
    CAP_HIDE = 1 << 10,      /* a task can be taken off the list */
    CAP_RUN_QUERY = 1 << 11, /* new tasks: of a query, a Look or an explore */
    CAP_RUN_SQL = 1 << 12,   /* new tasks: of SQL or a template, also into a data set */
};

/* There is something around the tasks; model/item.h. */
#define CAP_ITEMS ((unsigned)(CAP_PROJECTS | CAP_TEMPLATES | CAP_SCHEDULES | CAP_CONNECTION))

struct source_status {
    /* immutable */
    char profile[LIMIT_NAME_BYTES];
    char provider[LIMIT_NAME_BYTES]; /* "looker" */
    char host[128];                  /* "acme.cloud.looker.com:19999" */
    unsigned caps;                   /* enum provider_cap */
    enum profile_mode mode;
    bool verify_tls;
    int64_t requests_per_minute_max; /* 0: no bound */
    int64_t requests_per_month_max;
    /* changes */
    enum source_state state;     /* as of the last event; see source_state_at() */
    struct error error;          /* the last failure in plain words; ERR_NONE while all is well */
    char user[LIMIT_NAME_BYTES]; /* who we are logged in as; "" unknown */
    char workspace[LIMIT_NAME_BYTES]; /* "" unknown */
    int64_t interval_ms;
    int64_t latency_ms;     /* of the last good poll; UNKNOWN */
    int64_t data_ms;        /* wall clock of the last good poll; UNKNOWN: none yet */
    int64_t stale_at_ms;    /* wall clock from which the data are stale; UNKNOWN: nothing is due */
    int64_t next_try_ms;    /* wall clock of the next poll; UNKNOWN while one is under way */
    int64_t clock_ahead_ms; /* the service's clock minus ours; 0 when it does not tell */
    int64_t armed_until_ms; /* wall clock; actions are allowed until then; UNKNOWN: not armed */
    enum source_past past;
    char protocol[12]; /* of the last answer: "HTTP/2"; "" nothing heard */
    bool is_paused;
    bool is_partial; /* the list is known to be incomplete */
    char partial_reason[200];
    uint32_t requests_last_minute;
    uint64_t
        requests_this_month; /* calendar month in UTC; of all programs that keep count together */
    uint64_t requests_total;
    uint64_t bytes_total;
};

/* The state at now_ms: an OK source whose next answer is overdue is stale. Pure. */
enum source_state source_state_at(const struct source_status *status, int64_t now_ms);
/* True while actions that write are allowed, and if not, why, with the next step. */
bool source_allows_actions(const struct source_status *status, int64_t now_ms, struct error *err);
