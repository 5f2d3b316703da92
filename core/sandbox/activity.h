/* activity.h - system__activity/history: the service's own past, queried like any other explore.
 *
 * Such a query runs at once, in the thread that asks for it, on a database made for the moment: it
 * waits for no worker, and stands neither in the running list nor in the history. Any thread, with
 * the service's lock not held.
 */
#pragma once

#include "sandbox/service.h"

/* Sets what marks an order of such a query. False when it is one that this account may not see. */
bool activity_admit(struct task_order *order);
/* Runs the task, which has just been added, to its end. */
void activity_run(struct sandbox *sandbox, const char *task_id);
