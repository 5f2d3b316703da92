#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/xalloc.h"
#include "model/store_internal.h"

#undef uthash_fatal
#define uthash_fatal(message) xalloc_die()

#define FATE_RETRY_FIRST_MS 1000
#define FATE_RETRY_MAX_MS   60000
/* A living task that no delta mentions is asked about this often: most likely it just goes on. */
#define UNMENTIONED_REST_MS 30000
/* When thousands end at once their ends are asked for in portions. */
#define FATES_PER_LIST 64

/* A service's own elapsed time is worth a new snapshot only when it differs from the local tick by
 * more than this. */
#define ELAPSED_TOLERANCE_MS 1500

static const struct task *task_of(const struct store *store, const struct entry *entry)
{
    return task_table_at(&store->table, entry->slot);
}

/* ---- entries ---- */

static struct entry *find_entry(const struct store *store, uint16_t source, const char *id)
{
    struct entry *entry;
    HASH_FIND_STR(store->tasks[source].by_id, id, entry);
    return entry;
}

static void link_entry(struct store *store, struct entry *entry, const struct task *task)
{
    struct source_tasks *list = &store->tasks[task->source];
    if (task_is_alive(task)) {
        DL_APPEND(list->alive, entry);
        list->alive_count++;
    } else {
        DL_APPEND(list->ended, entry);
        list->ended_count++;
    }
}

static void unlink_entry(struct store *store, struct entry *entry, const struct task *task)
{
    struct source_tasks *list = &store->tasks[task->source];
    if (task_is_alive(task)) {
        DL_DELETE(list->alive, entry);
        list->alive_count--;
    } else {
        DL_DELETE(list->ended, entry);
        list->ended_count--;
    }
}

static void remove_entry(struct store *store, struct entry *entry)
{
    const struct task *task = task_of(store, entry);
    listing_forget(&store->tasks[task->source].listing, entry->place, entry);
    unlink_entry(store, entry, task);
    HASH_DEL(store->tasks[task->source].by_id, entry);
    task_table_remove(&store->table, entry->slot);
    free(entry->id);
    free(entry);
    store->is_dirty = true;
}

static void forget_oldest_ended(struct store *store, uint16_t source)
{
    struct source_tasks *list = &store->tasks[source];
    while (list->ended_count > LIMIT_ENDED_TASKS)
        remove_entry(store, list->ended);
}

static struct entry *add_entry(struct store *store, struct task *task, int64_t now_ms)
{
    struct entry *entry = xcalloc(1, sizeof(*entry));
    entry->id = xstrdup(task_text(task, TASK_ID));
    entry->slot = task_table_add(&store->table, task);
    entry->added_ms = now_ms;
    HASH_ADD_KEYPTR(hh, store->tasks[task->source].by_id, entry->id, strlen(entry->id), entry);
    link_entry(store, entry, task);
    store->is_dirty = true;
    return entry;
}

static void drop_entries(struct source_tasks *list)
{
    struct entry *entry, *next;
    HASH_ITER (hh, list->by_id, entry, next) {
        HASH_DEL(list->by_id, entry);
        free(entry->id);
        free(entry);
    }
    listing_finish(&list->listing);
}

void store_drop_entries(struct store *store)
{
    for (size_t i = 0; i < store->source_count; i++)
        drop_entries(&store->tasks[i]);
    task_table_finish(&store->table);
}

/* ---- merging ---- */

/* A task on its way in. */
struct arrival {
    struct task *task; /* our reference */
    bool is_ours;      /* no snapshot shows it yet: it may be written to */
    int64_t now_ms;
    int64_t asked_ms;
};

/* Takes the reference. What is nobody's but ours and the provider's is in no snapshot: to be asked
 * before there are more references. */
static struct arrival arrival_of(struct task *task, int64_t now_ms, int64_t asked_ms)
{
    bool is_ours = atomic_load_explicit(&task->refs, memory_order_acquire) <= 2;
    return (struct arrival){task, is_ours, now_ms, asked_ms};
}

/* What only we know of a task survives what the service tells of it. */
static void keep_links(struct arrival *arrival, const struct task *old)
{
    const enum task_text links[] = {TASK_RETRY_OF, TASK_RETRIED_AS};
    struct task_draft draft;
    bool is_copied = false;
    for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++) {
        const char *link = task_text(old, links[i]);
        if (!link || task_text(arrival->task, links[i]))
            continue;
        if (!is_copied) {
            task_draft_init(&draft);
            task_draft_copy(&draft, arrival->task);
            is_copied = true;
        }
        task_draft_set_text(&draft, links[i], link);
    }
    if (!is_copied)
        return;
    task_unref(arrival->task);
    arrival->task = task_create(&draft);
    arrival->is_ours = true;
    task_draft_finish(&draft);
}

/* The task with how long it usually takes, as a copy. */
static struct task *stamped_copy(const struct store *store, const struct task *task)
{
    struct task_draft draft;
    task_draft_init(&draft);
    task_draft_copy(&draft, task);
    struct task *copy = task_create(&draft);
    task_draft_finish(&draft);
    expectations_stamp(store->expectations, copy);
    return copy;
}

static bool knows_more(const struct store *store, const struct task *task)
{
    return expectations_count(store->expectations, task) != task->usual_runs;
}

/* Says of what is news how long it usually takes. */
static void stamp(const struct store *store, struct arrival *arrival)
{
    if (arrival->is_ours) {
        expectations_stamp(store->expectations, arrival->task);
    } else if (knows_more(store, arrival->task)) {
        struct task *copy = stamped_copy(store, arrival->task);
        task_unref(arrival->task);
        arrival->task = copy;
    }
}

/* The news are none when they say the same and the local tick has said their elapsed time already.
 */
static bool is_news(const struct task *old, const struct task *task)
{
    if (!task_is_same(old, task))
        return true;
    int64_t expected_ms = task_elapsed_at(old, task->observed_ms);
    if (task->elapsed_ms == UNKNOWN || expected_ms == UNKNOWN)
        return task->elapsed_ms != expected_ms;
    int64_t tolerance_ms = task_is_alive(task) ? ELAPSED_TOLERANCE_MS : 0;
    return llabs(task->elapsed_ms - expected_ms) > tolerance_ms;
}

/* A task of which we heard that it runs is asked for again soon, where no delta will tell of its
 * end; one that stays a riddle ever later. */
static void note_heard(const struct store *store, struct entry *entry, const struct task *task,
                       int64_t now_ms)
{
    bool has_deltas = store->tasks[task->source].has_deltas;
    if (!task_is_alive(task) || task->state == TASK_UNKNOWN)
        return;
    entry->fates_asked = 0;
    entry->next_fate_ms = now_ms + (has_deltas ? UNMENTIONED_REST_MS : FATE_RETRY_FIRST_MS / 2);
}

/* The past was told first by a name of the query that was not the list's. */
static bool has_other_query(const struct task *old, const struct task *task)
{
    const char *before = task_text(old, TASK_QUERY_ID);
    const char *now = task_text(task, TASK_QUERY_ID);
    return !task_is_alive(task) && now && (!before || strcmp(before, now) != 0);
}

static struct entry *merge_new(struct store *store, struct arrival *arrival,
                               struct merge_outcome *out)
{
    stamp(store, arrival);
    struct task *task = arrival->task;
    struct entry *entry = add_entry(store, task, arrival->now_ms);
    out->added++;
    if (task_is_alive(task)) {
        history_note_start(&store->history, arrival->now_ms);
    } else {
        expectations_learn(store->expectations, task);
        store->has_learnt_past = true;
    }
    return entry;
}

static void replace(struct store *store, struct entry *entry, struct arrival *arrival,
                    struct merge_outcome *out)
{
    const struct task *old = task_of(store, entry);
    stamp(store, arrival);
    struct task *task = arrival->task;
    if (task_is_alive(old) != task_is_alive(task)) {
        unlink_entry(store, entry, old);
        link_entry(store, entry, task);
    }
    bool has_ended = task_is_alive(old) && !task_is_alive(task);
    bool is_renamed = !has_ended && has_other_query(old, task);
    if (has_ended || is_renamed)
        expectations_learn(store->expectations, task);
    store->has_learnt_past |= is_renamed;
    task_table_set(&store->table, entry->slot, task);
    store->is_dirty = true;
    out->changed++;
    if (has_ended) {
        /* Gone is no end that was seen: it does not count. */
        if (task->state != TASK_EXPIRED)
            history_note_end(&store->history, task, arrival->now_ms);
        out->ended++;
    }
}

static void merge_known(struct store *store, struct entry *entry, struct arrival *arrival,
                        struct merge_outcome *out)
{
    const struct task *old = task_of(store, entry);
    if (old == arrival->task) {
        task_unref(arrival->task);
        return;
    }
    keep_links(arrival, old);
    const struct task *task = arrival->task;
    /* A list that was asked for before the end was known, and arrives after it, tells of the past.
     */
    bool is_past =
        !task_is_alive(old) && task_is_alive(task) && arrival->asked_ms <= old->observed_ms;
    /* When it says so again, it may be true. */
    store->tasks[task->source].listing.has_past |= is_past;
    if (is_past || !is_news(old, task))
        task_unref(arrival->task);
    else
        replace(store, entry, arrival, out);
}

/* Takes the arrival's reference. Returns the entry. */
static struct entry *merge_one(struct store *store, struct arrival *arrival,
                               struct merge_outcome *out)
{
    const struct task *task = arrival->task;
    struct entry *entry = find_entry(store, task->source, task_text(task, TASK_ID));
    if (!entry)
        return merge_new(store, arrival, out);
    merge_known(store, entry, arrival, out);
    return entry;
}

/* Those that run already are told how long they usually take as soon as their past is known. */
static void stamp_alive(struct store *store, uint16_t source)
{
    struct entry *entry;
    DL_FOREACH (store->tasks[source].alive, entry) {
        const struct task *task = task_of(store, entry);
        if (!knows_more(store, task))
            continue;
        task_table_set(&store->table, entry->slot, stamped_copy(store, task));
        store->is_dirty = true;
    }
}

static int64_t fate_pause_ms(unsigned asked)
{
    int64_t pause_ms = FATE_RETRY_FIRST_MS;
    while (asked-- > 0 && pause_ms < FATE_RETRY_MAX_MS)
        pause_ms *= 2;
    return pause_ms < FATE_RETRY_MAX_MS ? pause_ms : FATE_RETRY_MAX_MS;
}

/* After from_ms, but not absurdly far: a wall clock that was set back would hold things up. */
static bool is_ahead(int64_t time_ms, int64_t from_ms, int64_t to_ms)
{
    return time_ms > from_ms && time_ms <= to_ms;
}

static int64_t pause_ms_of(const struct merge *merge, unsigned asked)
{
    int64_t pause_ms = fate_pause_ms(asked);
    return merge->is_delta && pause_ms < UNMENTIONED_REST_MS ? UNMENTIONED_REST_MS : pause_ms;
}

static void find_vanished(struct store *store, const struct merge *merge, struct merge_outcome *out)
{
    struct source_tasks *list = &store->tasks[merge->source];
    struct entry *entry;
    DL_FOREACH (list->alive, entry) {
        bool is_listed = entry->seen_serial == store->serial;
        bool is_younger = is_ahead(entry->added_ms, merge->asked_ms, merge->now_ms);
        bool is_waiting =
            is_ahead(entry->next_fate_ms, merge->now_ms, merge->now_ms + FATE_RETRY_MAX_MS);
        if (is_listed || is_younger || is_waiting || out->vanished_count == FATES_PER_LIST)
            continue;
        entry->next_fate_ms = merge->now_ms + pause_ms_of(merge, entry->fates_asked++);
        if (!out->vanished)
            out->vanished = xcalloc(FATES_PER_LIST, sizeof(*out->vanished));
        out->vanished[out->vanished_count++] = task_ref(task_of(store, entry));
    }
}

/* Ended tasks that the service no longer shows, such as those that somebody hid. Those that no list
 * ever had were asked for by name and stay. */
static void forget_hidden(struct store *store, const struct merge *merge)
{
    struct entry *entry, *next;
    DL_FOREACH_SAFE (store->tasks[merge->source].ended, entry, next) {
        const struct task *task = task_of(store, entry);
        bool is_covered = task->created_ms != UNKNOWN && task->created_ms >= merge->window_from_ms;
        bool is_younger = is_ahead(task->observed_ms, merge->asked_ms, merge->now_ms);
        if (entry->is_listed && entry->seen_serial != store->serial && is_covered && !is_younger)
            remove_entry(store, entry);
    }
}

/* ---- lists ---- */

/* The entry of a task of a complete list. Takes the arrival's reference. */
static struct entry *merge_listed(struct store *store, struct arrival *arrival,
                                  struct merge_outcome *out)
{
    struct listing *listing = &store->tasks[arrival->task->source].listing;
    struct entry *entry = listing_guess(listing, arrival->task);
    struct task *given = task_ref(arrival->task);
    if (entry)
        merge_known(store, entry, arrival, out);
    else
        entry = merge_one(store, arrival, out);
    if (entry->seen_serial == store->serial) { /* twice in one list */
        task_unref(given);
        return entry;
    }
    listing_expect_behind(listing, entry->place);
    entry->place = listing_add(listing, entry, given);
    return entry;
}

/* One task of an answer. Takes the reference. */
static void merge_task(struct store *store, struct task *task, const struct merge *merge,
                       struct merge_outcome *out)
{
    struct source_tasks *list = &store->tasks[merge->source];
    struct arrival arrival = arrival_of(task, merge->now_ms, merge->asked_ms);
    assert(task->source == merge->source);
    if (!task_text(task, TASK_ID)) {
        task_unref(task);
        return;
    }
    struct entry *entry =
        merge->is_complete ? merge_listed(store, &arrival, out) : merge_one(store, &arrival, out);
    bool is_first = entry->seen_serial != store->serial;
    entry->seen_serial = store->serial;
    entry->is_listed |= merge->is_complete || merge->is_delta;
    if (!merge->is_complete || list->has_deltas)
        note_heard(store, entry, task_of(store, entry), merge->now_ms);
    if (is_first && task_is_alive(task_of(store, entry))) {
        list->seen_alive++;
        if (merge->is_complete || merge->is_delta)
            entry->fates_asked = 0;
    }
}

/* The same list again: of tasks that have changed since, it tells what it told before. */
static void merge_repeat(struct store *store, const struct merge *merge, struct merge_outcome *out)
{
    const struct listing *listing = &store->tasks[merge->source].listing;
    size_t count = listing->count;
    struct listed *rows = listing->rows;
    for (size_t i = 0; i < count; i++)
        merge_task(store, task_ref(rows[i].task), merge, out);
}

static void merge_answer(struct store *store, const struct merge *merge, struct merge_outcome *out)
{
    struct source_tasks *list = &store->tasks[merge->source];
    store->serial++;
    list->seen_alive = 0;
    list->listing.has_past = false;
    list->has_deltas |= merge->is_delta || merge->has_ended;
    if (merge->is_repeat)
        merge_repeat(store, merge, out);
    for (size_t i = 0; i < merge->count; i++) {
        struct task *task = merge->tasks[i];
        merge->tasks[i] = NULL;
        merge_task(store, task, merge, out);
    }
    if (store->has_learnt_past)
        stamp_alive(store, merge->source);
    store->has_learnt_past = false;
    if (merge->is_complete)
        listing_end(&list->listing);
    if ((merge->is_complete || merge->is_delta) && list->seen_alive < list->alive_count)
        find_vanished(store, merge, out);
    if (merge->is_complete && merge->has_ended)
        forget_hidden(store, merge);
    forget_oldest_ended(store, merge->source);
}

void store_merge(struct store *store, struct merge *merge, struct merge_outcome *out)
{
    struct source_tasks *list = &store->tasks[merge->source];
    *out = (struct merge_outcome){0};
    if (merge->is_repeat && list->listing.is_settled)
        return;
    merge_answer(store, merge, out);
    list->listing.is_settled = merge->is_complete && !list->has_deltas && !list->listing.has_past &&
                               list->seen_alive == list->alive_count;
}

void merge_outcome_finish(struct merge_outcome *outcome)
{
    for (size_t i = 0; i < outcome->vanished_count; i++)
        task_unref(outcome->vanished[i]);
    free(outcome->vanished);
    *outcome = (struct merge_outcome){0};
}

const struct task *store_find(const struct store *store, uint16_t source, const char *id)
{
    struct entry *entry = find_entry(store, source, id);
    return entry ? task_of(store, entry) : NULL;
}

void store_put(struct store *store, struct task *task, int64_t now_ms)
{
    struct merge_outcome ignored = {0};
    store->tasks[task->source].listing.is_settled = false;
    struct arrival arrival = arrival_of(task, now_ms, now_ms);
    merge_one(store, &arrival, &ignored);
}

void store_forget(struct store *store, uint16_t source, const char *id)
{
    struct entry *entry = find_entry(store, source, id);
    if (entry)
        remove_entry(store, entry);
}

void store_doubt(struct store *store, uint16_t source, const char *id)
{
    struct entry *entry = find_entry(store, source, id);
    if (entry && store->tasks[source].has_deltas)
        entry->next_fate_ms = 0;
}

size_t store_alive_count(const struct store *store, uint16_t source)
{
    return store->tasks[source].alive_count;
}
