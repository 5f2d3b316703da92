/* cli_internal.h - what the files of the headless verbs share. One thread: the main one.
 *
 *   cli.c          the table of verbs; config, engine, the first poll, waiting, signals
 *   cli_options.c  the table of options, and reading a command line by it
 *   cli_target.c   from an ID on the command line to one task of one profile
 *   cli_ask.c      asking a person before something changes
 *   cli_output.c   tables, CSV, TSV, JSON and NDJSON on stdout
 *   cli_task.c     a task in one line
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "engine/config_sdk.h"
#include "engine/engine.h"
#include "engine/export.h"

#define CLI_MAX_ARGS    100
#define CLI_MAX_WATCHED 100

enum cli_format { CLI_TABLE, CLI_JSON, CLI_NDJSON, CLI_CSV, CLI_TSV, CLI_FORMAT_COUNT };
extern const char *const cli_formats[CLI_FORMAT_COUNT];
/* For all but CLI_TABLE. */
extern const enum export_format cli_export_formats[CLI_FORMAT_COUNT];

/* Whether tables have colours: on a terminal that has some, in any case, in none. */
enum cli_colour { CLI_COLOUR_AUTO, CLI_COLOUR_ALWAYS, CLI_COLOUR_NEVER, CLI_COLOUR_COUNT };
extern const char *const cli_colours[CLI_COLOUR_COUNT];

/* Options beyond those that every verb takes. */
enum cli_option {
    CLI_OPTION_FILTER = 1 << 0,
    CLI_OPTION_FORMAT = 1 << 1,
    CLI_OPTION_SORT = 1 << 2,
    CLI_OPTION_YES = 1 << 3,
    CLI_OPTION_AS = 1 << 4,
    CLI_OPTION_OUTPUT = 1 << 5,
    CLI_OPTION_COMMON = 1 << 6, /* those that every verb takes */
    CLI_OPTION_WAIT = 1 << 7,
    CLI_OPTION_WATCH_TASK = 1 << 8,
    CLI_OPTION_RUN = 1 << 9,    /* those of run_options */
    CLI_OPTION_AUDIT = 1 << 10, /* which actions; such a verb needs no profile */
    CLI_OPTION_FORMAT_SQL = 1 << 11,
};

struct cli {
    const struct cli_verb *verb;

    /* from the command line; borrowed from argv */
    struct config_places places;
    const char *profiles[LIMIT_PROFILES];
    size_t profile_count;
    int64_t timeout_ms; /* UNKNOWN: the verb's default */
    const char *filter; /* NULL */
    const char *sort;   /* NULL */
    const char *output; /* NULL: stdout */
    enum cli_format format;
    enum cli_colour colour;
    int64_t since_ms;    /* wall clock; UNKNOWN */
    size_t last;         /* 0: all */
    const char *action;  /* a word of action_infos; NULL */
    const char *outcome; /* action_state_name(); NULL */
    bool is_yes;
    bool is_wait;
    bool is_sql_formatted;
    bool is_help;
    const char *watched[CLI_MAX_WATCHED]; /* --watch-task */
    size_t watched_count;
    struct run_spec *spec; /* what to run; owned */
    char **args;
    int arg_count;

    /* while it runs */
    struct config config;
    struct engine *engine;
    struct snapshot *snapshot; /* the newest that was looked at */
    int64_t now_ms;            /* wall clock when it was taken */
    int64_t deadline_ms;       /* monotonic */
};

struct cli_verb {
    const char *name;
    const char *args; /* for --help: "ID...", "ACTION PROJECT [ARGUMENT]" */
    const char *help;
    unsigned options; /* enum cli_option */
    int min_args;
    int max_args;
    int64_t timeout_ms; /* default; 0: without end */
    /* Returns the exit code; cli_main() prints err if it is set. */
    int (*run)(struct cli *cli, struct error *err);
};

/* In the order of the documentation. */
extern const struct cli_verb cli_verbs[];
extern const size_t cli_verb_count;

/* ---- cli_options.c ---- */

struct cli_option_info {
    enum cli_option option;
    char letter; /* 0: none */
    const char *name;
    const char *value; /* NULL: takes none */
    bool (*set)(struct cli *cli, const char *value, struct error *err);
    const char *help;
};
extern const struct cli_option_info cli_options[];
extern const size_t cli_option_count;
bool cli_has_option(const struct cli_verb *verb, const struct cli_option_info *info);

/* Reads argv by the verb's options. */
bool cli_read_options(struct cli *cli, int argc, char **argv, struct error *err);
void cli_print_help(const struct cli_verb *verb);

/* ---- cli.c ---- */

/* Writes text; on a terminal that shows ASCII alone, '?' for each other character. */
void cli_put(FILE *file, const char *text, size_t length);
/* The same for a formatted text of less than 4 KiB. */
void cli_putf(FILE *file, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A line of talk on stderr: "querytop: ...". */
void cli_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* error_exit_code(), for "return cli_fail(err)". */
int cli_fail(const struct error *err);
/* The worse of two exit codes: an interrupt before a refusal before an outage before a no. */
int cli_worse(int a, int b);

/* True after SIGINT, SIGTERM or SIGHUP. */
bool cli_is_interrupted(void);

/* Waits until is_done, looking anew at each snapshot. False: ERR_INTERRUPTED, or ERR_TIMEOUT when
 * the deadline has passed. */
bool cli_await(struct cli *cli, bool (*is_done)(const struct cli *cli, void *context),
               void *context, struct error *err);
/* The same; where stderr is a terminal, a wait of more than a moment has a line there that describe
 * fills anew while it lasts ("" for none). Neither is_done nor its talk gets in its way. */
bool cli_await_telling(struct cli *cli, bool (*is_done)(const struct cli *cli, void *context),
                       void (*describe)(const struct cli *cli, void *context, char *out,
                                        size_t size),
                       void *context, struct error *err);
/* Starts the engine and waits for the first answer of every source. Those that fail are named on
 * stderr. False when none answered, or when interrupted. */
bool cli_poll(struct cli *cli, struct error *err);
/* Did this source answer the first poll? */
bool cli_has_answered(const struct source_status *status);
/* Waits for the ended tasks of before, where they have to be asked for, until the deadline. False
 * only when interrupted. */
bool cli_await_past(struct cli *cli, struct error *err);

/* ---- cli_target.c ---- */

struct cli_target {
    uint16_t source;
    char id[LIMIT_ID_BYTES];
    uint64_t action_id; /* 0: none was asked for */
    int told_state;     /* what the user was told last; a task's or an action's; -1: nothing */
};

/* Finds the task that each of cli->args means; polls first. Tasks that no list holds are asked for
 * at their service. The caller frees *out. */
bool cli_find_targets(struct cli *cli, struct cli_target **out, struct error *err);
/* NULL: nothing is known of it. Borrowed from the snapshot. */
const struct task *cli_target_task(const struct cli *cli, const struct cli_target *target);
const char *cli_target_profile(const struct cli *cli, const struct cli_target *target);

/* The profile that "profile:" at the beginning of text names, and how long that name is; 0 when
 * there is none of that name. */
size_t cli_profile_length(const struct config *config, const char *text, size_t *out_index);

/* ---- cli_ask.c ---- */

/* False: ERR_USAGE, when there is neither --yes nor anybody to ask; what: "--yes runs it". */
bool cli_check_askable(const struct cli *cli, const char *what, struct error *err);
/* A plain y or yes; all else, also nothing, is a no: ERR_NO, or ERR_INTERRUPTED. */
bool cli_ask(struct error *err);
/* The same for what can not be undone: wants that word typed. */
bool cli_ask_word(const char *word, struct error *err);
/* Arms an armed profile for as long as this call may take. */
bool cli_arm(struct cli *cli, uint16_t source, struct error *err);
/* Starts the time that the verb may take anew: a person took their own to answer. */
void cli_renew_deadline(struct cli *cli);
/* 0 when it was confirmed, and why not otherwise. record may be NULL. */
int cli_action_exit_code(const struct action_record *record);

/* ---- cli_wait.c ---- */

/* Waits until the targets have ended and writes each end as it comes, as a document of that schema
 * or a line each. Returns the exit code: 0 when all have succeeded. */
int cli_wait_for(struct cli *cli, struct cli_target *targets, size_t count, const char *schema);

/* ---- cli_list.c ---- */

struct filter;
/* Parses --filter; says on stderr where it is wrong. NULL: err is set. */
struct filter *cli_parse_filter(const char *text, struct error *err);

/* ---- cli_show.c ---- */

/* Facts, group by group. */
void cli_print_fields(const struct field *fields, size_t count);
/* Each line indented; NULL is a dash. */
void cli_print_lines(const char *text);
struct json *cli_field_json(const struct field *field);

/* ---- cli_items.c ---- */

/* The kind of items that a verb is about, by its name: "schedule", "schedules". */
enum item_kind cli_item_kind(const struct cli_verb *verb);
/* Waits until the items of all profiles that have some of that kind were read, or why they can not
 * be. */
bool cli_read_items(struct cli *cli, enum item_kind kind, struct error *err);
/* Returns the exit code for when nothing could be read, and says why on stderr. */
int cli_tell_item_errors(const struct cli *cli, enum item_kind kind);
/* Writes items of one source as a document with that head, or as a table. head is taken. */
void cli_write_items(const struct cli *cli, const char *profile, const struct item_list *list,
                     enum item_kind kind, struct json *head);
/* One item in full. */
void cli_show_item(const struct cli *cli, const char *profile, const struct item *item);

/* ---- cli_item.c ---- */

/* The words that a verb like `querytop project` takes first, in the order of the documentation;
 * NULL beyond the last. */
const char *cli_item_action(const struct cli_verb *verb, size_t at);
/* For --help: what may be done with such an item. */
void cli_print_item_actions(const struct cli_verb *verb);

/* ---- verbs ---- */

int cli_list(struct cli *cli, struct error *err);
int cli_show(struct cli *cli, struct error *err);
int cli_results(struct cli *cli, struct error *err);
int cli_cancel(struct cli *cli, struct error *err);
int cli_retry(struct cli *cli, struct error *err);
int cli_hide(struct cli *cli, struct error *err);
int cli_wait(struct cli *cli, struct error *err);
int cli_run(struct cli *cli, struct error *err);
int cli_watch(struct cli *cli, struct error *err);
int cli_projects(struct cli *cli, struct error *err);
int cli_items(struct cli *cli, struct error *err);
int cli_item(struct cli *cli, struct error *err);
int cli_audit(struct cli *cli, struct error *err);
int cli_doctor(struct cli *cli, struct error *err);
