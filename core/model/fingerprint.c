#include "model/fingerprint.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <xxhash.h>

#include "base/limits.h"

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

uint64_t sql_fingerprint(const char *sql)
{
    uint64_t hash = 0;
    char token[LIMIT_TASK_FIELD_BYTES];
    bool is_after_literal = false;
    for (const char *p = skip_blank(sql); *p; p = skip_blank(p)) {
        size_t length;
        p = reduce_token(p, token, sizeof(token), &length);
        bool is_literal = length == 1 && token[0] == '?';
        /* "?, ?, ?" is "?": the comma between two literals and the second one say nothing. */
        bool is_comma = length == 1 && token[0] == ',';
        if (is_after_literal && (is_literal || is_comma))
            continue;
        is_after_literal = is_literal;
        hash = XXH3_64bits_withSeed(token, length, hash);
    }
    return hash;
}
