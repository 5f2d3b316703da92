#include "bench/poll_work.h"

#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "engine/poller_internal.h"

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

char *poll_list_body(const struct poll_list *list, size_t *out_length)
{
    struct strbuf body;
    strbuf_init(&body, (size_t)1 << 30);
    strbuf_add_char(&body, '[');
    for (size_t i = 0; i < list->tasks; i++) {
        if (i > 0)
            strbuf_add_char(&body, ',');
        bool is_changed = list->changed > 0 && i % (list->tasks / list->changed) == 0;
        add_query(&body, i, is_changed ? list->round : 0, list->tenths);
    }
    strbuf_add_char(&body, ']');
    return strbuf_take(&body, out_length);
}

bool poll_work_open(struct poll_work *w, struct error *err)
{
    memset(w, 0, sizeof(*w));
    struct profile *profile = config_add(&w->config, "bench", "looker");
    free(profile->base_url);
    profile->base_url = strdup("http://127.0.0.1:1");
    free(profile->client_id);
    profile->client_id = strdup("demo");
    w->provider = provider_create(profile, 0, err);
    if (!w->provider) {
        config_finish(&w->config);
        return false;
    }
    w->store = store_create(1);
    w->snapshot = store_snapshot(w->store, 0);
    return true;
}

void poll_work_close(struct poll_work *w)
{
    snapshot_unref(w->snapshot);
    store_destroy(w->store);
    provider_destroy(w->provider);
    config_finish(&w->config);
}

bool poll_work_parse(struct poll_work *w, const char *body, size_t length, int64_t now_ms,
                     struct batch *out, struct error *err)
{
    struct job job = {.op = OP_LIST, .now_ms = now_ms};
    struct http_response response = {.status = 200,
                                     .content_type = "application/json",
                                     .retry_after_ms = -1,
                                     .date_ms = UNKNOWN,
                                     .body = body,
                                     .body_len = length};
    return w->provider->ops->parse(w->provider, &job, &response, out, err) == STEP_DONE;
}

void poll_work_merge(struct poll_work *w, struct batch *batch, int64_t now_ms)
{
    struct merge_outcome outcome = poll_merge(w->store, 0, batch, now_ms, now_ms);
    merge_outcome_finish(&outcome);
}

void poll_work_publish(struct poll_work *w, int64_t now_ms)
{
    struct snapshot *next = store_snapshot(w->store, now_ms);
    snapshot_unref(w->snapshot);
    w->snapshot = next;
}

bool poll_work_take(struct poll_work *w, const char *body, size_t length, size_t tasks,
                    int64_t now_ms, struct error *err)
{
    struct batch batch;
    batch_init(&batch);
    bool is_done = poll_work_parse(w, body, length, now_ms, &batch, err);
    if (is_done && !batch.is_repeat && batch.task_count != tasks)
        is_done = error_set(err, ERR_SERVICE, "the provider made %zu tasks of %zu",
                            batch.task_count, tasks);
    if (is_done) {
        poll_work_merge(w, &batch, now_ms);
        poll_work_publish(w, now_ms);
    }
    batch_finish(&batch);
    return is_done;
}
