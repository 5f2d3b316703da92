/* app_items.c - what the keys of the third pane do: rights, questions, parts. */
#include <stdio.h>
#include <string.h>

#include "app.h"

/* The kind of action behind a key; ACTION_KIND_COUNT: only looks. */
static enum action_kind kind_of(enum ui_action action)
{
    static const struct {
        enum ui_action action;
        enum action_kind kind;
    } kinds[] = {
        {UI_WORKSPACE, ACTION_SWITCH_WORKSPACE},
        {UI_VALIDATE, ACTION_VALIDATE},
        {UI_TEST_GIT, ACTION_TEST_GIT},
        {UI_DEPLOY, ACTION_DEPLOY},
        {UI_RESET_TO_REMOTE, ACTION_RESET_TO_REMOTE},
        {UI_RESET_TO_PRODUCTION, ACTION_RESET_TO_PRODUCTION},
        {UI_ENABLE, ACTION_ENABLE},
        {UI_DISABLE, ACTION_DISABLE},
        {UI_TRIGGER, ACTION_TRIGGER},
    };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (kinds[i].action == action)
            return kinds[i].kind;
    return ACTION_KIND_COUNT;
}

/* ---- what is allowed ---------------------------------------------------------------------------
 */

static const char *workspace_of(const struct app *app, uint16_t source)
{
    const struct item_list *list = app->snapshot->items[source];
    if (list != NULL && list->workspace != NULL)
        return list->workspace;
    return app->snapshot->sources[source].workspace;
}

/* What the profile's mode, the workspace and the item have to say about it. */
static bool is_allowed(const struct app *app, enum action_kind kind, uint16_t source,
                       const struct item *item, struct error *reason)
{
    const struct action_info *info = &action_infos[kind];
    const struct source_status *status = &app->snapshot->sources[source];
    if (!(status->caps & info->cap))
        return error_set(reason, ERR_NO, "%s can not do that.", status->profile);
    if (info->target == TARGET_ITEM && !item_allows(item, kind, reason))
        return false;
    if (info->class != ACTION_CLASS_OWN && !source_allows_actions(status, app->now_ms, reason))
        return false;
    if (info->needs_dev && strcmp(workspace_of(app, source), "production") == 0)
        return error_set(reason, ERR_NO,
                         "Only in a dev workspace, and this is production; w switches.");
    bool has_no_work = info->needs_dev && item->is_read_only &&
                       (info->class == ACTION_CLASS_DANGER || item->branch == NULL);
    if (has_no_work)
        return error_set(reason, ERR_NO, "%s is read only: nothing of it can be changed here.",
                         item->name);
    return true;
}

static bool check_parts(const struct item *item, struct error *reason)
{
    const struct item_kind_info *info = &item_kinds[item->kind];
    return info->part != ITEM_KIND_COUNT ||
           error_set(reason, ERR_NO, "A %s has nothing to list here.", info->name);
}

static bool refuse_elsewhere(const struct app *app, struct error *reason)
{
    unsigned caps = 0;
    char words[120];
    for (size_t i = 0; i < app->snapshot->source_count; i++)
        caps |= app->snapshot->sources[i].caps & CAP_ITEMS;
    return error_set(reason, ERR_NO, "This key works on %s; Tab goes to their pane.",
                     caps != 0 ? item_words(caps, words, sizeof(words)) : "projects");
}

bool app_can_item(const struct app *app, enum ui_action action, struct error *reason)
{
    uint16_t source;
    const struct item *item;
    enum action_kind kind = kind_of(action);
    if (app->focus != PANE_ITEMS)
        return refuse_elsewhere(app, reason);
    if (!items_selected(&app->views[PANE_ITEMS], &source, &item))
        return error_set(reason, ERR_NO, "No profile here has workspace projects.");
    if (item == NULL && action != UI_WORKSPACE)
        return error_set(reason, ERR_NO, "Nothing is selected.");
    if (action == UI_PARTS)
        return check_parts(item, reason);
    return is_allowed(app, kind, source, item, reason);
}

const struct item *app_template(const struct app *app, uint16_t *out_source)
{
    uint16_t source;
    const struct item *item = NULL;
    if (app->focus != PANE_ITEMS || !items_selected(&app->views[PANE_ITEMS], &source, &item) ||
        item == NULL || item->kind != ITEM_TEMPLATE)
        return NULL;
    *out_source = source;
    return item;
}

bool app_fits(const struct app *app, enum ui_action action)
{
    uint16_t source;
    const struct item *item;
    if (ui_actions[action].needs & NEEDS_REPLAY)
        return app_replay(app) != NULL;
    if (action == UI_FOLD_ALL)
        return detail_can_fold(&app->views[PANE_DETAIL]);
    if (action == UI_FORMAT)
        return app_reads_sql(app);
    if (action == UI_RUN && app->focus == PANE_ITEMS)
        return app_template(app, &source) != NULL;
    if (!(ui_actions[action].needs & NEEDS_ITEM) ||
        !items_selected(&app->views[PANE_ITEMS], &source, &item))
        return true;
    if (action == UI_PARTS)
        return item != NULL && item_kinds[item->kind].part != ITEM_KIND_COUNT;
    const struct action_info *info = &action_infos[kind_of(action)];
    if (info->target == TARGET_SERVICE)
        return app->snapshot->sources[source].caps & info->cap;
    return item != NULL && item->kind == info->item;
}

const char *app_word(const struct app *app, enum ui_action action)
{
    uint16_t source;
    const struct item *item = NULL;
    if (action == UI_OPEN && tasks_is_on_group(&app->views[PANE_TASKS]))
        return "open";
    if (action == UI_BACK && app->focus == PANE_DETAIL &&
        detail_found_text(&app->views[PANE_DETAIL]) != NULL)
        return "end search";
    bool is_of_item =
        action == UI_PARTS && items_selected(&app->views[PANE_ITEMS], &source, &item) && item;
    return is_of_item && app_fits(app, action) ? item_kinds[item_kinds[item->kind].part].plural
                                               : ui_actions[action].word;
}

/* ---- questions ---------------------------------------------------------------------------------
 */

static const char *next_workspace(const struct app *app, uint16_t source)
{
    const struct item_list *list = app->snapshot->items[source];
    const char *now = workspace_of(app, source);
    for (size_t i = 0; list != NULL && i < list->workspace_count; i++)
        if (strcmp(list->workspaces[i], now) == 0)
            return list->workspaces[(i + 1) % list->workspace_count];
    return strcmp(now, "production") == 0 ? "dev" : "production";
}

/* "demo · project shop · on branch main · uncommitted changes" */
static void describe(const struct item *item, const char *profile, char *out, size_t out_size)
{
    int length = snprintf(out, out_size, "%s \xc2\xb7 %s %s", profile, item_kinds[item->kind].name,
                          item->name);
    if (length < 0 || (size_t)length >= out_size)
        return;
    out += length;
    out_size -= (size_t)length;
    if (item->kind == ITEM_PROJECT)
        snprintf(out, out_size, " \xc2\xb7 on branch %s%s",
                 item->branch != NULL ? item->branch : "-",
                 item->is_clean == 0 ? " \xc2\xb7 uncommitted changes" : "");
    else
        snprintf(out, out_size, "%s%s%s%s", item->state != NULL ? " \xc2\xb7 " : "",
                 item->state != NULL ? item->state : "", item->timing != NULL ? " \xc2\xb7 " : "",
                 item->timing != NULL ? item->timing : "");
}

static void ask(struct app *app, enum action_kind kind, uint16_t source, const struct item *item,
                const char *argument)
{
    struct item_ask *ask = &app->item_ask;
    const char *profile = app->snapshot->sources[source].profile;
    *ask = (struct item_ask){.kind = kind, .source = source};
    if (action_infos[kind].target == TARGET_ITEM) {
        snprintf(ask->item_id, sizeof(ask->item_id), "%s", item->id);
        snprintf(ask->item_name, sizeof(ask->item_name), "%s", item->name);
        describe(item, profile, ask->facts, sizeof(ask->facts));
    } else {
        snprintf(ask->facts, sizeof(ask->facts), "%s \xc2\xb7 now in workspace %s", profile,
                 workspace_of(app, source));
    }
    snprintf(ask->argument, sizeof(ask->argument), "%s", argument);
    prompt_start(&ask->typed, "");
    app->popup = POPUP_ITEM;
}

static void open_parts(struct app *app, uint16_t source, const struct item *item)
{
    struct error err = {0};
    if (!engine_want_parts(app->engine, source, item->id, &err)) {
        app_say(app, ROLE_ERROR, "%s", err.message);
        return;
    }
    parts_open(&app->parts, app, source, item);
    app->popup = POPUP_PARTS;
}

void app_act_on_item(struct app *app, enum ui_action action)
{
    uint16_t source;
    const struct item *item;
    if (!items_selected(&app->views[PANE_ITEMS], &source, &item))
        return;
    if (action == UI_PARTS)
        open_parts(app, source, item);
    else
        ask(app, kind_of(action), source, item,
            action == UI_WORKSPACE ? next_workspace(app, source) : "");
}

/* ---- keys of the boxes -------------------------------------------------------------------------
 */

static const struct item *find_item(const struct app *app, uint16_t source, enum item_kind kind,
                                    const char *id)
{
    const struct snapshot *s = app->snapshot;
    return source < s->source_count ? item_list_find(s->items[source], kind, id) : NULL;
}

/* The queries of a run: those that are known are shown, the others come with the answer. */
static void show_run(struct app *app, const struct item *run)
{
    const struct parts *parts = &app->parts;
    struct error err = {0};
    char filter[LIMIT_ARGUMENT_BYTES + 16];
    uint64_t action_id;
    snprintf(filter, sizeof(filter), "run_id=\"%s\"", run->id);
    if (!engine_act_on_item(app->engine, ACTION_READ_RUN, parts->source, parts->item_id, run->id,
                            &action_id, &err) ||
        !app_filter(app, filter, &err, NULL)) {
        app_say(app, ROLE_ERROR, "%s", err.message);
        return;
    }
    app_watch(app, action_id);
    app_close_popup(app);
    app_focus(app, PANE_TASKS);
}

/* What a key does with a part, by the part's kind. ACTION_KIND_COUNT: nothing. */
static const struct {
    enum action_kind on_open;
    enum action_kind on_cancel;
} part_actions[ITEM_KIND_COUNT] = {
    [ITEM_BRANCH] = {ACTION_CHECKOUT, ACTION_KIND_COUNT},
    [ITEM_RUN] = {ACTION_READ_RUN, ACTION_CANCEL_RUN},
};

static bool part_allows(const struct item *part, enum action_kind kind, struct error *reason)
{
    if (part->is_current)
        return error_set(reason, ERR_NO, "%s is checked out already.", part->name);
    if (part->denied & UINT32_C(1) << kind)
        return error_set(reason, ERR_NO, "This %s has ended (%s).", item_kinds[part->kind].name,
                         part->state != NULL ? part->state : "-");
    return true;
}

static void act_on_part(struct app *app, bool is_open)
{
    struct error reason = {0};
    const struct parts *parts = &app->parts;
    const struct item *part = parts_selected(parts, app);
    const struct item *item = find_item(app, parts->source, parts->kind, parts->item_id);
    if (part == NULL || item == NULL)
        return;
    enum action_kind kind =
        is_open ? part_actions[part->kind].on_open : part_actions[part->kind].on_cancel;
    if (kind == ACTION_KIND_COUNT)
        return;
    if (!part_allows(part, kind, &reason) || !is_allowed(app, kind, parts->source, item, &reason))
        app_say(app, ROLE_WARNING, "%s", reason.message);
    else if (kind == ACTION_READ_RUN)
        show_run(app, part);
    else
        ask(app, kind, parts->source, item, part->id);
}

void app_parts_key(struct app *app, uint32_t key)
{
    enum ui_action action = action_for_key(key);
    if (action == UI_OPEN || action == UI_CANCEL)
        act_on_part(app, action == UI_OPEN);
    else if (action == UI_QUIT)
        app->wants_quit = true;
    else if (!parts_act(&app->parts, app, action))
        app_close_popup(app);
}

/* The answer may come long after the question: what it needs is looked at again. */
static void start(struct app *app)
{
    const struct item_ask *ask = &app->item_ask;
    bool is_on_item = ask->item_id[0] != '\0';
    const struct item *item =
        is_on_item ? find_item(app, ask->source, action_infos[ask->kind].item, ask->item_id) : NULL;
    struct error err = {0};
    uint64_t action_id;
    if (is_on_item && item == NULL)
        app_say(app, ROLE_WARNING, "%s is no longer known.", ask->item_name);
    else if (!is_allowed(app, ask->kind, ask->source, item, &err) ||
             !engine_act_on_item(app->engine, ask->kind, ask->source,
                                 is_on_item ? ask->item_id : NULL, ask->argument, &action_id, &err))
        app_say(app, ROLE_ERROR, "%s", err.message);
    else
        app_watch(app, action_id);
}

void app_item_ask_key(struct app *app, uint32_t key)
{
    enum item_answer answer = item_ask_key(&app->item_ask, key);
    if (answer == ITEM_ANSWER_NONE)
        return;
    if (answer == ITEM_ANSWER_YES)
        start(app);
    else
        app_say(app, ROLE_TEXT, "Nothing was done.");
    app_close_popup(app);
}
