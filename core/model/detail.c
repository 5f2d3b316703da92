#include "model/detail.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/task.h"

struct task_detail *task_detail_create(uint16_t source, const char *task_id)
{
    struct task_detail *detail = xcalloc(1, sizeof(*detail));
    atomic_init(&detail->refs, 1);
    detail->source = source;
    snprintf(detail->task_id, sizeof(detail->task_id), "%s", task_id);
    detail->fetched_ms = UNKNOWN;
    return detail;
}

struct task_detail *task_detail_ref(const struct task_detail *detail)
{
    struct task_detail *d = (struct task_detail *)detail;
    atomic_fetch_add_explicit(&d->refs, 1, memory_order_relaxed);
    return d;
}

void task_detail_unref(struct task_detail *detail)
{
    if (!detail || atomic_fetch_sub_explicit(&detail->refs, 1, memory_order_acq_rel) != 1)
        return;
    arena_finish(&detail->arena);
    free(detail);
}

void field_list_add(struct field_list *list, struct arena *arena, const char *group,
                    const char *label, const char *value)
{
    if (list->count == LIMIT_DETAIL_FIELDS)
        return;
    if (list->count == list->size) {
        list->size = list->size ? 2 * list->size : 32;
        list->items = xreallocarray(list->items, list->size, sizeof(*list->items));
    }
    list->items[list->count++] = (struct field){
        .group = arena_strdup(arena, group),
        .label = arena_strdup(arena, label),
        .value = arena_strdup(arena, value),
    };
}

const struct field *field_list_take(struct field_list *list, struct arena *arena, size_t *out_count)
{
    struct field *fields = arena_alloc(arena, list->count * sizeof(*fields));
    if (list->count)
        memcpy(fields, list->items, list->count * sizeof(*fields));
    *out_count = list->count;
    free(list->items);
    *list = (struct field_list){0};
    return fields;
}

struct task_result *task_result_create(uint16_t source, const char *task_id)
{
    struct task_result *result = xcalloc(1, sizeof(*result));
    atomic_init(&result->refs, 1);
    result->source = source;
    snprintf(result->task_id, sizeof(result->task_id), "%s", task_id);
    result->runtime_ms = UNKNOWN;
    result->is_from_cache = -1;
    result->fetched_ms = UNKNOWN;
    return result;
}

struct task_result *task_result_ref(const struct task_result *result)
{
    struct task_result *r = (struct task_result *)result;
    atomic_fetch_add_explicit(&r->refs, 1, memory_order_relaxed);
    return r;
}

void task_result_unref(struct task_result *result)
{
    if (!result || atomic_fetch_sub_explicit(&result->refs, 1, memory_order_acq_rel) != 1)
        return;
    arena_finish(&result->arena);
    free(result);
}

const char *task_result_cell(const struct task_result *result, size_t row, size_t column)
{
    return result->cells[row * result->column_count + column];
}
