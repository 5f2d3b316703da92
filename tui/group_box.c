#include "group_box.h"

#include "app.h"
#include "box.h"

#define NAME_COLS  12
#define BOX_COLS   72
#define FRAME_ROWS 2

void group_box_resize(struct app *app)
{
    size_t room = app->rows > 4 + FRAME_ROWS ? (size_t)app->rows - 4 - FRAME_ROWS : 1;
    list_resize(&app->group_box, GROUPING_COUNT, room < GROUPING_COUNT ? room : GROUPING_COUNT);
}

void app_open_groupings(struct app *app)
{
    app->group_box = (struct list){0};
    group_box_resize(app);
    list_go(&app->group_box, tasks_grouping(&app->views[PANE_TASKS]));
    app->popup = POPUP_GROUPS;
}

void group_box_key(struct app *app, uint32_t key)
{
    enum ui_action action = action_for_key(key);
    if (action == UI_OPEN) {
        app_close_popup(app);
        app_group(app, (enum grouping)app->group_box.cursor);
    } else if (action == UI_QUIT) {
        app->wants_quit = true;
    } else if (!list_act(&app->group_box, action)) {
        app_close_popup(app);
    }
}

void group_box_size(const struct app *app, size_t *out_cols, size_t *out_rows)
{
    *out_cols = BOX_COLS;
    *out_rows = app->group_box.height + FRAME_ROWS;
}

void group_box_draw(struct app *app, size_t y, struct line *line)
{
    if (y == 0) {
        box_top(line, "Group by");
        return;
    }
    if (y == app->group_box.height + 1) {
        box_bottom(line);
        return;
    }
    size_t row = app->group_box.top + y - 1;
    bool is_current = row == (size_t)tasks_grouping(&app->views[PANE_TASKS]);
    box_left(line);
    line->overlay = row == app->group_box.cursor ? OVERLAY_SELECTED : OVERLAY_NONE;
    line_put(line, ROLE_TEXT, is_current ? "\xe2\x97\x8f " : "  ");
    line_cell(line, ROLE_TEXT, groupings[row].name, NAME_COLS, false);
    line_put(line, ROLE_DIM, groupings[row].help);
    box_right(line);
    line_zone(line, 0, ZONE_ROW, (int)row - (int)app->group_box.cursor);
}
