#include "sandbox/adobe_traffic.h"

#include <stdio.h>
#include <string.h>

#include "sandbox/adobe_order.h"
#include "sandbox/service.h"

/* More than this waiting, and people stop asking. */
#define QUEUE_PATIENCE 40
/* Between two queries of the past. */
#define PAST_GAP_MS 8000
/* Steps per second that the past was made with where the present has no brake. */
#define PAST_SPEED 40000.0

/* Something that people ask for; $n in it is a query parameter. */
struct habit {
    unsigned weight;
    unsigned kilosteps; /* that SQLite takes for it, measured */
    unsigned rows_max;
    const char *user_id;
    const char *client;
    const char *name; /* NULL: none */
    const char *sql;
    const char *data_set; /* that it makes; a number of its own is put behind it */
    const char *failure;  /* in the database's words, of the past; NULL: it goes well */
    bool is_hidden;       /* an SQL client sends it by itself */
};

#define CLIENT_API      "API"
#define CLIENT_UI       "Adobe Query Service UI"
#define CLIENT_POSTGRES "Generic PostgreSQL"

static const struct habit HABITS[] = {
    {.weight = 12,
     .kilosteps = 670,
     .rows_max = 120,
     .user_id = "37",
     .client = CLIENT_UI,
     .name = "Weekly revenue by region",
     .sql = "SELECT STRFTIME('%Y-%W', o.created_at) AS week, u.region,\n"
            "       ROUND(SUM(i.sale_price), 2) AS revenue\n"
            "FROM order_items i\n"
            "JOIN orders o ON o.id = i.order_id\n"
            "JOIN users u ON u.id = o.user_id\n"
            "WHERE JULIANDAY('now') - JULIANDAY(o.created_at) < 7 * $n\n"
            "GROUP BY 1, 2\nORDER BY 1 DESC, 3 DESC"},
    {.weight = 10,
     .kilosteps = 590,
     .rows_max = 16,
     .user_id = "41",
     .client = CLIENT_UI,
     .name = "Sessions by device and browser",
     .sql = "SELECT device, browser, COUNT(DISTINCT session_id) AS sessions\n"
            "FROM events\n"
            "WHERE event_type <> 'home' AND id % 31 <> $n\n"
            "GROUP BY 1, 2\nORDER BY 3 DESC"},
    {.weight = 9,
     .kilosteps = 455,
     .rows_max = 3800,
     .user_id = "104",
     .client = CLIENT_API,
     .name = "Segment: bought twice, silent since",
     .data_set = "segment_silent_buyers",
     .sql = "SELECT o.user_id, COUNT(*) AS orders, MAX(o.created_at) AS last_order\n"
            "FROM orders o\n"
            "GROUP BY 1\n"
            "HAVING COUNT(*) >= 2\n"
            "   AND JULIANDAY('now') - JULIANDAY(MAX(o.created_at)) > 30 + $n"},
    {.weight = 8,
     .kilosteps = 136,
     .rows_max = 12,
     .user_id = "105",
     .client = CLIENT_API,
     .name = "Profile completeness",
     .sql = "SELECT country, COUNT(*) AS profiles,\n"
            "       SUM(email IS NULL) AS without_email, ROUND(AVG(age), 1) AS age\n"
            "FROM users\nWHERE age > $n\nGROUP BY 1\nORDER BY 2 DESC"},
    {.weight = 8,
     .kilosteps = 836,
     .rows_max = 13,
     .user_id = "88",
     .client = CLIENT_UI,
     .name = "Returns by brand",
     .sql = "SELECT p.brand, COUNT(*) AS sold, SUM(i.returned_at IS NOT NULL) AS returned\n"
            "FROM order_items i\nJOIN products p ON p.id = i.product_id\n"
            "GROUP BY 1\nHAVING COUNT(*) > $n\nORDER BY 3 DESC\nLIMIT 50"},
    {.weight = 7,
     .kilosteps = 920,
     .rows_max = 5812,
     .user_id = "104",
     .client = CLIENT_API,
     .name = "Journey events, one row per session",
     .data_set = "journey_sessions",
     .sql = "SELECT session_id, MIN(created_at) AS began, COUNT(*) AS events,\n"
            "       GROUP_CONCAT(event_type, ' > ') AS path\n"
            "FROM events\nWHERE id % 29 <> $n\nGROUP BY 1"},
    {.weight = 5,
     .kilosteps = 980,
     .rows_max = 2000,
     .user_id = "71",
     .client = CLIENT_POSTGRES,
     /* In one line, as such clients send it. */
     .sql = "SELECT a.user_id, COUNT(*) AS returns "
            "FROM orders a JOIN orders b ON b.user_id = a.user_id "
            "AND b.created_at > a.created_at "
            "AND JULIANDAY(b.created_at) - JULIANDAY(a.created_at) < $n "
            "GROUP BY 1 ORDER BY 2 DESC"},
    {.weight = 4,
     .user_id = "58",
     .client = CLIENT_UI,
     .name = "Consent by channel",
     .failure = "no such table: profile_consents",
     .sql = "SELECT channel, COUNT(*) AS consents\nFROM profile_consents\n"
            "WHERE age > $n\nGROUP BY 1"},
    {.weight = 3,
     .user_id = "63",
     .client = CLIENT_POSTGRES,
     .failure = "no such column: u.loyalty_tier",
     .sql = "SELECT u.loyalty_tier, COUNT(*) AS people\nFROM users u\n"
            "WHERE u.age > $n\nGROUP BY 1"},
    {.weight = 3,
     .kilosteps = 1,
     .rows_max = 7,
     .user_id = "71",
     .client = CLIENT_POSTGRES,
     .is_hidden = true,
     .sql = "SELECT name, type FROM sqlite_master WHERE type = 'table' LIMIT $n"},
};

#define HABIT_COUNT (sizeof(HABITS) / sizeof(HABITS[0]))

/* What people keep. */
static const struct {
    const char *name;
    const char *sql;
    const char *parameters; /* JSON */
} TEMPLATES[] = {
    {"Orders of one country",
     "SELECT o.id, o.status, o.created_at\nFROM orders o\nJOIN users u ON u.id = o.user_id\n"
     "WHERE u.country = '$country'\nLIMIT $rows",
     "{\"country\":\"Germany\",\"rows\":\"100\"}"},
    {"Best sellers since a day",
     "SELECT p.name, COUNT(*) AS sold\nFROM order_items i\nJOIN products p ON p.id = i.product_id\n"
     "JOIN orders o ON o.id = i.order_id\nWHERE o.created_at >= '$day'\nGROUP BY 1\n"
     "ORDER BY 2 DESC\nLIMIT 20",
     "{\"day\":\"2026-01-01\"}"},
    {"Users by traffic source",
     "SELECT traffic_source, COUNT(*) AS users\nFROM users\nGROUP BY 1\nORDER BY 2 DESC", "{}"},
};

/* What runs again and again; the first makes the data set that the second adds to. */
static const struct {
    const char *body;
    bool is_disabled;
    bool is_begun; /* a run waits from the start */
} SCHEDULES[] = {
    {"{\"query\":{\"dbName\":\"demo:all\",\"name\":\"Loyalty points, first fill\",\"sql\":\"CREATE "
     "TABLE loyalty_points AS SELECT o.user_id, COUNT(*) AS orders\\nFROM orders o\\nGROUP BY "
     "1\"},\"schedule\":{\"schedule\":\"0 3 * * sun\",\"startDate\":\"2026-01-04T03:00:00Z\"}}",
     false, true},
    {"{\"query\":{\"dbName\":\"demo:all\",\"name\":\"Loyalty points, every two minutes\",\"sql\":"
     "\"INSERT INTO loyalty_points SELECT user_id, COUNT(*) FROM orders\\nWHERE id % 17 = "
     "3\\nGROUP BY 1\"},\"schedule\":{\"schedule\":\"*/2 * * * *\",\"startDate\":"
     "\"2026-01-04T00:00:00Z\",\"maxActiveRuns\":1}}",
     false, false},
    {"{\"query\":{\"dbName\":\"demo:all\",\"name\":\"Export for the old CRM\",\"sql\":\"SELECT id, "
     "email FROM users\"},\"schedule\":{\"schedule\":\"30 2 1 * *\",\"startDate\":"
     "\"2026-01-01T00:00:00Z\",\"endDate\":\"2030-12-31T00:00:00Z\"}}",
     true, false},
};

void adobe_traffic_init(struct adobe_traffic *traffic, uint64_t seed)
{
    *traffic = (struct adobe_traffic){.rng = {.state = seed ^ 0xAD7AFF1C}};
}

static const struct habit *pick_habit(struct rng *rng)
{
    unsigned weights[HABIT_COUNT];
    for (size_t i = 0; i < HABIT_COUNT; i++)
        weights[i] = HABITS[i].weight;
    return &HABITS[rng_pick(rng, weights, HABIT_COUNT)];
}

/* The body of a request that asks for it. */
static struct json *make_body(struct rng *rng, const struct habit *habit)
{
    char text[64];
    struct json *body = json_new_object();
    struct json *parameters = json_new_object();
    snprintf(text, sizeof(text), "%u", 2 + (unsigned)rng_below(rng, 27));
    json_set_string(parameters, "n", text);
    json_set_string(body, "dbName", "demo:all");
    if (habit->name)
        json_set_string(body, "name", habit->name);
    json_set_string(body, "sql", habit->sql);
    json_set(body, "queryParameters", parameters);
    if (habit->data_set) {
        struct json *ctas = json_new_object();
        snprintf(text, sizeof(text), "%s_%02x", habit->data_set, (unsigned)rng_below(rng, 256));
        json_set_string(ctas, "datasetName", text);
        json_set(body, "ctasParameters", ctas);
    }
    return body;
}

/* What somebody asks for next; the order is to be finished. */
static const struct habit *next_order(struct sandbox *sandbox, int64_t created_ms,
                                      struct adobe_order *out)
{
    struct adobe *adobe = &sandbox->adobe;
    struct rng *rng = &adobe->traffic.rng;
    const struct habit *habit = pick_habit(rng);
    struct json *body = make_body(rng, habit);
    struct error err;
    bool is_made = adobe_order_make(out, &adobe->templates, body, &err);
    json_destroy(body);
    if (!is_made)
        return NULL;
    out->wish.user = account_by_id(&sandbox->sessions, habit->user_id);
    out->wish.client = habit->client;
    out->wish.is_hidden = habit->is_hidden;
    out->wish.created_ms = created_ms;
    return habit;
}

static bool submit_next(struct sandbox *sandbox, int64_t now_ms)
{
    struct adobe_order order;
    if (!next_order(sandbox, now_ms, &order))
        return false;
    adobe_queries_submit(&sandbox->adobe.queries, &sandbox->tasks, &order.wish);
    adobe_order_finish(&order);
    return true;
}

/* How a query of the past has gone: as it would now, give or take. */
static void end_in_past(struct sandbox *sandbox, struct adobe_query *query,
                        const struct habit *habit, int64_t now_ms)
{
    struct rng *rng = &sandbox->adobe.traffic.rng;
    double speed = sandbox->options.speed > 0 ? sandbox->options.speed : PAST_SPEED;
    double run_ms = habit->kilosteps * 1e6 / speed;
    struct adobe_end end = {.state = ADOBE_SUCCESS,
                            .started_ms = query->created_ms + (int64_t)rng_below(rng, 900),
                            .failure = habit->failure};
    end.ended_ms = end.started_ms + 20 + (int64_t)(run_ms * (0.9 + 0.3 * rng_unit(rng)));
    if (end.ended_ms > now_ms)
        end.ended_ms = now_ms;
    if (habit->failure)
        end.state = ADOBE_FAILED;
    else if (rng_below(rng, 30) == 0)
        end.state = ADOBE_KILLED;
    else
        end.row_count = (int64_t)rng_below(rng, habit->rows_max);
    adobe_query_end(query, &end);
}

static void add_ended(struct sandbox *sandbox, unsigned count, int64_t now_ms)
{
    struct rng *rng = &sandbox->adobe.traffic.rng;
    for (unsigned i = 0; i < count; i++) {
        struct adobe_order order;
        int64_t at_ms = now_ms - (int64_t)(count - i) * PAST_GAP_MS;
        at_ms += (int64_t)rng_below(rng, PAST_GAP_MS);
        const struct habit *habit = next_order(sandbox, at_ms, &order);
        if (!habit)
            return;
        end_in_past(sandbox, adobe_queries_add(&sandbox->adobe.queries, &order.wish), habit,
                    now_ms);
        adobe_order_finish(&order);
    }
    adobe_queries_sort(&sandbox->adobe.queries);
}

static void add_templates(struct sandbox *sandbox, int64_t now_ms)
{
    for (size_t i = 0; i < sizeof(TEMPLATES) / sizeof(TEMPLATES[0]); i++) {
        const char *parameters = TEMPLATES[i].parameters;
        struct json *body = json_new_object();
        json_set_string(body, "name", TEMPLATES[i].name);
        json_set_string(body, "sql", TEMPLATES[i].sql);
        json_set(body, "queryParameters", json_parse(parameters, strlen(parameters), NULL));
        adobe_templates_add(&sandbox->adobe.templates, body, "ana.silva@shop.example",
                            now_ms - (int64_t)(i + 1) * 86400000);
        json_destroy(body);
    }
}

/* They were made two days ago, and have run when they were due; of that nothing is told. */
static void add_schedules(struct sandbox *sandbox, int64_t now_ms)
{
    struct adobe_schedules *schedules = &sandbox->adobe.schedules;
    const struct account *user = account_by_id(&sandbox->sessions, "1");
    int64_t then_ms = now_ms - INT64_C(2) * 86400000;
    for (size_t i = 0; i < sizeof(SCHEDULES) / sizeof(SCHEDULES[0]); i++) {
        struct error err;
        struct json *body = json_parse(SCHEDULES[i].body, strlen(SCHEDULES[i].body), NULL);
        struct adobe_schedule *schedule =
            adobe_schedules_add(schedules, body, user, sandbox->client_id, then_ms, &err);
        json_destroy(body);
        schedule->state = SCHEDULE_DISABLED;
        if (!SCHEDULES[i].is_disabled)
            adobe_schedule_switch(schedule, true, schedule->user_id, now_ms, &err);
        if (SCHEDULES[i].is_begun)
            adobe_schedule_trigger(schedules, schedule, now_ms, &err);
    }
}

void adobe_traffic_add_past_locked(struct sandbox *sandbox, unsigned count, int64_t now_ms)
{
    unsigned waiting = count > 40 ? 4 : count / 10;
    if (count == 0)
        return;
    add_templates(sandbox, now_ms);
    add_ended(sandbox, count - waiting, now_ms);
    add_schedules(sandbox, now_ms);
    for (unsigned i = 0; i < waiting; i++)
        submit_next(sandbox, now_ms);
}

int64_t adobe_traffic_advance_locked(struct sandbox *sandbox, int64_t now_ms)
{
    struct adobe_traffic *traffic = &sandbox->adobe.traffic;
    if (sandbox->options.adobe_rate <= 0)
        return INT64_MAX;
    double gap_ms = 1000 / sandbox->options.adobe_rate * (0.5 + rng_unit(&traffic->rng));
    if (traffic->next_ms == 0)
        traffic->next_ms = now_ms + (int64_t)gap_ms;
    if (now_ms < traffic->next_ms)
        return traffic->next_ms;
    if (sandbox->tasks.queued_count < QUEUE_PATIENCE)
        submit_next(sandbox, now_ms);
    traffic->next_ms = now_ms + (int64_t)gap_ms;
    return traffic->next_ms;
}
