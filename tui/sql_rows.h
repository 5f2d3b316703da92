/* sql_rows.h - SQL on the pages: laid out for reading or as it was sent, with its mistakes marked.
 * Pure.
 */
#pragma once

#include "text_rows.h"

enum sql_form {
    SQL_FORM_AUTO, /* formatted where it was sent in long lines */
    SQL_FORM_FORMATTED,
    SQL_FORM_AS_SENT,
    SQL_FORM_COUNT,
};

/* For the settings: "formatted", "as-sent"; "" for AUTO. */
const char *sql_form_name(enum sql_form form);
/* SQL_FORM_AUTO for what is no name. */
enum sql_form sql_form_find(const char *name);
bool sql_form_formats(enum sql_form form, const char *sql);
/* The form that shows the text the other way; SQL_FORM_AUTO where that does. */
enum sql_form sql_form_other(enum sql_form form, const char *sql);

struct sql_mistakes {
    const struct task_problem *items; /* their places are those in the SQL as it was sent */
    size_t count;
    size_t context_lines; /* only the first and so many lines around it; 0: all of the SQL */
};

/* The place in the SQL as it was sent of the code in a row, or below it; and the row of a place. So
 * that the same is in sight in the other form. */
size_t sql_rows_place(const struct text_rows *rows, size_t at, const char *sql);
size_t sql_rows_find(const struct text_rows *rows, size_t place, const char *sql);

void sql_rows_add(struct text_rows *rows, enum sql_form form, const char *sql, size_t width,
                  const struct sql_mistakes *mistakes);
