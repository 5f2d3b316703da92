/* app_look.c - how the list looks, from one day to the next: columns, order and groups of these
 * profiles.
 */
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "task_columns.h"
#include "task_order.h"

#define SECTION_BYTES 120
#define NAMES_BYTES   60

/* "view shop, other"; of many profiles the first and how many. */
static const char *section_of(const struct app *app, char *out)
{
    const struct snapshot *s = app->snapshot;
    size_t length = (size_t)snprintf(out, SECTION_BYTES, "view");
    for (size_t i = 0; i < s->source_count; i++) {
        const char *name = s->sources[i].profile;
        if (i > 0 && length + strlen(name) > NAMES_BYTES) {
            snprintf(out + length, SECTION_BYTES - length, " +%zu", s->source_count - i);
            break;
        }
        length += (size_t)snprintf(out + length, SECTION_BYTES - length, "%s %.40s",
                                   i > 0 ? "," : "", name);
    }
    return out;
}

void app_remember(struct app *app, const char *key, const char *value)
{
    char section[SECTION_BYTES];
    struct error err = {0};
    app->is_look_recalled = true; /* what was just chosen counts for more */
    const char *kept = value[0] != '\0' ? value : NULL;
    if (!settings_set(&app->settings, section_of(app, section), key, kept, &err))
        app_say(app, ROLE_WARNING, "Not kept for the next time: %s", err.message);
}

void app_remember_order(struct app *app)
{
    bool is_reversed;
    char text[SETTINGS_LINE_BYTES];
    enum column column = tasks_sort_column(&app->views[PANE_TASKS], &is_reversed);
    snprintf(text, sizeof(text), "%s%s", is_reversed ? "-" : "", task_order_name(column));
    app_remember(app, "order", text);
}

void app_group(struct app *app, enum grouping by)
{
    app_focus(app, PANE_TASKS);
    tasks_group(&app->views[PANE_TASKS], by);
    app_remember(app, "group", by == GROUP_NONE ? "" : groupings[by].name);
}

static void recall_grouping(struct app *app, const char *name)
{
    enum grouping by = grouping_find(name);
    if (by != GROUPING_COUNT)
        tasks_group(&app->views[PANE_TASKS], by);
}

static void recall_order(struct app *app, const char *text)
{
    bool is_reversed = text[0] == '-';
    enum column column = column_find(text + is_reversed);
    if (column != COLUMN_COUNT || strcmp(text + is_reversed, task_order_name(column)) == 0)
        tasks_sort(&app->views[PANE_TASKS], column, is_reversed);
}

void app_recall_look(struct app *app)
{
    char section[SECTION_BYTES];
    if (app->is_look_recalled || app->snapshot->source_count == 0)
        return;
    app->is_look_recalled = true;
    section_of(app, section);
    const char *chosen = settings_get(&app->settings, section, "columns");
    const char *order = settings_get(&app->settings, section, "order");
    const char *slow = settings_get(&app->settings, section, "slow");
    const char *group = settings_get(&app->settings, section, "group");
    const char *wrap = settings_get(&app->settings, section, "wrap");
    const char *sql = settings_get(&app->settings, section, "sql");
    if (chosen != NULL)
        task_columns_parse(tasks_columns(&app->views[PANE_TASKS]), chosen);
    if (order != NULL)
        recall_order(app, order);
    if (slow != NULL)
        app_slow(app, slow, NULL, NULL);
    if (group != NULL)
        recall_grouping(app, group);
    if (sql != NULL)
        app->sql_form = sql_form_find(sql);
    app->is_unwrapped = wrap != NULL && strcmp(wrap, "off") == 0;
}
