/* walk.h - the same work over and over, each time with another allocation refused.
 *
 * What has to come of it: the same as ever, or an error with words, or the program's own end for
 * want of memory. Anything else fails the test: a signal, a complaint of a sanitizer, another
 * result, no end. The work is done in a child; no thread may run when a walk begins.
 */
#pragma once

#include <stdbool.h>

#include "base/error.h"
#include "base/strbuf.h"

/* True: *out tells all that came of it, without addresses or times. */
typedef bool (*walk_work)(struct strbuf *out, struct error *err);

/* after: called behind each child, also one that has ended early, to look at what it left; NULL.
 * FAILURE_TRIES in the environment: at so many places instead of a choice of them. */
void walk_memory(const char *name, walk_work work, void (*after)(void));
/* That many, or usual. */
unsigned long walk_tries(unsigned long usual);
