#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/column.h"
#include "model/make_task.h"

#define NOW 1700000000000

static struct snapshot *snapshot;
static struct column_context context;

static int make_context(void **state)
{
    (void)state;
    snapshot = snapshot_create(0, 1, 0, 0, 0);
    snprintf(snapshot->sources[0].profile, sizeof(snapshot->sources[0].profile), "prod");
    context = (struct column_context){.snapshot = snapshot, .now_ms = NOW};
    return 0;
}

static int drop_context(void **state)
{
    (void)state;
    snapshot_unref(snapshot);
    return 0;
}

static const char *cell(enum column column, const struct task *task)
{
    static char out[200];
    return columns[column].cell(task, &context, out, sizeof(out));
}

static struct task *make_message_task(enum task_state state, const char *message, const char *title)
{
    struct task_draft draft;
    task_draft_init(&draft);
    draft.facts.state = state;
    task_draft_set_text(&draft, TASK_ID, "m");
    task_draft_set_text(&draft, TASK_TITLE, title);
    task_draft_set_text(&draft, TASK_MESSAGE, message);
    struct task *task = task_create(&draft);
    task_draft_finish(&draft);
    return task;
}

static void every_column_is_complete_and_shows_a_dash_for_unknown(void **state)
{
    (void)state;
    struct task *task = make_task(9, "", TASK_UNKNOWN, UNKNOWN, UNKNOWN, NULL);
    for (int i = 0; i < COLUMN_COUNT; i++) {
        const struct column_info *info = &columns[i];
        assert_non_null(info->name);
        assert_non_null(info->title);
        assert_non_null(info->help);
        assert_true(info->min_cols > 0);
        assert_int_equal(column_find(info->name), i);
        assert_int_equal(column_find(info->title), i);
        assert_string_equal(cell(i, task), i == COLUMN_STATE ? "? unknown" : "-");
        assert_int_equal(info->compare(task, task, &context), 0);
    }
    assert_int_equal(column_find("nonsense"), COLUMN_COUNT);
    task_unref(task);
}

static void state_has_a_glyph_or_ascii_and_the_word(void **state)
{
    (void)state;
    struct task *task = make_task(0, "a", TASK_RUNNING, 0, NOW, NULL);
    assert_string_equal(cell(COLUMN_STATE, task), "▶ running");
    context.is_ascii = true;
    assert_string_equal(cell(COLUMN_STATE, task), "> running");
    context.is_ascii = false;
    task_unref(task);
}

static void elapsed_ticks_and_marks_estimates(void **state)
{
    (void)state;
    struct task *task = make_task(0, "a", TASK_RUNNING, 190000, NOW - 2000, NULL);
    assert_string_equal(cell(COLUMN_ELAPSED, task), "3m12s");
    task->flags |= TASK_IS_ESTIMATED;
    assert_string_equal(cell(COLUMN_ELAPSED, task), "~3m12s");
    task_unref(task);
}

static void age_uses_the_clock_of_the_service(void **state)
{
    (void)state;
    struct task *task = make_task(0, "a", TASK_RUNNING, 0, NOW, NULL);
    task->created_ms = NOW - 10000;
    assert_int_equal(columns[COLUMN_AGE].number(task, &context), 10000);
    snapshot->sources[0].clock_ahead_ms = 20000;
    assert_int_equal(columns[COLUMN_AGE].number(task, &context), 30000);
    snapshot->sources[0].clock_ahead_ms = -20000;
    assert_int_equal(columns[COLUMN_AGE].number(task, &context), 0);
    snapshot->sources[0].clock_ahead_ms = 0;
    task_unref(task);
}

static void what_is_the_message_only_of_failed_tasks(void **state)
{
    (void)state;
    struct task *failed = make_message_task(TASK_FAILED, "no such column\n  at line 3", "orders");
    struct task *done = make_message_task(TASK_SUCCEEDED, "a note", "orders");
    struct task *silent = make_message_task(TASK_FAILED, NULL, "orders");
    assert_string_equal(cell(COLUMN_WHAT, failed), "no such column");
    assert_string_equal(cell(COLUMN_MESSAGE, failed), "no such column at line 3");
    assert_string_equal(cell(COLUMN_TITLE, failed), "orders");
    assert_string_equal(cell(COLUMN_WHAT, done), "orders");
    assert_string_equal(cell(COLUMN_WHAT, silent), "orders");
    task_unref(failed);
    task_unref(done);
    task_unref(silent);
}

static void narrow_buffer_never_cuts_a_character_in_half(void **state)
{
    (void)state;
    struct task *task = make_task(0, "a", TASK_RUNNING, 0, NOW, "aé€𝄞 x");
    static const char *const heads[] = {"",    "a",   "a",   "aé",   "aé",   "aé",    "aé€",
                                        "aé€", "aé€", "aé€", "aé€𝄞", "aé€𝄞", "aé€𝄞 x"};
    for (size_t size = 1; size <= sizeof(heads) / sizeof(heads[0]); size++) {
        char out[20];
        columns[COLUMN_TITLE].cell(task, &context, out, size);
        assert_string_equal(out, heads[size - 1]);
    }
    task_unref(task);
}

static void profile_is_the_name_of_the_source(void **state)
{
    (void)state;
    struct task *task = make_task(0, "a", TASK_RUNNING, 0, NOW, NULL);
    assert_string_equal(cell(COLUMN_PROFILE, task), "prod");
    task_unref(task);
}

static void unknown_comes_last_in_both_directions(void **state)
{
    (void)state;
    struct task *short_one = make_task(0, "a", TASK_SUCCEEDED, 1000, NOW, "Beta");
    struct task *long_one = make_task(0, "b", TASK_SUCCEEDED, 9000, NOW, "alpha");
    struct task *unknown = make_task(0, "c", TASK_SUCCEEDED, UNKNOWN, NOW, NULL);
    static const enum column both[] = {COLUMN_ELAPSED, COLUMN_TITLE};
    for (int i = 0; i < 2; i++) {
        int sign = both[i] == COLUMN_ELAPSED ? 1 : -1;
        assert_true(sign * column_compare(both[i], false, short_one, long_one, &context) < 0);
        assert_true(sign * column_compare(both[i], true, short_one, long_one, &context) > 0);
        for (int is_descending = 0; is_descending <= 1; is_descending++) {
            assert_true(column_compare(both[i], is_descending, long_one, unknown, &context) < 0);
            assert_true(column_compare(both[i], is_descending, unknown, long_one, &context) > 0);
        }
    }
    task_unref(short_one);
    task_unref(long_one);
    task_unref(unknown);
}

static void ties_are_broken_by_age_then_source_then_id(void **state)
{
    (void)state;
    struct task *old_one = make_task(0, "b", TASK_RUNNING, 5, NOW, NULL);
    struct task *young = make_task(0, "a", TASK_RUNNING, 5, NOW, NULL);
    old_one->created_ms = NOW - 5000;
    young->created_ms = NOW;
    assert_true(column_compare(COLUMN_STATE, false, young, old_one, &context) < 0);
    assert_true(column_compare(COLUMN_STATE, true, young, old_one, &context) < 0);
    old_one->created_ms = UNKNOWN;
    assert_true(column_compare(COLUMN_STATE, false, young, old_one, &context) < 0);
    young->created_ms = UNKNOWN;
    assert_true(column_compare(COLUMN_STATE, false, young, old_one, &context) < 0);
    young->source = 1;
    assert_true(column_compare(COLUMN_STATE, false, young, old_one, &context) > 0);
    assert_int_equal(column_compare(COLUMN_STATE, false, young, young, &context), 0);
    task_unref(old_one);
    task_unref(young);
}

/* The columns a list shows: as many as fit, in the order of their priority. */
static unsigned fitting_priority(unsigned cols, unsigned gap)
{
    unsigned used = 3 - gap;
    for (unsigned priority = 1;; priority++) {
        int column = 0;
        while (column < COLUMN_COUNT && columns[column].priority != priority)
            column++;
        if (column == COLUMN_COUNT || used + columns[column].min_cols + gap > cols)
            return priority - 1;
        used += columns[column].min_cols + gap;
    }
}

static void four_columns_fit_80_and_eight_fit_120(void **state)
{
    (void)state;
    for (unsigned gap = 1; gap <= 2; gap++) {
        assert_int_equal(fitting_priority(80, gap), 4);
        assert_int_equal(fitting_priority(120, gap), 8);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_column_is_complete_and_shows_a_dash_for_unknown),
        cmocka_unit_test(state_has_a_glyph_or_ascii_and_the_word),
        cmocka_unit_test(elapsed_ticks_and_marks_estimates),
        cmocka_unit_test(age_uses_the_clock_of_the_service),
        cmocka_unit_test(what_is_the_message_only_of_failed_tasks),
        cmocka_unit_test(narrow_buffer_never_cuts_a_character_in_half),
        cmocka_unit_test(profile_is_the_name_of_the_source),
        cmocka_unit_test(unknown_comes_last_in_both_directions),
        cmocka_unit_test(ties_are_broken_by_age_then_source_then_id),
        cmocka_unit_test(four_columns_fit_80_and_eight_fit_120),
    };
    return cmocka_run_group_tests(tests, make_context, drop_context);
}
