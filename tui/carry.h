/* carry.h - what can be carried away from the dashboard, as text: one table for copying, exporting
 * and opening elsewhere. Pure: reads a snapshot, writes to a FILE.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "detail_pages.h"
#include "engine/export.h"
#include "layout.h"
#include "model/snapshot.h"

enum carry_thing {
    CARRY_ID,
    CARRY_SQL,
    CARRY_FORMATTED_SQL,
    CARRY_CELL,
    CARRY_ROW,
    CARRY_ROWS,
    CARRY_ERROR,
    CARRY_FACTS,
    CARRY_RECORD,
    CARRY_LINK,
    CARRY_ITEM,
    CARRY_REMOTE,
    CARRY_COMMAND,
    CARRY_LIST,
    CARRY_THING_COUNT,
};

/* Where it is taken from; everything is borrowed. */
struct carry_source {
    const struct snapshot *snapshot;
    const struct task *task;          /* NULL: none is selected */
    const struct task_detail *detail; /* NULL: not read yet */
    const struct task_result *result; /* a table; NULL: there is none */
    size_t row;                       /* of the result: the first in sight */
    size_t column;
    const struct task *const *list; /* as shown; NULL: it is only counted */
    size_t list_count;
    const struct item *item; /* NULL */
    int64_t now_ms;
};

struct carry_info {
    const char *name;      /* "SQL", as in "the SQL" */
    const char *extension; /* of a file; NULL: a table, and the format says */
    bool is_whole;         /* worth a file of its own */
    bool (*is_there)(const struct carry_source *source);
    void (*write)(const struct carry_source *source, enum export_format format, FILE *file);
};

/* Index: enum carry_thing. */
extern const struct carry_info carry_infos[CARRY_THING_COUNT];

/* The SQL at hand, as it was sent; NULL: none. */
const char *carry_sql(const struct carry_source *source);
/* What matters in a pane, and on a page of the detail; CARRY_THING_COUNT: nothing that is there. */
enum carry_thing carry_to_copy(const struct carry_source *source, enum pane pane,
                               enum detail_page page);
/* The same for a file or another program. */
enum carry_thing carry_to_export(const struct carry_source *source, enum pane pane,
                                 enum detail_page page);
/* The text itself; the caller frees it. */
char *carry_text(const struct carry_source *source, enum carry_thing thing,
                 enum export_format format, size_t *out_length);
/* "row 3", "500 rows", "the SQL": what it is, in out. Returns out. */
char *carry_describe(const struct carry_source *source, enum carry_thing thing, char *out,
                     size_t size);
