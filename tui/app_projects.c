/* app_projects.c - what the keys of the projects pane do: rights, questions, branches. */
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
    const struct project_list *list = app->snapshot->projects[source];
    if (list != NULL && list->workspace != NULL)
        return list->workspace;
    return app->snapshot->sources[source].workspace;
}

/* What the profile's mode, the workspace and the project have to say about it. */
static bool is_allowed(const struct app *app, enum action_kind kind, uint16_t source,
                       const struct project *project, struct error *reason)
{
    const struct action_info *info = &action_infos[kind];
    const struct source_status *status = &app->snapshot->sources[source];
    if (!(status->caps & info->cap))
        return error_set(reason, ERR_NO, "%s can not do that.", status->profile);
    if (info->class != ACTION_CLASS_OWN && !source_allows_actions(status, app->now_ms, reason))
        return false;
    if (info->needs_dev && strcmp(workspace_of(app, source), "production") == 0)
        return error_set(reason, ERR_NO,
                         "Only in a dev workspace, and this is production; w switches.");
    bool has_no_work = project != NULL && project->is_read_only &&
                       (info->class == ACTION_CLASS_DANGER || project->branch == NULL);
    if (info->needs_dev && has_no_work)
        return error_set(reason, ERR_NO, "%s is read only: nothing of it can be changed here.",
                         project->name);
    return true;
}

bool app_can_project(const struct app *app, enum ui_action action, struct error *reason)
{
    uint16_t source;
    const struct project *project;
    enum action_kind kind = kind_of(action);
    if (app->focus != PANE_PROJECTS)
        return error_set(reason, ERR_NO, "This key works on projects; Tab goes to their pane.");
    if (!projects_selected(&app->views[PANE_PROJECTS], &source, &project))
        return error_set(reason, ERR_NO, "No profile here has workspace projects.");
    if (project == NULL && action != UI_WORKSPACE)
        return error_set(reason, ERR_NO, "No project is selected.");
    return kind == ACTION_KIND_COUNT || is_allowed(app, kind, source, project, reason);
}

/* ---- questions ---------------------------------------------------------------------------------
 */

static const char *next_workspace(const struct app *app, uint16_t source)
{
    const struct project_list *list = app->snapshot->projects[source];
    const char *now = workspace_of(app, source);
    for (size_t i = 0; list != NULL && i < list->workspace_count; i++)
        if (strcmp(list->workspaces[i], now) == 0)
            return list->workspaces[(i + 1) % list->workspace_count];
    return strcmp(now, "production") == 0 ? "dev" : "production";
}

static void ask(struct app *app, enum action_kind kind, uint16_t source,
                const struct project *project, const char *argument)
{
    struct project_ask *ask = &app->project_ask;
    const char *profile = app->snapshot->sources[source].profile;
    *ask = (struct project_ask){.kind = kind, .source = source};
    if (action_infos[kind].target == TARGET_PROJECT) {
        snprintf(ask->project_id, sizeof(ask->project_id), "%s", project->id);
        snprintf(ask->project_name, sizeof(ask->project_name), "%s", project->name);
        snprintf(ask->facts, sizeof(ask->facts), "%s \xc2\xb7 project %s \xc2\xb7 on branch %s%s",
                 profile, project->name, project->branch != NULL ? project->branch : "-",
                 project->is_clean == 0 ? " \xc2\xb7 uncommitted changes" : "");
    } else {
        snprintf(ask->facts, sizeof(ask->facts), "%s \xc2\xb7 now in workspace %s", profile,
                 workspace_of(app, source));
    }
    snprintf(ask->argument, sizeof(ask->argument), "%s", argument);
    prompt_start(&ask->typed, "");
    app->popup = POPUP_PROJECT;
}

static void open_branches(struct app *app, uint16_t source, const struct project *project)
{
    struct error err = {0};
    if (!engine_want_branches(app->engine, source, project->id, &err)) {
        app_say(app, ROLE_ERROR, "%s", err.message);
        return;
    }
    branches_open(&app->branches, app, source, project->id, project->name);
    app->popup = POPUP_BRANCHES;
}

void app_act_on_project(struct app *app, enum ui_action action)
{
    uint16_t source;
    const struct project *project;
    if (!projects_selected(&app->views[PANE_PROJECTS], &source, &project))
        return;
    if (action == UI_BRANCHES)
        open_branches(app, source, project);
    else
        ask(app, kind_of(action), source, project,
            action == UI_WORKSPACE ? next_workspace(app, source) : "");
}

/* ---- keys of the boxes -------------------------------------------------------------------------
 */

static const struct project *find_project(const struct app *app, uint16_t source, const char *id)
{
    const struct project_list *list =
        source < app->snapshot->source_count ? app->snapshot->projects[source] : NULL;
    for (size_t i = 0; list != NULL && i < list->project_count; i++)
        if (strcmp(list->projects[i].id, id) == 0)
            return &list->projects[i];
    return NULL;
}

static void check_out(struct app *app)
{
    struct error reason = {0};
    uint16_t source = app->branches.source;
    const struct branch *branch = branches_selected(&app->branches, app);
    const struct project *project = find_project(app, source, app->branches.project_id);
    if (branch == NULL || project == NULL)
        return;
    if (branch->is_current)
        app_say(app, ROLE_WARNING, "%s is checked out already.", branch->name);
    else if (!is_allowed(app, ACTION_CHECKOUT, source, project, &reason))
        app_say(app, ROLE_WARNING, "%s", reason.message);
    else
        ask(app, ACTION_CHECKOUT, source, project, branch->name);
}

void app_branches_key(struct app *app, uint32_t key)
{
    enum ui_action action = action_for_key(key);
    if (action == UI_OPEN)
        check_out(app);
    else if (action == UI_QUIT)
        app->wants_quit = true;
    else if (!branches_act(&app->branches, app, action))
        app_close_popup(app);
}

/* The answer may come long after the question: what it needs is looked at again. */
static void start(struct app *app)
{
    const struct project_ask *ask = &app->project_ask;
    bool is_on_project = ask->project_id[0] != '\0';
    const struct project *project =
        is_on_project ? find_project(app, ask->source, ask->project_id) : NULL;
    struct error err = {0};
    uint64_t action_id;
    if (is_on_project && project == NULL)
        app_say(app, ROLE_WARNING, "%s is no longer known.", ask->project_name);
    else if (!is_allowed(app, ask->kind, ask->source, project, &err) ||
             !engine_act_on_project(app->engine, ask->kind, ask->source,
                                    is_on_project ? ask->project_id : NULL, ask->argument,
                                    &action_id, &err))
        app_say(app, ROLE_ERROR, "%s", err.message);
    else
        app_watch(app, action_id);
}

void app_project_ask_key(struct app *app, uint32_t key)
{
    enum project_answer answer = project_ask_key(&app->project_ask, key);
    if (answer == PROJECT_ANSWER_NONE)
        return;
    if (answer == PROJECT_ANSWER_YES)
        start(app);
    else
        app_say(app, ROLE_TEXT, "Nothing was done.");
    app_close_popup(app);
}
