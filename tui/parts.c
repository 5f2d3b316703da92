#include "parts.h"

#include <stdio.h>
#include <string.h>

#include "app.h"
#include "box.h"
#include "item_row.h"

#define BOX_COLS_MAX 84
#define FRAME_ROWS   2
#define MARK_COLS    2

/* What is known of the item's parts; NULL: nothing yet. */
static const struct item_list *known(const struct parts *parts, const struct app *app)
{
    const struct snapshot *s = app->snapshot;
    const struct item_list *list = parts->source < s->source_count ? s->parts[parts->source] : NULL;
    return list != NULL && strcmp(list->item_id, parts->item_id) == 0 ? list : NULL;
}

static const struct item *part_at(const struct item_list *list, size_t row)
{
    return list != NULL && row < list->item_count ? &list->items[row] : NULL;
}

const struct item *parts_selected(const struct parts *parts, const struct app *app)
{
    return part_at(known(parts, app), parts->list.cursor);
}

static void remember(struct parts *parts, const struct app *app)
{
    const struct item *part = parts_selected(parts, app);
    if (part != NULL)
        snprintf(parts->selected, sizeof(parts->selected), "%s", part->id);
}

void parts_open(struct parts *parts, const struct app *app, uint16_t source,
                const struct item *item)
{
    *parts = (struct parts){.source = source, .kind = item->kind};
    snprintf(parts->item_id, sizeof(parts->item_id), "%s", item->id);
    snprintf(parts->item_name, sizeof(parts->item_name), "%s", item->name);
    parts_update(parts, app);
}

void parts_update(struct parts *parts, const struct app *app)
{
    const struct item_list *list = known(parts, app);
    size_t count = list != NULL ? list->item_count : 0;
    size_t room = app->rows > 4 + FRAME_ROWS ? (size_t)app->rows - 4 - FRAME_ROWS : 1;
    list_resize(&parts->list, count, count < room ? count : room);
    for (size_t i = 0; i < count; i++)
        if (parts->selected[0] != '\0' ? strcmp(list->items[i].id, parts->selected) == 0
                                       : list->items[i].is_current)
            list_go(&parts->list, i);
    remember(parts, app);
}

bool parts_act(struct parts *parts, const struct app *app, enum ui_action action)
{
    if (!list_act(&parts->list, action))
        return false;
    remember(parts, app);
    return true;
}

/* ---- drawing -----------------------------------------------------------------------------------
 */

size_t parts_cols(const struct app *app)
{
    size_t room = app->cols > 4 ? (size_t)app->cols - 4 : (size_t)app->cols;
    return room < BOX_COLS_MAX ? room : BOX_COLS_MAX;
}

size_t parts_rows(const struct parts *parts)
{
    return (parts->list.height > 0 ? parts->list.height : 1) + FRAME_ROWS;
}

static void draw_part(const struct item_list *list, size_t row, bool is_selected, int64_t now_ms,
                      struct line *line)
{
    const struct item *part = &list->items[row];
    struct item_widths widths = {{0}};
    size_t room = line->limit > line->cols + MARK_COLS ? line->limit - line->cols - MARK_COLS : 1;
    for (size_t i = 0; i < list->item_count; i++)
        item_row_fit(&widths, &list->items[i], now_ms);
    item_row_settle(&widths, part->kind, room);
    line->overlay = is_selected ? OVERLAY_SELECTED : OVERLAY_NONE;
    line_cell(line, ROLE_OK, part->is_current ? "\xe2\x97\x8f" : "", MARK_COLS, false);
    item_row_draw(&widths, part, now_ms, line);
}

static void draw_words(const struct parts *parts, const struct item_list *list, struct line *line)
{
    const struct item_kind_info *info = &item_kinds[parts->kind];
    const char *plural = item_kinds[info->part].plural;
    if (list == NULL)
        line_putf(line, ROLE_DIM, "Asking for the %s.", plural);
    else if (list->error.code != ERR_NONE)
        line_put_cut(line, ROLE_WARNING, list->error.message, SIZE_MAX);
    else
        line_putf(line, ROLE_DIM, "This %s has no %s.", info->name, plural);
}

void parts_draw(const struct parts *parts, const struct app *app, size_t y, struct line *line)
{
    char title[LIMIT_ARGUMENT_BYTES + 20];
    if (y == 0) {
        snprintf(title, sizeof(title), "%s of %s", item_kinds[item_kinds[parts->kind].part].title,
                 parts->item_name);
        box_top(line, title);
        return;
    }
    if (y == parts_rows(parts) - 1) {
        box_bottom(line);
        return;
    }
    const struct item_list *list = known(parts, app);
    size_t row = parts->list.top + y - 1;
    box_left(line);
    if (part_at(list, row) != NULL)
        draw_part(list, row, row == parts->list.cursor, app->now_ms, line);
    else
        draw_words(parts, list, line);
    box_right(line);
    if (part_at(list, row) != NULL)
        line_zone(line, 0, ZONE_ROW, (int)row - (int)parts->list.cursor);
}
