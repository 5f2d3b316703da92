#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sanitize.h"
#include "base/xalloc.h"
#include "model/store_internal.h"

struct store *store_create(size_t source_count)
{
    struct store *store = xcalloc(1, sizeof(*store));
    store->source_count = source_count;
    store->tasks = xcalloc(source_count, sizeof(*store->tasks));
    store->sources = xcalloc(source_count, sizeof(*store->sources));
    store->items = xcalloc(source_count, sizeof(struct item_list *));
    store->parts = xcalloc(source_count, sizeof(struct item_list *));
    store->reports = xcalloc(source_count, sizeof(struct item_report *));
    store->expectations = expectations_create();
    store->is_dirty = true;
    return store;
}

void store_destroy(struct store *store)
{
    if (!store)
        return;
    store_drop_entries(store);
    expectations_destroy(store->expectations);
    for (size_t i = 0; i < store->source_count; i++) {
        item_list_unref(store->items[i]);
        item_list_unref(store->parts[i]);
        item_report_unref(store->reports[i]);
    }
    for (size_t i = 0; i < store->detail_count; i++)
        task_detail_unref(store->details[i]);
    for (size_t i = 0; i < store->result_count; i++)
        task_result_unref(store->results[i]);
    free(store->tasks);
    free(store->sources);
    free(store->items);
    free(store->parts);
    free(store->reports);
    free(store->actions);
    free(store);
}

struct source_status *store_source(struct store *store, uint16_t source)
{
    return &store->sources[source];
}

void store_set_items(struct store *store, uint16_t source, struct item_list *list)
{
    item_list_unref(store->items[source]);
    store->items[source] = list;
    store->is_dirty = true;
}

bool store_has_items(const struct store *store, uint16_t source)
{
    return store->items[source] && store->items[source]->item_count > 0;
}

const struct item *store_find_item(const struct store *store, uint16_t source, enum item_kind kind,
                                   const char *id)
{
    return item_list_find(store->items[source], kind, id);
}

void store_set_parts(struct store *store, uint16_t source, struct item_list *list)
{
    item_list_unref(store->parts[source]);
    store->parts[source] = list;
    store->is_dirty = true;
}

void store_set_report(struct store *store, uint16_t source, struct item_report *report)
{
    item_report_unref(store->reports[source]);
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
    for (size_t i = 0; i < s->page_count; i++)
        s->pages[i] = task_page_ref(table->pages[i]);
    for (size_t i = 0; i < store->source_count; i++) {
        s->sources[i] = store->sources[i];
        s->items[i] = store->items[i] ? item_list_ref(store->items[i]) : NULL;
        s->parts[i] = store->parts[i] ? item_list_ref(store->parts[i]) : NULL;
        s->reports[i] = store->reports[i] ? item_report_ref(store->reports[i]) : NULL;
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
