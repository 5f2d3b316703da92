#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "cli/cli_output.h"

/* On a terminal. */
#define CELL_MAX_COLS 60
/* Beyond this a double no longer holds each integer. */
#define EXACT_INTEGER_MAX 9e15

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

/* A number only where no digit is lost by it. */
static struct json *cell_json(const struct task_result *result, size_t row, size_t column)
{
    const char *text = task_result_cell(result, row, column);
    if (!text || !result->columns[column].is_number)
        return json_new_string(text);
    char again[40];
    char *end;
    double number = strtod(text, &end);
    if (*text == '\0' || *end)
        return json_new_string(text);
    snprintf(again, sizeof(again), "%.0f", number);
    if (fabs(number) < EXACT_INTEGER_MAX && strcmp(again, text) == 0)
        return json_new_int((int64_t)number);
    snprintf(again, sizeof(again), "%.15g", number);
    return strcmp(again, text) == 0 ? json_new_double(number) : json_new_string(text);
}

static struct json *row_json(const struct task_result *result, size_t row)
{
    struct json *object = json_new_object();
    for (size_t i = 0; i < result->column_count; i++)
        json_set(object, result->columns[i].name, cell_json(result, row, i));
    return object;
}

static struct json *head_json(const struct cli *cli, const struct cli_target *target,
                              const struct task_result *result)
{
    struct json *head = cli_document_head(cli, "querytop.results/1");
    struct json *names = json_new_array();
    for (size_t i = 0; i < result->column_count; i++)
        json_push(names, json_new_string(result->columns[i].name));
    json_set_string(head, "profile", cli_target_profile(cli, target));
    json_set_string(head, "id", target->id);
    json_set_string(head, "format", result->format);
    json_set_bool(head, "is_cut", result->is_cut);
    json_set_string(head, "note", result->note);
    json_set(head, "runtime_ms",
             result->runtime_ms == UNKNOWN ? NULL : json_new_int(result->runtime_ms));
    json_set(head, "is_from_cache",
             result->is_from_cache < 0 ? NULL : json_new_bool(result->is_from_cache));
    json_set(head, "columns", names);
    return head;
}

static void write_document(struct cli_output *out, struct json *head,
                           const struct task_result *result)
{
    cli_document_begin(out, head, "rows");
    for (size_t i = 0; i < result->row_count; i++)
        cli_document_add(out, row_json(result, i));
    cli_document_end(out);
}

/* ---- the verb -------------------------------------------------------------------------------- */

static bool write_result(const struct cli *cli, const struct cli_target *target,
                         const struct task_result *result, FILE *file, struct error *err)
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
    cli_output_init(&out, file, cli->format);
    if (cli->format == CLI_JSON || cli->format == CLI_NDJSON)
        write_document(&out, head_json(cli, target, result), result);
    else
        write_rows(&out, result);
    cli_output_finish(&out);
    return true;
}

/* The service's own bytes, unless another form of them is asked for. */
static bool is_saved_raw(const struct cli *cli, const struct task_result *result)
{
    return cli->output && result->raw && cli->format == CLI_TABLE;
}

static bool write_file(const struct cli *cli, const struct cli_target *target,
                       const struct task_result *result, struct error *err)
{
    FILE *file = fopen(cli->output, "we");
    if (!file)
        return error_set(err, ERR_USAGE, "--output %s: %s", cli->output, strerror(errno));
    bool is_written = true;
    if (is_saved_raw(cli, result))
        fwrite(result->raw, 1, result->raw_bytes, file);
    else
        is_written = write_result(cli, target, result, file, err);
    bool is_broken = ferror(file);
    is_broken |= fclose(file) != 0;
    if (is_written && is_broken)
        return error_set(err, ERR_NO, "--output %s: can not write all of it: %s", cli->output,
                         strerror(errno));
    return is_written;
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
    if (!(cli->output ? write_file(cli, target, result, err)
                      : write_result(cli, target, result, stdout, err)))
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
