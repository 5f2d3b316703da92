/* value_counts.h - which different texts a column has in the tasks, and in how many of them each
 * stands. Counting goes over several frames where the tasks are many; what was counted is kept
 * while column and snapshot stay the same. Pure apart from memory; one owner.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame_work.h"
#include "model/column.h"

/* Beyond these many different texts others are not counted: ids are all different. */
#define VALUE_COUNTS_MAX 512

struct value_count;

struct value_counts {
    struct value_count *items; /* private, as all else; in the order in which they were found */
    struct value_count *by_text;
    size_t count;
    enum column column;
    const struct snapshot *snapshot; /* only compared */
    uint64_t generation;
    size_t next_slot;
};

/* A zeroed struct has counted nothing. */
void value_counts_finish(struct value_counts *counts);
/* Counts the texts of a column, or goes on with it. False: the time is over before the end. */
bool value_counts_update(struct value_counts *counts, enum column column,
                         const struct column_context *context, struct frame_work *work);
/* From 0 on; NULL behind the last one. The text is that of a task of the snapshot. */
const char *value_counts_at(const struct value_counts *counts, size_t index, size_t *out_tasks);
