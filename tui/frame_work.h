/* frame_work.h - a bound for work that may go on in the next frame: keys come first. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Of the 16 ms of a frame; drawing and everything else need theirs. */
#define FRAME_WORK_MS 5

struct frame_work {
    int64_t until_ms; /* monotonic */
    unsigned units;
};

void frame_work_start(struct frame_work *work, int64_t ms);
/* Work that goes on until it is done. */
struct frame_work frame_work_unbound(void);
bool frame_work_is_late(const struct frame_work *work);

#define FRAME_WORK_UNITS_PER_LOOK 128

/* To be asked once per little unit; looks at the clock now and then. */
static inline bool frame_work_is_over(struct frame_work *work)
{
    return ++work->units % FRAME_WORK_UNITS_PER_LOOK == 0 && frame_work_is_late(work);
}
