#include "events.h"

#include <stdio.h>
#include <stdlib.h>

#include "app.h"
#include "base/sanitize.h"
#include "base/timefmt.h"
#include "base/xalloc.h"
#include "box.h"

#define BOX_COLS_MAX     116
#define TIME_COLS        8
#define STATE_COLS       11
#define USER_COLS        14
#define PROFILE_COLS_MAX 20
#define FRAME_ROWS       2

/* ---- the ring ----------------------------------------------------------------------------------
 */

void events_note(struct events *events, const struct task *task, const struct snapshot *s,
                 int64_t at_ms)
{
    if (events->ring == NULL)
        events->ring = xcalloc(EVENTS_MAX, sizeof(*events->ring));
    struct event *event = &events->ring[events->count++ % EVENTS_MAX];
    *event = (struct event){.at_ms = at_ms, .key = task_key_of(task), .state = task->state};
    snprintf(event->profile, sizeof(event->profile), "%s", s->sources[task->source].profile);
    snprintf(event->user, sizeof(event->user), "%s", task_text_or_dash(task, TASK_USER));
    const char *message = task->state == TASK_FAILED ? task_text(task, TASK_MESSAGE) : NULL;
    sanitize_line(event->title, sizeof(event->title),
                  message != NULL ? message : task_text_or_dash(task, TASK_TITLE));
}

size_t events_count(const struct events *events)
{
    return events->count < EVENTS_MAX ? events->count : EVENTS_MAX;
}

const struct event *events_at(const struct events *events, size_t index)
{
    if (index >= events_count(events))
        return NULL;
    return &events->ring[(events->count - 1 - index) % EVENTS_MAX];
}

void events_finish(struct events *events)
{
    free(events->ring);
    *events = (struct events){.ring = NULL};
}

/* ---- the box -----------------------------------------------------------------------------------
 */

static void fit(struct app *app)
{
    size_t room = app->rows > 4 + FRAME_ROWS ? (size_t)app->rows - 4 - FRAME_ROWS : 1;
    list_resize(&app->event_list, events_count(&app->events), room);
}

void app_open_events(struct app *app)
{
    app->event_list = (struct list){0};
    app->popup = POPUP_EVENTS;
    app->events_seen = app->events.count;
    fit(app);
}

/* The cursor stays with its event; at the top it stays with the newest. */
void event_box_update(struct app *app)
{
    size_t more = app->events.count - app->events_seen;
    app->events_seen = app->events.count;
    fit(app);
    if (app->event_list.cursor > 0)
        list_go(&app->event_list, app->event_list.cursor + more);
}

void event_box_size(const struct app *app, size_t *out_cols, size_t *out_rows)
{
    size_t room = app->cols > 4 ? (size_t)app->cols - 4 : (size_t)app->cols;
    *out_cols = room < BOX_COLS_MAX ? room : BOX_COLS_MAX;
    *out_rows = app->event_list.height + FRAME_ROWS;
}

/* Columns of the longest name of a profile. */
static size_t profile_cols(const struct app *app)
{
    size_t cols = 0;
    for (size_t i = 0; i < app->snapshot->source_count; i++) {
        size_t own = line_text_cols(app->snapshot->sources[i].profile);
        cols = own > cols ? own : cols;
    }
    return cols < PROFILE_COLS_MAX ? cols : PROFILE_COLS_MAX;
}

static void draw_event(const struct app *app, const struct event *event, struct line *line)
{
    char at[TIMEFMT_BYTES];
    enum task_state state = (enum task_state)event->state;
    line_cell(line, ROLE_DIM, format_local(at, event->at_ms, app->now_ms), TIME_COLS, false);
    line_putf(line, role_of_state(state), "  %s ", glyph_of_state(app, state));
    line_cell(line, role_of_state(state), task_states[state].name, STATE_COLS, false);
    line_cell(line, ROLE_TEXT, event->user, USER_COLS, false);
    line_put(line, ROLE_TEXT, "  ");
    if (app->snapshot->source_count > 1) {
        line_cell(line, ROLE_DIM, event->profile, profile_cols(app), false);
        line_put(line, ROLE_TEXT, "  ");
    }
    line_put_cut(line, ROLE_TEXT, event->title, SIZE_MAX);
}

void event_box_draw(struct app *app, size_t y, struct line *line)
{
    const struct list *list = &app->event_list;
    if (y == 0) {
        box_top(line, "Events: changes of state, newest first");
        return;
    }
    if (y == list->height + 1) {
        box_bottom(line);
        return;
    }
    size_t row = list->top + y - 1;
    const struct event *event = events_at(&app->events, row);
    box_left(line);
    if (event != NULL) {
        line->overlay = row == list->cursor ? OVERLAY_SELECTED : OVERLAY_NONE;
        draw_event(app, event, line);
    } else if (row == 0) {
        line_put(line, ROLE_DIM, "Nothing has changed its state since the start.");
    }
    box_right(line);
    if (event != NULL)
        line_zone(line, 0, ZONE_ROW, (int)row - (int)list->cursor);
}

static void go_to_task(struct app *app, const struct event *event)
{
    app_close_popup(app);
    if (event == NULL)
        return;
    app_focus(app, PANE_TASKS);
    if (!tasks_go_to(&app->views[PANE_TASKS], &event->key))
        app_say(app, ROLE_WARNING, "This task is not in the list; a filter may hide it.");
}

void event_box_key(struct app *app, uint32_t key)
{
    enum ui_action action = action_for_key(key);
    if (action == UI_OPEN)
        go_to_task(app, events_at(&app->events, app->event_list.cursor));
    else if (action == UI_QUIT)
        app->wants_quit = true;
    else if (!list_act(&app->event_list, action))
        app_close_popup(app);
}
