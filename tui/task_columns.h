/* task_columns.h - which columns the list of tasks shows, in which order and how wide. Pure.
 *
 * Left alone, the list shows what fits, the most telling columns first. A choice of one's own is
 * kept as it is; on a screen too narrow for it its last columns wait out of sight.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/column.h"

#define COLUMN_MARGIN_COLS 4 /* before the first: cursor, blank, mark, blank */
#define COLUMN_GAP_COLS    2
#define COLUMN_COLS_MIN    3
#define COLUMN_COLS_MAX    99

struct column_place {
    uint8_t column; /* enum column */
    uint8_t cols;   /* 0: as its contents want */
    bool is_shown;
};

struct shown_column {
    enum column column;
    size_t cols;
};

struct task_columns {
    bool is_own; /* chosen by a person */
    struct column_place places[COLUMN_COUNT];
    /* Set by task_columns_fit(). */
    struct shown_column shown[COLUMN_COUNT];
    size_t shown_count;
};

void task_columns_init(struct task_columns *columns);
/* Chooses what fits into width, and how wide each is. */
void task_columns_fit(struct task_columns *columns, size_t width, bool has_several_profiles);

/* Changes of a person; place < COLUMN_COUNT. The last shown column can not be hidden. */
void task_columns_toggle(struct task_columns *columns, size_t place);
/* One place up or down; returns where it is now. */
size_t task_columns_move(struct task_columns *columns, size_t place, int step);
/* By step columns wider; from what is on the screen now. */
void task_columns_widen(struct task_columns *columns, size_t place, int step);
/* As wide as its contents want. */
void task_columns_free_width(struct task_columns *columns, size_t place);

/* As it is kept: "state elapsed user20"; "" when nothing was chosen. At most size - 1 bytes.
 * Returns out. */
char *task_columns_format(const struct task_columns *columns, char *out, size_t size);
/* Names it does not know are passed over; NULL or none left: nothing was chosen. */
void task_columns_parse(struct task_columns *columns, const char *text);
