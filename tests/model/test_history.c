#include "support/testing.h"

#include "model/history.h"

static uint32_t started_in_all(const struct history *h)
{
    uint32_t sum = 0;
    for (int i = 0; i < HISTORY_SLICES; i++)
        sum += h->slices[i].started;
    return sum;
}

static void slices_move_on_with_time(void **state)
{
    (void)state;
    struct history h = {0};
    int64_t t = 1000 * HISTORY_SLICE_MS;
    history_note_start(&h, t);
    history_note_start(&h, t + HISTORY_SLICE_MS - 1);
    assert_int_equal(h.slices[HISTORY_SLICES - 1].started, 2);
    history_note_start(&h, t + HISTORY_SLICE_MS);
    assert_int_equal(h.slices[HISTORY_SLICES - 2].started, 2);
    assert_int_equal(h.slices[HISTORY_SLICES - 1].started, 1);
    history_advance(&h, t + (HISTORY_SLICES - 1) * HISTORY_SLICE_MS);
    assert_int_equal(h.slices[0].started, 2);
    history_advance(&h, t + HISTORY_SLICES * HISTORY_SLICE_MS);
    assert_int_equal(started_in_all(&h), 1);
    history_advance(&h, t + 100 * HISTORY_SLICE_MS);
    assert_int_equal(started_in_all(&h), 0);
}

static void a_clock_set_back_starts_anew(void **state)
{
    (void)state;
    struct history h = {0};
    history_note_start(&h, 1000 * HISTORY_SLICE_MS);
    history_note_start(&h, 900 * HISTORY_SLICE_MS);
    assert_int_equal(started_in_all(&h), 1);
}

static void p95_is_that_of_the_last_samples(void **state)
{
    (void)state;
    struct history h = {0};
    assert_true(history_p95_ms(&h) == UNKNOWN);
    struct task ended = {.state = TASK_SUCCEEDED};
    for (int i = 1; i <= 100; i++) {
        ended.elapsed_ms = i;
        history_note_end(&h, &ended, 1);
    }
    assert_int_equal(history_p95_ms(&h), 95);
    ended.elapsed_ms = 7;
    for (int i = 0; i < HISTORY_SAMPLES; i++)
        history_note_end(&h, &ended, 1);
    assert_int_equal(history_p95_ms(&h), 7);
    ended.elapsed_ms = UNKNOWN;
    ended.state = TASK_FAILED;
    history_note_end(&h, &ended, 1);
    assert_int_equal(history_p95_ms(&h), 7);
    assert_int_equal(h.slices[HISTORY_SLICES - 1].failed, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slices_move_on_with_time),
        cmocka_unit_test(a_clock_set_back_starts_anew),
        cmocka_unit_test(p95_is_that_of_the_last_samples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
