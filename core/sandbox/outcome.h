/* outcome.h - how a task ended, in the shape that answers are made of. */
#pragma once

#include "sandbox/service.h"

struct outcome {
    enum task_status status;
    const struct result_format *format; /* NULL: one that cannot be made here */
    struct run_facts facts;
    struct result *result; /* owned; NULL while the task lives */
    struct arena arena;
};

/* False when there is no such task. A result that is no longer in memory is run again, with the
 * lock not held. */
bool outcome_take(struct sandbox *sandbox, const char *task_id, struct outcome *out);
void outcome_finish(struct outcome *outcome);

enum run_end { RUN_ENDED, RUN_TOO_MANY, RUN_GIVEN_UP };

/* Queues a task and waits for its end; *out is filled in then. Given up when the client or the
 * service goes meanwhile. */
enum run_end outcome_run(struct sandbox *sandbox, const struct request *request,
                         const struct task_order *order, struct outcome *out);

/* The answer of .../results and .../run/{format}. */
void respond_outcome(struct response *response, const struct outcome *outcome);
