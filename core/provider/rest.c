#include "provider/rest.h"

#include <string.h>

/* --- asking ------------------------------------------------------------------------------------
 */

bool rest_add_token(struct http_request *out, const char *scheme, const struct secret *token,
                    struct error *err)
{
    if (!secret_is_set(token))
        return true;
    struct strbuf value;
    strbuf_init(&value, strlen(scheme) + token->len + sizeof(" "));
    strbuf_reserve(&value, value.max); /* so that no copy is left behind when it grows */
    strbuf_addf(&value, "%s ", scheme);
    strbuf_add(&value, token->text, token->len);
    bool is_added = http_request_add_header(out, "Authorization", value.data);
    strbuf_wipe(&value);
    return is_added || error_set(err, ERR_SERVICE,
                                 "this is a token that can not be sent: it holds a control byte");
}

bool rest_set_json_body(struct http_request *out, struct json *body, struct error *err)
{
    json_format(body, false, &out->body);
    json_destroy(body);
    out->has_body = true;
    bool is_set =
        !out->body.is_cut && http_request_add_header(out, "Content-Type", "application/json");
    return is_set || error_set(err, ERR_NO, "this is more than one request can say");
}

/* --- what is no good answer --------------------------------------------------------------------
 */

enum error_code rest_error_code(long status)
{
    switch (status) {
    case 401:
        return ERR_LOGIN;
    case 403:
        return ERR_FORBIDDEN;
    case 429:
        return ERR_LIMITED;
    default:
        return status >= 400 && status < 500 ? ERR_NO : ERR_SERVICE;
    }
}

bool rest_is_html(const struct http_response *response)
{
    const char *body = response->body ? response->body + strspn(response->body, " \t\r\n") : "";
    return strcmp(response->content_type, "text/html") == 0 || body[0] == '<';
}

struct json *rest_json(const struct http_response *response, const char *what,
                       const char *html_advice, struct error *err)
{
    struct error why = {0};
    if (rest_is_html(response)) {
        error_set(err, ERR_SERVICE, "%s: answered with HTML instead of JSON; %s", what,
                  html_advice);
        return NULL;
    }
    struct json *root = json_parse(response->body, response->body_len, &why);
    if (!root)
        error_set(err, ERR_SERVICE, "%s: %s", what,
                  response->body_len ? why.message : "the answer is not JSON: it is empty");
    return root;
}

/* --- answers to a cancel -----------------------------------------------------------------------
 */

const struct rest_cancel_answer *rest_cancel_answer(const struct rest_cancel_answer *table,
                                                    const struct http_response *response)
{
    if (response->transport.code != ERR_NONE)
        return NULL;
    for (; table->status; table++) {
        if (table->status == response->status)
            return table;
    }
    return NULL;
}
