#include "base/clock.h"

#include <stdatomic.h>
#include <time.h>

static _Atomic int64_t frozen_wall_ms = -1;

static int64_t now_ms(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t clock_mono_ms(void)
{
    return now_ms(CLOCK_MONOTONIC);
}

int64_t clock_wall_ms(void)
{
    int64_t frozen = atomic_load_explicit(&frozen_wall_ms, memory_order_relaxed);
    return frozen >= 0 ? frozen : now_ms(CLOCK_REALTIME);
}

void clock_freeze(int64_t wall_ms)
{
    atomic_store(&frozen_wall_ms, wall_ms);
}
