#include "slot_edit.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

void slot_edit_finish(struct slot_edit *edit)
{
    free(edit->fresh);
    free(edit->gone);
    free(edit->places);
    *edit = (struct slot_edit){0};
}

void slot_edit_begin(struct slot_edit *edit, size_t most)
{
    edit->fresh_count = edit->gone_count = 0;
    if (most <= edit->size)
        return;
    edit->size = 2 * most;
    edit->fresh = xreallocarray(edit->fresh, edit->size, sizeof(edit->fresh[0]));
    edit->gone = xreallocarray(edit->gone, edit->size, sizeof(edit->gone[0]));
    edit->places = xreallocarray(edit->places, edit->size, sizeof(edit->places[0]));
}

/* ---- finding -----------------------------------------------------------------------------------
 */

bool slot_edit_remove(struct slot_edit *edit, const struct slot_list *list, uint32_t slot,
                      struct sorting *sorting)
{
    size_t low = 0;
    for (size_t high = list->count; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (task_sort_compare(&list->slots[middle], &slot, sorting) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == list->count || list->slots[low] != slot)
        return false;
    edit->gone[edit->gone_count++] = low;
    return true;
}

void slot_edit_insert(struct slot_edit *edit, uint32_t slot)
{
    edit->fresh[edit->fresh_count++] = slot;
}

/* The place of what stays, when it is the nth of what stays. */
static size_t place_of_nth(const struct slot_edit *edit, size_t nth)
{
    size_t low = 0;
    for (size_t high = edit->gone_count; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (edit->gone[middle] - middle <= nth)
            low = middle + 1;
        else
            high = middle;
    }
    return nth + low;
}

/* Of what stays, from nth on, the first that comes after the slot. */
static size_t find_nth(const struct slot_edit *edit, const struct slot_list *list, size_t nth,
                       uint32_t slot, struct sorting *sorting)
{
    for (size_t high = list->count - edit->gone_count; nth < high;) {
        size_t middle = nth + (high - nth) / 2;
        const uint32_t *at = &list->slots[place_of_nth(edit, middle)];
        if (task_sort_compare(at, &slot, sorting) <= 0)
            nth = middle + 1;
        else
            high = middle;
    }
    return nth;
}

static int compare_places(const void *a, const void *b)
{
    size_t left = *(const size_t *)a;
    size_t right = *(const size_t *)b;
    return (left > right) - (left < right);
}

static void find_places(struct slot_edit *edit, const struct slot_list *list,
                        struct sorting *sorting)
{
    size_t nth = 0;
    qsort(edit->gone, edit->gone_count, sizeof(edit->gone[0]), compare_places);
    qsort_r(edit->fresh, edit->fresh_count, sizeof(edit->fresh[0]), task_sort_compare, sorting);
    for (size_t i = 0; i < edit->fresh_count; i++) {
        nth = find_nth(edit, list, nth, edit->fresh[i], sorting);
        edit->places[i] = place_of_nth(edit, nth);
    }
}

/* ---- taking effect -----------------------------------------------------------------------------
 */

/* What will stand from the first change to the last, written to spare by parts. */
struct writing {
    const struct slot_list *list;
    uint32_t *spare;
    size_t read; /* of the list */
    size_t written;
};

static void copy_until(struct writing *w, size_t end)
{
    memcpy(w->spare + w->written, w->list->slots + w->read, (end - w->read) * sizeof(w->spare[0]));
    w->written += end - w->read;
    w->read = end;
}

static size_t first_place(const struct slot_edit *edit)
{
    size_t first = edit->gone_count > 0 ? edit->gone[0] : SIZE_MAX;
    return edit->fresh_count > 0 && edit->places[0] < first ? edit->places[0] : first;
}

static void write_between(const struct slot_edit *edit, struct writing *w)
{
    size_t gone = 0;
    size_t fresh = 0;
    while (gone < edit->gone_count || fresh < edit->fresh_count) {
        bool is_fresh = fresh < edit->fresh_count &&
                        (gone == edit->gone_count || edit->places[fresh] <= edit->gone[gone]);
        if (is_fresh) {
            copy_until(w, edit->places[fresh]);
            w->spare[w->written++] = edit->fresh[fresh++];
        } else {
            copy_until(w, edit->gone[gone++]);
            w->read++;
        }
    }
}

size_t slot_edit_apply(struct slot_edit *edit, struct slot_list *list, uint32_t *spare,
                       struct sorting *sorting, size_t *out_end)
{
    *out_end = 0;
    if (edit->fresh_count + edit->gone_count == 0)
        return 0;
    find_places(edit, list, sorting);
    size_t first = first_place(edit);
    struct writing w = {list, spare, first, 0};
    write_between(edit, &w);
    bool is_even = edit->fresh_count == edit->gone_count;
    if (!is_even)
        memmove(list->slots + first + w.written, list->slots + w.read,
                (list->count - w.read) * sizeof(list->slots[0]));
    memcpy(list->slots + first, spare, w.written * sizeof(list->slots[0]));
    list->count = list->count + edit->fresh_count - edit->gone_count;
    *out_end = is_even ? first + w.written : list->count;
    return first;
}
