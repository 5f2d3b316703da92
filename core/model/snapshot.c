#include "model/snapshot.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

struct task_chunk *task_chunk_create(void)
{
    struct task_chunk *chunk = xcalloc(1, sizeof(*chunk));
    atomic_init(&chunk->refs, 1);
    return chunk;
}

struct task_chunk *task_chunk_ref(const struct task_chunk *c)
{
    struct task_chunk *chunk = (struct task_chunk *)c;
    atomic_fetch_add_explicit(&chunk->refs, 1, memory_order_relaxed);
    return chunk;
}

void task_chunk_unref(struct task_chunk *chunk)
{
    if (!chunk || atomic_fetch_sub_explicit(&chunk->refs, 1, memory_order_acq_rel) != 1)
        return;
    for (size_t i = 0; i < TASKS_PER_CHUNK; i++)
        task_unref(chunk->tasks[i]);
    free(chunk);
}

struct task_page *task_page_create(void)
{
    struct task_page *page = xcalloc(1, sizeof(*page));
    atomic_init(&page->refs, 1);
    return page;
}

struct task_page *task_page_ref(const struct task_page *p)
{
    struct task_page *page = (struct task_page *)p;
    atomic_fetch_add_explicit(&page->refs, 1, memory_order_relaxed);
    return page;
}

void task_page_unref(struct task_page *page)
{
    if (!page || atomic_fetch_sub_explicit(&page->refs, 1, memory_order_acq_rel) != 1)
        return;
    for (size_t i = 0; i < CHUNKS_PER_PAGE; i++)
        task_chunk_unref(page->chunks[i]);
    free(page);
}

struct task_page *task_page_copy(const struct task_page *page)
{
    struct task_page *copy = task_page_create();
    for (size_t i = 0; i < CHUNKS_PER_PAGE && page->chunks[i]; i++)
        copy->chunks[i] = task_chunk_ref(page->chunks[i]);
    return copy;
}

struct snapshot *snapshot_create(size_t chunk_count, size_t source_count, size_t detail_count,
                                 size_t result_count, size_t action_count)
{
    struct snapshot *s = xcalloc(1, sizeof(*s));
    atomic_init(&s->refs, 1);
    s->page_count = (chunk_count + CHUNKS_PER_PAGE - 1) / CHUNKS_PER_PAGE;
    s->pages = xcalloc(s->page_count, sizeof(struct task_page *));
    s->chunk_count = chunk_count;
    s->sources = xcalloc(source_count, sizeof(*s->sources));
    s->items = xcalloc(source_count, sizeof(struct item_list *));
    s->parts = xcalloc(source_count, sizeof(struct item_list *));
    s->reports = xcalloc(source_count, sizeof(struct item_report *));
    s->source_count = source_count;
    s->details = xcalloc(detail_count, sizeof(struct task_detail *));
    s->detail_count = detail_count;
    s->results = xcalloc(result_count, sizeof(struct task_result *));
    s->result_count = result_count;
    s->actions = xcalloc(action_count, sizeof(*s->actions));
    s->action_count = action_count;
    s->totals.p95_elapsed_ms = UNKNOWN;
    return s;
}

struct snapshot *snapshot_ref(const struct snapshot *s)
{
    struct snapshot *snapshot = (struct snapshot *)s;
    atomic_fetch_add_explicit(&snapshot->refs, 1, memory_order_relaxed);
    return snapshot;
}

void snapshot_unref(struct snapshot *s)
{
    if (!s || atomic_fetch_sub_explicit(&s->refs, 1, memory_order_acq_rel) != 1)
        return;
    for (size_t i = 0; i < s->page_count; i++)
        task_page_unref(s->pages[i]);
    for (size_t i = 0; i < s->source_count; i++) {
        item_list_unref(s->items[i]);
        item_list_unref(s->parts[i]);
        item_report_unref(s->reports[i]);
    }
    for (size_t i = 0; i < s->detail_count; i++)
        task_detail_unref(s->details[i]);
    for (size_t i = 0; i < s->result_count; i++)
        task_result_unref(s->results[i]);
    free(s->pages);
    free(s->sources);
    free(s->items);
    free(s->parts);
    free(s->reports);
    free(s->details);
    free(s->results);
    free(s->actions);
    free(s);
}

void snapshot_put_chunk(struct snapshot *s, size_t at, struct task_chunk *chunk)
{
    struct task_page **page = &s->pages[at / CHUNKS_PER_PAGE];
    if (!*page)
        *page = task_page_create();
    (*page)->chunks[at % CHUNKS_PER_PAGE] = chunk;
}

const struct task_chunk *snapshot_chunk(const struct snapshot *s, size_t at)
{
    return s->pages[at / CHUNKS_PER_PAGE]->chunks[at % CHUNKS_PER_PAGE];
}

size_t snapshot_slots(const struct snapshot *s)
{
    return s->chunk_count * TASKS_PER_CHUNK;
}

const struct task *snapshot_task_at(const struct snapshot *s, size_t slot)
{
    return snapshot_chunk(s, slot / TASKS_PER_CHUNK)->tasks[slot % TASKS_PER_CHUNK];
}

static bool is_task(const struct task *task, uint16_t source, const char *id)
{
    const char *task_id = task_text(task, TASK_ID);
    return task->source == source && task_id && strcmp(task_id, id) == 0;
}

const struct task *snapshot_find_task(const struct snapshot *s, uint16_t source, const char *id)
{
    size_t slots = snapshot_slots(s);
    for (size_t i = 0; i < slots; i++) {
        const struct task *task = snapshot_task_at(s, i);
        if (task && is_task(task, source, id))
            return task;
    }
    return NULL;
}

const struct action_record *snapshot_task_action(const struct snapshot *s, uint16_t source,
                                                 const char *task_id)
{
    for (size_t i = s->action_count; i > 0; i--) {
        const struct action_record *record = &s->actions[i - 1];
        if (record->source == source && strcmp(record->task_id, task_id) == 0)
            return record;
    }
    return NULL;
}

const struct action_record *snapshot_action(const struct snapshot *s, uint64_t action_id)
{
    for (size_t i = s->action_count; i > 0; i--) {
        if (s->actions[i - 1].id == action_id)
            return &s->actions[i - 1];
    }
    return NULL;
}

const struct task_detail *snapshot_detail(const struct snapshot *s, uint16_t source,
                                          const char *task_id)
{
    for (size_t i = 0; i < s->detail_count; i++) {
        if (s->details[i]->source == source && strcmp(s->details[i]->task_id, task_id) == 0)
            return s->details[i];
    }
    return NULL;
}

const struct task_result *snapshot_result(const struct snapshot *s, uint16_t source,
                                          const char *task_id)
{
    for (size_t i = 0; i < s->result_count; i++) {
        if (s->results[i]->source == source && strcmp(s->results[i]->task_id, task_id) == 0)
            return s->results[i];
    }
    return NULL;
}

enum task_state snapshot_shown_state(const struct snapshot *s, const struct task *task)
{
    const char *id = task_text(task, TASK_ID);
    if (!id || !task_is_alive(task))
        return task->state;
    const struct action_record *action = snapshot_task_action(s, task->source, id);
    bool is_cancelling = action && action->kind == ACTION_CANCEL && !action_is_final(action->state);
    return is_cancelling ? TASK_CANCELLING : (enum task_state)task->state;
}
