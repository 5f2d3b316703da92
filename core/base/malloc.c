/* What xalloc.h is for our own code, for the libraries that we use: malloc(), calloc() and
 * realloc() that end the program when memory is out. json-c does not look at what it gets
 * everywhere: some of its calls crash then, others leave a part out without a word.
 *
 * Part of the program itself alone, where it comes before the C library's. Any thread.
 */
#include <stddef.h>

#include "base/xalloc.h"

/* MALLOC_PREFIX comes from CMake: __libc_, or a sanitizer's. This file itself is never
 * instrumented: it runs before the sanitizer does. */
#define JOIN(a, b)       a##b
#define JOIN_NAMES(a, b) JOIN(a, b)
#define REAL(name)       JOIN_NAMES(MALLOC_PREFIX, name)

void *REAL(malloc)(size_t size);
void *REAL(calloc)(size_t count, size_t size);
void *REAL(realloc)(void *memory, size_t size);
void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *memory, size_t size);

void *malloc(size_t size)
{
    void *memory = REAL(malloc)(size);
    if (!memory)
        xalloc_die();
    return memory;
}

void *calloc(size_t count, size_t size)
{
    void *memory = REAL(calloc)(count, size);
    if (!memory)
        xalloc_die();
    return memory;
}

/* Of size 0 it is another free(). */
void *realloc(void *memory, size_t size)
{
    void *moved = REAL(realloc)(memory, size);
    if (!moved && size)
        xalloc_die();
    return moved;
}
