#include "soak/judge.h"
#include "support/testing.h"

static void fill(struct series *series, double warm_up, double then, double end)
{
    const double values[PHASE_COUNT] = {warm_up, then, end};
    for (int phase = 0; phase < PHASE_COUNT; phase++)
        for (int i = -2; i <= 2; i++)
            series_add(series, (enum phase)phase, values[phase] + i);
}

static void assert_flat(double warm_up, double then, double end, bool is_flat)
{
    struct series series = {.name = "memory"};
    fill(&series, warm_up, then, end);
    assert_int_equal(series_is_flat(&series, 10), is_flat);
    series_finish(&series);
}

static void growth_beyond_the_slack_is_not_flat(void **state)
{
    (void)state;
    assert_flat(100, 100, 100, true);
    assert_flat(100, 100, 110, true);
    assert_flat(100, 100, 111, false);
    assert_flat(100, 100, 50, true);
}

static void warm_up_may_grow(void **state)
{
    (void)state;
    assert_flat(10, 100, 100, true);
    assert_flat(10, 100, 190, false);
}

static void nothing_measured_is_not_flat(void **state)
{
    (void)state;
    struct series series = {.name = "memory"};
    assert_false(series_is_flat(&series, 10));
    series_add(&series, PHASE_THEN, 1);
    assert_false(series_is_flat(&series, 10));
    series_finish(&series);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(growth_beyond_the_slack_is_not_flat),
        cmocka_unit_test(warm_up_may_grow),
        cmocka_unit_test(nothing_measured_is_not_flat),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
