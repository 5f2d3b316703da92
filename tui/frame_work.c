#include "frame_work.h"

#include "base/clock.h"

void frame_work_start(struct frame_work *work, int64_t ms)
{
    *work = (struct frame_work){.until_ms = clock_mono_ms() + ms};
}

struct frame_work frame_work_unbound(void)
{
    return (struct frame_work){.until_ms = INT64_MAX};
}

bool frame_work_is_late(const struct frame_work *work)
{
    return clock_mono_ms() >= work->until_ms;
}
