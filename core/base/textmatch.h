/* textmatch.h - finding text in text the way people mean it.
 *
 * Smart case: a pattern with an upper-case letter in it is taken as it is, any other ignores case.
 * Case is folded one character for one in Latin, Greek, Cyrillic and Armenian, the same in every
 * locale. Pure; a struct textmatch may be read by any thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct textmatch {
    char *needle; /* folded unless is_exact; owned */
    size_t length;
    bool is_exact;
    bool is_ascii;
};

void textmatch_init(struct textmatch *m, const char *pattern);
/* Accepts a zeroed struct. */
void textmatch_finish(struct textmatch *m);
/* The first place in text[0..length) where the pattern is; NULL when it is not. The empty pattern
 * is found at the start. */
const char *textmatch_find(const struct textmatch *m, const char *text, size_t length);
/* Bytes of the text up to end that textmatch_find() has found in it. */
size_t textmatch_length(const struct textmatch *m, const char *found, const char *end);

/* Lower case of one character. */
uint32_t text_fold(uint32_t code_point);
/* Both without regard to case. */
bool text_is_equal(const char *a, const char *b);
bool text_starts_with(const char *text, const char *prefix);
