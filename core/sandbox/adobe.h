/* adobe.h - what the service keeps for Adobe's Query Service.
 *
 * Threads: whoever holds the service's lock; the lake has its own.
 */
#pragma once

#include "sandbox/adobe_queries.h"
#include "sandbox/adobe_schedules.h"
#include "sandbox/adobe_templates.h"
#include "sandbox/adobe_traffic.h"
#include "sandbox/auth.h"

struct adobe {
    struct sessions sessions; /* of IMS: its tokens are good for Adobe alone */
    struct lake lake;
    struct adobe_queries queries;
    struct adobe_templates templates;
    struct adobe_schedules schedules;
    struct adobe_traffic traffic;
    struct adobe_clock clock;
};
