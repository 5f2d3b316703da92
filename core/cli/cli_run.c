#include <stdio.h>
#include <string.h>

#include "cli/cli_task.h"

struct submission {
    uint64_t action_id;
    struct cli_target target; /* the new task, once it is named */
};

/* ---- before ---------------------------------------------------------------------------------- */

static bool check_profile(const struct cli *cli, struct error *err)
{
    struct strbuf names;
    if (cli->config.profile_count == 1)
        return true;
    strbuf_init(&names, 200);
    for (size_t i = 0; i < cli->config.profile_count; i++)
        strbuf_addf(&names, "%s%s", i ? ", " : "", cli->config.profiles[i].name);
    error_set(err, ERR_USAGE, "run on which profile? --profile with one of %s", names.data);
    strbuf_finish(&names);
    return false;
}

static void describe_query(const struct run_spec *spec)
{
    if (spec->query)
        cli_putf(stderr, "  query %s\n", spec->query);
    if (spec->look_id)
        cli_putf(stderr, "  Look %s\n", spec->look_id);
    if (!spec->explore)
        return;
    cli_putf(stderr, "  %s::%s", spec->model, spec->explore);
    for (size_t i = 0; i < spec->field_count; i++)
        cli_putf(stderr, "%s%s", i ? ", " : "  ", spec->fields[i]);
    fputc('\n', stderr);
}

/* A profile that is armed for a while elsewhere is asked about here. */
static bool confirm(const struct cli *cli, struct error *err)
{
    const struct source_status *status = &cli->snapshot->sources[0];
    if (status->mode == MODE_READ_ONLY)
        return source_allows_actions(status, cli->now_ms, err);
    if (status->mode == MODE_READ_WRITE || cli->is_yes)
        return true;
    cli_putf(stderr, "Run this query on %s?\n", status->profile);
    describe_query(cli->spec);
    return cli_ask(err);
}

/* ---- submitting ------------------------------------------------------------------------------ */

static bool is_answered(const struct cli *cli, void *context)
{
    const struct submission *submission = context;
    const struct action_record *record = snapshot_action(cli->snapshot, submission->action_id);
    return record && action_is_final(record->state);
}

static bool is_known(const struct cli *cli, void *context)
{
    const struct submission *submission = context;
    const struct task *task = cli_target_task(cli, &submission->target);
    return task && task_text(task, TASK_STATE_RAW);
}

static void describe_wait(const struct cli *cli, void *context, char *out, size_t size)
{
    (void)context;
    snprintf(out, size, "%s: submitting", cli->snapshot->sources[0].profile);
}

/* The service's words, at the option that they are about. */
static bool explain_refusal(const struct cli *cli, const struct action_record *record,
                            struct error *err)
{
    const struct run_option *option = run_option_of_field(record->field);
    const char *words = record->words[0] ? record->words : "the service refused the query";
    enum error_code code = record->code ? record->code : ERR_NO;
    if (option)
        return error_set(err, code, "--%s: %s", option->name, words);
    return error_set(err, code, "%s: %s%s%s", cli->snapshot->sources[0].profile, record->field,
                     record->field[0] ? ": " : "", words);
}

static bool submit(struct cli *cli, struct submission *submission, struct error *err)
{
    if (!cli_arm(cli, 0, err) ||
        !engine_run(cli->engine, 0, run_spec_ref(cli->spec), &submission->action_id, err))
        return false;
    if (!cli_await_telling(cli, is_answered, describe_wait, submission, err))
        return false;
    const struct action_record *record = snapshot_action(cli->snapshot, submission->action_id);
    if (record->state != ACTION_CONFIRMED)
        return explain_refusal(cli, record, err);
    submission->target = (struct cli_target){.told_state = -1};
    snprintf(submission->target.id, sizeof(submission->target.id), "%s", record->new_task_id);
    return engine_watch(cli->engine, 0, submission->target.id, err);
}

/* ---- telling --------------------------------------------------------------------------------- */

static int write_task(struct cli *cli, struct submission *submission, struct error *err)
{
    struct error late = {0};
    struct cli_output out;
    struct column_context context;
    if (!cli_await_telling(cli, is_known, describe_wait, submission, &late) &&
        !cli_target_task(cli, &submission->target)) {
        *err = late;
        error_prefix(err, "%s:%s was started", cli->snapshot->sources[0].profile,
                     submission->target.id);
        return cli_fail(err);
    }
    const struct task *task = cli_target_task(cli, &submission->target);
    context = cli_column_context(cli);
    if (cli->format == CLI_TABLE) {
        cli_task_print(cli, task);
        return 0;
    }
    cli_output_init(&out, stdout, cli->format, cli->colour);
    cli_document_begin(&out, cli_document_head(cli, "querytop.run/1"), "tasks");
    cli_document_add(&out, task_fields_json(task, &context));
    cli_document_end(&out);
    cli_output_finish(&out);
    return 0;
}

/* Without --timeout the query may take its time; the name of its task is told before. */
static int wait_for_end(struct cli *cli, struct submission *submission)
{
    if (cli->timeout_ms == UNKNOWN)
        cli->deadline_ms = INT64_MAX;
    cli_say("running as %s:%s", cli->snapshot->sources[0].profile, submission->target.id);
    return cli_wait_for(cli, &submission->target, 1, "querytop.run/1");
}

int cli_run(struct cli *cli, struct error *err)
{
    struct submission submission = {0};
    if (!run_spec_check(cli->spec, err) || !check_profile(cli, err))
        return cli_fail(err);
    bool asks = cli->config.profiles[0].mode == MODE_ARMED;
    if ((asks && !cli_check_askable(cli, "--yes runs it", err)) || !cli_poll(cli, err) ||
        !confirm(cli, err))
        return cli_fail(err);
    cli_renew_deadline(cli);
    if (!submit(cli, &submission, err))
        return cli_fail(err);
    return cli->is_wait ? wait_for_end(cli, &submission) : write_task(cli, &submission, err);
}
