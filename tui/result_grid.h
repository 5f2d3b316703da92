/* result_grid.h - the rows of a result as a table with columns as wide as their data. Pure. */
#pragma once

#include <stddef.h>

#include "line.h"
#include "model/detail.h"

struct result_grid {
    const struct task_result *result; /* borrowed */
    size_t *widths;                   /* per column, in terminal columns */
    size_t first_column;              /* scrolled to the right by this many columns */
};

/* Measures the columns; keeps first_column where it can. result may be NULL. */
void result_grid_set(struct result_grid *grid, const struct task_result *result);
void result_grid_finish(struct result_grid *grid);
/* False when there is nothing further on that side. */
bool result_grid_scroll(struct result_grid *grid, int step);
void result_grid_draw_heads(const struct result_grid *grid, struct line *line);
void result_grid_draw_row(const struct result_grid *grid, size_t row, struct line *line);
