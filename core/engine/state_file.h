/* state_file.h - small files that the program keeps for itself, in a folder of their own.
 *
 * $XDG_STATE_HOME/querytop/, else ~/.local/state/querytop/; for their user alone.
 */
#pragma once

#include <stdbool.h>

#include "base/error.h"
#include "base/strbuf.h"

/* NULL: there is no place. The caller frees it. Reads the environment: call before threads start.
 */
char *state_file_path(const char *name);
/* Makes the folder (0700) if it is missing. ERR_CONFIG. */
bool state_file_make_folder(const char *path, struct error *err);
/* Puts the text in the place of the file (0600): whoever reads sees the old or the new one. The
 * folder must be there. ERR_CONFIG. */
bool state_file_replace(const char *path, const struct strbuf *text, struct error *err);
