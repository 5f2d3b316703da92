/* adobe.h - what the service keeps for Adobe's Query Service.
 *
 * Threads: whoever holds the service's lock.
 */
#pragma once

#include "sandbox/adobe_queries.h"
#include "sandbox/auth.h"

struct adobe {
    struct sessions sessions; /* of IMS: its tokens are good for Adobe alone */
    struct adobe_queries queries;
};
