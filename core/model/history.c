#include "model/history.h"

#include <string.h>

#include "base/quantile.h"

void history_advance(struct history *h, int64_t now_ms)
{
    int64_t number = now_ms / HISTORY_SLICE_MS;
    int64_t passed = number - h->newest;
    if (h->newest == 0 || passed >= HISTORY_SLICES || passed < 0) {
        memset(h->slices, 0, sizeof(h->slices));
    } else if (passed > 0) {
        size_t kept = HISTORY_SLICES - (size_t)passed;
        memmove(h->slices, h->slices + passed, kept * sizeof(*h->slices));
        memset(h->slices + kept, 0, (size_t)passed * sizeof(*h->slices));
    }
    h->newest = number;
}

void history_note_start(struct history *h, int64_t now_ms)
{
    history_advance(h, now_ms);
    h->slices[HISTORY_SLICES - 1].started++;
}

void history_note_end(struct history *h, const struct task *task, int64_t now_ms)
{
    history_advance(h, now_ms);
    struct history_slice *slice = &h->slices[HISTORY_SLICES - 1];
    slice->ended++;
    if (task->state == TASK_FAILED)
        slice->failed++;
    if (task->elapsed_ms != UNKNOWN) {
        h->samples_ms[h->sample_count++ % HISTORY_SAMPLES] = task->elapsed_ms;
        h->is_p95_old = true;
    }
}

int64_t history_p95_ms(struct history *h)
{
    if (h->sample_count == 0)
        return UNKNOWN;
    if (h->is_p95_old) {
        int64_t sorted[HISTORY_SAMPLES];
        size_t count = h->sample_count < HISTORY_SAMPLES ? h->sample_count : HISTORY_SAMPLES;
        memcpy(sorted, h->samples_ms, count * sizeof(*sorted));
        quantile_sort(sorted, count);
        h->p95_ms = quantile_of_sorted(sorted, count, 95);
        h->is_p95_old = false;
    }
    return h->p95_ms;
}
