/* grouping.h - what tasks can be put together by: state, user, the shape of their SQL ... Pure; any
 * thread.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "model/column.h"

enum grouping {
    GROUP_NONE,
    GROUP_STATE,
    GROUP_USER,
    GROUP_ORIGIN,
    GROUP_CONNECTION,
    GROUP_MODEL,
    GROUP_SQL,
    GROUP_PROFILE,
    GROUPING_COUNT,
};

struct grouping_info {
    const char *name;  /* "user" */
    const char *title; /* "USER" */
    const char *help;
    enum column column; /* whose text tells; GROUP_SQL: reduced to its shape */
};

extern const struct grouping_info groupings[GROUPING_COUNT];

/* By name; GROUPING_COUNT when there is none. */
enum grouping grouping_find(const char *name);
/* The same for tasks of one group; by is not GROUP_NONE. Costs a pass over the SQL for GROUP_SQL.
 */
uint64_t grouping_key(enum grouping by, const struct task *task,
                      const struct column_context *context);
/* What the group of this task is called, on one line; "-" when its tasks do not tell. Returns out.
 */
char *grouping_name(enum grouping by, const struct task *task, const struct column_context *context,
                    char *out, size_t size);
