/* tabular.h - rows of cells as CSV (RFC 4180), TSV or a Markdown table.
 *
 * Writes row by row and keeps nothing. A cell that is NULL is not known: nothing in CSV, \N in TSV,
 * NULL in Markdown; an empty cell is "" in CSV.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum tabular_format { TABULAR_CSV, TABULAR_TSV, TABULAR_MARKDOWN };

struct tabular_column {
    const char *title;
    bool is_number; /* its text can not be taken for a formula; aligned right */
};

/* The titles, and what the format wants below them. */
void tabular_head(FILE *file, enum tabular_format format, const struct tabular_column *columns,
                  size_t count);
void tabular_row(FILE *file, enum tabular_format format, const struct tabular_column *columns,
                 const char *const *cells, size_t count);
