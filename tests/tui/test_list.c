#include "support/testing.h"

#include <stdlib.h>

#include "list.h"

static void cursor_stays_inside(void **state)
{
    (void)state;
    struct list list = {0};
    list_resize(&list, 100, 10);
    list_act(&list, UI_LAST);
    assert_int_equal(list.cursor, 99);
    assert_int_equal(list.top, 90);
    list_act(&list, UI_DOWN);
    assert_int_equal(list.cursor, 99);
    list_resize(&list, 5, 10);
    assert_int_equal(list.cursor, 4);
    assert_int_equal(list.top, 0);
    list_resize(&list, 0, 10);
    assert_int_equal(list.cursor, 0);
    list_act(&list, UI_UP);
    list_act(&list, UI_PAGE_DOWN);
    assert_int_equal(list.cursor, 0);
}

static void scrolls_only_as_far_as_needed(void **state)
{
    (void)state;
    struct list list = {0};
    list_resize(&list, 100, 10);
    for (int i = 0; i < 9; i++)
        list_act(&list, UI_DOWN);
    assert_int_equal(list.top, 0);
    list_act(&list, UI_DOWN);
    assert_int_equal(list.top, 1);
    list_act(&list, UI_UP);
    assert_int_equal(list.top, 1);
}

static void a_page_moves_cursor_and_window(void **state)
{
    (void)state;
    struct list list = {0};
    list_resize(&list, 100, 10);
    list_go(&list, 3);
    list_act(&list, UI_PAGE_DOWN);
    assert_int_equal(list.cursor, 13);
    assert_int_equal(list.top, 10);
    list_act(&list, UI_PAGE_UP);
    assert_int_equal(list.cursor, 3);
    assert_int_equal(list.top, 0);
}

static void what_is_followed_stays_at_its_place_on_the_screen(void **state)
{
    (void)state;
    struct list list = {0};
    list_resize(&list, 100, 10);
    list_go(&list, 50);
    size_t offset = list.cursor - list.top;
    list_follow(&list, 70);
    assert_int_equal(list.cursor, 70);
    assert_int_equal(list.cursor - list.top, offset);
}

static void the_top_of_the_list_stays_in_view_while_the_cursor_is(void **state)
{
    (void)state;
    struct list list = {0};
    list_resize(&list, 100, 10);
    list_go(&list, 2);
    list_follow(&list, 5);
    assert_int_equal(list.top, 0);
    list_follow(&list, 30);
    assert_int_equal(list.cursor, 30);
    assert_int_equal(list.cursor - list.top, 5);
}

static void random_use_keeps_the_invariants(void **state)
{
    (void)state;
    struct list list = {0};
    srand(7);
    for (int i = 0; i < 20000; i++) {
        if (rand() % 5 == 0)
            list_resize(&list, (size_t)(rand() % 40), (size_t)(rand() % 12));
        else if (rand() % 5 == 0)
            list_follow(&list, (size_t)(rand() % 50));
        else if (rand() % 5 == 0)
            list_scroll(&list, (enum ui_action)(rand() % UI_ACTION_COUNT));
        else
            list_act(&list, (enum ui_action)(rand() % UI_ACTION_COUNT));
        assert_true(list.count == 0 ? list.cursor == 0 : list.cursor < list.count);
        assert_true(list.cursor >= list.top);
        assert_true(list.height == 0 || list.cursor < list.top + list.height);
    }
}

static void a_text_scrolls_by_its_window(void **state)
{
    (void)state;
    struct list list = {0};
    list_resize(&list, 30, 10);
    assert_true(list_scroll(&list, UI_DOWN));
    assert_int_equal(list.top, 1);
    list_scroll(&list, UI_PAGE_DOWN);
    assert_int_equal(list.top, 11);
    list_scroll(&list, UI_LAST);
    assert_int_equal(list.top, 20);
    list_scroll(&list, UI_DOWN);
    assert_int_equal(list.top, 20);
    assert_false(list_scroll(&list, UI_MARK));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cursor_stays_inside),
        cmocka_unit_test(scrolls_only_as_far_as_needed),
        cmocka_unit_test(a_page_moves_cursor_and_window),
        cmocka_unit_test(what_is_followed_stays_at_its_place_on_the_screen),
        cmocka_unit_test(the_top_of_the_list_stays_in_view_while_the_cursor_is),
        cmocka_unit_test(random_use_keeps_the_invariants),
        cmocka_unit_test(a_text_scrolls_by_its_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
