#include "model/sql_token.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LONGEST_WORD 12 /* with its NUL */
#define OPERATORS    "+-*/<>=~!@%^&|:?#"

static const char *const words[] = {
#define SQL_WORD_NAME(word) #word,
    SQL_WORDS(SQL_WORD_NAME)
#undef SQL_WORD_NAME
};

static int compare_word(const void *key, const void *item)
{
    return strcasecmp(key, *(const char *const *)item);
}

enum sql_word sql_word_find(const char *text, size_t length)
{
    char word[LONGEST_WORD];
    if (length >= sizeof(word))
        return SQL_NO_WORD;
    memcpy(word, text, length);
    word[length] = '\0';
    const char *const *found = bsearch(word, words, SQL_NO_WORD, sizeof(words[0]), compare_word);
    return found != NULL ? (enum sql_word)(found - words) : SQL_NO_WORD;
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word_start(char c)
{
    return isalpha((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_word_char(char c)
{
    return is_word_start(c) || is_digit(c) || c == '$';
}

static bool starts_with(const char *p, const char *end, const char *text)
{
    size_t length = strlen(text);
    return (size_t)(end - p) >= length && memcmp(p, text, length) == 0;
}

/* Behind the text that closes; the end where it does not come. */
static const char *behind(const char *p, const char *end, const char *text, size_t length)
{
    const char *found = memmem(p, (size_t)(end - p), text, length);
    return found != NULL ? found + length : end;
}

/* Past a quoted piece that begins at p; a doubled quote is two pieces, which reads the same. */
static const char *skip_quoted(const char *p, const char *end, bool has_escapes)
{
    char quote = *p++;
    for (; p < end; p++) {
        if (has_escapes && *p == '\\' && p + 1 < end)
            p++;
        else if (*p == quote && p + 1 < end && p[1] == quote)
            p++;
        else if (*p == quote)
            return p + 1;
    }
    return end;
}

static const char *skip_word(const char *p, const char *end)
{
    while (p < end && is_word_char(*p))
        p++;
    return p;
}

static const char *skip_number(const char *p, const char *end)
{
    for (; p < end; p++) {
        bool is_sign = (*p == '+' || *p == '-') && (p[-1] == 'e' || p[-1] == 'E');
        if (!isalnum((unsigned char)*p) && *p != '.' && *p != '_' && !is_sign)
            break;
    }
    return p;
}

/* N'...', E'...', x'...', rb"..." : the letters belong to the string. */
static bool is_prefixed_string(const char *word, const char *behind_word, const char *end)
{
    return behind_word < end && *behind_word == '\'' && behind_word - word <= 2 &&
           sql_word_find(word, (size_t)(behind_word - word)) == SQL_NO_WORD;
}

/* "$$" or "$tag$" at p; its length, 0: none. */
static size_t dollar_quote(const char *p, const char *end)
{
    const char *q = p + 1;
    if (q < end && is_digit(*q))
        return 0;
    while (q < end && is_word_char(*q) && *q != '$')
        q++;
    return q < end && *q == '$' ? (size_t)(q + 1 - p) : 0;
}

static enum sql_kind take_dollar(const char **p, const char *end)
{
    const char *start = *p;
    size_t quote = dollar_quote(start, end);
    if (quote > 0) {
        *p = behind(start + quote, end, start, quote);
        return SQL_STRING;
    }
    *p = start + 1 < end && start[1] == '{' ? behind(start, end, "}", 1) : skip_word(start, end);
    return SQL_PARAMETER;
}

static enum sql_kind take_brace(const char **p, const char *end)
{
    static const struct {
        const char *open, *close;
        enum sql_kind kind;
    } templates[] = {{"{{", "}}", SQL_PARAMETER}, {"{%", "%}", SQL_TAG}, {"{#", "#}", SQL_TAG}};
    for (size_t i = 0; i < sizeof(templates) / sizeof(templates[0]); i++)
        if (starts_with(*p, end, templates[i].open)) {
            *p = behind(*p + 2, end, templates[i].close, 2);
            return templates[i].kind;
        }
    ++*p;
    return SQL_MARK;
}

/* A parameter that begins with one of : @ % */
static const char *skip_parameter(const char *p, const char *end)
{
    if (end - p < 2)
        return NULL;
    if (*p == '%' && starts_with(p, end, "%("))
        return behind(p, end, ")s", 2);
    if (*p == '%')
        return p[1] == 's' && (end - p == 2 || !is_word_char(p[2])) ? p + 2 : NULL;
    if ((*p == ':' || *p == '@') && is_word_start(p[1]))
        return skip_word(p + 1, end);
    return NULL;
}

static bool begins_remark(const char *p, const char *end)
{
    return starts_with(p, end, "--") || starts_with(p, end, "/*");
}

/* "#" begins a remark in some dialects and is an operator or a part of a name in others. */
static bool is_hash_remark(const char *p, const char *end)
{
    return *p == '#' && (p + 1 == end || is_blank(p[1]) || p[1] == '!');
}

static enum sql_kind take_operator(const char **p, const char *end)
{
    const char *parameter = skip_parameter(*p, end);
    if (parameter != NULL || **p == '?') {
        *p = parameter != NULL ? parameter : *p + 1;
        return SQL_PARAMETER;
    }
    if (starts_with(*p, end, "::")) {
        *p += 2;
        return SQL_OPERATOR;
    }
    do
        ++*p;
    while (*p < end && strchr(OPERATORS "?", **p) != NULL && **p != '\0' &&
           !begins_remark(*p, end) && !is_hash_remark(*p, end) && **p != ':' && **p != '?' &&
           skip_parameter(*p, end) == NULL);
    return SQL_OPERATOR;
}

static const char *line_end(const char *p, const char *end)
{
    const char *feed = memchr(p, '\n', (size_t)(end - p));
    return feed != NULL ? feed : end;
}

static enum sql_kind take(const char **p, const char *end, bool has_escapes)
{
    char c = **p;
    if (is_blank(c)) {
        while (*p < end && is_blank(**p))
            ++*p;
        return SQL_BLANK;
    }
    if (is_word_start(c)) {
        const char *word = *p;
        *p = skip_word(word, end);
        if (!is_prefixed_string(word, *p, end))
            return SQL_WORD;
        *p = skip_quoted(*p, end, has_escapes);
        return SQL_STRING;
    }
    if (is_digit(c)) {
        *p = skip_number(*p + 1, end);
        return SQL_NUMBER;
    }
    if (c == '\'' || c == '"' || c == '`') {
        *p = skip_quoted(*p, end, has_escapes);
        return c == '\'' ? SQL_STRING : SQL_NAME;
    }
    if (starts_with(*p, end, "--") || is_hash_remark(*p, end)) {
        *p = line_end(*p, end);
        return SQL_LINE_REMARK;
    }
    if (starts_with(*p, end, "/*")) {
        *p = behind(*p + 2, end, "*/", 2);
        return SQL_REMARK;
    }
    if (c == '$')
        return take_dollar(p, end);
    if (c == '{')
        return take_brace(p, end);
    if (c != '\0' && strchr(OPERATORS, c) != NULL)
        return take_operator(p, end);
    ++*p;
    return SQL_MARK;
}

bool sql_lexer_next(struct sql_lexer *lexer, struct sql_token *out)
{
    if (lexer->at >= lexer->end)
        return false;
    out->text = lexer->at;
    out->kind = take(&lexer->at, lexer->end, lexer->has_escapes);
    out->length = (size_t)(lexer->at - out->text);
    return true;
}

/* Whether a string or a name in quotes has its closing quote. */
static bool is_closed(const struct sql_token *token)
{
    const char *end = token->text + token->length;
    const char *p = token->text + strcspn(token->text, "'\"`$");
    char quote = *p++;
    if (quote == '$')
        return true;
    for (; p < end; p++) {
        if (*p != quote)
            continue;
        if (p + 1 == end || p[1] != quote)
            return true;
        p++;
    }
    return false;
}

/* Whether the quotes do not work out with backslashes that protect nothing: one stands outside of
 * quotes, or the last quote is never closed. */
static bool needs_escapes(struct sql_lexer lexer)
{
    struct sql_token token;
    bool is_open = false;
    while (sql_lexer_next(&lexer, &token)) {
        if (token.kind == SQL_MARK && token.text[0] == '\\')
            return true;
        is_open = (token.kind == SQL_STRING || token.kind == SQL_NAME) && lexer.at == lexer.end &&
                  !is_closed(&token);
    }
    return is_open;
}

void sql_lexer_init(struct sql_lexer *lexer, const char *text, size_t length)
{
    *lexer = (struct sql_lexer){.at = text, .end = text + length};
    if (memchr(text, '\\', length) != NULL)
        lexer->has_escapes = needs_escapes(*lexer);
}
