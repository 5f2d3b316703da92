/* codepoint.h - what kind of character a code point is, for the sanitiser.
 *
 * Tables of our own and not the C library's: what is let through must not depend on the locale, nor
 * on how old the machine is. Pure; any thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Not to be shown as it is: C1, zero width, bidi and other format controls, line and paragraph
 * separators, tags, variation selectors, invisible fillers, surrogates, private use (fonts differ),
 * non-characters, and everything beyond U+10FFFF. C0 and DEL are not among them. */
bool codepoint_is_hidden(uint32_t code_point);
/* Drawn into the cell of the character before it. */
bool codepoint_is_mark(uint32_t code_point);
/* Neither of both, found quickly; false tells nothing. */
bool codepoint_is_common(uint32_t code_point);
