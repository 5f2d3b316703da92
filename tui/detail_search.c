/* detail_search.c - text that is looked for on the pages of the detail: going to its matches. */
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "detail_parts.h"

bool detail_can_find(const struct view *view)
{
    const struct detail *d = view->state;
    return d->task != NULL;
}

void detail_find_again(struct detail *d)
{
    if (d->search.text == NULL)
        return;
    if (detail_shows_grid(d))
        page_search_in_result(&d->search, d->result);
    else if (detail_shows_tree(d))
        page_search_in_tree(&d->search, &d->json);
    else
        page_search_in_rows(&d->search, &d->rows);
}

static size_t grid_marks(const struct detail *d, size_t row, struct line_mark *out_marks)
{
    size_t count = 0;
    for (size_t i = d->grid.first_column; i < d->result->column_count; i++) {
        const char *cell = task_result_cell(d->result, row, i);
        if (cell != NULL)
            count = page_search_marks(&d->search, row * d->result->column_count + i, cell, 0,
                                      strlen(cell), out_marks, count, DETAIL_MARKS);
    }
    return count;
}

size_t detail_row_marks(const struct detail *d, size_t row,
                        struct line_mark out_marks[DETAIL_MARKS])
{
    if (d->search.count == 0)
        return 0;
    if (detail_shows_grid(d))
        return grid_marks(d, row, out_marks);
    if (!detail_shows_tree(d))
        return page_search_row_marks(&d->search, &d->rows, row, out_marks, DETAIL_MARKS);
    size_t number = text_rows_line_at(&d->rows, row);
    if (number == 0)
        return 0;
    const char *start = d->rows.rows[text_rows_find_line(&d->rows, number)].text;
    const struct text_row *text = &d->rows.rows[row];
    return page_search_marks(&d->search, number - 1, start, (size_t)(text->text - start),
                             text->length, out_marks, 0, DETAIL_MARKS);
}

/* ---- where we are ------------------------------------------------------------------------------
 */

/* The row where a match begins, and in which byte of the text that is wrapped there. */
static size_t row_of_match(const struct detail *d, const struct page_match *match, size_t *out_byte)
{
    if (!detail_shows_tree(d))
        return page_search_row_of(&d->rows, match, out_byte);
    size_t first = text_rows_find_line(&d->rows, match->line + 1);
    size_t row = text_rows_with(&d->rows, first, match->at);
    *out_byte = match->at - (size_t)(d->rows.rows[row].text - d->rows.rows[first].text);
    return row;
}

static bool is_in_sight(const struct list *scroll, size_t row)
{
    return row >= scroll->top && row < scroll->top + scroll->height;
}

/* From where the search goes on: the cursor; in a text the last match, while it is in sight, else
 * the top of the window. */
static const struct page_match *go(struct detail *d, int step)
{
    const struct page_match *current = page_search_current(&d->search);
    const struct list *scroll = &d->scroll[d->page];
    size_t byte;
    if (detail_shows_grid(d)) {
        size_t cell = scroll->cursor * d->result->column_count + d->grid.column;
        return page_search_go(&d->search, cell, 0, true, step);
    }
    bool is_there = current != NULL &&
                    (detail_shows_tree(d) ? detail_tree_line(d) == current->line
                                          : is_in_sight(scroll, row_of_match(d, current, &byte)));
    if (is_there)
        return page_search_go(&d->search, current->line, current->at, true, step);
    if (detail_shows_tree(d))
        return page_search_go(&d->search, detail_tree_line(d), 0, false, step);
    if (d->rows.count == 0)
        return NULL;
    size_t first = text_rows_first(&d->rows, scroll->top);
    return page_search_go(&d->search, page_search_line_of(&d->rows, scroll->top),
                          (size_t)(d->rows.rows[scroll->top].text - d->rows.rows[first].text),
                          false, step);
}

/* ---- going there -------------------------------------------------------------------------------
 */

/* A text has no cursor; what is found out of sight comes to the upper third of the window. */
static void show_row(struct list *scroll, size_t row)
{
    if (!is_in_sight(scroll, row))
        scroll->top = row > scroll->height / 3 ? row - scroll->height / 3 : 0;
    scroll->cursor = scroll->top;
}

static void show_match(struct view *view, const struct page_match *found)
{
    struct detail *d = view->state;
    struct list *scroll = &d->scroll[d->page];
    struct page_match match = *found;
    if (detail_shows_grid(d)) {
        list_go(scroll, match.line / d->result->column_count);
        result_grid_go(&d->grid, match.line % d->result->column_count, detail_text_cols(view));
        return;
    }
    if (detail_shows_tree(d) && json_tree_reveal(&d->json, match.line)) {
        detail_build(view);
        detail_fit_scroll(view);
    }
    size_t byte;
    size_t row = row_of_match(d, &match, &byte);
    if (detail_shows_tree(d))
        list_go(scroll, row);
    else
        show_row(scroll, row);
    if (byte != SIZE_MAX)
        text_rows_show(&d->rows, row, byte, match.length, detail_text_cols(view));
    d->left[d->page] = d->rows.left;
    detail_fit_scroll(view);
}

bool detail_find(struct view *view, const char *text, int step)
{
    struct detail *d = view->state;
    if (d->search.text == NULL || strcmp(d->search.text, text) != 0) {
        page_search_start(&d->search, text);
        detail_find_again(d);
    }
    const struct page_match *match = go(d, step);
    if (match != NULL)
        show_match(view, match);
    return match != NULL;
}

/* ---- while it is typed -------------------------------------------------------------------------
 */

void detail_find_begin(struct view *view)
{
    struct detail *d = view->state;
    d->origin.scroll = d->scroll[d->page];
    d->origin.left = d->left[d->page];
    d->origin.column = d->grid.column;
}

static void go_to_origin(struct view *view)
{
    struct detail *d = view->state;
    d->scroll[d->page] = d->origin.scroll;
    d->left[d->page] = d->origin.left;
    d->grid.column = d->origin.column;
    detail_fit_scroll(view);
}

bool detail_find_typed(struct view *view, const char *text)
{
    detail_find_undo(view);
    return text[0] == '\0' || detail_find(view, text, 0);
}

void detail_find_undo(struct view *view)
{
    detail_find_end(view);
    go_to_origin(view);
}

bool detail_find_end(struct view *view)
{
    struct detail *d = view->state;
    bool was_on = d->search.text != NULL;
    page_search_finish(&d->search);
    return was_on;
}

const char *detail_found_text(const struct view *view)
{
    const struct detail *d = view->state;
    return d->search.text;
}

bool detail_format_found(const struct view *view, char out[DETAIL_FOUND_BYTES])
{
    const struct detail *d = view->state;
    const struct page_search *search = &d->search;
    const char *more = search->is_cut ? "more than " : "";
    if (search->text == NULL || d->task == NULL)
        return false;
    if (search->count == 0)
        snprintf(out, DETAIL_FOUND_BYTES, "no match");
    else if (search->current < search->count)
        snprintf(out, DETAIL_FOUND_BYTES, "match %zu of %s%zu", search->current + 1, more,
                 search->count);
    else
        snprintf(out, DETAIL_FOUND_BYTES, "%s%zu %s", more, search->count,
                 search->count == 1 ? "match" : "matches");
    return true;
}
