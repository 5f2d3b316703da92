/* recording.h - the lines of a recording: what is known, as JSON, and back. docs/recording.md has
 * the format. Reading takes every byte as a stranger's. Pure.
 */
#pragma once

#include <stdbool.h>

#include "base/error.h"
#include "model/snapshot.h"
#include "net/json.h"

#define RECORDING_SCHEMA "querytop.recording/1"
/* A recording ends here; what is longer is not read. */
#define RECORDING_MAX_BYTES (64 * LIMIT_MIB)

/* {"schema":...,"at":...,"profiles":[...]} */
struct json *recording_head(const struct snapshot *s);

struct json *recording_task(const struct task *task, const struct snapshot *s);
struct json *recording_gone(const struct task *task, const struct snapshot *s);
struct json *recording_source(const struct source_status *status);
struct json *recording_action(const struct action_record *record, const struct snapshot *s);

/* False: it has no id, or one that is too long. */
bool recording_read_task(const struct json *object, struct task_draft *out);
void recording_read_source(const struct json *object, struct source_status *out);
/* False: an action that is not known. Everything but the source is filled in. */
bool recording_read_action(const struct json *object, struct action_record *out);
