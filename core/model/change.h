/* change.h - which tasks differ between two snapshots. Pure; any thread. */
#pragma once

#include "model/snapshot.h"

enum change_kind {
    CHANGE_NEW,
    CHANGE_STATE, /* another state, whatever else */
    CHANGE_FACTS, /* the same state, something else is new */
    CHANGE_GONE,  /* no longer known */
};

struct change {
    enum change_kind kind;
    const struct task *before; /* NULL for CHANGE_NEW */
    const struct task *task;   /* NULL for CHANGE_GONE */
};

/* False for what has been before since_ms (wall clock): a task that turns up when it has ended long
 * ago is history. */
bool change_is_news(const struct change *change, int64_t since_ms);

/* Visits each task that differs; what the snapshots share is passed over. before may be NULL: then
 * all is new. */
void change_each(const struct snapshot *before, const struct snapshot *after,
                 void (*visit)(void *context, const struct change *change), void *context);
