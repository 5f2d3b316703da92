/* service.h - the inside of the embedded service: what the handlers share.
 *
 * Locking: `lock` protects everything under its heading; it is never held while SQL runs, while a
 * request is read or sent, or while anything waits but on one of its own conditions. A runner's
 * lock may be taken inside it, never the other way round. Functions named *_locked want it held.
 */
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sandbox/adobe.h"
#include "sandbox/auth.h"
#include "sandbox/dataset.h"
#include "sandbox/faults.h"
#include "sandbox/projects.h"
#include "sandbox/queries.h"
#include "sandbox/request.h"
#include "sandbox/runner.h"
#include "sandbox/sandbox.h"
#include "sandbox/tasks.h"
#include "sandbox/traffic.h"

struct MHD_Daemon;

/* A thread that runs tasks, one after the other. */
struct worker {
    struct sandbox *sandbox;
    pthread_t thread;
    struct runner runner; /* its own, but for runner_interrupt() */
};

#define SANDBOX_WORKERS_MAX 256

struct sandbox {
    /* immutable once it serves */
    struct sandbox_options options;
    char url[128];
    char *client_id;
    char *client_secret;
    int socket;
    struct MHD_Daemon *daemon;
    struct worker *workers;
    unsigned worker_count; /* threads that run */
    pthread_t maker;       /* makes the data set */
    bool has_maker;
    struct dataset dataset; /* written by the maker before is_ready */

    atomic_bool is_stopping; /* set under lock; read anywhere */

    pthread_mutex_t lock;
    pthread_cond_t work;    /* the queue, the data set or is_stopping has changed */
    pthread_cond_t changed; /* a task has ended, a schedule has changed, the data set is there, or
                             * is_stopping */
    pthread_cond_t calm;    /* is_stopping: for waits that nothing else may end */
    /* protected by lock */
    bool is_ready; /* the data set is there */
    struct sessions sessions;
    struct queries queries;
    struct tasks tasks;
    struct projects projects;
    struct faults faults;
    struct traffic traffic;
    struct adobe adobe;
    uint64_t *route_counts; /* by place in the table of routes */
};

void service_lock(struct sandbox *sandbox);
void service_unlock(struct sandbox *sandbox);
/* Waits on condition until it is signalled or wait_ms have passed. */
void service_wait_locked(struct sandbox *sandbox, pthread_cond_t *condition, int64_t wait_ms);
/* False when the client of this request has hung up. */
bool request_has_client(const struct request *request);

/* workers.c: starts options.workers threads, and the one that makes the data set. */
bool workers_start(struct sandbox *sandbox, struct error *err);
/* Joins them; once is_stopping is set. */
void workers_stop(struct sandbox *sandbox);

/* server.c: binds the socket, so that the address is known; then serves. */
bool server_open(struct sandbox *sandbox, struct error *err);
bool server_start(struct sandbox *sandbox, struct error *err);
/* Closes all connections and joins their threads; once is_stopping is set. */
void server_stop(struct sandbox *sandbox);
