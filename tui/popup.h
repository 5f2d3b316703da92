/* popup.h - what lies over the panes and gets the keys, in one table.
 *
 * Drawing, keys, footer and cursor of every box come from its row here; nobody asks which box it
 * is.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "line.h"

struct app;

enum popup {
    POPUP_NONE,
    POPUP_HELP,
    POPUP_CONFIRM,
    POPUP_PALETTE,
    POPUP_SORT,
    POPUP_COLUMNS,
    POPUP_GROUPS,
    POPUP_JUMPS,
    POPUP_FILTERS,
    POPUP_PARTS,
    POPUP_ITEM,
    POPUP_RUN,
    POPUP_COPY,
    POPUP_EXPORT,
    POPUP_EVENTS,
    POPUP_COUNT
};

/* What the footer says of a key. */
struct popup_hint {
    const char *key; /* NULL: the end */
    const char *word;
};

struct popup_ops {
    /* Columns and rows the box wants; NULL: it takes the place of the panes. */
    void (*size)(const struct app *app, size_t *out_cols, size_t *out_rows);
    /* Line y of the box. NULL where size is. */
    void (*draw)(struct app *app, size_t y, struct line *line);
    void (*key)(struct app *app, uint32_t key);
    /* The snapshot has changed; NULL: it does not care. */
    void (*update)(struct app *app);
    /* Where something is typed in the box, valid after drawing; false or NULL: nowhere. */
    bool (*cursor)(const struct app *app, size_t *out_x, size_t *out_y);
    const struct popup_hint *(*hints)(const struct app *app);
    uint32_t click;  /* the key that a click on the row under the cursor is; 0: Enter */
    bool is_ticking; /* something in it moves with the clock */
};

/* Index: enum popup; POPUP_NONE is empty. */
extern const struct popup_ops popups[POPUP_COUNT];
