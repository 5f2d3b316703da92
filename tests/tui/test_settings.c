#include "settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "support/testing.h"

static char folder[] = "/tmp/querytop-settings-XXXXXX";
static char path[128];
static struct settings settings;

static int start(void **state)
{
    (void)state;
    strcpy(folder + strlen(folder) - 6, "XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof(path), "%s/state/dashboard.ini", folder);
    assert_true(settings_open(&settings, xstrdup(path), NULL));
    return 0;
}

static int finish(void **state)
{
    (void)state;
    char command[160];
    settings_close(&settings);
    snprintf(command, sizeof(command), "rm -r %s", folder);
    return system(command);
}

static void reopen(void)
{
    settings_close(&settings);
    assert_true(settings_open(&settings, xstrdup(path), NULL));
}

static void what_was_set_is_there_the_next_day(void **state)
{
    (void)state;
    char long_value[SETTINGS_LINE_BYTES];
    memset(long_value, 'x', sizeof(long_value));
    long_value[sizeof(long_value) - strlen("long = ")] = '\0';
    assert_true(settings_set(&settings, SETTINGS_FILTERS, "slow ones",
                             "elapsed>5m and (user=\"Ana S\" or #x)", NULL));
    assert_true(settings_set(&settings, "view a, b", "sort", "-elapsed", NULL));
    assert_true(settings_set(&settings, SETTINGS_FILTERS, "long", long_value, NULL));
    reopen();
    assert_string_equal(settings_get(&settings, SETTINGS_FILTERS, "slow ones"),
                        "elapsed>5m and (user=\"Ana S\" or #x)");
    assert_string_equal(settings_get(&settings, "view a, b", "sort"), "-elapsed");
    assert_string_equal(settings_at(&settings, SETTINGS_FILTERS, 1)->value, long_value);
    assert_null(settings_at(&settings, SETTINGS_FILTERS, 2));
    assert_true(settings_set(&settings, "view a, b", "sort", NULL, NULL));
    reopen();
    assert_null(settings_get(&settings, "view a, b", "sort"));
}

static void the_file_is_for_its_user_alone(void **state)
{
    (void)state;
    struct stat info;
    assert_true(settings_set(&settings, "s", "k", "v", NULL));
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
}

static void two_dashboards_do_not_undo_each_other(void **state)
{
    (void)state;
    struct settings other;
    assert_true(settings_open(&other, xstrdup(path), NULL));
    assert_true(settings_set(&settings, "s", "mine", "1", NULL));
    assert_true(settings_set(&other, "s", "theirs", "2", NULL));
    reopen();
    assert_string_equal(settings_get(&settings, "s", "mine"), "1");
    assert_string_equal(settings_get(&settings, "s", "theirs"), "2");
    settings_close(&other);
}

static void what_a_line_can_not_hold_is_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"", "a=b", "a:b", "[a", " a", "a ", "a;b", "#a", "a\nb"};
    static const char *const values[] = {"a ; b", "; b", "a\nb", "a\t;"};
    struct error err = {0};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        assert_false(settings_set(&settings, "s", names[i], "v", &err));
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
        assert_false(settings_set(&settings, "s", "k", values[i], &err));
    char long_value[SETTINGS_LINE_BYTES];
    memset(long_value, 'x', sizeof(long_value));
    long_value[sizeof(long_value) - 1] = '\0';
    assert_false(settings_set(&settings, "s", "k", long_value, &err));
    assert_int_equal(err.code, ERR_USAGE);
    assert_int_equal(settings.count, 0);
}

static void a_file_that_can_not_be_read_is_left_alone(void **state)
{
    (void)state;
    char text[64] = "";
    struct error err = {0};
    assert_true(settings_set(&settings, "s", "k", "v", NULL));
    FILE *file = fopen(path, "w");
    fputs("this is no setting\n", file);
    fclose(file);
    settings_close(&settings);
    assert_false(settings_open(&settings, xstrdup(path), &err));
    assert_non_null(strstr(err.message, "dashboard.ini:1"));
    assert_true(settings_set(&settings, "s", "k", "w", NULL));
    assert_string_equal(settings_get(&settings, "s", "k"), "w");
    file = fopen(path, "r");
    assert_non_null(fgets(text, sizeof(text), file));
    fclose(file);
    assert_string_equal(text, "this is no setting\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, finish)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_was_set_is_there_the_next_day),        TEST(the_file_is_for_its_user_alone),
        TEST(two_dashboards_do_not_undo_each_other),     TEST(what_a_line_can_not_hold_is_refused),
        TEST(a_file_that_can_not_be_read_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
