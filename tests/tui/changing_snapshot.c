#include "changing_snapshot.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "fake_snapshot.h"

/* A task's worth of chance; few different values, so that many tasks differ by little. */
static struct task *any_task(size_t slot)
{
    static const char *const users[] = {"ana", "Ana", "bo", "Bonnie", NULL};
    char id[32];
    snprintf(id, sizeof(id), "%zu", slot);
    return fake_task_create(&(struct fake_task){.id = id,
                                                .state = (enum task_state)(rand() % 5),
                                                .elapsed_ms = rand() % 50,
                                                .age_ms = rand() % 1000,
                                                .user = users[rand() % 5],
                                                .title = users[rand() % 5]});
}

/* Puts chance in the place of a task; a chunk is copied when it is first written to. */
static void change_slot(struct snapshot *s, bool *is_copied, size_t slot)
{
    struct task_page *page = s->pages[slot / TASKS_PER_CHUNK / CHUNKS_PER_PAGE];
    struct task_chunk **chunk = &page->chunks[slot / TASKS_PER_CHUNK % CHUNKS_PER_PAGE];
    if (!is_copied[slot / TASKS_PER_CHUNK]) {
        struct task_chunk *copy = task_chunk_create();
        for (size_t i = 0; i < TASKS_PER_CHUNK; i++)
            copy->tasks[i] = (*chunk)->tasks[i] ? task_ref((*chunk)->tasks[i]) : NULL;
        task_chunk_unref(*chunk);
        *chunk = copy;
        is_copied[slot / TASKS_PER_CHUNK] = true;
    }
    task_unref((*chunk)->tasks[slot % TASKS_PER_CHUNK]);
    (*chunk)->tasks[slot % TASKS_PER_CHUNK] = rand() % 8 ? any_task(slot) : NULL;
}

struct snapshot *changing_snapshot(const struct snapshot *before, size_t most, size_t count)
{
    size_t chunks = before->chunk_count;
    chunks += chunks < most / TASKS_PER_CHUNK && rand() % 4 == 0;
    bool *is_copied = xcalloc(chunks, sizeof(*is_copied));
    struct snapshot *s = snapshot_create(chunks, 1, 0, 0, 1);
    s->actions[0] = (struct action_record){.id = 1, .kind = ACTION_CANCEL, .state = ACTION_ASKED};
    snprintf(s->actions[0].task_id, sizeof(s->actions[0].task_id), "%d", rand() % (int)most);
    s->generation = before->generation + 1;
    s->sources[0] = before->sources[0];
    for (size_t i = 0; i < chunks; i++)
        snapshot_put_chunk(s, i,
                           i < before->chunk_count ? task_chunk_ref(snapshot_chunk(before, i))
                                                   : task_chunk_create());
    for (size_t i = 0; i < count; i++)
        change_slot(s, is_copied, (size_t)rand() % snapshot_slots(s));
    free(is_copied);
    return s;
}
