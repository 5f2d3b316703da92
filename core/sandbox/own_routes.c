/* The service's own addresses, for tests: faults and statistics. Only for clients on this machine.
 */
#include "sandbox/router.h"

/* POST /sandbox/faults: the lines of the body replace all faults; an empty body clears them. */
void handle_faults(struct sandbox *sandbox, const struct request *request,
                   struct response *response)
{
    struct error err;
    if (!request->is_local) {
        respond_not_found(response);
        return;
    }
    service_lock(sandbox);
    bool is_set = faults_set(&sandbox->faults, request->body.data, &err);
    service_unlock(sandbox);
    if (is_set)
        respond_empty(response, 204);
    else
        respond_error(response, 400, err.message);
}

/* GET /sandbox/stats: requests by route and tasks by state. */
void handle_stats(struct sandbox *sandbox, const struct request *request, struct response *response)
{
    if (!request->is_local) {
        respond_not_found(response);
        return;
    }
    struct json *requests = json_new_object();
    struct json *states = json_new_object();
    struct json *json = json_new_object();
    service_lock(sandbox);
    for (size_t i = 0; i < route_count(); i++) {
        char name[128];
        route_name(i, name, sizeof(name));
        json_set_int(requests, name, (int64_t)sandbox->route_counts[i]);
    }
    for (int i = 0; i < STATUS_COUNT; i++)
        json_set_int(states, task_status_word((enum task_status)i),
                     (int64_t)sandbox->tasks.counts[i]);
    json_set_int(json, "queued", (int64_t)sandbox->tasks.queued_count);
    json_set_int(json, "alive", (int64_t)sandbox->tasks.alive_count);
    json_set_bool(json, "is_ready", sandbox->is_ready);
    service_unlock(sandbox);
    json_set(json, "requests", requests);
    json_set(json, "tasks", states);
    respond_json(response, request, json);
}
