/* The form for a new query: what is typed, what is asked, and where a mistake is shown. */
#include "support/testing.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "app_fixture.h"
#include "base/utf8.h"

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

static void assert_asked(const char *log)
{
    assert_string_equal(fake_engine_take_log(&f.engine), log);
}

/* To the row of an option, from the first. */
static void go_to(const char *option)
{
    f.app.run_form.list.cursor = 0;
    while (&run_options[f.app.run_form.list.cursor] != run_option_find(option))
        app_fixture_key(&f, UI_KEY_TAB);
}

static void type_explore(void)
{
    app_fixture_type(&f, "a");
    go_to("model");
    app_fixture_type(&f, "shop\rorder_items\rusers.region, order_items.count");
}

static struct snapshot *answered(enum action_state state, const char *field, const char *words)
{
    struct snapshot *s = app_fixture_shop(1);
    fake_add_action(s, ACTION_RUN, state, "", "");
    struct action_record *record = &s->actions[0];
    snprintf(record->field, sizeof(record->field), "%s", field);
    snprintf(record->words, sizeof(record->words), "%s", words);
    return s;
}

static void what_is_typed_is_run(void **state)
{
    (void)state;
    type_explore();
    fake_engine_take_log(&f.engine);
    app_fixture_type(&f, "\ra.b=1; c.d=x,y");
    app_fixture_key(&f, UI_KEY_CTRL('r'));
    assert_asked("run 0 query - model shop explore order_items fields 2 filters 2\n");
    assert_shows(&f, "Asked; waiting for the answer.");
    app_fixture_key(&f, UI_KEY_CTRL('r'));
    assert_asked("");
}

static void enter_on_the_last_row_runs(void **state)
{
    (void)state;
    app_fixture_type(&f, "aK3p");
    fake_engine_take_log(&f.engine);
    for (size_t i = 0; i + 1 < f.app.run_form.shown_count; i++)
        app_fixture_type(&f, "\r");
    assert_asked("");
    app_fixture_type(&f, "\r");
    assert_asked("run 0 query K3p model - explore - fields 0 filters 0\n");
}

static void a_mistake_stands_at_its_row(void **state)
{
    (void)state;
    type_explore();
    fake_engine_take_log(&f.engine);
    go_to("limit");
    app_fixture_type(&f, "many");
    go_to("query");
    app_fixture_key(&f, UI_KEY_CTRL('r'));
    assert_asked("");
    assert_int_equal(f.app.run_form.error_row, run_option_find("limit") - run_options);
    assert_int_equal(f.app.run_form.list.cursor, f.app.run_form.error_row);
    assert_shows(&f, "many  limit is a number of rows");
    app_fixture_key(&f, UI_KEY_CTRL('u'));
    go_to("model");
    app_fixture_key(&f, UI_KEY_CTRL('u'));
    app_fixture_key(&f, UI_KEY_CTRL('r'));
    assert_int_equal(f.app.run_form.error_row, run_option_find("model") - run_options);
    assert_shows(&f, "which model is the explore of? add model");
}

static void a_refusal_stands_at_the_row_it_names(void **state)
{
    (void)state;
    type_explore();
    app_fixture_key(&f, UI_KEY_CTRL('r'));
    app_take_snapshot(&f.app, answered(ACTION_REFUSED, "view", "no such explore"));
    assert_int_equal(f.app.run_form.error_row, run_option_find("explore") - run_options);
    assert_shows(&f, "order_items  no such explore");
    fake_engine_take_log(&f.engine);
    app_fixture_key(&f, UI_KEY_CTRL('r'));
    assert_asked("dismiss 1\nrun 0 query - model shop explore order_items fields 2 filters 0\n");
    struct snapshot *s = answered(ACTION_FAILED, "", "connection refused");
    s->actions[0].id = 2;
    app_take_snapshot(&f.app, s);
    assert_shows(&f, "\xe2\x94\x82 connection refused");
}

static void the_selection_follows_the_new_task(void **state)
{
    (void)state;
    type_explore();
    app_fixture_key(&f, UI_KEY_CTRL('r'));
    struct snapshot *s = answered(ACTION_CONFIRMED, "", "");
    snprintf(s->actions[0].new_task_id, sizeof(s->actions[0].new_task_id), "t3");
    app_take_snapshot(&f.app, s);
    assert_int_equal(f.app.popup, POPUP_NONE);
    assert_string_equal(task_text(app_selected(&f.app), TASK_ID), "t3");
    assert_shows(&f, "running as t3");
    app_fixture_type(&f, "a");
    assert_int_equal(f.app.run_form.values[0].len, 0);
}

static void escape_keeps_the_text(void **state)
{
    (void)state;
    app_fixture_type(&f, "aabc");
    app_fixture_key(&f, UI_KEY_ESCAPE);
    assert_int_equal(f.app.popup, POPUP_NONE);
    app_fixture_type(&f, "je");
    assert_string_equal(f.app.run_form.values[0].text, "abc");
}

static void the_form_starts_with_the_selected_query(void **state)
{
    (void)state;
    struct task_draft draft;
    task_draft_init(&draft);
    task_draft_copy(&draft, app_selected(&f.app));
    task_draft_set_text(&draft, TASK_MODEL, "shop");
    task_draft_set_text(&draft, TASK_EXPLORE, "events");
    struct run_form form = {0};
    struct task *task = task_create(&draft);
    run_form_open(&form, 0, CAP_RUN_QUERY, task, 24);
    assert_string_equal(form.values[run_option_find("model") - run_options].text, "shop");
    assert_string_equal(form.values[run_option_find("explore") - run_options].text, "events");
    task_unref(task);
    task_draft_set_text(&draft, TASK_QUERY_ID, "77");
    task = task_create(&draft);
    run_form_clear(&form);
    run_form_open(&form, 0, CAP_RUN_QUERY, task, 24);
    assert_string_equal(form.values[run_option_find("query") - run_options].text, "77");
    assert_int_equal(form.values[run_option_find("model") - run_options].len, 0);
    task_unref(task);
    task_draft_finish(&draft);
    run_form_finish(&form);
}

static void the_form_asks_what_the_service_knows(void **state)
{
    (void)state;
    struct snapshot *s = app_fixture_shop(1);
    s->sources[0].caps = CAP_CREATE | CAP_RUN_SQL;
    app_take_snapshot(&f.app, s);
    app_fixture_type(&f, "a");
    assert_shows(&f, "into a new data set");
    assert_null(strstr(app_fixture_screen(&f), "drill links"));
    struct run_form *form = &f.app.run_form;
    run_form_clear(form);
    app_fixture_type(&f, "SELECT 1");
    struct run_spec *spec = run_form_build(form);
    assert_non_null(spec);
    assert_string_equal(spec->sql, "SELECT 1");
    run_spec_unref(spec);
}

static void without_the_right_the_key_says_why(void **state)
{
    (void)state;
    struct snapshot *s = app_fixture_shop(1);
    s->sources[0].mode = MODE_READ_ONLY;
    app_take_snapshot(&f.app, s);
    app_fixture_type(&f, "a");
    assert_shows(&f, "demo is read-only");
    s = app_fixture_shop(1);
    s->sources[0].caps &= ~(unsigned)CAP_CREATE;
    app_take_snapshot(&f.app, s);
    app_fixture_type(&f, "a");
    assert_shows(&f, "This service can not start queries.");
}

static void any_size_is_survived(void **state)
{
    (void)state;
    static const int sizes[][2] = {{1, 1},  {2, 2},   {3, 5},    {10, 3},  {20, 6},
                                   {40, 9}, {80, 24}, {119, 25}, {1, 200}, {500, 1}};
    app_fixture_type(&f, "a");
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        int x, y;
        app_resize(&f.app, sizes[i][0], sizes[i][1]);
        app_fixture_key(&f, UI_KEY_BACKTAB);
        app_fixture_type(&f, "abc\x12");
        app_fixture_screen(&f);
        if (app_cursor(&f.app, &x, &y)) {
            assert_in_range(x, 0, sizes[i][0] - 1);
            assert_in_range(y, 0, sizes[i][1] - 1);
        }
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, finish)

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    utf8_init_locale();
    const struct CMUnitTest tests[] = {
        TEST(what_is_typed_is_run),
        TEST(enter_on_the_last_row_runs),
        TEST(a_mistake_stands_at_its_row),
        TEST(a_refusal_stands_at_the_row_it_names),
        TEST(the_selection_follows_the_new_task),
        TEST(escape_keeps_the_text),
        TEST(the_form_starts_with_the_selected_query),
        TEST(the_form_asks_what_the_service_knows),
        TEST(without_the_right_the_key_says_why),
        TEST(any_size_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
