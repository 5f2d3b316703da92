#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "provider/adobe_internal.h"

static void read_start(const char *href, char out[ADOBE_CURSOR_BYTES])
{
    struct strbuf text;
    const char *at = strchr(href, '?');
    while (at && strncmp(at + 1, "start=", 6) != 0)
        at = strchr(at + 1, '&');
    strbuf_init(&text, ADOBE_CURSOR_BYTES - 1);
    for (at = at ? at + 7 : ""; *at && *at != '&' && *at != '#'; at++) {
        unsigned byte;
        if (*at == '%' && sscanf(at + 1, "%2x", &byte) == 1 && byte) {
            strbuf_add_char(&text, (char)byte);
            at += 2;
        } else {
            strbuf_add_char(&text, *at);
        }
    }
    snprintf(out, ADOBE_CURSOR_BYTES, "%s", text.is_cut ? "" : text.data);
    strbuf_finish(&text);
}

void adobe_next_start(const struct json *page, char out[ADOBE_CURSOR_BYTES])
{
    const struct json *next = json_get(json_get(page, "_links"), "next");
    const char *href = json_string(json_is_object(next) ? json_get(next, "href") : next, NULL);
    out[0] = '\0';
    if (href)
        read_start(href, out);
}

void adobe_add_start(struct strbuf *out, const char *start)
{
    if (!start[0])
        return;
    strbuf_add_text(out, "&start=");
    strbuf_add_urlencoded(out, start);
}
