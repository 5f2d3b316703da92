/* Lists whose tasks are found where they were expected, and lists that are not even given again,
 * against lists whose tasks are looked up one by one. */
#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/make_task.h"
#include "model/store.h"

#define NOW   1000000
#define IDS   12
#define STEPS 4000

static unsigned next_random(unsigned *seed, unsigned below)
{
    *seed = *seed * 1103515245U + 12345U;
    return (*seed >> 16) % below;
}

static struct task *task_of_id(unsigned id, enum task_state state, int64_t observed_ms)
{
    char name[8];
    snprintf(name, sizeof(name), "t%u", id);
    return make_task(0, name, state, 1000, observed_ms, "title");
}

/* What a provider remembers: the last complete list. */
struct list {
    struct task *tasks[IDS];
    size_t count;
};

static void drop_list(struct list *list)
{
    for (size_t i = 0; i < list->count; i++)
        task_unref(list->tasks[i]);
    list->count = 0;
}

/* Some of the ids, for the most part in their order. */
static void make_list(struct list *list, unsigned *seed, int64_t now_ms)
{
    drop_list(list);
    unsigned turn = next_random(seed, 4) == 0 ? next_random(seed, IDS) : 0;
    for (unsigned i = 0; i < IDS; i++) {
        if (next_random(seed, 5) == 0)
            continue;
        enum task_state state = next_random(seed, 8) == 0 ? TASK_SUCCEEDED : TASK_RUNNING;
        list->tasks[list->count++] = task_of_id((i + turn) % IDS, state, now_ms);
    }
}

static struct merge_outcome merge_list(struct store *store, const struct list *list, bool is_repeat,
                                       int64_t asked_ms, int64_t now_ms)
{
    struct task *tasks[IDS];
    for (size_t i = 0; i < list->count; i++)
        tasks[i] = task_ref(list->tasks[i]);
    struct merge merge = {.tasks = tasks,
                          .count = is_repeat ? 0 : list->count,
                          .is_complete = true,
                          .is_repeat = is_repeat,
                          .asked_ms = asked_ms,
                          .now_ms = now_ms};
    struct merge_outcome outcome;
    store_merge(store, &merge, &outcome);
    for (size_t i = 0; is_repeat && i < list->count; i++)
        task_unref(tasks[i]);
    return outcome;
}

static void assert_same_outcome(struct merge_outcome *a, struct merge_outcome *b)
{
    assert_int_equal(a->added, b->added);
    assert_int_equal(a->changed, b->changed);
    assert_int_equal(a->ended, b->ended);
    assert_int_equal(a->vanished_count, b->vanished_count);
    for (size_t i = 0; i < a->vanished_count; i++)
        assert_string_equal(task_text(a->vanished[i], TASK_ID), task_text(b->vanished[i], TASK_ID));
    merge_outcome_finish(a);
    merge_outcome_finish(b);
}

static void assert_same_tasks(const struct store *a, const struct store *b)
{
    for (unsigned i = 0; i < IDS; i++) {
        char name[8];
        snprintf(name, sizeof(name), "t%u", i);
        const struct task *one = store_find(a, 0, name);
        const struct task *other = store_find(b, 0, name);
        assert_int_equal(one != NULL, other != NULL);
        if (!one)
            continue;
        assert_int_equal(one->state, other->state);
        assert_string_equal(task_text(one, TASK_ID), name);
        assert_string_equal(task_text(other, TASK_ID), name);
    }
    assert_int_equal(store_alive_count(a, 0), store_alive_count(b, 0));
}

static void put_in_both(struct store *a, struct store *b, struct task *task, int64_t now_ms)
{
    store_put(a, task_ref(task), now_ms);
    store_put(b, task, now_ms);
}

/* The same story told to two stores: one is spared the lists that repeat the last one. */
static void a_repeated_list_does_what_the_list_would(void **state)
{
    (void)state;
    unsigned seed = 7;
    struct list list = {.count = 0};
    struct store *whole = store_create(1);
    struct store *spared = store_create(1);
    size_t repeats = 0;
    for (int64_t step = 0; step < STEPS; step++) {
        int64_t now_ms = NOW + step * 400;
        int64_t asked_ms = now_ms - next_random(&seed, 900);
        unsigned id = next_random(&seed, IDS);
        char name[8];
        snprintf(name, sizeof(name), "t%u", id);
        unsigned what = next_random(&seed, 12);
        if (what == 0) {
            put_in_both(whole, spared, task_of_id(id, TASK_FAILED, now_ms), now_ms);
        } else if (what == 1) {
            store_forget(whole, 0, name);
            store_forget(spared, 0, name);
        } else {
            bool is_repeat = what > 4 && step > 0;
            repeats += is_repeat;
            if (!is_repeat)
                make_list(&list, &seed, now_ms);
            struct merge_outcome a = merge_list(whole, &list, false, asked_ms, now_ms);
            struct merge_outcome b = merge_list(spared, &list, is_repeat, asked_ms, now_ms);
            assert_same_outcome(&a, &b);
        }
        assert_same_tasks(whole, spared);
    }
    assert_true(repeats > STEPS / 3);
    drop_list(&list);
    store_destroy(whole);
    store_destroy(spared);
}

static void a_settled_list_that_is_repeated_publishes_nothing(void **state)
{
    (void)state;
    struct list list = {
        .tasks = {task_of_id(1, TASK_RUNNING, NOW), task_of_id(2, TASK_QUEUED, NOW)}, .count = 2};
    struct store *store = store_create(1);
    merge_list(store, &list, false, NOW, NOW);
    snapshot_unref(store_snapshot(store, NOW));
    merge_list(store, &list, true, NOW + 500, NOW + 500);
    assert_false(store_is_dirty(store));
    assert_int_equal(store_alive_count(store, 0), 2);
    drop_list(&list);
    store_destroy(store);
}

static void a_task_that_is_listed_twice_is_one(void **state)
{
    (void)state;
    struct list list = {.tasks = {task_of_id(1, TASK_RUNNING, NOW), task_of_id(2, TASK_QUEUED, NOW),
                                  task_of_id(1, TASK_RUNNING, NOW)},
                        .count = 3};
    struct store *store = store_create(1);
    for (int i = 0; i < 3; i++) {
        struct merge_outcome outcome = merge_list(store, &list, i == 2, NOW + i, NOW + i);
        assert_int_equal(outcome.vanished_count, 0);
        assert_int_equal(store_alive_count(store, 0), 2);
        merge_outcome_finish(&outcome);
    }
    store_forget(store, 0, "t1");
    merge_list(store, &list, true, NOW + 9, NOW + 9);
    assert_int_equal(store_alive_count(store, 0), 2);
    drop_list(&list);
    store_destroy(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_repeated_list_does_what_the_list_would),
        cmocka_unit_test(a_settled_list_that_is_repeated_publishes_nothing),
        cmocka_unit_test(a_task_that_is_listed_twice_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
