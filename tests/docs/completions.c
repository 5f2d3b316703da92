#include "completions.h"

#include <assert.h>
#include <string.h>

#include "cli/cli_internal.h"
#include "model/column.h"
#include "program.h"

#define OPTIONS_MAX  48
#define COMMANDS_MAX 24
#define HEAD         "completion for querytop; written by GOLDEN_WRITE=1 ctest -R completions\n"
#define PROFILES                             \
    "sed -n 's/^\\[\\([^]]*\\)\\].*/\\1/p' " \
    "\"${QUERYTOP_CONFIG:-${XDG_CONFIG_HOME:-$HOME/.config}/querytop/config.ini}\" 2>/dev/null"

struct option_words {
    char letter;       /* 0: none */
    const char *value; /* NULL: takes none */
    const char *name;
    const char *help;
};

struct command_words {
    const char *name; /* "": the dashboard */
    const char *help;
    const struct cli_verb *verb; /* that takes an action first; NULL */
    bool takes_file;
    struct option_words options[OPTIONS_MAX];
    size_t count;
};

/* ---- the tables, alike ----------------------------------------------------------------------- */

static void add_option(struct command_words *command, char letter, const char *name,
                       const char *value, const char *help)
{
    assert(command->count < OPTIONS_MAX);
    command->options[command->count++] = (struct option_words){letter, value, name, help};
}

static void gather_program(struct command_words *out, enum program_kind kind)
{
    for (size_t i = 0; i < program_option_count; i++) {
        const struct program_option *option = &program_options[i];
        if (option->kinds & kind)
            add_option(out, option->letter, option->name, option->value, option->help);
    }
}

static void gather_sandbox(struct command_words *out)
{
    struct sandbox_option_info option;
    for (size_t i = 0; sandbox_option_at(i, &option); i++)
        add_option(out, 0, option.name, option.value, option.help);
    add_option(out, 0, "help", NULL, "this text");
}

static void gather_verb(struct command_words *out, const struct cli_verb *verb)
{
    *out = (struct command_words){.name = verb->name, .help = verb->help};
    out->verb = verb->run == cli_item ? verb : NULL;
    for (size_t i = 0; verb->options & CLI_OPTION_RUN && i < run_option_count; i++)
        add_option(out, 0, run_options[i].name, run_options[i].is_flag ? NULL : "VALUE",
                   run_options[i].help);
    for (size_t i = 0; i < cli_option_count; i++) {
        const struct cli_option_info *option = &cli_options[i];
        if (cli_has_option(verb, option))
            add_option(out, option->letter, option->name, option->value, option->help);
    }
}

static size_t gather(struct command_words out[COMMANDS_MAX])
{
    size_t count = 0;
    out[count] = (struct command_words){.name = "", .help = "The dashboard."};
    gather_program(&out[count++], PROGRAM_DASHBOARD);
    out[count] = (struct command_words){.name = "demo",
                                        .help = "The dashboard on a query service of its own."};
    gather_program(&out[count++], PROGRAM_DEMO);
    out[count] = (struct command_words){.name = "replay",
                                        .help = "What --record has recorded.",
                                        .takes_file = true};
    gather_program(&out[count++], PROGRAM_REPLAY);
    out[count] = (struct command_words){.name = "sandbox", .help = "That query service alone."};
    gather_sandbox(&out[count++]);
    for (size_t i = 0; i < cli_verb_count; i++) {
        assert(count < COMMANDS_MAX);
        gather_verb(&out[count++], &cli_verbs[i]);
    }
    return count;
}

static bool is_value(const struct option_words *option, const char *value)
{
    return option->value && strcmp(option->value, value) == 0;
}

static bool names_profile(const struct option_words *option)
{
    return is_value(option, "NAME") && strcmp(option->name, "profile") == 0;
}

static void add_formats(struct strbuf *out)
{
    for (int i = 0; i < CLI_FORMAT_COUNT; i++)
        strbuf_addf(out, "%s%s", i ? " " : "", cli_formats[i]);
}

static void add_columns(struct strbuf *out)
{
    for (int i = 0; i < COLUMN_COUNT; i++)
        strbuf_addf(out, "%s%s", i ? " " : "", columns[i].name);
}

static bool is_colour(const struct option_words *option)
{
    return strcmp(option->name, "color") == 0;
}

static void add_colours(struct strbuf *out)
{
    for (int i = 0; i < CLI_COLOUR_COUNT; i++)
        strbuf_addf(out, "%s%s", i ? " " : "", cli_colours[i]);
}

static bool has_choices(const struct option_words *option)
{
    return is_value(option, "FORMAT") || is_value(option, "COLUMN") || is_colour(option);
}

/* The words that may stand behind an option. */
static void add_choices(struct strbuf *out, const struct option_words *option)
{
    if (is_value(option, "FORMAT"))
        add_formats(out);
    else if (is_value(option, "COLUMN"))
        add_columns(out);
    else if (is_colour(option))
        add_colours(out);
}

/* What `querytop project` and its like take first. */
static void add_actions(struct strbuf *out, const struct cli_verb *verb)
{
    for (size_t i = 0; cli_item_action(verb, i); i++)
        strbuf_addf(out, "%s%s", i ? " " : "", cli_item_action(verb, i));
}

/* ---- bash ------------------------------------------------------------------------------------ */

static void add_bash_words(struct strbuf *out, const struct command_words *command)
{
    for (size_t i = 0; i < command->count; i++)
        strbuf_addf(out, "%s--%s", i ? " " : "", command->options[i].name);
}

/* "sort|-s" of the verb "list" as "list:--sort | list:-s". */
static void add_bash_pattern(struct strbuf *out, const char *verb,
                             const struct option_words *option)
{
    strbuf_addf(out, "%s:--%s", verb, option->name);
    if (option->letter)
        strbuf_addf(out, " | %s:-%c", verb, option->letter);
}

static void add_bash_value(struct strbuf *out, const struct command_words *command,
                           const struct option_words *option)
{
    strbuf_add_text(out, "    ");
    add_bash_pattern(out, command->name, option);
    strbuf_add_text(out, ") ");
    if (is_value(option, "FILE")) {
        strbuf_add_text(out, "compopt -o default ;;\n");
        return;
    }
    if (names_profile(option)) {
        strbuf_add_text(out, "words=$(_querytop_profiles) ;;\n");
        return;
    }
    strbuf_add_text(out, "words='");
    add_choices(out, option);
    strbuf_add_text(out, "' ;;\n");
}

static void build_bash(struct strbuf *out)
{
    struct command_words commands[COMMANDS_MAX];
    size_t count = gather(commands);
    strbuf_add_text(out, "# bash " HEAD "\n_querytop_profiles()\n{\n    " PROFILES "\n}\n\n"
                         "_querytop()\n{\n"
                         "    local word=${COMP_WORDS[COMP_CWORD]} verb='' words=''\n"
                         "    [[ $COMP_CWORD -eq 1 || ${COMP_WORDS[1]} == -* ]] || "
                         "verb=${COMP_WORDS[1]}\n"
                         "    case $verb:${COMP_WORDS[COMP_CWORD - 1]} in\n");
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < commands[i].count; j++)
            if (commands[i].options[j].value)
                add_bash_value(out, &commands[i], &commands[i].options[j]);
    strbuf_add_text(out, "    replay:replay) compopt -o default ;;\n");
    for (size_t i = 0; i < count; i++) {
        if (!commands[i].verb)
            continue;
        strbuf_addf(out, "    %s:%s) words='", commands[i].name, commands[i].name);
        add_actions(out, commands[i].verb);
        strbuf_add_text(out, "' ;;\n");
    }
    strbuf_add_text(out, "    *)\n        case $verb in\n");
    for (size_t i = 0; i < count; i++) {
        strbuf_addf(out, "        %s) words='", commands[i].name[0] ? commands[i].name : "''");
        add_bash_words(out, &commands[i]);
        strbuf_add_text(out, "' ;;\n");
    }
    strbuf_add_text(out, "        esac\n        [[ $COMP_CWORD -ne 1 ]] || words+='");
    for (size_t i = 1; i < count; i++)
        strbuf_addf(out, " %s", commands[i].name);
    strbuf_add_text(out, "'\n        ;;\n    esac\n"
                         "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n}\n"
                         "complete -F _querytop querytop\n");
}

/* ---- zsh ------------------------------------------------------------------------------------- */

/* Inside single quotes, where a colon or a bracket would end the help. */
static void add_zsh_help(struct strbuf *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\'')
            strbuf_add_text(out, "'\\''");
        else if (strchr(":[]\\", *text))
            strbuf_addf(out, "\\%c", *text);
        else
            strbuf_add_char(out, *text);
    }
}

static void add_zsh_value(struct strbuf *out, const struct option_words *option)
{
    strbuf_addf(out, ":%s:", option->value);
    if (is_value(option, "FILE")) {
        strbuf_add_text(out, "_files");
    } else if (names_profile(option)) {
        strbuf_add_text(out, "_querytop_profiles");
    } else if (has_choices(option)) {
        strbuf_add_char(out, '(');
        add_choices(out, option);
        strbuf_add_char(out, ')');
    }
}

static void add_zsh_option(struct strbuf *out, const struct option_words *option)
{
    strbuf_add_text(out, " \\\n            ");
    if (option->letter)
        strbuf_addf(out, "{-%c,--%s}'[", option->letter, option->name);
    else
        strbuf_addf(out, "'--%s[", option->name);
    add_zsh_help(out, option->help);
    strbuf_add_char(out, ']');
    if (option->value)
        add_zsh_value(out, option);
    strbuf_add_char(out, '\'');
}

static void build_zsh(struct strbuf *out)
{
    struct command_words commands[COMMANDS_MAX];
    size_t count = gather(commands);
    strbuf_add_text(out, "#compdef querytop\n# zsh " HEAD "\n_querytop_profiles() {\n"
                         "    local -a names\n    names=(${(f)\"$(" PROFILES ")\"})\n"
                         "    compadd -a names\n}\n\n_querytop() {\n"
                         "    local verb=''\n    local -a verbs\n    verbs=(\n");
    for (size_t i = 1; i < count; i++) {
        strbuf_addf(out, "        '%s:", commands[i].name);
        add_zsh_help(out, commands[i].help);
        strbuf_add_text(out, "'\n");
    }
    strbuf_add_text(out, "    )\n    if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then\n"
                         "        _describe verb verbs\n        return\n    fi\n"
                         "    [[ $words[2] == -* ]] || verb=$words[2]\n"
                         "    [[ -z $verb ]] || { shift words; (( CURRENT-- )) }\n"
                         "    case $verb in\n");
    for (size_t i = 0; i < count; i++) {
        strbuf_addf(out, "    %s)\n        _arguments -s",
                    commands[i].name[0] ? commands[i].name : "''");
        for (size_t j = 0; j < commands[i].count; j++)
            add_zsh_option(out, &commands[i].options[j]);
        if (commands[i].verb) {
            strbuf_add_text(out, " \\\n            '1:action:(");
            add_actions(out, commands[i].verb);
            strbuf_add_text(out, ")'");
        }
        if (commands[i].takes_file)
            strbuf_add_text(out, " \\\n            '1:FILE:_files'");
        strbuf_add_text(out, "\n        ;;\n");
    }
    strbuf_add_text(out, "    esac\n}\n\n_querytop \"$@\"\n");
}

/* ---- fish ------------------------------------------------------------------------------------ */

static void add_fish_text(struct strbuf *out, const char *text)
{
    strbuf_add_char(out, '\'');
    for (; *text; text++)
        strbuf_addf(out, *text == '\'' || *text == '\\' ? "\\%c" : "%c", *text);
    strbuf_add_char(out, '\'');
}

static void add_fish_value(struct strbuf *out, const struct option_words *option)
{
    if (is_value(option, "FILE")) {
        strbuf_add_text(out, " -r -F");
        return;
    }
    strbuf_add_text(out, " -x");
    if (names_profile(option)) {
        strbuf_add_text(out, " -a '(__querytop_profiles)'");
    } else if (has_choices(option)) {
        strbuf_add_text(out, " -a '");
        add_choices(out, option);
        strbuf_add_char(out, '\'');
    }
}

static void add_fish_option(struct strbuf *out, const struct command_words *command,
                            const struct option_words *option)
{
    if (command->name[0])
        strbuf_addf(out, "complete -c querytop -n '__fish_seen_subcommand_from %s'", command->name);
    else
        strbuf_add_text(out, "complete -c querytop -n __fish_use_subcommand");
    if (option->letter)
        strbuf_addf(out, " -s %c", option->letter);
    strbuf_addf(out, " -l %s", option->name);
    if (option->value)
        add_fish_value(out, option);
    strbuf_add_text(out, " -d ");
    add_fish_text(out, option->help);
    strbuf_add_char(out, '\n');
}

static void build_fish(struct strbuf *out)
{
    struct command_words commands[COMMANDS_MAX];
    size_t count = gather(commands);
    strbuf_add_text(out, "# fish " HEAD "\nfunction __querytop_profiles\n"
                         "    set -l folder $HOME/.config\n"
                         "    set -q XDG_CONFIG_HOME; and set folder $XDG_CONFIG_HOME\n"
                         "    set -l file $folder/querytop/config.ini\n"
                         "    set -q QUERYTOP_CONFIG; and set file $QUERYTOP_CONFIG\n"
                         "    cat $file 2>/dev/null | string replace -rf '^\\[([^]]*)\\].*' '$1'\n"
                         "end\n\ncomplete -c querytop -f\n");
    for (size_t i = 1; i < count; i++) {
        strbuf_addf(out, "complete -c querytop -n __fish_use_subcommand -a %s -d ",
                    commands[i].name);
        add_fish_text(out, commands[i].help);
        strbuf_add_char(out, '\n');
    }
    strbuf_add_text(out, "complete -c querytop -n '__fish_seen_subcommand_from replay' -F\n");
    for (size_t i = 0; i < count; i++) {
        if (!commands[i].verb)
            continue;
        strbuf_addf(out, "complete -c querytop -n '__fish_seen_subcommand_from %s' -a '",
                    commands[i].name);
        add_actions(out, commands[i].verb);
        strbuf_add_text(out, "'\n");
    }
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < commands[i].count; j++)
            add_fish_option(out, &commands[i], &commands[i].options[j]);
}

const struct completion_script completion_scripts[COMPLETION_SCRIPT_COUNT] = {
    {"querytop.bash", build_bash, "bash -n", "bash"},
    {"_querytop", build_zsh, "zsh -n", "zsh"},
    {"querytop.fish", build_fish, "fish --no-execute", "fish"},
};
