/* request_count.h - how many requests went to one service, and how many more may.
 *
 * Two figures: of the last minute (of this program) and of the calendar month in UTC (of all
 * programs, as far as request_file.h knows). Each may have a bound. Pure: both clocks are
 * parameters; one owner.
 */
#pragma once

#include <stdint.h>

#include "base/error.h"

#define REQUEST_SLICES 60 /* of a second each */

enum request_bound { REQUEST_BOUND_NONE, REQUEST_BOUND_MINUTE, REQUEST_BOUND_MONTH };

struct request_count {
    int64_t per_minute_max; /* 0: no bound */
    int64_t per_month_max;
    uint32_t slices[REQUEST_SLICES];
    int64_t second;    /* monotonic; of the newest slice */
    int32_t month;     /* request_month() of the two that follow */
    uint64_t in_month; /* of all programs */
    uint64_t unsaved;  /* of these, the ones that no other program can know of */
};

void request_count_init(struct request_count *count, int64_t per_minute_max, int64_t per_month_max);
void request_count_add(struct request_count *count, int64_t mono_ms, int64_t wall_ms);
uint32_t request_count_last_minute(const struct request_count *count, int64_t mono_ms);
uint64_t request_count_this_month(const struct request_count *count, int64_t wall_ms);
/* How long no request may go out because a bound is reached; 0: one may go now. *out_bound says
 * which, the one that lasts longer when both are. */
int64_t request_count_wait_ms(const struct request_count *count, int64_t mono_ms, int64_t wall_ms,
                              enum request_bound *out_bound);
/* A bound that is reached in words, with the next step: ERR_LIMITED. */
void request_count_explain(const struct request_count *count, enum request_bound bound,
                           int64_t wall_ms, struct error *err);

/* All programs together have sent saved requests in this month, without those that are unsaved
 * here. Never makes the figure smaller: what was lost elsewhere is known here. */
void request_count_merge(struct request_count *count, uint64_t saved, int64_t wall_ms);

/* The calendar month in UTC as a number: the one after is greater by 1. */
int32_t request_month(int64_t wall_ms);
/* "2026-11" */
void request_month_format(char out[16], int32_t month);
