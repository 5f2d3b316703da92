#include "value_counts.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "base/xalloc.h"

#undef uthash_fatal
#define uthash_fatal(message) xalloc_die()

struct value_count {
    const char *text; /* borrowed from a task or a table */
    size_t tasks;
    UT_hash_handle hh;
};

static void forget(struct value_counts *counts)
{
    HASH_CLEAR(hh, counts->by_text);
    counts->count = 0;
    counts->next_slot = 0;
}

void value_counts_finish(struct value_counts *counts)
{
    forget(counts);
    free(counts->items);
    *counts = (struct value_counts){0};
}

static void count_text(struct value_counts *counts, const char *text)
{
    struct value_count *value;
    HASH_FIND_STR(counts->by_text, text, value);
    if (value == NULL) {
        if (counts->count == VALUE_COUNTS_MAX)
            return;
        value = &counts->items[counts->count++];
        *value = (struct value_count){.text = text};
        HASH_ADD_KEYPTR(hh, counts->by_text, value->text, strlen(value->text), value);
    }
    value->tasks++;
}

/* For another column or snapshot everything is counted anew. */
static void begin(struct value_counts *counts, enum column column, const struct snapshot *snapshot)
{
    bool is_same = counts->items != NULL && counts->column == column &&
                   counts->snapshot == snapshot && counts->generation == snapshot->generation;
    if (is_same)
        return;
    forget(counts);
    if (counts->items == NULL)
        counts->items = xcalloc(VALUE_COUNTS_MAX, sizeof(counts->items[0]));
    counts->column = column;
    counts->snapshot = snapshot;
    counts->generation = snapshot->generation;
}

bool value_counts_update(struct value_counts *counts, enum column column,
                         const struct column_context *context, struct frame_work *work)
{
    begin(counts, column, context->snapshot);
    size_t slots = snapshot_slots(context->snapshot);
    while (counts->next_slot < slots) {
        const struct task *task = snapshot_task_at(context->snapshot, counts->next_slot++);
        const char *text = task != NULL ? columns[column].text(task, context) : NULL;
        if (text != NULL)
            count_text(counts, text);
        if (frame_work_is_over(work))
            break;
    }
    return counts->next_slot == slots;
}

const char *value_counts_at(const struct value_counts *counts, size_t index, size_t *out_tasks)
{
    if (index >= counts->count)
        return NULL;
    *out_tasks = counts->items[index].tasks;
    return counts->items[index].text;
}
