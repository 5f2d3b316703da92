/* term.h - a program in a terminal that a test can see: a pty with libvterm behind it.
 *
 * Nothing here sleeps: waiting means reading what the program writes until a predicate holds or a
 * deadline passes. A wait that fails prints the screen and fails the test. One thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/strbuf.h"

/* Long enough for a busy machine; a sanitizer's build needs more. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define TERM_PATIENCE_MS 90000
#else
#define TERM_PATIENCE_MS 45000
#endif

struct term;

struct term_options {
    const char *const *argv; /* ends with NULL; argv[0] is a path */
    /* "NAME=value" entries on top of a clean environment (PATH, HOME, TERM=xterm-256color,
     * LC_ALL=C.UTF-8, TZ=UTC and the sanitizers' options); "NAME" alone removes one. NULL: none. */
    const char *const *env;
    int rows; /* 0: 24 */
    int cols; /* 0: 80 */
};

struct term *term_start(const struct term_options *options);
/* Hangs up, kills what is left and reaps it. Accepts NULL. */
void term_close(struct term *t);
pid_t term_pid(const struct term *t);

/* Reads what the program wrote; waits timeout_ms at most for the first byte. True when there was
 * something. */
bool term_pump(struct term *t, int timeout_ms);
/* Reads no more than that of what there is, as a slow line does. */
bool term_sip(struct term *t, size_t max_bytes);

/* Waits for a predicate over the screen. */
bool term_wait_until(struct term *t, bool (*holds)(struct term *t, const void *context),
                     const void *context, int timeout_ms);
bool term_wait_text(struct term *t, const char *text, int timeout_ms);
bool term_wait_no_text(struct term *t, const char *text, int timeout_ms);
/* Waits until the program has ended. *out_status is as of waitpid(2). */
bool term_wait_exit(struct term *t, int timeout_ms, int *out_status);
/* The same without reading what it writes. */
bool term_wait_exit_unread(struct term *t, int timeout_ms, int *out_status);
/* Fills the way to the terminal until it takes nothing more, as where nobody reads: for others in
 * the place of the program, so that it need not be caught at writing. */
bool term_clog(struct term *t);
/* Waits for the end of a frame that has not been read yet; the screen is then no half of one. The
 * program marks its frames when its environment has QUERYTOP_SYNC=1. */
bool term_wait_frame(struct term *t, int timeout_ms);
/* The same, where a frame begins within that time: what changes nothing draws none. */
bool term_wait_frame_within(struct term *t, int begin_ms, int timeout_ms);
/* Waits until nothing came for quiet_ms. False when it never fell silent within timeout_ms. */
bool term_wait_quiet(struct term *t, int quiet_ms, int timeout_ms);

/* Keys by name: "Up", "PageDown", "Enter", "Esc", "Tab", "S-Tab", "Backspace", "F1", "C-l", "x". An
 * unknown name is a mistake of the test. */
void term_key(struct term *t, const char *name);
/* Several keys, separated by blanks. */
void term_keys(struct term *t, const char *names);
/* Each character of a UTF-8 text as a key. */
void term_type(struct term *t, const char *text);
/* Bytes as they are: what no keyboard sends. */
void term_send_bytes(struct term *t, const char *bytes, size_t count);
void term_resize(struct term *t, int rows, int cols);

int term_rows(const struct term *t);
int term_cols(const struct term *t);
/* Text of one row or of the whole screen, UTF-8, blanks at line ends removed. Valid until the next
 * call of the same function. */
const char *term_row(struct term *t, int row);
const char *term_screen(struct term *t);
/* The row that holds text, or -1. */
int term_find_row(struct term *t, const char *text);
/* The character in a cell: 0 for an empty one, UINT32_MAX for the second half of a wide one. */
uint32_t term_char(struct term *t, int row, int col);
/* Attributes and colours, one line per row that has any: "3: 0-79 reverse; 4-6 bold fg2". */
const char *term_styles(struct term *t);
bool term_row_is_reverse(struct term *t, int row, int col);
void term_cursor(struct term *t, int *out_row, int *out_col, bool *out_is_visible);
bool term_is_alternate(const struct term *t);
bool term_wants_mouse(const struct term *t);
/* Whether the line discipline echoes, as it does for a shell. */
bool term_has_echo(const struct term *t);

/* Whether the line discipline is, flag by flag, what it was before the program began. */
bool term_has_first_modes(const struct term *t);
/* Takes the terminal away and waits for the program's end. */
bool term_hang_up(struct term *t, int timeout_ms, int *out_status);

/* Everything the program has written. */
const struct strbuf *term_log(const struct term *t);
size_t term_bytes(const struct term *t);
/* Monotonic time of the last byte that came, in microseconds. */
int64_t term_last_read_us(const struct term *t);
int64_t term_now_us(void);
