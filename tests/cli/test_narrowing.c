/* A filter narrows what is asked of Adobe, and never what is answered. */
#include "support/testing.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli/verbs.h"

#define LIST "GET /data/foundation/query/queries"

/* Nothing moves by itself. */
static const char *const quiet[] = {"--workers", "0", "--adobe-tasks", "300", NULL};
static const char *const quick[] = {"--workers", "2", NULL};

static struct call list(const struct verbs *verbs, const char *filter, const char *faults)
{
    char words[300];
    snprintf(words, sizeof(words), "list --timeout 60s --format ndjson --filter %s", filter);
    service_set_faults(verbs->service, faults);
    struct call call = verbs_call(verbs, words);
    service_set_faults(verbs->service, "");
    return call;
}

static bool is_same(const struct call *a, const struct call *b)
{
    return a->exit_code == b->exit_code && strcmp(a->out, b->out) == 0;
}

/* Of a time that moves with the clock a task may leave between two lists: but not each time. */
#define TRIES 5

/* Asks narrowed and whole, which must agree; whether there are such tasks. */
static bool lists_tasks(struct verbs *verbs, const char *filter)
{
    for (int tries = strchr(filter, '<') ? TRIES : 1;; tries--) {
        struct call narrowed = list(verbs, filter, "");
        /* Only what was narrowed is asked once more. */
        struct call whole = list(verbs, filter, LIST " 400 count=1\n");
        bool has_tasks = strlen(narrowed.out) > 0;
        bool agrees = is_same(&narrowed, &whole);
        if (!agrees && tries == 1)
            fail_msg("%s: exit codes %d and %d\n%s\n%s\n%s", filter, narrowed.exit_code,
                     whole.exit_code, narrowed.out, whole.out, whole.err);
        call_finish(&narrowed);
        call_finish(&whole);
        if (agrees)
            return has_tasks;
    }
}

static void a_narrowed_list_has_the_same_tasks(void **state)
{
    static const char *const filters[] = {
        "state=failed",
        "state=alive",
        "state!=succeeded",
        "(state=failed)or(state=queued)",
        "(state=ended)(user=ana.silva@shop.example)",
        "user=ANA.Silva@shop.example",
        "user=nobody@shop.example",
        "ended<10m",
        "(ended<1h)not(state=succeeded)(orders)",
        "not((state=alive)or(user=ana.silva@shop.example))(created<2h)(state=failed)",
    };
    (void)state;
    struct verbs verbs;
    size_t rows = 0;
    verbs_open(&verbs, quiet);
    verbs_configure(&verbs, VERBS_ADOBE_PROFILE "mode = read-write\n");
    for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++)
        rows += lists_tasks(&verbs, filters[i]);
    assert_true(rows >= 6);
    struct call refused = list(&verbs, "orders", LIST " 400 count=1\n");
    verbs_expect(&refused, 1); /* nothing was narrowed there */
    assert_string_equal(refused.out, "");
    call_finish(&refused);
    verbs_close(&verbs);
}

static void what_comes_to_match_is_watched(void **state)
{
    (void)state;
    struct verbs verbs;
    verbs_open(&verbs, quick);
    verbs_configure(&verbs, VERBS_ADOBE_PROFILE "mode = read-write\n");
    struct proc *watch = verbs_start(&verbs, "watch --filter state=failed");
    proc_wait_text(watch, "\"source\""); /* the first list is known */
    struct call call = verbs_call(&verbs, "run --sql SELECT(1)FROM\"oders\"");
    verbs_expect(&call, 0);
    call_finish(&call);
    proc_wait_text(watch, "\"state\":\"failed\""); /* submitted after the first list */
    proc_signal(watch, SIGINT);
    assert_int_equal(proc_wait(watch), 130);
    proc_destroy(watch);
    verbs_close(&verbs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_narrowed_list_has_the_same_tasks),
        cmocka_unit_test(what_comes_to_match_is_watched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
