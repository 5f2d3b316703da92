#include "support/testing.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "app_fixture.h"
#include "base/utf8.h"

#define RUNNING_ID "6f1c0000000000000000000000000b2e"

static struct app_fixture f;

static int start(void **state)
{
    (void)state;
    app_fixture_start(&f, app_fixture_shop(1), 120, 40);
    return 0;
}

static int finish(void **state)
{
    (void)state;
    app_fixture_finish(&f);
    return 0;
}

static const char *selected(void)
{
    const struct task *task = app_selected(&f.app);
    return task != NULL ? task_text(task, TASK_ID) : "";
}

/* One task only, in the state given. */
static struct snapshot *single(const char *id, enum task_state state)
{
    struct fake_task fake = {
        .id = id, .state = state, .elapsed_ms = 5000, .age_ms = 9000, .title = "shop"};
    return fake_snapshot(&fake, 1, 1);
}

/* ---- selection ---------------------------------------------------------------------------------
 */

static void selection_follows_the_task_not_the_row(void **state)
{
    (void)state;
    static const struct fake_task more[] = {
        {.id = "new", .state = TASK_RUNNING, .elapsed_ms = 999000, .age_ms = 999000},
        {.id = "t3", .state = TASK_RUNNING, .elapsed_ms = 1000, .age_ms = 13000},
        {.id = "t2", .state = TASK_SUCCEEDED, .elapsed_ms = 50000, .age_ms = 60000},
    };
    app_fixture_type(&f, "jj");
    assert_string_equal(selected(), "t3");
    app_take_snapshot(&f.app, fake_snapshot(more, 3, 1));
    assert_string_equal(selected(), "t3");
}

static void until_a_key_is_pressed_the_first_row_is_looked_at(void **state)
{
    (void)state;
    static const struct fake_task more[] = {
        {.id = "t2", .state = TASK_RUNNING, .elapsed_ms = 50000, .age_ms = 50000},
        {.id = RUNNING_ID, .state = TASK_SUCCEEDED, .elapsed_ms = 1, .age_ms = 2},
    };
    assert_string_equal(selected(), RUNNING_ID);
    app_take_snapshot(&f.app, fake_snapshot(more, 2, 1));
    assert_string_equal(selected(), "t2");
}

static void a_lost_task_leaves_the_cursor_near_its_row(void **state)
{
    (void)state;
    app_fixture_type(&f, "j");
    app_take_snapshot(&f.app, single("t9", TASK_RUNNING));
    assert_string_equal(selected(), "t9");
    app_take_snapshot(&f.app, fake_snapshot(NULL, 0, 1));
    assert_string_equal(selected(), "");
    assert_shows(&f, "No tasks yet. Watching demo every 2s.");
}

/* ---- filter and search -------------------------------------------------------------------------
 */

static void the_list_narrows_while_the_filter_is_typed(void **state)
{
    (void)state;
    app_fixture_type(&f, "fstate=failed");
    assert_shows(&f, "1 of 5");
    assert_shows_not(&f, "Bo Chen");
    app_fixture_key(&f, UI_KEY_ESCAPE);
    assert_shows(&f, "Bo Chen");
    app_fixture_type(&f, "fuser~ana\r");
    assert_shows(&f, "2 of 5");
    app_fixture_key(&f, UI_KEY_ESCAPE);
    assert_shows_not(&f, "2 of 5");
    assert_shows(&f, "Bo Chen");
}

static void a_wrong_filter_says_where_and_keeps_the_last_good_one(void **state)
{
    (void)state;
    app_fixture_type(&f, "fstate=failed nosuch=1");
    assert_true(f.app.prompt_error[0] != '\0');
    assert_int_equal(f.app.prompt_error_at, strlen("state=failed "));
    assert_shows(&f, "0 of 5 \xc2\xb7 filter state=failed nosuch ");
    app_fixture_type(&f, "\r");
    assert_int_equal(f.app.prompt_kind, PROMPT_FILTER);
}

static void a_filter_that_matches_nothing_is_a_sentence(void **state)
{
    (void)state;
    app_fixture_type(&f, "fuser=zoe\r");
    assert_shows(&f, "No task matches user=zoe; Esc clears the filter.");
}

static void search_goes_round_both_ways(void **state)
{
    (void)state;
    app_fixture_type(&f, "/ana\r");
    assert_string_equal(selected(), RUNNING_ID);
    app_fixture_type(&f, "n");
    assert_string_equal(selected(), "t5");
    app_fixture_type(&f, "n");
    assert_string_equal(selected(), RUNNING_ID);
    app_fixture_type(&f, "N");
    assert_string_equal(selected(), "t5");
    app_fixture_type(&f, "/zzz\r");
    app_fixture_type(&f, "n");
    assert_shows(&f, "Not found: zzz");
}

static void quotes_in_a_search_are_no_mistake(void **state)
{
    (void)state;
    app_fixture_type(&f, "/\"weekly rev\r");
    assert_string_equal(selected(), "t5");
}

/* ---- cancel and retry --------------------------------------------------------------------------
 */

static void cancel_asks_first_and_no_is_the_default(void **state)
{
    (void)state;
    app_fixture_type(&f, "x");
    assert_shows(&f, "Cancel this task?");
    assert_shows(&f, "demo \xc2\xb7 6f1c0000\xe2\x80\xa6"
                     "0b2e \xc2\xb7 Ana Silva \xc2\xb7 running 3m12s \xc2\xb7 dashboard");
    assert_shows(&f, "SELECT users.region, SUM(order_items.revenue) FROM x");
    fake_engine_take_log(&f.engine);
    app_fixture_type(&f, "\r");
    assert_shows_not(&f, "Cancel this task?");
    assert_string_equal(fake_engine_take_log(&f.engine), "");
}

static void cancel_asks_the_engine_by_identity(void **state)
{
    (void)state;
    app_fixture_type(&f, "x");
    fake_engine_take_log(&f.engine);
    app_fixture_type(&f, "y");
    assert_string_equal(fake_engine_take_log(&f.engine), "cancel 0 " RUNNING_ID "\n");
}

static void a_task_that_ended_meanwhile_is_not_cancelled(void **state)
{
    (void)state;
    app_fixture_type(&f, "x");
    app_take_snapshot(&f.app, single(RUNNING_ID, TASK_SUCCEEDED));
    assert_shows(&f, "Nothing to do: has ended.");
    fake_engine_take_log(&f.engine);
    app_fixture_type(&f, "y");
    assert_string_equal(fake_engine_take_log(&f.engine), "");
    assert_shows(&f, "Nothing to cancel: has ended.");
}

static void the_question_keeps_its_task_when_rows_move(void **state)
{
    (void)state;
    static const struct fake_task moved[] = {
        {.id = "other", .state = TASK_RUNNING, .elapsed_ms = 999000, .age_ms = 999000},
        {.id = RUNNING_ID, .state = TASK_RUNNING, .elapsed_ms = 1000, .age_ms = 2000},
    };
    app_fixture_type(&f, "x");
    app_take_snapshot(&f.app, fake_snapshot(moved, 2, 1));
    fake_engine_take_log(&f.engine);
    app_fixture_type(&f, "y");
    assert_string_equal(fake_engine_take_log(&f.engine), "cancel 0 " RUNNING_ID "\n");
}

static void what_writes_is_run_again_for_a_capital_letter_only(void **state)
{
    (void)state;
    static const struct fake_task writing[] = {
        {.id = "w", .state = TASK_FAILED, .age_ms = 9000, .more_flags = TASK_WRITES}};
    for (int is_capital = 0; is_capital < 2; is_capital++) {
        app_take_snapshot(&f.app, fake_snapshot(writing, 1, 1));
        app_fixture_type(&f, "gr");
        assert_shows(&f, "It writes to a data set, and would do so again.");
        fake_engine_take_log(&f.engine);
        app_fixture_type(&f, is_capital ? "Y" : "y");
        assert_string_equal(fake_engine_take_log(&f.engine), is_capital ? "retry 0 w\n" : "");
    }
}

static void a_task_is_hidden_where_the_service_offers_it(void **state)
{
    (void)state;
    static const struct fake_task done[] = {
        {.id = "h", .state = TASK_SUCCEEDED, .age_ms = 9000, .more_flags = TASK_CAN_HIDE}};
    app_fixture_type(&f, "H");
    assert_shows(&f, "This service can not hide tasks.");
    app_take_snapshot(&f.app, fake_snapshot(done, 1, 1));
    app_fixture_type(&f, "gH");
    assert_shows(&f, "Hide this task?");
    fake_engine_take_log(&f.engine);
    app_fixture_type(&f, "y");
    assert_string_equal(fake_engine_take_log(&f.engine), "hide 0 h\n");
}

static void a_key_that_does_not_apply_says_why(void **state)
{
    (void)state;
    app_fixture_type(&f, "r");
    assert_shows(&f, "This task still runs");
    app_fixture_type(&f, "Gx");
    assert_shows(&f, "Nothing to cancel: this task has ended (succeeded).");
    app_fixture_type(&f, "u");
    assert_shows(&f, "No task is marked.");
    app_fixture_type(&f, "n");
    assert_shows(&f, "Nothing was searched for yet");
    app_fixture_type(&f, "X");
    assert_shows(&f, "X does nothing here");
}

static void marked_tasks_are_listed_and_what_can_not_go_is_left_out(void **state)
{
    (void)state;
    app_fixture_type(&f, "g ");
    app_fixture_type(&f, " ");
    app_fixture_type(&f, "G ");
    assert_shows(&f, "3 marked");
    app_fixture_type(&f, "fuser~bo\r");
    app_fixture_type(&f, "x");
    assert_shows(&f, "Cancel these tasks?");
    assert_shows(&f, "[x] t2");
    assert_shows(&f, "[ ] 6f1c0000\xe2\x80\xa6"
                     "0b2e  Ana Silva       hidden by the filter: left out");
    assert_shows(&f, "[ ] t5             Ana Silva       has ended: left out");
    assert_shows(&f, "1 of 3 marked; left out: 1 hidden by the filter, 1 has ended");
    fake_engine_take_log(&f.engine);
    app_fixture_type(&f, "y");
    assert_string_equal(fake_engine_take_log(&f.engine), "cancel 0 t2\n");
    assert_int_equal(f.app.marks.count, 0);
}

static void a_profile_that_is_not_armed_refuses_with_the_next_step(void **state)
{
    (void)state;
    struct snapshot *s = single("t1", TASK_RUNNING);
    s->sources[0].mode = MODE_ARMED;
    app_take_snapshot(&f.app, s);
    app_fixture_type(&f, "x");
    assert_shows(&f, "demo is not armed");
    fake_engine_take_log(&f.engine);
    app_fixture_type(&f, "A");
    assert_string_equal(fake_engine_take_log(&f.engine), "arm 0 60000\n");
}

static void the_outcome_is_told_and_then_dismissed(void **state)
{
    (void)state;
    app_fixture_type(&f, "xy");
    struct snapshot *s = single(RUNNING_ID, TASK_RUNNING);
    fake_add_action(s, ACTION_CANCEL, ACTION_ACCEPTED, RUNNING_ID, "shop");
    app_take_snapshot(&f.app, s);
    assert_shows(&f, "cancel accepted \xc2\xb7 shop");
    s = single(RUNNING_ID, TASK_CANCELLED);
    fake_add_action(s, ACTION_CANCEL, ACTION_CONFIRMED, RUNNING_ID, "shop");
    app_take_snapshot(&f.app, s);
    assert_shows(&f, "cancel confirmed after 3.0s \xc2\xb7 shop");
    fake_engine_take_log(&f.engine);
    app_fixture_type(&f, "k");
    assert_string_equal(fake_engine_take_log(&f.engine), "dismiss 1\n");
}

static struct snapshot *bulk(enum action_state second, const char *words)
{
    struct snapshot *s = app_fixture_shop(1);
    fake_add_action(s, ACTION_CANCEL, ACTION_CONFIRMED, RUNNING_ID, "shop");
    fake_add_action(s, ACTION_CANCEL, second, "t2", "shop");
    snprintf(s->actions[1].words, sizeof(s->actions[1].words), "%s", words);
    return s;
}

static void several_actions_are_told_as_one_sum(void **state)
{
    (void)state;
    app_fixture_type(&f, "g  xy");
    assert_shows(&f, "cancel asked for 2 tasks.");
    app_take_snapshot(&f.app, bulk(ACTION_ACCEPTED, ""));
    assert_shows(&f, "cancel: 1 of 2 done, 1 under way");
    app_take_snapshot(&f.app, bulk(ACTION_REFUSED, "not yours"));
    assert_shows(&f, "cancel: 1 of 2 done, 1 refused (not yours)");
    app_fixture_type(&f, "k");
    assert_shows_not(&f, "1 refused");
}

static void a_task_that_ended_while_the_question_was_open_is_not_touched(void **state)
{
    (void)state;
    app_fixture_type(&f, "x");
    app_take_snapshot(&f.app, single(RUNNING_ID, TASK_SUCCEEDED));
    assert_shows(&f, "Nothing to do: has ended.");
    fake_engine_take_log(&f.engine);
    app_fixture_type(&f, "y");
    assert_shows(&f, "Nothing to cancel: has ended.");
    assert_null(strstr(fake_engine_take_log(&f.engine), "cancel"));
}

static void a_full_queue_is_said(void **state)
{
    (void)state;
    app_fixture_type(&f, "x");
    f.engine.is_full = true;
    app_fixture_type(&f, "y");
    assert_shows(&f, "too many requests are waiting; try again");
}

static void marks_that_could_not_be_sent_stay(void **state)
{
    (void)state;
    app_fixture_type(&f, "g   ");
    f.engine.actions_max = 1;
    app_fixture_type(&f, "xy");
    assert_shows(&f, "1 of 3 asked; press x again for the rest.");
    assert_int_equal(f.app.marks.count, 2);
    f.engine.actions_max = 0;
    fake_engine_take_log(&f.engine);
    app_fixture_type(&f, "xy");
    assert_string_equal(fake_engine_take_log(&f.engine), "cancel 0 t2\ncancel 0 t3\n");
    assert_int_equal(f.app.marks.count, 0);
}

static void an_arming_that_lapsed_under_the_question_is_named(void **state)
{
    (void)state;
    struct snapshot *s = single("t1", TASK_RUNNING);
    s->sources[0].mode = MODE_ARMED;
    s->sources[0].armed_until_ms = FAKE_NOW + 5000;
    app_take_snapshot(&f.app, s);
    app_fixture_type(&f, "x");
    app_fixture_pass(&f, 6000);
    fake_engine_take_log(&f.engine);
    app_fixture_type(&f, "y");
    assert_string_equal(fake_engine_take_log(&f.engine), "");
    assert_shows(&f, "demo is not armed; arm it first, then ask again");
}

/* ---- what is asked, and when -------------------------------------------------------------------
 */

static void the_detail_is_asked_for_when_the_cursor_rests(void **state)
{
    (void)state;
    app_fixture_type(&f, "jjj");
    assert_string_equal(fake_engine_take_log(&f.engine), "");
    app_fixture_pass(&f, 100);
    app_fixture_type(&f, "k");
    app_fixture_pass(&f, 100);
    assert_string_equal(fake_engine_take_log(&f.engine), "");
    app_fixture_pass(&f, 60);
    assert_string_equal(fake_engine_take_log(&f.engine), "detail 0 t3\n");
    app_fixture_pass(&f, 5000);
    assert_string_equal(fake_engine_take_log(&f.engine), "");
}

static void rows_are_asked_for_only_where_they_are_read(void **state)
{
    (void)state;
    app_fixture_type(&f, "G");
    app_fixture_pass(&f, 200);
    assert_string_equal(fake_engine_take_log(&f.engine), "detail 0 t5\n");
    app_fixture_type(&f, "\r3");
    app_fixture_pass(&f, 200);
    assert_string_equal(fake_engine_take_log(&f.engine), "result 0 t5\n");
    assert_shows(&f, "3 rows (row limit of 3 reached)");
    assert_shows(&f, "\xe2\x88\x85");
}

/* The engine reads it again by itself. */
static void a_task_that_ends_is_not_wanted_twice(void **state)
{
    (void)state;
    app_fixture_pass(&f, 200);
    app_take_snapshot(&f.app, single(RUNNING_ID, TASK_SUCCEEDED));
    app_fixture_pass(&f, 10);
    app_fixture_pass(&f, 200);
    assert_string_equal(fake_engine_take_log(&f.engine), "");
    app_fixture_type(&f, "R");
    app_fixture_pass(&f, 200);
    assert_string_equal(fake_engine_take_log(&f.engine),
                        "refresh\ndetail 0 " RUNNING_ID "\nprojects 0\n");
}

static void rows_come_when_the_task_ends_under_the_rows_page(void **state)
{
    (void)state;
    app_fixture_type(&f, "\r3");
    app_fixture_pass(&f, 200);
    fake_engine_take_log(&f.engine);
    app_take_snapshot(&f.app, single(RUNNING_ID, TASK_SUCCEEDED));
    app_fixture_pass(&f, 10);
    app_fixture_pass(&f, 200);
    assert_string_equal(fake_engine_take_log(&f.engine), "result 0 " RUNNING_ID "\n");
}

static void a_silenced_service_is_named_when_all_are_asked(void **state)
{
    (void)state;
    struct snapshot *s = app_fixture_shop(2);
    s->sources[1].state = SOURCE_LIMITED;
    s->sources[1].next_try_ms = FAKE_NOW + 30000;
    app_take_snapshot(&f.app, s);
    app_fixture_type(&f, "R");
    assert_shows(&f, "looker-eu is not asked until ");
    assert_shows(&f, "; asking the others now.");
    app_fixture_pass(&f, 31000);
    app_fixture_type(&f, "R");
    assert_shows(&f, "Asking all services now.");
}

static void an_empty_list_speaks_of_every_service(void **state)
{
    (void)state;
    struct snapshot *s = fake_snapshot(NULL, 0, 2);
    s->sources[0].data_ms = UNKNOWN;
    app_take_snapshot(&f.app, s);
    assert_shows(&f, "Asking demo.");
    s = fake_snapshot(NULL, 0, 2);
    s->sources[0].data_ms = UNKNOWN;
    s->sources[0].state = SOURCE_ERROR;
    error_set(&s->sources[0].error, ERR_NETWORK, "nobody listens there");
    app_take_snapshot(&f.app, s);
    assert_shows(&f, "No tasks. 1 of 2 can not be asked: nobody listens there");
}

static void nothing_ticks_when_nothing_moves(void **state)
{
    (void)state;
    static const struct fake_task old = {
        .id = "t", .state = TASK_SUCCEEDED, .elapsed_ms = 1, .age_ms = 900000};
    struct snapshot *s = fake_snapshot(NULL, 0, 1);
    s->sources[0].stale_at_ms = UNKNOWN;
    app_fixture_type(&f, "j");
    app_take_snapshot(&f.app, s);
    app_fixture_pass(&f, 10);
    app_fixture_pass(&f, 1000);
    assert_int_equal(app_next_tick_ms(&f.app, FAKE_NOW, f.mono_ms), -1);
    s = fake_snapshot(&old, 1, 1);
    s->sources[0].stale_at_ms = UNKNOWN;
    app_take_snapshot(&f.app, s);
    app_fixture_pass(&f, 10);
    app_fixture_pass(&f, 1000);
    assert_int_equal(app_next_tick_ms(&f.app, FAKE_NOW + 3000, f.mono_ms), 7000);
    app_take_snapshot(&f.app, single("r", TASK_RUNNING));
    app_fixture_pass(&f, 10);
    app_fixture_pass(&f, 1000);
    assert_in_range(app_next_tick_ms(&f.app, FAKE_NOW + 400, f.mono_ms), 1, 600);
}

static void fresh_data_are_called_stale_in_time(void **state)
{
    (void)state;
    struct snapshot *s = fake_snapshot(NULL, 0, 1);
    app_take_snapshot(&f.app, s);
    app_fixture_pass(&f, 10);
    app_fixture_pass(&f, 990);
    assert_int_equal(app_next_tick_ms(&f.app, f.wall_ms, f.mono_ms), 5000);
    app_fixture_pass(&f, 13000);
    assert_shows(&f, "stale 14s");
}

static void pause_and_interval_are_asked_of_the_engine(void **state)
{
    (void)state;
    fake_engine_take_log(&f.engine);
    app_fixture_type(&f, "pp-+R");
    assert_string_equal(fake_engine_take_log(&f.engine),
                        "pause 1\npause 0\ninterval 4000\ninterval 2000\nrefresh\n");
}

static void before_the_engine_runs_every_key_is_answered(void **state)
{
    (void)state;
    f.app.engine = NULL;
    app_fixture_type(&f, "pRxA+?");
    app_fixture_key(&f, UI_KEY_ESCAPE);
    app_fixture_type(&f, "R");
    assert_shows(&f, "Still starting.");
    app_fixture_type(&f, "q");
    assert_true(f.app.wants_quit);
}

/* ---- panes and dialogs -------------------------------------------------------------------------
 */

static void narrow_shows_one_pane_and_escape_goes_back(void **state)
{
    (void)state;
    app_resize(&f.app, 80, 24);
    assert_shows(&f, "[Tasks]");
    app_fixture_type(&f, "\r");
    assert_shows(&f, "[Detail]");
    app_fixture_type(&f, "\t");
    assert_shows(&f, "[Projects]");
    app_fixture_key(&f, UI_KEY_ESCAPE);
    assert_shows(&f, "[Tasks]");
}

static void a_partial_list_says_why(void **state)
{
    (void)state;
    struct snapshot *s = app_fixture_shop(1);
    s->sources[0].is_partial = true;
    snprintf(s->sources[0].partial_reason, sizeof(s->sources[0].partial_reason),
             "this account may not list all queries (admin needed); watching your own tasks");
    app_take_snapshot(&f.app, s);
    assert_shows(&f, "may not list all queries (admin needed); watching your own tasks");
    s = app_fixture_shop(2);
    s->sources[1].is_partial = true;
    snprintf(s->sources[1].partial_reason, sizeof(s->sources[1].partial_reason), "cut");
    app_take_snapshot(&f.app, s);
    assert_shows(&f, " \xc2\xb7 looker-eu: cut");
}

static void order_is_chosen_from_a_list(void **state)
{
    (void)state;
    app_fixture_type(&f, "s");
    assert_shows(&f, "Order by");
    app_fixture_type(&f, "jjj\r");
    assert_shows(&f, "order user \xe2\x96\xb2");
    assert_string_equal(task_text(tasks_selected(&f.app.views[PANE_TASKS]), TASK_ID), RUNNING_ID);
    app_fixture_type(&f, "S");
    assert_shows(&f, "order user \xe2\x96\xbc");
    app_fixture_type(&f, "sk\r");
    assert_shows(&f, "order elapsed \xe2\x96\xbc");
}

static void help_lists_every_action(void **state)
{
    (void)state;
    app_resize(&f.app, 120, 100);
    app_fixture_type(&f, "?");
    for (int action = UI_NONE + 1; action < UI_ACTION_COUNT; action++)
        assert_shows(&f, ui_actions[action].help);
    app_fixture_key(&f, UI_KEY_ESCAPE);
    assert_shows(&f, "ELAPSED");
}

static void any_size_and_any_key_is_survived(void **state)
{
    (void)state;
    static const int sizes[][2] = {{1, 1},   {2, 2},    {3, 5},    {10, 3},    {20, 6},  {40, 10},
                                   {80, 24}, {118, 24}, {119, 25}, {500, 200}, {1, 200}, {500, 1}};
    static const char *const keys[] = {"x", "n",  "\r",   "2", "3", "?", "\033", "s", "\033", "\t",
                                       "f", "a(", "\033", " ", "x", "y", "z",    "/", "q",    "\r"};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        app_resize(&f.app, sizes[i][0], sizes[i][1]);
        for (size_t j = 0; j < sizeof(keys) / sizeof(keys[0]); j++) {
            app_fixture_type(&f, keys[j]);
            app_fixture_screen(&f);
        }
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, finish)

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    utf8_init_locale();
    const struct CMUnitTest tests[] = {
        TEST(selection_follows_the_task_not_the_row),
        TEST(until_a_key_is_pressed_the_first_row_is_looked_at),
        TEST(a_lost_task_leaves_the_cursor_near_its_row),
        TEST(the_list_narrows_while_the_filter_is_typed),
        TEST(a_wrong_filter_says_where_and_keeps_the_last_good_one),
        TEST(a_filter_that_matches_nothing_is_a_sentence),
        TEST(search_goes_round_both_ways),
        TEST(quotes_in_a_search_are_no_mistake),
        TEST(cancel_asks_first_and_no_is_the_default),
        TEST(cancel_asks_the_engine_by_identity),
        TEST(a_task_that_ended_meanwhile_is_not_cancelled),
        TEST(the_question_keeps_its_task_when_rows_move),
        TEST(what_writes_is_run_again_for_a_capital_letter_only),
        TEST(a_task_is_hidden_where_the_service_offers_it),
        TEST(a_key_that_does_not_apply_says_why),
        TEST(several_actions_are_told_as_one_sum),
        TEST(a_task_that_ended_while_the_question_was_open_is_not_touched),
        TEST(marked_tasks_are_listed_and_what_can_not_go_is_left_out),
        TEST(a_profile_that_is_not_armed_refuses_with_the_next_step),
        TEST(the_outcome_is_told_and_then_dismissed),
        TEST(a_full_queue_is_said),
        TEST(marks_that_could_not_be_sent_stay),
        TEST(an_arming_that_lapsed_under_the_question_is_named),
        TEST(the_detail_is_asked_for_when_the_cursor_rests),
        TEST(rows_are_asked_for_only_where_they_are_read),
        TEST(a_task_that_ends_is_not_wanted_twice),
        TEST(rows_come_when_the_task_ends_under_the_rows_page),
        TEST(a_silenced_service_is_named_when_all_are_asked),
        TEST(an_empty_list_speaks_of_every_service),
        TEST(nothing_ticks_when_nothing_moves),
        TEST(fresh_data_are_called_stale_in_time),
        TEST(pause_and_interval_are_asked_of_the_engine),
        TEST(before_the_engine_runs_every_key_is_answered),
        TEST(narrow_shows_one_pane_and_escape_goes_back),
        TEST(a_partial_list_says_why),
        TEST(order_is_chosen_from_a_list),
        TEST(help_lists_every_action),
        TEST(any_size_and_any_key_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
