/* project_ask.h - the question before something is done to a project or the workspace.
 *
 * It keeps its project by identity. What loses or publishes somebody's work wants the project's
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

struct project_ask {
    enum action_kind kind;
    uint16_t source;
    char project_id[LIMIT_ID_BYTES]; /* "": about the workspace */
    char project_name[LIMIT_ARGUMENT_BYTES];
    char argument[LIMIT_ARGUMENT_BYTES]; /* branch or workspace */
    char facts[320];                     /* where it stands now */
    struct prompt typed;
    size_t cursor_col; /* set by drawing */
};

enum project_answer { PROJECT_ANSWER_NONE, PROJECT_ANSWER_YES, PROJECT_ANSWER_NO };

/* True when the answer is the project's name and not one key. */
bool project_ask_is_typed(const struct project_ask *ask);
enum project_answer project_ask_key(struct project_ask *ask, uint32_t key);

size_t project_ask_rows(const struct project_ask *ask);
void project_ask_draw(struct project_ask *ask, size_t y, struct line *line);
/* Where the cursor belongs within the box; false: nowhere. Valid after drawing. */
bool project_ask_cursor(const struct project_ask *ask, size_t *out_x, size_t *out_y);
