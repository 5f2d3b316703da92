/* task_row.h - one line of the list: a task in its columns, or the head of a group. */
#pragma once

#include "line.h"
#include "model/filter.h"
#include "task_columns.h"
#include "task_groups.h"

struct app;

#define TASK_ROW_STEP_MS 10000 /* in which the ages of old tasks move */

/* The titles of the columns, after the margin; the one the order is by stands out. */
void task_row_heads(const struct task_columns *chosen, enum column order, struct line *line);
/* The mark, and the cells. slow: the rule for what is slow; NULL. */
void task_row_draw(const struct app *app, const struct task *task,
                   const struct task_columns *chosen, const struct filter *slow, struct line *line);
/* How often something in the line moves with the clock. */
int task_row_tick_ms(const struct app *app, const struct task *task);
void group_row_heads(enum grouping by, struct line *line);
void group_row_draw(const struct task_group *group, struct line *line);
