/* mouse.h - what the mouse did, and reading it from what the terminal sends.
 *
 * Xterm's mode 1006: "ESC [ < button ; column ; line M", with m for a button that is let go. Read
 * character by character, so that a sequence that stops half way keeps nobody waiting, as curses'
 * own reading would. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Tells of presses and the wheel. */
#define MOUSE_ON  "\033[?1000h\033[?1006h"
#define MOUSE_OFF "\033[?1006l\033[?1000l"

enum mouse_deed { MOUSE_CLICK, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };

struct mouse {
    enum mouse_deed deed;
    int x; /* column and line of the screen, from 0 */
    int y;
};

/* What was read of a sequence; zeroed: nothing. */
struct mouse_reader {
    char bytes[24];
    size_t count;
};

enum mouse_reading {
    MOUSE_NOT,   /* what was read is no such sequence: reader->bytes are keys, then code_point */
    MOUSE_PART,  /* it may become one */
    MOUSE_NOISE, /* it is one that means nothing, such as a button that is let go */
    MOUSE_READ,  /* *out says what happened */
};

/* After all but MOUSE_PART the reader is to be emptied: count = 0. */
enum mouse_reading mouse_read(struct mouse_reader *reader, uint32_t code_point, struct mouse *out);
