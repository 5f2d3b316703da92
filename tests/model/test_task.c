#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "model/make_task.h"

static void what_was_not_told_is_unknown(void **state)
{
    (void)state;
    struct task_draft draft;
    task_draft_init(&draft);
    task_draft_set_text(&draft, TASK_ID, "a");
    task_draft_set_text(&draft, TASK_USER, "");
    struct task *task = task_create(&draft);
    assert_null(task_text(task, TASK_USER));
    assert_string_equal(task_text_or_dash(task, TASK_SQL), "-");
    assert_true(task->rows == UNKNOWN && task->created_ms == UNKNOWN);
    assert_int_equal(task->state, TASK_UNKNOWN);
    task_unref(task);
    task_draft_finish(&draft);
}

static void a_copied_draft_makes_the_same_task(void **state)
{
    (void)state;
    struct task_draft draft;
    task_draft_init(&draft);
    for (int i = 0; i < TASK_TEXT_COUNT; i++) {
        char text[20];
        snprintf(text, sizeof(text), "text %d", i);
        task_draft_set_text(&draft, i, text);
    }
    draft.facts.rows = 5;
    draft.facts.flags = TASK_CAN_CANCEL;
    struct task *task = task_create(&draft);

    struct task_draft again;
    task_draft_init(&again);
    task_draft_copy(&again, task);
    struct task *copy = task_create(&again);
    assert_true(task_is_same(task, copy));
    assert_string_equal(task_text(copy, TASK_TEXT_COUNT - 1), task_text(task, TASK_TEXT_COUNT - 1));

    task_draft_set_text(&again, TASK_MESSAGE, "other");
    struct task *changed = task_create(&again);
    assert_false(task_is_same(task, changed));
    assert_string_equal(task_text(changed, TASK_MESSAGE), "other");
    assert_string_equal(task_text(changed, TASK_SQL), task_text(task, TASK_SQL));
    task_unref(task);
    task_unref(copy);
    task_unref(changed);
    task_draft_finish(&draft);
    task_draft_finish(&again);
}

static void long_text_is_cut_between_characters_and_marked(void **state)
{
    (void)state;
    char *sql = xmalloc(3 * LIMIT_TASK_SQL_BYTES);
    memset(sql, 0, 3 * LIMIT_TASK_SQL_BYTES);
    sql[0] = 'x';
    for (size_t i = 1; i + 2 < 2 * LIMIT_TASK_SQL_BYTES; i += 2)
        memcpy(sql + i, "\xc3\xa9", 2);
    struct task_draft draft;
    task_draft_init(&draft);
    task_draft_set_text(&draft, TASK_SQL, sql);
    struct task *task = task_create(&draft);
    size_t length = strlen(task_text(task, TASK_SQL));
    assert_true(length < LIMIT_TASK_SQL_BYTES && length > LIMIT_TASK_SQL_BYTES - 4);
    assert_int_equal((unsigned char)task_text(task, TASK_SQL)[length - 1], 0xa9);
    assert_true(task->flags & TASK_SQL_IS_CUT);
    task_unref(task);
    task_draft_finish(&draft);
    free(sql);
}

/* A draft that is changed over and over must neither grow without end nor lose what it holds. */
static void setting_text_again_and_again_keeps_the_rest(void **state)
{
    (void)state;
    struct task_draft draft;
    task_draft_init(&draft);
    task_draft_set_text(&draft, TASK_ID, "the id");
    char message[LIMIT_TASK_MESSAGE_BYTES];
    memset(message, 'm', sizeof(message) - 1);
    message[sizeof(message) - 1] = '\0';
    for (int i = 0; i < 1000; i++) {
        message[0] = (char)('a' + i % 26);
        task_draft_set_text(&draft, TASK_MESSAGE, message);
        assert_string_equal(task_draft_text(&draft, TASK_MESSAGE), message);
    }
    assert_string_equal(task_draft_text(&draft, TASK_ID), "the id");
    assert_true(draft.text.size <= draft.text.max + 1);
    task_draft_finish(&draft);
}

static void elapsed_ticks_while_alive_and_stands_when_ended(void **state)
{
    (void)state;
    struct task *running = make_task(0, "r", TASK_RUNNING, 1000, 50000, NULL);
    assert_int_equal(task_elapsed_at(running, 52500), 3500);
    assert_int_equal(task_elapsed_at(running, 40000), 1000);
    struct task *ended = make_task(0, "e", TASK_SUCCEEDED, 1000, 50000, NULL);
    assert_int_equal(task_elapsed_at(ended, 52500), 1000);
    struct task *untold = make_task(0, "u", TASK_RUNNING, UNKNOWN, 50000, NULL);
    assert_true(task_elapsed_at(untold, 52500) == UNKNOWN);
    task_unref(running);
    task_unref(ended);
    task_unref(untold);
}

static void every_state_is_in_the_table(void **state)
{
    (void)state;
    for (int i = 0; i < TASK_STATE_COUNT; i++) {
        assert_non_null(task_states[i].name);
        assert_non_null(task_states[i].contract);
        assert_int_equal(strlen(task_states[i].ascii), 1);
        assert_true(strlen(task_states[i].glyph) >= 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_not_told_is_unknown),
        cmocka_unit_test(a_copied_draft_makes_the_same_task),
        cmocka_unit_test(long_text_is_cut_between_characters_and_marked),
        cmocka_unit_test(setting_text_again_and_again_keeps_the_rest),
        cmocka_unit_test(elapsed_ticks_while_alive_and_stands_when_ended),
        cmocka_unit_test(every_state_is_in_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
