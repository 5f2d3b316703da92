/* Adobe Query Service: where a Postgres client connects. Nobody listens there: this service has no
 * Postgres interface. */
#include "sandbox/adobe_gate.h"
#include "sandbox/router.h"

void handle_adobe_connection_parameters(struct sandbox *sandbox, const struct request *request,
                                        struct response *response)
{
    (void)sandbox;
    struct json *json = json_new_object();
    json_set_string(json, "host", ADOBE_SANDBOX_NAME ".platform-query.example");
    json_set_int(json, "port", 80);
    json_set_string(json, "username", request->org_id);
    json_set_string(json, "token", request->token);
    json_set_string(json, "compressedToken", request->token);
    json_set_string(json, "dbName", ADOBE_SANDBOX_NAME ":all");
    /* The description misspells what its text means. */
    json_set_string(json, "websoketHost", "interactive-ws.platform-query.example");
    json_set_string(json, "websocketHost", "interactive-ws.platform-query.example");
    json_set_int(json, "version", 1);
    respond_adobe(response, 200, json);
}
