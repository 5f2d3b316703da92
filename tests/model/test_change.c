#include "support/testing.h"

#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "model/change.h"
#include "model/make_task.h"
#include "model/store.h"

#define NOW 1000000

static struct store *store;
static struct snapshot *before;
static struct strbuf seen;

static int open_store(void **state)
{
    (void)state;
    store = store_create(2);
    strbuf_init(&seen, LIMIT_KIB);
    store_put(store, make_task(0, "a", TASK_QUEUED, 0, NOW, "one"), NOW);
    store_put(store, make_task(0, "b", TASK_RUNNING, 0, NOW, "two"), NOW);
    store_put(store, make_task(1, "a", TASK_RUNNING, 0, NOW, "three"), NOW);
    before = store_snapshot(store, NOW);
    return 0;
}

static int close_store(void **state)
{
    (void)state;
    snapshot_unref(before);
    store_destroy(store);
    strbuf_finish(&seen);
    return 0;
}

static void note(void *context, const struct change *change)
{
    (void)context;
    static const char *const words[] = {"new", "state", "facts", "gone"};
    const struct task *task = change->task ? change->task : change->before;
    assert_true((change->kind == CHANGE_NEW) == (change->before == NULL));
    assert_true((change->kind == CHANGE_GONE) == (change->task == NULL));
    strbuf_addf(&seen, "%s %u:%s, ", words[change->kind], task->source, task_text(task, TASK_ID));
}

/* What has changed since, in the order of the slots. */
static void assert_changes(const char *expected)
{
    struct snapshot *after = store_snapshot(store, NOW + 1);
    strbuf_clear(&seen);
    change_each(before, after, note, NULL);
    assert_string_equal(seen.data, expected);
    snapshot_unref(after);
}

static void first_snapshot_is_all_new(void **state)
{
    (void)state;
    change_each(NULL, before, note, NULL);
    assert_string_equal(seen.data, "new 0:a, new 0:b, new 1:a, ");
}

static void nothing_changes_between_equal_snapshots(void **state)
{
    (void)state;
    assert_changes("");
}

static void state_and_facts_are_told_apart(void **state)
{
    (void)state;
    store_put(store, make_task(0, "a", TASK_RUNNING, 0, NOW, "one"), NOW);
    store_put(store, make_task(1, "a", TASK_RUNNING, 0, NOW, "other words"), NOW);
    assert_changes("state 0:a, facts 1:a, ");
}

static void slot_that_is_used_again_is_one_gone_and_one_new(void **state)
{
    (void)state;
    store_forget(store, 0, "b");
    assert_changes("gone 0:b, ");
    store_put(store, make_task(1, "c", TASK_QUEUED, 0, NOW, "four"), NOW);
    assert_changes("gone 0:b, new 1:c, ");
}

static struct task *ended_task(int64_t ended_ms)
{
    struct task *task = make_task(0, "e", TASK_FAILED, 0, NOW, "ended");
    task->ended_ms = ended_ms;
    return task;
}

static void what_ended_before_is_history(void **state)
{
    (void)state;
    struct task *old = ended_task(NOW - 1), *young = ended_task(NOW), *riddle = ended_task(UNKNOWN);
    assert_false(change_is_news(&(struct change){CHANGE_NEW, NULL, old}, NOW));
    assert_true(change_is_news(&(struct change){CHANGE_NEW, NULL, young}, NOW));
    assert_false(change_is_news(&(struct change){CHANGE_NEW, NULL, riddle}, NOW));
    assert_true(change_is_news(&(struct change){CHANGE_STATE, old, riddle}, NOW));
    assert_false(change_is_news(&(struct change){CHANGE_FACTS, old, young}, NOW));
    task_unref(old);
    task_unref(young);
    task_unref(riddle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_ended_before_is_history),
        cmocka_unit_test_setup_teardown(first_snapshot_is_all_new, open_store, close_store),
        cmocka_unit_test_setup_teardown(nothing_changes_between_equal_snapshots, open_store,
                                        close_store),
        cmocka_unit_test_setup_teardown(state_and_facts_are_told_apart, open_store, close_store),
        cmocka_unit_test_setup_teardown(slot_that_is_used_again_is_one_gone_and_one_new, open_store,
                                        close_store),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
