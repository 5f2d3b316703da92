#include "page_search.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

#define MATCHES_MAX  100000
#define WINDOW_BYTES 512 /* looked through at once: a search must not run far ahead */

/* ---- finding -----------------------------------------------------------------------------------
 */

void page_search_start(struct page_search *search, const char *text)
{
    page_search_finish(search);
    search->text = xstrdup(text);
    textmatch_init(&search->pattern, text);
    page_search_leave(search);
}

void page_search_finish(struct page_search *search)
{
    free(search->text);
    free(search->matches);
    textmatch_finish(&search->pattern);
    *search = (struct page_search){.current = SIZE_MAX};
}

void page_search_clear(struct page_search *search)
{
    search->count = 0;
    search->is_cut = false;
}

void page_search_leave(struct page_search *search)
{
    search->current = SIZE_MAX;
}

static void add_match(struct page_search *search, size_t line, size_t at, size_t length)
{
    search->is_cut |= search->count == MATCHES_MAX;
    if (search->is_cut)
        return;
    if (search->count == search->size) {
        search->size = search->size > 0 ? search->size * 2 : 64;
        search->matches = xreallocarray(search->matches, search->size, sizeof(search->matches[0]));
    }
    search->matches[search->count++] = (struct page_match){line, (uint32_t)at, (uint32_t)length};
}

/* The next place at or after text[at]; NULL: none. */
static const char *find_from(const struct textmatch *pattern, const char *text, size_t at,
                             size_t length)
{
    size_t window = WINDOW_BYTES + 4 * pattern->length;
    for (; at < length; at += WINDOW_BYTES) {
        size_t left = length - at;
        const char *found = textmatch_find(pattern, text + at, left < window ? left : window);
        if (found != NULL)
            return found;
    }
    return NULL;
}

static void find_all(struct page_search *search, size_t line, const char *text, size_t length)
{
    for (size_t at = 0; at < length && !search->is_cut;) {
        const char *found = find_from(&search->pattern, text, at, length);
        if (found == NULL)
            return;
        size_t bytes = textmatch_length(&search->pattern, found, text + length);
        at = (size_t)(found - text) + bytes;
        add_match(search, line, (size_t)(found - text), bytes);
    }
}

/* ---- in rows -----------------------------------------------------------------------------------
 */

/* The texts of a row, in the order of reading. */
enum part { PART_LABEL, PART_TEXT, PART_OTHER_LABEL, PART_OTHER_TEXT, PART_COUNT };

static const char *text_of(const struct text_row *row, enum part part, size_t *out_length)
{
    const char *text = part == PART_OTHER_LABEL ? row->other_label : row->other_text;
    bool is_fact = row->kind == TEXT_ROW_FACT;
    if (part == PART_TEXT) {
        *out_length = row->length;
        return row->text;
    }
    if (part == PART_LABEL)
        text = row->label;
    if (!is_fact || text == NULL)
        text = "";
    *out_length = strlen(text);
    return text;
}

static size_t line_of(size_t row, enum part part)
{
    return row * PART_COUNT + part;
}

size_t page_search_line_of(const struct text_rows *rows, size_t row)
{
    size_t first = text_rows_first(rows, row);
    return line_of(first, first == row ? PART_LABEL : PART_TEXT);
}

size_t page_search_row_of(const struct text_rows *rows, const struct page_match *match,
                          size_t *out_byte)
{
    size_t first = match->line / PART_COUNT;
    bool is_wrapped = match->line % PART_COUNT == PART_TEXT;
    size_t row = is_wrapped ? text_rows_with(rows, first, match->at) : first;
    *out_byte =
        is_wrapped ? match->at - (size_t)(rows->rows[row].text - rows->rows[first].text) : SIZE_MAX;
    return row;
}

/* All of the text that begins in row first, with what was left out where it was cut. */
static size_t whole_length(const struct text_rows *rows, size_t first)
{
    const struct text_row *last = &rows->rows[text_rows_with(rows, first, SIZE_MAX)];
    return (size_t)(last->text - rows->rows[first].text) + last->length;
}

void page_search_in_rows(struct page_search *search, const struct text_rows *rows)
{
    page_search_clear(search);
    for (size_t row = 0; row < rows->count; row++) {
        for (enum part part = 0; part < PART_COUNT; part++) {
            size_t length;
            const char *text = text_of(&rows->rows[row], part, &length);
            if (part == PART_TEXT)
                length = text_rows_goes_on(rows, row) ? 0 : whole_length(rows, row);
            find_all(search, line_of(row, part), text, length);
        }
    }
}

/* ---- in a record, in a result ------------------------------------------------------------------
 */

void page_search_in_tree(struct page_search *search, const struct json_tree *tree)
{
    page_search_clear(search);
    for (size_t line = 0; line < tree->count; line++)
        find_all(search, line, tree->lines[line].text, tree->lines[line].length);
}

void page_search_in_result(struct page_search *search, const struct task_result *result)
{
    page_search_clear(search);
    for (size_t cell = 0; cell < result->row_count * result->column_count; cell++) {
        const char *text =
            task_result_cell(result, cell / result->column_count, cell % result->column_count);
        size_t length = text != NULL ? strlen(text) : 0;
        const char *found = find_from(&search->pattern, text, 0, length);
        if (found != NULL)
            add_match(search, cell, (size_t)(found - text),
                      textmatch_length(&search->pattern, found, text + length));
    }
}

/* ---- going -------------------------------------------------------------------------------------
 */

const struct page_match *page_search_current(const struct page_search *search)
{
    return search->current < search->count ? &search->matches[search->current] : NULL;
}

/* The first match that ends behind a place. */
static size_t first_from(const struct page_search *search, size_t line, size_t at)
{
    size_t low = 0;
    size_t high = search->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct page_match *match = &search->matches[middle];
        if (match->line < line || (match->line == line && match->at + match->length <= at))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct page_match *page_search_go(struct page_search *search, size_t line, size_t at,
                                        bool is_match, int step)
{
    size_t to = first_from(search, line, at);
    if (search->count == 0)
        return NULL;
    if (step > 0 && is_match && to < search->count && search->matches[to].line == line)
        to++;
    if (step < 0)
        to += search->count - 1;
    search->current = to % search->count;
    return page_search_current(search);
}

/* ---- marks -------------------------------------------------------------------------------------
 */

size_t page_search_marks(const struct page_search *search, size_t line, const char *text, size_t at,
                         size_t length, struct line_mark *out_marks, size_t count, size_t size)
{
    for (size_t i = first_from(search, line, at); i < search->count && count < size; i++) {
        const struct page_match *match = &search->matches[i];
        if (match->line != line || match->at >= at + length)
            break;
        const char *from = text + match->at;
        uint8_t overlay = i == search->current ? OVERLAY_FOUND_HERE : OVERLAY_FOUND;
        out_marks[count++] = (struct line_mark){from, from + match->length, overlay};
    }
    return count;
}

size_t page_search_row_marks(const struct page_search *search, const struct text_rows *rows,
                             size_t row, struct line_mark *out_marks, size_t size)
{
    size_t count = 0;
    size_t first = text_rows_first(rows, row);
    for (enum part part = 0; part < PART_COUNT; part++) {
        size_t length;
        const char *text = text_of(&rows->rows[row], part, &length);
        const char *start = part == PART_TEXT ? rows->rows[first].text : text;
        size_t line = line_of(part == PART_TEXT ? first : row, part);
        count = page_search_marks(search, line, start, (size_t)(text - start), length, out_marks,
                                  count, size);
    }
    return count;
}
