/* Whole screens at both sizes that matter most, with clock, seed and locale pinned. */
#include <stdio.h>
#include <string.h>

#include "e2e/golden.h"
#include "e2e/stage.h"

static void narrow_screens(void **state)
{
    (void)state;
    struct stage stage;
    stage_open_frozen(&stage, &(struct stage_options){.rows = 24, .cols = 80});
    assert_golden_styles(stage.term, "80x24-tasks");
    term_key(stage.term, "x");
    assert_golden(stage.term, "80x24-confirm");
    term_keys(stage.term, "Esc 2");
    assert_golden(stage.term, "80x24-detail");
    term_key(stage.term, "2");
    assert_golden(stage.term, "80x24-sql");
    term_keys(stage.term, "Esc 3");
    assert_golden(stage.term, "80x24-projects");
    term_keys(stage.term, "Esc ?");
    assert_golden(stage.term, "80x24-help");
    term_keys(stage.term, "Esc f");
    term_type(stage.term, "elapsed>");
    assert_golden(stage.term, "80x24-filter");
    term_key(stage.term, "Esc");
    stage_close(&stage);
}

static void wide_screens(void **state)
{
    (void)state;
    struct stage stage;
    stage_open_frozen(&stage, &(struct stage_options){.rows = 40, .cols = 120});
    assert_golden(stage.term, "120x40-tasks");
    term_key(stage.term, "x");
    assert_golden(stage.term, "120x40-confirm");
    term_keys(stage.term, "Esc 2 2");
    assert_golden(stage.term, "120x40-sql");
    stage_close(&stage);
}

static void screen_without_unicode_or_colour(void **state)
{
    (void)state;
    static const char *const env[] = {STAGE_FROZEN, "LC_ALL=C", "TERM=vt100", NULL};
    struct stage stage = {.service = service_start(stage_history, stage_frozen)};
    stage_open_term(&stage, &(struct stage_options){.env = env});
    assert_shows(&stage, "queued");
    assert_golden_styles(stage.term, "80x24-ascii");
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(narrow_screens),
        cmocka_unit_test(wide_screens),
        cmocka_unit_test(screen_without_unicode_or_colour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
