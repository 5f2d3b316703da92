/* item_row.h - items as rows of a table: the columns of their kind, as wide as the text needs.
 * Pure.
 */
#pragma once

#include <stddef.h>

#include "line.h"
#include "model/item.h"

/* 0: not shown. Set all to 0 before the first item. */
struct item_widths {
    size_t cols[ITEM_COLUMNS_MAX];
};

/* Makes the columns wide enough for the headings of a kind, or for one more item of it. */
void item_row_fit_heading(struct item_widths *widths, enum item_kind kind);
void item_row_fit(struct item_widths *widths, const struct item *item, int64_t now_ms);
/* After the last of them: shares out what there is. */
void item_row_settle(struct item_widths *widths, enum item_kind kind, size_t width);

void item_row_heading(const struct item_widths *widths, enum item_kind kind, struct line *line);
void item_row_draw(const struct item_widths *widths, const struct item *item, int64_t now_ms,
                   struct line *line);
