/* code.h - light colouring of SQL and JSON, one token at a time. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "theme.h"

enum code_language { CODE_SQL, CODE_JSON };

/* A text in that language; borrowed. */
struct code {
    enum code_language language;
    const char *start;
    const char *end;
    bool has_escapes; /* SQL: a backslash protects the quote behind it */
};

void code_init(struct code *code, enum code_language language, const char *text);
/* Bytes of the token that begins at a place before the end, line feeds and all; its role. */
size_t code_token(const struct code *code, const char *at, enum role *out_role);
