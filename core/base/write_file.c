#include "base/write_file.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

/* 0, or the reason. */
static int write_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t count = write(fd, bytes, length);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return errno;
        bytes += count;
        length -= (size_t)count;
    }
    return 0;
}

int write_file_finish(int fd, const char *bytes, size_t length)
{
    int reason = write_all(fd, bytes, length);
    if (close(fd) != 0 && reason == 0)
        reason = errno;
    return reason;
}

int write_file_place(const char *beside, const char *path, int reason)
{
    if (reason == 0 && rename(beside, path) != 0)
        reason = errno;
    if (reason != 0)
        unlink(beside);
    return reason;
}
