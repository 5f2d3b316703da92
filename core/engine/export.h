/* export.h - the rows of a result, or a list of tasks, as files and clipboards want them.
 *
 * CSV, TSV, JSON, NDJSON and Markdown; JSON and NDJSON are the documents of the contract. Writes to
 * a FILE and keeps nothing.
 */
#pragma once

#include <stdint.h>
#include <stdio.h>

#include "model/column.h"
#include "model/detail.h"

enum export_format {
    EXPORT_CSV,
    EXPORT_TSV,
    EXPORT_JSON,
    EXPORT_NDJSON,
    EXPORT_MARKDOWN,
    EXPORT_FORMAT_COUNT,
};

struct export_format_info {
    const char *name;      /* "CSV" */
    const char *extension; /* "csv" */
    const char *help;      /* what opens it */
};
extern const struct export_format_info export_formats[EXPORT_FORMAT_COUNT];

/* A table (RESULT_TABLE); s: where the result is from. */
void export_result(FILE *file, enum export_format format, const struct snapshot *s,
                   const struct task_result *result, int64_t now_ms);
/* count rows from first on, for a clipboard: no document around them. */
void export_result_rows(FILE *file, enum export_format format, const struct task_result *result,
                        size_t first, size_t count);
void export_tasks(FILE *file, enum export_format format, const struct task *const *tasks,
                  size_t count, const struct column_context *context);
