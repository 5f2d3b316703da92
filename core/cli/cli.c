#include "cli/cli.h"

#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/helptext.h"
#include "base/suggest.h"
#include "base/utf8.h"
#include "cli/cli_internal.h"

#define ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))

#define SECOND_MS 1000
/* The first answers, when the verb itself may wait without end. */
#define FIRST_POLL_MS (30 * SECOND_MS)
/* A signal that comes just before the wait is noticed after this long at most. */
#define GLANCE_MS 250
/* What takes no longer is not told while it lasts. */
#define PROGRESS_DELAY_MS 700
/* For the verbs in --help; those that take more words have a line of their own. */
#define VERB_COLS 14

const struct cli_verb cli_verbs[] = {
    {"list", NULL, "One poll of every profile, then the tasks.",
     CLI_OPTION_FILTER | CLI_OPTION_FORMAT | CLI_OPTION_SORT | CLI_OPTION_WATCH_TASK, 0, 0,
     30 * SECOND_MS, cli_list},
    {"show", "ID", "One task in full.", CLI_OPTION_FORMAT | CLI_OPTION_FORMAT_SQL, 1, 1,
     30 * SECOND_MS, cli_show},
    {"results", "ID", "The rows of one task; waits for them while it runs.",
     CLI_OPTION_AS | CLI_OPTION_OUTPUT, 1, 1, 60 * SECOND_MS, cli_results},
    {"run", NULL, "Submits a query and prints the new task.",
     CLI_OPTION_RUN | CLI_OPTION_FORMAT | CLI_OPTION_YES | CLI_OPTION_WAIT, 0, 0, 60 * SECOND_MS,
     cli_run},
    {"cancel", "ID...", "Cancels tasks and waits until that is confirmed.",
     CLI_OPTION_FORMAT | CLI_OPTION_YES, 1, CLI_MAX_ARGS, 60 * SECOND_MS, cli_cancel},
    {"retry", "ID...", "Runs the queries of tasks again, as new tasks.",
     CLI_OPTION_FORMAT | CLI_OPTION_YES, 1, CLI_MAX_ARGS, 60 * SECOND_MS, cli_retry},
    {"hide", "ID...", "Takes tasks off the service's list (Adobe's soft delete).",
     CLI_OPTION_FORMAT | CLI_OPTION_YES, 1, CLI_MAX_ARGS, 60 * SECOND_MS, cli_hide},
    {"wait", "ID...", "Waits until all have ended, and says how.", CLI_OPTION_FORMAT, 1,
     CLI_MAX_ARGS, 0, cli_wait},
    {"watch", NULL, "Prints a line of JSON per change, until interrupted.",
     CLI_OPTION_FILTER | CLI_OPTION_WATCH_TASK, 0, 0, 0, cli_watch},
    {"projects", NULL, "Workspaces, their projects and branches.", CLI_OPTION_FORMAT, 0, 0,
     30 * SECOND_MS, cli_projects},
    {"project", "ACTION PROJECT [ARGUMENT]",
     "Steers a project: branches, checkout, test-git, validate, resets, deploy.",
     CLI_OPTION_FORMAT | CLI_OPTION_YES, 2, 3, 5 * 60 * SECOND_MS, cli_item},
    {"templates", NULL, "The query templates of Adobe's sandboxes.", CLI_OPTION_FORMAT, 0, 0,
     30 * SECOND_MS, cli_items},
    {"template", "ACTION TEMPLATE", "Reads a query template; `run --template` runs it.",
     CLI_OPTION_FORMAT | CLI_OPTION_YES, 2, 2, 60 * SECOND_MS, cli_item},
    {"schedules", NULL, "The schedules of Adobe's sandboxes.", CLI_OPTION_FORMAT, 0, 0,
     30 * SECOND_MS, cli_items},
    {"schedule", "ACTION SCHEDULE [RUN]",
     "Steers a schedule: runs, their queries, enable, disable, trigger, cancel-run.",
     CLI_OPTION_FORMAT | CLI_OPTION_YES, 2, 3, 60 * SECOND_MS, cli_item},
    {"connections", NULL, "How psql reaches Adobe's sandboxes; it asks for the token.",
     CLI_OPTION_FORMAT, 0, 0, 30 * SECOND_MS, cli_items},
    {"audit", "[ID...]", "What was done, by whom, and what came of it: the audit log.",
     CLI_OPTION_FORMAT | CLI_OPTION_AUDIT, 0, CLI_MAX_ARGS, 30 * SECOND_MS, cli_audit},
    {"doctor", NULL, "Checks every profile, and says what to do.", CLI_OPTION_FORMAT, 0, 0,
     30 * SECOND_MS, cli_doctor},
};

const size_t cli_verb_count = ARRAY_LENGTH(cli_verbs);

/* The only thing a signal handler changes. */
static volatile sig_atomic_t is_interrupted;

/* ---- talk ------------------------------------------------------------------------------------ */

void cli_put(FILE *file, const char *text, size_t length)
{
    if (utf8_is_locale() || !isatty(fileno(file))) {
        fwrite(text, 1, length, file);
        return;
    }
    while (length > 0) {
        uint32_t code_point;
        size_t taken = utf8_decode(text, length, &code_point);
        fputc(code_point < 0x80 ? (int)code_point : '?', file);
        text += taken;
        length -= taken;
    }
}

__attribute__((format(printf, 2, 0))) static void put_formatted(FILE *file, const char *format,
                                                                va_list args)
{
    char text[4096];
    vsnprintf(text, sizeof(text), format, args);
    cli_put(file, text, strlen(text));
}

void cli_putf(FILE *file, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    put_formatted(file, format, args);
    va_end(args);
}

void cli_say(const char *format, ...)
{
    va_list args;
    fflush(stdout);
    fputs("querytop: ", stderr);
    va_start(args, format);
    put_formatted(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
}

int cli_fail(const struct error *err)
{
    return error_exit_code(err->code);
}

int cli_worse(int a, int b)
{
    return a > b ? a : b;
}

/* ---- waiting --------------------------------------------------------------------------------- */

static void note_interrupt(int signal)
{
    (void)signal;
    is_interrupted = 1;
}

bool cli_is_interrupted(void)
{
    return is_interrupted;
}

/* The second one ends the program at once. */
static void watch_signals(void)
{
    struct sigaction action = {.sa_handler = note_interrupt, .sa_flags = SA_RESETHAND};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

/* Takes the newest snapshot. */
static void look(struct cli *cli)
{
    snapshot_unref(cli->snapshot);
    cli->snapshot = engine_snapshot(cli->engine);
    cli->now_ms = clock_wall_ms();
}

/* Rewrites the line on stderr. */
static void show_progress(const char *text)
{
    struct winsize size;
    bool has_size = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
    size_t length = utf8_head(text, strlen(text), has_size ? size.ws_col - 1u : 79, NULL);
    fputs("\r\033[K", stderr);
    cli_put(stderr, text, length);
    fflush(stderr);
}

/* When what is waited for is told next; UNKNOWN: to nobody. */
static int64_t plan_progress(bool has_describe)
{
    return has_describe && isatty(STDERR_FILENO) ? clock_mono_ms() + PROGRESS_DELAY_MS : UNKNOWN;
}

bool cli_await_telling(struct cli *cli, bool (*is_done)(const struct cli *cli, void *context),
                       void (*describe)(const struct cli *cli, void *context, char *out,
                                        size_t size),
                       void *context, struct error *err)
{
    int64_t tell_ms = plan_progress(describe);
    bool is_telling = false;
    for (;;) {
        look(cli);
        if (is_telling)
            show_progress("");
        if (is_done(cli, context))
            return true;
        if (cli_is_interrupted())
            return error_set(err, ERR_INTERRUPTED, "interrupted");
        int64_t left_ms = cli->deadline_ms - clock_mono_ms();
        if (left_ms <= 0)
            return error_set(err, ERR_TIMEOUT, "no answer in time; --timeout gives it longer");
        is_telling = tell_ms != UNKNOWN && clock_mono_ms() >= tell_ms;
        if (is_telling) {
            char text[300] = "";
            describe(cli, context, text, sizeof(text));
            show_progress(text);
        }
        engine_wait(cli->engine, left_ms < GLANCE_MS ? left_ms : GLANCE_MS);
    }
}

bool cli_await(struct cli *cli, bool (*is_done)(const struct cli *cli, void *context),
               void *context, struct error *err)
{
    return cli_await_telling(cli, is_done, NULL, context, err);
}

/* ---- the first poll -------------------------------------------------------------------------- */

bool cli_has_answered(const struct source_status *status)
{
    return status->data_ms != UNKNOWN;
}

/* Of a service that asked to wait there may be an answer still. */
static bool is_settled(const struct cli *cli, const struct source_status *status)
{
    if (cli_has_answered(status) || status->state == SOURCE_STARTING)
        return cli_has_answered(status);
    int64_t left_ms = cli->deadline_ms - clock_mono_ms();
    return status->state != SOURCE_LIMITED || status->next_try_ms == UNKNOWN ||
           status->next_try_ms - cli->now_ms > left_ms;
}

static bool are_all_settled(const struct cli *cli, void *context)
{
    (void)context;
    for (size_t i = 0; i < cli->snapshot->source_count; i++) {
        if (!is_settled(cli, &cli->snapshot->sources[i]))
            return false;
    }
    return cli->snapshot->source_count > 0;
}

static void describe_poll(const struct cli *cli, void *context, char *out, size_t size)
{
    (void)context;
    size_t length = (size_t)snprintf(out, size, "waiting for");
    for (size_t i = 0; i < cli->snapshot->source_count && length < size; i++) {
        const struct source_status *status = &cli->snapshot->sources[i];
        if (!is_settled(cli, status))
            length += (size_t)snprintf(out + length, size - length, " %s", status->profile);
    }
}

/* Names what is wrong; returns how many answered. */
static size_t tell_sources(const struct cli *cli)
{
    size_t answered = 0;
    for (size_t i = 0; i < cli->snapshot->source_count; i++) {
        const struct source_status *status = &cli->snapshot->sources[i];
        answered += cli_has_answered(status);
        if (!cli_has_answered(status))
            cli_say("%s: %s", status->profile,
                    status->error.code ? status->error.message
                                       : "no answer in time; --timeout gives it longer");
        else if (status->is_partial)
            cli_say("%s: %s", status->profile, status->partial_reason);
    }
    return answered;
}

/* Without any answer the exit code is the one reason of all, or else that nothing could be had. */
static bool fail_all(const struct cli *cli, struct error *err)
{
    enum error_code code = ERR_NONE;
    for (size_t i = 0; i < cli->snapshot->source_count; i++) {
        enum error_code reason = cli->snapshot->sources[i].error.code;
        reason = reason ? reason : ERR_TIMEOUT;
        bool is_alike = !code || error_exit_code(code) == error_exit_code(reason);
        code = is_alike ? reason : ERR_NETWORK;
    }
    return error_set(err, code ? code : ERR_TIMEOUT, "no profile answered; nothing is known");
}

static bool load_config(struct cli *cli, struct error *err)
{
    if (!config_load_places(&cli->config, &cli->places, err))
        return false;
    if (cli->verb->options & CLI_OPTION_AUDIT)
        return true; /* what was done may have been done with profiles that are gone */
    if (cli->profile_count > 0 &&
        !config_select(&cli->config, cli->profiles, cli->profile_count, err))
        return false;
    for (size_t i = 0; i < cli->watched_count; i++) {
        if (!config_watch(&cli->config, cli->watched[i], err))
            return error_prefix(err, "--watch-task");
    }
    if (cli->config.profile_count > 0)
        return true;
    struct strbuf text;
    strbuf_init(&text, LIMIT_KIB * 4);
    config_explain_missing(&cli->config, &text);
    fprintf(stderr, "%s", text.data);
    strbuf_finish(&text);
    return error_set(err, ERR_CONFIG, "%s", ""); /* all has been said */
}

static bool is_unwanted(void *context)
{
    (void)context;
    return cli_is_interrupted();
}

bool cli_poll(struct cli *cli, struct error *err)
{
    int64_t start_ms = clock_mono_ms();
    cli->config.guard.is_unwanted = is_unwanted;
    cli->engine = engine_start(&cli->config, err);
    if (!cli->engine)
        return false;
    int64_t own_ms = cli->timeout_ms != UNKNOWN ? cli->timeout_ms : cli->verb->timeout_ms;
    cli->deadline_ms = start_ms + (own_ms ? own_ms : FIRST_POLL_MS);
    bool is_settled_now = cli_await_telling(cli, are_all_settled, describe_poll, NULL, err);
    if (!is_settled_now && err->code == ERR_INTERRUPTED)
        return false;
    error_clear(err);
    cli->deadline_ms = own_ms ? start_ms + own_ms : INT64_MAX;
    return tell_sources(cli) > 0 || fail_all(cli, err);
}

static bool is_past_awaited(const struct source_status *status)
{
    return cli_has_answered(status) && status->past == PAST_AWAITED;
}

static bool is_no_past_awaited(const struct cli *cli, void *context)
{
    (void)context;
    for (size_t i = 0; i < cli->snapshot->source_count; i++) {
        if (is_past_awaited(&cli->snapshot->sources[i]))
            return false;
    }
    return true;
}

static void describe_past(const struct cli *cli, void *context, char *out, size_t size)
{
    (void)context;
    size_t length = (size_t)snprintf(out, size, "waiting for the ended tasks of");
    for (size_t i = 0; i < cli->snapshot->source_count && length < size; i++) {
        const struct source_status *status = &cli->snapshot->sources[i];
        if (is_past_awaited(status))
            length += (size_t)snprintf(out + length, size - length, " %s", status->profile);
    }
}

bool cli_await_past(struct cli *cli, struct error *err)
{
    if (!cli_await_telling(cli, is_no_past_awaited, describe_past, NULL, err) &&
        err->code == ERR_INTERRUPTED)
        return false;
    error_clear(err);
    return true;
}

/* ---- the door -------------------------------------------------------------------------------- */

static const struct cli_verb *find_verb(const char *word)
{
    for (size_t i = 0; i < cli_verb_count; i++) {
        if (strcmp(cli_verbs[i].name, word) == 0)
            return &cli_verbs[i];
    }
    return NULL;
}

bool cli_is_verb(const char *word)
{
    return find_verb(word);
}

const char *cli_suggest_verb(const char *word)
{
    const char *names[ARRAY_LENGTH(cli_verbs)];
    for (size_t i = 0; i < cli_verb_count; i++)
        names[i] = cli_verbs[i].name;
    return suggest_name(word, names, cli_verb_count);
}

void cli_print_verbs(void)
{
    for (size_t i = 0; i < cli_verb_count; i++) {
        char usage[40];
        snprintf(usage, sizeof(usage), "%s%s%s", cli_verbs[i].name, cli_verbs[i].args ? " " : "",
                 cli_verbs[i].args ? cli_verbs[i].args : "");
        helptext_put(stdout, usage, VERB_COLS, cli_verbs[i].help);
    }
}

/* Nobody reads on from the pipe that stdout is. */
static bool is_reader_gone(void)
{
    struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return poll(&out, 1, 0) > 0 && out.revents & POLLERR;
}

/* A reader that went away has had enough; any other trouble with stdout is worth a word. */
static int close_stdout(int exit_code)
{
    bool is_broken = fflush(stdout) != 0 || ferror(stdout);
    if (!is_broken || is_reader_gone())
        return exit_code;
    cli_say("can not write all of the answer to stdout");
    return cli_worse(exit_code, 1);
}

static int run(struct cli *cli, int argc, char **argv, struct error *err)
{
    if (!cli_read_options(cli, argc, argv, err))
        return cli_fail(err);
    if (cli->is_help) {
        cli_print_help(cli->verb);
        return 0;
    }
    if (!load_config(cli, err))
        return cli_fail(err);
    return cli->verb->run(cli, err);
}

int cli_main(int argc, char **argv)
{
    struct error err = {0};
    struct cli cli = {.verb = find_verb(argv[0]), .spec = run_spec_create()};
    opterr = 0;
    watch_signals();
    int exit_code = run(&cli, argc, argv, &err);
    exit_code = close_stdout(exit_code);
    if (err.message[0] && err.code != ERR_INTERRUPTED)
        cli_say("%s", err.message);
    engine_stop(cli.engine);
    snapshot_unref(cli.snapshot);
    run_spec_unref(cli.spec);
    config_finish(&cli.config);
    return exit_code;
}
