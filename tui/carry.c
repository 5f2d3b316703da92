#include "carry.h"

#include <stdlib.h>
#include <string.h>

#include "base/timefmt.h"
#include "base/xalloc.h"
#include "model/sql_format.h"

/* ---- single texts ------------------------------------------------------------------------------
 */

static const char *text_of(const struct carry_source *source, enum task_text which)
{
    return source->task != NULL ? task_text(source->task, which) : NULL;
}

const char *carry_sql(const struct carry_source *source)
{
    if (source->item != NULL)
        return source->item->sql;
    if (source->detail != NULL && source->detail->sql != NULL)
        return source->detail->sql;
    return text_of(source, TASK_SQL);
}

static bool has_id(const struct carry_source *source)
{
    return text_of(source, TASK_ID) != NULL;
}

static bool has_sql(const struct carry_source *source)
{
    return carry_sql(source) != NULL;
}

static bool has_link(const struct carry_source *source)
{
    return text_of(source, TASK_URL) != NULL;
}

static bool has_record(const struct carry_source *source)
{
    return source->detail != NULL && source->detail->json != NULL;
}

static bool has_error(const struct carry_source *source)
{
    return text_of(source, TASK_MESSAGE) != NULL ||
           (source->detail != NULL && source->detail->problem_count > 0);
}

static bool has_task(const struct carry_source *source)
{
    return source->task != NULL;
}

static bool has_item(const struct carry_source *source)
{
    return source->item != NULL;
}

static bool has_command(const struct carry_source *source)
{
    return source->item != NULL && source->item->command != NULL;
}

static bool has_remote(const struct carry_source *source)
{
    return source->item != NULL && source->item->remote_url != NULL;
}

static void write_id(const struct carry_source *source, enum export_format format, FILE *file)
{
    (void)format;
    fputs(text_of(source, TASK_ID), file);
}

static void write_sql(const struct carry_source *source, enum export_format format, FILE *file)
{
    (void)format;
    fputs(carry_sql(source), file);
}

static void write_formatted_sql(const struct carry_source *source, enum export_format format,
                                FILE *file)
{
    char *formatted = sql_format(carry_sql(source));
    (void)format;
    fputs(formatted != NULL ? formatted : carry_sql(source), file);
    free(formatted);
}

static void write_link(const struct carry_source *source, enum export_format format, FILE *file)
{
    (void)format;
    fputs(text_of(source, TASK_URL), file);
}

static void write_record(const struct carry_source *source, enum export_format format, FILE *file)
{
    (void)format;
    fputs(source->detail->json, file);
}

static void write_item(const struct carry_source *source, enum export_format format, FILE *file)
{
    (void)format;
    fputs(source->item->id, file);
}

static void write_command(const struct carry_source *source, enum export_format format, FILE *file)
{
    (void)format;
    fputs(source->item->command, file);
}

static void write_remote(const struct carry_source *source, enum export_format format, FILE *file)
{
    (void)format;
    fputs(source->item->remote_url, file);
}

static void write_problem(const struct task_problem *problem, FILE *file)
{
    fputs(problem->message != NULL ? problem->message : "-", file);
    if (problem->line > 0)
        fprintf(file, " (line %d, column %d)", problem->line, problem->column);
    if (problem->details != NULL)
        fprintf(file, "\n%s", problem->details);
}

static void write_error(const struct carry_source *source, enum export_format format, FILE *file)
{
    size_t count = source->detail != NULL ? source->detail->problem_count : 0;
    (void)format;
    if (count == 0)
        fputs(text_of(source, TASK_MESSAGE), file);
    for (size_t i = 0; i < count; i++) {
        fputs(i > 0 ? "\n" : "", file);
        write_problem(&source->detail->problems[i], file);
    }
}

static void write_fact(FILE *file, const char *label, const char *value)
{
    if (value != NULL)
        fprintf(file, "%-20s %s\n", label, value);
}

static void write_time(FILE *file, const char *label, int64_t at_ms)
{
    char text[TIMEFMT_BYTES];
    write_fact(file, label, at_ms != UNKNOWN ? format_utc(text, at_ms) : NULL);
}

static void write_facts(const struct carry_source *source, enum export_format format, FILE *file)
{
    static const struct {
        const char *label;
        enum task_text which;
    } texts[] = {
        {"id", TASK_ID},     {"what", TASK_TITLE},    {"message", TASK_MESSAGE},
        {"user", TASK_USER}, {"source", TASK_ORIGIN}, {"connection", TASK_CONNECTION},
        {"link", TASK_URL},
    };
    const struct task *task = source->task;
    const struct task_detail *detail = source->detail;
    (void)format;
    write_fact(file, "profile", source->snapshot->sources[task->source].profile);
    write_fact(file, "state", task_states[snapshot_shown_state(source->snapshot, task)].name);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        write_fact(file, texts[i].label, task_text(task, texts[i].which));
    write_time(file, "created", task->created_ms);
    write_time(file, "started", task->started_ms);
    write_time(file, "ended", task->ended_ms);
    for (size_t i = 0; detail != NULL && i < detail->field_count; i++) {
        const struct field *field = &detail->fields[i];
        bool is_new_group = i == 0 || strcmp(field->group, detail->fields[i - 1].group) != 0;
        if (is_new_group && field->group[0] != '\0')
            fprintf(file, "\n%s\n", field->group);
        write_fact(file, field->label, field->value);
    }
}

/* ---- tables ------------------------------------------------------------------------------------
 */

static bool has_rows(const struct carry_source *source)
{
    return source->result != NULL;
}

static bool has_cell(const struct carry_source *source)
{
    return source->result != NULL && source->row < source->result->row_count &&
           source->column < source->result->column_count;
}

static bool has_list(const struct carry_source *source)
{
    return source->list_count > 0;
}

static void write_cell(const struct carry_source *source, enum export_format format, FILE *file)
{
    const char *cell = task_result_cell(source->result, source->row, source->column);
    (void)format;
    fputs(cell != NULL ? cell : "", file);
}

static void write_row(const struct carry_source *source, enum export_format format, FILE *file)
{
    export_result_rows(file, format, source->result, source->row, 1);
}

static void write_rows(const struct carry_source *source, enum export_format format, FILE *file)
{
    export_result(file, format, source->snapshot, source->result, source->now_ms);
}

static void write_list(const struct carry_source *source, enum export_format format, FILE *file)
{
    struct column_context context = {source->snapshot, source->now_ms, false};
    export_tasks(file, format, source->list, source->list_count, &context);
}

/* ---- the table of things -----------------------------------------------------------------------
 */

const struct carry_info carry_infos[CARRY_THING_COUNT] = {
    [CARRY_ID] = {"id", "txt", false, has_id, write_id},
    [CARRY_SQL] = {"SQL", "sql", true, has_sql, write_sql},
    [CARRY_FORMATTED_SQL] = {"formatted SQL", "sql", true, has_sql, write_formatted_sql},
    [CARRY_CELL] = {"cell", "txt", false, has_cell, write_cell},
    [CARRY_ROW] = {"row", NULL, false, has_cell, write_row},
    [CARRY_ROWS] = {"rows", NULL, true, has_rows, write_rows},
    [CARRY_ERROR] = {"error", "txt", true, has_error, write_error},
    [CARRY_FACTS] = {"facts", "txt", true, has_task, write_facts},
    [CARRY_RECORD] = {"record", "jsonc", true, has_record, write_record},
    [CARRY_LINK] = {"link", "txt", false, has_link, write_link},
    [CARRY_ITEM] = {"item", "txt", false, has_item, write_item},
    [CARRY_REMOTE] = {"address", "txt", false, has_remote, write_remote},
    [CARRY_COMMAND] = {"psql line", "txt", false, has_command, write_command},
    [CARRY_LIST] = {"list", NULL, true, has_list, write_list},
};

/* ---- what matters where ------------------------------------------------------------------------
 */

/* In the third pane: what one would type elsewhere. */
static enum carry_thing of_item(const struct carry_source *source)
{
    static const enum carry_thing things[] = {CARRY_COMMAND, CARRY_SQL, CARRY_REMOTE, CARRY_ITEM};
    for (size_t i = 0; i < sizeof(things) / sizeof(things[0]); i++)
        if (carry_infos[things[i]].is_there(source))
            return things[i];
    return CARRY_THING_COUNT;
}

/* The first of the two that is there. */
static enum carry_thing either(const struct carry_source *source, enum carry_thing first,
                               enum carry_thing second)
{
    if (carry_infos[first].is_there(source))
        return first;
    return carry_infos[second].is_there(source) ? second : CARRY_THING_COUNT;
}

enum carry_thing carry_to_copy(const struct carry_source *source, enum pane pane,
                               enum detail_page page)
{
    static const enum carry_thing of_page[PAGE_COUNT] = {
        [PAGE_OVERVIEW] = CARRY_ID, [PAGE_SQL] = CARRY_SQL,     [PAGE_ROWS] = CARRY_ROW,
        [PAGE_ERROR] = CARRY_ERROR, [PAGE_JSON] = CARRY_RECORD,
    };
    if (pane == PANE_ITEMS)
        return of_item(source);
    return either(source, pane == PANE_DETAIL ? of_page[page] : CARRY_ID, CARRY_ID);
}

enum carry_thing carry_to_export(const struct carry_source *source, enum pane pane,
                                 enum detail_page page)
{
    static const enum carry_thing of_page[PAGE_COUNT] = {
        [PAGE_OVERVIEW] = CARRY_FACTS, [PAGE_SQL] = CARRY_SQL,     [PAGE_ROWS] = CARRY_ROWS,
        [PAGE_ERROR] = CARRY_ERROR,    [PAGE_JSON] = CARRY_RECORD,
    };
    return either(source, pane == PANE_DETAIL ? of_page[page] : CARRY_LIST, CARRY_LIST);
}

char *carry_text(const struct carry_source *source, enum carry_thing thing,
                 enum export_format format, size_t *out_length)
{
    char *text = NULL;
    FILE *file = open_memstream(&text, out_length);
    if (file == NULL)
        xalloc_die();
    carry_infos[thing].write(source, format, file);
    if (fclose(file) != 0)
        xalloc_die();
    return text;
}

char *carry_describe(const struct carry_source *source, enum carry_thing thing, char *out,
                     size_t size)
{
    if (thing == CARRY_ROWS)
        snprintf(out, size, "%zu %s", source->result->row_count,
                 source->result->row_count == 1 ? "row" : "rows");
    else if (thing == CARRY_LIST)
        snprintf(out, size, "the list, %zu %s", source->list_count,
                 source->list_count == 1 ? "task" : "tasks");
    else if (thing == CARRY_ROW)
        snprintf(out, size, "row %zu", source->row + 1);
    else if (thing == CARRY_CELL)
        snprintf(out, size, "row %zu, %s", source->row + 1,
                 source->result->columns[source->column].name);
    else if (thing == CARRY_ITEM)
        snprintf(out, size, "the %s", item_kinds[source->item->kind].name);
    else
        snprintf(out, size, "the %s", carry_infos[thing].name);
    return out;
}
