/* rig.h - an engine under test on the real embedded service, in one process: what TSan watches.
 *
 * Nothing here sleeps: waiting means taking snapshots until a predicate holds, and a wait in vain
 * fails the test.
 */
#pragma once

#include "engine/engine.h"
#include "sandbox/sandbox.h"

struct rig {
    struct sandbox *sandbox;
    struct config config;
    struct engine *engine;
};

/* Tasks that run for ever unless they are cancelled. */
struct sandbox_options rig_endless_tasks(void);
/* Tasks that end as soon as they run. */
struct sandbox_options rig_quick_tasks(void);

struct sandbox *rig_sandbox(const struct sandbox_options *options);
/* A profile that may do anything and asks every 250 ms. */
struct profile *rig_add_profile(struct rig *rig, const char *name, const char *url);
/* The profile is of Adobe's Query Service at url now. */
void rig_make_adobe(struct profile *profile, const char *url);
/* The engine on the profiles added. */
void rig_start(struct rig *rig);

/* All three at once. */
void rig_open(struct rig *rig, const struct sandbox_options *options);
/* The same on endless tasks, with one fault; workspace may be NULL. */
void rig_open_faulty(struct rig *rig, const char *fault, const char *workspace);
void rig_close(struct rig *rig);
/* Fault specs, one a line, in place of all that are set. */
void rig_set_faults(struct rig *rig, const char *text);
/* Until no task lives at the service, whatever the engine knows of it. */
void rig_wait_service_idle(struct rig *rig);

typedef bool rig_predicate(const struct snapshot *s, const void *context);

/* The first snapshot for which it is true; a reference of the caller's. */
struct snapshot *rig_wait(struct rig *rig, const char *what, rig_predicate *is_true,
                          const void *context);
void rig_wait_until(struct rig *rig, const char *what, rig_predicate *is_true, const void *context);

/* Predicates about the first profile. */
bool rig_is_ok(const struct snapshot *s, const void *context);
bool rig_has_running(const struct snapshot *s, const void *context);
bool rig_has_ends(const struct snapshot *s, const void *context);

/* The id of some task in that state, which must exist. */
void rig_find(const struct snapshot *s, enum task_state state, char *out_id);
/* Waits for one. */
void rig_find_running(struct rig *rig, char *out_id);
/* A query task that can be run again, and whose result can be read. */
void rig_find_succeeded(struct rig *rig, char *out_id);

/* Acts on a task and waits for the end of the action. */
struct snapshot *rig_act(struct rig *rig, enum action_kind kind, const char *task_id,
                         struct action_record *out);
/* Waits for the end of an action that was started. */
struct snapshot *rig_wait_action(struct rig *rig, uint64_t action_id, struct action_record *out);
