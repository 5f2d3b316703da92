/* stage.h - a real service and the real dashboard watching it, for one test. */
#pragma once

#include "support/service.h"
#include "support/term.h"
#include "support/testing.h"

struct stage {
    struct service *service;
    struct term *term;
};

struct stage_options {
    const char *const
        *sandbox; /* options of the service; ends with NULL. NULL: nothing happens there */
    const char *const *env; /* of the dashboard, as in struct term_options */
    const char *settings;   /* of the profile, as in service_config() */
    int rows;
    int cols;
};

/* No task, no traffic; what is submitted runs at once. */
extern const char *const stage_idle[];
/* Five tasks that wait for ever. */
extern const char *const stage_queue[];
/* Like idle, but a task takes a while. */
extern const char *const stage_slow[];

/* Two tasks that run for ever, twelve that wait, always the same ones. */
extern const char *const stage_history[];

/* A clock that stands still, as an entry of an environment and as a whole one. */
#define STAGE_FROZEN "QUERYTOP_FREEZE=2026-11-20T10:00:00Z"
extern const char *const stage_frozen[];

/* Starts both; the dashboard has its first answer when it returns. */
void stage_open(struct stage *stage, const struct stage_options *options);
/* Starts both on the history and with a clock that stands still: options->env must have
 * STAGE_FROZEN, or be NULL. The cursor is on the first task, and all of them are shown. */
void stage_open_frozen(struct stage *stage, const struct stage_options *options);
/* Starts the dashboard alone on a service that runs. */
void stage_open_term(struct stage *stage, const struct stage_options *options);
/* Quits with q, expects exit code 0, and ends the service. */
void stage_close(struct stage *stage);

/* Filters the list down to one task, which is then under the cursor. */
void stage_select(struct stage *stage, const char *task_id);

/* Looks on for that long: does the text ever come? */
bool stage_sees(struct stage *stage, const char *text, int duration_ms);

/* Waits for the text; fails the test where it does not come. */
#define assert_shows(stage, text) assert_true(term_wait_text((stage)->term, text, TERM_PATIENCE_MS))
#define assert_hides(stage, text) \
    assert_true(term_wait_no_text((stage)->term, text, TERM_PATIENCE_MS))
/* Waits for the program's end and expects the exit code. */
#define assert_exit_code(t, code) assert_int_equal(stage_exit_code(t), code)
/* -1: it was killed by a signal or did not end. */
int stage_exit_code(struct term *t);
