/* sql_token.h - SQL cut into tokens, in the dialects that query services are sent.
 *
 * Every byte belongs to a token, whatever the text is: what is opened and never closed goes to the
 * end. Shared by the colouring and the formatter. Pure; any thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum sql_kind {
    SQL_BLANK, /* white space, line feeds too */
    SQL_WORD,  /* keyword or name without quotes */
    SQL_NUMBER,
    SQL_STRING,      /* '...', with its prefix; $$...$$ and $tag$...$tag$ */
    SQL_NAME,        /* "...", `...` */
    SQL_REMARK,      /* between slashes and stars */
    SQL_LINE_REMARK, /* without its line feed */
    SQL_PARAMETER,   /* ? :name $1 $name @name %s %(name)s {{...}} ${...} */
    SQL_TAG,         /* {% ... %} and {# ... #} of Jinja and Liquid */
    SQL_OPERATOR,
    SQL_MARK, /* one of ( ) [ ] , ; . and what is none of the others */
};

struct sql_token {
    const char *text;
    size_t length;
    enum sql_kind kind;
};

struct sql_lexer {
    const char *at;
    const char *end;
    bool has_escapes; /* a backslash protects the quote behind it */
};

/* Finds out about the backslashes: they protect only where the text makes no sense otherwise. */
void sql_lexer_init(struct sql_lexer *lexer, const char *text, size_t length);
/* False: the end. */
bool sql_lexer_next(struct sql_lexer *lexer, struct sql_token *out);

/* The words that mean something to the colouring or the formatter, in the order of strcmp(). */
/* clang-format off */
#define SQL_WORDS(_)                                                                           \
    _(ALL) _(AND) _(ANTI) _(ANY) _(AS) _(ASC) _(BETWEEN) _(BY) _(CASE) _(CAST) _(CLUSTER)      \
    _(COUNT) _(CREATE) _(CROSS) _(CURRENT) _(DELETE) _(DESC) _(DISTINCT) _(DISTRIBUTE) _(DROP) \
    _(ELSE) _(END) _(EXCEPT) _(EXISTS) _(FALSE) _(FETCH) _(FILTER) _(FIRST) _(FOLLOWING)       \
    _(FROM) _(FULL) _(GROUP) _(HAVING) _(IF) _(IN) _(INNER) _(INSERT) _(INTERSECT) _(INTERVAL) \
    _(INTO) _(IS) _(JOIN) _(LAST) _(LATERAL) _(LEFT) _(LIKE) _(LIMIT) _(MATCHED) _(MERGE)      \
    _(MINUS) _(NATURAL) _(NOT) _(NULL) _(NULLS) _(OFFSET) _(ON) _(OR) _(ORDER) _(OUTER)        \
    _(OVER) _(PARTITION) _(PRECEDING) _(QUALIFY) _(RANGE) _(RECURSIVE) _(REPLACE) _(RETURNING) \
    _(RIGHT) _(ROW) _(ROWS) _(SELECT) _(SEMI) _(SET) _(SORT) _(TABLE) _(THEN) _(TOP) _(TRUE)   \
    _(UNBOUNDED) _(UNION) _(UPDATE) _(USING) _(VALUES) _(VIEW) _(WHEN) _(WHERE) _(WINDOW)      \
    _(WITH)
/* clang-format on */

enum sql_word {
#define SQL_WORD_ENUM(word) SQL_##word,
    SQL_WORDS(SQL_WORD_ENUM)
#undef SQL_WORD_ENUM
        SQL_NO_WORD,
};

/* SQL_NO_WORD: none of these. */
enum sql_word sql_word_find(const char *text, size_t length);
