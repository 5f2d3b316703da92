/* bench_poll.c - what a poll costs: the provider's parsing, the merge and the publishing. */
#include "bench/bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#include "bench/poll_work.h"
#include "model/store.h"

#define TASKS          10000
#define ROUNDS         9
#define CHANGED        100
#define PUBLISH_ROUNDS 51

static char *body_of(size_t changed, unsigned round, unsigned tenths, size_t *out_length)
{
    return poll_list_body(&(struct poll_list){TASKS, changed, round, tenths}, out_length);
}

/* CPU of one poll with that many changed tasks, and of json-c for the same bytes. has_clocks: the
 * runtime of each task moves on as well, as that of a running query does. */
static bool measure_poll(struct poll_work *p, size_t changed, bool has_clocks, struct samples *ours,
                         struct samples *floor, struct error *err)
{
    static unsigned round;
    for (unsigned i = 1; i <= ROUNDS; i++) {
        size_t length;
        unsigned tenths = has_clocks ? 10 * i : 0;
        char *body = body_of(changed, ++round, tenths, &length);
        double from_ms = bench_cpu_ms();
        bool is_done = poll_work_take(p, body, length, TASKS, POLL_FIRST_MS + tenths * 100, err);
        samples_add(ours, bench_cpu_ms() - from_ms);
        samples_add(floor, bench_bare_parse_ms(body, length));
        free(body);
        if (!is_done)
            return false;
    }
    return true;
}

static bool measure_first(struct samples *ours, struct samples *floor, struct error *err)
{
    size_t length;
    char *body = body_of(0, 0, 0, &length);
    bool is_done = true;
    for (int i = 0; is_done && i < ROUNDS; i++) {
        struct poll_work fresh;
        is_done = poll_work_open(&fresh, err);
        if (!is_done)
            break;
        double from_ms = bench_cpu_ms();
        is_done = poll_work_take(&fresh, body, length, TASKS, POLL_FIRST_MS, err);
        samples_add(ours, bench_cpu_ms() - from_ms);
        samples_add(floor, bench_bare_parse_ms(body, length));
        poll_work_close(&fresh);
    }
    free(body);
    return is_done;
}

static void add_poll(struct report *report, const char *name, double budget, struct samples *ours,
                     struct samples *floor)
{
    struct measurement row = {.name = name,
                              .unit = "ms",
                              .floor = samples_quantile(floor, 0.5),
                              .kind = isfinite(budget) ? BUDGET_RATIO : BUDGET_NONE,
                              .budget = budget};
    measurement_take(&row, ours);
    report_add(report, &row);
    samples_finish(ours);
    samples_finish(floor);
}

void bench_poll(struct report *report)
{
    static const struct {
        const char *name;
        size_t changed;
        bool has_clocks;
        double budget;
    } cases[] = {
        {"CPU of a poll of 10,000 tasks, a third changed", TASKS / 3, false, 0.3},
        {"CPU of a poll of 10,000 tasks, 1 % changed", TASKS / 100, false, 0.08},
        {"CPU of a poll of 10,000 tasks, all clocks moved on", 0, true, NAN},
        {"CPU of a poll of 10,000 tasks, the same body", 0, false, 0.02},
    };
    struct samples ours = {0}, floor = {0};
    struct error err;
    struct poll_work poller;
    if (!measure_first(&ours, &floor, &err)) {
        report_add_missing(report, "CPU of a poll of 10,000 tasks", err.message);
        return;
    }
    add_poll(report, "CPU of a poll of 10,000 tasks, all new", 1.2, &ours, &floor);
    if (!poll_work_open(&poller, &err))
        return;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t length;
        char *body = body_of(0, 0, 0, &length);
        poll_work_take(&poller, body, length, TASKS, POLL_FIRST_MS, &err);
        free(body);
        if (measure_poll(&poller, cases[i].changed, cases[i].has_clocks, &ours, &floor, &err))
            add_poll(report, cases[i].name, cases[i].budget, &ours, &floor);
        else
            report_add_missing(report, cases[i].name, err.message);
    }
    poll_work_close(&poller);
}

/* ---- publishing ------------------------------------------------------------------------------ */

static struct task *make_task(size_t i, unsigned version)
{
    struct task_draft draft;
    char id[40];
    task_draft_init(&draft);
    task_draft_clear(&draft);
    snprintf(id, sizeof(id), "%032zx", i);
    task_draft_set_text(&draft, TASK_ID, id);
    task_draft_set_text(&draft, TASK_TITLE, "shop \xc2\xb7 order_items");
    task_draft_set_text(&draft, TASK_SQL, "SELECT 1");
    draft.facts.source = 0;
    draft.facts.state = TASK_RUNNING;
    draft.facts.elapsed_ms = version;
    draft.facts.observed_ms = clock_wall_ms();
    struct task *task = task_create(&draft);
    task_draft_finish(&draft);
    return task;
}

/* CPU microseconds of putting and publishing CHANGED changed tasks of a list, one after the other
 * or spread over all of it. */
static double publish_us(size_t tasks, bool is_spread)
{
    struct samples samples = {0};
    struct store *store = store_create(1);
    for (size_t i = 0; i < tasks; i++)
        store_put(store, make_task(i, 0), clock_wall_ms());
    struct snapshot *last = store_snapshot(store, clock_wall_ms());
    for (unsigned round = 1; round <= PUBLISH_ROUNDS; round++) {
        struct task *changed[CHANGED];
        for (size_t i = 0; i < CHANGED; i++)
            changed[i] = make_task(is_spread ? i * (tasks / CHANGED) : i, round);
        double from_ms = bench_cpu_ms();
        for (size_t i = 0; i < CHANGED; i++)
            store_put(store, changed[i], clock_wall_ms());
        struct snapshot *next = store_snapshot(store, clock_wall_ms());
        snapshot_unref(last);
        samples_add(&samples, (bench_cpu_ms() - from_ms) * 1e3);
        last = next;
    }
    double result = samples_quantile(&samples, 0.5);
    samples_finish(&samples);
    snapshot_unref(last);
    store_destroy(store);
    return result;
}

void bench_publish(struct report *report)
{
    static const char *const names[] = {
        "publishing 100 changed tasks of 10,000, one after the other",
        "publishing 100 changed tasks of 10,000, here and there"};
    for (int is_spread = 0; is_spread < 2; is_spread++)
        report_add(report, &(struct measurement){.name = names[is_spread],
                                                 .unit = "us",
                                                 .value = publish_us(TASKS, is_spread),
                                                 .low = NAN,
                                                 .floor = publish_us(TASKS / 10, is_spread),
                                                 .kind = BUDGET_RATIO,
                                                 .budget = 2,
                                                 .note = "floor: 100 changed tasks of 1,000"});
}
