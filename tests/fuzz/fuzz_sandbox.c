/* Any request to the embedded service: "METHOD TARGET\nAUTHORIZED?\nBODY". What goes to Adobe's
 * side has the headers that its gateway wants. It is answered with a status and, where it says so,
 * with JSON; nothing it asks for outlives its client. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "sandbox/router.h"

static struct sandbox *service;
static char authorization[80];
static char adobe_authorization[2048];
static int gone_client;

/* IMS gives the token, as it does to any client. */
static void log_in_at_adobe(void)
{
    struct request request;
    struct response response;
    request_init(&request);
    response_init(&response);
    request.method = "POST";
    request.target = "/ims/token/v3";
    strbuf_add_text(&request.body, "grant_type=client_credentials&client_id=demo"
                                   "&client_secret=demo-secret&scope=openid");
    route(service, &request, &response);
    struct json *json = json_parse(response.body.data, response.body.len, NULL);
    const char *token = json_string(json_get(json, "access_token"), NULL);
    REQUIRE(token);
    snprintf(adobe_authorization, sizeof(adobe_authorization), "Bearer %s", token);
    json_destroy(json);
    response_finish(&response);
    request_finish(&request);
}

static void address_adobe(struct request *request, bool is_authorized)
{
    if (is_authorized)
        request->authorization = adobe_authorization;
    request->content_type = "application/json";
    request->api_key = "demo";
    request->org_id = "DEMO@AdobeOrg";
    request->sandbox_name = "demo";
}

/* Its threads are joined: ThreadSanitizer takes one that has ended and was not for a leak. */
static void stop(void)
{
    sandbox_stop(service);
    close(gone_client);
}

/* One service for all requests; nothing runs, so that answers come at once. */
static void start(void)
{
    struct sandbox_options options;
    struct error err;
    char token[TOKEN_LENGTH + 1];
    int sockets[2];
    sandbox_options_init(&options);
    options.workers = 0;
    options.active = 3;
    options.adobe_tasks = 30;
    options.token_ttl_ms = 86400 * 1000;
    service = sandbox_start(&options, &err);
    REQUIRE(service);
    service_lock(service);
    sessions_login(&service->sessions, account_by_id(&service->sessions, "1"), clock_mono_ms(),
                   token);
    service_unlock(service);
    snprintf(authorization, sizeof(authorization), "token %s", token);
    log_in_at_adobe();
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) == 0);
    close(sockets[1]);
    gone_client = sockets[0];
    REQUIRE(atexit(stop) == 0);
}

/* The text up to the next separator; *at moves behind it. */
static char *take(const char **at, const char *end, char separator)
{
    const char *stop = memchr(*at, separator, (size_t)(end - *at));
    size_t length = (size_t)((stop ? stop : end) - *at);
    char *text = xstrndup(*at, length);
    *at = stop ? stop + 1 : end;
    return text;
}

static void check(const struct response *response)
{
    if (response->is_reset)
        return;
    REQUIRE(response->status >= 200 && response->status < 600);
    bool says_json =
        response->content_type && strcmp(response->content_type, "application/json") == 0;
    if (!says_json)
        return;
    struct json *json = json_parse(response->body.data, response->body.len, NULL);
    REQUIRE(json);
    json_destroy(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!service)
        start();
    const char *at = (const char *)data;
    const char *end = at + size;
    char *method = take(&at, end, ' ');
    char *target = take(&at, end, '\n');
    char *is_authorized = take(&at, end, '\n');
    struct request request;
    struct response response;
    request_init(&request);
    response_init(&response);
    request.method = method;
    request.target = target;
    request.authorization = is_authorized[0] == 'y' ? authorization : is_authorized;
    request.socket = gone_client;
    if (strncmp(target, "/data/", 6) == 0)
        address_adobe(&request, is_authorized[0] == 'y');
    /* Not the faults: they break answers on purpose. */
    request.is_local = false;
    strbuf_add(&request.body, at, (size_t)(end - at));
    if (!strstr(target, "logout"))
        route(service, &request, &response);
    else
        response.is_reset = true;
    check(&response);
    response_finish(&response);
    request_finish(&request);
    free(method);
    free(target);
    free(is_authorized);
    return 0;
}
