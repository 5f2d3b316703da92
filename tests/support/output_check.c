#include "support/output_check.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

#define MARKS_MAX   4
#define SHOWN_BYTES 40

/* What may follow ESC [. A pattern is matched as a whole: N is a number or nothing, anything else
 * itself. Curses sends them, as far as the terminals of the tests have them; the modes are listed
 * one by one, for a mode is what an attacker would like to set. */
static const char *const sequences[] = {
    "NA",      "NB",      "NC",   "ND",   "NG",      "N;NH",   "NH",     "NJ",     "NK",
    "NL",      "NM",      "NP",   "NS",   "NT",      "NX",     "N@",     "Nb",     "Nd",
    "N;Nr",    "Nr",      "4h",   "4l",   "34h",     "34l",    "?1h",    "?1l",    "?7h",
    "?12l",    "?12;25h", "?25h", "?25l", "?1049h",  "?1049l", "?2026h", "?2026l", "22;0;0t",
    "23;0;0t", "?0c",     "?1c",  "5n",   "?2026$p", "?1000h", "?1006h", "?1000l", "?1006l",
};

/* What may follow ESC alone. */
static const char *const escapes[] = {"=", ">", "M", "7", "8", "(B", ")0", "(0"};

/* Characters that hide, turn or join: none of them has a cell of its own. Written down here again,
 * so that a gap in the program's table is seen. */
static const struct {
    uint32_t first;
    uint32_t last;
} unseen[] = {
    {0x7f, 0x9f},     {0xad, 0xad},     {0x61c, 0x61c},   {0x180b, 0x180f},   {0x200b, 0x200f},
    {0x2028, 0x202e}, {0x2060, 0x206f}, {0x3164, 0x3164}, {0xd800, 0xf8ff},   {0xfe00, 0xfe0f},
    {0xfeff, 0xfeff}, {0xfff0, 0xfffb}, {0xfffe, 0xffff}, {0xe0000, 0xe01ef}, {0x110000, ~0u},
};

struct reader {
    const char *bytes;
    size_t length;
    enum output_rules rules;
    unsigned marks; /* on the last character */
    bool has_base;
};

static size_t digits(const char *text, size_t length)
{
    size_t count = 0;
    while (count < length && text[count] >= '0' && text[count] <= '9')
        count++;
    return count;
}

/* Bytes of text that the pattern takes; 0: it does not match. */
static size_t match(const char *pattern, const char *text, size_t length)
{
    size_t at = 0;
    for (; *pattern; pattern++) {
        if (*pattern == 'N')
            at += digits(text + at, length - at);
        else if (at < length && text[at] == *pattern)
            at++;
        else
            return 0;
    }
    return at;
}

/* Colours and attributes, of those that the themes have: bold, dim, underline, reverse and off. */
static size_t match_style(const char *text, size_t length)
{
    size_t at = 0;
    while (at < length && (text[at] == ';' || digits(text + at, 1)))
        at++;
    if (at == length || text[at] != 'm')
        return 0;
    int colour_parts = 0; /* "38;5;N": what follows 38 is no attribute */
    for (const char *part = text; part < text + at; part += digits(part, 4) + 1) {
        long code = strtol(part, NULL, 10);
        if (colour_parts > 0)
            colour_parts--;
        else if (code == 5 || code == 6 || code == 8)
            return 0; /* blinking or hidden */
        else if (code == 38 || code == 48)
            colour_parts = 2;
    }
    return at + 1;
}

static size_t match_any(const char *const *patterns, size_t count, const char *text, size_t length)
{
    for (size_t i = 0; i < count; i++) {
        size_t taken = match(patterns[i], text, length);
        if (taken)
            return taken;
    }
    return 0;
}

#define MATCH(table, text, length) match_any(table, sizeof(table) / sizeof(table[0]), text, length)

/* Bytes of a sequence that begins with ESC; 0: a stranger. */
static size_t read_escape(const struct reader *r, size_t at)
{
    const char *text = r->bytes + at + 1;
    size_t length = r->length - at - 1;
    if (r->rules == OUTPUT_FILE)
        return 0;
    if (r->rules != OUTPUT_SCREEN)
        return length >= 2 && memcmp(text, "[K", 2) == 0 ? 3 : 0;
    if (length == 0 || text[0] != '[') {
        size_t taken = MATCH(escapes, text, length);
        return taken ? taken + 1 : 0;
    }
    size_t taken = match_style(text + 1, length - 1);
    if (!taken)
        taken = MATCH(sequences, text + 1, length - 1);
    return taken ? taken + 2 : 0;
}

static bool is_control_allowed(char c, enum output_rules rules)
{
    static const char *const allowed[] = {[OUTPUT_SCREEN] = "\r\n\b\017",
                                          [OUTPUT_LINES] = "\r\n",
                                          [OUTPUT_TSV] = "\r\n\t",
                                          [OUTPUT_FILE] = "\n"};
    return c && strchr(allowed[rules], c);
}

static bool is_seen(uint32_t c)
{
    for (size_t i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++)
        if (c >= unseen[i].first && c <= unseen[i].last)
            return false;
    return true;
}

/* Bytes of a character; 0: a stranger. */
static size_t read_character(struct reader *r, size_t at)
{
    uint32_t c;
    size_t taken = utf8_decode(r->bytes + at, r->length - at, &c);
    if (c == UTF8_INVALID || !is_seen(c))
        return 0;
    bool is_mark = utf8_char_cols(c) == 0;
    if (is_mark && (!r->has_base || r->marks == MARKS_MAX))
        return 0;
    r->marks = is_mark ? r->marks + 1 : 0;
    r->has_base = true;
    return taken;
}

static void describe(const struct reader *r, size_t at, struct strbuf *out)
{
    strbuf_addf(out, "byte %zu of %zu: ", at, r->length);
    for (size_t i = at < 8 ? 0 : at - 8; i < r->length && i < at + SHOWN_BYTES; i++) {
        unsigned char c = (unsigned char)r->bytes[i];
        if (i == at)
            strbuf_add_text(out, " >>");
        if (c >= 0x20 && c < 0x7f)
            strbuf_add_char(out, (char)c);
        else
            strbuf_addf(out, "\\x%02x", c);
    }
}

bool output_check(const char *bytes, size_t length, enum output_rules rules, struct strbuf *out)
{
    struct reader r = {.bytes = bytes, .length = length, .rules = rules};
    for (size_t at = 0, taken; at < length; at += taken) {
        unsigned char c = (unsigned char)bytes[at];
        if (c == 0x1b)
            taken = read_escape(&r, at);
        else if (c < 0x20)
            taken = is_control_allowed((char)c, rules);
        else
            taken = read_character(&r, at);
        if (!taken) {
            describe(&r, at, out);
            return false;
        }
    }
    return true;
}
