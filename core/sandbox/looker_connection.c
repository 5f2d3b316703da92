/* Looker API: connections. There is one, onto the sample data. */
#include <string.h>

#include "sandbox/describe.h"
#include "sandbox/router.h"

static struct json *describe_dialect(void)
{
    struct json *json = json_new_object();
    json_set_string(json, "name", "sqlite");
    json_set_string(json, "label", "SQLite");
    json_set_bool(json, "supports_cost_estimate", false);
    json_set_bool(json, "supports_streaming", true);
    json_set_bool(json, "supports_persistent_derived_tables", false);
    json_set_bool(json, "supports_multiple_databases", false);
    json_set_bool(json, "has_ssl_support", false);
    return json;
}

static struct json *describe_connection(void)
{
    struct json *json = json_new_object();
    json_set_string(json, "name", EXPLORE_CONNECTION);
    json_set(json, "dialect", describe_dialect());
    json_set(json, "snippets", json_new_array());
    json_set_bool(json, "pdts_enabled", false);
    json_set_string(json, "host", "localhost");
    json_set_string(json, "port", "0");
    json_set_string(json, "database", "shop");
    json_set_string(json, "db_timezone", "UTC");
    json_set_string(json, "query_timezone", "UTC");
    json_set_string(json, "schema", "main");
    json_set_int(json, "max_connections", 75);
    json_set_int(json, "max_queries", 75);
    json_set_int(json, "max_queries_per_user", 15);
    json_set_bool(json, "ssl", false);
    json_set_bool(json, "verify_ssl", false);
    json_set_int(json, "pool_timeout", 120);
    json_set_string(json, "dialect_name", "sqlite");
    json_set_bool(json, "example", true);
    json_set(json, "can",
             describe_rights(
                 (const char *const[]){"index", "show", "test", "access_data", "explore", NULL}));
    return json;
}

void handle_all_connections(struct sandbox *sandbox, const struct request *request,
                            struct response *response)
{
    (void)sandbox;
    struct json *array = json_new_array();
    json_push(array, describe_connection());
    respond_json(response, request, array);
}

void handle_connection(struct sandbox *sandbox, const struct request *request,
                       struct response *response)
{
    (void)sandbox;
    if (strcmp(request->arguments[0], EXPLORE_CONNECTION) == 0)
        respond_json(response, request, describe_connection());
    else
        respond_not_found(response);
}
