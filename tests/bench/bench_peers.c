/* bench_peers.c - the same measurements of querytop and of the programs it is compared with.
 *
 * Each shows what it is for: htop and btop the processes of this machine, pg_activity the sessions
 * of a PostgreSQL that is started for it, querytop a queue of as many tasks as pg_activity has
 * sessions.
 */
#include "bench/bench.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "bench/bench_terminal.h"
#include "bench/observe.h"
#include "bench/postgres.h"

#define START_RUNS 7
#define KEY_RUNS   40
#define QUIET_MS   60

struct peer {
    const char *name;
    const char *path;
    const char *mark; /* on the screen once a frame is whole */
};

static const struct peer peers[] = {
    {"querytop", TEST_QUERYTOP, "quit"},
    {"htop", "/usr/bin/htop", "F10"},
    {"btop", "/usr/bin/btop", "select"},
    {"pg_activity", "/usr/bin/pg_activity", "RUNNING QUERIES"},
};

/* What querytop and pg_activity look at. */
struct services {
    struct service *queue;
    struct postgres *postgres; /* NULL: none here */
    struct error postgres_err;
};

static bool has_mark(struct term *t, const void *context)
{
    return strstr(term_screen(t), context) != NULL;
}

static struct term *open_peer(const struct peer *peer, const struct services *services)
{
    if (services->queue && strcmp(peer->name, "querytop") == 0)
        return bench_spawn_querytop(services->queue);
    const char *argv[] = {peer->path, NULL, NULL, NULL};
    if (services->postgres && strcmp(peer->name, "pg_activity") == 0) {
        argv[1] = "--host";
        argv[2] = postgres_socket_folder(services->postgres);
    }
    const char *const env[] = {"PGUSER=" POSTGRES_USER, "PGDATABASE=postgres", NULL};
    return term_start(
        &(struct term_options){.argv = argv, .env = env, .rows = BENCH_ROWS, .cols = BENCH_COLS});
}

static struct term *open_shown(const struct peer *peer, const struct services *services)
{
    struct term *t = open_peer(peer, services);
    term_wait_until(t, has_mark, peer->mark, TERM_PATIENCE_MS);
    return t;
}

/* ---- the measurements ------------------------------------------------------------------------ */

static void add(struct report *report, const struct peer *peer, const char *what, const char *unit,
                struct samples *samples)
{
    char name[80];
    snprintf(name, sizeof(name), "%s: %s", peer->name, what);
    struct measurement row = {.name = name, .unit = unit, .floor = NAN, .kind = BUDGET_NONE};
    measurement_take(&row, samples);
    report_add(report, &row);
    samples_finish(samples);
}

static void add_one(struct report *report, const struct peer *peer, const char *what,
                    const char *unit, double value)
{
    struct samples samples = {0};
    samples_add(&samples, value);
    add(report, peer, what, unit, &samples);
}

static void measure_start(struct report *report, const struct peer *peer,
                          const struct services *services)
{
    struct samples samples = {0};
    for (int i = 0; i < START_RUNS; i++) {
        int64_t from_us = term_now_us();
        struct term *t = open_shown(peer, services);
        samples_add(&samples, (double)(term_last_read_us(t) - from_us) / 1e3);
        bench_quit(t);
    }
    add(report, peer, "spawn to the first frame", "ms", &samples);
}

/* Down and Up, each with what it makes the program write until it falls silent. */
static void measure_keys(struct report *report, const struct peer *peer, struct term *t)
{
    struct samples samples = {0};
    for (int i = 0; i < KEY_RUNS; i++) {
        size_t before = term_bytes(t);
        term_key(t, i % 20 < 10 ? "Down" : "Up");
        if (!term_pump(t, 2000))
            continue;
        while (term_pump(t, QUIET_MS))
            ;
        samples_add(&samples, (double)(term_bytes(t) - before));
    }
    add(report, peer, "terminal bytes per cursor key", "bytes", &samples);
}

static void measure_resize(struct report *report, const struct peer *peer, struct term *t)
{
    struct samples samples = {0};
    observe_resizes(t, has_mark, peer->mark, &samples);
    add(report, peer, "resize to a whole new frame", "ms", &samples);
}

static void measure(struct report *report, const struct peer *peer, const struct services *services)
{
    measure_start(report, peer, services);
    struct term *t = open_shown(peer, services);
    struct usage usage = observe_usage(t);
    add_one(report, peer, "wake-ups", "per s", usage.wakeups);
    add_one(report, peer, "CPU", "ms per s", usage.cpu_ms);
    add_one(report, peer, "resident memory", "MB", observe_resident_mb(term_pid(t)));
    add_one(report, peer, "terminal bytes per changed cell", "bytes", observe_bytes_per_cell(t));
    measure_keys(report, peer, t);
    measure_resize(report, peer, t);
    bench_quit(t);
}

/* Why this one can not be measured; NULL: it can. */
static const char *what_lacks(const struct peer *peer, const struct services *services)
{
    if (access(peer->path, X_OK) != 0)
        return "not installed; ./run bench --peers installs it";
    if (strcmp(peer->name, "pg_activity") == 0 && !services->postgres)
        return services->postgres_err.message;
    return NULL;
}

void bench_peers(struct report *report)
{
    struct services services = {.queue = bench_start_queue(POSTGRES_SESSIONS)};
    services.postgres = postgres_start(&services.postgres_err);
    for (size_t i = 0; i < sizeof(peers) / sizeof(peers[0]); i++) {
        const char *lack = what_lacks(&peers[i], &services);
        if (lack)
            report_add_missing(report, peers[i].name, lack);
        else
            measure(report, &peers[i], &services);
    }
    postgres_stop(services.postgres);
    service_stop(services.queue);
}
