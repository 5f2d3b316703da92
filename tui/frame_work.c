#include "frame_work.h"

#include "base/clock.h"

#define UNITS_PER_LOOK 512

void frame_work_start(struct frame_work *work, int64_t ms)
{
    *work = (struct frame_work){.until_ms = clock_mono_ms() + ms};
}

struct frame_work frame_work_unbound(void)
{
    return (struct frame_work){.until_ms = INT64_MAX};
}

bool frame_work_is_over(struct frame_work *work)
{
    return ++work->units % UNITS_PER_LOOK == 0 && clock_mono_ms() >= work->until_ms;
}
