/* cron.h - "15 3 * * mon-fri": when something happens again and again. Times are UTC. Pure.
 *
 * Five fields: minute, hour, day of the month, month, day of the week (0 and 7 are Sunday). A field
 * is *, or numbers, names, ranges and steps, joined by commas. As everywhere, a day is right by
 * either of its two fields when neither begins with *.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

enum cron_field {
    CRON_MINUTE,
    CRON_HOUR,
    CRON_DAY,
    CRON_MONTH,
    CRON_WEEKDAY,
    CRON_FIELD_COUNT,
};

struct cron {
    uint64_t values[CRON_FIELD_COUNT]; /* bit per value that is right */
    bool is_any_day;                   /* of the month */
    bool is_any_weekday;
};

bool cron_parse(const char *text, struct cron *out, struct error *err);
/* The first minute that is right and later than after_ms; TIME_UNKNOWN when there is none. */
int64_t cron_next(const struct cron *cron, int64_t after_ms);
