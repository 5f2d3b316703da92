#include "layout.h"

#include <string.h>

/* Takes a line off the top or the bottom of what is left. */
static struct rect take_top(struct rect *left)
{
    struct rect taken = {left->x, left->y, left->width, 1};
    left->y++;
    left->height--;
    return taken;
}

static struct rect take_bottom(struct rect *left)
{
    left->height--;
    return (struct rect){left->x, left->y + left->height, left->width, 1};
}

static void place_pane(struct layout *layout, enum pane pane, struct rect place)
{
    if (place.height > 1)
        layout->titles[pane] = take_top(&place);
    layout->panes[pane] = place;
}

static void place_all(struct layout *layout, struct rect left)
{
    /* The list is what is watched: it gets the bigger half, the detail what can be read. */
    int below = left.height * 2 / 5;
    if (below < 10)
        below = 10;
    int right = left.width * 2 / 5;
    if (right > 64)
        right = 64;

    struct rect tasks = {left.x, left.y, left.width, left.height - below};
    struct rect detail = {left.x, left.y + tasks.height, left.width - right - 1, below};
    struct rect projects = {left.x + detail.width + 1, detail.y, right, below};
    layout->divider_x = projects.x - 1;
    place_pane(layout, PANE_TASKS, tasks);
    place_pane(layout, PANE_DETAIL, detail);
    place_pane(layout, PANE_ITEMS, projects);
}

void layout_compute(struct layout *layout, int cols, int rows, enum pane shown, bool is_zoomed)
{
    memset(layout, 0, sizeof(*layout));
    layout->cols = cols;
    layout->rows = rows;
    if (cols < 1 || rows < 1)
        return;

    struct rect left = {0, 0, cols, rows};
    layout->is_wide = cols >= LAYOUT_WIDE_COLS && rows >= LAYOUT_WIDE_ROWS && !is_zoomed;
    if (rows >= 5)
        layout->header = take_top(&left);
    if (rows >= 4)
        layout->footer = take_bottom(&left);
    if (rows >= 2)
        layout->message = take_bottom(&left);
    if (layout->is_wide)
        place_all(layout, left);
    else if (rows >= 6)
        place_pane(layout, shown, left);
    else
        layout->panes[shown] = left;
}
