#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/replace_file.h"
#include "base/xalloc.h"
#include "cli/cli_output.h"

/* On a terminal. */
#define CELL_MAX_COLS 60

static const struct task_result *find_result(const struct cli *cli, const struct cli_target *target)
{
    return snapshot_result(cli->snapshot, target->source, target->id);
}

static bool has_ended(const struct cli *cli, const struct cli_target *target)
{
    const struct task *task = cli_target_task(cli, target);
    return task && !task_is_alive(task);
}

static bool is_ready(const struct cli *cli, void *context)
{
    const struct task_result *result = find_result(cli, context);
    return result && result->state != RESULT_PENDING;
}

static void describe(const struct cli *cli, void *context, char *out, size_t size)
{
    const struct cli_target *target = context;
    snprintf(out, size, "%s:%.20s: waiting for the result", cli_target_profile(cli, target),
             target->id);
}

/* ---- rows ------------------------------------------------------------------------------------ */

static struct cli_column *make_columns(const struct task_result *result)
{
    struct cli_column *row = xcalloc(result->column_count + 1, sizeof(*row));
    for (size_t i = 0; i < result->column_count; i++)
        row[i] = (struct cli_column){.title = result->columns[i].name,
                                     .is_right = result->columns[i].is_number,
                                     .is_number = result->columns[i].is_number,
                                     .max_cols = CELL_MAX_COLS,
                                     .priority = (unsigned)i};
    return row;
}

static void write_rows(struct cli_output *out, const struct task_result *result)
{
    struct cli_column *row = make_columns(result);
    cli_rows_begin(out, row, result->column_count);
    for (size_t i = 0; i < result->row_count; i++)
        cli_rows_add(out, &result->cells[i * result->column_count]);
    cli_rows_end(out);
    free(row);
    if (out->hidden_count)
        cli_say("%zu more columns do not fit the terminal; --as csv writes all", out->hidden_count);
}

/* ---- the verb -------------------------------------------------------------------------------- */

static bool write_result(const struct cli *cli, const struct task_result *result, FILE *file,
                         struct error *err)
{
    struct cli_output out;
    if (result->state == RESULT_LINES && cli->format != CLI_TABLE)
        return error_set(err, ERR_NO,
                         "the task's result is %s, which has no columns; leave out --as",
                         result->format ? result->format : "text");
    if (result->state == RESULT_LINES) {
        cli_put(file, result->text ? result->text : "", result->text ? strlen(result->text) : 0);
        fputc('\n', file);
        return true;
    }
    if (cli->format != CLI_TABLE) {
        export_result(file, cli_export_formats[cli->format], cli->snapshot, result, cli->now_ms);
        return true;
    }
    cli_output_init(&out, file, cli->format, cli->colour);
    write_rows(&out, result);
    cli_output_finish(&out);
    return true;
}

/* The service's own bytes, unless another form of them is asked for. */
static bool is_saved_raw(const struct cli *cli, const struct task_result *result)
{
    return cli->output && result->raw && cli->format == CLI_TABLE;
}

static bool write_file(const struct cli *cli, const struct task_result *result, struct error *err)
{
    struct replace_file output;
    if (!replace_file_open(&output, cli->output, err))
        return error_prefix(err, "--output");
    bool is_written = true;
    if (is_saved_raw(cli, result))
        fwrite(result->raw, 1, result->raw_bytes, output.file);
    else
        is_written = write_result(cli, result, output.file, err);
    bool is_whole = replace_file_close(&output, is_written, err);
    return is_written && !is_whole ? error_prefix(err, "--output") : is_whole;
}

/* Why there are no rows yet, when the time is up. */
static void explain_wait(const struct cli *cli, const struct cli_target *target, struct error *err)
{
    if (err->code == ERR_TIMEOUT && !has_ended(cli, target))
        error_set(err, ERR_NO, "%s:%s has not ended yet; `querytop wait` waits for it",
                  cli_target_profile(cli, target), target->id);
}

static int write_target(struct cli *cli, struct cli_target *target, struct error *err)
{
    bool (*want)(struct engine *, uint16_t, const char *, struct error *) =
        cli->output ? engine_want_raw_result : engine_want_result;
    if (!want(cli->engine, target->source, target->id, err))
        return cli_fail(err);
    if (!cli_await_telling(cli, is_ready, describe, target, err)) {
        explain_wait(cli, target, err);
        return cli_fail(err);
    }
    const struct task_result *result = find_result(cli, target);
    if (result->state == RESULT_NONE && !is_saved_raw(cli, result)) {
        *err = result->error;
        error_prefix(err, "%s:%s", cli_target_profile(cli, target), target->id);
        return cli_worse(cli_fail(err), 1);
    }
    if (!(cli->output ? write_file(cli, result, err) : write_result(cli, result, stdout, err)))
        return cli_fail(err);
    if (result->is_cut && !is_saved_raw(cli, result))
        cli_say("not all rows: %s", result->note ? result->note : "the result was cut");
    return 0;
}

int cli_results(struct cli *cli, struct error *err)
{
    struct cli_target *target;
    if (!cli_find_targets(cli, &target, err))
        return cli_fail(err);
    int exit_code = write_target(cli, target, err);
    free(target);
    return exit_code;
}
