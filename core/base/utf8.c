#include "base/utf8.h"

#include <langinfo.h>
#include <string.h>
#include <wchar.h>

/* Set once by utf8_init_locale(), before threads start. */
static bool is_locale_utf8;

static bool is_tail(unsigned char byte)
{
    return (byte & 0xC0) == 0x80;
}

/* What the first byte says: how long the sequence is, its own bits, and the lowest code point that
 * needs this length (a lower one is overlong). Length 0: no first byte. */
struct lead {
    size_t length;
    uint32_t bits;
    uint32_t lowest;
};

static struct lead read_lead(unsigned char byte)
{
    if (byte >= 0xC2 && byte <= 0xDF)
        return (struct lead){2, byte & 0x1Fu, 0x80};
    if (byte >= 0xE0 && byte <= 0xEF)
        return (struct lead){3, byte & 0x0Fu, 0x800};
    if (byte >= 0xF0 && byte <= 0xF4)
        return (struct lead){4, byte & 0x07u, 0x10000};
    return (struct lead){0, 0, 0};
}

size_t utf8_decode(const char *text, size_t length, uint32_t *out_code_point)
{
    const unsigned char *bytes = (const unsigned char *)text;
    *out_code_point = bytes[0];
    if (bytes[0] < 0x80)
        return 1;

    *out_code_point = UTF8_INVALID;
    struct lead lead = read_lead(bytes[0]);
    if (lead.length == 0 || lead.length > length)
        return 1;
    uint32_t code_point = lead.bits;
    for (size_t i = 1; i < lead.length; i++) {
        if (!is_tail(bytes[i]))
            return 1;
        code_point = code_point << 6 | (bytes[i] & 0x3Fu);
    }
    bool is_surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
    if (code_point < lead.lowest || code_point > 0x10FFFF || is_surrogate)
        return 1;
    *out_code_point = code_point;
    return lead.length;
}

size_t utf8_encode(uint32_t code_point, char out[4])
{
    if (code_point < 0x80) {
        out[0] = (char)code_point;
        return 1;
    }
    size_t length = code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
    static const unsigned char marks[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = length - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (code_point & 0x3F));
        code_point >>= 6;
    }
    out[0] = (char)(marks[length] | code_point);
    return length;
}

/* How many bytes at the start are ASCII, eight at a time; a few more may follow. */
static size_t skip_ascii(const char *text, size_t length)
{
    size_t i = 0;
    for (; i + 8 <= length; i += 8) {
        uint64_t word;
        memcpy(&word, text + i, sizeof(word));
        if (word & 0x8080808080808080u)
            break;
    }
    return i;
}

bool utf8_is_valid(const char *text, size_t length)
{
    size_t i = 0;
    while ((i += skip_ascii(text + i, length - i)) < length) {
        uint32_t code_point;
        i += utf8_decode(text + i, length - i, &code_point);
        if (code_point == UTF8_INVALID)
            return false;
    }
    return true;
}

void utf8_init_locale(void)
{
    is_locale_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

bool utf8_is_locale(void)
{
    return is_locale_utf8;
}

int utf8_char_cols(uint32_t code_point)
{
    if (code_point < 0x7F || code_point == UTF8_INVALID || !is_locale_utf8)
        return 1;
    int cols = wcwidth((wchar_t)code_point);
    return cols < 0 ? 1 : cols; /* unprintable: drawn as a replacement */
}

size_t utf8_cols(const char *text, size_t length)
{
    size_t cols;
    utf8_head(text, length, SIZE_MAX, &cols);
    return cols;
}

size_t utf8_head(const char *text, size_t length, size_t max_cols, size_t *out_cols)
{
    size_t cols = 0;
    size_t i = 0;
    while (i < length) {
        uint32_t code_point;
        size_t taken = utf8_decode(text + i, length - i, &code_point);
        size_t width = (size_t)utf8_char_cols(code_point);
        if (width > max_cols - cols)
            break;
        cols += width;
        i += taken;
    }
    if (out_cols)
        *out_cols = cols;
    return i;
}
