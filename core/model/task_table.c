#include "model/task_table.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/xalloc.h"

void task_table_finish(struct task_table *table)
{
    for (size_t i = 0; i < table->chunk_count; i++)
        task_chunk_unref(table->chunks[i]);
    free(table->chunks);
    free(table->free_slots);
    *table = (struct task_table){0};
}

const struct task *task_table_at(const struct task_table *table, size_t slot)
{
    return table->chunks[slot / TASKS_PER_CHUNK]->tasks[slot % TASKS_PER_CHUNK];
}

/* Writing to a chunk that a snapshot shares would change the snapshot: copy it first. */
static struct task_chunk *writable_chunk(struct task_table *table, size_t slot)
{
    struct task_chunk **place = &table->chunks[slot / TASKS_PER_CHUNK];
    if (atomic_load_explicit(&(*place)->refs, memory_order_acquire) == 1)
        return *place;
    struct task_chunk *copy = task_chunk_create();
    for (size_t i = 0; i < TASKS_PER_CHUNK; i++) {
        if ((*place)->tasks[i])
            copy->tasks[i] = task_ref((*place)->tasks[i]);
    }
    task_chunk_unref(*place);
    *place = copy;
    return copy;
}

/* task NULL empties the slot. */
static void put(struct task_table *table, size_t slot, struct task *task)
{
    struct task **place = &writable_chunk(table, slot)->tasks[slot % TASKS_PER_CHUNK];
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

static void add_chunk(struct task_table *table)
{
    table->chunks =
        xreallocarray(table->chunks, table->chunk_count + 1, sizeof(struct task_chunk *));
    table->chunks[table->chunk_count] = task_chunk_create();
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
