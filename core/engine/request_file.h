/* request_file.h - the month's requests of all profiles, kept over restarts.
 *
 * $XDG_STATE_HOME/querytop/requests.json, else ~/.local/state/querytop/requests.json, for its user
 * alone. Several programs may share it: each adds what it sent itself to what stands there. A file
 * that can not be understood counts as empty. Blocking, but only on a small local file: a lock that
 * another program holds is not waited for.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "engine/request_count.h"

/* A profile is the same when name and address are. */
struct request_entry {
    const char *profile;
    const char *base_url;
    struct request_count *count;
};

/* NULL: there is no place. The caller frees it. Reads the environment: call before threads start.
 */
char *request_file_path(void);

/* Adds to the file what it does not know yet and takes over what others added. Makes the folder
 * when there is something to write, and writes by renaming. False: nothing is lost, try again
 * later; ERR_TIMEOUT when another program was at it, else ERR_CONFIG. */
bool request_file_sync(const char *path, const struct request_entry *entries, size_t entry_count,
                       int64_t wall_ms, struct error *err);
