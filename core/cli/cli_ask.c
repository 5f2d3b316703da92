#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/cli_internal.h"

/* How long a profile stays armed beyond the time that the verb waits. */
#define ARM_EXTRA_MS 10000
/* And when it waits without end. */
#define ARM_MAX_MS 60000

/* True while stdin and stderr are a terminal: somebody can be asked. */
static bool can_ask(void)
{
    return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

bool cli_check_askable(const struct cli *cli, const char *what, struct error *err)
{
    if (cli->is_yes || can_ask())
        return true;
    return error_set(err, ERR_USAGE, "nobody can be asked here; %s without asking", what);
}

/* One line, without its end. False: there is none. */
static bool read_answer(char *out, size_t size)
{
    fflush(stderr);
    if (!fgets(out, (int)size, stdin))
        return false;
    out[strcspn(out, "\n")] = '\0';
    return true;
}

static bool refuse(struct error *err)
{
    if (cli_is_interrupted())
        return error_set(err, ERR_INTERRUPTED, "interrupted");
    return error_set(err, ERR_NO, "nothing was done");
}

bool cli_ask(struct error *err)
{
    char answer[16];
    fputs("[y/N] ", stderr);
    bool is_yes = read_answer(answer, sizeof(answer)) &&
                  (strcasecmp(answer, "y") == 0 || strcasecmp(answer, "yes") == 0);
    return is_yes || refuse(err);
}

bool cli_ask_word(const char *word, struct error *err)
{
    char answer[LIMIT_ARGUMENT_BYTES];
    cli_putf(stderr, "Type %s to go on: ", word);
    return (read_answer(answer, sizeof(answer)) && strcmp(answer, word) == 0) || refuse(err);
}

bool cli_arm(struct cli *cli, uint16_t source, struct error *err)
{
    if (cli->snapshot->sources[source].mode != MODE_ARMED)
        return true;
    int64_t left_ms =
        cli->deadline_ms == INT64_MAX ? ARM_MAX_MS : cli->deadline_ms - clock_mono_ms();
    return engine_arm(cli->engine, source, left_ms + ARM_EXTRA_MS, err);
}

void cli_renew_deadline(struct cli *cli)
{
    int64_t timeout_ms = cli->timeout_ms != UNKNOWN ? cli->timeout_ms : cli->verb->timeout_ms;
    cli->deadline_ms = clock_mono_ms() + timeout_ms;
}

int cli_action_exit_code(const struct action_record *record)
{
    if (record && record->state == ACTION_CONFIRMED)
        return 0;
    int exit_code = record ? error_exit_code(record->code) : 1;
    return exit_code ? exit_code : 1;
}
