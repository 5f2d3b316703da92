/* The dashboard as lines: each change one line, orders as lines, nothing that moves a cursor. */
#include <stdio.h>
#include <string.h>

#include "e2e/stage.h"

static void order(struct term *t, const char *words)
{
    term_type(t, words);
    term_key(t, "Enter");
}

static void open_lines(struct stage *stage, const char *const *sandbox)
{
    static const char *const env[] = {"TERM=dumb", NULL};
    static const char *const names[] = {"shop", NULL};
    stage->service = service_start(sandbox, NULL);
    const char *const argv[] = {
        TEST_QUERYTOP, "--config",
        service_config(stage->service, names, "mode = armed\npoll = 200ms\n"), NULL};
    stage->term =
        term_start(&(struct term_options){.argv = argv, .env = env, .rows = 40, .cols = 160});
    assert_shows(stage, "one per change");
    assert_shows(stage, "shop: ok");
}

static void close_lines(struct stage *stage)
{
    order(stage->term, "quit");
    assert_exit_code(stage->term, 0);
    assert_null(memchr(term_log(stage->term)->data, '\x1b', term_log(stage->term)->len));
    term_close(stage->term);
    service_stop(stage->service);
}

static void order_on(struct term *t, const char *verb, const char *id)
{
    char words[100];
    snprintf(words, sizeof(words), "%s %s", verb, id);
    order(t, words);
}

/* The line of a task: "succeeded: shop ..., id 0123456789ab". */
static void assert_told(struct stage *stage, const char *state, const char *id)
{
    char words[100];
    snprintf(words, sizeof(words), "id %.12s", id);
    assert_shows(stage, words);
    assert_shows(stage, state);
}

static void dumb_terminal_is_told_each_change_and_takes_orders(void **state)
{
    (void)state;
    struct stage stage;
    char id[64];
    open_lines(&stage, stage_queue);
    service_submit(stage.service, "order_items", "users.region", id, sizeof(id));
    assert_told(&stage, "queued: ", id);
    order_on(stage.term, "cancel", id);
    assert_shows(&stage, "Type yes to do it");
    order(stage.term, "no");
    assert_shows(&stage, "Nothing was done.");
    order_on(stage.term, "cancel", id);
    order(stage.term, "yes");
    assert_shows(&stage, "cancelled: ");
    order(stage.term, "dance");
    assert_shows(&stage, "There is no order dance; help lists them.");
    close_lines(&stage);
}

static void retry_asks_and_runs_the_query_once_more(void **state)
{
    (void)state;
    struct stage stage;
    char id[64];
    open_lines(&stage, stage_queue);
    order_on(stage.term, "retry", "zzzz");
    assert_shows(&stage, "There is no task zzzz; list tells their ids.");
    service_submit(stage.service, "users", "users.region", id, sizeof(id));
    assert_told(&stage, "queued: ", id);
    order_on(stage.term, "cancel", id);
    assert_shows(&stage, "Cancel this task?");
    order(stage.term, "yes");
    assert_shows(&stage, "cancelled: ");
    size_t before = service_running_count(stage.service);
    order_on(stage.term, "retry", id);
    assert_shows(&stage, "Retry this task? Type yes to do it, anything else leaves it.");
    order(stage.term, "yes");
    assert_shows(&stage, "retried as ");
    assert_int_equal(service_running_count(stage.service), before + 1);
    close_lines(&stage);
}

static void filter_leaves_out_what_does_not_match_until_it_is_taken_back(void **state)
{
    (void)state;
    struct stage stage;
    char other[64], wanted[64], words[100];
    open_lines(&stage, stage_queue);
    order(stage.term, "filter nosuch=1");
    assert_shows(&stage, "unknown field 'nosuch'");
    order(stage.term, "filter explore=users");
    assert_shows(&stage, "Only tasks that match are told.");
    service_submit(stage.service, "order_items", "users.region", other, sizeof(other));
    service_submit(stage.service, "users", "users.region", wanted, sizeof(wanted));
    assert_told(&stage, "queued: ", wanted);
    snprintf(words, sizeof(words), "id %.12s", other);
    assert_null(strstr(term_screen(stage.term), words));
    order(stage.term, "filter");
    assert_shows(&stage, "All tasks are told.");
    order(stage.term, "list");
    assert_told(&stage, "queued: ", other);
    close_lines(&stage);
}

static void a_byte_that_nobody_types_stops_no_order(void **state)
{
    (void)state;
    struct stage stage;
    open_lines(&stage, stage_queue);
    term_send_bytes(stage.term, "\0\n", 2);
    order(stage.term, "help");
    assert_shows(&stage, "filter EXPR: tell only of tasks that match");
    close_lines(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dumb_terminal_is_told_each_change_and_takes_orders),
        cmocka_unit_test(retry_asks_and_runs_the_query_once_more),
        cmocka_unit_test(filter_leaves_out_what_does_not_match_until_it_is_taken_back),
        cmocka_unit_test(a_byte_that_nobody_types_stops_no_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
