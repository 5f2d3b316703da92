/* clipboard.h - text for the clipboard of the person at the terminal, over ssh too: OSC 52. Pure.
 *
 * The terminal does not answer, so nobody knows what it did with it. What is known to ignore the
 * sequence is named here, so that the user gets a word instead of nothing.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/strbuf.h"

/* What every terminal that takes the sequence takes: 100,000 bytes of it. */
#define CLIPBOARD_BYTES_MAX 74994

enum clipboard_way {
    CLIPBOARD_NONE,   /* the terminal has none */
    CLIPBOARD_PLAIN,  /* the sequence as it is */
    CLIPBOARD_TMUX,   /* for tmux itself, and once more through it */
    CLIPBOARD_SCREEN, /* through GNU screen, in short pieces */
};

/* From the variables TERM, TMUX and STY; each may be NULL. */
enum clipboard_way clipboard_way(const char *term, const char *tmux, const char *sty);
/* Adds the sequence to out. False: err says what to do instead; what names the text. */
bool clipboard_build(struct strbuf *out, enum clipboard_way way, const char *what, const char *text,
                     size_t length, struct error *err);
