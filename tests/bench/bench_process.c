/* bench_process.c - wake-ups, CPU and memory of a running dashboard, as the kernel counts them. */
#include "bench/bench.h"

#include <math.h>

#include "bench/bench_terminal.h"
#include "bench/observe.h"

void bench_idle(struct report *report)
{
    struct term *t = bench_open_floor(1000, 1000, true);
    struct usage floor = observe_usage(t);
    bench_quit(t);
    struct service *service = bench_start_queue(1000);
    t = bench_open_querytop(service);
    struct usage ours = observe_usage(t);
    bench_quit(t);
    service_stop(service);
    report_add(report, &(struct measurement){.name = "wake-ups, 1,000 waiting tasks on the list",
                                             .unit = "per s",
                                             .value = ours.wakeups,
                                             .low = NAN,
                                             .floor = floor.wakeups,
                                             .kind = BUDGET_VALUE,
                                             .budget = 4});
    report_add(report, &(struct measurement){.name = "CPU, 1,000 waiting tasks on the list",
                                             .unit = "ms per s",
                                             .value = ours.cpu_ms,
                                             .low = NAN,
                                             .floor = floor.cpu_ms,
                                             .kind = BUDGET_VALUE,
                                             .budget = 5});
}

static double memory_of(unsigned tasks)
{
    struct service *service = bench_start_queue(tasks);
    struct term *t = bench_open_querytop(service);
    double peak = 0;
    double until_ms = bench_wall_ms() + 6000;
    while (bench_wall_ms() < until_ms)
        term_pump(t, 100);
    peak = observe_resident_mb(term_pid(t));
    bench_quit(t);
    service_stop(service);
    return peak;
}

void bench_memory(struct report *report)
{
    struct term *t = bench_open_floor(2000, 0, true);
    term_wait_text(t, "quit", TERM_PATIENCE_MS);
    double floor = observe_resident_mb(term_pid(t));
    bench_quit(t);
    report_add(report, &(struct measurement){.name = "resident memory, 2,000 tasks",
                                             .unit = "MB",
                                             .value = memory_of(2000),
                                             .low = NAN,
                                             .floor = floor,
                                             .kind = BUDGET_VALUE,
                                             .budget = 20});
    report_add(report, &(struct measurement){.name = "resident memory, 50,000 tasks",
                                             .unit = "MB",
                                             .value = memory_of(50000),
                                             .low = NAN,
                                             .floor = floor,
                                             .kind = BUDGET_VALUE,
                                             .budget = 80});
}
