#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/timefmt.h"
#include "base/xalloc.h"
#include "engine/poller_internal.h"

/* A token is renewed this long before its end, or at three quarters of a shorter life. */
#define TOKEN_LAG_MS 60000

/* A page of a list that failed is asked for again after this, then after twice as long, ... */
#define PUT_OFF_FIRST_MS 250
#define PUT_OFFS_MAX     4

/* Between two logins that were refused. */
#define LOGIN_PAUSE_MIN_MS 2000

/* A Date header has whole seconds: only a greater difference is a clock that is wrong. */
#define CLOCK_SKEW_MIN_MS 2000

struct work *work_add(struct poll_source *source, enum op op, const struct task *task,
                      bool is_urgent)
{
    struct work *work = xcalloc(1, sizeof(*work));
    work->source = source;
    work->task = task ? task_ref(task) : NULL;
    work->job =
        (struct job){.op = op, .task = work->task, .is_stopping = &source->poller->is_stopping};
    if (is_urgent)
        DL_PREPEND(source->poller->works, work);
    else
        DL_APPEND(source->poller->works, work);
    return work;
}

void work_set_item(struct work *work, const char *item_id, const char *argument)
{
    snprintf(work->item_id, sizeof(work->item_id), "%s", item_id);
    snprintf(work->argument, sizeof(work->argument), "%s", argument);
    work->job.item_id = work->item_id;
    work->job.argument = work->argument;
}

static void remove_work(struct work *work)
{
    struct poller *poller = work->source->poller;
    DL_DELETE(poller->works, work);
    if (work->transfer) {
        http_client_cancel(poller->http, work->transfer);
        work->source->in_flight--;
    }
    const struct provider_ops *ops = work->source->provider->ops;
    if (work->job.state && ops->drop_job_state)
        ops->drop_job_state(&work->job);
    task_unref(work->task);
    run_spec_unref(work->spec);
    free(work);
}

void work_drop_unwanted(struct poll_source *source, enum op op, const char *wanted_id)
{
    struct work *work, *next;
    DL_FOREACH_SAFE (source->poller->works, work, next) {
        if (work->source == source && work->job.op == op &&
            strcmp(task_text(work->task, TASK_ID), wanted_id) != 0)
            remove_work(work);
    }
}

void work_drop_all(struct poller *poller)
{
    while (poller->works)
        remove_work(poller->works);
}

/* ---- login ---- */

static void note_login(struct work *work, const struct batch *batch)
{
    struct poll_source *source = work->source;
    int64_t life_ms = batch->token_expires_ms;
    int64_t lag_ms = life_ms / 4 < TOKEN_LAG_MS ? life_ms / 4 : TOKEN_LAG_MS;
    source->login = LOGGED_IN;
    source->login_not_before_ms = 0;
    source->login_count++;
    source->token_until_ms = life_ms == UNKNOWN ? INT64_MAX : clock_mono_ms() + life_ms - lag_ms;
    struct source_status *status = poll_source_status(source);
    if (batch->user[0])
        snprintf(status->user, sizeof(status->user), "%s", batch->user);
    if (batch->workspace[0])
        snprintf(status->workspace, sizeof(status->workspace), "%s", batch->workspace);
    store_touch(source->poller->store);
    log_info(source->profile->name, "logged in as %s", batch->user);
}

/* Without a login nothing that waits for it can be done: all of it fails for the same reason. That
 * something of the login was forbidden says nothing of what the waiting jobs may. */
static void note_login_failure(struct poll_source *source, const struct error *reason,
                               int64_t retry_after_ms)
{
    struct error failure = *reason;
    const struct error *err = &failure;
    if (failure.code == ERR_FORBIDDEN)
        failure.code = ERR_LOGIN;
    source->login = LOGGED_OUT;
    struct work *work, *next;
    DL_FOREACH_SAFE (source->poller->works, work, next) {
        if (work->source != source || work->transfer || work->job.op == OP_LOGIN)
            continue;
        poll_op_failed(work, NULL, err, retry_after_ms);
        remove_work(work);
    }
    /* The list has been put off just now; nothing else may try the door before it. */
    int64_t soonest_ms = clock_mono_ms() + LOGIN_PAUSE_MIN_MS;
    source->login_not_before_ms =
        source->schedule.next_ms > soonest_ms ? source->schedule.next_ms : soonest_ms;
}

/* ---- one leg ---- */

static void fail_work(struct work *work, const struct batch *batch, const struct error *err,
                      int64_t retry_after_ms)
{
    if (err->code == ERR_LIMITED && retry_after_ms > 0)
        poll_source_hold(work->source, retry_after_ms);
    if (work->job.op == OP_LOGIN)
        note_login_failure(work->source, err, retry_after_ms);
    else
        poll_op_failed(work, batch, err, retry_after_ms);
    remove_work(work);
}

/* An action may have waited for its turn: what allowed it then has to allow it now. */
static bool is_still_allowed(const struct work *work, struct error *err)
{
    if (!work->action_id || action_infos[work->job.action].class == ACTION_CLASS_OWN)
        return true;
    return source_allows_actions(poll_source_status(work->source), clock_wall_ms(), err);
}

static void send_leg(struct work *work)
{
    struct poll_source *source = work->source;
    struct http_request request;
    struct error err = {0};
    http_request_init(&request);
    work->job.now_ms = clock_wall_ms();
    if (is_still_allowed(work, &err) &&
        source->provider->ops->build(source->provider, &work->job, &request, &err)) {
        if (work->asked_ms == 0)
            work->asked_ms = work->job.now_ms;
        work->transfer = http_client_start(source->poller->http, &request, &source->http);
        work->login_count = source->login_count;
        source->in_flight++;
        poll_budget_count(source, clock_mono_ms());
    }
    http_request_finish(&request);
    if (!work->transfer)
        fail_work(work, NULL, &err, -1);
}

/* What was asked by hand goes out even when the budget is used up, and so does what it needs: a
 * login is only there because something may go out, and giving the token back is good manners. */
static bool is_affordable(const struct work *work, int64_t mono_ms)
{
    return work->action_id || work->job.op == OP_LOGIN || work->job.op == OP_LOGOUT ||
           poll_budget_allows(work->source, mono_ms);
}

/* A person waits for it: it is tried once though the service asked for silence, and needs no free
 * place. */
static bool is_by_hand(const struct work *work)
{
    return work->action_id || work->is_for_action;
}

static bool may_send(const struct work *work, int64_t mono_ms)
{
    const struct poll_source *source = work->source;
    size_t places = POLL_IN_FLIGHT_MAX + (is_by_hand(work) ? POLL_IN_FLIGHT_BY_HAND : 0);
    if (work->transfer || source->in_flight >= places || !is_affordable(work, mono_ms))
        return false;
    if (mono_ms < source->hold_until_ms && !is_by_hand(work))
        return false;
    if (mono_ms < work->put_off_ms)
        return false;
    return work->job.op == OP_LOGIN || source->login == LOGGED_IN;
}

static bool may_log_in(const struct work *work, int64_t mono_ms)
{
    const struct poll_source *source = work->source;
    return is_by_hand(work) ||
           (mono_ms >= source->hold_until_ms && mono_ms >= source->login_not_before_ms);
}

/* Adds a login for each source that has something to say and no token to say it with. */
static void add_logins(struct poller *poller, int64_t mono_ms)
{
    struct work *work, *next;
    DL_FOREACH_SAFE (poller->works, work, next) {
        struct poll_source *source = work->source;
        if (work->transfer || !is_affordable(work, mono_ms))
            continue;
        if (source->login == LOGGED_IN && mono_ms >= source->token_until_ms)
            source->login = LOGGED_OUT;
        if (source->login == LOGGED_OUT && may_log_in(work, mono_ms)) {
            source->login = LOGGING_IN;
            work_add(source, OP_LOGIN, NULL, true)->is_for_action = is_by_hand(work);
        }
    }
}

void work_pump(struct poller *poller)
{
    int64_t mono_ms = clock_mono_ms();
    add_logins(poller, mono_ms);
    /* Sending may fail at once, and a failed login takes other work with it: start over then. */
    struct work *work = poller->works;
    while (work) {
        if (!may_send(work, mono_ms)) {
            work = work->next;
            continue;
        }
        send_leg(work);
        work = poller->works;
    }
}

/* ---- the answer ---- */

static void note_protocol(struct source_status *status, const char *protocol)
{
    if (!protocol[0] || strcmp(status->protocol, protocol) == 0)
        return;
    snprintf(status->protocol, sizeof(status->protocol), "%s", protocol);
    log_info(status->profile, "answers over %s", protocol);
}

static void note_response(struct poll_source *source, const struct http_response *response)
{
    struct source_status *status = poll_source_status(source);
    status->bytes_total += response->body_len;
    note_protocol(status, response->protocol);
    if (response->date_ms == TIME_UNKNOWN)
        return;
    int64_t ahead_ms = response->date_ms + 500 - clock_wall_ms();
    bool is_skewed = ahead_ms > CLOCK_SKEW_MIN_MS || ahead_ms < -CLOCK_SKEW_MIN_MS;
    status->clock_ahead_ms = is_skewed ? ahead_ms : 0;
}

/* The token was refused. Once is normal (it ran out, the service was restarted); twice is an end.
 */
static void repeat_after_login(struct work *work, struct error *err)
{
    struct poll_source *source = work->source;
    if (work->is_login_repeated || work->job.op == OP_LOGIN) {
        if (err->code == ERR_NONE)
            error_set(err, ERR_LOGIN, "%s: the service refuses its own token; check the account",
                      source->profile->name);
        fail_work(work, NULL, err, -1);
        return;
    }
    work->is_login_repeated = true;
    if (source->login == LOGGED_IN && work->login_count == source->login_count)
        source->login = LOGGED_OUT;
}

/* A list of many pages is not begun anew for one page that did not come: the page is asked for
 * again, a few times. */
static bool put_off(struct work *work, const struct error *err, int64_t retry_after_ms)
{
    bool may_pass = err->code == ERR_LIMITED || err->code == ERR_SERVICE ||
                    err->code == ERR_NETWORK || err->code == ERR_TIMEOUT;
    if (work->job.op != OP_LIST || work->job.leg == 0 || !may_pass ||
        work->put_offs == PUT_OFFS_MAX)
        return false;
    if (err->code == ERR_LIMITED && retry_after_ms > 0)
        poll_source_hold(work->source, retry_after_ms);
    work->put_off_ms = clock_mono_ms() + (PUT_OFF_FIRST_MS << work->put_offs++);
    log_info(work->source->profile->name, "page %u once more: %s", work->job.leg + 1, err->message);
    return true;
}

/* Before that the job is not sent, and nor is the login that it needs. */
static int64_t waits_until_ms(const struct work *work)
{
    const struct poll_source *source = work->source;
    bool needs_login = source->login == LOGGED_OUT && !is_by_hand(work);
    int64_t login_ms = needs_login ? source->login_not_before_ms : 0;
    return login_ms > work->put_off_ms ? login_ms : work->put_off_ms;
}

int64_t work_next_ms(const struct poller *poller, int64_t mono_ms)
{
    const struct work *work;
    int64_t next_ms = INT64_MAX;
    DL_FOREACH (poller->works, work) {
        int64_t until_ms = waits_until_ms(work);
        if (until_ms > mono_ms && until_ms < next_ms)
            next_ms = until_ms;
    }
    return next_ms;
}

/* What was not read to its end because we quit is no failure of the service. */
static bool is_cut_short(const struct work *work)
{
    return work->job.op != OP_LOGOUT && job_is_stopping(&work->job);
}

void work_receive(struct poller *poller, const struct http_done *done)
{
    struct work *work;
    DL_SEARCH_SCALAR(poller->works, work, transfer, done->id);
    if (!work)
        return;
    struct poll_source *source = work->source;
    work->transfer = 0;
    source->in_flight--;
    note_response(source, &done->response);

    struct batch batch;
    struct error err = {0};
    batch_init(&batch);
    work->job.now_ms = clock_wall_ms();
    enum provider_step step =
        source->provider->ops->parse(source->provider, &work->job, &done->response, &batch, &err);
    if (is_cut_short(work)) {
        batch_finish(&batch);
        remove_work(work);
        return;
    }
    switch (step) {
    case STEP_DONE:
        if (work->job.op == OP_LOGIN)
            note_login(work, &batch);
        else
            poll_op_done(work, &batch, done->response.latency_ms);
        remove_work(work);
        break;
    case STEP_AGAIN:
        poll_op_page(work, &batch);
        work->job.leg++;
        work->put_offs = 0;
        work->is_login_repeated = false;
        break;
    case STEP_LOGIN:
        if (work->job.op == OP_LOGOUT) /* there is no token to give back any more */
            remove_work(work);
        else
            repeat_after_login(work, &err);
        break;
    case STEP_FAILED:
        if (!put_off(work, &err, done->response.retry_after_ms))
            fail_work(work, &batch, &err, done->response.retry_after_ms);
        break;
    }
    batch_finish(&batch);
}
