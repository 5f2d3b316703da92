#include "base/sanitize.h"

#include <assert.h>
#include <string.h>

#include "base/codepoint.h"
#include "base/limits.h"
#include "base/utf8.h"

#define REPLACEMENT       "\xEF\xBF\xBD" /* U+FFFD */
#define REPLACEMENT_BYTES 3
#define MARKS_MAX         4
#define TAB_STOP          4

/* The combining marks of the character that is being built. */
enum { NO_BASE = -1, TOWER = MARKS_MAX + 1 /* one more mark came, and was replaced */ };

struct writer {
    struct strbuf *out;
    size_t column; /* characters since the last LF; wide ones count once */
    int marks;     /* on the last character, or NO_BASE */
    bool is_cut;
};

static void put(struct writer *w, const char *bytes, size_t count)
{
    if (w->is_cut || count > w->out->max - w->out->len) {
        w->out->is_cut = true;
        w->is_cut = true;
    } else {
        strbuf_add(w->out, bytes, count);
    }
}

static void put_character(struct writer *w, const char *bytes, size_t count)
{
    put(w, bytes, count);
    w->column++;
    w->marks = 0;
}

static void put_code_point(struct writer *w, uint32_t code_point)
{
    char bytes[4];
    put_character(w, bytes, utf8_encode(code_point, bytes));
}

static void put_mark(struct writer *w, const char *bytes, size_t count)
{
    if (w->marks == NO_BASE)
        put_character(w, REPLACEMENT, REPLACEMENT_BYTES);
    if (w->marks == TOWER)
        return;
    if (w->marks == MARKS_MAX) {
        put_character(w, REPLACEMENT, REPLACEMENT_BYTES);
        w->marks = TOWER;
    } else {
        put(w, bytes, count);
        w->marks++;
    }
}

static bool is_printable_ascii(unsigned char byte)
{
    return byte >= 0x20 && byte < 0x7F;
}

/* The high bit of each byte that is not printable ASCII. A borrow or carry may also mark a byte
 * above a marked one, never a byte below: zero and the lowest mark are exact. */
static uint64_t unprintable_in(uint64_t word)
{
    const uint64_t ones = 0x0101010101010101u;
    const uint64_t below_space = word - ones * 0x20;
    const uint64_t above_tilde = word + ones;
    return (word | below_space | above_tilde) & ones * 0x80;
}

static size_t ascii_run(const char *bytes, size_t length)
{
    size_t i = 0;
    for (; i + 8 <= length; i += 8) {
        uint64_t word;
        memcpy(&word, bytes + i, sizeof(word));
        if (unprintable_in(word))
            break;
    }
    while (i < length && is_printable_ascii((unsigned char)bytes[i]))
        i++;
    return i;
}

/* The longest head that needs no change and holds no marks: almost everything is such a run. */
static size_t plain_run(const char *bytes, size_t length, size_t *out_characters)
{
    size_t characters = 0;
    size_t i = 0;
    while (i < length) {
        size_t taken = ascii_run(bytes + i, length - i);
        if (taken) {
            characters += taken;
        } else {
            uint32_t code_point;
            taken = utf8_decode(bytes + i, length - i, &code_point);
            if (!codepoint_is_common(code_point))
                break;
            characters++;
        }
        i += taken;
    }
    *out_characters = characters;
    return i;
}

static void put_run(struct writer *w, const char *bytes, size_t count, size_t characters)
{
    size_t room = w->out->max - w->out->len;
    if (count > room) {
        w->is_cut = true;
        w->out->is_cut = true;
        while (room > 0 && ((unsigned char)bytes[room] & 0xC0) == 0x80)
            room--; /* to the start of a character */
        count = room;
    }
    strbuf_add(w->out, bytes, count);
    w->column += characters;
    w->marks = 0;
}

static bool is_line_blank(char c)
{
    return c == '\t' || c == '\r' || c == '\n';
}

static size_t blank_run(const char *bytes, size_t length)
{
    size_t i = 0;
    while (i < length && is_line_blank(bytes[i]))
        i++;
    return i;
}

/* C0 and DEL. Returns the bytes taken. */
static size_t put_control(struct writer *w, const char *bytes, size_t length,
                          enum sanitize_mode mode)
{
    char c = bytes[0];
    if (mode == SANITIZE_LINE && is_line_blank(c)) {
        put_character(w, " ", 1);
        return blank_run(bytes, length);
    }
    if (mode == SANITIZE_TEXT && c == '\n') {
        put(w, "\n", 1);
        w->column = 0;
        w->marks = NO_BASE;
        return 1;
    }
    if (mode == SANITIZE_TEXT && c == '\t') {
        size_t blanks = TAB_STOP - w->column % TAB_STOP;
        put_run(w, "    ", blanks, blanks);
        return 1;
    }
    if (mode == SANITIZE_TEXT && c == '\r' && length > 1 && bytes[1] == '\n')
        return 1;
    put_code_point(w, c == 0x7F ? 0x2421 : 0x2400 + (uint32_t)c);
    return 1;
}

static size_t put_wide(struct writer *w, const char *bytes, size_t length)
{
    uint32_t code_point;
    size_t taken = utf8_decode(bytes, length, &code_point);
    if (codepoint_is_hidden(code_point))
        put_character(w, REPLACEMENT, REPLACEMENT_BYTES);
    else if (codepoint_is_mark(code_point))
        put_mark(w, bytes, taken);
    else
        put_character(w, bytes, taken);
    return taken;
}

bool sanitize(struct strbuf *out, const char *bytes, size_t length, enum sanitize_mode mode)
{
    struct writer w = {.out = out, .marks = NO_BASE};
    size_t i = 0;
    while (i < length && !w.is_cut) {
        size_t characters;
        size_t run = plain_run(bytes + i, length - i, &characters);
        if (run) {
            put_run(&w, bytes + i, run, characters);
            i += run;
        } else if ((unsigned char)bytes[i] < 0x80) {
            i += put_control(&w, bytes + i, length - i, mode);
        } else {
            i += put_wide(&w, bytes + i, length - i);
        }
    }
    return !w.is_cut;
}

char *sanitize_line(char *out, size_t out_size, const char *bytes)
{
    assert(out_size > 0);
    struct strbuf clean;
    strbuf_init(&clean, out_size - 1);
    sanitize(&clean, bytes, strlen(bytes), SANITIZE_LINE);
    memcpy(out, clean.data, clean.len + 1);
    strbuf_finish(&clean);
    return out;
}

bool sanitize_is_clean(const char *bytes, size_t length)
{
    int marks = NO_BASE;
    size_t i = 0;
    while (i < length) {
        size_t characters;
        size_t taken = plain_run(bytes + i, length - i, &characters);
        if (taken) {
            marks = 0;
        } else {
            uint32_t code_point;
            taken = utf8_decode(bytes + i, length - i, &code_point);
            if (code_point < 0x80 || codepoint_is_hidden(code_point))
                return false;
            bool is_mark = codepoint_is_mark(code_point);
            if (is_mark && (marks == NO_BASE || marks == MARKS_MAX))
                return false;
            marks = is_mark ? marks + 1 : 0;
        }
        i += taken;
    }
    return true;
}

bool sanitize_is_plain_id(const char *text)
{
    if (strcmp(text, ".") == 0 || strcmp(text, "..") == 0)
        return false; /* as a path segment they would lead elsewhere */
    size_t length = 0;
    for (; text[length]; length++) {
        unsigned char byte = (unsigned char)text[length];
        if (byte == ' ' || !is_printable_ascii(byte) || strchr("\"'`\\/?#%", byte))
            return false;
        if (length + 1 >= LIMIT_ID_BYTES)
            return false;
    }
    return length > 0;
}
