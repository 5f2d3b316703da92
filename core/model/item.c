#include "model/item.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/item_cells.h"
#include "model/source.h"

const struct item_kind_info item_kinds[ITEM_KIND_COUNT] =
    {
        [ITEM_PROJECT] =
            {
                .name = "project",
                .plural = "projects",
                .title = "Projects",
                .cap = CAP_PROJECTS,
                .part = ITEM_BRANCH,
                .columns = {{"PROJECT", 22, item_cell_name, NULL},
                            {"BRANCH", 22, item_cell_branch, NULL},
                            {"AWAY", 10, item_cell_away, item_tone_away},
                            {"GIT", 11, item_cell_git, item_tone_git},
                            {"REMOTE", 0, item_cell_remote, item_tone_quiet}},
            },
        [ITEM_BRANCH] =
            {
                .name = "branch",
                .plural = "branches",
                .title = "Branches",
                .part = ITEM_KIND_COUNT,
                .columns = {{"BRANCH", 34, item_cell_name, NULL},
                            {"AWAY", 10, item_cell_away, item_tone_away},
                            {"", 0, item_cell_note, item_tone_note}},
            },
        [ITEM_TEMPLATE] =
            {
                .name = "template",
                .plural = "templates",
                .title = "Templates",
                .cap = CAP_TEMPLATES,
                .part = ITEM_KIND_COUNT,
                .columns = {{"TEMPLATE", 34, item_cell_name, NULL},
                            {"CHANGED", 19, item_cell_when, item_tone_quiet},
                            {"BY", 0, item_cell_owner, item_tone_quiet}},
            },
        [ITEM_SCHEDULE] =
            {
                .name = "schedule",
                .plural = "schedules",
                .title = "Schedules",
                .cap = CAP_SCHEDULES,
                .part = ITEM_RUN,
                .columns = {{"SCHEDULE", 34, item_cell_name, NULL},
                            {"STATE", 12, item_cell_state, item_tone_state},
                            {"WHEN", 16, item_cell_timing, NULL},
                            {"BY", 0, item_cell_owner, item_tone_quiet}},
            },
        [ITEM_RUN] =
            {
                .name = "run",
                .plural = "runs",
                .title = "Runs",
                .part = ITEM_KIND_COUNT,
                .columns = {{"BEGAN", 19, item_cell_when, NULL},
                            {"STATE", 12, item_cell_state, item_tone_state},
                            {"", 0, item_cell_note, item_tone_note}},
            },
        [ITEM_CONNECTION] =
            {
                .name = "connection",
                .plural = "connections",
                .title = "Connections",
                .cap = CAP_CONNECTION,
                .part = ITEM_KIND_COUNT,
                .columns = {{"CONNECTION", 34, item_cell_name, NULL},
                            {"", 0, item_cell_note, item_tone_note}},
            },
};

const char *item_title(unsigned caps)
{
    const char *title = NULL;
    for (int kind = 0; kind < ITEM_KIND_COUNT; kind++) {
        if (!(caps & item_kinds[kind].cap))
            continue;
        if (title)
            return "Workspace";
        title = item_kinds[kind].title;
    }
    return title ? title : item_kinds[ITEM_PROJECT].title;
}

const char *item_words(unsigned caps, char *out, size_t out_size)
{
    size_t length = 0;
    out[0] = '\0';
    for (int kind = 0; kind < ITEM_KIND_COUNT; kind++) {
        unsigned later = 0;
        for (int other = kind + 1; other < ITEM_KIND_COUNT; other++)
            later |= caps & item_kinds[other].cap;
        if (!(caps & item_kinds[kind].cap) || length >= out_size)
            continue;
        const char *glue = !length ? "" : later ? ", " : " and ";
        length += (size_t)snprintf(out + length, out_size - length, "%s%s", glue,
                                   item_kinds[kind].plural);
    }
    return out;
}

bool item_allows(const struct item *item, enum action_kind kind, struct error *err)
{
    const struct action_info *info = &action_infos[kind];
    const char *what = item_kinds[item->kind].name;
    if (info->target == TARGET_ITEM && info->item != item->kind)
        return error_set(err, ERR_NO, "%s is for %s; %s is a %s", info->name,
                         item_kinds[info->item].plural, item->name, what);
    if (!(item->denied & UINT32_C(1) << kind))
        return true;
    /* A project's state is that of git, and no reason. */
    const char *state = item->kind == ITEM_PROJECT ? NULL : item->state;
    return error_set(err, ERR_NO, "%s: the service does not allow it for this %s%s%s", info->name,
                     what, state ? ", which is " : "", state ? state : "");
}

/* ---- lists ------------------------------------------------------------------------------------
 */

struct item_list *item_list_create(const char *item_id)
{
    struct item_list *list = xcalloc(1, sizeof(*list));
    atomic_init(&list->refs, 1);
    snprintf(list->item_id, sizeof(list->item_id), "%s", item_id ? item_id : "");
    list->fetched_ms = UNKNOWN;
    return list;
}

struct item_list *item_list_ref(const struct item_list *list)
{
    struct item_list *l = (struct item_list *)list;
    atomic_fetch_add_explicit(&l->refs, 1, memory_order_relaxed);
    return l;
}

void item_list_unref(struct item_list *list)
{
    if (!list || atomic_fetch_sub_explicit(&list->refs, 1, memory_order_acq_rel) != 1)
        return;
    arena_finish(&list->arena);
    free(list);
}

const struct item *item_list_find(const struct item_list *list, enum item_kind kind, const char *id)
{
    for (size_t i = 0; list && i < list->item_count; i++) {
        if (list->items[i].kind == kind && strcmp(list->items[i].id, id) == 0)
            return &list->items[i];
    }
    return NULL;
}

const struct item *item_list_find_project(const struct item_list *list, const char *model)
{
    for (size_t i = 0; list && i < list->model_count; i++) {
        if (strcmp(list->models[i].name, model) == 0)
            return item_list_find(list, ITEM_PROJECT, list->models[i].item_id);
    }
    return item_list_find(list, ITEM_PROJECT, model);
}

/* ---- reports ----------------------------------------------------------------------------------
 */

struct item_report *item_report_create(const char *item_id, enum action_kind kind)
{
    struct item_report *report = xcalloc(1, sizeof(*report));
    atomic_init(&report->refs, 1);
    snprintf(report->item_id, sizeof(report->item_id), "%s", item_id);
    report->kind = kind;
    return report;
}

struct item_report *item_report_ref(const struct item_report *report)
{
    struct item_report *r = (struct item_report *)report;
    atomic_fetch_add_explicit(&r->refs, 1, memory_order_relaxed);
    return r;
}

void item_report_unref(struct item_report *report)
{
    if (!report || atomic_fetch_sub_explicit(&report->refs, 1, memory_order_acq_rel) != 1)
        return;
    arena_finish(&report->arena);
    free(report);
}
