#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "engine/poller_internal.h"

static struct store *store_of(struct work *work)
{
    return work->source->poller->store;
}

struct merge_outcome poll_merge(struct store *store, uint16_t source, struct batch *batch,
                                int64_t asked_ms, int64_t now_ms)
{
    struct merge merge = {
        .source = source,
        .tasks = batch->tasks,
        .count = batch->task_count,
        .is_complete = batch->is_complete,
        .is_repeat = batch->is_repeat,
        .is_delta = batch->is_delta,
        .has_ended = batch->has_ended,
        .window_from_ms = batch->window_from_ms,
        .now_ms = now_ms,
        .asked_ms = asked_ms,
    };
    struct merge_outcome outcome;
    store_merge(store, &merge, &outcome);
    batch->task_count = 0;
    return outcome;
}

static struct merge_outcome merge_batch(struct work *work, struct batch *batch)
{
    return poll_merge(store_of(work), work->source->index, batch, work->asked_ms, clock_wall_ms());
}

/* ---- list ---- */

static void take_list(struct work *work, struct batch *batch, int64_t latency_ms)
{
    struct poll_source *source = work->source;
    struct source_status *status = poll_source_status(source);
    source->is_listing = false;
    struct merge_outcome outcome = merge_batch(work, batch);
    for (size_t i = 0; i < outcome.vanished_count; i++)
        work_add(source, OP_FATE, outcome.vanished[i], false);
    status->is_partial = batch->is_partial;
    snprintf(status->partial_reason, sizeof(status->partial_reason), "%s", batch->partial_reason);
    bool is_active = store_alive_count(store_of(work), source->index) > 0 || outcome.added > 0;
    merge_outcome_finish(&outcome);
    poll_source_note_success(source, is_active, latency_ms);
}

static void list_done(struct work *work, struct batch *batch, int64_t latency_ms)
{
    work->source->has_listed = true;
    work->source->list_refusals = 0;
    take_list(work, batch, latency_ms);
}

/* A list that was given before and is refused now: a server that is going down, or a proxy before
 * it, says so as well. Only when it stays so has the account lost its right. */
#define LIST_REFUSALS_MAX 4

static bool may_pass(struct poll_source *source, int64_t retry_after_ms)
{
    struct error err = {0};
    if (!source->has_listed || ++source->list_refusals >= LIST_REFUSALS_MAX)
        return false;
    error_set(&err, ERR_SERVICE,
              "the list is refused, which was given before; the service or a proxy may be failing");
    source->is_listing = false;
    poll_source_note_failure(source, &err, retry_after_ms);
    return true;
}

/* The account may not see the list. What it may see are its own tasks, one by one: for the store
 * that is an empty list, from which all that lives is missing and has to be asked for. */
static void list_forbidden(struct work *work, const struct error *err)
{
    struct batch empty;
    batch_init(&empty);
    empty.is_complete = true;
    empty.is_partial = true;
    work->source->has_listed = false;
    snprintf(empty.partial_reason, sizeof(empty.partial_reason), "%s", err->message);
    take_list(work, &empty, UNKNOWN);
    batch_finish(&empty);
}

static void list_failed(struct work *work, const struct batch *batch, const struct error *err,
                        int64_t retry_after_ms)
{
    (void)batch;
    if (err->code == ERR_FORBIDDEN) {
        if (!may_pass(work->source, retry_after_ms))
            list_forbidden(work, err);
        return;
    }
    work->source->is_listing = false;
    poll_source_note_failure(work->source, err, retry_after_ms);
}

/* ---- fate ---- */

static void tasks_done(struct work *work, struct batch *batch, int64_t latency_ms)
{
    (void)latency_ms;
    struct merge_outcome outcome = merge_batch(work, batch);
    merge_outcome_finish(&outcome);
}

static void fate_done(struct work *work, struct batch *batch, int64_t latency_ms)
{
    tasks_done(work, batch, latency_ms);
    poll_action_fate_known(work);
}

/* Not lost: the task is still missing from the next list and is asked for again then. */
static void fate_failed(struct work *work, const struct batch *batch, const struct error *err,
                        int64_t retry_after_ms)
{
    (void)batch, (void)retry_after_ms;
    log_warn(work->source->profile->name, "how %s ended is not known yet: %s",
             task_text_or_dash(work->task, TASK_ID), err->message);
    poll_action_fate_known(work);
}

/* ---- detail and result ---- */

/* A living task's detail is read again from time to time, a result that is not ready soon. */
#define DETAIL_REFRESH_MS 15000
#define RESULT_REFRESH_MS 1000

/* The answer is here; the next question, if the task is still wanted, is due in again_ms (UNKNOWN:
 * when its state changes). */
static void settle_want(struct want *want, const struct work *work, int64_t again_ms)
{
    if (strcmp(want->task_id, task_text(work->task, TASK_ID)) != 0)
        return;
    want->is_asking = false;
    want->next_ms = again_ms == UNKNOWN ? UNKNOWN : clock_mono_ms() + again_ms;
}

static void detail_done(struct work *work, struct batch *batch, int64_t latency_ms)
{
    settle_want(&work->source->detail, work,
                task_is_alive(work->task) ? DETAIL_REFRESH_MS : UNKNOWN);
    if (batch->detail)
        store_put_detail(store_of(work), batch->detail);
    batch->detail = NULL;
    tasks_done(work, batch, latency_ms);
}

/* What was known before stays; only when nothing was, the error takes its place. */
static void detail_failed(struct work *work, const struct batch *batch, const struct error *err,
                          int64_t retry_after_ms)
{
    (void)batch, (void)retry_after_ms;
    const char *id = task_text(work->task, TASK_ID);
    settle_want(&work->source->detail, work, DETAIL_REFRESH_MS);
    if (store_has_detail(store_of(work), work->source->index, id))
        return;
    struct task_detail *detail = task_detail_create(work->source->index, id);
    detail->error = *err;
    detail->fetched_ms = clock_wall_ms();
    store_put_detail(store_of(work), detail);
}

static void result_done(struct work *work, struct batch *batch, int64_t latency_ms)
{
    bool is_pending = batch->result && batch->result->state == RESULT_PENDING;
    settle_want(&work->source->result, work, is_pending ? RESULT_REFRESH_MS : UNKNOWN);
    if (batch->result)
        store_put_result(store_of(work), batch->result);
    batch->result = NULL;
    tasks_done(work, batch, latency_ms);
}

static void result_failed(struct work *work, const struct batch *batch, const struct error *err,
                          int64_t retry_after_ms)
{
    (void)batch, (void)retry_after_ms;
    settle_want(&work->source->result, work, UNKNOWN);
    if (store_has_rows(store_of(work), work->source->index, task_text(work->task, TASK_ID)))
        return;
    struct task_result *result =
        task_result_create(work->source->index, task_text(work->task, TASK_ID));
    result->state = RESULT_NONE;
    result->error = *err;
    result->fetched_ms = clock_wall_ms();
    store_put_result(store_of(work), result);
}

/* ---- items and their parts ---- */

static void items_done(struct work *work, struct batch *batch, int64_t latency_ms)
{
    (void)latency_ms;
    struct source_status *status = poll_source_status(work->source);
    work->source->is_items_asking = false;
    if (batch->workspace[0])
        snprintf(status->workspace, sizeof(status->workspace), "%s", batch->workspace);
    if (batch->items)
        store_set_items(store_of(work), work->source->index, batch->items);
    batch->items = NULL;
}

static void items_failed(struct work *work, const struct batch *batch, const struct error *err,
                         int64_t retry_after_ms)
{
    (void)batch, (void)retry_after_ms;
    work->source->is_items_asking = false;
    log_warn(work->source->profile->name, "items: %s", err->message);
    if (store_has_items(store_of(work), work->source->index))
        return; /* what was known is better than nothing */
    struct item_list *list = item_list_create(NULL);
    list->error = *err;
    list->fetched_ms = clock_wall_ms();
    store_set_items(store_of(work), work->source->index, list);
}

static void parts_done(struct work *work, struct batch *batch, int64_t latency_ms)
{
    (void)latency_ms;
    if (batch->parts)
        store_set_parts(store_of(work), work->source->index, batch->parts);
    batch->parts = NULL;
}

static void parts_failed(struct work *work, const struct batch *batch, const struct error *err,
                         int64_t retry_after_ms)
{
    (void)batch, (void)retry_after_ms;
    struct item_list *list = item_list_create(work->item_id);
    list->error = *err;
    list->fetched_ms = clock_wall_ms();
    store_set_parts(store_of(work), work->source->index, list);
}

/* ---- history ---- */

/* What the history alone knows exactly is put into what the list told of the task. */
static struct task *complete_task(const struct task *known, const struct task *past)
{
    struct task_draft draft;
    task_draft_init(&draft);
    task_draft_copy(&draft, known);
    draft.facts.state = past->state;
    draft.facts.flags = (uint8_t)(past->flags | (known->flags & TASK_SQL_IS_CUT));
    draft.facts.ended_ms = past->ended_ms;
    draft.facts.elapsed_ms = past->elapsed_ms;
    draft.facts.observed_ms = past->observed_ms;
    if (draft.facts.created_ms == UNKNOWN)
        draft.facts.created_ms = past->created_ms;
    task_draft_set_text(&draft, TASK_STATE_RAW, task_text(past, TASK_STATE_RAW));
    if (task_is_alive(known) || !task_text(known, TASK_MESSAGE))
        task_draft_set_text(&draft, TASK_MESSAGE, task_text(past, TASK_MESSAGE));
    struct task *task = task_create(&draft);
    task_draft_finish(&draft);
    return task;
}

static void note_past(struct work *work, enum source_past past)
{
    poll_source_status(work->source)->past = past;
    store_touch(store_of(work));
}

static void history_done(struct work *work, struct batch *batch, int64_t latency_ms)
{
    note_past(work, PAST_KNOWN);
    for (size_t i = 0; i < batch->task_count; i++) {
        struct task *past = batch->tasks[i];
        const struct task *known =
            store_find(store_of(work), work->source->index, task_text(past, TASK_ID));
        if (!known)
            continue;
        batch->tasks[i] = complete_task(known, past);
        task_unref(past);
    }
    tasks_done(work, batch, latency_ms);
}

/* Only with the right to it, and otherwise silent: where the answer is no, only another login asks
 * again. */
static void history_failed(struct work *work, const struct batch *batch, const struct error *err,
                           int64_t retry_after_ms)
{
    (void)batch, (void)retry_after_ms;
    log_info(work->source->profile->name, "no history: %s", err->message);
    bool is_no = err->code == ERR_FORBIDDEN || err->code == ERR_NO;
    if (is_no || poll_source_status(work->source)->past != PAST_KNOWN)
        note_past(work, is_no ? PAST_NONE : PAST_MISSED);
    work->source->history_next_ms = is_no ? UNKNOWN : clock_mono_ms() + POLL_HISTORY_REFRESH_MS;
}

/* ---- actions ---- */

static void action_done(struct work *work, struct batch *batch, int64_t latency_ms)
{
    struct source_status *status = poll_source_status(work->source);
    tasks_done(work, batch, latency_ms);
    if (batch->workspace[0])
        snprintf(status->workspace, sizeof(status->workspace), "%s", batch->workspace);
    if (batch->report)
        store_set_report(store_of(work), work->source->index, batch->report);
    batch->report = NULL;
    poll_action_done(work, batch);
}

static void action_failed(struct work *work, const struct batch *batch, const struct error *err,
                          int64_t retry_after_ms)
{
    (void)retry_after_ms;
    poll_action_failed(work, batch, err);
}

/* OP_LOGIN and OP_LOGOUT never get here: they are about the way, not about tasks. */
static const struct {
    void (*done)(struct work *work, struct batch *batch, int64_t latency_ms);
    void (*failed)(struct work *work, const struct batch *batch, const struct error *err,
                   int64_t retry_after_ms);
} handlers[OP_COUNT] = {
    [OP_LIST] = {list_done, list_failed},       [OP_FATE] = {fate_done, fate_failed},
    [OP_DETAIL] = {detail_done, detail_failed}, [OP_RESULTS] = {result_done, result_failed},
    [OP_CANCEL] = {action_done, action_failed}, [OP_HIDE] = {action_done, action_failed},
    [OP_RETRY] = {action_done, action_failed},  [OP_RUN] = {action_done, action_failed},
    [OP_ITEMS] = {items_done, items_failed},    [OP_PARTS] = {parts_done, parts_failed},
    [OP_ITEM] = {action_done, action_failed},   [OP_HISTORY] = {history_done, history_failed},
};

void poll_op_done(struct work *work, struct batch *batch, int64_t latency_ms)
{
    if (handlers[work->job.op].done)
        handlers[work->job.op].done(work, batch, latency_ms);
}

void poll_op_page(struct work *work, struct batch *batch)
{
    bool is_told = work->job.op == OP_LIST || work->job.op == OP_DETAIL;
    if (is_told && batch->task_count)
        tasks_done(work, batch, UNKNOWN);
}

void poll_op_failed(struct work *work, const struct batch *batch, const struct error *err,
                    int64_t retry_after_ms)
{
    if (handlers[work->job.op].failed)
        handlers[work->job.op].failed(work, batch, err, retry_after_ms);
}
