/* adobe_sql.h - SQL as Adobe's clients write it: what a statement does, parameters, SQLSTATEs.
 *
 * Pure; any thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "net/json.h"

enum statement_kind { STATEMENT_OTHER, STATEMENT_CTAS, STATEMENT_INSERT };

#define STATEMENT_NAME_BYTES 128

/* A statement that writes, taken apart; of others only the kind. */
struct statement {
    enum statement_kind kind;
    char target[STATEMENT_NAME_BYTES]; /* the data set it makes or adds to */
    const char *columns;               /* "(a, b)" in the statement; NULL: all */
    size_t columns_length;
    const char *rows; /* what gives the rows: SELECT ..., VALUES ..., or these in parentheses */
    size_t rows_length;
};

#define SQL_TIMEOUT_MESSAGE "The query ran longer than the service allows"

/* out points into sql. What begins like a statement that writes and goes on otherwise is OTHER. */
void statement_parse(const char *sql, struct statement *out);
/* Appends the statement that gives its rows and writes nothing. */
void statement_add_rows(const char *sql, const struct statement *statement, struct strbuf *out);

/* Letters, digits and _, not too many. */
bool statement_is_name(const char *text);

/* sql with each $key replaced by its value. False when a key outside of quotes has none. */
bool sql_fill_parameters(const char *sql, const struct json *values, struct strbuf *out,
                         struct error *err);

/* False when SQLite's grammar refuses the statement; what it names need not be there. */
bool sql_check_syntax(const char *sql, struct error *err);

/* The SQLSTATE for the words of an error; *out_is_system tells whose fault it was. */
const char *sql_state_of(const char *message, bool *out_is_system);
