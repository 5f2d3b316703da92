/* audit.h - the record of actions: who asked what of whom, and what was answered.
 *
 * A line of JSON (querytop.audit/1) for each step of each action is appended to a file that only
 * its user can read: $XDG_STATE_HOME/querytop/audit.jsonl, or where the profile's audit_log says.
 * An action is recorded before it is asked for; what can not be recorded is not asked for. Nothing
 * is recorded of profiles that the program made itself. No secret is in it.
 * Threads: audit_init() before threads start, the rest by one thread.
 */
#pragma once

#include <stdbool.h>

#include "base/error.h"
#include "model/action.h"
#include "model/run_spec.h"
#include "model/source.h"
#include "model/task.h"
#include "provider/profile.h"

struct audit {
    char *usual_path;               /* NULL: there is no place */
    char os_user[LIMIT_NAME_BYTES]; /* who runs this program */
    char machine[LIMIT_NAME_BYTES]; /* and where */
};

struct audit_entry {
    const struct profile *profile;
    const struct source_status *status;
    const struct action_record *record;
    const struct task *task;     /* NULL: none, or nothing is known of it */
    const struct run_spec *spec; /* what is to be run; NULL */
};

/* Reads the environment. */
void audit_init(struct audit *audit);
void audit_finish(struct audit *audit);

/* Is there a record of this profile's actions? */
bool audit_is_on(const struct profile *profile);
/* Where it is; NULL: there is no place, or none is kept. Borrowed. */
const char *audit_path(const struct audit *audit, const struct profile *profile);
/* Could it be written now? Makes folder and file. True where none is kept. */
bool audit_check(const struct audit *audit, const struct profile *profile, struct error *err);
/* Appends a line. True where none is kept. */
bool audit_write(const struct audit *audit, const struct audit_entry *entry, struct error *err);
