/* The figure stays while the service is as it was, and follows when that changes. */
#include "support/testing.h"

#include "net/latency.h"

static void first_answer_is_shown(void **state)
{
    (void)state;
    struct latency latency = {0};
    assert_int_equal(latency_note(&latency, 42), 42);
}

static void late_answers_now_and_then_change_nothing(void **state)
{
    (void)state;
    static const int64_t answers[] = {4, 5, 31, 3, 6, 4, 90, 25, 4, 5, 4, 33, 2, 40, 3, 6};
    struct latency latency = {0};
    for (int round = 0; round < 5; round++)
        for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
            assert_int_equal(latency_note(&latency, answers[i]), 4);
}

static void slower_service_is_shown_as_slower(void **state)
{
    (void)state;
    struct latency latency = {0};
    for (int i = 0; i < 20; i++)
        latency_note(&latency, 40);
    assert_int_equal(latency_note(&latency, 120), 40);
    for (int i = 0; i < LATENCY_SAMPLES / 2; i++)
        latency_note(&latency, 120);
    assert_int_equal(latency.shown_ms, 120);
    for (int i = 0; i < LATENCY_SAMPLES; i++)
        latency_note(&latency, 45);
    assert_int_equal(latency.shown_ms, 45);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_answer_is_shown),
        cmocka_unit_test(late_answers_now_and_then_change_nothing),
        cmocka_unit_test(slower_service_is_shown_as_slower),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
