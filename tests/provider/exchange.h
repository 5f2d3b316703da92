/* exchange.h - a provider under test: jobs in, requests looked at, answers made up. */
#pragma once

#include "provider/provider.h"

#define TEST_NOW_MS 1790000000000 /* 2026-09-21T14:13:20Z */

struct exchange {
    struct profile profile;
    struct provider *provider;
    struct job job;
    struct batch batch;
    struct http_request request;
    const char *etag; /* of the answers to come; NULL */
    struct error err;
};

/* A provider of the kind given on https://acme.example with client abc / hush. */
void exchange_init(struct exchange *x, const char *provider);
/* The same for a version of its API; NULL: its usual one. */
void exchange_init_version(struct exchange *x, const char *provider, const char *api_version);
void exchange_finish(struct exchange *x);

/* Begins a job; task is borrowed and may be NULL. Ends the one before. */
void exchange_begin(struct exchange *x, enum op op, const struct task *task);
/* Builds the leg at hand; the request is then in x->request. */
bool exchange_build(struct exchange *x);
/* Parses an answer to the leg at hand and, as the poller does, goes on to the next one. */
enum provider_step exchange_answer(struct exchange *x, long status, const char *content_type,
                                   const char *body, size_t length);
/* Builds and answers; content type application/json. */
enum provider_step exchange_leg(struct exchange *x, long status, const char *body);
/* A whole login. */
void exchange_login(struct exchange *x);

/* "METHOD url" and headers and body as text, for assertions. */
void exchange_request_text(const struct exchange *x, struct strbuf *out);
/* A task with id, state, query id and title, as the list would have made it. */
struct task *exchange_task(const char *id, enum task_state state, const char *query_id);

/* For cmocka: a Looker exchange in *state, logged in or a stranger. */
int exchange_set_up(void **state);
int exchange_set_up_stranger(void **state);
int exchange_set_up_3_1(void **state);
int exchange_tear_down(void **state);
#define LOOKER_TEST(f) cmocka_unit_test_setup_teardown(f, exchange_set_up, exchange_tear_down)
#define LOOKER_3_1_TEST(f) \
    cmocka_unit_test_setup_teardown(f, exchange_set_up_3_1, exchange_tear_down)
#define STRANGER_TEST(f) \
    cmocka_unit_test_setup_teardown(f, exchange_set_up_stranger, exchange_tear_down)

/* Builds the leg and compares with exchange_request_text(). */
void assert_request(struct exchange *x, const char *expected);
/* The last error: its kind, and words of its message. */
void assert_error(const struct exchange *x, enum error_code code, const char *words);
/* The one task of the last answer. */
const struct task *only_task(const struct exchange *x);
void assert_text(const struct task *task, enum task_text which, const char *expected);
