#include "starter.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/xalloc.h"

/* How long quitting waits for commands to be ended. */
#define FAREWELL_MS 500

struct starter {
    pthread_t thread;
    _Atomic bool is_abandoned;
    int done_fd; /* eventfd: written once, when the rest is filled in */
    struct config *config;
    const struct tui_options *options;
    /* written by the thread, read after the join */
    struct engine *engine;
    struct error err;
};

static bool is_unwanted(void *context)
{
    struct starter *starter = context;
    return atomic_load(&starter->is_abandoned);
}

static struct engine *start_replay(const char *path, double speed, struct error *err)
{
    struct engine *engine = engine_start_replay(path, err);
    if (engine && speed > 0)
        replay_set_speed(engine_replay(engine), speed);
    return engine;
}

static void *starter_main(void *context)
{
    struct starter *starter = context;
    const struct tui_options *options = starter->options;
    bool is_prepared = !options || !options->prepare ||
                       options->prepare(options->context, starter->config, &starter->err);
    if (is_prepared && options && options->replay_path)
        starter->engine = start_replay(options->replay_path, options->replay_speed, &starter->err);
    else if (is_prepared)
        starter->engine = engine_start(starter->config, &starter->err);
    eventfd_write(starter->done_fd, 1);
    return NULL;
}

struct starter *starter_start(struct config *config, const struct tui_options *options,
                              struct error *err)
{
    struct starter *starter = xcalloc(1, sizeof(*starter));
    starter->config = config;
    config->guard =
        (struct secret_guard){.is_unwanted = is_unwanted, .context = starter, .is_quiet = true};
    starter->options = options;
    starter->done_fd = eventfd(0, EFD_CLOEXEC);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failure = starter->done_fd < 0
                      ? errno
                      : pthread_create(&starter->thread, NULL, starter_main, starter);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!failure)
        return starter;
    error_set(err, ERR_CONFIG, "cannot start a thread: %s", strerror(failure));
    if (starter->done_fd >= 0)
        close(starter->done_fd);
    free(starter);
    return NULL;
}

int starter_fd(const struct starter *starter)
{
    return starter->done_fd;
}

bool starter_is_done(const struct starter *starter)
{
    struct pollfd fd = {.fd = starter->done_fd, .events = POLLIN};
    return poll(&fd, 1, 0) == 1;
}

struct engine *starter_take(struct starter *starter, struct error *err)
{
    pthread_join(starter->thread, NULL);
    struct engine *engine = starter->engine;
    starter->config->guard = (struct secret_guard){0};
    if (!engine)
        *err = starter->err;
    close(starter->done_fd);
    free(starter);
    return engine;
}

void starter_abandon(struct starter *starter)
{
    struct pollfd done = {.fd = starter->done_fd, .events = POLLIN};
    atomic_store(&starter->is_abandoned, true);
    poll(&done, 1, FAREWELL_MS);
    pthread_detach(starter->thread);
}
