/* detail_tree.c - the record of a task: a cursor on its lines, which fold. */
#include "app.h"
#include "detail_parts.h"

size_t detail_tree_line(const struct detail *d)
{
    size_t number = text_rows_line_at(&d->rows, d->scroll[PAGE_JSON].cursor);
    return number > 0 ? number - 1 : 0;
}

/* After a change of folds: the cursor is on that line. */
static void show_line(struct view *view, size_t json_line)
{
    struct detail *d = view->state;
    detail_build(view);
    detail_fit_scroll(view);
    list_go(&d->scroll[PAGE_JSON], text_rows_find_line(&d->rows, json_line + 1));
}

static void fold(struct view *view, size_t json_line, bool is_folded)
{
    struct detail *d = view->state;
    json_tree_fold(&d->json, json_line, is_folded);
    show_line(view, json_line);
}

/* Left folds, or goes to what the line stands in; Right opens, or goes into it. */
void detail_step_into_tree(struct view *view, int step)
{
    struct detail *d = view->state;
    size_t at = detail_tree_line(d);
    bool can_fold = json_tree_can_fold(&d->json, at);
    bool is_folded = d->json.lines[at].is_folded;
    if (step < 0 && (!can_fold || is_folded))
        list_go(&d->scroll[PAGE_JSON],
                text_rows_find_line(&d->rows, (size_t)d->json.lines[at].parent + 1));
    else if (can_fold && is_folded == (step > 0))
        fold(view, at, step < 0);
    else if (can_fold)
        list_go(&d->scroll[PAGE_JSON], text_rows_find_line(&d->rows, at + 2));
}

bool detail_act_on_tree(struct view *view, enum ui_action action)
{
    struct detail *d = view->state;
    size_t at = detail_tree_line(d);
    switch (action) {
    case UI_OPEN:
        fold(view, at, !d->json.lines[at].is_folded);
        return true;
    case UI_FOLD_ALL:
        json_tree_fold_all(&d->json);
        show_line(view, 0);
        return true;
    default:
        return list_act(&d->scroll[PAGE_JSON], action);
    }
}
