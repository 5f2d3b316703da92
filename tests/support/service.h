/* service.h - a real `querytop sandbox` process, and a bare client that asks it what is so.
 *
 * The client knows nothing of providers: it is the second witness of what the dashboard claims. A
 * service that does not start, or an answer that does not come, fails the test at once. One thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/strbuf.h"

struct service;

/* args ends with NULL and follows `querytop sandbox`; NULL: none. Returns when it has said that it
 * accepts connections. */
struct service *service_start(const char *const *args, const char *const *env);
/* Ends it with SIGTERM and checks that it ended well. Accepts NULL. */
void service_stop(struct service *service);
/* SIGKILL: what it knew is gone. */
void service_kill(struct service *service);
/* A new process on the port of the one that was killed. */
void service_restart(struct service *service);
pid_t service_pid(const struct service *service);
void service_signal(struct service *service, int signal);
/* Fault specs, one a line, in place of all that are set; "" for none. */
void service_set_faults(struct service *service, const char *text);

const char *service_url(const struct service *service); /* without a path */
uint16_t service_port(const struct service *service);
/* The path of a configuration file with one profile per name, all for this service. settings are
 * further lines of each profile; NULL: read-write, polled every 300 ms. Valid until the next call.
 */
const char *service_config(const struct service *service, const char *const *names,
                           const char *settings);

/* Asks as a client of its own, logged in, below /api/4.0. body NULL: none. Returns the status; the
 * answer is in *out (initialised by the caller; NULL: not wanted). */
long service_ask(struct service *service, const char *method, const char *path, const char *body,
                 struct strbuf *out);
/* Submits a query of one field of an explore of the model "shop" as a task with result format
 * json_detail; out_id gets its id. */
void service_submit(struct service *service, const char *explore, const char *field, char *out_id,
                    size_t id_size);
/* The same with another result format. */
void service_submit_as(struct service *service, const char *explore, const char *field,
                       const char *format, char *out_id, size_t id_size);
/* "added", "running", "complete", "error", "killed" ... "" when the service does not know it. */
const char *service_task_status(struct service *service, const char *task_id);
/* Waits until the task has that status. */
bool service_wait_status(struct service *service, const char *task_id, const char *status,
                         int timeout_ms);
/* How many tasks the list of running queries holds. */
size_t service_running_count(struct service *service);
