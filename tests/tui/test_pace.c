/* A slow terminal is sent as much as it can be expected to show soon; any other is never waited
 * for. */
#include "support/testing.h"

#include "pace.h"

#define NOW 5000

static void little_is_sent_without_a_question(void **state)
{
    (void)state;
    struct pace pace = {0};
    assert_false(pace_note_frame(&pace, PACE_ASK_BYTES - 1, NOW));
    assert_true(pace_note_frame(&pace, 1, NOW));
    assert_false(pace_note_frame(&pace, 100 * PACE_ASK_BYTES, NOW)); /* one question at a time */
}

static void terminal_that_never_answered_is_not_waited_for(void **state)
{
    (void)state;
    struct pace pace = {0};
    pace_note_frame(&pace, PACE_ASK_BYTES, NOW);
    pace_note_frame(&pace, 100 * PACE_AHEAD_BYTES, NOW);
    assert_int_equal(pace_wait_ms(&pace, NOW), 0);
}

static void terminal_that_owes_an_answer_gets_little_more(void **state)
{
    (void)state;
    struct pace pace = {0};
    pace_note_frame(&pace, PACE_ASK_BYTES, NOW);
    pace_note_answer(&pace);
    pace_note_frame(&pace, PACE_ASK_BYTES, NOW);
    assert_int_equal(pace_wait_ms(&pace, NOW), 0);
    pace_note_frame(&pace, PACE_AHEAD_BYTES, NOW);
    assert_int_equal(pace_wait_ms(&pace, NOW + 10), PACE_PATIENCE_MS - 10);
    pace_note_answer(&pace);
    assert_int_equal(pace_wait_ms(&pace, NOW + 10), 0);
}

static void lost_answer_is_given_up_and_asked_for_anew(void **state)
{
    (void)state;
    struct pace pace = {.has_answered = true};
    pace_note_frame(&pace, PACE_ASK_BYTES, NOW);
    pace_note_frame(&pace, PACE_ASK_BYTES, NOW);
    assert_int_equal(pace_wait_ms(&pace, NOW + PACE_PATIENCE_MS), 0);
    assert_true(pace_note_frame(&pace, 1, NOW + PACE_PATIENCE_MS));
    pace_note_frame(&pace, PACE_AHEAD_BYTES, NOW + PACE_PATIENCE_MS);
    assert_int_equal(pace_wait_ms(&pace, NOW + PACE_PATIENCE_MS), 0); /* it may answer no more */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(little_is_sent_without_a_question),
        cmocka_unit_test(terminal_that_never_answered_is_not_waited_for),
        cmocka_unit_test(terminal_that_owes_an_answer_gets_little_more),
        cmocka_unit_test(lost_answer_is_given_up_and_asked_for_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
