#include "sandbox/adobe_order.h"

#include <string.h>

#include "base/limits.h"
#include "sandbox/adobe_gate.h"
#include "sandbox/adobe_sql.h"

static const char *text_of(const struct json *object, const char *key)
{
    const struct json *value = json_get(object, key);
    return json_is_string(value) ? json_string(value, NULL) : NULL;
}

/* Only what the service knows of is echoed. */
static struct json *echo(const struct json *body)
{
    static const char *const members[] = {
        "dbName", "sql",         "queryParameters", "templateId",
        "name",   "description", "ctasParameters",  "insertIntoParameters"};
    struct json *json = json_new_object();
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        const struct json *value = json_get(body, members[i]);
        if (value)
            json_set(json, members[i], json_share(value));
    }
    return json;
}

static bool check_members(const struct json *body, struct error *err)
{
    static const char prefix[] = ADOBE_SANDBOX_NAME ":";
    static const char *const objects[] = {"queryParameters", "ctasParameters",
                                          "insertIntoParameters"};
    const char *db_name = text_of(body, "dbName");
    if (!text_of(body, "sql") == !text_of(body, "templateId"))
        return error_set(err, ERR_USAGE, "either sql or templateId is required");
    if (db_name && strncmp(db_name, prefix, strlen(prefix)) != 0)
        return error_set(err, ERR_USAGE, "dbName must be " ADOBE_SANDBOX_NAME ":all");
    for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++) {
        const struct json *value = json_get(body, objects[i]);
        if (value && !json_is_object(value))
            return error_set(err, ERR_USAGE, "%s must be an object", objects[i]);
    }
    return true;
}

/* The template's defaults, and over them the body's. */
static struct json *join_parameters(const struct adobe_template *template, const struct json *body)
{
    struct json *joined = template
                              ? json_parse(template->parameters, strlen(template->parameters), NULL)
                              : json_new_object();
    const void *cursor = NULL;
    const char *key;
    const struct json *value;
    while (json_next_member(json_get(body, "queryParameters"), &cursor, &key, &value))
        json_set(joined, key, value ? json_share(value) : NULL);
    return joined;
}

/* What goes before the SQL to make it write. */
static bool add_verb(const struct json *body, struct strbuf *out, struct error *err)
{
    static const struct {
        const char *member;
        const char *before;
        const char *after;
    } verbs[] = {
        {"ctasParameters", "CREATE TABLE ", " AS "},
        {"insertIntoParameters", "INSERT INTO ", " "},
    };
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        const struct json *parameters = json_get(body, verbs[i].member);
        const char *name = text_of(parameters, "datasetName");
        if (parameters && !name)
            return error_set(err, ERR_USAGE, "%s must have a datasetName", verbs[i].member);
        if (name && !statement_is_name(name))
            return error_set(err, ERR_USAGE, "datasetName must be letters, digits and _");
        if (name)
            strbuf_addf(out, "%s%s%s", verbs[i].before, name, verbs[i].after);
    }
    return true;
}

static bool check_syntax(const char *sql, struct error *err)
{
    struct statement statement;
    struct strbuf rows;
    strbuf_init(&rows, LIMIT_REQUEST_BODY_BYTES);
    statement_parse(sql, &statement);
    statement_add_rows(sql, &statement, &rows);
    bool is_good = sql_check_syntax(rows.data, err);
    strbuf_finish(&rows);
    return is_good;
}

static bool make_sql(struct adobe_order *order, const struct adobe_template *template,
                     const struct json *body, struct error *err)
{
    const char *given = template ? template->sql : text_of(body, "sql");
    struct json *parameters = join_parameters(template, body);
    bool is_made = add_verb(body, &order->sql, err) &&
                   sql_fill_parameters(given, parameters, &order->sql, err) &&
                   check_syntax(order->sql.data, err);
    json_destroy(parameters);
    order->wish.sql = order->sql.data;
    order->wish.is_sql_changed = template || strcmp(order->sql.data, given) != 0;
    return is_made;
}

bool adobe_order_make(struct adobe_order *out, const struct adobe_templates *templates,
                      const struct json *body, struct error *err)
{
    const char *template_id = text_of(body, "templateId");
    const struct adobe_template *template =
        template_id ? adobe_templates_find(templates, template_id) : NULL;
    if (!check_members(body, err))
        return false;
    if (template_id && !template)
        return error_set(err, ERR_USAGE, "there is no template %.40s", template_id);
    *out = (struct adobe_order){.request = echo(body)};
    strbuf_init(&out->sql, LIMIT_REQUEST_BODY_BYTES);
    out->wish.request = out->request;
    if (template) {
        out->wish.template_id = template->id;
        out->wish.template_name = template->name;
    }
    if (make_sql(out, template, body, err))
        return true;
    adobe_order_finish(out);
    return false;
}

void adobe_order_finish(struct adobe_order *order)
{
    strbuf_finish(&order->sql);
    json_destroy(order->request);
}
