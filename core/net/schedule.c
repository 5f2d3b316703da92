#include "net/schedule.h"

#include <limits.h>

static int64_t max_of(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t min_of(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* A service may ask for any wait: the sum stays at the end of time. */
static int64_t add_ms(int64_t a, int64_t b)
{
    int64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

static int64_t multiply_ms(int64_t ms, unsigned factor)
{
    int64_t product;
    return __builtin_mul_overflow(ms, factor, &product) ? INT64_MAX : product;
}

/* 0 to span_ms. */
static int64_t draw(uint64_t random, int64_t span_ms)
{
    return (int64_t)(random % ((uint64_t)span_ms + 1));
}

static void count_up(unsigned *count)
{
    if (*count < UINT_MAX)
        ++*count;
}

void schedule_init(struct schedule *s, int64_t interval_ms, int64_t now_ms)
{
    *s = (struct schedule){
        .interval_ms = max_of(interval_ms, SCHEDULE_FLOOR_MS),
        .max_backoff_ms = SCHEDULE_MAX_BACKOFF_MS,
        .idle_factor = SCHEDULE_IDLE_FACTOR,
        .not_before_ms = INT64_MIN,
        .next_ms = now_ms,
    };
}

static void plan(struct schedule *s, int64_t wait_ms, int64_t now_ms)
{
    s->next_ms = max_of(add_ms(now_ms, wait_ms), s->not_before_ms);
}

void schedule_success(struct schedule *s, bool is_active, int64_t now_ms, uint64_t random)
{
    s->failures = 0;
    if (is_active)
        s->idle_polls = 0;
    else
        count_up(&s->idle_polls);
    unsigned factor = s->idle_polls < s->idle_factor ? s->idle_polls : s->idle_factor;
    int64_t wait_ms = multiply_ms(s->interval_ms, factor ? factor : 1);
    plan(s, add_ms(wait_ms, draw(random, wait_ms / 10)), now_ms);
}

static int64_t backoff_ms(const struct schedule *s)
{
    int64_t backoff = s->interval_ms;
    for (unsigned i = 0; i < s->failures && backoff < s->max_backoff_ms; i++)
        backoff = multiply_ms(backoff, 2);
    return max_of(min_of(backoff, s->max_backoff_ms), s->interval_ms);
}

void schedule_failure(struct schedule *s, int64_t retry_after_ms, int64_t now_ms, uint64_t random)
{
    count_up(&s->failures);
    if (retry_after_ms < 0) {
        plan(s, s->interval_ms + draw(random, backoff_ms(s) - s->interval_ms), now_ms);
        return;
    }
    s->not_before_ms = max_of(s->not_before_ms, add_ms(now_ms, retry_after_ms));
    int64_t wait_ms = max_of(retry_after_ms, s->interval_ms);
    plan(s, add_ms(wait_ms, draw(random, wait_ms / 10)), now_ms);
}

void schedule_hurry(struct schedule *s, int64_t delay_ms, int64_t now_ms)
{
    s->idle_polls = 0;
    int64_t wanted_ms = max_of(add_ms(now_ms, delay_ms), s->not_before_ms);
    s->next_ms = min_of(s->next_ms, wanted_ms);
}

bool schedule_is_due(const struct schedule *s, int64_t now_ms)
{
    return now_ms >= s->next_ms;
}
