/* app_prompt.c - filter and search while they are typed: each change is tried at once. */
#include <stdio.h>
#include <string.h>

#include "app.h"

bool app_filter(struct app *app, const char *text, struct error *err, size_t *out_at)
{
    struct filter *filter = filter_parse(text, err, out_at);
    if (filter == NULL)
        return false;
    if (filter_is_empty(filter)) {
        filter_destroy(filter);
        filter = NULL;
        text = "";
    }
    snprintf(app->filter_text, sizeof(app->filter_text), "%s", text);
    tasks_filter(&app->views[PANE_TASKS], filter, text);
    return true;
}

void app_open_prompt(struct app *app, enum prompt_kind kind, const char *text)
{
    app->prompt_kind = kind;
    snprintf(app->prompt_before, sizeof(app->prompt_before), "%s", text);
    prompt_start(&app->prompt, kind == PROMPT_FILTER ? text : "");
    app->prompt_error[0] = '\0';
}

static void try_prompt(struct app *app)
{
    struct error err = {0};
    size_t at = 0;
    app->prompt_error[0] = '\0';
    if (app->prompt_kind == PROMPT_FILTER) {
        if (!app_filter(app, app->prompt.text, &err, &at)) {
            snprintf(app->prompt_error, sizeof(app->prompt_error), "%s", err.message);
            app->prompt_error_at = at;
        }
        return;
    }
    if (app->prompt.len > 0 && !tasks_search(&app->views[PANE_TASKS], app->prompt.text, 0)) {
        snprintf(app->prompt_error, sizeof(app->prompt_error), "not found");
        app->prompt_error_at = app->prompt.len;
    }
}

static void close_prompt(struct app *app, bool is_kept)
{
    if (app->prompt_kind == PROMPT_FILTER) {
        if (!is_kept || app->prompt_error[0] != '\0')
            app_filter(app, app->prompt_before, NULL, NULL);
    } else if (is_kept && app->prompt.len > 0) {
        snprintf(app->search_text, sizeof(app->search_text), "%s", app->prompt.text);
    }
    app->prompt_kind = PROMPT_NONE;
}

void app_prompt_key(struct app *app, uint32_t key)
{
    if (key == UI_KEY_ENTER && app->prompt_kind == PROMPT_FILTER && app->prompt_error[0] != '\0')
        return; /* the mistake stays in sight until it is mended or Esc gives up */
    if (key == UI_KEY_ENTER || key == UI_KEY_ESCAPE || key == UI_KEY_CTRL('c')) {
        close_prompt(app, key == UI_KEY_ENTER);
        return;
    }
    enum ui_action action = action_for_key(key);
    if (key >= UI_KEY_UP &&
        (action == UI_UP || action == UI_DOWN || action == UI_PAGE_UP || action == UI_PAGE_DOWN)) {
        app->views[PANE_TASKS].ops->act(&app->views[PANE_TASKS], action);
        return;
    }
    char before[PROMPT_BYTES];
    memcpy(before, app->prompt.text, app->prompt.len + 1);
    if (prompt_key(&app->prompt, key) && strcmp(before, app->prompt.text) != 0)
        try_prompt(app);
}
