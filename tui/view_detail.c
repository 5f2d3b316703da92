/* view_detail.c - the selected task in full: overview, SQL, rows, error, the service's own record.
 */
#include <string.h>

#include "app.h"
#include "detail_parts.h"

/* A pane that is not shown has no width; with one column a long text would have rows without end.
 */
#define HIDDEN_COLS    78
#define SIDE_STEP_COLS 8

static void detail_open(struct view *view)
{
    struct detail *d = view->state;
    d->built_page = PAGE_COUNT;
}

static void drop_sources(struct detail *d)
{
    json_tree_set(&d->json, NULL);
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
    json_tree_finish(&d->json);
    page_search_finish(&d->search);
}

bool detail_shows_grid(const struct detail *d)
{
    return d->page == PAGE_ROWS && d->result != NULL && d->result->state == RESULT_TABLE &&
           d->result->column_count > 0;
}

/* The page has a cursor on its lines, which fold. */
bool detail_shows_tree(const struct detail *d)
{
    return d->page == PAGE_JSON && d->json.count > 0;
}

static bool has_cursor(const struct detail *d)
{
    return detail_shows_grid(d) || detail_shows_tree(d);
}

/* Lines above what scrolls: the state, or what the result is, the cell, the column names. */
size_t detail_fixed_rows(const struct detail *d)
{
    if (d->task == NULL)
        return 0;
    if (d->page == PAGE_OVERVIEW)
        return 1;
    return detail_shows_grid(d) ? 3 : 0;
}

size_t detail_scrolled_rows(const struct detail *d)
{
    return detail_shows_grid(d) ? d->result->row_count : d->rows.count;
}

size_t detail_text_cols(const struct view *view)
{
    return view->width > 2 ? view->width - 2 : 1;
}

static void scroll_sideways(struct view *view, int cols)
{
    struct detail *d = view->state;
    text_rows_scroll(&d->rows, cols, detail_text_cols(view));
    d->left[d->page] = d->rows.left;
}

void detail_fit_scroll(struct view *view)
{
    struct detail *d = view->state;
    size_t fixed = detail_fixed_rows(d);
    struct list *scroll = &d->scroll[d->page];
    if (!has_cursor(d))
        scroll->cursor = scroll->top;
    d->rows.left = d->left[d->page];
    scroll_sideways(view, 0);
    list_resize(scroll, detail_scrolled_rows(d), view->height > fixed ? view->height - fixed : 0);
    if (!has_cursor(d))
        scroll->cursor = scroll->top;
    if (detail_shows_grid(d))
        result_grid_go(&d->grid, d->grid.column, detail_text_cols(view));
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

void detail_build(struct view *view)
{
    struct detail *d = view->state;
    struct detail_source source = {
        view->app->snapshot, d->task, d->told, d->result, view->app->now_ms,
        view->app->sql_form, &d->json};
    size_t width = view->width > 2 ? view->width - 2 : HIDDEN_COLS;
    if (d->page == PAGE_JSON && d->json.text == NULL && d->told != NULL)
        json_tree_set(&d->json, d->told->json);
    d->rows.is_unwrapped = view->app->is_unwrapped;
    detail_page_build(d->page, &source, width, &d->rows);
    result_grid_set(&d->grid,
                    d->result != NULL && d->result->state == RESULT_TABLE ? d->result : NULL);
    if (d->built_page != d->page)
        page_search_leave(&d->search);
    detail_find_again(d);
    d->built_page = d->page;
    d->built_form = view->app->sql_form;
    d->built_width = view->width;
}

static const char *shown_sql(const struct detail *d)
{
    if (d->told != NULL && d->told->sql != NULL)
        return d->told->sql;
    return d->task != NULL ? task_text(d->task, TASK_SQL) : NULL;
}

/* The SQL in its other form, with the same part of it in sight. */
static void build_other_form(struct view *view)
{
    struct detail *d = view->state;
    struct list *scroll = &d->scroll[PAGE_SQL];
    const char *sql = shown_sql(d);
    if (scroll->top == 0 || sql == NULL) {
        detail_build(view);
        return;
    }
    size_t place = sql_rows_place(&d->rows, scroll->top, sql);
    detail_build(view);
    scroll->top = sql_rows_find(&d->rows, place, sql);
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
        page_search_leave(&d->search);
    }
    if (task == NULL) {
        drop_sources(d);
        text_rows_clear(&d->rows);
        page_search_clear(&d->search);
        d->built_page = PAGE_COUNT;
        detail_fit_scroll(view);
        return;
    }
    const struct task_detail *told = snapshot_detail(s, key.source, key.id);
    const struct task_result *result = snapshot_result(s, key.source, key.id);
    bool is_same = task == d->task && told == d->told && result == d->result &&
                   d->page == d->built_page && view->app->sql_form == d->built_form &&
                   view->app->is_unwrapped == d->rows.is_unwrapped && view->width == d->built_width;
    bool is_other_form = d->page == PAGE_SQL && d->page == d->built_page && told == d->told &&
                         view->app->sql_form != d->built_form;
    if (!is_same) {
        take_sources(d, task, told, result);
        if (is_other_form)
            build_other_form(view);
        else
            detail_build(view);
    }
    detail_fit_scroll(view);
}

bool detail_is_text(const struct view *view)
{
    return !detail_shows_grid(view->state);
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
        result_grid_go(&d->grid, d->grid.column + (size_t)step, detail_text_cols(view));
}

bool detail_can_fold(const struct view *view)
{
    return detail_shows_tree(view->state);
}

static bool is_wider(const struct view *view)
{
    const struct detail *d = view->state;
    return d->rows.is_unwrapped && d->rows.widest > detail_text_cols(view);
}

/* A cell of the grid, a piece of lines that are too wide; else the page. */
static bool step_sideways(struct view *view, int step)
{
    const struct detail *d = view->state;
    if (detail_shows_grid(d))
        step_column(view, step);
    else if (is_wider(view))
        scroll_sideways(view, step * SIDE_STEP_COLS);
    else if (detail_shows_tree(d))
        detail_step_into_tree(view, step);
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
        if (detail_shows_tree(d))
            return detail_act_on_tree(view, action);
        return detail_shows_grid(d) ? list_act(&d->scroll[d->page], action)
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
