#include "model/project.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "model/task.h"

struct project_list *project_list_create(void)
{
    struct project_list *list = xcalloc(1, sizeof(*list));
    atomic_init(&list->refs, 1);
    list->fetched_ms = UNKNOWN;
    return list;
}

struct project_list *project_list_ref(const struct project_list *list)
{
    struct project_list *l = (struct project_list *)list;
    atomic_fetch_add_explicit(&l->refs, 1, memory_order_relaxed);
    return l;
}

void project_list_unref(struct project_list *list)
{
    if (!list || atomic_fetch_sub_explicit(&list->refs, 1, memory_order_acq_rel) != 1)
        return;
    arena_finish(&list->arena);
    free(list);
}

struct branch_list *branch_list_create(const char *project_id)
{
    struct branch_list *list = xcalloc(1, sizeof(*list));
    atomic_init(&list->refs, 1);
    snprintf(list->project_id, sizeof(list->project_id), "%s", project_id);
    list->fetched_ms = UNKNOWN;
    return list;
}

struct branch_list *branch_list_ref(const struct branch_list *list)
{
    struct branch_list *r = (struct branch_list *)list;
    atomic_fetch_add_explicit(&r->refs, 1, memory_order_relaxed);
    return r;
}

void branch_list_unref(struct branch_list *list)
{
    if (!list || atomic_fetch_sub_explicit(&list->refs, 1, memory_order_acq_rel) != 1)
        return;
    arena_finish(&list->arena);
    free(list);
}

struct project_report *project_report_create(const char *project_id, enum action_kind kind)
{
    struct project_report *report = xcalloc(1, sizeof(*report));
    atomic_init(&report->refs, 1);
    snprintf(report->project_id, sizeof(report->project_id), "%s", project_id);
    report->kind = kind;
    return report;
}

struct project_report *project_report_ref(const struct project_report *report)
{
    struct project_report *r = (struct project_report *)report;
    atomic_fetch_add_explicit(&r->refs, 1, memory_order_relaxed);
    return r;
}

void project_report_unref(struct project_report *report)
{
    if (!report || atomic_fetch_sub_explicit(&report->refs, 1, memory_order_acq_rel) != 1)
        return;
    arena_finish(&report->arena);
    free(report);
}
