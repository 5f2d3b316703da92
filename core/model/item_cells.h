/* item_cells.h - the cells of the columns that tell of an item; item_kinds names them. Pure. */
#pragma once

#include "model/item.h"

/* All as struct item_column has them. */
const char *item_cell_name(const struct item *item, int64_t now_ms, char scratch[ITEM_CELL_BYTES]);
const char *item_cell_state(const struct item *item, int64_t now_ms, char scratch[ITEM_CELL_BYTES]);
const char *item_cell_owner(const struct item *item, int64_t now_ms, char scratch[ITEM_CELL_BYTES]);
const char *item_cell_timing(const struct item *item, int64_t now_ms,
                             char scratch[ITEM_CELL_BYTES]);
/* When it was changed, or began. */
const char *item_cell_when(const struct item *item, int64_t now_ms, char scratch[ITEM_CELL_BYTES]);
const char *item_cell_branch(const struct item *item, int64_t now_ms,
                             char scratch[ITEM_CELL_BYTES]);
const char *item_cell_remote(const struct item *item, int64_t now_ms,
                             char scratch[ITEM_CELL_BYTES]);
/* Commits ahead of and behind the remote: "↑2 ↓1". */
const char *item_cell_away(const struct item *item, int64_t now_ms, char scratch[ITEM_CELL_BYTES]);
const char *item_cell_git(const struct item *item, int64_t now_ms, char scratch[ITEM_CELL_BYTES]);
/* The note, or else what is special about it: "production, read only". */
const char *item_cell_note(const struct item *item, int64_t now_ms, char scratch[ITEM_CELL_BYTES]);

enum item_tone item_tone_quiet(const struct item *item);
enum item_tone item_tone_away(const struct item *item);
enum item_tone item_tone_git(const struct item *item);
enum item_tone item_tone_state(const struct item *item);
enum item_tone item_tone_note(const struct item *item);
