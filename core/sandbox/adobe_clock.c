/* The thread that keeps Adobe's schedules, and brings the queries of other people. */
#include <string.h>

#include "base/clock.h"
#include "sandbox/service.h"

/* Not longer, because the wall clock may be set. */
#define NAP_MS 10000

static void *run(void *context)
{
    struct sandbox *sandbox = context;
    service_lock(sandbox);
    while (!sandbox->is_stopping) {
        int64_t now_ms = clock_wall_ms();
        size_t queued_count = sandbox->tasks.queued_count;
        int64_t next_ms = adobe_schedules_advance(&sandbox->adobe.schedules, now_ms);
        int64_t asked_ms = adobe_traffic_advance_locked(sandbox, now_ms);
        if (asked_ms < next_ms)
            next_ms = asked_ms;
        if (sandbox->tasks.queued_count > queued_count)
            pthread_cond_broadcast(&sandbox->work);
        int64_t wait_ms = next_ms - now_ms < NAP_MS ? next_ms - now_ms : NAP_MS;
        service_wait_locked(sandbox, &sandbox->changed, wait_ms);
    }
    service_unlock(sandbox);
    return NULL;
}

bool adobe_clock_start(struct sandbox *sandbox, struct error *err)
{
    struct adobe_clock *clock = &sandbox->adobe.clock;
    int rc = pthread_create(&clock->thread, NULL, run, sandbox);
    clock->is_started = rc == 0;
    return rc == 0 || error_set(err, ERR_SERVICE, "cannot start a thread: %s", strerror(rc));
}

void adobe_clock_stop(struct sandbox *sandbox)
{
    if (sandbox->adobe.clock.is_started)
        pthread_join(sandbox->adobe.clock.thread, NULL);
}
