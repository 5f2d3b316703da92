/* `querytop demo`: both services, nothing to set up. */
#include <string.h>

#include "e2e/stage.h"

static void demo_shows_both_services_in_one_list(void **state)
{
    (void)state;
    static const char *const argv[] = {TEST_QUERYTOP,   "demo", "--tasks",      "30", "--rate", "0",
                                       "--adobe-tasks", "40",   "--adobe-rate", "0",  NULL};
    struct stage stage = {
        .term = term_start(&(struct term_options){.argv = argv, .rows = 40, .cols = 120})};
    assert_shows(&stage, "demo-looker \xe2\x97\x8f");
    assert_shows(&stage, "demo-adobe \xe2\x97\x8f");
    term_key(stage.term, "f");
    term_type(stage.term, "profile=demo-adobe state=succeeded");
    term_key(stage.term, "Enter");
    assert_shows(&stage, "Weekly revenue by region");
    assert_hides(&stage, "warehouse"); /* of Looker's tasks alone */
    term_key(stage.term, "f");
    term_key(stage.term, "C-u");
    term_type(stage.term, "profile=demo-looker");
    term_key(stage.term, "Enter");
    assert_shows(&stage, "warehouse");
    assert_hides(&stage, "Weekly revenue by region");
    term_key(stage.term, "q");
    assert_exit_code(stage.term, 0);
    term_close(stage.term);
}

/* A newcomer's own task, and no other, rings when it ends. */
static void demo_tells_when_a_task_of_ones_own_has_ended(void **state)
{
    (void)state;
    static const char *const argv[] = {TEST_QUERYTOP,   "demo", "--tasks",      "20", "--rate", "0",
                                       "--adobe-tasks", "40",   "--adobe-rate", "0",  NULL};
    struct stage stage = {
        .term = term_start(&(struct term_options){.argv = argv, .rows = 40, .cols = 120})};
    assert_shows(&stage, "demo-looker \xe2\x97\x8f");
    assert_null(strchr(term_log(stage.term)->data, '\a'));
    term_key(stage.term, "f");
    term_type(stage.term, "profile=demo-looker");
    term_keys(stage.term, "Enter a");
    assert_shows(&stage, "New query on demo-looker");
    term_keys(stage.term, "C-u Down Down");
    term_type(stage.term, "shop");
    term_key(stage.term, "Down");
    term_type(stage.term, "users");
    term_key(stage.term, "Down");
    term_type(stage.term, "users.region");
    term_key(stage.term, "C-r");
    assert_shows(&stage, "yours: ");
    assert_non_null(strchr(term_log(stage.term)->data, '\a'));
    term_key(stage.term, "q");
    assert_exit_code(stage.term, 0);
    term_close(stage.term);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(demo_shows_both_services_in_one_list),
        cmocka_unit_test(demo_tells_when_a_task_of_ones_own_has_ended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
