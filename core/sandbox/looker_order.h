/* looker_order.h - the parameters that all ways of running a query share. */
#pragma once

#include "sandbox/request.h"
#include "sandbox/tasks.h"

/* False after having answered 422 for a parameter of the address that makes no sense. */
bool order_is_valid(const struct request *request, struct response *response);
/* Fills in who asks, when, and the parameters of the address. */
void order_init(struct task_order *order, const struct request *request);
