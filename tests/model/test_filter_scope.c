/* How much a filter can match: no task that matches is outside. */
#include "support/testing.h"

#include <stdio.h>
#include <string.h>

#include "base/textmatch.h"
#include "model/filter_scope.h"
#include "model/make_task.h"

#define NOW 1700000000000 /* 2023-11-14T22:13:20Z */

#define ALIVE (1u << TASK_QUEUED | 1u << TASK_RUNNING | 1u << TASK_CANCELLING | 1u << TASK_UNKNOWN)

static struct filter *parse(const char *text)
{
    struct error err = {0};
    struct filter *filter = filter_parse(text, &err, NULL);
    if (!filter)
        fail_msg("'%s': %s", text, err.message);
    return filter;
}

static void states_follow_and_or_and_not(void **state)
{
    static const struct {
        const char *text;
        unsigned states;
    } cases[] = {
        {"", FILTER_ALL_STATES},
        {"orders", FILTER_ALL_STATES},
        {"state=failed", 1u << TASK_FAILED},
        {"state=alive", ALIVE},
        {"state!=alive", FILTER_ENDED_STATES},
        {"state=failed orders", 1u << TASK_FAILED},
        {"state=failed or state=cancelled", 1u << TASK_FAILED | 1u << TASK_CANCELLED},
        {"state=failed or orders", FILTER_ALL_STATES},
        {"not (state=alive or state=failed)", FILTER_ENDED_STATES & ~(1u << TASK_FAILED)},
        {"not (state=alive state=failed)", FILTER_ALL_STATES},
        {"not not state=failed", 1u << TASK_FAILED},
        {"not (state=failed orders)", FILTER_ALL_STATES},
        {"state=failed pace>200", FILTER_ALL_STATES},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct filter *filter = parse(cases[i].text);
        unsigned states = filter_scope(filter, NOW).states;
        if (states != cases[i].states)
            fail_msg("'%s': %x, not %x", cases[i].text, states, cases[i].states);
        filter_destroy(filter);
    }
}

static void times_are_bounded_where_that_can_lose_nothing(void **state)
{
    static const struct {
        const char *text;
        int64_t from_ms, to_ms, ended_ms;
    } cases[] = {
        {"created>2023-11-14T22:00:00Z", NOW - 800000, INT64_MAX, UNKNOWN},
        {"created<=2023-11-14T22:00:00Z", UNKNOWN, NOW - 800000, UNKNOWN},
        {"created<5m", NOW - 300000, INT64_MAX, UNKNOWN},
        {"created>5m", UNKNOWN, INT64_MAX, UNKNOWN}, /* more of them while we wait */
        {"age<=5m", NOW - 300000, INT64_MAX, UNKNOWN},
        {"age<5m created<1m", NOW - 60000, INT64_MAX, UNKNOWN},
        {"age<5m or created<1m", NOW - 300000, INT64_MAX, UNKNOWN},
        {"age<5m or orders", UNKNOWN, INT64_MAX, UNKNOWN},
        {"not age<5m", UNKNOWN, INT64_MAX, UNKNOWN},
        {"created!=2023-11-14T22:00:00Z", UNKNOWN, INT64_MAX, UNKNOWN},
        {"ended<1m", UNKNOWN, INT64_MAX, NOW - 60000},
        {"ended>=2023-11-14T22:00:00Z", UNKNOWN, INT64_MAX, NOW - 800000},
        {"ended<2023-11-14T22:00:00Z", UNKNOWN, INT64_MAX, UNKNOWN},
        {"elapsed>5m rows<3", UNKNOWN, INT64_MAX, UNKNOWN},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct filter *filter = parse(cases[i].text);
        struct filter_scope scope = filter_scope(filter, NOW);
        if (scope.created_from_ms != cases[i].from_ms || scope.created_to_ms != cases[i].to_ms ||
            scope.ended_from_ms != cases[i].ended_ms)
            fail_msg("'%s': %lld %lld %lld", cases[i].text, (long long)scope.created_from_ms,
                     (long long)scope.created_to_ms, (long long)scope.ended_from_ms);
        filter_destroy(filter);
    }
}

static void texts_are_named_where_they_must_be_equal(void **state)
{
    static const struct {
        const char *text;
        const char *user;
    } cases[] = {
        {"user=ana", "ana"},
        {"user=ana state=failed", "ana"},
        {"user=ana or id=x", NULL},
        {"user=ana or user=ANA", "ana"},
        {"user=ana or user=bo", NULL},
        {"user!=ana", NULL},
        {"user=ana*", NULL},
        {"user~ana", NULL},
        {"user=me", NULL},
        {"user=\"\"", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct filter *filter = parse(cases[i].text);
        struct filter_scope scope = filter_scope(filter, NOW);
        if (!scope.user != !cases[i].user || (scope.user && strcmp(scope.user, cases[i].user) != 0))
            fail_msg("'%s': %s", cases[i].text, scope.user ? scope.user : "nobody");
        filter_destroy(filter);
    }
    struct filter *filter = parse("id=a query=b run=c");
    struct filter_scope scope = filter_scope(filter, NOW);
    assert_string_equal(scope.id, "a");
    assert_string_equal(scope.query_id, "b");
    assert_string_equal(scope.run_id, "c");
    filter_destroy(filter);
}

/* --- no match is outside -----------------------------------------------------------------------
 */

static struct task *make_any(uint64_t *random)
{
    static const char *const users[] = {"ana", "bo"};
    struct task_draft draft;
    task_draft_init(&draft);
    *random = *random * 6364136223846793005u + 1442695040888963407u;
    uint64_t r = *random >> 20;
    draft.facts.state = r % TASK_STATE_COUNT;
    draft.facts.created_ms = r % 5 ? NOW - (int64_t)(r % 1000) * 1000 : UNKNOWN;
    if (!task_states[draft.facts.state].is_alive)
        draft.facts.ended_ms = NOW - (int64_t)(r / 7 % 1000) * 1000;
    task_draft_set_text(&draft, TASK_ID, r % 3 ? "x" : "y");
    task_draft_set_text(&draft, TASK_USER, users[r / 3 % 2]);
    struct task *task = task_create(&draft);
    task_draft_finish(&draft);
    return task;
}

static bool is_inside(const struct filter_scope *scope, const struct task *task)
{
    const char *user = task_text(task, TASK_USER);
    const char *id = task_text(task, TASK_ID);
    return scope->states >> task->state & 1 &&
           (scope->created_from_ms == UNKNOWN || task->created_ms >= scope->created_from_ms) &&
           (scope->created_to_ms == INT64_MAX ||
            (task->created_ms != UNKNOWN && task->created_ms <= scope->created_to_ms)) &&
           (scope->ended_from_ms == UNKNOWN || task->ended_ms >= scope->ended_from_ms) &&
           (!scope->user || text_is_equal(user, scope->user)) &&
           (!scope->id || text_is_equal(id, scope->id));
}

/* A filter out of parts, nested as the random number says. */
static void add_part(uint64_t *random, unsigned depth, char *out, size_t size)
{
    static const char *const leaves[] = {"state=failed",
                                         "state=alive",
                                         "state!=ended",
                                         "user=ANA",
                                         "user!=bo",
                                         "id=x",
                                         "age<5m",
                                         "created<2m",
                                         "created>8m",
                                         "ended<6m",
                                         "ended>10m",
                                         "x",
                                         "created>2023-11-14T22:05:00Z",
                                         "created<=2023-11-14T22:09:00Z",
                                         "ended!=3m"};
    *random = *random * 6364136223846793005u + 1442695040888963407u;
    uint64_t r = *random >> 33;
    char left[600] = "", right[600] = "";
    if (depth == 0 || r % 4 == 0) {
        snprintf(out, size, "%s", leaves[r / 4 % (sizeof(leaves) / sizeof(leaves[0]))]);
        return;
    }
    add_part(random, depth - 1, left, sizeof(left));
    if (r % 4 == 1) {
        snprintf(out, size, "not (%.580s)", left);
        return;
    }
    add_part(random, depth - 1, right, sizeof(right));
    snprintf(out, size, "(%.280s) %s (%.280s)", left, r % 4 == 2 ? "and" : "or", right);
}

static void no_task_that_matches_is_outside(void **state)
{
    (void)state;
    uint64_t random = 7;
    struct task *tasks[60];
    size_t matches = 0;
    struct column_context context = {.now_ms = NOW + 30000}; /* the filter is applied later */
    for (size_t i = 0; i < 60; i++)
        tasks[i] = make_any(&random);
    for (int round = 0; round < 2000; round++) {
        char text[600];
        add_part(&random, 3, text, sizeof(text));
        struct filter *filter = parse(text);
        struct filter_scope scope = filter_scope(filter, NOW);
        for (size_t i = 0; i < 60; i++) {
            bool is_match = filter_matches(filter, tasks[i], &context);
            matches += is_match;
            if (is_match && !is_inside(&scope, tasks[i]))
                fail_msg("'%s' matches a task that it leaves out", text);
        }
        filter_destroy(filter);
    }
    assert_true(matches > 1000);
    for (size_t i = 0; i < 60; i++)
        task_unref(tasks[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_follow_and_or_and_not),
        cmocka_unit_test(times_are_bounded_where_that_can_lose_nothing),
        cmocka_unit_test(texts_are_named_where_they_must_be_equal),
        cmocka_unit_test(no_task_that_matches_is_outside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
