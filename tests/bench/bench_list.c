/* bench_list.c - CPU of a key in a list of 50,000 tasks: the dashboard without a terminal. */
#include "bench/bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "app.h"
#include "base/clock.h"
#include "model/store.h"

#define TASKS        50000
#define COLS         120
#define ROWS         40
#define ROUNDS       12
#define FRAME_MS     16.0
#define LIVING_EVERY 500

static struct task *make_task(size_t i)
{
    static const char *const users[] = {"Ana Silva", "Bo Chen", "Dee Ray", "API Loader", "Zoe Kim"};
    static const char *const origins[] = {"dashboard", "explore", "api4", "look", "sql runner"};
    struct task_draft draft;
    char text[160];
    bool is_alive = i % LIVING_EVERY == 0;
    task_draft_init(&draft);
    task_draft_clear(&draft);
    snprintf(text, sizeof(text), "%032zx", i * 2654435761u);
    task_draft_set_text(&draft, TASK_ID, text);
    snprintf(text, sizeof(text), "shop \xc2\xb7 view_%zu", i % 97);
    task_draft_set_text(&draft, TASK_TITLE, text);
    snprintf(text, sizeof(text), "SELECT region, SUM(revenue) FROM orders_%zu WHERE id > %zu",
             i % 211, i);
    task_draft_set_text(&draft, TASK_SQL, text);
    task_draft_set_text(&draft, TASK_USER, users[i % 5]);
    task_draft_set_text(&draft, TASK_ORIGIN, origins[i % 7 % 5]);
    task_draft_set_text(&draft, TASK_CONNECTION, i % 3 ? "warehouse" : "lake");
    draft.facts.source = 0;
    draft.facts.state = is_alive ? TASK_RUNNING : i % 11 ? TASK_SUCCEEDED : TASK_FAILED;
    draft.facts.elapsed_ms = (int64_t)(i * 7919 % 600000);
    draft.facts.observed_ms = clock_wall_ms();
    draft.facts.created_ms = draft.facts.observed_ms - (int64_t)i * 100;
    draft.facts.ended_ms = is_alive ? UNKNOWN : draft.facts.created_ms + draft.facts.elapsed_ms;
    struct task *task = task_create(&draft);
    task_draft_finish(&draft);
    return task;
}

static struct store *fill_store(void)
{
    struct store *store = store_create(1);
    for (size_t i = 0; i < TASKS; i++)
        store_put(store, make_task(i), clock_wall_ms());
    return store;
}

struct key_samples {
    struct samples frames; /* each frame, until nothing is left to do */
    struct samples whole;  /* all frames of a key together */
};

static void draw(struct app *app)
{
    struct line line;
    app_tick(app, clock_wall_ms(), clock_mono_ms());
    line_init(&line);
    for (int row = 0; row < app->rows; row++)
        app_draw_line(app, row, &line);
    line_finish(&line);
}

/* From the key to the last line of each frame that it makes. */
static void press(struct app *app, uint32_t key, struct key_samples *out)
{
    double whole_ms = 0;
    bool is_first = true;
    while (is_first || app_is_busy(app)) {
        double from_ms = bench_cpu_ms();
        if (is_first)
            app_key(app, key);
        is_first = false;
        draw(app);
        double ms = bench_cpu_ms() - from_ms;
        whole_ms += ms;
        if (out != NULL)
            samples_add(&out->frames, ms);
    }
    if (out != NULL)
        samples_add(&out->whole, whole_ms);
}

static void type(struct app *app, const char *keys, struct key_samples *out)
{
    for (; *keys != '\0'; keys++)
        press(app, (unsigned char)*keys, out);
}

static void add(struct report *report, const char *name, const char *what, struct samples *samples,
                double budget_ms)
{
    char text[120];
    snprintf(text, sizeof(text), "50,000 tasks: %s, %s", name, what);
    report_add(report, &(struct measurement){.name = text,
                                             .unit = "ms",
                                             .value = samples_quantile(samples, 0.99),
                                             .low = samples_quantile(samples, 0.5),
                                             .high = samples_quantile(samples, 1.0),
                                             .floor = NAN,
                                             .kind = budget_ms > 0 ? BUDGET_VALUE : BUDGET_NONE,
                                             .budget = budget_ms,
                                             .note = "p99; low: median, high: worst"});
}

static void measure(struct report *report, struct app *app, const char *name, const char *keys,
                    const char *undo)
{
    struct key_samples samples = {0};
    for (int round = 0; round < ROUNDS; round++) {
        type(app, keys, &samples);
        type(app, undo, NULL);
    }
    add(report, name, "to the frame", &samples.frames, FRAME_MS);
    add(report, name, "to the last frame", &samples.whole, 0);
    samples_finish(&samples.frames);
    samples_finish(&samples.whole);
}

void bench_list(struct report *report)
{
    struct app app;
    struct store *store = fill_store();
    struct snapshot *first = store_snapshot(store, clock_wall_ms());
    snprintf(first->sources[0].profile, sizeof(first->sources[0].profile), "bench");
    app_init(&app, first, false);
    app_tick(&app, clock_wall_ms(), clock_mono_ms());
    app_resize(&app, COLS, ROWS);
    measure(report, &app, "a key of a filter", "fuser~ana state=failed elapsed>5m orders_17",
            "\033");
    measure(report, &app, "a Tab in a filter", "fuser=\t\t\t", "\033");
    measure(report, &app, "another order", ":sort by elapsed\r:sort by user\r:sort by sql\rS", "");
    measure(report, &app, "a search", "/view_96 nowhere\r", "");
    measure(report, &app, "other groups",
            ":group by user\r:group by sql\r:group by state\r:group by sql\rZZ",
            ":group by none\r");
    app_finish(&app);
    store_destroy(store);
}
