/* adobe_internal.h - what the files of the Adobe provider share.
 *
 * Poller thread only. Texts that go into tasks, details and messages pass the sanitiser here.
 */
#pragma once

#include <uthash.h>

#include "base/secret.h"
#include "model/filter_scope.h"
#include "net/json.h"
#include "net/records.h"
#include "provider/provider.h"
#include "provider/rest.h"

struct adobe_known;

/* Behind struct provider.state. */
struct adobe {
    struct secret token;         /* goes to profile->base_url only */
    int64_t service_ahead_ms;    /* the service's clock minus ours, as its last Date header said */
    struct adobe_known *by_id;   /* queries that lists told of (adobe_known.c) */
    struct adobe_known *by_hash; /* the same, by their records */
    uint64_t pass;               /* number of the last pass through a list */
    int64_t full_ms;             /* our wall clock when the last whole list was begun; UNKNOWN */
    int64_t newest_ms;           /* the latest `updated` that was seen; UNKNOWN */
    bool is_narrowing_refused;   /* the service did not understand the filters of a list */
    bool is_cut;                 /* the last whole list was too long */
    size_t unread;               /* records of it, or of changes, that were too long to be read */
    struct task_draft draft;     /* reused */
    struct strbuf text;          /* reused by adobe_parse.c */
    struct json_parser *parser;  /* reused for the records of lists, as is picked */
    struct strbuf picked;
};

#define ADOBE_CURSOR_BYTES 64

/* How much of a job's scope is put into the requests. */
enum adobe_narrowing { ADOBE_NARROW_ALL, ADOBE_NARROW_BUT_TEXTS, ADOBE_NARROW_NOT };

/* One way through the pages of a list. */
struct adobe_pass {
    uint64_t number; /* 0: not begun */
    bool is_delta;
    enum adobe_narrowing narrowing;
    bool is_narrowed;               /* the page that was asked for last */
    bool has_texts;                 /* likewise: by texts too */
    int64_t begun_ms;               /* our wall clock */
    int64_t from_ms;                /* created, or of a delta updated, since */
    char start[ADOBE_CURSOR_BYTES]; /* cursor of the page to ask for; "" for the first */
    size_t tasks;
    size_t unread;
};

/* Items or parts of one, as they are gathered from page to page. */
struct adobe_gathering {
    struct item_list *list; /* NULL: not begun, or given away */
    struct item *items;
    size_t count;
    size_t size;
    size_t first;                   /* of the kind that is being asked for */
    unsigned step;                  /* which kind that is */
    unsigned pages;                 /* of it */
    char start[ADOBE_CURSOR_BYTES]; /* as in adobe_pass */
};

/* Behind job->state: what the legs before have learnt. */
struct adobe_job {
    struct adobe_pass pass;       /* list */
    struct json *request;         /* retry: the request of the old query */
    struct adobe_gathering items; /* items, parts */
    struct item_report *report;   /* reading a run; NULL: not begun */
};

/* Makes job->state at the first call. */
struct adobe_job *adobe_job_state(struct job *job);

static inline struct adobe *adobe_of(const struct provider *p)
{
    return p->state;
}

/* One op. */
struct adobe_op {
    bool (*build)(struct provider *p, struct job *job, struct http_request *out, struct error *err);
    enum provider_step (*parse)(struct provider *p, struct job *job,
                                const struct http_response *response, struct batch *out,
                                struct error *err);
};

/* adobe_login.c */
bool adobe_build_login(struct provider *p, struct job *job, struct http_request *out,
                       struct error *err);
enum provider_step adobe_parse_login(struct provider *p, struct job *job,
                                     const struct http_response *response, struct batch *out,
                                     struct error *err);

/* adobe_list.c */
bool adobe_build_list(struct provider *p, struct job *job, struct http_request *out,
                      struct error *err);
enum provider_step adobe_parse_list(struct provider *p, struct job *job,
                                    const struct http_response *response, struct batch *out,
                                    struct error *err);

/* adobe_scope.c */

/* Appends filters, each after a comma, for what the scope lets be left out, as far as narrowing
 * allows. Returns whether there are any; *out_has_texts: whether texts are among them. */
bool adobe_add_scope(struct strbuf *out, const struct filter_scope *scope,
                     enum adobe_narrowing narrowing, bool *out_has_texts);

/* adobe_known.c: a record that did not change is not parsed again, and gives the same task */

struct adobe_known {
    uint64_t hash; /* of the record, XXH3 */
    struct task *task;
    int64_t updated_ms; /* UNKNOWN */
    uint64_t pass;      /* the last one that had it */
    UT_hash_handle hh_id, hh_hash;
};

struct adobe_known *adobe_known_find(struct adobe *adobe, uint64_t hash);
/* The record with this hash tells of task, whatever was known of it before. Takes the reference. */
struct adobe_known *adobe_known_put(struct adobe *adobe, uint64_t hash, struct task *task);
/* Forgets those that the pass did not have; 0: all of them. */
void adobe_known_forget(struct adobe *adobe, uint64_t pass);

/* adobe_query.c */
bool adobe_build_query(struct provider *p, struct job *job, struct http_request *out,
                       struct error *err);
enum provider_step adobe_parse_fate(struct provider *p, struct job *job,
                                    const struct http_response *response, struct batch *out,
                                    struct error *err);

enum provider_step adobe_parse_results(struct provider *p, struct job *job,
                                       const struct http_response *response, struct batch *out,
                                       struct error *err);
/* An answer about the job's task, read into a task of the batch. On STEP_DONE *out_query is the
 * document, the caller's; NULL when the service no longer knows the query. */
enum provider_step adobe_read_answer(struct provider *p, const struct job *job,
                                     const struct http_response *response, struct batch *out,
                                     struct json **out_query, struct error *err);

/* adobe_detail.c */
enum provider_step adobe_parse_detail(struct provider *p, struct job *job,
                                      const struct http_response *response, struct batch *out,
                                      struct error *err);

/* adobe_action.c */
bool adobe_build_cancel(struct provider *p, struct job *job, struct http_request *out,
                        struct error *err);
enum provider_step adobe_parse_cancel(struct provider *p, struct job *job,
                                      const struct http_response *response, struct batch *out,
                                      struct error *err);
bool adobe_build_hide(struct provider *p, struct job *job, struct http_request *out,
                      struct error *err);
enum provider_step adobe_parse_hide(struct provider *p, struct job *job,
                                    const struct http_response *response, struct batch *out,
                                    struct error *err);
bool adobe_build_retry(struct provider *p, struct job *job, struct http_request *out,
                       struct error *err);
enum provider_step adobe_parse_retry(struct provider *p, struct job *job,
                                     const struct http_response *response, struct batch *out,
                                     struct error *err);
bool adobe_build_run(struct provider *p, struct job *job, struct http_request *out,
                     struct error *err);
enum provider_step adobe_parse_run(struct provider *p, struct job *job,
                                   const struct http_response *response, struct batch *out,
                                   struct error *err);

/* adobe_page.c: pages by time cursor */

/* The value of start in the link to the next page, decoded; "": this is the last one. Of a link
 * nothing else counts: its host may be a stranger's, and it does not repeat our own parameters. */
void adobe_next_start(const struct json *page, char out[ADOBE_CURSOR_BYTES]);
/* "&start=..."; nothing for "". */
void adobe_add_start(struct strbuf *out, const char *start);

/* adobe_gather.c: lists of items, page by page */

/* One list of the service, and how its records are read. */
struct adobe_listing {
    const char *what;   /* "the templates" */
    const char *member; /* of the answer, with the records; NULL: the answer is one */
    size_t max;         /* more are not kept */
    bool (*read)(struct arena *arena, const struct json *record, struct item *out_item);
};
/* Begins the next kind of the gathering. */
void adobe_gather_next(struct adobe_gathering *gathering);
/* Adds what a page has, but for what was there before. True: there is another page, and its start
 * is in the gathering. */
bool adobe_gather_page(struct adobe_gathering *gathering, const struct adobe_listing *listing,
                       const struct json *root);
/* The whole list; the caller's. */
struct item_list *adobe_gather_take(struct adobe_gathering *gathering, int64_t now_ms);
void adobe_gather_drop(struct adobe_gathering *gathering);

/* adobe_items.c */
bool adobe_build_items(struct provider *p, struct job *job, struct http_request *out,
                       struct error *err);
enum provider_step adobe_parse_items(struct provider *p, struct job *job,
                                     const struct http_response *response, struct batch *out,
                                     struct error *err);
bool adobe_build_parts(struct provider *p, struct job *job, struct http_request *out,
                       struct error *err);
enum provider_step adobe_parse_parts(struct provider *p, struct job *job,
                                     const struct http_response *response, struct batch *out,
                                     struct error *err);

/* adobe_item_action.c */
bool adobe_build_item(struct provider *p, struct job *job, struct http_request *out,
                      struct error *err);
enum provider_step adobe_parse_item(struct provider *p, struct job *job,
                                    const struct http_response *response, struct batch *out,
                                    struct error *err);

/* adobe_item.c: single items. False when the record is none. */
bool adobe_read_template(struct arena *arena, const struct json *record, struct item *out_item);
bool adobe_read_schedule(struct arena *arena, const struct json *record, struct item *out_item);
bool adobe_read_run(struct arena *arena, const struct json *record, struct item *out_item);
bool adobe_read_connection(struct arena *arena, const struct json *record, struct item *out_item);

/* adobe_request.c: asking, and what is no good answer */

/* Sets method, address (under base_url), token and the headers that every call wants. False when
 * one of them can not be sent. */
bool adobe_request(struct provider *p, struct http_request *out, enum http_method method,
                   struct error *err, const char *path_format, ...)
    __attribute__((format(printf, 5, 6)));
/* The id of the job's task, if it may stand in an address; NULL and err when not. */
const char *adobe_task_id(const struct job *job, struct error *err);
/* STEP_DONE for any 2xx; else err in plain words. what is what was asked for. */
enum provider_step adobe_check(const struct http_response *response, const char *what,
                               struct error *err);
/* The body as JSON; NULL and ERR_SERVICE when it is none. */
struct json *adobe_json(const struct http_response *response, const char *what, struct error *err);
/* The service's own words in an answer, whatever its shape, sanitised; "" when it has none. */
char *adobe_words(const struct http_response *response, char *out, size_t size);

/* adobe_parse.c: single facts */

/* The state of a word, without case; TASK_UNKNOWN for one we do not know. */
enum task_state adobe_state(const char *word);
/* The words that there are, one by one; NULL after the last. */
const char *adobe_known_word(size_t index, enum task_state *out);
/* A query object, read into the empty draft. */
void adobe_read_query(struct adobe *adobe, struct task_draft *draft, const struct json *query,
                      int64_t now_ms);
extern const struct record_part adobe_query_parts[]; /* all that it reads of a query */
/* A boolean, or its word: -1 unknown, 0 false, 1 true. */
int adobe_flag(const struct json *value);
/* Appends an entry of errors[] as one text: code and message. */
void adobe_add_error(const struct json *entry, struct strbuf *out);
/* ISO 8601, or milliseconds since 1970 as a number or a string -> ms; UNKNOWN. */
int64_t adobe_time(const struct json *value);
