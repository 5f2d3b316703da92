#include "support/testing.h"

#include <string.h>

#include "base/timefmt.h"
#include "engine/request_count.h"

#define MINUTE_MS 60000

/* Some monotonic time. */
#define MONO_MS 5000000

static int64_t at(const char *utc)
{
    int64_t wall_ms = 0;
    assert_true(parse_iso8601(utc, &wall_ms));
    return wall_ms;
}

static void add(struct request_count *count, int times, int64_t mono_ms, int64_t wall_ms)
{
    for (int i = 0; i < times; i++)
        request_count_add(count, mono_ms, wall_ms);
}

static void minute_forgets_what_is_older(void **state)
{
    (void)state;
    struct request_count count;
    int64_t wall_ms = at("2026-11-20T10:00:00Z");
    request_count_init(&count, 0, 0);
    assert_int_equal(request_count_last_minute(&count, MONO_MS), 0);
    add(&count, 3, MONO_MS, wall_ms);
    add(&count, 2, MONO_MS + 30000, wall_ms);
    assert_int_equal(request_count_last_minute(&count, MONO_MS + 30000), 5);
    assert_int_equal(request_count_last_minute(&count, MONO_MS + MINUTE_MS - 1), 5);
    assert_int_equal(request_count_last_minute(&count, MONO_MS + MINUTE_MS), 2);
    assert_int_equal(request_count_last_minute(&count, MONO_MS + 90000 - 1), 2);
    assert_int_equal(request_count_last_minute(&count, MONO_MS + 90000), 0);
    /* A slice that is used again starts anew, also after hours. */
    add(&count, 1, MONO_MS + 7200 * 1000, wall_ms);
    assert_int_equal(request_count_last_minute(&count, MONO_MS + 7200 * 1000), 1);
}

static void minute_is_right_just_after_the_machine_started(void **state)
{
    (void)state;
    struct request_count count;
    request_count_init(&count, 2, 0);
    add(&count, 2, 3000, at("2026-11-20T10:00:00Z"));
    enum request_bound bound;
    assert_int_equal(request_count_last_minute(&count, 3500), 2);
    assert_int_equal(request_count_wait_ms(&count, 3500, at("2026-11-20T10:00:00Z"), &bound),
                     59500);
}

static void month_begins_in_utc(void **state)
{
    (void)state;
    struct request_count count;
    int64_t end_ms = at("2026-11-30T23:59:59.999Z");
    request_count_init(&count, 0, 0);
    add(&count, 7, MONO_MS, end_ms);
    assert_int_equal(request_count_this_month(&count, end_ms), 7);
    assert_int_equal(request_count_this_month(&count, end_ms + 1), 0);
    add(&count, 1, MONO_MS, end_ms + 1);
    assert_int_equal(request_count_this_month(&count, end_ms + 1), 1);
    assert_int_equal(request_count_last_minute(&count, MONO_MS), 8);

    char text[16];
    request_month_format(text, request_month(end_ms));
    assert_string_equal(text, "2026-11");
    request_month_format(text, request_month(at("2027-01-01T00:00:00Z")));
    assert_string_equal(text, "2027-01");
    assert_int_equal(request_month(at("2027-01-01T00:00:00Z")),
                     request_month(at("2026-12-31T00:00:00Z")) + 1);
}

static void minute_budget_is_reached_and_freed(void **state)
{
    (void)state;
    struct request_count count;
    enum request_bound bound;
    int64_t wall_ms = at("2026-11-20T10:00:00Z");
    request_count_init(&count, 4, 0);
    add(&count, 2, MONO_MS, wall_ms);
    add(&count, 1, MONO_MS + 10000, wall_ms);
    assert_int_equal(request_count_wait_ms(&count, MONO_MS + 10000, wall_ms, &bound), 0);
    assert_int_equal(bound, REQUEST_BOUND_NONE);
    add(&count, 1, MONO_MS + 20000, wall_ms);
    /* One has to fall out of the minute: the first of those at the beginning. */
    assert_int_equal(request_count_wait_ms(&count, MONO_MS + 20000, wall_ms, &bound), 40000);
    assert_int_equal(bound, REQUEST_BOUND_MINUTE);
    assert_int_equal(request_count_wait_ms(&count, MONO_MS + MINUTE_MS - 1, wall_ms, &bound), 1);
    assert_int_equal(request_count_wait_ms(&count, MONO_MS + MINUTE_MS, wall_ms, &bound), 0);
    /* Beyond the bound, as after requests by hand, more has to fall out. */
    add(&count, 4, MONO_MS + 21000, wall_ms);
    assert_int_equal(request_count_wait_ms(&count, MONO_MS + 21000, wall_ms, &bound), MINUTE_MS);
}

static void month_budget_is_reached_and_freed(void **state)
{
    (void)state;
    struct request_count count;
    enum request_bound bound;
    int64_t wall_ms = at("2026-12-31T12:00:00Z");
    request_count_init(&count, 0, 5);
    add(&count, 4, MONO_MS, wall_ms);
    assert_int_equal(request_count_wait_ms(&count, MONO_MS, wall_ms, &bound), 0);
    add(&count, 1, MONO_MS, wall_ms);
    assert_int_equal(request_count_wait_ms(&count, MONO_MS, wall_ms, &bound), 12 * 60 * MINUTE_MS);
    assert_int_equal(bound, REQUEST_BOUND_MONTH);
    assert_int_equal(request_count_wait_ms(&count, MONO_MS, at("2027-01-01T00:00:00Z"), &bound), 0);
    assert_int_equal(bound, REQUEST_BOUND_NONE);
}

static void longer_wait_of_two_bounds_is_named(void **state)
{
    (void)state;
    struct request_count count;
    enum request_bound bound;
    request_count_init(&count, 1, 1);
    add(&count, 1, MONO_MS, at("2026-11-30T23:59:50Z"));
    assert_int_equal(request_count_wait_ms(&count, MONO_MS, at("2026-11-30T23:59:50Z"), &bound),
                     MINUTE_MS);
    assert_int_equal(bound, REQUEST_BOUND_MINUTE);
    request_count_wait_ms(&count, MONO_MS, at("2026-11-01T00:00:00Z"), &bound);
    assert_int_equal(bound, REQUEST_BOUND_MONTH);
}

static void words_name_the_budget_and_the_next_step(void **state)
{
    (void)state;
    struct request_count count;
    struct error err = {0};
    request_count_init(&count, 60, 100000);
    request_count_explain(&count, REQUEST_BOUND_MONTH, at("2026-11-20T10:00:00Z"), &err);
    assert_int_equal(err.code, ERR_LIMITED);
    assert_string_equal(err.message, "monthly budget of 100,000 requests is used up; raise "
                                     "requests_per_month or wait until 1 December");
    request_count_explain(&count, REQUEST_BOUND_MONTH, at("2026-12-20T10:00:00Z"), &err);
    assert_non_null(strstr(err.message, "1 January"));
    request_count_explain(&count, REQUEST_BOUND_MINUTE, at("2026-12-20T10:00:00Z"), &err);
    assert_string_equal(err.message, "budget of 60 requests a minute is used up; wait a moment, or "
                                     "raise requests_per_minute or poll");
    request_count_init(&count, 0, 1234567);
    request_count_explain(&count, REQUEST_BOUND_MONTH, at("2026-12-20T10:00:00Z"), &err);
    assert_non_null(strstr(err.message, " 1,234,567 "));
    request_count_init(&count, 0, 999);
    request_count_explain(&count, REQUEST_BOUND_MONTH, at("2026-12-20T10:00:00Z"), &err);
    assert_non_null(strstr(err.message, " 999 "));
}

static void merging_adds_what_others_sent_and_loses_nothing(void **state)
{
    (void)state;
    struct request_count count;
    int64_t wall_ms = at("2026-11-20T10:00:00Z");
    request_count_init(&count, 0, 0);
    request_count_merge(&count, 100, wall_ms);
    assert_int_equal(request_count_this_month(&count, wall_ms), 100);
    add(&count, 5, MONO_MS, wall_ms);
    request_count_merge(&count, 130, wall_ms);
    assert_int_equal(request_count_this_month(&count, wall_ms), 135);
    assert_int_equal(count.unsaved, 5);
    request_count_merge(&count, 0, wall_ms); /* the file is gone */
    assert_int_equal(request_count_this_month(&count, wall_ms), 135);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(minute_forgets_what_is_older),
        cmocka_unit_test(minute_is_right_just_after_the_machine_started),
        cmocka_unit_test(month_begins_in_utc),
        cmocka_unit_test(minute_budget_is_reached_and_freed),
        cmocka_unit_test(month_budget_is_reached_and_freed),
        cmocka_unit_test(longer_wait_of_two_bounds_is_named),
        cmocka_unit_test(words_name_the_budget_and_the_next_step),
        cmocka_unit_test(merging_adds_what_others_sent_and_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
