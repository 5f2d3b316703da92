#include "model/listing.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

static void drop_rows(struct listed *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        task_unref(rows[i].task);
    free(rows);
}

void listing_finish(struct listing *l)
{
    drop_rows(l->rows, l->count);
    drop_rows(l->next_rows, l->next_count);
    *l = (struct listing){0};
}

struct entry *listing_guess(const struct listing *l, const struct task *task)
{
    if (l->next >= l->count)
        return NULL;
    const struct listed *row = &l->rows[l->next];
    bool is_same =
        row->task == task || strcmp(task_text(row->task, TASK_ID), task_text(task, TASK_ID)) == 0;
    return is_same ? row->entry : NULL;
}

size_t listing_add(struct listing *l, struct entry *entry, struct task *task)
{
    if (l->next_count == l->next_size) {
        l->next_size = l->next_size ? 2 * l->next_size : 64;
        l->next_rows = xreallocarray(l->next_rows, l->next_size, sizeof(*l->next_rows));
    }
    l->next_rows[l->next_count] = (struct listed){entry, task};
    return l->next_count++;
}

void listing_expect_behind(struct listing *l, size_t place)
{
    l->next = place + 1;
}

void listing_end(struct listing *l)
{
    drop_rows(l->rows, l->count);
    l->rows = l->next_rows;
    l->count = l->next_count;
    l->next = 0;
    l->next_rows = NULL;
    l->next_count = l->next_size = 0;
}

void listing_forget(struct listing *l, size_t place, const struct entry *entry)
{
    l->is_settled = false;
    if (place < l->count && l->rows[place].entry == entry)
        l->rows[place].entry = NULL;
}
