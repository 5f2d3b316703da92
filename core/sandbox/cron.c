#include "sandbox/cron.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/timefmt.h"

#define MINUTE_MS INT64_C(60000)
#define DAY_S     86400
/* A 29th of February may be eight years away. */
#define DAYS_MAX (366 * 8)

static const char MONTHS[] = "janfebmaraprmayjunjulaugsepoctnovdec";
static const char WEEKDAYS[] = "sunmontuewedthufrisat";

static const struct {
    const char *name;
    unsigned min;
    unsigned max;
    const char *words; /* of three letters each, the first for min; NULL: numbers only */
} FIELDS[CRON_FIELD_COUNT] = {
    [CRON_MINUTE] = {"minute", 0, 59, NULL},
    [CRON_HOUR] = {"hour", 0, 23, NULL},
    [CRON_DAY] = {"day of the month", 1, 31, NULL},
    [CRON_MONTH] = {"month", 1, 12, MONTHS},
    [CRON_WEEKDAY] = {"day of the week", 0, 7, WEEKDAYS},
};

/* A number, or the name of a month or day. */
static bool take_value(const char **at, enum cron_field field, unsigned *out)
{
    const char *words = FIELDS[field].words;
    if (isdigit((unsigned char)**at)) {
        char *end;
        unsigned long value = strtoul(*at, &end, 10);
        *at = end;
        *out = value > FIELDS[field].max ? FIELDS[field].max + 1 : (unsigned)value;
        return *out >= FIELDS[field].min && *out <= FIELDS[field].max;
    }
    for (unsigned i = 0; words && words[3 * i]; i++) {
        if (strncasecmp(*at, words + 3 * i, 3) == 0) {
            *at += 3;
            *out = FIELDS[field].min + i;
            return true;
        }
    }
    return false;
}

/* "*", "5", "1-5", each of them with a step: "*" "/15". */
static bool take_range(const char **at, enum cron_field field, uint64_t *values)
{
    unsigned first = FIELDS[field].min;
    unsigned last = FIELDS[field].max;
    unsigned step = 1;
    bool is_single = false;
    if (**at == '*')
        ++*at;
    else if (!take_value(at, field, &first))
        return false;
    else if (**at == '-') {
        ++*at;
        if (!take_value(at, field, &last) || last < first)
            return false;
    } else
        is_single = true;
    if (**at == '/') {
        char *end;
        unsigned long value = isdigit((unsigned char)(*at)[1]) ? strtoul(*at + 1, &end, 10) : 0;
        if (value == 0)
            return false;
        step = value > FIELDS[field].max ? FIELDS[field].max + 1 : (unsigned)value;
        *at = end;
    } else if (is_single)
        last = first;
    for (unsigned value = first; value <= last; value += step)
        *values |= UINT64_C(1) << value;
    return true;
}

static bool take_field(const char **at, enum cron_field field, uint64_t *values)
{
    *values = 0;
    while (take_range(at, field, values)) {
        if (**at != ',')
            return **at == ' ' || **at == '\0';
        ++*at;
    }
    return false;
}

bool cron_parse(const char *text, struct cron *out, struct error *err)
{
    struct cron cron = {.is_any_day = true};
    const char *at = text + strspn(text, " ");
    for (int i = 0; i < CRON_FIELD_COUNT; i++) {
        if (i == CRON_DAY)
            cron.is_any_day = *at == '*';
        if (i == CRON_WEEKDAY)
            cron.is_any_weekday = *at == '*';
        if (!take_field(&at, (enum cron_field)i, &cron.values[i]))
            return error_set(err, ERR_USAGE, "the %s of the schedule \"%.80s\" is not understood",
                             FIELDS[i].name, text);
        at += strspn(at, " ");
    }
    if (*at)
        return error_set(err, ERR_USAGE, "the schedule \"%.80s\" has more than five fields", text);
    if (cron.values[CRON_WEEKDAY] & (UINT64_C(1) << 7))
        cron.values[CRON_WEEKDAY] |= 1;
    *out = cron;
    return true;
}

static bool has(const struct cron *cron, enum cron_field field, int value)
{
    return cron->values[field] >> value & 1;
}

static bool is_right_day(const struct cron *cron, const struct tm *day)
{
    bool is_day = has(cron, CRON_DAY, day->tm_mday);
    bool is_weekday = has(cron, CRON_WEEKDAY, day->tm_wday);
    if (!has(cron, CRON_MONTH, day->tm_mon + 1))
        return false;
    return cron->is_any_day || cron->is_any_weekday ? is_day && is_weekday : is_day || is_weekday;
}

/* The first right minute of a day, not before a minute of it; -1 when there is none. */
static int find_minute(const struct cron *cron, int first)
{
    for (int minute = first; minute < 24 * 60; minute++) {
        if (!has(cron, CRON_HOUR, minute / 60))
            minute += 59 - minute % 60;
        else if (has(cron, CRON_MINUTE, minute % 60))
            return minute;
    }
    return -1;
}

int64_t cron_next(const struct cron *cron, int64_t after_ms)
{
    time_t first_s = (time_t)((after_ms / MINUTE_MS + 1) * (MINUTE_MS / 1000));
    time_t day_s = first_s - first_s % DAY_S;
    int from = (int)(first_s % DAY_S / 60);
    for (int i = 0; i < DAYS_MAX; i++, day_s += DAY_S, from = 0) {
        struct tm day;
        gmtime_r(&day_s, &day);
        int minute = is_right_day(cron, &day) ? find_minute(cron, from) : -1;
        if (minute >= 0)
            return (int64_t)day_s * 1000 + minute * MINUTE_MS;
    }
    return TIME_UNKNOWN;
}
