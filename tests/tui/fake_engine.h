/* fake_engine.h - an engine that only writes down what it was asked.
 *
 * Linked in place of the real one: the dashboard's logic is tested without threads and network.
 */
#pragma once

#include "engine/engine.h"

struct engine {
    struct replay *replay; /* NULL */
    char log[4096];        /* one line per call: "cancel 0 t1" */
    uint64_t last_action;
    bool is_full;         /* refuse everything */
    uint64_t actions_max; /* 0: no bound; else no more actions than these are taken */
};

/* The log since the last call of this; stays valid until the next. */
const char *fake_engine_take_log(struct engine *engine);
