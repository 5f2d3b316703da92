/* cli_output.h - how answers are written: rows as a table, CSV or TSV; documents as JSON or NDJSON.
 *
 * Rows: begin, row by row, end. CSV and TSV are written as they come; a table waits for its end,
 * because its widths are those of the data. On a terminal the table is cut to its width, in a pipe
 * it is not. Cells are borrowed until the call returns, but those of a table are copied.
 * Documents: JSON is one object whose last member is an array; NDJSON is the items alone, and so
 * are CSV and TSV, a column for each member of the first.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/tabular.h"
#include "cli/cli_internal.h"
#include "engine/document.h"

struct cli_column {
    const char *title;
    bool is_right;
    bool is_number;    /* what looks like a number in it is one: CSV does not guard it */
    unsigned max_cols; /* on a terminal; 0: takes what is left, and is cut first */
    unsigned min_cols; /* is not cut below that; 0: not cut at all */
    /* On a terminal: the colour of a cell as SGR has it, such as "31"; "" for none. NULL: none. */
    const char *(*colour)(const char *text);
    unsigned priority; /* on a terminal, columns with higher numbers go first; 0: always stays */
};

struct cli_output {
    FILE *file;
    enum cli_format format;
    size_t width_cols; /* of the terminal; 0: no terminal */
    bool is_ascii;     /* the terminal shows nothing else */
    bool has_colours;

    struct arena arena; /* columns, and the cells of a table */
    struct cli_column *columns;
    size_t column_count;
    const char **cells;
    size_t row_count;
    size_t row_size;
    size_t hidden_count; /* columns that did not fit, after cli_rows_end() */

    struct tabular_column *plain; /* CSV and TSV: the columns; NULL: not known yet */
    struct document document;
};

/* file is borrowed. */
void cli_output_init(struct cli_output *out, FILE *file, enum cli_format format,
                     enum cli_colour colour);
void cli_output_finish(struct cli_output *out);

/* titles are copied, but for their text. */
void cli_rows_begin(struct cli_output *out, const struct cli_column *titles, size_t count);
/* A cell is NULL where nothing is known: "-" in a table, nothing in CSV, \N in TSV. */
void cli_rows_add(struct cli_output *out, const char *const *cells);
void cli_rows_end(struct cli_output *out);

/* head is taken; key names the array that follows its members. */
void cli_document_begin(struct cli_output *out, struct json *head, const char *key);
/* Behind begin: the members that items will have, so that CSV and TSV have a head though no item
 * may come. Other formats need none. */
void cli_document_columns(struct cli_output *out, const struct tabular_column *members,
                          size_t count);
void cli_document_add(struct cli_output *out, struct json *item /* taken */);
void cli_document_end(struct cli_output *out);
/* Is what was asked for a document, and not rows? */
bool cli_is_document(const struct cli *cli);
/* {"schema":...,"generated_at":...} */
struct json *cli_document_head(const struct cli *cli, const char *schema);
