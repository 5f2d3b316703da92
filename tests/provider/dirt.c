#include "provider/dirt.h"

#include <string.h>

#include "base/sanitize.h"

static const char *line_dirt(const char *text)
{
    return !text || sanitize_is_clean(text, strlen(text)) ? NULL : text;
}

/* Text of several lines: each of them must be clean. */
static const char *text_dirt(const char *text)
{
    while (text && *text) {
        size_t length = strcspn(text, "\n");
        if (!sanitize_is_clean(text, length))
            return text;
        text += length + (text[length] == '\n');
    }
    return NULL;
}

static const char *fields_dirt(const struct field *fields, size_t count)
{
    const char *dirt = NULL;
    for (size_t i = 0; i < count && !dirt; i++) {
        dirt = line_dirt(fields[i].group);
        dirt = dirt ? dirt : line_dirt(fields[i].label);
        dirt = dirt ? dirt : line_dirt(fields[i].value);
    }
    return dirt;
}

static const char *task_dirt(const struct task *task)
{
    const char *dirt = NULL;
    for (int i = 0; i < TASK_TEXT_COUNT && !dirt; i++) {
        bool is_long = i == TASK_SQL || i == TASK_MESSAGE;
        dirt = is_long ? text_dirt(task_text(task, i)) : line_dirt(task_text(task, i));
    }
    return dirt;
}

static const char *detail_dirt(const struct task_detail *detail)
{
    const char *dirt = fields_dirt(detail->fields, detail->field_count);
    dirt = dirt ? dirt : text_dirt(detail->sql);
    dirt = dirt ? dirt : text_dirt(detail->json);
    dirt = dirt ? dirt : line_dirt(detail->error.message);
    for (size_t i = 0; i < detail->problem_count && !dirt; i++) {
        dirt = text_dirt(detail->problems[i].message);
        dirt = dirt ? dirt : text_dirt(detail->problems[i].details);
    }
    return dirt;
}

static const char *result_dirt(const struct task_result *result)
{
    const char *dirt = line_dirt(result->error.message);
    dirt = dirt ? dirt : text_dirt(result->text);
    dirt = dirt ? dirt : text_dirt(result->note);
    dirt = dirt ? dirt : line_dirt(result->format);
    for (size_t i = 0; i < result->column_count && !dirt; i++)
        dirt = line_dirt(result->columns[i].name);
    for (size_t i = 0; i < result->row_count * result->column_count && !dirt; i++)
        dirt = line_dirt(result->cells[i]);
    return dirt;
}

static const char *parameters_dirt(const struct item *item)
{
    const char *dirt = NULL;
    for (size_t i = 0; i < item->parameter_count && !dirt; i++) {
        dirt = line_dirt(item->parameters[i].name);
        dirt = dirt ? dirt : line_dirt(item->parameters[i].value);
    }
    return dirt;
}

static const char *item_dirt(const struct item *item)
{
    const char *const texts[] = {item->id,         item->name,          item->state,
                                 item->owner,      item->note,          item->timing,
                                 item->remote_url, item->remote_branch, item->last_commit,
                                 item->branch,     item->command};
    const char *dirt = fields_dirt(item->fields, item->field_count);
    dirt = dirt ? dirt : text_dirt(item->sql);
    dirt = dirt ? dirt : parameters_dirt(item);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]) && !dirt; i++)
        dirt = line_dirt(texts[i]);
    return dirt;
}

static const char *items_dirt(const struct item_list *list)
{
    const char *dirt = line_dirt(list->workspace);
    dirt = dirt ? dirt : line_dirt(list->error.message);
    for (size_t i = 0; i < list->workspace_count && !dirt; i++)
        dirt = line_dirt(list->workspaces[i]);
    for (size_t i = 0; i < list->item_count && !dirt; i++)
        dirt = item_dirt(&list->items[i]);
    return dirt;
}

static const char *report_dirt(const struct item_report *report)
{
    const char *dirt = line_dirt(report->summary);
    for (size_t i = 0; i < report->finding_count && !dirt; i++) {
        dirt = line_dirt(report->findings[i].message);
        dirt = dirt ? dirt : line_dirt(report->findings[i].file);
    }
    return dirt;
}

const char *batch_dirt(const struct batch *batch)
{
    const char *dirt = line_dirt(batch->user);
    dirt = dirt ? dirt : line_dirt(batch->workspace);
    dirt = dirt ? dirt : line_dirt(batch->words);
    dirt = dirt ? dirt : line_dirt(batch->field);
    dirt = dirt ? dirt : line_dirt(batch->new_task_id);
    dirt = dirt ? dirt : line_dirt(batch->partial_reason);
    for (size_t i = 0; i < batch->task_count && !dirt; i++)
        dirt = task_dirt(batch->tasks[i]);
    if (!dirt && batch->detail)
        dirt = detail_dirt(batch->detail);
    if (!dirt && batch->result)
        dirt = result_dirt(batch->result);
    if (!dirt && batch->items)
        dirt = items_dirt(batch->items);
    if (!dirt && batch->parts)
        dirt = items_dirt(batch->parts);
    if (!dirt && batch->report)
        dirt = report_dirt(batch->report);
    return dirt;
}
