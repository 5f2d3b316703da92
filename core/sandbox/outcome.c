#include "sandbox/outcome.h"

#include <string.h>

#include "base/clock.h"
#include "sandbox/activity.h"
#include "sandbox/runner.h"

#define RERUN_MS       20000
#define CLIENT_LOOK_MS 200

static struct result *error_result(const char *message)
{
    struct result *result = result_create();
    result->end = RESULT_ERROR;
    result->error = arena_strdup(&result->arena, message);
    return result;
}

/* Runs the SQL of an ended task once more, at full speed. */
static struct result *run_again(struct sandbox *sandbox, const char *sql)
{
    struct runner runner;
    struct error err;
    service_lock(sandbox);
    while (!sandbox->is_ready && !sandbox->is_stopping)
        service_wait_locked(sandbox, &sandbox->changed, CLIENT_LOOK_MS);
    bool is_ready = sandbox->is_ready;
    service_unlock(sandbox);
    if (!is_ready)
        return error_result("The service is stopping.");
    if (!runner_init(&runner, &sandbox->dataset, 0, &err))
        return error_result(err.message);
    runner.is_sleepless = true;
    runner.deadline_ms = clock_mono_ms() + RERUN_MS;
    struct result *result = runner_run(&runner, sql);
    runner_finish(&runner);
    return result;
}

/* What can be told at once, under the lock. */
static void look(struct outcome *out, const struct query_task *task)
{
    const struct task_order *order = &task->order;
    out->status = task->status;
    out->format = order->format;
    out->facts = (struct run_facts){
        .task_id = arena_strdup(&out->arena, task->id),
        .spec = order->query ? query_spec(order->query) : NULL,
        .sql = arena_strdup(&out->arena, task->sql),
        .has_formatting = order->has_formatting,
        .has_note = query_task_has_note(task),
    };
    if (query_task_is_alive(task))
        return;
    if (task->result)
        out->result = result_ref(task->result);
    else if (task->status == STATUS_KILLED) {
        out->result = result_create();
        out->result->end = RESULT_INTERRUPTED;
    } else if (!task->sql)
        out->result = error_result(task->sql_error);
    else if (order->is_activity) /* the past of then cannot be looked at again */
        out->result = error_result("Results have expired. Run the query again.");
    else if (order->format && order->format->is_without_rows)
        out->result = result_create();
}

static void keep(struct sandbox *sandbox, const char *task_id, struct result *result)
{
    service_lock(sandbox);
    struct query_task *task = tasks_find(&sandbox->tasks, task_id);
    if (task && !task->result)
        tasks_keep_result(&sandbox->tasks, task, result_ref(result));
    service_unlock(sandbox);
}

bool outcome_take(struct sandbox *sandbox, const char *task_id, struct outcome *out)
{
    *out = (struct outcome){0};
    service_lock(sandbox);
    struct query_task *task = tasks_find(&sandbox->tasks, task_id);
    if (task)
        look(out, task);
    service_unlock(sandbox);
    if (!task)
        return false;
    bool is_alive = out->status == STATUS_ADDED || out->status == STATUS_RUNNING;
    if (!is_alive && !out->result) {
        out->result = run_again(sandbox, out->facts.sql);
        keep(sandbox, task_id, out->result);
    }
    out->facts.result = out->result;
    return true;
}

void outcome_finish(struct outcome *outcome)
{
    result_unref(outcome->result);
    arena_finish(&outcome->arena);
}

/* True when the task has ended; kills it when nobody waits for it any more. */
static bool wait_for_end(struct sandbox *sandbox, const struct request *request, const char *id)
{
    for (;;) {
        struct query_task *task = tasks_find(&sandbox->tasks, id);
        if (!task || !query_task_is_alive(task))
            return task != NULL;
        if (sandbox->is_stopping || !request_has_client(request)) {
            tasks_kill(&sandbox->tasks, task, clock_wall_ms());
            return false;
        }
        service_wait_locked(sandbox, &sandbox->changed, CLIENT_LOOK_MS);
    }
}

/* Made from the SQL alone, so that it needs no worker and waits for none. */
static void end_at_once(struct sandbox *sandbox, struct query_task *task)
{
    const struct result_format *format = task->order.format;
    if (!format || !format->is_without_rows)
        return;
    enum task_status status = task->sql ? STATUS_COMPLETE : STATUS_ERROR;
    tasks_end(&sandbox->tasks, task, status, task->sql ? result_create() : NULL, clock_wall_ms());
}

enum run_end outcome_run(struct sandbox *sandbox, const struct request *request,
                         const struct task_order *order, struct outcome *out)
{
    char id[TASK_ID_LENGTH + 1];
    service_lock(sandbox);
    if (!tasks_has_room(&sandbox->tasks)) {
        service_unlock(sandbox);
        return RUN_TOO_MANY;
    }
    struct query_task *task = tasks_add(&sandbox->tasks, order);
    memcpy(id, task->id, sizeof(id));
    end_at_once(sandbox, task);
    if (order->is_activity) {
        service_unlock(sandbox);
        activity_run(sandbox, id);
        service_lock(sandbox);
    }
    pthread_cond_signal(&sandbox->work);
    bool has_ended = wait_for_end(sandbox, request, id);
    service_unlock(sandbox);
    return has_ended && outcome_take(sandbox, id, out) ? RUN_ENDED : RUN_GIVEN_UP;
}

static void respond_rows(struct response *response, const struct outcome *outcome)
{
    response->status = 200;
    response->content_type = outcome->format->content_type;
    strbuf_clear(&response->body);
    outcome->format->rows(&outcome->facts, &response->body);
}

static void respond_failure(struct response *response, const struct outcome *outcome)
{
    const struct result *result = outcome->result;
    if (outcome->format && outcome->format->has_error_body) {
        response->status = 200;
        response->content_type = outcome->format->content_type;
        strbuf_clear(&response->body);
        outcome->format->error(&outcome->facts, &response->body);
    } else
        respond_error(response, 400,
                      result->end == RESULT_INTERRUPTED ? "The query was killed." : result->error);
}

void respond_outcome(struct response *response, const struct outcome *outcome)
{
    if (!outcome->result)
        respond_empty(response, 202);
    else if (outcome->result->end != RESULT_ROWS)
        respond_failure(response, outcome);
    else if (!outcome->format)
        respond_error(response, 400, "This service cannot make that result format.");
    else
        respond_rows(response, outcome);
}
