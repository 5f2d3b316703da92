/* planted.h - secrets in a configuration, and the search for them in all that is left behind. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#include "e2e/stage.h"

#define PLANTED_FILE_BYTES (4u << 20)

/* Paths, set by planted_configure(). */
extern char planted_config[300]; /* five profiles, each with its secret from another place */
extern char planted_log[300];
extern char planted_pager[300]; /* "PAGER=...", which writes down what a child sees */

/* Writes them. The profiles "env" and "env-too" log in with QT_CANARY=demo-secret. */
void planted_configure(const struct service *service);

/* Each of these fails the test with the name of what holds a secret. */
void planted_search(const char *what, const char *bytes, size_t length);
/* Command line and environment. */
void planted_search_process(pid_t pid);
/* The home of the program under test: log, audit log, state, exports, what its children saw. */
void planted_search_files(void);

/* Returns the length. */
size_t planted_read(const char *path, char *out);
