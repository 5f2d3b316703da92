/* arena.h - many small pieces of memory that end together.
 *
 * For immutable things with many strings (a detail, a result, a list of projects): one arena each,
 * one finish. Threads: one owner while it grows; read by anyone afterwards.
 */
#pragma once

#include <stddef.h>

struct arena_block;

struct arena {
    struct arena_block *blocks;
    size_t used_bytes; /* handed out so far, all blocks */
};

/* A zeroed struct arena is an empty one. */
void arena_finish(struct arena *a);
/* Aligned for any type, zeroed. */
void *arena_alloc(struct arena *a, size_t size);
/* NULL gives NULL. */
const char *arena_strdup(struct arena *a, const char *text);
const char *arena_strndup(struct arena *a, const char *text, size_t length);
const char *arena_printf(struct arena *a, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
