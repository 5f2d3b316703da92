#include "model/store.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>
#include <utlist.h>

#include "base/sanitize.h"
#include "base/xalloc.h"
#include "model/expectation.h"
#include "model/history.h"
#include "model/task_table.h"

#undef uthash_fatal
#define uthash_fatal(message) xalloc_die()

#define FATE_RETRY_FIRST_MS 1000
#define FATE_RETRY_MAX_MS   60000
/* When thousands end at once their ends are asked for in portions. */
#define FATES_PER_LIST 64

/* A service's own elapsed time is worth a new snapshot only when it differs from the local tick by
 * more than this. */
#define ELAPSED_TOLERANCE_MS 1500

/* Where a task stands. The key is its source and id; id points into the task that the slot holds.
 */
struct entry {
    char *key; /* "3:6f1c...": source, colon, id */
    size_t slot;
    uint64_t seen_serial; /* of the last complete list that had it */
    int64_t added_ms;
    int64_t next_fate_ms; /* not asked for its end before this */
    unsigned fates_asked;
    struct entry *prev, *next; /* in its source's list of living or ended ones, oldest first */
    UT_hash_handle hh;
};

struct source_tasks {
    struct entry *alive;
    struct entry *ended;
    size_t alive_count;
    size_t ended_count;
};

struct store {
    struct entry *by_key;
    struct task_table table;
    struct history history;
    struct expectations *expectations;
    struct source_tasks *tasks; /* per source */
    struct source_status *sources;
    struct project_list **projects; /* per source; these and the next two */
    struct branch_list **branches;
    struct project_report **reports;
    size_t source_count;
    struct task_detail *details[LIMIT_KEPT_DETAILS]; /* most recent first */
    size_t detail_count;
    struct task_result *results[LIMIT_KEPT_RESULTS];
    size_t result_count;
    struct action_record *actions;
    size_t action_count;
    size_t action_size;
    uint64_t serial;
    uint64_t generation;
    bool is_dirty;
};

struct store *store_create(size_t source_count)
{
    struct store *store = xcalloc(1, sizeof(*store));
    store->source_count = source_count;
    store->tasks = xcalloc(source_count, sizeof(*store->tasks));
    store->sources = xcalloc(source_count, sizeof(*store->sources));
    store->projects = xcalloc(source_count, sizeof(struct project_list *));
    store->branches = xcalloc(source_count, sizeof(struct branch_list *));
    store->reports = xcalloc(source_count, sizeof(struct project_report *));
    store->expectations = expectations_create();
    store->is_dirty = true;
    return store;
}

void store_destroy(struct store *store)
{
    if (!store)
        return;
    struct entry *entry, *next;
    HASH_ITER (hh, store->by_key, entry, next) {
        HASH_DEL(store->by_key, entry);
        free(entry->key);
        free(entry);
    }
    task_table_finish(&store->table);
    expectations_destroy(store->expectations);
    for (size_t i = 0; i < store->source_count; i++) {
        project_list_unref(store->projects[i]);
        branch_list_unref(store->branches[i]);
        project_report_unref(store->reports[i]);
    }
    for (size_t i = 0; i < store->detail_count; i++)
        task_detail_unref(store->details[i]);
    for (size_t i = 0; i < store->result_count; i++)
        task_result_unref(store->results[i]);
    free(store->tasks);
    free(store->sources);
    free(store->projects);
    free(store->branches);
    free(store->reports);
    free(store->actions);
    free(store);
}

static const struct task *task_of(const struct store *store, const struct entry *entry)
{
    return task_table_at(&store->table, entry->slot);
}

/* ---- entries ---- */

static size_t make_key(char *out, size_t size, uint16_t source, const char *id)
{
    return (size_t)snprintf(out, size, "%u:%s", source, id);
}

static struct entry *find_entry(const struct store *store, uint16_t source, const char *id)
{
    char key[LIMIT_TASK_FIELD_BYTES + 8];
    size_t length = make_key(key, sizeof(key), source, id);
    struct entry *entry;
    HASH_FIND(hh, store->by_key, key, length, entry);
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

static void forget_oldest_ended(struct store *store, uint16_t source)
{
    struct source_tasks *list = &store->tasks[source];
    while (list->ended_count > LIMIT_ENDED_TASKS) {
        struct entry *oldest = list->ended;
        unlink_entry(store, oldest, task_of(store, oldest));
        HASH_DEL(store->by_key, oldest);
        task_table_remove(&store->table, oldest->slot);
        free(oldest->key);
        free(oldest);
    }
}

static struct entry *add_entry(struct store *store, struct task *task, int64_t now_ms)
{
    char key[LIMIT_TASK_FIELD_BYTES + 8];
    size_t length = make_key(key, sizeof(key), task->source, task_text(task, TASK_ID));
    struct entry *entry = xcalloc(1, sizeof(*entry));
    entry->key = xstrndup(key, length);
    entry->slot = task_table_add(&store->table, task);
    entry->added_ms = now_ms;
    HASH_ADD_KEYPTR(hh, store->by_key, entry->key, length, entry);
    link_entry(store, entry, task);
    store->is_dirty = true;
    return entry;
}

/* ---- merging ---- */

/* What only we know of a task survives what the service tells of it. Takes and returns a
 * reference. */
static struct task *with_links(struct task *task, const struct task *old)
{
    const enum task_text links[] = {TASK_RETRY_OF, TASK_RETRIED_AS};
    struct task_draft draft;
    bool is_copied = false;
    for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++) {
        const char *link = task_text(old, links[i]);
        if (!link || task_text(task, links[i]))
            continue;
        if (!is_copied) {
            task_draft_init(&draft);
            task_draft_copy(&draft, task);
            is_copied = true;
        }
        task_draft_set_text(&draft, links[i], link);
    }
    if (!is_copied)
        return task;
    struct task *linked = task_create(&draft);
    task_draft_finish(&draft);
    task_unref(task);
    return linked;
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

/* A task of which we heard that it runs is asked for again soon, one that stays a riddle ever
 * later. */
static void note_heard(struct entry *entry, const struct task *task, int64_t now_ms)
{
    if (!task_is_alive(task) || task->state == TASK_UNKNOWN)
        return;
    entry->fates_asked = 0;
    entry->next_fate_ms = now_ms + FATE_RETRY_FIRST_MS / 2;
}

/* Says how long the task usually takes. Once a snapshot shows it, it is no longer ours to write to:
 * besides the reference in hand only the provider may hold one. */
static void stamp(struct store *store, struct task *task)
{
    if (atomic_load_explicit(&task->refs, memory_order_acquire) <= 2)
        expectations_stamp(store->expectations, task);
}

/* Takes the reference. Returns the entry. */
static struct entry *merge_one(struct store *store, struct task *task, int64_t now_ms,
                               int64_t asked_ms, struct merge_outcome *out)
{
    struct entry *entry = find_entry(store, task->source, task_text(task, TASK_ID));
    if (!entry) {
        stamp(store, task);
        entry = add_entry(store, task, now_ms);
        out->added++;
        if (task_is_alive(task))
            history_note_start(&store->history, now_ms);
        else
            expectations_learn(store->expectations, task);
        return entry;
    }

    const struct task *old = task_of(store, entry);
    task = with_links(task, old);
    /* A list that was asked for before the end was known, and arrives after it, tells of the past.
     */
    bool is_past = !task_is_alive(old) && task_is_alive(task) && asked_ms <= old->observed_ms;
    if (old == task || is_past || !is_news(old, task)) {
        task_unref(task);
        return entry;
    }
    bool has_ended = task_is_alive(old) && !task_is_alive(task);
    if (task_is_alive(old) != task_is_alive(task)) {
        unlink_entry(store, entry, old);
        link_entry(store, entry, task);
    }
    stamp(store, task);
    task_table_set(&store->table, entry->slot, task);
    store->is_dirty = true;
    out->changed++;
    if (has_ended) {
        expectations_learn(store->expectations, task);
        /* Gone is no end that was seen: it does not count. */
        if (task->state != TASK_EXPIRED)
            history_note_end(&store->history, task, now_ms);
        out->ended++;
    }
    return entry;
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

static void find_vanished(struct store *store, const struct merge *merge, struct merge_outcome *out)
{
    struct source_tasks *list = &store->tasks[merge->source];
    struct entry *entry;
    DL_FOREACH (list->alive, entry) {
        bool is_listed = entry->seen_serial == store->serial;
        bool is_younger = is_ahead(entry->added_ms, merge->asked_ms, merge->now_ms);
        if (is_listed) {
            entry->fates_asked = 0;
            continue;
        }
        bool is_waiting =
            is_ahead(entry->next_fate_ms, merge->now_ms, merge->now_ms + FATE_RETRY_MAX_MS);
        if (is_younger || is_waiting || out->vanished_count == FATES_PER_LIST)
            continue;
        entry->next_fate_ms = merge->now_ms + fate_pause_ms(entry->fates_asked++);
        if (!out->vanished)
            out->vanished = xcalloc(FATES_PER_LIST, sizeof(*out->vanished));
        out->vanished[out->vanished_count++] = task_ref(task_of(store, entry));
    }
}

void store_merge(struct store *store, struct merge *merge, struct merge_outcome *out)
{
    *out = (struct merge_outcome){0};
    store->serial++;
    for (size_t i = 0; i < merge->count; i++) {
        struct task *task = merge->tasks[i];
        merge->tasks[i] = NULL;
        assert(task->source == merge->source);
        if (!task_text(task, TASK_ID)) {
            task_unref(task);
            continue;
        }
        struct entry *entry = merge_one(store, task, merge->now_ms, merge->asked_ms, out);
        entry->seen_serial = store->serial;
        if (!merge->is_complete)
            note_heard(entry, task_of(store, entry), merge->now_ms);
    }
    if (merge->is_complete)
        find_vanished(store, merge, out);
    forget_oldest_ended(store, merge->source);
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
    merge_one(store, task, now_ms, now_ms, &ignored);
}

size_t store_alive_count(const struct store *store, uint16_t source)
{
    return store->tasks[source].alive_count;
}

/* ---- all that is not a task ---- */

struct source_status *store_source(struct store *store, uint16_t source)
{
    return &store->sources[source];
}

void store_set_projects(struct store *store, uint16_t source, struct project_list *list)
{
    project_list_unref(store->projects[source]);
    store->projects[source] = list;
    store->is_dirty = true;
}

bool store_has_projects(const struct store *store, uint16_t source)
{
    return store->projects[source] && store->projects[source]->project_count > 0;
}

void store_set_branches(struct store *store, uint16_t source, struct branch_list *list)
{
    branch_list_unref(store->branches[source]);
    store->branches[source] = list;
    store->is_dirty = true;
}

void store_set_report(struct store *store, uint16_t source, struct project_report *report)
{
    project_report_unref(store->reports[source]);
    store->reports[source] = report;
    store->is_dirty = true;
}

/* Which place of a kept list a new one may take: that of the same key, a new one, or the last. */
static size_t kept_place(size_t same, size_t *count, size_t max)
{
    if (same < *count)
        return same;
    return *count < max ? (*count)++ : max - 1;
}

static size_t find_detail(const struct store *store, uint16_t source, const char *task_id)
{
    size_t at = 0;
    while (at < store->detail_count && (store->details[at]->source != source ||
                                        strcmp(store->details[at]->task_id, task_id) != 0))
        at++;
    return at;
}

bool store_has_detail(const struct store *store, uint16_t source, const char *task_id)
{
    return find_detail(store, source, task_id) < store->detail_count;
}

void store_put_detail(struct store *store, struct task_detail *detail)
{
    struct task_detail **kept = store->details;
    size_t same = find_detail(store, detail->source, detail->task_id);
    size_t place = kept_place(same, &store->detail_count, LIMIT_KEPT_DETAILS);
    task_detail_unref(kept[place]);
    memmove(kept + 1, kept, place * sizeof(*kept));
    kept[0] = detail;
    store->is_dirty = true;
}

static size_t find_result(const struct store *store, uint16_t source, const char *task_id)
{
    size_t at = 0;
    while (at < store->result_count && (store->results[at]->source != source ||
                                        strcmp(store->results[at]->task_id, task_id) != 0))
        at++;
    return at;
}

bool store_has_rows(const struct store *store, uint16_t source, const char *task_id)
{
    size_t at = find_result(store, source, task_id);
    return at < store->result_count &&
           (store->results[at]->state == RESULT_TABLE || store->results[at]->state == RESULT_LINES);
}

void store_put_result(struct store *store, struct task_result *result)
{
    struct task_result **kept = store->results;
    size_t same = find_result(store, result->source, result->task_id);
    size_t place = kept_place(same, &store->result_count, LIMIT_KEPT_RESULTS);
    task_result_unref(kept[place]);
    memmove(kept + 1, kept, place * sizeof(*kept));
    kept[0] = result;
    store->is_dirty = true;
}

static void remove_action(struct store *store, size_t at)
{
    store->action_count--;
    memmove(store->actions + at, store->actions + at + 1,
            (store->action_count - at) * sizeof(*store->actions));
    store->is_dirty = true;
}

/* Room for one more: the oldest action whose end is known goes, else the oldest of all. */
static void drop_an_action(struct store *store)
{
    size_t at = 0;
    while (at < store->action_count && !action_is_final(store->actions[at].state))
        at++;
    remove_action(store, at < store->action_count ? at : 0);
}

struct action_record *store_add_action(struct store *store, enum action_kind kind, uint64_t id,
                                       uint16_t source, const char *task_id, int64_t now_ms)
{
    if (store->action_count == LIMIT_ACTIONS)
        drop_an_action(store);
    if (store->action_count == store->action_size) {
        store->action_size = store->action_size ? 2 * store->action_size : 16;
        store->actions = xreallocarray(store->actions, store->action_size, sizeof(*store->actions));
    }
    struct action_record *record = &store->actions[store->action_count++];
    *record = (struct action_record){
        .id = id,
        .kind = kind,
        .state = ACTION_ASKED,
        .source = source,
        .asked_ms = now_ms,
        .changed_ms = now_ms,
    };
    snprintf(record->task_id, sizeof(record->task_id), "%s", task_id);
    const struct task *task = store_find(store, source, task_id);
    if (task && task_text(task, TASK_TITLE))
        sanitize_line(record->task_title, sizeof(record->task_title), task_text(task, TASK_TITLE));
    store->is_dirty = true;
    return record;
}

struct action_record *store_action(struct store *store, uint64_t action_id)
{
    for (size_t i = store->action_count; i > 0; i--) {
        if (store->actions[i - 1].id == action_id)
            return &store->actions[i - 1];
    }
    return NULL;
}

void store_drop_action(struct store *store, uint64_t action_id)
{
    const struct action_record *record = store_action(store, action_id);
    if (record && action_is_final(record->state))
        remove_action(store, (size_t)(record - store->actions));
}

size_t store_action_count(const struct store *store)
{
    return store->action_count;
}

struct action_record *store_action_at(struct store *store, size_t index)
{
    return &store->actions[index];
}

void store_touch(struct store *store)
{
    store->is_dirty = true;
}

bool store_is_dirty(const struct store *store)
{
    return store->is_dirty;
}

struct snapshot *store_snapshot(struct store *store, int64_t now_ms)
{
    history_advance(&store->history, now_ms);
    const struct task_table *table = &store->table;
    struct snapshot *s =
        snapshot_create(table->chunk_count, store->source_count, store->detail_count,
                        store->result_count, store->action_count);
    s->generation = ++store->generation;
    s->made_ms = now_ms;
    s->totals.tasks = table->task_count;
    s->totals.p95_elapsed_ms = history_p95_ms(&store->history);
    memcpy(s->totals.by_state, table->by_state, sizeof(s->totals.by_state));
    memcpy(s->totals.history, store->history.slices, sizeof(s->totals.history));
    for (size_t i = 0; i < table->chunk_count; i++)
        s->chunks[i] = task_chunk_ref(table->chunks[i]);
    for (size_t i = 0; i < store->source_count; i++) {
        s->sources[i] = store->sources[i];
        s->projects[i] = store->projects[i] ? project_list_ref(store->projects[i]) : NULL;
        s->branches[i] = store->branches[i] ? branch_list_ref(store->branches[i]) : NULL;
        s->reports[i] = store->reports[i] ? project_report_ref(store->reports[i]) : NULL;
    }
    for (size_t i = 0; i < store->detail_count; i++)
        s->details[i] = task_detail_ref(store->details[i]);
    for (size_t i = 0; i < store->result_count; i++)
        s->results[i] = task_result_ref(store->results[i]);
    if (store->action_count)
        memcpy(s->actions, store->actions, store->action_count * sizeof(*s->actions));
    store->is_dirty = false;
    return s;
}
