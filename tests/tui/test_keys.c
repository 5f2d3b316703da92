#include "support/testing.h"

#include <string.h>

#include "actions.h"
#include "keys.h"

static void every_action_is_named_explained_and_has_a_key(void **state)
{
    (void)state;
    for (int action = UI_NONE + 1; action < UI_ACTION_COUNT; action++) {
        assert_non_null(ui_actions[action].name);
        assert_true(strlen(ui_actions[action].help) > 5);
        assert_true(strlen(ui_actions[action].word) > 0);
        assert_int_not_equal(ui_actions[action].keys[0], UI_KEY_NONE);
        assert_in_range(ui_actions[action].group, 0, UI_GROUP_COUNT - 1);
    }
}

static void no_key_and_no_name_means_two_things(void **state)
{
    (void)state;
    for (int action = UI_NONE + 1; action < UI_ACTION_COUNT; action++)
        for (int i = 0; i < UI_ACTION_KEYS; i++) {
            uint32_t key = ui_actions[action].keys[i];
            if (key != UI_KEY_NONE)
                assert_int_equal(action_for_key(key), action);
        }
    for (int a = UI_NONE + 1; a < UI_ACTION_COUNT; a++)
        for (int b = a + 1; b < UI_ACTION_COUNT; b++)
            assert_string_not_equal(ui_actions[a].name, ui_actions[b].name);
}

static void keys_are_written_as_people_know_them(void **state)
{
    (void)state;
    char name[KEY_NAME_BYTES];
    assert_string_equal(key_format('x', name), "x");
    assert_string_equal(key_format(' ', name), "Space");
    assert_string_equal(key_format(UI_KEY_F(10), name), "F10");
    assert_string_equal(key_format(UI_KEY_CTRL('l'), name), "^L");
    assert_string_equal(key_format(UI_KEY_PAGE_DOWN, name), "PgDn");
    assert_string_equal(key_format(0xe9, name), "\xc3\xa9");
    assert_int_equal(action_for_key(UI_KEY_NONE), UI_NONE);
    assert_int_equal(action_for_key(0x1f600), UI_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_action_is_named_explained_and_has_a_key),
        cmocka_unit_test(no_key_and_no_name_means_two_things),
        cmocka_unit_test(keys_are_written_as_people_know_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
