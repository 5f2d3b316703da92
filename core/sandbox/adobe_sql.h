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

#define SQL_TIMEOUT_MESSAGE "The query ran longer than the service allows"

/* By its first words. */
enum statement_kind statement_kind(const char *sql);

/* sql with each $key replaced by its value. False when a key outside of quotes has none. */
bool sql_fill_parameters(const char *sql, const struct json *values, struct strbuf *out,
                         struct error *err);

/* False when SQLite's grammar refuses the statement; what it names need not be there. */
bool sql_check_syntax(const char *sql, struct error *err);

/* The SQLSTATE for the words of an error; *out_is_system tells whose fault it was. */
const char *sql_state_of(const char *message, bool *out_is_system);
