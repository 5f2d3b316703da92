#include "base/quantile.h"

#include <stdlib.h>

#include "support/testing.h"

static void a_selected_quantile_is_that_of_the_sorted_samples(void **state)
{
    (void)state;
    static const unsigned percents[] = {1, 50, 95, 100};
    int64_t samples[200];
    int64_t sorted[200];
    unsigned seed = 7;
    for (size_t count = 1; count <= 200; count++) {
        for (size_t i = 0; i < count; i++)
            sorted[i] = samples[i] = rand_r(&seed) % (count % 3 == 0 ? 5 : 10000);
        quantile_sort(sorted, count);
        for (size_t i = 0; i < 4; i++)
            assert_int_equal(quantile_select(samples, count, percents[i]),
                             quantile_of_sorted(sorted, count, percents[i]));
    }
}

static void half_of_the_samples_do_not_pass_the_median(void **state)
{
    (void)state;
    int64_t samples[] = {9, 1, 5, 7};
    assert_int_equal(quantile_select(samples, 4, 50), 5);
    assert_int_equal(quantile_select(samples, 4, 95), 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_selected_quantile_is_that_of_the_sorted_samples),
        cmocka_unit_test(half_of_the_samples_do_not_pass_the_median),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
