/* Numbers that come and go keep the quantiles of the same numbers sorted anew. */
#include "support/testing.h"

#include <stdlib.h>
#include <string.h>

#include "base/number_bag.h"
#include "base/quantile.h"

#define MOST 5000

static struct number_bag bag;
static int64_t numbers[MOST]; /* the same ones, in any order */
static size_t count;

static void add(int64_t number)
{
    number_bag_add(&bag, number);
    numbers[count++] = number;
}

static void remove_any(void)
{
    size_t at = (size_t)rand() % count;
    assert_true(number_bag_remove(&bag, numbers[at]));
    numbers[at] = numbers[--count];
}

static void assert_quantiles(void)
{
    static int64_t sorted[MOST];
    static const unsigned percents[] = {1, 50, 95, 100};
    memcpy(sorted, numbers, sizeof(sorted));
    quantile_sort(sorted, count);
    assert_int_equal(bag.count, count);
    for (size_t i = 0; i < 4 && count > 0; i++)
        assert_int_equal(number_bag_quantile(&bag, percents[i]),
                         quantile_of_sorted(sorted, count, percents[i]));
}

static void what_comes_and_goes_leaves_the_quantiles_right(void **state)
{
    (void)state;
    srand(7);
    for (int round = 0; round < 60; round++) {
        int spread = round % 3 ? 1000000 : 3;
        for (int i = rand() % 300; i > 0 && count < MOST; i--)
            add(rand() % spread - spread / 2);
        for (int i = rand() % 250; i > 0 && count > 0; i--)
            remove_any();
        assert_quantiles();
    }
    while (count > 0)
        remove_any();
    assert_int_equal(bag.block_count, 0);
    add(4);
    assert_quantiles();
    number_bag_finish(&bag);
    count = 0;
}

static void numbers_in_order_are_taken_too(void **state)
{
    (void)state;
    for (int i = 0; i < MOST; i++)
        add(i % 2 ? i : -i);
    assert_quantiles();
    number_bag_finish(&bag);
    count = 0;
}

static void what_is_not_there_is_not_taken_away(void **state)
{
    (void)state;
    assert_false(number_bag_remove(&bag, 1));
    number_bag_add(&bag, 1);
    number_bag_add(&bag, 3);
    assert_false(number_bag_remove(&bag, 2));
    assert_false(number_bag_remove(&bag, 4));
    assert_int_equal(bag.count, 2);
    assert_true(number_bag_remove(&bag, 3));
    assert_false(number_bag_remove(&bag, 3));
    number_bag_finish(&bag);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_comes_and_goes_leaves_the_quantiles_right),
        cmocka_unit_test(numbers_in_order_are_taken_too),
        cmocka_unit_test(what_is_not_there_is_not_taken_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
