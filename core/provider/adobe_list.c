#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/timefmt.h"
#include "base/xalloc.h"
#include "net/records.h"
#include "provider/adobe_internal.h"

#define uthash_fatal(msg) xalloc_die()
#include <uthash.h>

#define PAGE_SIZE 1000

/* What a page brought; its id is the key, inside the task. */
struct listed {
    struct task *task;
    UT_hash_handle hh;
};

/* One way through the pages; behind job->state. */
struct adobe_pass {
    int64_t from_ms; /* created since */
    char start[64];  /* cursor of the page to ask for; "" for the first */
    struct listed *listed;
};

void adobe_drop_pass(struct adobe_pass *pass)
{
    struct listed *listed, *next;
    if (!pass)
        return;
    HASH_ITER (hh, pass->listed, listed, next) {
        HASH_DEL(pass->listed, listed);
        task_unref(listed->task);
        free(listed);
    }
    free(pass);
}

/* False when a page before had it. Takes the reference. */
static bool note_listed(struct adobe_pass *pass, struct task *task)
{
    const char *id = task_text(task, TASK_ID);
    struct listed *listed;
    HASH_FIND_STR(pass->listed, id, listed);
    if (listed) {
        task_unref(task);
        return false;
    }
    listed = xcalloc(1, sizeof(*listed));
    listed->task = task;
    HASH_ADD_KEYPTR(hh, pass->listed, id, strlen(id), listed);
    return true;
}

static struct adobe_pass *begin_pass(struct provider *p, struct job *job)
{
    struct adobe_pass *pass = xcalloc(1, sizeof(*pass));
    pass->from_ms = job->now_ms + adobe_of(p)->service_ahead_ms - p->profile->since_ms;
    job->state = pass;
    return pass;
}

static const char *as_word(bool value)
{
    return value ? "true" : "false";
}

bool adobe_build_list(struct provider *p, struct job *job, struct http_request *out,
                      struct error *err)
{
    const struct profile *profile = p->profile;
    struct adobe_pass *pass = job->state ? job->state : begin_pass(p, job);
    char from[TIMEFMT_BYTES];
    struct strbuf query;
    strbuf_init(&query, LIMIT_KIB);
    strbuf_addf(&query, "property=created%%3E%%3D");
    strbuf_add_urlencoded(&query, format_utc(from, pass->from_ms));
    if (pass->start[0]) {
        strbuf_add_text(&query, "&start=");
        strbuf_add_urlencoded(&query, pass->start);
    }
    out->max_body_bytes = LIMIT_LIST_BODY_BYTES;
    bool is_built = adobe_request(p, out, HTTP_GET, err,
                                  "/queries?orderby=-created&limit=%d&excludeHidden=%s"
                                  "&excludeSoftDeleted=%s&%s",
                                  PAGE_SIZE, as_word(!profile->include_hidden),
                                  as_word(!profile->include_soft_deleted), query.data);
    strbuf_finish(&query);
    return is_built;
}

/* --- a page ------------------------------------------------------------------------------------
 */

struct page {
    size_t news;
    char next[64]; /* cursor; "" when there is none */
};

/* Only the query string of a link counts: its host may be a stranger's. */
static void read_start(const char *href, char *out, size_t size)
{
    const char *at = strchr(href, '?');
    while (at && strncmp(at + 1, "start=", 6) != 0)
        at = strchr(at + 1, '&');
    struct strbuf text;
    strbuf_init(&text, size - 1);
    for (at = at ? at + 7 : ""; *at && *at != '&' && *at != '#'; at++) {
        unsigned byte;
        if (*at == '%' && sscanf(at + 1, "%2x", &byte) == 1 && byte >= 0x20) {
            strbuf_add_char(&text, (char)byte);
            at += 2;
        } else {
            strbuf_add_char(&text, *at);
        }
    }
    snprintf(out, size, "%s", text.is_cut ? "" : text.data);
    strbuf_finish(&text);
}

static void read_next(const struct json *root, struct page *page)
{
    const struct json *next = json_get(json_get(root, "_links"), "next");
    const char *href = json_string(json_is_object(next) ? json_get(next, "href") : next, NULL);
    if (href)
        read_start(href, page->next, sizeof(page->next));
}

static void read_records(struct provider *p, struct job *job, const struct json *queries,
                         struct batch *out, struct page *page)
{
    struct adobe *adobe = adobe_of(p);
    for (size_t i = 0; i < json_count(queries); i++) {
        task_draft_clear(&adobe->draft);
        adobe_read_query(adobe, &adobe->draft, json_at(queries, i), job->now_ms);
        if (!task_draft_text(&adobe->draft, TASK_ID))
            continue;
        struct task *task = task_create(&adobe->draft);
        if (!note_listed(job->state, task))
            continue;
        batch_add_task(out, task_ref(task));
        page->news++;
    }
}

static void finish_pass(const struct adobe_pass *pass, struct batch *out)
{
    struct listed *listed, *next;
    batch_finish(out);
    HASH_ITER (hh, pass->listed, listed, next)
        batch_add_task(out, task_ref(listed->task));
    out->is_complete = true;
}

enum provider_step adobe_parse_list(struct provider *p, struct job *job,
                                    const struct http_response *response, struct batch *out,
                                    struct error *err)
{
    static const char what[] = "the list of queries";
    struct adobe_pass *pass = job->state;
    enum provider_step step = adobe_check(response, what, err);
    struct json *root = step == STEP_DONE ? adobe_json(response, what, err) : NULL;
    /* Without this right there is nothing to be watched at all. */
    if (err->code == ERR_FORBIDDEN)
        err->code = ERR_LOGIN;
    if (!root)
        return step == STEP_DONE ? STEP_FAILED : step;
    const struct json *queries = json_get(root, "queries");
    struct page page = {0};
    bool is_list = json_is_array(queries);
    if (is_list) {
        read_records(p, job, queries, out, &page);
        read_next(root, &page);
    }
    json_destroy(root);
    if (!is_list) {
        error_set(err, ERR_SERVICE, "%s: the answer is no list; check base_url", what);
        return STEP_FAILED;
    }
    if (page.next[0] && page.news && HASH_COUNT(pass->listed) < LIMIT_ENDED_TASKS) {
        memcpy(pass->start, page.next, sizeof(page.next));
        return STEP_AGAIN;
    }
    finish_pass(pass, out);
    return STEP_DONE;
}
