#include "code.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LONGEST_WORD 12

/* In the order of strcmp(). */
static const char *const sql_words[] = {
    "ALL",   "AND",       "ANY",       "AS",      "ASC",    "BETWEEN", "BY",        "CASE",
    "CAST",  "COUNT",     "CREATE",    "CROSS",   "DELETE", "DESC",    "DISTINCT",  "DROP",
    "ELSE",  "END",       "EXCEPT",    "EXISTS",  "FALSE",  "FETCH",   "FIRST",     "FROM",
    "FULL",  "GROUP",     "HAVING",    "IN",      "INNER",  "INSERT",  "INTERSECT", "INTO",
    "IS",    "JOIN",      "LAST",      "LATERAL", "LEFT",   "LIKE",    "LIMIT",     "NATURAL",
    "NOT",   "NULL",      "NULLS",     "OFFSET",  "ON",     "OR",      "ORDER",     "OUTER",
    "OVER",  "PARTITION", "RECURSIVE", "RIGHT",   "ROWS",   "SELECT",  "SET",       "TABLE",
    "THEN",  "TRUE",      "UNION",     "UPDATE",  "USING",  "VALUES",  "VIEW",      "WHEN",
    "WHERE", "WINDOW",    "WITH",
};

static int compare_word(const void *key, const void *item)
{
    return strcasecmp(key, *(const char *const *)item);
}

static bool is_sql_word(const char *text, size_t length)
{
    char word[LONGEST_WORD];
    if (length >= sizeof(word))
        return false;
    memcpy(word, text, length);
    word[length] = '\0';
    return bsearch(word, sql_words, sizeof(sql_words) / sizeof(sql_words[0]), sizeof(sql_words[0]),
                   compare_word) != NULL;
}

static bool is_word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

/* Up to and including the closing quote; a backslash protects in JSON only. */
static size_t quoted(const char *text, size_t length, size_t from, char quote, bool has_escapes,
                     uint8_t *state)
{
    for (size_t i = from; i < length; i++) {
        if (has_escapes && text[i] == '\\')
            i++;
        else if (text[i] == quote) {
            *state = CODE_PLAIN;
            return i + 1;
        }
    }
    return length;
}

static size_t remark(const char *text, size_t length, size_t from, uint8_t *state)
{
    for (size_t i = from; i + 1 < length; i++)
        if (text[i] == '*' && text[i + 1] == '/') {
            *state = CODE_PLAIN;
            return i + 2;
        }
    return length;
}

static size_t go_on(const char *text, size_t length, uint8_t *state, enum role *out_role)
{
    if (*state == CODE_IN_REMARK) {
        *out_role = ROLE_SQL_REMARK;
        return remark(text, length, 0, state);
    }
    *out_role = *state == CODE_IN_STRING ? ROLE_SQL_TEXT : ROLE_TEXT;
    return quoted(text, length, 0, *state == CODE_IN_STRING ? '\'' : '"', false, state);
}

static size_t sql_token(const char *text, size_t length, uint8_t *state, enum role *out_role)
{
    if (text[0] == '\'') {
        *state = CODE_IN_STRING;
        *out_role = ROLE_SQL_TEXT;
        return quoted(text, length, 1, '\'', false, state);
    }
    if (text[0] == '"') {
        *state = CODE_IN_NAME;
        return quoted(text, length, 1, '"', false, state);
    }
    if (length >= 2 && text[0] == '-' && text[1] == '-') {
        *out_role = ROLE_SQL_REMARK;
        return length;
    }
    if (length >= 2 && text[0] == '/' && text[1] == '*') {
        *state = CODE_IN_REMARK;
        *out_role = ROLE_SQL_REMARK;
        return remark(text, length, 2, state);
    }
    return 0;
}

size_t code_token(enum code_language language, const char *text, size_t length, uint8_t *state,
                  enum role *out_role)
{
    *out_role = ROLE_TEXT;
    if (*state != CODE_PLAIN)
        return go_on(text, length, state, out_role);
    if (language == CODE_SQL) {
        size_t bytes = sql_token(text, length, state, out_role);
        if (bytes > 0)
            return bytes;
    } else if (text[0] == '"') {
        *out_role = ROLE_SQL_TEXT;
        size_t bytes = quoted(text, length, 1, '"', true, state);
        if (bytes < length && text[bytes] == ':')
            *out_role = ROLE_TEXT;
        return bytes;
    }
    size_t bytes = 1;
    if (!is_word_char(text[0])) {
        while (bytes < length && !is_word_char(text[bytes]) && strchr("'\"-/", text[bytes]) == NULL)
            bytes++;
        return bytes;
    }
    while (bytes < length && is_word_char(text[bytes]))
        bytes++;
    if (isdigit((unsigned char)text[0]))
        *out_role = ROLE_SQL_NUMBER;
    else if (is_sql_word(text, bytes))
        *out_role = ROLE_SQL_WORD;
    return bytes;
}

uint8_t code_skip(enum code_language language, const char *text, size_t length, uint8_t state)
{
    enum role role;
    for (size_t at = 0; at < length;)
        at += code_token(language, text + at, length - at, &state, &role);
    return state;
}
