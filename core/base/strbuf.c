#include "base/strbuf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

/* What data points at before the first byte. Never written: size is 0. */
static char empty_text[1];

void strbuf_init(struct strbuf *s, size_t max_bytes)
{
    *s = (struct strbuf){.data = empty_text, .max = max_bytes};
}

void strbuf_finish(struct strbuf *s)
{
    if (s->size)
        free(s->data);
    strbuf_init(s, s->max);
}

void strbuf_wipe(struct strbuf *s)
{
    if (s->size)
        explicit_bzero(s->data, s->size);
    strbuf_finish(s);
}

void strbuf_clear(struct strbuf *s)
{
    strbuf_truncate(s, 0);
    s->is_cut = false;
}

void strbuf_truncate(struct strbuf *s, size_t len)
{
    if (len >= s->len)
        return;
    s->len = len;
    s->data[len] = '\0';
}

void strbuf_reserve(struct strbuf *s, size_t extra)
{
    if (extra > s->max - s->len)
        extra = s->max - s->len;
    size_t needed = s->len + extra + 1;
    if (needed <= s->size)
        return;
    size_t size = s->size < 64 ? 64 : s->size;
    while (size < needed)
        size *= 2;
    if (size > s->max + 1)
        size = s->max + 1;
    char *data = xrealloc(s->size ? s->data : NULL, size);
    data[s->len] = '\0';
    s->data = data;
    s->size = size;
}

bool strbuf_add(struct strbuf *s, const void *bytes, size_t count)
{
    size_t room = s->max - s->len;
    if (count > room) {
        count = room;
        s->is_cut = true;
    }
    if (count) {
        strbuf_reserve(s, count);
        memcpy(s->data + s->len, bytes, count);
        s->len += count;
        s->data[s->len] = '\0';
    }
    return !s->is_cut;
}

bool strbuf_add_text(struct strbuf *s, const char *text)
{
    return strbuf_add(s, text, strlen(text));
}

bool strbuf_add_char(struct strbuf *s, char c)
{
    return strbuf_add(s, &c, 1);
}

bool strbuf_add_repeat(struct strbuf *s, char c, size_t count)
{
    if (count > s->max - s->len) {
        count = s->max - s->len;
        s->is_cut = true;
    }
    if (count) {
        strbuf_reserve(s, count);
        memset(s->data + s->len, c, count);
        s->len += count;
        s->data[s->len] = '\0';
    }
    return !s->is_cut;
}

bool strbuf_vaddf(struct strbuf *s, const char *format, va_list args)
{
    char small[256];
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(small, sizeof(small), format, args);
    bool fits = true;
    if (length > 0 && (size_t)length < sizeof(small)) {
        fits = strbuf_add(s, small, (size_t)length);
    } else if (length > 0) {
        char *large = xmalloc((size_t)length + 1);
        vsnprintf(large, (size_t)length + 1, format, again);
        fits = strbuf_add(s, large, (size_t)length);
        free(large);
    }
    va_end(again);
    return fits;
}

bool strbuf_addf(struct strbuf *s, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    bool fits = strbuf_vaddf(s, format, args);
    va_end(args);
    return fits;
}

static bool is_unreserved(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("-._~", c));
}

bool strbuf_add_urlencoded(struct strbuf *s, const char *text)
{
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        if (is_unreserved(*p))
            strbuf_add_char(s, (char)*p);
        else
            strbuf_addf(s, "%%%02X", *p);
    }
    return !s->is_cut;
}

char *strbuf_take(struct strbuf *s, size_t *out_len)
{
    if (out_len)
        *out_len = s->len;
    char *text = s->size ? s->data : xstrdup("");
    strbuf_init(s, s->max);
    return text;
}
