/* bench_body.c - what a body of 200 MB costs: a list of that size, and bodies that were made to
 * cost as much as they can.
 */
#include "bench/bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "bench/poll_work.h"

#define BODY_BYTES (200 * LIMIT_MIB)
#define TASKS      93000 /* about as many bytes */

/* What a child found out. */
struct cost {
    double peak_mib;
    double cpu_ms;
    struct error error; /* of the answer, as it would be shown */
    char partial[100];
};

static char *tasks_body(size_t *out_length)
{
    return poll_list_body(&(struct poll_list){.tasks = TASKS}, out_length);
}

static char *repeat(const char *before, const char *piece, const char *after, size_t *out_length)
{
    struct strbuf body;
    strbuf_init(&body, 2 * BODY_BYTES);
    strbuf_reserve(&body, BODY_BYTES + LIMIT_KIB);
    strbuf_add_text(&body, before);
    while (body.len < BODY_BYTES)
        strbuf_add_text(&body, piece);
    strbuf_add_text(&body, after);
    return strbuf_take(&body, out_length);
}

static char *empty_objects(size_t *out_length)
{
    return repeat("[", "{},", "{}]", out_length);
}

static char *no_list(size_t *out_length)
{
    return repeat("{\"a\":[", "{},", "{}]}", out_length);
}

static char *one_record(size_t *out_length)
{
    return repeat("[{\"query\":{\"fields\":[", "0,", "0]}}]", out_length);
}

/* "VmHWM:    1234 kB" */
static double status_mib(const char *key)
{
    char line[128];
    double kib = NAN;
    FILE *file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof(line), file))
        if (strncmp(line, key, strlen(key)) == 0)
            kib = strtod(line + strlen(key), NULL);
    if (file)
        fclose(file);
    return kib / 1024;
}

static void forget_peak(void)
{
    FILE *file = fopen("/proc/self/clear_refs", "w");
    if (file) {
        fputs("5", file);
        fclose(file);
    }
}

static void take(const char *body, size_t length, struct cost *out)
{
    struct poll_work w;
    struct batch batch;
    if (!poll_work_open(&w, &out->error))
        return;
    forget_peak();
    double before_mib = status_mib("VmRSS:") - (double)length / (double)LIMIT_MIB;
    double from_ms = bench_cpu_ms();
    batch_init(&batch);
    if (poll_work_parse(&w, body, length, clock_wall_ms(), &batch, &out->error)) {
        poll_work_merge(&w, &batch, clock_wall_ms());
        poll_work_publish(&w, clock_wall_ms());
    }
    out->cpu_ms = bench_cpu_ms() - from_ms;
    out->peak_mib = status_mib("VmHWM:") - before_mib;
    snprintf(out->partial, sizeof(out->partial), "%s", batch.partial_reason);
    batch_finish(&batch);
    poll_work_close(&w);
}

/* In a process of its own, whose memory nobody else has used. */
static bool take_apart(char *(*make)(size_t *out_length), struct cost *out)
{
    int ends[2];
    if (pipe(ends) != 0)
        return false;
    pid_t child = fork();
    if (child == 0) {
        size_t length;
        struct cost found = {0};
        char *body = make(&length);
        take(body, length, &found);
        free(body);
        _exit(write(ends[1], &found, sizeof(found)) == sizeof(found) ? 0 : 1);
    }
    close(ends[1]);
    bool is_found = child > 0 && read(ends[0], out, sizeof(*out)) == sizeof(*out);
    close(ends[0]);
    waitpid(child, NULL, 0);
    return is_found;
}

static void add(struct report *report, const char *what, char *(*make)(size_t *out_length))
{
    char name[100];
    struct cost found;
    if (!take_apart(make, &found)) {
        report_add_missing(report, what, "the child process failed");
        return;
    }
    struct measurement row = {
        .unit = "MB", .value = found.peak_mib, .low = NAN, .floor = (double)BODY_BYTES / LIMIT_MIB};
    row.name = name;
    row.kind = BUDGET_RATIO;
    row.budget = 2;
    snprintf(name, sizeof(name), "memory of a poll, 200 MB of %s", what);
    snprintf(row.note, sizeof(row.note), "%.110s",
             found.error.code ? found.error.message : found.partial);
    report_add(report, &row);
    snprintf(name, sizeof(name), "CPU of a poll, 200 MB of %s", what);
    report_add(report, &(struct measurement){.name = name,
                                             .unit = "ms",
                                             .value = found.cpu_ms,
                                             .low = NAN,
                                             .floor = NAN,
                                             .kind = BUDGET_NONE});
}

void bench_body(struct report *report)
{
    add(report, "tasks", tasks_body);
    add(report, "empty objects", empty_objects);
    add(report, "values that are no list", no_list);
    add(report, "one record", one_record);
}
