#include "support/fail_io.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "support/fail_count.h"

static struct fail_count calls;
static atomic_int failing_reason;

void fail_io_at(unsigned long nth, int reason)
{
    fail_count_start(&calls, 0, false);
    atomic_store(&failing_reason, reason);
    fail_count_start(&calls, nth, false);
}

unsigned long fail_io_count(void)
{
    return atomic_load(&calls.count);
}

/* 0: goes well. */
static int reason_now(void)
{
    return fail_count_next(&calls) ? atomic_load(&failing_reason) : 0;
}

static int fail(int reason)
{
    errno = reason;
    return -1;
}

int open(const char *path, int flags, ...)
{
    static int (*real)(const char *, int, ...);
    if (!real)
        real = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open");
    va_list args;
    va_start(args, flags);
    mode_t mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
    va_end(args);
    int reason = reason_now();
    return reason > 0 ? fail(reason) : real(path, flags, mode);
}

ssize_t write(int fd, const void *bytes, size_t size)
{
    static ssize_t (*real)(int, const void *, size_t);
    if (!real)
        real = (ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    int reason = fd > STDERR_FILENO ? reason_now() : 0;
    if (reason > 0)
        return fail(reason);
    return real(fd, bytes, reason == FAIL_IO_SHORT && size > 1 ? size / 2 : size);
}

/* It is closed all the same, as on Linux. */
int close(int fd)
{
    static int (*real)(int);
    if (!real)
        real = (int (*)(int))dlsym(RTLD_NEXT, "close");
    int reason = fd > STDERR_FILENO ? reason_now() : 0;
    int code = real(fd);
    return reason > 0 ? fail(reason) : code;
}

int rename(const char *from, const char *to)
{
    static int (*real)(const char *, const char *);
    if (!real)
        real = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");
    int reason = reason_now();
    return reason > 0 ? fail(reason) : real(from, to);
}
