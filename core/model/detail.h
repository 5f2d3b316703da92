/* detail.h - one task in full: its facts in order, its SQL, its errors, its rows.
 *
 * Made by a provider, shown by views that need to know no service. Immutable once published and
 * reference-counted. All text is sanitised. Threads: read, ref and unref by any.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/limits.h"

/* A fact with a name. group gathers fields under a heading ("query", "task", "user"). */
struct field {
    const char *group;
    const char *label;
    const char *value; /* NULL: the service did not tell */
};

struct task_problem {
    const char *message;
    const char *details; /* NULL */
    int line;            /* in the SQL, 1-based; 0: not told */
    int column;
    bool is_note; /* not fatal: a remark of the service */
};

struct task_detail {
    _Atomic uint32_t refs;
    struct arena arena; /* owns everything below */
    uint16_t source;
    char task_id[LIMIT_ID_BYTES];
    const struct field *fields;
    size_t field_count;
    const char *sql; /* several lines; NULL: not told */
    bool sql_is_cut;
    const struct task_problem *problems;
    size_t problem_count;
    const char *json;   /* the service's own record, indented, several lines; NULL */
    int64_t fetched_ms; /* wall clock */
    struct error error; /* why parts are missing; code ERR_NONE when all is there */
};

struct task_detail *task_detail_create(uint16_t source, const char *task_id);
struct task_detail *task_detail_ref(const struct task_detail *detail);
void task_detail_unref(struct task_detail *detail);

/* Gathers fields before the array is known to be complete. */
struct field_list {
    struct field *items;
    size_t count;
    size_t size;
};
void field_list_add(struct field_list *list, struct arena *arena, const char *group,
                    const char *label, const char *value /* copied; NULL: unknown */);
/* Moves the array into the arena and empties the list. Returns the array. */
const struct field *field_list_take(struct field_list *list, struct arena *arena,
                                    size_t *out_count);

enum result_state {
    RESULT_PENDING, /* asked for, or the task has not ended */
    RESULT_TABLE,   /* columns and cells */
    RESULT_LINES,   /* a format without columns: text, several lines */
    RESULT_NONE,    /* there are none, and error says why */
};

struct result_column {
    const char *name;
    bool is_number; /* right-aligned */
};

struct task_result {
    _Atomic uint32_t refs;
    struct arena arena;
    uint16_t source;
    char task_id[LIMIT_ID_BYTES];
    enum result_state state;
    const char *format; /* "json_detail", "csv" ... */
    const struct result_column *columns;
    size_t column_count;
    const char **cells; /* row by row; NULL is the data's NULL, which is not "" */
    size_t row_count;
    bool is_cut;      /* more rows exist than were kept or sent */
    const char *note; /* in words: why it is cut, "row limit of 500 reached"; NULL */
    const char *text; /* RESULT_LINES */
    const char *raw;  /* the bytes as they came, where they are wanted and are no JSON; NULL */
    size_t raw_bytes;
    int64_t runtime_ms; /* UNKNOWN */
    int is_from_cache;  /* -1 unknown, 0, 1 */
    int64_t fetched_ms;
    struct error error; /* RESULT_NONE and RESULT_PENDING: in plain words */
};

struct task_result *task_result_create(uint16_t source, const char *task_id);
struct task_result *task_result_ref(const struct task_result *result);
void task_result_unref(struct task_result *result);
const char *task_result_cell(const struct task_result *result, size_t row, size_t column);
