#include "saved_filters.h"

#include <stdio.h>

#include "app.h"
#include "box.h"

#define BOX_COLS_MAX  84
#define NAME_COLS_MAX 20
#define FRAME_ROWS    2

static const struct setting *filter_at(const struct app *app, size_t row)
{
    return settings_at(&app->settings, SETTINGS_FILTERS, row);
}

static void fit(struct app *app)
{
    size_t count = 0;
    size_t room = app->rows > 4 + FRAME_ROWS ? (size_t)app->rows - 4 - FRAME_ROWS : 1;
    while (filter_at(app, count) != NULL)
        count++;
    list_resize(&app->saved_filters, count, count < room ? count : room);
}

void app_open_saved_filters(struct app *app)
{
    app->saved_filters = (struct list){0};
    app->popup = POPUP_FILTERS;
    fit(app);
}

/* ---- keys --------------------------------------------------------------------------------------
 */

void app_use_saved_filter(struct app *app, const struct setting *filter)
{
    struct error err = {0};
    if (filter == NULL)
        return;
    app_focus(app, PANE_TASKS);
    if (!app_filter(app, filter->value, &err, NULL))
        app_say(app, ROLE_ERROR, "%s: %s", filter->key, err.message);
}

static void take_away(struct app *app)
{
    struct error err = {0};
    char words[240];
    const struct setting *filter = filter_at(app, app->saved_filters.cursor);
    if (filter == NULL)
        return;
    /* The text stands there, should it have been a mistake. */
    snprintf(words, sizeof(words), "Taken away: %s = %s", filter->key, filter->value);
    if (settings_set(&app->settings, SETTINGS_FILTERS, filter->key, NULL, &err))
        app_say(app, ROLE_TEXT, "%s", words);
    else
        app_say(app, ROLE_ERROR, "%s", err.message);
    fit(app);
}

void saved_filters_key(struct app *app, uint32_t key)
{
    enum ui_action action = action_for_key(key);
    if (action == UI_OPEN) {
        app_close_popup(app);
        app_use_saved_filter(app, filter_at(app, app->saved_filters.cursor));
    } else if (key == 'd' || key == UI_KEY_DELETE) {
        take_away(app);
    } else if (key == 's') {
        app_close_popup(app);
        app_save_filter(app);
    } else if (action == UI_QUIT) {
        app->wants_quit = true;
    } else if (!list_act(&app->saved_filters, action)) {
        app_close_popup(app);
    }
}

/* ---- drawing -----------------------------------------------------------------------------------
 */

void saved_filters_size(const struct app *app, size_t *out_cols, size_t *out_rows)
{
    size_t room = app->cols > 4 ? (size_t)app->cols - 4 : (size_t)app->cols;
    *out_cols = room < BOX_COLS_MAX ? room : BOX_COLS_MAX;
    *out_rows = (app->saved_filters.height > 0 ? app->saved_filters.height : 1) + FRAME_ROWS;
}

void saved_filters_draw(struct app *app, size_t y, struct line *line)
{
    size_t height = app->saved_filters.height > 0 ? app->saved_filters.height : 1;
    if (y == 0) {
        box_top(line, "Saved filters");
        return;
    }
    if (y == height + 1) {
        box_bottom(line);
        return;
    }
    size_t row = app->saved_filters.top + y - 1;
    const struct setting *filter = filter_at(app, row);
    box_left(line);
    if (filter == NULL) {
        line_put(line, ROLE_DIM, "None yet. f, a filter, and ^S keeps it under a name.");
    } else {
        line->overlay = row == app->saved_filters.cursor ? OVERLAY_SELECTED : OVERLAY_NONE;
        line_cell(line, ROLE_TEXT, filter->key, NAME_COLS_MAX, false);
        line_put(line, ROLE_TEXT, "  ");
        line_put_cut(line, ROLE_DIM, filter->value, SIZE_MAX);
    }
    box_right(line);
    if (filter != NULL)
        line_zone(line, 0, ZONE_ROW, (int)row - (int)app->saved_filters.cursor);
}
