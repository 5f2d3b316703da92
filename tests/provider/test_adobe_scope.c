/* Adobe Query Service is asked for no more than a filter can match, where that can lose nothing. */
#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "model/filter_scope.h"
#include "provider/exchange.h"

#define SINCE         "created>=2026-09-20T14:13:20.000Z"
#define PAGE(queries) "{\"queries\":[" queries "],\"_page\":{},\"_links\":{}}"
#define QUERY(id)                                                                       \
    "{\"id\":\"" id "\",\"state\":\"FAILED\",\"created\":\"2026-09-21T13:00:00.000Z\"," \
    "\"updated\":\"2026-09-21T13:00:01.000Z\"}"

static struct filter *filter;
static struct filter_scope scope;

static int set_up(void **state)
{
    struct exchange *x = calloc(1, sizeof(*x));
    exchange_init(x, "adobe");
    exchange_login(x);
    *state = x;
    return 0;
}

static int tear_down(void **state)
{
    filter_destroy(filter);
    filter = NULL;
    return exchange_tear_down(state);
}

static void begin_list(struct exchange *x, const char *text)
{
    filter_destroy(filter);
    filter = filter_parse(text, NULL, NULL);
    assert_non_null(filter);
    scope = filter_scope(filter, TEST_NOW_MS);
    exchange_begin(x, OP_LIST, NULL);
    x->job.scope = &scope;
}

/* The value of the parameter property of the leg at hand, decoded. */
static const char *property_of(struct exchange *x)
{
    static char out[1000];
    size_t length = 0;
    if (!exchange_build(x))
        fail_msg("%s", x->err.message);
    const char *at = strstr(x->request.url.data, "&property=");
    assert_non_null(at);
    for (at += strlen("&property="); *at && *at != '&'; at++) {
        unsigned byte = (unsigned char)*at;
        if (*at == '%' && sscanf(at + 1, "%2x", &byte) == 1)
            at += 2;
        out[length++] = (char)byte;
    }
    out[length] = '\0';
    return out;
}

#define NOT_ENDED ",state!=SUBMITTED,state!=IN_PROGRESS"

static void what_can_not_match_is_not_asked_for(void **state)
{
    static const struct {
        const char *filter;
        const char *property;
    } cases[] = {
        {"", SINCE},
        {"orders", SINCE},
        {"orders or state=failed", SINCE},
        {"state=failed", SINCE NOT_ENDED ",state!=SUCCESS,state!=KILLED"},
        {"orders state=ended", SINCE NOT_ENDED},
        {"state=alive", SINCE ",state!=SUCCESS,state!=FAILED,state!=KILLED,state!=TIMEOUT"},
        {"state=cancelling", SINCE ",state!=SUCCESS,state!=FAILED,state!=KILLED,state!=TIMEOUT"},
        {"created<1h", "created>=2026-09-21T13:13:20.000Z"},
        {"created<7d", SINCE}, /* since in the profile is less */
        {"created<2026-09-21", SINCE ",created<=2026-09-21T00:00:00.000Z"},
        {"ended<5m", SINCE NOT_ENDED ",updated>=2026-09-21T14:08:20.000Z"},
        {"user=A33@techacct.adobe.com", SINCE ",userId==A33@techacct.adobe.com"},
        {"user=a,b", SINCE},
        {"user=a||b", SINCE},
        {"user!=a", SINCE},
        {"user=me", SINCE},
        {"id=2c57 query_id=t1 run_id=r1", SINCE ",id==2c57,templateId==t1,scheduleRunId==r1"},
        {"source=API", SINCE}, /* may be written as api */
        {"sql~SELECT", SINCE}, /* a template's may be elsewhere */
        {"elapsed>5m", SINCE},
        {"state=failed pace>100", SINCE},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        begin_list(*state, cases[i].filter);
        const char *property = property_of(*state);
        if (strcmp(property, cases[i].property) != 0)
            fail_msg("'%s': %s", cases[i].filter, property);
    }
}

static void later_lists_and_changes_are_asked_for_whole(void **state)
{
    struct exchange *x = *state;
    begin_list(x, "state=failed");
    assert_int_equal(exchange_leg(x, 200, PAGE(QUERY("a"))), STEP_DONE);
    assert_true(x->batch.is_complete);
    begin_list(x, "state=failed");
    assert_string_equal(property_of(x), "updated>=2026-09-21T12:59:01.000Z");
    begin_list(x, "state=failed created<1h");
    x->job.wants_all = true;
    assert_string_equal(property_of(x), "created>=2026-09-21T13:13:20.000Z");
}

static void a_service_that_does_not_understand_is_asked_plainly(void **state)
{
    struct exchange *x = *state;
    begin_list(x, "state=failed");
    assert_int_equal(exchange_leg(x, 400, "{\"message\":\"unsupported property\"}"), STEP_AGAIN);
    assert_string_equal(property_of(x), SINCE);
    assert_int_equal(exchange_leg(x, 200, PAGE(QUERY("a"))), STEP_DONE);
    assert_int_equal(x->batch.task_count, 1);
    assert_true(x->batch.is_complete);
}

static void a_plain_request_that_is_refused_fails(void **state)
{
    struct exchange *x = *state;
    begin_list(x, "orders");
    assert_int_equal(exchange_leg(x, 400, ""), STEP_FAILED);
    begin_list(x, "state=failed");
    assert_int_equal(exchange_leg(x, 400, ""), STEP_AGAIN);
    assert_int_equal(exchange_leg(x, 400, ""), STEP_FAILED);
    begin_list(x, "state=failed");
    assert_string_equal(property_of(x), SINCE); /* it does not learn it */
}

static void a_name_in_other_letters_is_looked_for_in_the_whole_list(void **state)
{
    struct exchange *x = *state;
    begin_list(x, "id=A state=failed");
    assert_non_null(strstr(property_of(x), ",id==A"));
    assert_int_equal(exchange_leg(x, 200, PAGE("")), STEP_AGAIN);
    assert_string_equal(property_of(x), SINCE NOT_ENDED ",state!=SUCCESS,state!=KILLED");
    assert_int_equal(exchange_leg(x, 200, PAGE(QUERY("a"))), STEP_DONE);
    assert_int_equal(x->batch.task_count, 1);
}

static void an_empty_answer_is_one(void **state)
{
    struct exchange *x = *state;
    begin_list(x, "state=failed");
    assert_int_equal(exchange_leg(x, 200, PAGE("")), STEP_DONE);
    begin_list(x, "id=a");
    assert_int_equal(exchange_leg(x, 200, PAGE("")), STEP_DONE); /* the first list is over */
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_can_not_match_is_not_asked_for),
        TEST(later_lists_and_changes_are_asked_for_whole),
        TEST(a_service_that_does_not_understand_is_asked_plainly),
        TEST(a_plain_request_that_is_refused_fails),
        TEST(a_name_in_other_letters_is_looked_for_in_the_whole_list),
        TEST(an_empty_answer_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
