/* Answers of a real Looker, recorded by others, through the provider. They are not part of this
 * tree: where the folder is missing, the tests are skipped. */
#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/json.h"
#include "provider/dirt.h"
#include "provider/exchange.h"
#include "provider/mutate.h"

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

/* ---- each recording as the answer to its own question, whole and damaged ---- */

/* What the legs before were answered. */
static const char *const nothing[] = {NULL};
static const char *const a_token[] = {"{\"access_token\":\"t\"}", NULL};
static const char *const an_old_task[] = {"{\"query_id\":\"2216\"}", NULL};
static const char *const a_failure[] = {"{\"status\":\"error\"}", NULL};

struct question {
    const char *request;
    long status;
    enum op op;
    enum action_kind action;
    const char *const *before;
    const char
        *member; /* of multi_results: what the question at hand is answered; NULL: the body */
    enum provider_step step;
    const char *words; /* of the batch or the error */
};

static const struct question questions[] = {
    {"POST /login", 200, OP_LOGIN, 0, nothing, NULL, STEP_AGAIN, NULL},
    {"POST /login", 404, OP_LOGIN, 0, nothing, NULL, STEP_AGAIN, NULL},
    {"GET /session", 200, OP_ITEMS, 0, nothing, NULL, STEP_AGAIN, NULL},
    {"PATCH /session", 200, OP_LOGIN, 0, a_token, NULL, STEP_AGAIN, NULL},
    {"PATCH /session", 200, OP_ITEM, ACTION_SWITCH_WORKSPACE, nothing, NULL, STEP_DONE,
     "in dev now"},
    {"POST /queries", 200, OP_RUN, 0, nothing, NULL, STEP_AGAIN, NULL},
    {"POST /query_tasks", 200, OP_RETRY, 0, an_old_task, NULL, STEP_DONE, NULL},
    {"GET /query_tasks/multi_results", 200, OP_FATE, 0, nothing, "", STEP_DONE, NULL},
    {"GET /query_tasks/multi_results", 200, OP_FATE, 0, a_failure, "data", STEP_DONE, NULL},
    {"GET /query_tasks/multi_results", 200, OP_RESULTS, 0, nothing, "data", STEP_DONE, NULL},
    {"GET /projects/{p}/git_branch", 200, OP_PARTS, 0, nothing, NULL, STEP_AGAIN, NULL},
    {"PUT /projects/{p}/git_branch", 200, OP_ITEM, ACTION_CHECKOUT, nothing, NULL, STEP_DONE,
     "on branch tmp_spectacles_abc123 now"},
    {"POST /projects/{p}/reset_to_remote", 204, OP_ITEM, ACTION_RESET_TO_REMOTE, nothing, NULL,
     STEP_DONE, NULL},
    {"POST /projects/{p}/validate", 200, OP_ITEM, ACTION_VALIDATE, nothing, NULL, STEP_DONE,
     "no errors in 151ms"},
    {"GET /projects/{p}/validate", 204, OP_ITEM, ACTION_VALIDATE, nothing, NULL, STEP_FAILED,
     "it is empty"},
    {"GET /projects/{p}/lookml_tests", 401, OP_ITEM, ACTION_TEST_GIT, nothing, NULL, STEP_LOGIN,
     "Requires authentication. (401)"},
    {"GET /projects/{p}/manifest", 404, OP_ITEM, ACTION_TEST_GIT, nothing, NULL, STEP_FAILED,
     "no such thing"},
};

/* Asked by hand where a login failed: recorded_versions_tell_why_a_login_fails. */
#define VERSIONS "GET /versions"

struct scene {
    struct exchange *x;
    const struct question *question;
    struct task *task;
};

/* The question, with everything before it answered well. */
static void ask(const struct scene *scene)
{
    static const struct run_spec spec = {
        .model = "eye_exam", .explore = "users", .fields = {"users.id"}, .field_count = 1};
    struct exchange *x = scene->x;
    const struct question *q = scene->question;
    exchange_begin(x, q->op, scene->task);
    x->job.spec = &spec;
    x->job.action = q->action;
    x->job.item_id = "eye_exam";
    x->job.argument = "dev";
    for (const char *const *answer = q->before; *answer; answer++)
        assert_int_equal(exchange_leg(x, 200, *answer), STEP_AGAIN);
    if (!exchange_build(x))
        fail_msg("%s: %s", q->request, x->err.message);
}

/* A task that is told again is called what it was called, and one that failed stays so. */
static void assert_nothing_is_lost(const struct scene *scene)
{
    const struct exchange *x = scene->x;
    const struct question *q = scene->question;
    assert_null(batch_dirt(&x->batch));
    for (size_t i = 0; i < x->batch.task_count && q->op == OP_FATE; i++) {
        const struct task *told = x->batch.tasks[i];
        assert_text(told, TASK_ID, ID);
        assert_text(told, TASK_TITLE, task_text(scene->task, TASK_TITLE));
        assert_non_null(task_text(told, TASK_QUERY_ID));
        assert_int_equal(told->created_ms, scene->task->created_ms);
    }
    if (q->op == OP_FATE && q->before == a_failure)
        assert_int_equal(x->batch.task_count, 1);
}

static void answer(const struct scene *scene, const char *text, size_t length)
{
    struct exchange *x = scene->x;
    ask(scene);
    enum provider_step step =
        exchange_answer(x, scene->question->status, "application/json", text, length);
    assert_nothing_is_lost(scene);
    if (step == STEP_FAILED)
        assert_true(x->err.code != ERR_NONE && x->err.message[0]);
}

static void answer_whole(const struct scene *scene, const char *text)
{
    struct exchange *x = scene->x;
    const struct question *q = scene->question;
    ask(scene);
    assert_int_equal(exchange_answer(x, q->status, "application/json", text, strlen(text)),
                     q->step);
    assert_nothing_is_lost(scene);
    const char *words = x->err.code != ERR_NONE ? x->err.message : x->batch.words;
    if (q->words && !strstr(words, q->words))
        fail_msg("%s: '%s'", q->request, words);
}

static void answer_cut_at_every_byte(const struct scene *scene, const char *text)
{
    for (size_t length = 0; length < strlen(text); length++) {
        answer(scene, text, length);
        if (scene->question->before == a_failure) /* why it failed was cut, but not that it did */
            assert_int_equal(only_task(scene->x)->state, TASK_FAILED);
    }
}

static void answer_mutated(const struct scene *scene, const char *text)
{
    struct strbuf changed;
    strbuf_init(&changed, 1 << 24);
    for (enum mutation how = 0; how < MUTATION_COUNT; how++) {
        if (mutate(text, how, MUTATE_ALL, &changed))
            answer(scene, changed.data, changed.len);
        for (size_t i = 0; mutate(text, how, i, &changed); i++)
            answer(scene, changed.data, changed.len);
    }
    strbuf_finish(&changed);
}

typedef void answer_function(const struct scene *scene, const char *text);

/* Gives every recorded answer to the question; returns how many there are. */
static size_t replay(const struct scene *scene, answer_function *give)
{
    const struct question *q = scene->question;
    const struct json *all = samples();
    size_t replayed = 0;
    for (size_t i = 0; i < json_count(all); i++) {
        const struct json *recording = json_get(json_at(all, i), "body");
        const void *cursor = NULL;
        const char *id;
        if (!is_sample(json_at(all, i), q->request, q->status))
            continue;
        if (q->member && !json_next_member(recording, &cursor, &id, &recording))
            continue;
        if (q->member && *q->member)
            recording = json_get(recording, q->member);
        if (q->member && (!recording || (!*q->member && json_get(recording, "data"))))
            continue; /* another question is answered by this one */
        char *text = strdup(body_of(recording));
        give(scene, text);
        free(text);
        replayed++;
    }
    return replayed;
}

static void replay_all(struct exchange *x, answer_function *give)
{
    static char dev[] = "dev";
    struct task *task = exchange_task(ID, TASK_RUNNING, "q1");
    samples();
    x->profile.workspace = dev;
    for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
        const struct scene scene = {x, &questions[i], task};
        if (!replay(&scene, give))
            fail_msg("no recording answers %s", questions[i].request);
    }
    task_unref(task);
}

static void every_recording_is_understood(void **state)
{
    replay_all(*state, answer_whole);
}

static void recordings_cut_at_every_byte_lose_nothing(void **state)
{
    replay_all(*state, answer_cut_at_every_byte);
}

static void recordings_with_changed_values_lose_nothing(void **state)
{
    replay_all(*state, answer_mutated);
}

static void no_recording_is_left_out(void **state)
{
    (void)state;
    const struct json *all = samples();
    for (size_t i = 0; i < json_count(all); i++) {
        const char *request = json_string(json_get(json_at(all, i), "request"), NULL);
        long status = (long)json_int(json_get(json_at(all, i), "status"), 0);
        bool is_asked = strcmp(request, VERSIONS) == 0;
        for (size_t k = 0; k < sizeof(questions) / sizeof(questions[0]); k++)
            is_asked |= is_sample(json_at(all, i), questions[k].request, questions[k].status);
        if (!is_asked)
            fail_msg("nothing is asked that %s with %ld answers", request, status);
    }
}

static void recorded_versions_tell_why_a_login_fails(void **state)
{
    struct exchange *x = *state;
    const char *versions = recorded(VERSIONS, 200);
    for (size_t length = 0; length <= strlen(versions); length++) {
        exchange_begin(x, OP_LOGIN, NULL);
        assert_int_equal(exchange_leg(x, 404, ""), STEP_AGAIN);
        assert_true(exchange_build(x));
        assert_int_equal(exchange_answer(x, 200, "application/json", versions, length),
                         STEP_FAILED);
        assert_error(x, ERR_LOGIN, "check client_id and client_secret");
    }
}

/* They were recorded with 3.1; what it says, 4.0 says as well. */
#define BOTH(f) LOOKER_TEST(f), LOOKER_3_1_TEST(f)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(recorded_logins_are_understood),
        BOTH(recorded_workspace_is_entered),
        BOTH(recorded_refusal_asks_for_a_login),
        BOTH(recorded_new_task_is_named),
        BOTH(recorded_ends_of_tasks_are_understood),
        BOTH(any_recording_may_answer_any_question),
        BOTH(every_recording_is_understood),
        BOTH(recordings_cut_at_every_byte_lose_nothing),
        BOTH(recordings_with_changed_values_lose_nothing),
        BOTH(recorded_versions_tell_why_a_login_fails),
        cmocka_unit_test(no_recording_is_left_out),
    };
    return cmocka_run_group_tests(tests, read_samples, drop_samples);
}
