/* xalloc.h - allocation that does not fail.
 *
 * Out of memory ends the program: nothing sensible can be shown without memory. The hook is called
 * first, so that the terminal is restored. Any thread.
 */
#pragma once

#include <stddef.h>

void *xmalloc(size_t size) __attribute__((malloc, returns_nonnull, warn_unused_result));
void *xcalloc(size_t count, size_t size)
    __attribute__((malloc, returns_nonnull, warn_unused_result));
void *xrealloc(void *memory, size_t size) __attribute__((returns_nonnull, warn_unused_result));
/* Checks count * size for overflow. */
void *xreallocarray(void *memory, size_t count, size_t size) __attribute__((warn_unused_result));
char *xstrdup(const char *text) __attribute__((malloc, returns_nonnull, warn_unused_result));
char *xstrndup(const char *text, size_t length)
    __attribute__((malloc, returns_nonnull, warn_unused_result));
/* A formatted string, owned by the caller. */
char *xasprintf(const char *format, ...) __attribute__((format(printf, 1, 2), returns_nonnull));

/* The one hook that runs before the program ends for want of memory; NULL removes it. The hook
 * must not allocate. */
void xalloc_on_failure(void (*hook)(void));

/* Ends the program as if memory had run out: for libraries that report it themselves. */
void xalloc_die(void) __attribute__((noreturn));
