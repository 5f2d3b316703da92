#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/sanitize.h"
#include "provider/adobe_internal.h"

/* Three questions, each for its pages: templates, schedules, and how to connect with psql. */

#define PAGE_SIZE 100
/* Of a kind, so that many templates do not keep the schedules away. */
#define KIND_MAX ((LIMIT_ITEMS - 1) / 2)

static const struct {
    const char *path; /* with the page's parameters where there are pages */
    struct adobe_listing listing;
} steps[] = {
    {"/query-templates?orderby=-updated",
     {"the templates", "templates", KIND_MAX, adobe_read_template}},
    {"/schedules?orderby=-created", {"the schedules", "schedules", KIND_MAX, adobe_read_schedule}},
    {"/connection_parameters", {"the connection parameters", NULL, 1, adobe_read_connection}},
};
#define STEP_COUNT (sizeof(steps) / sizeof(steps[0]))

static bool build_page(struct provider *p, const struct adobe_gathering *gathering,
                       const char *path, struct http_request *out, struct error *err)
{
    struct strbuf start;
    strbuf_init(&start, LIMIT_KIB);
    adobe_add_start(&start, gathering->start);
    bool is_built = strchr(path, '?') ? adobe_request(p, out, HTTP_GET, err, "%s&limit=%d%s", path,
                                                      PAGE_SIZE, start.data)
                                      : adobe_request(p, out, HTTP_GET, err, "%s", path);
    strbuf_finish(&start);
    return is_built;
}

bool adobe_build_items(struct provider *p, struct job *job, struct http_request *out,
                       struct error *err)
{
    struct adobe_gathering *gathering = &adobe_job_state(job)->items;
    if (!gathering->list)
        gathering->list = item_list_create(NULL);
    return build_page(p, gathering, steps[gathering->step].path, out, err);
}

/* --- the answers -------------------------------------------------------------------------------
 */

/* By name, as people look for them. */
static int by_name(const void *a, const void *b)
{
    const struct item *one = a, *other = b;
    int order = one->kind == other->kind ? strcasecmp(one->name, other->name)
                                         : (int)one->kind - (int)other->kind;
    return order ? order : strcmp(one->id, other->id);
}

static enum provider_step give_items(struct provider *p, struct job *job, struct batch *out)
{
    struct adobe_gathering *gathering = &adobe_job_state(job)->items;
    struct item_list *list = gathering->list;
    if (gathering->count)
        qsort(gathering->items, gathering->count, sizeof(*gathering->items), by_name);
    list->place = "sandbox";
    list->workspace = arena_strdup(&list->arena, p->profile->sandbox_name);
    out->items = adobe_gather_take(gathering, job->now_ms);
    return STEP_DONE;
}

/* No answer, or a plea to slow down: what was known before is better than a part. */
static bool is_hopeless(const struct http_response *response)
{
    return response->transport.code != ERR_NONE || response->status == 429 ||
           response->status >= 502;
}

/* A credential may see the templates and not the schedules: what is refused is told once, and the
 * rest is not lost by it. */
enum provider_step adobe_parse_items(struct provider *p, struct job *job,
                                     const struct http_response *response, struct batch *out,
                                     struct error *err)
{
    struct adobe_gathering *gathering = &adobe_job_state(job)->items;
    const struct adobe_listing *listing = &steps[gathering->step].listing;
    struct error why = {0};
    enum provider_step step = adobe_check(response, listing->what, &why);
    struct json *root = step == STEP_DONE ? adobe_json(response, listing->what, &why) : NULL;
    if (step == STEP_LOGIN || is_hopeless(response)) {
        *err = why;
        return step == STEP_LOGIN ? STEP_LOGIN : STEP_FAILED;
    }
    bool has_more = root && adobe_gather_page(gathering, listing, root);
    json_destroy(root);
    if (!root && gathering->list->error.code == ERR_NONE)
        gathering->list->error = why;
    if (has_more)
        return STEP_AGAIN;
    adobe_gather_next(gathering);
    return gathering->step < STEP_COUNT ? STEP_AGAIN : give_items(p, job, out);
}

/* --- parts: the runs of a schedule -------------------------------------------------------------
 */

static const struct adobe_listing runs = {"the runs", "runsSchedules", LIMIT_PARTS, adobe_read_run};

bool adobe_build_parts(struct provider *p, struct job *job, struct http_request *out,
                       struct error *err)
{
    char path[LIMIT_ID_BYTES * 3 + 64];
    struct adobe_gathering *gathering = &adobe_job_state(job)->items;
    if (!job->item_id || !sanitize_is_plain_id(job->item_id))
        return error_set(err, ERR_NO, "this is no schedule that Adobe could be asked about");
    if (!gathering->list)
        gathering->list = item_list_create(job->item_id);
    snprintf(path, sizeof(path), "/schedules/%s/runs?orderby=-created", job->item_id);
    return build_page(p, gathering, path, out, err);
}

enum provider_step adobe_parse_parts(struct provider *p, struct job *job,
                                     const struct http_response *response, struct batch *out,
                                     struct error *err)
{
    (void)p;
    struct adobe_gathering *gathering = &adobe_job_state(job)->items;
    enum provider_step step = adobe_check(response, runs.what, err);
    struct json *root = step == STEP_DONE ? adobe_json(response, runs.what, err) : NULL;
    if (!root)
        return step == STEP_DONE ? STEP_FAILED : step;
    bool has_more = adobe_gather_page(gathering, &runs, root);
    json_destroy(root);
    if (has_more)
        return STEP_AGAIN;
    out->parts = adobe_gather_take(gathering, job->now_ms);
    return STEP_DONE;
}
