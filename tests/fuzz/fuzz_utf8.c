/* Heads and columns of any bytes, in both kinds of locale. */
#include "fuzz.h"

#include <locale.h>
#include <string.h>

#include "base/utf8.h"

static void check_decoding(const char *text, size_t length)
{
    bool is_valid = true;
    for (size_t i = 0; i < length;) {
        uint32_t c;
        size_t taken = utf8_decode(text + i, length - i, &c);
        REQUIRE(taken >= 1 && taken <= 4 && taken <= length - i);
        if (c == UTF8_INVALID) {
            REQUIRE(taken == 1);
            is_valid = false;
        } else {
            char again[4];
            REQUIRE(utf8_encode(c, again) == taken && memcmp(again, text + i, taken) == 0);
        }
        i += taken;
    }
    REQUIRE(utf8_is_valid(text, length) == is_valid);
}

static void check_head(const char *text, size_t length, size_t max_cols)
{
    size_t cols;
    size_t head = utf8_head(text, length, max_cols, &cols);
    REQUIRE(head <= length && cols <= max_cols);
    REQUIRE(utf8_cols(text, head) == cols);
    REQUIRE(cols + utf8_cols(text + head, length - head) == utf8_cols(text, length));
    if (head < length) {
        uint32_t next;
        utf8_decode(text + head, length - head, &next);
        REQUIRE(cols + (size_t)utf8_char_cols(next) > max_cols);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    setlocale(LC_CTYPE, data[0] & 0x80 ? "C" : "C.UTF-8");
    utf8_init_locale();
    const char *text = (const char *)data + 1;
    check_decoding(text, size - 1);
    check_head(text, size - 1, data[0] & 0x7F);
    return 0;
}
