/* Memory runs out in the program itself, its libraries and threads included: it ends in order, with
 * the terminal as it was. */
#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "cli/verbs.h"
#include "e2e/stage.h"
#include "failure/walk.h"
#include "support/environment.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define TRIES 8
#else
#define TRIES 24
#endif
#define OUT_OF_MEMORY 5

/* Any thread's allocations, or those of all but the first. */
static const char *const ways[] = {"", "+", "t", "t+"};
#define WAYS (sizeof(ways) / sizeof(ways[0]))

/* The program's environment: which allocation is refused, and where to say how many there were. */
struct plan {
    char at[60];
    char report[300];
    char asan[300];
    char tsan[300];
    const char *env[6];
};

/* which: of whose allocations, and whether all after it too; as fail_alloc.h has it. */
static void make_plan(struct plan *plan, unsigned long nth, const char *which)
{
    const char *asan = getenv("ASAN_OPTIONS");
    snprintf(plan->at, sizeof(plan->at), "FAIL_ALLOC_AT=%lu%s", nth, which);
    snprintf(plan->report, sizeof(plan->report), "FAIL_ALLOC_REPORT=%s/report", scratch_folder());
    /* The preloaded one comes before it, and is meant to. */
    snprintf(plan->asan, sizeof(plan->asan), "ASAN_OPTIONS=%s:verify_asan_link_order=0",
             asan ? asan : "");
    /* The sudden end is meant: threads that nobody joins any more are no mistake of it. */
    const char *tsan = getenv("TSAN_OPTIONS");
    snprintf(plan->tsan, sizeof(plan->tsan), "TSAN_OPTIONS=%s:report_thread_leaks=0",
             tsan ? tsan : "");
    plan->env[0] = "LD_PRELOAD=" TEST_FAIL_ALLOC;
    plan->env[1] = plan->at;
    plan->env[2] = plan->report;
    plan->env[3] = plan->asan;
    plan->env[4] = plan->tsan;
    plan->env[5] = NULL;
}

static unsigned long reported(const struct plan *plan)
{
    unsigned long count = 0;
    FILE *file = fopen(strchr(plan->report, '=') + 1, "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%lu", &count), 1);
    fclose(file);
    assert_true(count > 1000);
    return count;
}

/* From the first to the last, closer together at the beginning. */
static unsigned long place_of(unsigned long i, unsigned long tries, unsigned long total)
{
    double share = (double)(i + 1) / (double)tries;
    return 1 + (unsigned long)(share * share * share * (double)(total - 1));
}

/* ---- a verb ---- */

static struct proc *start_list(const struct verbs *verbs, struct plan *plan, unsigned long nth,
                               const char *which)
{
    const char *const argv[] = {TEST_QUERYTOP, "list",   "--config", verbs->config,
                                "--format",    "ndjson", NULL};
    make_plan(plan, nth, which);
    return proc_start(argv, plan->env);
}

/* True: it ended early, and in order. */
static bool check_list(const struct verbs *verbs, unsigned long nth, const char *which)
{
    struct plan plan;
    struct proc *p = start_list(verbs, &plan, nth, which);
    int code = proc_wait(p);
    bool is_out = code == OUT_OF_MEMORY && strcmp(proc_errors(p), "querytop: out of memory\n") == 0;
    if (code != 0 && !is_out)
        fail_msg("allocation %lu%s: %d\n%s\n%s", nth, which, code, proc_output(p), proc_errors(p));
    proc_destroy(p);
    return is_out;
}

static void a_verb_ends_in_order(void **state)
{
    (void)state;
    struct verbs verbs;
    struct plan plan;
    verbs_open(&verbs, stage_queue);
    struct proc *p = start_list(&verbs, &plan, 0, "");
    assert_int_equal(proc_wait(p), 0);
    proc_destroy(p);
    unsigned long total = reported(&plan);
    unsigned long tries = walk_tries(2 * TRIES), early = 0;
    for (unsigned long i = 0; i < tries; i++)
        early += check_list(&verbs, place_of(i, tries, total), ways[i % WAYS]);
    print_message("list: %lu of %lu allocations refused, %lu ends\n", tries, total, early);
    assert_true(early > tries / 2);
    verbs_close(&verbs);
}

/* ---- the demo: dashboard and embedded service in one ---- */

static struct term *start_demo(struct plan *plan, unsigned long nth, const char *which)
{
    const char *const argv[] = {TEST_QUERYTOP, "demo", "--seed", "7", NULL};
    make_plan(plan, nth, which);
    return term_start(
        &(struct term_options){.argv = argv, .env = plan->env, .rows = 40, .cols = 120});
}

static bool has_ended_or_runs(struct term *t, const void *context)
{
    (void)context;
    return term_find_row(t, "out of memory") >= 0 ||
           (term_find_row(t, "demo-adobe \xe2\x97\x8f") >= 0 &&
            term_find_row(t, "demo-looker \xe2\x97\x8f") >= 0);
}

/* Returns the exit code. */
static int watch_demo(struct term *t)
{
    assert_true(term_wait_until(t, has_ended_or_runs, NULL, TERM_PATIENCE_MS));
    bool has_ended = term_find_row(t, "out of memory") >= 0;
    if (!has_ended)
        term_keys(t, "j Enter Esc 3 q");
    int code = stage_exit_code(t);
    if (term_is_alternate(t) || !term_has_first_modes(t))
        fail_msg("the terminal is not as it was:\n%s", term_screen(t));
    return code;
}

static bool check_demo(unsigned long nth, const char *which)
{
    struct plan plan;
    struct term *t = start_demo(&plan, nth, which);
    int code = watch_demo(t);
    bool is_out = code == OUT_OF_MEMORY && term_find_row(t, "querytop: out of memory") >= 0;
    if (code != 0 && !is_out)
        fail_msg("allocation %lu%s: %d\n%s", nth, which, code, term_screen(t));
    term_close(t);
    return is_out;
}

static void the_dashboard_ends_in_order(void **state)
{
    (void)state;
    struct plan plan;
    struct term *t = start_demo(&plan, 0, "");
    assert_int_equal(watch_demo(t), 0);
    term_close(t);
    unsigned long total = reported(&plan);
    unsigned long tries = walk_tries(TRIES), early = 0;
    for (unsigned long i = 0; i < tries; i++)
        early += check_demo(place_of(i, tries, total), ways[i % WAYS]);
    print_message("demo: %lu of %lu allocations refused, %lu ends\n", tries, total, early);
    assert_true(early > tries / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_verb_ends_in_order),
        cmocka_unit_test(the_dashboard_ends_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
