/* adobe_traffic.h - what other people do with Adobe's Query Service: queries, templates and
 * schedules that follow from a seed.
 *
 * Threads: whoever holds the service's lock.
 */
#pragma once

#include <stdint.h>

#include "sandbox/rng.h"

struct sandbox;

struct adobe_traffic {
    struct rng rng;
    int64_t next_ms; /* wall clock: when somebody asks next; 0: not begun */
};

void adobe_traffic_init(struct adobe_traffic *traffic, uint64_t seed);
/* Queries that ended before the service began, some that wait now, and the templates and schedules
 * that people of that sort have. */
void adobe_traffic_add_past_locked(struct sandbox *sandbox, unsigned count, int64_t now_ms);
/* Submits what is due at options.adobe_rate. Returns when something is due next; INT64_MAX: never.
 */
int64_t adobe_traffic_advance_locked(struct sandbox *sandbox, int64_t now_ms);
