/* Going from a task to other runs, retries, schedule, template and project, and back. */
#include "support/testing.h"

#include <locale.h>
#include <string.h>

#include "app_fixture.h"
#include "base/utf8.h"

static struct app_fixture f;

/* Three runs of one query with different literals, and one of another. */
static const struct fake_task runs[] = {
    {.id = "new",
     .state = TASK_RUNNING,
     .elapsed_ms = 1000,
     .age_ms = 1000,
     .title = "now",
     .sql = "SELECT a FROM t WHERE b = 3"},
    {.id = "mid",
     .state = TASK_SUCCEEDED,
     .elapsed_ms = 1000,
     .age_ms = 60000,
     .title = "before",
     .sql = "select a from t where b = 2"},
    {.id = "odd",
     .state = TASK_SUCCEEDED,
     .elapsed_ms = 1000,
     .age_ms = 90000,
     .title = "another",
     .sql = "SELECT c FROM t"},
    {.id = "old",
     .state = TASK_FAILED,
     .elapsed_ms = 1000,
     .age_ms = 120000,
     .title = "first",
     .sql = "SELECT a FROM t WHERE b = 1"},
};

static struct snapshot *some_runs(void)
{
    struct snapshot *s = fake_snapshot(runs, sizeof(runs) / sizeof(runs[0]), 1);
    s->items[0] = fake_items();
    return s;
}

static void set_text(struct snapshot *s, size_t slot, enum task_text which, const char *text)
{
    struct task **place = &s->pages[0]->chunks[0]->tasks[slot];
    struct task_draft draft;
    task_draft_init(&draft);
    task_draft_copy(&draft, *place);
    task_draft_set_text(&draft, which, text);
    task_unref(*place);
    *place = task_create(&draft);
    task_draft_finish(&draft);
}

static void open_with(struct snapshot *s)
{
    app_fixture_start(&f, s, 120, 40);
}

static int finish(void **state)
{
    (void)state;
    app_fixture_finish(&f);
    return 0;
}

static const char *selected(void)
{
    return task_text_or_dash(app_selected(&f.app), TASK_ID);
}

static void go_to(const char *id)
{
    struct task_key key = {.source = 0};
    strcpy(key.id, id);
    assert_true(tasks_go_to(&f.app.views[PANE_TASKS], &key));
    app_show_detail(&f.app);
}

static void parentheses_go_through_the_runs_of_the_query(void **state)
{
    (void)state;
    open_with(some_runs());
    go_to("new");
    app_fixture_type(&f, "(");
    assert_string_equal(selected(), "mid");
    app_fixture_type(&f, "(");
    assert_string_equal(selected(), "old");
    app_fixture_type(&f, "(");
    assert_string_equal(selected(), "old");
    assert_shows(&f, "No earlier run of this query is known.");
    app_fixture_type(&f, "))");
    assert_string_equal(selected(), "new");
    app_fixture_type(&f, ")");
    assert_shows(&f, "No later run of this query is known.");
}

static void the_query_id_counts_for_more_than_the_sql(void **state)
{
    (void)state;
    struct snapshot *s = some_runs();
    set_text(s, 0, TASK_QUERY_ID, "q1");
    set_text(s, 2, TASK_QUERY_ID, "q1");
    open_with(s);
    go_to("new");
    app_fixture_type(&f, "(");
    assert_string_equal(selected(), "odd");
}

static void the_page_stays_and_control_o_goes_back(void **state)
{
    (void)state;
    open_with(some_runs());
    go_to("new");
    app_fixture_type(&f, "\r2(");
    assert_string_equal(selected(), "mid");
    assert_shows(&f, "select a from t where b = 2");
    app_fixture_type(&f, "((1");
    app_fixture_key(&f, UI_KEY_CTRL('o'));
    assert_string_equal(selected(), "mid");
    app_fixture_key(&f, UI_KEY_CTRL('o'));
    assert_string_equal(selected(), "new");
    assert_int_equal(f.app.focus, PANE_DETAIL);
    assert_shows(&f, "SELECT a FROM t WHERE b = 3");
    app_fixture_key(&f, UI_KEY_CTRL('o'));
    assert_shows(&f, "There is no place to go back to");
}

static void a_filter_that_hides_the_run_makes_way_and_comes_back(void **state)
{
    (void)state;
    open_with(some_runs());
    app_fixture_type(&f, "fstate=running\r(");
    assert_string_equal(selected(), "mid");
    assert_string_equal(f.app.filter_text, "");
    app_fixture_key(&f, UI_KEY_CTRL('o'));
    assert_string_equal(selected(), "new");
    assert_string_equal(f.app.filter_text, "state=running");
}

static void retries_lead_to_each_other(void **state)
{
    (void)state;
    struct snapshot *s = some_runs();
    set_text(s, 0, TASK_RETRY_OF, "odd");
    set_text(s, 2, TASK_RETRIED_AS, "new");
    open_with(s);
    go_to("new");
    app_fixture_type(&f, "K");
    assert_shows(&f, "Go to");
    assert_shows(&f, "This task was not retried from here.");
    app_fixture_type(&f, "jj\r");
    assert_string_equal(selected(), "odd");
    app_fixture_type(&f, "K\r");
    assert_string_equal(selected(), "new");
}

static void what_is_no_longer_known_says_so(void **state)
{
    (void)state;
    struct snapshot *s = some_runs();
    set_text(s, 0, TASK_RETRY_OF, "gone");
    open_with(s);
    go_to("new");
    app_fixture_type(&f, "Kjj\r");
    assert_shows(&f, "gone is no longer known here.");
    assert_string_equal(selected(), "new");
}

static void a_model_leads_to_the_project_of_its_name(void **state)
{
    (void)state;
    struct snapshot *s = some_runs();
    set_text(s, 0, TASK_MODEL, "finance");
    set_text(s, 1, TASK_MODEL, "nowhere");
    open_with(s);
    go_to("new");
    app_fixture_type(&f, "KG\r");
    assert_int_equal(f.app.focus, PANE_ITEMS);
    uint16_t source;
    const struct item *item = NULL;
    assert_true(items_selected(&f.app.views[PANE_ITEMS], &source, &item));
    assert_string_equal(item->id, "finance");
    app_fixture_key(&f, UI_KEY_CTRL('o'));
    assert_int_equal(f.app.focus, PANE_TASKS);
    go_to("mid");
    app_fixture_type(&f, "KG\r");
    assert_shows(&f, "No project nowhere is known here.");
}

static void a_model_leads_to_the_project_that_it_is_in(void **state)
{
    (void)state;
    static const struct item_model models[] = {{"shop", "finance"}};
    struct snapshot *s = some_runs();
    set_text(s, 0, TASK_MODEL, "shop");
    s->items[0]->models = models;
    s->items[0]->model_count = 1;
    open_with(s);
    go_to("new");
    app_fixture_type(&f, "KG\r");
    uint16_t source;
    const struct item *item = NULL;
    assert_true(items_selected(&f.app.views[PANE_ITEMS], &source, &item));
    assert_string_equal(item->id, "finance");
}

/* A service with templates and schedules, and a task that came from both. */
static struct snapshot *scheduled(void)
{
    struct snapshot *s = some_runs();
    struct item_list *list = item_list_create(NULL);
    struct item *items = arena_alloc(&list->arena, 2 * sizeof(items[0]));
    items[0] =
        (struct item){.kind = ITEM_TEMPLATE, .id = "tp", .name = "best sellers", ITEM_UNKNOWN};
    items[1] = (struct item){.kind = ITEM_SCHEDULE, .id = "sc", .name = "nightly", ITEM_UNKNOWN};
    list->items = items;
    list->item_count = 2;
    item_list_unref(s->items[0]);
    s->items[0] = list;
    s->sources[0].caps |= item_kinds[ITEM_TEMPLATE].cap | item_kinds[ITEM_SCHEDULE].cap;
    set_text(s, 0, TASK_QUERY_ID, "tp");
    set_text(s, 0, TASK_RUN_ID, "r1");
    set_text(s, 3, TASK_RUN_ID, "r1");
    struct task_detail *detail = task_detail_create(0, "new");
    struct field_list fields = {0};
    field_list_add(&fields, &detail->arena, "schedule", "schedule", "sc");
    detail->fields = field_list_take(&fields, &detail->arena, &detail->field_count);
    fake_add_detail(s, detail);
    return s;
}

static const char *item_at_cursor(void)
{
    uint16_t source;
    const struct item *item = NULL;
    items_selected(&f.app.views[PANE_ITEMS], &source, &item);
    return item != NULL ? item->id : "";
}

static void a_task_leads_to_its_schedule_template_and_run(void **state)
{
    (void)state;
    open_with(scheduled());
    go_to("new");
    app_fixture_type(&f, "Kj\r");
    assert_string_equal(item_at_cursor(), "sc");
    app_fixture_key(&f, UI_KEY_CTRL('o'));
    app_fixture_type(&f, "Kjj\r");
    assert_string_equal(item_at_cursor(), "tp");
    app_fixture_key(&f, UI_KEY_CTRL('o'));
    assert_string_equal(selected(), "new");
    app_fixture_type(&f, "K\r");
    assert_string_equal(f.app.filter_text, "run_id=\"r1\"");
    assert_shows(&f, "2 of 4");
    app_fixture_key(&f, UI_KEY_CTRL('o'));
    assert_string_equal(f.app.filter_text, "");
}

static void what_came_from_nowhere_says_why(void **state)
{
    (void)state;
    open_with(scheduled());
    go_to("mid");
    app_fixture_type(&f, "K");
    assert_shows(&f, "This task is part of no run of a schedule.");
    assert_shows(&f, "This task was made from no template.");
    assert_shows(&f, "The task's detail was not read yet.");
    assert_shows(&f, "The service told no model of this task.");
}

static void only_so_many_places_are_remembered(void **state)
{
    (void)state;
    open_with(some_runs());
    go_to("new");
    for (int i = 0; i < PLACES_MAX; i++)
        app_fixture_type(&f, "()");
    assert_int_equal(f.app.places.count, PLACES_MAX);
    for (int i = 0; i < PLACES_MAX; i++)
        app_fixture_key(&f, UI_KEY_CTRL('o'));
    assert_string_equal(selected(), "new");
    assert_int_equal(f.app.places.count, 0);
}

#define TEST(name) cmocka_unit_test_teardown(name, finish)

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    utf8_init_locale();
    const struct CMUnitTest tests[] = {
        TEST(parentheses_go_through_the_runs_of_the_query),
        TEST(the_query_id_counts_for_more_than_the_sql),
        TEST(the_page_stays_and_control_o_goes_back),
        TEST(a_filter_that_hides_the_run_makes_way_and_comes_back),
        TEST(retries_lead_to_each_other),
        TEST(what_is_no_longer_known_says_so),
        TEST(a_model_leads_to_the_project_of_its_name),
        TEST(a_model_leads_to_the_project_that_it_is_in),
        TEST(a_task_leads_to_its_schedule_template_and_run),
        TEST(what_came_from_nowhere_says_why),
        TEST(only_so_many_places_are_remembered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
