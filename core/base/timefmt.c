#include "base/timefmt.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define SECOND_MS 1000
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * (int64_t)HOUR_MS)

/* 0000-01-01T00:00:00Z and 9999-12-31T23:59:59.999Z: what four digits of a year can say. */
#define FIRST_WALL_MS INT64_C(-62167219200000)
#define LAST_WALL_MS  INT64_C(253402300799999)

static char *copy_text(char out[TIMEFMT_BYTES], const char *text)
{
    snprintf(out, TIMEFMT_BYTES, "%s", text);
    return out;
}

char *format_duration(char out[TIMEFMT_BYTES], int64_t duration_ms)
{
    if (duration_ms == TIME_UNKNOWN)
        return copy_text(out, "-");
    int64_t ms = duration_ms < 0 ? 0 : duration_ms;
    if (ms < SECOND_MS)
        snprintf(out, TIMEFMT_BYTES, "%dms", (int)ms);
    else if (ms < 10 * SECOND_MS)
        snprintf(out, TIMEFMT_BYTES, "%d.%ds", (int)ms / SECOND_MS, (int)ms / 100 % 10);
    else if (ms < MINUTE_MS)
        snprintf(out, TIMEFMT_BYTES, "%ds", (int)ms / SECOND_MS);
    else if (ms < 10 * MINUTE_MS)
        snprintf(out, TIMEFMT_BYTES, "%dm%02ds", (int)ms / MINUTE_MS, (int)ms / SECOND_MS % 60);
    else if (ms < HOUR_MS)
        snprintf(out, TIMEFMT_BYTES, "%dm", (int)ms / MINUTE_MS);
    else if (ms < 10 * HOUR_MS)
        snprintf(out, TIMEFMT_BYTES, "%dh%02dm", (int)ms / HOUR_MS, (int)ms / MINUTE_MS % 60);
    else if (ms < DAY_MS)
        snprintf(out, TIMEFMT_BYTES, "%dh", (int)ms / HOUR_MS);
    else if (ms < 1000 * DAY_MS)
        snprintf(out, TIMEFMT_BYTES, "%dd", (int)(ms / DAY_MS));
    else
        copy_text(out, "999d+");
    return out;
}

/* Splits into whole seconds and the milliseconds after them, also before 1970. False when the year
 * has no four digits. */
static bool split_wall(int64_t wall_ms, time_t *out_seconds, int *out_ms)
{
    if (wall_ms < FIRST_WALL_MS || wall_ms > LAST_WALL_MS)
        return false;
    int ms = (int)(wall_ms % SECOND_MS);
    if (ms < 0)
        ms += SECOND_MS;
    *out_ms = ms;
    *out_seconds = (wall_ms - ms) / SECOND_MS;
    return true;
}

char *format_utc(char out[TIMEFMT_BYTES], int64_t wall_ms)
{
    time_t seconds;
    int ms;
    struct tm t;
    if (!split_wall(wall_ms, &seconds, &ms) || !gmtime_r(&seconds, &t))
        return copy_text(out, "-");
    snprintf(out, TIMEFMT_BYTES, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", t.tm_year + 1900,
             t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, ms);
    return out;
}

static bool is_same_day(const struct tm *a, const struct tm *b)
{
    return a->tm_year == b->tm_year && a->tm_yday == b->tm_yday;
}

char *format_local(char out[TIMEFMT_BYTES], int64_t wall_ms, int64_t now_ms)
{
    time_t seconds;
    time_t now_seconds;
    int ms;
    struct tm t;
    struct tm now;
    if (!split_wall(wall_ms, &seconds, &ms) || !localtime_r(&seconds, &t))
        return copy_text(out, "-");
    bool is_today = split_wall(now_ms, &now_seconds, &ms) && localtime_r(&now_seconds, &now) &&
                    is_same_day(&t, &now);
    strftime(out, TIMEFMT_BYTES, is_today ? "%H:%M:%S" : "%Y-%m-%d %H:%M:%S", &t);
    return out;
}

char *format_count(char out[TIMEFMT_BYTES], int64_t count)
{
    if (count < 0)
        return copy_text(out, "-");
    static const char units[] = " kMGTPE";
    int64_t unit = 1;
    size_t i = 0;
    while (count / unit >= 1000) {
        unit *= 1000;
        i++;
    }
    int whole = (int)(count / unit);
    if (unit == 1)
        snprintf(out, TIMEFMT_BYTES, "%d", whole);
    else if (whole < 100)
        snprintf(out, TIMEFMT_BYTES, "%d.%d%c", whole, (int)(count % unit / (unit / 10)), units[i]);
    else
        snprintf(out, TIMEFMT_BYTES, "%d%c", whole, units[i]);
    return out;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool find_unit(const char *name, int64_t *out_ms)
{
    static const struct {
        const char *name;
        int64_t ms;
    } units[] = {{"ms", 1},        {"s", SECOND_MS}, {"", SECOND_MS},
                 {"m", MINUTE_MS}, {"h", HOUR_MS},   {"d", DAY_MS}};
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (strcmp(name, units[i].name) == 0) {
            *out_ms = units[i].ms;
            return true;
        }
    }
    return false;
}

bool parse_duration(const char *text, int64_t *out_ms)
{
    if (!is_digit(*text))
        return false;
    int64_t whole = 0;
    for (; is_digit(*text); text++) {
        if (__builtin_mul_overflow(whole, 10, &whole) ||
            __builtin_add_overflow(whole, *text - '0', &whole))
            return false;
    }
    int64_t fraction = 0;
    int64_t scale = 1;
    if (text[0] == '.' && is_digit(text[1])) {
        for (text++; is_digit(*text); text++) {
            if (scale >= 1000000000)
                continue; /* finer than any unit can show */
            fraction = fraction * 10 + (*text - '0');
            scale *= 10;
        }
    }
    int64_t unit_ms;
    int64_t total;
    if (!find_unit(text, &unit_ms) || __builtin_mul_overflow(whole, unit_ms, &total) ||
        __builtin_add_overflow(total, fraction * unit_ms / scale, &total))
        return false;
    *out_ms = total;
    return true;
}

/* Parsing of dates: each take_ function moves *at past what it took, or returns false. */

static bool take_char(const char **at, const char *any_of)
{
    if (!**at || !strchr(any_of, **at))
        return false;
    ++*at;
    return true;
}

/* Exactly that many digits. */
static bool take_number(const char **at, int digits, int min, int max, int *out)
{
    int value = 0;
    for (int i = 0; i < digits; i++) {
        if (!is_digit((*at)[i]))
            return false;
        value = value * 10 + ((*at)[i] - '0');
    }
    if (value < min || value > max)
        return false;
    *at += digits;
    *out = value;
    return true;
}

struct moment {
    int year, month, day; /* month and day from 1 */
    int hour, minute, second, ms;
    int offset_minutes; /* east of UTC */
};

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && is_leap ? 29 : days[month - 1];
}

static bool moment_to_wall(const struct moment *m, int64_t *out_wall_ms)
{
    if (m->day > days_in_month(m->year, m->month))
        return false;
    struct tm t = {.tm_year = m->year - 1900,
                   .tm_mon = m->month - 1,
                   .tm_mday = m->day,
                   .tm_hour = m->hour,
                   .tm_min = m->minute,
                   .tm_sec = m->second};
    *out_wall_ms = (int64_t)timegm(&t) * SECOND_MS + m->ms - m->offset_minutes * (int64_t)MINUTE_MS;
    return true;
}

/* "10:00:00"; a leap second is the first second of the next minute. */
static bool take_time(const char **at, struct moment *m)
{
    return take_number(at, 2, 0, 23, &m->hour) && take_char(at, ":") &&
           take_number(at, 2, 0, 59, &m->minute) && take_char(at, ":") &&
           take_number(at, 2, 0, 60, &m->second);
}

/* ".123", any number of digits. */
static bool take_fraction(const char **at, struct moment *m)
{
    if (!take_char(at, ".,"))
        return true;
    if (!is_digit(**at))
        return false;
    for (int unit = 100; is_digit(**at); unit /= 10, ++*at)
        m->ms += unit * (**at - '0');
    return true;
}

/* "Z", "+0100", "+01:00", "+01", or nothing. */
static bool take_zone(const char **at, struct moment *m)
{
    if (!**at || take_char(at, "Zz"))
        return true;
    int sign = **at == '-' ? -1 : 1;
    int hours;
    int minutes = 0;
    if (!take_char(at, "+-") || !take_number(at, 2, 0, 23, &hours))
        return false;
    if (**at) {
        take_char(at, ":");
        if (!take_number(at, 2, 0, 59, &minutes))
            return false;
    }
    m->offset_minutes = sign * (hours * 60 + minutes);
    return true;
}

bool parse_iso8601(const char *text, int64_t *out_wall_ms)
{
    struct moment m = {0};
    const char *at = text;
    if (!take_number(&at, 4, 0, 9999, &m.year) || !take_char(&at, "-") ||
        !take_number(&at, 2, 1, 12, &m.month) || !take_char(&at, "-") ||
        !take_number(&at, 2, 1, 31, &m.day))
        return false;
    if (*at) {
        if (!take_char(&at, "Tt ") || !take_time(&at, &m) || !take_fraction(&at, &m))
            return false;
        if (take_char(&at, " ") && !*at)
            return false;
        if (!take_zone(&at, &m) || *at)
            return false;
    }
    return moment_to_wall(&m, out_wall_ms);
}

static bool take_month(const char **at, int *out_month)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (int i = 0; i < 12; i++) {
        if (strncmp(*at, names + 3 * i, 3) == 0) {
            *at += 3;
            *out_month = i + 1;
            return true;
        }
    }
    return false;
}

static bool take_text(const char **at, const char *text)
{
    size_t length = strlen(text);
    if (strncmp(*at, text, length) != 0)
        return false;
    *at += length;
    return true;
}

/* "13 May 2020 04:07:08 GMT" */
static bool parse_imf_date(const char *at, struct moment *m)
{
    return take_number(&at, 2, 1, 31, &m->day) && take_char(&at, " ") &&
           take_month(&at, &m->month) && take_char(&at, " ") &&
           take_number(&at, 4, 0, 9999, &m->year) && take_char(&at, " ") && take_time(&at, m) &&
           take_text(&at, " GMT") && !*at;
}

/* "13-May-20 04:07:08 GMT", the obsolete form of RFC 850 */
static bool parse_rfc850_date(const char *at, struct moment *m)
{
    if (!take_number(&at, 2, 1, 31, &m->day) || !take_char(&at, "-") ||
        !take_month(&at, &m->month) || !take_char(&at, "-") ||
        !take_number(&at, 2, 0, 99, &m->year) || !take_char(&at, " ") || !take_time(&at, m))
        return false;
    m->year += m->year < 70 ? 2000 : 1900;
    return take_text(&at, " GMT") && !*at;
}

/* "May 13 04:07:08 2020" or "May  3 ...", the obsolete form of asctime() */
static bool parse_asctime_date(const char *at, struct moment *m)
{
    if (!take_month(&at, &m->month) || !take_char(&at, " "))
        return false;
    int digits = take_char(&at, " ") ? 1 : 2;
    return take_number(&at, digits, 1, 31, &m->day) && take_char(&at, " ") && take_time(&at, m) &&
           take_char(&at, " ") && take_number(&at, 4, 0, 9999, &m->year) && !*at;
}

bool parse_http_date(const char *text, int64_t *out_wall_ms)
{
    struct moment m = {0};
    const char *after_day = strchr(text, ' ');
    if (!after_day || after_day - text < 3)
        return false;
    after_day++;
    if (after_day[-2] != ',')
        return parse_asctime_date(after_day, &m) && moment_to_wall(&m, out_wall_ms);
    if (!parse_imf_date(after_day, &m)) {
        m = (struct moment){0};
        if (!parse_rfc850_date(after_day, &m))
            return false;
    }
    return moment_to_wall(&m, out_wall_ms);
}
