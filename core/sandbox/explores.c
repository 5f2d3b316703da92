#include "sandbox/explores.h"

#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

#define DIMENSION(n, l, t, s)                           \
    {                                                   \
        n, l, s, FIELD_DIMENSION, t, FORMAT_PLAIN, NULL \
    }
#define MEASURE(n, l, f, s)                           \
    {                                                 \
        n, l, s, FIELD_MEASURE, FIELD_NUMBER, f, NULL \
    }
/* One column of times gives a field for each span, as dimension groups do. */
#define SPAN(n, l, t, s, column)                          \
    {                                                     \
        n, l, s, FIELD_DIMENSION, t, FORMAT_PLAIN, column \
    }
#define TIMES(name, label, column)                                                                \
    SPAN(name "_time", label " Time", FIELD_DATE, column, column),                                \
        SPAN(name "_date", label " Date", FIELD_DATE, "DATE(" column ")", column),                \
        SPAN(name "_week", label " Week", FIELD_DATE, "DATE(" column ", 'weekday 0', '-6 days')", \
             column),                                                                             \
        SPAN(name "_month", label " Month", FIELD_DATE, "STRFTIME('%Y-%m', " column ")", column), \
        SPAN(name "_year", label " Year", FIELD_DATE, "STRFTIME('%Y', " column ")", column),      \
        DIMENSION(name "_hour_of_day", label " Hour of Day", FIELD_NUMBER,                        \
                  "CAST(STRFTIME('%H', " column ") AS INTEGER)")

static const struct field FIELDS[] = {
    DIMENSION("users.id", "Users ID", FIELD_NUMBER, "users.id"),
    DIMENSION("users.name", "Users Name", FIELD_STRING,
              "users.first_name || ' ' || users.last_name"),
    DIMENSION("users.first_name", "Users First Name", FIELD_STRING, "users.first_name"),
    DIMENSION("users.last_name", "Users Last Name", FIELD_STRING, "users.last_name"),
    DIMENSION("users.email", "Users Email", FIELD_STRING, "users.email"),
    DIMENSION("users.age", "Users Age", FIELD_NUMBER, "users.age"),
    DIMENSION("users.age_tier", "Users Age Tier", FIELD_STRING,
              "CASE WHEN users.age < 20 THEN 'Below 20' WHEN users.age < 40 THEN '20 to 39' "
              "WHEN users.age < 60 THEN '40 to 59' ELSE '60 or Above' END"),
    DIMENSION("users.gender", "Users Gender", FIELD_STRING, "users.gender"),
    DIMENSION("users.country", "Users Country", FIELD_STRING, "users.country"),
    DIMENSION("users.region", "Users Region", FIELD_STRING, "users.region"),
    DIMENSION("users.traffic_source", "Users Traffic Source", FIELD_STRING, "users.traffic_source"),
    TIMES("users.created", "Users Created", "users.created_at"),
    MEASURE("users.count", "Users Count", FORMAT_PLAIN, "COUNT(DISTINCT users.id)"),
    MEASURE("users.average_age", "Users Average Age", FORMAT_PLAIN, "AVG(users.age)"),

    DIMENSION("products.id", "Products ID", FIELD_NUMBER, "products.id"),
    DIMENSION("products.name", "Products Name", FIELD_STRING, "products.name"),
    DIMENSION("products.brand", "Products Brand", FIELD_STRING, "products.brand"),
    DIMENSION("products.category", "Products Category", FIELD_STRING, "products.category"),
    DIMENSION("products.department", "Products Department", FIELD_STRING, "products.department"),
    DIMENSION("products.retail_price", "Products Retail Price", FIELD_NUMBER,
              "products.retail_price"),
    MEASURE("products.count", "Products Count", FORMAT_PLAIN, "COUNT(DISTINCT products.id)"),
    MEASURE("products.average_price", "Products Average Price", FORMAT_USD,
            "AVG(products.retail_price)"),

    DIMENSION("orders.id", "Orders ID", FIELD_NUMBER, "orders.id"),
    DIMENSION("orders.status", "Orders Status", FIELD_STRING, "orders.status"),
    DIMENSION("orders.is_shipped", "Orders Is Shipped (Yes / No)", FIELD_YESNO,
              "orders.shipped_at IS NOT NULL"),
    TIMES("orders.created", "Orders Created", "orders.created_at"),
    MEASURE("orders.count", "Orders Count", FORMAT_PLAIN, "COUNT(DISTINCT orders.id)"),
    MEASURE("orders.average_days_to_ship", "Orders Average Days to Ship", FORMAT_PLAIN,
            "AVG(JULIANDAY(orders.shipped_at) - JULIANDAY(orders.created_at))"),

    DIMENSION("order_items.id", "Order Items ID", FIELD_NUMBER, "order_items.id"),
    DIMENSION("order_items.sale_price", "Order Items Sale Price", FIELD_NUMBER,
              "order_items.sale_price"),
    DIMENSION("order_items.is_returned", "Order Items Is Returned (Yes / No)", FIELD_YESNO,
              "order_items.returned_at IS NOT NULL"),
    MEASURE("order_items.count", "Order Items Count", FORMAT_PLAIN, "COUNT(*)"),
    MEASURE("order_items.revenue", "Order Items Revenue", FORMAT_USD,
            "COALESCE(ROUND(SUM(order_items.sale_price), 2), 0)"),
    MEASURE("order_items.margin", "Order Items Margin", FORMAT_USD,
            "COALESCE(ROUND(SUM(order_items.margin), 2), 0)"),
    MEASURE("order_items.average_sale_price", "Order Items Average Sale Price", FORMAT_USD,
            "AVG(order_items.sale_price)"),
    MEASURE("order_items.return_rate", "Order Items Return Rate", FORMAT_PERCENT,
            "1.0 * COUNT(order_items.returned_at) / COUNT(*)"),

    DIMENSION("events.id", "Events ID", FIELD_NUMBER, "events.id"),
    DIMENSION("events.event_type", "Events Event Type", FIELD_STRING, "events.event_type"),
    DIMENSION("events.device", "Events Device", FIELD_STRING, "events.device"),
    DIMENSION("events.browser", "Events Browser", FIELD_STRING, "events.browser"),
    DIMENSION("events.session_id", "Events Session ID", FIELD_STRING, "events.session_id"),
    TIMES("events.created", "Events Created", "events.created_at"),
    MEASURE("events.count", "Events Count", FORMAT_PLAIN, "COUNT(*)"),
    MEASURE("events.sessions", "Events Sessions", FORMAT_PLAIN,
            "COUNT(DISTINCT events.session_id)"),

    DIMENSION("repeat_buyers.user_id", "Repeat Buyers User ID", FIELD_NUMBER,
              "repeat_buyers.user_id"),
    DIMENSION("repeat_buyers.order_count", "Repeat Buyers Order Count", FIELD_NUMBER,
              "repeat_buyers.order_count"),
    MEASURE("repeat_buyers.count", "Repeat Buyers Count", FORMAT_PLAIN, "COUNT(*)"),

    DIMENSION("history.id", "History ID", FIELD_NUMBER, "history.id"),
    DIMENSION("history.slug", "History Slug", FIELD_STRING, "history.slug"),
    DIMENSION("history.status", "History Status", FIELD_STRING, "history.status"),
    DIMENSION("history.source", "History Source", FIELD_STRING, "history.source"),
    DIMENSION("history.issuer_source", "History Issuer Source", FIELD_STRING,
              "history.issuer_source"),
    DIMENSION("history.result_source", "History Result Source", FIELD_STRING,
              "history.result_source"),
    DIMENSION("history.message", "History Message", FIELD_STRING, "history.message"),
    DIMENSION("history.connection_name", "History Connection Name", FIELD_STRING,
              "history.connection_name"),
    DIMENSION("history.dialect", "History Dialect", FIELD_STRING, "history.dialect"),
    DIMENSION("history.workspace_id", "History Workspace Id", FIELD_STRING, "history.workspace_id"),
    DIMENSION("history.result_format", "History Result Format", FIELD_STRING,
              "history.result_format"),
    DIMENSION("history.cache_key", "History Cache Key", FIELD_STRING, "history.cache_key"),
    DIMENSION("history.runtime", "History Runtime in Seconds", FIELD_NUMBER, "history.runtime"),
    DIMENSION("history.rebuild_pdts", "History Rebuild PDTs (Yes / No)", FIELD_YESNO,
              "history.rebuild_pdts"),
    TIMES("history.created", "History Created", "history.created_at"),
    TIMES("history.completed", "History Completed", "history.completed_at"),
    MEASURE("history.query_run_count", "History Query Run Count", FORMAT_PLAIN, "COUNT(*)"),
    MEASURE("history.average_runtime", "History Average Runtime in Seconds", FORMAT_PLAIN,
            "AVG(history.runtime)"),
    MEASURE("history.max_runtime", "History Max Runtime in Seconds", FORMAT_PLAIN,
            "MAX(history.runtime)"),
    DIMENSION("query.id", "Query ID", FIELD_STRING, "query.id"),
    DIMENSION("query.slug", "Query Slug", FIELD_STRING, "query.slug"),
    DIMENSION("query.model", "Query Model", FIELD_STRING, "query.model"),
    DIMENSION("query.view", "Query View", FIELD_STRING, "query.view"),
    DIMENSION("query.formatted_fields", "Query Formatted Fields", FIELD_STRING,
              "query.formatted_fields"),
    DIMENSION("query.limit", "Query Limit", FIELD_STRING, "query.row_limit"),
    DIMENSION("user.id", "User ID", FIELD_STRING, "user.id"),
    DIMENSION("user.name", "User Name", FIELD_STRING, "user.name"),
    DIMENSION("user.email", "User Email", FIELD_STRING, "user.email"),
    DIMENSION("look.id", "Look ID", FIELD_STRING, "look.id"),
    DIMENSION("look.title", "Look Title", FIELD_STRING, "look.title"),
    DIMENSION("history.dashboard_id", "History Dashboard ID", FIELD_STRING, "history.dashboard_id"),
};

static const struct explore EXPLORES[] = {
    {.model = EXPLORE_MODEL,
     .name = "users",
     .label = "Users",
     .description = "People who have signed up"},
    {.model = EXPLORE_MODEL,
     .name = "products",
     .label = "Products",
     .description = "What the shop sells"},
    {.model = EXPLORE_MODEL,
     .name = "orders",
     .label = "Orders",
     .description = "One row per order",
     .joins = {{"users", "orders.user_id = users.id", NULL}}},
    {.model = EXPLORE_MODEL,
     .name = "order_items",
     .label = "Order Items",
     .description = "One row per item sold, with its order, product and buyer",
     .joins = {{"orders", "order_items.order_id = orders.id", NULL},
               {"products", "order_items.product_id = products.id", NULL},
               {"users", "orders.user_id = users.id", "orders"}}},
    {.model = EXPLORE_MODEL,
     .name = "events",
     .label = "Events",
     .description = "What visitors did on the site",
     .joins = {{"users", "events.user_id = users.id", NULL}}},
    {.model = EXPLORE_MODEL,
     .name = "repeat_buyers",
     .label = "Repeat Buyers",
     .description = "People who came back, from a derived table",
     .joins = {{"users", "repeat_buyers.user_id = users.id", NULL}},
     .table = "SELECT user_id, COUNT(*) AS order_count FROM orders GROUP BY 1 HAVING COUNT(*) > 1"},
    {.model = ACTIVITY_MODEL,
     .name = "history",
     .label = "History",
     .description = "Queries that have ended",
     .joins = {{"query", "history.query_id = query.id", NULL},
               {"user", "history.user_id = user.id", NULL},
               {"look", "history.look_id = look.id", NULL}}},
};

bool explore_is_model(const char *name)
{
    return strcmp(name, EXPLORE_MODEL) == 0 || strcmp(name, ACTIVITY_MODEL) == 0;
}

const struct explore *explore_find(const char *model, const char *name)
{
    for (size_t i = 0; i < LENGTH(EXPLORES); i++)
        if (strcmp(EXPLORES[i].model, model) == 0 && strcmp(EXPLORES[i].name, name) == 0)
            return &EXPLORES[i];
    return NULL;
}

const struct join *explore_join(const struct explore *explore, const char *view, size_t length)
{
    for (size_t i = 0; i < EXPLORE_JOINS_MAX && explore->joins[i].view; i++)
        if (strlen(explore->joins[i].view) == length &&
            memcmp(explore->joins[i].view, view, length) == 0)
            return &explore->joins[i];
    return NULL;
}

const struct field *explore_field(const struct explore *explore, const char *name)
{
    const char *dot = strchr(name, '.');
    if (!dot)
        return NULL;
    size_t view_length = (size_t)(dot - name);
    bool is_own =
        strlen(explore->name) == view_length && memcmp(explore->name, name, view_length) == 0;
    if (!is_own && !explore_join(explore, name, view_length))
        return NULL;
    for (size_t i = 0; i < LENGTH(FIELDS); i++)
        if (strcmp(FIELDS[i].name, name) == 0)
            return &FIELDS[i];
    return NULL;
}
