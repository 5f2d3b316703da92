#include "engine/request_count.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/timefmt.h"

#define SECOND_MS 1000

void request_count_init(struct request_count *count, int64_t per_minute_max, int64_t per_month_max)
{
    *count =
        (struct request_count){.per_minute_max = per_minute_max, .per_month_max = per_month_max};
}

/* ---- the month ---- */

int32_t request_month(int64_t wall_ms)
{
    time_t seconds = (time_t)(wall_ms / SECOND_MS);
    struct tm parts;
    gmtime_r(&seconds, &parts);
    return (parts.tm_year + 1900) * 12 + parts.tm_mon;
}

void request_month_format(char out[16], int32_t month)
{
    snprintf(out, 16, "%04d-%02d", (int)(month / 12), (int)(month % 12) + 1);
}

static int64_t month_start_ms(int32_t month)
{
    struct tm first = {.tm_year = month / 12 - 1900, .tm_mon = month % 12, .tm_mday = 1};
    return (int64_t)timegm(&first) * SECOND_MS;
}

uint64_t request_count_this_month(const struct request_count *count, int64_t wall_ms)
{
    return count->month == request_month(wall_ms) ? count->in_month : 0;
}

static void enter_month(struct request_count *count, int64_t wall_ms)
{
    int32_t month = request_month(wall_ms);
    if (month == count->month)
        return;
    count->month = month;
    count->in_month = 0;
    count->unsaved = 0;
}

void request_count_merge(struct request_count *count, uint64_t saved, int64_t wall_ms)
{
    enter_month(count, wall_ms);
    if (saved + count->unsaved > count->in_month)
        count->in_month = saved + count->unsaved;
}

/* ---- the minute ---- */

static size_t slice_of(int64_t second)
{
    int64_t index = second % REQUEST_SLICES;
    return (size_t)(index < 0 ? index + REQUEST_SLICES : index);
}

void request_count_add(struct request_count *count, int64_t mono_ms, int64_t wall_ms)
{
    int64_t second = mono_ms / SECOND_MS;
    int64_t passed = second - count->second;
    for (int64_t i = 0; i < passed && i < REQUEST_SLICES; i++)
        count->slices[slice_of(second - i)] = 0;
    count->second = second;
    count->slices[slice_of(second)]++;
    enter_month(count, wall_ms);
    count->in_month++;
    count->unsaved++;
}

/* The oldest second that still counts. */
static int64_t minute_start(int64_t mono_ms)
{
    return mono_ms / SECOND_MS - REQUEST_SLICES + 1;
}

uint32_t request_count_last_minute(const struct request_count *count, int64_t mono_ms)
{
    uint32_t sum = 0;
    for (int64_t second = minute_start(mono_ms); second <= count->second; second++)
        sum += count->slices[slice_of(second)];
    return sum;
}

/* ---- the bounds ---- */

static int64_t wait_for_minute_ms(const struct request_count *count, int64_t mono_ms)
{
    int64_t second = minute_start(mono_ms);
    int64_t sum = request_count_last_minute(count, mono_ms);
    if (!count->per_minute_max || sum < count->per_minute_max)
        return 0;
    while (sum >= count->per_minute_max)
        sum -= count->slices[slice_of(second++)];
    /* Now the slice before second has to fall out of the minute. */
    return (second - 1 + REQUEST_SLICES) * SECOND_MS - mono_ms;
}

static int64_t wait_for_month_ms(const struct request_count *count, int64_t wall_ms)
{
    uint64_t sum = request_count_this_month(count, wall_ms);
    if (!count->per_month_max || sum < (uint64_t)count->per_month_max)
        return 0;
    return month_start_ms(count->month + 1) - wall_ms;
}

int64_t request_count_wait_ms(const struct request_count *count, int64_t mono_ms, int64_t wall_ms,
                              enum request_bound *out_bound)
{
    int64_t minute_ms = wait_for_minute_ms(count, mono_ms);
    int64_t month_ms = wait_for_month_ms(count, wall_ms);
    bool is_month = month_ms > minute_ms;
    *out_bound = is_month    ? REQUEST_BOUND_MONTH
                 : minute_ms ? REQUEST_BOUND_MINUTE
                             : REQUEST_BOUND_NONE;
    return is_month ? month_ms : minute_ms;
}

/* "100,000" */
static void format_grouped(char out[TIMEFMT_BYTES], int64_t number)
{
    char digits[TIMEFMT_BYTES];
    int length = snprintf(digits, sizeof(digits), "%" PRId64, number);
    for (int i = 0; i < length; i++) {
        *out++ = digits[i];
        if ((length - i) % 3 == 1 && i < length - 1)
            *out++ = ',';
    }
    *out = '\0';
}

void request_count_explain(const struct request_count *count, enum request_bound bound,
                           int64_t wall_ms, struct error *err)
{
    static const char *const months[] = {
        "January", "February", "March",     "April",   "May",      "June",
        "July",    "August",   "September", "October", "November", "December",
    };
    char number[TIMEFMT_BYTES];
    format_grouped(number,
                   bound == REQUEST_BOUND_MONTH ? count->per_month_max : count->per_minute_max);
    if (bound == REQUEST_BOUND_MONTH)
        error_set(err, ERR_LIMITED,
                  "monthly budget of %s requests is used up; raise requests_per_month or wait "
                  "until 1 %s",
                  number, months[(request_month(wall_ms) + 1) % 12]);
    else
        error_set(err, ERR_LIMITED,
                  "budget of %s requests a minute is used up; wait a moment, or raise "
                  "requests_per_minute or poll",
                  number);
}
