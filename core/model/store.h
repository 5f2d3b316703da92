/* store.h - the poller's private memory of all tasks, and the maker of snapshots.
 *
 * Poller thread only; no lock. Merging keeps what did not change: a task that is the same stays the
 * same object, so that a snapshot costs what changed.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/snapshot.h"

struct store;

struct store *store_create(size_t source_count);
void store_destroy(struct store *store);

/* Merging one answer. */
struct merge {
    uint16_t source;
    struct task **tasks; /* references are taken over by store_merge() */
    size_t count;
    bool is_complete; /* absent living tasks have left the service's list */
    bool is_repeat; /* is_complete: the same list as the last complete one; its tasks are not given
                       again */
    bool is_delta;  /* what changed: absent living tasks go on, and are asked about now and then */
    bool has_ended; /* is_complete, of ended tasks too: absent ones are no longer shown by the
                       service, where they were created at window_from_ms or later */
    int64_t window_from_ms;
    int64_t now_ms;   /* wall clock */
    int64_t asked_ms; /* wall clock when the request was sent: younger tasks are not absent */
};
struct merge_outcome {
    size_t added;
    size_t changed;
    size_t ended;
    /* Living tasks that a complete list no longer has, or of which the deltas say nothing for long;
     * their end has to be asked for. References belong to the caller: merge_outcome_finish(). */
    struct task **vanished;
    size_t vanished_count;
};
void store_merge(struct store *store, struct merge *merge, struct merge_outcome *out);
void merge_outcome_finish(struct merge_outcome *outcome);

/* Borrowed until the next change. NULL when unknown. */
const struct task *store_find(const struct store *store, uint16_t source, const char *id);
/* Puts one task in place of the one with its id, or adds it. Takes the reference. */
void store_put(struct store *store, struct task *task, int64_t now_ms);
/* The task is not to be shown any more. An unknown id is ignored. */
void store_forget(struct store *store, uint16_t source, const char *id);
/* Something was done to a living task: the next delta that does not hold it has it asked for. */
void store_doubt(struct store *store, uint16_t source, const char *id);
size_t store_alive_count(const struct store *store, uint16_t source);

struct source_status *store_source(struct store *store, uint16_t source);
void store_set_items(struct store *store, uint16_t source, struct item_list *list /* taken */);
/* True when items have been read, whatever became of later tries. */
bool store_has_items(const struct store *store, uint16_t source);
/* NULL when it is not on the list. */
const struct item *store_find_item(const struct store *store, uint16_t source, enum item_kind kind,
                                   const char *id);
void store_set_parts(struct store *store, uint16_t source, struct item_list *list /* taken */);
void store_set_report(struct store *store, uint16_t source, struct item_report *report /* taken */);

/* Detail and result: kept for the most recently wanted tasks only. Take the reference. */
void store_put_detail(struct store *store, struct task_detail *detail);
/* True when its rows, or lines, are kept. */
bool store_has_rows(const struct store *store, uint16_t source, const char *task_id);
bool store_has_detail(const struct store *store, uint16_t source, const char *task_id);
void store_put_result(struct store *store, struct task_result *result);

/* Actions. The record is the store's; change it in place and call store_touch(). */
struct action_record *store_add_action(struct store *store, enum action_kind kind, uint64_t id,
                                       uint16_t source, const char *task_id, int64_t now_ms);
struct action_record *store_action(struct store *store, uint64_t action_id);
/* An unknown id, or one whose end is not known, is left alone. */
void store_drop_action(struct store *store, uint64_t action_id);
size_t store_action_count(const struct store *store);
struct action_record *store_action_at(struct store *store, size_t index);

/* Marks that something changed that is not a task. */
void store_touch(struct store *store);
bool store_is_dirty(const struct store *store);
/* The snapshot of this moment, with one reference; clears the dirty mark. */
struct snapshot *store_snapshot(struct store *store, int64_t now_ms);
