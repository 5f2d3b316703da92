/* Items: what their kinds are called, what is allowed, what their columns tell. */
#include "support/testing.h"

#include <string.h>

#include "model/item.h"
#include "model/source.h"

static const struct item nightly = {
    .kind = ITEM_SCHEDULE, .id = "s1", .name = "nightly", ITEM_UNKNOWN, .state = "DISABLED"};

static void every_kind_is_named_and_has_columns(void **state)
{
    (void)state;
    for (int kind = 0; kind < ITEM_KIND_COUNT; kind++) {
        const struct item_kind_info *info = &item_kinds[kind];
        assert_true(info->name && info->plural && info->title);
        assert_true(info->part == ITEM_KIND_COUNT || item_kinds[info->part].cap == 0);
        const struct item_column *last = NULL;
        for (size_t i = 0; i < ITEM_COLUMNS_MAX && info->columns[i].title; i++)
            last = &info->columns[i];
        assert_non_null(last);
        assert_int_equal(last->max_cols, 0);
    }
}

static void a_list_is_called_after_what_it_can_hold(void **state)
{
    char words[120];
    (void)state;
    assert_string_equal(item_title(CAP_PROJECTS | CAP_CANCEL), "Projects");
    assert_string_equal(item_title(CAP_TEMPLATES | CAP_SCHEDULES), "Workspace");
    assert_string_equal(item_words(CAP_PROJECTS | CAP_CANCEL, words, sizeof(words)), "projects");
    assert_string_equal(item_words(CAP_TEMPLATES | CAP_SCHEDULES | CAP_CONNECTION, words,
                                   sizeof(words)),
                        "templates, schedules and connections");
    assert_string_equal(item_words(CAP_TEMPLATES | CAP_SCHEDULES, words, 12), "templates a");
}

static void what_the_service_denies_is_refused(void **state)
{
    struct error err = {0};
    struct item item = {.kind = ITEM_PROJECT, .id = "shop", .name = "shop", ITEM_UNKNOWN};
    (void)state;
    assert_true(item_allows(&item, ACTION_DEPLOY, &err));
    item.denied = UINT32_C(1) << ACTION_DEPLOY;
    assert_false(item_allows(&item, ACTION_DEPLOY, &err));
    assert_string_equal(err.message,
                        "deploy to production: the service does not allow it for this project");
    assert_true(item_allows(&item, ACTION_VALIDATE, &err));
    item.state = "dirty"; /* of git, and no reason */
    item_allows(&item, ACTION_DEPLOY, &err);
    assert_null(strstr(err.message, "dirty"));
}

static void an_action_for_another_kind_is_refused(void **state)
{
    struct error err = {0};
    (void)state;
    assert_false(item_allows(&nightly, ACTION_DEPLOY, &err));
    assert_string_equal(err.message, "deploy to production is for projects; nightly is a schedule");
}

static void an_item_is_found_by_kind_and_id(void **state)
{
    (void)state;
    struct item_list *list = item_list_create(NULL);
    list->items = &nightly;
    list->item_count = 1;
    assert_ptr_equal(item_list_find(list, ITEM_SCHEDULE, "s1"), &nightly);
    assert_null(item_list_find(list, ITEM_TEMPLATE, "s1"));
    assert_null(item_list_find(list, ITEM_SCHEDULE, "s"));
    assert_null(item_list_find(NULL, ITEM_SCHEDULE, "s1"));
    item_list_unref(list);
}

static const char *cell(const struct item *item, size_t column, enum item_tone *out_tone)
{
    static char scratch[ITEM_CELL_BYTES];
    const struct item_column *info = &item_kinds[item->kind].columns[column];
    *out_tone = info->tone ? info->tone(item) : TONE_PLAIN;
    const char *text = info->text(item, 0, scratch);
    return text ? text : "-";
}

static void cells_tell_git_states(void **state)
{
    enum item_tone tone;
    struct item item = {.kind = ITEM_PROJECT, .id = "shop", ITEM_UNKNOWN};
    (void)state;
    assert_string_equal(cell(&item, 0, &tone), "shop");
    assert_string_equal(cell(&item, 2, &tone), "");
    assert_string_equal(cell(&item, 3, &tone), "-");
    item.ahead = 2;
    item.behind = 1;
    item.is_clean = 0;
    assert_string_equal(cell(&item, 2, &tone), "\xe2\x86\x91"
                                               "2 \xe2\x86\x93"
                                               "1");
    assert_string_equal(cell(&item, 3, &tone), "dirty");
    assert_int_equal(tone, TONE_WARNING);
    item.is_clean = 1;
    cell(&item, 3, &tone);
    assert_int_equal(tone, TONE_GOOD);
}

static void notes_tell_what_is_special_or_wrong(void **state)
{
    enum item_tone tone;
    struct item branch = {.kind = ITEM_BRANCH,
                          .id = "dev",
                          ITEM_UNKNOWN,
                          .is_production = true,
                          .owner = "Ana",
                          .is_read_only = true};
    (void)state;
    assert_string_equal(cell(&branch, 2, &tone), "production, of Ana, read only");
    assert_int_equal(tone, TONE_QUIET);
    branch.note = "gone";
    assert_string_equal(cell(&branch, 2, &tone), "gone");
    assert_int_equal(tone, TONE_BAD);
}

static void states_have_the_tone_of_what_they_mean(void **state)
{
    enum item_tone tone;
    struct item run = {.kind = ITEM_RUN, .id = "r", ITEM_UNKNOWN, .state = "failed"};
    (void)state;
    cell(&run, 1, &tone);
    assert_int_equal(tone, TONE_BAD);
    run.state = "SUCCESS";
    cell(&run, 1, &tone);
    assert_int_equal(tone, TONE_GOOD);
    run.state = "ODD";
    assert_string_equal(cell(&run, 1, &tone), "ODD");
    assert_int_equal(tone, TONE_PLAIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_is_named_and_has_columns),
        cmocka_unit_test(a_list_is_called_after_what_it_can_hold),
        cmocka_unit_test(what_the_service_denies_is_refused),
        cmocka_unit_test(an_action_for_another_kind_is_refused),
        cmocka_unit_test(an_item_is_found_by_kind_and_id),
        cmocka_unit_test(cells_tell_git_states),
        cmocka_unit_test(notes_tell_what_is_special_or_wrong),
        cmocka_unit_test(states_have_the_tone_of_what_they_mean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
