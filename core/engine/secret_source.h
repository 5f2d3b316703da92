/* secret_source.h - where a profile's secret is read from. Call before threads start. */
#pragma once

#include <stdbool.h>

#include "base/error.h"
#include "base/secret.h"

/* From an environment variable; unset or empty is ERR_CONFIG. */
bool secret_from_env(const char *variable, struct secret *out, struct error *err);
/* Empties the variable in place, so that neither a child nor /proc/PID/environ shows it any more.
 */
void secret_forget_env(const char *variable);
/* A secret that a command is to tell: the first line of its standard output. */
struct secret_command {
    const char *command; /* split into words as a shell would, without expansion */
    struct secret *out;
    struct error *err; /* out: why there is none */
};

/* Who is asked, while commands run, whether their secrets are wanted any longer. */
struct secret_guard {
    bool (*is_unwanted)(void *context); /* NULL: they are */
    void *context;
    bool is_quiet; /* a screen stands where their standard error would go */
};

/* Runs them all, several at the same time, without a shell, standard input from /dev/null, standard
 * error passed through, unless the guard is quiet. Each ends timeout_ms after its start, and with
 * it all that is left in its process group. False: they became unwanted, and none of them runs any
 * more. guard may be NULL. */
bool secret_run_commands(struct secret_command *commands, size_t count, int timeout_ms,
                         const struct secret_guard *guard);
