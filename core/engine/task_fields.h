/* task_fields.h - a task as a program reads it: the contract's names and values.
 *
 * One table of fields gives JSON, NDJSON, CSV, TSV and Markdown. Pure.
 */
#pragma once

#include "base/tabular.h"
#include "base/timefmt.h"
#include "model/column.h"
#include "net/json.h"

#define TASK_FIELDS 28

/* One task under the contract's keys; values that are not known are null. */
struct json *task_fields_json(const struct task *task, const struct column_context *context);

/* The other way round: what the object tells of a task is put into the draft, sanitised; what it
 * does not tell is unknown. The source is not touched. */
void task_fields_read(const struct json *object, struct task_draft *out);

/* The same as cells of a table; they point into the task or into numbers. */
struct task_cells {
    const char *cells[TASK_FIELDS];
    char numbers[TASK_FIELDS][TIMEFMT_BYTES];
};
void task_fields_columns(struct tabular_column out[TASK_FIELDS]);
void task_fields_cells(struct task_cells *out, const struct task *task,
                       const struct column_context *context);
