/* mouse.h - what the mouse did, without curses. */
#pragma once

enum mouse_deed { MOUSE_CLICK, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };

struct mouse {
    enum mouse_deed deed;
    int x; /* column and line of the screen, from 0 */
    int y;
};
