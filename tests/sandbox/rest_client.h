/* rest_client.h - asks the embedded service over a real connection, for its own tests.
 *
 * libcurl, so that the service is tried by a client that is not ours. What cannot be done fails the
 * test. Threads: a client belongs to one thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "net/json.h"
#include "sandbox/sandbox.h"

struct rest {
    void *curl;
    const char *base; /* of the service; borrowed */
    char token[2048];
    /* speaks to Adobe's Query Service; NULL headers are left out */
    bool is_adobe;
    bool sends_forms; /* says that bodies are forms, as curl does by itself */
    const char *api_key;
    const char *org_id;
    const char *sandbox_name;
    const char *if_none_match;
    /* of the last answer */
    int curl_code; /* 0, or why there was none */
    long status;
    struct strbuf body;
    struct strbuf head;
    struct json *json; /* NULL when the body is none */
};

void rest_init(struct rest *rest, const char *base);
void rest_finish(struct rest *rest);
/* path begins after /api/4.0, for Adobe after /data/foundation/query, or is whole when it begins
 * with "//". Returns the status, 0 without an answer. */
long rest_call(struct rest *rest, const char *method, const char *path, const char *body);
/* Fails the test unless the status is the expected one. */
void rest_expect(struct rest *rest, long status, const char *method, const char *path,
                 const char *body);
/* The string under key of the last answer; fails the test when there is none. */
const char *rest_string(struct rest *rest, const char *key);
long rest_login(struct rest *rest, const char *client_id, const char *client_secret);

/* Asks IMS for a token and speaks to Adobe from then on. Returns the status. */
long rest_login_adobe(struct rest *rest, const char *client_id, const char *client_secret);

/* A service and a client that is logged in as its admin. */
struct rig {
    struct sandbox *sandbox;
    struct rest rest;
};

void rig_start(struct rig *rig, const struct sandbox_options *options);
/* The same, logged in at Adobe's Query Service. */
void rig_start_adobe(struct rig *rig, const struct sandbox_options *options);
void rig_stop(struct rig *rig);
/* Options for tests: data made, two workers at full speed, nobody else about. */
struct sandbox_options rig_options(void);

/* Makes a SQL Runner query and returns its slug in out. */
void rest_make_sql(struct rest *rest, const char *sql, char *out, size_t size);
/* Makes a query and a task of it; the task's id goes to out. */
void rest_make_task(struct rest *rest, const char *query, const char *format, char *out,
                    size_t size);
/* Asks for the results until the task has ended, at most 60 seconds. Returns the status. */
long rest_wait_results(struct rest *rest, const char *task_id);
