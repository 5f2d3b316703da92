/* keys.h - keys as numbers of our own, so that only input.c knows curses. Pure. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* A key is a Unicode code point, a control character, or one of these. */
enum ui_key {
    UI_KEY_NONE = 0,
    UI_KEY_TAB = '\t',
    UI_KEY_ENTER = '\r',
    UI_KEY_ESCAPE = 27,
    UI_KEY_BACKSPACE = 127,
    UI_KEY_UP = 0x110000,
    UI_KEY_DOWN,
    UI_KEY_LEFT,
    UI_KEY_RIGHT,
    UI_KEY_PAGE_UP,
    UI_KEY_PAGE_DOWN,
    UI_KEY_HOME,
    UI_KEY_END,
    UI_KEY_DELETE,
    UI_KEY_BACKTAB,
    UI_KEY_F1,
    UI_KEY_F12 = UI_KEY_F1 + 11,
    UI_KEY_MOUSE, /* not a key at all */
};

#define UI_KEY_CTRL(letter) ((letter)&0x1f)
#define UI_KEY_F(n)         (UI_KEY_F1 + (n)-1)

#define KEY_NAME_BYTES 16
/* As people write it: "x", "Space", "PgDn", "^L", "F5". Returns out. */
char *key_format(uint32_t key, char out[KEY_NAME_BYTES]);
