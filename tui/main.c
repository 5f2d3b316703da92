/* main.c - chooses between the dashboard, the embedded service and the headless verbs. */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/timefmt.h"
#include "base/utf8.h"
#include "cli/cli.h"
#include "engine/recorder.h"
#include "engine/recording.h"
#include "linear.h"
#include "program.h"
#include "tui.h"

#define EXIT_USAGE 2

#define DEMO_SECRET "demo-secret"

struct demo {
    const struct sandbox_options *options;
    struct sandbox *sandbox;
};

static int fail(const struct error *err)
{
    fprintf(stderr, "querytop: %s\n", err->message);
    return error_exit_code(err->code);
}

static int complain(const struct error *err)
{
    fprintf(stderr, "querytop: %s; try querytop --help\n", err->message);
    return EXIT_USAGE;
}

static void print_help(void)
{
    puts("querytop " QUERYTOP_VERSION ": top for query tasks\n"
         "\n"
         "usage: querytop [options]       the dashboard on all profiles or the named ones\n"
         "       querytop demo [options]  the same on a service of its own; no account\n"
         "       querytop replay FILE     what --record recorded, in the same dashboard\n"
         "       querytop sandbox ...     that service alone\n"
         "       querytop VERB ...        without a screen; each verb has a --help\n"
         "\n"
         "verbs:");
    cli_print_verbs();
    puts("\noptions of the dashboard:");
    program_print_options(PROGRAM_DASHBOARD);
    puts("\noptions of the demo:");
    program_print_options(PROGRAM_DEMO);
    puts("\noptions of a replay:");
    program_print_options(PROGRAM_REPLAY);
    puts("\nIn the dashboard ? shows the keys.");
}

/* ---- the terminal ------------------------------------------------------------------------------
 */

static bool has_terminal(void)
{
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

static bool is_dumb(void)
{
    const char *term = getenv("TERM");
    return term != NULL && strcmp(term, "dumb") == 0;
}

static int explain_no_terminal(void)
{
    fputs("querytop: the dashboard needs a terminal; --linear writes a line per change, "
          "`querytop list` prints the tasks as text\n",
          stderr);
    return EXIT_USAGE;
}

static bool can_show(const struct program *program)
{
    return program->is_linear || has_terminal();
}

/* The screen; lines where they are wanted or the terminal has nothing else. */
static int show(const struct program *program, struct config *config,
                const struct tui_options *options)
{
    if (program->is_linear || is_dumb())
        return linear_run(config, options);
    struct tui_options more = options != NULL ? *options : (struct tui_options){0};
    more.has_mouse = program->has_mouse;
    return tui_run(config, &more);
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

/* The dashboard, and a recording of it where one is wanted. */
static int run_recorded(const struct program *program, struct config *config,
                        const struct tui_options *options)
{
    struct error err = {0};
    if (!can_show(program))
        return explain_no_terminal();
    if (program->record_path != NULL) {
        config->recorder = recorder_open(program->record_path, RECORDING_MAX_BYTES, &err);
        if (config->recorder == NULL)
            return fail(&err);
    }
    int code = show(program, config, options);
    if (!recorder_close(config->recorder, &err))
        fail(&err);
    return code;
}

/* ---- demo --------------------------------------------------------------------------------------
 */

static struct profile *add_demo(struct config *config, const char *name, const char *provider)
{
    struct profile *profile = config_add(config, name, provider);
    profile->client_id = strdup("demo");
    secret_set(&profile->client_secret, DEMO_SECRET, strlen(DEMO_SECRET));
    profile->mode = MODE_READ_WRITE;
    profile->poll_ms = 1000;
    return profile;
}

static void add_demo_looker(struct config *config, const char *url)
{
    struct profile *profile = add_demo(config, "demo-looker", "looker");
    profile->base_url = strdup(url);
    profile->workspace = strdup("dev");
}

static char *join(const char *url, const char *path)
{
    struct strbuf joined;
    strbuf_init(&joined, 256);
    strbuf_addf(&joined, "%s%s", url, path);
    return strbuf_take(&joined, NULL);
}

static void add_demo_adobe(struct config *config, const char *url)
{
    struct profile *profile = add_demo(config, "demo-adobe", "adobe");
    profile->base_url = join(url, "/data/foundation/query");
    profile->ims_url = join(url, "/ims/token/v3");
    profile->org_id = strdup("DEMO@AdobeOrg");
    profile->sandbox_name = strdup("demo");
}

static bool start_demo(void *context, struct config *config, struct error *err)
{
    struct demo *demo = context;
    demo->sandbox = sandbox_start(demo->options, err);
    if (demo->sandbox == NULL)
        return false;
    add_demo_looker(config, sandbox_url(demo->sandbox));
    add_demo_adobe(config, sandbox_url(demo->sandbox));
    return true;
}

/* Of what a newcomer has started; the work of all the others would make but noise. */
static bool add_demo_rule(struct config *config, struct error *err)
{
    struct tell_rule *rule;
    return config_add_rule(config, "yours", &rule, err) &&
           tell_rule_set(rule, "when", "user=me state=ended", err);
}

static int run_demo(const struct program *program)
{
    struct demo demo = {.options = &program->demo};
    struct config config = {0};
    struct tui_options options = {.prepare = start_demo, .context = &demo};
    struct error err = {0};
    int code = add_demo_rule(&config, &err) ? run_recorded(program, &config, &options) : fail(&err);
    sandbox_stop(demo.sandbox);
    config_finish(&config);
    return code;
}

/* ---- the dashboard on profiles -----------------------------------------------------------------
 */

static bool load_profiles(struct config *config, const struct program *program, struct error *err)
{
    bool is_loaded = config_load_places(config, &program->places, err) &&
                     (program->profile_count == 0 ||
                      config_select(config, program->profiles, program->profile_count, err));
    for (size_t i = 0; is_loaded && i < program->watched_count; i++)
        is_loaded =
            config_watch(config, program->watched[i], err) || error_prefix(err, "--watch-task");
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

static int run_dashboard(const struct program *program)
{
    struct config config = {0};
    struct error err = {0};
    int code;
    if (!load_profiles(&config, program, &err))
        code = fail(&err);
    else if (config.profile_count == 0)
        code = explain_no_profile(&config);
    else
        code = run_recorded(program, &config, NULL);
    config_finish(&config);
    return code;
}

static int run_replay(const struct program *program)
{
    struct config config = {0};
    struct tui_options options = {.replay_path = program->replay_path,
                                  .replay_speed = program->replay_speed};
    return can_show(program) ? show(program, &config, &options) : explain_no_terminal();
}

/* ---- the command line --------------------------------------------------------------------------
 */

static int run_logged(const struct program *program, enum program_kind kind)
{
    struct error err = {0};
    if (program->log_path != NULL && !log_open(program->log_path, LOG_LEVEL_INFO, &err))
        return fail(&err);
    int code = kind == PROGRAM_DEMO     ? run_demo(program)
               : kind == PROGRAM_REPLAY ? run_replay(program)
                                        : run_dashboard(program);
    log_close();
    return code;
}

static int run_program(enum program_kind kind, int argc, char **argv)
{
    struct program program = {.log_path = NULL};
    struct error err = {0};
    sandbox_options_init_demo(&program.demo);
    if (!program_read(&program, kind, argc, argv, &err))
        return complain(&err);
    if (!program.wants_version && !program.wants_help)
        return run_logged(&program, kind);
    if (program.wants_help)
        print_help();
    else
        puts("querytop " QUERYTOP_VERSION);
    return 0;
}

static int refuse_verb(const char *word)
{
    struct error err = {0};
    const char *nearest = cli_suggest_verb(word);
    error_set(&err, ERR_USAGE, "there is no verb %.60s%s%s", word, nearest ? "; did you mean " : "",
              nearest ? nearest : "");
    return complain(&err);
}

int main(int argc, char **argv)
{
    struct error err = {0};
    const char *word = argc > 1 ? argv[1] : "";
    setlocale(LC_CTYPE, "");
    utf8_init_locale();
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is told of like a full disk */
    if (!freeze_clock(&err))
        return fail(&err);
    if (strcmp(word, "demo") == 0)
        return run_program(PROGRAM_DEMO, argc - 1, argv + 1);
    if (strcmp(word, "replay") == 0)
        return run_program(PROGRAM_REPLAY, argc - 1, argv + 1);
    if (strcmp(word, "sandbox") == 0)
        return sandbox_main(argc - 1, argv + 1);
    if (cli_is_verb(word))
        return cli_main(argc - 1, argv + 1);
    if (word[0] != '\0' && word[0] != '-')
        return refuse_verb(word);
    return run_program(PROGRAM_DASHBOARD, argc, argv);
}
