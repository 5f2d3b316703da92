#include "sql_rows.h"

#include <stdlib.h>
#include <string.h>

#include "model/sql_format.h"

static const char *const names[SQL_FORM_COUNT] = {
    [SQL_FORM_AUTO] = "",
    [SQL_FORM_FORMATTED] = "formatted",
    [SQL_FORM_AS_SENT] = "as-sent",
};

const char *sql_form_name(enum sql_form form)
{
    return names[form];
}

enum sql_form sql_form_find(const char *name)
{
    for (int form = 0; form < SQL_FORM_COUNT; form++)
        if (strcmp(names[form], name) == 0)
            return (enum sql_form)form;
    return SQL_FORM_AUTO;
}

bool sql_form_formats(enum sql_form form, const char *sql)
{
    return form == SQL_FORM_FORMATTED || (form == SQL_FORM_AUTO && sql_is_hard_to_read(sql));
}

enum sql_form sql_form_other(enum sql_form form, const char *sql)
{
    bool is_formatted = sql_form_formats(form, sql);
    if (sql_form_formats(SQL_FORM_AUTO, sql) != is_formatted)
        return SQL_FORM_AUTO;
    return is_formatted ? SQL_FORM_AS_SENT : SQL_FORM_FORMATTED;
}

static struct task_problem *move_problems(struct text_rows *rows,
                                          const struct sql_mistakes *mistakes, const char *sent,
                                          const char *formatted)
{
    struct task_problem *moved =
        arena_alloc(&rows->arena, (mistakes->count + 1) * sizeof(moved[0]));
    for (size_t i = 0; i < mistakes->count; i++) {
        moved[i] = mistakes->items[i];
        if (moved[i].line > 0)
            sql_format_move(sent, formatted, &moved[i].line, &moved[i].column);
    }
    return moved;
}

static void add_code(struct text_rows *rows, const char *sql, size_t width,
                     const struct task_problem *problems, const struct sql_mistakes *mistakes)
{
    int first = 0;
    int last = 0;
    if (mistakes->context_lines > 0 && mistakes->count > 0) {
        first = problems[0].line - (int)mistakes->context_lines;
        last = problems[0].line + (int)mistakes->context_lines;
    }
    text_rows_code(rows, CODE_SQL, sql, width, problems, mistakes->count, first, last);
}

void sql_rows_add(struct text_rows *rows, enum sql_form form, const char *sql, size_t width,
                  const struct sql_mistakes *mistakes)
{
    static const struct sql_mistakes none = {0};
    if (mistakes == NULL)
        mistakes = &none;
    bool formats = sql_form_formats(form, sql);
    char *formatted = formats ? sql_format(sql) : NULL;
    if (formatted == NULL) {
        if (formats)
            text_rows_prose(rows, ROLE_DIM, "as it was sent: it is too long to be formatted",
                            width);
        add_code(rows, sql, width, mistakes->items, mistakes);
        return;
    }
    const char *shown = arena_strdup(&rows->arena, formatted);
    free(formatted);
    text_rows_prose(rows, ROLE_DIM, "formatted for reading; c shows it as it was sent", width);
    add_code(rows, shown, width, move_problems(rows, mistakes, sql, shown), mistakes);
}

size_t sql_rows_place(const struct text_rows *rows, size_t at, const char *sql)
{
    while (at < rows->count && rows->rows[at].kind != TEXT_ROW_CODE)
        at++;
    if (at >= rows->count)
        return strlen(sql);
    const struct text_row *row = &rows->rows[at];
    return sql_format_place(row->code->start, (size_t)(row->text - row->code->start), sql);
}

size_t sql_rows_find(const struct text_rows *rows, size_t place, const char *sql)
{
    const char *target = NULL;
    size_t found = 0;
    for (size_t at = 0; at < rows->count; at++) {
        const struct text_row *row = &rows->rows[at];
        if (row->kind != TEXT_ROW_CODE)
            continue;
        if (target == NULL)
            target = row->code->start + sql_format_place(sql, place, row->code->start);
        if (row->text > target)
            break;
        found = at;
    }
    return found;
}
