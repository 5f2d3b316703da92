/* bench - `./run bench [--json FILE] [GROUP]...`: measures querytop against its budgets.
 *
 * Each number stands beside its floor, which is measured in the same run on the same machine: a
 * minimal ncurses list for what the terminal costs, bare json-c for what parsing costs. A missed
 * budget is shown as missed; the exit code is 0 whenever the measuring worked.
 */
#include "bench/bench.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const struct {
    const char *name;
    void (*run)(struct report *report);
} groups[] = {
    {"start", bench_start},
    {"keys", bench_keys},
    {"bytes", bench_bytes},
    {"resize", bench_resize},
    {"idle", bench_idle},
    {"memory", bench_memory},
    {"poll", bench_poll},
    {"publish", bench_publish},
    {"list", bench_list},
    {"growth", bench_growth},
    {"instructions", bench_instructions},
    {"adobe", bench_adobe},
};

#define GROUP_COUNT (sizeof(groups) / sizeof(groups[0]))

static double clock_ms(clockid_t which)
{
    struct timespec now;
    clock_gettime(which, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

double bench_cpu_ms(void)
{
    return clock_ms(CLOCK_PROCESS_CPUTIME_ID);
}

double bench_wall_ms(void)
{
    return clock_ms(CLOCK_MONOTONIC);
}

static bool is_group(const char *name)
{
    for (size_t i = 0; i < GROUP_COUNT; i++)
        if (strcmp(groups[i].name, name) == 0)
            return true;
    return false;
}

static bool is_wanted(const char *name, int argc, char **argv)
{
    for (int i = 0; i < argc; i++)
        if (strcmp(argv[i], name) == 0)
            return true;
    return argc == 0;
}

static int explain(const char *word)
{
    fprintf(stderr, "bench: what is %s? bench [--json FILE] [GROUP]..., groups:", word);
    for (size_t i = 0; i < GROUP_COUNT; i++)
        fprintf(stderr, " %s", groups[i].name);
    fputc('\n', stderr);
    return 2;
}

int main(int argc, char **argv)
{
    const char *json_path = NULL;
    int first = 1;
    if (argc > 2 && strcmp(argv[1], "--json") == 0) {
        json_path = argv[2];
        first = 3;
    }
    for (int i = first; i < argc; i++)
        if (!is_group(argv[i]))
            return explain(argv[i]);
    struct report *report = report_create();
    for (size_t i = 0; i < GROUP_COUNT; i++)
        if (is_wanted(groups[i].name, argc - first, argv + first))
            groups[i].run(report);
    report_print(report, stdout);
    bool is_written = !json_path || report_write_json(report, json_path);
    if (!is_written)
        perror(json_path);
    report_destroy(report);
    return is_written ? 0 : 1;
}
