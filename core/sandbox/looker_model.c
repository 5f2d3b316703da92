/* Looker API: models. There is one of our own; the service's own past belongs to no project. */
#include "sandbox/describe.h"
#include "sandbox/router.h"

static struct json *describe_model(void)
{
    struct json *connections = json_new_array();
    json_push(connections, json_new_string(EXPLORE_CONNECTION));
    struct json *json = json_new_object();
    json_set_string(json, "name", EXPLORE_MODEL);
    json_set_string(json, "label", EXPLORE_MODEL_LABEL);
    json_set_string(json, "project_name", EXPLORE_PROJECT);
    json_set(json, "allowed_db_connection_names", connections);
    json_set_bool(json, "unlimited_db_connections", false);
    json_set_bool(json, "has_content", true);
    json_set(json, "can", describe_rights((const char *const[]){"index", "show", NULL}));
    return json;
}

void handle_all_models(struct sandbox *sandbox, const struct request *request,
                       struct response *response)
{
    (void)sandbox;
    struct json *array = json_new_array();
    json_push(array, describe_model());
    respond_json(response, request, array);
}
