/* completion.h - what the word of a filter that is being typed may become: fields, and the values
 * that the tasks have. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "line.h"
#include "model/filter_complete.h"
#include "prompt.h"
#include "value_counts.h"

#define COMPLETION_ITEMS 24
#define COMPLETION_BYTES 128

struct completion_item {
    char text[COMPLETION_BYTES]; /* as it is put into the filter */
    size_t tasks;                /* that have the value; 0: not counted */
};

struct completion {
    struct filter_spot spot; /* end moves with what is put there */
    struct completion_item items[COMPLETION_ITEMS];
    size_t count;
    size_t chosen;    /* count: none yet */
    bool is_counting; /* the values that the tasks have; until then there are no items */
    struct value_counts counts;
};

/* Looks for what fits at the prompt's cursor, the most frequent values first. When the time is over
 * before all tasks were asked, is_counting says so. A zeroed struct has found nothing. */
void completion_find(struct completion *completion, const struct prompt *prompt,
                     const struct column_context *context, struct frame_work *work);
/* While is_counting; the snapshot may be another. */
void completion_go_on(struct completion *completion, const struct column_context *context,
                      struct frame_work *work);
void completion_finish(struct completion *completion);
void completion_clear(struct completion *completion);
/* Puts the next (step 1) or previous (-1) one into the prompt. False: there is none. */
bool completion_step(struct completion *completion, struct prompt *prompt, int step);
void completion_draw(const struct completion *completion, struct line *line);
