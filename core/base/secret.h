/* secret.h - text that must not outlive its use.
 *
 * A secret is wiped when it is finished, is never printed, and while one is held the process makes
 * no core file. Threads: plain data, one owner.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct secret {
    char *text; /* NUL-terminated; NULL when there is none */
    size_t len;
};

/* Copies text in. The first secret of the process switches core dumps off (PR_SET_DUMPABLE,
 * RLIMIT_CORE). Trailing CR and LF are left out: files and commands end in them. Nothing left is no
 * secret. What s held before is wiped. */
void secret_set(struct secret *s, const char *text, size_t len);
bool secret_is_set(const struct secret *s);
/* Wipes and frees. Accepts a zeroed struct. */
void secret_finish(struct secret *s);
