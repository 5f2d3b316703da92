#include "model/task_table.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/xalloc.h"

void task_table_finish(struct task_table *table)
{
    for (size_t i = 0; i < table->page_count; i++)
        task_page_unref(table->pages[i]);
    free(table->pages);
    free(table->free_slots);
    *table = (struct task_table){0};
}

const struct task *task_table_at(const struct task_table *table, size_t slot)
{
    size_t chunk = slot / TASKS_PER_CHUNK;
    const struct task_page *page = table->pages[chunk / CHUNKS_PER_PAGE];
    return page->chunks[chunk % CHUNKS_PER_PAGE]->tasks[slot % TASKS_PER_CHUNK];
}

/* Writing to what a snapshot shares would change the snapshot: copy it first. */
static struct task_page *writable_page(struct task_table *table, size_t chunk)
{
    struct task_page **place = &table->pages[chunk / CHUNKS_PER_PAGE];
    if (atomic_load_explicit(&(*place)->refs, memory_order_acquire) != 1) {
        struct task_page *copy = task_page_copy(*place);
        task_page_unref(*place);
        *place = copy;
    }
    return *place;
}

static struct task_chunk *copy_chunk(const struct task_chunk *chunk)
{
    struct task_chunk *copy = task_chunk_create();
    for (size_t i = 0; i < TASKS_PER_CHUNK; i++) {
        if (chunk->tasks[i])
            copy->tasks[i] = task_ref(chunk->tasks[i]);
    }
    return copy;
}

static struct task_chunk *writable_chunk(struct task_table *table, size_t chunk)
{
    struct task_chunk **place = &writable_page(table, chunk)->chunks[chunk % CHUNKS_PER_PAGE];
    if (atomic_load_explicit(&(*place)->refs, memory_order_acquire) != 1) {
        struct task_chunk *copy = copy_chunk(*place);
        task_chunk_unref(*place);
        *place = copy;
    }
    return *place;
}

/* task NULL empties the slot. */
static void put(struct task_table *table, size_t slot, struct task *task)
{
    struct task_chunk *chunk = writable_chunk(table, slot / TASKS_PER_CHUNK);
    struct task **place = &chunk->tasks[slot % TASKS_PER_CHUNK];
    if (*place) {
        table->by_state[(*place)->state]--;
        table->task_count--;
        task_unref(*place);
    }
    *place = task;
    if (task) {
        table->by_state[task->state]++;
        table->task_count++;
    }
}

static void add_free_slot(struct task_table *table, size_t slot)
{
    if (table->free_count == table->free_size) {
        table->free_size = table->free_size ? 2 * table->free_size : TASKS_PER_CHUNK;
        table->free_slots =
            xreallocarray(table->free_slots, table->free_size, sizeof(*table->free_slots));
    }
    table->free_slots[table->free_count++] = slot;
}

static void add_page(struct task_table *table)
{
    table->pages = xreallocarray(table->pages, table->page_count + 1, sizeof(struct task_page *));
    table->pages[table->page_count++] = task_page_create();
}

static void add_chunk(struct task_table *table)
{
    if (table->chunk_count == table->page_count * CHUNKS_PER_PAGE)
        add_page(table);
    struct task_page *page = writable_page(table, table->chunk_count);
    page->chunks[table->chunk_count % CHUNKS_PER_PAGE] = task_chunk_create();
    size_t first = table->chunk_count++ * TASKS_PER_CHUNK;
    for (size_t i = TASKS_PER_CHUNK; i > 0; i--)
        add_free_slot(table, first + i - 1);
}

size_t task_table_add(struct task_table *table, struct task *task)
{
    if (table->free_count == 0)
        add_chunk(table);
    size_t slot = table->free_slots[--table->free_count];
    put(table, slot, task);
    return slot;
}

void task_table_set(struct task_table *table, size_t slot, struct task *task)
{
    put(table, slot, task);
}

void task_table_remove(struct task_table *table, size_t slot)
{
    put(table, slot, NULL);
    add_free_slot(table, slot);
}
