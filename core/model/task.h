/* task.h - one query task, as a service told of it.
 *
 * A task is one allocation, immutable once created, and reference-counted, so that snapshots share
 * it. What a service did not tell is unknown: NULL for text, UNKNOWN for numbers; never 0 or "".
 * All text is sanitised (SANITIZE_LINE; SQL and message SANITIZE_TEXT) before it gets here.
 * Threads: read by any; ref and unref by any.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

#define UNKNOWN INT64_MIN

enum task_state {
    TASK_QUEUED,
    TASK_RUNNING,
    TASK_CANCELLING,
    TASK_SUCCEEDED,
    TASK_FAILED,
    TASK_CANCELLED,
    TASK_EXPIRED,
    TASK_UNKNOWN,
    TASK_STATE_COUNT,
};

struct task_state_info {
    const char *name;     /* for people and the filter language: "cancelling" */
    const char *contract; /* in JSON: "running" for a task that is being cancelled */
    const char *glyph;    /* one column, UTF-8 */
    const char *ascii;    /* one column */
    bool is_alive;        /* may still change by itself */
};
extern const struct task_state_info task_states[TASK_STATE_COUNT];

/* Text fields. The order is that of storage only. */
enum task_text {
    TASK_ID,        /* what actions name; unique within its source */
    TASK_STATE_RAW, /* the service's own word */
    TASK_TITLE,     /* what people call it: "shop · orders", a Look's title, the head of the SQL */
    TASK_USER,      /* display name */
    TASK_USER_ID,
    TASK_ORIGIN, /* "dashboard", "explore", "api4": the contract's "source" */
    TASK_MODEL,
    TASK_EXPLORE,
    TASK_CONNECTION,
    TASK_SQL, /* up to LIMIT_TASK_SQL_BYTES */
    TASK_QUERY_ID,
    TASK_RUN_ID,     /* the run of a schedule that it is part of */
    TASK_MESSAGE,    /* error or note, up to LIMIT_TASK_MESSAGE_BYTES */
    TASK_URL,        /* page for people; http or https only */
    TASK_RETRY_OF,   /* id of the task this one repeats */
    TASK_RETRIED_AS, /* id of the task that repeats this one */
    TASK_TEXT_COUNT,
};

enum task_flag {
    TASK_CAN_CANCEL = 1 << 0, /* the service does not say that we may not, and it is alive */
    TASK_CAN_RETRY = 1 << 1,
    TASK_CAN_RESULTS = 1 << 2, /* it may have rows to ask for */
    TASK_IS_ESTIMATED =
        1 << 3, /* ended_ms and elapsed_ms are when we saw the end, not the service's word */
    TASK_SQL_IS_CUT = 1 << 4,
    TASK_CAN_HIDE = 1 << 5,
    TASK_WRITES = 1 << 6, /* it creates or fills a table: to run it again writes again */
};

struct task {
    _Atomic uint32_t refs;
    uint16_t source;    /* index into the snapshot's sources */
    uint8_t state;      /* enum task_state */
    uint8_t flags;      /* enum task_flag */
    int64_t created_ms; /* wall clock; UNKNOWN */
    int64_t started_ms;
    int64_t ended_ms;
    int64_t elapsed_ms;  /* as the service said at observed_ms; grows locally while alive */
    int64_t observed_ms; /* wall clock of the answer these facts are from */
    int64_t rows;
    int64_t usual_ms; /* median of earlier runs of the same query; UNKNOWN */
    int64_t usual_p95_ms;
    uint16_t usual_runs;               /* how many of them are known */
    uint32_t text_at[TASK_TEXT_COUNT]; /* offset into text; 0: unknown */
    char text[];
};

/* NULL when unknown. */
const char *task_text(const struct task *task, enum task_text which);
/* For display: the text, or "-" when unknown. */
const char *task_text_or_dash(const struct task *task, enum task_text which);

struct task *task_ref(const struct task *task);
void task_unref(struct task *task);

bool task_is_alive(const struct task *task);
/* Elapsed at now_ms: ticks on while running, stands when ended; UNKNOWN when unknown. */
int64_t task_elapsed_at(const struct task *task, int64_t now_ms);
/* True for a living or ended task that takes or took longer than its earlier runs: more than the
 * p95 of at least three, and by at least a second. */
bool task_is_slow_at(const struct task *task, int64_t now_ms);
/* When a running task will have ended, if it takes as long as its earlier runs usually did, or,
 * once that is over, as the p95 of them; UNKNOWN when they tell nothing, or no more. */
int64_t task_expected_end_ms(const struct task *task, int64_t now_ms);
/* True when both say the same, but for what a clock alone changes (elapsed_ms,
 * observed_ms) and for what we added ourselves (usual_...). */
bool task_is_same(const struct task *a, const struct task *b);

/* A task in the making. Reuse one for a whole list: task_draft_clear() keeps the memory. */
struct task_draft {
    struct task facts; /* numbers and flags; text_at is filled here too */
    struct strbuf text;
};

void task_draft_init(struct task_draft *draft);
void task_draft_finish(struct task_draft *draft);
/* Everything unknown again; source and observed_ms stay. */
void task_draft_clear(struct task_draft *draft);
/* Starts from what is known of an existing task. */
void task_draft_copy(struct task_draft *draft, const struct task *task);
/* text must be clean already and must not be the draft's own; NULL or "" makes it unknown. */
void task_draft_set_text(struct task_draft *draft, enum task_text which, const char *text);
const char *task_draft_text(const struct task_draft *draft, enum task_text which);
/* The task, with one reference, owned by the caller. */
struct task *task_create(const struct task_draft *draft);
