/* verbs.h - what the tests of the headless verbs share: a service, a configuration, one call. */
#pragma once

#include <stdbool.h>

#include "net/json.h"
#include "support/proc.h"
#include "support/service.h"

#define VERBS_ID_BYTES 64

/* For verbs_configure(): the service as Adobe's, without a mode. */
#define VERBS_ADOBE_PROFILE                                                                        \
    "[aep]\nprovider = adobe\nbase_url = %s/data/foundation/query\nims_url = %s/ims/token/v3\n"    \
    "client_id = demo\nclient_secret = demo-secret\norg_id = DEMO@AdobeOrg\nsandbox_name = demo\n" \
    "poll = 250ms\n"

struct verbs {
    struct service *service;
    char config[256]; /* path of a configuration */
};

/* How one call ended. */
struct call {
    struct proc *proc;
    int exit_code;
    const char *out;
    const char *err;
};

/* args follow `querytop sandbox`. One profile "demo" in mode read-write. */
void verbs_open(struct verbs *verbs, const char *const *args);
void verbs_close(struct verbs *verbs);
/* Writes another configuration; text may name the service as %s, twice at most. */
void verbs_configure(struct verbs *verbs, const char *format) __attribute__((nonnull));
/* Submits a query, that of the users by region; with a field that is none when is_broken. */
void verbs_submit(struct verbs *verbs, bool is_broken, char out_id[VERBS_ID_BYTES]);

/* Runs `querytop VERB... --config ...` to its end; words are parted by single blanks. */
struct call verbs_call(const struct verbs *verbs, const char *words);
/* The same; an ID stands right behind the words. */
struct call verbs_call_with(const struct verbs *verbs, const char *words, const char *id);
/* The same, still running. */
struct proc *verbs_start(const struct verbs *verbs, const char *words);
/* Checks the exit code; shows what was said when it is another. */
void verbs_expect(struct call *call, int exit_code);
void call_finish(struct call *call);
/* What was written, parsed; fails the test when it is no JSON. The caller destroys it. */
struct json *call_json(const struct call *call);
/* The text under a key, or NULL. */
const char *json_member(const struct json *object, const char *key);
