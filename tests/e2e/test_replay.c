/* What the demo showed is recorded, and shown again without any service. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "e2e/stage.h"
#include "support/environment.h"

static char path[400];

static struct term *start(const char *verb, const char *option, const char *value)
{
    const char *const argv[] = {TEST_QUERYTOP, verb, option, value, NULL};
    return term_start(&(struct term_options){.argv = argv, .rows = 30, .cols = 120});
}

static void assert_screen(struct term *t, const char *text)
{
    assert_true(term_wait_text(t, text, TERM_PATIENCE_MS));
}

static void what_the_demo_showed_is_shown_again(void **state)
{
    (void)state;
    snprintf(path, sizeof(path), "%s/demo.rec", scratch_folder());
    struct term *t = start("demo", "--record", path);
    assert_screen(t, "succeeded");
    term_key(t, "q");
    assert_exit_code(t, 0);
    term_close(t);

    t = start("replay", path, NULL);
    assert_screen(t, "replay ");
    term_key(t, ","); /* stands still from here on */
    assert_screen(t, "replay || ");
    term_key(t, "J");
    term_type(t, "end");
    term_key(t, "Enter");
    assert_screen(t, "succeeded");
    term_key(t, "x");
    assert_screen(t, "This is a recording");
    term_key(t, "J");
    term_type(t, "start");
    term_key(t, "Enter");
    assert_screen(t, " 1/");
    assert_true(term_wait_no_text(t, "succeeded", TERM_PATIENCE_MS));
    term_key(t, "q");
    assert_exit_code(t, 0);
    term_close(t);
}

static void what_is_no_recording_is_refused_in_words(void **state)
{
    (void)state;
    struct term *t = start("replay", scratch_file("other", "hello\n", 0600), NULL);
    assert_screen(t, "line 1: ");
    assert_exit_code(t, 2);
    term_close(t);
    snprintf(path, sizeof(path), "%s", scratch_file("mine", "precious\n", 0600));
    t = start("demo", "--record", path);
    assert_screen(t, "name another file");
    assert_exit_code(t, 2);
    term_close(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_demo_showed_is_shown_again),
        cmocka_unit_test(what_is_no_recording_is_refused_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
