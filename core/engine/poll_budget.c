#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "engine/poller_internal.h"
#include "engine/request_file.h"

/* The file is read and written no more often than this... */
#define SYNC_INTERVAL_MS 60000
/* ...but at the end, when another program is at it, tried again until then. */
#define LAST_SYNC_MS  200
#define LAST_PAUSE_MS 10

/* What was asked by hand may be followed this long, though the budget is used up. */
#define BY_HAND_MS 6000

/* ---- one profile ---- */

static void tell(struct poll_source *source, int64_t mono_ms)
{
    struct source_status *status = poll_source_status(source);
    status->requests_last_minute = request_count_last_minute(&source->count, mono_ms);
    status->requests_this_month = request_count_this_month(&source->count, clock_wall_ms());
}

void poll_budget_init(struct poll_source *source)
{
    const struct profile *profile = source->profile;
    struct source_status *status = poll_source_status(source);
    request_count_init(&source->count, profile->requests_per_minute, profile->requests_per_month);
    status->requests_per_minute_max = profile->requests_per_minute;
    status->requests_per_month_max = profile->requests_per_month;
}

void poll_budget_count(struct poll_source *source, int64_t mono_ms)
{
    request_count_add(&source->count, mono_ms, clock_wall_ms());
    poll_source_status(source)->requests_total++;
    tell(source, mono_ms);
}

void poll_budget_by_hand(struct poll_source *source)
{
    source->by_hand_until_ms = clock_mono_ms() + BY_HAND_MS;
}

bool poll_budget_allows(const struct poll_source *source, int64_t mono_ms)
{
    enum request_bound bound;
    return mono_ms < source->by_hand_until_ms ||
           request_count_wait_ms(&source->count, mono_ms, clock_wall_ms(), &bound) == 0;
}

/* Another answer, one that was under way, may have put its own words into the status. */
static void explain(struct poll_source *source, enum request_bound bound)
{
    struct source_status *status = poll_source_status(source);
    if (source->spent == bound && status->state == SOURCE_LIMITED)
        return;
    source->spent = bound;
    status->state = SOURCE_LIMITED;
    request_count_explain(&source->count, bound, clock_wall_ms(), &status->error);
    poll_source_note_plan(source);
    log_warn(source->profile->name, "%s", status->error.message);
    store_touch(source->poller->store);
}

bool poll_budget_check(struct poll_source *source, int64_t mono_ms)
{
    enum request_bound bound;
    int64_t wait_ms = request_count_wait_ms(&source->count, mono_ms, clock_wall_ms(), &bound);
    tell(source, mono_ms);
    source->budget_until_ms = wait_ms > 0 ? mono_ms + wait_ms : 0;
    bool is_open = wait_ms == 0 || mono_ms < source->by_hand_until_ms;
    if (is_open)
        source->spent = REQUEST_BOUND_NONE;
    else
        explain(source, bound);
    return is_open;
}

/* ---- all profiles: the file ---- */

/* False when another program holds the file. */
static bool sync_file(struct poller *poller)
{
    struct request_entry *entries = xcalloc(poller->source_count, sizeof(*entries));
    struct error err = {0};
    size_t count = 0;
    for (size_t i = 0; i < poller->source_count; i++) {
        struct poll_source *source = &poller->sources[i];
        if (!source->profile->is_transient)
            entries[count++] = (struct request_entry){source->profile->name,
                                                      source->profile->base_url, &source->count};
    }
    if (count > 0 &&
        !request_file_sync(poller->count_path, entries, count, clock_wall_ms(), &err) &&
        err.code != ERR_TIMEOUT)
        log_warn("requests", "%s", err.message);
    free(entries);
    return err.code != ERR_TIMEOUT;
}

void poll_budget_sync(struct poller *poller, int64_t mono_ms)
{
    if (!poller->count_path || mono_ms < poller->next_sync_ms)
        return;
    poller->next_sync_ms = mono_ms + SYNC_INTERVAL_MS;
    sync_file(poller);
    for (size_t i = 0; i < poller->source_count; i++) {
        uint64_t before = poll_source_status(&poller->sources[i])->requests_this_month;
        tell(&poller->sources[i], mono_ms);
        if (poll_source_status(&poller->sources[i])->requests_this_month != before)
            store_touch(poller->store);
    }
}

void poll_budget_save(struct poller *poller)
{
    int64_t until_ms = clock_mono_ms() + LAST_SYNC_MS;
    while (poller->count_path && !sync_file(poller) && clock_mono_ms() < until_ms)
        http_client_wait(poller->http, LAST_PAUSE_MS);
}
