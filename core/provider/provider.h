/* provider.h - the contract between the poller and a query service.
 *
 * A provider turns a job into an HTTP request and the response into facts. It performs no I/O,
 * takes no lock, reads no clock (times come in with the call), keeps no pointer to its arguments,
 * treats every byte of a response as hostile, and shows a state it does not know verbatim as
 * TASK_UNKNOWN. Retries, back-off, login-then-repeat (once), deadlines and budgets are the
 * poller's. Adding a service: a file, a line in the table of provider.c, and fixtures for the
 * contract tests.
 *
 * Threads: a provider instance belongs to the poller thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "model/action.h"
#include "model/detail.h"
#include "model/item.h"
#include "model/run_spec.h"
#include "model/task.h"
#include "net/http.h"
#include "provider/profile.h"

/* What the poller may ask for. The comment says which fields of struct job and struct batch count.
 */
enum op {
    OP_LOGIN,   /* out: token_expires_ms, user, workspace; the token stays inside the provider */
    OP_LOGOUT,  /* gives the token back; failure does not matter */
    OP_LIST,    /* wants_all, scope; out: tasks, is_complete and what follows it */
    OP_FATE,    /* task: how did it end? out: tasks (one) */
    OP_DETAIL,  /* task; out: detail, and tasks (one) when it taught something about the task */
    OP_RESULTS, /* task, wants_raw; out: result */
    OP_CANCEL,  /* task; out: cancel, words */
    OP_HIDE,    /* task; out: words */
    OP_RETRY,   /* task; out: new_task_id, words, tasks (the new one, when known) */
    OP_RUN,     /* spec; out: new_task_id, words, field, tasks (the new one, when known) */
    OP_ITEMS,   /* out: items, workspace */
    OP_PARTS,   /* item_id; out: parts */
    OP_ITEM,    /* action, item_id, argument; out: words, report, workspace */
    OP_HISTORY, /* ended tasks of the last hours; out: tasks */
    OP_COUNT,
};
const char *op_name(enum op op);

struct filter_scope;

/* One thing to do; may take several requests (legs). */
struct job {
    enum op op;
    unsigned leg;            /* 0 for the first request; counted up by the poller at STEP_AGAIN */
    const struct task *task; /* what the store knows; NULL for ops without a task. Borrowed */
    enum action_kind action;
    const char *item_id; /* borrowed; NULL */
    const char *argument;
    const struct run_spec *spec;
    bool wants_raw;                   /* the bytes of a result are wanted too */
    bool wants_all;                   /* a whole list, though changes would do */
    const struct filter_scope *scope; /* tasks that are outside may be left out of the list; NULL:
                                         none may. Borrowed */
    void *state;    /* the provider's between legs, malloc'd; freed by ops->drop_job_state */
    int64_t now_ms; /* wall clock of this call */
    const _Atomic bool *is_stopping; /* set when the answer is not wanted any more; NULL */
};

/* To be asked between the records of a list: what is not wanted any more is not read to its end, so
 * that quitting does not wait for it. The step is STEP_FAILED then, and nobody reads why. */
bool job_is_stopping(const struct job *job);

enum cancel_outcome {
    CANCEL_ACCEPTED, /* taken; not known to be effective yet */
    CANCEL_ENDED,    /* it had ended before */
    CANCEL_FORBIDDEN,
    CANCEL_UNSUPPORTED,
};

enum provider_step {
    STEP_DONE,
    STEP_AGAIN,  /* another leg: build again with job->leg + 1; tasks of a page are shown already,
                    and what the last leg says of all of them counts */
    STEP_LOGIN,  /* the token was refused: log in and repeat the leg, once */
    STEP_FAILED, /* err says why; err->code decides about back-off */
};

/* Facts out of one response. Everything in it belongs to the batch until taken (set to NULL). */
struct batch {
    struct task **tasks;
    size_t task_count;
    size_t task_size;
    bool is_complete; /* the tasks are all that the service runs */
    bool is_repeat;   /* is_complete, and the tasks are those of the last complete list of this
                         provider, to the byte: they are not given again */
    bool is_delta;    /* or what changed since the last list */
    bool has_ended;   /* is_complete, also of ended tasks created since window_from_ms */
    int64_t window_from_ms;
    bool is_partial; /* the list was cut; partial_reason says why */
    char partial_reason[200];
    int64_t token_expires_ms; /* duration from now; UNKNOWN */
    char user[LIMIT_NAME_BYTES];
    char workspace[LIMIT_NAME_BYTES];
    struct task_detail *detail;
    struct task_result *result;
    struct item_list *items;
    struct item_list *parts;
    struct item_report *report;
    enum cancel_outcome cancel;
    char new_task_id[LIMIT_ID_BYTES];
    char words[400]; /* the service's own words, sanitised */
    char field[64];  /* the parameter that the words are about; "" */
};

void batch_init(struct batch *batch);
void batch_finish(struct batch *batch);
/* Takes the reference. */
void batch_add_task(struct batch *batch, struct task *task);
/* So many records of the list were too long to be read (LIMIT_RECORD_BYTES): it is partial. */
void batch_note_unread(struct batch *batch, size_t count);

struct provider;

struct provider_ops {
    const char *name;  /* "looker"; the word in the configuration */
    const char *title; /* for people: "Looker" */
    unsigned caps;     /* enum provider_cap */
    size_t state_size; /* zeroed memory behind struct provider.state */
    /* Checks the profile; err is ERR_CONFIG and names profile and key. */
    bool (*init)(struct provider *p, struct error *err);
    void (*finish)(struct provider *p);
    /* Fills request (already initialised) for the job's leg. False: the job can not be asked at
     * all (err says why: unsupported, no query id, ...). */
    bool (*build)(struct provider *p, struct job *job, struct http_request *out_request,
                  struct error *err);
    /* Called for every response, also those without one (response->transport). */
    enum provider_step (*parse)(struct provider *p, struct job *job,
                                const struct http_response *response, struct batch *out_batch,
                                struct error *err);
    void (*drop_job_state)(struct job *job);
};

struct provider {
    const struct provider_ops *ops;
    const struct profile *profile; /* outlives the provider */
    uint16_t source;               /* for the tasks it makes */
    void *state;
};

/* The table, in the order of the documentation; ends with NULL. */
extern const struct provider_ops *const providers[];
/* NULL when there is no such provider. */
const struct provider_ops *provider_find(const char *name);

struct provider *provider_create(const struct profile *profile, uint16_t source, struct error *err);
void provider_destroy(struct provider *p);
