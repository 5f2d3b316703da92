/* view.h - what a pane is: it computes lines from a snapshot and draws them into struct line.
 *
 * update() computes and never draws; draw_row() draws and never computes or asks. Views know the
 * app for what is selected, never curses and never the network.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "actions.h"
#include "line.h"

struct app;
struct view;

struct view_ops {
    const char *title;
    size_t state_size;
    void (*open)(struct view *view);
    /* The snapshot, the selection or the size has changed. */
    void (*update)(struct view *view);
    /* What stands behind the pane's name in its title line. */
    void (*draw_title)(const struct view *view, struct line *out_line);
    /* Line y of the pane, 0 <= y < height. */
    void (*draw_row)(const struct view *view, size_t y, struct line *out_line);
    /* False: not mine, the app decides. */
    bool (*act)(struct view *view, enum ui_action action);
    /* How often something visible changes with the clock, in ms; 0 or NULL: never. */
    int (*tick_ms)(const struct view *view);
    void (*close)(struct view *view);
};

struct view {
    const struct view_ops *ops;
    const char *title; /* that of the ops, or what its update() puts there */
    struct app *app;
    void *state;
    size_t width;
    size_t height;
    bool is_focused;
};

void view_open(struct view *view, const struct view_ops *ops, struct app *app);
void view_close(struct view *view);

extern const struct view_ops view_tasks;
extern const struct view_ops view_detail;
extern const struct view_ops view_items;
extern const struct view_ops view_help;
