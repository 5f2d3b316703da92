/* jumps.h - where one can go from a task: other runs of its query, its retries, what it came from.
 * Pure: reads a snapshot.
 */
#pragma once

#include "marks.h"
#include "model/snapshot.h"

enum jump {
    JUMP_EARLIER,
    JUMP_LATER,
    JUMP_RETRY_OF,
    JUMP_RETRIED_AS,
    JUMP_RUN,
    JUMP_SCHEDULE,
    JUMP_TEMPLATE,
    JUMP_PROJECT,
    JUMP_COUNT
};

/* Where a jump leads: a task, an item, or the tasks that match a filter. */
struct jump_target {
    const struct task *task; /* NULL: none; borrowed from the snapshot */
    const struct item *item;
    char filter[LIMIT_ID_BYTES + 16]; /* "": none */
};

struct jump_source {
    const struct snapshot *snapshot;
    const struct task *task;
    const struct task_detail *detail; /* NULL: not read yet */
};

struct jump_info {
    const char *name; /* "earlier run" */
    /* False: reason says why it leads nowhere. */
    bool (*find)(const struct jump_source *source, struct jump_target *out, struct error *reason);
};

/* Index: enum jump. */
extern const struct jump_info jump_infos[JUMP_COUNT];
