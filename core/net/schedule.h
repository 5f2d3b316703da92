/* schedule.h - when to ask next. Pure: time and randomness are parameters; any thread.
 *
 * Polite polling: the base interval while tasks run, up to idle_factor times slower when nothing
 * does; after failures exponential back-off with full jitter; Retry-After always wins; an interval
 * never shrinks below the floor.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct schedule {
    int64_t interval_ms;     /* the profile's poll interval */
    int64_t max_backoff_ms;  /* ceiling of the back-off; Retry-After may pass it */
    unsigned idle_factor;    /* how much slower an idle service is asked; 1: never slower */
    unsigned failures;       /* in a row */
    unsigned idle_polls;     /* polls in a row that saw nothing alive and nothing new */
    int64_t next_ms;         /* monotonic time of the next poll */
};

void schedule_init(struct schedule *s, int64_t interval_ms, int64_t now_ms);
/* random: any 64 bits; only jitter is taken from them. */
void schedule_success(struct schedule *s, bool is_active, int64_t now_ms, uint64_t random);
void schedule_failure(struct schedule *s, int64_t retry_after_ms /* -1: none */, int64_t now_ms,
                      uint64_t random);
/* Something was done by hand: ask again after delay_ms, unless the service asked to wait. */
void schedule_hurry(struct schedule *s, int64_t delay_ms, int64_t now_ms);
bool schedule_is_due(const struct schedule *s, int64_t now_ms);
