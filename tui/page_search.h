/* page_search.h - what is looked for on a page of the detail: all places that have it, in order,
 * and the one where we are.
 *
 * A place is a line of the page and bytes of its text. What a line is depends on the page: a value
 * or a label of the rows, a line of the record, a cell of the result. Pure; one owner.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/textmatch.h"
#include "json_tree.h"
#include "model/detail.h"
#include "text_rows.h"

struct page_match {
    size_t line;
    uint32_t at; /* bytes */
    uint32_t length;
};

struct page_search {
    char *text; /* NULL: nothing is looked for */
    struct textmatch pattern;
    struct page_match *matches;
    size_t count;
    size_t size;
    bool is_cut;    /* there are more than are kept */
    size_t current; /* count or more: none */
};

void page_search_start(struct page_search *search, const char *text);
/* Nothing is looked for any longer. Accepts a zeroed struct. */
void page_search_finish(struct page_search *search);

/* The places anew. The one where we are keeps its number. */
void page_search_in_rows(struct page_search *search, const struct text_rows *rows);
void page_search_in_tree(struct page_search *search, const struct json_tree *tree);
/* The first place in each cell; cell: row * columns + column. */
void page_search_in_result(struct page_search *search, const struct task_result *result);
void page_search_clear(struct page_search *search);

/* We are nowhere. */
void page_search_leave(struct page_search *search);
/* The match where we are; NULL: none. */
const struct page_match *page_search_current(const struct page_search *search);
/* From a place on, and round: to the first match there (step 0), the next (1) or the one before
 * (-1); is_match: the first in that line at that place or after it is the one where we are. NULL:
 * there is none. */
const struct page_match *page_search_go(struct page_search *search, size_t line, size_t at,
                                        bool is_match, int step);

/* In rows: the line of what stands first in a row; the row where a match begins, and in which byte
 * of the text that is wrapped there (SIZE_MAX: elsewhere in the row). */
size_t page_search_line_of(const struct text_rows *rows, size_t row);
size_t page_search_row_of(const struct text_rows *rows, const struct page_match *match,
                          size_t *out_byte);

/* What of bytes [at, at + length) of a line is found: text is where byte 0 is. Adds to out_marks,
 * which has room for size, and returns how many are there now. */
size_t page_search_marks(const struct page_search *search, size_t line, const char *text, size_t at,
                         size_t length, struct line_mark *out_marks, size_t count, size_t size);
/* The same for all that a row has to say. */
size_t page_search_row_marks(const struct page_search *search, const struct text_rows *rows,
                             size_t row, struct line_mark *out_marks, size_t size);
