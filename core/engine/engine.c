#include "engine/engine.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "engine/poller.h"

#define INTERVAL_MIN_MS 250
#define INTERVAL_MAX_MS (60 * 60 * 1000)

/* Either a poller that publishes into a model, or a recording. */
struct engine {
    struct model *model;
    struct poller *poller;
    struct replay *replay;
};

struct engine *engine_start(struct config *config, struct error *err)
{
    if (!config_resolve_secrets(config, err))
        return NULL;
    struct snapshot *nothing = snapshot_create(0, 0, 0, 0, 0);
    struct model *model = model_create(nothing, err);
    snapshot_unref(nothing);
    if (!model)
        return NULL;
    struct poller *poller = poller_start(model, config, err);
    if (!poller) {
        model_destroy(model);
        return NULL;
    }
    struct engine *engine = xmalloc(sizeof(*engine));
    *engine = (struct engine){.model = model, .poller = poller};
    return engine;
}

struct engine *engine_start_replay(const char *path, struct error *err)
{
    struct replay *replay = replay_open(path, err);
    if (!replay)
        return NULL;
    struct engine *engine = xmalloc(sizeof(*engine));
    *engine = (struct engine){.replay = replay};
    return engine;
}

void engine_stop(struct engine *engine)
{
    if (!engine)
        return;
    poller_stop(engine->poller);
    if (engine->model)
        model_destroy(engine->model);
    replay_close(engine->replay);
    free(engine);
}

int64_t engine_now_ms(const struct engine *engine)
{
    return engine->replay ? replay_now_ms(engine->replay) : clock_wall_ms();
}

struct replay *engine_replay(const struct engine *engine)
{
    return engine->replay;
}

struct snapshot *engine_snapshot(struct engine *engine)
{
    return engine->replay ? replay_snapshot(engine->replay) : model_snapshot(engine->model);
}

int engine_wake_fd(const struct engine *engine)
{
    return engine->replay ? replay_fd(engine->replay) : model_wake_fd(engine->model);
}

bool engine_wait(struct engine *engine, int64_t timeout_ms)
{
    struct pollfd wake = {.fd = engine_wake_fd(engine), .events = POLLIN};
    int timeout = timeout_ms > INT32_MAX ? INT32_MAX : timeout_ms < 0 ? 0 : (int)timeout_ms;
    errno = 0;
    return poll(&wake, 1, timeout) > 0;
}

/* ---- commands ---- */

static bool refuse_replay(struct error *err)
{
    return error_set(err, ERR_MODE, "this is a recording: what has been can not be changed");
}

static bool send_command(struct engine *engine, const struct command *command, struct error *err)
{
    if (engine->replay)
        return refuse_replay(err);
    return model_send(engine->model, command, err);
}

static bool send_number(struct engine *engine, enum command_kind kind, uint16_t source,
                        int64_t number, struct error *err)
{
    struct command command = {.kind = kind, .source = source, .number = number};
    return send_command(engine, &command, err);
}

static bool copy_id(char out[LIMIT_ID_BYTES], const char *id, struct error *err)
{
    int length = snprintf(out, LIMIT_ID_BYTES, "%s", id ? id : "");
    return (length >= 1 && length < LIMIT_ID_BYTES) ||
           error_set(err, ERR_NO, "this id can not be used in a request");
}

static bool send_task(struct engine *engine, enum command_kind kind, uint16_t source,
                      const char *task_id, struct error *err)
{
    struct command command = {.kind = kind, .source = source};
    return copy_id(command.task_id, task_id, err) && send_command(engine, &command, err);
}

bool engine_refresh(struct engine *engine, uint16_t source, struct error *err)
{
    return send_number(engine, COMMAND_REFRESH, source, 0, err);
}

bool engine_pause(struct engine *engine, bool is_paused, struct error *err)
{
    return send_number(engine, COMMAND_PAUSE, SOURCE_ALL, is_paused, err);
}

bool engine_set_interval(struct engine *engine, int64_t interval_ms, struct error *err)
{
    if (interval_ms < INTERVAL_MIN_MS || interval_ms > INTERVAL_MAX_MS)
        return error_set(err, ERR_USAGE, "the interval goes from 250ms to 1h");
    return send_number(engine, COMMAND_INTERVAL, SOURCE_ALL, interval_ms, err);
}

/* Asks the newest snapshot about one source. False: err says that there is none. */
static bool look_up_source(struct engine *engine, uint16_t source, struct source_status *out,
                           struct error *err)
{
    struct snapshot *s = engine_snapshot(engine);
    bool is_known = source < s->source_count;
    if (is_known)
        *out = s->sources[source];
    snapshot_unref(s);
    return is_known || error_set(err, ERR_NO, "there is no such profile");
}

static bool refuse_read_only(const struct engine *engine, const struct source_status *status,
                             struct error *err)
{
    if (engine->replay)
        return refuse_replay(err);
    return error_set(err, ERR_MODE,
                     "%s is read-only; set mode = armed in its profile to allow actions",
                     status->profile);
}

bool engine_arm(struct engine *engine, uint16_t source, int64_t duration_ms, struct error *err)
{
    struct source_status status = {.mode = MODE_READ_ONLY};
    if (source != SOURCE_ALL) {
        if (!look_up_source(engine, source, &status, err))
            return false;
        if (status.mode == MODE_READ_ONLY)
            return refuse_read_only(engine, &status, err);
    }
    return send_number(engine, COMMAND_ARM, source, duration_ms, err);
}

bool engine_want_detail(struct engine *engine, uint16_t source, const char *task_id,
                        struct error *err)
{
    return send_task(engine, COMMAND_WANT_DETAIL, source, task_id, err);
}

bool engine_want_result(struct engine *engine, uint16_t source, const char *task_id,
                        struct error *err)
{
    return send_task(engine, COMMAND_WANT_RESULT, source, task_id, err);
}

bool engine_want_raw_result(struct engine *engine, uint16_t source, const char *task_id,
                            struct error *err)
{
    struct command command = {.kind = COMMAND_WANT_RESULT, .source = source, .number = 1};
    return copy_id(command.task_id, task_id, err) && send_command(engine, &command, err);
}

bool engine_want_items(struct engine *engine, uint16_t source, struct error *err)
{
    return send_number(engine, COMMAND_WANT_ITEMS, source, 0, err);
}

/* Names the action and sends it. A spec's reference is taken in any case. */
static bool send_action(struct engine *engine, struct command *command, uint64_t *out_action_id,
                        struct error *err)
{
    struct source_status status = {.mode = MODE_READ_ONLY};
    bool is_sent = look_up_source(engine, command->source, &status, err);
    if (is_sent && status.mode == MODE_READ_ONLY &&
        action_infos[command->action].class != ACTION_CLASS_OWN)
        is_sent = refuse_read_only(engine, &status, err);
    is_sent = is_sent && (!engine->replay || refuse_replay(err));
    if (is_sent) {
        command->kind = COMMAND_ACT;
        command->action_id = model_next_action_id(engine->model);
        is_sent = send_command(engine, command, err);
    }
    if (is_sent)
        *out_action_id = command->action_id;
    else
        run_spec_unref(command->spec);
    return is_sent;
}

bool engine_act(struct engine *engine, enum action_kind kind, uint16_t source, const char *task_id,
                uint64_t *out_action_id, struct error *err)
{
    assert(action_infos[kind].target == TARGET_TASK);
    struct command command = {.source = source, .action = kind};
    return copy_id(command.task_id, task_id, err) &&
           send_action(engine, &command, out_action_id, err);
}

bool engine_act_on_item(struct engine *engine, enum action_kind kind, uint16_t source,
                        const char *item_id, const char *argument, uint64_t *out_action_id,
                        struct error *err)
{
    struct command command = {.source = source, .action = kind};
    if (action_infos[kind].target == TARGET_ITEM && !copy_id(command.item_id, item_id, err))
        return false;
    int length =
        snprintf(command.argument, sizeof(command.argument), "%s", argument ? argument : "");
    if ((size_t)length >= sizeof(command.argument))
        return error_set(err, ERR_USAGE, "the name is too long");
    return send_action(engine, &command, out_action_id, err);
}

bool engine_run(struct engine *engine, uint16_t source, struct run_spec *spec,
                uint64_t *out_action_id, struct error *err)
{
    struct command command = {.source = source, .action = ACTION_RUN, .spec = spec};
    return send_action(engine, &command, out_action_id, err);
}

bool engine_want_parts(struct engine *engine, uint16_t source, const char *item_id,
                       struct error *err)
{
    struct command command = {.kind = COMMAND_WANT_PARTS, .source = source};
    return copy_id(command.item_id, item_id, err) && send_command(engine, &command, err);
}

bool engine_watch(struct engine *engine, uint16_t source, const char *task_id, struct error *err)
{
    return send_task(engine, COMMAND_WATCH, source, task_id, err);
}

bool engine_dismiss(struct engine *engine, uint64_t action_id, struct error *err)
{
    struct command command = {.kind = COMMAND_DISMISS, .source = 0, .action_id = action_id};
    return send_command(engine, &command, err);
}
