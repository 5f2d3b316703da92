/* faults.h - answers that go wrong on purpose: "METHOD PATH-PREFIX KIND [key=value]...".
 *
 * Kinds: a status code; delay (ms=, at most until the list is replaced); hang; cut (half a body);
 * garbage; html (a proxy's page); reset; hostile (text that attacks whoever shows it); expired (a
 * task that lives is said to have expired, as real services do while one starts). Keys: share= of
 * the requests, count= of times, retry-after= seconds, status= for garbage and html. METHOD may be
 * *. Threads: whoever holds the service's lock; a copied struct fault is plain data.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "sandbox/rng.h"

enum fault_kind {
    FAULT_STATUS,
    FAULT_DELAY,
    FAULT_HANG,
    FAULT_CUT,
    FAULT_GARBAGE,
    FAULT_HTML,
    FAULT_RESET,
    FAULT_HOSTILE,
    FAULT_EXPIRED,
    FAULT_KIND_COUNT,
};

struct fault {
    char method[8];
    char prefix[120]; /* of the path */
    enum fault_kind kind;
    unsigned status;
    int64_t delay_ms;
    double share;
    int64_t count; /* how often still; -1: without end */
    size_t struck; /* how often so far */
    char retry_after[32];
    unsigned version; /* of the list it was chosen from */
};

#define FAULTS_MAX 64

struct faults {
    struct fault list[FAULTS_MAX];
    size_t count;
    struct rng rng;
    unsigned version; /* of the list: grows when it is replaced */
};

/* Reads one spec. */
bool fault_parse(const char *spec, struct fault *out, struct error *err);
/* Replaces all by the specs of text, one a line; empty lines and # comments are skipped. On failure
 * all stays as it was. */
bool faults_set(struct faults *faults, const char *text, struct error *err);
bool faults_add(struct faults *faults, const char *spec, struct error *err);
/* The first fault that strikes this request. */
bool faults_choose(struct faults *faults, const char *method, const char *path, struct fault *out);

/* hostile.c: puts escape sequences, control bytes, bidi marks, broken UTF-8, long lines and numbers
 * out of range into every field of a JSON body, and into its names; most objects keep their ids,
 * tokens, times and states, so that a client has something to ask for again. Of a body that is no
 * JSON, each line gets them. Another seed strikes each field with another attack first. */
void hostile_rewrite(struct strbuf *body, size_t seed);
