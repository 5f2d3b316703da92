/* Any text as SQL: cut into tokens without a gap; laid out with the same tokens, to a text that
 * stays as it is when it is laid out again; each place found on both sides. */
#include "fuzz.h"

#include <stdbool.h>
#include <string.h>

#include "model/sql_format.h"
#include "model/sql_token.h"

static bool next(struct sql_lexer *lexer, struct sql_token *token)
{
    do {
        const char *before = lexer->at;
        if (!sql_lexer_next(lexer, token))
            return false;
        REQUIRE(token->length > 0 && token->text == before && lexer->at <= lexer->end);
    } while (token->kind == SQL_BLANK);
    return true;
}

static void check_same_tokens(const char *sql, const char *formatted)
{
    struct sql_lexer a, b;
    struct sql_token token, same;
    sql_lexer_init(&a, sql, strlen(sql));
    sql_lexer_init(&b, formatted, strlen(formatted));
    while (next(&a, &token)) {
        REQUIRE(next(&b, &same));
        REQUIRE(token.kind == same.kind && token.length == same.length);
        REQUIRE(memcmp(token.text, same.text, token.length) == 0);
    }
    REQUIRE(!next(&b, &same));
    REQUIRE(a.at == a.end && b.at == b.end);
}

static void check_places(const char *sql, const char *formatted)
{
    size_t length = strlen(sql);
    size_t step = length / 8 + 1;
    for (size_t at = 0; at < length; at += step) {
        size_t there = sql_format_place(sql, at, formatted);
        REQUIRE(there <= strlen(formatted));
        if (strchr(" \t\r\n\v\f", sql[at]) == NULL) {
            REQUIRE(formatted[there] == sql[at]);
            REQUIRE(sql_format_place(formatted, there, sql) == at);
        }
    }
}

static void check_sql(const char *sql)
{
    char *formatted = sql_format(sql);
    sql_is_hard_to_read(sql);
    if (formatted == NULL)
        return;
    check_same_tokens(sql, formatted);
    check_places(sql, formatted);
    char *again = sql_format(formatted);
    REQUIRE(again != NULL && strcmp(again, formatted) == 0);
    free(again);
    free(formatted);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    memcpy(text, data, size);
    text[size] = '\0';
    check_sql(text);
    free(text);
    return 0;
}
