/* append_file.h - files of lines that several programs append to and none rewrites.
 *
 * Made with mode 0600. Refused: what is no plain file, a link, and what others may write. Any
 * thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Could a line be appended now? Makes the file if it is missing; its folder must be there. The
 * message begins with the reason, so that it survives being cut. ERR_CONFIG. */
bool append_file_check(const char *path, struct error *err);
/* Appends text and a line feed, whole, though others append at the same time. Waits a second at
 * most for them. A line that another one left unfinished is ended first. ERR_CONFIG. */
bool append_file_line(const char *path, const char *text, size_t length, struct error *err);
