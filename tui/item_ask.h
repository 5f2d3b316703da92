/* item_ask.h - the question before something is done to an item or the workspace.
 *
 * It keeps its item by identity. What loses or publishes somebody's work wants the item's
 * name typed. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "line.h"
#include "model/action.h"
#include "prompt.h"

struct item_ask {
    enum action_kind kind;
    uint16_t source;
    char item_id[LIMIT_ID_BYTES]; /* "": about the workspace */
    char item_name[LIMIT_ARGUMENT_BYTES];
    char argument[LIMIT_ARGUMENT_BYTES]; /* branch or workspace */
    char facts[320];                     /* where it stands now */
    struct prompt typed;
    size_t cursor_col; /* set by drawing */
};

enum item_answer { ITEM_ANSWER_NONE, ITEM_ANSWER_YES, ITEM_ANSWER_NO };

/* True when the answer is the item's name and not one key. */
bool item_ask_is_typed(const struct item_ask *ask);
enum item_answer item_ask_key(struct item_ask *ask, uint32_t key);

size_t item_ask_rows(const struct item_ask *ask);
void item_ask_draw(struct item_ask *ask, size_t y, struct line *line);
/* Where the cursor belongs within the box; false: nowhere. Valid after drawing. */
bool item_ask_cursor(const struct item_ask *ask, size_t *out_x, size_t *out_y);
