/* code.h - light colouring of SQL and JSON, one token at a time. Pure. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "theme.h"

enum code_language { CODE_SQL, CODE_JSON };

/* Where the text stands between two lines. */
enum code_state { CODE_PLAIN, CODE_IN_STRING, CODE_IN_NAME, CODE_IN_REMARK };

/* Bytes of the token at the start of text[0..length), length > 0, without line feeds; its role and
 * the state behind it. */
size_t code_token(enum code_language language, const char *text, size_t length, uint8_t *state,
                  enum role *out_role);
/* The state behind a whole piece of a line. */
uint8_t code_skip(enum code_language language, const char *text, size_t length, uint8_t state);
