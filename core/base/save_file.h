/* save_file.h - files made for the user: for their eyes only, and never over another by accident.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Writes a file with mode 0600; whole or not at all. One that is there already is replaced only if
 * may_replace; else *out_exists is set and err says so. */
bool save_file(const char *path, const char *bytes, size_t length, bool may_replace,
               bool *out_exists, struct error *err);
/* "~/x" as HOME has it; anything else as it is. The caller frees it. */
char *save_file_path(const char *typed);
