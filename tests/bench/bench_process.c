/* bench_process.c - wake-ups, CPU and memory of a running dashboard, as the kernel counts them. */
#include "bench/bench.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bench/bench_terminal.h"

#define IDLE_MS 10000

struct usage {
    double wakeups;
    double cpu_ms;
};

/* The number after label in a file of /proc; 0 when there is none. */
static double read_number(const char *path, const char *label)
{
    char line[256];
    double value = 0;
    FILE *file = fopen(path, "r");
    if (!file)
        return 0;
    while (fgets(line, sizeof(line), file)) {
        if (strncmp(line, label, strlen(label)) != 0)
            continue;
        sscanf(line + strlen(label), "%lf", &value);
        break;
    }
    fclose(file);
    return value;
}

/* Over all threads of a process. */
static struct usage read_usage(pid_t pid)
{
    struct usage usage = {0};
    char path[320];
    snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
    DIR *threads = opendir(path);
    if (!threads)
        return usage;
    for (struct dirent *entry; (entry = readdir(threads));) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof(path), "/proc/%d/task/%.32s/status", (int)pid, entry->d_name);
        usage.wakeups += read_number(path, "voluntary_ctxt_switches:");
        snprintf(path, sizeof(path), "/proc/%d/task/%.32s/schedstat", (int)pid, entry->d_name);
        usage.cpu_ms += read_number(path, "") / 1e6;
    }
    closedir(threads);
    return usage;
}

static struct usage usage_per_second(struct term *t)
{
    double until_ms = bench_wall_ms() + 3000;
    while (bench_wall_ms() < until_ms) /* let the start be over */
        term_pump(t, 100);
    struct usage before = read_usage(term_pid(t));
    double start_ms = bench_wall_ms();
    while (bench_wall_ms() < start_ms + IDLE_MS)
        term_pump(t, 100);
    struct usage after = read_usage(term_pid(t));
    double seconds = (bench_wall_ms() - start_ms) / 1000;
    return (struct usage){(after.wakeups - before.wakeups) / seconds,
                          (after.cpu_ms - before.cpu_ms) / seconds};
}

static double resident_mb(pid_t pid)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    return read_number(path, "VmRSS:") / 1024;
}

void bench_idle(struct report *report)
{
    struct term *t = bench_open_floor(1000, 1000, true);
    struct usage floor = usage_per_second(t);
    bench_quit(t);
    struct service *service = bench_start_queue(1000);
    t = bench_open_querytop(service);
    struct usage ours = usage_per_second(t);
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
    peak = resident_mb(term_pid(t));
    bench_quit(t);
    service_stop(service);
    return peak;
}

void bench_memory(struct report *report)
{
    struct term *t = bench_open_floor(2000, 0, true);
    term_wait_text(t, "quit", TERM_PATIENCE_MS);
    double floor = resident_mb(term_pid(t));
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
