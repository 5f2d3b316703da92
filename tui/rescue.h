/* rescue.h - gives the terminal back when the program crashes or runs out of memory.
 *
 * There curses must not be asked: it allocates and takes locks, perhaps the very ones that the
 * dying thread holds. What gives the terminal back is prepared while all is well; the rest is
 * write(2) and tcsetattr(3), which are safe in a signal handler. One terminal per process.
 */
#pragma once

#include <stddef.h>

/* Remembers the modes of the terminal on standard output; before curses changes them. */
void rescue_remember_modes(void);
/* What the terminal is to be sent: bytes that end what curses began. Longer ones are cut. */
void rescue_prepare(const char *bytes, size_t count);
/* From now on the terminal is ours, or no more ours. UI thread. */
void rescue_arm(void);
void rescue_disarm(void);
/* Gives the terminal back if it is ours; what other threads still draw goes nowhere, so that the
 * program has to end after it. Any thread, any signal handler. */
void rescue_now(void);
/* Crashes restore the terminal first, then do what they would have done. Call it in the UI thread:
 * its stack may be what has run out. */
void rescue_catch_crashes(void);
