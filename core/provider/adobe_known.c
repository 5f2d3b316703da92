#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "provider/adobe_internal.h"

#undef uthash_fatal
#define uthash_fatal(message) xalloc_die()

struct adobe_known *adobe_known_find(struct adobe *adobe, uint64_t hash)
{
    struct adobe_known *known;
    HASH_FIND(hh_hash, adobe->by_hash, &hash, sizeof(hash), known);
    return known;
}

static void forget(struct adobe *adobe, struct adobe_known *known)
{
    HASH_DELETE(hh_hash, adobe->by_hash, known);
    HASH_DELETE(hh_id, adobe->by_id, known);
    task_unref(known->task);
    free(known);
}

struct adobe_known *adobe_known_put(struct adobe *adobe, uint64_t hash, struct task *task)
{
    const char *id = task_text(task, TASK_ID);
    struct adobe_known *known;
    uint64_t pass = 0;
    HASH_FIND(hh_id, adobe->by_id, id, strlen(id), known);
    if (known) {
        pass = known->pass;
        forget(adobe, known);
    }
    known = xcalloc(1, sizeof(*known));
    *known = (struct adobe_known){.hash = hash, .task = task, .updated_ms = UNKNOWN, .pass = pass};
    HASH_ADD_KEYPTR(hh_id, adobe->by_id, id, strlen(id), known);
    HASH_ADD(hh_hash, adobe->by_hash, hash, sizeof(known->hash), known);
    return known;
}

void adobe_known_forget(struct adobe *adobe, uint64_t pass)
{
    struct adobe_known *known, *next;
    HASH_ITER (hh_id, adobe->by_id, known, next) {
        if (!pass || known->pass != pass)
            forget(adobe, known);
    }
}
