/* snapshot.h - everything that is known at one moment, immutable and shared.
 *
 * The poller builds one after each change and publishes it; the UI and the headless verbs read it
 * without a lock. Tasks stand in chunks, and these in pages, that consecutive snapshots share: a
 * change to a few tasks copies a few of them, and a reader that remembers the last snapshot sees by
 * comparing chunk pointers what did not change.
 * Threads: read, ref and unref by any.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/action.h"
#include "model/detail.h"
#include "model/item.h"
#include "model/source.h"
#include "model/task.h"

#define TASKS_PER_CHUNK 32

/* A slot keeps its task from snapshot to snapshot; an empty slot is NULL. */
struct task_chunk {
    _Atomic uint32_t refs;
    struct task *tasks[TASKS_PER_CHUNK];
};

#define CHUNKS_PER_PAGE 32

struct task_page {
    _Atomic uint32_t refs;
    struct task_chunk *chunks[CHUNKS_PER_PAGE]; /* NULL behind the last one */
};

/* Started and ended tasks per slice of time, oldest first, for the sparkline and the rate. */
#define HISTORY_SLICES   12
#define HISTORY_SLICE_MS 10000

struct history_slice {
    uint32_t started;
    uint32_t ended;
    uint32_t failed;
};

struct totals {
    uint32_t by_state[TASK_STATE_COUNT];
    uint32_t tasks;
    struct history_slice history[HISTORY_SLICES];
    int64_t p95_elapsed_ms; /* of the ended tasks; UNKNOWN */
};

struct snapshot {
    _Atomic uint32_t refs;
    uint64_t generation; /* rises with each published snapshot */
    int64_t made_ms;     /* wall clock */
    struct task_page **pages;
    size_t page_count;
    size_t chunk_count;
    struct source_status *sources; /* index = task->source */
    size_t source_count;
    struct item_list **items;     /* per source; NULL: not read yet, or it has none */
    struct item_list **parts;     /* per source: of the item asked for last; NULL */
    struct item_report **reports; /* per source: the last check of an item; NULL */
    struct task_detail **details; /* the wanted ones */
    size_t detail_count;
    struct task_result **results;
    size_t result_count;
    struct action_record *actions; /* oldest first */
    size_t action_count;
    struct totals totals;
};

/* An empty one with room for the counts given; the maker fills it before anybody else sees it. */
struct snapshot *snapshot_create(size_t chunk_count, size_t source_count, size_t detail_count,
                                 size_t result_count, size_t action_count);
struct snapshot *snapshot_ref(const struct snapshot *s);
void snapshot_unref(struct snapshot *s);

struct task_chunk *task_chunk_create(void);
struct task_chunk *task_chunk_ref(const struct task_chunk *chunk);
void task_chunk_unref(struct task_chunk *chunk);

struct task_page *task_page_create(void);
struct task_page *task_page_ref(const struct task_page *page);
void task_page_unref(struct task_page *page);
struct task_page *task_page_copy(const struct task_page *page);

/* For whoever makes one by hand: puts a chunk (reference taken) into a place that is empty. */
void snapshot_put_chunk(struct snapshot *s, size_t at, struct task_chunk *chunk);
const struct task_chunk *snapshot_chunk(const struct snapshot *s, size_t at);

/* Slots run from 0 to snapshot_slots() - 1; a slot may be empty (NULL). */
size_t snapshot_slots(const struct snapshot *s);
const struct task *snapshot_task_at(const struct snapshot *s, size_t slot);
/* Linear search; for single look-ups by identity. NULL when there is no such task. */
const struct task *snapshot_find_task(const struct snapshot *s, uint16_t source, const char *id);
/* The newest action on a task; NULL. */
const struct action_record *snapshot_task_action(const struct snapshot *s, uint16_t source,
                                                 const char *task_id);
const struct action_record *snapshot_action(const struct snapshot *s, uint64_t action_id);
const struct task_detail *snapshot_detail(const struct snapshot *s, uint16_t source,
                                          const char *task_id);
const struct task_result *snapshot_result(const struct snapshot *s, uint16_t source,
                                          const char *task_id);
/* What the row shows: TASK_CANCELLING while a cancel of a living task is under way. */
enum task_state snapshot_shown_state(const struct snapshot *s, const struct task *task);
