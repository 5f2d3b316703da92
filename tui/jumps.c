#include "jumps.h"

#include <stdio.h>
#include <string.h>

#include "model/fingerprint.h"

/* As much of two queries is compared before all of them is. */
#define HEAD_BYTES 80

/* ---- other runs of the query -------------------------------------------------------------------
 */

/* What the runs of a query have in common: its id, or else the shape of its SQL. */
struct query {
    uint16_t source;
    const char *id;
    char head[HEAD_BYTES];
    uint64_t fingerprint;
};

static bool query_of(const struct task *task, struct query *out)
{
    const char *sql = task_text(task, TASK_SQL);
    *out = (struct query){.source = task->source, .id = task_text(task, TASK_QUERY_ID)};
    if (out->id == NULL && sql != NULL) {
        sql_normalise(sql, out->head, sizeof(out->head));
        out->fingerprint = sql_fingerprint(sql);
    }
    return out->id != NULL || sql != NULL;
}

static bool is_run_of(const struct query *query, const struct task *task)
{
    char head[HEAD_BYTES];
    const char *id = task_text(task, TASK_QUERY_ID);
    const char *sql = task_text(task, TASK_SQL);
    if (task->source != query->source)
        return false;
    if (query->id != NULL || id != NULL)
        return query->id != NULL && id != NULL && strcmp(query->id, id) == 0;
    return sql != NULL && strcmp(sql_normalise(sql, head, sizeof(head)), query->head) == 0 &&
           sql_fingerprint(sql) == query->fingerprint;
}

/* Those that began in the same millisecond have an order too. */
static int compare_begin(const struct task *a, const struct task *b)
{
    if (a->created_ms != b->created_ms)
        return a->created_ms < b->created_ms ? -1 : 1;
    return strcmp(task_text_or_dash(a, TASK_ID), task_text_or_dash(b, TASK_ID));
}

/* The nearest run before (step -1) or after (step 1) it; NULL: none is known. */
static const struct task *nearest_run(const struct jump_source *source, int step)
{
    const struct task *nearest = NULL;
    struct query query;
    if (!query_of(source->task, &query))
        return NULL;
    for (size_t slot = 0; slot < snapshot_slots(source->snapshot); slot++) {
        const struct task *task = snapshot_task_at(source->snapshot, slot);
        if (task == NULL || compare_begin(task, source->task) * step <= 0 ||
            (nearest != NULL && compare_begin(task, nearest) * step >= 0))
            continue;
        if (is_run_of(&query, task))
            nearest = task;
    }
    return nearest;
}

static bool find_run(const struct jump_source *source, int step, const char *which,
                     struct jump_target *out, struct error *reason)
{
    struct query query;
    if (!query_of(source->task, &query))
        return error_set(reason, ERR_NO, "The service told neither the query's id nor its SQL.");
    out->task = nearest_run(source, step);
    return out->task != NULL ||
           error_set(reason, ERR_NO, "No %s run of this query is known.", which);
}

static bool find_earlier(const struct jump_source *source, struct jump_target *out,
                         struct error *reason)
{
    return find_run(source, -1, "earlier", out, reason);
}

static bool find_later(const struct jump_source *source, struct jump_target *out,
                       struct error *reason)
{
    return find_run(source, 1, "later", out, reason);
}

/* ---- retries -----------------------------------------------------------------------------------
 */

static bool find_linked(const struct jump_source *source, enum task_text link, const char *none,
                        struct jump_target *out, struct error *reason)
{
    const char *id = task_text(source->task, link);
    if (id == NULL)
        return error_set(reason, ERR_NO, "%s", none);
    out->task = snapshot_find_task(source->snapshot, source->task->source, id);
    return out->task != NULL || error_set(reason, ERR_NO, "%s is no longer known here.", id);
}

static bool find_retry_of(const struct jump_source *source, struct jump_target *out,
                          struct error *reason)
{
    return find_linked(source, TASK_RETRY_OF, "This task is no retry that was asked for here.", out,
                       reason);
}

static bool find_retried_as(const struct jump_source *source, struct jump_target *out,
                            struct error *reason)
{
    return find_linked(source, TASK_RETRIED_AS, "This task was not retried from here.", out,
                       reason);
}

/* ---- what it came from -------------------------------------------------------------------------
 */

static bool find_item(const struct jump_source *source, enum item_kind kind, const char *id,
                      struct jump_target *out, struct error *reason)
{
    const struct item_list *list = source->snapshot->items[source->task->source];
    const struct item_kind_info *info = &item_kinds[kind];
    if (list == NULL)
        return error_set(reason, ERR_NO, "The %s were not read yet; 3 looks at them.",
                         info->plural);
    out->item = item_list_find(list, kind, id);
    return out->item != NULL ||
           error_set(reason, ERR_NO, "No %s %s is known here.", info->name, id);
}

static bool has_items(const struct jump_source *source, enum item_kind kind, struct error *reason)
{
    const struct source_status *status = &source->snapshot->sources[source->task->source];
    return status->caps & item_kinds[kind].cap ||
           error_set(reason, ERR_NO, "%s has no %s.", status->profile, item_kinds[kind].plural);
}

static bool find_run_of_schedule(const struct jump_source *source, struct jump_target *out,
                                 struct error *reason)
{
    const char *id = task_text(source->task, TASK_RUN_ID);
    if (!has_items(source, ITEM_SCHEDULE, reason))
        return false;
    if (id == NULL)
        return error_set(reason, ERR_NO, "This task is part of no run of a schedule.");
    snprintf(out->filter, sizeof(out->filter), "run_id=\"%s\"", id);
    return true;
}

static const char *schedule_of(const struct task_detail *detail)
{
    for (size_t i = 0; i < detail->field_count; i++) {
        const struct field *field = &detail->fields[i];
        if (field->group != NULL && strcmp(field->group, "schedule") == 0 &&
            strcmp(field->label, "schedule") == 0)
            return field->value;
    }
    return NULL;
}

static bool find_schedule(const struct jump_source *source, struct jump_target *out,
                          struct error *reason)
{
    if (!has_items(source, ITEM_SCHEDULE, reason))
        return false;
    if (source->detail == NULL)
        return error_set(reason, ERR_NO, "The task's detail was not read yet.");
    const char *id = schedule_of(source->detail);
    if (id == NULL)
        return error_set(reason, ERR_NO, "No schedule started this task.");
    return find_item(source, ITEM_SCHEDULE, id, out, reason);
}

static bool find_template(const struct jump_source *source, struct jump_target *out,
                          struct error *reason)
{
    const char *id = task_text(source->task, TASK_QUERY_ID);
    if (!has_items(source, ITEM_TEMPLATE, reason))
        return false;
    if (id == NULL)
        return error_set(reason, ERR_NO, "This task was made from no template.");
    return find_item(source, ITEM_TEMPLATE, id, out, reason);
}

/* Where the service does not tell in which project a model is: many are called the same. */
static bool find_project(const struct jump_source *source, struct jump_target *out,
                         struct error *reason)
{
    const char *model = task_text(source->task, TASK_MODEL);
    if (!has_items(source, ITEM_PROJECT, reason))
        return false;
    if (model == NULL)
        return error_set(reason, ERR_NO, "The service told no model of this task.");
    const struct item_list *list = source->snapshot->items[source->task->source];
    out->item = item_list_find_project(list, model);
    return out->item != NULL || find_item(source, ITEM_PROJECT, model, out, reason);
}

const struct jump_info jump_infos[JUMP_COUNT] = {
    [JUMP_EARLIER] = {"earlier run", find_earlier},
    [JUMP_LATER] = {"later run", find_later},
    [JUMP_RETRY_OF] = {"retry of", find_retry_of},
    [JUMP_RETRIED_AS] = {"retried as", find_retried_as},
    [JUMP_RUN] = {"schedule's run", find_run_of_schedule},
    [JUMP_SCHEDULE] = {"schedule", find_schedule},
    [JUMP_TEMPLATE] = {"template", find_template},
    [JUMP_PROJECT] = {"project", find_project},
};
