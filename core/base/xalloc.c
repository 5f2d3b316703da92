#include "base/xalloc.h"

#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OUT_OF_MEMORY 5
#define PATIENCE_MS   500

static _Atomic(void (*)(void)) failure_hook;

void xalloc_on_failure(void (*hook)(void))
{
    atomic_store(&failure_hook, hook);
}

/* Where nobody takes the word, such as at the end of a pipe that is full, the program ends without
 * it. */
static void say_so(void)
{
    static const char message[] = "querytop: out of memory\n";
    struct pollfd errors = {.fd = STDERR_FILENO, .events = POLLOUT};
    if (poll(&errors, 1, PATIENCE_MS) <= 0)
        return;
    ssize_t ignored = write(STDERR_FILENO, message, sizeof(message) - 1);
    (void)ignored;
}

/* Nothing here asks for memory or for a lock, and _exit() runs nobody's last wishes: whatever this
 * thread and the others hold, they can not hold up the end. */
void xalloc_die(void)
{
    static atomic_flag is_dying = ATOMIC_FLAG_INIT;
    static _Thread_local bool is_mine;
    if (is_mine)
        _exit(OUT_OF_MEMORY); /* the hook asked for memory */
    if (atomic_flag_test_and_set(&is_dying))
        for (;;)
            pause(); /* another thread is at it, and ends us all */
    is_mine = true;
    void (*hook)(void) = atomic_load(&failure_hook);
    if (hook)
        hook();
    say_so();
    _exit(OUT_OF_MEMORY);
}

void *xmalloc(size_t size)
{
    void *memory = malloc(size ? size : 1);
    if (!memory)
        xalloc_die();
    return memory;
}

void *xcalloc(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size ? size : 1);
    if (!memory)
        xalloc_die();
    return memory;
}

void *xrealloc(void *memory, size_t size)
{
    void *moved = realloc(memory, size ? size : 1);
    if (!moved)
        xalloc_die();
    return moved;
}

void *xreallocarray(void *memory, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        xalloc_die();
    return xrealloc(memory, bytes);
}

char *xstrdup(const char *text)
{
    return xstrndup(text, strlen(text));
}

char *xstrndup(const char *text, size_t length)
{
    char *copy = xmalloc(length + 1);
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

char *xasprintf(const char *format, ...)
{
    char *text;
    va_list args;
    va_start(args, format);
    int length = vasprintf(&text, format, args);
    va_end(args);
    if (length < 0)
        xalloc_die();
    return text;
}
