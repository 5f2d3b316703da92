#include "model/change.h"

#include <string.h>

bool change_is_news(const struct change *change, int64_t since_ms)
{
    const struct task *task = change->task;
    if (change->kind != CHANGE_NEW)
        return change->kind == CHANGE_STATE;
    return task_is_alive(task) || (task->ended_ms != UNKNOWN && task->ended_ms >= since_ms);
}

struct comparison {
    const struct snapshot *before;
    const struct snapshot *after;
    void (*visit)(void *context, const struct change *change);
    void *context;
};

static void tell(const struct comparison *c, enum change_kind kind, const struct task *before,
                 const struct task *task)
{
    struct change change = {kind, before, task};
    c->visit(c->context, &change);
}

/* Slots are used again when a task is forgotten. */
static bool is_same_id(const struct task *a, const struct task *b)
{
    return a && b && a->source == b->source &&
           strcmp(task_text_or_dash(a, TASK_ID), task_text_or_dash(b, TASK_ID)) == 0;
}

static void compare_slot(const struct comparison *c, const struct task *before,
                         const struct task *task)
{
    if (before == task)
        return;
    bool is_same = is_same_id(before, task);
    if (before && !is_same)
        tell(c, CHANGE_GONE, before, NULL);
    if (task && !is_same)
        tell(c, CHANGE_NEW, NULL, task);
    else if (task && task->state != before->state)
        tell(c, CHANGE_STATE, before, task);
    else if (task)
        tell(c, CHANGE_FACTS, before, task);
}

static void compare_chunks(const struct comparison *c, const struct task_chunk *old,
                           const struct task_chunk *new)
{
    for (size_t slot = 0; old != new &&slot < TASKS_PER_CHUNK; slot++)
        compare_slot(c, old ? old->tasks[slot] : NULL, new ? new->tasks[slot] : NULL);
}

static const struct task_page *page_at(const struct snapshot *s, size_t index)
{
    return s && index < s->page_count ? s->pages[index] : NULL;
}

void change_each(const struct snapshot *before, const struct snapshot *after,
                 void (*visit)(void *context, const struct change *change), void *context)
{
    struct comparison c = {before, after, visit, context};
    size_t count = after->page_count;
    if (before && before->page_count > count)
        count = before->page_count;
    for (size_t i = 0; i < count; i++) {
        const struct task_page *old = page_at(before, i);
        const struct task_page *new = page_at(after, i);
        for (size_t k = 0; old != new &&k < CHUNKS_PER_PAGE; k++)
            compare_chunks(&c, old ? old->chunks[k] : NULL, new ? new->chunks[k] : NULL);
    }
}
