/* Groups that follow a few changes are those of everything put together anew. */
#include "support/testing.h"

#include <stdlib.h>
#include <string.h>

#include "changing_snapshot.h"
#include "fake_snapshot.h"
#include "task_groups.h"

#define MOST 1500

struct grouped {
    struct task_order order;
    struct task_groups groups;
};

static void begin(struct grouped *g)
{
    task_order_init(&g->order);
    task_groups_init(&g->groups);
}

static void finish(struct grouped *g)
{
    task_order_finish(&g->order);
    task_groups_finish(&g->groups);
}

static void filter_by(struct grouped *g, const char *text)
{
    task_order_filter(&g->order, filter_parse(text, NULL, NULL), text);
}

/* ms: of time; whether all is done then. */
static bool update(struct grouped *g, const struct snapshot *s, int64_t ms)
{
    struct column_context context = {s, FAKE_NOW, false};
    struct frame_work work;
    frame_work_start(&work, ms);
    task_order_update(&g->order, &context, &work);
    task_groups_update(&g->groups, &g->order, &context, &work);
    return !task_order_is_busy(&g->order) && !g->groups.is_busy;
}

static void assert_same_group(const struct task_group *a, const struct task_group *b)
{
    assert_string_equal(a->name, b->name);
    assert_int_equal(a->count, b->count);
    assert_int_equal(a->alive, b->alive);
    assert_int_equal(a->failed, b->failed);
    assert_int_equal(a->p50_ms, b->p50_ms);
    assert_int_equal(a->p95_ms, b->p95_ms);
}

/* The other one has the same groups open. */
static void assert_same_lines(const struct grouped *a, const struct grouped *b)
{
    assert_int_equal(a->groups.count, b->groups.count);
    assert_int_equal(a->groups.row_count, b->groups.row_count);
    for (size_t row = 0; row < a->groups.row_count; row++) {
        struct group_row left, right;
        assert_true(task_groups_at(&a->groups, row, &left));
        assert_true(task_groups_at(&b->groups, row, &right));
        assert_same_group(left.group, right.group);
        assert_int_equal(left.slot, right.slot);
        size_t found = left.slot == GROUP_HEAD ? task_groups_find_head(&a->groups, left.group->key)
                                               : task_groups_find_slot(&a->groups, left.slot);
        assert_int_equal(found, row);
    }
}

static void copy_folds(struct grouped *to, const struct grouped *from)
{
    for (size_t i = 0; i < from->groups.count; i++)
        task_groups_open(&to->groups, from->groups.groups[i]->key, from->groups.groups[i]->is_open);
}

static void fold_any(struct grouped *g)
{
    if (g->groups.count == 0)
        return;
    const struct task_group *group = g->groups.groups[(size_t)rand() % g->groups.count];
    task_groups_open(&g->groups, group->key, !group->is_open);
}

static void few_changes_come_to_the_same_as_all_anew(void **state)
{
    (void)state;
    static const enum grouping groupings_tried[] = {GROUP_USER, GROUP_STATE, GROUP_SQL};
    static const char *const filters[] = {"", "an", "ana", "state=alive", "not bo", "user~o"};
    static const struct fake_task first = {.id = "0", .state = TASK_SUCCEEDED, .user = "ana"};
    static const enum column sorts[] = {SORT_BY_ACTIVITY, COLUMN_USER, COLUMN_CREATED};
    struct snapshot *s = fake_snapshot(&first, 1, 1);
    struct grouped kept;
    const char *filter = filters[0];
    begin(&kept);
    filter_by(&kept, filter);
    srand(23);
    for (int round = 0; round < 400; round++) {
        struct snapshot *next = changing_snapshot(s, MOST, round < 30 ? 150 : rand() % 12);
        if (round % 50 == 0)
            task_groups_by(&kept.groups, groupings_tried[round / 50 % 3]);
        if (rand() % 5 == 0)
            fold_any(&kept);
        if (rand() % 8 == 0)
            task_order_sort(&kept.order, sorts[rand() % 3], rand() % 2);
        if (rand() % 6 == 0)
            filter_by(&kept, filter = filters[rand() % 6]);
        update(&kept, next, rand() % 2 ? 1000 : 0);
        snapshot_unref(s);
        s = next;
        if (rand() % 2)
            continue;
        while (!update(&kept, s, 1000))
            continue;
        struct grouped anew;
        begin(&anew);
        task_groups_by(&anew.groups, kept.groups.by);
        task_order_sort(&anew.order, kept.order.column, kept.order.is_reversed);
        filter_by(&anew, filter);
        update(&anew, s, 100000);
        copy_folds(&anew, &kept);
        update(&anew, s, 100000);
        assert_same_lines(&kept, &anew);
        finish(&anew);
    }
    finish(&kept);
    snapshot_unref(s);
}

/* A recording may go back to a snapshot with fewer tasks. */
static void fewer_slots_take_their_tasks_out_of_the_groups(void **state)
{
    (void)state;
    static const struct fake_task first = {.id = "0", .state = TASK_SUCCEEDED, .user = "ana"};
    struct snapshot *small = fake_snapshot(&first, 1, 1);
    struct snapshot *s = snapshot_ref(small);
    struct grouped g;
    begin(&g);
    task_groups_by(&g.groups, GROUP_USER);
    srand(29);
    while (snapshot_slots(s) < 5 * TASKS_PER_CHUNK) {
        struct snapshot *next = changing_snapshot(s, MOST, 50);
        update(&g, next, 1000);
        snapshot_unref(s);
        s = next;
    }
    assert_true(g.groups.count > 1);
    small->generation = s->generation + 1;
    update(&g, small, 1000);
    assert_int_equal(g.groups.count, 1);
    assert_string_equal(g.groups.groups[0]->name, "ana");
    assert_int_equal(g.groups.groups[0]->count, 1);
    finish(&g);
    snapshot_unref(s);
    snapshot_unref(small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_changes_come_to_the_same_as_all_anew),
        cmocka_unit_test(fewer_slots_take_their_tasks_out_of_the_groups),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
