#include "sandbox/adobe_sql.h"

#include <ctype.h>
#include <sqlite3.h>
#include <string.h>
#include <strings.h>

/* Skips blanks and comments. */
static const char *skip_blanks(const char *sql)
{
    for (;;) {
        sql += strspn(sql, " \t\r\n");
        if (strncmp(sql, "--", 2) == 0)
            sql += strcspn(sql, "\n");
        else if (strncmp(sql, "/*", 2) == 0) {
            const char *end = strstr(sql + 2, "*/");
            sql = end ? end + 2 : sql + strlen(sql);
        } else
            return sql;
    }
}

static bool is_name_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* Moves *at behind word if it stands there. */
static bool take_word(const char **at, const char *word)
{
    const char *start = skip_blanks(*at);
    size_t length = strlen(word);
    if (strncasecmp(start, word, length) != 0 || is_name_char(start[length]))
        return false;
    *at = start + length;
    return true;
}

static size_t name_length(const char *at)
{
    size_t length = 0;
    while (is_name_char(at[length]))
        length++;
    return length;
}

bool statement_is_name(const char *text)
{
    size_t length = name_length(text);
    return length > 0 && length < STATEMENT_NAME_BYTES && text[length] == '\0';
}

/* A name, bare or in double quotes. */
static bool take_name(const char **at, char out[STATEMENT_NAME_BYTES])
{
    const char *start = skip_blanks(*at);
    bool is_quoted = *start == '"';
    size_t length = is_quoted ? strcspn(start + 1, "\"") : name_length(start);
    if (length == 0 || length >= STATEMENT_NAME_BYTES || (is_quoted && !start[length + 1]))
        return false;
    memcpy(out, start + is_quoted, length);
    out[length] = '\0';
    *at = start + length + 2 * (size_t)is_quoted;
    return true;
}

/* Moves *at behind the parentheses that open there. */
static bool skip_parentheses(const char **at)
{
    int depth = 0;
    char quote = '\0';
    const char *c = skip_blanks(*at);
    if (*c != '(')
        return false;
    for (; *c; c++) {
        if (quote) {
            if (*c == quote)
                quote = '\0';
        } else if (*c == '\'' || *c == '"')
            quote = *c;
        else if (*c == '(')
            depth++;
        else if (*c == ')' && --depth == 0) {
            *at = c + 1;
            return true;
        }
    }
    return false;
}

/* The rest without what may follow the last statement. */
static void take_rows(const char *at, struct statement *out)
{
    out->rows = skip_blanks(at);
    out->rows_length = strlen(out->rows);
    while (out->rows_length > 0 && strchr(" \t\r\n;", out->rows[out->rows_length - 1]))
        out->rows_length--;
}

/* CREATE TABLE name [WITH (...)] AS rows */
static bool parse_ctas(const char *at, struct statement *out)
{
    if (!take_word(&at, "create") || !take_word(&at, "table") || !take_name(&at, out->target))
        return false;
    if (take_word(&at, "with") && !skip_parentheses(&at))
        return false;
    if (!take_word(&at, "as"))
        return false;
    take_rows(at, out);
    return out->rows_length > 0;
}

static bool begins_rows(const char *at)
{
    static const char *const words[] = {"select", "with", "values"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (take_word(&at, words[i]))
            return true;
    return false;
}

/* INSERT INTO name [(columns)] rows */
static bool parse_insert(const char *at, struct statement *out)
{
    if (!take_word(&at, "insert") || !take_word(&at, "into") || !take_name(&at, out->target))
        return false;
    const char *open = skip_blanks(at);
    if (*open == '(' && !begins_rows(open + 1)) {
        out->columns = open;
        at = open;
        if (!skip_parentheses(&at))
            return false;
        out->columns_length = (size_t)(at - open);
    }
    take_rows(at, out);
    return *out->rows == '(' || begins_rows(out->rows);
}

void statement_parse(const char *sql, struct statement *out)
{
    struct statement statement = {.kind = STATEMENT_CTAS};
    if (!parse_ctas(sql, &statement)) {
        statement = (struct statement){.kind = STATEMENT_INSERT};
        if (!parse_insert(sql, &statement))
            statement = (struct statement){.kind = STATEMENT_OTHER};
    }
    *out = statement;
}

void statement_add_rows(const char *sql, const struct statement *statement, struct strbuf *out)
{
    if (statement->kind == STATEMENT_OTHER)
        strbuf_add_text(out, sql);
    else {
        strbuf_add_text(out, "SELECT * FROM (\n");
        strbuf_add(out, statement->rows, statement->rows_length);
        strbuf_add_text(out, "\n)");
    }
}

/* False when the parameter has no value. */
static bool add_value(const char *key, size_t length, const struct json *values, struct strbuf *out)
{
    char name[128];
    if (length >= sizeof(name))
        return false;
    memcpy(name, key, length);
    name[length] = '\0';
    const char *value = json_string(json_get(values, name), NULL);
    return value && strbuf_add_text(out, value);
}

bool sql_fill_parameters(const char *sql, const struct json *values, struct strbuf *out,
                         struct error *err)
{
    char quote = '\0';
    while (*sql) {
        size_t length = *sql == '$' ? name_length(sql + 1) : 0;
        if (length > 0 && add_value(sql + 1, length, values, out)) {
            sql += 1 + length;
            continue;
        }
        if (length > 0 && quote == '\0')
            return error_set(err, ERR_USAGE, "query parameter %.*s has no value",
                             (int)(length < 100 ? length : 100) + 1, sql);
        if (quote == '\0' && (*sql == '\'' || *sql == '"'))
            quote = *sql;
        else if (*sql == quote)
            quote = '\0';
        strbuf_add_char(out, *sql++);
    }
    return true;
}

static bool is_about_syntax(const char *message)
{
    static const char *const words[] = {"syntax error", "unrecognized token", "incomplete input"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strstr(message, words[i]))
            return true;
    return false;
}

bool sql_check_syntax(const char *sql, struct error *err)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    bool is_good = true;
    if (sqlite3_open(":memory:", &db) == SQLITE_OK &&
        sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK &&
        is_about_syntax(sqlite3_errmsg(db)))
        is_good = error_set(err, ERR_USAGE, "%s", sqlite3_errmsg(db));
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return is_good;
}

const char *sql_state_of(const char *message, bool *out_is_system)
{
    static const struct {
        const char *words;
        const char *code;
    } states[] = {
        {"no such table", "42P01"},       {"no such column", "42703"},
        {"no such function", "42883"},    {"ambiguous column", "42702"},
        {"syntax error", "42601"},        {"unrecognized token", "42601"},
        {"incomplete input", "42601"},    {"already exists", "42P07"},
        {"not authorized", "42501"},      {"prohibited", "42501"},
        {"read only", "42501"},           {"only one statement", "0A000"},
        {"only statements", "0A000"},     {"values were supplied", "42601"},
        {SQL_TIMEOUT_MESSAGE, "53400"},   {"too big", "53400"},
        {"misuse of aggregate", "42803"},
    };
    *out_is_system = false;
    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
        if (strstr(message, states[i].words))
            return states[i].code;
    *out_is_system = true;
    return "58000";
}
