/* schedule.h - when to ask next. Pure: time and randomness are parameters; any thread.
 *
 * Polite polling: the base interval while tasks run, up to idle_factor times slower when nothing
 * does; after failures exponential back-off with full jitter; Retry-After always wins; an interval
 * never shrinks below the floor.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define SCHEDULE_FLOOR_MS       100 /* no profile is polled faster, whatever it says */
#define SCHEDULE_MAX_BACKOFF_MS 60000
#define SCHEDULE_IDLE_FACTOR    4

struct schedule {
    int64_t interval_ms;    /* the profile's poll interval */
    int64_t max_backoff_ms; /* ceiling of the back-off; Retry-After may pass it */
    unsigned idle_factor;   /* how much slower an idle service is asked; 1: never slower */
    unsigned failures;      /* in a row */
    unsigned idle_polls;    /* polls in a row that saw nothing alive and nothing new */
    int64_t not_before_ms;  /* monotonic time that Retry-After named; the past when it named none */
    int64_t next_ms;        /* monotonic time of the next poll */
};

/* Due at once. Ceiling and idle factor are the defaults above; they may be changed afterwards. */
void schedule_init(struct schedule *s, int64_t interval_ms, int64_t now_ms);
/* The first idle poll changes nothing, each further one makes the wait an interval longer. Up to a
 * tenth of the wait is added as jitter. random: any 64 bits; only jitter is taken from them. */
void schedule_success(struct schedule *s, bool is_active, int64_t now_ms, uint64_t random);
/* The wait is drawn evenly from the interval to the back-off, which doubles with each failure in a
 * row. With retry_after_ms the wait is that (but not less than the interval) plus up to a tenth. */
void schedule_failure(struct schedule *s, int64_t retry_after_ms /* -1: none */, int64_t now_ms,
                      uint64_t random);
/* Something was done by hand: ask again after delay_ms, unless the service asked to wait. Never
 * makes the next poll later. */
void schedule_hurry(struct schedule *s, int64_t delay_ms, int64_t now_ms);
bool schedule_is_due(const struct schedule *s, int64_t now_ms);
