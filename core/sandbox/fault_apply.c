#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "sandbox/adobe_gate.h"
#include "sandbox/fault_apply.h"

#define CLIENT_LOOK_MS 200
#define GARBAGE_BYTES  2000

static const char PROXY_PAGE[] = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n"
                                 "<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n"
                                 "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";

/* Waits while the client does; false when it has gone or the service stops. A delay is over, too,
 * when the faults were replaced. */
static bool wait_with_client(struct sandbox *sandbox, const struct request *request,
                             const struct fault *fault)
{
    bool is_wanted = true;
    bool is_delay = fault->kind == FAULT_DELAY;
    int64_t until_ms = is_delay ? clock_mono_ms() + fault->delay_ms : INT64_MAX;
    service_lock(sandbox);
    while (is_wanted && clock_mono_ms() < until_ms &&
           (!is_delay || fault->version == sandbox->faults.version)) {
        int64_t left_ms = until_ms - clock_mono_ms();
        service_wait_locked(sandbox, &sandbox->calm,
                            left_ms < CLIENT_LOOK_MS ? left_ms : CLIENT_LOOK_MS);
        is_wanted = !sandbox->is_stopping && request_has_client(request);
    }
    service_unlock(sandbox);
    return is_wanted;
}

static void add_garbage(struct response *response)
{
    struct rng rng = {.state = 0};
    strbuf_clear(&response->body);
    strbuf_add_text(&response->body, "{\"[");
    for (int i = 0; i < GARBAGE_BYTES; i++)
        strbuf_add_char(&response->body, (char)rng_next(&rng));
}

/* Says that what is added or running has expired. */
static void expire(struct strbuf *body)
{
    static const char *const states[] = {"\"status\":\"added\"", "\"status\":\"running\""};
    struct strbuf out;
    strbuf_init(&out, body->max);
    for (const char *at = body->data; *at;) {
        size_t length = 0;
        for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
            if (strncmp(at, states[i], strlen(states[i])) == 0)
                length = strlen(states[i]);
        if (length > 0)
            strbuf_add_text(&out, "\"status\":\"expired\"");
        else
            strbuf_add_char(&out, *at);
        at += length > 0 ? length : 1;
    }
    strbuf_finish(body);
    *body = out;
}

bool fault_before(struct sandbox *sandbox, const struct request *request, const struct fault *fault,
                  struct response *response)
{
    switch (fault->kind) {
    case FAULT_STATUS:
        if (request->api == API_ADOBE)
            respond_adobe_status(response, fault->status);
        else
            respond_error(response, fault->status, "This is a fault that somebody asked for.");
        break;
    case FAULT_DELAY:
        response->is_reset = !wait_with_client(sandbox, request, fault);
        break;
    case FAULT_HANG:
        wait_with_client(sandbox, request, fault);
        response->is_reset = true;
        break;
    case FAULT_GARBAGE:
        respond_text(response, fault->status, "application/json", "");
        add_garbage(response);
        break;
    case FAULT_HTML:
        respond_text(response, fault->status, "text/html", PROXY_PAGE);
        break;
    case FAULT_RESET:
        response->is_reset = true;
        break;
    default:
        return true;
    }
    snprintf(response->retry_after, sizeof(response->retry_after), "%s", fault->retry_after);
    return fault->kind == FAULT_DELAY && !response->is_reset;
}

void fault_after(const struct fault *fault, struct response *response)
{
    if (fault->kind == FAULT_CUT)
        response->is_cut = true;
    else if (fault->kind == FAULT_HOSTILE)
        hostile_rewrite(&response->body, fault->struck);
    else if (fault->kind == FAULT_EXPIRED && response->status == 200)
        expire(&response->body);
}
