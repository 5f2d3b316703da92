#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "engine/config_keys.h"
#include "engine/poller_internal.h"

#define CONNECT_TIMEOUT_MS   10000
#define ITEMS_REFRESH_MS     60000
#define BACKOFF_MAX_MS       60000
#define LOGIN_BACKOFF_MAX_MS 300000
#define IDLE_FACTOR          3
/* A service that asks for a longer silence is asked again all the same. */
#define HOLD_MAX_MS (15 * 60 * 1000)

struct source_status *poll_source_status(struct poll_source *source)
{
    return store_source(source->poller->store, source->index);
}

/* "https://acme.example:19999" -> "acme.example:19999" */
static void copy_host(char *out, size_t size, const char *url)
{
    const char *host = strstr(url, "://");
    host = host ? host + 3 : url;
    snprintf(out, size, "%.*s", (int)strcspn(host, "/"), host);
}

void poll_source_init(struct poll_source *source, struct poller *poller, uint16_t index,
                      const struct profile *profile)
{
    int64_t mono_ms = clock_mono_ms();
    *source = (struct poll_source){
        .poller = poller,
        .index = index,
        .profile = profile,
        .http =
            {
                .verify_tls = profile->verify_tls,
                .ca_file = profile->ca_file,
                .accept_gzip = true,
                .connect_timeout_ms = CONNECT_TIMEOUT_MS,
                .timeout_ms = profile->timeout_ms,
            },
        .items_next_ms = UNKNOWN,
        .detail.next_ms = UNKNOWN,
        .result.next_ms = UNKNOWN,
    };
    schedule_init(&source->schedule, profile->poll_ms, mono_ms);
    source->schedule.idle_factor = IDLE_FACTOR;
    source->schedule.max_backoff_ms = BACKOFF_MAX_MS;

    struct source_status *status = poll_source_status(source);
    snprintf(status->profile, sizeof(status->profile), "%s", profile->name);
    snprintf(status->provider, sizeof(status->provider), "%s", profile->provider);
    copy_host(status->host, sizeof(status->host), profile->base_url);
    status->mode = profile->mode;
    status->verify_tls = profile->verify_tls;
    status->state = SOURCE_STARTING;
    status->interval_ms = profile->poll_ms;
    status->latency_ms = UNKNOWN;
    status->data_ms = UNKNOWN;
    status->next_try_ms = UNKNOWN;
    status->stale_at_ms = UNKNOWN;
    status->armed_until_ms = UNKNOWN;
    poll_budget_init(source);

    struct error err = {0};
    if (profile->problem.code == ERR_NONE)
        source->provider = provider_create(profile, index, &err);
    else
        err = profile->problem;
    source->history_next_ms = UNKNOWN;
    if (source->provider) {
        status->caps = source->provider->ops->caps;
        if (status->caps & CAP_HISTORY) {
            source->history_next_ms = mono_ms;
            status->past = PAST_AWAITED;
        }
    } else {
        status->state = SOURCE_DISABLED;
        status->error = err;
    }
    char id[LIMIT_ID_BYTES];
    for (const char *at = profile->watch_tasks; (at = config_next_watched(at, id)) != NULL;)
        poll_source_watch(source, id);
}

void poll_source_watch(struct poll_source *source, const char *task_id)
{
    store_put(source->poller->store, poll_source_task(source, task_id), clock_wall_ms());
}

void poll_source_finish(struct poll_source *source)
{
    provider_destroy(source->provider);
}

/* ---- how it goes ---- */

/* The next answer counts as overdue after this many intervals, but not within a hiccup. */
#define STALE_INTERVALS 2
#define STALE_MIN_MS    1500

void poll_source_note_plan(struct poll_source *source)
{
    struct source_status *status = poll_source_status(source);
    int64_t in_ms = source->schedule.next_ms - clock_mono_ms();
    int64_t grace_ms = STALE_INTERVALS * source->schedule.interval_ms;
    status->next_try_ms = clock_wall_ms() + (in_ms > 0 ? in_ms : 0);
    status->stale_at_ms = status->next_try_ms + (grace_ms > STALE_MIN_MS ? grace_ms : STALE_MIN_MS);
    if (source->spent) {
        status->next_try_ms = clock_wall_ms() + source->budget_until_ms - clock_mono_ms();
        status->stale_at_ms = UNKNOWN;
    }
    if (status->is_paused && !source->is_list_forced)
        status->next_try_ms = status->stale_at_ms = UNKNOWN;
}

void poll_source_note_success(struct poll_source *source, bool is_active, int64_t latency_ms)
{
    struct source_status *status = poll_source_status(source);
    if (status->state != SOURCE_OK)
        log_info(source->profile->name, "ok again");
    source->schedule.max_backoff_ms = BACKOFF_MAX_MS;
    schedule_success(&source->schedule, is_active, clock_mono_ms(), poller_random(source->poller));
    status->state = SOURCE_OK;
    error_clear(&status->error);
    if (latency_ms != UNKNOWN)
        status->latency_ms = latency_note(&source->latency, latency_ms);
    status->data_ms = clock_wall_ms();
    poll_source_note_plan(source);
    store_touch(source->poller->store);
}

static enum source_state state_for(enum error_code code)
{
    switch (code) {
    case ERR_LOGIN:
        return SOURCE_LOGIN;
    case ERR_LIMITED:
        return SOURCE_LIMITED;
    default:
        return SOURCE_ERROR;
    }
}

void poll_source_note_failure(struct poll_source *source, const struct error *err,
                              int64_t retry_after_ms)
{
    struct source_status *status = poll_source_status(source);
    log_warn(source->profile->name, "%s", err->message);
    bool is_refused = err->code == ERR_LOGIN || err->code == ERR_FORBIDDEN;
    source->schedule.max_backoff_ms = is_refused ? LOGIN_BACKOFF_MAX_MS : BACKOFF_MAX_MS;
    schedule_failure(&source->schedule, retry_after_ms < HOLD_MAX_MS ? retry_after_ms : HOLD_MAX_MS,
                     clock_mono_ms(), poller_random(source->poller));
    status->state = state_for(err->code);
    status->error = *err;
    poll_source_note_plan(source);
    store_touch(source->poller->store);
}

void poll_source_hold(struct poll_source *source, int64_t retry_after_ms)
{
    int64_t pause_ms = retry_after_ms < HOLD_MAX_MS ? retry_after_ms : HOLD_MAX_MS;
    int64_t until_ms = clock_mono_ms() + pause_ms;
    if (until_ms > source->hold_until_ms)
        source->hold_until_ms = until_ms;
}

void poll_source_hurry(struct poll_source *source, int64_t delay_ms)
{
    schedule_hurry(&source->schedule, delay_ms, clock_mono_ms());
    poll_source_note_plan(source);
}

/* ---- what is due ---- */

struct task *poll_source_task(const struct poll_source *source, const char *id)
{
    const struct task *known = store_find(source->poller->store, source->index, id);
    if (known)
        return task_ref(known);
    struct task_draft draft;
    task_draft_init(&draft);
    draft.facts.source = source->index;
    draft.facts.observed_ms = clock_wall_ms();
    task_draft_set_text(&draft, TASK_ID, id);
    struct task *named = task_create(&draft);
    task_draft_finish(&draft);
    return named;
}

/* A service's clock is known to within this, and its list takes no longer to be told of. */
#define SCOPE_SLACK_MS 60000

static const struct filter_scope *find_scope(struct poll_source *source)
{
    const struct filter *wanted = source->poller->wanted;
    int64_t ahead_ms = poll_source_status(source)->clock_ahead_ms;
    if (!wanted)
        return NULL;
    source->scope = filter_scope(wanted, clock_wall_ms() + ahead_ms - SCOPE_SLACK_MS);
    return &source->scope;
}

/* Before all that waits: however many ended tasks are asked after, new ones are seen in time. */
static void start_list(struct poll_source *source)
{
    source->is_listing = true;
    source->is_list_forced = false;
    poll_source_status(source)->next_try_ms = UNKNOWN;
    struct job *job = &work_add(source, OP_LIST, NULL, true)->job;
    job->wants_all = source->wants_all;
    job->scope = find_scope(source);
    source->wants_all = false;
}

/* Asks for a wanted detail or result: once, again when the task's state changed, and when its
 * answer said that it is worth asking again. */
static void tick_want(struct poll_source *source, struct want *want, enum op op, int64_t mono_ms)
{
    if (!want->task_id[0] || want->is_asking)
        return;
    const struct task *task = store_find(source->poller->store, source->index, want->task_id);
    int state = task ? (int)task->state : TASK_UNKNOWN;
    bool is_paused = poll_source_status(source)->is_paused;
    bool is_due = want->next_ms != UNKNOWN && mono_ms >= want->next_ms && !is_paused;
    if (want->asked_state == state && !is_due)
        return;

    want->is_asking = true;
    want->asked_state = state;
    want->next_ms = UNKNOWN;
    struct task *named = poll_source_task(source, want->task_id);
    work_add(source, op, named, true)->job.wants_raw = want->wants_raw;
    task_unref(named);
}

/* Arming runs out by the monotonic clock; what people see follows, also when the wall clock is set.
 */
static void tick_arming(struct poll_source *source, int64_t mono_ms)
{
    struct source_status *status = poll_source_status(source);
    if (!source->armed_until_ms)
        return;
    int64_t left_ms = source->armed_until_ms - mono_ms;
    int64_t until_ms = clock_wall_ms() + left_ms;
    if (left_ms > 0 && llabs(until_ms - status->armed_until_ms) < 1000)
        return;
    if (left_ms <= 0)
        source->armed_until_ms = 0;
    status->armed_until_ms = left_ms > 0 ? until_ms : UNKNOWN;
    store_touch(source->poller->store);
}

void poll_source_arm(struct poll_source *source, int64_t duration_ms)
{
    struct source_status *status = poll_source_status(source);
    if (status->mode != MODE_ARMED)
        return;
    source->armed_until_ms = duration_ms ? clock_mono_ms() + duration_ms : 0;
    status->armed_until_ms = duration_ms ? clock_wall_ms() + duration_ms : UNKNOWN;
}

void poll_source_tick(struct poll_source *source, int64_t mono_ms)
{
    tick_arming(source, mono_ms);
    if (!source->provider || !poll_budget_check(source, mono_ms) || mono_ms < source->hold_until_ms)
        return;
    bool is_paused = poll_source_status(source)->is_paused && !source->is_list_forced;
    if (!source->is_listing && !is_paused && schedule_is_due(&source->schedule, mono_ms))
        start_list(source);

    tick_want(source, &source->detail, OP_DETAIL, mono_ms);
    tick_want(source, &source->result, OP_RESULTS, mono_ms);

    if (source->items_next_ms != UNKNOWN && !source->is_items_asking && !is_paused &&
        mono_ms >= source->items_next_ms) {
        source->is_items_asking = true;
        source->items_next_ms = mono_ms + ITEMS_REFRESH_MS;
        work_add(source, OP_ITEMS, NULL, false);
    }
    /* After the first list, which people wait for. */
    bool has_data = poll_source_status(source)->data_ms != UNKNOWN;
    if (source->history_next_ms != UNKNOWN && mono_ms >= source->history_next_ms && has_data &&
        !is_paused) {
        source->history_next_ms = mono_ms + POLL_HISTORY_REFRESH_MS;
        work_add(source, OP_HISTORY, NULL, false);
    }
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int64_t poll_source_next_ms(const struct poll_source *source, int64_t mono_ms)
{
    const struct source_status *status = store_source(source->poller->store, source->index);
    int64_t next_ms = mono_ms + ITEMS_REFRESH_MS;
    if (!source->provider)
        return next_ms;
    if (!source->is_listing && (!status->is_paused || source->is_list_forced))
        next_ms = earlier(next_ms, source->schedule.next_ms);
    bool is_paused = status->is_paused && !source->is_list_forced;
    if (source->items_next_ms != UNKNOWN && !source->is_items_asking && !is_paused)
        next_ms = earlier(next_ms, source->items_next_ms);
    if (source->history_next_ms > mono_ms)
        next_ms = earlier(next_ms, source->history_next_ms);
    const struct want *wants[] = {&source->detail, &source->result};
    for (int i = 0; i < 2; i++) {
        if (wants[i]->next_ms != UNKNOWN && !wants[i]->is_asking && !status->is_paused)
            next_ms = earlier(next_ms, wants[i]->next_ms);
    }
    if (source->spent)
        next_ms = source->budget_until_ms;
    else if (source->budget_until_ms)
        next_ms = earlier(next_ms, source->by_hand_until_ms);
    if (next_ms < source->hold_until_ms)
        next_ms = source->hold_until_ms;
    return source->armed_until_ms ? earlier(next_ms, source->armed_until_ms) : next_ms;
}
