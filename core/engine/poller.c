#include "engine/poller.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "engine/poller_internal.h"
#include "engine/recorder.h"
#include "engine/request_file.h"

/* How long quitting may take to give the tokens back. */
#define FAREWELL_MS 250

/* The poller looks around at least this often, though nothing should be due. */
#define LONGEST_WAIT_MS 60000

/* SplitMix64: only jitter is made of it. */
uint64_t poller_random(struct poller *poller)
{
    uint64_t z = (poller->random += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

/* The one place where what is known becomes what is shown. */
static void publish(struct poller *poller)
{
    struct snapshot *s = store_snapshot(poller->store, clock_wall_ms());
    if (poller->recorder)
        recorder_note(poller->recorder, s);
    model_publish(poller->model, s);
}

/* ---- commands ---- */

static void want(struct poll_source *source, struct want *place, enum op op, const char *task_id)
{
    if (strcmp(place->task_id, task_id) == 0) {
        /* Asked for again by hand: read it again. */
        place->asked_state = -1;
        return;
    }
    work_drop_unwanted(source, op, task_id);
    snprintf(place->task_id, sizeof(place->task_id), "%s", task_id);
    place->asked_state = -1;
    place->next_ms = UNKNOWN;
    place->is_asking = false;
}

static void do_refresh(struct poll_source *source, const struct command *command)
{
    (void)command;
    source->is_list_forced = true;
    source->wants_all = true;
    source->login_not_before_ms = 0;
    poll_source_hurry(source, 0);
    if (source->items_next_ms != UNKNOWN)
        source->items_next_ms = clock_mono_ms();
}

static void do_pause(struct poll_source *source, const struct command *command)
{
    poll_source_status(source)->is_paused = command->number != 0;
    if (!command->number)
        poll_source_hurry(source, 0);
    poll_source_note_plan(source);
}

static void do_interval(struct poll_source *source, const struct command *command)
{
    source->schedule.interval_ms = command->number;
    poll_source_status(source)->interval_ms = command->number;
    poll_source_hurry(source, command->number);
}

static void do_arm(struct poll_source *source, const struct command *command)
{
    poll_source_arm(source, command->number);
}

static void do_want_detail(struct poll_source *source, const struct command *command)
{
    want(source, &source->detail, OP_DETAIL, command->task_id);
}

static void do_want_result(struct poll_source *source, const struct command *command)
{
    want(source, &source->result, OP_RESULTS, command->task_id);
    source->result.wants_raw = command->number != 0;
}

static void do_want_items(struct poll_source *source, const struct command *command)
{
    (void)command;
    if (source->provider && (source->provider->ops->caps & CAP_ITEMS))
        source->items_next_ms = clock_mono_ms();
}

static void do_want_parts(struct poll_source *source, const struct command *command)
{
    if (source->provider && (source->provider->ops->caps & CAP_ITEMS))
        work_set_item(work_add(source, OP_PARTS, NULL, true), command->item_id, "");
}

static void do_watch(struct poll_source *source, const struct command *command)
{
    poll_source_watch(source, command->task_id);
    poll_source_hurry(source, 0);
}

static void do_dismiss(struct poll_source *source, const struct command *command)
{
    store_drop_action(source->poller->store, command->action_id);
}

/* COMMAND_STOP only wakes: the flag says the rest. */
static void (*const commands[COMMAND_KIND_COUNT])(struct poll_source *, const struct command *) = {
    [COMMAND_REFRESH] = do_refresh,         [COMMAND_PAUSE] = do_pause,
    [COMMAND_INTERVAL] = do_interval,       [COMMAND_ARM] = do_arm,
    [COMMAND_ACT] = poll_action_start,      [COMMAND_WANT_DETAIL] = do_want_detail,
    [COMMAND_WANT_RESULT] = do_want_result, [COMMAND_WANT_ITEMS] = do_want_items,
    [COMMAND_WANT_PARTS] = do_want_parts,   [COMMAND_WATCH] = do_watch,
    [COMMAND_DISMISS] = do_dismiss,
};

static void take_commands(struct poller *poller)
{
    struct command command;
    while (model_take_command(poller->model, &command)) {
        for (size_t i = 0; i < poller->source_count && commands[command.kind]; i++) {
            if (command.source == SOURCE_ALL || command.source == i)
                commands[command.kind](&poller->sources[i], &command);
        }
        run_spec_unref(command.spec);
        store_touch(poller->store);
    }
}

/* ---- the loop ---- */

static int64_t wait_ms(struct poller *poller, int64_t track_ms)
{
    int64_t mono_ms = clock_mono_ms();
    int64_t next_ms = mono_ms + LONGEST_WAIT_MS;
    for (size_t i = 0; i < poller->source_count; i++) {
        int64_t source_ms = poll_source_next_ms(&poller->sources[i], mono_ms);
        if (source_ms < next_ms)
            next_ms = source_ms;
    }
    int64_t put_off_ms = work_next_ms(poller, mono_ms);
    if (put_off_ms < next_ms)
        next_ms = put_off_ms;
    int64_t left_ms = next_ms > mono_ms ? next_ms - mono_ms : 0;
    if (track_ms != UNKNOWN && track_ms - clock_wall_ms() < left_ms)
        left_ms = track_ms - clock_wall_ms();
    return left_ms > 0 ? left_ms : 0;
}

static void receive(struct poller *poller)
{
    struct http_done done;
    while (http_client_next(poller->http, &done))
        work_receive(poller, &done);
}

static void run(struct poller *poller)
{
    while (!atomic_load(&poller->is_stopping)) {
        take_commands(poller);
        int64_t mono_ms = clock_mono_ms();
        poll_budget_sync(poller, mono_ms);
        for (size_t i = 0; i < poller->source_count; i++)
            poll_source_tick(&poller->sources[i], mono_ms);
        work_pump(poller);
        int64_t track_ms = poll_action_track(poller, clock_wall_ms());
        if (store_is_dirty(poller->store))
            publish(poller);
        http_client_wait(poller->http, wait_ms(poller, track_ms));
        receive(poller);
    }
}

/* Gives the tokens back, but lets nobody wait for a service that does not answer. */
static void say_goodbye(struct poller *poller)
{
    work_drop_all(poller);
    for (size_t i = 0; i < poller->source_count; i++) {
        struct poll_source *source = &poller->sources[i];
        bool is_well = poll_source_status(source)->state == SOURCE_OK;
        if (source->login == LOGGED_IN && is_well)
            work_add(source, OP_LOGOUT, NULL, false);
    }
    int64_t until_ms = clock_mono_ms() + FAREWELL_MS;
    work_pump(poller);
    while (poller->works && clock_mono_ms() < until_ms) {
        http_client_wait(poller->http, until_ms - clock_mono_ms());
        receive(poller);
    }
    work_drop_all(poller);
}

static void wake(void *context)
{
    http_client_wake(context);
}

/* Without a client nothing can be asked; say so on every profile and wait for the end. */
static void fail_all(struct poller *poller, const struct error *err)
{
    for (size_t i = 0; i < poller->source_count; i++) {
        poll_source_status(&poller->sources[i])->state = SOURCE_DISABLED;
        poll_source_status(&poller->sources[i])->error = *err;
    }
    publish(poller);
}

static void *poller_main(void *context)
{
    struct poller *poller = context;
    struct error err = {0};
    poller->http = http_client_create(&err);
    if (!poller->http) {
        fail_all(poller, &err);
        return NULL;
    }
    /* A command sent before this line waits in the queue, which is read before the first wait. */
    model_set_waker(poller->model, wake, poller->http);
    run(poller);
    say_goodbye(poller);
    poll_budget_save(poller);
    return NULL;
}

static void poller_destroy(struct poller *poller)
{
    http_client_destroy(poller->http);
    for (size_t i = 0; i < poller->source_count; i++)
        poll_source_finish(&poller->sources[i]);
    free(poller->sources);
    free(poller->count_path);
    audit_finish(&poller->audit);
    store_destroy(poller->store);
    free(poller);
}

struct poller *poller_start(struct model *model, const struct config *config, struct error *err)
{
    struct poller *poller = xcalloc(1, sizeof(*poller));
    size_t count = config->profile_count;
    poller->model = model;
    poller->recorder = config->recorder;
    poller->wanted = config->wanted;
    poller->store = store_create(count);
    poller->source_count = count;
    poller->count_path = request_file_path();
    audit_init(&poller->audit);
    poller->sources = xcalloc(count, sizeof(*poller->sources));
    if (getrandom(&poller->random, sizeof(poller->random), GRND_NONBLOCK) < 0)
        poller->random = (uint64_t)clock_mono_ms();
    for (size_t i = 0; i < count; i++)
        poll_source_init(&poller->sources[i], poller, (uint16_t)i, &config->profiles[i]);
    /* Profiles and their state can be shown before anything was asked. */
    publish(poller);

    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failure = pthread_create(&poller->thread, NULL, poller_main, poller);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failure) {
        poller_destroy(poller);
        error_set(err, ERR_CONFIG, "cannot start the polling thread: %s", strerror(failure));
        return NULL;
    }
    return poller;
}

void poller_stop(struct poller *poller)
{
    if (!poller)
        return;
    atomic_store(&poller->is_stopping, true);
    /* A full queue is as good: its reader is about to look. */
    model_send(poller->model, &(struct command){.kind = COMMAND_STOP, .source = SOURCE_ALL}, NULL);
    pthread_join(poller->thread, NULL);
    model_set_waker(poller->model, NULL, NULL);
    poller_destroy(poller);
}
