#include "sandbox/version31.h"

#include <stdio.h>
#include <string.h>

enum change {
    CHANGE_DROP,
    CHANGE_INTEGER,     /* digits, or the id of a query */
    CHANGE_NUMBER_TEXT, /* the id of a query as digits, but still a string */
    CHANGE_LINK,        /* an address inside the API */
    CHANGE_INSIDE,      /* an answer of another type */
};

/* Captured traffic of 3.1 and its official description agree on these. Members that are not named
 * here are the same in both. */
static const struct rule {
    enum answer_type type;
    const char *member;
    enum change change;
    enum answer_type inner;
} RULES[] = {
    {ANSWER_TOKEN, "refresh_token", CHANGE_DROP, ANSWER_SAME},
    {ANSWER_USER, "id", CHANGE_INTEGER, ANSWER_SAME},
    {ANSWER_USER, "role_ids", CHANGE_INTEGER, ANSWER_SAME},
    {ANSWER_USER, "group_ids", CHANGE_INTEGER, ANSWER_SAME},
    {ANSWER_USER, "is_iam_admin", CHANGE_DROP, ANSWER_SAME},
    {ANSWER_USER, "is_service_account", CHANGE_DROP, ANSWER_SAME},
    {ANSWER_USER, "url", CHANGE_LINK, ANSWER_SAME},
    {ANSWER_SESSION, "sudo_user_id", CHANGE_INTEGER, ANSWER_SAME},
    {ANSWER_RUNNING, "id", CHANGE_INTEGER, ANSWER_SAME},
    {ANSWER_RUNNING, "query_id", CHANGE_NUMBER_TEXT, ANSWER_SAME},
    {ANSWER_RUNNING, "sql_interface_sql", CHANGE_DROP, ANSWER_SAME},
    {ANSWER_RUNNING, "user", CHANGE_INSIDE, ANSWER_USER},
    {ANSWER_RUNNING, "query", CHANGE_INSIDE, ANSWER_QUERY},
    {ANSWER_RUNNING, "sql_query", CHANGE_INSIDE, ANSWER_SQL_QUERY},
    {ANSWER_RUNNING, "look", CHANGE_INSIDE, ANSWER_LOOK},
    {ANSWER_QUERY, "id", CHANGE_INTEGER, ANSWER_SAME},
    {ANSWER_SQL_QUERY, "creator", CHANGE_INSIDE, ANSWER_USER},
    {ANSWER_LOOK, "id", CHANGE_INTEGER, ANSWER_SAME},
    {ANSWER_LOOK, "content_metadata_id", CHANGE_INTEGER, ANSWER_SAME},
    {ANSWER_LOOK, "user_id", CHANGE_DROP, ANSWER_SAME},
    {ANSWER_TASK, "query_id", CHANGE_INTEGER, ANSWER_SAME},
    {ANSWER_TASK, "query", CHANGE_INSIDE, ANSWER_QUERY},
    {ANSWER_TASK, "look_id", CHANGE_INTEGER, ANSWER_SAME},
    {ANSWER_CONNECTION, "max_queries", CHANGE_DROP, ANSWER_SAME},
    {ANSWER_CONNECTION, "max_queries_per_user", CHANGE_DROP, ANSWER_SAME},
    {ANSWER_WORKSPACE, "projects", CHANGE_INSIDE, ANSWER_PROJECT},
    {ANSWER_PROJECT, "dependency_status", CHANGE_DROP, ANSWER_SAME},
    {ANSWER_PROJECT, "has_production_counterpart", CHANGE_DROP, ANSWER_SAME},
    {ANSWER_PROJECT, "is_git_dev_locked", CHANGE_DROP, ANSWER_SAME},
};

static const struct rule *find_rule(enum answer_type type, const char *member)
{
    for (size_t i = 0; i < sizeof(RULES) / sizeof(RULES[0]); i++)
        if (RULES[i].type == type && strcmp(RULES[i].member, member) == 0)
            return &RULES[i];
    return NULL;
}

/* The number of an id; 0 when it has none. */
static int64_t number_of(struct sandbox *sandbox, const struct json *value)
{
    const char *id = json_string(value, NULL);
    int64_t number = json_int(value, 0);
    if (!id || number > 0)
        return number;
    service_lock(sandbox);
    number = queries_number(&sandbox->queries, id);
    service_unlock(sandbox);
    return number;
}

static struct json *as_integer(struct sandbox *sandbox, const struct json *value)
{
    if (json_is_array(value)) {
        struct json *array = json_new_array();
        for (size_t i = 0; i < json_count(value); i++)
            json_push(array, as_integer(sandbox, json_at(value, i)));
        return array;
    }
    int64_t number = number_of(sandbox, value);
    return number ? json_new_int(number) : NULL;
}

static struct json *as_number_text(struct sandbox *sandbox, const struct json *value)
{
    char text[32];
    int64_t number = number_of(sandbox, value);
    snprintf(text, sizeof(text), "%lld", (long long)number);
    return number ? json_new_string(text) : NULL;
}

static struct json *as_link(const struct json *value)
{
    char text[512];
    const char *link = json_string(value, NULL);
    const char *at = link ? strstr(link, "/api/4.0/") : NULL;
    if (!at)
        return value ? json_share(value) : NULL;
    snprintf(text, sizeof(text), "%.*s/api/3.1/%s", (int)(at - link), link,
             at + strlen("/api/4.0/"));
    return json_new_string(text);
}

static struct json *rewrite(struct sandbox *sandbox, enum answer_type type,
                            const struct json *value);

static struct json *rewrite_member(struct sandbox *sandbox, const struct rule *rule,
                                   const struct json *value)
{
    switch (rule->change) {
    case CHANGE_INTEGER:
        return as_integer(sandbox, value);
    case CHANGE_NUMBER_TEXT:
        return as_number_text(sandbox, value);
    case CHANGE_LINK:
        return as_link(value);
    default:
        return rewrite(sandbox, rule->inner, value);
    }
}

static struct json *rewrite_object(struct sandbox *sandbox, enum answer_type type,
                                   const struct json *object)
{
    struct json *out = json_new_object();
    const void *cursor = NULL;
    const char *key;
    const struct json *value;
    while (json_next_member(object, &cursor, &key, &value)) {
        const struct rule *rule = find_rule(type, key);
        if (type == ANSWER_QUERY && json_is_null(value) && sandbox->options.has_described_nulls)
            continue;
        if (!rule)
            json_set(out, key, value ? json_share(value) : NULL);
        else if (rule->change != CHANGE_DROP)
            json_set(out, key, rewrite_member(sandbox, rule, value));
    }
    return out;
}

static struct json *rewrite(struct sandbox *sandbox, enum answer_type type,
                            const struct json *value)
{
    if (json_is_object(value))
        return rewrite_object(sandbox, type, value);
    if (!json_is_array(value))
        return value ? json_share(value) : NULL;
    struct json *out = json_new_array();
    for (size_t i = 0; i < json_count(value); i++)
        json_push(out, rewrite(sandbox, type, json_at(value, i)));
    return out;
}

void version31_rewrite(struct sandbox *sandbox, enum answer_type type, struct response *response)
{
    if (response->status == 202)
        response->status = 204;
    if (type == ANSWER_SAME || response->status != 200)
        return;
    struct json *json = json_parse(response->body.data, response->body.len, NULL);
    struct json *rewritten = rewrite(sandbox, type, json);
    strbuf_clear(&response->body);
    json_format(rewritten, false, &response->body);
    json_destroy(rewritten);
    json_destroy(json);
}
