#include "detail_pages.h"

#include <stdio.h>
#include <string.h>

#include "base/timefmt.h"

static const char *local_time(struct arena *arena, int64_t at_ms, int64_t now_ms)
{
    char text[TIMEFMT_BYTES];
    return at_ms == UNKNOWN ? NULL : arena_strdup(arena, format_local(text, at_ms, now_ms));
}

static void add_told(struct field_list *list, struct arena *arena, const char *label,
                     const char *value)
{
    if (value != NULL)
        field_list_add(list, arena, "", label, value);
}

/* What one wants to know first, from the list. */
static void add_summary(const struct detail_source *source, size_t width, struct text_rows *rows)
{
    const struct task *task = source->task;
    struct arena *arena = &rows->arena;
    struct field_list list = {0};
    add_told(&list, arena, "user", task_text(task, TASK_USER));
    add_told(&list, arena, "source", task_text(task, TASK_ORIGIN));
    add_told(&list, arena, "connection", task_text(task, TASK_CONNECTION));
    add_told(&list, arena, "created", local_time(arena, task->created_ms, source->now_ms));
    add_told(&list, arena, "started", local_time(arena, task->started_ms, source->now_ms));
    add_told(&list, arena, "ended", local_time(arena, task->ended_ms, source->now_ms));
    size_t count;
    const struct field *fields = field_list_take(&list, arena, &count);
    text_rows_facts(rows, fields, count, width);
}

/* What the list knows besides: shown until the service has told all. */
static void add_own_facts(const struct detail_source *source, size_t width, struct text_rows *rows)
{
    const struct task *task = source->task;
    struct arena *arena = &rows->arena;
    struct field_list list = {0};
    add_told(&list, arena, "id", task_text(task, TASK_ID));
    add_told(&list, arena, "query", task_text(task, TASK_QUERY_ID));
    add_told(&list, arena, "model", task_text(task, TASK_MODEL));
    add_told(&list, arena, "explore", task_text(task, TASK_EXPLORE));
    size_t count;
    const struct field *fields = field_list_take(&list, arena, &count);
    text_rows_facts(rows, fields, count, width);
}

static void add_links(const struct task *task, size_t width, struct text_rows *rows)
{
    const char *retry_of = task_text(task, TASK_RETRY_OF);
    const char *retried_as = task_text(task, TASK_RETRIED_AS);
    if (retry_of != NULL)
        text_rows_fact(rows, ROLE_TEXT, "retry of", retry_of, width);
    if (retried_as != NULL)
        text_rows_fact(rows, ROLE_TEXT, "retried as", retried_as, width);
}

static void build_overview(const struct detail_source *source, size_t width, struct text_rows *rows)
{
    const struct task *task = source->task;
    text_rows_fix_labels(rows, width);
    if (task_text(task, TASK_TITLE) != NULL)
        text_rows_fact(rows, ROLE_STRONG, "what", task_text(task, TASK_TITLE), width);
    if (task_text(task, TASK_MESSAGE) != NULL)
        text_rows_fact(rows, task->state == TASK_FAILED ? ROLE_ERROR : ROLE_WARNING, "message",
                       task_text(task, TASK_MESSAGE), width);
    add_links(task, width, rows);
    add_summary(source, width, rows);
    if (source->detail != NULL && source->detail->field_count > 0)
        text_rows_facts(rows, source->detail->fields, source->detail->field_count, width);
    else
        add_own_facts(source, width, rows);
    if (source->detail != NULL && source->detail->error.code != ERR_NONE) {
        text_rows_blank(rows);
        text_rows_prose(rows, ROLE_WARNING, source->detail->error.message, width);
    }
}

static const char *sql_of(const struct detail_source *source)
{
    if (source->detail != NULL && source->detail->sql != NULL)
        return source->detail->sql;
    return task_text(source->task, TASK_SQL);
}

static void build_sql(const struct detail_source *source, size_t width, struct text_rows *rows)
{
    const char *sql = sql_of(source);
    const struct task_detail *detail = source->detail;
    if (sql == NULL) {
        text_rows_prose(rows, ROLE_DIM,
                        detail == NULL ? "Asking for the SQL." : "The service told no SQL.", width);
        return;
    }
    struct sql_mistakes mistakes = {0};
    if (detail != NULL) {
        mistakes.items = detail->problems;
        mistakes.count = detail->problem_count;
    }
    sql_rows_add(rows, source->sql_form, sql, width, &mistakes);
    bool is_cut = detail != NULL && detail->sql != NULL ? detail->sql_is_cut
                                                        : source->task->flags & TASK_SQL_IS_CUT;
    if (is_cut)
        text_rows_prose(rows, ROLE_WARNING, "The SQL is longer; the rest was left out.", width);
}

static void add_problem(const struct detail_source *source, const struct task_problem *problem,
                        size_t width, struct text_rows *rows)
{
    enum role role = problem->is_note ? ROLE_WARNING : ROLE_ERROR;
    const char *kind = problem->is_note ? "note" : "error";
    text_rows_fact(rows, role, kind, problem->message != NULL ? problem->message : "-", width);
    if (problem->details != NULL)
        text_rows_fact(rows, ROLE_TEXT, "details", problem->details, width);
    const char *sql = sql_of(source);
    if (problem->line <= 0)
        return;
    text_rows_fact(rows, ROLE_TEXT, "where",
                   arena_printf(&rows->arena, "line %d, column %d", problem->line, problem->column),
                   width);
    if (sql == NULL)
        return;
    text_rows_blank(rows);
    const struct sql_mistakes mistake = {.items = problem, .count = 1, .context_lines = 3};
    sql_rows_add(rows, source->sql_form, sql, width, &mistake);
}

static void build_error(const struct detail_source *source, size_t width, struct text_rows *rows)
{
    const struct task_detail *detail = source->detail;
    size_t count = detail != NULL ? detail->problem_count : 0;
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            text_rows_blank(rows);
        add_problem(source, &detail->problems[i], width, rows);
    }
    const char *message = task_text(source->task, TASK_MESSAGE);
    if (count > 0)
        return;
    if (message != NULL)
        text_rows_fact(rows, source->task->state == TASK_FAILED ? ROLE_ERROR : ROLE_WARNING,
                       "message", message, width);
    else if (task_is_alive(source->task))
        text_rows_prose(rows, ROLE_DIM, "No error so far.", width);
    else if (source->task->state == TASK_FAILED)
        text_rows_prose(rows, ROLE_DIM, "It failed, and the service told no reason.", width);
    else
        text_rows_prose(rows, ROLE_DIM, "No error.", width);
}

/* While it runs there is nothing to say but that. */
static bool is_too_early(const struct detail_source *source)
{
    return task_is_alive(source->task) &&
           (source->result == NULL || source->result->state == RESULT_PENDING);
}

static void build_rows(const struct detail_source *source, size_t width, struct text_rows *rows)
{
    const struct task_result *result = source->result;
    if (is_too_early(source)) {
        text_rows_prose(rows, ROLE_DIM, "The rows come when the task has ended.", width);
        return;
    }
    if (result == NULL) {
        bool is_asked = source->task->flags & TASK_CAN_RESULTS;
        text_rows_prose(rows, ROLE_DIM,
                        is_asked ? "Asking for the rows." : "This task has no rows to read.",
                        width);
        return;
    }
    if (result->state == RESULT_LINES && result->text != NULL)
        text_rows_prose(rows, ROLE_TEXT, result->text, width);
    else if (result->error.code != ERR_NONE)
        text_rows_prose(rows, result->state == RESULT_NONE ? ROLE_WARNING : ROLE_DIM,
                        result->error.message, width);
    else if (result->state == RESULT_PENDING)
        text_rows_prose(rows, ROLE_DIM, "Asking for the rows.", width);
    else
        text_rows_prose(rows, ROLE_DIM, "The result has no rows.", width);
}

static void build_json(const struct detail_source *source, size_t width, struct text_rows *rows)
{
    if (source->detail == NULL)
        text_rows_prose(rows, ROLE_DIM, "Asking the service for its record.", width);
    else if (source->detail->json == NULL)
        text_rows_prose(rows, ROLE_DIM, "The service told no record.", width);
    else
        json_tree_rows(source->json, rows, width);
}

static const struct page {
    const char *title;
    void (*build)(const struct detail_source *source, size_t width, struct text_rows *rows);
} pages[PAGE_COUNT] = {
    [PAGE_OVERVIEW] = {"Overview", build_overview},
    [PAGE_SQL] = {"SQL", build_sql},
    [PAGE_ROWS] = {"Rows", build_rows},
    [PAGE_ERROR] = {"Error", build_error},
    [PAGE_JSON] = {"JSON", build_json},
};

const char *detail_page_title(enum detail_page page)
{
    return pages[page].title;
}

void detail_page_build(enum detail_page page, const struct detail_source *source, size_t width,
                       struct text_rows *rows)
{
    text_rows_clear(rows);
    pages[page].build(source, width, rows);
}
