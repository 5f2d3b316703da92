/* view_tasks.c - the list of tasks over all profiles: order, filter, marks, selection by identity.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "bars.h"
#include "task_columns.h"
#include "task_groups.h"
#include "task_order.h"
#include "task_row.h"

#define CURSOR_MARK "\xe2\x94\x83"

struct tasks {
    struct task_order order;
    struct task_groups groups;
    struct list list;
    struct task_key selected;
    uint32_t selected_slot;  /* of the order */
    uint64_t selected_group; /* while the cursor is on the head of a group */
    bool is_following;       /* pinned until the cursor is moved */
    bool is_pinned;          /* the cursor stays on the first row, whatever task that is */
    struct task_columns columns;
};

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
    task_order_finish(&t->order);
    task_groups_finish(&t->groups);
}

/* ---- rows --------------------------------------------------------------------------------------
 */

static size_t window_rows(const struct view *view)
{
    return view->height > 1 ? view->height - 1 : view->height;
}

static bool is_grouped(const struct tasks *t)
{
    return t->groups.by != GROUP_NONE;
}

static size_t row_count(const struct tasks *t)
{
    return is_grouped(t) ? t->groups.row_count : t->order.row_count;
}

/* The row of the order that stands in a line of the list; order.row_count: a head or nothing. */
static size_t order_row(const struct tasks *t, size_t row)
{
    if (row >= row_count(t))
        return t->order.row_count;
    if (!is_grouped(t))
        return row;
    uint32_t at = t->groups.rows[row].row;
    return at == GROUP_HEAD ? t->order.row_count : at;
}

/* NULL: a head or nothing. */
static const struct task *task_at(const struct tasks *t, size_t row)
{
    size_t at = order_row(t, row);
    return at < t->order.row_count ? t->order.rows[at] : NULL;
}

/* The group whose head stands in a line of the list; NULL: another line. */
static const struct task_group *head_at(const struct tasks *t, size_t row)
{
    bool is_head =
        is_grouped(t) && row < t->groups.row_count && t->groups.rows[row].row == GROUP_HEAD;
    return is_head ? t->groups.groups[t->groups.rows[row].group] : NULL;
}

/* Where a row of the order stands in the list: for a task of a folded group, the head. */
static size_t list_row(const struct tasks *t, size_t at)
{
    if (!is_grouped(t) || at >= t->order.row_count)
        return at < t->order.row_count ? at : row_count(t);
    const struct task_group *group = task_groups_of(&t->groups, &t->order, at);
    return group->is_open ? task_groups_find_row(&t->groups, at)
                          : task_groups_find_head(&t->groups, group->key);
}

static size_t selected_row(const struct tasks *t)
{
    if (t->is_pinned)
        return 0;
    if (task_key_is_set(&t->selected))
        return list_row(t, task_order_find(&t->order, t->selected.source, t->selected.id,
                                           t->selected_slot));
    if (is_grouped(t))
        return task_groups_find_head(&t->groups, t->selected_group);
    return row_count(t);
}

static void remember_selected(struct view *view)
{
    struct tasks *t = view->state;
    const struct task_group *group = head_at(t, t->list.cursor);
    struct task_key key = task_key_of(task_at(t, t->list.cursor));
    size_t at = order_row(t, t->list.cursor);
    t->selected_group = group != NULL ? group->key : 0;
    t->selected_slot = at < t->order.row_count ? t->order.row_slots[at] : SLOT_UNKNOWN;
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

    if (is_grouped(t))
        task_groups_update(&t->groups, &t->order, &context);
    size_t row = selected_row(t);
    list_resize(&t->list, row_count(t), window_rows(view));
    if (row < row_count(t))
        list_follow(&t->list, row);
    remember_selected(view);
}

const struct task *tasks_selected(const struct view *view)
{
    const struct tasks *t = view->state;
    return task_at(t, t->list.cursor);
}

bool tasks_is_on_group(const struct view *view)
{
    const struct tasks *t = view->state;
    return head_at(t, t->list.cursor) != NULL;
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

void tasks_group(struct view *view, enum grouping by)
{
    struct tasks *t = view->state;
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

/* Puts the cursor on a row of the order; opens the group it is in. */
static void show_row(struct view *view, size_t at)
{
    struct tasks *t = view->state;
    if (is_grouped(t)) {
        struct column_context context = app_context(view->app);
        task_groups_open(&t->groups, task_groups_of(&t->groups, &t->order, at)->key, true);
        task_groups_update(&t->groups, &t->order, &context);
        list_resize(&t->list, row_count(t), window_rows(view));
    }
    list_go(&t->list, list_row(t, at));
    remember_selected(view);
}

/* The row of the order under the cursor; of a group the first below it. */
static size_t search_start(const struct tasks *t)
{
    size_t row = t->list.cursor;
    while (row < row_count(t) && order_row(t, row) == t->order.row_count)
        row++;
    return row < row_count(t) ? order_row(t, row) : 0;
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
    size_t from = search_start(t);
    bool is_found = false;
    for (size_t i = step == 0 ? 0 : 1; filter != NULL && i <= count && count > 0 && !is_found;
         i++) {
        size_t row = (from + (step < 0 ? count - i % count : i)) % count;
        is_found = filter_matches(filter, t->order.rows[row], &context);
        if (is_found)
            show_row(view, row);
    }
    filter_destroy(filter);
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

static void put_grouping(const struct tasks *t, struct line *line)
{
    if (is_grouped(t))
        line_putf(line, ROLE_DIM, "  %zu %s by %s", t->groups.count,
                  t->groups.count == 1 ? "group" : "groups", groupings[t->groups.by].name);
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
    put_grouping(t, line);
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

/* The titles of what the cursor is on: groups have other columns than tasks. */
static void draw_heads(const struct view *view, struct line *line)
{
    const struct tasks *t = view->state;
    size_t right = line->cols + view->width;
    if (is_grouped(t) && (row_count(t) == 0 || tasks_is_on_group(view)))
        group_row_heads(t->groups.by, line);
    else
        task_row_heads(&t->columns, t->order.column, line);
    line_pad_to(line, right);
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
    const struct task_group *group = head_at(t, row);
    if (row >= row_count(t)) {
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
        task_row_draw(view->app, task_at(t, row), &t->columns, t->order.slow, line);
    line_pad_to(line, right);
    line->overlay = OVERLAY_NONE;
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
    if (at >= t->order.row_count)
        return false;
    t->is_pinned = t->is_following = false;
    show_row(view, at);
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
    const struct task_group *head = head_at(t, t->list.cursor);
    if (head != NULL && (action == UI_OPEN || action == UI_LEFT || action == UI_RIGHT)) {
        fold(view, head, action == UI_OPEN ? !head->is_open : action == UI_RIGHT);
        return true;
    }
    if (head != NULL || action != UI_LEFT || t->list.cursor >= row_count(t))
        return false;
    fold(view, t->groups.groups[t->groups.rows[t->list.cursor].group], false);
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
    if (is_grouped(t) && act_on_group(view, action))
        return true;
    if (list_act(&t->list, action)) {
        t->is_following = false;
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
    size_t end = t->list.top + t->list.height;
    int tick = 0;
    for (size_t i = t->list.top; i < end && i < row_count(t); i++) {
        const struct task *task = task_at(t, i);
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
