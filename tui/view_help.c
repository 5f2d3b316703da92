/* view_help.c - what the keys do, from the table of actions. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "base/xalloc.h"

#define KEYS_COLS 22

/* A row is an action, a heading, or a sentence. */
struct help_row {
    enum ui_action action; /* UI_NONE: text */
    uint8_t role;
    const char *text;
};

#define FIXED_ROWS 24

struct help {
    struct help_row rows[UI_ACTION_COUNT + FIXED_ROWS];
    size_t count;
    struct list list;
};

static void add_text(struct help *h, enum role role, const char *text)
{
    h->rows[h->count++] = (struct help_row){UI_NONE, (uint8_t)role, text};
}

static void help_open(struct view *view)
{
    static const char *const filters[] = {
        "  word                 text in any column; upper case in it makes case matter",
        "  state=failed         equal; != is not equal; a trailing * matches the rest",
        "  user~ana             contains; !~ does not contain",
        "  elapsed>10s          also < >= <=; 30s 5m 2h 1d, counts as 10k",
        "  a b   a or b   not a   ( )   \"quoted text\"",
    };
    struct help *h = view->state;
    for (int group = 0; group < UI_GROUP_COUNT; group++) {
        if (group > 0)
            add_text(h, ROLE_TEXT, "");
        add_text(h, ROLE_TITLE, ui_group_title((enum ui_group)group));
        for (int action = UI_NONE + 1; action < UI_ACTION_COUNT; action++)
            if (ui_actions[action].group == (enum ui_group)group)
                h->rows[h->count++] = (struct help_row){(enum ui_action)action, 0, NULL};
    }
    add_text(h, ROLE_TEXT, "");
    add_text(h, ROLE_TITLE, "Filters");
    for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++)
        add_text(h, ROLE_TEXT, filters[i]);
}

static void help_update(struct view *view)
{
    struct help *h = view->state;
    list_resize(&h->list, h->count, view->height);
}

static void help_draw_title(const struct view *view, struct line *line)
{
    const struct help *h = view->state;
    line_put(line, ROLE_DIM, "querytop " QUERYTOP_VERSION "  Esc goes back");
    if (h->list.count > h->list.height)
        line_putf(line, ROLE_DIM, "  %zu-%zu of %zu", h->list.top + 1, h->list.top + h->list.height,
                  h->list.count);
}

static void draw_keys(enum ui_action action, struct line *line)
{
    char keys[80] = "";
    size_t used = 0;
    for (int i = 0; i < UI_ACTION_KEYS && ui_actions[action].keys[i] != 0; i++) {
        char name[KEY_NAME_BYTES];
        int count = snprintf(keys + used, sizeof(keys) - used, "%s%s", i > 0 ? "  " : "",
                             key_format(ui_actions[action].keys[i], name));
        used += (size_t)count;
    }
    line_put(line, ROLE_TEXT, "  ");
    line_cell(line, ROLE_KEY, keys, KEYS_COLS - 3, false);
    line_put(line, ROLE_TEXT, "  ");
}

static void help_draw_row(const struct view *view, size_t y, struct line *line)
{
    const struct help *h = view->state;
    size_t at = h->list.top + y;
    if (at >= h->count)
        return;
    const struct help_row *row = &h->rows[at];
    line_put(line, ROLE_TEXT, "  ");
    if (row->action == UI_NONE) {
        line_put(line, (enum role)row->role, row->text);
        return;
    }
    draw_keys(row->action, line);
    line_put(line, ROLE_TEXT, ui_actions[row->action].help);
}

static bool help_act(struct view *view, enum ui_action action)
{
    struct help *h = view->state;
    return list_scroll(&h->list, action);
}

const struct view_ops view_help = {
    .title = "Help",
    .state_size = sizeof(struct help),
    .open = help_open,
    .update = help_update,
    .draw_title = help_draw_title,
    .draw_row = help_draw_row,
    .act = help_act,
};
