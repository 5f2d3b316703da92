/* walk.h - the same work over and over, each time with something else that fails.
 *
 * What has to come of it: the same as ever, or an error with words, or, for want of memory, the
 * program's own end. Anything else fails the test: a signal, a complaint of a sanitizer, another
 * result, no end. The work is done in a child; no thread may run when a walk begins.
 * FAILURE_TRIES in the environment: at so many places instead of a choice of them.
 */
#pragma once

#include <stdbool.h>

#include "base/error.h"
#include "base/strbuf.h"

/* True: *out tells all that came of it, without addresses or times. */
typedef bool (*walk_work)(struct strbuf *out, struct error *err);

/* Another allocation is refused each time, and sometimes all after it. after: called behind each
 * time, also behind one that has ended early, to look at what it left and to make all as it was
 * before; NULL. */
void walk_memory(const char *name, walk_work work, void (*after)(void));
/* Another call on a file fails each time, for each of the reasons that a disk may have. */
void walk_calls(const char *name, walk_work work, void (*after)(void));
/* Files may grow to one byte, to two ..., up to max_bytes in all. */
void walk_room(const char *name, walk_work work, void (*after)(void), unsigned long max_bytes);

/* How many places to try: usual, or what the environment says. */
unsigned long walk_tries(unsigned long usual);
