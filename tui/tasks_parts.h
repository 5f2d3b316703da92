/* tasks_parts.h - what the files of the list of tasks share. */
#pragma once

#include "app.h"
#include "task_columns.h"
#include "task_groups.h"
#include "task_order.h"

/* A search that goes on in the next frame. */
struct task_search {
    struct filter *filter; /* NULL: none is under way */
    size_t from;           /* row of the order */
    size_t at;             /* how many rows on from there */
    int step;
};

struct tasks {
    struct task_order order;
    struct task_groups groups;
    struct list list;
    struct task_key selected;
    uint32_t selected_slot;  /* of the order */
    uint64_t selected_group; /* while the cursor is on the head of a group */
    bool is_following;       /* pinned until the cursor is moved */
    bool is_pinned;          /* the cursor stays on the first row, whatever task that is */
    struct task_columns columns;
    struct task_search search;
    bool has_worked; /* in this frame */
};

/* view_tasks.c: lines of the list, which are tasks or heads of groups. */
bool tasks_are_grouped(const struct tasks *t);
size_t tasks_row_count(const struct tasks *t);
/* The row of the order that stands in a line of the list; order.shown.count: a head or nothing. */
size_t tasks_order_row(const struct tasks *t, size_t row);
/* The same as a slot of the order; SLOT_UNKNOWN. */
uint32_t tasks_slot_at(const struct tasks *t, size_t row);
/* NULL: a head or nothing. */
const struct task *tasks_task_at(const struct tasks *t, size_t row);
/* The group whose head stands in a line of the list; NULL: another line. */
const struct task_group *tasks_head_at(const struct tasks *t, size_t row);
/* Puts the cursor on a row of the order; opens the group it is in. */
void tasks_show_row(struct view *view, size_t at);

/* tasks_draw.c */
void tasks_draw_title(const struct view *view, struct line *line);
void tasks_draw_row(const struct view *view, size_t y, struct line *line);

/* tasks_search.c */
void tasks_go_on_searching(struct view *view);
void tasks_end_search(struct tasks *t);
