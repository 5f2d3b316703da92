/* Whatever comes in: clean UTF-8 comes out, within the ceiling, and stays as it is the next time.
 */
#include "fuzz.h"

#include <string.h>

#include "base/codepoint.h"
#include "base/sanitize.h"
#include "base/utf8.h"

static void require_clean(const struct strbuf *text, enum sanitize_mode mode)
{
    unsigned marks = 0;
    for (size_t i = 0; i < text->len;) {
        uint32_t c;
        i += utf8_decode(text->data + i, text->len - i, &c);
        REQUIRE(c >= 0x20 || (c == '\n' && mode == SANITIZE_TEXT));
        REQUIRE(c != 0x7F && !codepoint_is_hidden(c));
        marks = codepoint_is_mark(c) ? marks + 1 : 0;
        REQUIRE(marks <= 4);
    }
}

static void check(const char *bytes, size_t length, size_t max, enum sanitize_mode mode)
{
    struct strbuf whole;
    struct strbuf cut;
    struct strbuf again;
    strbuf_init(&whole, 8 * length + 8);
    strbuf_init(&cut, max);
    strbuf_init(&again, 8 * length + 8);

    REQUIRE(sanitize(&whole, bytes, length, mode));
    require_clean(&whole, mode);
    bool is_whole = sanitize(&cut, bytes, length, mode);
    REQUIRE(cut.len <= max && is_whole == (cut.len == whole.len) && is_whole == !cut.is_cut);
    REQUIRE(memcmp(cut.data, whole.data, cut.len) == 0);
    require_clean(&cut, mode);
    REQUIRE(sanitize(&again, cut.data, cut.len, mode));
    REQUIRE(again.len == cut.len && memcmp(again.data, cut.data, cut.len) == 0);
    if (mode == SANITIZE_LINE) {
        bool is_same = whole.len == length && memcmp(whole.data, bytes, length) == 0;
        REQUIRE(sanitize_is_clean(bytes, length) == is_same);
    }

    strbuf_finish(&whole);
    strbuf_finish(&cut);
    strbuf_finish(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const char *bytes = (const char *)data + 1;
    check(bytes, size - 1, data[0], SANITIZE_LINE);
    check(bytes, size - 1, data[0], SANITIZE_TEXT);
    return 0;
}
