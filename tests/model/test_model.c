#include "support/testing.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "model/make_task.h"
#include "model/model.h"
#include "model/store.h"

#define PUBLISHES 2000
#define COMMANDS  2000

static bool is_readable(int fd, int timeout_ms)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    return poll(&p, 1, timeout_ms) == 1;
}

static struct model *model_with(struct store *store)
{
    struct snapshot *first = store_snapshot(store, 1);
    struct model *model = model_create(first, NULL);
    snapshot_unref(first);
    return model;
}

static void publishing_wakes_the_reader_once(void **state)
{
    (void)state;
    struct store *store = store_create(1);
    struct model *model = model_with(store);
    assert_false(is_readable(model_wake_fd(model), 0));
    model_publish(model, store_snapshot(store, 2));
    model_publish(model, store_snapshot(store, 3));
    assert_true(is_readable(model_wake_fd(model), 0));
    struct snapshot *s = model_snapshot(model);
    assert_int_equal(s->made_ms, 3);
    assert_false(is_readable(model_wake_fd(model), 0));
    snapshot_unref(s);
    model_destroy(model);
    store_destroy(store);
}

static void a_full_queue_refuses_and_says_so(void **state)
{
    (void)state;
    struct store *store = store_create(1);
    struct model *model = model_with(store);
    struct command command = {.kind = COMMAND_REFRESH};
    struct error err = {0};
    for (int i = 0; i < LIMIT_COMMAND_QUEUE; i++) {
        command.number = i;
        assert_true(model_send(model, &command, &err));
    }
    assert_false(model_send(model, &command, &err));
    assert_int_equal(err.code, ERR_LIMITED);
    for (int i = 0; i < LIMIT_COMMAND_QUEUE; i++) {
        assert_true(model_take_command(model, &command));
        assert_int_equal(command.number, i);
    }
    assert_false(model_take_command(model, &command));
    model_destroy(model);
    store_destroy(store);
}

struct shared {
    struct model *model;
    struct store *store;
    _Atomic int wakes;
    int commands_seen;
};

static void count_wake(void *context)
{
    atomic_fetch_add(&((struct shared *)context)->wakes, 1);
}

/* The poller's side: merges, publishes, takes commands, until it was told to stop. */
static void *publisher(void *context)
{
    struct shared *shared = context;
    bool is_stopped = false;
    for (int i = 0; i < PUBLISHES || !is_stopped; i++) {
        char id[16];
        snprintf(id, sizeof(id), "t%d", i % 500);
        store_put(shared->store, make_task(0, id, i % TASK_STATE_COUNT, i, i, "x"), i);
        model_publish(shared->model, store_snapshot(shared->store, i));
        struct command command;
        while (model_take_command(shared->model, &command)) {
            shared->commands_seen++;
            is_stopped = is_stopped || command.kind == COMMAND_STOP;
        }
    }
    return NULL;
}

/* Under TSan this is the proof that the model's rules hold. */
static void two_threads_share_without_a_race_and_lose_no_command(void **state)
{
    (void)state;
    struct shared shared = {.store = store_create(1)};
    shared.model = model_with(shared.store);
    model_set_waker(shared.model, count_wake, &shared);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, publisher, &shared), 0);

    uint64_t last_generation = 0;
    int sent = 0;
    while (sent < COMMANDS) {
        struct snapshot *s = model_snapshot(shared.model);
        assert_true(s->generation >= last_generation);
        last_generation = s->generation;
        size_t seen = 0;
        for (size_t slot = 0; slot < snapshot_slots(s); slot++) {
            const struct task *task = snapshot_task_at(s, slot);
            if (task) {
                assert_string_equal(task_text(task, TASK_TITLE), "x");
                seen++;
            }
        }
        assert_int_equal(seen, s->totals.tasks);
        snapshot_unref(s);
        struct command command = {.kind = sent == COMMANDS - 1 ? COMMAND_STOP : COMMAND_REFRESH};
        if (model_send(shared.model, &command, NULL))
            sent++;
    }
    pthread_join(thread, NULL);
    assert_int_equal(shared.commands_seen, COMMANDS);
    assert_true(atomic_load(&shared.wakes) >= COMMANDS);
    model_destroy(shared.model);
    store_destroy(shared.store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(publishing_wakes_the_reader_once),
        cmocka_unit_test(a_full_queue_refuses_and_says_so),
        cmocka_unit_test(two_threads_share_without_a_race_and_lose_no_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
