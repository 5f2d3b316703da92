/* app_mouse.c - what a click means: what stands in the line there says so. Nothing is confirmed by
 * the mouse, and no task is changed without a key.
 */
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "task_order.h"

#define WHEEL_ROWS 3

/* The section of the settings that is of this terminal, not of the profiles. */
#define SETTINGS_SCREEN "screen"

void app_mouse_switch(struct app *app)
{
    app->has_mouse = !app->has_mouse;
    settings_set(&app->settings, SETTINGS_SCREEN, "mouse", app->has_mouse ? "on" : NULL, NULL);
    app_say(app, ROLE_TEXT, "%s",
            app->has_mouse
                ? "The mouse is on; with Shift the terminal selects text as before; M: off."
                : "The mouse is off: it is the terminal's own.");
}

void app_recall_mouse(struct app *app)
{
    const char *kept = settings_get(&app->settings, SETTINGS_SCREEN, "mouse");
    app->has_mouse |= kept != NULL && strcmp(kept, "on") == 0;
}

/* ---- where -------------------------------------------------------------------------------------
 */

static bool is_inside(const struct rect *place, const struct mouse *mouse)
{
    return mouse->x >= place->x && mouse->x < place->x + place->width && mouse->y >= place->y &&
           mouse->y < place->y + place->height;
}

/* PANE_COUNT: none, a bar. */
static enum pane pane_at(const struct app *app, const struct mouse *mouse)
{
    int pane = 0;
    while (pane < PANE_COUNT && !is_inside(&app->layout.panes[pane], mouse) &&
           !is_inside(&app->layout.titles[pane], mouse))
        pane++;
    return (enum pane)pane;
}

static struct line_zone zone_at(struct app *app, const struct mouse *mouse)
{
    if (mouse->y < 0 || mouse->y >= app->rows)
        return (struct line_zone){0};
    app_draw_line(app, mouse->y, &app->row);
    return line_zone_at(&app->row, mouse->x);
}

/* ---- lists -------------------------------------------------------------------------------------
 */

/* Up or down by so many rows, in whatever gets the keys now. */
static void step(struct app *app, enum pane pane, int rows)
{
    uint32_t key = rows < 0 ? UI_KEY_UP : UI_KEY_DOWN;
    for (int i = abs(rows); i > 0; i--) {
        if (app->popup != POPUP_NONE)
            popups[app->popup].key(app, key);
        else if (pane != PANE_COUNT)
            app->views[pane].ops->act(&app->views[pane], rows < 0 ? UI_UP : UI_DOWN);
    }
}

/* A click goes to a row; one on the row where the cursor is opens it. */
static void click_row(struct app *app, enum pane pane, int steps)
{
    if (steps != 0)
        step(app, pane, steps);
    else if (app->popup != POPUP_NONE)
        popups[app->popup].key(app,
                               popups[app->popup].click ? popups[app->popup].click : UI_KEY_ENTER);
    else
        app_act(app, UI_OPEN);
}

static void sort_by(struct app *app, enum column column)
{
    bool is_reversed;
    struct view *tasks = &app->views[PANE_TASKS];
    bool is_same = tasks_sort_column(tasks, &is_reversed) == column;
    tasks_sort(tasks, column, is_same ? !is_reversed : task_order_falls(column));
    app_remember_order(app);
}

/* ---- clicks ------------------------------------------------------------------------------------
 */

static void follow_zone(struct app *app, enum pane pane, const struct line_zone *zone)
{
    switch (zone->kind) {
    case ZONE_ROW:
        click_row(app, pane, zone->value);
        break;
    case ZONE_COLUMN:
        sort_by(app, (enum column)zone->value);
        break;
    case ZONE_PANE:
        app_focus(app, (enum pane)zone->value);
        break;
    case ZONE_PAGE:
        app->views[PANE_DETAIL].ops->act(&app->views[PANE_DETAIL],
                                         (enum ui_action)(UI_NUMBER_1 + zone->value));
        break;
    case ZONE_ACTION:
        app_act(app, (enum ui_action)zone->value);
        break;
    default:
        break;
    }
}

/* Beside a box nothing is meant but to leave it. */
static void click_popup(struct app *app, const struct mouse *mouse)
{
    struct line_zone zone = zone_at(app, mouse);
    if (!app_is_in_box(app, mouse->x, mouse->y))
        popups[app->popup].key(app, UI_KEY_ESCAPE);
    else if (zone.kind == ZONE_ROW)
        follow_zone(app, PANE_COUNT, &zone);
}

static void click(struct app *app, const struct mouse *mouse)
{
    if (app->popup != POPUP_NONE) {
        click_popup(app, mouse);
        return;
    }
    struct line_zone zone = zone_at(app, mouse);
    enum pane pane = pane_at(app, mouse);
    bool was_there = app->focus == pane;
    if (pane != PANE_COUNT)
        app_focus(app, pane);
    /* The click that goes to a pane opens nothing there. */
    if (was_there || zone.kind != ZONE_ROW || zone.value != 0)
        follow_zone(app, pane, &zone);
}

void app_mouse(struct app *app, const struct mouse *mouse)
{
    tasks_unpin(&app->views[PANE_TASKS]);
    app->message.text[0] = '\0';
    bool is_wheel = mouse->deed != MOUSE_CLICK;
    if (is_wheel)
        step(app, app->prompt_kind != PROMPT_NONE ? PANE_TASKS : pane_at(app, mouse),
             mouse->deed == MOUSE_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS);
    else if (app->prompt_kind == PROMPT_NONE)
        click(app, mouse);
    if (is_wheel && app->popup == POPUP_NONE)
        app->is_detail_late = true;
    else
        app_show_detail(app);
}
