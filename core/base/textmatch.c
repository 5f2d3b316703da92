#include "base/textmatch.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "base/xalloc.h"

/* Upper-case letters first, first + stride, ... last are delta below their lower case. */
struct fold_range {
    uint32_t first;
    uint32_t last;
    uint32_t stride;
    int32_t delta;
};

static const struct fold_range fold_ranges[] = {
    {0x00C0, 0x00D6, 1, 32},   {0x00D8, 0x00DE, 1, 32}, {0x0100, 0x012E, 2, 1},
    {0x0132, 0x0136, 2, 1},    {0x0139, 0x0147, 2, 1},  {0x014A, 0x0176, 2, 1},
    {0x0178, 0x0178, 1, -121}, {0x0179, 0x017D, 2, 1},  {0x0386, 0x0386, 1, 38},
    {0x0388, 0x038A, 1, 37},   {0x038C, 0x038C, 1, 64}, {0x038E, 0x038F, 1, 63},
    {0x0391, 0x03A1, 1, 32},   {0x03A3, 0x03AB, 1, 32}, {0x0400, 0x040F, 1, 80},
    {0x0410, 0x042F, 1, 32},   {0x0460, 0x0480, 2, 1},  {0x048A, 0x04BE, 2, 1},
    {0x04D0, 0x052E, 2, 1},    {0x0531, 0x0556, 1, 48}, {0x1E00, 0x1E94, 2, 1},
    {0x1EA0, 0x1EFE, 2, 1},
};

static char fold_ascii(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

uint32_t text_fold(uint32_t code_point)
{
    if (code_point < 0x80)
        return (uint32_t)fold_ascii((char)code_point);
    for (size_t i = 0; i < sizeof(fold_ranges) / sizeof(fold_ranges[0]); i++) {
        const struct fold_range *range = &fold_ranges[i];
        if (code_point < range->first)
            break;
        if (code_point <= range->last && (code_point - range->first) % range->stride == 0)
            return (uint32_t)((int32_t)code_point + range->delta);
    }
    return code_point;
}

/* The next character of *text, folded; a byte that is no UTF-8 stands for itself. */
static uint32_t next_folded(const char **text, const char *end)
{
    uint32_t code_point;
    size_t taken = utf8_decode(*text, (size_t)(end - *text), &code_point);
    if (code_point == UTF8_INVALID)
        code_point = 0x110000u + (unsigned char)**text;
    *text += taken;
    return text_fold(code_point);
}

/* ---- patterns -------------------------------------------------------------------------------- */

void textmatch_init(struct textmatch *m, const char *pattern)
{
    size_t length = strlen(pattern);
    const char *end = pattern + length;
    *m = (struct textmatch){.needle = xmalloc(2 * length + 1), .is_ascii = true};
    for (const char *at = pattern; at < end;) {
        uint32_t code_point;
        size_t taken = utf8_decode(at, (size_t)(end - at), &code_point);
        uint32_t folded = code_point == UTF8_INVALID ? code_point : text_fold(code_point);
        m->is_exact |= folded != code_point;
        m->is_ascii &= code_point < 0x80;
        if (code_point == UTF8_INVALID)
            m->needle[m->length++] = *at;
        else
            m->length += utf8_encode(folded, m->needle + m->length);
        at += taken;
    }
    if (m->is_exact) {
        memcpy(m->needle, pattern, length);
        m->length = length;
    }
    m->needle[m->length] = '\0';
}

void textmatch_finish(struct textmatch *m)
{
    free(m->needle);
    *m = (struct textmatch){0};
}

static bool is_ascii_match(const struct textmatch *m, const char *at)
{
    for (size_t i = 0; i < m->length; i++) {
        if (fold_ascii(at[i]) != m->needle[i])
            return false;
    }
    return true;
}

static const char *find_byte(const char *from, const char *end, char byte)
{
    return from < end ? memchr(from, byte, (size_t)(end - from)) : NULL;
}

/* Walks the places of the first letter, in lower and upper case, in order. */
static const char *find_ascii(const struct textmatch *m, const char *text, size_t length)
{
    const char *end = text + length - m->length + 1;
    char lower = m->needle[0];
    char upper = lower >= 'a' && lower <= 'z' ? (char)(lower - ('a' - 'A')) : lower;
    const char *next_lower = find_byte(text, end, lower);
    const char *next_upper = upper != lower ? find_byte(text, end, upper) : NULL;
    while (next_lower || next_upper) {
        bool is_lower = next_lower && (!next_upper || next_lower < next_upper);
        const char *at = is_lower ? next_lower : next_upper;
        if (is_ascii_match(m, at))
            return at;
        if (is_lower)
            next_lower = find_byte(at + 1, end, lower);
        else
            next_upper = find_byte(at + 1, end, upper);
    }
    return NULL;
}

static bool is_folded_head(const char *text, const char *text_end, const char *head,
                           const char *head_end)
{
    while (head < head_end) {
        if (text >= text_end || next_folded(&text, text_end) != next_folded(&head, head_end))
            return false;
    }
    return true;
}

static bool is_all_ascii(const char *text, size_t length)
{
    uint64_t eight;
    for (; length >= sizeof(eight); text += sizeof(eight), length -= sizeof(eight)) {
        memcpy(&eight, text, sizeof(eight));
        if (eight & 0x8080808080808080u)
            return false;
    }
    for (; length > 0; text++, length--) {
        if (*text & 0x80)
            return false;
    }
    return true;
}

/* The pattern holds more than ASCII, so most texts are done with after a glance. */
static const char *find_folded(const struct textmatch *m, const char *text, size_t length)
{
    const char *end = text + length;
    if (is_all_ascii(text, length))
        return NULL;
    while (text < end) {
        if (is_folded_head(text, end, m->needle, m->needle + m->length))
            return text;
        next_folded(&text, end);
    }
    return NULL;
}

const char *textmatch_find(const struct textmatch *m, const char *text, size_t length)
{
    if (m->length == 0)
        return text;
    if (m->is_exact)
        return memmem(text, length, m->needle, m->length);
    if (!m->is_ascii)
        return find_folded(m, text, length);
    return length >= m->length ? find_ascii(m, text, length) : NULL;
}

size_t textmatch_length(const struct textmatch *m, const char *found, const char *end)
{
    if (m->is_exact || m->is_ascii)
        return m->length;
    const char *at = found;
    for (const char *needle = m->needle; needle < m->needle + m->length;) {
        next_folded(&needle, m->needle + m->length);
        next_folded(&at, end);
    }
    return (size_t)(at - found);
}

bool text_starts_with(const char *text, const char *prefix)
{
    return is_folded_head(text, text + strlen(text), prefix, prefix + strlen(prefix));
}

bool text_is_equal(const char *a, const char *b)
{
    const char *a_end = a + strlen(a);
    const char *b_end = b + strlen(b);
    while (a < a_end && b < b_end) {
        if (next_folded(&a, a_end) != next_folded(&b, b_end))
            return false;
    }
    return a == a_end && b == b_end;
}
