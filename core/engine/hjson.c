#include "engine/hjson.h"

#include <string.h>

#include "base/limits.h"

struct reader {
    const char *at;
    const char *end;
    int line;
    unsigned depth;
    struct strbuf *out;
    struct error *err;
};

static bool fail(struct reader *r, const char *what)
{
    return error_set(r->err, ERR_CONFIG, "line %d: %s", r->line, what);
}

static bool is_at(const struct reader *r, const char *text)
{
    size_t length = strlen(text);
    return (size_t)(r->end - r->at) >= length && memcmp(r->at, text, length) == 0;
}

static bool is_one_of(const struct reader *r, const char *bytes)
{
    return r->at < r->end && *r->at && strchr(bytes, *r->at);
}

static void step(struct reader *r)
{
    r->line += *r->at == '\n';
    r->at++;
}

static void skip_past(struct reader *r, const char *text)
{
    while (r->at < r->end && !is_at(r, text))
        step(r);
    for (size_t i = strlen(text); i > 0 && r->at < r->end; i--)
        step(r);
}

/* Blanks, line ends, comments and those of the other bytes. */
static void skip(struct reader *r, const char *also)
{
    for (;;) {
        if (is_one_of(r, " \t\r\n") || is_one_of(r, also))
            step(r);
        else if (is_at(r, "#") || is_at(r, "//"))
            skip_past(r, "\n");
        else if (is_at(r, "/*"))
            skip_past(r, "*/");
        else
            return;
    }
}

/* ---- texts ----------------------------------------------------------------------------------- */

static void put_byte(struct strbuf *out, unsigned char byte)
{
    if (byte < ' ')
        strbuf_addf(out, "\\u%04x", byte);
    else if (byte == '"' || byte == '\\')
        strbuf_addf(out, "\\%c", byte);
    else
        strbuf_add_char(out, (char)byte);
}

static void put_text(struct strbuf *out, const char *text, size_t length)
{
    strbuf_add_char(out, '"');
    for (size_t i = 0; i < length; i++)
        put_byte(out, (unsigned char)text[i]);
    strbuf_add_char(out, '"');
}

static bool put_lines(struct reader *r)
{
    r->at += 3;
    const char *text = r->at;
    while (r->at < r->end && !is_at(r, "'''"))
        step(r);
    if (r->at == r->end)
        return fail(r, "a text of several lines does not end");
    put_text(r->out, text, (size_t)(r->at - text));
    r->at += 3;
    return true;
}

/* In single or double quotes; what a backslash means is the same in JSON, but for \'. */
static bool put_quoted(struct reader *r)
{
    char quote = *r->at++;
    strbuf_add_char(r->out, '"');
    for (; r->at < r->end && *r->at != quote && *r->at != '\n'; r->at++) {
        bool is_escape = *r->at == '\\' && r->at + 1 < r->end && r->at[1] != '\n';
        if (is_escape && *++r->at != '\'')
            strbuf_add_char(r->out, '\\');
        if (is_escape && *r->at != '\'')
            strbuf_add_char(r->out, *r->at);
        else
            put_byte(r->out, (unsigned char)*r->at);
    }
    strbuf_add_char(r->out, '"');
    if (r->at == r->end || *r->at != quote)
        return fail(r, "a quote is not closed");
    r->at++;
    return true;
}

/* It need not be a good one: it is put down as text. */
static bool is_number(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (!text[i] || !strchr("0123456789+-.eE", text[i]))
            return false;
    }
    return length > 0 && (text[0] == '-' || (text[0] >= '0' && text[0] <= '9'));
}

static bool is_word(const char *text, size_t length)
{
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strlen(words[i]) == length && memcmp(words[i], text, length) == 0)
            return true;
    }
    return false;
}

static bool put_rest(struct reader *r, size_t length)
{
    const char *text = r->at;
    r->at += length;
    while (length > 0 && strchr(" \t\r", text[length - 1]))
        length--;
    put_text(r->out, text, length);
    return true;
}

/* Without quotes: all of the line, unless it begins with a number or true, false, null, and
 * nothing else is said there. */
static bool put_bare(struct reader *r)
{
    const char *text = r->at;
    const char *line_end = memchr(text, '\n', (size_t)(r->end - text));
    size_t length = (size_t)((line_end ? line_end : r->end) - text);
    size_t word = 0;
    while (word < length && !strchr(" \t\r,}]#/", text[word]))
        word++;
    struct reader rest = {.at = text + word, .end = text + length};
    skip(&rest, "");
    bool is_alone = rest.at == rest.end || is_one_of(&rest, ",}]");
    if (is_alone && is_word(text, word))
        strbuf_add(r->out, text, word);
    else if (is_alone && is_number(text, word))
        put_text(r->out, text, word);
    else
        return put_rest(r, length);
    r->at += word;
    return true;
}

static bool put_string(struct reader *r)
{
    if (is_at(r, "'''"))
        return put_lines(r);
    return is_one_of(r, "\"'") ? put_quoted(r) : put_bare(r);
}

/* ---- values ---------------------------------------------------------------------------------- */

static bool put_value(struct reader *r);

static bool put_name(struct reader *r)
{
    const char *name = r->at;
    if (is_one_of(r, "\"'"))
        return put_quoted(r);
    while (r->at < r->end && !is_one_of(r, " \t\r\n,:[]{}"))
        r->at++;
    put_text(r->out, name, (size_t)(r->at - name));
    return r->at > name || fail(r, "a name is missing");
}

static bool put_member(struct reader *r)
{
    if (!put_name(r))
        return false;
    skip(r, "");
    if (!is_at(r, ":"))
        return fail(r, "there is no : behind a name");
    strbuf_add_char(r->out, *r->at++);
    return put_value(r);
}

/* Members or elements, up to close; '\0': up to the end. */
static bool put_all(struct reader *r, bool (*put_one)(struct reader *r), char close)
{
    for (bool is_first = true;; is_first = false) {
        skip(r, ",");
        bool is_end = r->at == r->end;
        if (is_end && close)
            return fail(r, close == '}' ? "a } is missing" : "a ] is missing");
        if (is_end || (close && *r->at == close))
            return true;
        if (!is_first)
            strbuf_add_char(r->out, ',');
        if (!put_one(r))
            return false;
    }
}

static bool put_group(struct reader *r)
{
    bool is_object = *r->at == '{';
    char close = is_object ? '}' : ']';
    if (++r->depth > LIMIT_JSON_DEPTH)
        return fail(r, "it is nested too deep");
    strbuf_add_char(r->out, *r->at++);
    if (!put_all(r, is_object ? put_member : put_value, close))
        return false;
    strbuf_add_char(r->out, *r->at++);
    r->depth--;
    return true;
}

static bool put_value(struct reader *r)
{
    skip(r, "");
    if (r->at == r->end || is_one_of(r, ",:}]"))
        return fail(r, "a value is missing");
    return is_one_of(r, "{[") ? put_group(r) : put_string(r);
}

static bool put_root(struct reader *r)
{
    skip(r, "");
    if (is_at(r, "{")) {
        bool is_good = put_group(r);
        skip(r, "");
        return is_good && (r->at == r->end || fail(r, "there is something behind the last }"));
    }
    strbuf_add_char(r->out, '{');
    bool is_good = put_all(r, put_member, '\0');
    strbuf_add_char(r->out, '}');
    return is_good;
}

bool hjson_to_json(const char *bytes, size_t length, struct strbuf *out, struct error *err)
{
    struct reader r = {.at = bytes, .end = bytes + length, .line = 1, .out = out, .err = err};
    return put_root(&r) && (!out->is_cut || fail(&r, "it is too large"));
}
