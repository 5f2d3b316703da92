/* bench_adobe.c - what watching 10,000 of Adobe's queries costs the client: the first fill, then a
 * poll after ten changes, over a real connection to the embedded service.
 *
 * Of the CPU, what libcurl, the provider, the store and the snapshot take; the service is a process
 * of its own.
 */
#include "bench/bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "bench/poll_work.h"
#include "support/service.h"

#define QUERIES 10000
#define CHANGES 10

struct watcher {
    struct poll_work work;
    struct http_client *http;
    struct http_options options;
};

struct cost {
    double requests;
    double kilobytes;
    double cpu_ms;
};

static char *join(const char *url, const char *path)
{
    struct strbuf joined;
    strbuf_init(&joined, 256);
    strbuf_addf(&joined, "%s%s", url, path);
    return strbuf_take(&joined, NULL);
}

static bool open_watcher(struct watcher *w, const char *url, struct error *err)
{
    *w = (struct watcher){.options = {.verify_tls = true}};
    struct profile *profile = config_add(&w->work.config, "bench", "adobe");
    profile->base_url = join(url, "/data/foundation/query");
    profile->ims_url = join(url, "/ims/token/v3");
    profile->client_id = strdup("demo");
    profile->org_id = strdup("DEMO@AdobeOrg");
    profile->sandbox_name = strdup("demo");
    profile->include_hidden = true;
    secret_set(&profile->client_secret, "demo-secret", strlen("demo-secret"));
    w->work.store = store_create(1);
    w->work.snapshot = store_snapshot(w->work.store, 0);
    w->work.provider = provider_create(profile, 0, err);
    w->http = http_client_create(err);
    return w->work.provider && w->http;
}

static void close_watcher(struct watcher *w)
{
    http_client_destroy(w->http);
    poll_work_close(&w->work);
}

/* One request and its answer. */
static enum provider_step do_leg(struct watcher *w, struct job *job, struct batch *batch,
                                 struct error *err)
{
    const struct provider_ops *ops = w->work.provider->ops;
    struct http_request request;
    struct http_done done;
    enum provider_step step = STEP_FAILED;
    job->now_ms = clock_wall_ms();
    http_request_init(&request);
    if (ops->build(w->work.provider, job, &request, err)) {
        http_client_start(w->http, &request, &w->options);
        while (!http_client_next(w->http, &done))
            http_client_wait(w->http, 1000);
        step = ops->parse(w->work.provider, job, &done.response, batch, err);
    }
    http_request_finish(&request);
    return step;
}

/* A whole job, merged and published as the poller does it. Returns the number of tasks; -1 on
 * failure. */
static long do_job(struct watcher *w, struct job *job, struct error *err)
{
    enum provider_step step;
    long tasks = 0;
    do {
        struct batch batch;
        batch_init(&batch);
        step = do_leg(w, job, &batch, err);
        tasks += (long)batch.task_count;
        poll_work_merge(&w->work, &batch, job->now_ms);
        poll_work_publish(&w->work, job->now_ms);
        batch_finish(&batch);
        job->leg++;
    } while (step == STEP_AGAIN);
    if (job->state)
        w->work.provider->ops->drop_job_state(job);
    return step == STEP_DONE ? tasks : -1;
}

/* A poll; it has to bring that many tasks at least. */
static bool measure_list(struct watcher *w, size_t wanted, struct cost *out, struct error *err)
{
    struct http_stats before;
    struct http_stats after;
    struct job job = {.op = OP_LIST};
    double from_ms = bench_cpu_ms();
    http_client_stats(w->http, &before);
    long tasks = do_job(w, &job, err);
    http_client_stats(w->http, &after);
    if (tasks < 0)
        return false;
    if ((size_t)tasks < wanted)
        return error_set(err, ERR_SERVICE, "the list gave %ld tasks of %zu", tasks, wanted);
    *out = (struct cost){.requests = (double)(after.started - before.started),
                         .kilobytes = (double)(after.bytes_received - before.bytes_received) / 1e3,
                         .cpu_ms = bench_cpu_ms() - from_ms};
    return true;
}

/* Queries that are new since the last list. Nothing runs them. */
static bool make_changes(struct watcher *w, struct error *err)
{
    for (int i = 0; i < CHANGES; i++) {
        struct run_spec *spec = run_spec_create();
        const struct run_option *sql = run_option_find("sql");
        struct job job = {.op = OP_RUN, .spec = spec};
        bool is_made =
            sql->set(spec, sql, "SELECT COUNT(*) FROM users", err) && do_job(w, &job, err) >= 0;
        run_spec_unref(spec);
        if (!is_made)
            return false;
    }
    return true;
}

static void add(struct report *report, const char *name, const char *unit, double value,
                double floor, double budget)
{
    struct measurement row = {.name = name,
                              .unit = unit,
                              .value = value,
                              .low = NAN,
                              .floor = floor,
                              .kind = isnan(budget) ? BUDGET_NONE : BUDGET_RATIO,
                              .budget = budget};
    if (!isnan(floor))
        strncpy(row.note, "floor: the first fill", sizeof(row.note) - 1);
    report_add(report, &row);
}

static void add_costs(struct report *report, const struct cost *first, const struct cost *next)
{
    add(report, "Adobe, first fill of 10,000 queries: requests", "", first->requests, NAN, NAN);
    add(report, "Adobe, first fill of 10,000 queries: bytes", "KB", first->kilobytes, NAN, NAN);
    add(report, "Adobe, first fill of 10,000 queries: CPU", "ms", first->cpu_ms, NAN, NAN);
    add(report, "Adobe, poll after ten changes: requests", "", next->requests, first->requests,
        0.1);
    add(report, "Adobe, poll after ten changes: bytes", "KB", next->kilobytes, first->kilobytes,
        0.02);
    add(report, "Adobe, poll after ten changes: CPU", "ms", next->cpu_ms, first->cpu_ms, 0.02);
}

void bench_adobe(struct report *report)
{
    char count[16];
    const char *const args[] = {"--adobe-tasks", count, "--workers", "0", NULL};
    snprintf(count, sizeof(count), "%d", QUERIES);
    struct service *service = service_start(args, NULL);
    struct watcher watcher;
    struct cost first;
    struct cost next;
    struct error err = {0};
    struct job login = {.op = OP_LOGIN};
    if (open_watcher(&watcher, service_url(service), &err) && do_job(&watcher, &login, &err) >= 0 &&
        measure_list(&watcher, QUERIES, &first, &err) && make_changes(&watcher, &err) &&
        measure_list(&watcher, CHANGES, &next, &err))
        add_costs(report, &first, &next);
    else
        report_add_missing(report, "Adobe, 10,000 queries", err.message);
    close_watcher(&watcher);
    service_stop(service);
}
