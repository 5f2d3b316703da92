#include "model/filter_complete.h"

#include <string.h>

#include "model/filter_node.h"

/* The end of a quoted text that begins at at; the closing quote may be missing. */
static const char *quoted_end(const char *at)
{
    for (at++; *at && *at != '"'; at++)
        at += *at == '\\' && at[1];
    return *at ? at + 1 : at;
}

static const char *word_end(const char *at, bool is_value)
{
    while (!filter_ends_word(at) && (is_value || !filter_sign_length(at)))
        at++;
    return at;
}

static const char *value_end(const char *at)
{
    return *at == '"' ? quoted_end(at) : word_end(at, true);
}

/* The field before a sign at which a comparison goes on, COLUMN_COUNT when it is none. */
static enum column field_named(const char *word, size_t length)
{
    char name[LIMIT_NAME_BYTES];
    if (length >= sizeof(name))
        return COLUMN_COUNT;
    memcpy(name, word, length);
    name[length] = '\0';
    return column_find(name);
}

/* Text up to the cursor, as it is meant. */
static void take_typed(const char *begin, const char *cursor, struct filter_spot *out)
{
    size_t length = 0;
    bool is_quoted = *begin == '"' && begin < cursor;
    for (const char *at = begin + is_quoted; at < cursor && length + 1 < sizeof(out->typed); at++) {
        at += is_quoted && *at == '\\' && at + 1 < cursor;
        out->typed[length++] = *at;
    }
    out->typed[length] = '\0';
}

static void set_spot(struct filter_spot *out, enum filter_spot_kind kind, const char *text,
                     const char *begin, const char *end, const char *cursor)
{
    out->kind = kind;
    out->begin = (size_t)(begin - text);
    out->end = (size_t)(end - text);
    take_typed(begin, cursor, out);
}

/* Looks at the word or comparison at *at; true when the cursor is in it. */
static bool look_at_term(const char *text, const char *cursor, const char **at,
                         struct filter_spot *out)
{
    const char *begin = *at;
    const char *end = *begin == '"' ? quoted_end(begin) : word_end(begin, false);
    const char *sign = end + strspn(end, FILTER_BLANKS);
    size_t sign_length = *begin == '"' ? 0 : filter_sign_length(sign);
    if (cursor <= end) {
        set_spot(out, *begin == '"' ? FILTER_SPOT_NONE : FILTER_SPOT_FIELD, text, begin, end,
                 cursor);
        return true;
    }
    if (sign_length == 0) {
        *at = end;
        return false;
    }
    const char *value = sign + sign_length + strspn(sign + sign_length, FILTER_BLANKS);
    const char *after = value_end(value);
    *at = after;
    if (cursor > after || cursor < sign + sign_length)
        return false;
    out->column = field_named(begin, (size_t)(end - begin));
    set_spot(out, out->column != COLUMN_COUNT ? FILTER_SPOT_VALUE : FILTER_SPOT_NONE, text,
             cursor < value ? cursor : value, cursor < value ? cursor : after, cursor);
    return true;
}

void filter_spot_find(const char *text, size_t cursor_at, struct filter_spot *out)
{
    const char *cursor = text + cursor_at;
    const char *at = text;
    *out = (struct filter_spot){.kind = FILTER_SPOT_FIELD, .begin = cursor_at, .end = cursor_at};
    for (;;) {
        at += strspn(at, FILTER_BLANKS "()");
        at += *at == '!' && !filter_sign_length(at);
        if (!*at || at > cursor)
            return;
        const char *before = at;
        if (look_at_term(text, cursor, &at, out))
            return;
        at += at == before; /* a sign without a field */
    }
}
