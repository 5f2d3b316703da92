/* app_read.c - how the texts of the pages are shown, and keeping that. */
#include "app.h"

bool app_can_format(const struct app *app, struct error *reason)
{
    return app_sql(app) != NULL || error_set(reason, ERR_NO, "There is no SQL to look at here.");
}

bool app_reads_sql(const struct app *app)
{
    struct detail_shown shown;
    detail_shown(&app->views[PANE_DETAIL], &shown);
    bool is_page = shown.page == PAGE_SQL || shown.page == PAGE_ERROR;
    return (is_page || app->focus != PANE_DETAIL) && app_sql(app) != NULL;
}

bool app_shows_formatted(const struct app *app)
{
    const char *sql = app_sql(app);
    return sql != NULL && sql_form_formats(app->sql_form, sql);
}

bool app_can_wrap(const struct app *app, struct error *reason)
{
    return detail_is_text(&app->views[PANE_DETAIL]) ||
           error_set(reason, ERR_NO, "The rows of a table are not wrapped; Left and Right scroll.");
}

void app_wrap(struct app *app)
{
    app->is_unwrapped = !app->is_unwrapped;
    app_remember(app, "wrap", app->is_unwrapped ? "off" : "");
    app_say(app, ROLE_TEXT, "%s",
            app->is_unwrapped
                ? "Long lines go on to the right: Left and Right scroll; U wraps them."
                : "Long lines are wrapped.");
    app_lay_out(app);
}

void app_format_sql(struct app *app)
{
    app->sql_form = sql_form_other(app->sql_form, app_sql(app));
    app_remember(app, "sql", sql_form_name(app->sql_form));
    app_lay_out(app);
}
