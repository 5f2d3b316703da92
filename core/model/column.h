/* column.h - the table of columns: list, header, sort, filter fields, CSV and help come from it.
 * Pure; any thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/snapshot.h"

enum column {
    COLUMN_STATE,
    COLUMN_ELAPSED,
    COLUMN_USER,
    COLUMN_ORIGIN,
    COLUMN_WHAT,
    COLUMN_CONNECTION,
    COLUMN_PROFILE,
    COLUMN_AGE,
    COLUMN_ID,
    COLUMN_MODEL,
    COLUMN_EXPLORE,
    COLUMN_ROWS,
    COLUMN_CREATED,
    COLUMN_ENDED,
    COLUMN_QUERY_ID,
    COLUMN_RUN_ID,
    COLUMN_MESSAGE,
    COLUMN_SQL,
    COLUMN_PACE,
    COLUMN_TITLE, /* WHAT is the title, but for a failed task it is the message */
    COLUMN_COUNT,
};

/* What a cell may depend on besides its task. */
struct column_context {
    const struct snapshot *snapshot;
    int64_t now_ms; /* wall clock */
    bool is_ascii;  /* glyphs in ASCII */
};

enum column_kind { COLUMN_TEXT, COLUMN_DURATION, COLUMN_TIME, COLUMN_NUMBER };

struct column_info {
    const char *name;  /* in filters, options and CSV: "elapsed" */
    const char *title; /* "ELAPSED" */
    const char *help;
    enum column_kind kind;
    uint8_t min_cols;
    uint8_t want_cols; /* with room to spare; 0: takes what is left */
    uint8_t priority;  /* lower numbers stay when it gets narrow; 0: never shown by itself */
    bool is_right;     /* aligned right */
    /* The cell as a person reads it, at most size - 1 bytes; "-" when unknown. Returns out. */
    char *(*cell)(const struct task *task, const struct column_context *context, char *out,
                  size_t size);
    /* < 0, 0, > 0; unknown values come after known ones. Sort with column_compare(). */
    int (*compare)(const struct task *a, const struct task *b,
                   const struct column_context *context);
    /* For filters: the text to match, NULL when unknown or not text. */
    const char *(*text)(const struct task *task, const struct column_context *context);
    /* For filters: ms or count, UNKNOWN when unknown or not a number. */
    int64_t (*number)(const struct task *task, const struct column_context *context);
};

extern const struct column_info columns[COLUMN_COUNT];

/* By name or title, without case; COLUMN_COUNT when there is none. */
enum column column_find(const char *name);
/* What the row shows: TASK_CANCELLING while a cancel is under way. */
enum task_state column_state(const struct task *task, const struct column_context *context);
/* Now, on the clock of the service that stamped the task. */
int64_t column_now(const struct task *task, const struct column_context *context);
/* Total order for sorting: by column, then youngest first, then source and id, so that rows never
 * swap by chance. Unknown values come last in both directions. */
int column_compare(enum column column, bool is_descending, const struct task *a,
                   const struct task *b, const struct column_context *context);
