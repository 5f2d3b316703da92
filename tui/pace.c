#include "pace.h"

/* It owes an answer that may still come. */
static bool is_awaited(const struct pace *pace, int64_t now_ms)
{
    return pace->is_asked && now_ms - pace->asked_ms < PACE_PATIENCE_MS;
}

bool pace_note_frame(struct pace *pace, size_t bytes, int64_t now_ms)
{
    pace->sent_bytes += bytes;
    if (is_awaited(pace, now_ms) || pace->sent_bytes < PACE_ASK_BYTES)
        return false;
    if (pace->is_asked)
        pace->has_answered = false;
    pace->is_asked = true;
    pace->asked_ms = now_ms;
    pace->sent_bytes = 0;
    return true;
}

void pace_note_answer(struct pace *pace)
{
    pace->is_asked = false;
    pace->has_answered = true;
}

int64_t pace_wait_ms(const struct pace *pace, int64_t now_ms)
{
    if (!pace->has_answered || pace->sent_bytes < PACE_AHEAD_BYTES || !is_awaited(pace, now_ms))
        return 0;
    return pace->asked_ms + PACE_PATIENCE_MS - now_ms;
}
