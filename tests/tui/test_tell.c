/* What changes its state is noted, and told to whoever asked for it. */
#include "support/testing.h"

#include <stdlib.h>
#include <string.h>

#include "app_fixture.h"
#include "base/sanitize.h"

static struct app_fixture fixture;
static struct tell_rule rule;

static struct snapshot *shop(enum task_state first, enum task_state second)
{
    const struct fake_task tasks[] = {
        {.id = "t1",
         .state = first,
         .elapsed_ms = 9000,
         .age_ms = 9000,
         .user = "Ana",
         .title = "weekly revenue"},
        {.id = "t2",
         .state = second,
         .elapsed_ms = 9000,
         .age_ms = 9000,
         .user = "Bo",
         .title = "nightly export",
         .message = second == TASK_FAILED ? "no such table" : NULL},
    };
    return fake_snapshot(tasks, 2, 1);
}

static int open_app(void **state)
{
    (void)state;
    app_fixture_start(&fixture, shop(TASK_RUNNING, TASK_RUNNING), 100, 30);
    fixture.app.clipboard = CLIPBOARD_PLAIN;
    return 0;
}

static int close_app(void **state)
{
    (void)state;
    app_fixture_finish(&fixture);
    tell_rule_finish(&rule);
    return 0;
}

static void make_rule(const char *when)
{
    struct error err = {0};
    assert_true(tell_rule_init(&rule, "mine", &err));
    assert_true(tell_rule_set(&rule, "when", when, &err));
    fixture.app.rules = &rule;
    fixture.app.rule_count = 1;
}

static void take(struct snapshot *s)
{
    s->generation = fixture.app.snapshot->generation + 1;
    strbuf_clear(&fixture.app.to_terminal);
    app_take_snapshot(&fixture.app, s);
    app_fixture_pass(&fixture, 0);
}

static const char *sent(void)
{
    return fixture.app.to_terminal.data;
}

static void end_of_a_task_is_told_once_to_whoever_asked(void **state)
{
    (void)state;
    app_fixture_type(&fixture, "g!");
    assert_shows(&fixture, "You will be told when this task has ended");
    const char *id = task_text(app_selected(&fixture.app), TASK_ID);
    bool is_first = strcmp(id, "t1") == 0;
    take(shop(TASK_RUNNING, TASK_RUNNING));
    assert_string_equal(sent(), "");
    take(is_first ? shop(TASK_SUCCEEDED, TASK_RUNNING) : shop(TASK_RUNNING, TASK_SUCCEEDED));
    assert_non_null(strstr(sent(), "\033]9;querytop: done: succeeded"));
    assert_int_equal(sent()[strlen(sent()) - 1], '\a');
    assert_shows(&fixture, "done: succeeded");
    take(shop(TASK_SUCCEEDED, TASK_SUCCEEDED));
    assert_string_equal(sent(), "");
}

static void second_press_takes_the_wish_back(void **state)
{
    (void)state;
    app_fixture_type(&fixture, "!!");
    assert_shows(&fixture, "You will not be told of this task.");
    take(shop(TASK_SUCCEEDED, TASK_SUCCEEDED));
    assert_string_equal(sent(), "");
    app_fixture_type(&fixture, "!");
    assert_shows(&fixture, "This task has ended already (succeeded).");
}

static void rule_tells_of_each_task_once(void **state)
{
    (void)state;
    make_rule("state=failed");
    take(shop(TASK_RUNNING, TASK_FAILED));
    assert_non_null(strstr(sent(), "\033]9;querytop: mine: failed \xc2\xb7 nightly export\a"));
    assert_shows(&fixture, "mine: failed");
    take(shop(TASK_RUNNING, TASK_RUNNING));
    take(shop(TASK_RUNNING, TASK_FAILED));
    assert_string_equal(sent(), "");
}

static void what_was_there_before_us_is_no_news(void **state)
{
    (void)state;
    make_rule("state=failed");
    struct snapshot *starting = fake_snapshot(NULL, 0, 1);
    starting->sources[0].data_ms = UNKNOWN;
    take(starting);
    take(shop(TASK_RUNNING, TASK_FAILED));
    assert_string_equal(sent(), "");
    app_fixture_type(&fixture, "V");
    assert_shows(&fixture, "Nothing has changed its state since the start.");
}

static void history_that_comes_later_is_no_news(void **state)
{
    (void)state;
    make_rule("state=failed");
    take(fake_snapshot(NULL, 0, 1)); /* has answered: no tasks */
    const struct fake_task past[] = {
        {.id = "old", .state = TASK_FAILED, .elapsed_ms = 1000, .age_ms = 600000}};
    take(fake_snapshot(past, 1, 1));
    assert_string_equal(sent(), "");
    assert_int_equal(events_count(&fixture.app.events), 0);
}

static void rule_about_time_tells_without_any_change(void **state)
{
    (void)state;
    make_rule("elapsed>1m");
    take(shop(TASK_RUNNING, TASK_SUCCEEDED));
    assert_string_equal(sent(), "");
    app_fixture_pass(&fixture, 120000);
    take(shop(TASK_RUNNING, TASK_SUCCEEDED));
    assert_non_null(strstr(sent(), "weekly revenue"));
    assert_null(strstr(sent(), "nightly export"));
}

static void rule_can_be_silent(void **state)
{
    (void)state;
    make_rule("state=failed");
    rule.has_bell = false;
    rule.has_notification = false;
    take(shop(TASK_FAILED, TASK_RUNNING));
    assert_string_equal(sent(), "");
    assert_shows(&fixture, "mine: failed");
}

static void events_are_listed_newest_first_and_lead_to_their_task(void **state)
{
    (void)state;
    take(shop(TASK_SUCCEEDED, TASK_RUNNING));
    take(shop(TASK_SUCCEEDED, TASK_FAILED));
    app_fixture_type(&fixture, "V");
    const char *screen = app_fixture_screen(&fixture);
    const char *failed = strstr(screen, "no such table");
    assert_non_null(failed);
    assert_shows(&fixture, "Events: changes of state, newest first");
    app_fixture_type(&fixture, "j");
    app_fixture_key(&fixture, UI_KEY_ENTER);
    assert_string_equal(task_text(app_selected(&fixture.app), TASK_ID), "t1");
    assert_shows_not(&fixture, "newest first");
}

static void log_keeps_the_newest(void **state)
{
    (void)state;
    struct events events = {0};
    struct snapshot *s = shop(TASK_RUNNING, TASK_FAILED);
    for (int i = 0; i < EVENTS_MAX + 5; i++)
        events_note(&events, snapshot_find_task(s, 0, "t1"), s, FAKE_NOW + i);
    assert_int_equal(events_count(&events), EVENTS_MAX);
    assert_int_equal(events_at(&events, 0)->at_ms, FAKE_NOW + EVENTS_MAX + 4);
    assert_int_equal(events_at(&events, EVENTS_MAX - 1)->at_ms, FAKE_NOW + 5);
    assert_null(events_at(&events, EVENTS_MAX));
    events_finish(&events);
    snapshot_unref(s);
}

static void notification_holds_nothing_but_plain_text(void **state)
{
    (void)state;
    struct strbuf out;
    strbuf_init(&out, LIMIT_KIB);
    notification_build(&out, NOTIFICATION_OSC_777, CLIPBOARD_PLAIN, "a;b\033]0;x\a\n\xc2\x9c");
    assert_memory_equal(out.data, "\033]777;notify;querytop;a,b", 25);
    assert_ptr_equal(strchr(out.data + 1, '\033'), NULL);
    assert_ptr_equal(strchr(out.data, '\a'), out.data + out.len - 1);
    assert_true(sanitize_is_clean(out.data + 2, out.len - 3));
    strbuf_finish(&out);
}

static void notification_goes_through_tmux_and_nowhere_without_a_terminal_for_it(void **state)
{
    (void)state;
    struct strbuf out;
    strbuf_init(&out, LIMIT_KIB);
    notification_build(&out, NOTIFICATION_OSC_9, CLIPBOARD_NONE, "a");
    assert_int_equal(out.len, 0);
    notification_build(&out, NOTIFICATION_OSC_9, CLIPBOARD_TMUX, "a");
    assert_string_equal(out.data, "\033Ptmux;\033\033]9;querytop: a\a\033\\");
    assert_int_equal(notification_kind("foot", NULL), NOTIFICATION_OSC_777);
    assert_int_equal(notification_kind("xterm-256color", "7002"), NOTIFICATION_OSC_777);
    assert_int_equal(notification_kind("xterm-256color", NULL), NOTIFICATION_OSC_9);
    strbuf_finish(&out);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_app, close_app)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(end_of_a_task_is_told_once_to_whoever_asked),
        TEST(second_press_takes_the_wish_back),
        TEST(rule_tells_of_each_task_once),
        TEST(what_was_there_before_us_is_no_news),
        TEST(history_that_comes_later_is_no_news),
        TEST(rule_about_time_tells_without_any_change),
        TEST(rule_can_be_silent),
        TEST(events_are_listed_newest_first_and_lead_to_their_task),
        cmocka_unit_test(log_keeps_the_newest),
        cmocka_unit_test(notification_holds_nothing_but_plain_text),
        cmocka_unit_test(notification_goes_through_tmux_and_nowhere_without_a_terminal_for_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
