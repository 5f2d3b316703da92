#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "cli/cli_task.h"
#include "model/sql_format.h"

/* Labels of fields are padded to this. */
#define LABEL_COLS 20

static bool is_shown(const struct cli *cli, void *context)
{
    const struct cli_target *target = context;
    return snapshot_detail(cli->snapshot, target->source, target->id);
}

/* ---- text ------------------------------------------------------------------------------------ */

void cli_print_lines(const char *text)
{
    for (const char *at = text ? text : "-"; at; at = strchr(at, '\n'), at = at ? at + 1 : NULL) {
        printf("  ");
        cli_put(stdout, at, strcspn(at, "\n"));
        printf("\n");
    }
}

/* The lines of a long value stand under each other. */
static void print_field(const char *label, const char *value)
{
    size_t cols = utf8_cols(label, strlen(label));
    printf("  ");
    cli_put(stdout, label, strlen(label));
    printf("%*s ", cols < LABEL_COLS ? (int)(LABEL_COLS - cols) : 0, "");
    for (const char *at = value ? value : "-"; *at;) {
        size_t length = strcspn(at, "\n");
        cli_put(stdout, at, length);
        at += length + (at[length] == '\n');
        if (*at)
            printf("\n  %*s ", LABEL_COLS, "");
    }
    printf("\n");
}

static void print_task(const struct task *task, const struct column_context *context)
{
    static const enum column facts[] = {COLUMN_PROFILE, COLUMN_ID,      COLUMN_STATE,
                                        COLUMN_TITLE,   COLUMN_USER,    COLUMN_ELAPSED,
                                        COLUMN_AGE,     COLUMN_CREATED, COLUMN_ENDED,
                                        COLUMN_ROWS};
    char value[LIMIT_TASK_MESSAGE_BYTES];
    printf("summary\n");
    for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
        print_field(columns[facts[i]].name,
                    columns[facts[i]].cell(task, context, value, sizeof(value)));
}

void cli_print_fields(const struct field *fields, size_t count)
{
    const char *group = "";
    for (size_t i = 0; i < count; i++) {
        const struct field *field = &fields[i];
        if (field->group && strcmp(field->group, group) != 0)
            printf("%s\n", field->group);
        group = field->group ? field->group : group;
        print_field(field->label, field->value);
    }
}

/* The SQL of a task, as it was sent and laid out for reading. */
struct shown_sql {
    const char *sent; /* NULL: none is known */
    char *formatted;  /* NULL: not asked for, or too long; owned */
};

static struct shown_sql sql_of(const struct cli *cli, const struct task *task,
                               const struct task_detail *detail)
{
    const char *listed = task ? task_text(task, TASK_SQL) : NULL;
    struct shown_sql sql = {.sent = detail->sql ? detail->sql : listed};
    if (sql.sent && cli->is_sql_formatted)
        sql.formatted = sql_format(sql.sent);
    return sql;
}

static void print_problem(const struct task_problem *problem, const struct shown_sql *sql)
{
    int line = problem->line;
    int column = problem->column;
    if (line && sql->formatted)
        sql_format_move(sql->sent, sql->formatted, &line, &column);
    printf("%s", problem->is_note ? "note" : "error");
    if (line)
        printf(", line %d column %d of the SQL", line, column);
    printf("\n");
    cli_print_lines(problem->message);
    if (problem->details)
        cli_print_lines(problem->details);
}

static void print_sql(const struct cli *cli, const struct task_detail *detail,
                      const struct shown_sql *sql)
{
    const char *how = "";
    if (cli->is_sql_formatted && sql->sent)
        how = sql->formatted ? ", formatted" : ", as it was sent: it is too long to be formatted";
    printf("sql%s%s\n", detail->sql_is_cut ? " (cut)" : "", how);
    cli_print_lines(sql->formatted ? sql->formatted : sql->sent);
}

static void print_detail(const struct cli *cli, const struct task *task,
                         const struct task_detail *detail, const struct column_context *context)
{
    struct shown_sql sql = sql_of(cli, task, detail);
    if (task)
        print_task(task, context);
    cli_print_fields(detail->fields, detail->field_count);
    if (detail->problem_count == 0 && task && task_text(task, TASK_MESSAGE)) {
        printf("message\n");
        cli_print_lines(task_text(task, TASK_MESSAGE));
    }
    for (size_t i = 0; i < detail->problem_count; i++)
        print_problem(&detail->problems[i], &sql);
    print_sql(cli, detail, &sql);
    free(sql.formatted);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static struct json *problem_json(const struct task_problem *problem)
{
    struct json *object = json_new_object();
    json_set_string(object, "message", problem->message);
    json_set_string(object, "details", problem->details);
    json_set(object, "line", problem->line ? json_new_int(problem->line) : NULL);
    json_set(object, "column", problem->line ? json_new_int(problem->column) : NULL);
    json_set_bool(object, "is_note", problem->is_note);
    return object;
}

struct json *cli_field_json(const struct field *field)
{
    struct json *object = json_new_object();
    json_set_string(object, "group", field->group);
    json_set_string(object, "label", field->label);
    json_set_string(object, "value", field->value);
    return object;
}

static struct json *detail_json(const struct cli *cli, const struct task *task,
                                const struct task_detail *detail,
                                const struct column_context *context)
{
    struct json *head = cli_document_head(cli, "querytop.show/1");
    struct json *problems = json_new_array();
    struct shown_sql sql = sql_of(cli, task, detail);
    for (size_t i = 0; i < detail->problem_count; i++)
        json_push(problems, problem_json(&detail->problems[i]));
    json_set(head, "sources", document_sources(cli->snapshot, cli->now_ms));
    json_set(head, "task", task ? task_fields_json(task, context) : NULL);
    json_set_string(head, "sql", sql.sent);
    if (cli->is_sql_formatted)
        json_set_string(head, "sql_formatted", sql.formatted);
    json_set_bool(head, "sql_is_cut", detail->sql_is_cut);
    json_set(head, "problems", problems);
    json_set_string(head, "error", detail->error.code ? detail->error.message : NULL);
    json_set(head, "record",
             detail->json ? json_parse(detail->json, strlen(detail->json), NULL) : NULL);
    free(sql.formatted);
    return head;
}

/* NDJSON is the same in one line: there is but one task. */
static void write_document(struct cli_output *out, struct json *head,
                           const struct task_detail *detail)
{
    if (out->format == CLI_NDJSON) {
        struct json *fields = json_new_array();
        for (size_t i = 0; i < detail->field_count; i++)
            json_push(fields, cli_field_json(&detail->fields[i]));
        json_set(head, "fields", fields);
        cli_document_add(out, head);
        return;
    }
    cli_document_begin(out, head, "fields");
    for (size_t i = 0; i < detail->field_count; i++)
        cli_document_add(out, cli_field_json(&detail->fields[i]));
    cli_document_end(out);
}

/* ---- the verb -------------------------------------------------------------------------------- */

static void write_separated(struct cli_output *out, const struct task_detail *detail)
{
    static const struct cli_column row[] = {{.title = "group"},
                                            {.title = "label"},
                                            {.title = "value"}};
    cli_rows_begin(out, row, 3);
    for (size_t i = 0; i < detail->field_count; i++) {
        const struct field *field = &detail->fields[i];
        cli_rows_add(out, (const char *[]){field->group, field->label, field->value});
    }
    cli_rows_end(out);
}

static int show_target(struct cli *cli, struct cli_target *target, struct error *err)
{
    if (!engine_want_detail(cli->engine, target->source, target->id, err) ||
        !cli_await(cli, is_shown, target, err))
        return cli_fail(err);
    struct cli_output out;
    struct column_context context = cli_column_context(cli);
    const struct task *task = cli_target_task(cli, target);
    const struct task_detail *detail = snapshot_detail(cli->snapshot, target->source, target->id);
    cli_output_init(&out, stdout, cli->format, cli->colour);
    if (cli->format == CLI_TABLE)
        print_detail(cli, task, detail, &context);
    else if (cli->format == CLI_CSV || cli->format == CLI_TSV)
        write_separated(&out, detail);
    else
        write_document(&out, detail_json(cli, task, detail, &context), detail);
    cli_output_finish(&out);
    if (detail->error.code)
        cli_say("%s: not all could be read: %s", cli_target_profile(cli, target),
                detail->error.message);
    return detail->field_count > 0 ? 0 : cli_fail(&detail->error);
}

int cli_show(struct cli *cli, struct error *err)
{
    struct cli_target *target;
    if (!cli_find_targets(cli, &target, err))
        return cli_fail(err);
    int exit_code = show_target(cli, target, err);
    free(target);
    return exit_code;
}
