/* Verbs at a terminal: what a person is asked before something is done, and told while it lasts. */
#include "support/testing.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "cli/verbs.h"
#include "support/term.h"

static struct verbs verbs;
static char id[VERBS_ID_BYTES];

/* A task that waits for ever. */
static int open_service(void **state)
{
    (void)state;
    verbs_open(&verbs, (const char *[]){"--workers", "0", "--tasks", "0", "--rate", "0", NULL});
    verbs_configure(&verbs, "[demo]\nprovider = looker\nbase_url = %s\nclient_id = demo\n"
                            "client_secret = demo-secret\nmode = read-write\npoll = 250ms\n"
                            "workspace = dev\n");
    verbs_submit(&verbs, false, id);
    return 0;
}

static int close_service(void **state)
{
    (void)state;
    verbs_close(&verbs);
    return 0;
}

static struct term *start(const char *verb, const char *first, const char *second)
{
    const char *const argv[] = {TEST_QUERYTOP, verb, "--config", verbs.config, first, second, NULL};
    return term_start(&(struct term_options){.argv = argv, .rows = 24, .cols = 100});
}

static void expect_text(struct term *t, const char *text)
{
    assert_true(term_wait_text(t, text, TERM_PATIENCE_MS));
}

static void answer(struct term *t, const char *text)
{
    term_type(t, text);
    term_key(t, "Enter");
}

static void expect_end(struct term *t, int code)
{
    int status = 0;
    assert_true(term_wait_exit(t, TERM_PATIENCE_MS, &status));
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), code);
    term_close(t);
}

static void a_cancel_wants_a_yes(void **state)
{
    (void)state;
    struct term *t = start("cancel", id, NULL);
    expect_text(t, "[y/N]");
    answer(t, "");
    expect_text(t, "nothing was done");
    expect_end(t, 1);
    assert_string_equal(service_task_status(verbs.service, id), "added");

    t = start("cancel", id, NULL);
    expect_text(t, "[y/N]");
    answer(t, "y");
    expect_text(t, "confirmed");
    expect_end(t, 0);
    assert_string_equal(service_task_status(verbs.service, id), "killed");
}

/* What can be lost or seen by others: a yes is not enough. */
static void a_deploy_wants_the_name_typed(void **state)
{
    (void)state;
    static const char *const wrong[] = {"y", "yes", "shop", "shop_model ", "SHOP_MODEL", ""};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct term *t = start("project", "deploy", "shop_model");
        expect_text(t, "Type shop_model to go on:");
        answer(t, wrong[i]);
        expect_text(t, "nothing was done");
        expect_end(t, 1);
    }
    struct term *t = start("project", "deploy", "shop_model");
    expect_text(t, "Type shop_model to go on:");
    answer(t, "shop_model");
    assert_true(term_wait_no_text(t, "nothing was done", TERM_PATIENCE_MS));
    int status = 0;
    assert_true(term_wait_exit(t, TERM_PATIENCE_MS, &status));
    assert_true(term_find_row(t, "deploy") >= 0 && term_find_row(t, "nothing was done") < 0);
    term_close(t);
}

static void a_wait_says_what_it_waits_for(void **state)
{
    (void)state;
    char words[60];
    verbs_submit(&verbs, false, id);
    struct term *t = start("wait", id, NULL);
    snprintf(words, sizeof(words), "demo:%.20s queued", id);
    expect_text(t, words);
    term_key(t, "C-c");
    expect_end(t, 130);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cancel_wants_a_yes),
        cmocka_unit_test(a_deploy_wants_the_name_typed),
        cmocka_unit_test(a_wait_says_what_it_waits_for),
    };
    return cmocka_run_group_tests(tests, open_service, close_service);
}
