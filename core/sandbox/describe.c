#include "sandbox/describe.h"

#include <stdio.h>

#include "base/timefmt.h"

struct json *describe_rights(const char *const *names)
{
    struct json *rights = json_new_object();
    for (; *names; names++)
        json_set_bool(rights, *names, true);
    return rights;
}

struct json *describe_link(const char *href, const char *method, const char *body)
{
    struct json *json = json_new_object();
    json_set_string(json, "href", href);
    json_set_string(json, "method", method);
    if (body)
        json_set_string(json, "body", body);
    return json;
}

struct json *describe_user_public(const struct account *account, const char *url)
{
    char text[256];
    struct json *json = json_new_object();
    json_set_string(json, "id", account->id);
    json_set_string(json, "first_name", account->first_name);
    json_set_string(json, "last_name", account->last_name);
    json_set_string(json, "display_name", account_name(account, text, sizeof(text)));
    snprintf(text, sizeof(text), "%s/avatar/%s", url, account->id);
    json_set_string(json, "avatar_url", text);
    snprintf(text, sizeof(text), "%s/api/4.0/users/%s", url, account->id);
    json_set_string(json, "url", text);
    json_set(json, "can", describe_rights((const char *const[]){"show", "index", NULL}));
    return json;
}

void describe_set_time(struct json *object, const char *key, int64_t wall_ms)
{
    char text[TIMEFMT_BYTES];
    json_set_string(object, key, wall_ms == TIME_UNKNOWN ? NULL : format_utc(text, wall_ms));
}
