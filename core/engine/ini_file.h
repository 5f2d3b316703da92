/* ini_file.h - reads a file of "[section]" and "key = value" lines. Call before threads start.
 *
 * Comments begin with ';' or '#' at the start of a line, or with ';' after a blank. Nothing is
 * dropped or shortened in silence: what can not be read is an error with file and line.
 */
#pragma once

#include <stdbool.h>

#include "base/error.h"

struct ini_file {
    /* What to do with what is read. False ends the reading; the message gets file and line. */
    bool (*begin)(void *context, const char *section, struct error *err);
    bool (*set)(void *context, const char *key, const char *value, struct error *err);
    void *context;
    /* after reading */
    bool is_absent;         /* there is no such file; ini_file_read() has failed */
    bool is_open_to_others; /* group or others have rights to it */
};

/* False: ERR_CONFIG, with the path. */
bool ini_file_read(struct ini_file *file, const char *path, struct error *err);
/* For a file that turned out to hold a secret: refuses one that others can read, with the chmod
 * that mends it. */
bool ini_file_check_privacy(const struct ini_file *file, const char *path, struct error *err);
