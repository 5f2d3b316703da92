#include "base/replace_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/write_file.h"
#include "base/xalloc.h"

/* -1: it can not be made. old: whose permissions it gets; NULL: there is none. */
static int open_beside(struct replace_file *out, const struct stat *old)
{
    out->beside = xasprintf("%s.%ld.part", out->path, (long)getpid());
    int fd = open(out->beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd >= 0 && old && fchmod(fd, old->st_mode & 0777) != 0) {
        close(fd);
        unlink(out->beside);
        fd = -1;
    }
    if (fd < 0) {
        free(out->beside);
        out->beside = NULL;
    }
    return fd;
}

static int open_in_place(const struct replace_file *out)
{
    return open(out->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
}

bool replace_file_open(struct replace_file *out, const char *path, struct error *err)
{
    struct stat old;
    char *whole = realpath(path, NULL);
    *out = (struct replace_file){.path = whole ? whole : xstrdup(path)};
    bool has_old = stat(out->path, &old) == 0;
    bool is_plain = !has_old || S_ISREG(old.st_mode);
    int fd = is_plain ? open_beside(out, has_old ? &old : NULL) : -1;
    if (fd < 0)
        fd = open_in_place(out);
    if (fd >= 0) {
        out->file = fdopen(fd, "w");
        return true;
    }
    error_set(err, ERR_USAGE, "%s: %s", path, strerror(errno));
    free(out->path);
    *out = (struct replace_file){0};
    return false;
}

bool replace_file_close(struct replace_file *file, bool is_wanted, struct error *err)
{
    int reason = 0;
    if (fflush(file->file) != 0 || ferror(file->file))
        reason = errno ? errno : EIO;
    if (fclose(file->file) != 0 && reason == 0)
        reason = errno;
    if (file->beside && is_wanted)
        reason = write_file_place(file->beside, file->path, reason);
    else if (file->beside)
        unlink(file->beside);
    if (is_wanted && reason != 0)
        error_set(err, ERR_NO, "%s: can not write all of it: %s", file->path, strerror(reason));
    free(file->beside);
    free(file->path);
    *file = (struct replace_file){0};
    return is_wanted && reason == 0;
}
