/* confirm.h - the question before tasks are cancelled, retried or hidden.
 *
 * It names what will be hit by identity and looks at each target again with every snapshot and once
 * more when it is answered: a task that ended meanwhile is not touched. Pure but for memory.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "line.h"
#include "marks.h"
#include "model/action.h"

struct app;

enum target_fate {
    TARGET_GOES,      /* will be acted on */
    TARGET_HIDDEN,    /* marked, but not shown by the filter: left out */
    TARGET_ENDED,     /* nothing to cancel any more */
    TARGET_LIVES,     /* nothing to retry yet */
    TARGET_FORBIDDEN, /* the service or the profile does not allow it */
    TARGET_GONE,      /* no longer known */
    TARGET_FATE_COUNT,
};

struct target {
    struct task_key key;
    const struct task *task; /* as of the last update; NULL: gone; borrowed from the snapshot */
    enum target_fate fate;
    size_t place; /* among the marks */
};

struct confirm {
    enum action_kind kind;
    struct target *targets; /* those that go first, then the others by their fate */
    size_t count;
    size_t goes;   /* how many will be acted on */
    size_t writes; /* how many of those write somewhere: only a capital Y is a yes then */
};

/* With the marked tasks, or the one under the cursor. */
void confirm_open(struct confirm *confirm, const struct app *app, enum action_kind kind);
void confirm_close(struct confirm *confirm);
/* Looks at the targets again. Must be called for each new snapshot. */
void confirm_update(struct confirm *confirm, const struct app *app);
/* Asks the engine for all that may go, and says what was asked. */
void confirm_accept(struct confirm *confirm, struct app *app);

size_t confirm_cols(const struct app *app);
size_t confirm_rows(const struct confirm *confirm, const struct app *app);
void confirm_draw(const struct confirm *confirm, const struct app *app, size_t y,
                  struct line *line);
