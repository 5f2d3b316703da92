#include "model/source.h"

#include <assert.h>

#include "model/task.h"

static const char *const state_names[SOURCE_STATE_COUNT] = {
    [SOURCE_STARTING] = "starting", [SOURCE_OK] = "ok",       [SOURCE_STALE] = "stale",
    [SOURCE_ERROR] = "error",       [SOURCE_LOGIN] = "login", [SOURCE_LIMITED] = "limited",
    [SOURCE_DISABLED] = "disabled",
};

static const char *const mode_names[MODE_COUNT] = {
    [MODE_READ_ONLY] = "read-only",
    [MODE_ARMED] = "armed",
    [MODE_READ_WRITE] = "read-write",
};

static const char *const past_names[PAST_COUNT] = {
    [PAST_NONE] = "none",
    [PAST_AWAITED] = "awaited",
    [PAST_KNOWN] = "known",
    [PAST_MISSED] = "missed",
};

const char *source_state_name(enum source_state state)
{
    assert(state < SOURCE_STATE_COUNT);
    return state_names[state];
}

const char *source_past_name(enum source_past past)
{
    assert(past < PAST_COUNT);
    return past_names[past];
}

const char *profile_mode_name(enum profile_mode mode)
{
    assert(mode < MODE_COUNT);
    return mode_names[mode];
}

enum source_state source_state_at(const struct source_status *status, int64_t now_ms)
{
    if (status->state == SOURCE_OK && status->stale_at_ms != UNKNOWN &&
        now_ms >= status->stale_at_ms)
        return SOURCE_STALE;
    return status->state;
}

bool source_allows_actions(const struct source_status *status, int64_t now_ms, struct error *err)
{
    switch (status->mode) {
    case MODE_READ_WRITE:
        return true;
    case MODE_ARMED:
        if (status->armed_until_ms != UNKNOWN && now_ms < status->armed_until_ms)
            return true;
        return error_set(err, ERR_MODE, "%s is not armed; arm it first, then ask again",
                         status->profile);
    default:
        return error_set(err, ERR_MODE,
                         "%s is read-only; set mode = armed in its profile to allow actions",
                         status->profile);
    }
}
