/* prompt.h - a line of text being typed. Pure.
 *
 * Knows editing keys, not what the text is for.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "line.h"

#define PROMPT_BYTES 512

struct prompt {
    char text[PROMPT_BYTES]; /* UTF-8 */
    size_t len;
    size_t cursor; /* bytes */
};

void prompt_start(struct prompt *prompt, const char *text);
/* True when the key belongs to editing, changed or not. */
bool prompt_key(struct prompt *prompt, uint32_t key);
/* Puts text in the place of the bytes [begin, end), the cursor behind it; false: too long. */
bool prompt_replace(struct prompt *prompt, size_t begin, size_t end, const char *text);
/* Draws the text so that the cursor is in sight within cols columns; mistake_at: bytes from where
 * it is wrong, or SIZE_MAX. *out_cursor_col: columns of the line at the cursor. */
void prompt_draw(const struct prompt *prompt, struct line *line, size_t cols, size_t mistake_at,
                 size_t *out_cursor_col);
