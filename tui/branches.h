/* branches.h - the list of a project's branches, to check one out. Pure.
 *
 * The branches come with a later snapshot; the cursor follows a branch by its name.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "line.h"
#include "list.h"

struct app;
struct branch;

struct branches {
    uint16_t source;
    char project_id[LIMIT_ID_BYTES]; /* "": never opened */
    char project_name[LIMIT_ARGUMENT_BYTES];
    char selected[LIMIT_ARGUMENT_BYTES]; /* name of the branch; "": the one checked out */
    struct list list;
};

void branches_open(struct branches *branches, const struct app *app, uint16_t source,
                   const char *project_id, const char *project_name);
/* The snapshot or the size has changed. */
void branches_update(struct branches *branches, const struct app *app);
/* Up, down, pages, first, last. False: no such action. */
bool branches_act(struct branches *branches, const struct app *app, enum ui_action action);
/* The branch under the cursor; NULL. */
const struct branch *branches_selected(const struct branches *branches, const struct app *app);

size_t branches_cols(const struct app *app);
size_t branches_rows(const struct branches *branches);
void branches_draw(const struct branches *branches, const struct app *app, size_t y,
                   struct line *line);
