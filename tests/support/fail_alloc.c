#include "support/fail_alloc.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/fail_count.h"

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

static struct fail_count calls;
static atomic_bool is_first_spared;

void fail_alloc_at(unsigned long nth, bool is_lasting)
{
    fail_count_start(&calls, nth, is_lasting);
}

unsigned long fail_alloc_count(void)
{
    return atomic_load(&calls.count);
}

/* ---- threads ---- */

/* What is asked for before a thread is at its own work, and after it, is not the program's:
 * ThreadSanitizer asks the C library about the thread there, and can not run code of ours yet; nor
 * may it be called for where a thread's own memory is. */
static _Thread_local bool is_at_work __attribute__((tls_model("initial-exec")));

struct beginning {
    void *(*work)(void *context);
    void *context;
};

static void *begin(void *context)
{
    struct beginning beginning = *(struct beginning *)context;
    free(context);
    is_at_work = true;
    void *result = beginning.work(beginning.context);
    is_at_work = false;
    return result;
}

int pthread_create(pthread_t *out, const pthread_attr_t *attributes, void *(*work)(void *context),
                   void *context)
{
    static int (*_Atomic real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    if (!real)
        real = (int (*)(pthread_t *, const pthread_attr_t *, void *(*)(void *),
                        void *))dlsym(RTLD_NEXT, "pthread_create");
    bool was_at_work = is_at_work;
    is_at_work = false;
    struct beginning *beginning = malloc(sizeof(*beginning));
    *beginning = (struct beginning){work, context};
    int code = real(out, attributes, begin, beginning);
    is_at_work = was_at_work;
    if (code != 0)
        free(beginning);
    return code;
}

/* ---- memory ---- */

static bool is_refused(void)
{
    if (!is_at_work || (atomic_load(&is_first_spared) && gettid() == getpid()))
        return false;
    bool is_hit = fail_count_next(&calls);
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
    is_at_work = true;
    if (!at)
        return;
    atomic_store(&is_first_spared, strchr(at, 't'));
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
