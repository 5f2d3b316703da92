/* fuzzy.h - does a text have the letters of a pattern in their order, and how well. Pure; any
 * thread.
 */
#pragma once

#include <stdint.h>

#define FUZZY_NONE (-1)

/* Without regard to case and to blanks in the pattern; FUZZY_NONE: it has not. Beginnings of words
 * and neighbours count more, and of equal texts the shorter one. Of text only the first 64 bytes
 * are looked at; bit i of *out_places (may be NULL): byte i is one of the letters. */
int fuzzy_match(const char *pattern, const char *text, uint64_t *out_places);
