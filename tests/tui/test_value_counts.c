/* The different texts of a column, and how many tasks have each. */
#include "support/testing.h"

#include <stdio.h>
#include <string.h>

#include "fake_snapshot.h"
#include "value_counts.h"

#define TASKS 1000

static struct value_counts counts;

static struct snapshot *tasks_of(const char *first_user)
{
    static struct fake_task tasks[TASKS];
    static char ids[TASKS][8];
    for (int i = 0; i < TASKS; i++) {
        snprintf(ids[i], sizeof(ids[i]), "t%d", i);
        tasks[i] = (struct fake_task){.id = ids[i],
                                      .state = TASK_SUCCEEDED,
                                      .user = i % 10   ? first_user
                                              : i % 20 ? "bo"
                                                       : NULL};
    }
    return fake_snapshot(tasks, TASKS, 1);
}

/* Frames whose time is over at once; how many there are until everything is counted. */
static size_t count_in_steps(enum column column, const struct snapshot *s)
{
    struct column_context context = {s, FAKE_NOW, false};
    struct frame_work work;
    size_t steps = 1;
    frame_work_start(&work, 0);
    while (!value_counts_update(&counts, column, &context, &work))
        steps++;
    return steps;
}

static void assert_value(size_t index, const char *text, size_t tasks)
{
    size_t counted = 0;
    assert_string_equal(value_counts_at(&counts, index, &counted), text);
    assert_int_equal(counted, tasks);
}

static void texts_are_counted_over_several_frames(void **state)
{
    (void)state;
    size_t ignored;
    struct snapshot *s = tasks_of("ana");
    assert_true(count_in_steps(COLUMN_USER, s) > 3);
    assert_value(0, "ana", 900);
    assert_value(1, "bo", 50);
    assert_null(value_counts_at(&counts, 2, &ignored));
    value_counts_finish(&counts);
    snapshot_unref(s);
}

static void what_was_counted_is_kept_for_the_same_snapshot_and_column_alone(void **state)
{
    (void)state;
    struct snapshot *s = tasks_of("ana");
    struct snapshot *next = tasks_of("cy");
    next->generation = s->generation + 1;
    count_in_steps(COLUMN_USER, s);
    assert_int_equal(count_in_steps(COLUMN_USER, s), 1);
    assert_value(0, "ana", 900);
    assert_true(count_in_steps(COLUMN_STATE, s) > 3);
    assert_value(0, task_states[TASK_SUCCEEDED].name, TASKS);
    count_in_steps(COLUMN_USER, s);
    assert_true(count_in_steps(COLUMN_USER, next) > 3);
    assert_value(0, "cy", 900);
    value_counts_finish(&counts);
    snapshot_unref(s);
    snapshot_unref(next);
}

static void many_different_texts_are_not_all_counted(void **state)
{
    (void)state;
    size_t tasks;
    struct snapshot *s = tasks_of("ana");
    count_in_steps(COLUMN_ID, s);
    assert_value(VALUE_COUNTS_MAX - 1, "t511", 1);
    assert_null(value_counts_at(&counts, VALUE_COUNTS_MAX, &tasks));
    value_counts_finish(&counts);
    snapshot_unref(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_counted_over_several_frames),
        cmocka_unit_test(what_was_counted_is_kept_for_the_same_snapshot_and_column_alone),
        cmocka_unit_test(many_different_texts_are_not_all_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
