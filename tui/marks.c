#include "marks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

/* Ids up to this length are shown whole. */
#define SHORT_ID_MAX 16

struct task_key task_key_of(const struct task *task)
{
    struct task_key key = {0};
    if (task == NULL)
        return key;
    key.source = task->source;
    snprintf(key.id, sizeof(key.id), "%s", task_text_or_dash(task, TASK_ID));
    return key;
}

bool task_key_is(const struct task_key *key, const struct task *task)
{
    return key->source == task->source &&
           strncmp(key->id, task_text_or_dash(task, TASK_ID), sizeof(key->id) - 1) == 0;
}

char *format_short_id(char out[SHORT_ID_BYTES], const char *id)
{
    size_t length = strlen(id);
    if (length <= SHORT_ID_MAX)
        snprintf(out, SHORT_ID_BYTES, "%s", id);
    else
        snprintf(out, SHORT_ID_BYTES, "%.8s\xe2\x80\xa6%s", id, id + length - 4);
    return out;
}

bool task_key_is_set(const struct task_key *key)
{
    return key->id[0] != '\0';
}

bool task_key_equal(const struct task_key *a, const struct task_key *b)
{
    return a->source == b->source && strcmp(a->id, b->id) == 0;
}

const struct task *task_key_find(const struct task_key *key, const struct snapshot *snapshot)
{
    return task_key_is_set(key) ? snapshot_find_task(snapshot, key->source, key->id) : NULL;
}

void marks_finish(struct marks *marks)
{
    free(marks->keys);
    memset(marks, 0, sizeof(*marks));
}

void marks_clear(struct marks *marks)
{
    marks->count = 0;
}

static size_t marks_find(const struct marks *marks, const struct task *task)
{
    for (size_t i = 0; i < marks->count; i++)
        if (task_key_is(&marks->keys[i], task))
            return i;
    return marks->count;
}

bool marks_has(const struct marks *marks, const struct task *task)
{
    return marks_find(marks, task) < marks->count;
}

static void remove_at(struct marks *marks, size_t at)
{
    marks->count--;
    memmove(&marks->keys[at], &marks->keys[at + 1], (marks->count - at) * sizeof(marks->keys[0]));
}

void marks_remove(struct marks *marks, const struct task_key *key)
{
    for (size_t i = 0; i < marks->count; i++)
        if (task_key_equal(&marks->keys[i], key)) {
            remove_at(marks, i);
            return;
        }
}

bool marks_toggle(struct marks *marks, const struct task *task)
{
    size_t at = marks_find(marks, task);
    if (at < marks->count) {
        remove_at(marks, at);
        return true;
    }
    if (marks->count == LIMIT_MARKS)
        return false;
    if (marks->count == marks->size) {
        marks->size = marks->size > 0 ? marks->size * 2 : 16;
        marks->keys = xreallocarray(marks->keys, marks->size, sizeof(marks->keys[0]));
    }
    marks->keys[marks->count++] = task_key_of(task);
    return true;
}
