#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/timefmt.h"
#include "base/xalloc.h"
#include "provider/adobe_internal.h"

/* Once the list is known only what was updated since is asked for. What that can miss (queries that
 * were hidden, or whose update came to light late) a whole list mends from time to time. */
#define FULL_EVERY_MS 300000
/* An update may come to light this much later than it says. */
#define OVERLAP_MS 60000
/* The service's times are ahead of its clock by no more than this, or they are nonsense. */
#define AHEAD_MAX_MS 300000

#define PAGE_SIZE 1000
#define PAGES_MAX 500
/* Of a page: more is no answer to what was asked. */
#define RECORDS_MAX (20 * PAGE_SIZE)

static bool is_full_due(const struct adobe *adobe, const struct job *job)
{
    return job->wants_all || adobe->full_ms == UNKNOWN || adobe->newest_ms == UNKNOWN ||
           job->now_ms < adobe->full_ms || job->now_ms - adobe->full_ms >= FULL_EVERY_MS;
}

static void begin_pass(struct adobe *adobe, struct adobe_pass *pass)
{
    pass->number = ++adobe->pass;
    pass->start[0] = '\0';
    pass->tasks = 0;
}

/* Only the first list: what changed since is little, and must be told also of what no longer
 * belongs there; what mends that is to be whole. */
static enum adobe_narrowing narrowing_of(const struct adobe *adobe, const struct adobe_pass *pass)
{
    bool is_first = !pass->is_delta && adobe->full_ms == UNKNOWN;
    return is_first && !adobe->is_narrowing_refused ? ADOBE_NARROW_ALL : ADOBE_NARROW_NOT;
}

/* Begins one at the first leg. */
static struct adobe_pass *pass_of(struct provider *p, struct job *job)
{
    struct adobe_pass *pass = &adobe_job_state(job)->pass;
    if (pass->number)
        return pass;
    struct adobe *adobe = adobe_of(p);
    int64_t service_ms = job->now_ms + adobe->service_ahead_ms;
    begin_pass(adobe, pass);
    pass->begun_ms = job->now_ms;
    pass->is_delta = !is_full_due(adobe, job);
    pass->from_ms =
        pass->is_delta ? adobe->newest_ms - OVERLAP_MS : service_ms - p->profile->since_ms;
    if (job->scope && !pass->is_delta && job->scope->created_from_ms > pass->from_ms)
        pass->from_ms = job->scope->created_from_ms;
    pass->narrowing = narrowing_of(adobe, pass);
    return pass;
}

static const char *as_word(bool value)
{
    return value ? "true" : "false";
}

/* The parameter property: from when on, and what need not be there. */
static void add_property(struct strbuf *out, struct adobe_pass *pass,
                         const struct filter_scope *scope)
{
    char from[TIMEFMT_BYTES];
    struct strbuf property;
    strbuf_init(&property, LIMIT_KIB * 4);
    strbuf_addf(&property, "%s>=%s", pass->is_delta ? "updated" : "created",
                format_utc(from, pass->from_ms));
    pass->is_narrowed = adobe_add_scope(&property, scope, pass->narrowing, &pass->has_texts);
    strbuf_add_text(out, "property=");
    strbuf_add_urlencoded(out, property.data);
    strbuf_finish(&property);
}

bool adobe_build_list(struct provider *p, struct job *job, struct http_request *out,
                      struct error *err)
{
    const struct profile *profile = p->profile;
    struct adobe_pass *pass = pass_of(p, job);
    struct strbuf rest;
    strbuf_init(&rest, LIMIT_KIB * 16);
    add_property(&rest, pass, job->scope);
    adobe_add_start(&rest, pass->start);
    out->max_body_bytes = LIMIT_LIST_BODY_BYTES;
    bool is_built = adobe_request(p, out, HTTP_GET, err,
                                  "/queries?orderby=-created&limit=%d&excludeHidden=%s"
                                  "&excludeSoftDeleted=%s&%s",
                                  PAGE_SIZE, as_word(!profile->include_hidden),
                                  as_word(!profile->include_soft_deleted), rest.data);
    strbuf_finish(&rest);
    return is_built;
}

/* --- a page ------------------------------------------------------------------------------------
 */

struct page {
    size_t records;
    size_t news;                   /* that no page of this pass had */
    size_t unread;                 /* that were too long */
    char next[ADOBE_CURSOR_BYTES]; /* "": this is the last page */
};

/* NULL when the record is no query. */
static struct adobe_known *read_record(struct adobe *adobe, const struct record *record,
                                       int64_t now_ms, struct page *page)
{
    struct adobe_known *known = NULL;
    records_pick(record, adobe_query_parts, &adobe->picked);
    if (adobe->picked.is_cut) {
        page->unread++;
        return NULL;
    }
    struct json *query =
        json_parser_read(adobe->parser, adobe->picked.data, adobe->picked.len, NULL);
    task_draft_clear(&adobe->draft);
    adobe_read_query(adobe, &adobe->draft, query, now_ms);
    if (task_draft_text(&adobe->draft, TASK_ID)) {
        known = adobe_known_put(adobe, record->hash, task_create(&adobe->draft));
        known->updated_ms = adobe_time(json_get(query, "updated"));
    }
    json_destroy(query);
    return known;
}

static void note_newest(struct adobe *adobe, int64_t updated_ms, int64_t now_ms)
{
    if (updated_ms != UNKNOWN && updated_ms > adobe->newest_ms &&
        updated_ms <= now_ms + adobe->service_ahead_ms + AHEAD_MAX_MS)
        adobe->newest_ms = updated_ms;
}

static void read_one(struct adobe *adobe, const struct job *job, const struct record *record,
                     struct batch *out, struct page *page)
{
    const struct adobe_job *state = job->state;
    const struct adobe_pass *pass = &state->pass;
    struct adobe_known *known = adobe_known_find(adobe, record->hash);
    if (!known)
        known = read_record(adobe, record, job->now_ms, page);
    page->records++;
    if (!known || known->pass == pass->number)
        return;
    known->pass = pass->number;
    note_newest(adobe, known->updated_ms, job->now_ms);
    batch_add_task(out, task_ref(known->task));
    page->news++;
}

/* What stands around the records: the body without them. */
static void read_next(const struct http_response *response, const char *records_begin,
                      const char *records_end, struct page *page)
{
    const char *end = response->body + response->body_len;
    struct strbuf around;
    strbuf_init(&around, LIMIT_SMALL_BODY_BYTES);
    strbuf_add(&around, response->body, (size_t)(records_begin - response->body));
    strbuf_add(&around, records_end, (size_t)(end - records_end));
    struct json *root = json_parse(around.data, around.len, NULL);
    adobe_next_start(root, page->next);
    json_destroy(root);
    strbuf_finish(&around);
}

/* False when the body is no list. */
static bool read_page(struct adobe *adobe, const struct job *job,
                      const struct http_response *response, struct batch *out, struct page *page)
{
    struct records records;
    struct record record;
    records_init_member(&records, response->body, response->body_len, "queries");
    const char *begin = records.at;
    while (page->records < RECORDS_MAX && !job_is_stopping(job) && records_next(&records, &record))
        read_one(adobe, job, &record, out, page);
    if (!records.is_done)
        return false;
    read_next(response, page->records ? begin : records.at,
              page->records ? records.at - 1 : records.at, page);
    return true;
}

/* --- the end of a pass -------------------------------------------------------------------------
 */

static void say_cut(const struct provider *p, struct batch *out)
{
    char since[TIMEFMT_BYTES];
    out->is_partial = true;
    snprintf(out->partial_reason, sizeof(out->partial_reason),
             "more queries in the last %s than are kept; shorten since in the profile",
             format_duration(since, p->profile->since_ms));
}

/* All that the pass had, and with it all that there is. */
static void finish_full(struct adobe *adobe, const struct adobe_pass *pass, struct batch *out)
{
    struct adobe_known *known, *next;
    batch_finish(out);
    adobe->full_ms = pass->begun_ms;
    adobe_known_forget(adobe, pass->number);
    HASH_ITER (hh_id, adobe->by_id, known, next)
        batch_add_task(out, task_ref(known->task));
    out->is_complete = !adobe->is_cut;
    out->has_ended = true;
    out->window_from_ms = pass->from_ms;
}

/* An id is written in one way. If none is there that is written like this, it may be there in other
 * letters. */
static bool is_in_vain(const struct adobe_pass *pass, const struct page *page)
{
    return pass->has_texts && pass->tasks + page->records == 0;
}

static enum provider_step end_page(struct provider *p, struct job *job, const struct page *page,
                                   struct batch *out)
{
    struct adobe *adobe = adobe_of(p);
    struct adobe_pass *pass = &adobe_job_state(job)->pass;
    bool has_more = page->next[0] && strcmp(page->next, pass->start) != 0;
    if (is_in_vain(pass, page)) {
        pass->narrowing = ADOBE_NARROW_BUT_TEXTS;
        begin_pass(adobe, pass);
        return STEP_AGAIN;
    }
    bool is_too_long = pass->tasks + page->news >= LIMIT_ENDED_TASKS || job->leg + 1 >= PAGES_MAX;
    pass->tasks += page->news;
    pass->unread += page->unread;
    if (has_more && page->news && !is_too_long) {
        memcpy(pass->start, page->next, sizeof(pass->start));
        return STEP_AGAIN;
    }
    if (!pass->is_delta) {
        adobe->is_cut = has_more && (page->news || page->records >= PAGE_SIZE);
        finish_full(adobe, pass, out);
    }
    out->is_delta = pass->is_delta;
    if (!pass->is_delta || pass->unread > adobe->unread)
        adobe->unread = pass->unread;
    if (adobe->is_cut)
        say_cut(p, out);
    batch_note_unread(out, adobe->unread);
    return STEP_DONE;
}

/* Begins anew without, then. */
static bool is_narrowing_refused(struct provider *p, struct job *job,
                                 const struct http_response *response)
{
    struct adobe *adobe = adobe_of(p);
    struct adobe_pass *pass = &adobe_job_state(job)->pass;
    if (response->transport.code != ERR_NONE || response->status != 400 || !pass->is_narrowed)
        return false;
    adobe->is_narrowing_refused = true;
    pass->narrowing = ADOBE_NARROW_NOT;
    begin_pass(adobe, pass);
    return true;
}

/* There always is a list, of a sandbox that exists; and once it was there, something else is wrong.
 */
static void blame_settings(struct error *err)
{
    struct error said = *err;
    error_set(err, ERR_CONFIG, "%.300s; check sandbox_name and base_url", said.message);
}

enum provider_step adobe_parse_list(struct provider *p, struct job *job,
                                    const struct http_response *response, struct batch *out,
                                    struct error *err)
{
    static const char what[] = "the list of queries";
    struct page page = {0};
    if (is_narrowing_refused(p, job, response))
        return STEP_AGAIN;
    enum provider_step step = adobe_check(response, what, err);
    /* Without this right there is nothing to be watched at all. */
    if (err->code == ERR_FORBIDDEN)
        err->code = ERR_LOGIN;
    if (step == STEP_FAILED && response->status == 404 && adobe_of(p)->full_ms == UNKNOWN)
        blame_settings(err);
    if (step != STEP_DONE)
        return step;
    if (read_page(adobe_of(p), job, response, out, &page))
        return end_page(p, job, &page, out);
    struct json *root = job_is_stopping(job) ? NULL : adobe_json(response, what, err);
    if (root)
        error_set(err, ERR_SERVICE, "%s: the answer is no list; check base_url", what);
    json_destroy(root);
    return STEP_FAILED;
}
