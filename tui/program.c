#include "program.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/helptext.h"
#include "base/suggest.h"
#include "engine/replay.h"

#define ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define OPTION_VALUE(index) (256 + (int)(index))
/* For an option with its letter, in --help. */
#define HEAD_COLS 25

/* ---- what each option does ---------------------------------------------------------------------
 */

static bool set_config(struct program *program, const char *value, struct error *err)
{
    (void)err;
    program->places.path = value;
    return true;
}

/* One more of what may be given several times. */
static bool add(const char **list, size_t *count, size_t max, const char *value, const char *what,
                struct error *err)
{
    if (*count == max)
        return error_set(err, ERR_USAGE, "at most %zu %s", max, what);
    list[(*count)++] = value;
    return true;
}

static bool add_profile(struct program *program, const char *value, struct error *err)
{
    return add(program->profiles, &program->profile_count, LIMIT_PROFILES, value, "profiles", err);
}

static bool set_looker_ini(struct program *program, const char *value, struct error *err)
{
    (void)err;
    program->places.looker_ini = value;
    return true;
}

static bool add_looker_section(struct program *program, const char *value, struct error *err)
{
    struct config_places *places = &program->places;
    return add(places->looker_sections, &places->looker_section_count, LIMIT_PROFILES, value,
               "sections", err);
}

static bool add_watched(struct program *program, const char *value, struct error *err)
{
    return add(program->watched, &program->watched_count, PROGRAM_WATCHED_MAX, value,
               "tasks to watch", err);
}

static bool set_log(struct program *program, const char *value, struct error *err)
{
    (void)err;
    program->log_path = value;
    return true;
}

static bool set_record(struct program *program, const char *value, struct error *err)
{
    (void)err;
    program->record_path = value;
    return true;
}

static bool set_linear(struct program *program, const char *value, struct error *err)
{
    (void)value, (void)err;
    program->is_linear = true;
    return true;
}

static bool set_mouse(struct program *program, const char *value, struct error *err)
{
    (void)value, (void)err;
    program->has_mouse = true;
    return true;
}

static bool set_version(struct program *program, const char *value, struct error *err)
{
    (void)value, (void)err;
    program->wants_version = true;
    return true;
}

static bool set_help(struct program *program, const char *value, struct error *err)
{
    (void)value, (void)err;
    program->wants_help = true;
    return true;
}

static bool read_number(const char *text, double max, double *out, struct error *err)
{
    char *end;
    double number = strtod(text, &end);
    if (end == text || *end != '\0' || !(number >= 0))
        return error_set(err, ERR_USAGE, "'%.40s' is no number", text);
    if (number > max)
        return error_set(err, ERR_USAGE, "at most %.0f", max);
    *out = number;
    return true;
}

/* Of tasks. */
static bool read_count(const char *text, unsigned *out, struct error *err)
{
    double number = 0;
    if (!read_number(text, 20000, &number, err))
        return false;
    *out = (unsigned)number;
    return true;
}

static bool set_rate(struct program *program, const char *value, struct error *err)
{
    return read_number(value, 10000, &program->demo.rate, err);
}

static bool set_speed(struct program *program, const char *value, struct error *err)
{
    return read_number(value, 1e12, &program->demo.speed, err);
}

static bool set_replay_speed(struct program *program, const char *value, struct error *err)
{
    return read_number(value, REPLAY_SPEED_MAX, &program->replay_speed, err);
}

static bool set_tasks(struct program *program, const char *value, struct error *err)
{
    return read_count(value, &program->demo.tasks, err);
}

static bool set_adobe_rate(struct program *program, const char *value, struct error *err)
{
    return read_number(value, 10000, &program->demo.adobe_rate, err);
}

static bool set_adobe_tasks(struct program *program, const char *value, struct error *err)
{
    return read_count(value, &program->demo.adobe_tasks, err);
}

static bool set_seed(struct program *program, const char *value, struct error *err)
{
    double number = 0;
    if (!read_number(value, 1e15, &number, err))
        return false;
    program->demo.seed = (uint64_t)number;
    return true;
}

#define LIVE (PROGRAM_DASHBOARD | PROGRAM_DEMO)
#define ALL  (LIVE | PROGRAM_REPLAY)

const struct program_option program_options[] = {
    {"config", 'c', "FILE", PROGRAM_DASHBOARD,
     "profiles from FILE, not from ~/.config/querytop/config.ini", set_config},
    {"profile", 'p', "NAME", PROGRAM_DASHBOARD, "only this profile; repeatable", add_profile},
    {"looker-ini", 0, "FILE", PROGRAM_DASHBOARD, "also a profile from a Looker SDK's looker.ini",
     set_looker_ini},
    {"looker-section", 0, "NAME", PROGRAM_DASHBOARD, "that section of it; repeatable",
     add_looker_section},
    {"watch-task", 0, "ID", PROGRAM_DASHBOARD,
     "also this task, though no list may hold it; repeatable", add_watched},
    {"rate", 0, "R", PROGRAM_DEMO, "new tasks of Looker's per second", set_rate},
    {"tasks", 0, "N", PROGRAM_DEMO, "tasks of Looker's that have run before", set_tasks},
    {"adobe-rate", 0, "R", PROGRAM_DEMO, "new queries of Adobe's per second", set_adobe_rate},
    {"adobe-tasks", 0, "N", PROGRAM_DEMO, "queries of Adobe's that have run before",
     set_adobe_tasks},
    {"seed", 0, "S", PROGRAM_DEMO, "seed of data and traffic", set_seed},
    {"speed", 0, "V", PROGRAM_DEMO, "steps per second of each worker", set_speed},
    {"speed", 0, "X", PROGRAM_REPLAY, "so many times as fast as it happened", set_replay_speed},
    {"record", 0, "FILE", LIVE, "record what is shown, for querytop replay FILE", set_record},
    {"mouse", 0, NULL, ALL, "click and wheel work in the dashboard; off by default", set_mouse},
    {"linear", 0, NULL, ALL, "one line per change, no screen: for screen readers", set_linear},
    {"log", 0, "FILE", ALL, "write a log for finding out what went wrong", set_log},
    {"version", 'V', NULL, PROGRAM_DASHBOARD, "print the version", set_version},
    {"help", 'h', NULL, ALL, "print a short help", set_help},
};
const size_t program_option_count = ARRAY_LENGTH(program_options);

/* ---- reading -----------------------------------------------------------------------------------
 */

static void build_tables(enum program_kind kind, char *letters, struct option *longs)
{
    *letters++ = '+'; /* a word that is no option ends them */
    *letters++ = ':';
    for (size_t i = 0; i < ARRAY_LENGTH(program_options); i++) {
        const struct program_option *option = &program_options[i];
        if (!(option->kinds & kind))
            continue;
        *longs++ = (struct option){.name = option->name,
                                   .has_arg = option->value ? required_argument : no_argument,
                                   .val = OPTION_VALUE(i)};
        if (option->letter == 0)
            continue;
        *letters++ = option->letter;
        if (option->value != NULL)
            *letters++ = ':';
    }
    *letters = '\0';
    *longs = (struct option){0};
}

static const struct program_option *find(enum program_kind kind, int value)
{
    if (value >= OPTION_VALUE(0))
        return &program_options[value - OPTION_VALUE(0)];
    for (size_t i = 0; i < ARRAY_LENGTH(program_options); i++)
        if (program_options[i].letter == value && program_options[i].kinds & kind)
            return &program_options[i];
    return NULL;
}

/* word: "-x", "--name" or "--name=value". */
static bool fail_unknown(enum program_kind kind, const char *word, struct error *err)
{
    const char *names[ARRAY_LENGTH(program_options)] = {0};
    char name[60];
    snprintf(name, sizeof(name), "%.*s", (int)strcspn(word, "="), word);
    for (size_t i = 0; i < ARRAY_LENGTH(program_options); i++)
        names[i] = program_options[i].kinds & kind ? program_options[i].name : NULL;
    const char *nearest =
        strncmp(name, "--", 2) == 0 ? suggest_name(name + 2, names, ARRAY_LENGTH(names)) : NULL;
    return error_set(err, ERR_USAGE, "there is no option %s%s%s", name,
                     nearest != NULL ? "; did you mean --" : "", nearest != NULL ? nearest : "");
}

/* What follows the options: the file of a replay, else nothing. */
static bool take_rest(struct program *program, enum program_kind kind, int count, char **words,
                      struct error *err)
{
    int wanted = kind == PROGRAM_REPLAY ? 1 : 0;
    if (count > wanted)
        return error_set(err, ERR_USAGE,
                         kind == PROGRAM_DASHBOARD
                             ? "%.60s stands behind options; a verb comes first"
                             : "%.60s is not understood",
                         words[wanted]);
    program->replay_path = count > 0 ? words[0] : NULL;
    if (count < wanted && !program->wants_help)
        return error_set(err, ERR_USAGE, "replay wants a FILE that --record has made");
    return true;
}

bool program_read(struct program *program, enum program_kind kind, int argc, char **argv,
                  struct error *err)
{
    char letters[2 * ARRAY_LENGTH(program_options) + 3];
    struct option longs[ARRAY_LENGTH(program_options) + 1];
    int value;
    build_tables(kind, letters, longs);
    opterr = 0; /* we have our own words */
    optind = 0; /* from the start, and forget what was read before */
    while ((value = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
        if (value == ':')
            return error_set(err, ERR_USAGE, "a value is missing after %s", argv[optind - 1]);
        if (value == '?')
            return fail_unknown(kind, argv[optind - 1], err);
        const struct program_option *option = find(kind, value);
        if (!option->set(program, optarg, err))
            return error_prefix(err, "--%s", option->name);
    }
    return take_rest(program, kind, argc - optind, argv + optind, err);
}

void program_print_options(enum program_kind kind)
{
    for (size_t i = 0; i < ARRAY_LENGTH(program_options); i++) {
        const struct program_option *option = &program_options[i];
        char letter[8] = "   ";
        char head[60];
        if (!(option->kinds & kind))
            continue;
        if (option->letter != 0)
            snprintf(letter, sizeof(letter), "-%c,", option->letter);
        snprintf(head, sizeof(head), "%s --%s%s%s", letter, option->name,
                 option->value != NULL ? " " : "", option->value != NULL ? option->value : "");
        helptext_put(stdout, head, HEAD_COLS, option->help);
    }
}
