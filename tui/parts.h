/* parts.h - the list of an item's parts: a project's branches, a schedule's runs. Pure.
 *
 * The parts come with a later snapshot; the cursor follows a part by its id.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "line.h"
#include "list.h"
#include "model/item.h"

struct app;

struct parts {
    uint16_t source;
    enum item_kind kind;          /* of the item */
    char item_id[LIMIT_ID_BYTES]; /* "": never opened */
    char item_name[LIMIT_ARGUMENT_BYTES];
    char selected[LIMIT_ARGUMENT_BYTES]; /* id of the part; "": the current one */
    struct list list;
};

void parts_open(struct parts *parts, const struct app *app, uint16_t source,
                const struct item *item);
/* The snapshot or the size has changed. */
void parts_update(struct parts *parts, const struct app *app);
/* Up, down, pages, first, last. False: no such action. */
bool parts_act(struct parts *parts, const struct app *app, enum ui_action action);
/* The part under the cursor; NULL. */
const struct item *parts_selected(const struct parts *parts, const struct app *app);

size_t parts_cols(const struct app *app);
size_t parts_rows(const struct parts *parts);
void parts_draw(const struct parts *parts, const struct app *app, size_t y, struct line *line);
