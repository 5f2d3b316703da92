/* bench - `./run bench [--json FILE] [--peers] [GROUP]...`: measures querytop against its budgets,
 * and with --peers beside htop, btop and pg_activity.
 *
 * Each number stands beside its floor, which is measured in the same run on the same machine: a
 * minimal ncurses list for what the terminal costs, bare json-c for what parsing costs. A missed
 * budget is shown as missed; the exit code is 0 whenever the measuring worked.
 */
#include "bench/bench.h"

#include <stdio.h>
#include <string.h>

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
    {"extremes", bench_extremes},
    {"body", bench_body},
    {"instructions", bench_instructions},
    {"adobe", bench_adobe},
    {"peers", bench_peers},
};

#define GROUP_COUNT (sizeof(groups) / sizeof(groups[0]))

static bool is_group(const char *name)
{
    for (size_t i = 0; i < GROUP_COUNT; i++)
        if (strcmp(groups[i].name, name) == 0)
            return true;
    return false;
}

/* What the command line asks for. */
struct orders {
    const char *json_path; /* NULL: none */
    bool has_peers;
    char **names; /* of groups; none: all */
    int count;
};

static bool is_wanted(const char *name, const struct orders *orders)
{
    bool is_extra = strcmp(name, "peers") == 0;
    if (is_extra && orders->has_peers)
        return true;
    for (int i = 0; i < orders->count; i++)
        if (strcmp(orders->names[i], name) == 0)
            return true;
    return !is_extra && orders->count == 0;
}

static int explain(const char *word)
{
    fprintf(stderr, "bench: what is %s? bench [--json FILE] [--peers] [GROUP]..., groups:", word);
    for (size_t i = 0; i < GROUP_COUNT; i++)
        fprintf(stderr, " %s", groups[i].name);
    fputc('\n', stderr);
    return 2;
}

static struct orders read_orders(int argc, char **argv)
{
    struct orders orders = {0};
    int next = 1;
    for (; next < argc && argv[next][0] == '-'; next++) {
        if (strcmp(argv[next], "--peers") == 0)
            orders.has_peers = true;
        else if (strcmp(argv[next], "--json") == 0 && next + 1 < argc)
            orders.json_path = argv[++next];
        else
            break;
    }
    orders.names = argv + next;
    orders.count = argc - next;
    return orders;
}

int main(int argc, char **argv)
{
    const struct orders orders = read_orders(argc, argv);
    for (int i = 0; i < orders.count; i++)
        if (!is_group(orders.names[i]))
            return explain(orders.names[i]);
    struct report *report = report_create();
    for (size_t i = 0; i < GROUP_COUNT; i++)
        if (is_wanted(groups[i].name, &orders))
            groups[i].run(report);
    report_print(report, stdout);
    bool is_written = !orders.json_path || report_write_json(report, orders.json_path);
    if (!is_written)
        perror(orders.json_path);
    report_destroy(report);
    return is_written ? 0 : 1;
}
