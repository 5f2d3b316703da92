/* utf8.h - decoding, cutting and measuring text. Any thread.
 *
 * Width is the terminal's: wcwidth() of the process's locale, so that it agrees with curses. In a
 * locale without UTF-8 every character outside ASCII is drawn as one '?' and is one column wide.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UTF8_INVALID 0xFFFFFFFFu

/* Decodes one character of text[0..length), length > 0. Returns the bytes it takes (at least 1).
 * Overlong forms, surrogates, cut-off and out-of-range sequences give UTF8_INVALID and 1. */
size_t utf8_decode(const char *text, size_t length, uint32_t *out_code_point);
/* Writes 1 to 4 bytes, returns how many. The code point must be valid. */
size_t utf8_encode(uint32_t code_point, char out[4]);
bool utf8_is_valid(const char *text, size_t length);

/* Call once after setlocale(): decides between UTF-8 and ASCII drawing. The default is ASCII. */
void utf8_init_locale(void);
bool utf8_is_locale(void);

/* Columns of one character: 0 for combining marks, 1, or 2. */
int utf8_char_cols(uint32_t code_point);
/* Columns of text[0..length). */
size_t utf8_cols(const char *text, size_t length);
/* The bytes of the longest head of text that takes at most max_cols columns (combining marks stay
 * with their base); *out_cols (may be NULL) gets its columns. */
size_t utf8_head(const char *text, size_t length, size_t max_cols, size_t *out_cols);
