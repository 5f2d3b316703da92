#include "list.h"

static size_t last_top(const struct list *list)
{
    size_t height = list->height > 0 ? list->height : 1;
    return list->count > height ? list->count - height : 0;
}

void list_go(struct list *list, size_t row)
{
    if (list->count == 0)
        row = 0;
    else if (row >= list->count)
        row = list->count - 1;
    list->cursor = row;
    if (list->top > row)
        list->top = row;
    if (list->height > 0 && row >= list->top + list->height)
        list->top = row - list->height + 1;
    if (list->top > last_top(list))
        list->top = last_top(list);
}

void list_resize(struct list *list, size_t count, size_t height)
{
    list->count = count;
    list->height = height;
    list_go(list, list->cursor);
}

void list_follow(struct list *list, size_t row)
{
    size_t offset = list->cursor >= list->top ? list->cursor - list->top : 0;
    if (list->top > 0 || row >= list->height)
        list->top = row > offset ? row - offset : 0;
    list_go(list, row);
}

static size_t minus(size_t value, size_t step)
{
    return value > step ? value - step : 0;
}

bool list_act(struct list *list, enum ui_action action)
{
    size_t page = list->height > 1 ? list->height : 1;
    switch (action) {
    case UI_UP:
        list_go(list, minus(list->cursor, 1));
        return true;
    case UI_DOWN:
        list_go(list, list->cursor + 1);
        return true;
    case UI_PAGE_UP:
        list->top = minus(list->top, page);
        list_go(list, minus(list->cursor, page));
        return true;
    case UI_PAGE_DOWN:
        list->top += page;
        list_go(list, list->cursor + page);
        return true;
    case UI_FIRST:
        list_go(list, 0);
        return true;
    case UI_LAST:
        list_go(list, list->count);
        return true;
    default:
        return false;
    }
}

bool list_scroll(struct list *list, enum ui_action action)
{
    list->cursor = list->top;
    switch (action) {
    case UI_UP:
    case UI_PAGE_UP:
        list->top = minus(list->top, action == UI_UP ? 1 : list->height);
        break;
    case UI_DOWN:
    case UI_PAGE_DOWN:
        list->top += action == UI_DOWN ? 1 : list->height;
        break;
    case UI_FIRST:
        list->top = 0;
        break;
    case UI_LAST:
        list->top = last_top(list);
        break;
    default:
        return false;
    }
    if (list->top > last_top(list))
        list->top = last_top(list);
    list->cursor = list->top;
    return true;
}
