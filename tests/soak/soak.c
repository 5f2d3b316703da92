/* soak.c - the dashboard for an hour, in less: it polls ten times as often as usual, a person is at
 * the keys and at the window's corner, the service fails now and then in every way it knows.
 *
 *     soak [SECONDS]
 *
 * Memory and file descriptors are read each second. Fails when they grow once it is warm, or when
 * the dashboard does not end well.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "e2e/stage.h"
#include "net/json.h"
#include "soak/judge.h"

#define SECONDS_DEFAULT 360
#define SECONDS_MAX     86400
#define POLL_MS         200 /* the usual one while tasks run is 2 s */
#define USUAL_POLL_MS   2000
#define KEY_MS          100
#define RESIZE_MS       2000
#define SAMPLE_MS       1000
#define TASKS_PER_S     0.5

/* What a task that ended is kept for costs memory, and is not forgotten before there are 20000. */
#define TASK_KIB 16
/* In a short run details of 1 MiB each are still being kept for the first time. */
#define SHORT_S   120
#define SHORT_KIB (LIMIT_KEPT_DETAILS * LIMIT_DETAIL_SQL_BYTES / LIMIT_KIB)
#define NOISE_KIB 2048
#define NOISE_FDS 8

static const char *const sandbox[] = {"--tasks", "200",   "--rate",      "0.5", "--active", "5",
                                      "--speed", "40000", "--token-ttl", "20s", NULL};

static const char faults[] = "POST /api/4.0/login 503 share=0.1\n"
                             "GET /api/4.0/query_tasks hostile share=0.1\n"
                             "GET /api/4.0/projects hostile share=0.1\n"
                             "* /api/4.0/ 500 share=0.01\n"
                             "* /api/4.0/ 429 share=0.005 retry-after=1\n"
                             "* /api/4.0/ reset share=0.01\n"
                             "* /api/4.0/ cut share=0.01\n"
                             "* /api/4.0/ garbage share=0.01\n"
                             "* /api/4.0/ html share=0.01\n"
                             "* /api/4.0/ hang share=0.003\n"
                             "* /api/4.0/ delay ms=400 share=0.05\n";

static const char *const keys[] = {
    "Down",     "Down", "End", "Home", "Space", "Down",     "x",      "Esc", "Enter", "2",   "3",
    "4",        "5",    "1",   "z",    "z",     "Esc",      "s",      "Esc", "f",     "Esc", "?",
    "PageDown", "Esc",  "u",   "Tab",  "Down",  "Tab",      "Tab",    "R",   "p",     "p",   "e",
    "Esc",      "Y",    "Esc", "a",    "Esc",   "PageDown", "PageUp", "C-l",
};

static const struct {
    int rows;
    int cols;
} sizes[] = {{40, 120}, {24, 80}, {50, 200}, {12, 40}};

struct soak {
    struct service *service;
    struct term *term;
    int64_t began_us;
    int64_t length_us;
    struct series memory;
    struct series descriptors;
    struct series service_memory;
    struct series service_descriptors;
};

static void require(bool is_so, const char *what)
{
    if (is_so)
        return;
    fprintf(stderr, "soak: %s\n", what);
    exit(1); /* nothing is left behind: the service dies with us, the dashboard with its terminal */
}

/* ---- measuring ------------------------------------------------------------------------------- */

/* -1 when the process has ended. */
static double resident_kib(pid_t pid)
{
    char path[64];
    char line[256];
    double kib = -1;
    snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    FILE *file = fopen(path, "re");
    while (file && kib < 0 && fgets(line, sizeof(line), file))
        sscanf(line, "VmRSS: %lf", &kib);
    if (file)
        fclose(file);
    return kib;
}

static double count_descriptors(pid_t pid)
{
    char path[64];
    double count = 0;
    snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
    DIR *folder = opendir(path);
    while (folder && readdir(folder))
        count++;
    if (folder)
        closedir(folder);
    return count - 2; /* . and .. */
}

static void sample(struct soak *soak)
{
    int64_t age_us = term_now_us() - soak->began_us;
    int64_t third = age_us * PHASE_COUNT / soak->length_us;
    enum phase phase = third < PHASE_COUNT ? (enum phase)third : PHASE_END;
    pid_t pid = term_pid(soak->term);
    double kib = resident_kib(pid);
    require(kib >= 0, "the dashboard has ended");
    series_add(&soak->memory, phase, kib);
    series_add(&soak->descriptors, phase, count_descriptors(pid));
    series_add(&soak->service_memory, phase, resident_kib(service_pid(soak->service)));
    series_add(&soak->service_descriptors, phase, count_descriptors(service_pid(soak->service)));
}

/* ---- beginning and end ----------------------------------------------------------------------- */

static void open_stage(struct soak *soak)
{
    struct stage stage = {.service = service_start(sandbox, NULL)};
    stage_open_term(&stage, &(struct stage_options){
                                .settings = "mode = read-write\npoll = 200ms\ntimeout = 2s\n"});
    require(term_wait_text(stage.term, "shop \xe2\x97\x8f", TERM_PATIENCE_MS),
            "the dashboard does not begin");
    soak->service = stage.service;
    soak->term = stage.term;
}

static void close_stage(struct soak *soak)
{
    int status;
    term_keys(soak->term, "Esc Esc Esc q");
    require(term_wait_exit(soak->term, TERM_PATIENCE_MS, &status) && status == 0,
            "the dashboard does not end well");
    term_close(soak->term);
    service_stop(soak->service);
}

/* ---- living ---------------------------------------------------------------------------------- */

static bool is_due(int64_t *next_us, int64_t interval_ms)
{
    if (term_now_us() < *next_us)
        return false;
    *next_us = term_now_us() + interval_ms * 1000;
    return true;
}

static void live(struct soak *soak)
{
    int64_t next_key_us = 0;
    int64_t next_size_us = 0;
    int64_t next_sample_us = 0;
    size_t key = 0;
    size_t size = 0;
    while (term_now_us() - soak->began_us < soak->length_us) {
        term_pump(soak->term, KEY_MS / 2);
        if (is_due(&next_key_us, KEY_MS))
            term_key(soak->term, keys[key++ % (sizeof(keys) / sizeof(keys[0]))]);
        if (is_due(&next_size_us, RESIZE_MS)) {
            size = (size + 1) % (sizeof(sizes) / sizeof(sizes[0]));
            term_resize(soak->term, sizes[size].rows, sizes[size].cols);
        }
        if (is_due(&next_sample_us, SAMPLE_MS))
            sample(soak);
    }
}

/* ---- telling --------------------------------------------------------------------------------- */

static double median(struct series *series, enum phase phase)
{
    return samples_quantile(&series->samples[phase], 0.5);
}

static void tell(struct series *series, const char *verdict)
{
    printf("%-28s %10.0f %10.0f %10.0f %4s  %s\n", series->name, median(series, PHASE_WARM_UP),
           median(series, PHASE_THEN), median(series, PHASE_END), series->unit, verdict);
}

static bool judge(struct series *series, double slack)
{
    bool is_flat = series_is_flat(series, slack);
    tell(series, is_flat ? "flat" : "GROWS");
    return is_flat;
}

static int64_t count_polls(struct service *service)
{
    struct strbuf answer;
    strbuf_init(&answer, 1u << 20);
    require(service_ask(service, "GET", "/sandbox/stats", NULL, &answer) == 200,
            "the service does not tell its statistics");
    struct json *stats = json_parse(answer.data, answer.len, NULL);
    int64_t count = json_int(json_get(json_get(stats, "requests"), "GET /running_queries"), 0);
    json_destroy(stats);
    strbuf_finish(&answer);
    return count;
}

static bool report(struct soak *soak)
{
    double seconds = (double)soak->length_us / 1e6;
    int64_t polls = count_polls(soak->service);
    printf(
        "%.0f s with a poll each %d ms: %lld lists were asked for, as in %.0f minutes of one each "
        "%d ms\n",
        seconds, POLL_MS, (long long)polls, (double)polls * USUAL_POLL_MS / 60000, USUAL_POLL_MS);
    printf("%zu bytes were painted\n\n", term_bytes(soak->term));
    printf("%-28s %10s %10s %10s\n", "median of", "warm-up", "then", "the end");
    double task_kib = TASKS_PER_S * seconds / PHASE_COUNT * TASK_KIB;
    double noise_kib = seconds < SHORT_S ? (double)SHORT_KIB : NOISE_KIB;
    bool is_flat = judge(&soak->memory, task_kib + noise_kib);
    is_flat &= judge(&soak->descriptors, NOISE_FDS);
    tell(&soak->service_memory, "keeps every query and result");
    return judge(&soak->service_descriptors, NOISE_FDS) && is_flat;
}

int main(int argc, char **argv)
{
    long seconds = argc > 1 ? strtol(argv[1], NULL, 10) : SECONDS_DEFAULT;
    if (seconds < PHASE_COUNT || seconds > SECONDS_MAX) {
        fprintf(stderr, "usage: soak [SECONDS], from %d to %d\n", PHASE_COUNT, SECONDS_MAX);
        return 2;
    }
    struct soak soak = {
        .length_us = seconds * 1000000,
        .memory = {"memory of the dashboard", "KiB", {{0}}},
        .descriptors = {"descriptors of the dashboard", "", {{0}}},
        .service_memory = {"memory of the service", "KiB", {{0}}},
        .service_descriptors = {"descriptors of the service", "", {{0}}},
    };
    open_stage(&soak);
    count_polls(soak.service); /* logs in while that works */
    long status = service_ask(soak.service, "POST", "/sandbox/faults", faults, NULL);
    require(status == 200 || status == 204, "the service does not take the faults");
    soak.began_us = term_now_us();
    live(&soak);
    bool is_flat = report(&soak);
    close_stage(&soak);
    series_finish(&soak.memory);
    series_finish(&soak.descriptors);
    series_finish(&soak.service_memory);
    series_finish(&soak.service_descriptors);
    return is_flat ? 0 : 1;
}
