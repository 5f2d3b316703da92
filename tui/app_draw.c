/* app_draw.c - puts the lines of the screen together from bars, panes and what lies over them. */
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "bars.h"

#define DIVIDER "\xe2\x94\x82"

static bool is_in(const struct rect *place, int y)
{
    return place->width > 0 && y >= place->y && y < place->y + place->height;
}

/* What the view says of itself, and the rest of the line as a rule. */
static void draw_facts_and_rule(const struct view *view, struct line *line, size_t right)
{
    line_put(line, ROLE_TEXT, " ");
    size_t start = line->cols;
    line_put(line, ROLE_TEXT, " ");
    view->ops->draw_title(view, line);
    if (line->cols > start + 1)
        line_put(line, ROLE_TEXT, " ");
    line_rule_to(line, right);
}

/* "─ Tasks  16 of 230 ────" */
static void draw_wide_title(const struct view *view, struct line *line, size_t right)
{
    line_put(line, ROLE_RULE, "\xe2\x94\x80 ");
    line_put(line, view->is_focused ? ROLE_TITLE : ROLE_STRONG, view->title);
    draw_facts_and_rule(view, line, right);
}

/* " [Tasks]  Detail   Projects   16 of 230 ────" */
static void draw_tabs(const struct app *app, struct line *line, size_t right)
{
    line_put(line, ROLE_TEXT, " ");
    for (int pane = 0; pane < PANE_COUNT; pane++) {
        bool is_shown = app->focus == (enum pane)pane;
        size_t start = line->cols;
        line_put(line, ROLE_TITLE, is_shown ? "[" : " ");
        line_put(line, is_shown ? ROLE_TITLE : ROLE_DIM, app->views[pane].title);
        line_put(line, ROLE_TITLE, is_shown ? "]" : " ");
        line_zone(line, start, ZONE_PANE, pane);
    }
    draw_facts_and_rule(&app->views[app->focus], line, right);
}

static void draw_pane(const struct app *app, enum pane pane, int y, struct line *line)
{
    const struct view *view = &app->views[pane];
    const struct rect *title = &app->layout.titles[pane];
    const struct rect *place = &app->layout.panes[pane];
    bool is_title = is_in(title, y);
    if (!is_title && !is_in(place, y))
        return;
    size_t whole = line->limit;
    size_t right = (size_t)(place->x + place->width);
    line_pad_to(line, (size_t)place->x);
    line->limit = right < whole ? right : whole;
    if (!is_title)
        view->ops->draw_row(view, (size_t)(y - place->y), line);
    else if (app->layout.is_wide)
        draw_wide_title(view, line, right);
    else
        draw_tabs(app, line, right);
    line_mark_cut(line);
    line_pad_to(line, right);
    line->limit = whole;
}

static void draw_panes(const struct app *app, int y, struct line *line)
{
    const struct layout *layout = &app->layout;
    draw_pane(app, PANE_TASKS, y, line);
    draw_pane(app, PANE_DETAIL, y, line);
    if (layout->divider_x > 0 &&
        (is_in(&layout->panes[PANE_ITEMS], y) || is_in(&layout->titles[PANE_ITEMS], y))) {
        bool is_title = is_in(&layout->titles[PANE_ITEMS], y);
        line_pad_to(line, (size_t)layout->divider_x);
        line_put(line, ROLE_RULE, is_title ? "\xe2\x94\xac" : DIVIDER);
    }
    draw_pane(app, PANE_ITEMS, y, line);
}

static void draw_help(const struct app *app, int y, struct line *line)
{
    int top = app->layout.header.height;
    if (y == top)
        draw_wide_title(&app->help, line, line->limit);
    else
        app->help.ops->draw_row(&app->help, (size_t)(y - top - 1), line);
}

static void draw_under(struct app *app, int y, struct line *line)
{
    const struct layout *layout = &app->layout;
    line_start(line, (size_t)(app->cols > 0 ? app->cols : 0));
    if (is_in(&layout->message, y))
        message_draw(app, line);
    else if (is_in(&layout->footer, y))
        footer_draw(app, line);
    else if (is_in(&layout->header, y))
        header_draw(app, line);
    else if (app->popup == POPUP_HELP)
        draw_help(app, y, line);
    else
        draw_panes(app, y, line);
    line_mark_cut(line);
    line_pad_to(line, line->limit);
}

/* Where the box over the panes stands; false: there is none. A box that is too high loses its top,
 * because the answers are at the bottom. */
static bool box_place(const struct app *app, struct rect *out)
{
    size_t cols, rows;
    if (popups[app->popup].size == NULL)
        return false;
    popups[app->popup].size(app, &cols, &rows);
    out->width = (int)cols < app->cols ? (int)cols : app->cols;
    out->height = (int)rows;
    out->x = (app->cols - out->width) / 2;
    out->y = out->height <= app->rows ? (app->rows - out->height) / 2 : app->rows - out->height;
    return true;
}

bool app_is_in_box(const struct app *app, int x, int y)
{
    struct rect box;
    if (!box_place(app, &box))
        return y > app->layout.header.y; /* it takes the place of the panes */
    return is_in(&box, y) && x >= box.x && x < box.x + box.width;
}

void app_draw_line(struct app *app, int y, struct line *out_line)
{
    struct rect box;
    if (!box_place(app, &box) || !is_in(&box, y)) {
        draw_under(app, y, out_line);
        return;
    }
    size_t left = (size_t)box.x;
    size_t right = (size_t)(box.x + box.width);
    draw_under(app, y, &app->under);
    line_start(&app->over, (size_t)box.width);
    popups[app->popup].draw(app, (size_t)(y - box.y), &app->over);

    line_start(out_line, (size_t)app->cols);
    line_append(out_line, &app->under, 0, left);
    line_append(out_line, &app->over, 0, (size_t)box.width);
    line_append(out_line, &app->under, right, (size_t)app->cols);
}

/* Where something is typed in the box over the panes. */
static bool box_cursor(const struct app *app, int *out_x, int *out_y)
{
    struct rect box;
    size_t x, y;
    bool (*cursor)(const struct app *, size_t *, size_t *) = popups[app->popup].cursor;
    if (!box_place(app, &box) || cursor == NULL || !cursor(app, &x, &y))
        return false;
    *out_x = box.x + (int)x < app->cols ? box.x + (int)x : app->cols - 1;
    *out_y = box.y + (int)y;
    return *out_y >= 0 && *out_y < app->rows;
}

bool app_cursor(const struct app *app, int *out_x, int *out_y)
{
    if (box_cursor(app, out_x, out_y))
        return true;
    if (app->prompt_kind == PROMPT_NONE || app->layout.message.height == 0)
        return false;
    *out_x = (int)app->prompt_cursor_col;
    if (*out_x >= app->cols)
        *out_x = app->cols - 1;
    *out_y = app->layout.message.y;
    return true;
}
