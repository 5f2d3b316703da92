/* tasks_draw.c - the list of tasks: its title and lines, and what stands there when there are none.
 */
#include <stdio.h>

#include "bars.h"
#include "task_row.h"
#include "tasks_parts.h"

#define CURSOR_MARK "\xe2\x94\x83"

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

static void put_grouping(const struct tasks *t, struct line *line)
{
    if (tasks_are_grouped(t))
        line_putf(line, ROLE_DIM, "  %zu %s by %s", t->groups.count,
                  t->groups.count == 1 ? "group" : "groups", groupings[t->groups.by].name);
}

void tasks_draw_title(const struct view *view, struct line *line)
{
    const struct tasks *t = view->state;
    const struct app *app = view->app;
    if (t->order.filter == NULL)
        line_putf(line, ROLE_DIM, "%zu", t->order.all.count);
    else
        line_putf(line, ROLE_DIM, "%zu of %zu", t->order.shown.count, t->order.all.count);
    if (app->filter_text[0] != '\0') {
        line_put(line, ROLE_DIM, " \xc2\xb7 filter ");
        line_put_cut(line, ROLE_WARNING, app->filter_text, line->limit / 2);
    }
    if (app->marks.count > 0)
        line_putf(line, ROLE_WARNING, "  * %zu marked", app->marks.count);
    line_putf(line, ROLE_DIM, "  order %s %s", task_order_name(t->order.column),
              task_order_arrow(t->order.column, t->order.is_reversed));
    put_grouping(t, line);
    if (tasks_is_busy(view))
        line_put(line, ROLE_DIM, "  \xe2\x80\xa6");
    if (t->is_following)
        line_put(line, ROLE_WARNING, "  following");
    put_partial(app->snapshot, line);
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
    if (t->order.all.count > 0) {
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

/* The titles of what the cursor is on: groups have other columns than tasks. */
static void draw_heads(const struct view *view, struct line *line)
{
    const struct tasks *t = view->state;
    size_t right = line->cols + view->width;
    if (tasks_are_grouped(t) && (tasks_row_count(t) == 0 || tasks_is_on_group(view)))
        group_row_heads(t->groups.by, line);
    else
        task_row_heads(&t->columns, t->order.column, line);
    line_pad_to(line, right);
}

void tasks_draw_row(const struct view *view, size_t y, struct line *line)
{
    const struct tasks *t = view->state;
    size_t first = view->height > 1 ? 1 : 0;
    if (y < first) {
        draw_heads(view, line);
        return;
    }
    size_t row = t->list.top + y - first;
    const struct task_group *group = tasks_head_at(t, row);
    if (row >= tasks_row_count(t)) {
        if (row == 0)
            draw_nothing(view, line);
        return;
    }
    size_t right = line->cols + view->width;
    bool is_selected = row == t->list.cursor;
    if (is_selected)
        line->overlay = view->is_focused ? OVERLAY_SELECTED : OVERLAY_SELECTED_QUIET;
    line_put(line, is_selected ? ROLE_TITLE : ROLE_TEXT, is_selected ? CURSOR_MARK " " : "  ");
    if (group != NULL)
        group_row_draw(group, line);
    else
        task_row_draw(view->app, tasks_task_at(t, row), &t->columns, t->order.slow, line);
    line_pad_to(line, right);
    line_zone(line, right - view->width, ZONE_ROW, (int)row - (int)t->list.cursor);
    line->overlay = OVERLAY_NONE;
}
