#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "provider/adobe_internal.h"

/* More would be a service that leads round in circles. */
#define PAGES_MAX 20

void adobe_gather_next(struct adobe_gathering *gathering)
{
    gathering->step++;
    gathering->first = gathering->count;
    gathering->pages = 0;
    gathering->start[0] = '\0';
}

static bool is_there(const struct adobe_gathering *gathering, const char *id)
{
    for (size_t i = gathering->first; i < gathering->count; i++) {
        if (strcmp(gathering->items[i].id, id) == 0)
            return true;
    }
    return false;
}

static void add(struct adobe_gathering *gathering, const struct item *item)
{
    if (gathering->count == gathering->size) {
        gathering->size = gathering->size ? gathering->size * 2 : 32;
        gathering->items =
            xreallocarray(gathering->items, gathering->size, sizeof(*gathering->items));
    }
    gathering->items[gathering->count++] = *item;
}

/* False: there is no room for more. */
static bool add_record(struct adobe_gathering *gathering, const struct adobe_listing *listing,
                       const struct json *record)
{
    struct item item;
    if (!listing->read(&gathering->list->arena, record, &item) || is_there(gathering, item.id))
        return true;
    if (gathering->count - gathering->first >= listing->max)
        return false;
    add(gathering, &item);
    return true;
}

bool adobe_gather_page(struct adobe_gathering *gathering, const struct adobe_listing *listing,
                       const struct json *root)
{
    char next[ADOBE_CURSOR_BYTES];
    const struct json *records = listing->member ? json_get(root, listing->member) : NULL;
    size_t before = gathering->count;
    bool has_room = true;
    if (!listing->member)
        has_room = add_record(gathering, listing, root);
    for (size_t i = 0; i < json_count(records) && has_room; i++)
        has_room = add_record(gathering, listing, json_at(records, i));
    adobe_next_start(root, next);
    bool has_more = next[0] && strcmp(next, gathering->start) != 0 && gathering->count > before;
    bool is_last = !has_more || !has_room || ++gathering->pages == PAGES_MAX;
    if (!has_room || (has_more && is_last))
        gathering->list->is_cut = true;
    memcpy(gathering->start, next, sizeof(next));
    return !is_last;
}

struct item_list *adobe_gather_take(struct adobe_gathering *gathering, int64_t now_ms)
{
    struct item_list *list = gathering->list;
    struct item *items = arena_alloc(&list->arena, gathering->count * sizeof(*items));
    if (gathering->count)
        memcpy(items, gathering->items, gathering->count * sizeof(*items));
    list->items = items;
    list->item_count = gathering->count;
    list->fetched_ms = now_ms;
    gathering->list = NULL;
    return list;
}

void adobe_gather_drop(struct adobe_gathering *gathering)
{
    item_list_unref(gathering->list);
    free(gathering->items);
}
