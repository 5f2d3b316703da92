/* jump_box.h - the list of where one can go from a task, and the places one came from. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "detail_pages.h"
#include "jumps.h"
#include "layout.h"
#include "line.h"
#include "list.h"
#include "prompt.h"

#define PLACES_MAX 32

struct app;

/* What was looked at before a jump. */
struct place {
    enum pane focus;
    enum detail_page page;
    struct task_key task;
    char filter[PROMPT_BYTES];
    uint16_t item_source;
    enum item_kind item_kind;
    char item_id[LIMIT_ID_BYTES]; /* "": none */
};

struct places {
    struct place items[PLACES_MAX]; /* the last one on top; the oldest is forgotten */
    size_t count;
};

struct jump_row {
    bool is_there;
    char words[160]; /* what is there, or why nothing is */
};

struct jump_box {
    struct list list;
    struct jump_row rows[JUMP_COUNT];
};

void jump_box_resize(struct app *app);
void jump_box_key(struct app *app, uint32_t key);
void jump_box_size(const struct app *app, size_t *out_cols, size_t *out_rows);
void jump_box_draw(struct app *app, size_t y, struct line *line);
