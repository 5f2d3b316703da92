/* store_internal.h - what the files of the store share. Poller thread only.
 *
 *   store.c        the store as a whole: sources, items, details, actions; snapshots of it all
 *   store_merge.c  its tasks: merging answers, and who has left the service's list
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uthash.h>

#include "model/expectation.h"
#include "model/history.h"
#include "model/listing.h"
#include "model/store.h"
#include "model/task_table.h"

/* Where a task stands. */
struct entry {
    char *id;
    size_t slot;
    uint64_t seen_serial; /* of the last complete list that had it */
    int64_t added_ms;
    int64_t next_fate_ms; /* not asked for its end before this */
    unsigned fates_asked;
    size_t place;              /* in the last complete list that had it */
    bool is_listed;            /* a list or a delta of the service had it: it can leave them */
    struct entry *prev, *next; /* in its source's list of living or ended ones, oldest first */
    UT_hash_handle hh;
};

struct source_tasks {
    struct entry *by_id;
    struct entry *alive;
    struct entry *ended;
    size_t alive_count;
    size_t ended_count;
    size_t seen_alive;      /* living ones that the answer being merged has, each once */
    struct listing listing; /* the last complete list */
    bool has_deltas;        /* between complete lists of its tasks there are deltas */
};

struct store {
    struct task_table table;
    struct history history;
    struct expectations *expectations;
    struct source_tasks *tasks; /* per source */
    struct source_status *sources;
    struct item_list **items; /* per source; these and the next two */
    struct item_list **parts;
    struct item_report **reports;
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
    bool has_learnt_past; /* of ended tasks that nobody saw running */
};

/* ---- store_merge.c ---- */

/* Forgets all tasks, at the end. */
void store_drop_entries(struct store *store);
