#include "sandbox/traffic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "sandbox/service.h"

/* More than this waiting, and people stop asking. */
#define QUEUE_PATIENCE 40
/* Who has waited this long may give up. */
#define IMPATIENT_MS 45000
/* Steps per second that the past was made with where the present has no brake. */
#define PAST_SPEED 40000.0

/* Something that people ask for. Texts may hold $n (a small number) and $r (a region). */
struct habit {
    unsigned weight;
    const char *user_id;
    const char *source;
    const char *view;
    const char *fields;  /* separated by commas */
    const char *filters; /* field=expression, separated by semicolons */
    const char *sorts;
    const char *limit;
    const char *sql; /* instead of all these: SQL Runner */
    const struct look *look;
    const char *dashboard_id;
    unsigned kilosteps; /* that SQLite takes for it, measured; 0: it fails at once */
};

static const struct look LOOKS[] = {
    {"12", "Best sellers of the month", "41"},
    {"27", "Orders that wait for shipping", "58"},
    {"31", "Returns by brand", "88"},
};

static const struct habit HABITS[] = {
    {.weight = 14,
     .kilosteps = 580,
     .user_id = "37",
     .source = "dashboard",
     .dashboard_id = "112",
     .view = "order_items",
     .fields = "orders.created_week,users.region,order_items.revenue,order_items.margin",
     .filters = "orders.created_date=$n weeks",
     .sorts = "orders.created_week desc",
     .limit = "500"},
    {.weight = 12,
     .kilosteps = 300,
     .user_id = "37",
     .source = "dashboard",
     .dashboard_id = "112",
     .view = "orders",
     .fields = "orders.status,orders.count,orders.average_days_to_ship",
     .filters = "users.region=$r",
     .sorts = "orders.count desc",
     .limit = "500"},
    {.weight = 12,
     .kilosteps = 490,
     .user_id = "41",
     .source = "explore",
     .view = "events",
     .fields = "events.device,events.browser,events.sessions",
     .filters = "events.created_date=$n months",
     .sorts = "events.sessions desc",
     .limit = "500"},
    {.weight = 10,
     .kilosteps = 4,
     .user_id = "104",
     .source = "api4",
     .view = "users",
     .fields = "users.id,users.name,users.country,users.created_date",
     .filters = "users.created_date=$n days",
     .sorts = "users.id",
     .limit = "5000"},
    {.weight = 8,
     .kilosteps = 305,
     .user_id = "41",
     .source = "look",
     .look = &LOOKS[0],
     .view = "order_items",
     .fields = "products.brand,products.category,order_items.revenue,order_items.count",
     .filters = "orders.created_date=this month",
     .sorts = "order_items.revenue desc",
     .limit = "100"},
    {.weight = 7,
     .kilosteps = 80,
     .user_id = "58",
     .source = "look",
     .look = &LOOKS[1],
     .view = "orders",
     .fields = "orders.id,orders.created_time,users.name,users.country",
     .filters = "orders.is_shipped=no;orders.created_date=$n weeks",
     .sorts = "orders.created_time",
     .limit = "500"},
    {.weight = 7,
     .kilosteps = 803,
     .user_id = "88",
     .source = "look",
     .look = &LOOKS[2],
     .view = "order_items",
     .fields = "products.brand,order_items.return_rate,order_items.count",
     .filters = "order_items.count=>$n",
     .sorts = "order_items.return_rate desc",
     .limit = "500"},
    {.weight = 6,
     .kilosteps = 2,
     .user_id = "63",
     .source = "explore",
     .view = "products",
     .fields = "products.category,products.department,products.count,products.average_price",
     .filters = "products.retail_price=>$n",
     .sorts = "products.count desc",
     .limit = "500"},
    {.weight = 6,
     .kilosteps = 276,
     .user_id = "105",
     .source = "scheduled_task",
     .view = "events",
     .fields = "events.created_date,users.traffic_source,events.count,users.count",
     .filters = "events.event_type=purchase,cart;users.region=$r",
     .sorts = "events.created_date desc",
     .limit = "5000"},
    {.weight = 5,
     .kilosteps = 2420,
     .user_id = "105",
     .source = "regenerator",
     .view = "order_items",
     .fields = "orders.created_date,products.name,users.country,order_items.revenue",
     .filters = "",
     .sorts = "order_items.revenue desc",
     .limit = "5000"},
    {.weight = 4,
     .kilosteps = 900,
     .user_id = "71",
     .source = "sqlrunner",
     .sql = "-- who came back within $n days\n"
            "SELECT a.user_id, COUNT(*) AS returns\n"
            "FROM orders a\n"
            "JOIN orders b ON b.user_id = a.user_id\n"
            " AND b.created_at > a.created_at\n"
            " AND JULIANDAY(b.created_at) - JULIANDAY(a.created_at) < $n\n"
            "GROUP BY 1\nORDER BY 2 DESC\nLIMIT 50"},
    {.weight = 4,
     .kilosteps = 6500,
     .user_id = "71",
     .source = "sqlrunner",
     .sql = "WITH RECURSIVE hours(h) AS (\n"
            "  SELECT 0 UNION ALL SELECT h + 1 FROM hours WHERE h < 23\n"
            ")\n"
            "SELECT h, COUNT(e.id) AS events\n"
            "FROM hours LEFT JOIN events e ON CAST(STRFTIME('%H', e.created_at) AS INTEGER) = h\n"
            " AND e.device <> 'tablet' AND e.id % 29 <> $n\n"
            "GROUP BY 1"},
    {.weight = 3,
     .user_id = "58",
     .source = "sqlrunner",
     .sql = "SELECT users.region, SUM(order_items.sale_price) AS revenue\n"
            "FROM order_items\n"
            "JOIN oders ON oders.id = order_items.order_id\n"
            "JOIN users ON users.id = oders.user_id\nWHERE users.age > $n\nGROUP BY 1"},
    {.weight = 3,
     .user_id = "63",
     .source = "sqlrunner",
     .sql = "SELECT region, COUNT(*) AS people, AVG(agee) AS average_age\n"
            "FROM users\nWHERE id % 31 <> $n\nGROUP BY region"},
    {.weight = 1,
     .user_id = "88",
     .source = "explore",
     .view = "order_items",
     .fields = "users.region,order_items.profit",
     .filters = "orders.created_date=$n weeks",
     .sorts = "",
     .limit = "500"},
};

#define HABIT_COUNT (sizeof(HABITS) / sizeof(HABITS[0]))

static const char *const REGIONS[] = {"EMEA", "AMER", "APAC", "EMEA,APAC", "-AMER"};

void traffic_init(struct traffic *traffic, uint64_t seed)
{
    *traffic = (struct traffic){.rng = {.state = seed ^ 0x7AFF1C}};
}

static const struct habit *pick_habit(struct rng *rng)
{
    unsigned weights[HABIT_COUNT];
    for (size_t i = 0; i < HABIT_COUNT; i++)
        weights[i] = HABITS[i].weight;
    return &HABITS[rng_pick(rng, weights, HABIT_COUNT)];
}

/* text with $n and $r filled in. */
static void fill_in(const char *text, unsigned number, const char *region, struct strbuf *out)
{
    strbuf_clear(out);
    for (; *text; text++) {
        if (text[0] == '$' && text[1] == 'n')
            strbuf_addf(out, "%u", number);
        else if (text[0] == '$' && text[1] == 'r')
            strbuf_add_text(out, region);
        else {
            strbuf_add_char(out, *text);
            continue;
        }
        text++;
    }
}

static struct json *split(const char *text)
{
    struct json *array = json_new_array();
    while (*text) {
        size_t length = strcspn(text, ",");
        json_push(array, json_new_string_len(text, length));
        text += length + (text[length] == ',');
    }
    return array;
}

static struct json *split_filters(char *text)
{
    struct json *object = json_new_object();
    char *rest;
    for (char *pair = strtok_r(text, ";", &rest); pair; pair = strtok_r(NULL, ";", &rest)) {
        char *equals = strchr(pair, '=');
        *equals = '\0';
        json_set_string(object, pair, equals + 1);
    }
    return object;
}

static const struct query *make_query(struct queries *queries, const struct habit *habit,
                                      struct strbuf *filters)
{
    struct invalid invalid;
    struct json *body = json_new_object();
    json_set_string(body, "model", EXPLORE_MODEL);
    json_set_string(body, "view", habit->view);
    json_set(body, "fields", split(habit->fields));
    json_set(body, "filters", filters->len ? split_filters(filters->data) : NULL);
    json_set(body, "sorts", split(habit->sorts));
    json_set_string(body, "limit", habit->limit);
    const struct query *query = queries_make(queries, body, &invalid);
    json_destroy(body);
    return query;
}

/* People ask for the same few things again and again, and now and then for something new. */
static unsigned pick_number(struct rng *rng)
{
    static const unsigned favourites[] = {4, 8, 12};
    if (rng_below(rng, 5) > 0)
        return favourites[rng_below(rng, sizeof(favourites) / sizeof(favourites[0]))];
    return 2 + (unsigned)rng_below(rng, 27);
}

/* What somebody asks for next. NULL when the service keeps no more queries. */
static const struct habit *next_order(struct sandbox *sandbox, int64_t created_ms,
                                      struct task_order *out)
{
    struct rng *rng = &sandbox->traffic.rng;
    const struct habit *habit = pick_habit(rng);
    unsigned number = pick_number(rng);
    const char *region = REGIONS[rng_below(rng, sizeof(REGIONS) / sizeof(REGIONS[0]))];
    struct strbuf text;
    strbuf_init(&text, 4096);
    *out = (struct task_order){
        .user = account_by_id(&sandbox->sessions, habit->user_id),
        .source = habit->source,
        .look = habit->look,
        .dashboard_id = habit->dashboard_id,
        .format_name = "json_detail",
        .format = result_format_find("json_detail"),
        .limit = SQLGEN_LIMIT_FROM_QUERY,
        .created_ms = created_ms,
        .cache = true,
    };
    fill_in(habit->sql ? habit->sql : habit->filters, number, region, &text);
    if (habit->sql)
        out->sql_query = queries_make_sql(&sandbox->queries, text.data, out->user);
    else
        out->query = make_query(&sandbox->queries, habit, &text);
    strbuf_finish(&text);
    return out->sql_query || out->query ? habit : NULL;
}

/* How a task of the past has ended. */
static enum task_status past_status(struct rng *rng, const struct habit *habit)
{
    bool is_killed = rng_below(rng, 30) == 0;
    if (habit->kilosteps == 0)
        return STATUS_ERROR;
    return is_killed ? STATUS_KILLED : STATUS_COMPLETE;
}

/* How long it ran: as long as it does now, give or take. */
static int64_t past_run_ms(const struct sandbox *sandbox, struct rng *rng,
                           const struct habit *habit)
{
    double speed = sandbox->options.speed > 0 ? sandbox->options.speed : PAST_SPEED;
    double run_ms = habit->kilosteps * 1e6 / speed;
    return 20 + (int64_t)(run_ms * (0.9 + 0.3 * rng_unit(rng)));
}

void traffic_add_past_locked(struct sandbox *sandbox, unsigned count, int64_t now_ms)
{
    struct rng *rng = &sandbox->traffic.rng;
    unsigned waiting = count > 40 ? 6 : count / 8;
    int64_t at_ms = now_ms - (int64_t)count * 5000;
    for (unsigned i = 0; i < count - waiting; i++) {
        struct task_order order;
        at_ms += 1000 + (int64_t)rng_below(rng, 8000);
        const struct habit *habit = next_order(sandbox, at_ms, &order);
        if (!habit)
            return;
        int64_t ran_ms = past_run_ms(sandbox, rng, habit);
        if (order.created_ms + ran_ms > now_ms)
            order.created_ms = now_ms - ran_ms;
        struct query_task *task = tasks_add(&sandbox->tasks, &order);
        enum task_status status = past_status(rng, habit);
        task->started_ms = order.created_ms;
        tasks_end(&sandbox->tasks, task, status, NULL, order.created_ms + ran_ms);
    }
    traffic_add_waiting_locked(sandbox, waiting, now_ms);
}

void traffic_add_waiting_locked(struct sandbox *sandbox, unsigned count, int64_t now_ms)
{
    struct task_order order;
    for (unsigned i = 0; i < count && next_order(sandbox, now_ms, &order); i++)
        tasks_add(&sandbox->tasks, &order);
}

/* Now and then somebody gives up on what takes too long. */
static void give_up_locked(struct sandbox *sandbox, int64_t now_ms)
{
    struct query_task *task;
    TAILQ_FOREACH(task, &sandbox->tasks.alive, life_link)
    {
        bool is_theirs = !task->order.user->client_id;
        if (is_theirs && !task->is_killed && now_ms - task->order.created_ms > IMPATIENT_MS &&
            rng_below(&sandbox->traffic.rng, 20) == 0) {
            tasks_kill(&sandbox->tasks, task, now_ms);
            pthread_cond_broadcast(&sandbox->changed);
            return;
        }
    }
}

/* Waits for the next moment at which somebody asks. */
static void wait_locked(struct sandbox *sandbox, int64_t until_ms)
{
    while (!sandbox->is_stopping && clock_mono_ms() < until_ms)
        service_wait_locked(sandbox, &sandbox->calm, until_ms - clock_mono_ms());
}

static void *run(void *context)
{
    struct sandbox *sandbox = context;
    struct rng *rng = &sandbox->traffic.rng;
    double gap_ms = 1000 / sandbox->options.rate;
    double at_ms = (double)clock_mono_ms();
    service_lock(sandbox);
    while (!sandbox->is_stopping) {
        struct task_order order;
        at_ms += gap_ms * (0.5 + rng_unit(rng));
        wait_locked(sandbox, (int64_t)at_ms);
        give_up_locked(sandbox, clock_wall_ms());
        if (!sandbox->is_stopping && sandbox->tasks.queued_count < QUEUE_PATIENCE &&
            next_order(sandbox, clock_wall_ms(), &order)) {
            tasks_add(&sandbox->tasks, &order);
            pthread_cond_signal(&sandbox->work);
        }
    }
    service_unlock(sandbox);
    return NULL;
}

bool traffic_start(struct sandbox *sandbox, struct error *err)
{
    if (sandbox->options.rate <= 0)
        return true;
    int rc = pthread_create(&sandbox->traffic.thread, NULL, run, sandbox);
    if (rc != 0)
        return error_set(err, ERR_SERVICE, "cannot start a thread: %s", strerror(rc));
    sandbox->traffic.is_started = true;
    return true;
}

void traffic_stop(struct sandbox *sandbox)
{
    if (sandbox->traffic.is_started)
        pthread_join(sandbox->traffic.thread, NULL);
}
