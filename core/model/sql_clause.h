/* sql_clause.h - which words begin the clauses of a query. For the layout of SQL. Pure. */
#pragma once

#include "model/sql_layout.h"

/* Brackets, or a whole statement. */
struct sql_scope {
    uint32_t first; /* its first piece that is no remark */
    bool is_query;
    bool is_case;
};

#define SQL_IS_CLAUSE 0x100u

/* SQL_NO_WORD beyond the end too. */
enum sql_word sql_word_at(const struct sql_layout *layout, size_t at);
/* SQL_IS_CLAUSE with the flags of its piece; 0: it begins none. */
unsigned sql_clause_at(const struct sql_layout *layout, const struct sql_scope *scope, size_t at);
/* One of the words before JOIN, or that itself. */
bool sql_is_join_word(enum sql_word word);
