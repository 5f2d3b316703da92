/* No part of fixed_work takes more instructions than it did. GOLDEN_WRITE=1 writes down what they
 * take now, for this toolchain. */
#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/instructions.h"

/* Says what has changed; returns how many parts have grown, or are new. */
static size_t compare(const struct instructions *now, const struct instructions *before)
{
    size_t grown = 0;
    for (size_t i = 0; i < now->count; i++) {
        const struct instruction_part *part = &now->parts[i];
        const struct instruction_part *old = instructions_find(before, part->name);
        bool has_grown = !old || instructions_has_grown(part, old);
        bool has_shrunk = old && instructions_has_grown(old, part);
        grown += has_grown;
        if (has_grown || has_shrunk)
            fprintf(stderr, "%-20s %12.0f instructions, were %12.0f%s\n", part->name, part->count,
                    old ? old->count : 0, has_grown ? ": more" : ": less, write it down");
    }
    return grown;
}

/* ---- tests ------------------------------------------------------------------------------------
 */

static const char written[] = "# words\n[GNU 12]\nfilter 100000\nframe 7\n[GNU 13]\nfilter 5\n";

static void each_toolchain_has_its_own_counts(void **state)
{
    (void)state;
    struct instructions parts;
    assert_true(instructions_read(written, "GNU 12", &parts));
    assert_int_equal(parts.count, 2);
    assert_float_equal(instructions_find(&parts, "frame")->count, 7, 0);
    assert_null(instructions_find(&parts, "fram"));
    assert_true(instructions_read(written, "GNU 13", &parts));
    assert_int_equal(parts.count, 1);
    assert_false(instructions_read(written, "GNU 1", &parts));
}

static void writing_replaces_one_toolchain_alone(void **state)
{
    (void)state;
    struct instructions parts = {.parts = {{"poll", 1234567}}, .count = 1};
    struct strbuf text;
    strbuf_init(&text, 1000);
    instructions_put(written, "GNU 12", &parts, &text);
    assert_string_equal(text.data, "# words\n[GNU 13]\nfilter 5\n[GNU 12]\npoll 1234567\n");
    strbuf_finish(&text);
}

static void a_tenth_more_is_told_and_a_hundredth_is_not(void **state)
{
    (void)state;
    struct instructions before;
    struct instructions now = {.parts = {{"filter", 101000}, {"frame", 900}}, .count = 2};
    assert_true(instructions_read(written, "GNU 12", &before));
    assert_int_equal(compare(&now, &before), 0);
    now.parts[0].count = 110000;
    assert_int_equal(compare(&now, &before), 1);
    strcpy(now.parts[1].name, "new");
    assert_int_equal(compare(&now, &before), 2);
}

static void no_part_takes_more_than_it_did(void **state)
{
    (void)state;
    struct instructions now, before;
    struct error err;
    if (!instructions_count(&now, &err))
        fail_msg("%s", err.message);
    if (getenv("GOLDEN_WRITE"))
        assert_true(instructions_write_down(&now));
    assert_true(instructions_known(&before));
    assert_int_equal(compare(&now, &before), 0);
    assert_int_equal(before.count, now.count);
}

int main(void)
{
    const struct CMUnitTest always[] = {
        cmocka_unit_test(each_toolchain_has_its_own_counts),
        cmocka_unit_test(writing_replaces_one_toolchain_alone),
        cmocka_unit_test(a_tenth_more_is_told_and_a_hundredth_is_not),
    };
    const struct CMUnitTest counting[] = {cmocka_unit_test(no_part_takes_more_than_it_did)};
    int failed = cmocka_run_group_tests(always, NULL, NULL);
    if (failed)
        return failed;
    if (!instructions_can_count()) {
        puts("skipped: no valgrind here");
        return 77;
    }
    struct instructions known;
    if (!instructions_known(&known) && !getenv("GOLDEN_WRITE")) {
        printf("skipped: no counts are written down for %s\n", instructions_toolchain());
        return 77;
    }
    return cmocka_run_group_tests(counting, NULL, NULL);
}
