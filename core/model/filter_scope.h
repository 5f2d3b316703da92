/* filter_scope.h - how much of a service's list a filter can match: so much is asked for, where the
 * service can be asked for less than everything. Pure; any thread.
 */
#pragma once

#include <stdint.h>

#include "model/filter.h"

/* What every task that matches is like. It says nothing of tasks that do not match. */
struct filter_scope {
    unsigned states;         /* bits 1 << enum task_state: it is in one of them */
    int64_t created_from_ms; /* UNKNOWN: no matter when */
    int64_t created_to_ms;   /* INT64_MAX: likewise */
    int64_t ended_from_ms; /* as created_from_ms; other than UNKNOWN also says that it has ended */
    /* Equal to these but for upper and lower case; NULL: no matter what. Borrowed from the filter.
     */
    const char *id;
    const char *user;
    const char *query_id;
    const char *run_id;
};

#define FILTER_ALL_STATES ((1u << TASK_STATE_COUNT) - 1)
#define FILTER_ENDED_STATES \
    (1u << TASK_SUCCEEDED | 1u << TASK_FAILED | 1u << TASK_CANCELLED | 1u << TASK_EXPIRED)

/* now_ms: no later than the moment, on the clock of the service, at which the filter is applied. A
 * filter that compares a task with others of its kind (pace) needs them all. */
struct filter_scope filter_scope(const struct filter *filter, int64_t now_ms);
