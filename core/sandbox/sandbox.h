/* sandbox.h - the embedded query service: a real HTTP server on real SQL.
 *
 * Speaks Looker's API, 4.0 and 3.1, and Adobe's Query Service with IMS over libmicrohttpd and runs
 * each task as SQL on SQLite over a generated sample data set, on worker threads, with a queue,
 * interruption, real errors, workspaces and projects. Used by `querytop demo`, `querytop sandbox`
 * and the tests. Knows base and json, never the engine. Threads: one owner; its own threads inside.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct sandbox_options {
    const char *listen;   /* IPv4 or IPv6 address; NULL: 127.0.0.1 */
    uint16_t port;        /* 0: any free one */
    unsigned tasks;       /* ended and running tasks to start with */
    unsigned active;      /* further tasks that wait in the queue from the start */
    double rate;          /* new tasks per second from the traffic generator; 0: none */
    unsigned adobe_tasks; /* the same of Adobe's queries, with templates and schedules */
    double adobe_rate;    /* new queries of Adobe's per second; 0: none */
    uint64_t seed;        /* data, ids, traffic and the share of faults follow from it */
    unsigned workers;     /* 0: tasks stay queued */
    double speed; /* virtual-machine steps per second of one worker; 0: as fast as it goes */
    int64_t token_ttl_ms;
    int64_t adobe_timeout_ms;  /* what an Adobe query may run, 10 minutes on the real service */
    bool has_described_nulls;  /* 3.1 leaves out what its description does not allow to be null */
    bool is_without_api_3_1;   /* as services are since release 23.18 */
    const char *const *faults; /* fault specs, see the contract */
    unsigned fault_count;
    const char *client_id;     /* NULL: "demo" */
    const char *client_secret; /* NULL: "demo-secret" */
};

/* A quiet service for tests: nothing runs unless asked for, at full speed. */
void sandbox_options_init(struct sandbox_options *options);
/* A busy one for people: a past, some traffic, tasks that take from one second to some minutes. */
void sandbox_options_init_demo(struct sandbox_options *options);

struct sandbox;

/* Accepts connections when it returns; the sample data may still be filling in behind it (tasks
 * wait in the queue until they are there). All its threads have signals blocked. */
struct sandbox *sandbox_start(const struct sandbox_options *options, struct error *err);
/* Interrupts running tasks, closes connections, joins all threads. Accepts NULL. */
void sandbox_stop(struct sandbox *sandbox);
/* "http://127.0.0.1:40123"; valid until sandbox_stop(). */
const char *sandbox_url(const struct sandbox *sandbox);

/* An option of the verb; all of them take a value. */
struct sandbox_option_info {
    const char *name;
    const char *value;
    const char *help;
};
/* In the order of the documentation; false beyond the last. */
bool sandbox_option_at(size_t at, struct sandbox_option_info *out);

/* `querytop sandbox ...`: argv[0] is "sandbox". Prints the JSON line of the contract, serves until
 * SIGTERM or SIGINT. Returns the exit code. */
int sandbox_main(int argc, char **argv);
