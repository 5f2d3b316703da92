/* column_box.h - the list of columns over the panes: which, in which order, how wide. What is
 * changed in it is seen behind it at once. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "line.h"
#include "list.h"
#include "task_columns.h"

struct app;

struct column_box {
    struct list list;
    struct task_columns before; /* what Esc goes back to */
};

void app_open_columns(struct app *app);
void column_box_resize(struct app *app);
void column_box_size(const struct app *app, size_t *out_cols, size_t *out_rows);
void column_box_draw(struct app *app, size_t y, struct line *line);
void column_box_key(struct app *app, uint32_t key);
