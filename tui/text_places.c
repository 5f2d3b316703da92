/* text_places.c - places in rows of text: the line a row is a piece of, the row that has a byte. */
#include "text_rows.h"

size_t text_rows_line_at(const struct text_rows *rows, size_t at)
{
    if (at >= rows->count || rows->rows[at].kind != TEXT_ROW_CODE)
        return 0;
    while (at > 0 && rows->rows[at].number == 0)
        at--;
    return rows->rows[at].number;
}

size_t text_rows_find_line(const struct text_rows *rows, size_t number)
{
    for (size_t at = 0; at < rows->count; at++)
        if (rows->rows[at].number == number)
            return at;
    return rows->count > 0 ? rows->count - 1 : 0;
}

/* A mark stands between the pieces of a line that it belongs to. */
static size_t piece_before(const struct text_rows *rows, size_t at)
{
    do
        at--;
    while (at > 0 && rows->rows[at].kind == TEXT_ROW_MARK);
    return at;
}

/* Whether a row goes on with the text of the one before: nothing or a blank was between. */
static bool goes_on(const struct text_row *row, const struct text_row *before)
{
    const char *end = before->text + before->length;
    if (row->kind != before->kind || row->kind == TEXT_ROW_MARK || *end == '\0')
        return false;
    return row->text == end || (*end == ' ' && row->text == end + 1);
}

bool text_rows_goes_on(const struct text_rows *rows, size_t at)
{
    return at > 0 && goes_on(&rows->rows[at], &rows->rows[piece_before(rows, at)]);
}

size_t text_rows_first(const struct text_rows *rows, size_t at)
{
    while (text_rows_goes_on(rows, at))
        at = piece_before(rows, at);
    return at;
}

size_t text_rows_with(const struct text_rows *rows, size_t first, size_t byte)
{
    size_t found = first;
    for (size_t at = first + 1; at < rows->count; at++) {
        const struct text_row *row = &rows->rows[at];
        if (row->kind == TEXT_ROW_MARK)
            continue;
        if (!goes_on(row, &rows->rows[found]) ||
            (size_t)(row->text - rows->rows[first].text) > byte)
            break;
        found = at;
    }
    return found;
}
