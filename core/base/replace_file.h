/* replace_file.h - a file that is written piece by piece, and takes its place when it is whole.
 *
 * Until then it stands beside its place, so that trouble on the way leaves the old file as it was.
 * It keeps the old one's permissions; a new one gets those that the umask leaves. Pipes and devices
 * are written as they are, and so is a file whose folder can not be written. One owner.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"

struct replace_file {
    FILE *file;   /* to write to */
    char *path;   /* links followed */
    char *beside; /* NULL: written in its place */
};

/* ERR_USAGE: the name is none that can be written. */
bool replace_file_open(struct replace_file *out, const char *path, struct error *err);
/* Puts it in its place, or, when it is not wanted or not whole, removes it: then false. err is
 * touched only when it was wanted. ERR_NO. */
bool replace_file_close(struct replace_file *file, bool is_wanted, struct error *err);
