/* screen.h - the terminal: set up, painted, and given back as it was on every way out.
 *
 * Together with input.c the only place that knows curses. One screen per process; UI thread only.
 */
#pragma once

#include <stdbool.h>

#include "base/error.h"
#include "line.h"
#include "theme.h"

/* Sets the terminal up. remark (of remark_size bytes) gets a sentence when something had to be
 * done differently than TERM says, else "". Also arranges that the terminal is restored when the
 * program dies for want of memory or aborts. */
bool screen_start(struct error *err, char *remark, unsigned long remark_size);
/* Gives the terminal back. May be called twice. */
void screen_stop(void);

void screen_size(int *out_cols, int *out_rows);
/* After SIGWINCH: asks the terminal for its size and takes it on. */
void screen_resize(void);

/* A frame: begin, a line for each row, end. Rows that are as they were cost nothing, and a frame
 * that is as it was writes nothing. is_anew: the terminal's content is not trusted. */
void screen_begin(bool is_anew);
void screen_paint(int y, const struct line *line);
/* Shows the frame; the cursor at x, y, or hidden when x < 0. One write(2) at most; where the
 * terminal does not take all of it, outlet.h tells when it may go on. */
void screen_end(int x, int y);

/* Sends a sequence that moves nothing on the screen, such as one for the clipboard, with the frame
 * that ends next. */
void screen_send(const char *bytes, size_t count);

/* Has the terminal tell of the mouse, or not any more. False: it can not. */
bool screen_tell_mouse(bool is_told);

/* Leaves the terminal to the shell or to another program for a while, and takes it back. */
void screen_suspend(void);
void screen_resume(void);
