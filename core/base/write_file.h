/* write_file.h - the last steps of a file that is there whole or not at all: its bytes, its place.
 *
 * How it is opened, for whom and over what, is the caller's business. Reasons are errnos; 0: all
 * went well. Any thread.
 */
#pragma once

#include <stddef.h>

/* Writes all bytes and closes fd, in any case. Returns why not all of them have arrived. */
int write_file_finish(int fd, const char *bytes, size_t length);
/* Puts the file that was written beside its place into it, unless reason says that it is not
 * whole; what is not put there is removed. Returns reason, or why it could not be. */
int write_file_place(const char *beside, const char *path, int reason);
