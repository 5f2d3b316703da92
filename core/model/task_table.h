/* task_table.h - the store's slots: tasks in chunks and pages that snapshots share, copied on
 * write.
 * Poller thread only.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "model/snapshot.h"

struct task_table {
    struct task_page **pages;
    size_t page_count;
    size_t chunk_count;
    size_t *free_slots;
    size_t free_count;
    size_t free_size;
    uint32_t by_state[TASK_STATE_COUNT];
    uint32_t task_count;
};

/* A zeroed struct is an empty table. */
void task_table_finish(struct task_table *table);
/* Puts a task (reference taken) into a free slot and returns the slot. */
size_t task_table_add(struct task_table *table, struct task *task);
/* Puts another task (reference taken) into a slot in use. */
void task_table_set(struct task_table *table, size_t slot, struct task *task);
/* Empties a slot in use. */
void task_table_remove(struct task_table *table, size_t slot);
/* Borrowed until the slot changes. */
const struct task *task_table_at(const struct task_table *table, size_t slot);
