#include "support/fail_alloc.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What core/base/malloc.c asks. */
#define JOIN(a, b)       a##b
#define JOIN_NAMES(a, b) JOIN(a, b)
#define REAL(name)       JOIN_NAMES(MALLOC_PREFIX, name)
#define TEXT(a)          #a
#define TEXT_OF(a)       TEXT(a)
#define REAL_NAME(name)  TEXT_OF(MALLOC_PREFIX) name

void *REAL(malloc)(size_t size);
void *REAL(calloc)(size_t members, size_t size);
void *REAL(realloc)(void *memory, size_t size);

static atomic_ulong count;
static atomic_ulong refused;
static atomic_bool is_all_after;

void fail_alloc_at(unsigned long nth, bool is_lasting)
{
    atomic_store(&refused, 0);
    atomic_store(&is_all_after, is_lasting);
    atomic_store(&count, 0);
    atomic_store(&refused, nth);
}

unsigned long fail_alloc_count(void)
{
    return atomic_load(&count);
}

static bool is_refused(void)
{
    unsigned long number = atomic_fetch_add(&count, 1) + 1;
    unsigned long at = atomic_load(&refused);
    bool is_hit = at && (atomic_load(&is_all_after) ? number >= at : number == at);
    if (is_hit)
        errno = ENOMEM;
    return is_hit;
}

void *REAL(malloc)(size_t size)
{
    static void *(*_Atomic real)(size_t);
    if (!real)
        real = (void *(*)(size_t))dlsym(RTLD_NEXT, REAL_NAME("malloc"));
    return is_refused() ? NULL : real(size);
}

void *REAL(calloc)(size_t members, size_t size)
{
    static void *(*_Atomic real)(size_t, size_t);
    if (!real)
        real = (void *(*)(size_t, size_t))dlsym(RTLD_NEXT, REAL_NAME("calloc"));
    return is_refused() ? NULL : real(members, size);
}

void *REAL(realloc)(void *memory, size_t size)
{
    static void *(*_Atomic real)(void *, size_t);
    if (!real)
        real = (void *(*)(void *, size_t))dlsym(RTLD_NEXT, REAL_NAME("realloc"));
    return is_refused() ? NULL : real(memory, size);
}

__attribute__((constructor)) static void read_environment(void)
{
    const char *at = getenv("FAIL_ALLOC_AT");
    if (at)
        fail_alloc_at(strtoul(at, NULL, 10), strchr(at, '+'));
}

__attribute__((destructor)) static void report(void)
{
    const char *path = getenv("FAIL_ALLOC_REPORT");
    int fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;
    if (fd < 0)
        return;
    dprintf(fd, "%lu\n", fail_alloc_count());
    close(fd);
}
