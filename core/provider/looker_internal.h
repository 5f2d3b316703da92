/* looker_internal.h - what the files of the Looker provider share.
 *
 * Poller thread only. Texts that go into tasks, details and messages pass the sanitiser here.
 */
#pragma once

#include "base/secret.h"
#include "net/json.h"
#include "net/records.h"
#include "provider/json_fields.h"
#include "provider/provider.h"
#include "provider/rest.h"

/* A row of the running list that names no query task gets this before its own id: it can be seen,
 * but not acted upon. */
#define LOOKER_BARE_PREFIX "q:"

/* A row of the history of which no list named the query task: its results can not be asked for, and
 * it can be run again. */
#define LOOKER_PAST_PREFIX "h:"

struct looker_known;
struct looker_name;

/* A task that was started from here, and that no list has shown yet. */
struct looker_own {
    char task_id[LIMIT_ID_BYTES]; /* "": none */
    char query_id[LIMIT_ID_BYTES];
    int64_t created_ms;
};
#define LOOKER_OWN_MAX 64

/* Behind struct provider.state. */
struct looker {
    const char *version;              /* "4.0" */
    const char *api_path;             /* "/api/4.0" */
    bool has_number_ids;              /* API 3.1: ids are integers in bodies */
    struct secret token;              /* goes to profile->base_url only */
    int64_t token_life_ms;            /* as the login said; UNKNOWN */
    char user[LIMIT_NAME_BYTES];      /* whose token it is; "" */
    char workspace[LIMIT_NAME_BYTES]; /* that the session is known to be in; "" */
    /* That was switched to by hand, which each login enters; "": the profile's. */
    char wanted_workspace[LIMIT_NAME_BYTES];
    struct looker_known *known;  /* records of the last list, by hash (looker_known.c) */
    struct looker_known **order; /* the same in the order of the list */
    size_t order_count;
    bool has_list;                   /* the last list was read whole: the next may be the same */
    uint64_t list_hash;              /* of all of it; 0: not taken, as it had news */
    char list_etag[HTTP_ETAG_BYTES]; /* that came with it; "" */
    size_t list_unread;              /* records of it that were too long to be read */
    unsigned list_serial;
    struct looker_name *slugs;   /* of runs: their tasks (looker_names.c) */
    struct looker_name *queries; /* numbers and slugs of queries: their ids */
    struct looker_name *missing; /* tasks that Looker said once it does not know */
    struct looker_own own[LOOKER_OWN_MAX];
    size_t own_count;          /* ever noted */
    struct item_model *models; /* and their projects (looker_models.c) */
    size_t model_count;
    bool are_models_known; /* asked since the last login */
    struct arena models_arena;
    struct task_draft draft; /* reused */
    struct strbuf text;      /* reused by looker_set_text() */
};

/* A git connection test of a project. */
struct looker_git_test {
    const char *id;
    const char *title;
};

/* Behind job->state: what the legs before have learnt. */
struct looker_job {
    struct task *task;          /* fate, detail */
    struct task_detail *detail; /* detail */
    struct field_list fields;   /* detail */
    bool has_row;               /* detail: the running list still had it */
    struct strbuf json;         /* detail: the service's records */
    struct strbuf query;        /* retry: the parameters of the new task */
    struct strbuf body;         /* retry: its body */
    struct item_list *list;     /* projects */
    struct item *projects;      /* projects: being filled */
    size_t project_count;
    struct strbuf text;         /* branches: the one checked out */
    struct item_report *report; /* project: being filled */
    struct finding *findings;   /* in the report's arena */
    size_t finding_count;
    const struct looker_git_test *tests; /* in the report's arena */
    size_t test_count;
    struct error refusal; /* login: of the token, while it is found out why */
    unsigned step;        /* which question the leg at hand asks */
};

static inline struct looker *looker_of(const struct provider *p)
{
    return p->state;
}
/* Makes job->state at the first call. */
struct looker_job *looker_job_state(struct job *job);

/* One op. */
struct looker_op {
    bool (*build)(struct provider *p, struct job *job, struct http_request *out, struct error *err);
    enum provider_step (*parse)(struct provider *p, struct job *job,
                                const struct http_response *response, struct batch *out,
                                struct error *err);
};

/* looker_login.c */
bool looker_build_login(struct provider *p, struct job *job, struct http_request *out,
                        struct error *err);
enum provider_step looker_parse_login(struct provider *p, struct job *job,
                                      const struct http_response *response, struct batch *out,
                                      struct error *err);
bool looker_build_logout(struct provider *p, struct job *job, struct http_request *out,
                         struct error *err);
enum provider_step looker_parse_logout(struct provider *p, struct job *job,
                                       const struct http_response *response, struct batch *out,
                                       struct error *err);

/* looker_list.c */
bool looker_build_list(struct provider *p, struct job *job, struct http_request *out,
                       struct error *err);
enum provider_step looker_parse_list(struct provider *p, struct job *job,
                                     const struct http_response *response, struct batch *out,
                                     struct error *err);

/* looker_known.c */
void looker_forget_list(struct looker *looker);

/* looker_history.c */
bool looker_build_history(struct provider *p, struct job *job, struct http_request *out,
                          struct error *err);
enum provider_step looker_parse_history(struct provider *p, struct job *job,
                                        const struct http_response *response, struct batch *out,
                                        struct error *err);

/* looker_names.c: what tasks and queries are called elsewhere */

/* A row of the list has this slug (absent: none) and is this task. */
void looker_note_slug(struct looker *looker, const struct json *slug, const char *task_id);
/* A Query, which is known by this id. */
void looker_note_query(struct looker *looker, const struct json *query, const char *query_id);
/* The id of a query by its number or slug (NULL: it has none); NULL when it is not known. */
const char *looker_query_named(const struct looker *looker, const char *name);
/* A new task of ours. */
void looker_note_own(struct looker *looker, const struct task *task);
/* The task of a run in the history; NULL when it is of none that is known. user is its name. */
const char *looker_task_of_run(struct looker *looker, const char *slug, const char *query_id,
                               const char *user, int64_t created_ms);
/* Looker does not know the task. True when it says so for the first time. */
bool looker_note_missing(struct looker *looker, const char *task_id);
void looker_note_found(struct looker *looker, const char *task_id);
void looker_forget_names(struct looker *looker);

/* looker_fate.c */
bool looker_build_fate(struct provider *p, struct job *job, struct http_request *out,
                       struct error *err);
enum provider_step looker_parse_fate(struct provider *p, struct job *job,
                                     const struct http_response *response, struct batch *out,
                                     struct error *err);
/* The answer of query_task_results for a task that failed, read into the draft: message, position,
 * runtime, SQL. Only notes and no error: the task succeeded after all. */
void looker_read_failure(struct looker *looker, struct task_draft *draft,
                         const struct http_response *response);
/* The errors of a json_detail result, as Looker sends them: a list of objects, or one text. Returns
 * how many are fatal; the others are remarks. */
size_t looker_read_errors(const struct json *root, struct strbuf *out);
/* An answer of query_task, read into the draft. */
void looker_read_query_task(struct looker *looker, struct task_draft *draft,
                            const struct json *task, int64_t now_ms);

/* looker_action.c */
bool looker_build_cancel(struct provider *p, struct job *job, struct http_request *out,
                         struct error *err);
enum provider_step looker_parse_cancel(struct provider *p, struct job *job,
                                       const struct http_response *response, struct batch *out,
                                       struct error *err);
bool looker_build_retry(struct provider *p, struct job *job, struct http_request *out,
                        struct error *err);
enum provider_step looker_parse_retry(struct provider *p, struct job *job,
                                      const struct http_response *response, struct batch *out,
                                      struct error *err);

/* The answer of create_query_task: the new task, called what like (NULL: nothing is known) is
 * called.
 */
enum provider_step looker_parse_new_task(struct provider *p, const struct job *job,
                                         const struct task *like,
                                         const struct http_response *response, struct batch *out,
                                         struct error *err);

/* looker_run.c */
bool looker_build_run(struct provider *p, struct job *job, struct http_request *out,
                      struct error *err);
enum provider_step looker_parse_run(struct provider *p, struct job *job,
                                    const struct http_response *response, struct batch *out,
                                    struct error *err);

/* looker_detail.c */
bool looker_build_detail(struct provider *p, struct job *job, struct http_request *out,
                         struct error *err);
enum provider_step looker_parse_detail(struct provider *p, struct job *job,
                                       const struct http_response *response, struct batch *out,
                                       struct error *err);

/* looker_result.c */
bool looker_build_results(struct provider *p, struct job *job, struct http_request *out,
                          struct error *err);
enum provider_step looker_parse_results(struct provider *p, struct job *job,
                                        const struct http_response *response, struct batch *out,
                                        struct error *err);

/* looker_rows.c: columns and cells out of rows, an array as the service wrote it, of which one row
 * at a time is parsed. fields (of json_detail; with its pivots) may be NULL: the keys of the rows
 * are the columns then. False when a row is no JSON, or the job is not wanted any more. */
bool looker_read_rows(struct task_result *result, const struct json *fields,
                      const struct json *pivots, const struct record *rows, const struct job *job,
                      struct error *err);

/* looker_workspace.c */
bool looker_build_projects(struct provider *p, struct job *job, struct http_request *out,
                           struct error *err);
enum provider_step looker_parse_projects(struct provider *p, struct job *job,
                                         const struct http_response *response, struct batch *out,
                                         struct error *err);

/* looker_project.c */
bool looker_build_branches(struct provider *p, struct job *job, struct http_request *out,
                           struct error *err);
enum provider_step looker_parse_branches(struct provider *p, struct job *job,
                                         const struct http_response *response, struct batch *out,
                                         struct error *err);
bool looker_build_project(struct provider *p, struct job *job, struct http_request *out,
                          struct error *err);
enum provider_step looker_parse_project(struct provider *p, struct job *job,
                                        const struct http_response *response, struct batch *out,
                                        struct error *err);
/* Asks for rest ("/git_branch") under a project. */
bool looker_project_request(struct provider *p, struct http_request *out, enum http_method method,
                            struct error *err, const char *item_id, const char *rest);

/* looker_report.c: what checks of a project found */

enum provider_step looker_read_validation(struct provider *p, struct job *job,
                                          const struct json *root, struct batch *out);
/* The list of tests, or what one of them says; STEP_AGAIN while there are more. */
enum provider_step looker_read_git_test(struct provider *p, struct job *job,
                                        const struct json *root, struct batch *out);

/* looker_request.c: asking, and what is no good answer */

/* Sets method, address (under base_url and the API's path) and the token. False when the address is
 * too long. */
bool looker_request(struct provider *p, struct http_request *out, enum http_method method,
                    struct error *err, const char *path_format, ...)
    __attribute__((format(printf, 5, 6)));
bool looker_set_body(struct http_request *out, const char *content_type, const char *body);
/* An id in a body: an integer where the API's version wants one and it can be one. */
void looker_set_id(const struct looker *looker, struct json *body, const char *key, const char *id);
/* The id of the job's task, if it may stand in an address; NULL and err when not. */
const char *looker_task_id(const struct job *job, struct error *err);
/* STEP_DONE for any 2xx; else err in plain words. what is what was asked for. */
enum provider_step looker_check(const struct http_response *response, const char *what,
                                struct error *err);
/* The body as JSON; NULL and ERR_SERVICE when it is none. */
struct json *looker_json(const struct http_response *response, const char *what, struct error *err);
/* The service's own words in an answer that is no success: its message, sanitised; "" when none. */
char *looker_words(const struct http_response *response, char *out, size_t size);
/* The parameter that a ValidationError is about, sanitised; "" when it names none. */
char *looker_field(const struct http_response *response, char *out, size_t size);
/* Does the id name a query task? Some rows have none, and an id of ours. */
bool looker_is_task_id(const char *id);

/* looker_models.c: in which project a model is. */
void looker_forget_models(struct looker *looker);
bool looker_build_models(struct provider *p, struct http_request *out, struct error *err);
/* root NULL: it is not told. */
void looker_read_models(struct looker *looker, const struct json *root);
void looker_give_models(const struct looker *looker, struct item_list *list);

/* looker_parse.c: single facts */

/* Puts the sanitised string value (absent: nothing is changed) into the draft. */
void looker_set_text(struct looker *looker, struct task_draft *draft, enum task_text which,
                     const struct json *value);
/* The state of a status word, without case; TASK_UNKNOWN for a word we do not know. */
enum task_state looker_state(const char *word);
/* A row of running_queries, read into the empty draft. */
void looker_read_row(struct looker *looker, struct task_draft *draft, const struct json *row,
                     int64_t now_ms);
extern const struct record_part looker_row_parts[]; /* all that it reads of a row */
/* Title, model, explore, query id and link of a Query, where the draft does not know them. */
void looker_read_query(struct looker *looker, struct task_draft *draft, const struct json *query);
/* What may be done with the task, by its state and ids, without the flags that are denied. */
void looker_set_flags(struct task_draft *draft, unsigned denied);
/* Which of these flags were denied when the draft, which is still as it was told, was told. */
unsigned looker_denied(const struct task_draft *draft);
/* Takes away what `can` (absent: nothing) says that this account may not do. */
void looker_obey(struct task_draft *draft, const struct json *can);
/* Seconds as a number or a string -> ms; UNKNOWN. */
int64_t looker_seconds(const struct json *value);
int64_t looker_time(const struct json *value);
