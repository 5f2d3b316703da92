/* outlet.h - the way of a frame's bytes to the terminal: one write(2) for each, and no waiting.
 *
 * Curses writes whenever its buffer is full. Between outlet_begin() and outlet_end() its stream
 * ends in memory, so that a frame leaves as a whole. What the terminal does not take at once is
 * kept; until it is gone, and while the terminal is behind (pace.h), no frame should be drawn: the
 * newest state is drawn when there is room again. UI thread only; one terminal.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"

#define OUTLET_MARK_BEGIN                                                   \
    "\033[?2026h" /* of a frame, where the terminal has synchronised output \
                   */
#define OUTLET_MARK_END "\033[?2026l"

/* Ends a sequence that was cut off. */
#define OUTLET_CANCEL "\030"

/* What is known of the terminal beforehand. */
struct outlet_options {
    bool has_sync;  /* synchronised output */
    bool asks_sync; /* whether it has that is to be found out */
    bool can_tell;  /* it understands questions, and leaves alone those that it does not know */
};

/* The stream for newterm(); NULL: err says why. The terminal is standard output. */
FILE *outlet_open(const struct outlet_options *options, struct error *err);
void outlet_close(void);
/* What is still sent goes to that descriptor instead. Returns another one of the terminal, where
 * writing does not wait; -1: it is not open, or descriptors have run out. Any thread, any signal
 * handler. */
int outlet_take(int nowhere);

/* Bytes that go with the next frame, before it. */
void outlet_add(const char *bytes, size_t count);
/* What curses writes in between is a frame; where it is none, it gets no marks either. */
void outlet_begin(void);
void outlet_end(void);
/* Writes what there is, as far as the terminal takes it. */
void outlet_send(void);

/* The terminal said that it has come as far as it was asked. */
void outlet_note_answer(void);
/* It said that it has synchronised output. */
void outlet_note_sync(void);
/* How long no frame should be drawn, unless outlet_fd() takes bytes or the answer comes before; 0:
 * one may be drawn. */
int64_t outlet_wait_ms(void);
/* To be waited for until it takes bytes, then call outlet_flush(); -1: nothing is left over. */
int outlet_fd(void);
void outlet_flush(void);
/* Before the terminal is given away: drops what it has not taken, also where it takes nothing any
 * more, and waits a moment for an answer that the shell would take for typing. */
void outlet_settle(void);
