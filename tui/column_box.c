#include "column_box.h"

#include <stdio.h>

#include "app.h"
#include "box.h"

#define NAME_COLS  12
#define WIDTH_COLS 6
#define BOX_COLS   74
#define FRAME_ROWS 2

static struct task_columns *columns_of(struct app *app)
{
    return tasks_columns(&app->views[PANE_TASKS]);
}

void column_box_resize(struct app *app)
{
    size_t room = app->rows > 4 + FRAME_ROWS ? (size_t)app->rows - 4 - FRAME_ROWS : 1;
    list_resize(&app->column_box.list, COLUMN_COUNT, room < COLUMN_COUNT ? room : COLUMN_COUNT);
}

void app_open_columns(struct app *app)
{
    app->column_box = (struct column_box){.before = *columns_of(app)};
    column_box_resize(app);
    app->popup = POPUP_COLUMNS;
}

/* ---- keys --------------------------------------------------------------------------------------
 */

static void move(struct app *app, int step)
{
    struct list *list = &app->column_box.list;
    list_go(list, task_columns_move(columns_of(app), list->cursor, step));
}

/* False: no key that changes something. */
static bool change(struct app *app, uint32_t key)
{
    struct task_columns *chosen = columns_of(app);
    size_t place = app->column_box.list.cursor;
    if (key == ' ')
        task_columns_toggle(chosen, place);
    else if (key == 'J' || key == 'K')
        move(app, key == 'J' ? 1 : -1);
    else if (key == '+' || key == '-')
        task_columns_widen(chosen, place, key == '+' ? 1 : -1);
    else if (key == '0')
        task_columns_free_width(chosen, place);
    else if (key == 'd')
        task_columns_init(chosen);
    else
        return false;
    return true;
}

static void keep(struct app *app)
{
    char text[SETTINGS_LINE_BYTES];
    app_remember(app, "columns", task_columns_format(columns_of(app), text, sizeof(text)));
}

void column_box_key(struct app *app, uint32_t key)
{
    enum ui_action action = action_for_key(key);
    if (change(app, key)) {
        app_lay_out(app);
        return;
    }
    if (list_act(&app->column_box.list, action))
        return;
    if (action == UI_OPEN) {
        keep(app);
    } else {
        *columns_of(app) = app->column_box.before;
        app->wants_quit = action == UI_QUIT;
    }
    app_close_popup(app);
    app_lay_out(app);
}

/* ---- drawing -----------------------------------------------------------------------------------
 */

void column_box_size(const struct app *app, size_t *out_cols, size_t *out_rows)
{
    *out_cols = BOX_COLS;
    *out_rows = app->column_box.list.height + FRAME_ROWS;
}

void column_box_draw(struct app *app, size_t y, struct line *line)
{
    const struct list *list = &app->column_box.list;
    if (y == 0) {
        box_top(line, "Columns");
        return;
    }
    if (y == list->height + 1) {
        box_bottom(line);
        return;
    }
    size_t row = list->top + y - 1;
    const struct column_place *place = &columns_of(app)->places[row];
    const struct column_info *info = &columns[place->column];
    char width[16] = "";
    if (place->cols > 0)
        snprintf(width, sizeof(width), "%u", (unsigned)place->cols);
    box_left(line);
    line->overlay = row == list->cursor ? OVERLAY_SELECTED : OVERLAY_NONE;
    line_put(line, place->is_shown ? ROLE_OK : ROLE_DIM, place->is_shown ? "[x] " : "[ ] ");
    line_cell(line, place->is_shown ? ROLE_TEXT : ROLE_DIM, info->name, NAME_COLS, false);
    line_cell(line, ROLE_TEXT, width, WIDTH_COLS, true);
    line_put(line, ROLE_TEXT, "  ");
    line_put(line, ROLE_DIM, info->help);
    box_right(line);
    line_zone(line, 0, ZONE_ROW, (int)row - (int)list->cursor);
}
