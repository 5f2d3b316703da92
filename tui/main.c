/* main.c - chooses between the dashboard, the embedded service and the headless verbs. */
#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/timefmt.h"
#include "base/utf8.h"
#include "cli/cli.h"
#include "engine/config_sdk.h"
#include "sandbox/sandbox.h"
#include "tui.h"

#define EXIT_USAGE 2

/* Tasks that a command line may name. */
#define WATCHED_MAX 100

#define DEMO_SECRET "demo-secret"

struct arguments {
    struct config_places places;
    const char *log_path;
    const char *profiles[LIMIT_PROFILES];
    size_t profile_count;
    const char *watched[WATCHED_MAX];
    size_t watched_count;
};

struct demo {
    struct sandbox_options options;
    struct sandbox *sandbox;
};

enum {
    OPTION_SPEED = 256,
    OPTION_SEED,
    OPTION_RATE,
    OPTION_TASKS,
    OPTION_LOG,
    OPTION_LOOKER_INI,
    OPTION_LOOKER_SECTION,
    OPTION_WATCH_TASK
};

static int complain(const char *what, const char *word)
{
    fprintf(stderr, "querytop: %s%s; try querytop --help\n", what, word);
    return EXIT_USAGE;
}

static int fail(const struct error *err)
{
    fprintf(stderr, "querytop: %s\n", err->message);
    return error_exit_code(err->code);
}

static void print_help(void)
{
    puts("querytop " QUERYTOP_VERSION ": top for query tasks\n"
         "\n"
         "usage: querytop [--config FILE] [--profile NAME]... [--log FILE]\n"
         "                             the dashboard, on every profile or on the named ones\n"
         "       querytop demo [--rate R] [--tasks N] [--seed S] [--speed V]\n"
         "                             the dashboard on an embedded query service: nothing to set "
         "up\n"
         "       querytop sandbox ...  that service alone\n"
         "       querytop VERB ...     without a screen; each verb has a --help\n"
         "\n"
         "verbs:");
    cli_print_verbs();
    puts("\n"
         "  -c, --config FILE    profiles from FILE, not from ~/.config/querytop/config.ini\n"
         "  -p, --profile NAME   only this profile; may be given several times\n"
         "      --looker-ini FILE, --looker-section NAME\n"
         "                       also a profile from a Looker SDK's looker.ini\n"
         "      --log FILE       write a log for finding out what went wrong\n"
         "  -V, --version\n"
         "  -h, --help\n"
         "\n"
         "In the dashboard ? shows the keys.");
}

/* ---- the terminal ------------------------------------------------------------------------------
 */

static bool has_terminal(void)
{
    const char *term = getenv("TERM");
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) &&
           (term == NULL || strcmp(term, "dumb") != 0);
}

static int explain_no_terminal(void)
{
    fputs("querytop: the dashboard needs a terminal that can move its cursor; "
          "`querytop list` prints the tasks as text\n",
          stderr);
    return EXIT_USAGE;
}

/* Golden screens need a clock that stands still. */
static bool freeze_clock(struct error *err)
{
    const char *when = getenv("QUERYTOP_FREEZE");
    int64_t wall_ms;
    if (when == NULL || when[0] == '\0')
        return true;
    if (!parse_iso8601(when, &wall_ms))
        return error_set(err, ERR_USAGE,
                         "QUERYTOP_FREEZE is no time; write it like 2026-11-20T10:00:00Z");
    clock_freeze(wall_ms);
    return true;
}

/* ---- demo --------------------------------------------------------------------------------------
 */

static bool parse_number(const char *text, double *out)
{
    char *end;
    *out = strtod(text, &end);
    return end != text && *end == '\0' && *out >= 0 && *out <= 1e15;
}

static bool parse_demo(int argc, char **argv, struct sandbox_options *options)
{
    static const struct option known[] = {
        {"rate", required_argument, NULL, OPTION_RATE},
        {"tasks", required_argument, NULL, OPTION_TASKS},
        {"seed", required_argument, NULL, OPTION_SEED},
        {"speed", required_argument, NULL, OPTION_SPEED},
        {NULL, 0, NULL, 0},
    };
    int option;
    double number;
    optind = 1;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (option == '?' || !parse_number(optarg, &number))
            return false;
        if (option == OPTION_RATE)
            options->rate = number;
        else if (option == OPTION_TASKS)
            options->tasks = (unsigned)number;
        else if (option == OPTION_SEED)
            options->seed = (uint64_t)number;
        else
            options->speed = number;
    }
    return optind == argc;
}

static bool start_demo(void *context, struct config *config, struct error *err)
{
    struct demo *demo = context;
    demo->sandbox = sandbox_start(&demo->options, err);
    if (demo->sandbox == NULL)
        return false;
    struct profile *profile = config_add(config, "demo", "looker");
    profile->base_url = strdup(sandbox_url(demo->sandbox));
    profile->client_id = strdup("demo");
    secret_set(&profile->client_secret, DEMO_SECRET, strlen(DEMO_SECRET));
    profile->mode = MODE_READ_WRITE;
    profile->poll_ms = 1000;
    profile->workspace = strdup("dev");
    return true;
}

static int run_demo(int argc, char **argv)
{
    struct demo demo = {.sandbox = NULL};
    struct config config = {0};
    sandbox_options_init_demo(&demo.options);
    if (!parse_demo(argc, argv, &demo.options))
        return complain("demo takes --rate, --tasks, --seed and --speed, each with a number", "");
    if (!has_terminal())
        return explain_no_terminal();
    struct tui_options options = {.prepare = start_demo, .context = &demo};
    int code = tui_run(&config, &options);
    sandbox_stop(demo.sandbox);
    config_finish(&config);
    return code;
}

/* ---- the dashboard on profiles -----------------------------------------------------------------
 */

static bool load_profiles(struct config *config, const struct arguments *arguments,
                          struct error *err)
{
    bool is_loaded = config_load_places(config, &arguments->places, err) &&
                     (arguments->profile_count == 0 ||
                      config_select(config, arguments->profiles, arguments->profile_count, err));
    for (size_t i = 0; is_loaded && i < arguments->watched_count; i++)
        is_loaded =
            config_watch(config, arguments->watched[i], err) || error_prefix(err, "--watch-task");
    return is_loaded;
}

static int explain_no_profile(const struct config *config)
{
    struct strbuf text;
    strbuf_init(&text, 16 * LIMIT_KIB);
    config_explain_missing(config, &text);
    fputs(text.data, stderr);
    strbuf_finish(&text);
    return error_exit_code(ERR_CONFIG);
}

static int run_dashboard(const struct arguments *arguments)
{
    struct config config = {0};
    struct error err = {0};
    int code;
    if (!load_profiles(&config, arguments, &err))
        code = fail(&err);
    else if (config.profile_count == 0)
        code = explain_no_profile(&config);
    else if (!has_terminal())
        code = explain_no_terminal();
    else
        code = tui_run(&config, NULL);
    config_finish(&config);
    return code;
}

/* ---- arguments ---------------------------------------------------------------------------------
 */

/* 0: go on with the dashboard; 1: done; 2: wrong. */
static int parse_arguments(int argc, char **argv, struct arguments *arguments)
{
    static const struct option known[] = {
        {"config", required_argument, NULL, 'c'},
        {"profile", required_argument, NULL, 'p'},
        {"log", required_argument, NULL, OPTION_LOG},
        {"looker-ini", required_argument, NULL, OPTION_LOOKER_INI},
        {"looker-section", required_argument, NULL, OPTION_LOOKER_SECTION},
        {"watch-task", required_argument, NULL, OPTION_WATCH_TASK},
        {"version", no_argument, NULL, 'V'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int option;
    opterr = 0; /* we have our own words */
    while ((option = getopt_long(argc, argv, "+:c:p:hV", known, NULL)) != -1) {
        switch (option) {
        case 'c':
            arguments->places.path = optarg;
            break;
        case 'p':
            if (arguments->profile_count == LIMIT_PROFILES)
                return complain("too many profiles", "");
            arguments->profiles[arguments->profile_count++] = optarg;
            break;
        case OPTION_LOOKER_INI:
            arguments->places.looker_ini = optarg;
            break;
        case OPTION_LOOKER_SECTION:
            if (arguments->places.looker_section_count == LIMIT_PROFILES)
                return complain("too many sections", "");
            arguments->places.looker_sections[arguments->places.looker_section_count++] = optarg;
            break;
        case OPTION_WATCH_TASK:
            if (arguments->watched_count == WATCHED_MAX)
                return complain("too many tasks to watch", "");
            arguments->watched[arguments->watched_count++] = optarg;
            break;
        case OPTION_LOG:
            arguments->log_path = optarg;
            break;
        case 'V':
            puts("querytop " QUERYTOP_VERSION);
            return 1;
        case 'h':
            print_help();
            return 1;
        case ':':
            return complain("a value is missing after ", argv[optind - 1]);
        default:
            return complain("there is no option ", argv[optind - 1]);
        }
    }
    if (optind < argc)
        return complain("there is no verb ", argv[optind]);
    return 0;
}

int main(int argc, char **argv)
{
    struct arguments arguments = {0};
    struct error err = {0};
    setlocale(LC_CTYPE, "");
    utf8_init_locale();
    if (!freeze_clock(&err))
        return fail(&err);
    if (argc > 1 && strcmp(argv[1], "demo") == 0)
        return run_demo(argc - 1, argv + 1);
    if (argc > 1 && strcmp(argv[1], "sandbox") == 0)
        return sandbox_main(argc - 1, argv + 1);
    if (argc > 1 && cli_is_verb(argv[1]))
        return cli_main(argc - 1, argv + 1);

    int answer = parse_arguments(argc, argv, &arguments);
    if (answer != 0)
        return answer == 1 ? 0 : answer;
    if (arguments.log_path != NULL && !log_open(arguments.log_path, LOG_LEVEL_INFO, &err))
        return fail(&err);
    int code = run_dashboard(&arguments);
    log_close();
    return code;
}
