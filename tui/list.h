/* list.h - a cursor in a list that is longer than its window. Pure.
 *
 * The list knows rows; whose identity the cursor follows is the view's business: after its rows
 * have changed it says with list_follow() where the same thing is now.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "actions.h"

struct list {
    size_t count;
    size_t height; /* rows of the window */
    size_t cursor; /* < count, or 0 */
    size_t top;    /* first row in the window */
};

/* Sets count and window; keeps cursor and window inside. */
void list_resize(struct list *list, size_t count, size_t height);
/* Puts the cursor on row and scrolls as little as needed. */
void list_go(struct list *list, size_t row);
/* The thing under the cursor has moved to row: it stays where it was on the screen, unless the top
 * of the list is in view and can stay there. */
void list_follow(struct list *list, size_t row);
/* Up, down, pages, first, last. False: no such action. */
bool list_act(struct list *list, enum ui_action action);
/* The same for a text without a cursor: moves the window. */
bool list_scroll(struct list *list, enum ui_action action);
