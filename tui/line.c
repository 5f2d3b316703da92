#include "line.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

#define ELLIPSIS "\xe2\x80\xa6"

/* What our own glyphs look like where only ASCII can be shown; any other character is a '?'. */
static const struct ascii_form {
    uint16_t code_point;
    char ascii;
} ascii_forms[] = {
    {0x00b7, '.'}, {0x2013, '-'}, {0x2014, '-'}, {0x2026, '~'}, {0x203c, '!'}, {0x2190, '<'},
    {0x2191, '^'}, {0x2192, '>'}, {0x2193, 'v'}, {0x21c4, '='}, {0x2205, '0'}, {0x2298, '-'},
    {0x2297, '#'}, {0x2500, '-'}, {0x2502, '|'}, {0x2503, '|'}, {0x250c, '+'}, {0x2510, '+'},
    {0x2514, '+'}, {0x2518, '+'}, {0x252c, '+'}, {0x2534, '+'}, {0x2581, '_'}, {0x2582, '.'},
    {0x2583, '-'}, {0x2584, '='}, {0x2585, '+'}, {0x2586, '*'}, {0x2587, '%'}, {0x2588, '#'},
    {0x25b2, '^'}, {0x25b6, '>'}, {0x25b8, '>'}, {0x25bc, 'v'}, {0x25be, 'v'}, {0x25cb, 'o'},
    {0x25cc, '.'}, {0x25cf, '*'}, {0x2713, '+'}, {0x2717, 'x'},
};

static uint32_t ascii_form(uint32_t code_point)
{
    for (size_t i = 0; i < sizeof(ascii_forms) / sizeof(ascii_forms[0]); i++)
        if (ascii_forms[i].code_point == code_point)
            return (unsigned char)ascii_forms[i].ascii;
    return '?';
}

/* Characters that would move, hide or turn other text. Sanitised text has none of them. */
static bool is_unruly(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
           c == 0x061c || c == UTF8_INVALID;
}

/* The character as it may be drawn, and its columns. */
static uint32_t drawable(uint32_t c, size_t *out_cols)
{
    *out_cols = 1;
    if (c >= 0x20 && c < 0x7f)
        return c;
    if (is_unruly(c))
        return utf8_is_locale() ? 0xfffd : '?';
    if (!utf8_is_locale())
        return ascii_form(c);
    int cols = utf8_char_cols(c);
    if (cols < 0)
        return 0xfffd;
    *out_cols = (size_t)cols;
    return c;
}

void line_init(struct line *line)
{
    strbuf_init(&line->text, LINE_MAX_COLS * 24);
    line_start(line, 0);
}

void line_finish(struct line *line)
{
    strbuf_finish(&line->text);
}

void line_start(struct line *line, size_t limit_cols)
{
    strbuf_clear(&line->text);
    line->cols = 0;
    line->limit = limit_cols < LINE_MAX_COLS ? limit_cols : LINE_MAX_COLS;
    line->overlay = OVERLAY_NONE;
    line->marks = NULL;
    line->mark_count = 0;
    line->is_cut = false;
    line->run_count = 0;
    line->zone_count = 0;
}

static void begin_run(struct line *line, uint8_t role, uint8_t overlay)
{
    size_t n = line->run_count;
    if (n > 0 && line->runs[n - 1].role == role && line->runs[n - 1].overlay == overlay)
        return;
    if (n > 0 && line->runs[n - 1].at == line->text.len)
        n--;
    if (n == LINE_RUNS)
        return;
    line->runs[n] = (struct line_run){(uint32_t)line->text.len, role, overlay};
    line->run_count = n + 1;
}

static bool put_char(struct line *line, uint32_t code_point)
{
    size_t cols;
    uint32_t c = drawable(code_point, &cols);
    if (line->cols + cols > line->limit)
        return false;
    /* A mark without a base would join the neighbour's cell. */
    if (cols == 0 && line->text.len == 0)
        return true;
    char bytes[4];
    strbuf_add(&line->text, bytes, utf8_encode(c, bytes));
    line->cols += cols;
    return true;
}

static uint8_t overlay_at(const struct line *line, const char *at)
{
    for (size_t i = 0; i < line->mark_count; i++)
        if ((uintptr_t)at >= (uintptr_t)line->marks[i].from &&
            (uintptr_t)at < (uintptr_t)line->marks[i].to)
            return line->marks[i].overlay;
    return line->overlay;
}

void line_putn(struct line *line, enum role role, const char *text, size_t length)
{
    size_t at = 0;
    while (at < length && line->cols < line->limit) {
        uint32_t c;
        begin_run(line, (uint8_t)role, overlay_at(line, text + at));
        size_t bytes = utf8_decode(text + at, length - at, &c);
        if (!put_char(line, c))
            break;
        at += bytes;
    }
    while (at < length && text[at] == ' ')
        at++;
    line->is_cut |= at < length;
}

void line_put(struct line *line, enum role role, const char *text)
{
    line_putn(line, role, text, strlen(text));
}

void line_putf(struct line *line, enum role role, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    line_put(line, role, text);
}

/* role: ROLE_COUNT for that of the text before it. */
static void mark_end(struct line *line, enum role role, const char *mark)
{
    if (!line->is_cut || line->limit == 0 || line->run_count == 0)
        return;
    size_t cols;
    size_t head = line_text_head(line->text.data, line->text.len, line->limit - 1, &cols);
    while (line->run_count > 1 && line->runs[line->run_count - 1].at >= head)
        line->run_count--;
    const struct line_run *last = &line->runs[line->run_count - 1];
    uint8_t overlay = line->overlay;
    strbuf_truncate(&line->text, head);
    line->cols = cols;
    line->overlay = last->overlay;
    line_pad_to(line, line->limit - 1);
    line_put(line, role != ROLE_COUNT ? role : (enum role)last->role, mark);
    line->overlay = overlay;
    line->is_cut = false;
}

void line_mark_cut(struct line *line)
{
    mark_end(line, ROLE_COUNT, ELLIPSIS);
}

void line_mark_beyond(struct line *line)
{
    mark_end(line, ROLE_KEY, ">");
}

size_t line_text_head(const char *text, size_t length, size_t max_cols, size_t *out_cols)
{
    size_t used = 0;
    size_t at = 0;
    while (at < length) {
        uint32_t c;
        size_t cols;
        size_t bytes = utf8_decode(text + at, length - at, &c);
        drawable(c, &cols);
        if (used + cols > max_cols)
            break;
        used += cols;
        at += bytes;
    }
    if (out_cols != NULL)
        *out_cols = used;
    return at;
}

size_t line_textn_cols(const char *text, size_t length)
{
    size_t cols;
    line_text_head(text, length, SIZE_MAX, &cols);
    return cols;
}

/* FNV-1a, by words of eight bytes. */
static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0x100000001b3u;
    return hash ^ hash >> 32;
}

uint64_t line_hash(const struct line *line)
{
    uint64_t hash = mix(0xcbf29ce484222325u, line->text.len);
    for (size_t at = 0; at < line->text.len; at += sizeof(uint64_t)) {
        uint64_t word = 0;
        size_t left = line->text.len - at;
        memcpy(&word, line->text.data + at, left < sizeof(word) ? left : sizeof(word));
        hash = mix(hash, word);
    }
    for (size_t i = 0; i < line->run_count; i++) {
        const struct line_run *run = &line->runs[i];
        hash = mix(hash, (uint64_t)run->at << 16 | (uint64_t)run->role << 8 | run->overlay);
    }
    return hash;
}

size_t line_text_cols(const char *text)
{
    return line_textn_cols(text, strlen(text));
}

void line_put_cut(struct line *line, enum role role, const char *text, size_t max_cols)
{
    size_t room = line->limit > line->cols ? line->limit - line->cols : 0;
    if (max_cols > room)
        max_cols = room;
    if (max_cols == 0)
        return;
    size_t length = strlen(text);
    size_t cols;
    if (line_text_head(text, length, max_cols, &cols) == length) {
        line_putn(line, role, text, length);
        return;
    }
    line_putn(line, role, text, line_text_head(text, length, max_cols - 1, &cols));
    line_put(line, role, ELLIPSIS);
}

void line_cell(struct line *line, enum role role, const char *text, size_t cols, bool is_right)
{
    size_t end = line->cols + cols;
    if (is_right) {
        size_t used = line_text_cols(text);
        if (used < cols)
            line_pad_to(line, end - used);
    }
    line_put_cut(line, role, text, end > line->cols ? end - line->cols : 0);
    line_pad_to(line, end);
}

void line_pad_to(struct line *line, size_t col)
{
    if (col > line->limit)
        col = line->limit;
    if (line->cols >= col)
        return;
    /* A blank looks the same in all roles: between two pieces of text it goes on with the first, so
     * that the terminal need not be told of a change. At the end it is plain, and cheap to erase.
     */
    bool is_between = line->run_count > 0 && col < line->limit;
    begin_run(line, is_between ? line->runs[line->run_count - 1].role : ROLE_TEXT, line->overlay);
    strbuf_add_repeat(&line->text, ' ', col - line->cols);
    line->cols = col;
}

void line_rule_to(struct line *line, size_t col)
{
    if (col > line->limit)
        col = line->limit;
    while (line->cols < col)
        line_put(line, ROLE_RULE, "\xe2\x94\x80");
}

void line_zone(struct line *line, size_t from_col, enum zone_kind kind, int value)
{
    if (line->zone_count < LINE_ZONES && line->cols > from_col)
        line->zones[line->zone_count++] =
            (struct line_zone){(uint16_t)from_col, (uint16_t)line->cols, (uint8_t)kind,
                               (int32_t)value};
}

struct line_zone line_zone_at(const struct line *line, int col)
{
    for (size_t i = line->zone_count; i-- > 0;)
        if (col >= line->zones[i].from && col < line->zones[i].to)
            return line->zones[i];
    return (struct line_zone){0};
}

/* Zones of columns [from_col, to_col) of the other line, which now begin at start. */
static void append_zones(struct line *line, const struct line *from, size_t from_col, size_t to_col,
                         size_t start)
{
    for (size_t i = 0; i < from->zone_count && line->zone_count < LINE_ZONES; i++) {
        struct line_zone zone = from->zones[i];
        size_t left = zone.from > from_col ? zone.from : from_col;
        size_t right = zone.to < to_col ? zone.to : to_col;
        if (left >= right)
            continue;
        zone.from = (uint16_t)(start + left - from_col);
        zone.to = (uint16_t)(start + right - from_col);
        line->zones[line->zone_count++] = zone;
    }
}

void line_append(struct line *line, const struct line *from, size_t from_col, size_t to_col)
{
    size_t start = line->cols;
    size_t col = 0;
    size_t run = 0;
    for (size_t at = 0; at < from->text.len && col < to_col;) {
        while (run + 1 < from->run_count && from->runs[run + 1].at <= at)
            run++;
        uint32_t c;
        size_t cols;
        at += utf8_decode(from->text.data + at, from->text.len - at, &c);
        drawable(c, &cols);
        bool is_inside = col >= from_col && col + cols <= to_col && (cols > 0 || col > from_col);
        if (is_inside) {
            line_pad_to(line, start + col - from_col);
            begin_run(line, from->runs[run].role, from->runs[run].overlay);
            put_char(line, c);
        }
        col += cols;
    }
    if (to_col > from_col)
        line_pad_to(line, start + to_col - from_col);
    append_zones(line, from, from_col, to_col, start);
}
