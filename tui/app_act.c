/* app_act.c - what the keys do: preconditions and the defaults behind the views. */
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "bars.h"
#include "base/timefmt.h"

#define INTERVAL_DEFAULT_MS 2000

/* ---- preconditions -----------------------------------------------------------------------------
 */

static bool check_engine(const struct app *app, struct error *reason)
{
    return app->engine != NULL || error_set(reason, ERR_NO, "Still starting.");
}

static bool check_task(const struct app *app, struct error *reason)
{
    return app_selected(app) != NULL || error_set(reason, ERR_NO, "No task is selected.");
}

static bool check_row(const struct app *app, struct error *reason)
{
    return tasks_is_on_group(&app->views[PANE_TASKS]) || check_task(app, reason);
}

static bool check_groups(const struct app *app, struct error *reason)
{
    if (app->focus == PANE_DETAIL && detail_can_fold(&app->views[PANE_DETAIL]))
        return true;
    return tasks_grouping(&app->views[PANE_TASKS]) != GROUP_NONE ||
           error_set(reason, ERR_NO, "The tasks are not grouped; B groups them.");
}

static bool check_target(const struct app *app, struct error *reason)
{
    return app->marks.count > 0 || check_task(app, reason);
}

/* With marks the question itself says which of them can not be acted on. */
static bool check_cancel(const struct app *app, struct error *reason)
{
    const struct task *task = app_selected(app);
    if (app->marks.count > 0 || task->flags & TASK_CAN_CANCEL)
        return true;
    if (!task_is_alive(task))
        return error_set(reason, ERR_NO, "Nothing to cancel: this task has ended (%s).",
                         task_states[task->state].name);
    return error_set(reason, ERR_NO, "The service does not let you cancel this task.");
}

static bool check_retry(const struct app *app, struct error *reason)
{
    const struct task *task = app_selected(app);
    if (app->marks.count > 0 || task->flags & TASK_CAN_RETRY)
        return true;
    if (task_is_alive(task))
        return error_set(reason, ERR_NO,
                         "This task still runs; it can be retried when it has ended.");
    return error_set(reason, ERR_NO, "The service does not let you retry this task.");
}

static bool check_hide(const struct app *app, struct error *reason)
{
    const struct task *task = app_selected(app);
    if (app->marks.count > 0 || task->flags & TASK_CAN_HIDE)
        return true;
    if (!(app->snapshot->sources[task->source].caps & CAP_HIDE))
        return error_set(reason, ERR_NO, "This service can not hide tasks.");
    return error_set(reason, ERR_NO, "The service does not let you hide this task.");
}

static bool check_rights(const struct app *app, struct error *reason)
{
    const struct task *task = app_selected(app);
    if (app_replay(app) != NULL)
        return error_set(reason, ERR_MODE,
                         "This is a recording: what has been can not be changed.");
    if (app->marks.count > 0 || task == NULL)
        return true;
    return source_allows_actions(&app->snapshot->sources[task->source], app->now_ms, reason);
}

static bool check_create(const struct app *app, struct error *reason)
{
    return app_can_run(app, reason);
}

static bool check_marks(const struct app *app, struct error *reason)
{
    return app->marks.count > 0 || error_set(reason, ERR_NO, "No task is marked.");
}

static bool check_search(const struct app *app, struct error *reason)
{
    return app->search_text[0] != '\0' ||
           error_set(reason, ERR_NO, "Nothing was searched for yet; / asks for text.");
}

/* In this order: each may rely on those before it. */
static const struct {
    unsigned need;
    bool (*check)(const struct app *app, struct error *reason);
} checks[] = {
    {NEEDS_ENGINE, check_engine},   {NEEDS_TASK, check_task},       {NEEDS_TARGET, check_target},
    {NEEDS_CANCEL, check_cancel},   {NEEDS_RETRY, check_retry},     {NEEDS_HIDE, check_hide},
    {NEEDS_RIGHTS, check_rights},   {NEEDS_CREATE, check_create},   {NEEDS_MARKS, check_marks},
    {NEEDS_COPY, app_can_copy},     {NEEDS_EXPORT, app_can_export}, {NEEDS_LINK, app_can_browse},
    {NEEDS_SEARCH, check_search},   {NEEDS_ROW, check_row},         {NEEDS_GROUPS, check_groups},
    {NEEDS_REPLAY, app_can_replay}, {NEEDS_SQL, app_can_format},    {NEEDS_PLACE, app_can_return},
    {NEEDS_TEXT, app_can_wrap},
};

bool app_can(const struct app *app, enum ui_action action, struct error *reason)
{
    for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
        if (ui_actions[action].needs & checks[i].need && !checks[i].check(app, reason))
            return false;
    return !(ui_actions[action].needs & NEEDS_ITEM) || app_can_item(app, action, reason);
}

/* ---- the defaults behind the views -------------------------------------------------------------
 */

static void step_pane(struct app *app, int step)
{
    app_focus(app, (enum pane)(((int)app->focus + step + PANE_COUNT) % PANE_COUNT));
}

static void do_next_pane(struct app *app)
{
    step_pane(app, 1);
}

static void do_previous_pane(struct app *app)
{
    step_pane(app, -1);
}

static void do_tasks(struct app *app)
{
    app_focus(app, PANE_TASKS);
}

static void do_detail(struct app *app)
{
    app_focus(app, PANE_DETAIL);
}

static void do_items(struct app *app)
{
    app_focus(app, PANE_ITEMS);
}

static void tell_detail(struct app *app, enum ui_action action)
{
    app->views[PANE_DETAIL].ops->act(&app->views[PANE_DETAIL], action);
}

static void do_number_4(struct app *app)
{
    do_detail(app);
    tell_detail(app, UI_NUMBER_4);
}

static void do_number_5(struct app *app)
{
    do_detail(app);
    tell_detail(app, UI_NUMBER_5);
}

static void do_next_tab(struct app *app)
{
    tell_detail(app, UI_NEXT_TAB);
}

static void do_previous_tab(struct app *app)
{
    tell_detail(app, UI_PREVIOUS_TAB);
}

static void do_zoom(struct app *app)
{
    app->is_zoomed = !app->is_zoomed;
    app_lay_out(app);
}

static void do_back(struct app *app)
{
    if (app->focus == PANE_DETAIL && detail_find_end(&app->views[PANE_DETAIL]))
        return;
    if (app->is_zoomed)
        do_zoom(app);
    else if (app->focus != PANE_TASKS)
        app_focus(app, PANE_TASKS);
    else if (app->filter_text[0] != '\0')
        app_filter(app, "", NULL, NULL);
}

/* On the pages of the detail, what is looked for is there. */
static bool is_on_page(const struct app *app)
{
    return app->focus == PANE_DETAIL && detail_can_find(&app->views[PANE_DETAIL]);
}

static void do_search(struct app *app)
{
    if (is_on_page(app)) {
        detail_find_begin(&app->views[PANE_DETAIL]);
        app_open_prompt(app, PROMPT_FIND, "");
        return;
    }
    app_focus(app, PANE_TASKS);
    app->prompt_task = task_key_of(app_selected(app));
    app_open_prompt(app, PROMPT_SEARCH, app->search_text);
}

static void search(struct app *app, int step)
{
    if (is_on_page(app)) {
        if (!detail_find(&app->views[PANE_DETAIL], app->search_text, step))
            app_search_missed(app);
        return;
    }
    if (tasks_search(&app->views[PANE_TASKS], app->search_text, step) == SEARCH_MISSED)
        app_search_missed(app);
}

static void do_search_next(struct app *app)
{
    search(app, 1);
}

static void do_search_previous(struct app *app)
{
    search(app, -1);
}

static void do_filter(struct app *app)
{
    app_focus(app, PANE_TASKS);
    app_open_prompt(app, PROMPT_FILTER, app->filter_text);
}

static void do_sort(struct app *app)
{
    bool is_reversed;
    enum column column = tasks_sort_column(&app->views[PANE_TASKS], &is_reversed);
    chooser_open(&app->chooser, column, is_reversed);
    chooser_resize(&app->chooser, app->rows);
    app->popup = POPUP_SORT;
}

static void do_follow(struct app *app)
{
    app_focus(app, PANE_TASKS);
    if (tasks_follow(&app->views[PANE_TASKS]))
        app_say(app, ROLE_TEXT, "Following the first task, whichever it is; moving stops that.");
}

static void do_slow(struct app *app)
{
    app_open_prompt(app, PROMPT_SLOW, app->slow_text);
}

static void do_fold_all(struct app *app)
{
    tasks_fold_all(&app->views[PANE_TASKS]);
}

static void do_reverse(struct app *app)
{
    bool is_reversed;
    enum column column = tasks_sort_column(&app->views[PANE_TASKS], &is_reversed);
    tasks_sort(&app->views[PANE_TASKS], column, !is_reversed);
    app_remember_order(app);
}

static void do_mark(struct app *app)
{
    app->views[PANE_TASKS].ops->act(&app->views[PANE_TASKS], UI_MARK);
}

static void do_unmark_all(struct app *app)
{
    marks_clear(&app->marks);
}

static void ask(struct app *app, enum action_kind kind)
{
    confirm_open(&app->confirm, app, kind);
    app->popup = POPUP_CONFIRM;
}

static void do_cancel(struct app *app)
{
    ask(app, ACTION_CANCEL);
}

static void do_retry(struct app *app)
{
    ask(app, ACTION_RETRY);
}

static void do_hide(struct app *app)
{
    ask(app, ACTION_HIDE);
}

/* Says what was queued, or why it could not be. */
static void say_outcome(struct app *app, bool is_ok, const struct error *err, const char *words)
{
    if (is_ok)
        app_say(app, ROLE_TEXT, "%s", words);
    else
        app_say(app, ROLE_ERROR, "%s", err->message);
}

static void do_arm(struct app *app)
{
    const struct task *task = app_selected(app);
    uint16_t source = task != NULL ? task->source : 0;
    struct error err = {0};
    if (app->focus == PANE_ITEMS)
        items_selected(&app->views[PANE_ITEMS], &source, NULL);
    if (source >= app->snapshot->source_count)
        return;
    const struct source_status *status = &app->snapshot->sources[source];
    if (status->mode == MODE_READ_WRITE) {
        app_say(app, ROLE_TEXT, "%s allows actions at all times (read-write).", status->profile);
        return;
    }
    bool is_armed = status->armed_until_ms != UNKNOWN && status->armed_until_ms > app->now_ms;
    char words[160];
    if (is_armed)
        snprintf(words, sizeof(words), "%s is no longer armed.", status->profile);
    else
        snprintf(words, sizeof(words), "%s is armed for %d seconds; A disarms.", status->profile,
                 APP_ARM_MS / 1000);
    say_outcome(app, engine_arm(app->engine, source, is_armed ? 0 : APP_ARM_MS, &err), &err, words);
}

/* The first service that has asked for silence, which no key breaks; NULL: none has. */
static const struct source_status *silenced_source(const struct app *app)
{
    const struct snapshot *s = app->snapshot;
    for (size_t i = 0; i < s->source_count; i++) {
        const struct source_status *source = &s->sources[i];
        if (source->state == SOURCE_LIMITED && source->next_try_ms != UNKNOWN &&
            source->next_try_ms > app->now_ms)
            return source;
    }
    return NULL;
}

static void do_refresh(struct app *app)
{
    struct error err = {0};
    const struct source_status *silenced = silenced_source(app);
    char until[TIMEFMT_BYTES];
    char words[160] = "Asking all services now.";
    if (silenced != NULL)
        snprintf(words, sizeof(words), "%s is not asked until %s%s", silenced->profile,
                 format_local(until, silenced->next_try_ms, app->now_ms),
                 app->snapshot->source_count > 1 ? "; asking the others now." : ".");
    app->wanted = (struct task_key){0};
    app_want_soon(app);
    memset(app->items_asked, 0, sizeof(app->items_asked));
    say_outcome(app, engine_refresh(app->engine, SOURCE_ALL, &err), &err, words);
}

static void do_pause(struct app *app)
{
    struct error err = {0};
    if (app_replay(app) != NULL) {
        app_replay_pause(app);
        return;
    }
    bool is_ok = engine_pause(app->engine, !app->is_paused, &err);
    if (is_ok)
        app->is_paused = !app->is_paused;
    say_outcome(app, is_ok, &err,
                app->is_paused ? "Paused: nothing is polled until p." : "Going on.");
}

static void change_interval(struct app *app, bool is_faster)
{
    const struct snapshot *s = app->snapshot;
    int64_t interval = app->interval_ms;
    if (interval == 0)
        interval = s->source_count > 0 && s->sources[0].interval_ms > 0 ? s->sources[0].interval_ms
                                                                        : INTERVAL_DEFAULT_MS;
    interval = is_faster ? interval / 2 : interval * 2;
    if (interval < APP_INTERVAL_MIN_MS)
        interval = APP_INTERVAL_MIN_MS;
    if (interval > APP_INTERVAL_MAX_MS)
        interval = APP_INTERVAL_MAX_MS;
    struct error err = {0};
    char duration[INTERVAL_BYTES];
    char words[80];
    snprintf(words, sizeof(words), "Asking every %s.", format_interval(duration, interval));
    bool is_ok = engine_set_interval(app->engine, interval, &err);
    if (is_ok)
        app->interval_ms = interval;
    say_outcome(app, is_ok, &err, words);
}

static void do_faster(struct app *app)
{
    if (app_replay(app) != NULL)
        app_replay_speed(app, true);
    else
        change_interval(app, true);
}

static void do_slower(struct app *app)
{
    if (app_replay(app) != NULL)
        app_replay_speed(app, false);
    else
        change_interval(app, false);
}

static void do_redraw(struct app *app)
{
    app->wants_redraw = true;
}

static void do_suspend(struct app *app)
{
    app->wants_suspend = true;
}

static void do_help(struct app *app)
{
    app->popup = POPUP_HELP;
}

static void do_quit(struct app *app)
{
    app->wants_quit = true;
}

static void (*const defaults[UI_ACTION_COUNT])(struct app *app) = {
    [UI_NEXT_PANE] = do_next_pane,
    [UI_PREVIOUS_PANE] = do_previous_pane,
    [UI_NUMBER_1] = do_tasks,
    [UI_NUMBER_2] = do_detail,
    [UI_NUMBER_3] = do_items,
    [UI_NUMBER_4] = do_number_4,
    [UI_NUMBER_5] = do_number_5,
    [UI_NEXT_TAB] = do_next_tab,
    [UI_PREVIOUS_TAB] = do_previous_tab,
    [UI_OPEN] = do_detail,
    [UI_ZOOM] = do_zoom,
    [UI_BACK] = do_back,
    [UI_JUMPS] = app_open_jumps,
    [UI_EARLIER] = app_see_earlier,
    [UI_LATER] = app_see_later,
    [UI_RETURN] = app_return,
    [UI_SEARCH] = do_search,
    [UI_SEARCH_NEXT] = do_search_next,
    [UI_SEARCH_PREVIOUS] = do_search_previous,
    [UI_FILTER] = do_filter,
    [UI_FILTERS] = app_open_saved_filters,
    [UI_SORT] = do_sort,
    [UI_REVERSE] = do_reverse,
    [UI_COLUMNS] = app_open_columns,
    [UI_GROUP] = app_open_groupings,
    [UI_FOLD_ALL] = do_fold_all,
    [UI_FOLLOW] = do_follow,
    [UI_SLOW] = do_slow,
    [UI_MARK] = do_mark,
    [UI_UNMARK_ALL] = do_unmark_all,
    [UI_CANCEL] = do_cancel,
    [UI_RETRY] = do_retry,
    [UI_HIDE] = do_hide,
    [UI_RUN] = app_open_run,
    [UI_TELL] = app_tell_when_done,
    [UI_FORMAT] = app_format_sql,
    [UI_WRAP] = app_wrap,
    [UI_EVENTS] = app_open_events,
    [UI_ARM] = do_arm,
    [UI_PALETTE] = app_open_palette,
    [UI_COPY] = app_copy,
    [UI_COPY_CHOICE] = app_open_copy,
    [UI_EXPORT] = app_open_export,
    [UI_BROWSE] = app_browse,
    [UI_PAGER] = app_show_in_pager,
    [UI_EDITOR] = app_show_in_editor,
    [UI_REFRESH] = do_refresh,
    [UI_PAUSE] = do_pause,
    [UI_FASTER] = do_faster,
    [UI_SLOWER] = do_slower,
    [UI_STEP] = app_replay_step,
    [UI_STEP_BACK] = app_replay_step_back,
    [UI_JUMP] = app_replay_jump,
    [UI_JUMP_BACK] = app_replay_jump_back,
    [UI_JUMP_TO] = app_replay_ask,
    [UI_MOUSE] = app_mouse_switch,
    [UI_REDRAW] = do_redraw,
    [UI_SUSPEND] = do_suspend,
    [UI_HELP] = do_help,
    [UI_QUIT] = do_quit,
};

void app_act(struct app *app, enum ui_action action)
{
    struct error reason = {0};
    struct view *view = &app->views[app->focus];
    if (!app_can(app, action, &reason)) {
        app_say(app, ROLE_WARNING, "%s", reason.message);
        return;
    }
    if (ui_actions[action].needs & (NEEDS_COPY | NEEDS_EXPORT)) /* what is carried is whole */
        tasks_finish_work(&app->views[PANE_TASKS]);
    if (ui_actions[action].needs & NEEDS_ITEM)
        app_act_on_item(app, action);
    else if (!view->ops->act(view, action) && defaults[action] != NULL)
        defaults[action](app);
}
