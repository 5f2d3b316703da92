#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/save_file.h"
#include "support/environment.h"

static char path[256];

static int choose_path(void **state)
{
    (void)state;
    snprintf(path, sizeof(path), "%s/saved.txt", scratch_folder());
    unlink(path);
    return 0;
}

static const char *content(void)
{
    static char text[64];
    memset(text, 0, sizeof(text));
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_true(fread(text, 1, sizeof(text) - 1, file) < sizeof(text));
    fclose(file);
    return text;
}

static unsigned mode(void)
{
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    return status.st_mode & 07777;
}

static bool save(const char *text, bool may_replace, bool *out_exists, struct error *err)
{
    return save_file(path, text, strlen(text), may_replace, out_exists, err);
}

static void a_new_file_is_for_its_owner_alone(void **state)
{
    (void)state;
    struct error err = {0};
    bool exists = true;
    umask(0);
    assert_true(save("one", false, &exists, &err));
    assert_false(exists);
    assert_string_equal(content(), "one");
    assert_int_equal(mode(), 0600);
}

static void a_file_that_exists_is_kept_until_replacing_is_allowed(void **state)
{
    (void)state;
    struct error err = {0};
    bool exists = false;
    assert_true(save("one", false, &exists, &err));
    assert_int_equal(chmod(path, 0644), 0);
    assert_false(save("two", false, &exists, &err));
    assert_true(exists);
    assert_string_equal(content(), "one");
    assert_true(save("two", true, &exists, &err));
    assert_string_equal(content(), "two");
    assert_int_equal(mode(), 0600);
}

static void a_link_is_never_written_through(void **state)
{
    (void)state;
    struct error err = {0};
    bool exists = false;
    const char *victim = scratch_file("victim.txt", "precious", 0600);
    assert_int_equal(symlink(victim, path), 0);
    assert_false(save("two", false, &exists, &err));
    assert_true(exists);
    assert_false(save("two", true, &exists, &err));
    assert_non_null(strstr(err.message, "no plain file"));
    assert_string_equal(content(), "precious");
}

static void trouble_is_told_with_the_name(void **state)
{
    (void)state;
    struct error err = {0};
    bool exists = false;
    assert_false(save_file("/nowhere/at/all", "x", 1, false, &exists, &err));
    assert_string_equal(err.message, "/nowhere/at/all: No such file or directory");
    assert_false(exists);
}

static void a_tilde_is_the_home(void **state)
{
    (void)state;
    setenv("HOME", "/home/ana", 1);
    char *whole = save_file_path("~/x.csv");
    char *other = save_file_path("x~.csv");
    assert_string_equal(whole, "/home/ana/x.csv");
    assert_string_equal(other, "x~.csv");
    free(whole);
    free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_new_file_is_for_its_owner_alone, choose_path),
        cmocka_unit_test_setup(a_file_that_exists_is_kept_until_replacing_is_allowed, choose_path),
        cmocka_unit_test_setup(a_link_is_never_written_through, choose_path),
        cmocka_unit_test(trouble_is_told_with_the_name),
        cmocka_unit_test(a_tilde_is_the_home),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
