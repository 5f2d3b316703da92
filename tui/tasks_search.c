/* tasks_search.c - finds text in the list of tasks, over several frames where it is long. */
#include <string.h>

#include "tasks_parts.h"

/* The row of the order under the cursor; of a group the first below it. */
static size_t search_start(const struct tasks *t)
{
    size_t row = t->list.cursor;
    while (row < tasks_row_count(t) && tasks_slot_at(t, row) == SLOT_UNKNOWN)
        row++;
    return row < tasks_row_count(t) ? tasks_order_row(t, row) : 0;
}

/* The text as one word of a filter. */
static struct filter *filter_for(const char *text)
{
    struct strbuf quoted;
    strbuf_init(&quoted, PROMPT_BYTES + 2);
    strbuf_add_char(&quoted, '"');
    for (const char *c = text; *c != '\0'; c++)
        if (*c != '"' && *c != '\\')
            strbuf_add_char(&quoted, *c);
    strbuf_add_char(&quoted, '"');
    struct filter *filter = filter_parse(quoted.data, NULL, NULL);
    strbuf_finish(&quoted);
    return filter;
}

void tasks_end_search(struct tasks *t)
{
    filter_destroy(t->search.filter);
    t->search = (struct task_search){0};
}

/* The row of the order to look at; rows may have come and gone meanwhile. */
static size_t row_of_search(const struct task_search *search, size_t count)
{
    size_t on = search->at % count;
    return (search->from % count + (search->step < 0 ? count - on : on)) % count;
}

/* SEARCH_GOES_ON when the time of this frame is over. */
static enum search_state look(struct view *view)
{
    struct tasks *t = view->state;
    struct task_search *search = &t->search;
    struct column_context context = app_context(view->app);
    struct frame_work work;
    frame_work_start(&work, FRAME_WORK_MS);
    for (; t->order.shown.count > 0 && search->at <= t->order.shown.count; search->at++) {
        size_t row = row_of_search(search, t->order.shown.count);
        if (filter_matches(search->filter, task_order_at(&t->order, row), &context)) {
            tasks_show_row(view, row);
            return SEARCH_FOUND;
        }
        if (frame_work_is_over(&work))
            return SEARCH_GOES_ON;
    }
    return SEARCH_MISSED;
}

enum search_state tasks_search(struct view *view, const char *text, int step)
{
    struct tasks *t = view->state;
    tasks_end_search(t);
    t->search = (struct task_search){filter_for(text), search_start(t), step == 0 ? 0 : 1, step};
    t->has_worked = true;
    if (t->search.filter == NULL)
        return SEARCH_MISSED;
    enum search_state state = look(view);
    if (state != SEARCH_GOES_ON)
        tasks_end_search(t);
    return state;
}

void tasks_stop_search(struct view *view)
{
    tasks_end_search(view->state);
}

void tasks_go_on_searching(struct view *view)
{
    struct tasks *t = view->state;
    enum search_state state = look(view);
    if (state == SEARCH_GOES_ON)
        return;
    tasks_end_search(t);
    if (state == SEARCH_MISSED)
        app_search_missed(view->app);
}
