/* Rules of schedules: what is understood, and when it is next. */
#include "support/testing.h"

#include <string.h>

#include "base/timefmt.h"
#include "sandbox/cron.h"

static void next_is_the_first_minute_that_is_right(void **state)
{
    (void)state;
    static const struct {
        const char *rule;
        const char *after;
        const char *next;
    } cases[] = {
        {"* * * * *", "2026-11-20T10:00:00Z", "2026-11-20T10:01:00.000Z"},
        {"* * * * *", "2026-11-20T10:00:59.999Z", "2026-11-20T10:01:00.000Z"},
        {"0 0 * * *", "2026-12-31T23:59:00Z", "2027-01-01T00:00:00.000Z"},
        {"*/15 * * * *", "2026-11-20T10:46:00Z", "2026-11-20T11:00:00.000Z"},
        {"5/20 * * * *", "2026-11-20T10:25:00Z", "2026-11-20T10:45:00.000Z"},
        {"10-12 * * * *", "2026-11-20T10:12:00Z", "2026-11-20T11:10:00.000Z"},
        {"30 8,17 * * *", "2026-11-20T08:30:00Z", "2026-11-20T17:30:00.000Z"},
        {"51 12 * * 1", "2026-11-20T10:00:00Z", "2026-11-23T12:51:00.000Z"},
        {"0 6 * * mon-fri", "2026-11-20T06:00:00Z", "2026-11-23T06:00:00.000Z"},
        {"0 6 * * 7", "2026-11-20T06:00:00Z", "2026-11-22T06:00:00.000Z"},
        {"0 0 1 Jan *", "2026-11-20T06:00:00Z", "2027-01-01T00:00:00.000Z"},
        {"0 0 31 * *", "2026-11-20T06:00:00Z", "2026-12-31T00:00:00.000Z"},
        {"0 0 29 2 *", "2026-11-20T06:00:00Z", "2028-02-29T00:00:00.000Z"},
        {"0 0 29 2 *", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00.000Z"},
        {"0 0 13 * 5", "2026-11-14T00:00:00Z", "2026-11-20T00:00:00.000Z"},
        {"0 0 13 * 5", "2026-12-12T00:00:00Z", "2026-12-13T00:00:00.000Z"},
        {"0 0 */2 * 1", "2026-11-20T06:00:00Z", "2026-11-23T00:00:00.000Z"},
        {" 0  12 * * * ", "2026-11-20T06:00:00Z", "2026-11-20T12:00:00.000Z"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cron cron;
        struct error err;
        int64_t after_ms;
        char text[TIMEFMT_BYTES];
        assert_true(cron_parse(cases[i].rule, &cron, &err));
        assert_true(parse_iso8601(cases[i].after, &after_ms));
        format_utc(text, cron_next(&cron, after_ms));
        if (strcmp(text, cases[i].next) != 0)
            fail_msg("%s after %s: %s", cases[i].rule, cases[i].after, text);
    }
}

static void day_that_never_comes_has_no_next(void **state)
{
    (void)state;
    struct cron cron;
    struct error err;
    assert_true(cron_parse("0 0 30 feb *", &cron, &err));
    assert_true(cron_next(&cron, 0) == TIME_UNKNOWN);
}

static void what_is_no_rule_is_refused_with_the_field(void **state)
{
    (void)state;
    static const struct {
        const char *rule;
        const char *words;
    } cases[] = {
        {"", "the minute of"},
        {"60 * * * *", "the minute of"},
        {"99999999999999999999 * * * *", "the minute of"},
        {"-1 * * * *", "the minute of"},
        {"5-3 * * * *", "the minute of"},
        {"*/0 * * * *", "the minute of"},
        {"*/x * * * *", "the minute of"},
        {"1, * * * *", "the minute of"},
        {"* 24 * * *", "the hour of"},
        {"* * 0 * *", "the day of the month of"},
        {"* * * mon *", "the month of"},
        {"* * * *", "the day of the week of"},
        {"* * * * 8", "the day of the week of"},
        {"* * * * mondays", "the day of the week of"},
        {"* * * * * *", "more than five fields"},
        {"@daily", "the minute of"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cron cron;
        struct error err = {0};
        if (cron_parse(cases[i].rule, &cron, &err) || !strstr(err.message, cases[i].words))
            fail_msg("\"%s\": %s", cases[i].rule, err.message);
    }
}

static void step_as_large_as_can_be_is_one_value(void **state)
{
    (void)state;
    struct cron cron;
    struct error err;
    assert_true(cron_parse("7/18446744073709551615 * * * *", &cron, &err));
    assert_true(cron.values[CRON_MINUTE] == UINT64_C(1) << 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(next_is_the_first_minute_that_is_right),
        cmocka_unit_test(day_that_never_comes_has_no_next),
        cmocka_unit_test(what_is_no_rule_is_refused_with_the_field),
        cmocka_unit_test(step_as_large_as_can_be_is_one_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
