/* sql_format.h - SQL laid out for reading: clauses, lists, conditions and sub-queries on lines of
 * their own.
 *
 * Only the white space between tokens is chosen anew; the tokens stay as they are, byte for byte,
 * in any text, broken ones too. What was formatted once stays as it is when it is formatted again.
 * Takes time and memory in proportion to the text. Pure; any thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Lines are broken where they would be wider than this; a single token may be. */
#define SQL_FORMAT_COLS 76

/* The caller frees it. NULL: it would be longer than LIMIT_FORMATTED_SQL_BYTES. */
char *sql_format(const char *sql);
/* Whether most of it stands in lines too long to read. */
bool sql_is_hard_to_read(const char *sql);
/* The place in to, in bytes, of what is at the byte at in from: two texts of the same tokens. Of
 * white space it is that of the token behind it. */
size_t sql_format_place(const char *from, size_t at, const char *to);
/* The same for a line and a column, both from 1; beyond the end of a line is its end. */
void sql_format_move(const char *from, const char *to, int *line, int *column);
