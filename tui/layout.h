/* layout.h - from the size of the terminal to the places of everything on it. Pure. */
#pragma once

#include <stdbool.h>

enum pane { PANE_TASKS, PANE_DETAIL, PANE_ITEMS, PANE_COUNT };

struct rect {
    int x;
    int y;
    int width;
    int height; /* 0: not shown */
};

#define LAYOUT_WIDE_COLS 118
#define LAYOUT_WIDE_ROWS 24

struct layout {
    int cols;
    int rows;
    bool is_wide;                   /* all panes at once */
    struct rect header;             /* profiles and totals */
    struct rect titles[PANE_COUNT]; /* in the narrow layout one tab line: that of the shown pane */
    struct rect panes[PANE_COUNT];
    int divider_x; /* the column between detail and projects; 0: none */
    struct rect message;
    struct rect footer;
};

/* shown: the pane to show where there is room for one. is_zoomed: one pane although there is room
 * for all. */
void layout_compute(struct layout *layout, int cols, int rows, enum pane shown, bool is_zoomed);
