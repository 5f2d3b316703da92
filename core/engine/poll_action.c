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

static bool write_audit(struct poller *poller, const struct action_record *record,
                        const struct run_spec *spec, struct error *err)
{
    const struct poll_source *source = &poller->sources[record->source];
    const struct audit_entry entry = {
        .profile = source->profile,
        .status = store_source(poller->store, record->source),
        .record = record,
        .task = store_find(poller->store, record->source, record->task_id),
        .spec = spec,
    };
    return audit_write(&poller->audit, &entry, err);
}

/* For the log. */
static const char *target_of(const struct action_record *record)
{
    return record->task_id[0]   ? record->task_id
           : record->item_id[0] ? record->item_id
                                : "a new task";
}

/* What has happened has happened: that it is not recorded is said beside it. */
static void note_state(struct poller *poller, struct action_record *record)
{
    struct error err = {0};
    if (write_audit(poller, record, NULL, &err))
        return;
    size_t length = strlen(record->words);
    snprintf(record->words + length, sizeof(record->words) - length, "%snot recorded: %s",
             length ? "; " : "", err.message);
    log_error("action", "%s of %s is not recorded: %s", action_infos[record->kind].name,
              target_of(record), err.message);
}

static void change_state(struct poller *poller, struct action_record *record,
                         enum action_state state, enum error_code code, const char *words)
{
    record->state = state;
    record->code = code;
    record->changed_ms = clock_wall_ms();
    if (words && words[0])
        sanitize_line(record->words, sizeof(record->words), words);
    store_touch(poller->store);
    log_info("action", "%s of %s: %s%s%s", action_infos[record->kind].name, target_of(record),
             action_state_name(state), record->words[0] ? ": " : "", record->words);
}

static void set_state(struct poller *poller, struct action_record *record, enum action_state state,
                      enum error_code code, const char *words)
{
    change_state(poller, record, state, code, words);
    note_state(poller, record);
}

/* ---- start ---- */

static const enum op ops[ACTION_KIND_COUNT] = {
    [ACTION_CANCEL] = OP_CANCEL,
    [ACTION_RETRY] = OP_RETRY,
    [ACTION_HIDE] = OP_HIDE,
    [ACTION_RUN] = OP_RUN,
    [ACTION_SWITCH_WORKSPACE] = OP_ITEM,
    [ACTION_CHECKOUT] = OP_ITEM,
    [ACTION_TEST_GIT] = OP_ITEM,
    [ACTION_VALIDATE] = OP_ITEM,
    [ACTION_RESET_TO_PRODUCTION] = OP_ITEM,
    [ACTION_RESET_TO_REMOTE] = OP_ITEM,
    [ACTION_DEPLOY] = OP_ITEM,
    [ACTION_ENABLE] = OP_ITEM,
    [ACTION_DISABLE] = OP_ITEM,
    [ACTION_TRIGGER] = OP_ITEM,
    [ACTION_READ_RUN] = OP_ITEM,
    [ACTION_CANCEL_RUN] = OP_ITEM,
};

/* Another request of the same kind about the same thing whose effect may still come. */
static bool is_under_way(struct poller *poller, const struct action_record *record)
{
    bool is_on_run = record->kind == ACTION_READ_RUN || record->kind == ACTION_CANCEL_RUN;
    if (record->kind == ACTION_RUN)
        return false;
    for (size_t i = 0; i < store_action_count(poller->store); i++) {
        const struct action_record *other = store_action_at(poller->store, i);
        bool is_open = other->state == ACTION_ASKED || other->state == ACTION_ACCEPTED;
        if (other->id != record->id && other->kind == record->kind &&
            other->source == record->source && is_open &&
            strcmp(other->task_id, record->task_id) == 0 &&
            strcmp(other->item_id, record->item_id) == 0 &&
            (!is_on_run || strcmp(other->argument, record->argument) == 0))
            return true;
    }
    return false;
}

/* What the profile, the provider and the workspace have to say. False: err says why not. */
static bool is_allowed(struct poll_source *source, const struct action_record *record,
                       struct error *err)
{
    const struct action_info *info = &action_infos[record->kind];
    const struct source_status *status = poll_source_status(source);
    if (info->class != ACTION_CLASS_OWN && !source_allows_actions(status, clock_wall_ms(), err))
        return false;
    if (!source->provider || !(source->provider->ops->caps & info->cap))
        return error_set(err, ERR_NO, "this service can not do that");
    if (info->needs_dev && strcmp(status->workspace, "production") == 0)
        return error_set(err, ERR_NO, "only in a dev workspace; switch the workspace first");
    const struct item *item =
        info->target == TARGET_ITEM
            ? store_find_item(source->poller->store, source->index, info->item, record->item_id)
            : NULL;
    if (item && !item_allows(item, record->kind, err))
        return false;
    if (is_under_way(source->poller, record))
        return error_set(err, ERR_NO, "the same was asked a moment ago");
    return true;
}

/* "deploy: not allowed" of a record that says itself that it is about a deploy. */
static const char *without_name(const struct action_record *record, const char *message)
{
    size_t length = strlen(action_infos[record->kind].name);
    bool has_name = strncmp(message, action_infos[record->kind].name, length) == 0 &&
                    strncmp(message + length, ": ", 2) == 0;
    return message + (has_name ? length + 2 : 0);
}

/* All that can be said without asking the service. False: the record says why. A task that is on no
 * list we saw is asked about all the same: the service knows. */
static bool may_start(struct poll_source *source, struct action_record *record,
                      const struct task *task)
{
    const struct action_info *info = &action_infos[record->kind];
    struct error err = {0};
    if (!is_allowed(source, record, &err)) {
        set_state(source->poller, record, ACTION_REFUSED, err.code,
                  without_name(record, err.message));
        return false;
    }
    if (task && record->kind == ACTION_CANCEL && !task_is_alive(task)) {
        set_state(source->poller, record, ACTION_ALREADY_ENDED, ERR_NO,
                  task_states[task->state].name);
        return false;
    }
    if (task && info->task_flag && !(task->flags & info->task_flag)) {
        set_state(source->poller, record, ACTION_REFUSED, ERR_FORBIDDEN, info->refusal);
        return false;
    }
    return true;
}

/* A spec may say what only another kind of service knows. */
static bool may_run(struct poll_source *source, struct action_record *record,
                    const struct run_spec *spec)
{
    struct error err = {0};
    if (!spec || run_spec_suits(spec, poll_source_status(source)->caps, &err))
        return true;
    set_state(source->poller, record, ACTION_REFUSED, err.code, err.message);
    return false;
}

static struct action_record *add_record(struct poll_source *source, const struct command *command)
{
    struct store *store = source->poller->store;
    struct action_record *record =
        store_add_action(store, command->action, command->action_id, source->index,
                         command->task_id, clock_wall_ms());
    snprintf(record->item_id, sizeof(record->item_id), "%s", command->item_id);
    snprintf(record->argument, sizeof(record->argument), "%s", command->argument);
    return record;
}

/* Before anything is sent: what can not be recorded is not done. */
static bool record_start(struct poll_source *source, struct action_record *record,
                         const struct command *command)
{
    struct error err = {0};
    char words[sizeof(record->words)];
    if (write_audit(source->poller, record, command->spec, &err))
        return true;
    snprintf(words, sizeof(words), "the audit log can not be written (%s)", err.message);
    change_state(source->poller, record, ACTION_REFUSED, err.code, words);
    return false;
}

void poll_action_start(struct poll_source *source, const struct command *command)
{
    struct action_record *record = add_record(source, command);
    bool has_task = action_infos[command->action].target == TARGET_TASK;
    const struct task *known =
        has_task ? store_find(source->poller->store, source->index, command->task_id) : NULL;
    if (!may_start(source, record, known) || !may_run(source, record, command->spec) ||
        !record_start(source, record, command))
        return;
    poll_budget_by_hand(source);
    struct task *task = has_task ? poll_source_task(source, command->task_id) : NULL;
    struct work *work = work_add(source, ops[command->action], task, true);
    work->action_id = command->action_id;
    work->job.action = command->action;
    work_set_item(work, command->item_id, command->argument);
    if (command->spec)
        work->job.spec = work->spec = run_spec_ref(command->spec);
    task_unref(task);
}

/* ---- the service's answer ---- */

/* Looks at the task right away, also while polling is paused: a person waits. */
static void look_again(struct poll_source *source)
{
    source->is_list_forced = true;
    poll_source_hurry(source, LOOK_AGAIN_MS);
}

static void cancel_answered(struct work *work, struct action_record *record,
                            const struct batch *batch)
{
    struct poll_source *source = work->source;
    switch (batch->cancel) {
    case CANCEL_ACCEPTED:
        set_state(source->poller, record, ACTION_ACCEPTED, ERR_NONE, batch->words);
        look_again(source);
        break;
    case CANCEL_ENDED:
        /* "No such query" may as well mean "not yours to stop": the task itself tells. */
        sanitize_line(record->words, sizeof(record->words), batch->words);
        work_add(source, OP_FATE, work->task, true)->action_id = record->id;
        break;
    case CANCEL_FORBIDDEN:
        set_state(source->poller, record, ACTION_REFUSED, ERR_FORBIDDEN, batch->words);
        break;
    case CANCEL_UNSUPPORTED:
        set_state(source->poller, record, ACTION_REFUSED, ERR_NO, batch->words);
        break;
    }
}

void poll_action_fate_known(struct work *work)
{
    struct poller *poller = work->source->poller;
    struct action_record *record = store_action(poller->store, work->action_id);
    if (!record || action_is_final(record->state))
        return;
    const struct task *task = store_find(poller->store, record->source, record->task_id);
    bool is_running = task && task_is_alive(task) && task->state != TASK_UNKNOWN;
    if (is_running)
        set_state(poller, record, ACTION_REFUSED, ERR_FORBIDDEN, NULL);
    else
        set_state(poller, record, ACTION_ALREADY_ENDED, ERR_NO,
                  task ? task_states[task->state].name : NULL);
}

/* The service shows it to nobody from now on, unless the profile asks for such tasks, too. */
static void hide_answered(struct work *work, struct action_record *record,
                          const struct batch *batch)
{
    struct poll_source *source = work->source;
    set_state(source->poller, record, ACTION_CONFIRMED, ERR_NONE, batch->words);
    if (!source->profile->include_soft_deleted)
        store_forget(source->poller->store, source->index, record->task_id);
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

/* Retry and run: a new task. */
static void start_answered(struct work *work, struct action_record *record,
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
    if (work->task)
        link_retry(work, batch->new_task_id);
    look_again(source);
}

/* What it changed is worth another look. */
static void item_answered(struct work *work, struct action_record *record,
                          const struct batch *batch)
{
    struct poll_source *source = work->source;
    set_state(source->poller, record, ACTION_CONFIRMED, ERR_NONE, batch->words);
    if (source->items_next_ms != UNKNOWN && record->kind != ACTION_READ_RUN)
        source->items_next_ms = clock_mono_ms();
    if (record->kind == ACTION_CANCEL_RUN || record->kind == ACTION_TRIGGER)
        work_set_item(work_add(source, OP_PARTS, NULL, true), record->item_id, "");
}

void poll_action_done(struct work *work, struct batch *batch)
{
    static void (*const answered[OP_COUNT])(struct work *, struct action_record *,
                                            const struct batch *) = {
        [OP_CANCEL] = cancel_answered, [OP_HIDE] = hide_answered, [OP_RETRY] = start_answered,
        [OP_RUN] = start_answered,     [OP_ITEM] = item_answered,
    };
    struct action_record *record = store_action(work->source->poller->store, work->action_id);
    if (record)
        answered[work->job.op](work, record, batch);
}

void poll_action_failed(struct work *work, const struct batch *batch, const struct error *err)
{
    struct action_record *record = store_action(work->source->poller->store, work->action_id);
    if (!record)
        return;
    bool is_refusal = err->code == ERR_FORBIDDEN || err->code == ERR_LOGIN || err->code == ERR_NO;
    if (batch)
        snprintf(record->field, sizeof(record->field), "%s", batch->field);
    set_state(work->source->poller, record, is_refusal ? ACTION_REFUSED : ACTION_FAILED, err->code,
              without_name(record, err->message));
    /* Whether the request arrived is not known: the list tells. */
    look_again(work->source);
}

/* ---- what became of it ---- */

static void track_one(struct poller *poller, struct action_record *record)
{
    const struct task *task = store_find(poller->store, record->source, record->task_id);
    if (task && task->state == TASK_EXPIRED) {
        set_state(poller, record, ACTION_CONFIRMED, ERR_NONE,
                  "it is gone from the list; how it ended is not known");
        return;
    }
    if (task && !task_is_alive(task)) {
        bool is_cancelled = task->state == TASK_CANCELLED;
        set_state(poller, record, is_cancelled ? ACTION_CONFIRMED : ACTION_ALREADY_ENDED,
                  is_cancelled ? ERR_NONE : ERR_NO,
                  is_cancelled ? NULL : task_states[task->state].name);
        return;
    }
    /* "Still running" is what a list said that is younger than the cancel, not what we remember. */
    int64_t list_ms = store_source(poller->store, record->source)->data_ms;
    if (record->state == ACTION_ACCEPTED && list_ms != UNKNOWN &&
        list_ms - record->changed_ms >= STILL_RUNNING_MS)
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
        track_one(poller, record);
        if (record->state != ACTION_ACCEPTED)
            continue;
        store_doubt(poller->store, record->source, record->task_id);
        /* A pause does not keep the answer from who waits for it. */
        poller->sources[record->source].is_list_forced = true;
        next_ms = wall_ms + STILL_RUNNING_MS;
    }
    return next_ms;
}
