/* run_form.h - what to run, typed into rows that come from the table of run options.
 *
 * Keeps its text until a task was started from it. Pure but for memory.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "line.h"
#include "list.h"
#include "model/item.h"
#include "model/run_spec.h"
#include "model/task.h"
#include "prompt.h"

struct run_form {
    uint16_t source;
    struct prompt *values; /* per run option; NULL until it is opened first */
    size_t *shown;         /* the run options that the service knows: one a row */
    size_t shown_count;
    struct list list;
    size_t error_row;  /* shown_count: the mistake is of no row */
    char error[240];   /* "": none */
    bool is_waiting;   /* asked, and not answered yet */
    size_t cursor_col; /* set by drawing */
};

enum run_form_answer { RUN_FORM_NONE, RUN_FORM_RUN, RUN_FORM_CLOSE };

void run_form_finish(struct run_form *form);
/* Has the rows that a service with these capabilities (enum provider_cap) knows. What was typed
 * stays; an empty form starts with the query of the task (NULL: none). */
void run_form_open(struct run_form *form, uint16_t source, unsigned caps, const struct task *task,
                   int screen_rows);
/* The form is about this template now, with its usual parameters. */
void run_form_take_template(struct run_form *form, const struct item *template);
void run_form_resize(struct run_form *form, int screen_rows);
void run_form_clear(struct run_form *form);
enum run_form_answer run_form_key(struct run_form *form, uint32_t key);
/* The spec, owned by the caller; NULL when there is a mistake, which the form then shows. */
struct run_spec *run_form_build(struct run_form *form);
/* Shows a mistake at a row, or at none (NULL), and goes there. */
void run_form_blame(struct run_form *form, const struct run_option *option, const char *words);

size_t run_form_rows(const struct run_form *form);
void run_form_draw(struct run_form *form, const char *profile, size_t y, struct line *line);
/* Where the cursor belongs within the box. Valid after drawing. */
void run_form_cursor(const struct run_form *form, size_t *out_x, size_t *out_y);
