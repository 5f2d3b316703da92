/* view_tasks.c - the list of tasks over all profiles: order, filter, marks, selection by identity.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "bars.h"
#include "task_columns.h"
#include "task_order.h"

#define CURSOR_MARK "\xe2\x94\x83"
#define SLOW_MARK   "\xe2\x80\xbc" /* slower than usual */

/* The age of a task that ended long ago moves in steps: a second more tells nobody anything. */
#define AGE_STEP_MS      10000
#define AGE_STEP_FROM_MS 60000

struct tasks {
    struct task_order order;
    struct list list;
    struct task_key selected;
    bool is_pinned; /* the cursor stays on the first row, whatever task that is */
    struct task_columns columns;
};

static void tasks_open(struct view *view)
{
    struct tasks *t = view->state;
    task_order_init(&t->order);
    task_columns_init(&t->columns);
    t->is_pinned = true;
}

static void tasks_close(struct view *view)
{
    struct tasks *t = view->state;
    task_order_finish(&t->order);
}

/* ---- rows --------------------------------------------------------------------------------------
 */

static size_t window_rows(const struct view *view)
{
    return view->height > 1 ? view->height - 1 : view->height;
}

static void remember_selected(struct view *view)
{
    struct tasks *t = view->state;
    const struct task *task =
        t->list.cursor < t->order.row_count ? t->order.rows[t->list.cursor] : NULL;
    struct task_key key = task_key_of(task);
    if (task_key_equal(&key, &t->selected))
        return;
    t->selected = key;
    app_want_soon(view->app);
}

static void tasks_update(struct view *view)
{
    struct tasks *t = view->state;
    struct column_context context = app_context(view->app);
    task_order_update(&t->order, &context);
    task_columns_fit(&t->columns, view->width, view->app->snapshot->source_count > 1);

    size_t row = t->order.row_count;
    if (t->is_pinned)
        row = 0;
    else if (task_key_is_set(&t->selected))
        row = task_order_find(&t->order, t->selected.source, t->selected.id);
    list_resize(&t->list, t->order.row_count, window_rows(view));
    if (row < t->order.row_count)
        list_follow(&t->list, row);
    remember_selected(view);
}

const struct task *tasks_selected(const struct view *view)
{
    const struct tasks *t = view->state;
    return t->list.cursor < t->order.row_count ? t->order.rows[t->list.cursor] : NULL;
}

const struct task *const *tasks_rows(const struct view *view, size_t *out_count)
{
    const struct tasks *t = view->state;
    *out_count = t->order.row_count;
    return t->order.rows;
}

bool tasks_is_shown(const struct view *view, const struct task *task)
{
    const struct tasks *t = view->state;
    struct column_context context = app_context(view->app);
    return t->order.filter == NULL || filter_matches(t->order.filter, task, &context);
}

void tasks_sort(struct view *view, enum column column, bool is_reversed)
{
    struct tasks *t = view->state;
    task_order_sort(&t->order, column, is_reversed);
    tasks_update(view);
}

struct task_columns *tasks_columns(struct view *view)
{
    struct tasks *t = view->state;
    return &t->columns;
}

enum column tasks_sort_column(const struct view *view, bool *out_is_reversed)
{
    const struct tasks *t = view->state;
    *out_is_reversed = t->order.is_reversed;
    return t->order.column;
}

void tasks_filter(struct view *view, struct filter *filter, const char *text)
{
    struct tasks *t = view->state;
    task_order_filter(&t->order, filter, text);
    tasks_update(view);
}

bool tasks_search(struct view *view, const char *text, int step)
{
    struct tasks *t = view->state;
    struct strbuf quoted;
    strbuf_init(&quoted, PROMPT_BYTES + 2);
    strbuf_add_char(&quoted, '"');
    for (const char *c = text; *c != '\0'; c++)
        if (*c != '"' && *c != '\\')
            strbuf_add_char(&quoted, *c);
    strbuf_add_char(&quoted, '"');
    struct filter *filter = filter_parse(quoted.data, NULL, NULL);
    strbuf_finish(&quoted);

    struct column_context context = app_context(view->app);
    size_t count = t->order.row_count;
    bool is_found = false;
    for (size_t i = step == 0 ? 0 : 1; filter != NULL && i <= count && count > 0 && !is_found;
         i++) {
        size_t row = (t->list.cursor + (step < 0 ? count - i % count : i)) % count;
        is_found = filter_matches(filter, t->order.rows[row], &context);
        if (is_found)
            list_go(&t->list, row);
    }
    filter_destroy(filter);
    remember_selected(view);
    return is_found;
}

/* ---- drawing -----------------------------------------------------------------------------------
 */

/* Why the list is not all there is. */
static void put_partial(const struct snapshot *s, struct line *line)
{
    for (size_t i = 0; i < s->source_count; i++) {
        if (!s->sources[i].is_partial)
            continue;
        line_put(line, ROLE_DIM, " \xc2\xb7 ");
        if (s->source_count > 1)
            line_putf(line, ROLE_WARNING, "%s: ", s->sources[i].profile);
        line_put_cut(line, ROLE_WARNING, s->sources[i].partial_reason, SIZE_MAX);
    }
}

static void tasks_draw_title(const struct view *view, struct line *line)
{
    const struct tasks *t = view->state;
    const struct app *app = view->app;
    if (t->order.filter == NULL)
        line_putf(line, ROLE_DIM, "%zu", t->order.task_count);
    else
        line_putf(line, ROLE_DIM, "%zu of %zu", t->order.row_count, t->order.task_count);
    if (app->filter_text[0] != '\0') {
        line_put(line, ROLE_DIM, " \xc2\xb7 filter ");
        line_put_cut(line, ROLE_WARNING, app->filter_text, line->limit / 2);
    }
    if (app->marks.count > 0)
        line_putf(line, ROLE_WARNING, "  * %zu marked", app->marks.count);
    line_putf(line, ROLE_DIM, "  order %s %s", task_order_name(t->order.column),
              task_order_arrow(t->order.column, t->order.is_reversed));
    put_partial(app->snapshot, line);
}

static void draw_heads(const struct view *view, struct line *line)
{
    const struct tasks *t = view->state;
    size_t right = line->cols + view->width;
    line_pad_to(line, line->cols + COLUMN_MARGIN_COLS);
    for (size_t i = 0; i < t->columns.shown_count; i++) {
        const struct column_info *info = &columns[t->columns.shown[i].column];
        if (i > 0)
            line_pad_to(line, line->cols + COLUMN_GAP_COLS);
        line_cell(line, t->columns.shown[i].column == t->order.column ? ROLE_STRONG : ROLE_DIM,
                  info->title, t->columns.shown[i].cols, info->is_right);
    }
    line_pad_to(line, right);
}

/* Who is still to answer and who can not: "Asking demo. 1 unreachable: ..."; false: nobody. */
static bool put_waiting(const struct snapshot *s, struct line *line)
{
    const struct error *trouble = NULL;
    size_t waiting = 0;
    size_t failing = 0;
    for (size_t i = 0; i < s->source_count; i++) {
        const struct source_status *source = &s->sources[i];
        if (source->error.code != ERR_NONE) {
            trouble = trouble != NULL ? trouble : &source->error;
            failing++;
        } else if (source->data_ms == UNKNOWN) {
            line_putf(line, ROLE_DIM, "%s%s", waiting++ > 0 ? ", " : "Asking ", source->profile);
        }
    }
    if (waiting > 0)
        line_put(line, ROLE_DIM, ". ");
    if (waiting == 0 && failing < s->source_count && failing > 0)
        line_put(line, ROLE_TEXT, "No tasks. ");
    if (failing > 0 && s->source_count > 1)
        line_putf(line, ROLE_ERROR, "%zu of %zu can not be asked: ", failing, s->source_count);
    if (failing > 0)
        line_put_cut(line, ROLE_ERROR, trouble->message, SIZE_MAX);
    return waiting + failing > 0;
}

static void put_watching(const struct snapshot *s, struct line *line)
{
    const struct source_status *first = &s->sources[0];
    char interval[INTERVAL_BYTES];
    line_putf(line, ROLE_TEXT, "No tasks yet. Watching %s%s", first->profile,
              s->source_count > 1 ? " and the others" : "");
    if (first->interval_ms > 0)
        line_putf(line, ROLE_TEXT, " every %s", format_interval(interval, first->interval_ms));
    line_put(line, ROLE_TEXT, ".");
}

/* "No task matches ..." and the like, from what is known. */
static void draw_nothing(const struct view *view, struct line *line)
{
    const struct tasks *t = view->state;
    const struct snapshot *s = view->app->snapshot;
    line_put(line, ROLE_TEXT, "  ");
    if (t->order.task_count > 0) {
        line_putf(line, ROLE_TEXT, "No task matches %s; Esc clears the filter.",
                  view->app->filter_text);
        return;
    }
    if (s->source_count == 0) {
        line_put(line, ROLE_DIM, "Starting.");
        return;
    }
    if (!put_waiting(s, line))
        put_watching(s, line);
}

static void draw_state(const struct app *app, const struct task *task, struct line *line,
                       size_t cols)
{
    enum task_state state = snapshot_shown_state(app->snapshot, task);
    char text[40];
    snprintf(text, sizeof(text), "%s %s", glyph_of_state(app, state), task_states[state].name);
    line_cell(line, role_of_state(state), text, cols, false);
}

/* What the task is, and what became of the last request about it. */
static void draw_what(const struct app *app, const struct task *task, const char *text,
                      struct line *line, size_t cols)
{
    const struct action_record *action =
        snapshot_task_action(app->snapshot, task->source, task_text_or_dash(task, TASK_ID));
    enum role role = task->state == TASK_SUCCEEDED ? ROLE_DIM : ROLE_TEXT;
    if (action == NULL) {
        line_cell(line, role, text, cols, false);
        return;
    }
    char words[240];
    action_format(action, app->now_ms, words, sizeof(words));
    size_t end = line->cols + cols;
    size_t for_words = line_text_cols(words);
    if (for_words > cols * 2 / 3)
        for_words = cols * 2 / 3;
    line_put_cut(line, role, text, cols - for_words > 2 ? cols - for_words - 2 : 0);
    line_put(line, ROLE_TEXT, "  ");
    line_put_cut(line, role_of_action(action->state), words,
                 end > line->cols ? end - line->cols : 0);
    line_pad_to(line, end);
}

static int64_t age_clock(const struct task *task, const struct column_context *context)
{
    if (task_is_alive(task) || columns[COLUMN_AGE].number(task, context) < AGE_STEP_FROM_MS)
        return context->now_ms;
    return context->now_ms - context->now_ms % AGE_STEP_MS;
}

static void draw_cell(const struct app *app, const struct task *task, enum column column,
                      struct line *line, size_t cols)
{
    struct column_context context = app_context(app);
    char text[LIMIT_TASK_FIELD_BYTES];
    if (column == COLUMN_STATE) {
        draw_state(app, task, line, cols);
        return;
    }
    if (column == COLUMN_AGE)
        context.now_ms = age_clock(task, &context);
    columns[column].cell(task, &context, text, sizeof(text));
    if (column == COLUMN_WHAT) {
        draw_what(app, task, text, line, cols);
        return;
    }
    line_cell(line, task->state == TASK_SUCCEEDED ? ROLE_DIM : ROLE_TEXT, text, cols,
              columns[column].is_right);
    /* In the gap behind the cell, so that the numbers stay in line. */
    if (column == COLUMN_ELAPSED && task_is_slow_at(task, app->now_ms))
        line_put(line, ROLE_WARNING, SLOW_MARK);
}

static void draw_task(const struct view *view, const struct task *task, struct line *line)
{
    const struct tasks *t = view->state;
    if (marks_has(&view->app->marks, task))
        line_put(line, ROLE_WARNING, "* ");
    else
        line_put(line, ROLE_TEXT, "  ");
    for (size_t i = 0; i < t->columns.shown_count; i++) {
        size_t end = line->cols + t->columns.shown[i].cols;
        draw_cell(view->app, task, t->columns.shown[i].column, line, t->columns.shown[i].cols);
        if (i + 1 < t->columns.shown_count)
            line_pad_to(line, end + COLUMN_GAP_COLS);
    }
}

static void tasks_draw_row(const struct view *view, size_t y, struct line *line)
{
    const struct tasks *t = view->state;
    size_t first = view->height > 1 ? 1 : 0;
    if (y < first) {
        draw_heads(view, line);
        return;
    }
    size_t row = t->list.top + y - first;
    if (row >= t->order.row_count) {
        if (row == 0)
            draw_nothing(view, line);
        return;
    }
    size_t right = line->cols + view->width;
    bool is_selected = row == t->list.cursor;
    if (is_selected)
        line->overlay = view->is_focused ? OVERLAY_SELECTED : OVERLAY_SELECTED_QUIET;
    line_put(line, is_selected ? ROLE_TITLE : ROLE_TEXT, is_selected ? CURSOR_MARK " " : "  ");
    draw_task(view, t->order.rows[row], line);
    line_pad_to(line, right);
    line->overlay = OVERLAY_NONE;
}

/* ---- keys --------------------------------------------------------------------------------------
 */

/* Until a key is pressed, and after Home, the first row is what is looked at. */
void tasks_unpin(struct view *view)
{
    struct tasks *t = view->state;
    t->is_pinned = false;
}

bool tasks_go_to(struct view *view, const struct task_key *key)
{
    struct tasks *t = view->state;
    size_t row = task_order_find(&t->order, key->source, key->id);
    if (row >= t->order.row_count)
        return false;
    t->is_pinned = false;
    list_go(&t->list, row);
    remember_selected(view);
    return true;
}

static bool tasks_act(struct view *view, enum ui_action action)
{
    struct tasks *t = view->state;
    if (list_act(&t->list, action)) {
        t->is_pinned = action == UI_FIRST;
        remember_selected(view);
        return true;
    }
    if (action != UI_MARK)
        return false;
    if (!marks_toggle(&view->app->marks, tasks_selected(view)))
        app_say(view->app, ROLE_WARNING, "No more than %d tasks can be marked.", LIMIT_MARKS);
    list_act(&t->list, UI_DOWN);
    remember_selected(view);
    return true;
}

/* Every second while something lives or is young; ages of older tasks move in steps. */
static int tasks_tick_ms(const struct view *view)
{
    const struct tasks *t = view->state;
    struct column_context context = app_context(view->app);
    size_t end = t->list.top + t->list.height;
    if (end > t->order.row_count)
        end = t->order.row_count;
    for (size_t i = t->list.top; i < end; i++)
        if (task_is_alive(t->order.rows[i]) ||
            columns[COLUMN_AGE].number(t->order.rows[i], &context) < AGE_STEP_FROM_MS)
            return 1000;
    return end > t->list.top ? AGE_STEP_MS : 0;
}

const struct view_ops view_tasks = {
    .title = "Tasks",
    .state_size = sizeof(struct tasks),
    .open = tasks_open,
    .update = tasks_update,
    .draw_title = tasks_draw_title,
    .draw_row = tasks_draw_row,
    .act = tasks_act,
    .tick_ms = tasks_tick_ms,
    .close = tasks_close,
};
