#include "item_row.h"

#define GAP_COLS      2
#define COLS_MIN      8  /* below that a column goes rather than shrinks */
#define REST_COLS_MIN 12 /* of the column that takes what is left */

static const struct item_column *column_of(enum item_kind kind, size_t i)
{
    const struct item_column *column = &item_kinds[kind].columns[i];
    return column->title != NULL ? column : NULL;
}

static void widen(size_t *cols, const char *text, size_t max)
{
    size_t needed = line_text_cols(text);
    if (max > 0 && needed > max)
        needed = max;
    if (needed > *cols)
        *cols = needed;
}

void item_row_fit_heading(struct item_widths *widths, enum item_kind kind)
{
    const struct item_column *column;
    for (size_t i = 0; i < ITEM_COLUMNS_MAX && (column = column_of(kind, i)) != NULL; i++)
        widen(&widths->cols[i], column->title, column->max_cols);
}

void item_row_fit(struct item_widths *widths, const struct item *item, int64_t now_ms)
{
    char scratch[ITEM_CELL_BYTES];
    const struct item_column *column;
    for (size_t i = 0; i < ITEM_COLUMNS_MAX && (column = column_of(item->kind, i)) != NULL; i++) {
        const char *text = column->text(item, now_ms, scratch);
        widen(&widths->cols[i], text != NULL ? text : "-", column->max_cols);
    }
}

static size_t whole(const struct item_widths *widths)
{
    size_t sum = 0;
    for (size_t i = 0; i < ITEM_COLUMNS_MAX; i++)
        sum += widths->cols[i] > 0 ? widths->cols[i] + GAP_COLS : 0;
    return sum > 0 ? sum - GAP_COLS : 0;
}

static size_t *widest(struct item_widths *widths)
{
    size_t *widest = &widths->cols[0];
    for (size_t i = 1; i < ITEM_COLUMNS_MAX; i++)
        if (widths->cols[i] > *widest)
            widest = &widths->cols[i];
    return widest;
}

void item_row_settle(struct item_widths *widths, enum item_kind kind, size_t width)
{
    size_t rest = 0; /* 0: no such column, as the name is none */
    for (size_t i = 1; i < ITEM_COLUMNS_MAX && column_of(kind, i) != NULL; i++)
        if (column_of(kind, i)->max_cols == 0)
            rest = i;
    bool has_rest = rest > 0 && widths->cols[rest] > 0;
    if (has_rest)
        widths->cols[rest] = 0;
    while (whole(widths) > width && *widest(widths) > COLS_MIN)
        --*widest(widths);
    for (size_t i = ITEM_COLUMNS_MAX; i-- > 1 && whole(widths) > width;)
        widths->cols[i] = 0;
    size_t used = whole(widths) + GAP_COLS;
    if (has_rest && width >= used + REST_COLS_MIN)
        widths->cols[rest] = width - used;
}

void item_row_heading(const struct item_widths *widths, enum item_kind kind, struct line *line)
{
    for (size_t i = 0; i < ITEM_COLUMNS_MAX; i++) {
        if (widths->cols[i] == 0)
            continue;
        line_cell(line, ROLE_DIM, column_of(kind, i)->title, widths->cols[i], false);
        line_put(line, ROLE_TEXT, "  ");
    }
}

static enum role role_of(const struct item_column *column, const struct item *item)
{
    static const uint8_t roles[] = {
        [TONE_PLAIN] = ROLE_TEXT,      [TONE_QUIET] = ROLE_DIM, [TONE_GOOD] = ROLE_OK,
        [TONE_WARNING] = ROLE_WARNING, [TONE_BAD] = ROLE_ERROR,
    };
    return (enum role)roles[column->tone != NULL ? column->tone(item) : TONE_PLAIN];
}

void item_row_draw(const struct item_widths *widths, const struct item *item, int64_t now_ms,
                   struct line *line)
{
    char scratch[ITEM_CELL_BYTES];
    for (size_t i = 0; i < ITEM_COLUMNS_MAX; i++) {
        if (widths->cols[i] == 0)
            continue;
        const struct item_column *column = column_of(item->kind, i);
        const char *text = column->text(item, now_ms, scratch);
        line_cell(line, text != NULL ? role_of(column, item) : ROLE_DIM, text != NULL ? text : "-",
                  widths->cols[i], false);
        line_put(line, ROLE_TEXT, "  ");
    }
}
