/* view_detail.c - the selected task in full: overview, SQL, rows, error, the service's own record.
 */
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "base/timefmt.h"
#include "detail_pages.h"
#include "result_grid.h"

/* A pane that is not shown has no width; with one column a long text would have rows without end.
 */
#define HIDDEN_COLS    78
#define SIDE_STEP_COLS 8

struct detail {
    enum detail_page page;
    struct task_key key;
    /* What the rows were built from; our references. */
    struct task *task;
    struct task_detail *told;
    struct task_result *result;
    enum detail_page built_page;
    enum sql_form built_form;
    size_t left[PAGE_COUNT]; /* scrolled sideways by so many columns */
    size_t built_width;
    struct text_rows rows;
    struct list scroll[PAGE_COUNT];
    struct result_grid grid;
};

static void detail_open(struct view *view)
{
    struct detail *d = view->state;
    d->built_page = PAGE_COUNT;
}

static void drop_sources(struct detail *d)
{
    result_grid_set(&d->grid, NULL);
    if (d->task != NULL)
        task_unref(d->task);
    if (d->told != NULL)
        task_detail_unref(d->told);
    if (d->result != NULL)
        task_result_unref(d->result);
    d->task = NULL;
    d->told = NULL;
    d->result = NULL;
}

static void detail_close(struct view *view)
{
    struct detail *d = view->state;
    drop_sources(d);
    text_rows_finish(&d->rows);
    result_grid_finish(&d->grid);
}

static bool shows_grid(const struct detail *d)
{
    return d->page == PAGE_ROWS && d->result != NULL && d->result->state == RESULT_TABLE &&
           d->result->column_count > 0;
}

/* Lines above what scrolls: the state, or what the result is, the cell, the column names. */
static size_t fixed_rows(const struct detail *d)
{
    if (d->task == NULL)
        return 0;
    if (d->page == PAGE_OVERVIEW)
        return 1;
    return shows_grid(d) ? 3 : 0;
}

static size_t scrolled_rows(const struct detail *d)
{
    return shows_grid(d) ? d->result->row_count : d->rows.count;
}

static size_t text_cols(const struct view *view)
{
    return view->width > 2 ? view->width - 2 : 1;
}

static void scroll_sideways(struct view *view, int cols)
{
    struct detail *d = view->state;
    text_rows_scroll(&d->rows, cols, text_cols(view));
    d->left[d->page] = d->rows.left;
}

static void fit_scroll(struct view *view)
{
    struct detail *d = view->state;
    size_t fixed = fixed_rows(d);
    struct list *scroll = &d->scroll[d->page];
    if (!shows_grid(d))
        scroll->cursor = scroll->top;
    d->rows.left = d->left[d->page];
    scroll_sideways(view, 0);
    list_resize(scroll, scrolled_rows(d), view->height > fixed ? view->height - fixed : 0);
    if (!shows_grid(d))
        scroll->cursor = scroll->top;
    else
        result_grid_go(&d->grid, d->grid.column, text_cols(view));
}

static void take_sources(struct detail *d, const struct task *task, const struct task_detail *told,
                         const struct task_result *result)
{
    struct task *new_task = task_ref(task);
    struct task_detail *new_told = told != NULL ? task_detail_ref(told) : NULL;
    struct task_result *new_result = result != NULL ? task_result_ref(result) : NULL;
    drop_sources(d);
    d->task = new_task;
    d->told = new_told;
    d->result = new_result;
}

static void build(struct view *view)
{
    struct detail *d = view->state;
    struct detail_source source = {view->app->snapshot, d->task,           d->told,
                                   d->result,           view->app->now_ms, view->app->sql_form};
    size_t width = view->width > 2 ? view->width - 2 : HIDDEN_COLS;
    d->rows.is_unwrapped = view->app->is_unwrapped;
    detail_page_build(d->page, &source, width, &d->rows);
    result_grid_set(&d->grid,
                    d->result != NULL && d->result->state == RESULT_TABLE ? d->result : NULL);
    d->built_page = d->page;
    d->built_form = view->app->sql_form;
    d->built_width = view->width;
}

static void detail_update(struct view *view)
{
    struct detail *d = view->state;
    const struct snapshot *s = view->app->snapshot;
    const struct task *task = app_selected(view->app);
    struct task_key key = task_key_of(task);
    if (!task_key_equal(&key, &d->key)) {
        memset(d->scroll, 0, sizeof(d->scroll));
        memset(d->left, 0, sizeof(d->left));
        d->grid.column = d->grid.first_column = 0;
        d->key = key;
    }
    if (task == NULL) {
        drop_sources(d);
        text_rows_clear(&d->rows);
        d->built_page = PAGE_COUNT;
        fit_scroll(view);
        return;
    }
    const struct task_detail *told = snapshot_detail(s, key.source, key.id);
    const struct task_result *result = snapshot_result(s, key.source, key.id);
    bool is_same = task == d->task && told == d->told && result == d->result &&
                   d->page == d->built_page && view->app->sql_form == d->built_form &&
                   view->app->is_unwrapped == d->rows.is_unwrapped && view->width == d->built_width;
    if (!is_same) {
        take_sources(d, task, told, result);
        build(view);
    }
    fit_scroll(view);
}

bool detail_is_text(const struct view *view)
{
    return !shows_grid(view->state);
}

void detail_shown(const struct view *view, struct detail_shown *out)
{
    const struct detail *d = view->state;
    *out = (struct detail_shown){
        .page = d->page,
        .task = d->task,
        .told = d->told,
        .result = d->grid.result,
        .row = d->scroll[PAGE_ROWS].cursor,
        .column = d->grid.column,
    };
}

bool detail_wants_result(const struct view *view)
{
    const struct detail *d = view->state;
    return d->page == PAGE_ROWS;
}

/* ---- drawing -----------------------------------------------------------------------------------
 */

static size_t tab_cols(void)
{
    size_t cols = 0;
    for (int page = 0; page < PAGE_COUNT; page++)
        cols += 4 + line_text_cols(detail_page_title((enum detail_page)page));
    return cols;
}

static void detail_draw_title(const struct view *view, struct line *line)
{
    const struct detail *d = view->state;
    char id[SHORT_ID_BYTES];
    if (d->task == NULL)
        return;
    format_short_id(id, d->key.id);
    if (line->cols + line_text_cols(id) + tab_cols() <= line->limit)
        line_put(line, ROLE_DIM, id);
    for (int page = 0; page < PAGE_COUNT; page++) {
        bool is_shown = (enum detail_page)page == d->page;
        line_put(line, ROLE_TEXT, "  ");
        size_t start = line->cols;
        line_putf(line, ROLE_KEY, "%d", page + 1);
        line_put(line, ROLE_TEXT, " ");
        line_put(line, is_shown ? ROLE_TITLE : ROLE_DIM, detail_page_title((enum detail_page)page));
        line_zone(line, start, ZONE_PAGE, page);
    }
}

/* "usually 41s, ends about 14:02:07 (12 runs, p95 58s)" */
static void put_usual(const struct task *task, int64_t now_ms, struct line *line)
{
    char text[TIMEFMT_BYTES];
    if (task->usual_runs == 0 || task->usual_ms == UNKNOWN)
        return;
    enum role role = task_is_slow_at(task, now_ms) ? ROLE_WARNING : ROLE_DIM;
    int64_t end_ms = task_expected_end_ms(task, now_ms);
    line_putf(line, role, ", usually %s", format_duration(text, task->usual_ms));
    if (end_ms != UNKNOWN)
        line_putf(line, role, ", ends about %s", format_local(text, end_ms, now_ms));
    line_putf(line, role, " (%u %s, p95 %s)", (unsigned)task->usual_runs,
              task->usual_runs == 1 ? "run" : "runs", format_duration(text, task->usual_p95_ms));
}

static void draw_state(const struct view *view, struct line *line)
{
    const struct detail *d = view->state;
    const struct app *app = view->app;
    enum task_state state = snapshot_shown_state(app->snapshot, d->task);
    char elapsed[TIMEFMT_BYTES];
    size_t start = line->cols;
    line_cell(line, ROLE_DIM, "state", d->rows.label_cols, false);
    line_pad_to(line, start + d->rows.label_cols + 1);
    line_putf(line, role_of_state(state), "%s %s", glyph_of_state(app, state),
              task_states[state].name);
    int64_t elapsed_ms = task_elapsed_at(d->task, app->now_ms);
    if (elapsed_ms != UNKNOWN)
        line_putf(line, ROLE_TEXT, "  %s%s", format_duration(elapsed, elapsed_ms),
                  d->task->flags & TASK_IS_ESTIMATED ? " as seen from here" : "");
    put_usual(d->task, app->now_ms, line);
    const struct action_record *action =
        snapshot_task_action(app->snapshot, d->task->source, task_text_or_dash(d->task, TASK_ID));
    if (action == NULL)
        return;
    char words[240];
    action_format(action, app->now_ms, words, sizeof(words));
    line_putf(line, role_of_action(action->state), "  %s", words);
}

static void draw_result_facts(const struct view *view, struct line *line)
{
    const struct detail *d = view->state;
    const struct task_result *result = d->result;
    char runtime[TIMEFMT_BYTES];
    line_putf(line, ROLE_TEXT, "%zu %s", result->row_count,
              result->row_count == 1 ? "row" : "rows");
    if (result->note != NULL)
        line_putf(line, ROLE_WARNING, " (%s)", result->note);
    else if (result->is_cut)
        line_put(line, ROLE_WARNING, " (there are more)");
    line_putf(line, ROLE_DIM, " \xc2\xb7 %zu %s", result->column_count,
              result->column_count == 1 ? "column" : "columns");
    if (result->format != NULL)
        line_putf(line, ROLE_DIM, " \xc2\xb7 %s", result->format);
    if (result->runtime_ms != UNKNOWN)
        line_putf(line, ROLE_DIM, " \xc2\xb7 %s", format_duration(runtime, result->runtime_ms));
    if (result->is_from_cache == 1)
        line_put(line, ROLE_DIM, " \xc2\xb7 from cache");
}

static void detail_draw_row(const struct view *view, size_t y, struct line *line)
{
    const struct detail *d = view->state;
    size_t fixed = fixed_rows(d);
    line_put(line, ROLE_TEXT, "  ");
    if (d->task == NULL) {
        if (y == 0)
            line_put(line, ROLE_DIM, "No task is selected.");
        return;
    }
    if (y < fixed) {
        if (d->page == PAGE_OVERVIEW)
            draw_state(view, line);
        else if (y == 0)
            draw_result_facts(view, line);
        else if (y == 1)
            result_grid_put_cell(&d->grid, d->scroll[PAGE_ROWS].cursor, line);
        else
            result_grid_draw_heads(&d->grid, line);
        return;
    }
    size_t row = d->scroll[d->page].top + y - fixed;
    if (row >= scrolled_rows(d))
        return;
    if (shows_grid(d))
        result_grid_draw_row(&d->grid, row, view->is_focused && row == d->scroll[PAGE_ROWS].cursor,
                             line);
    else
        text_rows_draw(&d->rows, row, line, text_cols(view));
}

/* ---- keys --------------------------------------------------------------------------------------
 */

static void turn_to(struct view *view, enum detail_page page)
{
    struct detail *d = view->state;
    d->page = page;
    detail_update(view);
    app_want_soon(view->app);
}

static bool turn_by(struct view *view, int step)
{
    const struct detail *d = view->state;
    turn_to(view, (enum detail_page)(((int)d->page + step + PAGE_COUNT) % PAGE_COUNT));
    return true;
}

static void step_column(struct view *view, int step)
{
    struct detail *d = view->state;
    if (step > 0 || d->grid.column > 0)
        result_grid_go(&d->grid, d->grid.column + (size_t)step, text_cols(view));
}

bool detail_can_find(const struct view *view)
{
    return shows_grid(view->state);
}

bool detail_find(struct view *view, const char *text, int step)
{
    struct detail *d = view->state;
    struct list *rows = &d->scroll[PAGE_ROWS];
    size_t row = rows->cursor;
    size_t column = d->grid.column;
    if (!shows_grid(d) || !result_grid_find(&d->grid, text, step, &row, &column))
        return false;
    list_go(rows, row);
    result_grid_go(&d->grid, column, text_cols(view));
    return true;
}

static bool is_wider(const struct view *view)
{
    const struct detail *d = view->state;
    return d->rows.is_unwrapped && d->rows.widest > text_cols(view);
}

/* A cell of the grid, a piece of lines that are too wide; else the page. */
static bool step_sideways(struct view *view, int step)
{
    const struct detail *d = view->state;
    if (shows_grid(d))
        step_column(view, step);
    else if (is_wider(view))
        scroll_sideways(view, step * SIDE_STEP_COLS);
    else
        return turn_by(view, step);
    return true;
}

static bool detail_act(struct view *view, enum ui_action action)
{
    struct detail *d = view->state;
    switch (action) {
    case UI_NUMBER_1:
    case UI_NUMBER_2:
    case UI_NUMBER_3:
    case UI_NUMBER_4:
    case UI_NUMBER_5:
        turn_to(view, (enum detail_page)(action - UI_NUMBER_1));
        return true;
    case UI_LEFT:
    case UI_RIGHT:
        return step_sideways(view, action == UI_LEFT ? -1 : 1);
    case UI_NEXT_TAB:
        return turn_by(view, 1);
    case UI_PREVIOUS_TAB:
        return turn_by(view, -1);
    default:
        return shows_grid(d) ? list_act(&d->scroll[d->page], action)
                             : list_scroll(&d->scroll[d->page], action);
    }
}

static int detail_tick_ms(const struct view *view)
{
    const struct detail *d = view->state;
    return d->task != NULL && d->page == PAGE_OVERVIEW && task_is_alive(d->task) ? 1000 : 0;
}

const struct view_ops view_detail = {
    .title = "Detail",
    .state_size = sizeof(struct detail),
    .open = detail_open,
    .update = detail_update,
    .draw_title = detail_draw_title,
    .draw_row = detail_draw_row,
    .act = detail_act,
    .tick_ms = detail_tick_ms,
    .close = detail_close,
};
