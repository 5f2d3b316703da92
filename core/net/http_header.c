#include "net/http_header.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/timefmt.h"

bool http_header_value(const char *line, size_t length, const char *name, char *out, size_t size)
{
    size_t name_length = strlen(name);
    if (length <= name_length || strncasecmp(line, name, name_length) != 0 ||
        line[name_length] != ':')
        return false;
    const char *from = line + name_length + 1;
    const char *to = line + length;
    while (from < to && (*from == ' ' || *from == '\t'))
        from++;
    while (to > from && strchr("\r\n \t", to[-1]))
        to--;
    snprintf(out, size, "%.*s", (int)(to - from), from);
    return true;
}

void http_header_media_type(const char *value, char *out, size_t size)
{
    size_t length = strcspn(value, "; \t");
    if (length >= size)
        length = size - 1;
    for (size_t i = 0; i < length; i++) {
        char c = value[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        out[i] = c > 0x20 && c < 0x7f ? c : '?';
    }
    out[length] = '\0';
}

int64_t http_header_retry_after(const char *value, int64_t date_ms, int64_t now_ms)
{
    if (!value[0])
        return -1;
    if (value[strspn(value, "0123456789")] == '\0')
        return strlen(value) <= 9 ? strtoll(value, NULL, 10) * 1000 : -1;
    int64_t at_ms;
    if (!parse_http_date(value, &at_ms))
        return -1;
    int64_t from_ms = date_ms == TIME_UNKNOWN ? now_ms : date_ms;
    return at_ms > from_ms ? at_ms - from_ms : 0;
}
