#include "model/fingerprint.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <xxhash.h>

#include "base/limits.h"

#define OPERATOR "<>=!|:"

static bool is_word(unsigned char c)
{
    return isalnum(c) || c == '_' || c == '$' || c >= 0x80;
}

/* Past the end of a quoted piece that begins at p; a doubled quote stays inside. */
static const char *skip_quoted(const char *p)
{
    char quote = *p++;
    while (*p) {
        if (*p++ != quote)
            continue;
        if (*p != quote)
            break;
        p++;
    }
    return p;
}

/* Past white space and comments. */
static const char *skip_blank(const char *p)
{
    for (;;) {
        const char *before = p;
        p += strspn(p, " \t\r\n");
        if (p[0] == '-' && p[1] == '-') {
            p += strcspn(p, "\n");
        } else if (p[0] == '/' && p[1] == '*') {
            const char *end = strstr(p + 2, "*/");
            p = end ? end + 2 : p + strlen(p);
        }
        if (p == before)
            return p;
    }
}

/* Writes what is left of one token and returns where the next begins. */
static const char *reduce_token(const char *p, char *out, size_t size, size_t *out_length)
{
    size_t length = 0;
    if (*p == '\'' || isdigit((unsigned char)*p)) {
        out[length++] = '?';
        p = *p == '\'' ? skip_quoted(p) : p + strspn(p, "0123456789.eExXabcdefABCDEF");
    } else if (*p == '"' || *p == '`') {
        const char *end = skip_quoted(p);
        while (p < end && length < size)
            out[length++] = *p++;
        p = end;
    } else if (is_word((unsigned char)*p)) {
        while (is_word((unsigned char)*p)) {
            if (length < size)
                out[length++] = (char)tolower((unsigned char)*p);
            p++;
        }
    } else {
        out[length++] = *p++;
    }
    *out_length = length;
    return p;
}

/* Goes through the tokens that tell a statement from others. */
struct reader {
    const char *at;
    size_t length; /* of token */
    char token[LIMIT_TASK_FIELD_BYTES];
};

static bool is_token(const struct reader *reader, char c)
{
    return reader->length == 1 && reader->token[0] == c;
}

static bool read_token(struct reader *reader)
{
    reader->at = skip_blank(reader->at);
    if (!*reader->at)
        return false;
    reader->at = reduce_token(reader->at, reader->token, sizeof(reader->token), &reader->length);
    return true;
}

/* "?, ?, ?" is "?": the comma between two literals and the second one say nothing. */
static void skip_more_literals(struct reader *reader)
{
    const char *end = reader->at;
    while (read_token(reader) && (is_token(reader, ',') || is_token(reader, '?')))
        if (is_token(reader, '?'))
            end = reader->at;
    reader->at = end;
    reader->token[0] = '?';
    reader->length = 1;
}

/* False: the end. */
static bool next_token(struct reader *reader)
{
    if (!read_token(reader))
        return false;
    if (is_token(reader, '?'))
        skip_more_literals(reader);
    return true;
}

uint64_t sql_fingerprint(const char *sql)
{
    uint64_t hash = 0;
    struct reader reader = {.at = sql};
    while (next_token(&reader))
        hash = XXH3_64bits_withSeed(reader.token, reader.length, hash);
    return hash;
}

/* Whether a blank reads well between two tokens, by the last character of one and the first of the
 * other. */
static bool is_apart(char before, char after)
{
    if (strchr("(.:", before) != NULL || strchr("),.;", after) != NULL)
        return false;
    if (after == '(')
        return !is_word((unsigned char)before);
    /* "<=", "<>", "||" and "::" stay together. */
    return strchr(OPERATOR, before) == NULL || strchr(OPERATOR, after) == NULL;
}

char *sql_normalise(const char *sql, char *out, size_t size)
{
    size_t length = 0;
    struct reader reader = {.at = sql};
    while (next_token(&reader)) {
        char before = length > 0 ? out[length - 1] : '(';
        bool has_blank = is_apart(before, reader.token[0]);
        if (length + has_blank + reader.length >= size)
            break;
        if (has_blank)
            out[length++] = ' ';
        memcpy(out + length, reader.token, reader.length);
        length += reader.length;
    }
    out[length] = '\0';
    return out;
}
