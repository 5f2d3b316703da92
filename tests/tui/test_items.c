/* What can be done in the projects pane: rights, questions, branches, reports. */
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
    app_fixture_type(&f, "3");
    fake_engine_take_log(&f.engine);
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

static struct snapshot *in_workspace(const char *workspace)
{
    struct snapshot *s = app_fixture_shop(1);
    s->items[0]->workspace = workspace;
    return s;
}

static struct snapshot *with_branches(void)
{
    struct snapshot *s = app_fixture_shop(1);
    struct item_list *list = item_list_create("shop");
    struct item *branches = arena_alloc(&list->arena, 2 * sizeof(*branches));
    branches[0] = (struct item){.kind = ITEM_BRANCH,
                                .id = "dev-ana",
                                .name = "dev-ana",
                                .owner = "Ana Silva",
                                .is_personal = true,
                                .ahead = 3,
                                .behind = 1,
                                .changed_ms = UNKNOWN};
    branches[1] = (struct item){.kind = ITEM_BRANCH,
                                .id = "main",
                                .name = "main",
                                .is_current = true,
                                .is_production = true,
                                .ahead = 0,
                                .behind = 0,
                                .changed_ms = UNKNOWN};
    list->items = branches;
    list->item_count = 2;
    s->parts[0] = list;
    return s;
}

static struct snapshot *with_report(int64_t made_ms)
{
    struct snapshot *s = app_fixture_shop(1);
    struct item_report *report = item_report_create("shop", ACTION_VALIDATE);
    struct finding *findings = arena_alloc(&report->arena, 3 * sizeof(*findings));
    findings[0] = (struct finding){FINDING_ERROR, "Unknown field", "orders.view.lkml", 12};
    findings[1] = (struct finding){FINDING_WARNING, "unused", "users.view.lkml", 0};
    findings[2] = (struct finding){FINDING_OK, "all else is well", NULL, 0};
    report->findings = findings;
    report->finding_count = 3;
    report->summary = "1 error";
    report->made_ms = made_ms;
    s->reports[0] = report;
    return s;
}

static void the_workspace_is_switched_after_a_yes(void **state)
{
    (void)state;
    app_fixture_type(&f, "w");
    assert_shows(&f, "Switch to workspace production?");
    app_fixture_type(&f, "n");
    assert_asked("");
    app_take_snapshot(&f.app, in_workspace("production"));
    fake_engine_take_log(&f.engine);
    app_fixture_type(&f, "w");
    assert_shows(&f, "Switch to workspace dev?");
    app_fixture_type(&f, "y");
    assert_asked("switch-workspace 0 - dev\n");
}

static void the_outcome_is_told_and_the_projects_are_read_again(void **state)
{
    (void)state;
    app_fixture_type(&f, "vy");
    assert_asked("validate 0 shop -\n");
    struct snapshot *s = app_fixture_shop(1);
    fake_add_action(s, ACTION_VALIDATE, ACTION_CONFIRMED, "", "");
    snprintf(s->actions[0].item_id, sizeof(s->actions[0].item_id), "shop");
    snprintf(s->actions[0].words, sizeof(s->actions[0].words), "1 error");
    app_take_snapshot(&f.app, s);
    assert_shows(&f, "validate done: 1 error \xc2\xb7 shop");
    assert_asked("projects 0\n");
}

static void danger_wants_the_name_typed(void **state)
{
    (void)state;
    app_fixture_type(&f, "D");
    assert_shows(&f, "Deploy shop_model to production?");
    assert_shows(&f, "Everyone who uses this Looker gets this version.");
    app_fixture_type(&f, "y\r");
    assert_shows(&f, "not this name yet");
    assert_asked("");
    app_fixture_key(&f, UI_KEY_CTRL('u'));
    app_fixture_type(&f, "shop_model");
    assert_asked("");
    app_fixture_type(&f, "\r");
    assert_asked("deploy 0 shop -\n");
    app_fixture_type(&f, "T");
    app_fixture_key(&f, UI_KEY_ESCAPE);
    assert_shows(&f, "Nothing was done.");
    assert_asked("");
}

static void the_cursor_stands_where_the_name_is_typed(void **state)
{
    (void)state;
    int x, y;
    assert_false(app_cursor(&f.app, &x, &y));
    app_fixture_type(&f, "Dsh");
    app_fixture_screen(&f);
    assert_true(app_cursor(&f.app, &x, &y));
    const char *row = app_fixture_row(&f, y);
    assert_non_null(strstr(row, "To go on type shop_model: sh"));
    app_fixture_key(&f, UI_KEY_LEFT);
    app_fixture_screen(&f);
    int before = x;
    assert_true(app_cursor(&f.app, &x, &y));
    assert_int_equal(x, before - 1);
}

static void branches_are_asked_for_and_checked_out(void **state)
{
    (void)state;
    app_fixture_type(&f, "b");
    assert_asked("branches 0 shop\n");
    assert_shows(&f, "Asking for the branches.");
    app_take_snapshot(&f.app, with_branches());
    fake_engine_take_log(&f.engine);
    assert_shows(&f, "Branches of shop_model");
    assert_shows(&f, "\xe2\x86\x91"
                     "3 \xe2\x86\x93"
                     "1");
    assert_shows(&f, "of Ana Silva");
    app_fixture_type(&f, "\r");
    assert_shows(&f, "main is checked out already.");
    app_fixture_type(&f, "k\r");
    assert_shows(&f, "Check out dev-ana?");
    app_fixture_type(&f, "y");
    assert_asked("checkout 0 shop dev-ana\n");
}

static void a_key_that_does_not_apply_says_why(void **state)
{
    (void)state;
    struct snapshot *s = in_workspace("production");
    app_take_snapshot(&f.app, s);
    app_fixture_type(&f, "D");
    assert_shows(&f, "Only in a dev workspace, and this is production; w switches.");
    app_take_snapshot(&f.app, app_fixture_shop(1));
    app_fixture_type(&f, "GD");
    assert_shows(&f, "sample_thelook is read only");
    s = app_fixture_shop(1);
    s->sources[0].mode = MODE_READ_ONLY;
    app_take_snapshot(&f.app, s);
    app_fixture_type(&f, "gP");
    assert_shows(&f, "demo is read-only");
    app_fixture_type(&f, "1D");
    assert_shows(&f, "This key works on projects");
    fake_engine_take_log(&f.engine);
    app_fixture_type(&f, "3vy");
    assert_asked("validate 0 shop -\n");
}

static void what_is_no_longer_allowed_is_not_started(void **state)
{
    (void)state;
    app_fixture_type(&f, "Dshop_model");
    app_take_snapshot(&f.app, in_workspace("production"));
    fake_engine_take_log(&f.engine);
    app_fixture_type(&f, "\r");
    assert_shows(&f, "Only in a dev workspace");
    assert_asked("");
}

static void findings_stand_below_the_list_until_escape(void **state)
{
    (void)state;
    app_take_snapshot(&f.app, with_report(FAKE_NOW));
    assert_shows(&f, "validate: 1 error");
    assert_shows(&f, "orders.view.lkml:12 error: Unknown field");
    assert_shows(&f, "users.view.lkml warning: unused");
    assert_shows(&f, "ok: all else is well");
    app_fixture_type(&f, "j");
    assert_shows_not(&f, "Unknown field");
    app_fixture_type(&f, "k");
    app_fixture_key(&f, UI_KEY_ESCAPE);
    assert_shows_not(&f, "Unknown field");
    assert_int_equal(f.app.focus, PANE_ITEMS);
    app_take_snapshot(&f.app, with_report(FAKE_NOW));
    assert_shows_not(&f, "Unknown field");
    app_take_snapshot(&f.app, with_report(FAKE_NOW + 1));
    assert_shows(&f, "Unknown field");
}

static void findings_are_scrolled_and_stay_where_they_are(void **state)
{
    (void)state;
    app_resize(&f.app, 30, 10);
    app_take_snapshot(&f.app, with_report(FAKE_NOW));
    assert_shows(&f, "validate: 1 error");
    assert_shows_not(&f, "all else is well");
    app_fixture_type(&f, "lll");
    assert_shows(&f, "all else is well");
    app_take_snapshot(&f.app, with_report(FAKE_NOW));
    assert_shows(&f, "all else is well");
    app_fixture_type(&f, "hhh");
    assert_shows(&f, "validate: 1 error");
}

static void any_size_is_survived(void **state)
{
    (void)state;
    static const int sizes[][2] = {{1, 1},  {2, 2},   {3, 5},    {10, 3},  {20, 6},
                                   {40, 9}, {80, 24}, {119, 25}, {1, 200}, {500, 1}};
    static const char *const keys[] = {"D", "x", "\033", "b", "j", "\r", "\033", "\033"};
    app_take_snapshot(&f.app, with_branches());
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        app_resize(&f.app, sizes[i][0], sizes[i][1]);
        app_fixture_type(&f, "3");
        for (size_t j = 0; j < sizeof(keys) / sizeof(keys[0]); j++) {
            int x, y;
            app_fixture_type(&f, keys[j]);
            app_fixture_screen(&f);
            if (app_cursor(&f.app, &x, &y)) {
                assert_in_range(x, 0, sizes[i][0] - 1);
                assert_in_range(y, 0, sizes[i][1] - 1);
            }
        }
    }
}

/* A service without git: a template, and a schedule that may not be triggered. */
static struct snapshot *with_schedule(void)
{
    struct snapshot *s = app_fixture_shop(1);
    struct item_list *list = item_list_create(NULL);
    struct item *items = arena_alloc(&list->arena, 2 * sizeof(*items));
    items[0] = (struct item){.kind = ITEM_TEMPLATE,
                             .id = "t1",
                             .name = "weekly",
                             ITEM_UNKNOWN,
                             .owner = "ana",
                             .sql = "SELECT 7"};
    items[1] = (struct item){.kind = ITEM_SCHEDULE,
                             .id = "s1",
                             .name = "nightly",
                             ITEM_UNKNOWN,
                             .state = "ENABLED",
                             .timing = "0 3 * * *"};
    list->items = items;
    list->item_count = 2;
    list->place = "sandbox";
    list->workspace = "dev";
    item_list_unref(s->items[0]);
    s->items[0] = list;
    s->sources[0].caps = CAP_TEMPLATES | CAP_SCHEDULES;
    return s;
}

static void kinds_have_headings_that_the_cursor_steps_over(void **state)
{
    (void)state;
    app_take_snapshot(&f.app, with_schedule());
    assert_shows(&f, "Workspace  sandbox dev");
    assert_shows(&f, "TEMPLATE");
    assert_shows(&f, "SCHEDULE");
    assert_shows(&f, "SELECT 7");
    app_fixture_type(&f, "j");
    assert_shows_not(&f, "SELECT 7");
    app_fixture_type(&f, "b");
    assert_shows(&f, "Runs of nightly");
    app_fixture_key(&f, UI_KEY_ESCAPE);
    app_fixture_type(&f, "kkk");
    assert_shows(&f, "SELECT 7");
}

static void the_footer_offers_what_fits_the_item(void **state)
{
    (void)state;
    assert_shows(&f, "b branches");
    assert_shows(&f, "v validate");
    app_take_snapshot(&f.app, with_schedule());
    assert_shows_not(&f, "validate");
    assert_shows_not(&f, "b branches");
    app_fixture_type(&f, "b");
    assert_shows(&f, "A template has nothing to list here.");
    app_fixture_type(&f, "j");
    assert_shows(&f, "b runs");
    app_fixture_type(&f, "v");
    assert_shows(&f, "demo can not do that.");
}

static struct snapshot *with_runs(void)
{
    struct snapshot *s = with_schedule();
    struct item_list *list = item_list_create("s1");
    struct item *runs = arena_alloc(&list->arena, 2 * sizeof(*runs));
    runs[0] = (struct item){
        .kind = ITEM_RUN, .id = "r2", .name = "r2", ITEM_UNKNOWN, .state = "IN_PROGRESS"};
    runs[1] = (struct item){.kind = ITEM_RUN,
                            .id = "r1",
                            .name = "r1",
                            ITEM_UNKNOWN,
                            .state = "SUCCESS",
                            .denied = UINT32_C(1) << ACTION_CANCEL_RUN};
    list->items = runs;
    list->item_count = 2;
    s->parts[0] = list;
    return s;
}

static void a_schedule_is_steered_after_a_yes(void **state)
{
    (void)state;
    app_take_snapshot(&f.app, with_schedule());
    fake_engine_take_log(&f.engine);
    app_fixture_type(&f, "i");
    assert_shows(&f, "enable is for schedules; weekly is a template");
    app_fixture_type(&f, "jm");
    assert_shows(&f, "Trigger nightly now?");
    assert_shows(&f, "Its query runs now, beside the runs at its times.");
    app_fixture_type(&f, "nm");
    app_fixture_type(&f, "ydy");
    assert_asked("trigger 0 s1 -\ndisable 0 s1 -\n");
}

static void a_run_leads_to_its_queries_or_is_cancelled(void **state)
{
    (void)state;
    app_take_snapshot(&f.app, with_runs());
    app_fixture_type(&f, "jb");
    fake_engine_take_log(&f.engine);
    assert_shows(&f, "Runs of nightly");
    assert_shows(&f, "x cancel it; asks first");
    app_fixture_type(&f, "jx");
    assert_shows(&f, "This run has ended (SUCCESS).");
    app_fixture_type(&f, "kx");
    assert_shows(&f, "Cancel run r2?");
    app_fixture_type(&f, "y");
    assert_asked("cancel-run 0 s1 r2\n");
    app_fixture_type(&f, "b");
    fake_engine_take_log(&f.engine);
    app_fixture_type(&f, "j\r");
    assert_asked("run 0 s1 r1\n");
    assert_int_equal(f.app.focus, PANE_TASKS);
    assert_shows(&f, "filter run_id=\"r1\"");
}

static void a_template_is_run_from_the_form(void **state)
{
    (void)state;
    static const struct item_parameter parameters[] = {{"day", "2026-09-01"}, {"n", NULL}};
    struct snapshot *s = with_schedule();
    struct item *items = (struct item *)s->items[0]->items;
    items[0].parameters = parameters;
    items[0].parameter_count = 2;
    s->sources[0].caps |= CAP_CREATE | CAP_RUN_SQL;
    app_take_snapshot(&f.app, s);
    assert_shows(&f, "a run");
    app_fixture_type(&f, "a");
    assert_shows(&f, "New query on demo");
    assert_shows(&f, "t1");
    assert_shows(&f, "day=2026-09-01; n=");
    app_fixture_key(&f, UI_KEY_ESCAPE);
    app_fixture_type(&f, "j");
    assert_shows_not(&f, "a run");
}

static void what_the_service_denies_is_said_before_it_is_asked_for(void **state)
{
    (void)state;
    struct snapshot *s = app_fixture_shop(1);
    struct item *items = (struct item *)s->items[0]->items;
    items[0].denied = UINT32_C(1) << ACTION_VALIDATE;
    app_take_snapshot(&f.app, s);
    fake_engine_take_log(&f.engine);
    app_fixture_type(&f, "v");
    assert_shows(&f, "validate: the service does not allow it for this project");
    assert_asked("");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, finish)

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    utf8_init_locale();
    const struct CMUnitTest tests[] = {
        TEST(the_workspace_is_switched_after_a_yes),
        TEST(the_outcome_is_told_and_the_projects_are_read_again),
        TEST(danger_wants_the_name_typed),
        TEST(the_cursor_stands_where_the_name_is_typed),
        TEST(branches_are_asked_for_and_checked_out),
        TEST(a_key_that_does_not_apply_says_why),
        TEST(what_is_no_longer_allowed_is_not_started),
        TEST(findings_stand_below_the_list_until_escape),
        TEST(findings_are_scrolled_and_stay_where_they_are),
        TEST(kinds_have_headings_that_the_cursor_steps_over),
        TEST(the_footer_offers_what_fits_the_item),
        TEST(a_schedule_is_steered_after_a_yes),
        TEST(a_run_leads_to_its_queries_or_is_cancelled),
        TEST(a_template_is_run_from_the_form),
        TEST(what_the_service_denies_is_said_before_it_is_asked_for),
        TEST(any_size_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
