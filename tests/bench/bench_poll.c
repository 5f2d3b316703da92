/* bench_poll.c - what a poll costs: the provider's parsing, the merge and the publishing. */
#include "bench/bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/strbuf.h"
#include "engine/config.h"
#include "model/store.h"
#include "provider/provider.h"

#define TASKS   10000
#define ROUNDS  9
#define CHANGED 100

/* ---- bodies ---------------------------------------------------------------------------------- */

/* About what a Looker of today sends for one running query. */
static void add_query(struct strbuf *out, size_t i, unsigned version, unsigned tenths)
{
    strbuf_addf(
        out,
        "{\"can\":{\"show\":true,\"kill\":true,\"index\":true},\"id\":\"%zu\",\"user\":{"
        "\"id\":\"%zu\",\"first_name\":\"Ana\",\"last_name\":\"Silva %zu\",\"display_name\":"
        "\"Ana Silva %zu\",\"avatar_url\":\"https://gravatar.lookercdn.com/avatar/%032zx\","
        "\"url\":\"https://looker.example.com/api/4.0/users/%zu\",\"can\":{}},",
        i, i % 40, i % 40, i % 40, i, i % 40);
    strbuf_addf(
        out,
        "\"query\":{\"id\":\"%zu\",\"model\":\"shop\",\"view\":\"order_items\",\"fields\":["
        "\"orders.created_week\",\"users.region\",\"order_items.revenue\",\"users.count\"],"
        "\"pivots\":null,\"fill_fields\":[],\"filters\":{\"orders.created_date\":\"12 weeks\","
        "\"users.country\":\"Portugal,Spain\"},\"sorts\":[\"orders.created_week desc\"],"
        "\"limit\":\"500\",\"column_limit\":\"50\",\"vis_config\":{\"type\":\"looker_line\","
        "\"show_view_names\":false,\"series_types\":{},\"x_axis_gridlines\":false,"
        "\"y_axis_gridlines\":true,\"legend_position\":\"center\",\"point_style\":\"none\"},"
        "\"slug\":\"%zu\",\"client_id\":\"K3pQ%018zu\",\"query_timezone\":\"UTC\"},",
        i % 3000, i % 3000, i % 3000);
    strbuf_addf(
        out,
        "\"sql_query\":null,\"look\":null,\"created_at\":\"2026-11-20T10:%02zu:%02zu.000+00:00\","
        "\"completed_at\":null,\"query_id\":\"%zu\",\"source\":\"dashboard\",\"node_id\":\"1\","
        "\"slug\":\"%zu\",\"query_task_id\":\"%032zx\",\"cache_key\":\"%032zx\","
        "\"connection_name\":\"warehouse\",\"dialect\":\"bigquery_standard_sql\","
        "\"connection_id\":\"warehouse\",\"message\":\"Stage %u of the "
        "query\",\"status\":\"running\",\"runtime\":%u.%u,",
        i / 60 % 60, i % 60, i % 3000, i, i + 1, i * 77, version, 10 + tenths / 10, tenths % 10);
    strbuf_addf(
        out,
        "\"sql\":\"SELECT\\n  DATE_TRUNC(orders.created_at, WEEK) AS orders_created_week,\\n  "
        "users.region AS users_region,\\n  COALESCE(SUM(order_items.sale_price), 0) AS "
        "revenue,\\n  COUNT(DISTINCT users.id) AS users_count\\nFROM shop.order_items AS "
        "order_items\\nLEFT JOIN shop.orders AS orders ON order_items.order_id = orders.id\\n"
        "LEFT JOIN shop.users AS users ON orders.user_id = users.id\\nWHERE users.country IN "
        "('Portugal', 'Spain') AND orders.created_at >= TIMESTAMP('2026-08-31')\\nGROUP BY 1, "
        "2\\nORDER BY 1 DESC\\nLIMIT 500 -- %zu\"}",
        i);
}

static char *list_body(size_t changed, unsigned round, unsigned tenths, size_t *out_length)
{
    struct strbuf body;
    strbuf_init(&body, (size_t)1 << 30);
    strbuf_add_char(&body, '[');
    for (size_t i = 0; i < TASKS; i++) {
        if (i > 0)
            strbuf_add_char(&body, ',');
        /* The changed ones are spread over the list. */
        bool is_changed = changed > 0 && i % (TASKS / changed) == 0;
        add_query(&body, i, is_changed ? round : 0, tenths);
    }
    strbuf_add_char(&body, ']');
    return strbuf_take(&body, out_length);
}

/* ---- the poller's work without the poller ---------------------------------------------------- */

struct bench_poller {
    struct config config;
    struct provider *provider;
    struct store *store;
    struct snapshot *snapshot; /* the last one, which a UI would hold */
    size_t parsed;
};

static bool poller_open(struct bench_poller *p, struct error *err)
{
    memset(p, 0, sizeof(*p));
    struct profile *profile = config_add(&p->config, "bench", "looker");
    free(profile->base_url);
    profile->base_url = strdup("http://127.0.0.1:1");
    free(profile->client_id);
    profile->client_id = strdup("demo");
    p->provider = provider_create(profile, 0, err);
    if (!p->provider)
        return false;
    p->store = store_create(1);
    p->snapshot = store_snapshot(p->store, clock_wall_ms());
    return true;
}

static void poller_close(struct bench_poller *p)
{
    snapshot_unref(p->snapshot);
    store_destroy(p->store);
    provider_destroy(p->provider);
    config_finish(&p->config);
}

/* Everything between the last byte of an answer and the snapshot that is ready for the model. */
static bool take_answer(struct bench_poller *p, const char *body, size_t length, struct error *err)
{
    struct job job = {.op = OP_LIST, .now_ms = clock_wall_ms()};
    struct http_response response = {.status = 200,
                                     .content_type = "application/json",
                                     .retry_after_ms = -1,
                                     .date_ms = UNKNOWN,
                                     .body = body,
                                     .body_len = length};
    struct batch batch;
    batch_init(&batch);
    bool is_done = p->provider->ops->parse(p->provider, &job, &response, &batch, err) == STEP_DONE;
    p->parsed = batch.task_count;
    struct merge merge = {.source = 0,
                          .tasks = batch.tasks,
                          .count = batch.task_count,
                          .is_complete = batch.is_complete,
                          .now_ms = job.now_ms,
                          .asked_ms = job.now_ms};
    struct merge_outcome outcome;
    store_merge(p->store, &merge, &outcome);
    merge_outcome_finish(&outcome);
    batch.task_count = 0;
    batch_finish(&batch);
    struct snapshot *next = store_snapshot(p->store, job.now_ms);
    snapshot_unref(p->snapshot);
    p->snapshot = next;
    return is_done;
}

/* CPU of one poll with that many changed tasks, and of json-c for the same bytes. has_clocks: the
 * runtime of each task moves on as well, as that of a running query does. */
static bool measure_poll(struct bench_poller *p, size_t changed, bool has_clocks,
                         struct samples *ours, struct samples *floor, struct error *err)
{
    double start_ms = bench_wall_ms();
    static unsigned round;
    for (int i = 0; i < ROUNDS; i++) {
        size_t length;
        unsigned tenths = has_clocks ? (unsigned)((bench_wall_ms() - start_ms) / 100) : 0;
        char *body = list_body(changed, ++round, tenths, &length);
        double from_ms = bench_cpu_ms();
        bool is_done = take_answer(p, body, length, err);
        samples_add(ours, bench_cpu_ms() - from_ms);
        samples_add(floor, bench_bare_parse_ms(body, length));
        free(body);
        if (!is_done)
            return false;
        if (p->parsed != TASKS)
            return error_set(err, ERR_SERVICE, "the provider made %zu tasks of %d", p->parsed,
                             TASKS);
    }
    return true;
}

static bool measure_first(struct samples *ours, struct samples *floor, struct error *err)
{
    size_t length;
    char *body = list_body(0, 0, 0, &length);
    bool is_done = true;
    for (int i = 0; is_done && i < ROUNDS; i++) {
        struct bench_poller fresh;
        is_done = poller_open(&fresh, err);
        if (!is_done)
            break;
        double from_ms = bench_cpu_ms();
        is_done = take_answer(&fresh, body, length, err);
        samples_add(ours, bench_cpu_ms() - from_ms);
        samples_add(floor, bench_bare_parse_ms(body, length));
        poller_close(&fresh);
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
    struct bench_poller poller;
    if (!measure_first(&ours, &floor, &err)) {
        report_add_missing(report, "CPU of a poll of 10,000 tasks", err.message);
        return;
    }
    add_poll(report, "CPU of a poll of 10,000 tasks, all new", 1.2, &ours, &floor);
    if (!poller_open(&poller, &err))
        return;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t length;
        char *body = list_body(0, 0, 0, &length);
        take_answer(&poller, body, length, &err);
        free(body);
        if (measure_poll(&poller, cases[i].changed, cases[i].has_clocks, &ours, &floor, &err))
            add_poll(report, cases[i].name, cases[i].budget, &ours, &floor);
        else
            report_add_missing(report, cases[i].name, err.message);
    }
    poller_close(&poller);
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

/* CPU microseconds of publishing after changed tasks were put. */
static double publish_us(struct store *store, size_t changed, struct snapshot **last)
{
    static unsigned version;
    struct samples samples = {0};
    for (int round = 0; round < 15; round++) {
        version++;
        for (size_t i = 0; i < changed; i++)
            store_put(store, make_task(i, version), clock_wall_ms());
        double from_ms = bench_cpu_ms();
        struct snapshot *next = store_snapshot(store, clock_wall_ms());
        snapshot_unref(*last);
        samples_add(&samples, (bench_cpu_ms() - from_ms) * 1e3);
        *last = next;
    }
    double result = samples_quantile(&samples, 0.5);
    samples_finish(&samples);
    return result;
}

/* CPU microseconds of publishing CHANGED changed tasks of a list of that many. */
static double publish_in_list_us(size_t tasks)
{
    struct store *store = store_create(1);
    for (size_t i = 0; i < tasks; i++)
        store_put(store, make_task(i, 0), clock_wall_ms());
    struct snapshot *last = store_snapshot(store, clock_wall_ms());
    double result = publish_us(store, CHANGED, &last);
    snapshot_unref(last);
    store_destroy(store);
    return result;
}

void bench_publish(struct report *report)
{
    report_add(report, &(struct measurement){.name = "publishing 100 changed tasks of 10,000",
                                             .unit = "us",
                                             .value = publish_in_list_us(TASKS),
                                             .low = NAN,
                                             .floor = publish_in_list_us(TASKS / 10),
                                             .kind = BUDGET_RATIO,
                                             .budget = 2,
                                             .note = "floor: 100 changed tasks of 1,000"});
}
