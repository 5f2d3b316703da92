#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/sanitize.h"
#include "engine/poller_internal.h"

/* After a cancel was accepted the list is read again this soon... */
#define LOOK_AGAIN_MS 300
/* ...and the task is called "still running" when it is alive this long afterwards. */
#define STILL_RUNNING_MS 5000

static void set_state(struct poller *poller, struct action_record *record, enum action_state state,
                      enum error_code code, const char *words)
{
    record->state = state;
    record->code = code;
    record->changed_ms = clock_wall_ms();
    if (words && words[0])
        sanitize_line(record->words, sizeof(record->words), words);
    store_touch(poller->store);
    log_info("action", "%s of %s: state %d%s%s", action_kind_name(record->kind), record->task_id,
             state, record->words[0] ? ": " : "", record->words);
}

/* ---- start ---- */

static const struct {
    enum op op;
    enum task_flag needed;
    unsigned cap;
    const char *refusal;
} kinds[ACTION_KIND_COUNT] = {
    [ACTION_CANCEL] = {OP_CANCEL, TASK_CAN_CANCEL, CAP_CANCEL, "the service does not allow it"},
    [ACTION_RETRY] = {OP_RETRY, TASK_CAN_RETRY, CAP_RETRY,
                      "it has no query that could be run again"},
};

/* Another request of the same kind that is not at its end. */
static bool is_under_way(struct poller *poller, const struct action_record *record)
{
    for (size_t i = 0; i < store_action_count(poller->store); i++) {
        const struct action_record *other = store_action_at(poller->store, i);
        if (other->id != record->id && other->kind == record->kind &&
            other->source == record->source && !action_is_final(other->state) &&
            strcmp(other->task_id, record->task_id) == 0)
            return true;
    }
    return false;
}

/* All that can be said without asking the service. False: the record says why. A task that is on no
 * list we saw is asked about all the same: the service knows. */
static bool may_start(struct poll_source *source, struct action_record *record,
                      const struct task *task)
{
    struct poller *poller = source->poller;
    struct error err = {0};
    if (!source_allows_actions(poll_source_status(source), clock_wall_ms(), &err)) {
        set_state(poller, record, ACTION_REFUSED, err.code, err.message);
        return false;
    }
    if (!source->provider || !(source->provider->ops->caps & kinds[record->kind].cap)) {
        set_state(poller, record, ACTION_REFUSED, ERR_NO, "this service can not do that");
        return false;
    }
    if (is_under_way(poller, record)) {
        set_state(poller, record, ACTION_REFUSED, ERR_NO, "the same was asked a moment ago");
        return false;
    }
    if (task && record->kind == ACTION_CANCEL && !task_is_alive(task)) {
        set_state(poller, record, ACTION_ALREADY_ENDED, ERR_NO, task_states[task->state].name);
        return false;
    }
    if (task && !(task->flags & kinds[record->kind].needed)) {
        set_state(poller, record, ACTION_REFUSED, ERR_FORBIDDEN, kinds[record->kind].refusal);
        return false;
    }
    return true;
}

void poll_action_start(struct poll_source *source, const struct command *command)
{
    struct poller *poller = source->poller;
    enum action_kind kind = command->kind == COMMAND_CANCEL ? ACTION_CANCEL : ACTION_RETRY;
    struct action_record *record =
        store_add_action(poller->store, kind, command->action_id, source->index, command->task_id,
                         clock_wall_ms());
    const struct task *known = store_find(poller->store, source->index, command->task_id);
    if (!may_start(source, record, known))
        return;
    struct task *task = poll_source_task(source, command->task_id);
    work_add(source, kinds[kind].op, task, true)->action_id = command->action_id;
    task_unref(task);
}

/* ---- the service's answer ---- */

static void cancel_answered(struct work *work, struct action_record *record,
                            const struct batch *batch)
{
    struct poll_source *source = work->source;
    static const struct {
        enum action_state state;
        enum error_code code;
    } answers[] = {
        [CANCEL_ACCEPTED] = {ACTION_ACCEPTED, ERR_NONE},
        [CANCEL_ENDED] = {ACTION_ALREADY_ENDED, ERR_NO},
        [CANCEL_FORBIDDEN] = {ACTION_REFUSED, ERR_FORBIDDEN},
        [CANCEL_UNSUPPORTED] = {ACTION_REFUSED, ERR_NO},
    };
    set_state(source->poller, record, answers[batch->cancel].state, answers[batch->cancel].code,
              batch->words);
    if (batch->cancel == CANCEL_ACCEPTED)
        poll_source_hurry(source, LOOK_AGAIN_MS);
    if (batch->cancel == CANCEL_ENDED)
        work_add(source, OP_FATE, work->task, false);
}

/* Links old and new, so that either row can name the other. */
static void link_retry(struct work *work, const char *new_id)
{
    struct store *store = work->source->poller->store;
    const struct {
        const char *id;
        enum task_text link;
        const char *other;
    } ends[] = {
        {task_text(work->task, TASK_ID), TASK_RETRIED_AS, new_id},
        {new_id, TASK_RETRY_OF, task_text(work->task, TASK_ID)},
    };
    struct task_draft draft;
    task_draft_init(&draft);
    for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
        const struct task *task = store_find(store, work->source->index, ends[i].id);
        if (!task)
            continue;
        task_draft_copy(&draft, task);
        task_draft_set_text(&draft, ends[i].link, ends[i].other);
        store_put(store, task_create(&draft), clock_wall_ms());
    }
    task_draft_finish(&draft);
}

static void retry_answered(struct work *work, struct action_record *record,
                           const struct batch *batch)
{
    struct poll_source *source = work->source;
    if (!batch->new_task_id[0]) {
        set_state(source->poller, record, ACTION_FAILED, ERR_SERVICE,
                  batch->words[0] ? batch->words : "the service named no new task");
        return;
    }
    snprintf(record->new_task_id, sizeof(record->new_task_id), "%s", batch->new_task_id);
    set_state(source->poller, record, ACTION_CONFIRMED, ERR_NONE, batch->words);
    link_retry(work, batch->new_task_id);
    poll_source_hurry(source, LOOK_AGAIN_MS);
}

void poll_action_done(struct work *work, struct batch *batch)
{
    struct action_record *record = store_action(work->source->poller->store, work->action_id);
    if (!record)
        return;
    if (record->kind == ACTION_CANCEL)
        cancel_answered(work, record, batch);
    else
        retry_answered(work, record, batch);
}

void poll_action_failed(struct work *work, const struct error *err)
{
    struct action_record *record = store_action(work->source->poller->store, work->action_id);
    if (!record)
        return;
    bool is_refusal = err->code == ERR_FORBIDDEN || err->code == ERR_LOGIN;
    set_state(work->source->poller, record, is_refusal ? ACTION_REFUSED : ACTION_FAILED, err->code,
              err->message);
    /* Whether the request arrived is not known: the list tells. */
    poll_source_hurry(work->source, LOOK_AGAIN_MS);
}

/* ---- what became of it ---- */

static void track_one(struct poller *poller, struct action_record *record, int64_t wall_ms)
{
    const struct task *task = store_find(poller->store, record->source, record->task_id);
    if (task && !task_is_alive(task)) {
        bool is_cancelled = task->state == TASK_CANCELLED || task->state == TASK_EXPIRED;
        set_state(poller, record, is_cancelled ? ACTION_CONFIRMED : ACTION_ALREADY_ENDED,
                  is_cancelled ? ERR_NONE : ERR_NO,
                  is_cancelled ? NULL : task_states[task->state].name);
        return;
    }
    if (record->state == ACTION_ACCEPTED && wall_ms - record->changed_ms >= STILL_RUNNING_MS)
        set_state(poller, record, ACTION_STILL_RUNNING, ERR_NO, NULL);
}

int64_t poll_action_track(struct poller *poller, int64_t wall_ms)
{
    int64_t next_ms = UNKNOWN;
    for (size_t i = 0; i < store_action_count(poller->store); i++) {
        struct action_record *record = store_action_at(poller->store, i);
        bool is_waiting = record->state == ACTION_ACCEPTED || record->state == ACTION_STILL_RUNNING;
        if (record->kind != ACTION_CANCEL || !is_waiting)
            continue;
        track_one(poller, record, wall_ms);
        if (record->state == ACTION_ACCEPTED)
            next_ms = wall_ms + STILL_RUNNING_MS;
    }
    return next_ms;
}
