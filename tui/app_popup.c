/* app_popup.c - the table of what lies over the panes. */
#include "app.h"
#include "task_order.h"

#define HINTS(name, ...)                                                      \
    static const struct popup_hint *name##_hints(const struct app *app)       \
    {                                                                         \
        static const struct popup_hint hints[] = {__VA_ARGS__, {NULL, NULL}}; \
        (void)app;                                                            \
        return hints;                                                         \
    }

/* ---- help --------------------------------------------------------------------------------------
 */

static void help_key(struct app *app, uint32_t key)
{
    enum ui_action action = action_for_key(key);
    if (action == UI_QUIT)
        app->wants_quit = true;
    else if (action == UI_BACK || action == UI_HELP)
        app_close_popup(app);
    else if (action == UI_REDRAW)
        app->wants_redraw = true;
    else
        app->help.ops->act(&app->help, action);
}

HINTS(help, {"Up Down", "scroll"}, {"Esc", "back"}, {"q", "quit"})

/* ---- the question before a cancel or retry -----------------------------------------------------
 */

static void confirm_size(const struct app *app, size_t *out_cols, size_t *out_rows)
{
    *out_cols = confirm_cols(app);
    *out_rows = confirm_rows(&app->confirm, app);
}

static void confirm_draw_line(struct app *app, size_t y, struct line *line)
{
    confirm_draw(&app->confirm, app, y, line);
}

static void confirm_key(struct app *app, uint32_t key)
{
    if (key == 'Y' || (key == 'y' && app->confirm.writes == 0))
        confirm_accept(&app->confirm, app);
    else
        app_say(app, ROLE_TEXT, "Nothing was done.");
    app_close_popup(app);
}

static void confirm_look_again(struct app *app)
{
    confirm_update(&app->confirm, app);
}

HINTS(confirm, {"y", "do it"}, {"any other key", "leaves everything as it is"})

HINTS(palette, {"Up Down", "choose"}, {"Enter", "do it"}, {"^U", "empty"}, {"Esc", "back"})

/* ---- the order ---------------------------------------------------------------------------------
 */

static void sort_size(const struct app *app, size_t *out_cols, size_t *out_rows)
{
    *out_cols = chooser_cols();
    *out_rows = chooser_rows(&app->chooser);
}

static void sort_draw(struct app *app, size_t y, struct line *line)
{
    chooser_draw(&app->chooser, y, line);
}

static void sort_key(struct app *app, uint32_t key)
{
    enum ui_action action = action_for_key(key);
    if (action == UI_OPEN) {
        enum column column = chooser_column(&app->chooser);
        bool is_reversed =
            column == app->chooser.current ? !app->chooser.is_reversed : task_order_falls(column);
        app_close_popup(app);
        tasks_sort(&app->views[PANE_TASKS], column, is_reversed);
        app_remember_order(app);
    } else if (action == UI_QUIT) {
        app->wants_quit = true;
    } else if (!list_act(&app->chooser.list, action)) {
        app_close_popup(app);
    }
}

HINTS(sort, {"Up Down", "choose"}, {"Enter", "order by it; twice turns it round"}, {"Esc", "back"})

HINTS(columns, {"Space", "show, hide"}, {"J K", "move"}, {"+ - 0", "width"}, {"d", "defaults"},
      {"Enter", "keep"}, {"Esc", "back"})

HINTS(groups, {"Up Down", "choose"}, {"Enter", "group by it"}, {"Esc", "back"})

HINTS(jumps, {"Up Down", "choose"}, {"Enter", "go there; ^O comes back"}, {"Esc", "stay"})

HINTS(filters, {"Enter", "use it"}, {"s", "save the filter at work"}, {"d", "take it away"},
      {"Esc", "back"})

/* ---- items, their parts, a new query -----------------------------------------------------------
 */

static void parts_size(const struct app *app, size_t *out_cols, size_t *out_rows)
{
    *out_cols = parts_cols(app);
    *out_rows = parts_rows(&app->parts);
}

static void parts_draw_line(struct app *app, size_t y, struct line *line)
{
    parts_draw(&app->parts, app, y, line);
}

static void parts_look_again(struct app *app)
{
    parts_update(&app->parts, app);
}

static const struct popup_hint *parts_hints(const struct app *app)
{
    static const struct popup_hint branches[] = {{"Up Down", "choose"},
                                                 {"Enter", "check it out; asks first"},
                                                 {"Esc", "back"},
                                                 {NULL, NULL}};
    static const struct popup_hint runs[] = {{"Up Down", "choose"},
                                             {"Enter", "its queries"},
                                             {"x", "cancel it; asks first"},
                                             {"Esc", "back"},
                                             {NULL, NULL}};
    return item_kinds[app->parts.kind].part == ITEM_RUN ? runs : branches;
}

static void item_size(const struct app *app, size_t *out_cols, size_t *out_rows)
{
    *out_cols = confirm_cols(app);
    *out_rows = item_ask_rows(&app->item_ask);
}

static void item_draw(struct app *app, size_t y, struct line *line)
{
    item_ask_draw(&app->item_ask, y, line);
}

static bool item_cursor(const struct app *app, size_t *out_x, size_t *out_y)
{
    return item_ask_cursor(&app->item_ask, out_x, out_y);
}

static const struct popup_hint *item_hints(const struct app *app)
{
    static const struct popup_hint typed[] = {{"Enter", "do it"},
                                              {"Esc", "leave everything as it is"},
                                              {NULL, NULL}};
    return item_ask_is_typed(&app->item_ask) ? typed : confirm_hints(app);
}

static void run_size(const struct app *app, size_t *out_cols, size_t *out_rows)
{
    *out_cols = confirm_cols(app);
    *out_rows = run_form_rows(&app->run_form);
}

static void run_draw(struct app *app, size_t y, struct line *line)
{
    run_form_draw(&app->run_form, app->snapshot->sources[app->run_form.source].profile, y, line);
}

static bool run_cursor(const struct app *app, size_t *out_x, size_t *out_y)
{
    run_form_cursor(&app->run_form, out_x, out_y);
    return true;
}

HINTS(run, {"Tab Up Down", "rows"}, {"^R", "run it"}, {"^U", "empty"},
      {"Esc", "back; the text stays"})

/* ---- copying and exporting ---------------------------------------------------------------------
 */

static void copy_size(const struct app *app, size_t *out_cols, size_t *out_rows)
{
    *out_cols = copy_box_cols();
    *out_rows = copy_box_rows(&app->copy_box);
}

static void copy_draw(struct app *app, size_t y, struct line *line)
{
    copy_box_draw(&app->copy_box, y, line);
}

HINTS(copy, {"Up Down", "choose"}, {"Enter", "copy it"}, {"Esc", "back"})

static void export_size(const struct app *app, size_t *out_cols, size_t *out_rows)
{
    *out_cols = export_box_cols();
    *out_rows = export_box_rows(&app->export_box);
}

static void export_draw(struct app *app, size_t y, struct line *line)
{
    export_box_draw(&app->export_box, y, line);
}

static bool export_cursor(const struct app *app, size_t *out_x, size_t *out_y)
{
    export_box_cursor(&app->export_box, out_x, out_y);
    return true;
}

HINTS(export, {"Enter", "write the file"}, {"^U", "empty"}, {"Esc", "back"})

HINTS(events, {"Up Down", "choose"}, {"Enter", "go to the task"}, {"Esc", "back"})

/* ---- the table ---------------------------------------------------------------------------------
 */

const struct popup_ops popups[POPUP_COUNT] = {
    [POPUP_HELP] = {.key = help_key, .hints = help_hints},
    [POPUP_CONFIRM] = {.size = confirm_size,
                       .draw = confirm_draw_line,
                       .key = confirm_key,
                       .update = confirm_look_again,
                       .hints = confirm_hints,
                       .is_ticking = true},
    [POPUP_PALETTE] = {.size = palette_size,
                       .draw = palette_draw,
                       .key = palette_key,
                       .cursor = palette_cursor,
                       .hints = palette_hints},
    [POPUP_SORT] = {.size = sort_size, .draw = sort_draw, .key = sort_key, .hints = sort_hints},
    [POPUP_COLUMNS] = {.size = column_box_size,
                       .draw = column_box_draw,
                       .key = column_box_key,
                       .click = ' ',
                       .hints = columns_hints},
    [POPUP_GROUPS] = {.size = group_box_size,
                      .draw = group_box_draw,
                      .key = group_box_key,
                      .hints = groups_hints},
    [POPUP_JUMPS] = {.size = jump_box_size,
                     .draw = jump_box_draw,
                     .key = jump_box_key,
                     .hints = jumps_hints},
    [POPUP_FILTERS] = {.size = saved_filters_size,
                       .draw = saved_filters_draw,
                       .key = saved_filters_key,
                       .hints = filters_hints},
    [POPUP_PARTS] = {.size = parts_size,
                     .draw = parts_draw_line,
                     .key = app_parts_key,
                     .update = parts_look_again,
                     .hints = parts_hints},
    [POPUP_ITEM] = {.size = item_size,
                    .draw = item_draw,
                    .key = app_item_ask_key,
                    .cursor = item_cursor,
                    .hints = item_hints},
    [POPUP_RUN] = {.size = run_size,
                   .draw = run_draw,
                   .key = app_run_key,
                   .cursor = run_cursor,
                   .hints = run_hints},
    [POPUP_COPY] = {.size = copy_size, .draw = copy_draw, .key = app_copy_key, .hints = copy_hints},
    [POPUP_EVENTS] = {.size = event_box_size,
                      .draw = event_box_draw,
                      .key = event_box_key,
                      .update = event_box_update,
                      .hints = events_hints},
    [POPUP_EXPORT] = {.size = export_size,
                      .draw = export_draw,
                      .key = app_export_key,
                      .cursor = export_cursor,
                      .hints = export_hints},
};
