/* tasks.h - every query task the service knows: its life, the queue, and the list of those that
 * live.
 *
 * added -> running -> complete | error | killed. Threads: whoever holds the service's lock.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include <uthash.h>

#include "base/strbuf.h"
#include "sandbox/auth.h"
#include "sandbox/format.h"
#include "sandbox/queries.h"
#include "sandbox/result.h"

#define TASK_ID_LENGTH 32

enum task_status {
    STATUS_ADDED,
    STATUS_RUNNING,
    STATUS_COMPLETE,
    STATUS_ERROR,
    STATUS_KILLED,
    STATUS_EXPIRED,
    STATUS_COUNT,
};

/* Looker's words, lower case as on the wire. */
const char *task_status_word(enum task_status status);

struct look {
    const char *id;
    const char *title;
    const char *user_id;
};

struct runner;
struct query_task;

/* Whoever else keeps account of a task. Such a task is in none of Looker's lists and is forgotten
 * as soon as it has ended. */
struct task_owner {
    /* Its rows are there; may fail them with result_fail(). On the worker's thread, no lock. */
    void (*ran)(void *owned, struct result *result);
    /* The task runs or has ended; result is only lent, and may be NULL. Under the service's lock.
     */
    void (*moved)(void *owned, const struct query_task *task, struct result *result);
};

/* How a task is wished for. Pointers to accounts, queries and looks stay valid; texts are copied.
 */
struct task_order {
    const struct query *query; /* or sql_query, or sql */
    struct sql_query *sql_query;
    const char *sql;
    const struct task_owner *owner; /* NULL: the task is Looker's */
    void *owned;                    /* what moved() is told */
    int64_t time_limit_ms;          /* of running; 0: none */
    const struct account *user;
    const char *source; /* "api4", "dashboard", ... */
    const struct look *look;
    const char *look_id;
    const char *dashboard_id;
    const struct result_format *format;
    const char *format_name; /* also of formats that cannot be made here */
    int64_t limit;           /* SQLGEN_LIMIT_FROM_QUERY, or the caller's */
    int64_t created_ms;      /* wall clock */
    const char *path_prefix;
    bool has_formatting;
    bool generate_links;
    bool force_production;
    bool cache;
    bool cache_only;
    bool rebuild_pdts;
    bool server_table_calcs;
    bool is_dev;      /* run with what the dev workspace has */
    bool is_deferred; /* made, but never queued */
    bool is_activity; /* of the service's own past: runs beside the queue and is not listed */
};

struct query_task {
    char id[TASK_ID_LENGTH + 1];
    uint64_t number;
    struct task_order order; /* texts in it belong to the task */
    enum task_status status;
    char *sql; /* NULL when none could be made: error says why */
    char *sql_error;
    int64_t started_ms; /* wall clock; 0: not yet */
    int64_t ended_ms;
    struct result *result; /* NULL: not run here, or forgotten; it is run again when asked for */
    struct runner *runner; /* while it runs */
    bool is_killed;        /* asked to end */
    bool is_kept;          /* result is on the list of kept ones */
    char *row;             /* its row in the running list, up to what moves */
    size_t row_length;
    UT_hash_handle hh;
    TAILQ_ENTRY(query_task) queue_link; /* waiting */
    TAILQ_ENTRY(query_task) life_link;  /* alive, or ended; in order */
    TAILQ_ENTRY(query_task) kept_link;
};

TAILQ_HEAD(task_list, query_task);

struct tasks {
    struct query_task *by_id;
    struct task_list queue;
    struct task_list alive;
    struct task_list ended;
    struct task_list kept; /* with a result in memory, oldest first */
    size_t queued_count;
    size_t alive_count;
    size_t ended_count;
    size_t kept_count;
    size_t kept_bytes;
    uint64_t made_count;
    uint64_t counts[STATUS_COUNT]; /* tasks that ever came to this */
    uint64_t seed;
};

void tasks_init(struct tasks *tasks, uint64_t seed);
void tasks_finish(struct tasks *tasks);

/* False while as many tasks live as the service can bear. */
bool tasks_has_room(const struct tasks *tasks);
/* Makes a task; it waits in the queue unless it is deferred. */
struct query_task *tasks_add(struct tasks *tasks, const struct task_order *order);
struct query_task *tasks_find(struct tasks *tasks, const char *id);
/* Takes the first of the queue as running; NULL when it is empty. */
struct query_task *tasks_start_next(struct tasks *tasks, struct runner *runner, int64_t wall_ms);
/* Ends a task that lives. result is taken; NULL: unknown as yet. */
void tasks_end(struct tasks *tasks, struct query_task *task, enum task_status status,
               struct result *result, int64_t wall_ms);
/* Ends a waiting task or interrupts a running one. False when it has ended already. */
bool tasks_kill(struct tasks *tasks, struct query_task *task, int64_t wall_ms);
/* Keeps a result that was run again; takes it. */
void tasks_keep_result(struct tasks *tasks, struct query_task *task, struct result *result);

bool query_task_is_alive(const struct query_task *task);
/* True when its rows come with a note, which makes its state "error" though nothing failed: so do
 * derived tables in the dev workspace. */
bool query_task_has_note(const struct query_task *task);
/* The type QueryTask. */
struct json *query_task_describe(const struct query_task *task);
/* Appends the running list, type RunningQueries[]. */
void tasks_add_running_list(struct tasks *tasks, const char *url, int64_t wall_ms,
                            struct strbuf *out);
