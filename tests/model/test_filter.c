#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/timefmt.h"
#include "model/filter.h"
#include "model/make_task.h"

#define NOW 1700000000000

static struct snapshot *snapshot;
static struct column_context context;
static struct task *task;  /* a running one with everything known */
static struct task *blank; /* nothing known but id and state */

static int make_tasks(void **state)
{
    (void)state;
    snapshot = snapshot_create(0, 1, 0, 0, 0);
    snprintf(snapshot->sources[0].profile, sizeof(snapshot->sources[0].profile), "looker-prod");
    context = (struct column_context){.snapshot = snapshot, .now_ms = NOW};
    struct task_draft draft;
    task_draft_init(&draft);
    draft.facts.state = TASK_RUNNING;
    draft.facts.elapsed_ms = 90000;
    draft.facts.observed_ms = NOW;
    draft.facts.created_ms = NOW - 120000;
    draft.facts.rows = 12000;
    task_draft_set_text(&draft, TASK_ID, "6f1c0b2e");
    task_draft_set_text(&draft, TASK_TITLE, "shop · orders");
    task_draft_set_text(&draft, TASK_USER, "Ana Silva");
    task_draft_set_text(&draft, TASK_ORIGIN, "dashboard");
    task_draft_set_text(&draft, TASK_SQL, "SELECT a or b\nFROM (orders)");
    task = task_create(&draft);
    task_draft_finish(&draft);
    blank = make_task(0, "b", TASK_FAILED, UNKNOWN, NOW, NULL);
    return 0;
}

static int drop_tasks(void **state)
{
    (void)state;
    task_unref(task);
    task_unref(blank);
    snapshot_unref(snapshot);
    return 0;
}

static bool matches_task(const char *text, const struct task *which)
{
    struct error err = {0};
    struct filter *filter = filter_parse(text, &err, NULL);
    if (!filter)
        fail_msg("'%s': %s", text, err.message);
    bool is_match = filter_matches(filter, which, &context);
    filter_destroy(filter);
    return is_match;
}

static bool matches(const char *text)
{
    return matches_task(text, task);
}

static void assert_all(const char *const *texts, bool is_match)
{
    for (; *texts; texts++) {
        if (matches(*texts) != is_match)
            fail_msg("'%s' %s", *texts, is_match ? "does not match" : "matches");
    }
}

static void words_are_found_in_any_text_with_smart_case(void **state)
{
    (void)state;
    assert_all((const char *[]){"orders", "silva", "6f1c", "Ana", "look", "running", "\"na si\"",
                                "from", "dash silva", NULL},
               true);
    assert_all((const char *[]){"ORDERS", "ANA", "zoe", "\"na  si\"", "orders zoe", NULL}, false);
}

static void text_fields_are_equal_without_case(void **state)
{
    (void)state;
    assert_all((const char *[]){"user=\"ana silva\"", "user=ana*", "USER=ANA*", "source=dashboard",
                                "profile=looker-prod", "user!=ana", "user~Silva", "user!~silVa",
                                "id=6f*", "user = \"Ana Silva\"", "sql~\"or b\"", "query=\"\"",
                                "connection=\"\"", "user!=\"\"", "source=*", NULL},
               true);
    assert_all((const char *[]){"user=ana", "user=\"ana*\"", "user!=ana*", "user!~silva",
                                "user~SILVA", "user=\"\"", NULL},
               false);
}

static void numbers_have_units(void **state)
{
    (void)state;
    assert_all((const char *[]){"elapsed>89", "elapsed>=90s", "elapsed=1.5m", "elapsed<=90s",
                                "elapsed<2m", "elapsed!=1m", "rows>11k", "rows=12000", "rows<1M",
                                "rows<=0.012M", "rows>=12K", "age>1m", "age > 1m", NULL},
               true);
    assert_all((const char *[]){"elapsed>90s", "elapsed<90s", "elapsed!=90s", "rows>12k",
                                "rows<12k", "age>1h", NULL},
               false);
}

static void times_are_compared_as_times_or_as_ages(void **state)
{
    (void)state;
    char at[TIMEFMT_BYTES], text[100];
    snprintf(text, sizeof(text), "created<%s", format_utc(at, NOW - 119000));
    assert_true(matches(text));
    snprintf(text, sizeof(text), "created>%s", format_utc(at, NOW - 119000));
    assert_false(matches(text));
    assert_true(matches("created>1m"));
    assert_true(matches("created<3m"));
    assert_false(matches("created<1m"));
    snapshot->sources[0].clock_ahead_ms = 3600000;
    assert_true(matches("created>1h"));
    snapshot->sources[0].clock_ahead_ms = 0;
}

static void unknown_is_neither_equal_nor_greater_nor_less(void **state)
{
    (void)state;
    static const char *const no[] = {"elapsed>0", "elapsed<1d", "elapsed=0", "rows>=0", "rows<9G",
                                     "created>0", "created<9d", "user=ana",  "user~a",  "user=*"};
    for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
        if (matches_task(no[i], blank))
            fail_msg("'%s' matches the unknown", no[i]);
    }
    assert_true(matches_task("user=\"\"", blank));
    assert_true(matches_task("user!=ana", blank));
    assert_true(matches_task("elapsed!=1s", blank));
    assert_true(matches_task("not elapsed>0", blank));
}

static void states_have_names_groups_and_synonyms(void **state)
{
    (void)state;
    assert_all((const char *[]){"state=running", "state=RUN*", "state~unn", "state=alive",
                                "state!=ended", "state!=succeeded", NULL},
               true);
    assert_all((const char *[]){"state=queued", "state=ended", "state!=alive", "state=done",
                                "state=killed", "state!~unn", NULL},
               false);
    assert_true(matches_task("state=error", blank));
    assert_true(matches_task("state=ended", blank));
    for (int i = 0; i < TASK_STATE_COUNT; i++) {
        struct task *one = make_task(0, "s", i, UNKNOWN, NOW, NULL);
        char text[40];
        snprintf(text, sizeof(text), "state=%s", task_states[i].name);
        assert_true(matches_task(text, one));
        assert_true(matches_task("state=alive", one) == task_states[i].is_alive);
        assert_true(matches_task("state=ended", one) == !task_states[i].is_alive);
        task_unref(one);
    }
}

static void and_binds_tighter_than_or_and_not_tightest(void **state)
{
    (void)state;
    assert_all((const char *[]){"zoe or ana", "zoe bob or ana", "ana or zoe bob", "ana and silva",
                                "not zoe", "!zoe", "! zoe", "!!ana", "not not ana", "not zoe ana",
                                "!zoe and ana", "(zoe or ana) silva", "!(zoe or bob)",
                                "ana AND (silva OR zoe) AND NOT bob", "((ana))", "(ana)(silva)",
                                "\"or\"", "ana !user=zoe", NULL},
               true);
    assert_all((const char *[]){"(zoe or ana) bob", "not ana", "!ana", "zoe or bob",
                                "not (ana or zoe)", "not ana or zoe", "!(ana)", "ana not silva",
                                NULL},
               false);
}

static void words_that_begin_like_keywords_are_words(void **state)
{
    (void)state;
    assert_true(matches("order"));
    assert_true(matches("or* or orders"));
    assert_false(matches("android"));
    assert_false(matches("nothing"));
}

static void the_empty_text_matches_everything(void **state)
{
    (void)state;
    struct filter *filter = filter_parse(" \t", NULL, NULL);
    assert_non_null(filter);
    assert_true(filter_is_empty(filter));
    assert_true(filter_matches(filter, blank, &context));
    filter_destroy(filter);
    filter = filter_parse("a", NULL, NULL);
    assert_false(filter_is_empty(filter));
    filter_destroy(filter);
    filter_destroy(NULL);
}

static void mistakes_have_a_place_and_a_next_step(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t at;
        const char *message;
    } cases[] = {
        {"a usr=ana", 2, "unknown field 'usr', did you mean user; fields: state, elapsed, user"},
        {"user>3", 4, "user is text; compare it with =, !=, ~ or !~"},
        {"elapsed~3", 7, "elapsed is a number; compare it with =, !=, >, >=, < or <="},
        {"elapsed>abc", 8, "elapsed wants a duration such as 30s, 5m, 2h or 1d, not 'abc'"},
        {"rows>5x", 5, "rows wants a number such as 500, 10k or 3M, not '5x'"},
        {"rows>\"a b\"", 5, "rows wants a number"},
        {"created>tuesday", 8, "created wants a time such as 2026-11-20T10:00, or how long"},
        {"state=runing", 6, "unknown state 'runing', did you mean running; states: queued,"},
        {"user=", 5, "a value for user is missing; \"\" stands for none"},
        {"(user=)", 6, "a value for user is missing"},
        {" =3", 1, "a field is missing before '='"},
        {"a \"b", 2, "the quote is not closed"},
        {"a (b", 2, "the parenthesis is not closed"},
        {"a) b", 1, "there is no ( for this )"},
        {"a or", 4, "a word or a comparison is missing here"},
        {"not", 3, "a word or a comparison is missing here"},
        {"()", 1, "a word or a comparison is missing here"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct error err = {0};
        size_t at = 999;
        struct filter *filter = filter_parse(cases[i].text, &err, &at);
        if (filter)
            fail_msg("'%s' is accepted", cases[i].text);
        assert_int_equal(err.code, ERR_USAGE);
        if (!strstr(err.message, cases[i].message))
            fail_msg("'%s': %s", cases[i].text, err.message);
        if (at != cases[i].at)
            fail_msg("'%s': at %zu, not at %zu", cases[i].text, at, cases[i].at);
    }
}

static void assert_refused(char unit, size_t count, const char *head, const char *message)
{
    char text[3000];
    snprintf(text, sizeof(text), "%s", head);
    size_t length = strlen(text);
    memset(text + length, unit, count);
    text[length + count] = '\0';
    struct error err = {0};
    assert_null(filter_parse(text, &err, NULL));
    assert_non_null(strstr(err.message, message));
}

static void length_parts_and_depth_are_bounded(void **state)
{
    (void)state;
    assert_refused('a', 1001, "", "longer than 1000 bytes");
    assert_refused('(', 21, "", "nested more than 20 deep");
    assert_refused('!', 21, "", "nested more than 20 deep");
    char words[300] = "";
    for (int i = 0; i < 100; i++)
        strcat(words, "o ");
    assert_true(matches(words));
    strcat(words, "o");
    assert_null(filter_parse(words, NULL, NULL));
    char pairs[1000] = "";
    for (int i = 0; i < 50; i++)
        strcat(pairs, "user!=zoe ");
    assert_true(matches(pairs));
}

static void long_text_is_quoted_without_cutting_a_character(void **state)
{
    (void)state;
    char text[400] = "";
    for (int i = 0; i < 100; i++)
        strcat(text, "é");
    strcat(text, "=1");
    struct error err = {0};
    assert_null(filter_parse(text, &err, NULL));
    assert_non_null(strstr(err.message, "é';"));
}

/* ---- narrowing --------------------------------------------------------------------------------
 */

static bool implies(const char *text, const char *other)
{
    struct filter *filter = filter_parse(text, NULL, NULL);
    struct filter *than = filter_parse(other, NULL, NULL);
    assert_non_null(filter);
    assert_non_null(than);
    bool is_implied = filter_implies(filter, than);
    filter_destroy(filter);
    filter_destroy(than);
    return is_implied;
}

static void what_is_typed_behind_a_filter_narrows_it(void **state)
{
    (void)state;
    static const char *const narrower[][2] = {
        {"a", ""},
        {"ana", "an"},
        {"anA", "an"},
        {"user~ana", "user~an"},
        {"user=an*", "user=a*"},
        {"user=ana state=running", "user=ana"},
        {"state=running", "state=alive"},
        {"elapsed>10m", "elapsed>1m"},
        {"elapsed<1m", "elapsed<10m"},
        {"not an", "not ana"},
        {"(a b) c", "a (b or d)"},
        {"ab or ac", "a"},
        {"not (a or b)", "not a"},
        {"\"two words\"", "two"},
    };
    static const char *const other[][2] = {
        {"", "a"},
        {"an", "ana"},
        {"ana", "anA"},
        {"user=ana", "user=an"},
        {"user~ana", "source~an"},
        {"not ana", "not an"},
        {"a or b", "a"},
        {"state=alive", "state=running"},
        {"elapsed>1m", "elapsed>10m"},
        {"elapsed>=5m", "elapsed>5m"},
        {"user=\"an*\"", "user=a*"},
    };
    for (size_t i = 0; i < sizeof(narrower) / sizeof(narrower[0]); i++)
        if (!implies(narrower[i][0], narrower[i][1]))
            fail_msg("'%s' lets more pass than '%s'?", narrower[i][0], narrower[i][1]);
    for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
        if (implies(other[i][0], other[i][1]))
            fail_msg("'%s' lets no more pass than '%s'?", other[i][0], other[i][1]);
}

/* A filter out of few pieces, so that one often follows from another. */
static void write_filter(char *out, size_t size, int depth)
{
    static const char *const pieces[] = {"a",         "an",         "ana",         "An",
                                         "user~a",    "user~an",    "user=an*",    "user=a*",
                                         "user=ana",  "user!=ana",  "state=alive", "state=running",
                                         "elapsed>5", "elapsed>10", "elapsed<=10", "\"\""};
    char left[200], right[200];
    int kind = depth > 0 ? rand() % 5 : 4;
    if (kind == 4) {
        snprintf(out, size, "%s", pieces[rand() % (int)(sizeof(pieces) / sizeof(pieces[0]))]);
        return;
    }
    write_filter(left, sizeof(left), depth - 1);
    write_filter(right, sizeof(right), depth - 1);
    static const char *const joints[] = {" ", " or ", " and not "};
    if (kind == 3)
        snprintf(out, size, "not %s", left);
    else
        snprintf(out, size, "(%s%s%s)", left, joints[kind], right);
}

static struct task *any_task(void)
{
    static const char *const texts[] = {"ana", "Ana", "bo", "an", "Band", NULL};
    struct task_draft draft;
    task_draft_init(&draft);
    draft.facts.state = rand() % 2 ? TASK_RUNNING : TASK_FAILED;
    draft.facts.observed_ms = NOW;
    draft.facts.elapsed_ms = rand() % 20;
    task_draft_set_text(&draft, TASK_ID, "7");
    task_draft_set_text(&draft, TASK_USER, texts[rand() % 6]);
    task_draft_set_text(&draft, TASK_TITLE, texts[rand() % 6]);
    struct task *any = task_create(&draft);
    task_draft_finish(&draft);
    return any;
}

static void a_filter_that_follows_from_another_lets_pass_what_that_does(void **state)
{
    (void)state;
    size_t implied = 0;
    srand(5);
    for (int round = 0; round < 20000; round++) {
        char text[500], other_text[500];
        write_filter(text, sizeof(text), 2);
        write_filter(other_text, sizeof(other_text), 2);
        if (!implies(text, other_text))
            continue;
        implied++;
        struct task *any = any_task();
        if (matches_task(text, any) && !matches_task(other_text, any))
            fail_msg("'%s' does not follow from '%s'", other_text, text);
        task_unref(any);
    }
    assert_true(implied > 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_found_in_any_text_with_smart_case),
        cmocka_unit_test(text_fields_are_equal_without_case),
        cmocka_unit_test(numbers_have_units),
        cmocka_unit_test(times_are_compared_as_times_or_as_ages),
        cmocka_unit_test(unknown_is_neither_equal_nor_greater_nor_less),
        cmocka_unit_test(states_have_names_groups_and_synonyms),
        cmocka_unit_test(and_binds_tighter_than_or_and_not_tightest),
        cmocka_unit_test(words_that_begin_like_keywords_are_words),
        cmocka_unit_test(the_empty_text_matches_everything),
        cmocka_unit_test(mistakes_have_a_place_and_a_next_step),
        cmocka_unit_test(length_parts_and_depth_are_bounded),
        cmocka_unit_test(long_text_is_quoted_without_cutting_a_character),
        cmocka_unit_test(what_is_typed_behind_a_filter_narrows_it),
        cmocka_unit_test(a_filter_that_follows_from_another_lets_pass_what_that_does),
    };
    return cmocka_run_group_tests(tests, make_tasks, drop_tasks);
}
