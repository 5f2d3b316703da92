#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/timefmt.h"
#include "cli/cli_task.h"

struct wording {
    const char *question;
    const char *questions; /* of several */
    const char *without_asking;
};

static const struct wording wordings[] = {
    [ACTION_CANCEL] = {"Cancel this task?", "Cancel these tasks?", "--yes cancels"},
    [ACTION_RETRY] = {"Run this query again?", "Run these queries again?", "--yes retries"},
    [ACTION_HIDE] = {"Hide this task?", "Hide these tasks?", "--yes hides"},
};

/* What cli_await() looks at. */
struct tracking {
    struct cli_target *targets;
    bool is_talking;
};

/* ---- before ---------------------------------------------------------------------------------- */

static bool check_modes(const struct cli *cli, const struct cli_target *targets, struct error *err)
{
    for (int i = 0; i < cli->arg_count; i++) {
        const struct source_status *status = &cli->snapshot->sources[targets[i].source];
        if (status->mode == MODE_READ_ONLY)
            return source_allows_actions(status, cli->now_ms, err);
    }
    return true;
}

static void describe(const struct cli *cli, const struct cli_target *target)
{
    static const enum column facts[] = {COLUMN_USER, COLUMN_STATE, COLUMN_ELAPSED, COLUMN_ORIGIN};
    struct column_context context = cli_column_context(cli);
    const struct task *task = cli_target_task(cli, target);
    char text[200];
    cli_putf(stderr, "  %s:%s", cli_target_profile(cli, target), target->id);
    for (size_t i = 0; task && i < sizeof(facts) / sizeof(facts[0]); i++)
        cli_putf(stderr, "  %s", columns[facts[i]].cell(task, &context, text, sizeof(text)));
    fputc('\n', stderr);
    if (task && task_text(task, TASK_TITLE))
        cli_putf(stderr, "    %s\n", columns[COLUMN_TITLE].cell(task, &context, text, 100));
    if (task && task_text(task, TASK_SQL))
        cli_putf(stderr, "    %s\n", columns[COLUMN_SQL].cell(task, &context, text, 100));
}

/* Tells of tasks that write somewhere, for actions that make them do so again. False: none does. */
static bool warn_of_writes(const struct cli *cli, enum action_kind kind,
                           const struct cli_target *targets)
{
    bool has_any = false;
    for (int i = 0; i < cli->arg_count && action_infos[kind].writes_warning; i++) {
        const struct task *task = cli_target_task(cli, &targets[i]);
        if (!task || !(task->flags & TASK_WRITES))
            continue;
        has_any = true;
        cli_putf(stderr, "  %s: %s\n", targets[i].id, action_infos[kind].writes_warning);
    }
    return has_any;
}

static bool confirm(const struct cli *cli, enum action_kind kind, const struct cli_target *targets,
                    struct error *err)
{
    if (cli->is_yes)
        return true;
    bool is_one = cli->arg_count == 1;
    fprintf(stderr, "%s\n", is_one ? wordings[kind].question : wordings[kind].questions);
    for (int i = 0; i < cli->arg_count; i++)
        describe(cli, &targets[i]);
    return warn_of_writes(cli, kind, targets) ? cli_ask_word("write", err) : cli_ask(err);
}

/* ---- asking for it --------------------------------------------------------------------------- */

static bool start_action(struct cli *cli, enum action_kind kind, struct cli_target *target,
                         struct error *err)
{
    return cli_arm(cli, target->source, err) &&
           engine_act(cli->engine, kind, target->source, target->id, &target->action_id, err);
}

static const struct action_record *record_of(const struct cli *cli, const struct cli_target *target)
{
    return target->action_id ? snapshot_action(cli->snapshot, target->action_id) : NULL;
}

/* ---- until the end --------------------------------------------------------------------------- */

static void tell_progress(const struct cli *cli, struct cli_target *target,
                          const struct action_record *record)
{
    char text[400];
    if (target->told_state == (int)record->state || action_is_final(record->state))
        return;
    target->told_state = (int)record->state;
    action_format(record, cli->now_ms, text, sizeof(text));
    cli_say("%s:%s: %s", cli_target_profile(cli, target), target->id, text);
}

static bool are_all_final(const struct cli *cli, void *context)
{
    struct tracking *tracking = context;
    bool is_done = true;
    for (int i = 0; i < cli->arg_count; i++) {
        const struct action_record *record = record_of(cli, &tracking->targets[i]);
        if (record && tracking->is_talking)
            tell_progress(cli, &tracking->targets[i], record);
        is_done &= record && action_is_final(record->state);
    }
    return is_done;
}

/* ---- telling --------------------------------------------------------------------------------- */

static struct json *action_json(const struct cli *cli, const struct cli_target *target,
                                enum action_kind kind, const struct action_record *record)
{
    char time[TIMEFMT_BYTES];
    struct json *object = json_new_object();
    json_set_string(object, "profile", cli_target_profile(cli, target));
    json_set_string(object, "id", target->id);
    json_set_string(object, "action", action_infos[kind].word);
    json_set_string(object, "state", action_state_name(record ? record->state : ACTION_ASKED));
    json_set_string(object, "title", record && record->task_title[0] ? record->task_title : NULL);
    json_set_string(object, "words", record && record->words[0] ? record->words : NULL);
    json_set_string(object, "new_task_id",
                    record && record->new_task_id[0] ? record->new_task_id : NULL);
    json_set_string(object, "asked_at", record ? format_utc(time, record->asked_ms) : NULL);
    json_set_string(object, "changed_at", record ? format_utc(time, record->changed_ms) : NULL);
    return object;
}

static void print_line(const struct cli *cli, const struct cli_target *target,
                       enum action_kind kind, const struct action_record *record)
{
    char text[400];
    if (record)
        action_format(record, cli->now_ms, text, sizeof(text));
    else
        snprintf(text, sizeof(text), "%s not sent", action_infos[kind].word);
    cli_putf(stdout, "%s:%s  %s\n", cli_target_profile(cli, target), target->id, text);
}

static int tell_ends(const struct cli *cli, enum action_kind kind, const struct cli_target *targets)
{
    int exit_code = 0;
    struct cli_output out;
    cli_output_init(&out, stdout, cli->format, cli->colour);
    if (cli->format != CLI_TABLE)
        cli_document_begin(&out, cli_document_head(cli, "querytop.action/1"), "actions");
    for (int i = 0; i < cli->arg_count; i++) {
        const struct action_record *record = record_of(cli, &targets[i]);
        exit_code = cli_worse(exit_code, cli_action_exit_code(record));
        if (cli->format == CLI_TABLE)
            print_line(cli, &targets[i], kind, record);
        else
            cli_document_add(&out, action_json(cli, &targets[i], kind, record));
    }
    if (cli->format != CLI_TABLE)
        cli_document_end(&out);
    cli_output_finish(&out);
    return exit_code;
}

/* ---- the verbs ------------------------------------------------------------------------------- */

static int act_on_targets(struct cli *cli, enum action_kind kind, struct cli_target *targets,
                          struct error *err)
{
    struct tracking tracking = {.targets = targets, .is_talking = isatty(STDERR_FILENO)};
    if (!check_modes(cli, targets, err) || !confirm(cli, kind, targets, err))
        return cli_fail(err);
    cli_renew_deadline(cli);
    for (int i = 0; i < cli->arg_count; i++) {
        if (!start_action(cli, kind, &targets[i], err))
            break;
    }
    struct error waiting = {0};
    bool is_known = err->code == ERR_NONE && cli_await(cli, are_all_final, &tracking, &waiting);
    int exit_code = tell_ends(cli, kind, targets);
    if (waiting.code == ERR_INTERRUPTED)
        return cli_fail(&waiting);
    if (!is_known && !err->code)
        cli_say("the end is not known yet; `querytop show` tells more");
    return err->code ? cli_fail(err) : exit_code;
}

static int act(struct cli *cli, enum action_kind kind, struct error *err)
{
    struct cli_target *targets;
    if (!cli_check_askable(cli, wordings[kind].without_asking, err) ||
        !cli_find_targets(cli, &targets, err))
        return cli_fail(err);
    int exit_code = act_on_targets(cli, kind, targets, err);
    free(targets);
    return exit_code;
}

int cli_cancel(struct cli *cli, struct error *err)
{
    return act(cli, ACTION_CANCEL, err);
}

int cli_retry(struct cli *cli, struct error *err)
{
    return act(cli, ACTION_RETRY, err);
}

int cli_hide(struct cli *cli, struct error *err)
{
    return act(cli, ACTION_HIDE, err);
}
