/* Any request to the embedded service: "METHOD TARGET\nAUTHORIZED?\nBODY". It is answered with a
 * status and, where it says so, with JSON; nothing it asks for outlives its client. */
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
static int gone_client;

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
    service = sandbox_start(&options, &err);
    REQUIRE(service);
    service_lock(service);
    sessions_login(&service->sessions, account_by_id(&service->sessions, "1"), clock_mono_ms(),
                   token);
    service_unlock(service);
    snprintf(authorization, sizeof(authorization), "token %s", token);
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) == 0);
    close(sockets[1]);
    gone_client = sockets[0];
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
