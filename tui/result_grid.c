#include "result_grid.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

#define GRID_NULL     "\xe2\x88\x85"
#define MEASURED_ROWS 500
#define WIDTH_MIN     3
#define WIDTH_MAX     40
#define GAP_COLS      2

static size_t measure(const struct task_result *result, size_t column)
{
    size_t width = line_text_cols(result->columns[column].name);
    for (size_t row = 0; row < result->row_count && row < MEASURED_ROWS; row++) {
        const char *cell = task_result_cell(result, row, column);
        size_t cols = cell != NULL ? line_text_cols(cell) : 1;
        if (cols > width)
            width = cols;
    }
    if (width < WIDTH_MIN)
        return WIDTH_MIN;
    return width < WIDTH_MAX ? width : WIDTH_MAX;
}

void result_grid_set(struct result_grid *grid, const struct task_result *result)
{
    free(grid->widths);
    grid->widths = NULL;
    grid->result = result;
    size_t count = result != NULL ? result->column_count : 0;
    if (grid->column >= count)
        grid->column = grid->first_column = 0;
    if (count == 0)
        return;
    grid->widths = xcalloc(count, sizeof(grid->widths[0]));
    for (size_t i = 0; i < count; i++)
        grid->widths[i] = measure(result, i);
}

void result_grid_finish(struct result_grid *grid)
{
    free(grid->widths);
    memset(grid, 0, sizeof(*grid));
}

static size_t cols_between(const struct result_grid *grid, size_t first, size_t last)
{
    size_t cols = 0;
    for (size_t i = first; i <= last; i++)
        cols += grid->widths[i] + GAP_COLS;
    return cols - GAP_COLS;
}

void result_grid_go(struct result_grid *grid, size_t column, size_t width)
{
    size_t count = grid->result != NULL ? grid->result->column_count : 0;
    if (count == 0)
        return;
    grid->column = column < count ? column : count - 1;
    if (grid->first_column > grid->column)
        grid->first_column = grid->column;
    while (grid->first_column < grid->column &&
           cols_between(grid, grid->first_column, grid->column) > width)
        grid->first_column++;
}

void result_grid_put_cell(const struct result_grid *grid, size_t row, struct line *line)
{
    if (row >= grid->result->row_count)
        return;
    const char *cell = task_result_cell(grid->result, row, grid->column);
    line_putf(line, ROLE_DIM, "row %zu \xc2\xb7 %s = ", row + 1,
              grid->result->columns[grid->column].name);
    if (cell == NULL)
        line_put(line, ROLE_DIM, "NULL");
    else if (cell[0] == '\0')
        line_put(line, ROLE_DIM, "empty text");
    else
        line_put_cut(line, ROLE_STRONG, cell, SIZE_MAX);
}

void result_grid_draw_heads(const struct result_grid *grid, struct line *line)
{
    for (size_t i = grid->first_column; i < grid->result->column_count; i++) {
        line_cell(line, ROLE_DIM, grid->result->columns[i].name, grid->widths[i],
                  grid->result->columns[i].is_number);
        line_pad_to(line, line->cols + GAP_COLS);
    }
}

void result_grid_draw_row(const struct result_grid *grid, size_t row, bool has_cursor,
                          struct line *line)
{
    for (size_t i = grid->first_column; i < grid->result->column_count; i++) {
        const char *cell = task_result_cell(grid->result, row, i);
        if (has_cursor && i == grid->column)
            line->overlay = OVERLAY_SELECTED;
        line_cell(line, cell != NULL ? ROLE_TEXT : ROLE_DIM, cell != NULL ? cell : GRID_NULL,
                  grid->widths[i], grid->result->columns[i].is_number);
        line->overlay = OVERLAY_NONE;
        line_pad_to(line, line->cols + GAP_COLS);
    }
}
