#include "support/testing.h"

#include "provider/exchange.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/timefmt.h"
#include "base/xalloc.h"

void exchange_init_version(struct exchange *x, const char *provider, const char *api_version)
{
    static char url[] = "https://acme.example";
    static char id[] = "abc";
    static char ims_url[] = "https://acme.example/ims/token/v3";
    static char org_id[] = "ABC@AdobeOrg";
    static char sandbox_name[] = "dev";
    *x = (struct exchange){.profile = {.base_url = url,
                                       .client_id = id,
                                       .ims_url = ims_url,
                                       .org_id = org_id,
                                       .sandbox_name = sandbox_name,
                                       .since_ms = 24 * 3600 * 1000,
                                       .verify_tls = true,
                                       .api_version = (char *)api_version}};
    snprintf(x->profile.name, sizeof(x->profile.name), "test");
    snprintf(x->profile.provider, sizeof(x->profile.provider), "%s", provider);
    secret_set(&x->profile.client_secret, "hush & more", 11);
    x->provider = provider_create(&x->profile, 3, &x->err);
    assert(x->provider);
    batch_init(&x->batch);
    http_request_init(&x->request);
}

void exchange_init(struct exchange *x, const char *provider)
{
    exchange_init_version(x, provider, NULL);
}

static void end_job(struct exchange *x)
{
    x->provider->ops->drop_job_state(&x->job);
    batch_finish(&x->batch);
}

void exchange_finish(struct exchange *x)
{
    end_job(x);
    http_request_finish(&x->request);
    provider_destroy(x->provider);
    secret_finish(&x->profile.client_secret);
}

void exchange_begin(struct exchange *x, enum op op, const struct task *task)
{
    end_job(x);
    x->job = (struct job){.op = op, .task = task, .now_ms = TEST_NOW_MS};
    error_clear(&x->err);
}

bool exchange_build(struct exchange *x)
{
    http_request_finish(&x->request);
    http_request_init(&x->request);
    error_clear(&x->err);
    return x->provider->ops->build(x->provider, &x->job, &x->request, &x->err);
}

enum provider_step exchange_answer(struct exchange *x, long status, const char *content_type,
                                   const char *body, size_t length)
{
    /* A copy of its own, so that reading beyond it is seen. */
    char *copy = xmalloc(length + 1);
    memcpy(copy, body, length);
    copy[length] = '\0';
    struct http_response response = {
        .status = status,
        .retry_after_ms = -1,
        .date_ms = TIME_UNKNOWN,
        .body = copy,
        .body_len = length,
    };
    snprintf(response.content_type, sizeof(response.content_type), "%s", content_type);
    snprintf(response.etag, sizeof(response.etag), "%s", x->etag ? x->etag : "");
    batch_finish(&x->batch);
    error_clear(&x->err);
    enum provider_step step =
        x->provider->ops->parse(x->provider, &x->job, &response, &x->batch, &x->err);
    free(copy);
    if (step == STEP_AGAIN)
        x->job.leg++;
    return step;
}

enum provider_step exchange_leg(struct exchange *x, long status, const char *body)
{
    if (!exchange_build(x))
        return STEP_FAILED;
    return exchange_answer(x, status, "application/json", body, strlen(body));
}

void exchange_login(struct exchange *x)
{
    exchange_begin(x, OP_LOGIN, NULL);
    enum provider_step step =
        exchange_leg(x, 200, "{\"access_token\":\"tok-1\",\"expires_in\":3600}");
    if (step == STEP_AGAIN)
        step = exchange_leg(x, 200, "{\"display_name\":\"Test\"}");
    assert(step == STEP_DONE);
    (void)step;
}

void exchange_request_text(const struct exchange *x, struct strbuf *out)
{
    strbuf_clear(out);
    strbuf_addf(out, "%s %s\n", http_method_name(x->request.method), x->request.url.data);
    for (size_t i = 0; i < x->request.header_count; i++)
        strbuf_addf(out, "%s\n", x->request.headers[i].data);
    if (x->request.has_body)
        strbuf_addf(out, "\n%s", x->request.body.data);
}

struct task *exchange_task(const char *id, enum task_state state, const char *query_id)
{
    struct task_draft draft;
    task_draft_init(&draft);
    draft.facts.source = 3;
    draft.facts.state = state;
    draft.facts.observed_ms = TEST_NOW_MS - 5000;
    draft.facts.elapsed_ms = 10000;
    draft.facts.created_ms = TEST_NOW_MS - 400000;
    task_draft_set_text(&draft, TASK_ID, id);
    task_draft_set_text(&draft, TASK_QUERY_ID, query_id);
    task_draft_set_text(&draft, TASK_TITLE, "shop \xc2\xb7 orders");
    struct task *task = task_create(&draft);
    task_draft_finish(&draft);
    return task;
}

int exchange_set_up(void **state)
{
    struct exchange *x = calloc(1, sizeof(*x));
    exchange_init(x, "looker");
    exchange_login(x);
    *state = x;
    return 0;
}

int exchange_set_up_3_1(void **state)
{
    struct exchange *x = calloc(1, sizeof(*x));
    exchange_init_version(x, "looker", "3.1");
    exchange_login(x);
    *state = x;
    return 0;
}

int exchange_set_up_stranger(void **state)
{
    struct exchange *x = calloc(1, sizeof(*x));
    exchange_init(x, "looker");
    *state = x;
    return 0;
}

int exchange_tear_down(void **state)
{
    exchange_finish(*state);
    free(*state);
    return 0;
}

void assert_request(struct exchange *x, const char *expected)
{
    struct strbuf text;
    strbuf_init(&text, 1 << 16);
    if (!exchange_build(x))
        fail_msg("%s", x->err.message);
    exchange_request_text(x, &text);
    assert_string_equal(text.data, expected);
    strbuf_finish(&text);
}

void assert_error(const struct exchange *x, enum error_code code, const char *words)
{
    if (x->err.code != code || !strstr(x->err.message, words))
        fail_msg("code %d: %s", (int)x->err.code, x->err.message);
}

const struct task *only_task(const struct exchange *x)
{
    assert_int_equal(x->batch.task_count, 1);
    return x->batch.tasks[0];
}

void assert_text(const struct task *task, enum task_text which, const char *expected)
{
    const char *text = task_text(task, which);
    if (!expected) {
        if (text)
            fail_msg("text %d is '%s'", (int)which, text);
        return;
    }
    assert_non_null(text);
    assert_string_equal(text, expected);
}
