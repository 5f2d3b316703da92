#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "changing_snapshot.h"
#include "fake_snapshot.h"
#include "task_order.h"

static int64_t now_ms = FAKE_NOW;

static struct column_context context_of(const struct snapshot *s)
{
    return (struct column_context){s, now_ms, false};
}

/* The ids in order, as one string. */
static const char *ids(const struct task_order *order)
{
    static char text[512];
    text[0] = '\0';
    for (size_t i = 0; i < order->shown.count; i++) {
        strcat(text, i > 0 ? " " : "");
        strcat(text, task_text_or_dash(task_order_at(order, i), TASK_ID));
    }
    return text;
}

static void update(struct task_order *order, const struct snapshot *s)
{
    struct column_context context = context_of(s);
    struct frame_work work = frame_work_unbound();
    task_order_update(order, &context, &work);
}

static const struct fake_task few[] = {
    {.id = "old", .state = TASK_SUCCEEDED, .elapsed_ms = 5000, .age_ms = 900000, .user = "b"},
    {.id = "waits", .state = TASK_QUEUED, .elapsed_ms = 1000, .age_ms = 1000, .user = "a"},
    {.id = "short", .state = TASK_RUNNING, .elapsed_ms = 2000, .age_ms = 2500, .user = "c"},
    {.id = "new", .state = TASK_FAILED, .elapsed_ms = 9000, .age_ms = 20000, .user = "b"},
    {.id = "long", .state = TASK_RUNNING, .elapsed_ms = 60000, .age_ms = 61000, .user = "a"},
};

static void activity_puts_the_longest_running_first_and_the_latest_end_before_older(void **state)
{
    (void)state;
    struct task_order order;
    struct snapshot *s = fake_snapshot(few, 5, 1);
    task_order_init(&order);
    update(&order, s);
    assert_string_equal(ids(&order), "long short waits new old");
    task_order_sort(&order, SORT_BY_ACTIVITY, true);
    update(&order, s);
    assert_string_equal(ids(&order), "old new waits short long");
    assert_int_equal(order.all.count, 5);
    task_order_finish(&order);
    snapshot_unref(s);
}

static void columns_sort_both_ways(void **state)
{
    (void)state;
    struct task_order order;
    struct snapshot *s = fake_snapshot(few, 5, 1);
    task_order_init(&order);
    task_order_sort(&order, COLUMN_ELAPSED, true);
    update(&order, s);
    assert_string_equal(ids(&order), "long new old short waits");
    task_order_sort(&order, COLUMN_ELAPSED, false);
    update(&order, s);
    assert_string_equal(ids(&order), "waits short old new long");
    task_order_finish(&order);
    snapshot_unref(s);
}

static void a_filter_hides_and_shows_again(void **state)
{
    (void)state;
    struct task_order order;
    struct snapshot *s = fake_snapshot(few, 5, 1);
    task_order_init(&order);
    task_order_filter(&order, filter_parse("user=a", NULL, NULL), "user=a");
    update(&order, s);
    assert_string_equal(ids(&order), "long waits");
    assert_int_equal(order.all.count, 5);
    assert_int_equal(task_order_find(&order, 0, "old", SLOT_UNKNOWN), order.shown.count);
    assert_int_equal(task_order_find(&order, 0, "old", 0), order.shown.count);
    for (uint32_t slot = 0; slot < 6; slot++) /* its own, others, none */
        assert_int_equal(task_order_find(&order, 0, "waits", slot), 1);
    task_order_filter(&order, NULL, "");
    update(&order, s);
    assert_int_equal(order.shown.count, 5);
    task_order_finish(&order);
    snapshot_unref(s);
}

/* Short cuts in comparing must not contradict the table of columns. */
static void every_column_sorts_as_its_table_says(void **state)
{
    (void)state;
    struct fake_task many[200];
    char ids[200][8];
    srand(11);
    for (int i = 0; i < 200; i++) {
        static const char *const users[] = {
            "ana", "Ana", "Anabel Long Name", "anabel long nama", "\xc3\xa9va", NULL};
        snprintf(ids[i], sizeof(ids[i]), "%d", rand() % 100000);
        many[i] = (struct fake_task){.id = ids[i],
                                     .state = (enum task_state)(rand() % TASK_STATE_COUNT),
                                     .elapsed_ms = rand() % 3 ? rand() % 100 : UNKNOWN,
                                     .age_ms = rand() % 1000,
                                     .user = users[rand() % 6],
                                     .title = users[rand() % 6]};
    }
    struct snapshot *s = fake_snapshot(many, 200, 1);
    struct column_context context = context_of(s);
    struct task_order order;
    task_order_init(&order);
    for (int column = 0; column < COLUMN_COUNT; column++)
        for (int reversed = 0; reversed < 2; reversed++) {
            task_order_sort(&order, (enum column)column, reversed);
            update(&order, s);
            assert_int_equal(order.shown.count, 200);
            for (size_t i = 1; i < order.shown.count; i++)
                assert_true(column_compare((enum column)column, reversed,
                                           task_order_at(&order, i - 1), task_order_at(&order, i),
                                           &context) <= 0);
        }
    task_order_finish(&order);
    snapshot_unref(s);
}

#define MANY 3000

/* A snapshot like the one before with some chunks' tasks made anew, as the store does it. */
static struct snapshot *mutate(const struct snapshot *before, size_t chunk_count)
{
    struct snapshot *s = snapshot_create(chunk_count, 1, 0, 0, 1);
    struct action_record *action = &s->actions[0];
    *action = (struct action_record){.id = 1, .kind = ACTION_CANCEL, .state = ACTION_ASKED};
    snprintf(action->task_id, sizeof(action->task_id), "%d", rand() % 200);
    s->generation = before->generation + 1;
    s->sources[0] = before->sources[0];
    for (size_t i = 0; i < chunk_count; i++) {
        bool is_kept = i < before->chunk_count && rand() % 4 != 0;
        if (is_kept) {
            snapshot_put_chunk(s, i, task_chunk_ref(snapshot_chunk(before, i)));
            continue;
        }
        struct task_chunk *chunk = task_chunk_create();
        snapshot_put_chunk(s, i, chunk);
        for (size_t j = 0; j < TASKS_PER_CHUNK; j++) {
            char id[32];
            snprintf(id, sizeof(id), "%zu", i * TASKS_PER_CHUNK + j);
            struct fake_task fake = {.id = id,
                                     .state = (enum task_state)(rand() % TASK_STATE_COUNT),
                                     .elapsed_ms = rand() % 50,
                                     .age_ms = rand() % 1000,
                                     .user = rand() % 2 ? "ana" : "bo"};
            const struct task *old =
                i < before->chunk_count ? snapshot_chunk(before, i)->tasks[j] : NULL;
            if (old && rand() % 2)
                chunk->tasks[j] = task_ref(old);
            else if (rand() % 10 != 0)
                chunk->tasks[j] = fake_task_create(&fake);
        }
    }
    return s;
}

/* The incremental order must be what sorting everything anew gives. */
static void incremental_updates_agree_with_sorting_anew(void **state)
{
    (void)state;
    static const enum column sorts[] = {SORT_BY_ACTIVITY, COLUMN_ELAPSED, COLUMN_USER, COLUMN_AGE,
                                        COLUMN_STATE};
    struct task_order kept;
    struct snapshot *s = fake_snapshot(few, 5, 1);
    task_order_init(&kept);
    task_order_filter(&kept, filter_parse("user=ana", NULL, NULL), "user=ana");
    srand(3);
    for (int round = 0; round < 50; round++) {
        now_ms += rand() % 20;
        if (round % 10 == 0)
            task_order_sort(&kept, sorts[round / 10], round % 20 == 0);
        struct snapshot *next = mutate(s, (size_t)(3 + rand() % (MANY / TASKS_PER_CHUNK)));
        update(&kept, next);
        snapshot_unref(s);
        s = next;

        struct task_order anew;
        task_order_init(&anew);
        task_order_sort(&anew, kept.column, kept.is_reversed);
        task_order_filter(&anew, filter_parse("user=ana", NULL, NULL), "user=ana");
        update(&anew, s);
        assert_int_equal(anew.shown.count, kept.shown.count);
        assert_int_equal(anew.all.count, kept.all.count);
        for (size_t i = 0; i < anew.shown.count; i++)
            assert_ptr_equal(task_order_at(&anew, i), task_order_at(&kept, i));
        task_order_finish(&anew);
    }
    now_ms = FAKE_NOW;
    task_order_finish(&kept);
    snapshot_unref(s);
}

static void assert_rows_are_those_of(const struct task_order *kept, const struct task_order *anew)
{
    assert_int_equal(anew->shown.count, kept->shown.count);
    assert_int_equal(anew->all.count, kept->all.count);
    for (size_t i = 0; i < anew->shown.count; i++) {
        assert_ptr_equal(task_order_at(anew, i), task_order_at(kept, i));
        assert_int_equal(anew->shown.slots[i], kept->shown.slots[i]);
    }
}

static const char *const typed[] = {
    "",
    "a",
    "an",
    "ana",
    "an",
    "not an",
    "not ana",
    "user=an",
    "user=ana",
    "user~a",
    "user~an",
    "user~an state=running",
    "elapsed>9",
    "",
    "created>30s",
    "",
    "elapsed>20s",
    "elapsed>9s a",
    "a elapsed>1s",
    "user~o or user~a",
};
#define TYPED_COUNT (sizeof(typed) / sizeof(typed[0]))

static void filter_by(struct task_order *order, const char *text)
{
    struct filter *filter = filter_parse(text, NULL, NULL);
    if (filter)
        task_order_filter(order, filter, text);
}

/* Time, tasks, order and filter change by a little, in steps that are not always finished. */
static void few_changes_come_to_the_same_as_all_anew(void **state)
{
    (void)state;
    static const enum column sorts[] = {SORT_BY_ACTIVITY, COLUMN_ELAPSED, COLUMN_USER,
                                        COLUMN_AGE,       COLUMN_STATE,   COLUMN_TITLE};
    struct task_order kept;
    struct snapshot *s = fake_snapshot(few, 5, 1);
    size_t text = 0;
    task_order_init(&kept);
    filter_by(&kept, "");
    srand(17);
    for (int round = 0; round < 900 / (TEST_STRIDE > 1 ? 10 : 1); round++) {
        struct snapshot *next = changing_snapshot(s, MANY, round < 40 ? 200 : (size_t)rand() % 20);
        struct column_context context = context_of(next);
        struct frame_work work;
        now_ms += rand() % 3 ? 0 : rand() % 2000;
        context.now_ms = now_ms;
        if (rand() % 9 == 0)
            task_order_sort(&kept, sorts[rand() % 6], rand() % 2);
        frame_work_start(&work, rand() % 3 ? 1000 : 0);
        task_order_update(&kept, &context, &work);
        snapshot_unref(s);
        s = next;
        for (int keys = rand() % 4; keys > 0; keys--) {
            text = rand() % 3 ? (text + 1) % TYPED_COUNT : (size_t)rand() % TYPED_COUNT;
            filter_by(&kept, typed[text]);
            frame_work_start(&work, rand() % 3 ? 1000 : 0);
            task_order_update(&kept, &context, &work);
        }
        if (rand() % 2)
            continue;
        while (task_order_is_busy(&kept))
            update(&kept, s);
        struct task_order anew;
        task_order_init(&anew);
        task_order_sort(&anew, kept.column, kept.is_reversed);
        filter_by(&anew, "");
        filter_by(&anew, typed[text]);
        update(&anew, s);
        assert_rows_are_those_of(&kept, &anew);
        task_order_finish(&anew);
    }
    now_ms = FAKE_NOW;
    task_order_finish(&kept);
    snapshot_unref(s);
}

static void what_is_typed_behind_a_comparison_with_the_clock_asks_all_again(void **state)
{
    (void)state;
    struct task_order order;
    struct snapshot *s = fake_snapshot(few, 5, 1);
    task_order_init(&order);
    filter_by(&order, "elapsed>10s");
    update(&order, s);
    assert_string_equal(ids(&order), "long");
    now_ms += 20000;
    filter_by(&order, "elapsed>10s not user=b");
    update(&order, s);
    assert_string_equal(ids(&order), "long short waits");
    now_ms = FAKE_NOW;
    task_order_finish(&order);
    snapshot_unref(s);
}

static void what_runs_overtakes_what_has_ended(void **state)
{
    (void)state;
    struct task_order order;
    struct snapshot *s = fake_snapshot(few, 5, 1);
    task_order_init(&order);
    task_order_sort(&order, COLUMN_ELAPSED, false);
    update(&order, s);
    assert_string_equal(ids(&order), "waits short old new long");
    now_ms += 4000;
    update(&order, s);
    assert_string_equal(ids(&order), "waits old short new long");
    now_ms += 60000;
    update(&order, s);
    assert_string_equal(ids(&order), "old new waits short long");
    now_ms = FAKE_NOW;
    task_order_finish(&order);
    snapshot_unref(s);
}

/* Many different texts that begin alike, so that ranks and first letters do not tell them apart. */
static struct snapshot *many_texts(void)
{
    static struct fake_task tasks[MANY];
    static char ids[MANY][12];
    static char sqls[MANY][60];
    srand(5);
    for (int i = 0; i < MANY; i++) {
        snprintf(ids[i], sizeof(ids[i]), "t%d", i);
        snprintf(sqls[i], sizeof(sqls[i]), "%s sum(a) FROM orders WHERE id = %d",
                 i % 3 ? "SELECT" : "select", rand() % (MANY * 2));
        tasks[i] = (struct fake_task){.id = ids[i],
                                      .state = TASK_SUCCEEDED,
                                      .elapsed_ms = rand() % 1000,
                                      .age_ms = rand() % 100000,
                                      .user = i % 7 ? "ana" : "bo",
                                      .sql = i % 11 ? sqls[i] : NULL};
    }
    return fake_snapshot(tasks, MANY, 1);
}

/* An update whose time is over at once; how often it takes one to be done. */
static size_t update_in_steps(struct task_order *order, const struct snapshot *s)
{
    struct column_context context = context_of(s);
    size_t steps = 0;
    do {
        struct frame_work work;
        frame_work_start(&work, 0);
        task_order_update(order, &context, &work);
        steps++;
    } while (task_order_is_busy(order));
    return steps;
}

static void work_in_steps_comes_to_the_same_as_all_at_once(void **state)
{
    (void)state;
    static const enum column sorts[] = {COLUMN_SQL, COLUMN_ELAPSED, COLUMN_USER, SORT_BY_ACTIVITY};
    struct snapshot *s = many_texts();
    struct column_context context = context_of(s);
    for (int i = 0; i < 8; i++) {
        struct task_order stepped, whole;
        task_order_init(&stepped);
        task_order_init(&whole);
        update(&stepped, s);
        task_order_sort(&stepped, sorts[i / 2], i % 2);
        task_order_sort(&whole, sorts[i / 2], i % 2);
        task_order_filter(&stepped, filter_parse("user=ana", NULL, NULL), "user=ana");
        task_order_filter(&whole, filter_parse("user=ana", NULL, NULL), "user=ana");
        assert_true(update_in_steps(&stepped, s) > 5);
        update(&whole, s);
        assert_int_equal(stepped.shown.count, whole.shown.count);
        for (size_t row = 0; row < whole.shown.count; row++)
            assert_ptr_equal(task_order_at(&stepped, row), task_order_at(&whole, row));
        for (size_t row = 1; row < whole.shown.count && sorts[i / 2] != SORT_BY_ACTIVITY; row++)
            assert_true(column_compare(sorts[i / 2], i % 2, task_order_at(&whole, row - 1),
                                       task_order_at(&whole, row), &context) <= 0);
        task_order_finish(&stepped);
        task_order_finish(&whole);
    }
    snapshot_unref(s);
}

static void a_new_snapshot_finishes_an_order_under_way(void **state)
{
    (void)state;
    struct snapshot *s = many_texts();
    struct snapshot *next = many_texts();
    struct column_context context = context_of(s);
    struct task_order order;
    struct frame_work work;
    next->generation = s->generation + 1;
    task_order_init(&order);
    update(&order, s);
    task_order_sort(&order, COLUMN_SQL, false);
    frame_work_start(&work, 0);
    task_order_update(&order, &context, &work);
    assert_true(task_order_is_busy(&order));
    context.snapshot = next;
    task_order_update(&order, &context, &work);
    for (size_t row = 1; row < order.shown.count; row++)
        assert_true(column_compare(COLUMN_SQL, false, task_order_at(&order, row - 1),
                                   task_order_at(&order, row), &context) <= 0);
    snapshot_unref(s);
    assert_int_equal(order.shown.count, MANY);
    assert_non_null(task_text(task_order_at(&order, 0), TASK_ID));
    task_order_finish(&order);
    snapshot_unref(next);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(activity_puts_the_longest_running_first_and_the_latest_end_before_older),
        cmocka_unit_test(columns_sort_both_ways),
        cmocka_unit_test(a_filter_hides_and_shows_again),
        cmocka_unit_test(every_column_sorts_as_its_table_says),
        cmocka_unit_test(what_runs_overtakes_what_has_ended),
        cmocka_unit_test(incremental_updates_agree_with_sorting_anew),
        cmocka_unit_test(few_changes_come_to_the_same_as_all_anew),
        cmocka_unit_test(what_is_typed_behind_a_comparison_with_the_clock_asks_all_again),
        cmocka_unit_test(work_in_steps_comes_to_the_same_as_all_at_once),
        cmocka_unit_test(a_new_snapshot_finishes_an_order_under_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
