#include "provider/provider.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "provider/adobe.h"
#include "provider/looker.h"

const struct provider_ops *const providers[] = {
    &looker_ops,
    &adobe_ops,
    NULL,
};

static const char *const op_names[OP_COUNT] = {
    [OP_LOGIN] = "login",     [OP_LOGOUT] = "logout",  [OP_LIST] = "list",
    [OP_FATE] = "fate",       [OP_DETAIL] = "detail",  [OP_RESULTS] = "results",
    [OP_CANCEL] = "cancel",   [OP_RETRY] = "retry",    [OP_RUN] = "run",
    [OP_ITEMS] = "projects",  [OP_PARTS] = "branches", [OP_ITEM] = "project",
    [OP_HISTORY] = "history", [OP_HIDE] = "hide",
};

const char *op_name(enum op op)
{
    assert(op < OP_COUNT);
    return op_names[op];
}

const struct provider_ops *provider_find(const char *name)
{
    for (size_t i = 0; providers[i]; i++) {
        if (strcmp(providers[i]->name, name) == 0)
            return providers[i];
    }
    return NULL;
}

static bool fail_unknown(const struct profile *profile, struct error *err)
{
    struct strbuf known;
    strbuf_init(&known, LIMIT_KIB);
    for (size_t i = 0; providers[i]; i++)
        strbuf_addf(&known, "%s%s", i ? ", " : "", providers[i]->name);
    error_set(err, ERR_CONFIG, "%s: unknown provider '%s'; known: %s", profile->name,
              profile->provider, known.data);
    strbuf_finish(&known);
    return false;
}

struct provider *provider_create(const struct profile *profile, uint16_t source, struct error *err)
{
    const struct provider_ops *ops = provider_find(profile->provider);
    if (!ops) {
        fail_unknown(profile, err);
        return NULL;
    }
    struct provider *p = xcalloc(1, sizeof(*p));
    p->ops = ops;
    p->profile = profile;
    p->source = source;
    p->state = xcalloc(1, ops->state_size);
    if (!ops->init(p, err)) {
        provider_destroy(p);
        return NULL;
    }
    return p;
}

void provider_destroy(struct provider *p)
{
    if (!p)
        return;
    p->ops->finish(p);
    free(p->state);
    free(p);
}

bool job_is_stopping(const struct job *job)
{
    return job->is_stopping && atomic_load_explicit(job->is_stopping, memory_order_relaxed);
}

void batch_init(struct batch *batch)
{
    *batch = (struct batch){.token_expires_ms = UNKNOWN};
}

void batch_finish(struct batch *batch)
{
    for (size_t i = 0; i < batch->task_count; i++)
        task_unref(batch->tasks[i]);
    free(batch->tasks);
    task_detail_unref(batch->detail);
    task_result_unref(batch->result);
    item_list_unref(batch->items);
    item_list_unref(batch->parts);
    item_report_unref(batch->report);
    batch_init(batch);
}

void batch_add_task(struct batch *batch, struct task *task)
{
    if (batch->task_count == batch->task_size) {
        batch->task_size = batch->task_size ? 2 * batch->task_size : 16;
        batch->tasks = xreallocarray(batch->tasks, batch->task_size, sizeof(*batch->tasks));
    }
    batch->tasks[batch->task_count++] = task;
}

void batch_note_unread(struct batch *batch, size_t count)
{
    if (!count || batch->is_partial)
        return;
    batch->is_partial = true;
    snprintf(batch->partial_reason, sizeof(batch->partial_reason),
             "%zu of its queries are too long to be read", count);
}
