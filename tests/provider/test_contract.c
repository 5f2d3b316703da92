/* What every provider owes the poller, whatever its service sends. */
#include "support/testing.h"

#include <stdlib.h>
#include <string.h>

#include "base/sanitize.h"
#include "provider/dirt.h"
#include "provider/exchange.h"
#include "provider/mutate.h"
#include "provider/scripts.h"

static const long statuses[] = {200, 201, 202, 204, 301, 400, 401, 403, 404,
                                405, 409, 422, 429, 500, 502, 503, 999};

static const char *const odd_bodies[] = {
    "",
    " ",
    "null",
    "true",
    "7",
    "\"text\"",
    "[]",
    "{}",
    "[[]]",
    "[null,1,\"x\",[],{}]",
    "{\"message\":null,\"errors\":{}}",
    "{\"message\":\"\\u001b[31m \\u202e x\",\"errors\":[{\"message\":\"\\u0007\",\"field\":5}]}",
    "<html><body><h1>502 Bad Gateway</h1>\x1b[31m</body></html>",
    "\xff\xfe\x00\x01",
    "{\"a\":1}{\"b\":2}",
    "{\"data\":[{\"x\":",
    "{\"data\":{},\"errors\":\"text\",\"rows\":7,\"fields\":[]}",
    "{\"rows\":[5,null,[\"looker_error\"]]}",
};

struct place {
    const struct provider_script *provider;
    const struct op_script *script;
    struct task *task;
    struct exchange x;
};

static void place_begin(struct place *place)
{
    static const struct run_spec of_query = {
        .model = "shop", .explore = "orders", .fields = {"orders.count"}, .field_count = 1};
    static const struct run_spec of_sql = {.sql = "SELECT 1", .ctas_dataset = "t"};
    exchange_begin(&place->x, place->script->op, place->task);
    bool has_sql = place->x.provider->ops->caps & CAP_RUN_SQL;
    place->x.job.spec = has_sql ? &of_sql : &of_query;
    place->x.job.action = place->script->action;
    place->x.job.item_id = "f";
    place->x.job.argument = "dev";
}

static const char *type_of(const struct good_answer *answer)
{
    return answer->content_type ? answer->content_type : "application/json";
}

static enum provider_step answer_good(struct place *place, size_t leg)
{
    const struct good_answer *answer = &place->script->legs[leg];
    return exchange_answer(&place->x, 200, type_of(answer), answer->body, strlen(answer->body));
}

/* Brings a fresh job to the leg, with its request built: in a new session, where the one before has
 * ended, or has been asked once for all what is asked here. */
static void go_to_leg(struct place *place, size_t leg)
{
    if (place->script->op == OP_LOGOUT || place->script->op == OP_ITEMS)
        exchange_login(&place->x);
    place_begin(place);
    for (size_t i = 0; i < leg; i++) {
        assert_true(exchange_build(&place->x));
        assert_int_equal(answer_good(place, i), STEP_AGAIN);
    }
    if (!exchange_build(&place->x))
        fail_msg("%s, leg %zu: %s", op_name(place->script->op), leg, place->x.err.message);
}

/* A job goes on while its answers do not end it; whatever follows is answered well. */
static void check_outcome(struct place *place, enum provider_step step, size_t leg)
{
    for (size_t guard = 0; guard < 200; guard++) {
        const char *dirt = batch_dirt(&place->x.batch);
        if (dirt)
            fail_msg("%s: not clean: %s", op_name(place->script->op), dirt);
        assert_true(sanitize_is_clean(place->x.err.message, strlen(place->x.err.message)));
        if (step == STEP_FAILED)
            assert_true(place->x.err.code != ERR_NONE && place->x.err.message[0]);
        if (step != STEP_AGAIN)
            return;
        if (!exchange_build(&place->x)) {
            assert_true(place->x.err.code != ERR_NONE && place->x.err.message[0]);
            return;
        }
        leg++;
        bool has_answer = leg < SCRIPT_LEGS_MAX && place->script->legs[leg].body;
        step = has_answer ? answer_good(place, leg)
                          : exchange_answer(&place->x, 404, "application/json", "", 0);
    }
    fail_msg("%s does not end", op_name(place->script->op));
}

static void give(struct place *place, size_t leg, long status, const char *type, const char *body,
                 size_t length)
{
    go_to_leg(place, leg);
    check_outcome(place, exchange_answer(&place->x, status, type, body, length), leg);
}

/* Calls visit for each leg of each op of each provider. */
static void for_each_leg(void (*visit)(struct place *place, size_t leg))
{
    for (size_t i = 0; i < provider_script_count; i++) {
        struct place place = {.provider = &provider_scripts[i]};
        for (place.script = place.provider->ops; place.script->op != OP_COUNT; place.script++) {
            exchange_init_version(&place.x, place.provider->provider, place.provider->api_version);
            exchange_login(&place.x);
            place.task = exchange_task(place.provider->task_id, place.script->state, "q1");
            for (size_t leg = 0; leg < SCRIPT_LEGS_MAX && place.script->legs[leg].body; leg++)
                visit(&place, leg);
            exchange_finish(&place.x);
            task_unref(place.task);
        }
    }
}

static void end_well(struct place *place, size_t leg)
{
    bool is_last = leg + 1 == SCRIPT_LEGS_MAX || !place->script->legs[leg + 1].body;
    go_to_leg(place, leg);
    assert_int_equal(answer_good(place, leg), is_last ? STEP_DONE : STEP_AGAIN);
    assert_null(batch_dirt(&place->x.batch));
}

static void good_answers_lead_to_the_end(void **state)
{
    (void)state;
    for_each_leg(end_well);
}

static void check_request(struct place *place, size_t leg)
{
    go_to_leg(place, leg);
    const struct http_request *request = &place->x.request;
    const char *base = place->x.profile.base_url;
    assert_memory_equal(request->url.data, base, strlen(base));
    assert_int_equal(request->url.data[strlen(base)], '/');
    assert_null(strstr(request->url.data, "hush"));
    assert_null(strstr(request->url.data, "tok-1"));
}

static void requests_go_to_the_profiles_host_and_hide_secrets(void **state)
{
    (void)state;
    for_each_leg(check_request);
}

#define STATUS_COUNT   (sizeof(statuses) / sizeof(statuses[0]))
#define ODD_BODY_COUNT (sizeof(odd_bodies) / sizeof(odd_bodies[0]))

static void give_odd_bodies(struct place *place, size_t leg)
{
    static const char *const types[] = {"application/json", "text/html", "", "text/csv"};
    const size_t type_count = sizeof(types) / sizeof(types[0]);
    static size_t turn; /* where not every case is tried, the legs try different ones */
    for (size_t i = turn++ % TEST_STRIDE; i < STATUS_COUNT * ODD_BODY_COUNT * type_count;
         i += TEST_STRIDE) {
        const char *body = odd_bodies[i / type_count % ODD_BODY_COUNT];
        long status = statuses[i / type_count / ODD_BODY_COUNT];
        give(place, leg, status, types[i % type_count], body, strlen(body));
    }
}

static void odd_bodies_do_no_harm(void **state)
{
    (void)state;
    for_each_leg(give_odd_bodies);
}

static void give_truncated(struct place *place, size_t leg)
{
    const struct good_answer *answer = &place->script->legs[leg];
    for (size_t length = 0; length < strlen(answer->body); length += TEST_STRIDE)
        give(place, leg, 200, type_of(answer), answer->body, length);
}

static void bodies_cut_at_every_byte_do_no_harm(void **state)
{
    (void)state;
    for_each_leg(give_truncated);
}

static void give_mutated(struct place *place, size_t leg)
{
    struct strbuf body;
    strbuf_init(&body, 1 << 24);
    for (enum mutation how = 0; how < MUTATION_COUNT; how++) {
        if (mutate(place->script->legs[leg].body, how, MUTATE_ALL, &body))
            give(place, leg, 200, "application/json", body.data, body.len);
        for (size_t i = 0; mutate(place->script->legs[leg].body, how, i, &body); i += TEST_STRIDE)
            give(place, leg, 200, "application/json", body.data, body.len);
    }
    strbuf_finish(&body);
}

static void changed_types_and_hostile_texts_do_no_harm(void **state)
{
    (void)state;
    for_each_leg(give_mutated);
}

static void give_nothing(struct place *place, size_t leg)
{
    struct http_response response = {.transport = {ERR_NETWORK, "the answer broke off"},
                                     .status = 200,
                                     .body = "{\"id\":"};
    response.body_len = strlen(response.body);
    go_to_leg(place, leg);
    struct exchange *x = &place->x;
    batch_finish(&x->batch);
    enum provider_step step =
        x->provider->ops->parse(x->provider, &x->job, &response, &x->batch, &x->err);
    if (step == STEP_AGAIN)
        x->job.leg++;
    check_outcome(place, step, leg);
}

static void broken_connections_do_no_harm(void **state)
{
    (void)state;
    for_each_leg(give_nothing);
}

static void every_op_builds_or_refuses_with_a_reason(void **state)
{
    (void)state;
    static const char *const ids[] = {
        "a607517addb9d3159300ee61d314e40e", "q:7", "../x", "a b", "\xe2\x80\xae", "%00"};
    static const struct run_spec spec = {.query = "7"};
    for (size_t i = 0; providers[i]; i++) {
        struct exchange x;
        exchange_init(&x, providers[i]->name);
        exchange_login(&x);
        for (enum op op = 0; op < OP_COUNT; op++) {
            for (size_t k = 0; k < sizeof(ids) / sizeof(ids[0]); k++) {
                struct task *task = exchange_task(ids[k], TASK_RUNNING, k % 2 ? NULL : ids[k]);
                exchange_begin(&x, op, task);
                x.job.spec = &spec;
                x.job.item_id = ids[k];
                x.job.argument = ids[k];
                x.job.action = ACTION_VALIDATE;
                if (exchange_build(&x))
                    assert_true(x.request.url.len > 0 && !x.request.url.is_cut);
                else
                    assert_true(x.err.code != ERR_NONE && x.err.message[0]);
                exchange_begin(&x, OP_LIST, NULL);
                task_unref(task);
            }
        }
        exchange_finish(&x);
    }
}

static void every_provider_is_scripted_and_named(void **state)
{
    (void)state;
    for (size_t i = 0; providers[i]; i++) {
        bool is_scripted = false;
        for (size_t k = 0; k < provider_script_count; k++)
            is_scripted |= strcmp(provider_scripts[k].provider, providers[i]->name) == 0;
        assert_true(is_scripted);
        assert_ptr_equal(provider_find(providers[i]->name), providers[i]);
        assert_true(providers[i]->title[0]);
        assert_true(providers[i]->state_size > 0);
    }
    assert_null(provider_find("no such service"));
    for (enum op op = 0; op < OP_COUNT; op++)
        assert_non_null(op_name(op));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_answers_lead_to_the_end),
        cmocka_unit_test(requests_go_to_the_profiles_host_and_hide_secrets),
        cmocka_unit_test(odd_bodies_do_no_harm),
        cmocka_unit_test(bodies_cut_at_every_byte_do_no_harm),
        cmocka_unit_test(changed_types_and_hostile_texts_do_no_harm),
        cmocka_unit_test(broken_connections_do_no_harm),
        cmocka_unit_test(every_op_builds_or_refuses_with_a_reason),
        cmocka_unit_test(every_provider_is_scripted_and_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
