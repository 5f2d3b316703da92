#include "support/testing.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/timefmt.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define NOW_MS       INT64_C(1589342828000) /* 2020-05-13T04:07:08Z */

static void durations_fit_five_columns(void **state)
{
    (void)state;
    static const struct {
        int64_t ms;
        const char *text;
    } cases[] = {
        {0, "0ms"},
        {812, "812ms"},
        {999, "999ms"},
        {1000, "1.0s"},
        {3499, "3.4s"},
        {9999, "9.9s"},
        {10000, "10s"},
        {59999, "59s"},
        {60000, "1m00s"},
        {192000, "3m12s"},
        {599999, "9m59s"},
        {600000, "10m"},
        {3599999, "59m"},
        {3600000, "1h00m"},
        {7500000, "2h05m"},
        {36000000, "10h"},
        {86399999, "23h"},
        {86400000, "1d"},
        {12 * INT64_C(86400000), "12d"},
        {1000 * INT64_C(86400000) - 1, "999d"},
        {1000 * INT64_C(86400000), "999d+"},
        {INT64_MAX, "999d+"},
        {-5, "0ms"},
        {TIME_UNKNOWN, "-"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char out[TIMEFMT_BYTES];
        assert_ptr_equal(format_duration(out, cases[i].ms), out);
        assert_string_equal(out, cases[i].text);
        assert_true(strlen(out) <= 5);
    }
}

static void counts_fit_five_columns(void **state)
{
    (void)state;
    static const struct {
        int64_t count;
        const char *text;
    } cases[] = {
        {0, "0"},         {999, "999"},        {1000, "1.0k"},
        {12345, "12.3k"}, {99999, "99.9k"},    {100000, "100k"},
        {999999, "999k"}, {4560000, "4.5M"},   {INT64_MAX, "9.2E"},
        {-1, "-"},        {TIME_UNKNOWN, "-"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char out[TIMEFMT_BYTES];
        assert_string_equal(format_count(out, cases[i].count), cases[i].text);
    }
}

static void utc_has_milliseconds(void **state)
{
    (void)state;
    char out[TIMEFMT_BYTES];
    assert_string_equal(format_utc(out, NOW_MS + 7), "2020-05-13T04:07:08.007Z");
    assert_string_equal(format_utc(out, -1), "1969-12-31T23:59:59.999Z");
    assert_string_equal(format_utc(out, INT64_C(253402300799999)), "9999-12-31T23:59:59.999Z");
    assert_string_equal(format_utc(out, INT64_C(253402300800000)), "-");
    assert_string_equal(format_utc(out, TIME_UNKNOWN), "-");
    assert_string_equal(format_utc(out, INT64_MAX), "-");
}

static void local_time_names_the_day_only_when_it_is_another(void **state)
{
    (void)state;
    setenv("TZ", "XYZ-5", 1); /* five hours east of UTC */
    tzset();
    char out[TIMEFMT_BYTES];
    assert_string_equal(format_local(out, NOW_MS, NOW_MS), "09:07:08");
    int64_t midnight = NOW_MS - 4 * 3600000 - 7 * 60000 - 8000 - 5 * 3600000;
    assert_string_equal(format_local(out, midnight, NOW_MS + 5 * 3600000), "00:00:00");
    assert_string_equal(format_local(out, midnight - 1000, NOW_MS), "2020-05-12 23:59:59");
    assert_string_equal(format_local(out, NOW_MS, TIME_UNKNOWN), "2020-05-13 09:07:08");
    assert_string_equal(format_local(out, TIME_UNKNOWN, NOW_MS), "-");
    setenv("TZ", "UTC", 1);
    tzset();
}

static void durations_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } cases[] = {
        {"500ms", 500},
        {"2s", 2000},
        {"1.5m", 90000},
        {"2h", 7200000},
        {"1d", 86400000},
        {"3", 3000},
        {"0", 0},
        {"0.25", 250},
        {"1.5ms", 1},
        {"0.123456789123456s", 123},
        {"9223372036854775807ms", INT64_MAX},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t ms = -1;
        assert_true(parse_duration(cases[i].text, &ms));
        assert_int_equal(ms, cases[i].ms);
    }
}

static void what_is_no_duration_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "s",
        "-1s",
        "+1s",
        " 1s",
        "1s ",
        "1 s",
        "1.s",
        ".5s",
        "1..5s",
        "1x",
        "1S",
        "1sm",
        "9223372036854775808ms",
        "9223372036854775807s",
        "106751991168d",
        "99999999999999999999",
        "9223372036854775.9s",
        "nan",
        "0x10",
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        int64_t ms = 42;
        if (parse_duration(bad[i], &ms))
            fail_msg("%s was taken for a duration", bad[i]);
        assert_int_equal(ms, 42);
    }
}

static void iso_dates_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } cases[] = {
        {"2020-05-13T04:07:08Z", NOW_MS},
        {"2020-05-13T04:07:08", NOW_MS},
        {"2020-05-13 04:07:08.123456+00:00", NOW_MS + 123},
        {"2020-05-13T04:07:08.5Z", NOW_MS + 500},
        {"2020-05-13T04:07:08,05Z", NOW_MS + 50},
        {"2020-05-13 04:07:08 +0000", NOW_MS},
        {"2020-05-13 05:07:08 +0100", NOW_MS},
        {"2020-05-13T05:37:08+01:30", NOW_MS},
        {"2020-05-12T23:07:08-05", NOW_MS},
        {"2020-05-13", NOW_MS - (4 * 3600 + 7 * 60 + 8) * 1000},
        {"1970-01-01", 0},
        {"2000-02-29", INT64_C(951782400000)},
        {"2016-12-31T23:59:60Z", INT64_C(1483228800000)},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t ms = -1;
        if (!parse_iso8601(cases[i].text, &ms))
            fail_msg("%s was refused", cases[i].text);
        assert_int_equal(ms, cases[i].ms);
    }
}

static void what_is_no_iso_date_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "2020",
        "2020-05",
        "2020-5-13",
        "2020-13-01",
        "2020-00-01",
        "2020-02-30",
        "1900-02-29",
        "2020-05-00",
        "2020-05-13T",
        "2020-05-13T04",
        "2020-05-13T24:00:00",
        "2020-05-13T04:60:00",
        "2020-05-13T04:07:61Z",
        "2020-05-13T04:07:08.Z",
        "2020-05-13T04:07:08 ",
        "2020-05-13T04:07:08Zx",
        "2020-05-13T04:07:08+1",
        "2020-05-13T04:07:08+01:",
        "2020-05-13T04:07:08+24:00",
        "2020-05-13T04:07:08+01:60",
        "2020-05-13x",
        "02020-05-13",
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        int64_t ms = 42;
        if (parse_iso8601(bad[i], &ms))
            fail_msg("%s was taken for a date", bad[i]);
        assert_int_equal(ms, 42);
    }
}

static void iso_reads_what_utc_writes(void **state)
{
    (void)state;
    for (int64_t ms = INT64_C(-62167219200000); ms < INT64_C(253402300800000);
         ms += INT64_C(86400000) * 97 + 12345678) {
        char out[TIMEFMT_BYTES];
        int64_t again;
        assert_true(parse_iso8601(format_utc(out, ms), &again));
        assert_int_equal(again, ms);
    }
}

static void the_three_http_dates_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } cases[] = {
        {"Wed, 13 May 2020 04:07:08 GMT", NOW_MS},
        {"Wednesday, 13-May-20 04:07:08 GMT", NOW_MS},
        {"Wed May 13 04:07:08 2020", NOW_MS},
        {"Sun, 06 Nov 1994 08:49:37 GMT", INT64_C(784111777000)},
        {"Sunday, 06-Nov-94 08:49:37 GMT", INT64_C(784111777000)},
        {"Sun Nov  6 08:49:37 1994", INT64_C(784111777000)},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t ms = -1;
        if (!parse_http_date(cases[i].text, &ms))
            fail_msg("%s was refused", cases[i].text);
        assert_int_equal(ms, cases[i].ms);
    }
}

static void what_is_no_http_date_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "Wed",
        "Wed,",
        "Wed, ",
        "120",
        "Wed, 13 May 2020 04:07:08",
        "Wed, 31 Feb 2020 04:07:08 GMT",
        "Wed, 13 Mai 2020 04:07:08 GMT",
        "Wed, 13 May 2020 04:07:08 GMTx",
        "Wed, 3 May 2020 04:07:08 GMT",
        "Wed May 13 04:07:08 20200",
        "Wed May 3 04:07:08 2020",
        "Wed, 13 May 2020 04:07:08 CET",
        ", 13 May 2020 04:07:08 GMT",
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        int64_t ms = 42;
        if (parse_http_date(bad[i], &ms))
            fail_msg("%s was taken for a date", bad[i]);
        assert_int_equal(ms, 42);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(durations_fit_five_columns),
        cmocka_unit_test(counts_fit_five_columns),
        cmocka_unit_test(utc_has_milliseconds),
        cmocka_unit_test(local_time_names_the_day_only_when_it_is_another),
        cmocka_unit_test(durations_are_read),
        cmocka_unit_test(what_is_no_duration_is_refused),
        cmocka_unit_test(iso_dates_are_read),
        cmocka_unit_test(what_is_no_iso_date_is_refused),
        cmocka_unit_test(iso_reads_what_utc_writes),
        cmocka_unit_test(the_three_http_dates_are_read),
        cmocka_unit_test(what_is_no_http_date_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
