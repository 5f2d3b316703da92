/* slot_edit.h - changes of a few slots in a list of slots that is in order: found by halving, and
 * all put into effect in one pass over what lies between the first and the last of them. Pure apart
 * from memory; one owner.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "task_sort.h"

struct slot_list {
    uint32_t *slots;
    size_t count;
    size_t size; /* room */
};

struct slot_edit {
    uint32_t *fresh; /* slots that come, in order; private, as all else */
    size_t *gone;    /* places in the list */
    size_t *places;  /* of the fresh ones: before which of the list as it was */
    size_t fresh_count;
    size_t gone_count;
    size_t size;
};

/* A zeroed struct is an edit of nothing. */
void slot_edit_finish(struct slot_edit *edit);
/* Begins a new one; most: of slots that may go, and that may come. */
void slot_edit_begin(struct slot_edit *edit, size_t most);
/* Takes a slot away. Keys and tasks must still be those by which the list is in order; false: by
 * them it is not where it ought to be. */
bool slot_edit_remove(struct slot_edit *edit, const struct slot_list *list, uint32_t slot,
                      struct sorting *sorting);
/* Puts a slot in, wherever it belongs when the edit takes effect. */
void slot_edit_insert(struct slot_edit *edit, uint32_t slot);
/* Keys and tasks are new now. Returns the first place that has become another; *out_end: behind the
 * last one, 0 when there is none. The list must have room; spare has as much. */
size_t slot_edit_apply(struct slot_edit *edit, struct slot_list *list, uint32_t *spare,
                       struct sorting *sorting, size_t *out_end);
