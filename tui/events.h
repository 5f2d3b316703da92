/* events.h - the last changes of state, and the box that lists them, newest first. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "line.h"
#include "list.h"
#include "marks.h"

#define EVENTS_MAX 1000

struct app;

struct event {
    int64_t at_ms; /* wall clock */
    struct task_key key;
    uint8_t state; /* enum task_state */
    char profile[LIMIT_NAME_BYTES];
    char user[40];
    char title[120];
};

struct events {
    struct event *ring; /* EVENTS_MAX of them; NULL: none yet */
    size_t count;       /* ever noted */
};

void events_note(struct events *events, const struct task *task, const struct snapshot *s,
                 int64_t at_ms);
size_t events_count(const struct events *events);
/* 0 is the newest; NULL beyond the oldest. */
const struct event *events_at(const struct events *events, size_t index);
void events_finish(struct events *events);

/* The box; of the table of popups. */
void app_open_events(struct app *app);
void event_box_size(const struct app *app, size_t *out_cols, size_t *out_rows);
void event_box_draw(struct app *app, size_t y, struct line *line);
void event_box_key(struct app *app, uint32_t key);
void event_box_update(struct app *app);
