/* app_jump.c - going from a task to what belongs to it, and back again. */
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "base/timefmt.h"
#include "box.h"

#define BOX_COLS   76
#define NAME_COLS  16
#define FRAME_ROWS 2

/* ---- places to go back to ----------------------------------------------------------------------
 */

static enum detail_page page_of(const struct app *app)
{
    struct detail_shown shown;
    detail_shown(&app->views[PANE_DETAIL], &shown);
    return shown.page;
}

static void remember_place(struct app *app)
{
    struct places *places = &app->places;
    const struct item *item = NULL;
    if (places->count == PLACES_MAX) {
        memmove(places->items, places->items + 1, (PLACES_MAX - 1) * sizeof(places->items[0]));
        places->count--;
    }
    struct place *place = &places->items[places->count++];
    *place = (struct place){.focus = app->focus,
                            .page = page_of(app),
                            .task = task_key_of(app_selected(app))};
    snprintf(place->filter, sizeof(place->filter), "%s", app->filter_text);
    if (items_selected(&app->views[PANE_ITEMS], &place->item_source, &item) && item != NULL) {
        place->item_kind = item->kind;
        snprintf(place->item_id, sizeof(place->item_id), "%s", item->id);
    }
}

static void set_filter(struct app *app, const char *text)
{
    if (strcmp(app->filter_text, text) == 0)
        return;
    app_filter(app, text, NULL, NULL);
    tasks_finish_work(&app->views[PANE_TASKS]);
}

static void show_page(struct app *app, enum detail_page page)
{
    struct view *detail = &app->views[PANE_DETAIL];
    if (page_of(app) != page)
        detail->ops->act(detail, (enum ui_action)(UI_NUMBER_1 + (int)page));
}

/* A filter that hides the task makes way. */
static bool show_task(struct app *app, const struct task_key *key)
{
    struct view *tasks = &app->views[PANE_TASKS];
    bool is_there = tasks_go_to(tasks, key);
    if (!is_there) {
        set_filter(app, "");
        is_there = tasks_go_to(tasks, key);
    }
    app_show_detail(app);
    return is_there;
}

bool app_can_return(const struct app *app, struct error *reason)
{
    return app->places.count > 0 ||
           error_set(reason, ERR_NO, "There is no place to go back to; K goes somewhere.");
}

void app_return(struct app *app)
{
    const struct place *place = &app->places.items[--app->places.count];
    set_filter(app, place->filter);
    bool is_there = !task_key_is_set(&place->task) || show_task(app, &place->task);
    show_page(app, place->page);
    app_focus(app, place->focus);
    if (place->item_id[0] != '\0')
        items_go_to(&app->views[PANE_ITEMS], place->item_source, place->item_kind, place->item_id);
    if (!is_there)
        app_say(app, ROLE_WARNING, "The task that was looked at is no longer in the list.");
}

/* ---- going -------------------------------------------------------------------------------------
 */

static struct jump_source source_of(const struct app *app, const struct task *task)
{
    return (struct jump_source){
        .snapshot = app->snapshot,
        .task = task,
        .detail = snapshot_detail(app->snapshot, task->source, task_text_or_dash(task, TASK_ID)),
    };
}

static bool find(const struct app *app, enum jump jump, struct jump_target *out,
                 struct error *reason)
{
    const struct task *task = app_selected(app);
    if (task == NULL)
        return error_set(reason, ERR_NO, "No task is selected.");
    struct jump_source source = source_of(app, task);
    *out = (struct jump_target){0};
    return jump_infos[jump].find(&source, out, reason);
}

static void follow(struct app *app, enum jump jump, const struct jump_target *target)
{
    uint16_t source = app_selected(app)->source;
    struct task_key key = task_key_of(target->task);
    bool is_there = true;
    remember_place(app);
    if (target->task != NULL) {
        if (app->focus == PANE_ITEMS)
            app_focus(app, PANE_TASKS);
        is_there = show_task(app, &key);
    } else if (target->item != NULL) {
        app_focus(app, PANE_ITEMS);
        is_there =
            items_go_to(&app->views[PANE_ITEMS], source, target->item->kind, target->item->id);
    } else {
        app_focus(app, PANE_TASKS);
        set_filter(app, target->filter);
    }
    if (is_there)
        app_say(app, ROLE_TEXT, "The %s; ^O goes back.", jump_infos[jump].name);
    else
        app_say(app, ROLE_WARNING, "It is not in the list.");
}

static void jump(struct app *app, enum jump jump)
{
    struct error reason = {0};
    struct jump_target target;
    if (find(app, jump, &target, &reason))
        follow(app, jump, &target);
    else
        app_say(app, ROLE_WARNING, "%s", reason.message);
}

void app_see_earlier(struct app *app)
{
    jump(app, JUMP_EARLIER);
}

void app_see_later(struct app *app)
{
    jump(app, JUMP_LATER);
}

/* ---- the box -----------------------------------------------------------------------------------
 */

/* "succeeded  3.4s  53s ago  9687f725…2fd9" */
static void describe_task(const struct app *app, const struct task *task, char *out, size_t size)
{
    char elapsed[TIMEFMT_BYTES] = "-";
    char age[TIMEFMT_BYTES] = "-";
    char id[SHORT_ID_BYTES];
    int64_t elapsed_ms = task_elapsed_at(task, app->now_ms);
    if (elapsed_ms != UNKNOWN)
        format_duration(elapsed, elapsed_ms);
    if (task->created_ms != UNKNOWN)
        format_duration(age, app->now_ms - task->created_ms);
    snprintf(out, size, "%s %s  %s, %s ago  %s", glyph_of_state(app, task->state),
             task_states[task->state].name, elapsed, age,
             format_short_id(id, task_text_or_dash(task, TASK_ID)));
}

static void describe(const struct app *app, enum jump jump, struct jump_row *row)
{
    struct jump_target target;
    struct error reason = {0};
    row->is_there = find(app, jump, &target, &reason);
    if (!row->is_there)
        snprintf(row->words, sizeof(row->words), "%s", reason.message);
    else if (target.task != NULL)
        describe_task(app, target.task, row->words, sizeof(row->words));
    else if (target.item != NULL)
        snprintf(row->words, sizeof(row->words), "%s", target.item->name);
    else
        snprintf(row->words, sizeof(row->words), "the tasks of the same run");
}

void jump_box_resize(struct app *app)
{
    size_t room = app->rows > 4 + FRAME_ROWS ? (size_t)app->rows - 4 - FRAME_ROWS : 1;
    list_resize(&app->jump_box.list, JUMP_COUNT, room < JUMP_COUNT ? room : JUMP_COUNT);
}

/* The cursor is on the first that leads somewhere. */
void app_open_jumps(struct app *app)
{
    size_t at = JUMP_COUNT;
    app->jump_box = (struct jump_box){0};
    jump_box_resize(app);
    for (size_t i = JUMP_COUNT; i-- > 0;) {
        describe(app, (enum jump)i, &app->jump_box.rows[i]);
        at = app->jump_box.rows[i].is_there ? i : at;
    }
    list_go(&app->jump_box.list, at < JUMP_COUNT ? at : 0);
    app->popup = POPUP_JUMPS;
}

void jump_box_key(struct app *app, uint32_t key)
{
    enum ui_action action = action_for_key(key);
    if (action == UI_OPEN) {
        app_close_popup(app);
        jump(app, (enum jump)app->jump_box.list.cursor);
    } else if (action == UI_QUIT) {
        app->wants_quit = true;
    } else if (!list_act(&app->jump_box.list, action)) {
        app_close_popup(app);
    }
}

void jump_box_size(const struct app *app, size_t *out_cols, size_t *out_rows)
{
    *out_cols = BOX_COLS;
    *out_rows = app->jump_box.list.height + FRAME_ROWS;
}

void jump_box_draw(struct app *app, size_t y, struct line *line)
{
    const struct list *list = &app->jump_box.list;
    if (y == 0) {
        box_top(line, "Go to");
        return;
    }
    if (y == list->height + 1) {
        box_bottom(line);
        return;
    }
    size_t at = list->top + y - 1;
    const struct jump_row *row = &app->jump_box.rows[at];
    enum role role = row->is_there ? ROLE_TEXT : ROLE_DIM;
    box_left(line);
    line->overlay = at == list->cursor ? OVERLAY_SELECTED : OVERLAY_NONE;
    line_cell(line, role, jump_infos[at].name, NAME_COLS, false);
    size_t room = line->limit > line->cols + 2 ? line->limit - line->cols - 2 : 0;
    line_put_cut(line, role, row->words, room);
    box_right(line);
    line_zone(line, 0, ZONE_ROW, (int)at - (int)list->cursor);
}
