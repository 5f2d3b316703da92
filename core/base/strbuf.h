/* strbuf.h - a growing string with a ceiling.
 *
 * Invariants: data is never NULL and always ends in a NUL that len does not count; len <= max.
 * What would pass the ceiling is left out and is_cut says so; nothing fails.
 * Threads: plain data, one owner.
 */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct strbuf {
    char *data;
    size_t len;
    size_t size; /* allocated bytes; 0 while data points at the shared empty string */
    size_t max;  /* ceiling for len, bytes */
    bool is_cut;
};

/* An empty string that may grow to max_bytes. Allocates nothing yet. */
void strbuf_init(struct strbuf *s, size_t max_bytes);
/* Frees and makes it the empty string again. Accepts a zeroed struct. */
void strbuf_finish(struct strbuf *s);
/* As strbuf_finish(), but wipes the memory first: for bodies that hold secrets. */
void strbuf_wipe(struct strbuf *s);
/* Empties it and keeps the memory. */
void strbuf_clear(struct strbuf *s);

/* All return false when the text was cut at the ceiling. */
bool strbuf_add(struct strbuf *s, const void *bytes, size_t count);
bool strbuf_add_text(struct strbuf *s, const char *text);
bool strbuf_add_char(struct strbuf *s, char c);
bool strbuf_add_repeat(struct strbuf *s, char c, size_t count);
bool strbuf_addf(struct strbuf *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool strbuf_vaddf(struct strbuf *s, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
/* Percent-encodes all but unreserved characters (RFC 3986), for a path segment or a form value. */
bool strbuf_add_urlencoded(struct strbuf *s, const char *text);

/* Makes room for extra bytes beyond len (bounded by the ceiling). */
void strbuf_reserve(struct strbuf *s, size_t extra);
void strbuf_truncate(struct strbuf *s, size_t len);

/* Moves the text out: the caller frees it; the strbuf is empty again. */
char *strbuf_take(struct strbuf *s, size_t *out_len);
