/* fault_apply.h - faults at work on a request. */
#pragma once

#include "sandbox/service.h"

/* What happens instead of an answer, or before it. False: do not ask the handler any more. Waits as
 * long as the fault says, the client waits and the service runs. */
bool fault_before(struct sandbox *sandbox, const struct request *request, const struct fault *fault,
                  struct response *response);
/* What happens to the handler's answer. */
void fault_after(const struct fault *fault, struct response *response);
