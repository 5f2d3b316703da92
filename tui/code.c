#include "code.h"

#include <string.h>

#include "model/sql_token.h"

static const enum role sql_roles[] = {
    [SQL_BLANK] = ROLE_TEXT,
    [SQL_WORD] = ROLE_TEXT,
    [SQL_NUMBER] = ROLE_SQL_NUMBER,
    [SQL_STRING] = ROLE_SQL_TEXT,
    [SQL_NAME] = ROLE_TEXT,
    [SQL_REMARK] = ROLE_SQL_REMARK,
    [SQL_LINE_REMARK] = ROLE_SQL_REMARK,
    [SQL_PARAMETER] = ROLE_SQL_NUMBER,
    [SQL_TAG] = ROLE_SQL_NUMBER,
    [SQL_OPERATOR] = ROLE_TEXT,
    [SQL_MARK] = ROLE_TEXT,
};

void code_init(struct code *code, enum code_language language, const char *text)
{
    *code = (struct code){.language = language, .start = text, .end = text + strlen(text)};
    if (language == CODE_SQL) {
        struct sql_lexer lexer;
        sql_lexer_init(&lexer, text, (size_t)(code->end - text));
        code->has_escapes = lexer.has_escapes;
    }
}

static size_t sql_code_token(const struct code *code, const char *at, enum role *out_role)
{
    struct sql_lexer lexer = {.at = at, .end = code->end, .has_escapes = code->has_escapes};
    struct sql_token token;
    sql_lexer_next(&lexer, &token);
    bool is_qualified = at > code->start && at[-1] == '.';
    *out_role = sql_roles[token.kind];
    if (token.kind == SQL_WORD && !is_qualified &&
        sql_word_find(token.text, token.length) != SQL_NO_WORD)
        *out_role = ROLE_SQL_WORD;
    return token.length;
}

/* Up to and including the closing quote. */
static const char *json_string(const char *at, const char *end)
{
    for (at++; at < end && *at != '"'; at++)
        if (*at == '\\' && at + 1 < end)
            at++;
    return at < end ? at + 1 : end;
}

static size_t json_code_token(const struct code *code, const char *at, enum role *out_role)
{
    const char *p = at;
    if (*at == '"') {
        p = json_string(at, code->end);
        *out_role = p < code->end && *p == ':' ? ROLE_TEXT : ROLE_SQL_TEXT;
        return (size_t)(p - at);
    }
    if (at[0] == '/' && at[1] == '/') {
        *out_role = ROLE_SQL_REMARK;
        return strcspn(at, "\n");
    }
    size_t bytes = strspn(at, "+-.0123456789eE");
    if (bytes > 0 && *at != 'e' && *at != 'E') {
        *out_role = ROLE_SQL_NUMBER;
        return bytes;
    }
    bytes = strspn(at, "abcdefghijklmnopqrstuvwxyz");
    *out_role = bytes > 0 ? ROLE_SQL_WORD : ROLE_TEXT;
    if (bytes > 0)
        return bytes;
    /* One character: what folds has an ellipsis. */
    do
        bytes++;
    while (((unsigned char)at[bytes] & 0xc0) == 0x80);
    return bytes;
}

size_t code_token(const struct code *code, const char *at, enum role *out_role)
{
    return code->language == CODE_SQL ? sql_code_token(code, at, out_role)
                                      : json_code_token(code, at, out_role);
}
