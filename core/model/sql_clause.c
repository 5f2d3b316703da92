#include "model/sql_clause.h"

#define JOIN_WORDS_MAX 4

enum sql_word sql_word_at(const struct sql_layout *layout, size_t at)
{
    return at < layout->count ? (enum sql_word)layout->pieces[at].word : SQL_NO_WORD;
}

bool sql_is_join_word(enum sql_word word)
{
    return word == SQL_JOIN || word == SQL_INNER || word == SQL_CROSS || word == SQL_LEFT ||
           word == SQL_RIGHT || word == SQL_FULL || word == SQL_NATURAL || word == SQL_OUTER ||
           word == SQL_SEMI || word == SQL_ANTI;
}

/* ---- when a word begins a clause ---------------------------------------------------------------
 */

typedef bool clause_test(const struct sql_layout *layout, const struct sql_scope *scope, size_t at);

static enum sql_word word_before(const struct sql_layout *layout, size_t at)
{
    return at > 0 ? sql_word_at(layout, at - 1) : SQL_NO_WORD;
}

static bool always(const struct sql_layout *layout, const struct sql_scope *scope, size_t at)
{
    (void)layout;
    (void)scope;
    (void)at;
    return true;
}

/* Not "IS DISTINCT FROM", not "DELETE FROM". */
static bool is_from(const struct sql_layout *layout, const struct sql_scope *scope, size_t at)
{
    enum sql_word before = word_before(layout, at);
    (void)scope;
    return before != SQL_DISTINCT && before != SQL_DELETE;
}

static bool is_by(const struct sql_layout *layout, const struct sql_scope *scope, size_t at)
{
    (void)scope;
    return sql_word_at(layout, at + 1) == SQL_BY;
}

/* "LEFT OUTER JOIN", but not "LEFT(x, 3)". */
static bool is_join(const struct sql_layout *layout, const struct sql_scope *scope, size_t at)
{
    (void)scope;
    if (sql_is_join_word(word_before(layout, at)))
        return false;
    for (size_t i = at; i < at + JOIN_WORDS_MAX && sql_is_join_word(sql_word_at(layout, i)); i++)
        if (sql_word_at(layout, i) == SQL_JOIN)
            return true;
    return false;
}

/* Not "SELECT * EXCEPT (a, b)". */
static bool is_set_operation(const struct sql_layout *layout, const struct sql_scope *scope,
                             size_t at)
{
    enum sql_word next = sql_word_at(layout, at + 1);
    bool is_column_list = at > 0 && layout->text[layout->pieces[at - 1].at] == '*';
    (void)scope;
    return next == SQL_SELECT || next == SQL_ALL || next == SQL_DISTINCT || next == SQL_WITH ||
           (layout->pieces[at + 1].part == SQL_PART_OPEN && !is_column_list);
}

/* "ARRAY[OFFSET(0)]" and a column "offset" are none. */
static bool is_offset(const struct sql_layout *layout, const struct sql_scope *scope, size_t at)
{
    uint8_t next = layout->pieces[at + 1].kind;
    (void)scope;
    return next == SQL_NUMBER || next == SQL_PARAMETER;
}

static bool is_window(const struct sql_layout *layout, const struct sql_scope *scope, size_t at)
{
    (void)scope;
    return layout->pieces[at + 1].kind == SQL_WORD;
}

/* Not "WITH TIME ZONE". */
static bool is_with(const struct sql_layout *layout, const struct sql_scope *scope, size_t at)
{
    return scope->first == at || word_before(layout, at) == SQL_AS;
}

/* Not "SET x = 1", not "ON DELETE SET NULL". */
static bool is_set(const struct sql_layout *layout, const struct sql_scope *scope, size_t at)
{
    (void)at;
    return sql_word_at(layout, scope->first) == SQL_UPDATE;
}

static bool is_values(const struct sql_layout *layout, const struct sql_scope *scope, size_t at)
{
    enum sql_word first = sql_word_at(layout, scope->first);
    (void)at;
    return first == SQL_INSERT || first == SQL_REPLACE || first == SQL_MERGE;
}

static bool is_lateral_view(const struct sql_layout *layout, const struct sql_scope *scope,
                            size_t at)
{
    (void)scope;
    return sql_word_at(layout, at + 1) == SQL_VIEW;
}

/* "ROWS BETWEEN ..." of a window. */
static bool is_window_frame(const struct sql_layout *layout, const struct sql_scope *scope,
                            size_t at)
{
    enum sql_word next = sql_word_at(layout, at + 1);
    (void)scope;
    return next == SQL_BETWEEN || next == SQL_UNBOUNDED || next == SQL_CURRENT;
}

/* ---- the tables --------------------------------------------------------------------------------
 */

struct clause {
    clause_test *is_it; /* NULL: the word begins none */
    uint8_t flags;
};

static const struct clause query_clauses[SQL_NO_WORD + 1] = {
    [SQL_CLUSTER] = {is_by, SQL_LIST | SQL_HEAD},
    [SQL_CROSS] = {is_join, 0},
    [SQL_DISTRIBUTE] = {is_by, SQL_LIST | SQL_HEAD},
    [SQL_EXCEPT] = {is_set_operation, 0},
    [SQL_FETCH] = {always, 0},
    [SQL_FROM] = {is_from, SQL_LIST},
    [SQL_FULL] = {is_join, 0},
    [SQL_GROUP] = {is_by, SQL_LIST | SQL_HEAD},
    [SQL_HAVING] = {always, 0},
    [SQL_INNER] = {is_join, 0},
    [SQL_INTERSECT] = {is_set_operation, 0},
    [SQL_JOIN] = {is_join, 0},
    [SQL_LATERAL] = {is_lateral_view, 0},
    [SQL_LEFT] = {is_join, 0},
    [SQL_LIMIT] = {always, 0},
    [SQL_MINUS] = {is_set_operation, 0},
    [SQL_NATURAL] = {is_join, 0},
    [SQL_OFFSET] = {is_offset, 0},
    [SQL_ORDER] = {is_by, SQL_LIST | SQL_HEAD},
    [SQL_PARTITION] = {is_by, SQL_LIST | SQL_HEAD},
    [SQL_QUALIFY] = {always, 0},
    [SQL_RETURNING] = {always, SQL_LIST},
    [SQL_RIGHT] = {is_join, 0},
    [SQL_SELECT] = {always, SQL_LIST | SQL_HEAD},
    [SQL_SET] = {is_set, SQL_LIST | SQL_HEAD},
    [SQL_SORT] = {is_by, SQL_LIST | SQL_HEAD},
    [SQL_UNION] = {is_set_operation, 0},
    [SQL_VALUES] = {is_values, SQL_LIST},
    [SQL_WHEN] = {always, 0},
    [SQL_WHERE] = {always, 0},
    [SQL_WINDOW] = {is_window, 0},
    [SQL_WITH] = {is_with, SQL_LIST},
};

static const struct clause case_clauses[SQL_NO_WORD + 1] = {
    [SQL_ELSE] = {always, 0},
    [SQL_WHEN] = {always, 0},
};

/* Any other brackets: OVER (PARTITION BY ... ORDER BY ... ROWS ...). */
static const struct clause window_clauses[SQL_NO_WORD + 1] = {
    [SQL_ORDER] = {is_by, SQL_LIST | SQL_HEAD},
    [SQL_PARTITION] = {is_by, SQL_LIST | SQL_HEAD},
    [SQL_RANGE] = {is_window_frame, 0},
    [SQL_ROWS] = {is_window_frame, 0},
};

unsigned sql_clause_at(const struct sql_layout *layout, const struct sql_scope *scope, size_t at)
{
    const struct clause *clauses = scope->is_case    ? case_clauses
                                   : scope->is_query ? query_clauses
                                                     : window_clauses;
    const struct clause *clause = &clauses[sql_word_at(layout, at)];
    return clause->is_it != NULL && clause->is_it(layout, scope, at) ? SQL_IS_CLAUSE | clause->flags
                                                                     : 0;
}
