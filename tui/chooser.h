/* chooser.h - a small list over the panes to choose the order of the tasks from. Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "line.h"
#include "list.h"
#include "model/column.h"

struct chooser {
    struct list list;
    enum column current;
    bool is_reversed;
};

void chooser_open(struct chooser *chooser, enum column current, bool is_reversed);
enum column chooser_column(const struct chooser *chooser);
size_t chooser_cols(void);
size_t chooser_rows(const struct chooser *chooser);
/* Line y of the box, 0 <= y < rows. */
void chooser_draw(const struct chooser *chooser, size_t y, struct line *line);
/* Fits it into a screen of that many rows. */
void chooser_resize(struct chooser *chooser, int screen_rows);
