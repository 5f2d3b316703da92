#include "chooser.h"

#include "box.h"
#include "task_order.h"

/* The order without a column first, then the columns of the table. */
#define CHOICES   ((size_t)COLUMN_COUNT + 1)
#define NAME_COLS 12
#define BOX_COLS  62

static enum column choice_column(size_t row)
{
    return row == 0 ? SORT_BY_ACTIVITY : (enum column)(row - 1);
}

enum column chooser_column(const struct chooser *chooser)
{
    return choice_column(chooser->list.cursor);
}

void chooser_open(struct chooser *chooser, enum column current, bool is_reversed)
{
    *chooser = (struct chooser){.current = current, .is_reversed = is_reversed};
    list_resize(&chooser->list, CHOICES, CHOICES);
    list_go(&chooser->list, current == SORT_BY_ACTIVITY ? 0 : (size_t)current + 1);
}

void chooser_resize(struct chooser *chooser, int screen_rows)
{
    size_t room = screen_rows > 4 ? (size_t)screen_rows - 4 : 1;
    list_resize(&chooser->list, CHOICES, room < CHOICES ? room : CHOICES);
}

size_t chooser_cols(void)
{
    return BOX_COLS;
}

size_t chooser_rows(const struct chooser *chooser)
{
    return chooser->list.height + 2;
}

void chooser_draw(const struct chooser *chooser, size_t y, struct line *line)
{
    if (y == 0) {
        box_top(line, "Order by");
        return;
    }
    if (y == chooser->list.height + 1) {
        box_bottom(line);
        return;
    }
    size_t row = chooser->list.top + y - 1;
    enum column column = choice_column(row);
    bool is_current = column == chooser->current;
    box_left(line);
    line->overlay = row == chooser->list.cursor ? OVERLAY_SELECTED : OVERLAY_NONE;
    const char *arrow = task_order_arrow(chooser->current, chooser->is_reversed);
    line_cell(line, ROLE_TEXT, is_current ? arrow : "", 2, false);
    line_cell(line, ROLE_TEXT, task_order_name(column), NAME_COLS, false);
    line_put(line, ROLE_DIM, task_order_help(column));
    box_right(line);
    line_zone(line, 0, ZONE_ROW, (int)row - (int)chooser->list.cursor);
}
