#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "provider/looker_internal.h"

#define uthash_fatal(msg) xalloc_die()
#include <uthash.h>

/* The history names neither query tasks nor, in API 4.0, queries as the rest of the API does: a run
 * has a slug and a query has a number and a slug there. The running list tells both sides. What was
 * started from here may end before any list shows it; it is recognised by what it asked, and when.
 */

#define NAMES_MAX LIMIT_ENDED_TASKS

/* Between our clock when a task was started and the service's in its history. */
#define SAME_START_MS 30000

struct looker_name {
    char *name;
    char *id;
    UT_hash_handle hh; /* in the order in which they were first seen */
};

static void forget(struct looker_name **names, struct looker_name *known)
{
    HASH_DEL(*names, known);
    free(known->name);
    free(known->id);
    free(known);
}

static const char *find(const struct looker_name *names, const char *name)
{
    const struct looker_name *known = NULL;
    if (name)
        HASH_FIND_STR(names, name, known);
    return known ? known->id : NULL;
}

static void note(struct looker_name **names, const char *name, const char *id)
{
    if (!name || !*name || strlen(name) >= LIMIT_ID_BYTES || !id || find(*names, name))
        return;
    if (HASH_COUNT(*names) >= NAMES_MAX)
        forget(names, *names);
    struct looker_name *known = xcalloc(1, sizeof(*known));
    known->name = xstrdup(name);
    known->id = xstrdup(id);
    HASH_ADD_KEYPTR(hh, *names, known->name, strlen(known->name), known);
}

void looker_forget_names(struct looker *looker)
{
    while (looker->slugs)
        forget(&looker->slugs, looker->slugs);
    while (looker->queries)
        forget(&looker->queries, looker->queries);
    while (looker->missing)
        forget(&looker->missing, looker->missing);
}

void looker_note_slug(struct looker *looker, const struct json *slug, const char *task_id)
{
    note(&looker->slugs, json_string(slug, NULL), task_id);
}

void looker_note_query(struct looker *looker, const struct json *query, const char *query_id)
{
    static const char *const names[] = {"id", "client_id", "slug"};
    for (size_t i = 0; query_id && i < sizeof(names) / sizeof(names[0]); i++) {
        const char *name = json_string(json_get(query, names[i]), NULL);
        if (name && strcmp(name, query_id) != 0)
            note(&looker->queries, name, query_id);
    }
}

const char *looker_query_named(const struct looker *looker, const char *name)
{
    return find(looker->queries, name);
}

/* --- what Looker said that it does not know ----------------------------------------------------
 */

bool looker_note_missing(struct looker *looker, const char *task_id)
{
    bool is_first = find(looker->missing, task_id) == NULL;
    if (is_first)
        note(&looker->missing, task_id, task_id);
    else
        looker_note_found(looker, task_id);
    return is_first;
}

void looker_note_found(struct looker *looker, const char *task_id)
{
    struct looker_name *known = NULL;
    HASH_FIND_STR(looker->missing, task_id, known);
    if (known)
        forget(&looker->missing, known);
}

/* --- what was started from here ----------------------------------------------------------------
 */

void looker_note_own(struct looker *looker, const struct task *task)
{
    const char *query_id = task_text(task, TASK_QUERY_ID);
    if (!query_id || strlen(query_id) >= LIMIT_ID_BYTES)
        return;
    struct looker_own *own = &looker->own[looker->own_count++ % LOOKER_OWN_MAX];
    *own = (struct looker_own){.created_ms = task->created_ms};
    strcpy(own->task_id, task_text(task, TASK_ID));
    strcpy(own->query_id, query_id);
}

/* The nearest start of the same query. */
static struct looker_own *find_own(struct looker *looker, const char *query_id, int64_t created_ms)
{
    struct looker_own *nearest = NULL;
    int64_t nearest_ms = SAME_START_MS;
    for (size_t i = 0; i < LOOKER_OWN_MAX; i++) {
        struct looker_own *own = &looker->own[i];
        int64_t apart_ms = llabs(own->created_ms - created_ms);
        if (!own->task_id[0] || apart_ms > nearest_ms || strcmp(own->query_id, query_id) != 0)
            continue;
        nearest = own;
        nearest_ms = apart_ms;
    }
    return nearest;
}

const char *looker_task_of_run(struct looker *looker, const char *slug, const char *query_id,
                               const char *user, int64_t created_ms)
{
    const char *known = find(looker->slugs, slug);
    bool is_ours = user && strcmp(user, looker->user) == 0;
    if (known || !slug || !query_id || !is_ours || created_ms == UNKNOWN)
        return known;
    struct looker_own *own = find_own(looker, query_id, created_ms);
    if (!own)
        return NULL;
    note(&looker->slugs, slug, own->task_id);
    own->task_id[0] = '\0'; /* one run is of one task */
    return find(looker->slugs, slug);
}
