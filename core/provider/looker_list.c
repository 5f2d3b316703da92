#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "net/records.h"
#include "provider/looker_internal.h"

#define uthash_fatal(msg) xalloc_die()
#include <uthash.h>

/* A running record differs from poll to poll in its runtime alone, which the task's clock tells as
 * well: it is the same record as long as both agree to this. */
#define RUNTIME_TOLERANCE_MS 1500

struct looker_known {
    uint64_t hash;
    unsigned serial; /* of the last list that had it */
    size_t position; /* in that list */
    struct task *task;
    UT_hash_handle hh;
};

static void forget(struct looker *looker, struct looker_known *known)
{
    HASH_DEL(looker->known, known);
    task_unref(known->task);
    free(known);
}

void looker_forget_list(struct looker *looker)
{
    struct looker_known *known, *next;
    HASH_ITER (hh, looker->known, known, next)
        forget(looker, known);
    free(looker->order);
    looker->order = NULL;
    looker->order_count = 0;
}

/* A record without its runtime: what stands before the number and behind it. */
struct masked {
    uint64_t hash;
    int64_t runtime_ms; /* UNKNOWN: there is none to be left out */
};

/* In raw JSON "runtime" between bare quotes and before a colon is a key: inside a string the quotes
 * would be escaped. It is the last one that belongs to the record, not to its query. */
static const char *find_runtime(const struct record *record)
{
    static const char key[] = "\"runtime\"";
    const char *found = NULL;
    const char *from = record->bytes;
    const char *end = record->bytes + record->length;
    while ((from = memmem(from, (size_t)(end - from), key, sizeof(key) - 1))) {
        from += sizeof(key) - 1;
        found = from;
    }
    return found;
}

/* "12.75" -> 12750; what follows the number is in *out_end. False when there is none, or too great
 * a one. */
static bool read_seconds(const char *text, const char *end, int64_t *out_ms, const char **out_end)
{
    int64_t ms = 0;
    int64_t scale = 1000; /* of the digit to come, in ms */
    const char *p = text;
    for (; p < end && *p >= '0' && *p <= '9' && ms < INT64_MAX / 20; p++)
        ms = ms * 10 + (*p - '0') * scale;
    bool is_number = p > text && ms < INT64_MAX / 20;
    if (p < end && *p == '.')
        p++;
    for (; p < end && *p >= '0' && *p <= '9'; p++) {
        scale /= 10;
        ms += (*p - '0') * scale;
    }
    *out_ms = ms;
    *out_end = p;
    return is_number;
}

static struct masked mask(const struct record *record)
{
    struct masked masked = {.hash = record->hash, .runtime_ms = UNKNOWN};
    const char *end = record->bytes + record->length;
    const char *number = find_runtime(record);
    const char *rest;
    int64_t runtime_ms;
    while (number && number < end && strchr(" \t\r\n:\"", *number))
        number++;
    if (!number || !read_seconds(number, end, &runtime_ms, &rest))
        return masked;
    uint64_t parts[2] = {records_hash(record->bytes, (size_t)(number - record->bytes)),
                         records_hash(rest, (size_t)(end - rest))};
    masked.hash = records_hash(parts, sizeof(parts));
    masked.runtime_ms = runtime_ms;
    return masked;
}

static struct looker_known *find_known(struct looker *looker, uint64_t hash)
{
    struct looker_known *known;
    HASH_FIND(hh, looker->known, &hash, sizeof(hash), known);
    return known;
}

/* A list on its way through. Lists keep their order for the most part: the record behind the last
 * one that was known is looked at first. */
struct reading {
    struct looker *looker;
    int64_t now_ms;
    struct looker_known **order; /* of this list */
    size_t count;
    size_t size;
    size_t next; /* where in the order of the last list the next record is expected */
};

static struct looker_known *find_next(struct reading *r, uint64_t hash)
{
    struct looker *looker = r->looker;
    struct looker_known *known = r->next < looker->order_count ? looker->order[r->next] : NULL;
    if (!known || known->hash != hash)
        known = find_known(looker, hash);
    if (known && known->serial != looker->list_serial)
        r->next = known->position + 1;
    return known;
}

static void note_seen(struct reading *r, struct looker_known *known)
{
    if (r->count == r->size) {
        r->size = r->size ? 2 * r->size : 64;
        r->order = xreallocarray(r->order, r->size, sizeof(*r->order));
    }
    known->serial = r->looker->list_serial;
    known->position = r->count;
    r->order[r->count++] = known;
}

static void add_known(struct reading *r, uint64_t hash, struct task *task)
{
    struct looker *looker = r->looker;
    struct looker_known *known = find_known(looker, hash);
    if (!known) {
        known = xcalloc(1, sizeof(*known));
        known->hash = hash;
        HASH_ADD(hh, looker->known, hash, sizeof(known->hash), known);
    }
    task_unref(known->task);
    known->task = task_ref(task);
    note_seen(r, known);
}

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

static struct task *parse_record(struct reading *r, const struct record *record,
                                 const struct masked *masked)
{
    struct looker *looker = r->looker;
    struct json *row = json_parse(record->bytes, record->length, NULL);
    if (!json_is_object(row)) {
        json_destroy(row);
        return NULL;
    }
    task_draft_clear(&looker->draft);
    looker_read_row(looker, &looker->draft, row, r->now_ms);
    json_destroy(row);
    if (!task_draft_text(&looker->draft, TASK_ID))
        return NULL;
    struct task *task = task_create(&looker->draft);
    /* Only a record whose own runtime was left out may be found without it. */
    bool is_masked = masked->runtime_ms != UNKNOWN && task->elapsed_ms != UNKNOWN &&
                     llabs(masked->runtime_ms - task->elapsed_ms) <= 1; /* one may be rounded */
    add_known(r, is_masked ? masked->hash : record->hash, task);
    return task;
}

/* The task of a record, with a reference of the caller's; NULL when the record is none. */
static struct task *task_of(struct reading *r, const struct record *record)
{
    struct masked masked = mask(record);
    struct looker_known *known = find_next(r, masked.hash);
    if (!known && masked.hash != record->hash) {
        /* Known with its number: then it is not its own runtime, and says nothing new. */
        known = find_next(r, record->hash);
        if (known)
            masked.runtime_ms = UNKNOWN;
    }
    if (!known)
        return parse_record(r, record, &masked);
    note_seen(r, known);
    if (!agrees(known->task, masked.runtime_ms, r->now_ms)) {
        struct task *task = with_runtime(r->looker, known->task, masked.runtime_ms, r->now_ms);
        task_unref(known->task);
        known->task = task;
    }
    return task_ref(known->task);
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
    draft->facts.state = TASK_EXPIRED;
    draft->facts.ended_ms = now_ms;
    draft->facts.elapsed_ms = task_elapsed_at(task, now_ms);
    draft->facts.flags |= TASK_IS_ESTIMATED;
    task_draft_set_text(draft, TASK_MESSAGE,
                        "It left the running list. How it ended can not be asked: Looker names no "
                        "query task for it.");
    looker_set_flags(draft);
    return task_create(draft);
}

static void drop_unlisted(struct looker *looker, struct batch *out, int64_t now_ms)
{
    struct looker_known *known, *next;
    HASH_ITER (hh, looker->known, known, next) {
        if (known->serial == looker->list_serial)
            continue;
        const char *id = task_text(known->task, TASK_ID);
        if (is_bare(known->task) && task_is_alive(known->task) && !is_listed(out, id))
            batch_add_task(out, end_bare(looker, known->task, now_ms));
        forget(looker, known);
    }
}

/* --- the op ------------------------------------------------------------------------------------
 */

bool looker_build_list(struct provider *p, struct job *job, struct http_request *out,
                       struct error *err)
{
    (void)job;
    out->max_body_bytes = LIMIT_LIST_BODY_BYTES;
    return looker_request(p, out, HTTP_GET, err, "/running_queries");
}

static void cut_list(struct batch *out)
{
    static const char reason[] = "the list is too long and was cut";
    out->is_partial = true;
    out->is_complete = false;
    memcpy(out->partial_reason, reason, sizeof(reason));
}

/* What was known of the list before is kept until this one is known to be whole. */
static bool read_records(struct reading *r, const struct http_response *response, struct batch *out)
{
    struct records records;
    struct record record;
    records_init(&records, response->body, response->body_len);
    r->looker->list_serial++;
    out->is_complete = true;
    while (records_next(&records, &record)) {
        if (out->task_count == LIMIT_LISTED_TASKS) {
            cut_list(out);
            return true;
        }
        struct task *task = task_of(r, &record);
        if (task)
            batch_add_task(out, task);
    }
    return !records.is_broken;
}

static void keep_order(struct reading *r, uint64_t list_hash)
{
    struct looker *looker = r->looker;
    free(looker->order);
    looker->order = r->order;
    looker->order_count = r->count;
    looker->list_hash = list_hash;
    r->order = NULL;
}

/* Byte for byte the last list: nothing is new in it. */
static void repeat_list(const struct looker *looker, struct batch *out)
{
    for (size_t i = 0; i < looker->order_count; i++)
        batch_add_task(out, task_ref(looker->order[i]->task));
    out->is_complete = true;
}

static bool read_list(struct looker *looker, const struct http_response *response,
                      struct batch *out, int64_t now_ms)
{
    uint64_t list_hash = records_hash(response->body, response->body_len);
    if (looker->order_count && list_hash == looker->list_hash) {
        repeat_list(looker, out);
        return true;
    }
    struct reading reading = {.looker = looker, .now_ms = now_ms};
    bool is_whole = read_records(&reading, response, out);
    if (is_whole && out->is_complete) {
        keep_order(&reading, list_hash);
        drop_unlisted(looker, out, now_ms);
    } else {
        looker->list_hash = 0; /* some tasks moved on: the next list is read in any case */
    }
    free(reading.order);
    return is_whole;
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
        error_set(err, ERR_FORBIDDEN,
                  "this account may not list all queries (admin needed); watching your own tasks");
        return STEP_FAILED;
    }
    enum provider_step step = looker_check(response, what, err);
    if (step != STEP_DONE)
        return step;
    if (!read_list(looker, response, out, job->now_ms)) {
        struct json *root = looker_json(response, what, err);
        if (root)
            error_set(err, ERR_SERVICE, "%s: the answer is no list; check base_url", what);
        json_destroy(root);
        return STEP_FAILED;
    }
    return STEP_DONE;
}
