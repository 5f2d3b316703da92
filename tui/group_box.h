/* group_box.h - the little list to choose from what the tasks are grouped by. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "line.h"

struct app;

void app_open_groupings(struct app *app);
void group_box_resize(struct app *app);
void group_box_size(const struct app *app, size_t *out_cols, size_t *out_rows);
void group_box_draw(struct app *app, size_t y, struct line *line);
void group_box_key(struct app *app, uint32_t key);
