/* result_grid.h - the rows of a result as a table with columns as wide as their data, and a cursor
 * on one cell. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "line.h"
#include "model/detail.h"

struct result_grid {
    const struct task_result *result; /* borrowed */
    size_t *widths;                   /* per column, in terminal columns */
    size_t first_column;              /* scrolled to the right by this many columns */
    size_t column;                    /* under the cursor */
};

/* Measures the columns; keeps first_column where it can. result may be NULL. */
void result_grid_set(struct result_grid *grid, const struct task_result *result);
void result_grid_finish(struct result_grid *grid);
/* Puts the cursor on a column and scrolls as little as needed to have it in sight. */
void result_grid_go(struct result_grid *grid, size_t column, size_t width);
/* "row 2 · orders.count = 17"; of a value that does not fit its column this is all of it. */
void result_grid_put_cell(const struct result_grid *grid, size_t row, struct line *line);
void result_grid_draw_heads(const struct result_grid *grid, struct line *line);
/* has_cursor: the cell under it stands out. */
void result_grid_draw_row(const struct result_grid *grid, size_t row, bool has_cursor,
                          struct line *line);
