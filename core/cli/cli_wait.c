#include <stdio.h>
#include <stdlib.h>

#include "base/timefmt.h"
#include "cli/cli_task.h"

struct waiting {
    struct cli_target *targets;
    size_t count;
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

/* Each end as it comes. */
static void tell_end(const struct cli *cli, struct cli_output *out, struct cli_target *target)
{
    const struct task *task = ended_task(cli, target);
    if (!task || target->told_state != -1)
        return;
    target->told_state = (int)task->state;
    struct column_context context = cli_column_context(cli);
    if (cli->format == CLI_TABLE)
        cli_task_print(cli, task);
    else
        cli_document_add(out, task_fields_json(task, &context));
    fflush(stdout);
}

static bool have_all_ended(const struct cli *cli, void *context)
{
    struct waiting *waiting = context;
    bool is_done = true;
    for (size_t i = 0; i < waiting->count; i++) {
        struct cli_target *target = &waiting->targets[i];
        tell_end(cli, waiting->out, target);
        is_done &= target->told_state != -1 || is_hopeless(cli, target);
    }
    return is_done;
}

/* What is left is said; the exit code is that of the worst end. */
static int tell_rest(const struct cli *cli, const struct cli_target *targets, size_t count)
{
    int exit_code = 0;
    for (size_t i = 0; i < count; i++) {
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

/* ", usually 41s, ends about 14:02:07" */
static size_t describe_usual(const struct task *task, int64_t now_ms, char *out, size_t size)
{
    char usual[TIMEFMT_BYTES], end[TIMEFMT_BYTES];
    int64_t end_ms = task_expected_end_ms(task, now_ms);
    if (task->usual_ms == UNKNOWN)
        return 0;
    size_t length =
        (size_t)snprintf(out, size, ", usually %s", format_duration(usual, task->usual_ms));
    if (end_ms != UNKNOWN)
        length += (size_t)snprintf(out + length, size - length, ", ends about %s",
                                   format_local(end, end_ms, now_ms));
    return length;
}

/* "demo:6f1c running 12s, usually 41s, ends about 14:02:07; 2 more" */
static void describe(const struct cli *cli, void *context, char *out, size_t size)
{
    const struct waiting *waiting = context;
    const struct cli_target *first = NULL;
    size_t left = 0;
    for (size_t i = 0; i < waiting->count; i++) {
        bool is_left = waiting->targets[i].told_state == -1;
        first = is_left && !first ? &waiting->targets[i] : first;
        left += is_left;
    }
    if (!first)
        return;
    const struct task *task = cli_target_task(cli, first);
    struct column_context columns_of = cli_column_context(cli);
    char elapsed[40];
    size_t length =
        (size_t)snprintf(out, size, "%s:%.20s", cli_target_profile(cli, first), first->id);
    if (task)
        length += (size_t)snprintf(
            out + length, size - length, " %s %s", columns[COLUMN_STATE].text(task, &columns_of),
            columns[COLUMN_ELAPSED].cell(task, &columns_of, elapsed, sizeof(elapsed)));
    if (task)
        length += describe_usual(task, columns_of.now_ms, out + length, size - length);
    if (left > 1)
        snprintf(out + length, size - length, "; %zu more", left - 1);
}

int cli_wait_for(struct cli *cli, struct cli_target *targets, size_t count, const char *schema)
{
    struct error waited = {0};
    struct cli_output out;
    struct tabular_column fields[TASK_FIELDS];
    struct waiting waiting = {.targets = targets, .count = count, .out = &out};
    cli_output_init(&out, stdout, cli->format, cli->colour);
    if (cli->format != CLI_TABLE) {
        cli_document_begin(&out, cli_document_head(cli, schema), "tasks");
        task_fields_columns(fields);
        cli_document_columns(&out, fields, TASK_FIELDS);
    }
    fflush(stdout);
    cli_await_telling(cli, have_all_ended, describe, &waiting, &waited);
    if (cli->format != CLI_TABLE)
        cli_document_end(&out);
    cli_output_finish(&out);
    return waited.code == ERR_INTERRUPTED ? cli_fail(&waited) : tell_rest(cli, targets, count);
}

int cli_wait(struct cli *cli, struct error *err)
{
    struct cli_target *targets;
    if (!cli_find_targets(cli, &targets, err))
        return cli_fail(err);
    int exit_code = cli_wait_for(cli, targets, (size_t)cli->arg_count, "querytop.wait/1");
    free(targets);
    return exit_code;
}
