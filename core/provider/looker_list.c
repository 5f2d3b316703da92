#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "provider/looker_known.h"

/* A record is the same record as long as its task's clock tells its runtime as well as this. */
#define RUNTIME_TOLERANCE_MS 1500

static bool agrees(const struct task *task, int64_t runtime_ms, int64_t now_ms)
{
    if (runtime_ms == UNKNOWN)
        return true;
    int64_t expected_ms = task_elapsed_at(task, now_ms);
    return expected_ms != UNKNOWN && llabs(expected_ms - runtime_ms) <= RUNTIME_TOLERANCE_MS;
}

/* The task with another runtime, as observed now. */
static struct task *with_runtime(struct looker *looker, const struct task *task, int64_t runtime_ms,
                                 int64_t now_ms)
{
    task_draft_copy(&looker->draft, task);
    looker->draft.facts.elapsed_ms = runtime_ms;
    looker->draft.facts.observed_ms = now_ms;
    return task_create(&looker->draft);
}

static struct json *parse_row(struct looker_reading *r, const struct record *record)
{
    records_pick(record, looker_row_parts, &r->row);
    r->unread += r->row.is_cut;
    return r->row.is_cut ? NULL : json_parser_read(r->parser, r->row.data, r->row.len, NULL);
}

static struct task *read_record(struct looker_reading *r, const struct record *record,
                                const struct looker_mask *mask)
{
    struct looker *looker = r->looker;
    struct json *row = parse_row(r, record);
    if (!json_is_object(row)) {
        json_destroy(row);
        return NULL;
    }
    task_draft_clear(&looker->draft);
    looker_read_row(looker, &looker->draft, row, r->job->now_ms);
    json_destroy(row);
    if (!task_draft_text(&looker->draft, TASK_ID))
        return NULL;
    struct task *task = task_create(&looker->draft);
    /* Only a record whose own runtime was left out may be found without it. */
    bool is_masked = mask->runtime_ms != UNKNOWN && task->elapsed_ms != UNKNOWN &&
                     llabs(mask->runtime_ms - task->elapsed_ms) <= 1; /* one may be rounded */
    struct looker_mask whole = looker_mask_nothing(record);
    r->has_news = true;
    looker_add_known(r, is_masked ? mask : &whole, task);
    return task;
}

/* The task of a known record that says this runtime, with a reference of the caller's. */
static struct task *known_task(struct looker_reading *r, struct looker_known *known,
                               int64_t runtime_ms)
{
    if (!agrees(known->task, runtime_ms, r->job->now_ms)) {
        struct task *task = with_runtime(r->looker, known->task, runtime_ms, r->job->now_ms);
        task_unref(known->task);
        known->task = task;
    }
    return task_ref(known->task);
}

/* The task of a record that stands elsewhere than expected; NULL when the record is none. */
static struct task *task_of(struct looker_reading *r, const struct record *record)
{
    if (record->bytes[0] != '{')
        return NULL;
    struct looker_mask mask = looker_mask(record);
    struct looker_known *known = looker_find_known(r, &mask);
    int64_t runtime_ms = mask.runtime_ms;
    if (!known && runtime_ms != UNKNOWN) {
        /* Known with its number: then it is not its own runtime, and says nothing new. */
        struct looker_mask whole = looker_mask_nothing(record);
        known = looker_find_known(r, &whole);
        runtime_ms = UNKNOWN;
    }
    if (!known)
        return read_record(r, record, &mask);
    r->has_news = true; /* another order is one */
    looker_note_known(r, known);
    return known_task(r, known, runtime_ms);
}

/* False at the end of the list. *out_task: NULL when the record is no task. */
static bool next_task(struct looker_reading *r, struct records *records, struct task **out_task)
{
    struct record record;
    int64_t runtime_ms;
    struct looker_known *known = looker_expect_known(r, records, &runtime_ms);
    if (known)
        *out_task = known_task(r, known, runtime_ms);
    else if (records_next(records, &record))
        *out_task = task_of(r, &record);
    else
        return false;
    return true;
}

/* --- rows that nobody can be asked about -------------------------------------------------------
 */

static bool is_bare(const struct task *task)
{
    return strncmp(task_text(task, TASK_ID), LOOKER_BARE_PREFIX, strlen(LOOKER_BARE_PREFIX)) == 0;
}

static bool is_listed(const struct batch *batch, const char *id)
{
    for (size_t i = 0; i < batch->task_count; i++) {
        if (strcmp(task_text(batch->tasks[i], TASK_ID), id) == 0)
            return true;
    }
    return false;
}

/* A row without a query task that left the list: its end is all there is to know of it. */
static struct task *end_bare(struct looker *looker, const struct task *task, int64_t now_ms)
{
    struct task_draft *draft = &looker->draft;
    task_draft_copy(draft, task);
    unsigned denied = looker_denied(draft);
    draft->facts.state = TASK_EXPIRED;
    draft->facts.ended_ms = now_ms;
    draft->facts.elapsed_ms = task_elapsed_at(task, now_ms);
    draft->facts.flags |= TASK_IS_ESTIMATED;
    task_draft_set_text(draft, TASK_MESSAGE,
                        "It left the running list. How it ended can not be asked: Looker names no "
                        "query task for it.");
    looker_set_flags(draft, denied);
    return task_create(draft);
}

/* Only of a complete list it is known who has left it. */
static void drop_unlisted(struct looker *looker, struct batch *out, int64_t now_ms)
{
    struct looker_known *known, *next;
    HASH_ITER (hh, looker->known, known, next) {
        if (known->serial == looker->list_serial)
            continue;
        const char *id = task_text(known->task, TASK_ID);
        bool is_missed = out->is_complete && is_bare(known->task) && task_is_alive(known->task);
        if (is_missed && !is_listed(out, id))
            batch_add_task(out, end_bare(looker, known->task, now_ms));
        looker_drop_known(looker, known);
    }
}

/* --- the op ------------------------------------------------------------------------------------
 */

bool looker_build_list(struct provider *p, struct job *job, struct http_request *out,
                       struct error *err)
{
    const struct looker *looker = looker_of(p);
    (void)job;
    out->max_body_bytes = LIMIT_LIST_BODY_BYTES;
    if (!looker_request(p, out, HTTP_GET, err, "/running_queries"))
        return false;
    if (looker->has_list && looker->list_etag[0])
        http_request_add_header(out, "If-None-Match", looker->list_etag);
    return true;
}

static void cut_list(struct batch *out)
{
    static const char reason[] = "the list is too long and was cut";
    out->is_partial = true;
    out->is_complete = false;
    memcpy(out->partial_reason, reason, sizeof(reason));
}

/* What was known of the list before is kept until this one is known to be whole. */
static bool read_records(struct looker_reading *r, const struct http_response *response,
                         struct batch *out)
{
    struct records records;
    struct task *task;
    records_init(&records, response->body, response->body_len);
    r->looker->list_serial++;
    out->is_complete = true;
    while (!job_is_stopping(r->job) && next_task(r, &records, &task)) {
        if (task)
            batch_add_task(out, task);
        if (++r->records == LIMIT_LISTED_TASKS && !records.is_done) {
            cut_list(out);
            return true;
        }
    }
    return records.is_done;
}

/* The list is the last one. */
static void repeat_list(const struct looker *looker, struct batch *out)
{
    out->is_complete = out->is_repeat = true;
    batch_note_unread(out, looker->list_unread);
}

static uint64_t hash_of(const struct http_response *response)
{
    return records_hash(response->body, response->body_len);
}

static bool is_last_list(const struct looker *looker, const struct http_response *response)
{
    return looker->has_list && looker->order_count && looker->list_hash &&
           hash_of(response) == looker->list_hash;
}

static bool read_list(struct looker *looker, const struct job *job,
                      const struct http_response *response, struct batch *out)
{
    if (is_last_list(looker, response)) {
        repeat_list(looker, out);
        return true;
    }
    struct looker_reading reading = {.looker = looker, .job = job, .parser = json_parser_create()};
    strbuf_init(&reading.row, LIMIT_RECORD_BYTES);
    bool is_read = read_records(&reading, response, out);
    if (is_read) {
        looker_keep_order(&reading);
        drop_unlisted(looker, out, job->now_ms);
        batch_note_unread(out, reading.unread);
        looker->list_unread = reading.unread;
        snprintf(looker->list_etag, sizeof(looker->list_etag), "%s", response->etag);
    }
    /* A list with news is followed by another one: to hash that would be to read it twice. Of a
     * first list everything is news, which says nothing. */
    bool is_likely_again = !looker->has_list || !reading.has_news;
    /* Otherwise some tasks moved on: the next list is read in any case. */
    looker->has_list = is_read && out->is_complete;
    looker->list_hash = looker->has_list && is_likely_again ? hash_of(response) : 0;
    looker_drop_order(&reading);
    strbuf_finish(&reading.row);
    json_parser_destroy(reading.parser);
    return is_read;
}

enum provider_step looker_parse_list(struct provider *p, struct job *job,
                                     const struct http_response *response, struct batch *out,
                                     struct error *err)
{
    static const char what[] = "the running list";
    struct looker *looker = looker_of(p);
    /* 404 is how Looker says that one may not. */
    if (response->transport.code == ERR_NONE &&
        (response->status == 404 || response->status == 403)) {
        looker->has_list = false;
        error_set(err, ERR_FORBIDDEN,
                  "this account may not list all queries (admin needed); watching your own tasks");
        return STEP_FAILED;
    }
    if (response->transport.code == ERR_NONE && response->status == 304 && looker->has_list) {
        repeat_list(looker, out);
        return STEP_DONE;
    }
    enum provider_step step = looker_check(response, what, err);
    if (step != STEP_DONE)
        return step;
    if (read_list(looker, job, response, out))
        return STEP_DONE;
    struct json *root = job_is_stopping(job) ? NULL : looker_json(response, what, err);
    if (root)
        error_set(err, ERR_SERVICE, "%s: the answer is no list; check base_url", what);
    json_destroy(root);
    return STEP_FAILED;
}
