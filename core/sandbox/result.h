/* result.h - the rows of a query, or why there are none.
 *
 * Immutable once made and reference-counted: a worker makes it, any thread formats it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "sandbox/explores.h"

struct cell {
    const char *text; /* NULL: null */
    uint32_t length;
    bool is_number; /* text is a number as JSON has it */
};

enum result_end { RESULT_ROWS, RESULT_ERROR, RESULT_INTERRUPTED };

struct result {
    _Atomic unsigned refs;
    struct arena arena;
    enum result_end end;
    const char **columns;
    size_t column_count;
    struct cell *cells; /* row by row */
    size_t row_count;
    bool is_truncated;
    double runtime_s;
    int64_t ran_at_ms;
    const char *error; /* SQLite's words; NULL unless RESULT_ERROR */
    long error_offset; /* bytes into the SQL; -1 unknown */
};

struct result *result_create(void);
/* Makes it a failure in these words. */
void result_fail(struct result *result, const char *message);
struct result *result_ref(struct result *result);
/* Accepts NULL. */
void result_unref(struct result *result);
