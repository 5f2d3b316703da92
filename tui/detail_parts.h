/* detail_parts.h - what the files of the detail pane share. */
#pragma once

#include "detail_pages.h"
#include "json_tree.h"
#include "list.h"
#include "marks.h"
#include "page_search.h"
#include "result_grid.h"
#include "view.h"

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
    struct json_tree json; /* of told, once its page was looked at */
    struct page_search search;
    struct { /* where the search began, which is typed */
        struct list scroll;
        size_t left;
        size_t column;
    } origin;
};

/* The page is the table of a result. */
bool detail_shows_grid(const struct detail *d);
/* The page has a cursor on its lines, which fold. */
bool detail_shows_tree(const struct detail *d);
/* Lines above what scrolls: the state, or what the result is, the cell, the column names. */
size_t detail_fixed_rows(const struct detail *d);
size_t detail_scrolled_rows(const struct detail *d);
/* Columns for the page's text. */
size_t detail_text_cols(const struct view *view);
/* The page's rows anew; the window on them. */
void detail_build(struct view *view);
void detail_fit_scroll(struct view *view);

void detail_draw_title(const struct view *view, struct line *line);
void detail_draw_row(const struct view *view, size_t y, struct line *line);

/* Left folds, or goes to what the line stands in; Right opens, or goes into it. */
void detail_step_into_tree(struct view *view, int step);
bool detail_act_on_tree(struct view *view, enum ui_action action);
/* The line of the record under the cursor. */
size_t detail_tree_line(const struct detail *d);

/* detail_search.c: finds anew what is looked for, after the page was built; its marks on a row. */
void detail_find_again(struct detail *d);
#define DETAIL_MARKS 256
size_t detail_row_marks(const struct detail *d, size_t row,
                        struct line_mark out_marks[DETAIL_MARKS]);
