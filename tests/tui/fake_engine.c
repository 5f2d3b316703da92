#include "fake_engine.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *fake_engine_take_log(struct engine *engine)
{
    static char taken[sizeof(engine->log)];
    memcpy(taken, engine->log, sizeof(taken));
    engine->log[0] = '\0';
    return taken;
}

__attribute__((format(printf, 3, 4))) static bool note(struct engine *engine, struct error *err,
                                                       const char *format, ...)
{
    if (engine->is_full)
        return error_set(err, ERR_NO, "too many requests are waiting; try again");
    size_t used = strlen(engine->log);
    va_list args;
    va_start(args, format);
    vsnprintf(engine->log + used, sizeof(engine->log) - used, format, args);
    va_end(args);
    return true;
}

struct snapshot *engine_snapshot(struct engine *engine)
{
    (void)engine;
    return NULL;
}

struct replay *engine_replay(const struct engine *engine)
{
    return engine->replay;
}

int engine_wake_fd(const struct engine *engine)
{
    (void)engine;
    return -1;
}

bool engine_refresh(struct engine *engine, uint16_t source, struct error *err)
{
    (void)source;
    return note(engine, err, "refresh\n");
}

bool engine_pause(struct engine *engine, bool is_paused, struct error *err)
{
    return note(engine, err, "pause %d\n", is_paused);
}

bool engine_set_interval(struct engine *engine, int64_t interval_ms, struct error *err)
{
    return note(engine, err, "interval %lld\n", (long long)interval_ms);
}

bool engine_arm(struct engine *engine, uint16_t source, int64_t duration_ms, struct error *err)
{
    return note(engine, err, "arm %u %lld\n", source, (long long)duration_ms);
}

bool engine_want_detail(struct engine *engine, uint16_t source, const char *task_id,
                        struct error *err)
{
    return note(engine, err, "detail %u %s\n", source, task_id);
}

bool engine_want_result(struct engine *engine, uint16_t source, const char *task_id,
                        struct error *err)
{
    return note(engine, err, "result %u %s\n", source, task_id);
}

bool engine_want_items(struct engine *engine, uint16_t source, struct error *err)
{
    return note(engine, err, "projects %u\n", source);
}

bool engine_act(struct engine *engine, enum action_kind kind, uint16_t source, const char *task_id,
                uint64_t *out_action_id, struct error *err)
{
    if (engine->actions_max != 0 && engine->last_action == engine->actions_max)
        return error_set(err, ERR_LIMITED, "too many requests are waiting; try again");
    if (!note(engine, err, "%s %u %s\n", action_infos[kind].name, source, task_id))
        return false;
    *out_action_id = ++engine->last_action;
    return true;
}

bool engine_act_on_item(struct engine *engine, enum action_kind kind, uint16_t source,
                        const char *item_id, const char *argument, uint64_t *out_action_id,
                        struct error *err)
{
    if (!note(engine, err, "%s %u %s %s\n", action_infos[kind].word, source,
              item_id != NULL ? item_id : "-", argument[0] != '\0' ? argument : "-"))
        return false;
    *out_action_id = ++engine->last_action;
    return true;
}

bool engine_run(struct engine *engine, uint16_t source, struct run_spec *spec,
                uint64_t *out_action_id, struct error *err)
{
    bool is_ok =
        note(engine, err, "run %u query %s model %s explore %s fields %zu filters %zu\n", source,
             spec->query != NULL ? spec->query : "-", spec->model != NULL ? spec->model : "-",
             spec->explore != NULL ? spec->explore : "-", spec->field_count, spec->filter_count);
    run_spec_unref(spec);
    if (is_ok)
        *out_action_id = ++engine->last_action;
    return is_ok;
}

bool engine_want_parts(struct engine *engine, uint16_t source, const char *item_id,
                       struct error *err)
{
    return note(engine, err, "branches %u %s\n", source, item_id);
}

bool engine_dismiss(struct engine *engine, uint64_t action_id, struct error *err)
{
    return note(engine, err, "dismiss %llu\n", (unsigned long long)action_id);
}
