#include "base/append_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/strbuf.h"

/* Whoever holds the lock writes one line: a holder that keeps it longer is stopped or broken. */
#define LOCK_TRIES    50
#define LOCK_EVERY_MS 20

static bool fail(const char *path, const char *reason, struct error *err)
{
    return error_set(err, ERR_CONFIG, "%s: %s", reason, path);
}

static bool check_file(int fd, const char *path, struct error *err)
{
    struct stat facts;
    if (fstat(fd, &facts) != 0)
        return fail(path, strerror(errno), err);
    if (!S_ISREG(facts.st_mode))
        return fail(path, "no plain file", err);
    if (facts.st_mode & (S_IWGRP | S_IWOTH))
        return error_set(err, ERR_CONFIG, "others may write it; chmod 600 %s", path);
    return true;
}

/* -1: err says why. Read too, to see how the last line ends; O_NONBLOCK: no pipe holds us up. */
static int open_checked(const char *path, struct error *err)
{
    int flags = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK;
    int fd = open(path, flags, 0600);
    if (fd < 0)
        fail(path, errno == ELOOP ? "no plain file" : strerror(errno), err);
    else if (!check_file(fd, path, err)) {
        close(fd);
        fd = -1;
    }
    return fd;
}

static bool lock(int fd)
{
    for (int i = 0; i < LOCK_TRIES; i++) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0)
            return true;
        if (errno != EWOULDBLOCK && errno != EINTR)
            return false;
        poll(NULL, 0, LOCK_EVERY_MS);
    }
    errno = EWOULDBLOCK;
    return false;
}

/* A disk that was full may have cut the last line short. */
static bool is_line_open(int fd)
{
    char last = '\n';
    off_t end = lseek(fd, 0, SEEK_END);
    return end > 0 && pread(fd, &last, 1, end - 1) == 1 && last != '\n';
}

/* In one call, so that even a program that knows no lock leaves the line in one piece. */
static bool write_line(int fd, const char *text, size_t length)
{
    struct strbuf line;
    strbuf_init(&line, length + 2);
    if (is_line_open(fd))
        strbuf_add_char(&line, '\n');
    strbuf_add(&line, text, length);
    strbuf_add_char(&line, '\n');
    ssize_t count = write(fd, line.data, line.len);
    bool is_whole = count == (ssize_t)line.len;
    int reason = count < 0 ? errno : ENOSPC;
    strbuf_finish(&line);
    errno = reason;
    return is_whole;
}

bool append_file_check(const char *path, struct error *err)
{
    int fd = open_checked(path, err);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

bool append_file_line(const char *path, const char *text, size_t length, struct error *err)
{
    int fd = open_checked(path, err);
    if (fd < 0)
        return false;
    bool is_good = true;
    if (!lock(fd))
        is_good =
            fail(path, errno == EWOULDBLOCK ? "locked by another program" : strerror(errno), err);
    else if (!write_line(fd, text, length))
        is_good = fail(path, strerror(errno), err);
    /* Some file systems tell only now that there was no room. */
    if (close(fd) != 0 && is_good)
        is_good = fail(path, strerror(errno), err);
    return is_good;
}
