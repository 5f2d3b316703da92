#include "task_row.h"

#include <stdio.h>

#include "app.h"
#include "base/timefmt.h"

#define SLOWER_MARK "\xe2\x80\xbc" /* slower than usual */
#define SLOW_MARK   "!"            /* by the rule */
#define FOLDED      "\xe2\x96\xb8 "
#define UNFOLDED    "\xe2\x96\xbe "
#define NUMBER_COLS 7

/* The age of a task that ended long ago moves in steps: a second more tells nobody anything. */
#define AGE_STEP_FROM_MS 60000

void task_row_heads(const struct task_columns *chosen, enum column order, struct line *line)
{
    line_pad_to(line, line->cols + COLUMN_MARGIN_COLS);
    for (size_t i = 0; i < chosen->shown_count; i++) {
        const struct column_info *info = &columns[chosen->shown[i].column];
        if (i > 0)
            line_pad_to(line, line->cols + COLUMN_GAP_COLS);
        size_t start = line->cols;
        line_cell(line, chosen->shown[i].column == order ? ROLE_STRONG : ROLE_DIM, info->title,
                  chosen->shown[i].cols, info->is_right);
        line_zone(line, start, ZONE_COLUMN, chosen->shown[i].column);
    }
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
    return context->now_ms - context->now_ms % TASK_ROW_STEP_MS;
}

/* NULL: not slow. */
static const char *slow_mark(const struct task *task, const struct filter *slow,
                             const struct column_context *context)
{
    if (task_is_slow_at(task, context->now_ms))
        return SLOWER_MARK;
    return task_is_slow(task, slow, context) ? SLOW_MARK : NULL;
}

static void draw_cell(const struct app *app, const struct task *task, enum column column,
                      const struct filter *slow, struct line *line, size_t cols)
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
    enum role role = task->state == TASK_SUCCEEDED ? ROLE_DIM : ROLE_TEXT;
    const char *mark = column == COLUMN_ELAPSED ? slow_mark(task, slow, &context) : NULL;
    line_cell(line, mark != NULL ? ROLE_WARNING : role, text, cols, columns[column].is_right);
    /* In the gap behind the cell, so that the numbers stay in line. */
    if (mark != NULL)
        line_put(line, ROLE_WARNING, mark);
}

void task_row_draw(const struct app *app, const struct task *task,
                   const struct task_columns *chosen, const struct filter *slow, struct line *line)
{
    if (marks_has(&app->marks, task))
        line_put(line, ROLE_WARNING, "* ");
    else
        line_put(line, ROLE_TEXT, "  ");
    for (size_t i = 0; i < chosen->shown_count; i++) {
        size_t end = line->cols + chosen->shown[i].cols;
        draw_cell(app, task, chosen->shown[i].column, slow, line, chosen->shown[i].cols);
        if (i + 1 < chosen->shown_count)
            line_pad_to(line, end + COLUMN_GAP_COLS);
    }
}

int task_row_tick_ms(const struct app *app, const struct task *task)
{
    struct column_context context = app_context(app);
    bool is_young = columns[COLUMN_AGE].number(task, &context) < AGE_STEP_FROM_MS;
    return task_is_alive(task) || is_young ? 1000 : TASK_ROW_STEP_MS;
}

/* ---- groups ------------------------------------------------------------------------------------
 */

void group_row_heads(enum grouping by, struct line *line)
{
    static const char *const titles[] = {"TASKS", "ALIVE", "FAILED", "P50", "P95"};
    line_pad_to(line, line->cols + COLUMN_MARGIN_COLS);
    for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
        line_cell(line, ROLE_DIM, titles[i], NUMBER_COLS, true);
    line_pad_to(line, line->cols + COLUMN_GAP_COLS);
    line_put(line, ROLE_STRONG, groupings[by].title);
}

static void put_count(struct line *line, enum role role, uint32_t count)
{
    char text[TIMEFMT_BYTES];
    line_cell(line, count > 0 ? role : ROLE_DIM, format_count(text, count), NUMBER_COLS, true);
}

static void put_time(struct line *line, int64_t ms)
{
    char text[TIMEFMT_BYTES];
    line_cell(line, ms != UNKNOWN ? ROLE_TEXT : ROLE_DIM, format_duration(text, ms), NUMBER_COLS,
              true);
}

void group_row_draw(const struct task_group *group, struct line *line)
{
    line_put(line, ROLE_KEY, group->is_open ? UNFOLDED : FOLDED);
    put_count(line, ROLE_TEXT, group->count);
    put_count(line, ROLE_RUNNING, group->alive);
    put_count(line, ROLE_ERROR, group->failed);
    put_time(line, group->p50_ms);
    put_time(line, group->p95_ms);
    line_pad_to(line, line->cols + COLUMN_GAP_COLS);
    line_put_cut(line, ROLE_STRONG, group->name, SIZE_MAX);
}
