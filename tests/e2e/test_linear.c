/* The dashboard as lines: each change one line, orders as lines, nothing that moves a cursor. */
#include <stdio.h>
#include <string.h>

#include "e2e/stage.h"

static void order(struct term *t, const char *words)
{
    term_type(t, words);
    term_key(t, "Enter");
}

static void dumb_terminal_is_told_each_change_and_takes_orders(void **state)
{
    (void)state;
    struct stage stage;
    char id[64], words[100];
    const char *const env[] = {"TERM=dumb", NULL};
    const char *const names[] = {"shop", NULL};
    stage.service = service_start(stage_queue, NULL);
    const char *const argv[] = {
        TEST_QUERYTOP, "--config",
        service_config(stage.service, names, "mode = armed\npoll = 200ms\n"), NULL};
    stage.term =
        term_start(&(struct term_options){.argv = argv, .env = env, .rows = 40, .cols = 160});
    assert_shows(&stage, "one per change");
    service_submit(stage.service, "order_items", "users.region", id, sizeof(id));
    assert_shows(&stage, "queued: ");
    snprintf(words, sizeof(words), "%.12s", id);
    assert_shows(&stage, words);
    snprintf(words, sizeof(words), "cancel %s", id);
    order(stage.term, words);
    assert_shows(&stage, "Type yes to do it");
    order(stage.term, "no");
    assert_shows(&stage, "Nothing was done.");
    order(stage.term, words);
    order(stage.term, "yes");
    assert_shows(&stage, "cancelled: ");
    order(stage.term, "dance");
    assert_shows(&stage, "There is no order dance; help lists them.");
    order(stage.term, "quit");
    assert_exit_code(stage.term, 0);
    assert_null(memchr(term_log(stage.term)->data, '\x1b', term_log(stage.term)->len));
    term_close(stage.term);
    service_stop(stage.service);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dumb_terminal_is_told_each_change_and_takes_orders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
