#include "base/arena.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

#define BLOCK_BYTES 4096

struct arena_block {
    struct arena_block *next;
    size_t size;
    size_t used;
    _Alignas(max_align_t) char bytes[];
};

void arena_finish(struct arena *a)
{
    while (a->blocks) {
        struct arena_block *block = a->blocks;
        a->blocks = block->next;
        free(block);
    }
    a->used_bytes = 0;
}

void *arena_alloc(struct arena *a, size_t size)
{
    size_t aligned = (size + _Alignof(max_align_t) - 1) & ~(_Alignof(max_align_t) - 1);
    if (aligned < size)
        xalloc_die();
    struct arena_block *block = a->blocks;
    if (!block || block->size - block->used < aligned) {
        size_t block_size = aligned > BLOCK_BYTES / 4 ? aligned : BLOCK_BYTES;
        block = xmalloc(sizeof(*block) + block_size);
        block->size = block_size;
        block->used = 0;
        /* A block made for one large piece is full: keep the one with room in front. */
        if (a->blocks && block_size == aligned) {
            block->next = a->blocks->next;
            a->blocks->next = block;
        } else {
            block->next = a->blocks;
            a->blocks = block;
        }
    }
    void *memory = block->bytes + block->used;
    block->used += aligned;
    a->used_bytes += aligned;
    return memset(memory, 0, size);
}

const char *arena_strndup(struct arena *a, const char *text, size_t length)
{
    char *copy = arena_alloc(a, length + 1);
    memcpy(copy, text, length);
    return copy;
}

const char *arena_strdup(struct arena *a, const char *text)
{
    return text ? arena_strndup(a, text, strlen(text)) : NULL;
}

const char *arena_printf(struct arena *a, const char *format, ...)
{
    char small[512];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(small, sizeof(small), format, args);
    va_end(args);
    if (length < 0)
        return arena_strdup(a, "");
    if ((size_t)length < sizeof(small))
        return arena_strndup(a, small, (size_t)length);
    char *text = arena_alloc(a, (size_t)length + 1);
    va_start(args, format);
    vsnprintf(text, (size_t)length + 1, format, args);
    va_end(args);
    return text;
}
