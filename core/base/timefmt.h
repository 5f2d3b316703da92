/* timefmt.h - times and durations to and from text. Pure; any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TIME_UNKNOWN INT64_MIN

/* Large enough for every format_ function here. */
#define TIMEFMT_BYTES 40

/* A duration in at most five columns: "812ms", "3.4s", "48s", "3m12s", "2h05m", "12d", "999d+".
 * Negative is shown as "0ms"; TIME_UNKNOWN as "-". Returns out. */
char *format_duration(char out[TIMEFMT_BYTES], int64_t duration_ms);
/* UTC with milliseconds, as the contract has it: "2026-11-20T10:00:00.000Z". */
char *format_utc(char out[TIMEFMT_BYTES], int64_t wall_ms);
/* Local time for people: "10:41:07", with the date when it is not the day of now_ms. */
char *format_local(char out[TIMEFMT_BYTES], int64_t wall_ms, int64_t now_ms);
/* A count in at most five columns: "999", "12.3k", "4.5M". Negative is "-". */
char *format_count(char out[TIMEFMT_BYTES], int64_t count);

/* "500ms", "2s", "1.5m", "2h", "1d"; a bare number is seconds. False when it is no duration or
 * does not fit; *out_ms is untouched then. */
bool parse_duration(const char *text, int64_t *out_ms);
/* ISO 8601 date or date-time: "2026-11-20", "2026-11-20T10:00:00.123Z", "... 10:00:00 +0100",
 * "...+01:00". No zone means UTC. */
bool parse_iso8601(const char *text, int64_t *out_wall_ms);
/* An HTTP date (RFC 9110): "Wed, 13 May 2020 04:07:08 GMT". */
bool parse_http_date(const char *text, int64_t *out_wall_ms);
