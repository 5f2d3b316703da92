#include "bench/poll_growth.h"

#include <stdlib.h>

#include "bench/bench.h"
#include "bench/poll_work.h"

#define ROUNDS     3
#define LONG_TASKS 50000 /* json-c takes seconds for longer lists: they are read once */

/* One poll. out NULL: not measured. */
static bool poll_once(struct poll_work *w, const struct poll_list *list, struct poll_growth *out,
                      struct error *err)
{
    size_t length;
    char *body = poll_list_body(list, &length);
    double from_ms = bench_cpu_ms();
    bool is_done = poll_work_take(w, body, length, list->tasks, POLL_FIRST_MS, err);
    double spent_ms = bench_cpu_ms() - from_ms;
    if (out && is_done) {
        samples_add(&out->ours_ms, spent_ms);
        samples_add(&out->jsonc_ms, bench_bare_parse_ms(body, length));
    }
    free(body);
    return is_done;
}

bool poll_growth_measure(size_t tasks, size_t changed, struct poll_growth *out, struct error *err)
{
    struct poll_work w;
    struct poll_list list = {.tasks = tasks};
    unsigned rounds = tasks < LONG_TASKS ? ROUNDS : 1;
    *out = (struct poll_growth){0};
    if (!poll_work_open(&w, err))
        return false;
    bool is_done = poll_once(&w, &list, NULL, err);
    list.changed = changed;
    for (list.round = 1; is_done && list.round <= rounds; list.round++)
        is_done = poll_once(&w, &list, out, err);
    poll_work_close(&w);
    return is_done;
}

void poll_growth_finish(struct poll_growth *growth)
{
    samples_finish(&growth->ours_ms);
    samples_finish(&growth->jsonc_ms);
}
