#include "support/testing.h"

#include "net/schedule.h"

#define NOW      INT64_C(1000000)
#define INTERVAL INT64_C(2000)

/* Jitter is random modulo the span: 0 gives its low end; a sweep meets both ends. */
#define LOW UINT64_C(0)

static struct schedule make(void)
{
    struct schedule s;
    schedule_init(&s, INTERVAL, NOW);
    return s;
}

static void the_first_poll_is_due_at_once(void **state)
{
    (void)state;
    struct schedule s = make();
    assert_true(schedule_is_due(&s, NOW));
    assert_false(schedule_is_due(&s, NOW - 1));
}

static void while_tasks_run_the_interval_is_kept(void **state)
{
    (void)state;
    struct schedule s = make();
    for (int i = 0; i < 10; i++) {
        schedule_success(&s, true, NOW, LOW);
        assert_int_equal(s.next_ms, NOW + INTERVAL);
    }
    assert_false(schedule_is_due(&s, NOW + INTERVAL - 1));
    assert_true(schedule_is_due(&s, NOW + INTERVAL));
}

static void an_idle_service_is_asked_slower_up_to_the_factor(void **state)
{
    (void)state;
    struct schedule s = make();
    static const int64_t factors[] = {1, 2, 3, 4, 4, 4};
    for (size_t i = 0; i < 6; i++) {
        schedule_success(&s, false, NOW, LOW);
        assert_int_equal(s.next_ms, NOW + factors[i] * INTERVAL);
    }
    schedule_success(&s, true, NOW, LOW);
    assert_int_equal(s.next_ms, NOW + INTERVAL);
}

static void an_idle_factor_of_one_is_never_slower(void **state)
{
    (void)state;
    struct schedule s = make();
    s.idle_factor = 1;
    for (int i = 0; i < 5; i++)
        schedule_success(&s, false, NOW, LOW);
    assert_int_equal(s.next_ms, NOW + INTERVAL);
}

/* The least and the most that any randomness makes of one failure or success. */
struct span {
    int64_t least, most;
};

static void widen(struct span *span, const struct schedule *s)
{
    int64_t wait = s->next_ms - NOW;
    if (wait < span->least)
        span->least = wait;
    if (wait > span->most)
        span->most = wait;
}

static struct span failures_span(unsigned failures_before, int64_t retry_after_ms)
{
    struct span span = {INT64_MAX, INT64_MIN};
    for (uint64_t random = 0; random < 200000; random++) {
        struct schedule s = make();
        s.failures = failures_before;
        schedule_failure(&s, retry_after_ms, NOW, random);
        widen(&span, &s);
    }
    return span;
}

static void success_has_jitter_but_is_never_early(void **state)
{
    (void)state;
    struct span span = {INT64_MAX, INT64_MIN};
    for (uint64_t random = 0; random < 5000; random++) {
        struct schedule s = make();
        schedule_success(&s, true, NOW, random);
        widen(&span, &s);
    }
    assert_int_equal(span.least, INTERVAL);
    assert_int_equal(span.most, INTERVAL + INTERVAL / 10);
}

static void backoff_doubles_with_full_jitter_to_its_ceiling(void **state)
{
    (void)state;
    static const int64_t most[] = {4000, 8000, 16000, 32000, 60000, 60000};
    for (unsigned failures = 0; failures < 6; failures++) {
        struct span span = failures_span(failures, -1);
        assert_int_equal(span.least, INTERVAL);
        assert_int_equal(span.most, most[failures]);
    }
    struct span span = failures_span(UINT32_MAX, -1);
    assert_int_equal(span.most, 60000);
}

static void success_ends_the_backoff(void **state)
{
    (void)state;
    struct schedule s = make();
    for (int i = 0; i < 5; i++)
        schedule_failure(&s, -1, NOW, UINT64_MAX);
    assert_int_equal(s.failures, 5);
    schedule_success(&s, true, NOW, LOW);
    assert_int_equal(s.failures, 0);
    assert_int_equal(s.next_ms, NOW + INTERVAL);
}

static void a_ceiling_below_the_interval_does_not_shrink_it(void **state)
{
    (void)state;
    struct schedule s = make();
    s.max_backoff_ms = 1;
    for (uint64_t random = 0; random < 100; random++) {
        schedule_failure(&s, -1, NOW, random);
        assert_int_equal(s.next_ms, NOW + INTERVAL);
    }
}

static void an_interval_never_shrinks_below_the_floor(void **state)
{
    (void)state;
    struct schedule s;
    schedule_init(&s, 0, NOW);
    schedule_success(&s, true, NOW, LOW);
    assert_int_equal(s.next_ms, NOW + SCHEDULE_FLOOR_MS);
    schedule_failure(&s, 0, NOW, LOW);
    assert_int_equal(s.next_ms, NOW + SCHEDULE_FLOOR_MS);
}

static void retry_after_wins_over_the_backoff(void **state)
{
    (void)state;
    struct span longer = failures_span(0, 90000); /* also past the ceiling */
    assert_int_equal(longer.least, 90000);
    assert_int_equal(longer.most, 99000);
    struct span shorter = failures_span(10, 5000);
    assert_int_equal(shorter.least, 5000);
    assert_int_equal(shorter.most, 5500);
    struct span none = failures_span(10, 0);
    assert_int_equal(none.least, INTERVAL);
}

static void retry_after_outlasts_the_success_of_another_request(void **state)
{
    (void)state;
    struct schedule s = make();
    schedule_failure(&s, 30000, NOW, LOW);
    schedule_success(&s, true, NOW + 10, LOW);
    assert_int_equal(s.next_ms, NOW + 30000);
    schedule_success(&s, true, NOW + 40000, LOW);
    assert_int_equal(s.next_ms, NOW + 40000 + INTERVAL);
}

static void a_shorter_retry_after_does_not_lift_a_longer_one(void **state)
{
    (void)state;
    struct schedule s = make();
    schedule_failure(&s, 30000, NOW, LOW);
    schedule_failure(&s, 1000, NOW, LOW);
    assert_int_equal(s.next_ms, NOW + 30000);
}

static void an_endless_retry_after_does_not_overflow(void **state)
{
    (void)state;
    struct schedule s = make();
    schedule_failure(&s, INT64_MAX, NOW, UINT64_MAX);
    assert_int_equal(s.next_ms, INT64_MAX);
    schedule_hurry(&s, 0, NOW);
    assert_false(schedule_is_due(&s, NOW + 1));
}

static void hurry_asks_after_the_delay(void **state)
{
    (void)state;
    struct schedule s = make();
    schedule_success(&s, false, NOW, LOW);
    schedule_success(&s, false, NOW, LOW);
    schedule_hurry(&s, 300, NOW);
    assert_int_equal(s.next_ms, NOW + 300);
    schedule_success(&s, false, NOW, LOW);
    assert_int_equal(s.next_ms, NOW + INTERVAL);
}

static void hurry_breaks_the_backoff_but_not_retry_after(void **state)
{
    (void)state;
    struct schedule s = make();
    schedule_failure(&s, -1, NOW, 1500);
    schedule_hurry(&s, 0, NOW);
    assert_true(schedule_is_due(&s, NOW));
    schedule_failure(&s, 5000, NOW, 400);
    schedule_hurry(&s, 0, NOW);
    assert_int_equal(s.next_ms, NOW + 5000);
    schedule_hurry(&s, 0, NOW + 6000);
    assert_true(schedule_is_due(&s, NOW + 6000));
}

static void hurry_never_makes_a_poll_later(void **state)
{
    (void)state;
    struct schedule s = make();
    schedule_success(&s, true, NOW, LOW);
    schedule_hurry(&s, 10 * INTERVAL, NOW);
    assert_int_equal(s.next_ms, NOW + INTERVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_poll_is_due_at_once),
        cmocka_unit_test(while_tasks_run_the_interval_is_kept),
        cmocka_unit_test(an_idle_service_is_asked_slower_up_to_the_factor),
        cmocka_unit_test(an_idle_factor_of_one_is_never_slower),
        cmocka_unit_test(success_has_jitter_but_is_never_early),
        cmocka_unit_test(backoff_doubles_with_full_jitter_to_its_ceiling),
        cmocka_unit_test(success_ends_the_backoff),
        cmocka_unit_test(a_ceiling_below_the_interval_does_not_shrink_it),
        cmocka_unit_test(an_interval_never_shrinks_below_the_floor),
        cmocka_unit_test(retry_after_wins_over_the_backoff),
        cmocka_unit_test(retry_after_outlasts_the_success_of_another_request),
        cmocka_unit_test(a_shorter_retry_after_does_not_lift_a_longer_one),
        cmocka_unit_test(an_endless_retry_after_does_not_overflow),
        cmocka_unit_test(hurry_asks_after_the_delay),
        cmocka_unit_test(hurry_breaks_the_backoff_but_not_retry_after),
        cmocka_unit_test(hurry_never_makes_a_poll_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
