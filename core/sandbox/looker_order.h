/* looker_order.h - the parameters that all ways of running a query share. */
#pragma once

#include "sandbox/request.h"
#include "sandbox/tasks.h"

/* Fills in who asks, when, and the parameters of the address. */
void order_init(struct task_order *order, const struct request *request);
