/* secret_source.h - where a profile's secret is read from. Call before threads start. */
#pragma once

#include <stdbool.h>

#include "base/error.h"
#include "base/secret.h"

/* From an environment variable; unset or empty is ERR_CONFIG. */
bool secret_from_env(const char *variable, struct secret *out, struct error *err);
/* From the first line of a command's standard output. Run without a shell, standard input from
 * /dev/null, standard error passed through; ends after timeout_ms. */
bool secret_from_command(const char *command, int timeout_ms, struct secret *out,
                         struct error *err);
