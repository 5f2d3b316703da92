/* Every lock of the core is in this file. One mutex; nothing is called while it is held but memcpy,
 * and the snapshot that goes out is let go after it is released: freeing one may free thousands of
 * tasks. */
#include "model/model.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/xalloc.h"

struct model {
    /* immutable */
    int wake_fd; /* eventfd: readable while a snapshot waits that the UI has not taken */

    _Atomic uint64_t next_action_id;

    pthread_mutex_t lock;
    /* protected by lock */
    struct snapshot *newest;
    struct command queue[LIMIT_COMMAND_QUEUE];
    size_t queue_head;
    size_t queue_count;
    void (*wake)(void *context);
    void *wake_context;
};

struct model *model_create(const struct snapshot *first, struct error *err)
{
    int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (fd < 0) {
        error_set(err, ERR_CONFIG, "cannot make a wake-up descriptor: %s; close some files",
                  strerror(errno));
        return NULL;
    }
    struct model *model = xcalloc(1, sizeof(*model));
    model->wake_fd = fd;
    atomic_init(&model->next_action_id, 1);
    pthread_mutex_init(&model->lock, NULL);
    model->newest = snapshot_ref(first);
    return model;
}

void model_destroy(struct model *model)
{
    if (!model)
        return;
    snapshot_unref(model->newest);
    struct command command;
    while (model_take_command(model, &command))
        run_spec_unref(command.spec);
    pthread_mutex_destroy(&model->lock);
    close(model->wake_fd);
    free(model);
}

struct snapshot *model_snapshot(struct model *model)
{
    /* Cleared first: a snapshot that is published after this wakes the reader again. */
    uint64_t count;
    ssize_t ignored = read(model->wake_fd, &count, sizeof(count));
    (void)ignored;

    pthread_mutex_lock(&model->lock);
    struct snapshot *snapshot = snapshot_ref(model->newest);
    pthread_mutex_unlock(&model->lock);
    return snapshot;
}

int model_wake_fd(const struct model *model)
{
    return model->wake_fd;
}

void model_publish(struct model *model, struct snapshot *snapshot)
{
    pthread_mutex_lock(&model->lock);
    struct snapshot *old = model->newest;
    model->newest = snapshot;
    pthread_mutex_unlock(&model->lock);

    snapshot_unref(old);
    uint64_t one = 1;
    ssize_t ignored = write(model->wake_fd, &one, sizeof(one));
    (void)ignored;
}

bool model_send(struct model *model, const struct command *command, struct error *err)
{
    pthread_mutex_lock(&model->lock);
    bool has_room = model->queue_count < LIMIT_COMMAND_QUEUE;
    if (has_room) {
        size_t at = (model->queue_head + model->queue_count) % LIMIT_COMMAND_QUEUE;
        model->queue[at] = *command;
        model->queue_count++;
    }
    void (*wake)(void *) = model->wake;
    void *context = model->wake_context;
    pthread_mutex_unlock(&model->lock);

    if (!has_room)
        return error_set(err, ERR_LIMITED, "too many requests are waiting already; try again");
    if (wake)
        wake(context);
    return true;
}

uint64_t model_next_action_id(struct model *model)
{
    return atomic_fetch_add(&model->next_action_id, 1);
}

bool model_take_command(struct model *model, struct command *out)
{
    pthread_mutex_lock(&model->lock);
    bool has_command = model->queue_count > 0;
    if (has_command) {
        *out = model->queue[model->queue_head];
        model->queue_head = (model->queue_head + 1) % LIMIT_COMMAND_QUEUE;
        model->queue_count--;
    }
    pthread_mutex_unlock(&model->lock);
    return has_command;
}

void model_set_waker(struct model *model, void (*wake)(void *context), void *context)
{
    pthread_mutex_lock(&model->lock);
    model->wake = wake;
    model->wake_context = context;
    pthread_mutex_unlock(&model->lock);
}
