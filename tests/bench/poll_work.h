/* poll_work.h - the work of a poll without poller, network and threads: made-up lists, and all that
 * happens between the last byte of an answer and the snapshot that is ready for the model.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "engine/config.h"
#include "model/store.h"
#include "provider/provider.h"

/* A list of tasks as a Looker of today sends it, 2 KB each. */
struct poll_list {
    size_t tasks;
    size_t changed; /* so many of them, spread over the list, say something else in each round */
    unsigned round;
    unsigned tenths; /* of a second, by which the runtime of each has moved on */
};
/* When the first answer came. Time goes on as the runtimes in the answers do: by the wall clock a
 * slow round would find every task with another runtime than it should have. */
#define POLL_FIRST_MS INT64_C(1795168800000)
/* The caller frees it. */
char *poll_list_body(const struct poll_list *list, size_t *out_length);

struct poll_work {
    struct config config;
    struct provider *provider;
    struct store *store;
    struct snapshot *snapshot; /* the last one, which a UI would hold */
};

bool poll_work_open(struct poll_work *w, struct error *err);
void poll_work_close(struct poll_work *w);

/* The steps of poll_work_take(), in their order. now_ms is the wall clock of the answer. */
bool poll_work_parse(struct poll_work *w, const char *body, size_t length, int64_t now_ms,
                     struct batch *out, struct error *err);
void poll_work_merge(struct poll_work *w, struct batch *batch, int64_t now_ms);
void poll_work_publish(struct poll_work *w, int64_t now_ms);

/* All of it. False too when the list did not make that many tasks. */
bool poll_work_take(struct poll_work *w, const char *body, size_t length, size_t tasks,
                    int64_t now_ms, struct error *err);
