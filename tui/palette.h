/* palette.h - every action by name: what is typed narrows the list, what does not apply says why.
 *
 * Its rows come from the table of actions and from what can be chosen besides: orders, groups,
 * saved filters.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "line.h"
#include "list.h"
#include "prompt.h"

struct app;

#define PALETTE_ROWS 256

struct palette_row {
    uint8_t kind;
    uint16_t index; /* within its kind */
    int score;
};

struct palette {
    struct prompt prompt;
    struct palette_row rows[PALETTE_ROWS];
    size_t count;
    struct list list;
    size_t cursor_col; /* set by drawing */
};

void app_open_palette(struct app *app);
void palette_size(const struct app *app, size_t *out_cols, size_t *out_rows);
void palette_draw(struct app *app, size_t y, struct line *line);
void palette_key(struct app *app, uint32_t key);
bool palette_cursor(const struct app *app, size_t *out_x, size_t *out_y);
