/* app_keys.c - who gets a key: the prompt, the box that lies over the panes, or an action. */
#include "app.h"

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
    bool is_bulk = app->watched_last > app->watched_action; /* the rows tell of each */
    if (app->watched_action == 0 || app->watched_state < 0 || is_bulk ||
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
    else if (app->popup != POPUP_NONE)
        popups[app->popup].key(app, key);
    else
        plain_key(app, key, action);
    /* While a key is held the cursor runs ahead, and the detail follows when it rests. */
    if (is_plain && app->focus == PANE_TASKS && ui_actions[action].group == UI_GROUP_MOVE)
        app->is_detail_late = true;
    else
        app_show_detail(app);
}
