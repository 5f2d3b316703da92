#include <stdio.h>
#include <stdlib.h>

#include "cli/cli_task.h"

struct waiting {
    struct cli_target *targets;
    struct cli_output *out;
};

static const struct task *ended_task(const struct cli *cli, const struct cli_target *target)
{
    const struct task *task = cli_target_task(cli, target);
    return task && !task_is_alive(task) ? task : NULL;
}

/* Its service will not tell how it ends unless somebody does something. */
static bool is_hopeless(const struct cli *cli, const struct cli_target *target)
{
    enum source_state state = cli->snapshot->sources[target->source].state;
    return state == SOURCE_LOGIN || state == SOURCE_DISABLED;
}

static void print_line(const struct cli *cli, const struct cli_target *target,
                       const struct task *task)
{
    char elapsed[40], what[400];
    struct column_context context = cli_column_context(cli);
    cli_putf(stdout, "%s:%s  %s  %s  %s\n", cli_target_profile(cli, target), target->id,
             columns[COLUMN_STATE].text(task, &context),
             columns[COLUMN_ELAPSED].cell(task, &context, elapsed, sizeof(elapsed)),
             columns[COLUMN_WHAT].cell(task, &context, what, sizeof(what)));
}

/* Each end as it comes. */
static void tell_end(const struct cli *cli, struct cli_output *out, struct cli_target *target)
{
    const struct task *task = ended_task(cli, target);
    if (!task || target->told_state != -1)
        return;
    target->told_state = (int)task->state;
    struct column_context context = cli_column_context(cli);
    if (cli->format == CLI_TABLE)
        print_line(cli, target, task);
    else
        cli_document_add(out, cli_task_json(task, &context));
    fflush(stdout);
}

static bool have_all_ended(const struct cli *cli, void *context)
{
    struct waiting *waiting = context;
    bool is_done = true;
    for (int i = 0; i < cli->arg_count; i++) {
        struct cli_target *target = &waiting->targets[i];
        tell_end(cli, waiting->out, target);
        is_done &= target->told_state != -1 || is_hopeless(cli, target);
    }
    return is_done;
}

/* What is left is said; the exit code is that of the worst end. */
static int tell_rest(const struct cli *cli, const struct cli_target *targets)
{
    int exit_code = 0;
    for (int i = 0; i < cli->arg_count; i++) {
        const struct source_status *status = &cli->snapshot->sources[targets[i].source];
        if (targets[i].told_state == TASK_SUCCEEDED)
            continue;
        bool is_lost = targets[i].told_state == -1 && is_hopeless(cli, &targets[i]);
        exit_code = cli_worse(exit_code, is_lost ? cli_fail(&status->error) : 1);
        if (targets[i].told_state == -1)
            cli_say("%s:%s has not ended yet%s%s", status->profile, targets[i].id,
                    is_lost ? ": " : "", is_lost ? status->error.message : "");
    }
    return exit_code;
}

static int wait_for_targets(struct cli *cli, struct cli_target *targets)
{
    struct error waited = {0};
    struct cli_output out;
    struct waiting waiting = {.targets = targets, .out = &out};
    cli_output_init(&out, stdout, cli->format);
    if (cli->format != CLI_TABLE)
        cli_document_begin(&out, cli_document_head(cli, "querytop.wait/1"), "tasks");
    fflush(stdout);
    cli_await(cli, have_all_ended, &waiting, &waited);
    if (cli->format != CLI_TABLE)
        cli_document_end(&out);
    cli_output_finish(&out);
    return waited.code == ERR_INTERRUPTED ? cli_fail(&waited) : tell_rest(cli, targets);
}

int cli_wait(struct cli *cli, struct error *err)
{
    struct cli_target *targets;
    if (!cli_find_targets(cli, &targets, err))
        return cli_fail(err);
    int exit_code = wait_for_targets(cli, targets);
    free(targets);
    return exit_code;
}
