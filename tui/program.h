/* program.h - the command line of the dashboard, the demo and replays, in one table.
 *
 * Options, --help, completions and the manual come from it. Pure but for print.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "engine/config_sdk.h"
#include "sandbox/sandbox.h"

/* Tasks that a command line may name. */
#define PROGRAM_WATCHED_MAX 100

/* Which of them takes an option. */
enum program_kind { PROGRAM_DASHBOARD = 1 << 0, PROGRAM_DEMO = 1 << 1, PROGRAM_REPLAY = 1 << 2 };

struct program {
    struct config_places places;
    const char *log_path;
    const char *record_path;
    const char *replay_path; /* what follows the options of a replay */
    double replay_speed;     /* 0: not said */
    const char *profiles[LIMIT_PROFILES];
    size_t profile_count;
    const char *watched[PROGRAM_WATCHED_MAX];
    size_t watched_count;
    struct sandbox_options demo;
    bool is_linear;
    bool has_mouse;
    bool wants_version;
    bool wants_help;
};

struct program_option {
    const char *name;
    char letter;       /* 0: none */
    const char *value; /* what it takes, as in help; NULL: nothing */
    unsigned kinds;    /* enum program_kind */
    const char *help;
    bool (*set)(struct program *program, const char *value, struct error *err);
};

extern const struct program_option program_options[];
extern const size_t program_option_count;

/* Reads argv, whose first word is no option, by the table. */
bool program_read(struct program *program, enum program_kind kind, int argc, char **argv,
                  struct error *err);
/* The options of one kind, for --help. */
void program_print_options(enum program_kind kind);
