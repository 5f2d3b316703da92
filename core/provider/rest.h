/* rest.h - what requests and answers of the services have in common: all are REST with JSON.
 *
 * Pure; any thread. Each provider adds its own words and advice.
 */
#pragma once

#include "base/secret.h"
#include "net/http.h"
#include "net/json.h"
#include "provider/provider.h"

/* --- asking --- */

/* "Authorization: SCHEME TOKEN"; nothing while no token is set. False when it can not be sent. */
bool rest_add_token(struct http_request *out, const char *scheme, const struct secret *token,
                    struct error *err);
/* Takes the document. */
bool rest_set_json_body(struct http_request *out, struct json *body, struct error *err);

/* --- what is no good answer --- */

/* What a status that is no 2xx means for the one who asked. */
enum error_code rest_error_code(long status);
bool rest_is_html(const struct http_response *response);
/* The body as JSON; NULL and ERR_SERVICE when it is none. what was asked for; html_advice: the next
 * step when a page came instead. */
struct json *rest_json(const struct http_response *response, const char *what,
                       const char *html_advice, struct error *err);

/* --- answers to a cancel that are no 2xx and yet tell how it went --- */

struct rest_cancel_answer {
    long status; /* 0 ends the table */
    enum cancel_outcome outcome;
    const char *words; /* where the service has none of its own */
};

/* The entry for the response; NULL when the table has none. */
const struct rest_cancel_answer *rest_cancel_answer(const struct rest_cancel_answer *table,
                                                    const struct http_response *response);
