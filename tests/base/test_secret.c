#include "support/testing.h"

#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/secret.h"

static void nothing_is_no_secret(void **state)
{
    (void)state;
    struct secret s = {0};
    assert_false(secret_is_set(&s));
    secret_set(&s, "\r\n", 2);
    assert_false(secret_is_set(&s));
    assert_null(s.text);
    secret_finish(&s);
}

static void a_secret_forbids_core_files(void **state)
{
    (void)state;
    struct secret s = {0};
    secret_set(&s, "x", 1);
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_CORE, &limit), 0);
    assert_int_equal(limit.rlim_cur, 0);
    assert_int_equal(prctl(PR_GET_DUMPABLE, 0L, 0L, 0L, 0L), 0);
    secret_finish(&s);
}

static void line_ends_are_left_out(void **state)
{
    (void)state;
    struct secret s = {0};
    secret_set(&s, " pa\nss \r\n\n", 10);
    assert_true(secret_is_set(&s));
    assert_string_equal(s.text, " pa\nss ");
    assert_int_equal(s.len, 7);
    secret_finish(&s);
    assert_false(secret_is_set(&s));
    assert_int_equal(s.len, 0);
}

static void a_secret_can_be_replaced_by_its_own_part(void **state)
{
    (void)state;
    struct secret s = {0};
    secret_set(&s, "Bearer abc", 10);
    secret_set(&s, s.text + 7, 3);
    assert_string_equal(s.text, "abc");
    secret_finish(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_no_secret),
        cmocka_unit_test(a_secret_forbids_core_files),
        cmocka_unit_test(line_ends_are_left_out),
        cmocka_unit_test(a_secret_can_be_replaced_by_its_own_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
