/* saved_filters.h - the little list of filters that have a name. Its rows are the settings'. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "line.h"
#include "list.h"

struct app;
struct setting;

void app_open_saved_filters(struct app *app);
/* NULL: does nothing. */
void app_use_saved_filter(struct app *app, const struct setting *filter);
void saved_filters_size(const struct app *app, size_t *out_cols, size_t *out_rows);
void saved_filters_draw(struct app *app, size_t y, struct line *line);
void saved_filters_key(struct app *app, uint32_t key);
