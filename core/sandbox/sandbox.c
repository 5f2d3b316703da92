#include "sandbox/sandbox.h"

#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/xalloc.h"
#include "sandbox/router.h"
#include "sandbox/service.h"

void sandbox_options_init(struct sandbox_options *options)
{
    *options = (struct sandbox_options){
        .seed = 1,
        .workers = 4,
        .token_ttl_ms = 3600 * 1000,
        .adobe_timeout_ms = 600 * 1000,
    };
}

void sandbox_options_init_demo(struct sandbox_options *options)
{
    sandbox_options_init(options);
    options->tasks = 230;
    options->rate = 0.4;
    options->adobe_tasks = 120;
    options->adobe_rate = 0.15;
    options->workers = 8;
    options->speed = 40000;
}

void service_lock(struct sandbox *sandbox)
{
    pthread_mutex_lock(&sandbox->lock);
}

void service_unlock(struct sandbox *sandbox)
{
    pthread_mutex_unlock(&sandbox->lock);
}

void service_wait_locked(struct sandbox *sandbox, pthread_cond_t *condition, int64_t wait_ms)
{
    struct timespec when;
    clock_gettime(CLOCK_MONOTONIC, &when);
    int64_t nsec = when.tv_nsec + wait_ms % 1000 * 1000000;
    when.tv_sec += wait_ms / 1000 + nsec / 1000000000;
    when.tv_nsec = nsec % 1000000000;
    pthread_cond_timedwait(condition, &sandbox->lock, &when);
}

/* Sets is_stopping and wakes everybody who waits, also the runners. */
static void begin_stop(struct sandbox *sandbox)
{
    struct query_task *task;
    service_lock(sandbox);
    sandbox->is_stopping = true;
    TAILQ_FOREACH(task, &sandbox->tasks.alive, life_link)
    {
        if (task->runner)
            runner_interrupt(task->runner);
    }
    pthread_cond_broadcast(&sandbox->work);
    pthread_cond_broadcast(&sandbox->changed);
    pthread_cond_broadcast(&sandbox->calm);
    service_unlock(sandbox);
}

static void init_lock(struct sandbox *sandbox)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&sandbox->lock, NULL);
    pthread_cond_init(&sandbox->work, &attributes);
    pthread_cond_init(&sandbox->changed, &attributes);
    pthread_cond_init(&sandbox->calm, &attributes);
    pthread_condattr_destroy(&attributes);
}

/* What SQL of strangers may take, all statements together; beyond it they fail one by one. */
#define SQL_MEMORY_BYTES (512 * LIMIT_MIB)

static struct sandbox *create(const struct sandbox_options *options)
{
    struct sandbox *sandbox = xcalloc(1, sizeof(*sandbox));
    sandbox->options = *options;
    if (sandbox->options.workers > SANDBOX_WORKERS_MAX)
        sandbox->options.workers = SANDBOX_WORKERS_MAX;
    sandbox->socket = -1;
    sandbox->client_id = xstrdup(options->client_id ? options->client_id : "demo");
    sandbox->client_secret =
        xstrdup(options->client_secret ? options->client_secret : "demo-secret");
    sandbox->route_counts = xcalloc(route_count(), sizeof(uint64_t));
    init_lock(sandbox);
    sqlite3_hard_heap_limit64((sqlite3_int64)SQL_MEMORY_BYTES);
    /* Tokens are the one thing that must not follow from the seed: a restarted service must not
     * know those of the one before. */
    uint64_t token_seed = (uint64_t)clock_mono_ms() << 20 ^ (uint64_t)getpid();
    sessions_init(&sandbox->sessions, sandbox->client_id, sandbox->client_secret,
                  options->token_ttl_ms, token_seed);
    sessions_init(&sandbox->adobe.sessions, sandbox->client_id, sandbox->client_secret,
                  options->token_ttl_ms, token_seed ^ 0x1735);
    adobe_templates_init(&sandbox->adobe.templates, options->seed);
    adobe_queries_init(&sandbox->adobe.queries, options->seed, &sandbox->adobe.lake, sandbox->url,
                       options->adobe_timeout_ms);
    adobe_schedules_init(&sandbox->adobe.schedules, options->seed, &sandbox->adobe.queries,
                         &sandbox->adobe.templates, &sandbox->tasks);
    adobe_traffic_init(&sandbox->adobe.traffic, options->seed);
    queries_init(&sandbox->queries, options->seed, sandbox->url);
    tasks_init(&sandbox->tasks, options->seed);
    projects_init(&sandbox->projects, options->seed, clock_wall_ms());
    traffic_init(&sandbox->traffic, options->seed);
    sandbox->faults.rng.state = options->seed;
    return sandbox;
}

static bool start_threads(struct sandbox *sandbox, struct error *err)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool is_started = workers_start(sandbox, err) && traffic_start(sandbox, err) &&
                      adobe_clock_start(sandbox, err) && server_start(sandbox, err);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return is_started;
}

static bool add_faults(struct sandbox *sandbox, struct error *err)
{
    for (unsigned i = 0; i < sandbox->options.fault_count; i++)
        if (!faults_add(&sandbox->faults, sandbox->options.faults[i], err))
            return false;
    sandbox->options.faults = NULL; /* the caller's */
    return true;
}

/* What has happened before anybody looks; needs the address, which links are made of. */
static void add_tasks(struct sandbox *sandbox)
{
    int64_t now_ms = clock_wall_ms();
    service_lock(sandbox);
    traffic_add_past_locked(sandbox, sandbox->options.tasks, now_ms);
    traffic_add_waiting_locked(sandbox, sandbox->options.active, now_ms);
    adobe_traffic_add_past_locked(sandbox, sandbox->options.adobe_tasks, now_ms);
    service_unlock(sandbox);
}

struct sandbox *sandbox_start(const struct sandbox_options *options, struct error *err)
{
    struct sandbox *sandbox = create(options);
    if (lake_init(&sandbox->adobe.lake, options->seed, err) && add_faults(sandbox, err) &&
        server_open(sandbox, err)) {
        add_tasks(sandbox);
        if (start_threads(sandbox, err))
            return sandbox;
    }
    sandbox_stop(sandbox);
    return NULL;
}

void sandbox_stop(struct sandbox *sandbox)
{
    if (!sandbox)
        return;
    begin_stop(sandbox);
    server_stop(sandbox);
    workers_stop(sandbox);
    traffic_stop(sandbox);
    adobe_clock_stop(sandbox);
    tasks_finish(&sandbox->tasks);
    adobe_schedules_finish(&sandbox->adobe.schedules);
    adobe_queries_finish(&sandbox->adobe.queries);
    adobe_templates_finish(&sandbox->adobe.templates);
    lake_finish(&sandbox->adobe.lake);
    sessions_finish(&sandbox->adobe.sessions);
    queries_finish(&sandbox->queries);
    sessions_finish(&sandbox->sessions);
    projects_finish(&sandbox->projects);
    dataset_finish(&sandbox->dataset);
    pthread_cond_destroy(&sandbox->calm);
    pthread_cond_destroy(&sandbox->changed);
    pthread_cond_destroy(&sandbox->work);
    pthread_mutex_destroy(&sandbox->lock);
    free(sandbox->route_counts);
    free(sandbox->client_secret);
    free(sandbox->client_id);
    free(sandbox);
}

const char *sandbox_url(const struct sandbox *sandbox)
{
    return sandbox->url;
}
