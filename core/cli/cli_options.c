#include <assert.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/helptext.h"
#include "base/suggest.h"
#include "base/timefmt.h"
#include "cli/cli_internal.h"

#define ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))
/* Also of getopt's tables: an option more than there are, for the end. */
#define OPTIONS_MAX 48

const char *const cli_formats[CLI_FORMAT_COUNT] = {
    [CLI_TABLE] = "table", [CLI_JSON] = "json", [CLI_NDJSON] = "ndjson",
    [CLI_CSV] = "csv",     [CLI_TSV] = "tsv",
};

const enum export_format cli_export_formats[CLI_FORMAT_COUNT] = {
    [CLI_JSON] = EXPORT_JSON,
    [CLI_NDJSON] = EXPORT_NDJSON,
    [CLI_CSV] = EXPORT_CSV,
    [CLI_TSV] = EXPORT_TSV,
};

const char *const cli_colours[CLI_COLOUR_COUNT] = {
    [CLI_COLOUR_AUTO] = "auto",
    [CLI_COLOUR_ALWAYS] = "always",
    [CLI_COLOUR_NEVER] = "never",
};

/* ---- what each option does ------------------------------------------------------------------- */

static bool set_config(struct cli *cli, const char *value, struct error *err)
{
    (void)err;
    cli->places.path = value;
    return true;
}

static bool set_looker_ini(struct cli *cli, const char *value, struct error *err)
{
    (void)err;
    cli->places.looker_ini = value;
    return true;
}

static bool add_looker_section(struct cli *cli, const char *value, struct error *err)
{
    struct config_places *places = &cli->places;
    if (places->looker_section_count == LIMIT_PROFILES)
        return error_set(err, ERR_USAGE, "--looker-section: at most %d sections", LIMIT_PROFILES);
    places->looker_sections[places->looker_section_count++] = value;
    return true;
}

static bool add_profile(struct cli *cli, const char *value, struct error *err)
{
    if (cli->profile_count == LIMIT_PROFILES)
        return error_set(err, ERR_USAGE, "--profile: at most %d profiles", LIMIT_PROFILES);
    cli->profiles[cli->profile_count++] = value;
    return true;
}

static bool set_timeout(struct cli *cli, const char *value, struct error *err)
{
    if (!parse_duration(value, &cli->timeout_ms) || cli->timeout_ms <= 0)
        return error_set(err, ERR_USAGE, "--timeout wants a duration such as 30s or 5m");
    return true;
}

static bool set_filter(struct cli *cli, const char *value, struct error *err)
{
    (void)err;
    cli->filter = value;
    return true;
}

static bool set_sort(struct cli *cli, const char *value, struct error *err)
{
    (void)err;
    cli->sort = value;
    return true;
}

static bool set_format(struct cli *cli, const char *value, struct error *err)
{
    for (int i = 0; i < CLI_FORMAT_COUNT; i++) {
        if (strcmp(cli_formats[i], value) == 0) {
            cli->format = (enum cli_format)i;
            return true;
        }
    }
    return error_set(err, ERR_USAGE,
                     "unknown format '%.40s'; formats: table, json, ndjson, csv, tsv", value);
}

static bool set_colour(struct cli *cli, const char *value, struct error *err)
{
    for (int i = 0; i < CLI_COLOUR_COUNT; i++) {
        if (strcmp(cli_colours[i], value) == 0) {
            cli->colour = (enum cli_colour)i;
            return true;
        }
    }
    return error_set(err, ERR_USAGE, "--color wants auto, always or never, not '%.40s'", value);
}

static bool set_yes(struct cli *cli, const char *value, struct error *err)
{
    (void)value, (void)err;
    cli->is_yes = true;
    return true;
}

static bool set_wait(struct cli *cli, const char *value, struct error *err)
{
    (void)value, (void)err;
    cli->is_wait = true;
    return true;
}

static bool set_format_sql(struct cli *cli, const char *value, struct error *err)
{
    (void)value, (void)err;
    cli->is_sql_formatted = true;
    return true;
}

static bool add_watched(struct cli *cli, const char *value, struct error *err)
{
    if (cli->watched_count == CLI_MAX_WATCHED)
        return error_set(err, ERR_USAGE, "--watch-task: at most %d tasks", CLI_MAX_WATCHED);
    cli->watched[cli->watched_count++] = value;
    return true;
}

static bool set_output(struct cli *cli, const char *value, struct error *err)
{
    (void)err;
    cli->output = value;
    return true;
}

static bool set_since(struct cli *cli, const char *value, struct error *err)
{
    int64_t ago_ms;
    if (parse_duration(value, &ago_ms))
        cli->since_ms = clock_wall_ms() - ago_ms;
    else if (!parse_iso8601(value, &cli->since_ms))
        return error_set(err, ERR_USAGE,
                         "--since wants a time such as 2026-11-20T10:00:00Z, or how long ago: 2h");
    return true;
}

static bool set_last(struct cli *cli, const char *value, struct error *err)
{
    char *end;
    unsigned long count = strtoul(value, &end, 10);
    if (value[strspn(value, "0123456789")] || !value[0] || count == 0)
        return error_set(err, ERR_USAGE, "--last wants a number above 0");
    cli->last = count;
    return true;
}

/* One of count names; err lists them. */
static bool choose_name(const char **out, const char *value, const char *what,
                        const char *(*name)(int index), int count, struct error *err)
{
    struct strbuf names;
    strbuf_init(&names, LIMIT_KIB);
    for (int i = 0; i < count; i++) {
        strbuf_addf(&names, "%s%s", i ? ", " : "", name(i));
        if (strcmp(name(i), value) == 0)
            *out = name(i);
    }
    if (!*out)
        error_set(err, ERR_USAGE, "unknown %s '%.40s'; %ss: %s", what, value, what, names.data);
    strbuf_finish(&names);
    return *out;
}

static const char *action_word(int index)
{
    return action_infos[index].word;
}

static const char *outcome_name(int index)
{
    return action_state_name((enum action_state)index);
}

static bool set_action(struct cli *cli, const char *value, struct error *err)
{
    cli->action = NULL;
    return choose_name(&cli->action, value, "action", action_word, ACTION_KIND_COUNT, err);
}

static bool set_outcome(struct cli *cli, const char *value, struct error *err)
{
    cli->outcome = NULL;
    return choose_name(&cli->outcome, value, "outcome", outcome_name, ACTION_STATE_COUNT, err);
}

static bool set_help(struct cli *cli, const char *value, struct error *err)
{
    (void)value, (void)err;
    cli->is_help = true;
    return true;
}

const struct cli_option_info cli_options[] = {
    {CLI_OPTION_FILTER, 'f', "filter", "EXPR", set_filter,
     "only tasks that match, as in: user=ana state=running elapsed>1m"},
    {CLI_OPTION_SORT, 's', "sort", "COLUMN", set_sort, "by this column; -COLUMN turns it round"},
    {CLI_OPTION_FORMAT, 'F', "format", "FORMAT", set_format,
     "how it is written: table, json, ndjson, csv or tsv"},
    {CLI_OPTION_AS, 'F', "as", "FORMAT", set_format,
     "how it is written: table, json, ndjson, csv or tsv"},
    {CLI_OPTION_FORMAT_SQL, 0, "format-sql", NULL, set_format_sql,
     "the SQL laid out for reading; JSON has it beside what was sent"},
    {CLI_OPTION_OUTPUT, 'o', "output", "FILE", set_output, "write to FILE instead of stdout"},
    {CLI_OPTION_YES, 'y', "yes", NULL, set_yes, "do not ask; arms an armed profile for this call"},
    {CLI_OPTION_WAIT, 'w', "wait", NULL, set_wait, "wait until it has ended, and say how"},
    {CLI_OPTION_WATCH_TASK, 0, "watch-task", "ID", add_watched,
     "also this task, though no list may hold it; repeatable"},
    {CLI_OPTION_AUDIT, 's', "since", "WHEN", set_since,
     "only what was asked for since then: 2h, or 2026-11-20T10:00:00Z"},
    {CLI_OPTION_AUDIT, 'n', "last", "COUNT", set_last, "only the last so many"},
    {CLI_OPTION_AUDIT, 'a', "action", "ACTION", set_action, "only such: cancel, retry, run ..."},
    {CLI_OPTION_AUDIT, 0, "outcome", "OUTCOME", set_outcome,
     "only what ended so: confirmed, refused, failed ..."},
    {CLI_OPTION_COMMON, 't', "timeout", "DURATION", set_timeout, "give up after this long"},
    {CLI_OPTION_COMMON, 'p', "profile", "NAME", add_profile, "only this profile; repeatable"},
    {CLI_OPTION_COMMON, 'c', "config", "FILE", set_config, "read profiles from FILE"},
    {CLI_OPTION_COMMON, 0, "looker-ini", "FILE", set_looker_ini,
     "also a profile from a Looker SDK's looker.ini"},
    {CLI_OPTION_COMMON, 0, "looker-section", "NAME", add_looker_section,
     "that section of it; repeatable"},
    {CLI_OPTION_COMMON, 0, "color", "WHEN", set_colour,
     "colours in tables: auto (on a terminal, without NO_COLOR), always or never"},
    {CLI_OPTION_COMMON, 'h', "help", NULL, set_help, "this text"},
};
const size_t cli_option_count = ARRAY_LENGTH(cli_options);

/* ---- reading --------------------------------------------------------------------------------- */

bool cli_has_option(const struct cli_verb *verb, const struct cli_option_info *info)
{
    return (verb->options | CLI_OPTION_COMMON) & info->option;
}

/* val is the index into cli_options, beyond the letters. */
#define OPTION_VALUE(index) (256 + (int)(index))

/* Those of run_options come after those of cli_options. A flag alone means yes. */
static struct option *add_run_options(const struct cli_verb *verb, struct option *options)
{
    for (size_t i = 0; verb->options & CLI_OPTION_RUN && i < run_option_count; i++)
        *options++ = (struct option){.name = run_options[i].name,
                                     .has_arg = run_options[i].is_flag ? optional_argument
                                                                       : required_argument,
                                     .val = OPTION_VALUE(ARRAY_LENGTH(cli_options) + i)};
    return options;
}

static void build_tables(const struct cli_verb *verb, char *letters, struct option *options)
{
    assert(ARRAY_LENGTH(cli_options) + run_option_count < OPTIONS_MAX);
    *letters++ = ':';
    for (size_t i = 0; i < ARRAY_LENGTH(cli_options); i++) {
        if (!cli_has_option(verb, &cli_options[i]))
            continue;
        *options++ =
            (struct option){.name = cli_options[i].name,
                            .has_arg = cli_options[i].value ? required_argument : no_argument,
                            .val = OPTION_VALUE(i)};
        if (!cli_options[i].letter)
            continue;
        *letters++ = cli_options[i].letter;
        if (cli_options[i].value)
            *letters++ = ':';
    }
    *add_run_options(verb, options) = (struct option){0};
    *letters = '\0';
}

static const struct cli_option_info *info_of(const struct cli_verb *verb, int value)
{
    if (value >= OPTION_VALUE(0))
        return &cli_options[value - OPTION_VALUE(0)];
    for (size_t i = 0; i < ARRAY_LENGTH(cli_options); i++) {
        if (cli_options[i].letter == value && cli_has_option(verb, &cli_options[i]))
            return &cli_options[i];
    }
    return NULL;
}

static bool set_run_option(struct cli *cli, const struct run_option *option, const char *value,
                           struct error *err)
{
    return option->set(cli->spec, option, value ? value : "yes", err) ||
           error_prefix(err, "--%s", option->name);
}

/* value: as getopt has it; the option is one of the verb's. */
static bool set_option(struct cli *cli, int value, struct error *err)
{
    int beyond = value - OPTION_VALUE(ARRAY_LENGTH(cli_options));
    if (beyond >= 0)
        return set_run_option(cli, &run_options[beyond], optarg, err);
    return info_of(cli->verb, value)->set(cli, optarg, err);
}

static bool fail_letter(const struct cli_verb *verb, int letter, struct error *err)
{
    return error_set(err, ERR_USAGE, "unknown option '-%c'; see querytop %s --help", letter,
                     verb->name);
}

/* word: "--name" or "--name=value". */
static bool fail_option(const struct cli_verb *verb, const char *word, struct error *err)
{
    const char *names[OPTIONS_MAX] = {0};
    char name[40];
    for (size_t i = 0; i < ARRAY_LENGTH(cli_options); i++)
        names[i] = cli_has_option(verb, &cli_options[i]) ? cli_options[i].name : NULL;
    for (size_t i = 0; verb->options & CLI_OPTION_RUN && i < run_option_count; i++)
        names[ARRAY_LENGTH(cli_options) + i] = run_options[i].name;
    snprintf(name, sizeof(name), "%.*s", (int)strcspn(word, "="), word);
    const char *nearest = suggest_name(name + strspn(name, "-"), names, OPTIONS_MAX);
    return error_set(err, ERR_USAGE, "unknown option '%s'%s%s; see querytop %s --help", name,
                     nearest ? ", did you mean --" : "", nearest ? nearest : "", verb->name);
}

static bool takes_ids(const struct cli_verb *verb)
{
    return verb->args && strncmp(verb->args, "ID", 2) == 0;
}

static bool check_args(const struct cli *cli, struct error *err)
{
    const struct cli_verb *verb = cli->verb;
    if (cli->is_help)
        return true;
    if (cli->arg_count < verb->min_args && !takes_ids(verb))
        return error_set(err, ERR_USAGE, "%s wants %s; see querytop %s --help", verb->name,
                         verb->args, verb->name);
    if (cli->arg_count < verb->min_args)
        return error_set(err, ERR_USAGE, "%s wants an ID; `querytop list` shows them", verb->name);
    if (cli->arg_count <= verb->max_args)
        return true;
    if (verb->max_args == 0)
        return error_set(err, ERR_USAGE, "%s takes no '%.40s'; see querytop %s --help", verb->name,
                         cli->args[0], verb->name);
    return error_set(err, ERR_USAGE, "%s takes at most %d %s%s", verb->name, verb->max_args,
                     takes_ids(verb) ? "ID" : "word", verb->max_args == 1 ? "" : "s");
}

bool cli_read_options(struct cli *cli, int argc, char **argv, struct error *err)
{
    char letters[2 * OPTIONS_MAX + 2];
    struct option options[OPTIONS_MAX];
    build_tables(cli->verb, letters, options);
    cli->timeout_ms = cli->since_ms = UNKNOWN;
    optind = 0;
    for (;;) {
        int value = getopt_long(argc, argv, letters, options, NULL);
        if (value == -1)
            break;
        if (value == ':')
            return error_set(err, ERR_USAGE, "%s wants a value; see querytop %s --help",
                             argv[optind - 1], cli->verb->name);
        if (value == '?' && optopt > 0 && optopt < OPTION_VALUE(0))
            return fail_letter(cli->verb, optopt, err);
        if (value == '?')
            return fail_option(cli->verb, argv[optind - 1], err);
        if (!set_option(cli, value, err))
            return false;
    }
    cli->args = argv + optind;
    cli->arg_count = argc - optind;
    return check_args(cli, err);
}

static void print_option(int cols, char letter, const char *name, const char *value,
                         const char *help)
{
    char head[64];
    char letter_text[8] = "   ";
    if (letter)
        snprintf(letter_text, sizeof(letter_text), "-%c,", letter);
    snprintf(head, sizeof(head), "%s --%s%s", letter_text, name, value);
    helptext_put(stdout, head, (size_t)cols + strlen("-f, "), help);
}

static void print_run_options(int cols)
{
    for (size_t i = 0; i < run_option_count; i++)
        print_option(cols, 0, run_options[i].name, run_options[i].is_flag ? "[=yes|no]" : " VALUE",
                     run_options[i].help);
    puts("");
}

void cli_print_help(const struct cli_verb *verb)
{
    printf("usage: querytop %s [options]%s%s\n\n%s\n\n", verb->name, verb->args ? " " : "",
           verb->args ? verb->args : "", verb->help);
    int cols = verb->options & CLI_OPTION_RUN ? 32 : 21;
    if (verb->options & CLI_OPTION_RUN)
        print_run_options(cols);
    for (size_t i = 0; i < ARRAY_LENGTH(cli_options); i++) {
        const struct cli_option_info *info = &cli_options[i];
        char value[20] = "";
        if (info->value)
            snprintf(value, sizeof(value), " %s", info->value);
        if (cli_has_option(verb, info))
            print_option(cols, info->letter, info->name, value, info->help);
    }
    if (takes_ids(verb))
        printf("\nAn ID may be shortened while it is unique; profile:ID names the profile too.\n");
    if (verb->run == cli_item)
        cli_print_item_actions(verb);
}
