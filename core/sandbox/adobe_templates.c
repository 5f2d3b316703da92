/* Adobe Query Service: query templates. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/xalloc.h"
#include "sandbox/adobe_gate.h"
#include "sandbox/adobe_page.h"
#include "sandbox/describe.h"
#include "sandbox/router.h"

#define TEMPLATES_MAX 10000

void adobe_templates_init(struct adobe_templates *templates, uint64_t seed)
{
    *templates = (struct adobe_templates){.rng = {.state = seed ^ 0x7E3B}};
    TAILQ_INIT(&templates->list);
}

static void destroy(struct adobe_templates *templates, struct adobe_template *template)
{
    TAILQ_REMOVE(&templates->list, template, link);
    templates->count--;
    free(template->name);
    free(template->sql);
    free(template->parameters);
    free(template->user_id);
    free(template->last_user_id);
    free(template);
}

void adobe_templates_finish(struct adobe_templates *templates)
{
    struct adobe_template *template;
    while ((template = TAILQ_FIRST(&templates->list)))
        destroy(templates, template);
}

static struct adobe_template *find(const struct adobe_templates *templates, const char *id)
{
    struct adobe_template *template;
    TAILQ_FOREACH(template, &templates->list, link)
    {
        if (strcmp(template->id, id) == 0)
            return template;
    }
    return NULL;
}

const struct adobe_template *adobe_templates_find(const struct adobe_templates *templates,
                                                  const char *id)
{
    return find(templates, id);
}

static void replace(char **text, const char *with)
{
    char *copy = xstrdup(with);
    free(*text);
    *text = copy;
}

static void set_content(struct adobe_template *template, const struct json *body,
                        const char *user_id, int64_t wall_ms)
{
    const struct json *parameters = json_get(body, "queryParameters");
    struct strbuf text;
    strbuf_init(&text, LIMIT_REQUEST_BODY_BYTES);
    if (json_is_object(parameters))
        json_format(parameters, false, &text);
    else
        strbuf_add_text(&text, "{}");
    replace(&template->name, json_string(json_get(body, "name"), NULL));
    replace(&template->sql, json_string(json_get(body, "sql"), NULL));
    replace(&template->parameters, text.data);
    replace(&template->last_user_id, user_id);
    template->updated_ms = wall_ms;
    strbuf_finish(&text);
}

struct adobe_template *adobe_templates_add(struct adobe_templates *templates,
                                           const struct json *body, const char *user_id,
                                           int64_t wall_ms)
{
    struct adobe_template *template = xcalloc(1, sizeof(*template));
    adobe_make_id(&templates->rng, template->id);
    template->user_id = xstrdup(user_id);
    template->created_ms = wall_ms;
    set_content(template, body, user_id, wall_ms);
    TAILQ_INSERT_TAIL(&templates->list, template, link);
    templates->count++;
    return template;
}

static const char *name_of(const void *item)
{
    return ((const struct adobe_template *)item)->name;
}

static const char *user_of(const void *item)
{
    return ((const struct adobe_template *)item)->user_id;
}

static const char *last_user_of(const void *item)
{
    return ((const struct adobe_template *)item)->last_user_id;
}

static const struct filter_property PROPERTIES[] = {
    {.name = "name", .operators = FILTER_BIT(CONTAINS), .text = name_of},
    {.name = "userId", .operators = FILTER_BIT(EQUAL), .text = user_of},
    {.name = "lastUpdatedBy", .operators = FILTER_BIT(EQUAL), .text = last_user_of},
    {.name = NULL},
};

static struct json *describe(const struct adobe_template *template, const char *url)
{
    char href[512];
    struct json *links = json_new_object();
    struct json *json = json_new_object();
    snprintf(href, sizeof(href), "%s" ADOBE_ROOT "/query-templates/%s", url, template->id);
    json_set(links, "self", describe_link(href, "GET", NULL));
    json_set(links, "update",
             describe_link(href, "PUT",
                           "{ \"sql\": \"new sql\", \"queryParameters\": { }, "
                           "\"name\": \"new name\" }"));
    json_set(links, "delete", describe_link(href, "DELETE", NULL));
    json_set_string(json, "id", template->id);
    json_set_string(json, "name", template->name);
    json_set_string(json, "sql", template->sql);
    json_set(json, "queryParameters",
             json_parse(template->parameters, strlen(template->parameters), NULL));
    describe_set_time(json, "created", template->created_ms);
    describe_set_time(json, "updated", template->updated_ms);
    json_set_string(json, "lastUpdatedBy", template->last_user_id);
    json_set_string(json, "userId", template->user_id);
    json_set(json, "_links", links);
    return json;
}

static void add_template(const void *item, const void *context, struct strbuf *out)
{
    struct json *json = describe(item, context);
    json_format(json, false, out);
    json_destroy(json);
}

static void collect_locked(const struct adobe_templates *templates,
                           const struct page_request *wanted, struct page *page)
{
    const struct adobe_template *template;
    TAILQ_FOREACH(template, &templates->list, link)
    {
        page_add(page, wanted, template->created_ms, template->updated_ms, template);
    }
    page_sort(page);
}

void handle_adobe_templates(struct sandbox *sandbox, const struct request *request,
                            struct response *response)
{
    struct arena arena = {0};
    struct page_request wanted;
    struct page page = {0};
    char url[256];
    snprintf(url, sizeof(url), "%s" ADOBE_ROOT "/query-templates", sandbox->url);
    if (page_request_read(request, PROPERTIES, &arena, &wanted, response)) {
        service_lock(sandbox);
        collect_locked(&sandbox->adobe.templates, &wanted, &page);
        respond_page(response, url, "templates", &page, &wanted, add_template, sandbox->url);
        service_unlock(sandbox);
    }
    page_finish(&page);
    arena_finish(&arena);
}

void handle_adobe_template_count(struct sandbox *sandbox, const struct request *request,
                                 struct response *response)
{
    struct arena arena = {0};
    struct page_request wanted;
    struct page page = {0};
    if (page_request_read(request, PROPERTIES, &arena, &wanted, response)) {
        service_lock(sandbox);
        collect_locked(&sandbox->adobe.templates, &wanted, &page);
        service_unlock(sandbox);
        struct json *json = json_new_object();
        json_set_int(json, "totalCount", (int64_t)page.count);
        json_set_int(json, "version", 1);
        respond_adobe(response, 200, json);
    }
    page_finish(&page);
    arena_finish(&arena);
}

void handle_adobe_template(struct sandbox *sandbox, const struct request *request,
                           struct response *response)
{
    service_lock(sandbox);
    const struct adobe_template *template = find(&sandbox->adobe.templates, request->arguments[0]);
    if (template)
        respond_adobe(response, 200, describe(template, sandbox->url));
    else
        respond_adobe_message(response, 404, "Query template not found");
    service_unlock(sandbox);
}

/* Name and SQL as they must be; NULL after having answered. */
static struct json *read_body(const struct request *request, struct response *response)
{
    struct json *body = adobe_body(request, response);
    if (!body || (json_is_string(json_get(body, "name")) && json_is_string(json_get(body, "sql"))))
        return body;
    respond_adobe_message(response, 400, "name and sql are required");
    json_destroy(body);
    return NULL;
}

void handle_adobe_create_template(struct sandbox *sandbox, const struct request *request,
                                  struct response *response)
{
    char user_id[ADOBE_USER_BYTES];
    struct json *body = read_body(request, response);
    if (!body)
        return;
    adobe_user_id(request->account, user_id, sizeof(user_id));
    service_lock(sandbox);
    if (sandbox->adobe.templates.count < TEMPLATES_MAX)
        respond_adobe(response, 202,
                      describe(adobe_templates_add(&sandbox->adobe.templates, body, user_id,
                                                   clock_wall_ms()),
                               sandbox->url));
    else
        respond_adobe_message(response, 400, "This service keeps no more templates");
    service_unlock(sandbox);
    json_destroy(body);
}

void handle_adobe_update_template(struct sandbox *sandbox, const struct request *request,
                                  struct response *response)
{
    char user_id[ADOBE_USER_BYTES];
    struct json *body = read_body(request, response);
    if (!body)
        return;
    service_lock(sandbox);
    struct adobe_template *template = find(&sandbox->adobe.templates, request->arguments[0]);
    if (template) {
        set_content(template, body, adobe_user_id(request->account, user_id, sizeof(user_id)),
                    clock_wall_ms());
        respond_adobe(response, 202, describe(template, sandbox->url));
    } else
        respond_adobe_message(response, 404, "Query template not found");
    service_unlock(sandbox);
    json_destroy(body);
}

/* Here the description has the status as text. */
static void respond_deleted(struct response *response)
{
    struct json *json = json_new_object();
    json_set_string(json, "message", "Query template deleted");
    json_set_string(json, "statusCode", "202");
    respond_adobe(response, 202, json);
}

void handle_adobe_delete_template(struct sandbox *sandbox, const struct request *request,
                                  struct response *response)
{
    service_lock(sandbox);
    struct adobe_template *template = find(&sandbox->adobe.templates, request->arguments[0]);
    if (template) {
        destroy(&sandbox->adobe.templates, template);
        respond_deleted(response);
    } else
        respond_adobe_message(response, 404, "Query template not found");
    service_unlock(sandbox);
}
