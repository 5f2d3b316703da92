/* Answers of a real Looker, recorded by others, through the provider. They are not part of this
 * tree: where the folder is missing, the tests are skipped. */
#include "support/testing.h"

#include <stdio.h>
#include <string.h>

#include "net/json.h"
#include "provider/dirt.h"
#include "provider/exchange.h"

#define SAMPLES TEST_SHARED_DIR "/specs/looker/captured-samples.json"
#define ID      "0663b734dff4cc1d9c175768ac07f6d3"

static struct json *root;
static struct strbuf body;

static int read_samples(void **state)
{
    (void)state;
    char bytes[4096];
    size_t count;
    struct strbuf text;
    strbuf_init(&body, LIMIT_MIB);
    FILE *file = fopen(SAMPLES, "r");
    if (!file)
        return 0;
    strbuf_init(&text, LIMIT_MIB);
    while ((count = fread(bytes, 1, sizeof(bytes), file)) > 0)
        strbuf_add(&text, bytes, count);
    fclose(file);
    root = json_parse(text.data, text.len, NULL);
    strbuf_finish(&text);
    return root ? 0 : -1;
}

static int drop_samples(void **state)
{
    (void)state;
    json_destroy(root);
    strbuf_finish(&body);
    return 0;
}

static const struct json *samples(void)
{
    if (!root) {
        print_message("skipped: " SAMPLES " is not here\n");
        skip();
    }
    assert_true(json_count(json_get(root, "samples")) > 0);
    return json_get(root, "samples");
}

static bool is_sample(const struct json *sample, const char *request, long status)
{
    return strcmp(json_string(json_get(sample, "request"), NULL), request) == 0 &&
           json_int(json_get(sample, "status"), 0) == status;
}

static const char *body_of(const struct json *value)
{
    strbuf_clear(&body);
    if (value)
        json_format(value, false, &body);
    return body.data;
}

/* The recorded body of the first such exchange. */
static const char *recorded(const char *request, long status)
{
    const struct json *all = samples();
    for (size_t i = 0; i < json_count(all); i++) {
        if (is_sample(json_at(all, i), request, status))
            return body_of(json_get(json_at(all, i), "body"));
    }
    fail_msg("no recording of %s with %ld", request, status);
    return NULL;
}

static void recorded_logins_are_understood(void **state)
{
    struct exchange *x = *state;
    const char *good = recorded("POST /login", 200);
    exchange_begin(x, OP_LOGIN, NULL);
    assert_int_equal(exchange_leg(x, 200, good), STEP_AGAIN);
    exchange_leg(x, 200, "{}");
    assert_int_equal(x->batch.token_expires_ms, 3600000);
    exchange_begin(x, OP_LOGIN, NULL);
    assert_int_equal(exchange_leg(x, 404, recorded("POST /login", 404)), STEP_AGAIN);
    assert_int_equal(exchange_leg(x, 404, ""), STEP_FAILED);
    assert_error(x, ERR_LOGIN, "check client_id and client_secret");
}

static void recorded_workspace_is_entered(void **state)
{
    struct exchange *x = *state;
    static char dev[] = "dev";
    const char *answer = recorded("PATCH /session", 200);
    x->profile.workspace = dev;
    exchange_begin(x, OP_LOGIN, NULL);
    exchange_leg(x, 200, "{\"access_token\":\"t\"}");
    assert_int_equal(exchange_leg(x, 200, answer), STEP_AGAIN);
}

static void recorded_refusal_asks_for_a_login(void **state)
{
    struct exchange *x = *state;
    const char *refusal = recorded("GET /projects/{p}/lookml_tests", 401);
    exchange_begin(x, OP_LIST, NULL);
    assert_int_equal(exchange_leg(x, 401, refusal), STEP_LOGIN);
    assert_error(x, ERR_LOGIN, "Requires authentication. (401)");
}

static void recorded_new_task_is_named(void **state)
{
    struct exchange *x = *state;
    const char *answer = recorded("POST /query_tasks", 200);
    struct task *task = exchange_task(ID, TASK_FAILED, "2216");
    exchange_begin(x, OP_RETRY, task);
    exchange_leg(x, 404, "");
    assert_int_equal(exchange_leg(x, 200, answer), STEP_DONE);
    assert_string_equal(x->batch.new_task_id, ID);
    task_unref(task);
}

/* An entry of multi_results is the status of a task and, once it has ended, its json_detail. */
static void replay_entry(struct exchange *x, const struct json *entry)
{
    const char *status = json_string(json_get(entry, "status"), NULL);
    const struct json *data = json_get(entry, "data");
    struct task *task = exchange_task(ID, TASK_RUNNING, NULL);
    char answer[128];
    snprintf(answer, sizeof(answer), "{\"status\":\"%s\"}", status);
    exchange_begin(x, OP_FATE, task);
    enum provider_step step = exchange_leg(x, 200, answer);
    if (strcmp(status, "error") == 0) {
        assert_int_equal(step, STEP_AGAIN);
        assert_int_equal(exchange_leg(x, 200, body_of(data)), STEP_DONE);
        assert_non_null(task_text(only_task(x), TASK_MESSAGE));
        assert_true(only_task(x)->elapsed_ms < 10000); /* the recorded runtime, not our clock's */
    } else {
        assert_int_equal(step, STEP_DONE);
        assert_int_equal(task_is_alive(only_task(x)), data == NULL);
    }
    assert_null(batch_dirt(&x->batch));
    if (data) {
        exchange_begin(x, OP_RESULTS, task);
        assert_int_equal(exchange_leg(x, 200, body_of(data)), STEP_DONE);
        assert_int_not_equal(x->batch.result->state, RESULT_PENDING);
        assert_null(batch_dirt(&x->batch));
    }
    task_unref(task);
}

static void recorded_ends_of_tasks_are_understood(void **state)
{
    const struct json *all = samples();
    size_t replayed = 0;
    for (size_t i = 0; i < json_count(all); i++) {
        const void *cursor = NULL;
        const char *id;
        const struct json *entry;
        if (!is_sample(json_at(all, i), "GET /query_tasks/multi_results", 200))
            continue;
        while (json_next_member(json_get(json_at(all, i), "body"), &cursor, &id, &entry)) {
            replay_entry(*state, entry);
            replayed++;
        }
    }
    assert_true(replayed >= 3);
}

/* Every recording as the answer to every first question: nothing breaks, nothing unclean comes out.
 */
static void any_recording_may_answer_any_question(void **state)
{
    struct exchange *x = *state;
    const struct json *all = samples();
    struct task *task = exchange_task(ID, TASK_RUNNING, "q1");
    for (size_t i = 0; i < json_count(all); i++) {
        const struct json *sample = json_at(all, i);
        const char *answer = body_of(json_get(sample, "body"));
        long status = (long)json_int(json_get(sample, "status"), 0);
        for (enum op op = OP_LIST; op < OP_COUNT; op++) {
            exchange_begin(x, op, task);
            if (!exchange_build(x))
                continue;
            exchange_answer(x, status, "application/json", answer, strlen(answer));
            assert_null(batch_dirt(&x->batch));
        }
    }
    task_unref(task);
}

/* They were recorded with 3.1; what it says, 4.0 says as well. */
#define BOTH(f) LOOKER_TEST(f), LOOKER_3_1_TEST(f)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(recorded_logins_are_understood),        BOTH(recorded_workspace_is_entered),
        BOTH(recorded_refusal_asks_for_a_login),     BOTH(recorded_new_task_is_named),
        BOTH(recorded_ends_of_tasks_are_understood), BOTH(any_recording_may_answer_any_question),
    };
    return cmocka_run_group_tests(tests, read_samples, drop_samples);
}
