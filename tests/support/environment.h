/* environment.h - the clean environment that programs under test start with. */
#pragma once

/* PATH, HOME (a folder of the test's own), TERM=xterm-256color, LC_ALL=C.UTF-8, TZ=UTC and the
 * sanitizers' options; changes are "NAME=value", or "NAME" alone to remove one; NULL: none. */
char **environment_create(const char *const *changes);
void environment_destroy(char **environment);

/* A fresh folder for this process, removed at its end. */
const char *scratch_folder(void);
/* Writes text to name in that folder with these permissions; returns the path, valid until the
 * next call. */
const char *scratch_file(const char *name, const char *text, unsigned mode);
