/* poll_growth.h - CPU of polls, by the length of the list and how much of it has changed. */
#pragma once

#include "base/error.h"
#include "bench/report.h"

struct poll_growth {
    struct samples ours_ms;  /* from the last byte to the snapshot */
    struct samples jsonc_ms; /* json-c alone reads the same bytes */
};

/* Polls of so many tasks, so many of which say something else each time. The caller calls
 * poll_growth_finish(). */
bool poll_growth_measure(size_t tasks, size_t changed, struct poll_growth *out, struct error *err);
void poll_growth_finish(struct poll_growth *growth);
