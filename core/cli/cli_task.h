/* cli_task.h - a task as a program reads it: the contract's names and values.
 *
 * One table of fields gives JSON, NDJSON, CSV and TSV.
 */
#pragma once

#include "cli/cli_output.h"
#include "model/column.h"

struct column_context cli_column_context(const struct cli *cli);

/* One task under the contract's keys; values that are not known are null. */
struct json *cli_task_json(const struct task *task, const struct column_context *context);
/* A task in one line: who, how, how long, what. */
void cli_task_print(const struct cli *cli, const struct task *task);
/* "sources" of a document. */
struct json *cli_sources_json(const struct cli *cli);

/* CSV and TSV: all fields of each task. */
void cli_tasks_begin(struct cli_output *out);
void cli_tasks_add(struct cli_output *out, const struct task *task,
                   const struct column_context *context);
