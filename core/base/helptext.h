/* helptext.h - what --help says: words, and what they are for, in two columns of an 80-column page.
 * Any thread. */
#pragma once

#include <stddef.h>
#include <stdio.h>

#define HELPTEXT_COLS 80

/* "  head   text": text begins behind head_cols columns and goes on there in further lines; below a
 * head that is wider. Both are ASCII of the program's own. */
void helptext_put(FILE *file, const char *head, size_t head_cols, const char *text);
