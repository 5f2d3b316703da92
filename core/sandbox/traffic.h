/* traffic.h - the work of other people: tasks that follow from a seed.
 *
 * Threads: all but the thread's own loop: whoever holds the service's lock.
 */
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "sandbox/rng.h"

struct sandbox;

struct traffic {
    struct rng rng;
    pthread_t thread;
    bool is_started;
};

void traffic_init(struct traffic *traffic, uint64_t seed);
/* Tasks that ended before the service began, and count of them that wait now. */
void traffic_add_past_locked(struct sandbox *sandbox, unsigned count, int64_t now_ms);
/* Tasks that wait in the queue. */
void traffic_add_waiting_locked(struct sandbox *sandbox, unsigned count, int64_t now_ms);
/* A thread that adds options.rate tasks per second; none when the rate is 0. */
bool traffic_start(struct sandbox *sandbox, struct error *err);
/* Joins it; once is_stopping is set. */
void traffic_stop(struct sandbox *sandbox);
