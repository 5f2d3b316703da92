#include "branches.h"

#include <stdio.h>
#include <string.h>

#include "app.h"
#include "box.h"

#define BOX_COLS_MAX  84
#define NAME_COLS_MAX 34
#define AWAY_COLS     11
#define FRAME_ROWS    2

/* What is known of the project's branches; NULL: nothing yet. */
static const struct branch_list *known(const struct branches *b, const struct app *app)
{
    const struct snapshot *s = app->snapshot;
    const struct branch_list *list = b->source < s->source_count ? s->branches[b->source] : NULL;
    return list != NULL && strcmp(list->project_id, b->project_id) == 0 ? list : NULL;
}

static const struct branch *branch_at(const struct branch_list *list, size_t row)
{
    return list != NULL && row < list->branch_count ? &list->branches[row] : NULL;
}

const struct branch *branches_selected(const struct branches *b, const struct app *app)
{
    return branch_at(known(b, app), b->list.cursor);
}

static void remember(struct branches *b, const struct app *app)
{
    const struct branch *branch = branches_selected(b, app);
    if (branch != NULL)
        snprintf(b->selected, sizeof(b->selected), "%s", branch->name);
}

void branches_open(struct branches *b, const struct app *app, uint16_t source,
                   const char *project_id, const char *project_name)
{
    *b = (struct branches){.source = source};
    snprintf(b->project_id, sizeof(b->project_id), "%s", project_id);
    snprintf(b->project_name, sizeof(b->project_name), "%s", project_name);
    branches_update(b, app);
}

void branches_update(struct branches *b, const struct app *app)
{
    const struct branch_list *list = known(b, app);
    size_t count = list != NULL ? list->branch_count : 0;
    size_t room = app->rows > 4 + FRAME_ROWS ? (size_t)app->rows - 4 - FRAME_ROWS : 1;
    list_resize(&b->list, count, count < room ? count : room);
    for (size_t i = 0; i < count; i++)
        if (b->selected[0] != '\0' ? strcmp(list->branches[i].name, b->selected) == 0
                                   : list->branches[i].is_current)
            list_go(&b->list, i);
    remember(b, app);
}

bool branches_act(struct branches *b, const struct app *app, enum ui_action action)
{
    if (!list_act(&b->list, action))
        return false;
    remember(b, app);
    return true;
}

/* ---- drawing -----------------------------------------------------------------------------------
 */

size_t branches_cols(const struct app *app)
{
    size_t room = app->cols > 4 ? (size_t)app->cols - 4 : (size_t)app->cols;
    return room < BOX_COLS_MAX ? room : BOX_COLS_MAX;
}

size_t branches_rows(const struct branches *b)
{
    return (b->list.height > 0 ? b->list.height : 1) + FRAME_ROWS;
}

/* "↑2 ↓1" */
static void put_away(const struct branch *branch, struct line *line)
{
    size_t right = line->cols + AWAY_COLS;
    if (branch->ahead != UNKNOWN && branch->ahead > 0)
        line_putf(line, ROLE_WARNING, "\xe2\x86\x91%lld ", (long long)branch->ahead);
    if (branch->behind != UNKNOWN && branch->behind > 0)
        line_putf(line, ROLE_WARNING, "\xe2\x86\x93%lld ", (long long)branch->behind);
    line_pad_to(line, right);
}

static void put_facts(const struct branch *branch, struct line *line)
{
    if (branch->error != NULL) {
        line_put_cut(line, ROLE_ERROR, branch->error, SIZE_MAX);
        return;
    }
    if (branch->is_production)
        line_put(line, ROLE_DIM, "production  ");
    if (branch->owner != NULL)
        line_putf(line, ROLE_DIM, "of %s  ", branch->owner);
    else if (branch->is_personal)
        line_put(line, ROLE_DIM, "personal  ");
    if (branch->is_read_only)
        line_put(line, ROLE_DIM, "read only");
}

static void draw_branch(const struct branch *branch, bool is_selected, struct line *line)
{

    size_t half = line->limit / 2;
    line->overlay = is_selected ? OVERLAY_SELECTED : OVERLAY_NONE;
    line_cell(line, ROLE_OK, branch->is_current ? "\xe2\x97\x8f" : "", 2, false);
    line_cell(line, ROLE_TEXT, branch->name, half < NAME_COLS_MAX ? half : NAME_COLS_MAX, false);
    line_put(line, ROLE_TEXT, "  ");
    put_away(branch, line);
    put_facts(branch, line);
}

static void draw_words(const struct branch_list *list, struct line *line)
{
    if (list == NULL)
        line_put(line, ROLE_DIM, "Asking for the branches.");
    else if (list->error.code != ERR_NONE)
        line_put_cut(line, ROLE_WARNING, list->error.message, SIZE_MAX);
    else
        line_put(line, ROLE_DIM, "This project has no branches.");
}

void branches_draw(const struct branches *b, const struct app *app, size_t y, struct line *line)
{
    char title[LIMIT_ARGUMENT_BYTES + 20];
    if (y == 0) {
        snprintf(title, sizeof(title), "Branches of %s", b->project_name);
        box_top(line, title);
        return;
    }
    if (y == branches_rows(b) - 1) {
        box_bottom(line);
        return;
    }
    const struct branch_list *list = known(b, app);
    size_t row = b->list.top + y - 1;
    const struct branch *branch = branch_at(list, row);
    box_left(line);
    if (branch != NULL)
        draw_branch(branch, row == b->list.cursor, line);
    else
        draw_words(list, line);
    box_right(line);
}
