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

enum statement_kind statement_kind(const char *sql)
{
    const char *at = sql;
    if (take_word(&at, "create") && take_word(&at, "table"))
        return STATEMENT_CTAS;
    at = sql;
    if (take_word(&at, "insert") && take_word(&at, "into"))
        return STATEMENT_INSERT;
    return STATEMENT_OTHER;
}

static size_t name_length(const char *at)
{
    size_t length = 0;
    while (is_name_char(at[length]))
        length++;
    return length;
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
