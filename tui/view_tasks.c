/* view_tasks.c - the list of tasks over all profiles: order, filter, marks, selection by identity.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "task_row.h"
#include "tasks_parts.h"

static void tasks_open(struct view *view)
{
    struct tasks *t = view->state;
    task_order_init(&t->order);
    task_groups_init(&t->groups);
    task_columns_init(&t->columns);
    t->is_pinned = true;
}

static void tasks_close(struct view *view)
{
    struct tasks *t = view->state;
    tasks_end_search(t);
    task_order_finish(&t->order);
    task_groups_finish(&t->groups);
}

/* ---- rows --------------------------------------------------------------------------------------
 */

static size_t window_rows(const struct view *view)
{
    return view->height > 1 ? view->height - 1 : view->height;
}

bool tasks_are_grouped(const struct tasks *t)
{
    return t->groups.by != GROUP_NONE;
}

size_t tasks_row_count(const struct tasks *t)
{
    return tasks_are_grouped(t) ? t->groups.row_count : t->order.shown.count;
}

uint32_t tasks_slot_at(const struct tasks *t, size_t row)
{
    struct group_row line;
    if (!tasks_are_grouped(t))
        return row < t->order.shown.count ? t->order.shown.slots[row] : SLOT_UNKNOWN;
    bool is_task = task_groups_at(&t->groups, row, &line) && line.slot != GROUP_HEAD;
    return is_task ? line.slot : SLOT_UNKNOWN;
}

size_t tasks_order_row(const struct tasks *t, size_t row)
{
    uint32_t slot = tasks_slot_at(t, row);
    if (slot == SLOT_UNKNOWN)
        return t->order.shown.count;
    return tasks_are_grouped(t) ? task_order_row(&t->order, slot) : row;
}

const struct task *tasks_task_at(const struct tasks *t, size_t row)
{
    uint32_t slot = tasks_slot_at(t, row);
    return slot != SLOT_UNKNOWN ? t->order.slots[slot].task : NULL;
}

const struct task_group *tasks_head_at(const struct tasks *t, size_t row)
{
    struct group_row line;
    bool is_head =
        tasks_are_grouped(t) && task_groups_at(&t->groups, row, &line) && line.slot == GROUP_HEAD;
    return is_head ? line.group : NULL;
}

/* Where a row of the order stands in the list: for a task of a folded group, the head. */
static size_t list_row(const struct tasks *t, size_t at)
{
    if (!tasks_are_grouped(t) || at >= t->order.shown.count)
        return at < t->order.shown.count ? at : tasks_row_count(t);
    uint32_t slot = t->order.shown.slots[at];
    const struct task_group *group = task_groups_of(&t->groups, slot);
    if (group == NULL)
        return tasks_row_count(t);
    return group->is_open ? task_groups_find_slot(&t->groups, slot)
                          : task_groups_find_head(&t->groups, group->key);
}

static size_t selected_row(const struct tasks *t)
{
    if (t->is_pinned)
        return 0;
    if (task_key_is_set(&t->selected))
        return list_row(t, task_order_find(&t->order, t->selected.source, t->selected.id,
                                           t->selected_slot));
    if (tasks_are_grouped(t))
        return task_groups_find_head(&t->groups, t->selected_group);
    return tasks_row_count(t);
}

/* The selection is what is under the cursor now. */
static void remember(struct view *view)
{
    struct tasks *t = view->state;
    const struct task_group *group = tasks_head_at(t, t->list.cursor);
    struct task_key key = task_key_of(tasks_task_at(t, t->list.cursor));
    t->selected_group = group != NULL ? group->key : 0;
    t->selected_slot = tasks_slot_at(t, t->list.cursor);
    if (task_key_equal(&key, &t->selected))
        return;
    t->selected = key;
    app_want_soon(view->app);
}

static void tasks_update(struct view *view)
{
    struct tasks *t = view->state;
    struct column_context context = app_context(view->app);
    struct frame_work work;
    t->has_worked = true;
    frame_work_start(&work, FRAME_WORK_MS);
    task_order_update(&t->order, &context, &work);
    task_columns_fit(&t->columns, view->width, view->app->snapshot->source_count > 1);

    if (tasks_are_grouped(t))
        task_groups_update(&t->groups, &t->order, &context, &work);
    size_t row = selected_row(t);
    list_resize(&t->list, tasks_row_count(t), window_rows(view));
    if (row < tasks_row_count(t))
        list_follow(&t->list, row);
    remember(view);
}

bool tasks_is_busy(const struct view *view)
{
    const struct tasks *t = view->state;
    return task_order_is_busy(&t->order) || (tasks_are_grouped(t) && t->groups.is_busy) ||
           t->search.filter != NULL;
}

bool tasks_has_worked(const struct view *view)
{
    const struct tasks *t = view->state;
    return t->has_worked;
}

/* Once per frame: a key may have had its share of this one already. */
void tasks_go_on(struct view *view)
{
    struct tasks *t = view->state;
    bool is_free = !t->has_worked;
    t->has_worked = false;
    if (is_free && t->search.filter != NULL)
        tasks_go_on_searching(view);
    else if (is_free && tasks_is_busy(view))
        tasks_update(view);
    t->has_worked = false;
}

void tasks_finish_work(struct view *view)
{
    while (tasks_is_busy(view))
        tasks_go_on(view);
}

const struct task *tasks_selected(const struct view *view)
{
    const struct tasks *t = view->state;
    return tasks_task_at(t, t->list.cursor);
}

bool tasks_is_on_group(const struct view *view)
{
    const struct tasks *t = view->state;
    return tasks_head_at(t, t->list.cursor) != NULL;
}

size_t tasks_count(const struct view *view)
{
    const struct tasks *t = view->state;
    return t->order.shown.count;
}

const struct task *const *tasks_rows(const struct view *view)
{
    struct tasks *t = view->state;
    return task_order_rows(&t->order);
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

void tasks_slow(struct view *view, struct filter *slow)
{
    struct tasks *t = view->state;
    task_order_slow(&t->order, slow);
    tasks_update(view);
}

bool tasks_follow(struct view *view)
{
    struct tasks *t = view->state;
    t->is_following = !t->is_following;
    t->is_pinned = t->is_following;
    tasks_update(view);
    return t->is_following;
}

/* From the head of a group that is about to go the cursor goes on to its first task. */
static void leave_head(struct tasks *t)
{
    const struct task_group *head = tasks_head_at(t, t->list.cursor);
    for (size_t at = 0; head != NULL && at < t->order.shown.count; at++) {
        if (task_groups_of(&t->groups, t->order.shown.slots[at]) != head)
            continue;
        t->selected = task_key_of(task_order_at(&t->order, at));
        t->selected_slot = t->order.shown.slots[at];
        return;
    }
}

void tasks_group(struct view *view, enum grouping by)
{
    struct tasks *t = view->state;
    leave_head(t);
    task_groups_by(&t->groups, by);
    tasks_update(view);
}

enum grouping tasks_grouping(const struct view *view)
{
    const struct tasks *t = view->state;
    return t->groups.by;
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

void tasks_show_row(struct view *view, size_t at)
{
    struct tasks *t = view->state;
    if (tasks_are_grouped(t)) {
        struct column_context context = app_context(view->app);
        const struct task_group *group = task_groups_of(&t->groups, t->order.shown.slots[at]);
        struct frame_work work = frame_work_unbound();
        if (group != NULL)
            task_groups_open(&t->groups, group->key, true);
        task_groups_update(&t->groups, &t->order, &context, &work);
        list_resize(&t->list, tasks_row_count(t), window_rows(view));
    }
    list_go(&t->list, list_row(t, at));
    remember(view);
}

/* ---- keys --------------------------------------------------------------------------------------
 */

/* Until a key is pressed, and after Home, the first row is what is looked at. */
void tasks_unpin(struct view *view)
{
    struct tasks *t = view->state;
    t->is_pinned = t->is_following;
}

bool tasks_go_to(struct view *view, const struct task_key *key)
{
    struct tasks *t = view->state;
    size_t at = task_order_find(&t->order, key->source, key->id, SLOT_UNKNOWN);
    if (at >= t->order.shown.count)
        return false;
    t->is_pinned = t->is_following = false;
    tasks_show_row(view, at);
    return true;
}

static void fold(struct view *view, const struct task_group *group, bool is_open)
{
    struct tasks *t = view->state;
    t->is_pinned = t->is_following = false;
    t->selected = (struct task_key){0};
    t->selected_group = group->key;
    task_groups_open(&t->groups, group->key, is_open);
    tasks_update(view);
}

/* Open and fold groups; false: nothing of the kind. */
static bool act_on_group(struct view *view, enum ui_action action)
{
    struct tasks *t = view->state;
    const struct task_group *head = tasks_head_at(t, t->list.cursor);
    if (head != NULL && (action == UI_OPEN || action == UI_LEFT || action == UI_RIGHT)) {
        fold(view, head, action == UI_OPEN ? !head->is_open : action == UI_RIGHT);
        return true;
    }
    struct group_row line;
    if (head != NULL || action != UI_LEFT || !task_groups_at(&t->groups, t->list.cursor, &line))
        return false;
    fold(view, line.group, false);
    return true;
}

/* Opens all groups; where all are open, folds them. */
void tasks_fold_all(struct view *view)
{
    struct tasks *t = view->state;
    bool is_open = true;
    for (size_t i = 0; i < t->groups.count; i++)
        is_open = is_open && t->groups.groups[i]->is_open;
    task_groups_open_all(&t->groups, !is_open);
    tasks_update(view);
}

static bool tasks_act(struct view *view, enum ui_action action)
{
    struct tasks *t = view->state;
    if (tasks_are_grouped(t) && act_on_group(view, action))
        return true;
    if (list_act(&t->list, action)) {
        t->is_following = false;
        t->is_pinned = action == UI_FIRST;
        remember(view);
        return true;
    }
    if (action != UI_MARK)
        return false;
    if (!marks_toggle(&view->app->marks, tasks_selected(view)))
        app_say(view->app, ROLE_WARNING, "No more than %d tasks can be marked.", LIMIT_MARKS);
    list_act(&t->list, UI_DOWN);
    remember(view);
    return true;
}

/* Every second while something lives or is young; ages of older tasks move in steps. */
static int tasks_tick_ms(const struct view *view)
{
    const struct tasks *t = view->state;
    size_t end = t->list.top + t->list.height;
    int tick = 0;
    for (size_t i = t->list.top; i < end && i < tasks_row_count(t); i++) {
        const struct task *task = tasks_task_at(t, i);
        int own = task != NULL ? task_row_tick_ms(view->app, task) : 0;
        if (own > 0 && (tick == 0 || own < tick))
            tick = own;
    }
    return tick;
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
