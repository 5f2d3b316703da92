/* app_keys.c - who gets a key: the prompt, the box that lies over the panes, or an action. */
#include "app.h"
#include "task_order.h"

static void help_key(struct app *app, enum ui_action action)
{
    if (action == UI_QUIT)
        app->wants_quit = true;
    else if (action == UI_BACK || action == UI_HELP)
        app_close_popup(app);
    else if (action == UI_REDRAW)
        app->wants_redraw = true;
    else
        app->help.ops->act(&app->help, action);
}

static void sort_key(struct app *app, enum ui_action action)
{
    if (action == UI_OPEN) {
        enum column column = chooser_column(&app->chooser);
        bool is_reversed =
            column == app->chooser.current ? !app->chooser.is_reversed : task_order_falls(column);
        app_close_popup(app);
        tasks_sort(&app->views[PANE_TASKS], column, is_reversed);
    } else if (action == UI_QUIT) {
        app->wants_quit = true;
    } else if (!list_act(&app->chooser.list, action)) {
        app_close_popup(app);
    }
}

static void confirm_key(struct app *app, uint32_t key)
{
    if (key == 'y')
        confirm_accept(&app->confirm, app);
    else
        app_say(app, ROLE_TEXT, "Nothing was done.");
    app_close_popup(app);
}

static void plain_key(struct app *app, uint32_t key, enum ui_action action)
{
    char name[KEY_NAME_BYTES];
    if (action != UI_NONE)
        app_act(app, action);
    else
        app_say(app, ROLE_DIM, "%s does nothing here; ? shows the keys.", key_format(key, name));
}

/* Once its end has been read, an action need not be kept any longer. */
static void forget_told_action(struct app *app)
{
    if (app->watched_action == 0 || app->watched_state < 0 ||
        !action_is_final((enum action_state)app->watched_state))
        return;
    if (engine_dismiss(app->engine, app->watched_action, NULL))
        app->watched_action = 0;
}

void app_key(struct app *app, uint32_t key)
{
    enum ui_action action = action_for_key(key);
    tasks_unpin(&app->views[PANE_TASKS]);
    if (app->message.text[0] != '\0') {
        app->message.text[0] = '\0';
        forget_told_action(app);
    }
    bool is_plain = app->prompt_kind == PROMPT_NONE && app->popup == POPUP_NONE;
    if (app->prompt_kind != PROMPT_NONE)
        app_prompt_key(app, key);
    else if (app->popup == POPUP_CONFIRM)
        confirm_key(app, key);
    else if (app->popup == POPUP_HELP)
        help_key(app, action);
    else if (app->popup == POPUP_SORT)
        sort_key(app, action);
    else if (app->popup == POPUP_BRANCHES)
        app_branches_key(app, key);
    else if (app->popup == POPUP_PROJECT)
        app_project_ask_key(app, key);
    else if (app->popup == POPUP_RUN)
        app_run_key(app, key);
    else
        plain_key(app, key, action);
    /* While a key is held the cursor runs ahead, and the detail follows when it rests. */
    if (is_plain && app->focus == PANE_TASKS && ui_actions[action].group == UI_GROUP_MOVE)
        app->is_detail_late = true;
    else
        app_show_detail(app);
}
