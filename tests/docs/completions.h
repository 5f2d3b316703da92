/* completions.h - completion scripts for shells, made from the program's tables. */
#pragma once

#include <stddef.h>

#include "base/strbuf.h"

struct completion_script {
    const char *path; /* in the tree, below docs/completions */
    void (*build)(struct strbuf *out);
    const char *check; /* a shell command that parses the file it is given */
    const char *shell; /* the program that it needs */
};
enum { COMPLETION_SCRIPT_COUNT = 3 };
extern const struct completion_script completion_scripts[COMPLETION_SCRIPT_COUNT];
