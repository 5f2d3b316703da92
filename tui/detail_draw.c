/* detail_draw.c - the detail of a task as lines: title, pages, what stands above them. */
#include <stdio.h>

#include "app.h"
#include "base/timefmt.h"
#include "detail_parts.h"

static size_t tab_cols(void)
{
    size_t cols = 0;
    for (int page = 0; page < PAGE_COUNT; page++)
        cols += 4 + line_text_cols(detail_page_title((enum detail_page)page));
    return cols;
}

void detail_draw_title(const struct view *view, struct line *line)
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

static void draw_text(const struct view *view, size_t row, struct line *line)
{
    const struct detail *d = view->state;
    size_t right = line->cols + detail_text_cols(view);
    size_t start = line->cols;
    bool is_tree = detail_shows_tree(d);
    bool is_chosen = is_tree && row == d->scroll[d->page].cursor;
    if (is_chosen)
        line->overlay = view->is_focused ? OVERLAY_SELECTED : OVERLAY_NONE;
    text_rows_draw(&d->rows, row, line, detail_text_cols(view));
    if (is_chosen)
        line_pad_to(line, right);
    line->overlay = OVERLAY_NONE;
    if (is_tree)
        line_zone(line, start, ZONE_ROW, (int)row - (int)d->scroll[d->page].cursor);
}

/* What scrolls, with the marks of what was searched for. */
static void draw_scrolled(const struct view *view, size_t row, struct line *line)
{
    const struct detail *d = view->state;
    struct line_mark marks[DETAIL_MARKS];
    line->marks = marks;
    line->mark_count = detail_row_marks(d, row, marks);
    if (detail_shows_grid(d))
        result_grid_draw_row(&d->grid, row, view->is_focused && row == d->scroll[PAGE_ROWS].cursor,
                             line);
    else
        draw_text(view, row, line);
    line->marks = NULL;
    line->mark_count = 0;
}

void detail_draw_row(const struct view *view, size_t y, struct line *line)
{
    const struct detail *d = view->state;
    size_t fixed = detail_fixed_rows(d);
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
    if (row < detail_scrolled_rows(d))
        draw_scrolled(view, row, line);
}
