/* engine.h - the only door of the core for the TUI and the headless verbs.
 *
 * Starts the poller on the profiles of a configuration, hands out snapshots, takes commands. The
 * profile's mode is enforced behind this door, so that no caller can forget it.
 * Threads: all calls by the one thread that started the engine.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "engine/config.h"
#include "engine/replay.h"
#include "model/model.h"

struct engine;

/* config is borrowed until engine_stop(); its secrets are resolved here if they are not. */
struct engine *engine_start(struct config *config, struct error *err);
/* The same on a recording: no service is asked, and nothing can be done to what has been. */
struct engine *engine_start_replay(const char *path, struct error *err);
void engine_stop(struct engine *engine);

/* Wall clock of what is shown: that of the recording in a replay. */
int64_t engine_now_ms(const struct engine *engine);
/* NULL when this is no replay; for moving about in it. Borrowed. */
struct replay *engine_replay(const struct engine *engine);

/* The newest snapshot, with a reference of the caller's. */
struct snapshot *engine_snapshot(struct engine *engine);
/* For poll(2): readable when there is a newer snapshot. */
int engine_wake_fd(const struct engine *engine);
/* Waits until there is a newer snapshot than the last one taken, or timeout_ms has passed (false),
 * or a signal came (false, errno EINTR). */
bool engine_wait(struct engine *engine, int64_t timeout_ms);

bool engine_refresh(struct engine *engine, uint16_t source, struct error *err);
bool engine_pause(struct engine *engine, bool is_paused, struct error *err);
bool engine_set_interval(struct engine *engine, int64_t interval_ms, struct error *err);
/* Allows actions on an armed profile for duration_ms; 0 disarms. Refused for a read-only profile.
 */
bool engine_arm(struct engine *engine, uint16_t source, int64_t duration_ms, struct error *err);
bool engine_want_detail(struct engine *engine, uint16_t source, const char *task_id,
                        struct error *err);
bool engine_want_result(struct engine *engine, uint16_t source, const char *task_id,
                        struct error *err);
/* The same, with the bytes of the result where it is no JSON: for saving a file. */
bool engine_want_raw_result(struct engine *engine, uint16_t source, const char *task_id,
                            struct error *err);
bool engine_want_items(struct engine *engine, uint16_t source, struct error *err);

/* Starts a tracked action; *out_action_id names its record in the snapshots that follow. The task
 * may be one on no list: the service is asked about it all the same. Refused at once (ERR_MODE) on
 * a read-only profile. Whether an armed profile is armed is checked where commands arrive in order,
 * so that engine_arm() may be called right before; the record says ACTION_REFUSED when it was not.
 */
bool engine_act(struct engine *engine, enum action_kind kind, uint16_t source, const char *task_id,
                uint64_t *out_action_id, struct error *err);
/* The same for actions on an item, or on the service's session (item_id NULL then). */
bool engine_act_on_item(struct engine *engine, enum action_kind kind, uint16_t source,
                        const char *item_id, const char *argument, uint64_t *out_action_id,
                        struct error *err);
/* Starts a new query task. Takes the spec's reference, also when it fails. */
bool engine_run(struct engine *engine, uint16_t source, struct run_spec *spec,
                uint64_t *out_action_id, struct error *err);
/* Keeps an eye on a task that may be on no list: shown, and asked for until it has ended. */
bool engine_watch(struct engine *engine, uint16_t source, const char *task_id, struct error *err);
/* The snapshots that follow carry the item's parts. */
bool engine_want_parts(struct engine *engine, uint16_t source, const char *item_id,
                       struct error *err);
bool engine_dismiss(struct engine *engine, uint64_t action_id, struct error *err);
