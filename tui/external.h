/* external.h - other programs: pager, editor, browser. By argv, never through a shell.
 *
 * Their variables (PAGER, VISUAL, EDITOR, BROWSER) may hold options and quotes; nothing in them,
 * and nothing of a service, is ever run as a command line.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"

enum external_kind { EXTERNAL_PAGER, EXTERNAL_EDITOR };

/* Shows a text in a program that takes the terminal over, and waits for its end. The text is a copy
 * in a folder that only its owner can read; it is gone afterwards. name: of the file, with the
 * extension that tells what it is. The caller has let go of the terminal. */
bool external_show(enum external_kind kind, const char *name, const char *text, size_t length,
                   struct error *err);

/* Programs that run beside us, a few at the same time. */
#define EXTERNAL_HELPERS_MAX 8
struct external_helpers {
    pid_t pids[EXTERNAL_HELPERS_MAX]; /* 0: free */
};
/* A variable of the environment; value NULL: it is empty. */
struct external_fact {
    const char *name;
    const char *value;
};
/* Starts a command of the configuration, without the terminal. What a service says goes into its
 * environment alone. False when it can not be started, or as many as may run already do. */
bool external_run(struct external_helpers *helpers, const char *command,
                  const struct external_fact *facts, size_t count, struct error *err);
/* Takes note of those that have ended. */
void external_look_after(struct external_helpers *helpers);

/* Starts a browser beside us, without the terminal. url: http or https. */
bool external_browse(const char *url, pid_t *out_pid, struct error *err);
/* Looks after it: false while it runs. err says so when it failed. */
bool external_has_ended(pid_t pid, struct error *err);
