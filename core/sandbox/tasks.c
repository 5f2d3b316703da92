#include "sandbox/tasks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "sandbox/runner.h"

#define KEPT_RESULTS_MAX   200
#define KEPT_RESULTS_BYTES (64 * LIMIT_MIB)
#define SQL_BYTES_MAX      (1 * LIMIT_MIB)

static const char *const STATUS_WORDS[STATUS_COUNT] = {
    [STATUS_ADDED] = "added", [STATUS_RUNNING] = "running", [STATUS_COMPLETE] = "complete",
    [STATUS_ERROR] = "error", [STATUS_KILLED] = "killed",   [STATUS_EXPIRED] = "expired",
};

const char *task_status_word(enum task_status status)
{
    return STATUS_WORDS[status];
}

bool query_task_is_alive(const struct query_task *task)
{
    return task->status == STATUS_ADDED || task->status == STATUS_RUNNING;
}

bool query_task_has_note(const struct query_task *task)
{
    const struct query *query = task->order.query;
    if (!query || !task->order.is_dev)
        return false;
    const struct explore *explore = explore_find(query_spec(query)->model, query_spec(query)->view);
    return explore && explore->table;
}

void tasks_init(struct tasks *tasks, uint64_t seed)
{
    *tasks = (struct tasks){.seed = seed};
    TAILQ_INIT(&tasks->queue);
    TAILQ_INIT(&tasks->alive);
    TAILQ_INIT(&tasks->ended);
    TAILQ_INIT(&tasks->kept);
}

static void drop_result(struct tasks *tasks, struct query_task *task)
{
    if (!task->is_kept)
        return;
    TAILQ_REMOVE(&tasks->kept, task, kept_link);
    tasks->kept_count--;
    tasks->kept_bytes -= task->result->arena.used_bytes;
    task->is_kept = false;
    result_unref(task->result);
    task->result = NULL;
}

static void destroy(struct tasks *tasks, struct query_task *task)
{
    drop_result(tasks, task);
    HASH_DEL(tasks->by_id, task);
    free((char *)task->order.source);
    free((char *)task->order.look_id);
    free((char *)task->order.dashboard_id);
    free((char *)task->order.path_prefix);
    free((char *)task->order.format_name);
    free(task->sql);
    free(task->sql_error);
    free(task->row);
    free(task);
}

void tasks_finish(struct tasks *tasks)
{
    struct query_task *task;
    struct query_task *next;
    HASH_ITER (hh, tasks->by_id, task, next)
        destroy(tasks, task);
}

static char *copy_text(const char *text)
{
    return text ? xstrdup(text) : NULL;
}

static void make_sql(struct query_task *task)
{
    const char *given = task->order.sql_query ? task->order.sql_query->sql : task->order.sql;
    if (given) {
        task->sql = xstrdup(given);
        return;
    }
    struct strbuf sql;
    struct error err;
    strbuf_init(&sql, SQL_BYTES_MAX);
    if (sqlgen_build(query_spec(task->order.query), task->order.limit, task->order.created_ms, &sql,
                     &err))
        task->sql = strbuf_take(&sql, NULL);
    else
        task->sql_error = xstrdup(err.message);
    strbuf_finish(&sql);
}

static void make_id(struct tasks *tasks, struct query_task *task)
{
    struct rng rng = {.state =
                          rng_hash(tasks->seed, (const char *)&task->number, sizeof(task->number))};
    rng_text(&rng, task->id, sizeof(task->id), RNG_HEX);
}

bool tasks_has_room(const struct tasks *tasks)
{
    return tasks->alive_count < LIMIT_LISTED_TASKS;
}

struct query_task *tasks_add(struct tasks *tasks, const struct task_order *order)
{
    struct query_task *task = xcalloc(1, sizeof(*task));
    task->order = *order;
    task->order.source = copy_text(order->source);
    task->order.look_id = copy_text(order->look_id);
    task->order.dashboard_id = copy_text(order->dashboard_id);
    task->order.path_prefix = copy_text(order->path_prefix);
    task->order.format_name = copy_text(order->format_name);
    task->number = ++tasks->made_count;
    make_id(tasks, task);
    make_sql(task);
    task->order.sql = task->sql;
    HASH_ADD_STR(tasks->by_id, id, task);
    TAILQ_INSERT_TAIL(&tasks->alive, task, life_link);
    tasks->alive_count++;
    tasks->counts[STATUS_ADDED]++;
    if (!order->is_deferred) {
        TAILQ_INSERT_TAIL(&tasks->queue, task, queue_link);
        tasks->queued_count++;
    }
    return task;
}

struct query_task *tasks_find(struct tasks *tasks, const char *id)
{
    struct query_task *task;
    HASH_FIND_STR(tasks->by_id, id, task);
    return task;
}

static void leave_queue(struct tasks *tasks, struct query_task *task)
{
    TAILQ_REMOVE(&tasks->queue, task, queue_link);
    tasks->queued_count--;
}

struct query_task *tasks_start_next(struct tasks *tasks, struct runner *runner, int64_t wall_ms)
{
    struct query_task *task = TAILQ_FIRST(&tasks->queue);
    if (!task)
        return NULL;
    leave_queue(tasks, task);
    task->status = STATUS_RUNNING;
    task->started_ms = wall_ms;
    task->runner = runner;
    tasks->counts[STATUS_RUNNING]++;
    if (task->order.owner)
        task->order.owner->moved(task->order.owned, task, NULL);
    return task;
}

void tasks_keep_result(struct tasks *tasks, struct query_task *task, struct result *result)
{
    drop_result(tasks, task);
    task->result = result;
    task->is_kept = true;
    TAILQ_INSERT_TAIL(&tasks->kept, task, kept_link);
    tasks->kept_count++;
    tasks->kept_bytes += result->arena.used_bytes;
    while (tasks->kept_count > KEPT_RESULTS_MAX ||
           (tasks->kept_bytes > KEPT_RESULTS_BYTES && tasks->kept_count > 1))
        drop_result(tasks, TAILQ_FIRST(&tasks->kept));
}

/* Adds a task to those that have ended; the oldest is forgotten when there are too many. */
static void remember(struct tasks *tasks, struct query_task *task, struct result *result)
{
    TAILQ_INSERT_TAIL(&tasks->ended, task, life_link);
    if (result)
        tasks_keep_result(tasks, task, result);
    if (++tasks->ended_count > LIMIT_ENDED_TASKS) {
        struct query_task *oldest = TAILQ_FIRST(&tasks->ended);
        TAILQ_REMOVE(&tasks->ended, oldest, life_link);
        tasks->ended_count--;
        destroy(tasks, oldest);
    }
}

void tasks_end(struct tasks *tasks, struct query_task *task, enum task_status status,
               struct result *result, int64_t wall_ms)
{
    if (task->status == STATUS_ADDED && !task->order.is_deferred)
        leave_queue(tasks, task);
    task->status = status;
    task->runner = NULL;
    task->ended_ms = wall_ms;
    tasks->counts[status]++;
    free(task->row);
    task->row = NULL;
    TAILQ_REMOVE(&tasks->alive, task, life_link);
    tasks->alive_count--;
    if (!task->order.owner) {
        remember(tasks, task, result);
        return;
    }
    task->order.owner->moved(task->order.owned, task, result);
    result_unref(result);
    destroy(tasks, task);
}

bool tasks_kill(struct tasks *tasks, struct query_task *task, int64_t wall_ms)
{
    if (!query_task_is_alive(task))
        return false;
    task->is_killed = true;
    if (task->runner)
        runner_interrupt(task->runner);
    else
        tasks_end(tasks, task, STATUS_KILLED, NULL, wall_ms);
    return true;
}
