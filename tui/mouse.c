#include "mouse.h"

#include <stdio.h>
#include <string.h>

#define HEAD "\033[<"

/* Button, column, line, from 1. */
static enum mouse_reading parse(const char *text, struct mouse *out)
{
    static const struct {
        unsigned button;
        enum mouse_deed deed;
    } deeds[] = {{0, MOUSE_CLICK}, {64, MOUSE_WHEEL_UP}, {65, MOUSE_WHEEL_DOWN}};
    unsigned button, x, y;
    char end;
    if (sscanf(text, HEAD "%4u;%5u;%5u%c", &button, &x, &y, &end) != 4 || x == 0 || y == 0 ||
        end != 'M')
        return MOUSE_NOISE;
    for (size_t i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++) {
        if (deeds[i].button != button)
            continue;
        *out = (struct mouse){deeds[i].deed, (int)x - 1, (int)y - 1};
        return MOUSE_READ;
    }
    return MOUSE_NOISE;
}

enum mouse_reading mouse_read(struct mouse_reader *reader, uint32_t code_point, struct mouse *out)
{
    static const char body[] = "0123456789;";
    static const char ends[] = "Mm";
    size_t head = sizeof(HEAD) - 1;
    bool is_head = reader->count < head && code_point == (unsigned char)HEAD[reader->count];
    bool is_ascii = code_point > 0 && code_point < 0x80;
    bool is_body = reader->count >= head && is_ascii && strchr(body, (int)code_point);
    bool is_end = reader->count >= head && is_ascii && strchr(ends, (int)code_point);
    if (!(is_head || is_body || is_end) || reader->count + 1 == sizeof(reader->bytes))
        return MOUSE_NOT;
    reader->bytes[reader->count++] = (char)code_point;
    reader->bytes[reader->count] = '\0';
    return is_end ? parse(reader->bytes, out) : MOUSE_PART;
}
