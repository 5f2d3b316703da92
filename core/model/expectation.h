/* expectation.h - how long the same query took before.
 *
 * The same query is one with the same query id, or, where there is none, the same SQL but for its
 * literals. The last runs that succeeded count. Poller thread only.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "model/task.h"

struct expectations;

struct expectations *expectations_create(void);
void expectations_destroy(struct expectations *e);

/* A task has ended: its time is remembered if it succeeded and is known. */
void expectations_learn(struct expectations *e, const struct task *task);
/* How many runs expectations_stamp() would tell of. */
size_t expectations_count(struct expectations *e, const struct task *task);
/* Fills usual_ms, usual_p95_ms and usual_runs. The task must not have been published yet. */
void expectations_stamp(struct expectations *e, struct task *task);
