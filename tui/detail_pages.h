/* detail_pages.h - the pages of the detail pane as rows of text. Pure. */
#pragma once

#include "json_tree.h"
#include "model/snapshot.h"
#include "sql_rows.h"
#include "text_rows.h"

enum detail_page { PAGE_OVERVIEW, PAGE_SQL, PAGE_ROWS, PAGE_ERROR, PAGE_JSON, PAGE_COUNT };

/* What a page is made of. */
struct detail_source {
    const struct snapshot *snapshot;
    const struct task *task;
    const struct task_detail *detail; /* NULL: not read yet */
    const struct task_result *result; /* NULL: not read yet */
    int64_t now_ms;
    enum sql_form sql_form;
    const struct json_tree *json; /* the record, with what is folded in it */
};

const char *detail_page_title(enum detail_page page);
/* Fills rows (cleared before) for a window of width columns. The rows page gets what there is to
 * say when there is no table. */
void detail_page_build(enum detail_page page, const struct detail_source *source, size_t width,
                       struct text_rows *rows);
