#include "base/save_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/write_file.h"
#include "base/xalloc.h"

static bool fail(const char *path, int reason, struct error *err)
{
    return error_set(err, ERR_NO, "%s: %s", path, strerror(reason));
}

static bool save_new(const char *path, const char *bytes, size_t length, bool *out_exists,
                     struct error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST) {
        *out_exists = true;
        return error_set(err, ERR_NO, "%s exists", path);
    }
    if (fd < 0)
        return fail(path, errno, err);
    int reason = write_file_finish(fd, bytes, length);
    if (reason == 0)
        return true;
    unlink(path);
    return fail(path, reason, err);
}

/* Beside the old one first, which stays whole until the new one is. */
static bool replace(const char *path, const char *bytes, size_t length, struct error *err)
{
    struct stat old;
    if (lstat(path, &old) == 0 && !S_ISREG(old.st_mode))
        return error_set(err, ERR_NO, "%s is no plain file; choose another name", path);
    char *beside = xasprintf("%s.XXXXXX", path);
    int fd = mkostemp(beside, O_CLOEXEC); /* 0600 */
    int reason = errno;
    if (fd >= 0)
        reason = write_file_place(beside, path, write_file_finish(fd, bytes, length));
    free(beside);
    return reason == 0 || fail(path, reason, err);
}

bool save_file(const char *path, const char *bytes, size_t length, bool may_replace,
               bool *out_exists, struct error *err)
{
    *out_exists = false;
    return may_replace ? replace(path, bytes, length, err)
                       : save_new(path, bytes, length, out_exists, err);
}

char *save_file_path(const char *typed)
{
    const char *home = getenv("HOME");
    if (strncmp(typed, "~/", 2) == 0 && home != NULL && home[0] != '\0')
        return xasprintf("%s%s", home, typed + 1);
    return xstrdup(typed);
}
