/* sanitize.h - the only way from a service's bytes to anything a person or a terminal reads.
 *
 * C0, DEL, C1 (as bytes or as UTF-8), bidi controls, zero-width characters, line and paragraph
 * separators, tag and variation characters, non-characters and broken UTF-8 each become one visible
 * cell: a control picture (U+2400..U+2421) for C0 and DEL, U+FFFD for the rest. At most four
 * combining marks stay on one base. The result is valid UTF-8 without anything a terminal obeys.
 * Idempotent: clean text comes out as it went in. Pure; any thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"

enum sanitize_mode {
    SANITIZE_LINE, /* one line: tab, CR and LF become a single space, runs of them one space */
    SANITIZE_TEXT, /* lines: LF stays, CR LF becomes LF, tab becomes spaces to a stop of 4 */
};

/* Appends the clean form of bytes[0..length) to out, up to out's ceiling; a character is never cut
 * in half. Returns false when the ceiling cut it. */
bool sanitize(struct strbuf *out, const char *bytes, size_t length, enum sanitize_mode mode);
/* The same for a C string into a fixed buffer; returns out. */
char *sanitize_line(char *out, size_t out_size, const char *bytes);
/* True when sanitize(SANITIZE_LINE) would leave the text as it is. */
bool sanitize_is_clean(const char *bytes, size_t length);
/* An id that may go back into a request as it is: printable ASCII without blank, quote, backslash,
 * '/', '?', '#', '%', 1 to LIMIT_ID_BYTES - 1 bytes; neither "." nor "..". */
bool sanitize_is_plain_id(const char *text);
