#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "model/make_task.h"
#include "model/store.h"

#define NOW 1000000

static struct merge_outcome merge_tasks(struct store *store, struct task **tasks, size_t count,
                                        bool is_complete, int64_t now_ms)
{
    struct merge merge = {
        .tasks = tasks,
        .count = count,
        .is_complete = is_complete,
        .now_ms = now_ms,
        .asked_ms = now_ms,
    };
    struct merge_outcome outcome;
    store_merge(store, &merge, &outcome);
    return outcome;
}

static struct merge_outcome merge_one_task(struct store *store, struct task *task, bool is_complete,
                                           int64_t now_ms)
{
    return merge_tasks(store, &task, task ? 1 : 0, is_complete, now_ms);
}

static void unchanged_tasks_are_shared_between_snapshots(void **state)
{
    (void)state;
    struct store *store = store_create(1);
    struct task *tasks[100];
    for (int i = 0; i < 100; i++) {
        char id[8];
        snprintf(id, sizeof(id), "t%d", i);
        tasks[i] = make_task(0, id, TASK_RUNNING, 1000, NOW, "title");
    }
    merge_tasks(store, tasks, 100, true, NOW);
    struct snapshot *before = store_snapshot(store, NOW);
    assert_false(store_is_dirty(store));

    for (int i = 0; i < 100; i++) {
        char id[8];
        snprintf(id, sizeof(id), "t%d", i);
        /* Two seconds on, as the local tick has it; one has a new title. */
        tasks[i] = make_task(0, id, TASK_RUNNING, 3000, NOW + 2000, i == 40 ? "new" : "title");
    }
    struct merge_outcome outcome = merge_tasks(store, tasks, 100, true, NOW + 2000);
    assert_int_equal(outcome.changed, 1);
    assert_int_equal(outcome.added, 0);
    assert_true(store_is_dirty(store));
    struct snapshot *after = store_snapshot(store, NOW + 2000);

    size_t shared = 0;
    for (size_t i = 0; i < after->chunk_count; i++)
        shared += snapshot_chunk(after, i) == snapshot_chunk(before, i);
    assert_int_equal(shared, after->chunk_count - 1);
    const struct task *old = snapshot_find_task(before, 0, "t40");
    assert_string_equal(task_text(old, TASK_TITLE), "title");
    assert_string_equal(task_text(snapshot_find_task(after, 0, "t40"), TASK_TITLE), "new");
    assert_true(after->generation > before->generation);
    store_destroy(store);
    snapshot_unref(before);
    assert_int_equal(after->totals.by_state[TASK_RUNNING], 100);
    snapshot_unref(after);
}

/* More than a page of them: what is shared is not written to, what is full grows. */
static void a_snapshot_stays_as_it_was_while_tasks_are_added(void **state)
{
    (void)state;
    enum { FIRST = TASKS_PER_CHUNK * 3, ALL = TASKS_PER_CHUNK * (CHUNKS_PER_PAGE + 2) };
    struct store *store = store_create(1);
    struct snapshot *before = NULL;
    char id[16];
    for (int i = 0; i < ALL; i++) {
        snprintf(id, sizeof(id), "t%d", i);
        store_put(store, make_task(0, id, TASK_RUNNING, 1000, NOW, "title"), NOW);
        if (i + 1 == FIRST)
            before = store_snapshot(store, NOW);
    }
    struct snapshot *after = store_snapshot(store, NOW);
    assert_int_equal(snapshot_slots(before), FIRST);
    assert_null(before->pages[0]->chunks[before->chunk_count]);
    assert_int_equal(snapshot_slots(after), ALL);
    assert_int_equal(after->page_count, 2);
    assert_non_null(snapshot_find_task(after, 0, id));
    assert_ptr_equal(snapshot_chunk(before, 2), snapshot_chunk(after, 2));
    store_destroy(store);
    snapshot_unref(before);
    snapshot_unref(after);
}

static void an_elapsed_time_that_jumps_is_news(void **state)
{
    (void)state;
    struct store *store = store_create(1);
    merge_one_task(store, make_task(0, "a", TASK_RUNNING, 1000, NOW, NULL), true, NOW);
    struct merge_outcome outcome =
        merge_one_task(store, make_task(0, "a", TASK_RUNNING, 60000, NOW + 1000, NULL), true,
                       NOW + 1000);
    assert_int_equal(outcome.changed, 1);
    store_destroy(store);
}

static struct task *make_run(const char *id, enum task_state state, const char *query_id)
{
    struct task_draft draft;
    task_draft_init(&draft);
    draft.facts.state = state;
    draft.facts.elapsed_ms = 4000;
    draft.facts.observed_ms = NOW;
    task_draft_set_text(&draft, TASK_ID, id);
    task_draft_set_text(&draft, TASK_QUERY_ID, query_id);
    struct task *task = task_create(&draft);
    task_draft_finish(&draft);
    return task;
}

/* The provider keeps the records of the last list, and has a reference to each task of it. */
static void a_list_tells_it_too_while_the_provider_holds_its_tasks(void **state)
{
    (void)state;
    struct store *store = store_create(1);
    merge_one_task(store, make_run("p", TASK_SUCCEEDED, "q1"), false, NOW);
    for (int i = 0; i < 3; i++) {
        struct task *task = make_run("a", TASK_RUNNING, "q1");
        task->elapsed_ms += i * 60000; /* news each time */
        struct task *held = task_ref(task);
        merge_one_task(store, task, true, NOW + i * 1000);
        assert_int_equal(store_find(store, 0, "a")->usual_runs, 1);
        snapshot_unref(store_snapshot(store, NOW));
        task_unref(held);
    }
    store_destroy(store);
}

/* The list says again what an answer in between had contradicted; it is shown in a snapshot. */
static void a_task_that_is_shown_is_told_it_in_a_copy(void **state)
{
    (void)state;
    struct store *store = store_create(1);
    struct task *listed = make_run("a", TASK_RUNNING, "q1");
    struct task *other = make_run("a", TASK_RUNNING, "q1");
    other->rows = 7;
    merge_one_task(store, task_ref(listed), true, NOW);
    struct snapshot *before = store_snapshot(store, NOW);
    store_put(store, other, NOW + 1);
    merge_one_task(store, make_run("p", TASK_SUCCEEDED, "q1"), false, NOW + 2);
    merge_one_task(store, task_ref(listed), true, NOW + 3);
    assert_true(store_find(store, 0, "a")->rows == UNKNOWN);
    assert_int_equal(store_find(store, 0, "a")->usual_runs, 1);
    assert_int_equal(snapshot_find_task(before, 0, "a")->usual_runs, 0);
    task_unref(listed);
    snapshot_unref(before);
    store_destroy(store);
}

/* The past comes after the list, and calls the query by another name at first. */
static void what_runs_is_told_how_long_it_usually_takes(void **state)
{
    (void)state;
    struct store *store = store_create(1);
    struct task *listed = make_run("a", TASK_RUNNING, "q1");
    struct snapshot *before;
    merge_one_task(store, task_ref(listed), true, NOW);
    before = store_snapshot(store, NOW);
    merge_one_task(store, make_run("h:1", TASK_SUCCEEDED, "17"), false, NOW + 1);
    assert_int_equal(store_find(store, 0, "a")->usual_runs, 0);
    merge_one_task(store, make_run("h:1", TASK_SUCCEEDED, "q1"), false, NOW + 2);
    assert_int_equal(store_find(store, 0, "a")->usual_runs, 1);
    merge_one_task(store, make_run("h:2", TASK_SUCCEEDED, "q1"), false, NOW + 3);
    assert_int_equal(store_find(store, 0, "a")->usual_runs, 2);
    assert_int_equal(store_find(store, 0, "a")->usual_ms, 4000);
    /* What was shown is not written to, and the next list takes nothing back. */
    assert_int_equal(snapshot_find_task(before, 0, "a")->usual_runs, 0);
    merge_one_task(store, listed, true, NOW + 4);
    assert_int_equal(store_find(store, 0, "a")->usual_runs, 2);
    snapshot_unref(before);
    store_destroy(store);
}

static void a_task_that_left_a_complete_list_has_its_end_asked_for(void **state)
{
    (void)state;
    struct store *store = store_create(1);
    struct task *two[] = {make_task(0, "a", TASK_RUNNING, 0, NOW, NULL),
                          make_task(0, "b", TASK_RUNNING, 0, NOW, NULL)};
    merge_tasks(store, two, 2, true, NOW);
    struct merge_outcome outcome =
        merge_one_task(store, make_task(0, "b", TASK_RUNNING, 0, NOW, NULL), true, NOW + 1);
    assert_int_equal(outcome.vanished_count, 1);
    assert_string_equal(task_text(outcome.vanished[0], TASK_ID), "a");
    merge_outcome_finish(&outcome);

    /* Not again at once, but again later, and never once the end is known. */
    outcome = merge_one_task(store, make_task(0, "b", TASK_RUNNING, 0, NOW, NULL), true, NOW + 2);
    assert_int_equal(outcome.vanished_count, 0);
    merge_outcome_finish(&outcome);
    outcome =
        merge_one_task(store, make_task(0, "b", TASK_RUNNING, 0, NOW, NULL), true, NOW + 2000);
    assert_int_equal(outcome.vanished_count, 1);
    merge_outcome_finish(&outcome);

    outcome =
        merge_one_task(store, make_task(0, "a", TASK_FAILED, 5, NOW, NULL), false, NOW + 2100);
    assert_int_equal(outcome.ended, 1);
    merge_outcome_finish(&outcome);
    outcome =
        merge_one_task(store, make_task(0, "b", TASK_RUNNING, 0, NOW, NULL), true, NOW + 90000);
    assert_int_equal(outcome.vanished_count, 0);
    merge_outcome_finish(&outcome);
    assert_non_null(store_find(store, 0, "a"));
    assert_int_equal(store_alive_count(store, 0), 1);
    store_destroy(store);
}

/* An account that may not list asks for its tasks one by one: those that run, at every poll. */
static void a_task_heard_of_as_running_is_asked_for_soon_again(void **state)
{
    (void)state;
    struct store *store = store_create(1);
    store_put(store, make_task(0, "own", TASK_RUNNING, 0, NOW, NULL), NOW - 10);
    for (int64_t now = NOW; now < NOW + 20000; now += 2000) {
        struct merge_outcome outcome = merge_one_task(store, NULL, true, now);
        assert_int_equal(outcome.vanished_count, 1);
        merge_outcome_finish(&outcome);
        outcome = merge_one_task(store, make_task(0, "own", TASK_RUNNING, now - NOW, now, NULL),
                                 false, now + 100);
        merge_outcome_finish(&outcome);
    }
    store_destroy(store);
}

static void a_mass_end_is_asked_for_in_portions(void **state)
{
    (void)state;
    struct store *store = store_create(1);
    struct task *tasks[300];
    for (int i = 0; i < 300; i++) {
        char id[8];
        snprintf(id, sizeof(id), "t%d", i);
        tasks[i] = make_task(0, id, TASK_RUNNING, 0, NOW, NULL);
    }
    merge_tasks(store, tasks, 300, true, NOW);
    size_t asked = 0;
    for (int poll = 1; poll <= 5; poll++) {
        struct merge_outcome outcome = merge_one_task(store, NULL, true, NOW + poll * 100);
        assert_true(outcome.vanished_count <= 100);
        asked += outcome.vanished_count;
        merge_outcome_finish(&outcome);
    }
    assert_int_equal(asked, 300);
    store_destroy(store);
}

static void a_clock_set_back_holds_no_question_up(void **state)
{
    (void)state;
    struct store *store = store_create(1);
    merge_one_task(store, make_task(0, "a", TASK_RUNNING, 0, NOW, NULL), true, NOW);
    struct merge_outcome outcome = merge_one_task(store, NULL, true, NOW - 3600000);
    assert_int_equal(outcome.vanished_count, 1);
    merge_outcome_finish(&outcome);
    store_destroy(store);
}

static void a_list_from_before_the_end_does_not_revive(void **state)
{
    (void)state;
    struct store *store = store_create(1);
    store_put(store, make_task(0, "a", TASK_RUNNING, 0, NOW, NULL), NOW);
    store_put(store, make_task(0, "a", TASK_SUCCEEDED, 5, NOW + 100, NULL), NOW + 100);
    struct task *late = make_task(0, "a", TASK_RUNNING, 0, NOW + 150, NULL);
    struct merge merge = {
        .tasks = &late, .count = 1, .is_complete = true, .now_ms = NOW + 150, .asked_ms = NOW + 50};
    struct merge_outcome outcome;
    store_merge(store, &merge, &outcome);
    merge_outcome_finish(&outcome);
    assert_int_equal(store_find(store, 0, "a")->state, TASK_SUCCEEDED);
    store_destroy(store);
}

static void a_partial_list_makes_nobody_vanish(void **state)
{
    (void)state;
    struct store *store = store_create(1);
    merge_one_task(store, make_task(0, "a", TASK_RUNNING, 0, NOW, NULL), true, NOW);
    struct merge_outcome outcome = merge_one_task(store, NULL, false, NOW + 5000);
    assert_int_equal(outcome.vanished_count, 0);
    merge_outcome_finish(&outcome);
    store_destroy(store);
}

/* A task that was added while the list was on its way can not be missing from it. */
static void a_task_younger_than_the_list_does_not_vanish(void **state)
{
    (void)state;
    struct store *store = store_create(1);
    store_put(store, make_task(0, "new", TASK_QUEUED, 0, NOW, NULL), NOW);
    struct merge merge = {.is_complete = true, .now_ms = NOW + 10, .asked_ms = NOW - 10};
    struct merge_outcome outcome;
    store_merge(store, &merge, &outcome);
    assert_int_equal(outcome.vanished_count, 0);
    merge_outcome_finish(&outcome);
    store_destroy(store);
}

static void sources_do_not_mix(void **state)
{
    (void)state;
    struct store *store = store_create(2);
    store_put(store, make_task(0, "same", TASK_RUNNING, 0, NOW, "first"), NOW);
    store_put(store, make_task(1, "same", TASK_RUNNING, 0, NOW, "second"), NOW);
    assert_string_equal(task_text(store_find(store, 0, "same"), TASK_TITLE), "first");
    assert_string_equal(task_text(store_find(store, 1, "same"), TASK_TITLE), "second");
    struct merge_outcome outcome = merge_one_task(store, NULL, true, NOW + 1);
    assert_int_equal(outcome.vanished_count, 1);
    merge_outcome_finish(&outcome);
    store_destroy(store);
}

static void links_between_retries_survive_the_next_poll(void **state)
{
    (void)state;
    struct store *store = store_create(1);
    struct task_draft draft;
    task_draft_init(&draft);
    task_draft_set_text(&draft, TASK_ID, "new");
    task_draft_set_text(&draft, TASK_RETRY_OF, "old");
    draft.facts.state = TASK_QUEUED;
    store_put(store, task_create(&draft), NOW);
    task_draft_finish(&draft);
    merge_one_task(store, make_task(0, "new", TASK_RUNNING, 0, NOW, "t"), true, NOW + 1);
    const struct task *task = store_find(store, 0, "new");
    assert_int_equal(task->state, TASK_RUNNING);
    assert_string_equal(task_text(task, TASK_RETRY_OF), "old");
    store_destroy(store);
}

static void the_oldest_ended_tasks_are_forgotten(void **state)
{
    (void)state;
    struct store *store = store_create(1);
    size_t count = LIMIT_ENDED_TASKS + 10;
    struct task **tasks = xcalloc(count, sizeof(*tasks));
    for (size_t i = 0; i < count; i++) {
        char id[16];
        snprintf(id, sizeof(id), "t%zu", i);
        tasks[i] = make_task(0, id, TASK_SUCCEEDED, 1, NOW, NULL);
    }
    merge_tasks(store, tasks, count, false, NOW);
    free(tasks);
    assert_null(store_find(store, 0, "t9"));
    assert_non_null(store_find(store, 0, "t10"));
    struct snapshot *s = store_snapshot(store, NOW);
    assert_int_equal(s->totals.tasks, LIMIT_ENDED_TASKS);
    snapshot_unref(s);
    /* Their slots are used again. */
    size_t slots = 0;
    for (int i = 0; i < 10; i++)
        store_put(store,
                  make_task(0, (char[]){'n', (char)('0' + i), 0}, TASK_RUNNING, 1, NOW, NULL), NOW);
    s = store_snapshot(store, NOW);
    slots = snapshot_slots(s);
    assert_true(slots < count + TASKS_PER_CHUNK);
    snapshot_unref(s);
    store_destroy(store);
}

static void details_and_results_keep_the_last_wanted(void **state)
{
    (void)state;
    struct store *store = store_create(1);
    for (int i = 0; i < 2 * LIMIT_KEPT_DETAILS; i++) {
        char id[8];
        snprintf(id, sizeof(id), "d%d", i);
        store_put_detail(store, task_detail_create(0, id));
        store_put_result(store, task_result_create(0, id));
    }
    char last[8];
    snprintf(last, sizeof(last), "d%d", 2 * LIMIT_KEPT_DETAILS - 1);
    store_put_detail(store, task_detail_create(0, last));
    struct snapshot *s = store_snapshot(store, NOW);
    assert_int_equal(s->detail_count, LIMIT_KEPT_DETAILS);
    assert_int_equal(s->result_count, LIMIT_KEPT_RESULTS);
    assert_string_equal(s->details[0]->task_id, last);
    assert_string_not_equal(s->details[1]->task_id, last);
    assert_non_null(snapshot_result(s, 0, last));
    assert_null(snapshot_detail(s, 0, "d0"));
    store_destroy(store);
    snapshot_unref(s);
}

static void a_cancel_under_way_shows_as_cancelling(void **state)
{
    (void)state;
    struct store *store = store_create(1);
    store_put(store, make_task(0, "a", TASK_RUNNING, 0, NOW, "the title"), NOW);
    struct action_record *record = store_add_action(store, ACTION_CANCEL, 7, 0, "a", NOW);
    assert_string_equal(record->task_title, "the title");
    struct snapshot *s = store_snapshot(store, NOW);
    const struct task *task = snapshot_find_task(s, 0, "a");
    assert_int_equal(snapshot_shown_state(s, task), TASK_CANCELLING);
    snapshot_unref(s);

    store_action(store, 7)->state = ACTION_REFUSED;
    store_touch(store);
    s = store_snapshot(store, NOW);
    assert_int_equal(snapshot_shown_state(s, snapshot_find_task(s, 0, "a")), TASK_RUNNING);
    snapshot_unref(s);
    store_destroy(store);
}

static void too_many_actions_drop_the_oldest_that_is_final(void **state)
{
    (void)state;
    struct store *store = store_create(1);
    for (uint64_t i = 1; i <= LIMIT_ACTIONS; i++)
        store_add_action(store, ACTION_CANCEL, i, 0, "a", NOW);
    store_action(store, 2)->state = ACTION_CONFIRMED;
    store_add_action(store, ACTION_CANCEL, LIMIT_ACTIONS + 1, 0, "a", NOW);
    assert_int_equal(store_action_count(store), LIMIT_ACTIONS);
    assert_null(store_action(store, 2));
    assert_non_null(store_action(store, 1));
    assert_non_null(store_action(store, LIMIT_ACTIONS + 1));
    store_destroy(store);
}

/* --- lists of changes --------------------------------------------------------------------------
 */

static struct merge_outcome merge_delta(struct store *store, struct task *task, int64_t now_ms)
{
    struct merge merge = {.tasks = &task,
                          .count = task ? 1 : 0,
                          .is_delta = true,
                          .now_ms = now_ms,
                          .asked_ms = now_ms};
    struct merge_outcome outcome;
    store_merge(store, &merge, &outcome);
    return outcome;
}

static struct merge_outcome merge_window(struct store *store, struct task **tasks, size_t count,
                                         int64_t from_ms, int64_t now_ms)
{
    struct merge merge = {.tasks = tasks,
                          .count = count,
                          .is_complete = true,
                          .has_ended = true,
                          .window_from_ms = from_ms,
                          .now_ms = now_ms,
                          .asked_ms = now_ms - 10};
    struct merge_outcome outcome;
    store_merge(store, &merge, &outcome);
    return outcome;
}

static size_t vanished_of_delta(struct store *store, int64_t now_ms)
{
    struct merge_outcome outcome = merge_delta(store, NULL, now_ms);
    size_t count = outcome.vanished_count;
    merge_outcome_finish(&outcome);
    return count;
}

static void a_task_that_no_delta_mentions_is_asked_about_now_and_then(void **state)
{
    (void)state;
    struct store *store = store_create(1);
    struct task *task = make_task(0, "a", TASK_RUNNING, 1000, NOW, "title");
    merge_window(store, &task, 1, 0, NOW);
    assert_int_equal(vanished_of_delta(store, NOW + 2000), 0);
    assert_int_equal(vanished_of_delta(store, NOW + 29000), 0);
    assert_int_equal(vanished_of_delta(store, NOW + 31000), 1);
    assert_int_equal(vanished_of_delta(store, NOW + 33000), 0);

    merge_delta(store, make_task(0, "a", TASK_RUNNING, 1000, NOW + 34000, "title"), NOW + 34000);
    assert_int_equal(vanished_of_delta(store, NOW + 62000), 0);
    assert_int_equal(vanished_of_delta(store, NOW + 65000), 1);
    store_doubt(store, 0, "a");
    assert_int_equal(vanished_of_delta(store, NOW + 65001), 1);
    store_destroy(store);
}

static void a_window_forgets_what_the_service_no_longer_shows(void **state)
{
    (void)state;
    struct store *store = store_create(1);
    struct task *tasks[3];
    static const char *const ids[] = {"hidden", "kept", "old"};
    for (int i = 0; i < 3; i++) {
        struct task *task = make_task(0, ids[i], TASK_SUCCEEDED, 1000, NOW, "title");
        task->created_ms = i == 2 ? 100 : 5000;
        tasks[i] = task;
    }
    merge_window(store, tasks, 3, 0, NOW);
    struct task *named = make_task(0, "named", TASK_SUCCEEDED, 1000, NOW, "title");
    named->created_ms = 5000;
    store_put(store, named, NOW);

    struct task *again = make_task(0, "kept", TASK_SUCCEEDED, 1000, NOW + 50, "title");
    again->created_ms = 5000;
    merge_window(store, &again, 1, 1000, NOW + 100);
    assert_null(store_find(store, 0, "hidden"));
    assert_non_null(store_find(store, 0, "kept"));
    assert_non_null(store_find(store, 0, "old"));
    assert_non_null(store_find(store, 0, "named"));

    store_forget(store, 0, "named");
    store_forget(store, 0, "nobody");
    assert_null(store_find(store, 0, "named"));
    store_destroy(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unchanged_tasks_are_shared_between_snapshots),
        cmocka_unit_test(a_snapshot_stays_as_it_was_while_tasks_are_added),
        cmocka_unit_test(an_elapsed_time_that_jumps_is_news),
        cmocka_unit_test(a_task_that_is_shown_is_told_it_in_a_copy),
        cmocka_unit_test(what_runs_is_told_how_long_it_usually_takes),
        cmocka_unit_test(a_list_tells_it_too_while_the_provider_holds_its_tasks),
        cmocka_unit_test(a_task_that_left_a_complete_list_has_its_end_asked_for),
        cmocka_unit_test(a_task_heard_of_as_running_is_asked_for_soon_again),
        cmocka_unit_test(a_mass_end_is_asked_for_in_portions),
        cmocka_unit_test(a_clock_set_back_holds_no_question_up),
        cmocka_unit_test(a_list_from_before_the_end_does_not_revive),
        cmocka_unit_test(a_partial_list_makes_nobody_vanish),
        cmocka_unit_test(a_task_that_no_delta_mentions_is_asked_about_now_and_then),
        cmocka_unit_test(a_window_forgets_what_the_service_no_longer_shows),
        cmocka_unit_test(a_task_younger_than_the_list_does_not_vanish),
        cmocka_unit_test(sources_do_not_mix),
        cmocka_unit_test(links_between_retries_survive_the_next_poll),
        cmocka_unit_test(the_oldest_ended_tasks_are_forgotten),
        cmocka_unit_test(details_and_results_keep_the_last_wanted),
        cmocka_unit_test(a_cancel_under_way_shows_as_cancelling),
        cmocka_unit_test(too_many_actions_drop_the_oldest_that_is_final),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
