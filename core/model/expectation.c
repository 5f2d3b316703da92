#include "model/expectation.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "base/limits.h"
#include "base/quantile.h"
#include "base/xalloc.h"
#include "model/fingerprint.h"

#undef uthash_fatal
#define uthash_fatal(message) xalloc_die()

#define RUNS_KEPT 20

struct runs {
    char *key;
    int64_t elapsed_ms[RUNS_KEPT];
    size_t count; /* ever learnt */
    UT_hash_handle hh;
};

struct expectations {
    struct runs *by_query; /* in the order in which they were first seen */
};

struct expectations *expectations_create(void)
{
    return xcalloc(1, sizeof(struct expectations));
}

static void forget(struct expectations *e, struct runs *runs)
{
    HASH_DEL(e->by_query, runs);
    free(runs->key);
    free(runs);
}

void expectations_destroy(struct expectations *e)
{
    if (!e)
        return;
    while (e->by_query)
        forget(e, e->by_query);
    free(e);
}

/* False when nothing tells which query it is. */
static bool make_key(const struct task *task, char *out, size_t size)
{
    const char *query = task_text(task, TASK_QUERY_ID);
    const char *sql = task_text(task, TASK_SQL);
    if (query)
        snprintf(out, size, "%u:%s", task->source, query);
    else if (sql)
        snprintf(out, size, "%u#%016" PRIx64, task->source, sql_fingerprint(sql));
    return query || sql;
}

static struct runs *find(struct expectations *e, const char *key)
{
    struct runs *runs;
    HASH_FIND_STR(e->by_query, key, runs);
    return runs;
}

void expectations_learn(struct expectations *e, const struct task *task)
{
    char key[LIMIT_TASK_FIELD_BYTES + 8];
    if (task->state != TASK_SUCCEEDED || task->elapsed_ms == UNKNOWN ||
        !make_key(task, key, sizeof(key)))
        return;
    struct runs *runs = find(e, key);
    if (!runs) {
        if (HASH_COUNT(e->by_query) >= LIMIT_EXPECTATIONS)
            forget(e, e->by_query);
        runs = xcalloc(1, sizeof(*runs));
        runs->key = xstrdup(key);
        HASH_ADD_KEYPTR(hh, e->by_query, runs->key, strlen(runs->key), runs);
    }
    runs->elapsed_ms[runs->count++ % RUNS_KEPT] = task->elapsed_ms;
}

static size_t count_runs(const struct runs *runs)
{
    return runs->count < RUNS_KEPT ? runs->count : RUNS_KEPT;
}

size_t expectations_count(struct expectations *e, const struct task *task)
{
    char key[LIMIT_TASK_FIELD_BYTES + 8];
    const struct runs *runs = make_key(task, key, sizeof(key)) ? find(e, key) : NULL;
    return runs ? count_runs(runs) : 0;
}

void expectations_stamp(struct expectations *e, struct task *task)
{
    char key[LIMIT_TASK_FIELD_BYTES + 8];
    if (!make_key(task, key, sizeof(key)))
        return;
    const struct runs *runs = find(e, key);
    if (!runs)
        return;
    int64_t sorted[RUNS_KEPT];
    size_t count = count_runs(runs);
    memcpy(sorted, runs->elapsed_ms, count * sizeof(*sorted));
    quantile_sort(sorted, count);
    task->usual_ms = sorted[count / 2];
    task->usual_p95_ms = quantile_of_sorted(sorted, count, 95);
    task->usual_runs = (uint16_t)count;
}
