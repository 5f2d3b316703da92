#include "support/testing.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/report.h"

static void quantiles_lie_between_the_values(void **state)
{
    (void)state;
    struct samples samples = {0};
    assert_true(isnan(samples_quantile(&samples, 0.5)));
    for (int i = 100; i >= 0; i--)
        samples_add(&samples, i);
    assert_float_equal(samples_quantile(&samples, 0), 0, 0.001);
    assert_float_equal(samples_quantile(&samples, 0.5), 50, 0.001);
    assert_float_equal(samples_quantile(&samples, 0.99), 99, 0.001);
    assert_float_equal(samples_quantile(&samples, 0.995), 99.5, 0.001);
    samples_finish(&samples);
}

static char *printed(const struct report *report)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    report_print(report, out);
    fclose(out);
    return text;
}

static void missed_budgets_are_shown_as_missed(void **state)
{
    (void)state;
    struct report *report = report_create();
    struct measurement row = {.name = "start",
                              .unit = "ms",
                              .value = 21,
                              .low = NAN,
                              .floor = 7,
                              .kind = BUDGET_VALUE,
                              .budget = 20};
    report_add(report, &row);
    char *text = printed(report);
    assert_non_null(strstr(text, "MISSED"));
    assert_non_null(strstr(text, "3x"));
    free(text);
    report_destroy(report);

    report = report_create();
    row.kind = BUDGET_RATIO;
    row.budget = 3;
    report_add(report, &row);
    text = printed(report);
    assert_non_null(strstr(text, " met"));
    assert_null(strstr(text, "MISSED"));
    free(text);
    report_destroy(report);
}

static void what_was_not_measured_is_not_met(void **state)
{
    (void)state;
    struct report *report = report_create();
    struct measurement row = {.name = "start",
                              .unit = "ms",
                              .value = NAN,
                              .low = NAN,
                              .floor = NAN,
                              .kind = BUDGET_VALUE,
                              .budget = 20};
    report_add(report, &row);
    report_add_missing(report, "poll", "no provider");
    char *text = printed(report);
    assert_null(strstr(text, " met"));
    assert_non_null(strstr(text, "not measured"));
    assert_non_null(strstr(text, "no provider"));
    free(text);
    report_destroy(report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_lie_between_the_values),
        cmocka_unit_test(missed_budgets_are_shown_as_missed),
        cmocka_unit_test(what_was_not_measured_is_not_met),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
