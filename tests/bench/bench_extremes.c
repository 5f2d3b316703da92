/* bench_extremes.c - the dashboard far from what it usually meets: a hundred profiles, a list of
 * 100,000 tasks and 200 MB, a service that sends a byte a second.
 */
#include "bench/bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "bench/bench_terminal.h"
#include "bench/observe.h"
#include "bench/poll_work.h"
#include "support/environment.h"
#include "support/fault_proxy.h"

#define PROFILES     100
#define LONG_LIST    100000
#define LIST_REQUEST "GET /api/4.0/running_queries"

static void add(struct report *report, const char *case_name, const char *what, const char *unit,
                double value)
{
    char name[96];
    snprintf(name, sizeof(name), "%s: %s", case_name, what);
    report_add(report, &(struct measurement){.name = name,
                                             .unit = unit,
                                             .value = value,
                                             .low = NAN,
                                             .floor = NAN,
                                             .kind = BUDGET_NONE});
}

/* What a dashboard that shows its tasks costs, and whether its keys are answered. */
static void add_costs(struct report *report, const char *case_name, struct term *t)
{
    struct samples keys = {0}, bytes = {0};
    struct usage usage = observe_usage(t);
    add(report, case_name, "CPU", "ms per s", usage.cpu_ms);
    add(report, case_name, "wake-ups", "per s", usage.wakeups);
    observe_keys(t, &keys, &bytes);
    add(report, case_name, "key to screen, p99", "ms", samples_quantile(&keys, 0.99));
    add(report, case_name, "resident memory", "MB", observe_resident_mb(term_pid(t)));
    add(report, case_name, "resident, at its highest", "MB", observe_peak_mb(term_pid(t)));
    samples_finish(&keys);
    samples_finish(&bytes);
}

/* The time from spawn to the text; false: it did not come. */
static bool wait_for(struct report *report, const char *case_name, struct term *t, const char *text)
{
    int64_t from_us = term_now_us();
    if (!term_wait_text(t, text, TERM_PATIENCE_MS)) {
        report_add_missing(report, case_name, "the list did not come");
        return false;
    }
    add(report, case_name, "spawn to the list on the screen", "ms",
        (double)(term_now_us() - from_us) / 1e3);
    return true;
}

/* ---- a hundred profiles ---------------------------------------------------------------------- */

static struct term *open_profiles(const struct service *service)
{
    static char texts[PROFILES][8];
    const char *names[PROFILES + 1] = {NULL};
    for (int i = 0; i < PROFILES; i++) {
        snprintf(texts[i], sizeof(texts[i]), "p%02d", i);
        names[i] = texts[i];
    }
    const char *config = service_config(service, names, "mode = read-write\npoll = 2s\n");
    const char *const argv[] = {TEST_QUERYTOP, "--config", config, NULL};
    return term_start(&(struct term_options){.argv = argv, .rows = BENCH_ROWS, .cols = BENCH_COLS});
}

static void measure_profiles(struct report *report)
{
    static const char case_name[] = "100 profiles of 20 tasks";
    struct service *service = bench_start_queue(20);
    struct term *t = open_profiles(service);
    if (wait_for(report, case_name, t, "Tasks  2000"))
        add_costs(report, case_name, t);
    bench_quit(t);
    service_stop(service);
}

/* ---- behind a proxy -------------------------------------------------------------------------- */

static struct term *open_through(const struct fault_proxy *proxy)
{
    char *text = xasprintf("[bench]\nprovider = looker\nbase_url = http://127.0.0.1:%u\n"
                           "client_id = demo\nclient_secret = demo-secret\n",
                           (unsigned)fault_proxy_port(proxy));
    const char *const argv[] = {TEST_QUERYTOP, "--config", scratch_file("proxy.ini", text, 0600),
                                NULL};
    struct term *t =
        term_start(&(struct term_options){.argv = argv, .rows = BENCH_ROWS, .cols = BENCH_COLS});
    free(text);
    return t;
}

/* An answer with the head that HTTP wants. */
static char *long_answer(size_t *out_length)
{
    size_t length;
    char *body = poll_list_body(&(struct poll_list){.tasks = LONG_LIST}, &length);
    char *answer = xasprintf("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                             "Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
                             length, body);
    free(body);
    *out_length = length;
    return answer;
}

static void measure_long_list(struct report *report)
{
    static const char case_name[] = "100,000 tasks, again and again";
    size_t length;
    struct service *service = bench_start_queue(1);
    struct fault_proxy *proxy = fault_proxy_start(service_port(service), LIST_REQUEST);
    char *answer = long_answer(&length);
    fault_proxy_set(proxy, PROXY_ANSWER, answer);
    struct term *t = open_through(proxy);
    add(report, case_name, "body", "MB", (double)length / 1e6);
    if (wait_for(report, case_name, t, "Tasks  100000"))
        add_costs(report, case_name, t);
    bench_quit(t);
    fault_proxy_stop(proxy);
    service_stop(service);
    free(answer);
}

static void measure_slow_service(struct report *report)
{
    static const char case_name[] = "2,000 tasks, then a byte a second";
    struct service *service = bench_start_queue(2000);
    struct fault_proxy *proxy = fault_proxy_start(service_port(service), LIST_REQUEST);
    struct term *t = open_through(proxy);
    if (wait_for(report, case_name, t, "Tasks  2000")) {
        fault_proxy_set(proxy, PROXY_SLOW, NULL);
        add_costs(report, case_name, t);
    }
    bench_quit(t);
    fault_proxy_stop(proxy);
    service_stop(service);
}

void bench_extremes(struct report *report)
{
    measure_profiles(report);
    measure_long_list(report);
    measure_slow_service(report);
}
