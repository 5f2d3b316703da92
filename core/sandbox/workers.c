#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "sandbox/service.h"

/* Runs a task of Adobe's, which may read data sets that others made. */
static struct result *run_owned(struct worker *worker, const struct query_task *task)
{
    const struct task_order *order = &task->order;
    struct runner *runner = &worker->runner;
    if (order->time_limit_ms > 0)
        runner->deadline_ms = clock_mono_ms() + order->time_limit_ms;
    runner_show_lake(runner, lake_newest(&worker->sandbox->adobe.lake));
    struct result *result = runner_run(runner, task->sql);
    runner_show_lake(runner, lake_empty(&worker->sandbox->adobe.lake));
    if (result->end == RESULT_ROWS)
        order->owner->ran(order->owned, result);
    return result;
}

static struct result *run_task(struct worker *worker, const struct query_task *task)
{
    worker->runner.deadline_ms = 0;
    if (task->order.owner)
        return run_owned(worker, task);
    if (task->order.format && task->order.format->is_without_rows && task->sql)
        return result_create();
    return task->sql ? runner_run(&worker->runner, task->sql) : NULL;
}

static enum task_status status_of(const struct worker *worker, const struct query_task *task,
                                  const struct result *result)
{
    const struct runner *runner = &worker->runner;
    if (task->is_killed)
        return STATUS_KILLED;
    if (!result || query_task_has_note(task))
        return STATUS_ERROR;
    if (result->end == RESULT_INTERRUPTED && runner->deadline_ms > 0 &&
        clock_mono_ms() >= runner->deadline_ms)
        return STATUS_EXPIRED;
    return result->end == RESULT_ROWS ? STATUS_COMPLETE : STATUS_ERROR;
}

static void count_run(struct query_task *task, const struct result *result)
{
    struct sql_query *sql_query = task->order.sql_query;
    if (!sql_query || !result)
        return;
    sql_query->run_count++;
    sql_query->last_run_ms = result->ran_at_ms;
    sql_query->last_runtime_s = result->runtime_s;
}

/* A task that runs is not freed by others: only ended ones are forgotten. */
static void work_locked(struct worker *worker, struct query_task *task)
{
    struct sandbox *sandbox = worker->sandbox;
    service_unlock(sandbox);
    struct result *result = run_task(worker, task);
    service_lock(sandbox);
    enum task_status status = status_of(worker, task, result);
    count_run(task, result);
    if (status == STATUS_KILLED) {
        result_unref(result);
        result = NULL;
    }
    tasks_end(&sandbox->tasks, task, status, result, clock_wall_ms());
    pthread_cond_broadcast(&sandbox->changed);
}

static void *work(void *context)
{
    struct worker *worker = context;
    struct sandbox *sandbox = worker->sandbox;
    struct error err;
    service_lock(sandbox);
    while (!sandbox->is_ready && !sandbox->is_stopping)
        pthread_cond_wait(&sandbox->work, &sandbox->lock);
    bool is_ready = sandbox->is_ready;
    service_unlock(sandbox);
    if (!is_ready)
        return NULL;
    if (!runner_init(&worker->runner, &sandbox->dataset, sandbox->options.speed, &err)) {
        log_error("sandbox", "worker: %s", err.message);
        return NULL;
    }
    service_lock(sandbox);
    while (!sandbox->is_stopping) {
        runner_rearm(&worker->runner);
        struct query_task *task =
            tasks_start_next(&sandbox->tasks, &worker->runner, clock_wall_ms());
        if (task)
            work_locked(worker, task);
        else
            pthread_cond_wait(&sandbox->work, &sandbox->lock);
    }
    service_unlock(sandbox);
    runner_finish(&worker->runner);
    return NULL;
}

static void *make_data(void *context)
{
    struct sandbox *sandbox = context;
    struct dataset dataset;
    struct error err;
    if (!dataset_make(&dataset, sandbox->options.seed, clock_wall_ms(), &sandbox->is_stopping,
                      &err)) {
        log_error("sandbox", "%s", err.message);
        return NULL;
    }
    service_lock(sandbox);
    sandbox->dataset = dataset;
    sandbox->is_ready = true;
    pthread_cond_broadcast(&sandbox->work);
    pthread_cond_broadcast(&sandbox->changed);
    service_unlock(sandbox);
    return NULL;
}

bool workers_start(struct sandbox *sandbox, struct error *err)
{
    int rc = pthread_create(&sandbox->maker, NULL, make_data, sandbox);
    sandbox->has_maker = rc == 0;
    unsigned count = sandbox->options.workers;
    sandbox->workers = xcalloc(count + 1, sizeof(struct worker));
    while (rc == 0 && sandbox->worker_count < count) {
        struct worker *worker = &sandbox->workers[sandbox->worker_count];
        worker->sandbox = sandbox;
        rc = pthread_create(&worker->thread, NULL, work, worker);
        sandbox->worker_count += rc == 0;
    }
    return rc == 0 || error_set(err, ERR_SERVICE, "cannot start a thread: %s", strerror(rc));
}

void workers_stop(struct sandbox *sandbox)
{
    for (unsigned i = 0; i < sandbox->worker_count; i++)
        pthread_join(sandbox->workers[i].thread, NULL);
    if (sandbox->has_maker)
        pthread_join(sandbox->maker, NULL);
    free(sandbox->workers);
}
