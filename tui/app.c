#include "app.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bars.h"
#include "base/utf8.h"

#define SECOND_MS 1000

static const struct view_ops *const pane_ops[PANE_COUNT] = {
    [PANE_TASKS] = &view_tasks,
    [PANE_DETAIL] = &view_detail,
    [PANE_ITEMS] = &view_items,
};

void app_init(struct app *app, struct snapshot *first, bool is_ascii)
{
    memset(app, 0, sizeof(*app));
    app->snapshot = first;
    app->is_ascii = is_ascii;
    app->watched_state = -1;
    line_init(&app->row);
    line_init(&app->under);
    line_init(&app->over);
    line_init(&app->totals);
    line_init(&app->part);
    strbuf_init(&app->to_terminal, LIMIT_MIB);
    for (int pane = 0; pane < PANE_COUNT; pane++)
        view_open(&app->views[pane], pane_ops[pane], app);
    view_open(&app->help, &view_help, app);
}

void app_finish(struct app *app)
{
    for (int pane = 0; pane < PANE_COUNT; pane++)
        view_close(&app->views[pane]);
    view_close(&app->help);
    app_tell_finish(app);
    completion_finish(&app->completion);
    confirm_close(&app->confirm);
    run_form_finish(&app->run_form);
    marks_finish(&app->marks);
    settings_close(&app->settings);
    line_finish(&app->row);
    line_finish(&app->under);
    line_finish(&app->over);
    line_finish(&app->totals);
    line_finish(&app->part);
    strbuf_finish(&app->to_terminal);
    free(app->show.text);
    app_let_go(app);
    snapshot_unref(app->snapshot);
    app->snapshot = NULL;
}

/* ---- helpers of views and dialogs --------------------------------------------------------------
 */

const struct task *app_selected(const struct app *app)
{
    return tasks_selected(&app->views[PANE_TASKS]);
}

void app_say(struct app *app, enum role role, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(app->message.text, sizeof(app->message.text), format, args);
    va_end(args);
    app->message.role = (uint8_t)role;
}

enum role role_of_state(enum task_state state)
{
    static const uint8_t roles[TASK_STATE_COUNT] = {
        [TASK_QUEUED] = ROLE_DIM,   [TASK_RUNNING] = ROLE_RUNNING, [TASK_CANCELLING] = ROLE_WARNING,
        [TASK_SUCCEEDED] = ROLE_OK, [TASK_FAILED] = ROLE_ERROR,    [TASK_CANCELLED] = ROLE_WARNING,
        [TASK_EXPIRED] = ROLE_DIM,  [TASK_UNKNOWN] = ROLE_DIM,
    };
    return (enum role)roles[state];
}

enum role role_of_action(enum action_state state)
{
    static const uint8_t roles[ACTION_STATE_COUNT] = {
        [ACTION_ASKED] = ROLE_TEXT,
        [ACTION_ACCEPTED] = ROLE_TEXT,
        [ACTION_STILL_RUNNING] = ROLE_WARNING,
        [ACTION_CONFIRMED] = ROLE_OK,
        [ACTION_ALREADY_ENDED] = ROLE_WARNING,
        [ACTION_REFUSED] = ROLE_ERROR,
        [ACTION_FAILED] = ROLE_ERROR,
    };
    return (enum role)roles[state];
}

const char *glyph_of_state(const struct app *app, enum task_state state)
{
    return app->is_ascii ? task_states[state].ascii : task_states[state].glyph;
}

struct column_context app_context(const struct app *app)
{
    return (struct column_context){app->snapshot, app->now_ms, app->is_ascii};
}

/* ---- size and focus ----------------------------------------------------------------------------
 */

static void size_views(struct app *app)
{
    for (int pane = 0; pane < PANE_COUNT; pane++) {
        const struct rect *place = &app->layout.panes[pane];
        app->views[pane].width = (size_t)(place->width > 0 ? place->width : 0);
        app->views[pane].height = (size_t)(place->height > 0 ? place->height : 0);
        app->views[pane].is_focused = app->focus == (enum pane)pane;
    }
    app->help.width = (size_t)app->cols;
    app->help.height = app->rows > 4 ? (size_t)app->rows - 4 : 1;
    app->help.is_focused = true;
    chooser_resize(&app->chooser, app->rows);
    parts_update(&app->parts, app);
    run_form_resize(&app->run_form, app->rows);
    copy_box_resize(&app->copy_box, app->rows);
    column_box_resize(app);
    group_box_resize(app);
    jump_box_resize(app);
}

static void update_views(struct app *app)
{
    for (int pane = 0; pane < PANE_COUNT; pane++)
        app->views[pane].ops->update(&app->views[pane]);
    app->help.ops->update(&app->help);
}

void app_lay_out(struct app *app)
{
    layout_compute(&app->layout, app->cols, app->rows, app->focus, app->is_zoomed);
    size_views(app);
    update_views(app);
}

void app_resize(struct app *app, int cols, int rows)
{
    app->cols = cols;
    app->rows = rows;
    app_lay_out(app);
}

void app_focus(struct app *app, enum pane pane)
{
    app->focus = pane;
    app_lay_out(app);
    app_want_soon(app);
}

void app_close_popup(struct app *app)
{
    app->popup = POPUP_NONE;
    confirm_close(&app->confirm);
}

/* ---- what is asked of the engine ---------------------------------------------------------------
 */

void app_want_soon(struct app *app)
{
    app->is_want_new = true;
}

static void ask_for_items(struct app *app)
{
    const struct snapshot *s = app->snapshot;
    if (app->engine == NULL || app->layout.panes[PANE_ITEMS].height == 0)
        return;
    for (size_t i = 0; i < s->source_count && i < LIMIT_PROFILES; i++) {
        uint64_t bit = (uint64_t)1 << (i % 64);
        if (!(s->sources[i].caps & CAP_ITEMS) || app->items_asked[i / 64] & bit)
            continue;
        if (engine_want_items(app->engine, (uint16_t)i, NULL))
            app->items_asked[i / 64] |= bit;
    }
}

/* Asks for the detail of the selection, and for its rows where they are being looked at. */
static void ask_for_detail(struct app *app)
{
    const struct task *task = app_selected(app);
    if (app->engine == NULL || task == NULL || app->layout.panes[PANE_DETAIL].height == 0)
        return;
    struct task_key key = task_key_of(task);
    bool is_new = !task_key_equal(&key, &app->wanted);
    if (is_new) {
        if (!engine_want_detail(app->engine, key.source, key.id, NULL))
            return;
        app->wanted = key;
        app->is_result_wanted = false;
    }
    bool can_have_rows = task->flags & TASK_CAN_RESULTS;
    if (can_have_rows && !app->is_result_wanted && detail_wants_result(&app->views[PANE_DETAIL]))
        app->is_result_wanted = engine_want_result(app->engine, key.source, key.id, NULL);
}

/* ---- snapshots ---------------------------------------------------------------------------------
 */

void app_watch(struct app *app, uint64_t action_id)
{
    app->watched_action = app->watched_last = action_id;
    app->watched_state = -1;
}

/* What it was about: a task or an item; a workspace names itself. */
static const char *subject_of(const struct action_record *record)
{
    if (record->task_title[0] != '\0')
        return record->task_title;
    if (record->task_id[0] != '\0')
        return record->task_id;
    return record->item_id;
}

/* What an action on items has changed is read again. */
static void look_at_items_again(struct app *app, const struct action_record *record)
{
    bool is_task = action_infos[record->kind].target == TARGET_TASK || record->kind == ACTION_RUN;
    if (!is_task && action_is_final(record->state) && record->source < LIMIT_PROFILES)
        app->items_asked[record->source / 64] &= ~((uint64_t)1 << (record->source % 64));
}

/* How the actions that were asked for together stand. */
struct bulk {
    enum action_kind kind;
    size_t count;
    size_t done;
    size_t ended; /* needed no action any more */
    size_t refused;
    const struct action_record *trouble; /* the first that was refused or failed */
};

static struct bulk count_bulk(const struct app *app)
{
    struct bulk bulk = {0};
    for (size_t i = 0; i < app->snapshot->action_count; i++) {
        const struct action_record *record = &app->snapshot->actions[i];
        if (record->id < app->watched_action || record->id > app->watched_last)
            continue;
        bulk.kind = record->kind;
        bulk.count++;
        bulk.done += record->state == ACTION_CONFIRMED;
        bulk.ended += record->state == ACTION_ALREADY_ENDED;
        if (record->state != ACTION_REFUSED && record->state != ACTION_FAILED)
            continue;
        bulk.refused++;
        bulk.trouble = bulk.trouble != NULL ? bulk.trouble : record;
    }
    return bulk;
}

/* "cancel: 12 of 40 done, 1 already ended, 2 refused (not yours), 25 under way" */
static void tell_bulk(struct app *app)
{
    const struct bulk bulk = count_bulk(app);
    size_t left = bulk.count - bulk.done - bulk.ended - bulk.refused;
    char words[280];
    int sum = (int)(bulk.count * LIMIT_ACTIONS + left);
    if (bulk.count == 0 || sum == app->watched_state)
        return;
    app->watched_state = sum;
    int used = snprintf(words, sizeof(words), "%s: %zu of %zu done", action_infos[bulk.kind].name,
                        bulk.done, bulk.count);
    if (bulk.ended > 0)
        used +=
            snprintf(words + used, sizeof(words) - (size_t)used, ", %zu already ended", bulk.ended);
    if (bulk.refused > 0)
        used += snprintf(words + used, sizeof(words) - (size_t)used, ", %zu refused (%.120s)",
                         bulk.refused, bulk.trouble->words);
    if (left > 0)
        snprintf(words + used, sizeof(words) - (size_t)used, ", %zu under way", left);
    app_say(app, bulk.refused > 0 ? ROLE_ERROR : left > 0 ? ROLE_TEXT : ROLE_OK, "%s", words);
}

static void tell_action(struct app *app)
{
    if (app->watched_last > app->watched_action) {
        tell_bulk(app);
        return;
    }
    const struct action_record *record =
        app->watched_action != 0 ? snapshot_action(app->snapshot, app->watched_action) : NULL;
    if (record == NULL || (int)record->state == app->watched_state)
        return;
    char words[240];
    action_format(record, app->now_ms, words, sizeof(words));
    app->watched_state = (int)record->state;
    const char *subject = subject_of(record);
    app_say(app, role_of_action(record->state), "%s%s%s", words,
            subject[0] != '\0' ? " \xc2\xb7 " : "", subject);
    look_at_items_again(app, record);
}

static bool is_trouble(enum source_state state)
{
    return state == SOURCE_ERROR || state == SOURCE_LOGIN || state == SOURCE_DISABLED;
}

/* A service that stops answering says why in full, once, and once more when it is back. */
static void tell_troubles(struct app *app)
{
    const struct snapshot *s = app->snapshot;
    for (size_t i = 0; i < s->source_count && i < LIMIT_PROFILES; i++) {
        const struct source_status *source = &s->sources[i];
        enum source_state before = (enum source_state)app->told_states[i];
        if (source->state == before)
            continue;
        app->told_states[i] = (uint8_t)source->state;
        if (is_trouble(source->state))
            app_say(app, ROLE_ERROR, "%s: %s", source->profile, source->error.message);
        else if (is_trouble(before) && source->state == SOURCE_OK)
            app_say(app, ROLE_OK, "%s answers again.", source->profile);
    }
}

void app_let_go(struct app *app)
{
    snapshot_unref(app->retired);
    app->retired = NULL;
}

void app_take_snapshot(struct app *app, struct snapshot *snapshot)
{
    app_let_go(app);
    app->retired = app->snapshot;
    app->snapshot = snapshot;
    app_recall_look(app);
    update_views(app);
    if (popups[app->popup].update != NULL)
        popups[app->popup].update(app);
    tell_troubles(app);
    app_tell_changes(app);
    app_follow_run(app);
    tell_action(app);
    ask_for_items(app);
    const struct task *task = app_selected(app);
    /* The engine reads a detail again when its task changes; rows are new when it has ended. */
    if (task != NULL && task_key_is(&app->wanted, task) && task->flags & TASK_CAN_RESULTS &&
        !app->is_result_wanted && detail_wants_result(&app->views[PANE_DETAIL]))
        app_want_soon(app);
}

void app_show_detail(struct app *app)
{
    app->is_detail_late = false;
    app->detail_at_ms = 0;
    app->views[PANE_DETAIL].ops->update(&app->views[PANE_DETAIL]);
}

/* ---- time --------------------------------------------------------------------------------------
 */

bool app_is_busy(const struct app *app)
{
    return tasks_is_busy(&app->views[PANE_TASKS]) || app_is_completing(app);
}

/* One thing in each frame. What is offered while somebody types comes first: it is done sooner. */
static void go_on_working(struct app *app)
{
    struct view *tasks = &app->views[PANE_TASKS];
    if (app_is_completing(app) && !tasks_has_worked(tasks))
        app_go_on_completing(app);
    else
        tasks_go_on(tasks);
}

void app_tick(struct app *app, int64_t wall_ms, int64_t mono_ms)
{
    app->now_ms = wall_ms;
    go_on_working(app);
    if (app->is_want_new) {
        app->is_want_new = false;
        app->want_at_ms = mono_ms + APP_WANT_DELAY_MS;
    }
    if (app->is_detail_late) {
        app->is_detail_late = false;
        app->detail_at_ms = mono_ms + APP_DETAIL_DELAY_MS;
    }
    if (app->detail_at_ms != 0 && mono_ms >= app->detail_at_ms)
        app_show_detail(app);
    if (app->want_at_ms == 0 || mono_ms < app->want_at_ms)
        return;
    app->want_at_ms = 0;
    ask_for_detail(app);
    ask_for_items(app);
}

/* The shortest period in which something on the screen moves with the clock; 0: nothing does. */
static int visible_tick_ms(const struct app *app)
{
    int tick = header_is_ticking(app) ? SECOND_MS : 0;
    if (popups[app->popup].is_ticking)
        tick = SECOND_MS;
    for (int pane = 0; pane < PANE_COUNT && tick != SECOND_MS; pane++) {
        const struct view *view = &app->views[pane];
        if (app->layout.panes[pane].height == 0 || view->ops->tick_ms == NULL)
            continue;
        int own = view->ops->tick_ms(view);
        if (own > 0 && (tick == 0 || own < tick))
            tick = own;
    }
    return tick;
}

/* When data that are fresh now will have to be called stale. */
static int64_t until_stale_ms(const struct app *app)
{
    int64_t soonest = -1;
    for (size_t i = 0; i < app->snapshot->source_count; i++) {
        int64_t stale_at_ms = app->snapshot->sources[i].stale_at_ms;
        int64_t left = stale_at_ms != UNKNOWN ? stale_at_ms - app->now_ms : 0;
        if (left > 0 && (soonest < 0 || left < soonest))
            soonest = left;
    }
    return soonest;
}

static int64_t sooner(int64_t a, int64_t b)
{
    if (a < 0)
        return b;
    return b >= 0 && b < a ? b : a;
}

int app_next_tick_ms(const struct app *app, int64_t wall_ms, int64_t mono_ms)
{
    int64_t wait = -1;
    int tick = visible_tick_ms(app);
    if (tick > 0)
        wait = tick - wall_ms % tick;
    if (app->is_want_new || app->is_detail_late || app_is_busy(app))
        wait = 0;
    if (app->detail_at_ms != 0)
        wait = sooner(wait, app->detail_at_ms > mono_ms ? app->detail_at_ms - mono_ms : 0);
    if (app->want_at_ms != 0)
        wait = sooner(wait, app->want_at_ms > mono_ms ? app->want_at_ms - mono_ms : 0);
    wait = sooner(wait, until_stale_ms(app));
    return wait > INT32_MAX ? INT32_MAX : (int)wait;
}
